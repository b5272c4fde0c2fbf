# language: zh-CN
功能: 扣到为止与加到为止

  背景:
    # 报告 20 分，每次迟报扣 3 分，最低 −4 分；走访 30 分，每次 12 分，最高 25 分；
    # 固定 50 分；加分项每次 2 分，至多 5 分；扣分项每次 1.5 分，至多扣 4 分
    假如 考核办法为:
      """
      ruleset: engine-caps
      title: 上下限
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {reports: {}}
      indicators:
        late: {label: 迟报, from: reports, where: "kind = '日'"}
        good: {label: 走访, from: reports, where: "kind = '周'"}
        extra: {label: 先进, from: reports, where: "kind = '月'"}
        bad: {label: 差错, from: reports, where: "kind = '急'"}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            reporting: {label: 报告, points: 20, floor: -4, method: per item, deduct: [{of: late, each: 3}]}
            visiting: {label: 走访, points: 30, cap: 25, method: per item, add: [{of: good, each: 12}]}
            fixed: {label: 固定, points: 50, method: formula, formula: "50"}
        more:
          label: 加分
          kind: bonus
          clause: C1
          criteria:
            extra: {label: 先进加分, points: 5, method: per item, add: [{of: extra, each: 2}]}
        less:
          label: 扣分
          kind: deduction
          clause: C1
          criteria:
            bad: {label: 差错扣分, points: 4, method: per item, deduct: [{of: bad, each: 1.5}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |

  场景大纲: 每一项都在自己的范围之内
    假如 以下排查报告:
      | 村   | 报告种类 | 数量   |
      | 甲村 | 日       | <迟报> |
      | 甲村 | 周       | <走访> |
      | 甲村 | 月       | <先进> |
      | 甲村 | 急       | <差错> |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项   | 得分     | 记录数 |
      | 甲村 | 报告     | <报告分> | <迟报> |
      | 甲村 | 走访     | <走访分> | <走访> |
      | 甲村 | 先进加分 | <加分>   | <先进> |
      | 甲村 | 差错扣分 | <扣分>   | <差错> |
    而且 "甲村"的总分为 <总分>

    例子:
      | 迟报 | 走访 | 先进 | 差错 | 报告分 | 走访分 | 加分 | 扣分 | 总分 |
      | 1    | 1    | 1    | 1    | 17     | 12     | 2    | -1.5 | 79.5 |
      | 6    | 2    | 2    | 2    | 2      | 24     | 4    | -3   | 77   |
      | 7    | 3    | 3    | 3    | -1     | 25     | 5    | -4   | 75   |
      | 9    | 9    | 9    | 9    | -4     | 25     | 5    | -4   | 72   |

  场景: 没有记录时，扣分制满分，加分制为零
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项   | 结果 | 得分 | 记录数 |
      | 甲村 | 报告     | 计分 | 20   | 0      |
      | 甲村 | 走访     | 计分 | 0    | 0      |
      | 甲村 | 先进加分 | 计分 | 0    | 0      |
      | 甲村 | 差错扣分 | 计分 | 0    | 0      |
    而且 "甲村"的总分为 70
