# language: zh-CN
功能: 月度奖金按各月名次累计，按月数评先、定目标
  逐月看的指标，奖金、名次、目标、否决都可以用。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-monthly-prizes
      title: 月度奖金
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-03-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, standards: 例, sections: 例, consequences: 例, targets: 例, grades: 例, pay: 例}
      tables: {villages: {}, reports: {}}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
        prizes: {label: 月度奖金, months: 一、每月, sum: case when 名次 = 1 then 300 when 名次 = 2 then 200 else 0 end}
        poor: {label: 不满八十分的月数, months: 一、每月, where: 得分 不足 80}
        each: {label: 平均每月奖金, value: prizes / 3}
      standards:
        steady: {label: 月月八十分, when: poor = 0}
      sections:
        work:
          label: 一、每月
          monthly: average
          points: 100
          clause: C1
          criteria:
            late: {label: 报告, points: 100, method: per item, deduct: [{of: late, each: 10}], veto: 不满八十分的月数 >= 2}
      consequences:
        named: {label: 先进, kind: honour, when: steady, clause: C1}
        barred: {label: 两个月不满八十分, kind: veto, effect: zero, when: late.veto, clause: C1}
      targets:
        all: {label: 月月八十分的村, share: steady, at_least: 50%, clause: C1}
      pay:
        prize:
          label: 月度奖
          subject: village
          clause: C1
          parts:
            months: {label: 各月名次奖, of: 月度奖金, each: 1}
            steady: {label: 稳定奖, amount: 100, when: 平均每月奖金 >= 250}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
      | 丙村 |

  场景: 各月奖金相加，两个月不满八十分的总分为零
    # 每月分: 甲 100 100 90；乙 90 100 100；丙 70 70 100
    # 名次: 1月 甲1 乙2 丙3；2月 甲乙1 丙3；3月 乙丙1 甲3
    # 奖金: 甲 300 + 300 + 0 = 600；乙 200 + 300 + 300 = 800，平均 266.67，再加 100；丙 300
    # 丙村有两个月不满八十分: 总分 0
    假如 以下排查报告:
      | 村   | 应报时间         | 上报时间         | 数量 |
      | 甲村 | 2025-03-10 12:00 | 2025-03-11 12:00 | 1    |
      | 乙村 | 2025-01-10 12:00 | 2025-01-11 12:00 | 1    |
      | 丙村 | 2025-01-10 12:00 | 2025-01-11 12:00 | 3    |
      | 丙村 | 2025-02-10 12:00 | 2025-02-11 12:00 | 3    |
    当 进行考核
    那么 "甲村"的"月度奖"为 600 元
    而且 "乙村"的"月度奖"为 900 元
    而且 "丙村"的"月度奖"为 300 元
    而且 "甲村"获得"先进"
    而且 "丙村"没有"先进"
    而且 "丙村"的总分为 0
    而且 目标"月月八十分的村"为 66.67% 达到
