# language: zh-CN
功能: 分类逐件扣分、加分（per item by class）
  每条记录按它符合的第一类计分，有加倍、减半的再乘。

  场景大纲: 类别、倍数、方向和考核期
    # 2025 年：v1 个人 2 人，市；v2 集体 8 人，市；v3 集体 6 人，京，越级；v4 正常，不在内；上年：v5 个人
    假如 考核办法为:
      """
      ruleset: engine-by-class
      title: 分类逐件
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {visits: {}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 50, method: formula, formula: "50"}
            line: {label: 走访, points: 50, method: per item by class, from: visits, where: irregular, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下走访:
      | 走访编号 | 村   | 层级 | 走访日期   | 人数 | 集体访 | 非正常 | 越级 |
      | v1       | 甲村 | 市   | 2025-02-01 | 2    | 否     | 是     | 否   |
      | v2       | 甲村 | 市   | 2025-03-01 | 8    | 是     | 是     | 否   |
      | v3       | 甲村 | 京   | 2025-04-01 | 6    | 是     | 是     | 是   |
      | v4       | 甲村 | 京   | 2025-05-01 | 9    | 是     | 否     | 否   |
      | v5       | 甲村 | 省   | 2024-05-01 | 1    | 否     | 是     | 是   |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   |
      | 甲村 | 走访   | <得分> |

    例子: 先符合的一类算：v1 5、v2 10、v3 20，50 − 35；都不符合的不扣
      | 方法                                                                                             | 得分 |
      | classes: [{when: "level = '京'", each: 20}, {when: collective, each: 10}, {when: not collective, each: 5}] | 15 |
      | classes: [{when: collective, each: 10}, {when: "level = '京'", each: 20}]                        | 30   |
      | classes: [{when: "level = '京'", each: 20}]                                                      | 30   |

    例子: 按人数：v1 5 × 2 = 10，v2、v3 各 10
      | 方法                                                                                   | 得分 |
      | classes: [{when: not collective, each: 5, per: people}, {when: collective, each: 10}]  | 20   |
      | classes: [{when: collective, each: 2, per: people - 5}]                                | 42   |

    例子: 越级加倍；人数不到 7 的减半；两样都有的先加倍再减半
      | 方法                                                                                                   | 得分 |
      | classes: [{when: collective, each: 10}], times: [{label: 越级加倍, when: skipped_level, by: 2}]        | 20   |
      | classes: [{when: collective, each: 10}], times: [{when: people < 7, by: 50%}]                          | 35   |
      | classes: [{when: collective, each: 10}], times: [{when: skipped_level, by: 2}, {when: people < 7, by: 50%}] | 30 |
      | classes: [{when: collective, each: 10}], times: [{when: skipped_level, by: 0}]                         | 40   |

    例子: 加分从 0 起；上年同期只有 v5，历年四条
      | 方法                                                                  | 得分 |
      | direction: add, classes: [{when: collective, each: 10}]               | 20   |
      | period: previous, classes: [{when: people > 0, each: 7}]              | 43   |
      | period: all, classes: [{when: people > 0, each: 7}]                   | 22   |
