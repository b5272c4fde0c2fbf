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
      | 工作表   | 单元格 | 原来 | 改为 |
      | 一、报告 | D13    | 2    | 3    |
      | 条款     | C7     | 2    | 3    |
    而且 收回工作簿
    那么 收回的办法与旧办法相比只改了:
      | 文件         | 原文                  | 改为                  |
      | ruleset.yaml | {of: 迟报, each: 2}   | {of: 迟报, each: 3}   |
      | clauses.yaml | figures: [2, 4, 20]   | figures: [3, 4, 20]   |

  场景: 只改扣分、条款里没有这个数字，在格子上指出
    当 在工作簿里改动:
      | 工作表   | 单元格 | 原来 | 改为 |
      | 一、报告 | D13    | 2    | 3    |
    而且 收回工作簿
    那么 指出工作表“一、报告”第 13 行“D”列：number-unsourced
    而且 没有写出任何文件

  场景: 填错的格子一次全部指出
    当 在工作簿里改动:
      | 工作表   | 单元格 | 原来 | 改为   |
      | 一、报告 | D13    | 2    | 两分   |
      | 一、报告 | D14    | 4    |        |
      | 总则     | C8     | 20   | =10+10 |
    而且 收回工作簿
    那么 指出工作表“一、报告”第 13 行“D”列：“两分”不是数字
    而且 指出工作表“一、报告”第 14 行“D”列：单元格是空的
    而且 指出工作表“总则”第 8 行“C”列：单元格里是公式
    而且 没有写出任何文件

  场景: 去掉一行，新增一行
    # 漏报不再扣分：整行清空；新增一行仍按迟报的样子写
    当 在工作簿里改动:
      | 工作表   | 单元格 | 原来 | 改为     |
      | 一、报告 | C13    | 迟报 |          |
      | 一、报告 | D13    | 2    |          |
      | 一、报告 | C15    |      | 迟报     |
      | 一、报告 | D15    |      | 4        |
    而且 收回工作簿
    那么 收回的办法与旧办法相比只改了:
      | 文件         | 原文                                        | 改为                                        |
      | ruleset.yaml | {of: 迟报, each: 2}, {of: 漏报,  each: 4}   | {of: 漏报,  each: 4}, {of: 迟报,  each: 4}  |
