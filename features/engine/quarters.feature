# language: zh-CN
功能: 按季度、半年考核，每月合计封顶
  quarterly: sum、half_yearly: average 与 monthly 一样，只是按季度、按半年算；
  each_cap、each_floor 管每个月（季度、半年）里各项的合计，cap、floor 管全年。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-quarters
      title: 按季度
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {villages: {}, reports: {}, checks: {}}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
        poor: {label: 检查不达标, from: checks, where: met = false}
        good: {label: 检查达标, from: checks, where: met}
      sections:
        reports:
          label: 一、报送
          quarterly: sum
          points: 60
          clause: C1
          criteria:
            late: {label: 迟报扣分, points: 15, method: per item, deduct: [{of: late, each: 6}]}
        checks:
          label: 二、检查
          half_yearly: average
          points: 40
          clause: C1
          criteria:
            poor: {label: 检查扣分, points: 40, method: per item, deduct: [{of: poor, each: 10}]}
        bonus:
          label: 三、加分
          kind: bonus
          monthly: sum
          each_cap: 3
          cap: 5
          clause: C1
          criteria:
            good: {label: 达标加分, points: 2, method: per item, add: [{of: good, each: 1}]}
            early: {label: 早报加分, points: 2, method: formula, formula: case when late = 0 and good > 0 then 2 else 0 end}
      grades:
        good: {label: 合格, from: 60}
        poor: {label: 不合格, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |

  场景: 季度各算各的，扣完为止；半年取平均；加分每月不超过 3 分，全年不超过 5 分
    # 报送: 一季度 3 件 15 − 18，扣到 0；二季度 15 − 6 = 9；三、四季度各 15: 39
    # 检查: 上半年 2 次 40 − 20 = 20，下半年 40: 平均 30
    # 加分: 3月 达标 2 次得 2，有迟报，早报 0: 2；8月 2 + 2 = 4，按 3；9月 1 + 2 = 3；共 8，全年按 5
    假如 以下排查报告:
      | 村   | 应报时间         | 上报时间         | 数量 |
      | 甲村 | 2025-01-10 12:00 | 2025-01-11 12:00 | 1    |
      | 甲村 | 2025-03-10 12:00 | 2025-03-11 12:00 | 2    |
      | 甲村 | 2025-04-01 12:00 | 2025-04-02 12:00 | 1    |
    而且 以下检查:
      | 村   | 检查日期   | 达标 | 数量 |
      | 甲村 | 2025-03-31 | 是   | 2    |
      | 甲村 | 2025-06-30 | 否   | 2    |
      | 甲村 | 2025-08-01 | 是   | 2    |
      | 甲村 | 2025-09-30 | 是   | 1    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项   | 结果 | 得分 | 记录数 |
      | 甲村 | 迟报扣分 | 计分 | 39   | 4      |
      | 甲村 | 检查扣分 | 计分 | 30   | 2      |
      | 甲村 | 达标加分 | 计分 | 5    | 5      |
      | 甲村 | 早报加分 | 计分 | 4    | 9      |
    而且 "甲村"的总分为 74
    而且 "甲村"的"迟报扣分"说明包含"一季度：0分、二季度：9分、三季度：15分、四季度：15分"
    而且 "甲村"的"检查扣分"说明包含"上半年：20分、下半年：40分；2个半年平均30分"

  场景: 考核日在二季度，只算两个季度和一个半年
    假如 考核日期为 2025-05-10
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项   | 得分 |
      | 甲村 | 迟报扣分 | 30   |
      | 甲村 | 检查扣分 | 40   |
