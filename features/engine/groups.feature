# language: zh-CN
功能: 分组排名
  各组分开排名，名额也按各组的村数计算。

  场景: 村和社区分开
    # 村组 4 个，优秀名额 ⌊4 × 25%⌋ = 1；社区组 3 个，⌊3 × 25%⌋ = 0
    假如 考核办法为:
      """
      ruleset: engine-groups
      title: 分组
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      subjects: {group: kind}
      tables: {villages: {columns: {given: {label: 给分, type: decimal}}}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            given: {label: 给分, points: 100, method: formula, formula: given}
      grades:
        excellent: {label: 优秀, from: 90, quota: 25%}
        good: {label: 良好, from: 0}
      """
    而且 以下村:
      | 村名   | 类型 | 给分 |
      | 甲村   | 村   | 91   |
      | 乙村   | 村   | 92   |
      | 丙村   | 村   | 80   |
      | 丁村   | 村   | 70   |
      | 东社区 | 社区 | 99   |
      | 西社区 | 社区 | 95   |
      | 南社区 | 社区 | 95   |
    当 进行考核
    那么 考核结果为:
      | 村     | 名次 | 等次 |
      | 乙村   | 1    | 优秀 |
      | 甲村   | 2    | 良好 |
      | 丙村   | 3    | 良好 |
      | 丁村   | 4    | 良好 |
      | 东社区 | 1    | 良好 |
      | 西社区 | 2    | 良好 |
      | 南社区 | 2    | 良好 |
