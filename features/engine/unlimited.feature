# language: zh-CN
功能: 不封顶就是不封顶
  数额很大的，也照数计，不在哪一个数上截断。

  场景: 十二万多元，一分不少；扣分同样不设下限
    假如 考核办法为:
      """
      ruleset: engine-unlimited
      title: 不封顶
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 10
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {gain: {label: 增收, type: decimal}, loss: {label: 损失, type: decimal}}}}
      indicators: {}
      sections:
        main:
          label: 基本
          clause: C1
          criteria:
            gain: {label: 增收, points: 10, cap: none, method: formula, formula: gain}
        less:
          label: 扣分
          kind: deduction
          clause: C1
          criteria:
            loss: {label: 损失, points: 5, floor: none, method: formula, formula: 0 - loss}
      grades: {good: {label: 合格, from: 0}, poor: {label: 不合格, from: -100000000}}
      """
    而且 以下村:
      | 村名 | 增收      | 损失      |
      | 甲村 | 123456.79 | 0         |
      | 乙村 | 0         | 234567.89 |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果 | 得分       |
      | 甲村 | 增收   | 计分 | 123456.79  |
      | 乙村 | 损失   | 计分 | -234567.89 |
    而且 "甲村"的总分为 123456.79
    而且 "乙村"的总分为 -234567.89
