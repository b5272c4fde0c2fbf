# language: zh-CN
功能: 与其他对象比较
  文件常以“全镇平均”“同类村最好”“上年平均”为尺度。指标用 peers: 写明比较什么、取平均数还是第几位、
  在全部还是本组中比较；数值精确，说明中写明这个尺度是多少、由几个村得出。

  场景: 比全镇平均每高出 10% 扣 2 分
    # 平均 (3 + 2 + 1) ÷ 3 = 2 次；甲村 3 ÷ 2 = 150%，超出 5 个 10%，扣 10 分
    假如 考核办法为:
      """
      ruleset: engine-peers
      title: 与平均数比较
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 20
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {reports: {}}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
        average: {label: 全镇平均迟报, peers: {of: 迟报, take: mean}}
        against: {label: 迟报与平均之比, value: 迟报 / 全镇平均迟报}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            late: {label: 迟报, points: 20, method: target, of: 迟报与平均之比, target: 100%, per: 10%, each: 2, direction: at most}
      grades: {all: {label: 全部, from: 0}}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
      | 丙村 |
    而且 以下排查报告:
      | 村   | 应报时间            | 上报时间            | 数量 |
      | 甲村 | 2025-01-31 18:00:00 | 2025-02-01 09:00:00 | 3    |
      | 乙村 | 2025-01-31 18:00:00 | 2025-02-01 09:00:00 | 2    |
      | 丙村 | 2025-01-31 18:00:00 | 2025-02-01 09:00:00 | 1    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 迟报   | 10   |
      | 乙村 | 迟报   | 20   |
      | 丙村 | 迟报   | 20   |
    而且 "甲村"的"迟报"说明包含"“全镇平均迟报”为2次（3个村）"

  场景大纲: 平均数、中位数、合计、最好和第几位，全部或本组，含不含本身
    # 村：甲 10，乙 20，丙 31；社区：丁 100。全部的平均 161 ÷ 4 = 40.25，中位数 (20 + 31) ÷ 2 = 25.5
    假如 考核办法为:
      """
      ruleset: engine-peers-takes
      title: 取值
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 1000
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      subjects: {group: kind}
      tables: {villages: {columns: {income: {label: 收入, type: decimal}}}}
      indicators:
        others: {label: 尺度, peers: {of: 收入, <写法>}}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            line: {label: 尺度, points: 1000, method: formula, formula: 尺度}
      grades: {all: {label: 全部, from: 0}}
      """
    而且 以下村:
      | 村名 | 类型 | 收入 |
      | 甲村 | 村   | 10   |
      | 乙村 | 村   | 20   |
      | 丙村 | 村   | 31   |
      | 丁居 | 社区 | 100  |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 尺度   | <甲> |
      | 丙村 | 尺度   | <丙> |
      | 丁居 | 尺度   | <丁> |

    例子:
      | 写法                                                       | 甲      | 丙      | 丁      |
      | take: mean                                                 | 40.25   | 40.25   | 40.25   |
      | take: mean, without_self: true                             | 50.3333 | 43.3333 | 20.3333 |
      | take: median                                               | 25.5    | 25.5    | 25.5    |
      | take: median, without_self: true                           | 31      | 20      | 20      |
      | take: sum, over: group                                     | 61      | 61      | 100     |
      | take: mean, over: group                                    | 20.3333 | 20.3333 | 100     |
      | take: mean, over: group, without_self: true                | 25.5    | 15      | —       |
      | take: mean, over: group, without_self: true, alone: own    | 25.5    | 15      | 100     |
      | take: mean, over: group, without_self: true, alone: 12.5   | 25.5    | 15      | 12.5    |
      | take: best                                                 | 100     | 100     | 100     |
      | take: best, nth: 2                                         | 31      | 31      | 31      |
      | take: best, nth: 2, without_self: true                     | 31      | 20      | 20      |
      | take: best, nth: 2, over: group                            | 20      | 20      | —       |
      | take: best, best: least                                    | 10      | 10      | 10      |
      | take: worst, nth: 2                                        | 20      | 20      | 20      |
      | take: mean, among: kind = '村'                             | 20.3333 | 20.3333 | 20.3333 |
      | take: mean, over: 类型, among: 收入 > 10                   | 25.5    | 25.5    | 100     |

  场景: 全镇总体比率，和高于上年平均的
    # 总体办结率 (1 + 3) ÷ (2 + 4) = 66.67%；甲村 50%，乙村 75%。上年平均走访 (1 + 2) ÷ 2 = 1.5 次
    假如 考核办法为:
      """
      ruleset: engine-peers-rate
      title: 总体比率
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 20
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {cases: {}, duties: {}, visits: {}}
      indicators:
        closed: {label: 办结率, from: cases, rate: {of: closed_on is not null}}
        town: {label: 全镇办结率, peers: {of: 办结率, take: overall}}
        irregular: {label: 非正常访, from: visits, where: irregular}
        before: {label: 上年非正常访, from: visits, where: irregular, period: previous}
        last: {label: 上年全镇平均非正常访, peers: {of: 上年非正常访, take: mean}}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            closing: {label: 办结, points: 10, method: checklist, items: [{met: 办结率 >= 全镇办结率}]}
            order: {label: 秩序, points: 10, method: checklist, items: [{met: 非正常访 < 上年全镇平均非正常访}]}
      grades: {all: {label: 全部, from: 0}}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
    而且 以下信访事项:
      | 村   | 受理登记日期 | 办结日期   | 数量 |
      | 甲村 | 2025-03-01   | 2025-03-10 | 1    |
      | 甲村 | 2025-03-01   |            | 1    |
      | 乙村 | 2025-03-01   | 2025-03-10 | 3    |
      | 乙村 | 2025-03-01   |            | 1    |
    而且 以下走访:
      | 村   | 走访日期   | 非正常 | 数量 |
      | 甲村 | 2024-05-06 | 是     | 1    |
      | 乙村 | 2024-05-06 | 是     | 2    |
      | 甲村 | 2025-05-06 | 是     | 1    |
      | 乙村 | 2025-05-06 | 是     | 2    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 办结   | 0    |
      | 乙村 | 办结   | 10   |
      | 甲村 | 秩序   | 10   |
      | 乙村 | 秩序   | 0    |
    而且 "甲村"的"办结"说明包含"“全镇办结率”为66.67%（2个村）"
    而且 "甲村"的"秩序"说明包含"“上年全镇平均非正常访”为1.5次（2个村）"

  场景大纲: 一个村的数值不明，平均数对计入它的各村都不明
    # 丙村未报收入。不含本身时，丙村的尺度 (10 + 20) ÷ 2 = 15 仍然明确
    假如 考核办法为:
      """
      ruleset: engine-peers-unknown
      title: 数值不明
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {income: {label: 收入, type: decimal}}}}
      indicators:
        others: {label: 平均收入, peers: {of: 收入, take: mean<写法>}}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            line: {label: 平均, points: 100, method: formula, formula: 平均收入}
      grades: {all: {label: 全部, from: 0}}
      """
    而且 以下村:
      | 村名 | 收入 |
      | 甲村 | 10   |
      | 乙村 | 20   |
      | 丙村 |      |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果   | 得分 |
      | 甲村 | 平均   | <结果> | <甲> |
      | 丙村 | 平均   | 计分   | <丙> |

    例子:
      | 写法                            | 结果     | 甲 | 丙 |
      | , without_self: true            | 无法评定 | —  | 15 |
      | , among: village_id <> '丙村'   | 计分     | 15 | 15 |

  场景: 数值不明、名册有行被隔离时，都会说明
    # 乙村未报收入；丙、丁两行编号相同被隔离：平均数只能按已采用的村计算
    假如 考核办法为:
      """
      ruleset: engine-peers-notices
      title: 数值不明
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {income: {label: 收入, type: decimal}}}}
      indicators:
        others: {label: 平均收入, peers: {of: 收入, take: mean}}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            line: {label: 平均, points: 100, method: formula, formula: 平均收入}
      grades: {all: {label: 全部, from: 0}}
      """
    而且 以下村:
      | 村编号 | 村名 | 收入 |
      | v1     | 甲村 | 10   |
      | v2     | 乙村 |      |
      | v9     | 丙村 | 10   |
      | v9     | 丁村 | 20   |
    当 接受隔离数据后进行考核
    那么 发现问题"peers-unknown"
    而且 发现问题"subject-kept-out"
    而且 "甲村"的总分区间为 0 至 100

  场景: 各月分别比较
    # 1 月平均 1.5 次：甲 1 次得 10 分，乙 2 次得 0 分；2 月平均 0.5 次：甲 1 次得 0 分，乙 0 次得 10 分
    假如 考核办法为:
      """
      ruleset: engine-peers-monthly
      title: 各月比较
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-02-28}
      scale: 10
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {reports: {}}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
        average: {label: 平均迟报, peers: {of: 迟报, take: mean}}
      sections:
        all:
          label: 全部
          clause: C1
          points: 10
          monthly: average
          criteria:
            late: {label: 迟报, points: 10, method: checklist, items: [{met: 迟报 <= 平均迟报}]}
      grades: {all: {label: 全部, from: 0}}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
    而且 以下排查报告:
      | 村   | 应报时间            | 上报时间            | 数量 |
      | 甲村 | 2025-01-15 18:00:00 | 2025-01-16 09:00:00 | 1    |
      | 乙村 | 2025-01-15 18:00:00 | 2025-01-16 09:00:00 | 2    |
      | 甲村 | 2025-02-15 18:00:00 | 2025-02-16 09:00:00 | 1    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 迟报   | 5    |
      | 乙村 | 迟报   | 5    |

  场景: 干部与干部比较
    # 脱岗：张三 2 次，李四 0 次，平均 1 次；张三多 1 次扣 3 分
    假如 考核办法为:
      """
      ruleset: engine-peers-cadres
      title: 干部比较
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      base: 100
      assumed: {scale: 例, base: 例, indicators: 例, sections: 例, grades: 例, responsibility: 例}
      tables: {duties: {}, cadres: {}, assignments: {}}
      indicators:
        absent: {label: 脱岗, subject: cadre, from: duties, where: not present}
        usual: {label: 平均脱岗, subject: cadre, peers: {of: 脱岗, take: mean}}
      sections:
        own:
          label: 本人
          kind: deduction
          subject: cadre
          clause: C1
          criteria:
            absent: {label: 脱岗, points: 20, method: formula, formula: "0 - 3 * greatest(脱岗 - 平均脱岗, 0)"}
      grades: {all: {label: 全部, from: 0}}
      responsibility: {roles: {村干部: {share: 100%}}}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下干部:
      | 干部 |
      | 张三 |
      | 李四 |
    而且 以下责任分工:
      | 干部 | 村   | 责任角色 |
      | 张三 | 甲村 | 村干部   |
      | 李四 | 甲村 | 村干部   |
    而且 以下值班:
      | 干部 | 在岗 | 数量 |
      | 张三 | 否   | 2    |
      | 李四 | 是   | 1    |
    当 进行考核
    那么 干部结果为:
      | 干部 | 得分 |
      | 张三 | 97   |
      | 李四 | 100  |
