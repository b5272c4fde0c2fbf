# language: zh-CN
功能: 一件事引出另一件事
  后果可以是另一个后果的条件；全镇目标看达标的村占多少。

  背景:
    假如 考核办法为:
      """
      ruleset: engine-chain
      title: 后果
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 100
      assumed: {scale: 例, standards: 例, sections: 例, grades: 例, targets: 例}
      tables: {villages: {}, visits: {}}
      indicators:
        irregular: {label: 非正常访, from: visits, where: irregular and level <> '京'}
        capital: {label: 进京非正常访, from: visits, where: irregular and level = '京'}
      standards:
        calm: {label: 平稳, when: irregular = 0}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            visits: {label: 走访, points: 100, method: per item, deduct: [{of: irregular, each: 15}], veto: capital > 0}
      grades:
        good: {label: 良好, from: 80}
        fair: {label: 合格, from: 60}
        poor: {label: 不合格, from: 0}
      consequences:
        talked: {label: 约谈, kind: sanction, when: restless or visits.veto, clause: C1}
        listed: {label: 挂牌整治, kind: sanction, when: talked and band = '不合格', clause: C1}
        reported: {label: 上报县里, kind: sanction, when: listed, clause: C1}
        restless: {label: 不平稳, kind: status, when: not calm, clause: C1}
        praised: {label: 表扬, kind: honour, when: calm and not any_veto, clause: C1}
        fallen: {label: 降等, kind: downgrade, when: any_veto, clause: C1}
      targets:
        town: {label: 平稳村达到三分之二, share: calm, at_least: 66%, clause: C1}
        pure: {label: 平稳的村, share: calm, at_least: 50%, among: kind = '村', clause: C1}
      """

  场景: 后果接着后果
    # 走访每次非正常扣 15 分，进京的另作否决。甲：3 次非正常，100 − 45 = 55，不合格：不平稳 → 约谈 → 挂牌 → 上报
    # 乙：1 次，85 分良好：不平稳 → 约谈，不挂牌
    # 丙：只有进京非正常访（否决）：约谈，不得表扬，降为合格
    假如 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
      | 丙村 |
      | 丁村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 | 数量 |
      | 甲村 | 县   | 是     | 3    |
      | 乙村 | 县   | 是     | 1    |
      | 丙村 | 京   | 是     | 1    |
      | 丁村 | 县   | 否     | 2    |
    当 进行考核
    那么 "甲村"受到"约谈"
    而且 "甲村"受到"挂牌整治"
    而且 "甲村"受到"上报县里"
    而且 "乙村"受到"约谈"
    而且 "乙村"未受到"挂牌整治"
    而且 "乙村"未受到"上报县里"
    而且 "丙村"受到"约谈"
    而且 "丙村"没有"表扬"
    而且 "丁村"未受到"约谈"
    而且 "丁村"获得"表扬"
    而且 考核结果为:
      | 村   | 分数等次 | 等次   |
      | 甲村 | 不合格   | 不合格 |
      | 乙村 | 良好     | 良好   |
      | 丙村 | 良好     | 合格   |
      | 丁村 | 良好     | 良好   |
    而且 得分明细为:
      | 村   | 考核项 | 得分 | 否决 |
      | 甲村 | 走访   | 55   | 否   |
      | 丙村 | 走访   | 100  | 是   |

  场景: 目标达到与未达到
    # 三个村中两个平稳：66.67% ≥ 66%；只看“村”类：两个中一个，50% ≥ 50%
    假如 以下村:
      | 村名   | 类型 |
      | 甲村   | 村   |
      | 乙村   | 村   |
      | 东社区 | 社区 |
    而且 以下走访:
      | 村   | 层级 | 非正常 |
      | 甲村 | 县   | 是     |
    当 进行考核
    那么 目标"平稳村达到三分之二"为 66.67% 达到
    而且 目标"平稳的村"为 50% 达到

  场景: 差一个村就未达到
    假如 以下村:
      | 村名   | 类型 |
      | 甲村   | 村   |
      | 乙村   | 村   |
      | 丙村   | 村   |
      | 东社区 | 社区 |
    而且 以下走访:
      | 村   | 层级 | 非正常 |
      | 甲村 | 县   | 是     |
      | 乙村 | 县   | 是     |
    当 进行考核
    那么 目标"平稳村达到三分之二"为 50% 未达到
    而且 目标"平稳的村"为 33.33% 未达到

  场景: 不知道的村左右结果时，目标待定
    # 甲未知、乙丙平稳：66.67% 已达到，甲怎样都一样
    假如 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
      | 丙村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 |
      | 甲村 | 县   |        |
    当 进行考核
    那么 目标"平稳村达到三分之二"为 66.67% 达到

  场景: 不知道的村左右结果时，目标待定（二）
    # 甲未知、乙不平稳、丙平稳：33.33% 到 66.67%
    假如 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
      | 丙村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 |
      | 甲村 | 县   |        |
      | 乙村 | 县   | 是     |
    当 进行考核
    那么 目标"平稳村达到三分之二"为 33.33% 待定
    而且 目标"平稳的村"为 33.33% 待定

  场景: 即使未知的都达标也不够，就是未达到
    # 甲未知、乙丙丁不平稳：至多 25%
    假如 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
      | 丙村 |
      | 丁村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 |
      | 甲村 | 县   |        |
      | 乙村 | 县   | 是     |
      | 丙村 | 县   | 是     |
      | 丁村 | 县   | 是     |
    当 进行考核
    那么 目标"平稳的村"为 0% 未达到

  场景: 没有一个村属于目标的范围，目标待定
    假如 以下村:
      | 村名   | 类型 |
      | 东社区 | 社区 |
    当 进行考核
    那么 目标"平稳的村"为 0% 待定
    而且 目标"平稳村达到三分之二"为 100% 达到
