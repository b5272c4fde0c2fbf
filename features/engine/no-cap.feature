# language: zh-CN
功能: 不封顶
  “加分不封顶”：cap: none，多做多得；满分一栏仍是本项分值。

  场景: 不封顶的项，可以一直往上加
    # 甲村: 10 + 2 × 30 = 70，另加 1 × 30 = 30，共 100；乙村 10 + 2 × 1 = 12，另加 1，共 13
    假如 考核办法为:
      """
      ruleset: engine-no-cap
      title: 不封顶
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 10
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {projects: {label: 项目数, type: integer}}}}
      indicators: {}
      sections:
        main:
          label: 基本
          clause: C1
          criteria:
            projects: {label: 项目, points: 10, cap: none, method: formula, formula: 10 + 2 * projects}
        more:
          label: 加分
          kind: bonus
          clause: C1
          criteria:
            extra: {label: 另加, points: 5, cap: none, method: formula, formula: projects}
      grades:
        good: {label: 优秀, from: 50}
        fair: {label: 合格, from: 0}
      """
    而且 以下村:
      | 村名 | 项目数 |
      | 甲村 | 30     |
      | 乙村 | 1      |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果 | 得分 |
      | 甲村 | 项目   | 计分 | 70   |
      | 甲村 | 另加   | 计分 | 30   |
      | 乙村 | 项目   | 计分 | 12   |
      | 乙村 | 另加   | 计分 | 1    |
    而且 "甲村"的总分为 100
    而且 "乙村"的总分为 13
