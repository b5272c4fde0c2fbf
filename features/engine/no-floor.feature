# language: zh-CN
功能: 不设底
  “扣分可以超过本项分值”：floor: none，扣成负分也不封底。

  场景: 不设底的项，可以一直倒扣
    # 甲村: 90 + (10 − 30 × 5) − 2 × 5 = 90 − 140 − 10 = −60
    假如 考核办法为:
      """
      ruleset: engine-no-floor
      title: 不设底
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {given: {label: 给分, type: decimal}}}, visits: {}}
      indicators:
        visits: {label: 走访, from: visits}
      sections:
        main:
          label: 基本
          clause: C1
          criteria:
            given: {label: 给分项, points: 90, method: formula, formula: given}
            visits: {label: 走访, points: 10, floor: none, method: per item, deduct: [{of: visits, each: 30}]}
        less:
          label: 扣分
          kind: deduction
          floor: none
          clause: C1
          criteria:
            more: {label: 再扣, points: 4, floor: none, method: per item, deduct: [{of: visits, each: 2}]}
      acknowledge:
        - {code: rights-lawful-petition, at: criteria.visits, reason: 例}
        - {code: rights-lawful-petition, at: criteria.more, reason: 例}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 | 给分 |
      | 甲村 | 90   |
    而且 以下走访:
      | 村   | 数量 |
      | 甲村 | 5    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果 | 得分 |
      | 甲村 | 走访   | 计分 | -140 |
      | 甲村 | 再扣   | 计分 | -10  |
    而且 "甲村"的总分为 -60
