# language: zh-CN
功能: 名次计分（rank）和算式（formula）

  场景大纲: 前几名、最后一名和其他
    # 走访次数：甲 9、乙 7、丙 7、丁 5、戊 2，各村另算
    假如 考核办法为:
      """
      ruleset: engine-rank
      title: 名次计分
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
      tables: {visits: {}}
      indicators:
        visits_total: {label: 走访次数, from: visits, where: irregular}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 名次, points: 20, method: rank, by: 走访次数, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
      | 丙村 |
      | 丁村 |
      | 戊村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 | 数量 |
      | 甲村 | 县   | 是     | 9    |
      | 乙村 | 县   | 是     | 7    |
      | 丙村 | 县   | 是     | 7    |
      | 丁村 | 县   | 是     | 5    |
      | 戊村 | 县   | 是     | 2    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 名次   | <甲> |
      | 乙村 | 名次   | <乙> |
      | 丙村 | 名次   | <丙> |
      | 丁村 | 名次   | <丁> |
      | 戊村 | 名次   | <戊> |

    例子: 并列的共用前一个名次，后一个名次空出
      | 方法                                                   | 甲 | 乙 | 丙 | 丁 | 戊 |
      | places: [10, 8, 6]                                     | 10 | 8  | 8  | 0  | 0  |
      | places: [10, 8, 6, 4], others: 1                       | 10 | 8  | 8  | 4  | 1  |
      | places: [10, 8, 6], best: least                        | 0  | 6  | 6  | 8  | 10 |
      | places: [10, 8, 6], best: least, last: 0, others: 3    | 0  | 6  | 6  | 8  | 10 |
      | places: [10], best: least, last: 2, others: 5          | 2  | 5  | 5  | 5  | 10 |

  场景: 分组各排各的；不适用的不参加；全都一样的并列第一，没有最后
    # 村：甲 3、乙 1，丙列为试点不参加；单位都是 2：都是第一名
    假如 考核办法为:
      """
      ruleset: engine-rank-groups
      title: 名次计分
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      subjects: {group: kind}
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
      tables:
        villages: {columns: {pilot: {label: 试点, type: boolean}}}
        visits: {}
      indicators:
        visits_total: {label: 走访次数, from: visits, where: irregular}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line:
              label: 名次
              points: 20
              when: not pilot
              not_applicable: 7
              method: rank
              by: 走访次数
              best: least
              places: [10, 8]
              last: 1
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 | 类型 | 试点 |
      | 甲村 | 村   | 否   |
      | 乙村 | 村   | 否   |
      | 丙村 | 村   | 是   |
      | 东站 | 单位 | 否   |
      | 西站 | 单位 | 否   |
      | 社区 | 社区 | 否   |
    而且 以下走访:
      | 村   | 层级 | 非正常 | 数量 |
      | 甲村 | 县   | 是     | 3    |
      | 乙村 | 县   | 是     | 1    |
      | 丙村 | 县   | 是     | 9    |
      | 东站 | 县   | 是     | 2    |
      | 西站 | 县   | 是     | 2    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果   | 得分 |
      | 甲村 | 名次   | 计分   | 1    |
      | 乙村 | 名次   | 计分   | 10   |
      | 丙村 | 名次   | 不适用 | 7    |
      | 东站 | 名次   | 计分   | 10   |
      | 西站 | 名次   | 计分   | 10   |
      | 社区 | 名次   | 计分   | 10   |

  场景: 有一个村的数不知道，同组谁的名次都定不了
    假如 考核办法为:
      """
      ruleset: engine-rank-unknown
      title: 名次计分
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
      tables:
        villages: {columns: {income: {label: 收入, type: decimal}}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 名次, points: 20, method: rank, by: 收入, places: [20, 10]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 | 收入 |
      | 甲村 | 30.5 |
      | 乙村 |      |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果     | 得分 |
      | 甲村 | 名次   | 无法评定 | —    |
      | 乙村 | 名次   | 无法评定 | —    |

  场景大纲: 算式
    # 甲村走访 3 次
    假如 考核办法为:
      """
      ruleset: engine-formula
      title: 算式
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
      tables: {visits: {}}
      indicators:
        visits_total: {label: 走访次数, from: visits, where: irregular}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 算式, points: 20, method: formula, formula: "<算式>"}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 | 数量 |
      | 甲村 | 县   | 是     | 3    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   |
      | 甲村 | 算式   | <得分> |

    例子:
      | 算式                                             | 得分   |
      | 20 - 走访次数 * 2.5                              | 12.5   |
      | least(20, 走访次数 * 9)                          | 20     |
      | case when 走访次数 > 2 then 4 else 20 end        | 4      |
      | 20 / (走访次数 + 3)                              | 3.3333 |
      | greatest(走访次数 - 5, 0)                        | 0      |

  场景: 按两数相除的结果排名，数值大于 9 也行
    # 甲 300 ÷ 10 = 30，乙 200 ÷ 20 = 10
    假如 考核办法为:
      """
      ruleset: engine-rank-quotient
      title: 人均排名
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 20
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {income: {label: 收入, type: integer}, people: {label: 人口, type: integer}}}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            line: {label: 名次, points: 20, method: rank, by: 收入 / 人口, places: [20, 10]}
      grades: {all: {label: 全部, from: 0}}
      """
    而且 以下村:
      | 村名 | 收入 | 人口 |
      | 甲村 | 300  | 10   |
      | 乙村 | 200  | 20   |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 名次   | 20   |
      | 乙村 | 名次   | 10   |
