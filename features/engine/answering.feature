# language: zh-CN
功能: 责任分工有误，不多算也不漏说
  同一个人、同一个村、同一个角色，登记了两遍或者日期重叠的，天数只算一次，并且告诉考核办；
  办法里没有的角色也要告诉。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-answering
      title: 责任
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例, responsibility: 例}
      tables: {villages: {columns: {figure: {label: 数值, type: integer}}}, cadres: {}, assignments: {}}
      indicators: {}
      sections:
        all: {label: 全部, clause: C1, criteria: {figure: {label: 数, points: 100, method: formula, formula: figure}}}
      grades: {good: {label: 合格, from: 0}}
      responsibility:
        roles: {村支部书记: {share: 100%}}
        others: [驻村联络员]
      """
    而且 以下村:
      | 村名 | 数值 |
      | 甲村 | 60   |
      | 乙村 | 100  |
    而且 以下干部:
      | 干部姓名 |
      | 张三     |

  场景: 登记了两遍，只算一份
    # 甲村 60、乙村 100，各 365 天，平均 80；若重复的也算，就成了 (60 + 60 + 100) ÷ 3 = 73.33
    假如 以下责任分工:
      | 干部 | 村   | 责任角色   | 起始日期 | 截止日期 |
      | 张三 | 甲村 | 村支部书记 |          |          |
      | 张三 | 甲村 | 村支部书记 |          |          |
      | 张三 | 乙村 | 村支部书记 |          |          |
    当 进行考核
    那么 "张三"的总分为 80
    而且 发现问题"double-assignment"

  场景: 日期重叠的部分只算一次
    # 甲村：1月1日至6月30日、4月1日至12月31日，合起来还是全年 365 天
    假如 以下责任分工:
      | 干部 | 村   | 责任角色   | 起始日期   | 截止日期   |
      | 张三 | 甲村 | 村支部书记 | 2025-01-01 | 2025-06-30 |
      | 张三 | 甲村 | 村支部书记 | 2025-04-01 | 2025-12-31 |
      | 张三 | 乙村 | 村支部书记 |            |            |
    当 进行考核
    那么 "张三"的总分为 80
    而且 发现问题"double-assignment"

  场景: 不分担责任的角色要在办法里写明，写错的角色会提示
    # 驻村联络员写在 others 里，不算；“书记”办法里没有，也不算，但要提示
    假如 以下责任分工:
      | 干部 | 村   | 责任角色   | 起始日期 | 截止日期 |
      | 张三 | 甲村 | 村支部书记 |          |          |
      | 张三 | 乙村 | 驻村联络员 |          |          |
      | 张三 | 乙村 | 书记       |          |          |
    当 进行考核
    那么 "张三"的总分为 60
    而且 发现问题"unknown-role"
