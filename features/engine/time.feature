# language: zh-CN
功能: 考核日期与考核期
  考核日之后的事，考核时还不知道。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-time
      title: 日期
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {cases: {}, reports: {}}
      indicators:
        due: {label: 本年应报, from: reports}
        before: {label: 上年应报, from: reports, period: previous}
        ever: {label: 历年应报, from: reports, period: all}
        closed: {label: 已办结, from: cases, where: closed_on is not null}
        overdue: {label: 超期未结, from: cases, where: closed_on is null and due_on < as_of}
        missing: {label: 未报, from: reports, where: submitted_at is null}
        change: {label: 增减, value: due - before}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            due: {label: 本年, points: 20, method: per item, add: [{of: due, each: 1}]}
            before: {label: 上年, points: 20, method: per item, add: [{of: before, each: 1}]}
            ever: {label: 历年, points: 20, method: per item, add: [{of: ever, each: 1}]}
            closed: {label: 办结, points: 10, method: per item, add: [{of: closed, each: 1}]}
            overdue: {label: 超期, points: 10, method: per item, deduct: [{of: overdue, each: 1}]}
            missing: {label: 报告, points: 10, method: per item, deduct: [{of: missing, each: 1}]}
            change: {label: 升降, points: 10, floor: -10, method: formula, formula: change}
      grades:
        all: {label: 全部, from: 0}
      """

  场景: 考核日之后办结、上报和到期的都看不见
    # 6 月 30 日：c1 已办结；c2 的办结日在后，视为未办结且已过期限；c3 尚未受理，所以没有超期
    # r1 当天晚上才报，按日计算看得见；r2 次日才报，视为未报；r3 尚未到期
    假如 考核日期为 2025-06-30
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下信访事项:
      | 信访件编号 | 村   | 受理登记日期 | 办理期限   | 办结日期   |
      | c1         | 甲村 | 2025-02-01   | 2025-03-01 | 2025-06-30 |
      | c2         | 甲村 | 2025-02-01   | 2025-03-01 | 2025-07-01 |
      | c3         | 甲村 | 2025-07-01   | 2025-07-02 |            |
    而且 以下排查报告:
      | 报告编号 | 村   | 应报时间         | 上报时间         |
      | r1       | 甲村 | 2025-06-30 12:00 | 2025-06-30 23:59 |
      | r2       | 甲村 | 2025-06-30 12:00 | 2025-07-01 00:00 |
      | r3       | 甲村 | 2025-07-01 12:00 |                  |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 本年   | 2    |
      | 甲村 | 历年   | 2    |
      | 甲村 | 办结   | 1    |
      | 甲村 | 超期   | 9    |
      | 甲村 | 报告   | 9    |
    而且 "甲村"的"超期"依据记录为"c2"
    而且 "甲村"的"报告"依据记录为"r2"

  场景: 不说考核日期，就看到考核期的最后一天
    假如 以下村:
      | 村名 |
      | 甲村 |
    而且 以下信访事项:
      | 信访件编号 | 村   | 受理登记日期 | 办理期限   | 办结日期   |
      | c1         | 甲村 | 2025-12-01   | 2025-12-30 |            |
      | c2         | 甲村 | 2025-12-01   | 2025-12-31 |            |
    而且 以下排查报告:
      | 村   | 应报时间         | 上报时间 |
      | 甲村 | 2025-12-31 23:59 |          |
      | 甲村 | 2026-01-01 00:00 |          |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 本年   | 1    |
      | 甲村 | 超期   | 9    |
      | 甲村 | 报告   | 9    |

  场景: 上年同期到上年的同一天为止
    # 到 2025 年 6 月 30 日：本年 1 份；上年同期 2 份（2024-07-01 的不算）；历年 4 份
    # 升降：1 − 2 = −1
    假如 考核日期为 2025-06-30
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下排查报告:
      | 村   | 应报时间         |
      | 甲村 | 2025-01-01 12:00 |
      | 甲村 | 2024-01-01 12:00 |
      | 甲村 | 2024-06-30 12:00 |
      | 甲村 | 2024-07-01 12:00 |
      | 甲村 | 2025-07-01 12:00 |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 本年   | 1    |
      | 甲村 | 上年   | 2    |
      | 甲村 | 历年   | 4    |
      | 甲村 | 升降   | -1   |

  场景: 2 月 29 日的上年同日是 2 月 28 日
    # 考核期移到 2028 年；上年同期到 2027 年 2 月 28 日
    假如 考核日期为 2028-02-29
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下排查报告:
      | 村   | 应报时间         |
      | 甲村 | 2028-02-29 12:00 |
      | 甲村 | 2027-02-28 12:00 |
      | 甲村 | 2027-03-01 12:00 |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 本年   | 1    |
      | 甲村 | 上年   | 1    |
      | 甲村 | 历年   | 3    |
