# language: zh-CN
功能: 考核项之外：部分的上下限和权重、基础分、参数、角色和奖金

  场景大纲: 一个部分合起来的下限、上限和权重
    # 部分一 60 分（两项各 30 分），部分二 100 分，权重 40%；60 + 100 × 40% = 100
    # 甲村一项给 <一> 分、另一项给 <二> 分，部分二给 <三> 分
    假如 考核办法为:
      """
      ruleset: engine-sections
      title: 部分
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
      tables:
        villages:
          columns:
            a: {label: 一, type: decimal}
            b: {label: 二, type: decimal}
            c: {label: 三, type: decimal}
      indicators: {}
      sections:
        one:
          label: 部分一
          clause: C1
          floor: 10
          cap: 50
          criteria:
            a: {label: 第一项, points: 30, floor: -20, method: formula, formula: a}
            b: {label: 第二项, points: 30, floor: -20, method: formula, formula: b}
        two:
          label: 部分二
          clause: C1
          weight: 40%
          criteria:
            c: {label: 第三项, points: 100, method: formula, formula: c}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 | 一   | 二   | 三   |
      | 甲村 | <一> | <二> | <三> |
    当 进行考核
    那么 "甲村"的总分为 <总分>

    例子: 合起来至少 10、至多 50；部分二乘 40%
      | 一  | 二  | 三   | 总分  |
      | 20  | 15  | 50   | 55    |
      | 30  | 30  | 100  | 90    |
      | 5   | -20 | 0    | 10    |
      | 30  | -15 | 33.3 | 28.32 |

  场景大纲: 参数按考核日期取当时的数，也可以写在方法要数字的地方
    # 漏报 3 次：每次 2024 年扣 1 分，2025 年扣 2 分，2026 年扣 2.5 分
    假如 考核办法为:
      """
      ruleset: engine-parameters
      title: 参数
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
      tables: {reports: {}}
      parameters:
        fine: {label: 每件扣分, values: {2024-01-01: 1, 2025-01-01: 2, 2026-01-01: 2.5}}
        least: {label: 起点, value: 3}
      indicators:
        missing: {label: 漏报, from: reports, where: submitted_at is null}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            one: {label: 逐件, points: 50, method: per item, deduct: [{of: 漏报, each: 每件扣分}]}
            two: {label: 算式, points: 30, method: formula, formula: 30 - fine * 漏报}
            three: {label: 分档, points: 20, method: bands, of: 漏报, bands: [{to: 起点, points: 20}, {from: least, points: 每件扣分}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 考核日期为 <考核日>
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下排查报告:
      | 村   | 应报时间         | 上报时间 | 数量 |
      | 甲村 | <考核日> 12:00   |          | 3    |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 逐件   | <一> |
      | 甲村 | 算式   | <二> |
      | 甲村 | 分档   | <三> |

    例子:
      | 考核日     | 一   | 二   | 三  |
      | 2024-12-31 | 47   | 27   | 1   |
      | 2025-01-01 | 44   | 24   | 2   |
      | 2027-06-30 | 42.5 | 22.5 | 2.5 |

  场景: 合计、最大和最小；一条也没有时，最大最小是空的
    # 甲：3、8、5 人：合计 16，最大 8，最小 3；乙没有：合计 0，最大最小的考核项不适用
    假如 考核办法为:
      """
      ruleset: engine-measures
      title: 合计
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
      tables: {cases: {}}
      indicators:
        people_total: {label: 合计人数, from: cases, sum: people, where: closed_on is null}
        most: {label: 最多人数, from: cases, max: people, where: closed_on is null}
        fewest: {label: 最少人数, from: cases, min: people, where: closed_on is null}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            total: {label: 合计, points: 40, method: per item, add: [{of: 合计人数, each: 1}]}
            most: {label: 最多, points: 30, method: target, of: 最多人数, target: 5, each: 2, direction: at most}
            fewest: {label: 最少, points: 30, method: bands, of: 最少人数, bands: [{to: 4, points: 9}, {from: 4, points: 30}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
    而且 以下信访事项:
      | 村   | 涉及人数 | 办结日期   |
      | 甲村 | 3        |            |
      | 甲村 | 8        |            |
      | 甲村 | 5        |            |
      | 甲村 | 99       | 2025-03-01 |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 结果   | 得分 | 记录数 |
      | 甲村 | 合计   | 计分   | 16   | 3      |
      | 甲村 | 最多   | 计分   | 24   | 3      |
      | 甲村 | 最少   | 计分   | 9    | 3      |
      | 乙村 | 合计   | 计分   | 0    | 0      |
      | 乙村 | 最多   | 不适用 | 30   | 0      |
      | 乙村 | 最少   | 不适用 | 30   | 0      |

  场景: 按角色记到当时负责的干部
    # 每次非正常访扣 2 分，记到包村干部和包案领导：v1 张三在任；v2 李四接任；v3 有案号，另记包案的王五
    # 同一条记录，一人两种角色只记一次；角色不在此列的赵六不记
    假如 考核办法为:
      """
      ruleset: engine-through
      title: 角色
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      base: 100
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例, base: 例, responsibility: 例}
      tables: {visits: {}, cases: {}, cadres: {}, assignments: {}}
      indicators:
        charged: {label: 名下非正常访, subject: cadre, from: visits, where: irregular, through: [包村干部, 包案领导]}
      sections:
        own:
          label: 本人
          kind: deduction
          subject: cadre
          clause: C1
          criteria:
            charged: {label: 非正常访, points: 20, method: per item, deduct: [{of: 名下非正常访, each: 2}]}
        none:
          label: 村
          kind: bonus
          clause: C1
          criteria:
            zero: {label: 村不计, points: 1, method: formula, formula: "0"}
      grades:
        all: {label: 全部, from: 0}
      responsibility:
        roles:
          包村干部: {share: 0%}
          联络员: {share: 0%}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下干部:
      | 干部姓名 |
      | 张三     |
      | 李四     |
      | 王五     |
      | 赵六     |
    而且 以下信访事项:
      | 信访件编号 | 村   |
      | c1         | 甲村 |
      | c2         | 甲村 |
    而且 以下责任分工:
      | 干部 | 村   | 责任角色 | 信访件编号 | 起始日期   | 截止日期   |
      | 张三 | 甲村 | 包村干部 |            |            | 2025-03-31 |
      | 李四 | 甲村 | 包村干部 |            | 2025-04-01 |            |
      | 李四 | 甲村 | 包案领导 | c2         |            |            |
      | 王五 | 甲村 | 包案领导 | c1         |            |            |
      | 王五 | 甲村 | 联络员   |            |            |            |
      | 赵六 | 甲村 | 联络员   |            |            |            |
    而且 以下走访:
      | 走访编号 | 村   | 层级 | 走访日期   | 信访件编号 | 非正常 |
      | v1       | 甲村 | 县   | 2025-03-31 |            | 是     |
      | v2       | 甲村 | 县   | 2025-04-01 |            | 是     |
      | v3       | 甲村 | 县   | 2025-05-01 | c1         | 是     |
      | v4       | 甲村 | 县   | 2025-05-02 | c2         | 是     |
      | v5       | 甲村 | 县   | 2025-05-03 |            | 否     |
    当 进行考核
    那么 得分明细为:
      | 干部 | 考核项   | 得分 | 记录数 |
      | 张三 | 非正常访 | -2   | 1      |
      | 李四 | 非正常访 | -6   | 3      |
      | 王五 | 非正常访 | -2   | 1      |
      | 赵六 | 非正常访 | 0    | 0      |
    而且 "张三"的"非正常访"依据记录为"v1"
    而且 "李四"的"非正常访"依据记录为"v2, v3, v4"
    而且 "王五"的"非正常访"依据记录为"v3"
    而且 "赵六"的"非正常访"依据记录为""
    而且 干部结果为:
      | 干部 | 得分 | 名次 |
      | 赵六 | 100  | 1    |
      | 张三 | 98   | 2    |
      | 王五 | 98   | 2    |
      | 李四 | 94   | 4    |

  场景大纲: 奖金按得分：一段一个算法，含下限不含上限，四舍五入
    # 90 分起：500 元加每超 90 分一分 33.335 元；60 至 90：每分 1 元；60 以下扣 100 元
    假如 考核办法为:
      """
      ruleset: engine-pay
      title: 奖金
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例, pay: 例}
      tables: {villages: {columns: {given: {label: 给分, type: decimal}}}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            given: {label: 给分, points: 100, method: formula, formula: given}
      grades:
        all: {label: 全部, from: 0}
      pay:
        prize:
          label: 奖金
          subject: village
          clause: C1
          places: <小数>
          assumed: 例
          bands:
            - {from: 90, amount: 500, each: 33.335, over: 90}
            - {from: 60, to: 90, each: 1}
            - {to: 60, amount: -100}
      """
    而且 以下村:
      | 村名 | 给分   |
      | 甲村 | <给分> |
    当 进行考核
    那么 "甲村"的"奖金"为 <奖金> 元

    例子:
      | 给分  | 小数 | 奖金   |
      | 90    | 2    | 500    |
      | 91    | 2    | 533.34 |
      | 91    | 0    | 533    |
      | 100   | 2    | 833.35 |
      | 89.99 | 2    | 89.99  |
      | 60    | 2    | 60     |
      | 59.99 | 2    | -100   |
