# language: zh-CN
功能: 考核对象的名称
  办法写明考核的是乡镇、部门还是学校，名单、列名和场景就都用这个名称。

  场景: 考核学校，按类型分组
    # 一小: 50 − 3 × 2 = 44；二小: 50；幼儿园: 50 − 3 = 47，自成一组
    假如 考核办法为:
      """
      ruleset: engine-assessed
      title: 学校考核
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 50
      assumed: {scale: 例, sections: 例, indicators: 例}
      subjects: {group: kind}
      assessed: [学校, 幼儿园]
      tables: {villages: {}, checks: {}}
      indicators:
        faults: {label: 隐患, from: 检查, where: 检查项目 = '安全' 且 非 达标}
      sections:
        all:
          label: 安全
          clause: C1
          criteria:
            safe: {label: 安全, points: 50, method: per item, deduct: [{of: 隐患, each: 3}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下单位:
      | 单位名称 | 类型   |
      | 一小     | 学校   |
      | 二小     | 学校   |
      | 幼儿园   | 幼儿园 |
    而且 以下检查:
      | 学校   | 检查项目 | 达标 | 数量 |
      | 一小   | 安全     | 否   | 2    |
      | 幼儿园 | 安全     | 否   | 1    |
    当 进行考核
    那么 考核结果为:
      | 单位   | 总分 | 名次 |
      | 一小   | 44   | 2    |
      | 二小   | 50   | 1    |
      | 幼儿园 | 47   | 1    |
    而且 得分明细为:
      | 学校 | 考核项 | 得分 | 记录数 |
      | 一小 | 安全   | 44   | 2      |
    而且 学校"二小"的总分为 50

  场景: 编号列另有名称，别的表跟着改，原来的名称照样认得
    # 东镇: 50 − 3 = 47
    假如 考核办法为:
      """
      ruleset: engine-assessed-code
      title: 乡镇考核
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 50
      assumed: {scale: 例, sections: 例, indicators: 例}
      assessed: 乡镇
      tables: {villages: {label: 乡镇名单, columns: {village_id: {label: 乡镇代码}}}, checks: {}}
      indicators:
        faults: {label: 隐患, from: 检查, where: 村编号 不为空 且 乡镇代码 = 'D1' 且 非 达标}
      sections:
        all:
          label: 安全
          clause: C1
          criteria:
            safe: {label: 安全, points: 50, method: per item, deduct: [{of: 隐患, each: 3}]}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下乡镇名单:
      | 乡镇代码 | 乡镇名称 |
      | D1       | 东镇     |
    而且 以下检查:
      | 乡镇编号 | 检查项目 | 达标 |
      | D1       | 安全     | 否   |
    当 进行考核
    那么 考核结果为:
      | 乡镇 | 总分 |
      | 东镇 | 47   |

  场景: 类型只能是办法所说的
    假如 考核办法为:
      """
      ruleset: engine-assessed-kinds
      title: 乡镇考核
      edition: "1"
      effective: {from: 2020-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 50
      assumed: {scale: 例, sections: 例}
      assessed: 乡镇
      tables: {villages: {columns: {given: {label: 给分, type: decimal}}}}
      indicators: {}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            given: {label: 给分, points: 50, method: formula, formula: given}
      grades:
        all: {label: 全部, from: 0}
      """
    而且 以下乡镇:
      | 乡镇名称 | 类型 | 给分 |
      | 东镇     | 乡镇 | 40   |
      | 西镇     | 村   | 40   |
    当 进行考核
    那么 考核停止，问题包含"乡镇、社区、单位"
