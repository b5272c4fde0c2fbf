# language: zh-CN
功能: 一个月的得分和名次，全年还要用
  months 指标逐月看一个部分、一个考核项或者全部（all），数出符合条件的月数、连续的月数，取最好、最差的月份，各月的奖分相加。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-months
      title: 逐月
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-06-30}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例, standards: 例}
      tables: {villages: {}, reports: {}}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
        before: {label: 上月迟报, from: reports, where: submitted_at > due_at, period: preceding}
        good_months: {label: 九十分以上的月数, months: 一、报送, where: 得分 不低于 90}
        bottom_run: {label: 连续末位月数, months: 一、报送, where: 倒数名次 为 1, run: longest}
        best_month: {label: 最高月得分, months: main, max: points}
        worst_month: {label: 最低月得分, months: main, min: points}
        prizes: {label: 月度奖分, months: all, sum: "case when 名次 = 1 then 0.5 when 名次 = 2 then 0.2 else 0 end"}
        more: {label: 迟报多于上月的月数, months: all, where: 迟报 多于 上月迟报}
      standards:
        twice_last: {label: 连续两个月末位, when: bottom_run >= 2}
      sections:
        main:
          label: 一、报送
          monthly: average
          points: 90
          weight: 100%
          clause: C1
          criteria:
            late: {label: 迟报扣分, points: 90, cap: 100, method: formula, formula: 100 - 7 * late}
        pot:
          label: 二、逐月比较
          points: 10
          clause: C1
          criteria:
            more: {label: 迟报不多于上月, points: 10, method: per item, deduct: [{of: more, each: 1}]}
        extra:
          label: 三、奖惩
          kind: bonus
          clause: C1
          criteria:
            prizes: {label: 月度排名奖, points: 3, method: formula, formula: 月度奖分}
            steady: {label: 稳定加分, points: 5, method: formula, formula: case when 九十分以上的月数 >= 3 then 1 else 0 end}
            best: {label: 最高月, points: 100, method: formula, formula: 最高月得分 / 100}
            worst: {label: 最低月, points: 100, method: formula, formula: 最低月得分 / 100}
      consequences:
        talk: {label: 约谈, kind: sanction, when: twice_last, clause: C1}
      grades:
        good: {label: 合格, from: 60}
        poor: {label: 不合格, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
      | 丙村 |

  场景: 逐月看得分、名次、连续几个月
    # 迟报: 甲 1月2 2月2 3月0 4月1 5月0 6月0；乙 1月0 2月0 3月3 4月0 5月0 6月1；丙 2月1，其余 0
    # 甲月分: 86 86 100 93 100 100；乙: 100 100 79 100 100 93；丙: 100 93 100 100 100 100
    # 90 分以上: 甲 4 个月，乙 5，丙 6
    # 末位: 甲 1月、2月、4月（5月并列都是末位 1：5月全 100，名次 1、倒数名次 1）
    #   倒数名次=1 是得分最低的: 1月甲；2月甲；3月乙；4月甲；5月三个并列；6月乙
    #   甲 1、2、4、5月 最长 2；乙 3、5、6月 最长 2（5、6）；丙 5月 最长 1
    # 名次: 1月 乙丙1甲3；2月 乙1丙2甲3；3月 甲丙1乙3；4月 乙丙1甲3；5月 都1；6月 甲丙1乙3
    # 奖分: 甲 3月、5月、6月: 1.5；乙 1、2、4、5月: 2；丙 1月.5 2月.2 3 4 5 6月各.5: 2.7
    # 多于上月: 甲 1月（上月0）、4月: 2；乙 3月、6月: 2；丙 2月: 1
    # 主项平均: 甲 (86+86+100+93+100+100)/6 = 94.1667；乙 572/6 = 95.3333；丙 593/6 = 98.8333
    # 甲: 94.1667 + 8 + 1.5 + 1 + 1 + 0.86 = 106.5267
    # 乙: 95.3333 + 8 + 2 + 1 + 1 + 0.79 = 108.1233
    # 丙: 98.8333 + 9 + 2.7 + 1 + 1 + 0.93 = 113.4633
    假如 以下排查报告:
      | 村   | 应报时间         | 上报时间         | 数量 |
      | 甲村 | 2025-01-10 12:00 | 2025-01-11 12:00 | 2    |
      | 甲村 | 2025-02-10 12:00 | 2025-02-11 12:00 | 2    |
      | 甲村 | 2025-04-10 12:00 | 2025-04-11 12:00 | 1    |
      | 乙村 | 2025-03-10 12:00 | 2025-03-11 12:00 | 3    |
      | 乙村 | 2025-06-10 12:00 | 2025-06-11 12:00 | 1    |
      | 丙村 | 2025-02-10 12:00 | 2025-02-11 12:00 | 1    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项         | 结果 | 得分    |
      | 甲村 | 迟报不多于上月 | 计分 | 8       |
      | 甲村 | 月度排名奖     | 计分 | 1.5     |
      | 甲村 | 最低月         | 计分 | 0.86    |
      | 乙村 | 月度排名奖     | 计分 | 2       |
      | 丙村 | 月度排名奖     | 计分 | 2.7     |
      | 丙村 | 最高月         | 计分 | 1       |
      | 丙村 | 稳定加分       | 计分 | 1       |
    而且 考核结果为:
      | 村   | 总分   |
      | 甲村 | 106.53 |
      | 乙村 | 108.12 |
      | 丙村 | 113.46 |
    而且 "甲村"受到"约谈"
    而且 "乙村"受到"约谈"
    而且 "丙村"未受到"约谈"
