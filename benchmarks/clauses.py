"""Measures what each kind of clause adds to a run: places, others, months, steps, prizes, pay."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.workload import SIZES, write_data, write_ruleset

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.__main__ import Measured

ALLOWED = 1.3
"""Times of a plain run that a clause may take, unless it needs another pass over the records."""
ASSUMED = "assumed: {"
PLACES = """places:
  front: {label: 名次}
  tail: {label: 倒数名次, counted: from the end, over: all, ties: last}
standards:
  first: {label: 前列, when: 名次 <= 3 and 总分 >= 90}
  last: {label: 落后, when: 倒数名次 <= 10}
consequences:
  praised: {label: 表扬, kind: honour, when: first, clause: B}
  blamed: {label: 批评, kind: sanction, when: last, clause: B}
"""
PEERS = """  mean0: {label: 平均, peers: {of: i0, take: mean}}
  median0: {label: 中位, peers: {of: i1, take: median}}
"""
STANDARDS = """standards:
  above: {label: 高于平均, when: i0 > mean0 or i1 > median0}
consequences:
  blamed: {label: 批评, kind: sanction, when: above, clause: B}
"""
MONTHS = """  extra:
    label: 月度
    kind: deduction
    monthly: sum
    clause: B
    criteria:
      m0: {label: 月度事项, points: 1, method: per item, deduct: [{of: i0, each: 0.1}]}
"""
ORDER = """      order: {label: 先后, points: 2.5, method: per item by class, from: matters,
        classes: [{when: first_time, each: 0.1, then: [0.2]}, {when: not first_time, each: 0.1}],
        counted: all together}
"""
"""A line whose further records count otherwise than the first: it needs them in order."""
PAY = """pay:
  prize:
    label: 奖金
    subject: village
    clause: B
    parts:
      points: {label: 得分奖, bands: [{from: 90, each: 8}, {to: 90}]}
      place: {label: 名次奖, ranks: [{from: 1, amount: 500}, {from: 2, to: 3, amount: 300}]}
"""


def _sourced(text: str) -> str:
    extra = "places: 基准, standards: 基准, consequences: 基准, pay: 基准, targets: 基准, "
    return text.replace(ASSUMED, ASSUMED + extra, 1)


def _grades(text: str) -> str:
    start = text.index("grades:\n")
    return text[:start] + (
        "grades:\n  first: {label: 一等, from: 90, places: 100, quota: 10%, unfilled: next}\n"
        "  second: {label: 二等, from: 80, places: 1000}\n  rest: {label: 其余, from: 0}\n"
    )


VARIANTS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "places among others": lambda text: text.replace("sections:\n", PLACES + "sections:\n", 1),
    "others as a measure": lambda text: text.replace(
        "sections:\n", PEERS + STANDARDS + "sections:\n", 1
    ),
    "escalation in four lines": lambda text: re.sub(
        r"( c[0-3]: .*each: )0\.1", r"\g<1>0.1, then: [0.2, 0.3]", text
    ),
    "escalation in the order of days": lambda text: re.sub("      c0: .*\n", ORDER, text),
    "months of a line": lambda text: text.replace("grades:\n", MONTHS + "grades:\n", 1),
    "numbers of places": _grades,
    "pay by points and place": lambda text: text + PAY,
}


def bench_clauses(
    work: Path,
    runs: int,
    measure: Callable[[dict[str, list[str]], int, dict[str, str]], dict[str, Measured]],
    show: Callable[[str, dict[str, Measured], str], None],
    size: str = "nation",
) -> None:
    """Assess a nation by a ruleset and by the same with one more kind of clause.

    Args:
        work: where everything lies.
        runs: how often each is run.
        measure: runs commands in turn.
        show: prints a table of them.
        size: of what.
    """
    data = work / size
    write_data(SIZES[size], data)
    environment = {**os.environ, "RULES_ENGINE_HOME": str(work / "home"), "RULES_ENGINE_STORE": ""}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    engine = str(Path(sys.executable).parent / "rules-engine")
    commands = {}
    for name, change in VARIANTS.items():
        folder = work / f"rules {name}"
        write_ruleset(folder)
        file = folder / "ruleset.yaml"
        text = _sourced(file.read_text(encoding="utf-8"))
        file.write_text(change(text), encoding="utf-8")
        commands[name] = [
            engine, "assess", str(folder), "--data", str(data), "--report", "terminal",
        ]  # fmt: skip
    found = measure(commands, runs, environment)
    show(f"{size}: what a kind of clause adds", found, "plain")
    slow = [n for n, row in found.items() if row.median > ALLOWED * found["plain"].median]
    print(f"  over {ALLOWED} × plain: {', '.join(slow) or 'none'}")
