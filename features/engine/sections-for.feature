# language: zh-CN
功能: 只适用于一部分对象的部分
  “村级考核……，单位考核……”：部分写上“for”，只对符合条件的对象存在；对其他对象不列出，不计分，不占总分。

  场景大纲: 村和单位各有各的部分，各满100分
    # 共同 40，村另有 60（迟报每次扣5），单位另有 60（督查件按时办结率）
    # 甲村: 40 + 60 − 5 × 2 = 90；乙局: 40 + 60 × 1/2 = 70；丙局无督查件，按不适用计满分: 100
    假如 考核办法为:
      """
      ruleset: engine-for
      title: 分对象
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables:
        villages: {columns: {given: {label: 给分, type: decimal}}}
        reports: {}
        cases: {}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
        closed: {label: 督查件办结率, from: cases, rate: {of: closed_on <= due_on}}
      sections:
        common:
          label: 一、共同部分
          clause: C1
          criteria:
            given: {label: 日常, points: 40, method: formula, formula: given}
        of_villages:
          label: 二、村
          for: <村>
          clause: C1
          criteria:
            late:
              label: 报送
              points: 60
              veto: late > 3
              method: per item
              deduct: [{of: late, each: 5}]
        of_units:
          label: 三、单位
          for: <单位>
          clause: C1
          criteria:
            closed: {label: 督办, points: 60, method: proportion, of: closed}
      grades:
        good: {label: 合格, from: 60}
        poor: {label: 不合格, from: 0}
      consequences:
        named: {label: 通报, kind: sanction, when: late.veto, clause: C1}
      """
    而且 以下村:
      | 村名   | 类型 | 给分 |
      | 甲村   | 村   | 40   |
      | 乙局   | 单位 | 40   |
      | 丙局   | 单位 | 40   |
    而且 以下排查报告:
      | 村   | 应报时间         | 上报时间         | 数量 |
      | 甲村 | 2025-03-01 12:00 | 2025-03-02 12:00 | 2    |
      | 乙局 | 2025-03-01 12:00 | 2025-03-02 12:00 | 4    |
    而且 以下信访事项:
      | 村   | 办理期限 | 办结日期   |
      | 乙局 | 2025-05-31 | 2025-05-01 |
      | 乙局 | 2025-05-31 | 2025-06-01 |
      | 甲村 | 2025-05-31 |            |
    当 进行考核
    那么 考核结果为:
      | 村   | 总分 | 名次 |
      | 丙局 | 100  | 1    |
      | 甲村 | 90   | 2    |
      | 乙局 | 70   | 3    |
    而且 得分明细为:
      | 村   | 考核项 | 结果   | 得分 |
      | 甲村 | 日常   | 计分   | 40   |
      | 甲村 | 报送   | 计分   | 50   |
      | 乙局 | 督办   | 计分   | 30   |
      | 丙局 | 督办   | 不适用 | 60   |
    而且 "甲村"没有考核项"督办"
    而且 "乙局"没有考核项"报送"
    而且 "乙局"没有"通报"

    例子:
      | 村          | 单位          |
      | kind = '村' | kind = '单位' |
      | 类型 为 '村' | 类型 不为 '村' |

  场景: 部分有自己的下限和权重；名次得分只在适用的对象之间排
    # 村: 70% × 扣分部分(下限60) + 30% × 名次。甲村 100 − 10 × 5 = 50，按 60: 42 + 30 = 72；乙村 100: 70 + 15 = 85
    # 单位不参加名次: 丙局只有“单位”一项，给分 80
    假如 考核办法为:
      """
      ruleset: engine-for
      title: 分对象
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
      tables:
        villages: {columns: {given: {label: 给分, type: decimal}}}
        reports: {}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
      sections:
        reports:
          label: 报送
          for: kind = '村'
          weight: 70%
          floor: 60
          clause: C1
          criteria:
            late: {label: 迟报扣分, points: 100, method: per item, deduct: [{of: late, each: 10}]}
        places:
          label: 名次
          for: kind = '村'
          weight: 30%
          clause: C1
          criteria:
            place: {label: 名次得分, points: 100, method: rank, by: given, places: [100, 50]}
        units:
          label: 单位
          for: kind <> '村'
          clause: C1
          criteria:
            given: {label: 给分项, points: 100, method: formula, formula: given}
      grades:
        good: {label: 合格, from: 60}
        poor: {label: 不合格, from: 0}
      """
    而且 以下村:
      | 村名   | 类型 | 给分 |
      | 甲村   | 村   | 50   |
      | 乙村   | 村   | 30   |
      | 丙局   | 单位 | 80   |
    而且 以下排查报告:
      | 村   | 应报时间         | 上报时间         | 数量 |
      | 甲村 | 2025-03-01 12:00 | 2025-03-02 12:00 | 5    |
    当 进行考核
    那么 考核结果为:
      | 村   | 总分 |
      | 甲村 | 72   |
      | 乙村 | 85   |
      | 丙局 | 80   |
    而且 "丙局"没有考核项"名次得分"

  场景: 没有一个部分适用的对象，考核时会提示
    # 社区不属于任何部分: 总分 0，并提示各部分加起来是 0，不是 100
    # 是不是重点村不清楚的丁村: 该部分可能有也可能没有，总分是区间，无法评定
    假如 考核办法为:
      """
      ruleset: engine-for
      title: 分对象
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, sections: 例, grades: 例}
      tables:
        villages:
          columns:
            given: {label: 给分, type: decimal, required: true}
            focus: {label: 重点, type: boolean}
      indicators: {}
      sections:
        ordinary:
          label: 村
          for: kind = '村'
          clause: C1
          criteria:
            given: {label: 给分项, points: 100, method: formula, formula: given}
        extra:
          label: 重点村
          kind: bonus
          for: focus
          cap: 3
          clause: C1
          criteria:
            more: {label: 重点加分, points: 5, method: formula, formula: case when given > 50 then 4 else 2 end}
      grades:
        good: {label: 合格, from: 60}
        poor: {label: 不合格, from: 0}
      """
    而且 以下村:
      | 村名   | 类型 | 给分 | 重点 |
      | 甲村   | 村   | 90   | 是   |
      | 乙村   | 村   | 90   | 否   |
      | 丁村   | 村   | 80   |      |
      | 西社区 | 社区 | 80   | 否   |
    当 进行考核
    那么 考核结果为:
      | 村     | 总分 |
      | 甲村   | 93   |
      | 乙村   | 90   |
      | 西社区 | 0    |
    而且 "丁村"的总分区间为 80 至 83
    而且 "丁村"的"重点加分"说明包含"重点"
    而且 "西社区"没有考核项"给分项"
    而且 发现问题"scale-not-met"
