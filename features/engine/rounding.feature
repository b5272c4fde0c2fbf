# language: zh-CN
功能: 四舍五入
  总分只在办法规定的位数上四舍五入一次；比率六位，分值四位，都是精确的整数运算。

  场景大纲: 四舍五入在办法规定的位数
    假如 考核办法为:
      """
      ruleset: engine-rounding
      title: 四舍五入
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      rounding: {places: <位数>}
      assumed: {scale: 例, rounding: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {given: {label: 给分, type: decimal}}}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            given: {label: 给分, points: 100, method: formula, formula: given}
        less:
          label: 另扣
          kind: deduction
          clause: C1
          criteria:
            less: {label: 另扣, points: 100, method: formula, formula: "least(given, 0)"}
      grades:
        excellent: {label: 优秀, from: 90}
        good: {label: 良好, from: 0}
      """
    而且 以下村:
      | 村名 | 给分   |
      | 甲村 | <给分> |
    当 进行考核
    那么 "甲村"的总分为 <总分>
    而且 "甲村"的等次为"<等次>"

    例子:
      | 位数 | 给分    | 总分    | 等次 |
      | 2    | 89.995  | 90      | 优秀 |
      | 2    | 89.9949 | 89.99   | 良好 |
      | 1    | 89.95   | 90      | 优秀 |
      | 1    | 89.9499 | 89.9    | 良好 |
      | 0    | 89.5    | 90      | 优秀 |
      | 0    | 89.4999 | 89      | 良好 |
      | 4    | 89.9999 | 89.9999 | 良好 |
      | 2    | -0.125  | -0.13   | 良好 |
      | 2    | 0.005   | 0.01    | 良好 |

  场景大纲: 比率与差的百分点
    # 1/3 = 0.333333，20 × 0.333333 = 6.66666 → 6.6667
    # 目标 90%：7/8 = 87.5%，差 2.5 个百分点，每点 2 分：按比例扣 5 分，不足一点算一点扣 6 分
    # 8/9 = 88.8889%，差 1.1111 个百分点：按比例扣 2.2222 分，不足一点算一点扣 4 分
    # 9/10 = 90%，达到目标
    假如 考核办法为:
      """
      ruleset: engine-steps
      title: 百分点
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 60
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {visits: {}}
      indicators:
        irregular_rate: {label: 比率, from: visits, rate: {of: irregular}}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            share: {label: 按率, points: 20, method: proportion, of: irregular_rate}
            slope: {label: 按比例, points: 20, method: target, of: irregular_rate, target: 90%, each: 2}
            begun: {label: 算一点, points: 20, method: target, of: irregular_rate, target: 90%, each: 2, begun: whole}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下走访:
      | 村   | 非正常 | 数量   |
      | 甲村 | 是     | <分子> |
      | 甲村 | 否     | <其余> |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分     |
      | 甲村 | 按率   | <按率>   |
      | 甲村 | 按比例 | <按比例> |
      | 甲村 | 算一点 | <算一点> |
    而且 "甲村"的总分为 <总分>

    例子:
      | 分子 | 其余 | 按率    | 按比例  | 算一点 | 总分  |
      | 7    | 1    | 17.5    | 15      | 14     | 46.5  |
      | 8    | 1    | 17.7778 | 17.7778 | 16     | 51.56 |
      | 9    | 1    | 18      | 20      | 20     | 58    |
      | 1    | 2    | 6.6667  | 0       | 0      | 6.67  |
