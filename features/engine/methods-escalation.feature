# language: zh-CN
功能: 递进扣分、加分：第一次、第二次、以后每次（then），逐次加倍（repeated）
  第几次按件数算；各条记录分值不同的，按日期先后，同一天的按编号。

  场景大纲: 迟报五次：第一次 1 分，第二次 2 分，以后每次 3 分
    # 满分 20；迟报 5 次
    假如 考核办法为:
      """
      ruleset: engine-escalation
      title: 递进
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {reports: {}}
      indicators:
        late: {label: 迟报, from: reports, where: 上报时间 晚于 应报时间}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 报送, points: 20, method: per item, floor: none, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
    而且 以下排查报告:
      | 村   | 应报时间   | 上报时间   | 数量   |
      | 甲村 | 2025-03-01 | 2025-03-05 | <次数> |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   |
      | 甲村 | 报送   | <得分> |
    而且 "甲村"的"报送"说明包含"<说明>"
    而且 "乙村"的"报送"说明包含"迟报0次"

    例子: 1 + 2 + 3 + 3 + 3 = 12；1 + 2 = 3；先重后轻 3 + 1 × 4 = 7；只有第一次扣
      | 方法                                         | 次数 | 得分 | 说明                                             |
      | deduct: [{of: late, each: 1, then: [2, 3]}]  | 5    | 8    | 迟报5次，第1次扣1分、第2次扣2分、再有3次，每次扣3分，扣12分 |
      | deduct: [{of: late, each: 1, then: [2, 3]}]  | 3    | 14   | 迟报3次，第1次扣1分、第2次扣2分、第3次扣3分，扣6分          |
      | deduct: [{of: late, each: 1, then: [2, 3]}]  | 2    | 17   | 迟报2次，第1次扣1分、第2次扣2分，扣3分                      |
      | deduct: [{of: late, each: 3, then: [1]}]     | 5    | 13   | 第1次扣3分、再有4次，每次扣1分，扣7分                       |
      | deduct: [{of: late, each: 2, then: [0]}]     | 5    | 18   | 第1次扣2分、再有4次不扣，扣2分                 |

    例子: 逐次加倍 1 + 2 + 4 + 8 + 16 = 31；单次最多 6 分 1 + 2 + 4 + 6 + 6 = 19；1.5 倍 2 + 3 + 4.5 = 9.5
      | 方法                                                    | 次数 | 得分 | 说明                                                   |
      | deduct: [{of: late, each: 1, repeated: 2}]              | 5    | -11  | 第4次扣8分、第5次扣16分，扣31分                        |
      | deduct: [{of: late, each: 1, repeated: 2, up_to: 6}]    | 5    | 1    | 第3次扣4分、再有2次，每次扣6分，扣19分                 |
      | deduct: [{of: late, each: 2, repeated: 1.5, up_to: 5}]  | 3    | 10.5 | 第1次扣2分、第2次扣3分、第3次扣4.5分，扣9.5分          |

    例子: 加分也一样；每满 2 次算一档，5 次是两档，第一档 1 分、第二档 4 分
      | 方法                                                              | 次数 | 得分 | 说明                                                     |
      | add: [{of: late, each: 1, then: [2]}]                             | 5    | 9    | 第1次加1分、再有4次，每次加2分，加9分                    |
      | deduct: [{of: late, each: 1, then: [4], per: 2, begun: full}]     | 5    | 15   | 第1个2次扣1分、第2个2次扣4分，扣5分（不足2次的不计）     |

  场景大纲: 走访：各类分别计次、合并计次，倍数，按日期先后
    # 按日期 v2（1 月 5 日，个人）、v3（2 月 5 日，集体，越级）、v1（3 月 1 日，集体）、v4（4 月 5 日，集体）
    假如 考核办法为:
      """
      ruleset: engine-escalation-classes
      title: 分类递进
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {visits: {}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 50, method: formula, formula: "50"}
            line: {label: 走访, points: 50, method: per item by class, from: visits, where: irregular, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下走访:
      | 走访编号 | 村   | 走访日期   | 人数 | 集体访 | 非正常 | 越级 |
      | v1       | 甲村 | 2025-03-01 | 6    | 是     | 是     | 否   |
      | v2       | 甲村 | 2025-01-05 | 1    | 否     | 是     | 否   |
      | v3       | 甲村 | 2025-02-05 | 7    | 是     | 是     | 是   |
      | v4       | 甲村 | 2025-04-05 | 8    | 是     | 是     | 否   |
      | v5       | 甲村 | 2025-01-01 | 9    | 是     | 否     | 否   |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   |
      | 甲村 | 走访   | <得分> |
    而且 "甲村"的"走访"说明包含"<说明>"

    例子: 分别计次：集体 2 + 4 + 4 = 10，个人 1
      | 方法                                                                                                            | 得分 | 说明                                          |
      | classes: [{label: 集体访, when: collective, each: 2, then: [4]}, {label: 个人访, when: not collective, each: 1}] | 39   | 集体访3次，第1次扣2分、再有2次，每次扣4分，扣10分；个人访1次，每次扣1分 |

    例子: 合并计次：v2 个人第 1 次 1 分；v3、v1、v4 集体第 2、3、4 次 4 + 8 + 16 = 28
      | 方法                                                                                                                                                           | 得分 | 说明                                       |
      | counted: all together, classes: [{label: 集体访, when: collective, each: 2, repeated: 2}, {label: 个人访, when: not collective, each: 1, repeated: 2}]           | 21   | 集体访（第4次）1次，每次扣16分             |
      | counted: all together, classes: [{label: 集体访, when: collective, each: 2, repeated: 2, up_to: 10}, {label: 个人访, when: not collective, each: 1}]             | 27   | 集体访（第4次起）1次，每次扣10分           |

    例子: 越级加倍：集体第 1 次 v3 2 × 2 = 4，v1、v4 第 2、3 次各 4，个人 1；按人数 2 × 7 × 2 + 4 × 6 + 4 × 8 = 84，扣完
      | 方法                                                                                                                                                                                       | 得分 | 说明                                                |
      | classes: [{label: 集体访, when: collective, each: 2, then: [4]}, {label: 个人访, when: not collective, each: 1}], times: [{label: 越级, when: skipped_level, by: 2}]                          | 37   | 集体访（第1次）（越级，乘以2）1次，每次扣4分，扣4分 |
      | classes: [{label: 集体访, when: collective, each: 0.1, then: [0.2], per: people}]                                                                                                           | 46.5 | 扣2.8分                                             |
      | direction: add, classes: [{label: 集体访, when: collective, each: 0.1, then: [0.2], per: people, step: 5, begun: full}]                                                                     | 0.5  | 每5加0.2分，加0.4分（不足5的不计）                  |

  场景: 每月各算各的第一次、第二次
    # 1 月迟报 3 次 1 + 2 + 2 = 5，扣完 4 分；2 月 1 次 1 分；全年合并计算就是 1 + 2 × 3 = 7
    假如 考核办法为:
      """
      ruleset: engine-escalation-months
      title: 每月递进
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-02-28}
      scale: 28
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {reports: {}, visits: {}}
      indicators:
        late: {label: 迟报, from: reports, where: 上报时间 晚于 应报时间}
      sections:
        months:
          label: 每月
          monthly: sum
          clause: C1
          criteria:
            month: {label: 每月报送, points: 4, method: per item, deduct: [{of: late, each: 1, then: [2]}]}
            visits: {label: 每月走访, points: 5, method: per item by class, from: visits, where: irregular, counted: all together, classes: [{when: collective, each: 2, then: [3]}, {when: not collective, each: 1, then: [2]}]}
        year:
          label: 全年
          clause: C1
          criteria:
            year: {label: 全年报送, points: 10, method: per item, deduct: [{of: late, each: 1, then: [2]}]}
      acknowledge:
        - {code: counted-twice, at: criteria.year, reason: 例}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下排查报告:
      | 村   | 应报时间   | 上报时间   | 数量 |
      | 甲村 | 2025-01-10 | 2025-01-12 | 3    |
      | 甲村 | 2025-02-10 | 2025-02-12 | 1    |
    而且 以下走访:
      | 走访编号 | 村   | 走访日期   | 人数 | 集体访 | 非正常 |
      | a        | 甲村 | 2025-01-20 | 6    | 是     | 是     |
      | b        | 甲村 | 2025-01-10 | 1    | 否     | 是     |
      | c        | 甲村 | 2025-02-10 | 7    | 是     | 是     |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项   | 得分 |
      | 甲村 | 每月报送 | 3    |
      | 甲村 | 每月走访 | 4    |
      | 甲村 | 全年报送 | 3    |

  场景: 整改到位的不算在次数里
    # v1 第 1 次 1 分、v2 第 2 次 2 分、v3 第 3 次 3 分；v1 整改到位，剩下 v2、v3 是第 1、2 次，扣 3 分，返还 3 分
    假如 考核办法为:
      """
      ruleset: engine-escalation-righted
      title: 整改
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 20
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {visits: {columns: {fixed: {label: 整改到位, type: boolean, required: true}}}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            by_count:
              label: 按件数
              points: 10
              method: per item by class
              from: visits
              where: irregular
              classes: [{when: people > 0, each: 1, then: [2, 3]}]
              put_right: {when: fixed}
            by_order:
              label: 按先后
              points: 10
              method: per item by class
              from: visits
              where: irregular
              classes: [{when: people > 0, each: 1, then: [2, 3]}]
              times: [{when: people > 5, by: 2}]
              put_right: {when: fixed}
      acknowledge:
        - {code: counted-twice, at: criteria.by_order, reason: 例}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下走访:
      | 走访编号 | 村   | 走访日期   | 人数 | 非正常 | 整改到位 |
      | v1       | 甲村 | 2025-01-20 | 1    | 是     | 是       |
      | v2       | 甲村 | 2025-02-10 | 2    | 是     | 否       |
      | v3       | 甲村 | 2025-03-10 | 6    | 是     | 否       |
    当 进行考核
    # 按先后：1 + 2 + 3 × 2 = 9，剩下 1 + 2 × 2 = 5，返还 4
    那么 得分明细为:
      | 村   | 考核项 | 得分 | 返还 |
      | 甲村 | 按件数 | 7    | 3    |
      | 甲村 | 按先后 | 5    | 4    |
    而且 "甲村"的"按先后"依据"v3"注明"计为第3次"

  场景: 不知道是不是算在里面的，得分也就不知道
    假如 考核办法为:
      """
      ruleset: engine-escalation-unknown
      title: 不明
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 10
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {visits: {}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            line: {label: 走访, points: 10, method: per item by class, from: visits, where: irregular, counted: all together, classes: [{when: people > 5, each: 2, then: [3]}, {when: people <= 5, each: 1}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
    而且 以下走访:
      | 走访编号 | 村   | 走访日期   | 人数 | 非正常 |
      | v1       | 甲村 | 2025-01-20 | 6    | 是     |
      | v2       | 甲村 | 2025-02-10 |      | 是     |
      | v3       | 乙村 | 2025-03-10 | 6    | 是     |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果     | 得分 |
      | 甲村 | 走访   | 无法评定 |      |
      | 乙村 | 走访   | 计分     | 8    |
    而且 "甲村"的总分区间为 0 至 10
