# language: zh-CN
功能: 平均数不在中途取整
  月考取平均再按比例计入的，只在总分处取整一次。

  场景: 十二个月的平均除不尽，加权以后正好到进位的边上
    # 月考：11 个月 88 分，12 月 92.3 分，合计 1060.3，平均 88.358333……，计入 60%：53.015
    # 年考：92.45 × 40% = 36.98；合计 89.995，保留两位小数为 90.00，够优秀
    # 若先把平均取成 88.3583，就成了 89.99498，即 89.99
    假如 考核办法为:
      """
      ruleset: engine-exact-averages
      title: 平均
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables:
        villages: {columns: {yearly: {label: 年考得分, type: decimal}}}
        marks:
          label: 月评
          period: marked_on
          columns:
            mark_id: {label: 月评编号, required: true}
            village_id: {label: 村编号, required: true, refers: villages}
            marked_on: {label: 月评日期, type: date, required: true}
            mark: {label: 月评得分, type: decimal, min: 0, max: 100}
      indicators:
        marks: {label: 月评分, from: marks, sum: mark}
      sections:
        monthly:
          label: 月考
          monthly: average
          weight: 60%
          clause: C1
          criteria:
            monthly: {label: 月考, points: 100, method: formula, formula: marks}
        yearly:
          label: 年考
          weight: 40%
          clause: C1
          criteria:
            yearly: {label: 年终考核, points: 100, method: formula, formula: yearly}
      grades:
        excellent: {label: 优秀, from: 90}
        good: {label: 良好, from: 0}
      """
    而且 以下村:
      | 村名 | 年考得分 |
      | 甲村 | 92.45    |
    而且 以下月评:
      | 村   | 月评日期   | 月评得分 |
      | 甲村 | 2025-01-15 | 88       |
      | 甲村 | 2025-02-15 | 88       |
      | 甲村 | 2025-03-15 | 88       |
      | 甲村 | 2025-04-15 | 88       |
      | 甲村 | 2025-05-15 | 88       |
      | 甲村 | 2025-06-15 | 88       |
      | 甲村 | 2025-07-15 | 88       |
      | 甲村 | 2025-08-15 | 88       |
      | 甲村 | 2025-09-15 | 88       |
      | 甲村 | 2025-10-15 | 88       |
      | 甲村 | 2025-11-15 | 88       |
      | 甲村 | 2025-12-15 | 92.3     |
    当 进行考核
    那么 考核结果为:
      | 村   | 总分 | 等次 |
      | 甲村 | 90   | 优秀 |

  场景: 月评得分超出规定的范围
    假如 考核办法为:
      """
      ruleset: engine-ranges
      title: 范围
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 10
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {figure: {label: 数值, type: integer, min: 0, max: 10}}}}
      indicators: {}
      sections:
        all: {label: 全部, clause: C1, criteria: {figure: {label: 数, points: 10, method: formula, formula: figure}}}
      grades: {good: {label: 良好, from: 0}}
      """
    而且 以下村:
      | 村名 | 数值 |
      | 甲村 | 10   |
      | 乙村 | 11   |
    当 进行考核
    那么 考核停止，问题为"out-of-range"
    而且 考核停止，问题包含"大于10"
