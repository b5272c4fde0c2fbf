# language: zh-CN
功能: 按有名称的名次和名次条件发放报酬
  报酬可以按 places 里规定的名次，也可以只发给名次或总分符合条件的人。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-pay-places
      title: 报酬
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, standards: 例, places: 例, sections: 例, grades: 例, pay: 例, responsibility: 例}
      tables:
        villages:
          columns:
            given: {label: 给分, type: decimal}
            people: {label: 户籍人口, type: integer}
        cadres: {}
        assignments: {}
      indicators: {}
      standards:
        leading: {label: 名列前茅, when: 评比名次 <= 2 and 总分 >= 80}
      places:
        contest: {label: 评比名次, among: people > 100, clause: C1}
        from_end: {label: 倒数名次, counted: from the end, clause: C1}
        own: {label: 干部名次, subject: cadre, clause: C1}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            given: {label: 给分, points: 100, method: formula, formula: given}
      grades:
        all: {label: 全部, from: 0}
      responsibility:
        roles: {书记: {share: 100%}, 主任: {share: 50%}}
      pay:
        prize:
          label: 村奖
          subject: village
          clause: C1
          parts:
            contest: {label: 评比奖, place: contest, ranks: [{from: 1, amount: 500}, {from: 2, amount: 300}]}
            leading: {label: 先进奖, amount: 1000, when: 名列前茅}
            people: {label: 人口奖, of: 户籍人口, each: 2, when: 评比名次 = 1}
            last: {label: 末位扣, amount: -100, when: 倒数名次 = 1}
        real:
          label: 实发
          subject: village
          clause: C1
          parts:
            all: {label: 应发, share_of: prize}
            held: {label: 扣发, share_of: prize, share: -10%, when: people > 250}
        wage:
          label: 绩效
          clause: C1
          parts:
            first: {label: 头名奖, place: own, ranks: [{from: 1, amount: 88}]}
            shared: {label: 分成, share_of: prize, share: 50%}
      """

  场景: 村按评比名次，不参加评比的没有
    # 甲村人口不足，不参加评比；乙村评比第一、丙村第二。丙村总分 70，够不上先进；丁村没有名次以外的奖，末位扣 100
    假如 以下村:
      | 村名 | 给分 | 户籍人口 |
      | 甲村 | 95   | 99       |
      | 乙村 | 90   | 200      |
      | 丙村 | 70   | 300      |
      | 丁村 | 60   | 400      |
    而且 以下干部:
      | 干部 |
      | 甲   |
      | 乙   |
    而且 以下责任分工:
      | 干部 | 村   | 责任角色 |
      | 甲   | 乙村 | 书记     |
      | 乙   | 乙村 | 主任     |
    当 进行考核
    那么 "甲村"的"村奖"为 0 元
    而且 "甲村"的"评比奖"计算说明包含"没有“评比名次”"
    而且 "乙村"的"评比奖"为 500 元
    而且 "乙村"的"先进奖"为 1000 元
    而且 "乙村"的"人口奖"为 400 元
    而且 "乙村"的"村奖"为 1900 元
    而且 "丙村"的"评比奖"为 300 元
    而且 "丙村"的"评比奖"计算说明包含"“评比名次”第2名，300元"
    而且 "丙村"的"村奖"为 300 元
    而且 "丁村"的"村奖"为 -100 元
    # 丙村人口超过 250，扣发 300 的 10%
    而且 "乙村"的"实发"为 1900 元
    而且 "丙村"的"扣发"为 -30 元
    而且 "丙村"的"扣发"计算说明包含"“村奖”300元的−10%"
    而且 "丙村"的"实发"为 270 元
    # 乙的村得分 90：甲 90 分，乙 100 − 50% × 10 = 95 分，第一名；村奖 1900 的一半各分一半
    而且 干部"乙"的"头名奖"为 88 元
    而且 干部"甲"的"头名奖"为 0 元
    而且 干部"甲"的"分成"为 475 元
    而且 干部"乙"的"绩效"为 563 元

  场景: 给分不明，名次也不明
    假如 以下村:
      | 村名 | 给分 | 户籍人口 |
      | 甲村 | 95   | 200      |
      | 乙村 |      | 200      |
    当 进行考核
    那么 "甲村"的"评比奖"待定
    而且 "甲村"的"先进奖"待定
    而且 "甲村"的"村奖"待定
