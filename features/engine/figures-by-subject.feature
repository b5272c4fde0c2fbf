# language: zh-CN
功能: 因考核对象而异的数字
  “办结率城区村 80%、城郊村 75%、其他村 70%”：目标、分值可以按考核对象的一列分别写，也可以写成算式，
  或者就是考核对象自己的一列。列没有填的，或者没有规定数字的，无法评定。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-by-subject
      title: 分类目标
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 40
      assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
      tables:
        villages: {columns: {zone: {label: 地段}, goal: {label: 应报数, type: integer}}}
        cases: {}
        reports: {}
        visits: {}
      parameters:
        more: {label: 城区每件扣分, value: 3}
      indicators:
        closed: {label: 办结率, from: cases, rate: {of: closed_on is not null}}
        sent: {label: 上报数, from: reports, where: submitted_at is not null}
        irregular: {label: 非正常访, from: visits, where: irregular}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            closed:
              label: 办结
              points: 10
              method: target
              of: closed
              target: {by: 地段, 城区: 80%, 城郊: 75%, 村: 70%}
              each: {by: 地段, 城区: 1, others: 0.5}
            irregular:
              label: 非正常访
              points: 10
              method: per item
              deduct: [{of: irregular, each: case when 地段 = '城区' then 城区每件扣分 else 2 end}]
            sent: {label: 报送, points: 10, method: target, of: sent, target: 应报数, each: 2}
            bands:
              label: 规模
              points: 10
              method: bands
              of: sent
              bands: [{to: 2, points: {by: 地段, 城郊: 6, others: 4}}, {from: 2, points: 10}]
      grades: {all: {label: 全部, from: 0}}
      """
    而且 以下村:
      | 村名 | 地段 | 应报数 |
      | 甲村 | 城区 | 4      |
      | 乙村 | 城郊 | 1      |
      | 丙村 | 村   | 3      |
      | 丁村 |      |        |
      | 戊村 | 集镇 | 1      |
    而且 以下信访事项:
      | 村   | 办结日期   | 数量 |
      | 甲村 | 2025-03-01 | 3    |
      | 甲村 |            | 1    |
      | 乙村 | 2025-03-01 | 7    |
      | 乙村 |            | 3    |
      | 丙村 | 2025-03-01 | 7    |
      | 丙村 |            | 3    |
      | 丁村 | 2025-03-01 | 1    |
      | 戊村 | 2025-03-01 | 1    |
    而且 以下走访:
      | 村   | 非正常 | 数量 |
      | 甲村 | 是     | 1    |
      | 乙村 | 是     | 2    |
    而且 以下排查报告:
      | 村   | 上报时间         | 数量 |
      | 甲村 | 2025-03-01 12:00 | 3    |
      | 乙村 | 2025-03-01 12:00 | 1    |
      | 丙村 | 2025-03-01 12:00 | 3    |
    当 进行考核

  场景: 各按各的目标和分值
    # 甲村（城区）: 75%，差 5 个百分点，每个扣 1 分 → 5；1 件扣 3 → 7；报 3 份应报 4 份，差 1 扣 2 → 8；3 份 → 10；共 30
    # 乙村（城郊）: 70%，差 5 个百分点，每个扣 0.5 分 → 7.5；2 件各扣 2 → 6；应报 1 份 → 10；1 份，城郊 6 分；共 29.5
    # 丙村（村）: 70%，正好 → 10；没有 → 10；应报 3 份 → 10；3 份 → 10；共 40
    那么 得分明细为:
      | 村   | 考核项   | 结果 | 得分 |
      | 甲村 | 办结     | 计分 | 5    |
      | 甲村 | 非正常访 | 计分 | 7    |
      | 甲村 | 报送     | 计分 | 8    |
      | 甲村 | 规模     | 计分 | 10   |
      | 乙村 | 办结     | 计分 | 7.5  |
      | 乙村 | 非正常访 | 计分 | 6    |
      | 乙村 | 报送     | 计分 | 10   |
      | 乙村 | 规模     | 计分 | 6    |
      | 丙村 | 办结     | 计分 | 10   |
      | 丙村 | 非正常访 | 计分 | 10   |
      | 丙村 | 报送     | 计分 | 10   |
      | 丙村 | 规模     | 计分 | 10   |
    而且 "甲村"的总分为 30
    而且 "乙村"的总分为 29.5
    而且 "乙村"的"办结"说明包含"地段为城郊；目标75%"
    而且 "甲村"的"非正常访"说明包含"每次扣3分"
    而且 "乙村"的"规模"说明包含"地段为城郊"

  场景: 没有填的、没有规定的，无法评定
    # 丁村没有填地段和应报数：四项都无法评定。戊村在集镇，目标没有规定：办结无法评定；其余 10、报 0 份差 1 扣 2 → 8、其他 4 分，共 22 至 32
    那么 得分明细为:
      | 村   | 考核项   | 结果     | 得分 |
      | 丁村 | 办结     | 无法评定 |      |
      | 丁村 | 非正常访 | 无法评定 |      |
      | 丁村 | 报送     | 无法评定 |      |
      | 丁村 | 规模     | 无法评定 |      |
      | 戊村 | 办结     | 无法评定 |      |
      | 戊村 | 非正常访 | 计分     | 10   |
      | 戊村 | 报送     | 计分     | 8    |
      | 戊村 | 规模     | 计分     | 4    |
    而且 "丁村"的总分区间为 0 至 40
    而且 "戊村"的总分区间为 22 至 32
    而且 "戊村"的"办结"说明包含"“地段”为“集镇”的没有规定数字"
