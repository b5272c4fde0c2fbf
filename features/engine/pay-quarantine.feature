# language: zh-CN
功能: 责任分工有问题时的报酬
  有责任分工被隔离的，任职多少天、还有谁参加分配都说不清，不能算出一个看似确定的金额。

  场景: 隔离了一条责任分工
    假如 考核办法为:
      """
      ruleset: engine-pay-kept-out
      title: 报酬
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例, pay: 例, responsibility: 例}
      tables: {villages: {columns: {given: {label: 给分, type: decimal}}}, cadres: {}, assignments: {}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            given: {label: 给分, points: 100, method: formula, formula: given}
      grades:
        all: {label: 全部, from: 0}
      responsibility:
        roles: {书记: {share: 100%}, 主任: {share: 100%}}
      pay:
        prize:
          label: 村奖
          subject: village
          clause: C1
          parts:
            basic: {label: 补助, amount: 1000}
        wage:
          label: 绩效
          clause: C1
          parts:
            duty: {label: 岗位, amount: 500, roles: {书记: 1, 主任: 0.9}}
            basic: {label: 基本, amount: 100}
            shared: {label: 分成, share_of: prize}
      """
    而且 以下村:
      | 村名 | 给分 |
      | 甲村 | 95   |
    而且 以下干部:
      | 干部 |
      | 甲   |
      | 乙   |
    而且 以下责任分工:
      | 干部 | 村   | 责任角色 | 起始日期   |
      | 甲   | 甲村 | 书记     |            |
      | 乙   | 甲村 | 主任     |            |
      | 乙   | 甲村 | 书记     | 2025-13-45 |
    当 接受隔离数据后进行考核
    那么 "甲村"的"村奖"为 1000 元
    而且 干部"甲"的"岗位"为 500 元
    而且 干部"甲"的"基本"为 100 元
    而且 干部"甲"的"分成"待定
    而且 干部"甲"的"绩效"待定
    而且 干部"乙"的"岗位"待定
