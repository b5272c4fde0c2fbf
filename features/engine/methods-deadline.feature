# language: zh-CN
功能: 期限（deadline）
  按做成的那一天计分；过了最后一个期限，给固定的分，或者每迟一个月再少一些。

  场景大纲: 期限、过期和没有做
    # 20 分；挂牌在哪一天
    假如 考核办法为:
      """
      ruleset: engine-deadline
      title: 期限
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
      tables: {checks: {}}
      indicators:
        put_up: {label: 挂牌日, from: checks, where: met, earliest: checked_on}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 挂牌, points: 20, method: deadline, of: 挂牌日, <期限>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 考核日期为 <考核日>
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下检查:
      | 村   | 检查项目 | 达标   | 检查日期 |
      | 甲村 | 挂牌     | <达标> | <日期>   |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果 | 得分   |
      | 甲村 | 挂牌   | 计分 | <得分> |

    例子: 当天算按时；过了最后一个期限不得分，或者得 later 的分；没有做的也一样
      | 期限                                                              | 考核日     | 达标 | 日期       | 得分 |
      | deadlines: [{by: 03-31, points: 20}, {by: 04-15, points: 12}]     | 2025-12-31 | 是   | 2025-03-31 | 20   |
      | deadlines: [{by: 03-31, points: 20}, {by: 04-15, points: 12}]     | 2025-12-31 | 是   | 2025-04-01 | 12   |
      | deadlines: [{by: 03-31, points: 20}, {by: 04-15, points: 12}]     | 2025-12-31 | 是   | 2025-04-16 | 0    |
      | deadlines: [{by: 03-31, points: 20}], later: 5                    | 2025-12-31 | 是   | 2025-04-01 | 5    |
      | deadlines: [{by: 03-31, points: 20}], later: 5                    | 2025-12-31 | 否   | 2025-03-01 | 5    |

    例子: 每迟一个月（不足一个月算一个月）少 3 分，扣完为止；没有做的算到考核日
      | 期限                                                          | 考核日     | 达标 | 日期       | 得分 |
      | deadlines: [{by: 03-31, points: 20}], each_month: 3           | 2025-12-31 | 是   | 2025-04-01 | 17   |
      | deadlines: [{by: 03-31, points: 20}], each_month: 3           | 2025-12-31 | 是   | 2025-04-30 | 17   |
      | deadlines: [{by: 03-31, points: 20}], each_month: 3           | 2025-12-31 | 是   | 2025-05-01 | 14   |
      | deadlines: [{by: 03-31, points: 20}], each_month: 3           | 2025-06-30 | 否   | 2025-03-01 | 11   |
      | deadlines: [{by: 03-31, points: 20}], each_month: 3           | 2025-12-31 | 否   | 2025-03-01 | 0    |
      | deadlines: [{by: 03-15, points: 20}, {by: 04-15, points: 12}], each_month: 3 | 2025-12-31 | 是 | 2025-05-15 | 9 |

    例子: 只写月日的，随考核年度走；写明年份的不变
      | 期限                                         | 考核日     | 达标 | 日期       | 得分 |
      | deadlines: [{by: 03-31, points: 20}]         | 2026-12-31 | 是   | 2026-03-31 | 20   |
      | deadlines: [{by: 2025-03-31, points: 20}]    | 2026-12-31 | 是   | 2026-03-31 | 0    |

  场景: 做了几次，按最早或者最晚的一次；考核日之后做的还没有发生
    # 最早 3 月 1 日得 20；最晚 5 月 1 日得 0；考核日 5 月 31 日看不见 6 月 1 日的
    假如 考核办法为:
      """
      ruleset: engine-deadline-days
      title: 期限
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
      tables: {checks: {}}
      indicators:
        first: {label: 最早, from: checks, where: met, earliest: checked_on}
        last: {label: 最晚, from: checks, where: met, latest: checked_on}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            first: {label: 最早算, points: 50, method: deadline, of: 最早, deadlines: [{by: 03-31, points: 20}]}
            last: {label: 最晚算, points: 50, method: deadline, of: 最晚, deadlines: [{by: 03-31, points: 20}, {by: 05-31, points: 4}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 考核日期为 2025-05-31
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下检查:
      | 村   | 检查项目 | 达标 | 检查日期   |
      | 甲村 | 挂牌     | 是   | 2025-03-01 |
      | 甲村 | 挂牌     | 是   | 2025-05-01 |
      | 甲村 | 挂牌     | 是   | 2025-06-01 |
      | 甲村 | 挂牌     | 否   | 2025-01-01 |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 | 记录数 |
      | 甲村 | 最早算 | 20   | 2      |
      | 甲村 | 最晚算 | 4    | 2      |

  场景大纲: 考核期跨年的，只写月日的期限是考核期内的那一天
    # 考核期 2024 年 7 月至 2025 年 6 月：3 月 31 日在 2025 年，9 月 30 日在 2024 年
    假如 考核办法为:
      """
      ruleset: engine-deadline-years
      title: 跨年的期限
      edition: "1"
      effective: 2020年1月1日起施行
      period: 2024年7月1日至2025年6月30日
      scale: 20
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {checks: {}}
      indicators:
        put_up: {label: 挂牌日, from: checks, where: 达标, earliest: 检查日期}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            line: {label: 挂牌, points: 20, method: deadline, of: 挂牌日, <期限>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下检查:
      | 村   | 检查项目 | 达标 | 检查日期 |
      | 甲村 | 挂牌     | 是   | <日期>   |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   |
      | 甲村 | 挂牌   | <得分> |

    例子: 当天算按时
      | 期限                                            | 日期       | 得分 |
      | deadlines: [{by: 03-31, points: 20}]            | 2025-03-31 | 20   |
      | deadlines: [{by: 3月31日, points: 20}]          | 2025-04-01 | 0    |
      | deadlines: [{by: 09-30, points: 20}]            | 2024-09-30 | 20   |
      | deadlines: [{by: 9月30日, points: 20}, {by: 3月31日, points: 8}] | 2025-03-31 | 8 |
      | deadlines: [{by: 2024年9月30日, points: 20}]    | 2024-10-01 | 0    |
