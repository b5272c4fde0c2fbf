"""A small township for the reporters' tests: a tie, a veto, rows kept out, a missing table.

Worked by hand (scale 100 = visits 40 + handling 60, and up to 2 for reports, which are missing):

=======  ====================================  =====================================  ========
village  visits: 40, −5 each, veto from 3      handling: 60, −1 per 1% short of 90%    total
=======  ====================================  =====================================  ========
甲村     40                                    no first matter: full, 60              100
乙村     40                                    2 of 2 closed: 60                      100
=丙村    1 visit: 35                           2 of 3: 60 − 23.3333 = 36.6667          71.67
丁村     3 visits: 25, veto                    none: 60                               85 → 0
戊村     a row was kept out: 0 to 40, veto?    none: 60                               0, 60–100
己社区   40                                    8 of 10: 60 − 10 = 50                 90
=======  ====================================  =====================================  ========

With up to 2 for reports 甲村 has 100 to 102, 乙村 too, =丙村 71.67 to 73.67, 戊村 0 to 102. So
甲村 and 乙村 have place 1 to 3 of the five villages and two of the three get 优秀, =丙村 has place
3 or 4, 丁村 4 or 5, and 戊村 1 to 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.run import assess as flow
from rules_engine.store import Store

if TYPE_CHECKING:
    from pathlib import Path

RULESET = """\
ruleset: sample-town
title: 青川镇信访工作考核办法
edition: "2025"
effective: {from: 2025-01-01}
language: LANGUAGE
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
rounding: {places: 2}
subjects: {group: kind}
assumed: {scale: 按百分制, rounding: 保留两位小数, grades: 按惯例划分}
tables:
  villages: {}
  cadres: {}
  assignments: {}
  cases: {}
  visits: {}
  duties: {}
  reports: {optional: true}
indicators:
  irregular: {label: 非正常访, from: visits, where: irregular}
  closed_rate: {label: 初信初访办结率, from: cases,
                rate: {of: closed_on is not null, over: first_time}}
  reported: {label: 按时上报, from: reports, where: submitted_at <= due_at}
  absent: {label: 缺岗, from: duties, where: not present, subject: cadre}
standards:
  none_irregular: {label: 无非正常访, when: irregular = 0, clause: A-1}
sections:
  visits:
    label: 一、走访秩序
    points: 40
    clause: A-1
    assumed: 原文未分配分值
    criteria:
      irregular: {label: 无非正常访, points: 40, method: per item,
                  deduct: [{of: irregular, each: 5}], veto: irregular >= 3}
  handling:
    label: 二、事项办理
    points: 60
    clause: A-2
    assumed: 原文未分配分值
    criteria:
      closing: {label: 初信初访办结率, points: 60, method: target, of: closed_rate,
                target: 90%, each: 1, per: 1%}
  extra:
    label: 三、加分
    kind: bonus
    clause: A-3
    assumed: 每报一次加0.5分，最多2分
    criteria:
      reports: {label: 按时上报, points: 2, method: per item, add: [{of: reported, each: 0.5}]}
  duty:
    label: 四、值班
    kind: deduction
    subject: cadre
    clause: A-4
    assumed: 缺岗一次扣1分
    criteria:
      absent: {label: 缺岗, points: 5, method: per item, deduct: [{of: absent, each: 1}]}
grades:
  excellent: {label: 优秀, from: 90, quota: 50%}
  good: {label: 合格, from: 60}
  poor: {label: 不合格, from: 0}
consequences:
  honour: {label: 命名先进村, kind: honour, when: none_irregular, clause: A-1}
  zeroed: {label: 一票否决, kind: veto, effect: zero, when: irregular.veto, clause: A-1}
  blamed: {label: 约谈, kind: sanction, when: irregular.veto, roles: [村支部书记], clause: A-4}
targets:
  town: {label: 无非正常访村达到九成, share: none_irregular, at_least: 90%, clause: A-5}
responsibility:
  assumed: 正职全责，副职三分之一
  roles:
    村支部书记: {share: 100%}
    包村干部: {share: 33.3333%}
"""

CLAUSES = """\
source: {title: 青川镇信访工作考核办法}
clauses:
  A-1: {ref: 二（一）, gist: 不发生非正常访, status: encoded}
  A-2: {ref: 二（二）, gist: 初信初访办结率达到九成, status: encoded, figures: [90%]}
  A-3: {ref: 二（三）, gist: 按时上报排查情况, status: encoded}
  A-4: {ref: 三（一）, gist: 值班在岗, status: encoded}
  A-5: {ref: 一, gist: 九成以上的村无非正常访, status: encoded, figures: [90%]}
"""

CASES = [
    *((f"c{n}", "V2", "2025-03-01", "2025-04-01") for n in (1, 2)),
    *((f"c{n}", "V3", "2025-03-01", "2025-04-01") for n in (3, 4)),
    ("c5", "V3", "2025-03-01", ""),
    *((f"c{n}", "V6", "2025-03-01", "2025-04-01") for n in range(6, 14)),
    *((f"c{n}", "V6", "2025-03-01", "") for n in (14, 15)),
]

DATA = {
    "villages": """\
village_id,name,kind
V1,甲村,村
V2,乙村,村
V3,=丙村,村
V4,丁村,村
V5,戊村,村
V6,己社区,社区
""",
    "cadres": "cadre_id,name,post\nK1,张三,+支部书记\nK2,李四,包村干部\n",
    "assignments": """\
assignment_id,cadre_id,village_id,role,from_on,to_on
a1,K1,V4,村支部书记,,
a2,K2,V3,包村干部,2025-01-01,2025-06-30
a3,K2,V1,包村干部,2025-07-01,
""",
    "visits": """\
visit_id,village_id,level,visited_on,irregular
v1,V3,市,2025-05-06,是
v2,V4,省,2025-05-06,是
v3,V4,省,2025-06-06,是
@v4,V4,京,2025-07-06,是
v5,V5,县,=2025,是
""",
    "duties": "duty_id,cadre_id,duty_on,kind,present\nd1,K2,2025-02-01,日常,否\n",
    "cases": "case_id,village_id,received_on,closed_on,first_time\n"
    + "".join(",".join(case) + ",是\n" for case in CASES),
}


def write_township(folder: Path, language: str = "zh") -> tuple[Path, Path]:
    """Write the ruleset and its data, and return both folders."""
    ruleset, data = folder / "ruleset", folder / "data"
    for place in (ruleset, data):
        place.mkdir(parents=True)
    text = RULESET.replace("LANGUAGE", language)
    (ruleset / "ruleset.yaml").write_text(text, encoding="utf-8")
    (ruleset / "clauses.yaml").write_text(CLAUSES, encoding="utf-8")
    for name, rows in DATA.items():
        (data / f"{name}.csv").write_text(rows, encoding="utf-8")
    return ruleset, data


def assess_township(folder: Path, language: str = "zh") -> flow.OpenRun:
    """Assess the township and return the open run; speak ``language`` while reading it."""
    ruleset, data = write_township(folder, language)
    request = flow.Request(ruleset, str(data), threads=1, accept_quarantine=True)
    with speaking(language), Store.open(f"sqlite:///{folder}/runs.db") as store:
        return flow.assess(request, registry(), store)
