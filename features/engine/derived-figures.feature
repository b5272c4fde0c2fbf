# language: zh-CN
功能: 由原文数字推算的数字
  原文写“全年 60 分，按 12 个月平均”“在 3 万元基础上增加 1 万元”：数字可以照算法写，结果是精确的，
  算式中的数字在条款里有出处的，不必另外注明假定。

  场景: 每月的分值、目标和奖金都由原文的数字算出
    # 每件扣 60 ÷ 12 = 5：甲村 2 件，60 − 10 = 50；乙村 0 件，60
    # 目标 60% ÷ 2 = 30%，每差一个百分点扣 100% − 50% = 0.5 分：甲村 1/4 = 25%，差 5 个百分点，40 − 2.5 = 37.5；乙村 40
    # 干部张三只负责甲村，87.5 分：30000 + 10000 = 40000 元
    假如 考核办法为:
      """
      ruleset: engine-derived
      title: 推算
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 60 ＋ 40
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例, responsibility: 例, pay: 例}
      tables:
        visits: {}
        cases: {}
      indicators:
        irregular: {label: 非正常访, from: visits, where: irregular}
        closed: {label: 办结率, from: cases, rate: {of: closed_on is not null}}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            visits: {label: 非正常访, points: （30 × 2）, method: per item, deduct: [{of: irregular, each: 60 ÷ 12}]}
            closed: {label: 办结, points: 100 − 60, method: target, of: closed, target: 60% / 2, each: 100% - 50%}
      grades: {all: {label: 全部, from: 0}}
      responsibility: {roles: {包村干部: {share: 100%}}}
      pay:
        bonus: {label: 奖金, clause: C1, bands: [{amount: 30000 + 10000}]}
      """
    而且 以下村:
      | 村名 | 类型 |
      | 甲村 | 村   |
      | 乙村 | 村   |
    而且 以下干部:
      | 干部姓名 |
      | 张三     |
    而且 以下责任分工:
      | 干部 | 村   | 责任角色 |
      | 张三 | 甲村 | 包村干部 |
    而且 以下走访:
      | 村   | 非正常 | 数量 |
      | 甲村 | 是     | 2    |
    而且 以下信访事项:
      | 村   | 办结日期   | 数量 |
      | 甲村 | 2025-03-01 | 1    |
      | 甲村 |            | 3    |
      | 乙村 | 2025-03-01 | 1    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项   | 得分 |
      | 甲村 | 非正常访 | 50   |
      | 甲村 | 办结     | 37.5 |
      | 乙村 | 非正常访 | 60   |
      | 乙村 | 办结     | 40   |
    而且 "甲村"的总分为 87.5
    而且 干部"张三"的"奖金"为 40000 元
