# language: zh-CN
功能: 没有发生的事
  “无此类事项”不是零，也不是满分，由办法规定值多少；默认满分。

  场景大纲: 没有一件可评，按办法规定计
    # 10 分的考核项，另一项固定 90 分
    假如 考核办法为:
      """
      ruleset: engine-empty
      title: 空率
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {visits: {}}
      indicators:
        regular_rate: {label: 正常率, from: visits, rate: {of: not irregular, over: "level = '县'"}}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 90, method: formula, formula: "90"}
            regular: {label: 正常走访, points: 10, not_applicable: <规定>, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 |
      | 甲村 | 村   | 否     |
      | 乙村 | 县   | 是     |
      | 乙村 | 县   | 否     |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项   | 结果   | 得分   |
      | 甲村 | 正常走访 | 不适用 | <得分> |
      | 乙村 | 正常走访 | 计分   | <乙村> |
    而且 "甲村"的总分为 <总分>

    例子:
      | 规定 | 方法                                                                    | 得分 | 总分 | 乙村 |
      | full | method: proportion, of: regular_rate                                    | 10   | 100  | 5    |
      | zero | method: proportion, of: regular_rate                                    | 0    | 90   | 5    |
      | 2.5  | method: proportion, of: regular_rate                                    | 2.5  | 92.5 | 5    |
      | full | method: target, of: regular_rate, target: 60%, each: 1                  | 10   | 100  | 0    |
      | zero | method: target, of: regular_rate, target: 60%, each: 0.5                | 0    | 90   | 5    |
      | full | method: bands, of: regular_rate, bands: [{from: 0.5, points: 8}, {to: 0.5, points: 1}] | 10 | 100 | 8 |

  场景: 公式里的空率得不出分数，要由公式自己说明
    # coalesce(正常率, 1)：没有走访时按 1 计
    假如 考核办法为:
      """
      ruleset: engine-empty-formula
      title: 空率公式
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {visits: {}}
      indicators:
        regular_rate: {label: 正常率, from: visits, rate: {of: not irregular}}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            plain: {label: 没说明, points: 50, method: formula, formula: 50 * regular_rate}
            said: {label: 说明了, points: 50, method: formula, formula: "50 * coalesce(regular_rate, 1)"}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果     | 得分 |
      | 甲村 | 没说明 | 无法评定 | —    |
      | 甲村 | 说明了 | 计分     | 50   |
    而且 "甲村"的"没说明"说明包含"正常率"
    而且 "甲村"的总分区间为 50 至 100

  场景: 空率不满足标准，也不违反标准
    假如 考核办法为:
      """
      ruleset: engine-empty-standard
      title: 空率标准
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, standards: 例, sections: 例, grades: 例, targets: 例}
      tables: {visits: {}}
      indicators:
        regular_rate: {label: 正常率, from: visits, rate: {of: not irregular}}
      standards:
        regular: {label: 走访正常, when: regular_rate >= 90%}
        regular_or_none: {label: 走访正常或者没有, when: empty(regular_rate) or regular_rate >= 90%}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 100, method: formula, formula: "100"}
      grades:
        all: {label: 全部, from: 0}
      consequences:
        praised: {label: 表扬, kind: honour, when: regular, clause: C1}
        blamed: {label: 批评, kind: sanction, when: not regular, clause: C1}
        also: {label: 从宽表扬, kind: honour, when: regular_or_none, clause: C1}
      targets:
        strict: {label: 全镇正常, share: regular, at_least: 50%, clause: C1}
        mild: {label: 全镇从宽, share: regular_or_none, at_least: 100%, clause: C1}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    当 进行考核
    那么 "甲村"没有"表扬"
    而且 "甲村"未受到"批评"
    而且 "甲村"获得"从宽表扬"
    而且 目标"全镇正常"为 0% 待定
    而且 目标"全镇从宽"为 100% 达到
