"""The ruleset of every method, with lines that compare with others in place of what they do."""

from __future__ import annotations

import shutil
from pathlib import Path

EVERY_METHOD = Path(__file__).parents[1] / "fixtures" / "every-method"
CHANGED = (
    ("\ntables:", "subjects: {group: kind}\n\ntables:"),
    ("standards:", """  usual: {label: 平均旧账, peers: {of: both, take: mean}}
  middle: {label: 中间旧账, peers: {of: both, take: median, over: group, without_self: true}}
  town: {label: 他村办结率, peers: {of: closed_rate, take: overall, without_self: true}}
  less: {label: 少于平均, value: 平均旧账 - 迟报积案}
  best: {label: 最少于平均, peers: {of: 少于平均, take: best, nth: 2, among: 积案 > 0}, assumed: 例}
  visits_now: {label: 走访, from: visits, where: irregular}
  visits_usual: {label: 平均走访, peers: {of: 走访, take: mean, alone: 1}, assumed: 例}
  usual_charged: {label: 平均包案, subject: cadre, peers: {of: charged, take: mean}}

standards:"""),
    ('"least(5, 积案 * fine)"', '"least(5, greatest(0, 平均旧账 - 迟报积案 + 中间旧账))"'),
    ("{met: 迟报 < 2}", "{met: 办结率 >= 他村办结率}, {met: 少于平均 >= 最少于平均}"),
    ("        when: kind = '村'\n", "        when: kind = '村' and 走访 <= 平均走访 + 1\n"),
    ("{of: charged, each: 2}", "{of: charged, each: 2}, {of: 平均包案, each: 1}"),
)  # fmt: skip


def lay_compared(folder: Path) -> Path:
    """Write the ruleset into a folder, and return it."""
    text = (EVERY_METHOD / "ruleset.yaml").read_text(encoding="utf-8")
    for was, now in CHANGED:
        assert text.count(was) == 1, was
        text = text.replace(was, now)
    folder.mkdir(exist_ok=True)
    shutil.copy(EVERY_METHOD / "clauses.yaml", folder)
    (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
    return folder
