# language: zh-CN
功能: 计分部分内的基础分和加减分
  “基础分 60 分，每……加 1 分，每……扣 2 分，最高 100、最低 0”：部分写上 base 是基础分，考核项用 kind
  写明是加分、扣分还是加减分；部分的 points 是最高得分，最低为 0，另有规定的写 floor 和 cap。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-base
      title: 基础分
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables:
        villages:
          columns:
            news: {label: 采用信息数, type: integer}
            late: {label: 迟报数, type: integer}
            tidy: {label: 环境整治增减, type: decimal}
            score: {label: 党建得分, type: decimal}
      indicators: {}
      sections:
        daily:
          label: 一、日常工作
          points: 100
          base: 60
          weight: 70%
          clause: C1
          criteria:
            news: {label: 信息采用, kind: bonus, points: 40, cap: none, method: per item, add: [{of: news, each: 1}]}
            late: {label: 迟报, kind: deduction, points: 60, floor: none, method: per item, deduct: [{of: late, each: 2}]}
        party:
          label: 二、党建
          points: 100
          weight: 30%
          clause: C1
          criteria:
            score: {label: 党建考核, points: 95, method: formula, formula: score}
            tidy: {label: 环境整治, kind: balance, points: 5, method: formula, formula: tidy}
      grades:
        good: {label: 合格, from: 60}
        poor: {label: 不合格, from: 0}
      """

  场景: 基础分上加分扣分，不高于满分，不低于零
    # 甲村: (60 + 10 − 6) × 70% + (90 + 3) × 30% = 44.8 + 27.9 = 72.7
    # 乙村: 60 + 45 = 105，最高 100 → 70；95 + 5（8 只计 5）= 100 → 30；共 100
    # 丙村: 60 − 80 = −20，最低 0；80 − 5（−9 只扣 5）= 75 → 22.5
    # 丁村: 60 → 42；0 − 2 → 最低 0；共 42
    假如 以下村:
      | 村名 | 采用信息数 | 迟报数 | 环境整治增减 | 党建得分 |
      | 甲村 | 10         | 3      | 3            | 90       |
      | 乙村 | 45         | 0      | 8            | 95       |
      | 丙村 | 0          | 40     | -9           | 80       |
      | 丁村 | 0          | 0      | -2           | 0        |
    当 进行考核
    那么 考核结果为:
      | 村   | 总分 | 名次 | 等次   |
      | 甲村 | 72.7 | 2    | 合格   |
      | 乙村 | 100  | 1    | 合格   |
      | 丙村 | 22.5 | 4    | 不合格 |
      | 丁村 | 42   | 3    | 不合格 |
    而且 得分明细为:
      | 村   | 考核项   | 结果 | 得分 |
      | 甲村 | 信息采用 | 计分 | 10   |
      | 甲村 | 迟报     | 计分 | -6   |
      | 甲村 | 环境整治 | 计分 | 3    |
      | 乙村 | 信息采用 | 计分 | 45   |
      | 乙村 | 环境整治 | 计分 | 5    |
      | 丙村 | 迟报     | 计分 | -80  |
      | 丙村 | 环境整治 | 计分 | -5   |
    而且 "甲村"的"信息采用"说明包含"加10分"

  场景: 加分项数据缺失时，总分从基础分到封顶
    # 日常: 60 + [0, 不限] − 4 = [56, 100]；党建 90；[39.2 + 27, 70 + 27]
    假如 以下村:
      | 村名 | 采用信息数 | 迟报数 | 环境整治增减 | 党建得分 |
      | 甲村 |            | 2      | 0            | 90       |
    当 进行考核
    那么 "甲村"的总分区间为 66.2 至 97

  场景: 基础分、最高分和最低分的改动是收紧还是放宽
    # 没写最低分就是 0：原来最低 10，改为不写，是收紧；没写最高分就是板块的分值
    假如 条款清单为:
      """
      source: {title: 例}
      clauses:
        C1: {ref: 一, gist: 例, status: encoded}
      """
    而且 旧办法为:
      """
      ruleset: engine-base
      title: 基础分
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {news: {label: 采用信息数, type: integer}}}}
      indicators: {}
      sections:
        daily:
          label: 一、日常工作
          points: 100
          base: 60
          floor: 10
          clause: C1
          criteria:
            news: {label: 信息采用, kind: bonus, points: 40, cap: none, method: per item, add: [{of: news, each: 1}]}
            late: {label: 履职增减, kind: balance, points: 5, method: formula, formula: news}
      grades: {all: {label: 全部, from: 0}}
      """
    而且 新办法在旧办法上改动:
      | 原文                        | 改为                        |
      | base: 60                    | base: 70                    |
      | floor: 10                   | cap: 95                     |
      | balance, points: 5          | balance, points: 6          |
    当 对比新旧办法
    那么 改动为:
      | 类别 | 改动                                       | 条款 |
      | 放宽 | 板块“一、日常工作”：基础分 60 → 70         | C1   |
      | 收紧 | 板块“一、日常工作”：最高分 — → 95          | C1   |
      | 收紧 | 板块“一、日常工作”：最低分 10 → —          | C1   |
      | 其他 | 考核项 1.2“履职增减”：分值 5 → 6           | C1   |
