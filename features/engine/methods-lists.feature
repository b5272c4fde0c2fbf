# language: zh-CN
功能: 按比例、分档和清单（proportion、bands、checklist）

  场景大纲: 按比例，或者从某个率起得满分
    # 20 分；40 件里办结若干件
    假如 考核办法为:
      """
      ruleset: engine-proportion
      title: 比例
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {cases: {}}
      indicators:
        closed_rate: {label: 办结率, from: cases, rate: {of: closed_on is not null}}
        closed: {label: 办结数, from: cases, where: closed_on is not null}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 办结, points: 20, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下信访事项:
      | 村   | 受理登记日期 | 办结日期   | 数量     |
      | 甲村 | 2025-03-01   | 2025-03-05 | <办结>   |
      | 甲村 | 2025-03-01   |            | <未办结> |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   |
      | 甲村 | 办结   | <得分> |

    例子: 20 × 率；1 ÷ 3 按六位小数 33.3333%，20 × 0.333333 = 6.66666 → 6.6667
      | 方法                             | 办结 | 未办结 | 得分   |
      | method: proportion, of: 办结率   | 30   | 10     | 15     |
      | method: proportion, of: 办结率   | 1    | 2      | 6.6667 |
      | method: proportion, of: 办结率   | 0    | 3      | 0      |

    例子: 从 80% 起得满分，低于 80% 按 率 ÷ 80%
      | 方法                                              | 办结 | 未办结 | 得分 |
      | method: proportion, of: 办结率, full_from: 80%    | 32   | 8      | 20   |
      | method: proportion, of: 办结率, full_from: 80%    | 40   | 0      | 20   |
      | method: proportion, of: 办结率, full_from: 80%    | 20   | 20     | 12.5 |

    例子: 率的档次，含下限不含上限
      | 方法                                                                                                             | 办结 | 未办结 | 得分 |
      | method: bands, of: 办结率, bands: [{to: 60%, points: 0}, {from: 60%, to: 90%, points: 8}, {from: 90%, points: 20}] | 23   | 17     | 0    |
      | method: bands, of: 办结率, bands: [{to: 60%, points: 0}, {from: 60%, to: 90%, points: 8}, {from: 90%, points: 20}] | 24   | 16     | 8    |
      | method: bands, of: 办结率, bands: [{to: 60%, points: 0}, {from: 60%, to: 90%, points: 8}, {from: 90%, points: 20}] | 36   | 4      | 20   |

    例子: 件数的档次
      | 方法                                                                                                      | 办结 | 未办结 | 得分 |
      | method: bands, of: 办结数, bands: [{from: 10, points: 20}, {from: 1, to: 10, points: 5}, {to: 1, points: 0}] | 10   | 0      | 20   |
      | method: bands, of: 办结数, bands: [{from: 10, points: 20}, {from: 1, to: 10, points: 5}, {to: 1, points: 0}] | 9    | 0      | 5    |
      | method: bands, of: 办结数, bands: [{from: 10, points: 20}, {from: 1, to: 10, points: 5}, {to: 1, points: 0}] | 0    | 5      | 0    |
      | method: bands, of: 办结数 * 2, bands: [{from: 10, points: 20}, {to: 10, points: 0}]                         | 5    | 0      | 20   |

  场景大纲: 清单：逐项、全有才得、至少几项
    # 20 分；三样东西，没有登记的不知道有没有
    假如 考核办法为:
      """
      ruleset: engine-checklist
      title: 清单
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables:
        villages:
          columns:
            sign: {label: 牌子, type: boolean}
            rules: {label: 制度, type: boolean}
            room: {label: 场所, type: boolean}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 清单, points: 20, method: checklist, <规则>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 | 牌子   | 制度   | 场所   |
      | 甲村 | <牌子> | <制度> | <场所> |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果   | 得分   |
      | 甲村 | 清单   | <结果> | <得分> |

    例子: 逐项：平分 20 分（每项 6.6667）或者各有各的分
      | 规则                                                                                      | 牌子 | 制度 | 场所 | 结果     | 得分    |
      | items: [{met: 牌子}, {met: 制度}, {met: 场所}]                                            | 是   | 是   | 是   | 计分     | 20      |
      | items: [{met: 牌子}, {met: 制度}, {met: 场所}]                                            | 是   | 否   | 是   | 计分     | 13.3333 |
      | rule: each, items: [{met: 牌子, points: 12}, {met: 制度, points: 5}, {met: 场所, points: 3}] | 是   | 否   | 是   | 计分     | 15      |
      | rule: each, items: [{met: 牌子, points: 12}, {met: 制度, points: 5}, {met: 场所, points: 3}] | 是   |      | 是   | 无法评定 | —       |

    例子: 全有才得；有一样确实没有，别的不知道也是 0
      | 规则                                                          | 牌子 | 制度 | 场所 | 结果     | 得分 |
      | rule: all, items: [{met: 牌子}, {met: 制度}, {met: 场所}]     | 是   | 是   | 是   | 计分     | 20   |
      | rule: all, items: [{met: 牌子}, {met: 制度}, {met: 场所}]     | 是   | 否   | 是   | 计分     | 0    |
      | rule: all, items: [{met: 牌子}, {met: 制度}, {met: 场所}]     |      | 否   | 是   | 计分     | 0    |
      | rule: all, items: [{met: 牌子}, {met: 制度}, {met: 场所}]     |      | 是   | 是   | 无法评定 | —    |

    例子: 至少几项；至少一项时，有一样就够，别的不知道也得分
      | 规则                                                                        | 牌子 | 制度 | 场所 | 结果     | 得分 |
      | rule: at least, at_least: 2, items: [{met: 牌子}, {met: 制度}, {met: 场所}] | 是   | 否   | 是   | 计分     | 20   |
      | rule: at least, at_least: 2, items: [{met: 牌子}, {met: 制度}, {met: 场所}] | 是   | 否   | 否   | 计分     | 0    |
      | rule: at least, at_least: 1, items: [{met: 牌子}, {met: 制度}, {met: 场所}] |      | 是   |      | 计分     | 20   |
      | rule: at least, at_least: 1, items: [{met: 牌子}, {met: 制度}, {met: 场所}] | 否   | 否   | 否   | 计分     | 0    |
      | rule: at least, at_least: 1, items: [{met: 牌子}, {met: 制度}, {met: 场所}] | 否   |      | 否   | 无法评定 | —    |

  场景: 在加分部分按比例加，在扣分部分按比例扣
    # 正常率 6 ÷ 8 = 75%，非正常率 25%：加 4 × 75% = 3，扣 8 × 25% = 2；
    # 有牌子、没有制度：加 1，有场所不足扣 2
    假如 考核办法为:
      """
      ruleset: engine-lists-sections
      title: 加扣
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      base: 100
      assumed: {scale: 例, base: 例, indicators: 例, sections: 例, grades: 例}
      tables:
        visits: {}
        villages: {columns: {sign: {label: 牌子, type: boolean}, damp: {label: 场所不足, type: boolean}}}
      indicators:
        regular_rate: {label: 正常率, from: visits, rate: {of: not irregular}}
        irregular_rate: {label: 非正常率, from: visits, rate: {of: irregular}}
      sections:
        more:
          label: 加分
          kind: bonus
          clause: C1
          criteria:
            regular: {label: 正常, points: 4, method: proportion, of: 正常率}
            sign: {label: 挂牌, points: 1, method: checklist, rule: all, items: [{met: 牌子}]}
        less:
          label: 扣分
          kind: deduction
          clause: C1
          criteria:
            irregular: {label: 非正常, points: 8, method: proportion, of: 非正常率}
            damp: {label: 场所, points: 3, method: checklist, items: [{met: 场所不足, points: 2}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 | 牌子 | 场所不足 |
      | 甲村 | 是   | 是       |
    而且 以下走访:
      | 村   | 层级 | 非正常 | 数量 |
      | 甲村 | 县   | 否     | 6    |
      | 甲村 | 县   | 是     | 2    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 正常   | 3    |
      | 甲村 | 挂牌   | 1    |
      | 甲村 | 非正常 | -2   |
      | 甲村 | 场所   | -2   |
    而且 "甲村"的总分为 100
