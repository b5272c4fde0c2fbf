# language: zh-CN
功能: 各司其职
  没有指定角色时，谁都可以做任何一步，审计日志记下是谁做的。指定以后，考核、审核、公示各由有角色的人做，
  做不了的当场说明该找谁；最后一个管理员不能免去，名单总有人能改。

  背景:
    假如 考核办的考核办法为:
      """
      ruleset: roles-example
      title: 报告考核
      edition: "2025"
      effective: {from: 2025-01-01}
      period: {from: 2025-01-01, to: 2025-12-31}
      scale: 10
      assumed: {scale: 例, sections: 例, grades: 例}
      tables: {reports: {}}
      indicators:
        late: {label: 迟报, from: reports, where: submitted_at > due_at}
      sections:
        all:
          label: 全部
          clause: C1
          criteria:
            report: {label: 报告, points: 10, method: per item, deduct: [{of: 迟报, each: 2}]}
      grades:
        good: {label: 优秀, from: 8}
        fair: {label: 合格, from: 0}
      """
    而且 考核办的台账“村”为:
      | 村编号 | 村名 | 类型 |
      | E      | 东村 | 村   |
    而且 考核办的台账“排查报告”为:
      | 报告编号 | 村编号 | 报告种类 | 应报时间            | 上报时间            |
      | r1       | E      | 月       | 2025-01-31 18:00:00 | 2025-02-01 09:00:00 |

  场景: 没有指定角色，一个人可以从头做到尾
    当 “老王”进行考核，“老王”审核并公示
    那么 公示的结果为:
      | 村   | 得分 | 名次 | 等次 |
      | 东村 | 8    | 1    | 优秀 |
    而且 没有人有角色

  场景: 指定以后，各做各的，做不了的说明该找谁
    当 “老王”给“老王”角色“administer”
    而且 “老王”给“小李”角色“assess”
    而且 “老王”给“张主任”角色“review”
    而且 “老王”给“张主任”角色“publish”
    那么 各人的角色为:
      | 姓名   | 角色       |
      | 老王   | administer |
      | 小李   | assess     |
      | 张主任 | publish    |
      | 张主任 | review     |
    而且 “老王”不能考核，因为“有此角色的：小李”
    当 “小李”进行考核
    那么 “小李”不能审核，因为“有此角色的：张主任”
    当 “张主任”审核并公示
    那么 “张主任”不能封存，因为“有此角色的：—”
    而且 审计日志完整，依次为:
      | 事项         | 经手人 |
      | role-granted | 老王   |
      | role-granted | 老王   |
      | role-granted | 老王   |
      | role-granted | 老王   |
      | stored       | 小李   |
      | reviewed     | 张主任 |
      | published    | 张主任 |

  场景: 有别的角色在，最后一个管理员不能免去；不是管理员，给不了角色
    当 “老王”给“老王”角色“administer”
    而且 “老王”给“张主任”角色“review”
    那么 “老王”不能免去“老王”的角色“administer”，因为“名单谁也改不了”
    而且 “小李”不能给“小李”角色“publish”，因为“有此角色的：老王”
