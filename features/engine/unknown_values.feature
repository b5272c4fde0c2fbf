# language: zh-CN
功能: 缺少的值
  空着的值是“不知道”，不是“否”，也不是零：不因此得分，也不因此失分。
  “办结日期”这类表示事情发生的列，空着就是“没有发生”，这是知道的。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-unknown
      title: 未知
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, standards: 例, sections: 例, grades: 例}
      tables:
        visits: {optional: true}
        tasks:
          label: 任务
          period: begun_on
          columns:
            task_id: {label: 任务编号, required: true}
            village_id: {label: 村编号, required: true, refers: villages}
            begun_on: {label: 开始日期, type: date, required: true}
            due_on: {label: 办理期限, type: date}
            closed_on: {label: 办结日期, type: date, event: true}
            complete: {label: 材料齐全, type: boolean}
            signed: {label: 负责人签字, type: boolean}
            people: {label: 涉及人数, type: integer}
      indicators:
        both: {label: 齐全且签字, from: tasks, where: complete and signed}
        either: {label: 齐全或签字, from: tasks, where: complete or signed}
        closed: {label: 按期办结, from: tasks, where: closed_on <= due_on}
        not_closed: {label: 未按期, from: tasks, where: not (closed_on <= due_on)}
        open: {label: 未办结, from: tasks, where: closed_on is null}
        people: {label: 人数, from: tasks, sum: people}
        visits: {label: 走访数, from: visits}
      standards:
        quiet: {label: 没有报告, when: both = 0}
        quiet_or_few: {label: 没有报告或者件数少, when: both = 0 or open < 5}
        quiet_and_many: {label: 没有报告而且件数多, when: both = 0 and open > 5}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            both: {label: 甲项, points: 20, method: per item, add: [{of: both, each: 5}]}
            either: {label: 乙项, points: 20, method: per item, add: [{of: either, each: 5}]}
            closed: {label: 丙项, points: 20, method: per item, add: [{of: closed, each: 5}]}
            not_closed: {label: 丁项, points: 20, method: per item, deduct: [{of: not_closed, each: 5}]}
            people: {label: 戊项, points: 10, method: formula, formula: people / 10}
            visits: {label: 己项, points: 10, when: open > 0, not_applicable: zero, method: per item, add: [{of: visits, each: 1}]}
      grades:
        all: {label: 全部, from: 0}
      consequences:
        praised: {label: 表扬, kind: honour, when: quiet, clause: C1}
        blamed: {label: 批评, kind: sanction, when: not quiet, clause: C1}
        calm: {label: 平稳, kind: honour, when: quiet_or_few, clause: C1}
        uneasy: {label: 不平稳, kind: sanction, when: not quiet_and_many, clause: C1}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |

  场景大纲: 三值逻辑：与、或
    # 与：有一个“否”就不计；或：有一个“是”就计；其余含未知的，数不清楚
    假如 以下任务:
      | 村   | 材料齐全 | 负责人签字 |
      | 甲村 | <齐全>   | <签字>     |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果     | 得分 |
      | 甲村 | 甲项   | <与>     | <甲> |
      | 甲村 | 乙项   | <或>     | <乙> |

    例子:
      | 齐全 | 签字 | 与       | 甲 | 或       | 乙 |
      | 是   | 是   | 计分     | 5  | 计分     | 5  |
      | 是   | 否   | 计分     | 0  | 计分     | 5  |
      | 否   | 否   | 计分     | 0  | 计分     | 0  |
      | 是   |      | 无法评定 | —  | 计分     | 5  |
      | 否   |      | 计分     | 0  | 无法评定 | —  |
      |      |      | 无法评定 | —  | 无法评定 | —  |

  场景大纲: 没有发生是知道的，期限不明才是未知
    假如 以下任务:
      | 村   | 办结日期 | 办理期限 |
      | 甲村 | <办结>   | <期限>   |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果   | 得分 |
      | 甲村 | 丙项   | <结果> | <丙> |
      | 甲村 | 丁项   | <结果> | <丁> |

    例子:
      | 办结       | 期限       | 结果     | 丙 | 丁 |
      | 2025-02-28 | 2025-03-01 | 计分     | 5  | 20 |
      | 2025-03-02 | 2025-03-01 | 计分     | 0  | 15 |
      |            | 2025-03-01 | 计分     | 0  | 15 |
      | 2025-03-02 |            | 无法评定 | —  | —  |
      |            |            | 无法评定 | —  | —  |

  场景: 合计中缺一个数，合计就不知道
    假如 以下任务:
      | 村   | 涉及人数 | 办理期限   |
      | 甲村 | 12       | 2025-03-01 |
      | 甲村 |          | 2025-03-01 |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果     | 得分 |
      | 甲村 | 戊项   | 无法评定 | —    |

  场景: 合计中没有缺数
    # 37 ÷ 10 = 3.7
    假如 以下任务:
      | 村   | 涉及人数 |
      | 甲村 | 12       |
      | 甲村 | 25       |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果 | 得分 |
      | 甲村 | 戊项   | 计分 | 3.7  |

  场景: 没有提供的表使考核项无法评定；不适用的项不受影响
    # 没有未办结的事项时，己项不适用（0 分），缺表也无妨
    假如 没有提供走访
    而且 以下任务:
      | 村   | 办结日期   | 办理期限   |
      | 甲村 | 2025-02-01 | 2025-03-01 |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果   | 得分 |
      | 甲村 | 己项   | 不适用 | 0    |

  场景: 适用而缺表，总分就是区间
    # 丙 0、丁 20 − 5 = 15、戊 8 ÷ 10 = 0.8，己在 0 与 10 之间
    假如 没有提供走访
    而且 以下任务:
      | 村   | 办理期限   | 涉及人数 |
      | 甲村 | 2025-03-01 | 8        |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果     | 得分 | 记录数 |
      | 甲村 | 己项   | 无法评定 | —    | 0      |
    而且 "甲村"的总分区间为 15.8 至 25.8

  场景: 未知的标准既不带来荣誉，也不带来处理
    # 甲村“齐全且签字”的报告数不清楚；未办结 1 件：少于 5 件是知道的，多于 5 件不成立也是知道的
    假如 以下任务:
      | 村   | 办理期限   | 材料齐全 | 负责人签字 |
      | 甲村 | 2025-03-01 | 是       |            |
    当 进行考核
    那么 "甲村"没有"表扬"
    而且 "甲村"未受到"批评"
    而且 "甲村"获得"平稳"
    而且 "甲村"受到"不平稳"
