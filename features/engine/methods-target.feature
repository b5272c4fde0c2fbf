# language: zh-CN
功能: 目标与坡度（target）
  达到目标得满分，差多少扣多少；也可以超过目标加分。

  场景大纲: 率的目标：每差一个百分点
    # 20 分；办结若干件，共 40 件，一件是 2.5 个百分点；目标 90%
    假如 考核办法为:
      """
      ruleset: engine-target
      title: 目标
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {cases: {}}
      indicators:
        closed_rate: {label: 办结率, from: cases, rate: {of: closed_on is not null}}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 办结, points: 20, method: target, of: 办结率, target: 90%, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下信访事项:
      | 村   | 受理登记日期 | 办结日期   | 数量     |
      | 甲村 | 2025-03-01   | 2025-03-05 | <办结>   |
      | 甲村 | 2025-03-01   |            | <未办结> |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   |
      | 甲村 | 办结   | <得分> |

    例子: 36 件 90% 达到；35 件 87.5%，差 2.5 个百分点，按比例扣 2.5 分
      | 方法    | 办结 | 未办结 | 得分 |
      | each: 1 | 36   | 4      | 20   |
      | each: 1 | 40   | 0      | 20   |
      | each: 1 | 35   | 5      | 17.5 |
      | each: 1 | 20   | 20     | 0    |

    例子: 不足一个百分点算一个：2.5 算 3；5 正好是 5
      | 方法                  | 办结 | 未办结 | 得分 |
      | each: 1, begun: whole | 35   | 5      | 17   |
      | each: 1, begun: whole | 34   | 6      | 15   |
      | each: 1, begun: whole | 36   | 4      | 20   |

    例子: 每差 5 个百分点扣 2 分：差 2.5 个按比例扣 1 分，算整的扣 2 分
      | 方法                           | 办结 | 未办结 | 得分 |
      | each: 2, per: 5%               | 35   | 5      | 19   |
      | each: 2, per: 5%, begun: whole | 35   | 5      | 18   |

    例子: 超过目标每个百分点加 0.3 分，加到上限；39 件 97.5%，超过 7.5 个
      | 方法                                       | 办结 | 未办结 | 得分  |
      | each: 1, better: 0.3, cap: 25              | 39   | 1      | 22.25 |
      | each: 1, better: 0.3, cap: 25, begun: whole | 39   | 1      | 22.4  |
      | each: 1, better: 0.3, cap: 22              | 40   | 0      | 22    |
      | each: 1, better: 0.3, cap: 25              | 35   | 5      | 17.5  |
      | each: 0, better: 0.3, cap: 25              | 20   | 20     | 20    |

  场景大纲: 件数的目标：至少多少，或者至多多少
    # 20 分；本年走访若干次
    假如 考核办法为:
      """
      ruleset: engine-target-count
      title: 件数目标
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {visits: {}}
      indicators:
        irregular: {label: 非正常访, from: visits, where: irregular}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 走访, points: 20, method: target, of: <指标>, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 | 数量   |
      | 甲村 | 县   | 是     | <次数> |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   |
      | 甲村 | 走访   | <得分> |

    例子:
      | 指标         | 方法                                                                  | 次数 | 得分 |
      | 非正常访     | target: 3, each: 4, direction: at most                                | 3    | 20   |
      | 非正常访     | target: 3, each: 4, direction: at most                                | 5    | 12   |
      | 非正常访     | target: 4, each: 5                                                    | 3    | 15   |
      | 非正常访     | target: 3, each: 4, per: 2, direction: at most                        | 6    | 14   |
      | 非正常访     | target: 3, each: 4, per: 2, begun: whole, direction: at most          | 6    | 12   |
      | 非正常访     | target: 3, each: 4, better: 1, cap: 30, direction: at most            | 1    | 22   |
      | 非正常访 + 1 | target: 3, each: 4, direction: at most                                | 5    | 8    |
      | 非正常访 + 1 | target: 9, each: 4                                                    | 5    | 8    |

  场景: 没有可评的率，按不适用计；扣分部分从 0 扣起
    假如 考核办法为:
      """
      ruleset: engine-target-sections
      title: 目标
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      base: 100
      assumed: {scale: 例, base: 例, indicators: 例, sections: 例, grades: 例}
      tables: {cases: {}, visits: {}}
      indicators:
        closed_rate: {label: 办结率, from: cases, rate: {of: closed_on is not null}}
        regular_rate: {label: 正常率, from: visits, rate: {of: not irregular}}
      sections:
        less:
          label: 扣分
          kind: deduction
          clause: C1
          criteria:
            closing: {label: 办结, points: 20, method: target, of: 办结率, target: 90%, each: 0.5}
            visiting: {label: 走访, points: 20, method: target, of: 正常率, target: 100%, each: 0.5}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 | 数量 |
      | 甲村 | 县   | 是     | 1    |
      | 甲村 | 县   | 否     | 9    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果   | 得分 |
      | 甲村 | 办结   | 不适用 | 0    |
      | 甲村 | 走访   | 计分   | -5   |
    而且 "甲村"的总分为 95
