"""A record that costs points twice does so at once, in one and the same case."""

from __future__ import annotations

import json

import pytest
from charges import counts, findings, line, ruleset

ONE = counts("visits", n="irregular")
BONUS = "case when n = 0 then 5 else 0 end"
BEYOND = "0 - greatest(n - 3, 0)"


def lines(*formulas: str, **more: object) -> dict[str, object]:
    return {f"line{i}": line(formula, **more) for i, formula in enumerate(formulas)}


@pytest.mark.parametrize(("given", "twice"), [
    (lines(BONUS, BEYOND), False),
    (lines(BONUS, "0 - n"), True),
    (lines("greatest(5 - n, 0)", "0 - greatest(n - 6, 0)"), False),
    (lines("greatest(5 - n, 0)", "0 - greatest(n - 4, 0)"), True),
    ({"a": line("5 - n", floor=0), "b": line("0 - greatest(n - 6, 0)")}, False),
    ({"a": line("5 - n", floor=0), "b": line("0 - greatest(n - 4, 0)")}, True),
    ({"a": line("0 - n", floor=-3), "b": line("0 - greatest(n - 3, 0)")}, False),
    ({"a": line("0 - n", when="n <= 3"), "b": line("0 - n", when="n > 3")}, False),
    ({"a": line("0 - n", when="n <= 4"), "b": line("0 - n", when="n > 3")}, True),
    (lines("n", "0 - n"), False),
])  # fmt: skip
def test_two_lines_count_a_record_twice_only_where_both_lose(given, twice, tmp_path):
    found = findings(ruleset(tmp_path, ONE, given))
    assert ("counted-twice" in {f.code for f in found}) is twice
    assert [f for f in found if f.severity == "error"] == []


def test_a_cadre_is_charged_twice_as_well(tmp_path):
    own = counts("cases", "cadre", a="closed_on > due_on", b="closed_on > due_on and satisfied")
    of_cadres = {
        "x": line("0 - a", points=50),
        "y": line("0 - b", points=50),
    }
    found = findings(ruleset(tmp_path, own, {}, of_cadres=of_cadres))
    assert "counted-twice" in {f.code for f in found}


@pytest.mark.parametrize(("bonus", "floor", "twice"), [
    (BONUS, 0, False),
    (BONUS, "none", False),
    ("greatest(5 - n, 0)", 0, False),
    ("case when n < 3 then 5 else 0 end", 0, False),
    ("5 - n", 0, False),
    ("5 - n", "none", True),
])  # fmt: skip
def test_a_bonus_that_is_not_given_costs_nothing(bonus, floor, twice, tmp_path):
    folder = ruleset(tmp_path, ONE, lines("0 - n"))
    document = json.loads((folder / "ruleset.yaml").read_text(encoding="utf-8"))
    extra = {"label": "bonus", "points": 5, "clause": "A-1", **line(bonus, floor=floor)}
    document["sections"]["extra"] = {
        "label": "Extra", "kind": "bonus", "points": 5, "clause": "A-1", "criteria": {"x": extra},
    }  # fmt: skip
    (folder / "ruleset.yaml").write_text(json.dumps(document), encoding="utf-8")
    found = findings(folder)
    assert ("counted-twice" in {f.code for f in found}) is twice
    assert [f for f in found if f.severity == "error"] == []
