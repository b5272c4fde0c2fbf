"""The points of single months add up to the line of the year, whatever its method is."""

from __future__ import annotations

import pytest
import test_monthly
from tiny import records

LINES = ("late", "open", "rate", "more", "classes", "rank", "extra")
CHECKS = "".join(
    f"      of_{n}: {{label: 核{n}, points: 100, floor: -1000, cap: none, "
    f"method: formula, formula: sum_{n}}}\n"
    for n in (*LINES, "all")
)
SECTION = f"  check:\n    label: 三\n    kind: bonus\n    clause: C1\n    criteria:\n{CHECKS}"
SUMS = "".join(f"  sum_{n}: {{label: 合计{n}, months: {n}, sum: points}}\n" for n in LINES)
SUMS += "  sum_all: {label: 合计全部, months: all, sum: points}\n"


@pytest.fixture
def lines(tmp_path, monkeypatch):
    """Return the lines of sixty villages, with what their single months come to."""
    text = test_monthly.RULESET.replace("sections:\n", f"{SUMS}sections:\n", 1)
    text = text.replace("acknowledge:\n", f"{SECTION}acknowledge:\n", 1)
    monkeypatch.setattr(test_monthly, "RULESET", text)
    return test_monthly.assessed(tmp_path, "sum", lambda r: records(r, tmp_path, rows=60, seed=4))[
        1
    ]


def test_months_add_up_to_the_line(lines):
    outcomes = set()
    for village in {key[0] for key in lines}:
        own = {n: lines[village, n] for n in LINES if (village, n) in lines}
        for name, line in own.items():
            total = lines[village, f"of_{name}"]
            outcomes.add((line.outcome, total.outcome))
            counted = sum(m.points for m in line.months if m.outcome == "scored")
            assert line.outcome == "not_assessable" or total.points == counted
        assert "extra" in own or lines[village, "of_extra"].points == 0
        if all(line.points is not None for line in own.values()):
            assert lines[village, "of_all"].points == sum(line.points for line in own.values())
    assert ("not_assessable", "not_assessable") in outcomes
    assert ("scored", "not_assessable") not in outcomes
