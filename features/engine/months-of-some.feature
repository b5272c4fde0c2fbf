# language: zh-CN
功能: 逐月看，只对一部分村、对干部，有的月份不适用或者数据不全
  没有这一部分的村不排名；不适用的月份不算，也打断连续；数据不全的月份，影响结果的才无法评定。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-months-of-some
      title: 逐月
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-04-30}
      scale: 100
      base: 100
      assumed: {scale: 例, base: 例, indicators: 例, sections: 例, grades: 例, responsibility: 例}
      tables: {villages: {}, checks: {}, duties: {}, cadres: {}, assignments: {}}
      indicators:
        met: {label: 合格率, from: checks, rate: {of: met}}
        absent: {label: 缺岗, subject: cadre, from: duties, where: not present}
        last: {label: 倒数第一月数, months: 检查项, where: 倒数名次 为 1, run: longest}
        good: {label: 高分月数, months: 一、检查, where: 得分 不低于 8}
        bad: {label: 缺岗月数, subject: cadre, months: all, where: 缺岗 >= 2}
      sections:
        checks:
          label: 一、检查
          for: kind = '村'
          kind: bonus
          monthly: sum
          clause: C1
          criteria:
            met: {label: 检查项, points: 10, method: proportion, of: met}
        months:
          label: 二、各月
          kind: deduction
          clause: C1
          criteria:
            last: {label: 连续倒数, points: 20, method: per item, deduct: [{of: last, each: 5}]}
        good:
          label: 三、高分
          kind: bonus
          clause: C1
          criteria:
            good: {label: 高分, points: 4, method: per item, add: [{of: good, each: 1}]}
        own:
          label: 四、本人
          subject: cadre
          kind: deduction
          clause: C1
          criteria:
            bad: {label: 缺岗, points: 10, method: per item, deduct: [{of: bad, each: 3}]}
      responsibility:
        roles:
          村支部书记: {share: 100%}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 | 类型 |
      | 甲村 | 村   |
      | 乙村 | 村   |
      | 所   | 单位 |
    而且 以下干部:
      | 干部编号 | 干部姓名 |
      | k1       | 张三     |
    而且 以下责任分工:
      | 干部 | 村   | 责任角色   |
      | k1   | 所   | 村支部书记 |

  场景: 2月没有检查，不算，也打断连续；单位不在其中
    # 甲村: 1月 0，3月 5，4月 10；2月没有检查。乙村: 1月 10，2月 10，3月 10，4月没有
    # 倒数第一: 1月甲，2月只有乙（它也是倒数第一），3月甲，4月只有甲
    # 甲村 1月、3月、4月，2月断开: 最长 2（3、4月）；乙村 2月: 1
    # 高分（不低于 8）: 甲村 4月: 1；乙村 1、2、3月: 3；不适用的月份不算
    # 总分: 甲村 100 + (0 + 5 + 10) − 10 + 1 = 106；乙村 100 + 30 − 5 + 3 = 128；所 100
    # 张三: 1月缺岗 2 次、3月 1 次、4月 3 次: 两个月，扣 6；所的 100 分归他: 94
    假如 以下检查:
      | 村   | 检查日期   | 达标 |
      | 甲村 | 2025-01-05 | 否   |
      | 甲村 | 2025-03-05 | 是   |
      | 甲村 | 2025-03-06 | 否   |
      | 甲村 | 2025-04-05 | 是   |
      | 乙村 | 2025-01-05 | 是   |
      | 乙村 | 2025-02-05 | 是   |
      | 乙村 | 2025-03-05 | 是   |
    而且 以下值班:
      | 干部 | 值班日期   | 在岗 | 数量 |
      | k1   | 2025-01-03 | 否   | 2    |
      | k1   | 2025-03-03 | 否   | 1    |
      | k1   | 2025-04-03 | 否   | 3    |
    当 进行考核
    那么 考核结果为:
      | 村   | 总分 |
      | 甲村 | 106  |
      | 乙村 | 128  |
      | 所   | 100  |
    而且 得分明细为:
      | 村   | 考核项   | 结果 | 得分 |
      | 甲村 | 连续倒数 | 计分 | -10  |
      | 乙村 | 连续倒数 | 计分 | -5   |
      | 所   | 连续倒数 | 计分 | 0    |
    而且 干部结果为:
      | 干部 | 得分 |
      | 张三 | 94   |
    而且 "甲村"的"连续倒数"说明包含"2月：不适用"
    而且 "甲村"的"连续倒数"说明包含"3月：倒数名次1，计入；4月：倒数名次1，计入"

  场景: 3月有一次检查没有填结果，名次说不准，影响到的都无法评定
    # 乙村 3月 10 分里有一次不知道: 0 至 10。甲村 3月 5 分，倒数第几说不准
    # 高分: 甲村 3月 5 分，不算，照样是 1 个月；乙村 3月说不准: 2 至 3 个月
    假如 以下检查:
      | 村   | 检查日期   | 达标 |
      | 甲村 | 2025-01-05 | 否   |
      | 甲村 | 2025-03-05 | 是   |
      | 甲村 | 2025-03-06 | 否   |
      | 甲村 | 2025-04-05 | 是   |
      | 乙村 | 2025-01-05 | 是   |
      | 乙村 | 2025-02-05 | 是   |
      | 乙村 | 2025-03-05 |      |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项   | 结果     | 得分 |
      | 甲村 | 高分     | 计分     | 1    |
      | 甲村 | 连续倒数 | 无法评定 |      |
      | 乙村 | 高分     | 无法评定 |      |
      | 所   | 连续倒数 | 计分     | 0    |
    而且 "甲村"的总分区间为 96 至 116
