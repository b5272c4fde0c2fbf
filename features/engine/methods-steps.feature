# language: zh-CN
功能: 分档计分：不足一档的按比例、按一档计，或者不计（begun、per、step）
  凡是“每多少扣（加）多少分”的地方，都可以说明不足一档的怎样计。

  场景大纲: 率的目标，不足一个百分点不计
    # 20 分；办结若干件，共 40 件，一件是 2.5 个百分点；目标 90%
    假如 考核办法为:
      """
      ruleset: engine-steps-target
      title: 目标分档
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {cases: {}}
      indicators:
        closed_rate: {label: 办结率, from: cases, rate: {of: closed_on is not null}}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 办结, points: 20, method: target, of: 办结率, target: 90%, <方法>}
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
    而且 "甲村"的"办结"说明包含"<说明>"

    例子: 35 件 87.5%，差 2.5 个百分点，只扣 2 个；34 件 85%，差 5 个；39 件 97.5%，超过 7.5 个
      | 方法                                       | 办结 | 未办结 | 得分 | 说明                                                                    |
      | each: 1, begun: full                       | 35   | 5      | 18   | 比目标低2.5个百分点，每低1个百分点扣1分，扣2分（不足1个百分点的不计）   |
      | each: 1, begun: full                       | 34   | 6      | 15   | 比目标低5个百分点，每低1个百分点扣1分，扣5分                            |
      | each: 2, per: 5%, begun: full              | 35   | 5      | 20   | 不扣分（不足5个百分点的不计）                                           |
      | each: 2, per: 2%, begun: full              | 35   | 5      | 18   | 每低2个百分点扣2分，扣2分（不足2个百分点的不计）                        |
      | each: 1, better: 0.5, cap: 25, begun: full | 39   | 1      | 23.5 | 每高1个百分点加0.5分，加3.5分（不足1个百分点的不计）                    |

  场景大纲: 按金额分档：每欠 1 万元扣 1 分
    # 10 分；甲村欠 35999.99 元，是 3 档又 5999.99 元；乙村正好欠 4 万元；丙村多交 5000 元，不欠
    假如 考核办法为:
      """
      ruleset: engine-steps-value
      title: 金额分档
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      rounding: {places: 4}
      assumed: {scale: 例, sections: 例, grades: 例, rounding: 例}
      tables:
        villages: {columns: {owed: {label: 欠费（元）, type: decimal, required: true}}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 90, method: formula, formula: "90"}
            line: {label: 清欠, points: 10, method: per item, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 | 欠费（元） |
      | 甲村 | 35999.99   |
      | 乙村 | 40000      |
      | 丙村 | -5000      |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分 |
      | 甲村 | 清欠   | <甲> |
      | 乙村 | 清欠   | <乙> |
      | 丙村 | 清欠   | <丙> |
    而且 "甲村"的"清欠"说明包含"<说明>"

    例子: 不足 1 万元的不计、按 1 万元计、按比例计（3.599999 分）；加分从 0 起
      | 方法                                                    | 甲  | 乙 | 丙 | 说明                                                            |
      | deduct: [{of: owed, each: 1, per: 10000, begun: full}]  | 7   | 6  | 10 | 欠费（元）35999.99，每1万元扣1分，扣3分（不足1万元的不计）      |
      | deduct: [{of: owed, each: 1, per: 10000, begun: whole}] | 6   | 6  | 10 | 欠费（元）35999.99，每1万元扣1分，扣4分（不足一档的按一档计）   |
      | deduct: [{of: owed, each: 1, per: 10000}]               | 6.4 | 6  | 10 | 欠费（元）35999.99，每1万元扣1分，扣3.6分                       |
      | add: [{of: owed, each: 2, per: 20000, begun: full}]     | 2   | 4  | 0  | 欠费（元）35999.99，每2万元加2分，加2分（不足2万元的不计）      |

  场景大纲: 按次数、按人数分档
    # 10 分；甲村迟报 7 次；走访 v1 12 人，v2 4 人
    假如 考核办法为:
      """
      ruleset: engine-steps-counts
      title: 次数分档
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {reports: {}, visits: {}}
      indicators:
        late: {label: 迟报, from: reports, where: 上报时间 晚于 应报时间}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 90, method: formula, formula: "90"}
            line: {label: 项目, points: 10, <方法>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下排查报告:
      | 村   | 应报时间   | 上报时间   | 数量 |
      | 甲村 | 2025-03-01 | 2025-03-05 | 7    |
    而且 以下走访:
      | 走访编号 | 村   | 走访日期   | 人数 | 非正常 |
      | v1       | 甲村 | 2025-02-01 | 12   | 是     |
      | v2       | 甲村 | 2025-03-01 | 4    | 是     |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   |
      | 甲村 | 项目   | <得分> |
    而且 "甲村"的"项目"说明包含"<说明>"

    例子: 7 次满 3 次的两档；12 人满 5 人的两档、4 人没有，或者各按比例 2.4 档、0.8 档，或者 3 档、1 档
      | 方法                                                                                                                                   | 得分 | 说明                                              |
      | method: per item, deduct: [{of: late, each: 2, per: 3, begun: full}]                                                                    | 6    | 迟报7次，每3次扣2分，扣4分（不足3次的不计）       |
      | method: per item, deduct: [{of: late, each: 2, per: 3, begun: whole}]                                                                   | 4    | 迟报7次，每3次扣2分，扣6分（不足一档的按一档计）  |
      | method: per item by class, from: visits, classes: [{label: 非访, when: irregular, each: 1, per: people, step: 5, begun: full}]           | 8    | 非访2次，每5扣1分，扣2分（不足5的不计）           |
      | method: per item by class, from: visits, classes: [{label: 非访, when: irregular, each: 1, per: people, step: 5, begun: whole}]          | 6    | 非访2次，每5扣1分，扣4分（不足一档的按一档计）    |
      | method: per item by class, from: visits, classes: [{label: 非访, when: irregular, each: 1, per: people, step: 5}]                        | 6.8  | 非访2次，每5扣1分，扣3.2分                        |
      | method: per item by class, from: visits, classes: [{label: 非访, when: irregular, each: 1, per: people / 5, begun: full}]                | 8    | 每增加1扣1分，扣2分（不足1的不计）                 |

  场景大纲: 逾期每满一个月扣 2 分，不足一个月的不计
    # 期限 1 月 31 日：到 2 月末满一个月，3 月 30 日仍是一个月，3 月 31 日满两个月
    假如 考核办法为:
      """
      ruleset: engine-steps-deadline
      title: 逾期分档
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables: {checks: {}}
      indicators:
        sign: {label: 挂牌日, from: checks, where: met, earliest: checked_on}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            fixed: {label: 固定, points: 80, method: formula, formula: "80"}
            line: {label: 挂牌, points: 20, method: deadline, of: 挂牌日, deadlines: [{by: 01-31, points: 20}], each_month: 2, <不足一月>}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下检查:
      | 村   | 检查项目 | 检查日期 | 达标 |
      | 甲村 | 挂牌     | <日期>   | 是   |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项 | 得分   |
      | 甲村 | 挂牌   | <得分> |

    例子:
      | 不足一月     | 日期       | 得分 |
      | begun: full  | 2025-01-31 | 20   |
      | begun: full  | 2025-02-01 | 20   |
      | begun: full  | 2025-02-27 | 20   |
      | begun: full  | 2025-02-28 | 18   |
      | begun: full  | 2025-03-30 | 18   |
      | begun: full  | 2025-03-31 | 16   |
      | begun: whole | 2025-02-01 | 18   |
      | begun: whole | 2025-03-01 | 16   |
