# language: zh-CN
功能: 用工作簿改办法
  办事员不写 YAML。办法导出为工作簿，改好了收回来：没动的一字不差，注释也在；改了哪一格，文件里就只改哪一处。
  填错的格子按工作表和行列逐一指出，一个文件也不写。

  背景: 2024 年的办法：迟报一次扣 2 分，漏报一次扣 4 分，20 分扣完为止
    假如 条款清单为:
      """
      source: {title: 报告考核办法}
      clauses:
        A-1: {ref: 第一条, gist: 迟报、漏报按件扣分, status: encoded, figures: [2, 4, 20]}
      """
    而且 旧办法为:
      """
      ruleset: workbook
      title: 报告考核
      edition: "2024"
      effective: {from: 2024-01-01}
      period: {from: 2024-01-01, to: 2024-12-31}
      scale: 20  # 总分
      assumed: {scale: 例}
      tables: {reports: {}}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
        missing: {label: 漏报, from: reports, where: submitted_at is null}
      sections:
        reports:
          label: 一、报告
          points: 20
          clause: A-1
          criteria:
            late:
              label: 按时报告
              points: 20
              method: per item
              clause: A-1
              # 扣完为止
              deduct: [{of: 迟报, each: 2}, {of: 漏报,  each: 4}]
      grades:
        good: {label: 优秀, from: 16, assumed: 例}
        fair: {label: 合格, from: 0}
      """
    当 旧办法导出为工作簿

  场景: 什么也没改
    当 收回工作簿
    那么 收回的办法与旧办法一字不差

  场景: 办事员把迟报每次扣 2 分改为 3 分，条款里的数字一并改
    当 在工作簿里改动:
      | 工作表   | 单元格 | 原来     | 改为     |
      | 一、报告 | D17    | 2        | 3        |
      | 条款     | G5     | 2、4、20 | 3、4、20 |
    而且 收回工作簿
    那么 收回的办法与旧办法相比只改了:
      | 文件         | 原文                  | 改为                  |
      | ruleset.yaml | {of: 迟报, each: 2}   | {of: 迟报, each: 3}   |
      | clauses.yaml | figures: [2, 4, 20]   | figures: [3, 4, 20]   |

  场景: 只改扣分、条款里没有这个数字，在格子上指出
    当 在工作簿里改动:
      | 工作表   | 单元格 | 原来 | 改为 |
      | 一、报告 | D17    | 2    | 3    |
    而且 收回工作簿
    那么 指出工作表“一、报告”第 17 行“D”列：number-unsourced
    而且 没有写出任何文件

  场景: 填错的格子一次全部指出
    # D19 起是新增行：写了分值，没写计什么；等次里编号重了，起始没写
    当 在工作簿里改动:
      | 工作表   | 单元格 | 原来 | 改为   |
      | 一、报告 | D17    | 2    | 两分   |
      | 一、报告 | D18    | 4    |        |
      | 一、报告 | D19    |      | 3      |
      | 总则     | C8     | 20   | =10+10 |
      | 等次     | B6     |      | good   |
      | 等次     | C6     |      | 良好   |
    而且 收回工作簿
    那么 指出工作表“一、报告”第 17 行“D”列：“两分”不是数字
    而且 指出工作表“一、报告”第 18 行“D”列：单元格是空的
    而且 指出工作表“一、报告”第 19 行“C”列：单元格是空的
    而且 指出工作表“总则”第 8 行“C”列：单元格里是公式
    而且 指出工作表“等次”第 6 行“B”列：“good”已经有了
    而且 指出工作表“等次”第 6 行“D”列：单元格是空的
    而且 没有写出任何文件

  场景: 去掉一行，新增一行
    # 迟报不再扣分：整行清空；新增一行，照 fmt 的写法
    当 在工作簿里改动:
      | 工作表   | 单元格 | 原来 | 改为     |
      | 一、报告 | C17    | 迟报 |          |
      | 一、报告 | D17    | 2    |          |
      | 一、报告 | C19    |      | 迟报     |
      | 一、报告 | D19    |      | 4        |
    而且 收回工作簿
    那么 收回的办法与旧办法相比只改了:
      | 文件         | 原文                                        | 改为                                       |
      | ruleset.yaml | {of: 迟报, each: 2}, {of: 漏报,  each: 4}   | {of: 漏报,  each: 4}, {of: 迟报, each: 4}  |

  场景: 原来没有最高分，添上
    当 在工作簿里改动:
      | 工作表   | 单元格 | 原来     | 改为         |
      | 一、报告 | F22    |          | 18           |
      | 条款     | G5     | 2、4、20 | 2、4、20、18 |
    而且 收回工作簿
    那么 收回的办法与旧办法相比只改了:
      | 文件         | 原文                            | 改为                                        |
      | ruleset.yaml | {of: 漏报,  each: 4}]           | {of: 漏报,  each: 4}]⏎        cap: 18 |
      | clauses.yaml | figures: [2, 4, 20]             | figures: [2, 4, 20, 18]                     |

  场景: 新增一个指标，在第 1 行之后按它扣分
    当 在工作簿里改动:
      | 工作表   | 单元格 | 原来     | 改为                                 |
      | 指标     | C16    |          | urgent                               |
      | 指标     | D16    |          | 急报迟报                             |
      | 指标     | G16    |          | reports                              |
      | 指标     | G18    |          | kind = '急' and submitted_at > due_at |
      | 一、报告 | C19    |          | 急报迟报                             |
      | 一、报告 | D19    |          | 1                                    |
      | 一、报告 | K19    |          | 1                                    |
      | 条款     | G5     | 2、4、20 | 1、2、4、20                          |
    而且 收回工作簿
    那么 收回的办法与旧办法相比只改了:
      | 文件         | 原文                                       | 改为                                                                                                                                |
      | ruleset.yaml | where: submitted_at is null}               | where: submitted_at is null}⏎  urgent:  {label: 急报迟报, from: reports, where: kind = '急' and submitted_at > due_at} |
      | ruleset.yaml | {of: 迟报, each: 2}                        | {of: 迟报, each: 2}, {of: 急报迟报, each: 1}                                                                                        |
      | clauses.yaml | figures: [2, 4, 20]                        | figures: [1, 2, 4, 20]                                                                                                              |

  场景: 漏报另立一项，按时报告改为 15 分；新的一项排在前面也只多出它自己
    当 在工作簿里改动:
      | 工作表   | 单元格 | 原来     | 改为            |
      | 一、报告 | C12    | 20       | 15              |
      | 一、报告 | C18    | 漏报     |                 |
      | 一、报告 | D18    | 4        |                 |
      | 一、报告 | C27    |          | missing_reports |
      | 一、报告 | D27    |          | 不漏报          |
      | 一、报告 | E27    |          | 5               |
      | 一、报告 | D31    |          | A-1             |
      | 一、报告 | C34    |          | 漏报            |
      | 一、报告 | D34    |          | 4               |
      | 条款     | G5     | 2、4、20 | 2、4、5、15、20 |
    而且 收回工作簿
    那么 收回的办法与旧办法相比只改了:
      | 文件         | 原文                                                        | 改为 |
      | ruleset.yaml | points: 20⏎        method                             | points: 15⏎        method |
      | ruleset.yaml | {of: 迟报, each: 2}, {of: 漏报,  each: 4}]                  | {of: 迟报, each: 2}]⏎      missing_reports:⏎        label: 不漏报⏎        points: 5⏎        clause: A-1⏎        method: per item⏎        deduct: [{of: 漏报, each: 4}] |
      | clauses.yaml | figures: [2, 4, 20]                                         | figures: [2, 4, 5, 15, 20] |

  场景: 漏报不再考核：扣分去掉一行，指标整项删去
    当 在工作簿里改动:
      | 工作表   | 单元格 | 原来     | 改为  |
      | 一、报告 | C18    | 漏报     |       |
      | 一、报告 | D18    | 4        |       |
      | 指标     | F13    |          | 删除  |
      | 条款     | G5     | 2、4、20 | 2、20 |
    而且 收回工作簿
    那么 收回的办法与旧办法相比只改了:
      | 文件         | 原文                                                                        | 改为        |
      | ruleset.yaml | ⏎  missing: {label: 漏报, from: reports, where: submitted_at is null}       |             |
      | ruleset.yaml | , {of: 漏报,  each: 4}]                                                     | ]           |
      | clauses.yaml | figures: [2, 4, 20]                                                         | figures: [2, 20] |
