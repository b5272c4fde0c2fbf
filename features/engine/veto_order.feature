# language: zh-CN
功能: 否决、降等与配额的先后
  先后固定：总分归零 → 名次 → 分数等次 → 降等 → 否决等次 → 配额。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-veto
      title: 否决
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, standards: 例, sections: 例, grades: 例}
      tables:
        villages:
          columns:
            given: {label: 给分, type: decimal}
            fault: {label: 情形, values: [无, 归零, 垫底, 降等, 再降, 限等, 禁奖]}
      indicators: {}
      standards:
        zero: {label: 应归零, when: fault = '归零'}
        last: {label: 应垫底, when: fault = '垫底'}
        down: {label: 应降等, when: "fault in ('降等', '再降')"}
        more: {label: 应再降, when: fault = '再降'}
        limited: {label: 应限等, when: fault = '限等'}
        barred: {label: 应禁奖, when: fault = '禁奖'}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            given: {label: 给分, points: 100, method: formula, formula: given}
      grades:
        excellent: {label: 优秀, from: 90, quota: 50%}
        good: {label: 良好, from: 80}
        fair: {label: 合格, from: 60}
        poor: {label: 不合格, from: 0}
      consequences:
        praised: {label: 通报表扬, kind: honour, when: band = '优秀', clause: C1}
        zeroed: {label: 总分归零, kind: veto, effect: zero, when: zero, clause: C1}
        bottom: {label: 名列末位, kind: veto, effect: last, when: last, clause: C1}
        fallen: {label: 降一等, kind: downgrade, when: down, clause: C1}
        fallen_more: {label: 再降两等, kind: downgrade, steps: 2, when: more, clause: C1}
        fair_at_best: {label: 最高合格, kind: veto, effect: grade, grade: fair, when: limited, clause: C1}
        no_praise: {label: 不得评优, kind: veto, effect: no honours, when: barred, clause: C1}
      """

  场景: 总分归零在排名之前
    # 甲 95 分归零后排到 60 分的丙村之后；两个优秀名额（4 × 50%）由乙、丁得到
    假如 以下村:
      | 村名 | 给分 | 情形 |
      | 甲村 | 95   | 归零 |
      | 乙村 | 92   | 无   |
      | 丙村 | 60   | 无   |
      | 丁村 | 91   | 无   |
    当 进行考核
    那么 考核结果为:
      | 村   | 总分 | 名次 | 分数等次 | 等次   |
      | 乙村 | 92   | 1    | 优秀     | 优秀   |
      | 丁村 | 91   | 2    | 优秀     | 优秀   |
      | 丙村 | 60   | 3    | 合格     | 合格   |
      | 甲村 | 0    | 4    | 不合格   | 不合格 |
    而且 "甲村"受到"总分归零"

  场景: 名列末位的村保留总分，但排在所有村之后
    假如 以下村:
      | 村名 | 给分 | 情形 |
      | 甲村 | 95   | 垫底 |
      | 乙村 | 50   | 无   |
      | 丙村 | 70   | 无   |
    当 进行考核
    那么 考核结果为:
      | 村   | 总分 | 名次 |
      | 丙村 | 70   | 1    |
      | 乙村 | 50   | 2    |
      | 甲村 | 95   | 3    |

  场景: 两个村都名列末位，仍按总分分先后
    假如 以下村:
      | 村名 | 给分 | 情形 |
      | 甲村 | 80   | 垫底 |
      | 乙村 | 90   | 垫底 |
      | 丙村 | 70   | 无   |
    当 进行考核
    那么 考核结果为:
      | 村   | 名次 |
      | 丙村 | 1    |
      | 乙村 | 2    |
      | 甲村 | 3    |

  场景: 降等在分数等次之后、配额之前，降下来的村不占优秀名额
    # 三个村，优秀名额 ⌊3 × 50%⌋ = 1：甲村降到良好，名额归乙村
    假如 以下村:
      | 村名 | 给分 | 情形 |
      | 甲村 | 95   | 降等 |
      | 乙村 | 91   | 无   |
      | 丙村 | 85   | 无   |
    当 进行考核
    那么 考核结果为:
      | 村   | 名次 | 分数等次 | 等次 |
      | 甲村 | 1    | 优秀     | 良好 |
      | 乙村 | 2    | 优秀     | 优秀 |
      | 丙村 | 3    | 良好     | 良好 |
    而且 "甲村"受到"降一等"

  场景: 几个降等加在一起，但不会低于最末一等
    # 甲：优秀降 1 + 2 = 3 等为不合格；乙：合格降 3 等，止于不合格
    假如 以下村:
      | 村名 | 给分 | 情形 |
      | 甲村 | 95   | 再降 |
      | 乙村 | 65   | 再降 |
    当 进行考核
    那么 考核结果为:
      | 村   | 分数等次 | 等次   |
      | 甲村 | 优秀     | 不合格 |
      | 乙村 | 合格     | 不合格 |

  场景大纲: 限定最高等次只会拉低，不会抬高
    假如 以下村:
      | 村名 | 给分   | 情形 |
      | 甲村 | <给分> | 限等 |
    当 进行考核
    那么 "甲村"的等次为"<等次>"

    例子:
      | 给分 | 等次   |
      | 95   | 合格   |
      | 85   | 合格   |
      | 65   | 合格   |
      | 30   | 不合格 |

  场景: 不得评优只取消荣誉，不动总分、名次和等次
    假如 以下村:
      | 村名 | 给分 | 情形 |
      | 甲村 | 95   | 禁奖 |
      | 乙村 | 94   | 无   |
      | 丙村 | 10   | 无   |
      | 丁村 | 10   | 无   |
    当 进行考核
    那么 考核结果为:
      | 村   | 总分 | 名次 | 等次 |
      | 甲村 | 95   | 1    | 优秀 |
      | 乙村 | 94   | 2    | 优秀 |
    而且 "甲村"没有"通报表扬"
    而且 "甲村"受到"不得评优"
    而且 "乙村"获得"通报表扬"
