# language: zh-CN
功能: 按名额评奖
  一等奖 2 个、90 分以上，二等奖 3 个、80 分以上，其余 60 分以上为合格。名额可以写个数，也可以同时写
  比例和个数（取少的）；空出来的名额是作废还是给下一等，由办法写明。

  场景大纲: 一等奖没有评满时，名额按办法作废或者给二等奖
    # 95 分一个村够一等奖，空出 1 个名额；85、84、83、82 四个村争二等奖的 3 个或 4 个名额
    假如 考核办法为:
      """
      ruleset: engine-numbers
      title: 名额
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {villages: {columns: {given: {label: 给分, type: decimal}}}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            given: {label: 给分, points: 100, method: formula, formula: given}
      grades:
        first: {label: 一等奖, from: 90, places: 2, unfilled: <空出>}
        second: {label: 二等奖, from: 80, places: 3}
        pass: {label: 合格, from: 60}
        fail: {label: 不合格, from: 0}
      """
    而且 以下村:
      | 村名 | 给分 |
      | 甲村 | 95   |
      | 乙村 | 85   |
      | 丙村 | 84   |
      | 丁村 | 83   |
      | 戊村 | 82   |
      | 己村 | 50   |
    当 进行考核
    那么 考核结果为:
      | 村   | 分数等次 | 等次     |
      | 甲村 | 一等奖   | 一等奖   |
      | 乙村 | 二等奖   | 二等奖   |
      | 丙村 | 二等奖   | 二等奖   |
      | 丁村 | 二等奖   | 二等奖   |
      | 戊村 | 二等奖   | <戊村>   |
      | 己村 | 不合格   | 不合格   |
    例子:
      | 空出  | 戊村   |
      | empty | 合格   |
      | next  | 二等奖 |

  场景: 分数够一等奖而没有名额的得二等奖，占二等奖的名额
    假如 考核办法为:
      """
      ruleset: engine-numbers
      title: 名额
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      subjects: {group: kind}
      tables: {villages: {columns: {given: {label: 给分, type: decimal}}}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            given: {label: 给分, points: 100, method: formula, formula: given}
      grades:
        first: {label: 一等奖, from: 90, places: 1, quota: 50%}
        second: {label: 二等奖, from: 80, places: 1}
        pass: {label: 合格, from: 0}
      """
    # 村 4 个：50% 是 2 个，和 1 个比取少的，1 个；单位 1 个：50% 不足 1 个，一等奖没有名额
    而且 以下村:
      | 村名   | 类型 | 给分 |
      | 甲村   | 村   | 98   |
      | 乙村   | 村   | 97   |
      | 丙村   | 村   | 88   |
      | 丁村   | 村   | 70   |
      | 司法所 | 单位 | 99   |
    当 进行考核
    那么 考核结果为:
      | 村     | 等次   |
      | 甲村   | 一等奖 |
      | 乙村   | 二等奖 |
      | 丙村   | 合格   |
      | 丁村   | 合格   |
      | 司法所 | 二等奖 |
    而且 "丙村"的等次说明包含"只有 1 个名额"
