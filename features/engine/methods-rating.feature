# language: zh-CN
功能: 测评（rating）
  每类测评人先平均，再按权重合成，折成考核项的分。

  场景大纲: 权重、满分和去掉最高最低
    # 20 分；群众评 90、80、70、60、20，平均 64；去掉 90 和 20 后平均 70；领导评 100
    假如 考核办法为:
      """
      ruleset: engine-rating
      title: 测评
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
      tables: {ratings: {}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 测评, points: 20, method: rating, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下测评:
      | 村   | 测评人类别 | 评分 | 测评日期   |
      | 甲村 | 群众       | 90   | 2025-06-01 |
      | 甲村 | 群众       | 80   | 2025-06-01 |
      | 甲村 | 群众       | 70   | 2025-06-01 |
      | 甲村 | 群众       | 60   | 2025-06-01 |
      | 甲村 | 群众       | 20   | 2025-12-01 |
      | 甲村 | 领导       | 100  | 2025-06-01 |
      | 甲村 | 群众       | 50   | 2024-06-01 |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果   | 得分   |
      | 甲村 | 测评   | <结果> | <得分> |

    例子: 一类，两类，满分 120
      | 方法                                                              | 结果 | 得分 |
      | kinds: [{kind: 群众, weight: 100%}]                               | 计分 | 12.8 |
      | kinds: [{kind: 群众, weight: 70%}, {kind: 领导, weight: 30%}]     | 计分 | 14.96 |
      | kinds: [{kind: 领导, weight: 100%}], out_of: 120                  | 计分 | 16.6667 |

    例子: 从几个人起去掉最高最低：群众 5 人够 5 人、不够 6 人；领导 1 人不去
      | 方法                                                                                      | 结果 | 得分 |
      | kinds: [{kind: 群众, weight: 100%}], drop_extremes_from: 5                                | 计分 | 14   |
      | kinds: [{kind: 群众, weight: 100%}], drop_extremes_from: 6                                | 计分 | 12.8 |
      | kinds: [{kind: 群众, weight: 50%}, {kind: 领导, weight: 50%}], drop_extremes_from: 3      | 计分 | 17   |

    例子: 只算一部分记录，或者上年的
      | 方法                                                                 | 结果 | 得分 |
      | kinds: [{kind: 群众, weight: 100%}], where: month(rated_on) = 6      | 计分 | 15   |
      | kinds: [{kind: 群众, weight: 100%}], period: previous                | 计分 | 10   |

    例子: 谁都没有评，评不了，除非办法写明没有可评的怎么算；有一类没有评，也评不了
      | 方法                                                              | 结果     | 得分 |
      | kinds: [{kind: 专家, weight: 100%}]                               | 无法评定 | —    |
      | kinds: [{kind: 专家, weight: 100%}], not_applicable: full         | 不适用   | 20   |
      | kinds: [{kind: 群众, weight: 50%}, {kind: 专家, weight: 50%}]     | 无法评定 | —    |
