# language: zh-CN
功能: 干部得分由村级得分和本人测评按权重合成
  “村级得分占 70%，本人测评占 30%，满分 100 分”：responsibility 写上 weight，干部的计分板块写上自己的 weight，
  合计等于总分；只在最后取舍一次。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-cadre-weights
      title: 干部
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例, responsibility: 例}
      tables:
        villages: {columns: {score: {label: 村得分, type: decimal}}}
        cadres:
          columns:
            rated: {label: 测评得分, type: decimal}
            merit: {label: 加分数, type: integer}
            fault: {label: 扣分数, type: integer}
        assignments: {}
      indicators: {}
      sections:
        all:
          label: 一、村级得分
          points: 100
          clause: C1
          criteria:
            score: {label: 得分, points: 100, method: formula, formula: score}
        own:
          label: 二、本人测评
          subject: cadre
          points: 100
          base: 10
          weight: 30%
          floor: 20
          clause: C1
          criteria:
            rated: {label: 民主测评, points: 90, method: formula, formula: rated}
            merit: {label: 表彰, kind: bonus, points: 5, method: per item, add: [{of: merit, each: 1}]}
            fault: {label: 通报, kind: deduction, points: 100, method: per item, deduct: [{of: fault, each: 3}]}
      grades:
        good: {label: 优秀, from: 90}
        fair: {label: 合格, from: 0}
      responsibility:
        weight: 70%
        clause: C1
        roles:
          书记: {share: 100%}
          包村: {share: 50%}
      """

  场景: 七成三成合成，板块有基础分、加扣分、上下限
    # 张三: 村 80；70% × 80 + 30% × (10 + 85 + 2 − 3) = 56 + 28.2 = 84.2
    # 李四: 包村，100 − 50% × 20 = 90；63 + 30% × 100（10 + 90 + 5 = 105，最高 100）= 93
    # 王五: 书记，甲村 73 天、乙村 292 天: (80 × 73 + 99.99 × 292) ÷ 365 = 95.992；
    #       67.1944 + 30% × 20（10 + 0 − 30 = −20，最低 20）= 73.1944 → 73.19
    假如 以下村:
      | 村名 | 村得分 |
      | 甲村 | 80     |
      | 乙村 | 99.99  |
    而且 以下干部:
      | 干部姓名 | 测评得分 | 加分数 | 扣分数 |
      | 张三     | 85       | 2      | 1      |
      | 李四     | 90       | 5      | 0      |
      | 王五     | 0        | 0      | 10     |
    而且 以下责任分工:
      | 干部 | 村   | 责任角色 | 起始日期   | 截止日期   |
      | 张三 | 甲村 | 书记     |            |            |
      | 李四 | 甲村 | 包村     |            |            |
      | 王五 | 甲村 | 书记     |            | 2025-03-14 |
      | 王五 | 乙村 | 书记     | 2025-03-15 |            |
    当 进行考核
    那么 干部结果为:
      | 干部 | 得分  | 名次 | 等次 |
      | 张三 | 84.2  | 2    | 合格 |
      | 李四 | 93    | 1    | 优秀 |
      | 王五 | 73.19 | 3    | 合格 |

  场景: 本人测评没有数据，干部得分是区间
    # 村 80 → 56；本人板块 [20, 100] → [62, 86]
    假如 以下村:
      | 村名 | 村得分 |
      | 甲村 | 80     |
    而且 以下干部:
      | 干部姓名 | 测评得分 | 加分数 | 扣分数 |
      | 张三     |          | 5      | 0      |
    而且 以下责任分工:
      | 干部 | 村   | 责任角色 |
      | 张三 | 甲村 | 书记     |
    当 进行考核
    那么 干部"张三"的总分区间为 62 至 86
