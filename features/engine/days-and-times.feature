# language: zh-CN
功能: 只写日期、没写时刻
  应报时间是期限：只写日期的，算到当天结束。上报时间等其他时间，只写日期的，算当天开始。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-days-and-times
      title: 日期与时刻
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 10
      assumed: {scale: 例, sections: 例, grades: 例}
      tables:
        reports: {}
        tasks:
          label: 任务
          period: set_on
          columns:
            task_id: {label: 任务编号, required: true}
            village_id: {label: 村编号, required: true, refers: villages}
            set_on: {label: 布置日期, type: date, required: true}
            due: {label: 期限, type: timestamp, day_means: end}
            done: {label: 完成时间, type: timestamp, event: true}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
        overdue: {label: 逾期, from: tasks, where: done > due}
        by_day: {label: 逾日, from: tasks, where: done > set_on}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            reporting: {label: 报告, points: 5, method: per item, deduct: [{of: late, each: 1}]}
            tasks: {label: 任务, points: 3, method: per item, deduct: [{of: overdue, each: 1}]}
            days: {label: 天数, points: 2, method: per item, deduct: [{of: by_day, each: 1}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |

  场景: 期限当天上报不算迟报，第二天上报算
    # 期限只写 3 月 7 日：当天 9:00、当天 23:59 和只写当天的都不迟；3 月 8 日 0:00 迟。5 − 1 = 4
    # 期限写明 12:00：12:01 迟。4 − 1 = 3
    假如 以下排查报告:
      | 村   | 应报时间         | 上报时间         |
      | 甲村 | 2025-03-07       | 2025-03-07 09:00 |
      | 甲村 | 2025年3月7日     | 2025-03-07 23:59 |
      | 甲村 | 2025-03-07       | 2025-03-07       |
      | 甲村 | 2025-03-07       | 2025-03-08 00:00 |
      | 甲村 | 2025-03-07 12:00 | 2025-03-07 12:01 |
      | 甲村 | 2025-03-07 12:00 | 2025-03-07       |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 报告   | 3    |

  场景: 办法自己的列说明只写日期怎样算；与日期列比较时按天比
    # 完成于期限当天：不逾期；第二天只写日期：算第二天开始，逾期。3 − 1 = 2
    # 布置当天 23:00 完成：按天比不逾日；第二天逾日。2 − 1 = 1
    假如 以下任务:
      | 村   | 布置日期   | 期限       | 完成时间         |
      | 甲村 | 2025-03-07 | 2025-03-07 | 2025-03-07 23:00 |
      | 甲村 | 2025-03-07 | 2025-03-07 | 2025-03-08       |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 任务   | 2    |
      | 甲村 | 天数   | 1    |
