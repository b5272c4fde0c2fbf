# language: zh-CN
功能: 条件里的中文词
  条件可以照文件的说法写：且、或、非、属于、介于……与……、为空、不超过……，全角标点也认，词与词之间可以
  不空格。列的中文名总是整个地认：走访表有“非正常”这一列，“非正常”就是这一列；村表只有“达标”这一列，
  “非达标”就是不达标。

  场景大纲: 数符合条件的走访
    # v1 市、2 人、非正常；v2 京、8 人、非正常、越级；v3 京、9 人；v4 省、人数未登记、非正常；v5 村、1 人
    假如 考核办法为:
      """
      ruleset: engine-words
      title: 中文词
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {visits: {}}
      indicators:
        found: {label: 符合的走访, from: 走访, where: <条件>}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            line: {label: 走访, points: 100, method: per item, add: [{of: 符合的走访, each: 10}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下走访:
      | 走访编号 | 村   | 层级 | 走访日期   | 人数 | 非正常 | 越级 |
      | v1       | 甲村 | 市   | 2025-02-01 | 2    | 是     | 否   |
      | v2       | 甲村 | 京   | 2025-03-31 | 8    | 是     | 是   |
      | v3       | 甲村 | 京   | 2025-04-01 | 9    | 否     | 否   |
      | v4       | 甲村 | 省   | 2025-05-01 |      | 是     | 否   |
      | v5       | 甲村 | 村   | 2025-12-31 | 1    | 否     | 否   |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   | 记录数 |
      | 甲村 | 走访   | <得分> | <件数> |

    例子: 属于、且、或、非
      | 条件                                              | 件数 | 得分 |
      | 层级 属于 （'市'，'省'，'京'） 且 非正常          | 3    | 30   |
      | 层级属于（“市”、“省”、“京”）且非正常              | 3    | 30   |
      | 层级 不属于 （'市'，'省'，'京'） 或 越级          | 2    | 20   |
      | 层级属于（“市”、“京”）且非 非正常                 | 1    | 10   |
      | 非（非正常 或 越级）                              | 2    | 20   |

    例子: 比较、是否为空、是和否
      | 条件                                              | 件数 | 得分 |
      | 人数不为空且人数不超过8                           | 3    | 30   |
      | 人数不为空且人数大于8                             | 1    | 10   |
      | 人数 为空                                         | 1    | 10   |
      | 人数不为空且人数 介于 2 和 8                      | 2    | 20   |
      | 层级 是 “京” 且 非正常 是 否                      | 1    | 10   |

    例子: 日期
      | 条件                                              | 件数 | 得分 |
      | 走访日期 不晚于 3月31日                           | 2    | 20   |
      | 走访日期 晚于 2025年3月31日                       | 3    | 30   |
      | 走访日期 属于 2025-03-31 至 2025-04-01            | 2    | 20   |
      | 走访日期介于3月1日至4月30日且越级                 | 1    | 10   |

  场景: 没有“非达标”这一列，“非达标”就是不达标
    假如 考核办法为:
      """
      ruleset: engine-not
      title: 中文词
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 10
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {passed: {label: 达标, type: boolean}}}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            line: {label: 验收, points: 10, method: formula, formula: case when 非达标 then 0 else 10 end}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 | 达标 |
      | 甲村 | 是   |
      | 乙村 | 否   |
    当 进行考核
    那么 考核结果为:
      | 村   | 总分 |
      | 甲村 | 10   |
      | 乙村 | 0    |

  场景大纲: 中文名里有数字、符号和词，也整个地认：“<名>”
    # 6 次检查，4 次有 5 人以上：10 × 4 = 40；再加检查的一半 3，共 43
    假如 考核办法为:
      """
      ruleset: engine-labels
      title: 中文名
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 105
      assumed: {scale: 例, indicators: 例, standards: 例, sections: 例, grades: 例}
      tables: {checks: {columns: {people: {label: 到场人数, type: integer}}}}
      indicators:
        many: {label: "<名>", from: 检查, where: 到场人数 >= 5}
        all: {label: 检查, from: 检查}
      standards:
        enough: {label: 够, when: <名>>=4且检查>5}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            line: {label: 检查, points: 100, method: formula, formula: 10*<名>+检查/2}
            check: {label: 达标, points: 5, method: checklist, items: [{met: 够}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下检查:
      | 村   | 到场人数 | 数量 |
      | 甲村 | 5        | 4    |
      | 甲村 | 4        | 2    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 检查   | 43   |
      | 甲村 | 达标   | 5    |

    例子:
      | 名               |
      | 5人以上的检查    |
      | 3月5日以前的检查 |
      | 检查/抽查        |
      | 检查（5人以上）  |
      | 不少于5人的检查  |
      | 5 人以上 的检查  |
      | ５人以上的检查   |
      | Big checks       |
