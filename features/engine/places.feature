# language: zh-CN
功能: 按名次表彰和通报
  办法常写“前三名予以表彰”“末两名予以通报”。名次要等总分出来才有，所以凡是问到名次的标准，
  都在计分、排名之后再判定；由名次得出的结果不能反过来改变名次。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-places
      title: 名次
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, standards: 例, places: 例, sections: 例, grades: 例}
      subjects: {group: kind}
      tables: {villages: {columns: {work: {label: 工作分, type: decimal}, order: {label: 秩序分, type: decimal}, barred: {label: 一票否决事项, type: boolean}}}}
      indicators: {}
      places:
        front: {label: 名次}
        tail: {label: 倒数名次, counted: from the end}
        honoured: {label: 表彰名次, among: not any_veto and 总分 >= 60, ties: last}
        order_place: {label: 秩序名次, of: 秩序, counted: from the end, over: all}
      standards:
        first_two: {label: 前两名, when: 名次 <= 2}
        last_two: {label: 末两名, when: 倒数名次 <= 2}
        prize: {label: 获奖名次, when: 表彰名次 <= 2}
        disorder: {label: 秩序最末, when: 秩序名次 = 1 and 总分 < 90}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            work: {label: 工作, points: 60, method: formula, formula: work}
            order: {label: 秩序, points: 40, method: formula, formula: order, veto: barred, when: order >= 0, not_applicable: zero}
      grades:
        all: {label: 全部, from: 0}
      consequences:
        put_last: {label: 列为末位, kind: veto, effect: last, when: any_veto, clause: C1}
        praised: {label: 表扬, kind: honour, when: first_two, clause: C1}
        blamed: {label: 通报批评, kind: sanction, when: last_two, clause: C1}
        prized: {label: 奖励, kind: honour, when: prize, clause: C1}
        warned: {label: 秩序提醒, kind: sanction, when: disorder, clause: C1}
      """

  场景: 前两名表扬，末两名通报，各类分别计算
    # 村：甲 100、乙 80、丙 70、丁 50；单位：司法所 40、林业站 30，两个单位既是前两名也是末两名
    假如 以下村:
      | 村名   | 类型 | 工作分 | 秩序分 | 一票否决事项 |
      | 甲村   | 村   | 60     | 40     | 否           |
      | 乙村   | 村   | 50     | 30     | 否           |
      | 丙村   | 村   | 50     | 20     | 否           |
      | 丁村   | 村   | 20     | 30     | 否           |
      | 司法所 | 单位 | 10     | 30     | 否           |
      | 林业站 | 单位 | 5      | 25     | 否           |
    当 进行考核
    那么 "甲村"获得"表扬"
    而且 "乙村"获得"表扬"
    而且 "丙村"没有"表扬"
    而且 "丙村"受到"通报批评"
    而且 "丁村"受到"通报批评"
    而且 "乙村"未受到"通报批评"
    而且 "司法所"获得"表扬"
    而且 "司法所"受到"通报批评"
    而且 "林业站"受到"通报批评"
    而且 "丁村"的"通报批评"理由包含"倒数名次1，不大于2"

  场景: 并列的都算前一名次，表彰名次并列的都算后一名次
    # 总分 90、80、80、60：名次 1、2、2、4；表彰名次 1、3、3、4，只有甲村在前两名
    假如 以下村:
      | 村名 | 类型 | 工作分 | 秩序分 | 一票否决事项 |
      | 甲村 | 村   | 60     | 30     | 否           |
      | 乙村 | 村   | 50     | 30     | 否           |
      | 丙村 | 村   | 40     | 40     | 否           |
      | 丁村 | 村   | 30     | 30     | 否           |
    当 进行考核
    那么 "乙村"获得"表扬"
    而且 "丙村"获得"表扬"
    而且 "甲村"获得"奖励"
    而且 "乙村"没有"奖励"
    而且 "丙村"没有"奖励"
    而且 "丁村"受到"通报批评"
    # 从末位数：丁 1，乙、丙并列 2
    而且 "乙村"受到"通报批评"
    而且 "丙村"受到"通报批评"

  场景: 被一票否决的列为末位，不参加表彰排名，后面的依次递补
    # 总分 100（否决，列末位）、80、70、50（不满 60，不参加表彰）
    假如 以下村:
      | 村名 | 类型 | 工作分 | 秩序分 | 一票否决事项 |
      | 甲村 | 村   | 60     | 40     | 是           |
      | 乙村 | 村   | 50     | 30     | 否           |
      | 丙村 | 村   | 50     | 20     | 否           |
      | 丁村 | 村   | 20     | 30     | 否           |
    当 进行考核
    那么 考核结果为:
      | 村   | 总分 | 名次 |
      | 乙村 | 80   | 1    |
      | 丙村 | 70   | 2    |
      | 丁村 | 50   | 3    |
      | 甲村 | 100  | 4    |
    而且 "乙村"获得"奖励"
    而且 "丙村"获得"奖励"
    而且 "丁村"没有"奖励"
    而且 "甲村"没有"奖励"
    而且 "甲村"受到"通报批评"
    而且 "丁村"受到"通报批评"

  场景: 按单项得分排的名次，不适用该项的不排
    # 秩序分 30、20、10；丁村没有秩序分，该项不适用。全镇倒数第一是丙村
    假如 以下村:
      | 村名 | 类型 | 工作分 | 秩序分 | 一票否决事项 |
      | 甲村 | 村   | 60     | 30     | 否           |
      | 乙村 | 单位 | 60     | 20     | 否           |
      | 丙村 | 村   | 60     | 10     | 否           |
      | 丁村 | 村   | 60     | -1     | 否           |
    当 进行考核
    那么 "丙村"受到"秩序提醒"
    而且 "乙村"未受到"秩序提醒"
    而且 "丁村"未受到"秩序提醒"

  场景: 有一个村的分数还不能确定时，名次不能确定的不判定
    # 丙村的工作分没有报：总分在 20 至 80 之间，甲村 100 肯定第一，乙村 70、丁村 50 的名次不定
    假如 以下村:
      | 村名 | 类型 | 工作分 | 秩序分 | 一票否决事项 |
      | 甲村 | 村   | 60     | 40     | 否           |
      | 乙村 | 村   | 50     | 20     | 否           |
      | 丙村 | 村   |        | 20     | 否           |
      | 丁村 | 村   | 30     | 20     | 否           |
    当 进行考核
    那么 "甲村"获得"表扬"
    而且 "甲村"没有"奖励"
    而且 "乙村"没有"表扬"
    而且 "丙村"未受到"通报批评"

  场景: 干部按得分排名次，倒数第一的约谈，村的名次不牵连干部
    # 支部书记承担全部责任，得分和村一样：张三 100，李四 70，王五 60
    假如 考核办法为:
      """
      ruleset: engine-cadre-places
      title: 干部名次
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, standards: 例, places: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {given: {label: 给分, type: decimal}}}, cadres: {}, assignments: {}}
      indicators: {}
      places:
        front: {label: 干部名次, subject: cadre}
        tail: {label: 干部倒数名次, subject: cadre, counted: from the end}
      standards:
        first: {label: 名列第一, subject: cadre, when: 干部名次 = 1 and 总分 >= 80}
        at_end: {label: 名列末位, subject: cadre, when: 干部倒数名次 <= 1}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            given: {label: 给分, points: 100, method: formula, formula: given}
      grades:
        good: {label: 好, from: 80}
        rest: {label: 一般, from: 0}
      consequences:
        praised: {label: 优秀干部, subject: cadre, kind: honour, when: first and band = '好', clause: C1}
        talked: {label: 约谈, subject: cadre, kind: sanction, when: at_end, clause: C1}
      responsibility:
        roles: {支部书记: {share: 100%, assumed: 例}}
      """
    而且 以下村:
      | 村名 | 给分 |
      | 甲村 | 100  |
      | 乙村 | 70   |
      | 丙村 | 60   |
    而且 以下干部:
      | 干部姓名 |
      | 张三 |
      | 李四 |
      | 王五 |
    而且 以下责任分工:
      | 干部 | 村   | 责任角色 |
      | 张三 | 甲村 | 支部书记 |
      | 李四 | 乙村 | 支部书记 |
      | 王五 | 丙村 | 支部书记 |
    当 进行考核
    那么 干部结果为:
      | 干部 | 得分 | 名次 | 等次 |
      | 张三 | 100  | 1    | 好   |
      | 李四 | 70   | 2    | 一般 |
      | 王五 | 60   | 3    | 一般 |
    而且 干部"张三"受到"优秀干部"
    而且 干部"王五"受到"约谈"
    而且 "丙村"未受到"约谈"

  场景: 单项奖按板块得分排名次，差得再小也分得出先后
    # 完成情况：甲 2000000/3000000，乙 2000001/3000000，只差 0.0000033 分，显示都是 6.6667 分
    假如 考核办法为:
      """
      ruleset: engine-section-places
      title: 单项名次
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, standards: 例, places: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {done: {label: 完成数, type: integer}, task: {label: 任务数, type: integer}, other: {label: 其他分, type: decimal}}}}
      indicators: {}
      places:
        service: {label: 服务名次, of: 服务}
        rate: {label: 完成名次, of: 完成情况}
      standards:
        best: {label: 服务第一, when: 服务名次 = 1}
        best_rate: {label: 完成第一, when: 完成名次 = 1}
      sections:
        service:
          label: 服务
          points: 15
          clause: C1
          criteria:
            rate: {label: 完成情况, points: 10, method: formula, formula: 10 * done / task}
            other: {label: 其他, points: 5, method: formula, formula: other}
        rest:
          label: 其余
          points: 85
          clause: C1
          criteria:
            rest: {label: 其余, points: 85, method: formula, formula: "85"}
      grades:
        all: {label: 全部, from: 0}
      consequences:
        prize: {label: 服务单项奖, kind: honour, when: best, clause: C1}
        prize_rate: {label: 完成单项奖, kind: honour, when: best_rate, clause: C1}
      """
    而且 以下村:
      | 村名 | 完成数  | 任务数  | 其他分 |
      | 甲村 | 2000000 | 3000000 | 5      |
      | 乙村 | 2000001 | 3000000 | 5      |
      | 丙村 | 1000000 | 3000000 | 5      |
    当 进行考核
    那么 "甲村"没有"完成单项奖"
    而且 "乙村"获得"完成单项奖"
    而且 "甲村"没有"服务单项奖"
    而且 "乙村"获得"服务单项奖"
