# language: zh-CN
功能: 办法改了什么
  办法每年都改。签发之前要看清：改了哪一条、是收紧还是放宽、依据哪一条款、由哪些情景检验。
  看的是办法的意思，不是文件的文字：换行、注释、换一种写法都不算改动。

  背景: 2024 年的办法：迟报一次扣 2 分，10 分扣完为止；办结率达到 90% 得满分，每少一个百分点扣 1 分
    假如 条款清单为:
      """
      source: {title: 报告和办理考核办法}
      clauses:
        A-1: {ref: 第一条, gist: 迟报每件扣 2 分, status: encoded, figures: [2, 10]}
        A-2: {ref: 第二条, gist: 办结率达到 90%，每少一个百分点扣 1 分, status: encoded, figures: [90%, 1, 10]}
        A-3: {ref: 第三条, gist: 有非正常访的不得评优, status: encoded, figures: [80, 60]}
      """
    而且 旧办法为:
      """
      ruleset: changing
      title: 报告和办理考核
      edition: "2024"
      effective: {from: 2024-01-01}
      period: {from: 2024-01-01, to: 2024-12-31}
      scale: 20
      assumed: {scale: 例}
      tables: {reports: {}, cases: {}, visits: {}}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
        closed: {label: 办结率, from: cases, rate: {of: closed_on is not null}}
        irregular: {label: 非正常访, from: visits, where: irregular and people > 5, assumed: 例}
      standards:
        quiet: {label: 无非正常访, when: irregular = 0}
      sections:
        reports:
          label: 一、报告
          points: 10
          clause: A-1
          criteria:
            late: {label: 迟报, points: 10, method: per item, clause: A-1, deduct: [{of: late, each: 2}]}
        handling:
          label: 二、办理
          points: 10
          clause: A-2
          criteria:
            closed: {label: 办结, points: 10, method: target, clause: A-2, of: closed, target: 90%, each: 1}
      grades:
        good: {label: 优秀, from: 16, assumed: 例}
        fair: {label: 合格, from: 0}
      consequences:
        barred: {label: 不得评优, kind: veto, effect: no honours, when: not quiet, clause: A-3}
      """

  场景: 换一种写法不是改动
    # 0.9 就是 90%；“且”就是 and；标签和编号是一回事；多写的注释和换行不算
    假如 新办法在旧办法上改动:
      | 原文                                       | 改为                                        |
      | target: 90%                                | target: 0.9                                 |
      | deduct: [{of: late, each: 2}]              | deduct: [{each: 2.0, of: 迟报}]             |
      | where: irregular and people > 5            | where: 5 < 人数 且 (非正常)             |
      | when: not quiet                            | when: 非 无非正常访                         |
    当 对比新旧办法
    那么 没有改动

  场景: 扣分加重，目标提高，都是收紧
    假如 新办法在旧办法上改动:
      | 原文                          | 改为                          |
      | deduct: [{of: late, each: 2}] | deduct: [{of: late, each: 3}] |
      | target: 90%                   | target: 95%                   |
    当 对比新旧办法
    那么 改动为:
      | 类别 | 改动                                       | 条款 |
      | 收紧 | 考核项 1.1“迟报”：“迟报”每件分值 −2 → −3   | A-1  |
      | 收紧 | 考核项 2.1“办结”：目标 90% → 95%           | A-2  |
    # 第一条原文写的是 2 分，第二条写的是 90%：新数字还没有出处
    而且 没有出处的改动为:
      | 改动                                       |
      | 考核项 1.1“迟报”：“迟报”每件分值 −2 → −3   |
      | 考核项 2.1“办结”：目标 90% → 95%           |

  场景: 条件改了，看它能不能使结果更差
    # 原来五人以下不算；改后不论人数都算，非正常访只会更多，“无非正常访”只会更难，所以是收紧
    假如 新办法在旧办法上改动:
      | 原文                            | 改为             |
      | where: irregular and people > 5 | where: irregular |
    当 对比新旧办法
    那么 改动为:
      | 类别 | 改动                                                                   | 条款 |
      | 收紧 | 指标“非正常访”：计哪些记录 非正常且人数超过5 → 非正常            | A-3  |

  场景: 标准降低是放宽，有进有出的不下结论
    # 允许一次非正常访，不得评优的只会更少
    假如 新办法在旧办法上改动:
      | 原文                            | 改为                                         |
      | when: irregular = 0             | when: irregular < 2                          |
      | where: submitted_at > due_at    | where: submitted_at is null                  |
    当 对比新旧办法
    那么 改动为:
      | 类别 | 改动                                                        | 条款 |
      | 其他 | 指标“迟报”：计哪些记录 上报时间晚于应报时间 → 没有上报时间   | A-1  |
      | 放宽 | 标准“无非正常访”：条件 没有非正常访 → 非正常访少于2次        | A-3  |

  场景: 改名和新增
    # 指标换了编号，内容没变；第一板块换了名称；多扣一样
    假如 新办法在旧办法上改动:
      | 原文                          | 改为                                                |
      | late: {label: 迟报, from      | slow: {label: 迟报, from                            |
      | deduct: [{of: late, each: 2}] | deduct: [{of: slow, each: 2}, {of: closed, each: 1}] |
      | label: 一、报告               | label: 一、报告工作                                 |
    当 对比新旧办法
    那么 改动为:
      | 类别 | 改动                                                  | 条款 |
      | 文字 | 指标“迟报”：编号 late → slow                          | A-1  |
      | 文字 | 板块“一、报告工作”：名称 一、报告 → 一、报告工作  | A-1  |
      | 收紧 | 考核项 1.1“迟报”：“办结率”扣分 — → 计什么 办结率；每件分值 1 | A-1 |

  场景: 分值、权重、比率的分母，各看对得分的作用
    # 迟报扣完为止，10 分改成 12 分，谁也不会少得，扣得少的多得 2 分，所以是放宽
    # 报告板块打八折，得分只会少，所以是收紧
    # 分母去掉的只有五人以下而且已办结的，都是算作办结的：办结率只会低，所以是收紧
    假如 新办法在旧办法上改动:
      | 原文                                     | 改为                                                                |
      | late: {label: 迟报, points: 10           | late: {label: 迟报, points: 12                                      |
      | label: 一、报告                          | label: 一、报告\n    weight: 80%                                    |
      | rate: {of: closed_on is not null}        | rate: {of: closed_on is not null, over: 办结日期 为空 或 涉及人数 > 5}              |
    当 对比新旧办法
    那么 改动为:
      | 类别 | 改动                                           | 条款 |
      | 收紧 | 指标“办结率”：以什么为基数 — → 没有办结日期或涉及人数超过5 | A-2 |
      | 收紧 | 板块“一、报告”：权重 1 → 80%                    | A-1  |
      | 放宽 | 考核项 1.1“迟报”：分值 10 → 12                 | A-1  |
