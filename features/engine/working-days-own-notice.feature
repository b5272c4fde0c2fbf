# language: zh-CN
功能: 写进考核办法的放假通知
  还没有收进程序的年份，可以把放假通知写进考核办法，也可以这样写本地另放的假；写了的年份只按写的算。

  场景: 那一年的放假通知写进考核办法，就按通知数
    # 2099 年 3 月 3 日是星期二；照下面的（假设的）通知，3 月 4 日放假，3 月 7 日（周六）上班
    假如 考核办法为:
      """
      ruleset: engine-own-holidays
      title: 自写的放假通知
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2099-01-01, to: 2099-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      holidays:
        2099: {notice: 假设的通知, off: [2099-01-01 至 2099-01-03, 2099年3月4日], work: [2099-03-07]}
      tables: {cases: {}}
      indicators:
        late: {label: 逾期受理, from: 信访事项, where: 受理告知日期 晚于 工作日后（受理登记日期，3）}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            late: {label: 按时受理, points: 100, method: per item, deduct: [{of: 逾期受理, each: 10}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下村:
      | 村名 |
      | 甲村 |
    而且 以下信访事项:
      | 信访件编号 | 村   | 受理登记日期 | 受理告知日期 |
      | x1         | 甲村 | 2099-03-03   | 2099-03-07   |
      | x2         | 甲村 | 2099-03-03   | 2099-03-08   |
    当 进行考核
    那么 "甲村"的"按时受理"依据记录为"x2"
