# language: zh-CN
功能: 酌情评分和依法信访
  幅度再小，按信访件数酌情扣分也是因群众依法信访扣分。

  场景: 按信访件酌情扣分的，仍是把依法信访记成村里的不是
    假如 考核办法为:
      """
      ruleset: engine-judged-visits
      title: 酌情评分
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 20
      assumed: {scale: 例, sections: 例, grades: 例}
      tables:
        villages: {}
        visits:
          columns:
            cost: {label: 酌情分, type: decimal}
            who: {label: 评定人, type: text}
            why: {label: 评定理由, type: text}
      indicators: {}
      sections:
        daily:
          label: 一、日常工作
          points: 20
          clause: C1
          criteria:
            visits: {label: 信访秩序, points: 20, method: judgement, from: visits, of: 酌情分, by: 评定人, why: 评定理由, min: 1, max: 5}
      grades: {all: {label: 全部, from: 0}}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    当 进行考核
    那么 考核停止，问题为"rights-lawful-petition"
