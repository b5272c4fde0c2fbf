"""A petition that the law protects must be able to come without a loss, whatever it is like."""

from __future__ import annotations

import pytest
from charges import counts, findings, line, ruleset

LAWFUL = "rights-lawful-petition"
TWO = counts("visits", a="warned", b="not warned")
SATISFIED = counts("cases", a="satisfied", b="not satisfied", c="satisfied is null")
BANDS = [{"from": 0, "to": 3, "points": 5}, {"from": 3, "points": 0}]
MORE_BANDS = [{"from": 0, "to": 3, "points": 0}, {"from": 3, "points": 5}]
LEVELS = "case when level = '京' then 3 when level = '省' then 2 else 0 end"


def of_classes(*whens: str) -> dict[str, object]:
    classes = [{"when": when, "each": 1} for when in whens]
    return {"method": "per item by class", "from": "visits", "classes": classes}


def standard(when: str) -> dict[str, object]:
    return {"label": f"that {when}", "when": when, "clause": "A-1"}


def follows(kind: str, when: str, **more: str) -> dict[str, object]:
    return {"x": {"label": "x", "kind": kind, "when": when, "clause": "A-1", **more}}


def peers(own: dict[str, object], subject: str = "village", **more: object) -> dict[str, object]:
    """Return indicators with a reference to what all have of one of them."""
    return {**own, "ref": {"label": "ref", "subject": subject,
                           "peers": {"of": "a", "take": "mean", **more}}}  # fmt: skip


GUILTY = {
    "both in one line": (TWO, {"x": line("0 - a - b")}, {}),
    "each in a line": (TWO, {"x": line("0 - a"), "y": line("0 - 2 * b")}, {}),
    "one costs more than is given back": (
        counts("visits", a="", b="warned"), {"x": line("b / 2 - a")}, {}),
    "by class": ({}, {"x": of_classes("warned", "not warned")}, {}),
    "by every class of an own column": (
        {}, {"x": of_classes("sort = 'a'", "sort = 'b'", "sort = 'c'")}, {}),
    "one class with a level that is charged": (
        {}, {"x": of_classes("warned and level = '京'", "not warned and level in ('省', '京')")},
        {}),
    "through a value": ({**TWO, "s": {"label": "s", "value": "a + b"}}, {"x": line("9 - s")}, {}),
    "through the greater of both": (
        {**TWO, "s": {"label": "s", "value": "greatest(a, b)"}}, {"x": line("9 - s")}, {}),
    "by bands": (
        TWO, {n: {"method": "bands", "of": n, "bands": BANDS} for n in "ab"}, {}),
    "by a standard in a line": (
        TWO, {"x": line("case when few then 10 else 0 end")},
        {"standards": {"few": standard("a + b < 10")}}),
    "by two standards in a line": (
        TWO, {"x": line("case when few and low then 10 else 0 end")},
        {"standards": {"few": standard("a < 10"), "low": standard("b < 10")}}),
    "by a standard that is bad to meet": (
        TWO, {"x": line("case when many then 0 - 5 else 0 end")},
        {"standards": {"many": standard("a + b > 10")}}),
    "by a sanction": (
        TWO, {}, {"standards": {"many": standard("a + b > 10")},
                  "consequences": follows("sanction", "many")}),
    "by a sanction and a line": (
        TWO, {"x": line("5 - b")}, {"standards": {"many": standard("a > 10")},
                                    "consequences": follows("sanction", "many")}),
    "by a veto and a line": (
        TWO, {"x": line("5 - b", veto="a > 3")},
        {"consequences": follows("veto", "any_veto", effect="zero")}),
    "a line that applies to none who have petitions": (
        TWO, {"x": line("5", when="a + b = 0", not_applicable=0)}, {}),
    "by rank": (
        counts("visits", a=""),
        {"x": {"method": "rank", "by": "a", "best": "least", "places": [5, 3, 1]}}, {}),
    "irregular or not": (
        counts("visits", a="irregular", b="not irregular"), {"x": line("0 - a - b")}, {}),
    "of the higher levels": (
        counts("visits", a="irregular or level in ('省', '京')"), {"x": line("0 - a")}, {}),
    "a level that the ruleset declares anew": (
        counts("visits", a="level = '京'"), {"x": line("0 - a")},
        {"tables": {"villages": {}, "visits": {"columns": {"level": {
            "label": "层级", "required": True, "values": ["京", "省", "市", "县", "乡", "村"]}}}}}),
    "a sum by level": (
        {"a": {"label": "a", "from": "visits", "sum": LEVELS}}, {"x": line("0 - a")}, {}),
    "people, warned or not": (
        {n: {"label": n, "from": "visits", "where": w, "sum": "people"}
         for n, w in {"a": "warned", "b": "not warned"}.items()}, {"x": line("0 - a - b")}, {}),
    "what is not looked into": (
        counts("visits", a="length(level) = 1"), {"x": line("0 - a")}, {}),
    "on time and late": (
        counts("cases", a="closed_on > due_on", b="closed_on <= due_on",
               c="closed_on is null or due_on is null"), {"x": line("0 - a - b - c")}, {}),
    "satisfied or not, in three lines": (SATISFIED, {n: line(f"0 - {n}") for n in "abc"}, {}),
    "of a cadre": (counts("cases", "cadre", a=""), {}, {"of_cadres": {"x": line("0 - a")}}),
    "of a cadre, warned or not": (
        counts("cases", "cadre", a="warned", b="not warned"), {},
        {"of_cadres": {"x": line("0 - a - b")}}),
    "of a village and of a cadre": (
        {**counts("cases", a="satisfied"),
         **counts("cases", "cadre", b="not satisfied or satisfied is null")},
        {"x": line("0 - a")}, {"of_cadres": {"y": line("0 - b")}}),
    "in either half of the year": (
        counts("visits", a="month(visited_on) <= 6 and warned",
               b="month(visited_on) <= 6 and not warned"), {"x": line("0 - a - b")}, {}),
    "more than the mean of all": (
        peers(counts("visits", a="")), {"x": line("0 - greatest(0, a - ref)")}, {}),
    "each 10% above the mean of the others": (
        peers(counts("visits", a=""), without_self=True), {"x": line("9 - 10 * a / ref")}, {}),
    "what others have": (
        peers(counts("visits", a=""), take="sum", without_self=True), {"x": line("9 - ref")}, {}),
    "less than others have": (
        peers(counts("visits", a=""), take="median"), {"x": line("least(0, a - ref)")}, {}),
    "what falls of others": (
        peers(counts("visits", a=""), of="9 - a", take="worst"), {"x": line("ref")}, {}),
    "a standard that compares": (
        peers(counts("visits", a="")), {},
        {"standards": {"few": standard("a <= ref")}, "consequences": follows("honour", "few")}),
    "warned or not, more than the mean": (
        peers({**TWO, "s": {"label": "s", "value": "a + b"}}, of="s"), {"x": line("ref - s")}, {}),
    "a reference of a reference": (
        {**peers(counts("visits", a="")),
         "far": {"label": "far", "peers": {"of": "a - ref", "take": "best"}}},
        {"x": line("0 - far")}, {}),
    "how many of the others have any": (
        peers(counts("visits", a=""), of="a + 1", among="a > 0"), {"x": line("0 - ref")}, {}),
    "of a cadre, more than the mean": (
        peers(counts("cases", "cadre", a=""), "cadre"), {}, {"of_cadres": {"x": line("ref - a")}}),
    "many terms": (
        counts("visits", **{f"a{i}": f"people > {i}" for i in range(20)}),
        {"x": line("10 - " + " - ".join(f"case when a{i} > 2 then 1 else 0 end"
                                        for i in range(20)))}, {}),
}  # fmt: skip
GROWING = {"each": 1, "then": [2]}
GUILTY |= {
    "more for each further one": (
        counts("visits", a=""),
        {"x": {"method": "per item", "deduct": [{"of": "a", **GROWING}]}}, {}),
    "twice as much each time": (
        counts("visits", a=""),
        {"x": {"method": "per item", "deduct": [{"of": "a", "each": 1, "repeated": 2}]}}, {}),
    "from the second of a class on": (
        {}, {"x": {"method": "per item by class", "from": "visits",
                   "classes": [{"when": "people > 0", "each": 0, "then": [1]}]}}, {}),
    "from the second of all on": (
        {}, {"x": {"method": "per item by class", "from": "visits", "counted": "all together",
                   "classes": [{"when": "people > 5", "each": 0, "then": [1]},
                               {"when": "people <= 5", "each": 0}]}}, {}),
    "so much a person, more each time": (
        {}, {"x": {"method": "per item by class", "from": "visits",
                   "classes": [{"when": "people > 1", "per": "people", **GROWING}]}}, {}),
}  # fmt: skip
INNOCENT = {
    "irregular ones, more for each further one": (
        {}, {"x": {"method": "per item by class", "from": "visits", "counted": "all together",
                   "where": "irregular", "classes": [{"when": "people > 5", **GROWING}]}}, {}),
    "overdue ones, more for each further one": (
        {}, {"x": {"method": "per item by class", "from": "cases",
                   "classes": [{"when": "closed_on > due_on", **GROWING}]}}, {}),
    "only those without a warning": (TWO, {"x": line("a - b")}, {}),
    "given back where warned": (counts("visits", a="", b="warned"), {"x": line("b - a")}, {}),
    "one class": ({}, {"x": of_classes("not warned")}, {}),
    "two classes of three": ({}, {"x": of_classes("sort = 'a'", "sort = 'b'")}, {}),
    "bands that rise": (
        TWO, {"x": {"method": "bands", "of": "a", "bands": MORE_BANDS},
              "y": {"method": "bands", "of": "b", "bands": BANDS}}, {}),
    "a sanction for those without a warning": (
        TWO, {"x": line("5 + b")}, {"standards": {"many": standard("a > 10")},
                                    "consequences": follows("sanction", "many")}),
    "matters that could be closed, first ones of which a rate looks at": (
        {**counts("cases", a="due_on < as_of and closed_on is null"),
         "r": {"label": "r", "from": "cases", "rate": {"of": "closed_on is not null",
                                                       "over": "first_time"}}},
        {"x": line("case when a = 0 or r >= 90% then 5 else 0 end"), "y": line("0 - a")}, {}),
    "irregular ones": (
        counts("visits", a="irregular", b="skipped_level"), {"x": line("0 - a - b")}, {}),
    "irregular ones of a level": (
        counts("visits", a="irregular and level = '京'"), {"x": line("0 - a")}, {}),
    "overdue ones": (counts("cases", a="closed_on > due_on"), {"x": line("0 - a")}, {}),
    "overdue ones of a cadre": (
        counts("cases", "cadre", a="closed_on > due_on"), {}, {"of_cadres": {"x": line("0 - a")}}),
    "most first": (
        counts("visits", a=""), {"x": {"method": "rank", "by": "a", "places": [5, 3, 1]}}, {}),
    "a rate of what was handled": (
        {"a": {"label": "a", "from": "cases", "rate": {"of": "satisfied", "over": "first_time"}},
         **counts("cases", n="")}, {"x": line("a * 10", when="n > 0")}, {}),
    "overdue ones above the mean": (
        peers(counts("cases", a="closed_on > due_on")), {"x": line("least(0, ref - a)")}, {}),
    "without a warning, above the mean": (TWO | peers(TWO, of="b"), {"x": line("ref - b")}, {}),
    "a rate of what was handled, below that of all": (
        peers({"a": {"label": "a", "from": "cases",
                     "rate": {"of": "satisfied", "over": "first_time"}}}, take="overall"),
        {"x": line("least(0, a - ref)")}, {}),
    "large groups without a warning, and all of those": (
        counts("visits", a="not warned", b="not warned and people > 50"),
        {"x": line("0 - a"), "y": line("0 - b")}, {}),
    "many terms that give points": (
        counts("visits", **{f"a{i}": f"people > {i}" for i in range(20)}),
        {"x": line(" + ".join(f"case when a{i} > 2 then 1 else 0 end" for i in range(20)))}, {}),
    "many terms of what was handled": (
        counts("visits", **{f"a{i}": f"sort = 'a' and people > {i}" for i in range(20)}),
        {"x": line("10 - " + " - ".join(f"case when a{i} > 2 then 1 else 0 end"
                                        for i in range(20)))}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", GUILTY)
def test_a_charge_that_no_lawful_petition_escapes_is_found(name, tmp_path):
    indicators, lines, more = GUILTY[name]
    found = findings(ruleset(tmp_path, indicators, lines, **more))
    assert {f.code for f in found if f.severity == "error"} == {LAWFUL}, found
    assert "not-looked-into" not in {f.code for f in found}


@pytest.mark.parametrize("name", INNOCENT)
def test_a_charge_for_how_petitions_were_handled_is_none(name, tmp_path):
    indicators, lines, more = INNOCENT[name]
    found = findings(ruleset(tmp_path, indicators, lines, **more))
    assert [f for f in found if f.severity == "error" or f.code == "not-looked-into"] == []


def test_charges_that_leave_out_nothing_together_are_told_at_each_of_them(tmp_path):
    lines = {"x": line("0 - a"), "y": line("0 - b"), "z": line("0 - c")}
    three = counts("visits", a="warned", b="not warned", c="irregular")
    found = [f for f in findings(ruleset(tmp_path, three, lines)) if f.code == LAWFUL]
    assert [str(f.message) for f in found] == [
        "“x” leaves no lawful petition without a loss, together with “y”: a",
        "“y” leaves no lawful petition without a loss, together with “x”: b",
    ]
    assert all("criteria." in str(f.hint) for f in found)


def test_a_charge_of_a_cadre_says_whom_it_is_against(tmp_path):
    of_cadres = {"x": line("0 - a")}
    found = findings(ruleset(tmp_path, counts("cases", "cadre", a=""), {}, of_cadres=of_cadres))
    assert "“x” counts lawful petitions against the cadre: a" in [str(f.message) for f in found]
