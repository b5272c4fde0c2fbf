# language: zh-CN
功能: 计算保持精确
  除法和比率不在中间四舍五入，只在折算成分数时舍入一次；尚未发生的事项与任何比较都不成立；
  整月的上年同期也是整月。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-exact
      title: 精确
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-02-01, to: 2025-02-28}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables:
        tasks:
          label: 任务
          period: begun_on
          columns:
            task_id: {label: 任务编号, required: true}
            village_id: {label: 村编号, required: true, refers: villages}
            begun_on: {label: 开始日期, type: date, required: true}
            closed_on: {label: 办结日期, type: date, event: true}
            kind: {label: 类别, required: true}
      indicators:
        all: {label: 总数, from: tasks}
        closed_rate: {label: 办结率, from: tasks, rate: {of: 办结日期不为空}}
        thirds: {label: 三分之一, value: 总数 ÷ 3}
        last_year: {label: 上年同期, from: tasks, period: previous}
        outside: {label: 不在一季度办结, from: tasks, where: 办结日期不介于2025-01-01至2025-03-31}
        other_day: {label: 不在两日办结, from: tasks, where: "办结日期 不属于（2025-02-01，2025-02-02）"}
        not_within: {label: 未在一季度办结, from: tasks, where: 非（办结日期介于2025-01-01至2025-03-31）}
        urgent: {label: 急件, from: tasks, where: 类别 = '急件 '}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            back: {label: 除三乘三, points: 20, method: formula, formula: 总数 ÷ 3 × 3}
            up: {label: 进一, points: 20, method: formula, formula: 进一(三分之一 × 3)}
            rate: {label: 比率乘数, points: 10, method: formula, formula: 办结率 × 3000 － 1990}
            before: {label: 同期, points: 10, method: formula, formula: 上年同期}
            outside: {label: 在外, points: 10, method: formula, formula: 不在一季度办结 ＋ 不在两日办结}
            within: {label: 未在内, points: 10, method: formula, formula: 未在一季度办结}
            urgent: {label: 急件, points: 20, method: formula, formula: 急件}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |

  场景: 除以三再乘以三仍是原数，三分之二乘三千是两千
    假如 以下任务:
      | 村   | 开始日期   | 办结日期   | 类别 | 数量 |
      | 甲村 | 2025-02-03 | 2025-02-20 | 急件 | 2    |
      | 甲村 | 2025-02-03 |            | 平件 | 1    |
      | 乙村 | 2025-02-03 | 2025-02-20 | 平件 | 8    |
      | 乙村 | 2025-02-03 |            | 平件 | 4    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项   | 得分 |
      | 甲村 | 除三乘三 | 3    |
      | 甲村 | 进一     | 3    |
      | 甲村 | 比率乘数 | 10   |
      | 甲村 | 急件     | 2    |
      | 乙村 | 除三乘三 | 12   |
      | 乙村 | 进一     | 12   |
      | 乙村 | 比率乘数 | 10   |
      | 乙村 | 急件     | 0    |

  场景: 尚未办结的，“不介于”“不属于”都不成立，“非（……）”成立
    假如 以下任务:
      | 村   | 开始日期   | 办结日期   | 类别 |
      | 甲村 | 2025-02-03 |            | 平件 |
      | 乙村 | 2025-02-03 | 2025-02-01 | 平件 |
      | 乙村 | 2025-02-03 | 2025-02-20 | 平件 |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 在外   | 0    |
      | 甲村 | 未在内 | 1    |
      | 乙村 | 在外   | 1    |
      | 乙村 | 未在内 | 0    |

  场景: 二月的上年同期是整个二月，闰年也一样
    假如 以下任务:
      | 村   | 开始日期   | 办结日期 | 类别 |
      | 甲村 | 2024-02-28 |          | 平件 |
      | 甲村 | 2024-02-29 |          | 平件 |
      | 甲村 | 2024-03-01 |          | 平件 |
      | 乙村 | 2025-02-28 |          | 平件 |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 同期   | 2    |
      | 乙村 | 同期   | 0    |
