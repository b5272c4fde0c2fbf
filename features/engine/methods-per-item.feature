# language: zh-CN
功能: 逐件扣分、加分（per item）
  每件扣多少、加多少；扣到下限、加到上限为止。

  场景大纲: 扣分、加分和两者都有
    # 10 分的考核项；“合计”用算式代替一个指标：先合计，再乘每件的分值
    假如 考核办法为:
      """
      ruleset: engine-per-item
      title: 逐件
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {reports: {}}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
        missing: {label: 漏报, from: reports, where: submitted_at is null}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 90, method: formula, formula: "90"}
            line: {label: 报告, points: 10, method: per item, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下排查报告:
      | 村   | 应报时间         | 上报时间         | 数量 |
      | 甲村 | 2025-03-05 12:00 | 2025-03-05 12:01 | 2    |
      | 甲村 | 2025-03-06 12:00 |                  | 3    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   |
      | 甲村 | 报告   | <得分> |
    而且 "甲村"的"报告"说明包含"<说明>"

    例子:
      | 方法                                                               | 得分 | 说明                                                                    |
      | deduct: [{of: 迟报, each: 1}, {of: 漏报, each: 2}]                 | 2    | 满分10分；迟报2次，每次扣1分，扣2分；漏报3次，每次扣2分，扣6分；得2分   |
      | deduct: [{of: 漏报, each: 4}]                                      | 0    | 漏报3次，每次扣4分，扣12分；得−2分，低于下限，按0分计                   |
      | add: [{of: 迟报, each: 1}, {of: 漏报, each: 0.5}]                  | 3.5  | 迟报2次，每次加1分，加2分；漏报3次，每次加0.5分，加1.5分；得3.5分       |
      | add: [{of: 漏报, each: 4}]                                         | 10   | 漏报3次，每次加4分，加12分；得12分，超过上限，按10分计                  |
      | add: [{of: 迟报, each: 1}], deduct: [{of: 漏报, each: 2}]          | 6    | 满分10分；漏报3次，每次扣2分，扣6分；迟报2次，每次加1分，加2分；得6分   |
      | deduct: [{of: 迟报 + 漏报, each: 1.5}]                             | 2.5  | “迟报、漏报之和”为5次，每次扣1.5分，扣7.5分；得2.5分           |

  场景: 扣分部分从 0 起扣，加分部分从 0 起加
    假如 考核办法为:
      """
      ruleset: engine-per-item-sections
      title: 逐件
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      base: 100
      assumed: {scale: 例, base: 例, sections: 例, grades: 例}
      tables: {reports: {}}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
        missing: {label: 漏报, from: reports, where: submitted_at is null}
      sections:
        less:
          label: 扣分
          kind: deduction
          clause: C1
          criteria:
            missing: {label: 漏报扣分, points: 5, method: per item, deduct: [{of: 漏报, each: 2}]}
        more:
          label: 加分
          kind: bonus
          clause: C1
          criteria:
            late: {label: 迟报也算加分, points: 1, method: per item, add: [{of: 迟报, each: 0.2}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下排查报告:
      | 村   | 应报时间         | 上报时间         | 数量 |
      | 甲村 | 2025-03-05 12:00 | 2025-03-05 12:01 | 2    |
      | 甲村 | 2025-03-06 12:00 |                  | 3    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项       | 得分 |
      | 甲村 | 漏报扣分     | -5   |
      | 甲村 | 迟报也算加分 | 0.4  |
    而且 "甲村"的总分为 95.4
