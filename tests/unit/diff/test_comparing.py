"""What is found when two rulesets are compared, and what is said of it."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from rules_engine.diff.change import sentence
from rules_engine.diff.direction import paid_relation
from rules_engine.diff.edition_choice import compare_editions, edition_of
from rules_engine.errors import UsageError
from rules_engine.messages import speaking
from rules_engine.model import ruleset as model
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.editions import named_edition
from rules_engine.scenarios.example import lay_ruleset

RULES = """
ruleset: changing
title: Reports
edition: "2024"
effective: {from: 2024-01-01}
period: {from: 2024-01-01, to: 2024-12-31}
scale: 20
assumed: {scale: x, sections: x, grades: x, consequences: x, pay: x, standards: x, indicators: x}
tables: {reports: {}, cases: {}, visits: {}, cadres: {}, assignments: {}}
parameters:
  limit: {label: Limit, value: 3, assumed: x}
indicators:
  late: {label: Late, from: reports, where: submitted_at > due_at}
  closed: {label: Closed, from: cases, rate: {of: closed_on is not null}}
  grave: {label: Grave, from: visits, where: irregular and people > limit}
  both: {label: Both, value: late + 0}
standards:
  quiet: {label: Quiet, when: grave = 0}
sections:
  work:
    label: Work
    points: 20
    clause: A
    criteria:
      late: {label: Reports, points: 8, method: per item, deduct: [{of: late, each: 2}]}
      closed:
        {label: Closing, points: 6, method: bands, of: closed,
         bands: [{from: 0.9, points: 6}, {from: 0.5, to: 0.9, points: 3}, {to: 0.5, points: 0}]}
      visits:
        label: Visits
        points: 6
        method: per item by class
        from: visits
        classes:
          - {label: crowd, when: people > 5, each: 2}
          - {label: other, when: irregular, each: 1}
        put_right: {when: people < 5, back: 0.5}
  extra:
    label: Extra
    kind: bonus
    criteria:
      fast: {label: Fast, points: 2, method: per item, add: [{of: both, each: 0.5}]}
grades:
  good: {label: Good, from: 16, quota: 0.2}
  fair: {label: Fair, from: 0}
consequences:
  named: {label: Named, kind: honour, when: quiet}
responsibility:
  assumed: x
  roles: {head: {share: 1}}
pay:
  bonus: {label: Bonus, bands: [{from: 10, amount: 100}, {to: 10, amount: 0}]}
"""


@pytest.fixture
def compared(tmp_path):
    def changed(change):
        rules = yaml.safe_load(RULES)
        change(rules)
        return yaml.safe_dump(rules, sort_keys=False, allow_unicode=True)

    def run(change, earlier=None):
        before = changed(earlier) if earlier else RULES
        folders = [
            lay_ruleset(tmp_path / "old", before),
            lay_ruleset(tmp_path / "new", changed(change)),
        ]
        rulesets = [edition_of(folder, None) for folder in folders]
        with speaking("en"):
            found = compare_editions(*rulesets, registry().methods)
            return [(c.direction, sentence(c)) for c in found.changes]

    return run


def put(path, value):
    def change(root):
        *steps, last = path.split("/")
        for step in steps:
            root = root[int(step) if step.isdigit() else step]
        root[int(last) if last.isdigit() else last] = value

    return change


LINES = "sections/work/criteria"


@pytest.mark.parametrize(
    ("path", "value", "direction"),
    [
        ("parameters/limit/value", 2, "tightening"),
        ("parameters/limit/value", 4, "loosening"),
        ("parameters/limit/label", "Bound", "wording"),
        ("indicators/both/value", "late + 1", "loosening"),
        ("indicators/late/where", "submitted_at >= due_at", "other"),  # costs, and earns the bonus
        ("indicators/closed/rate/of", "closed_on is not null and people > 1", "tightening"),
        ("indicators/late/period", "previous", "other"),
        ("standards/quiet/when", "grave <= 0", "wording"),
        ("standards/quiet/when", "grave = 0 and late = 0", "tightening"),
        ("standards/quiet/when", "grave = 0 or late = 0", "loosening"),
        ("standards/quiet/when", "late = 0", "other"),
        (f"{LINES}/late/deduct/0/each", 1, "loosening"),
        (f"{LINES}/late/deduct/0/each", "3 - 2", "loosening"),
        (f"{LINES}/late/deduct/0/each", "6 / 2", "tightening"),
        (f"{LINES}/late/veto", "late > 3", "tightening"),
        (f"{LINES}/late/floor", -5, "tightening"),
        (f"{LINES}/late/when", "late > 1", "loosening"),
        (f"{LINES}/closed/bands/1/points", 4, "loosening"),
        (f"{LINES}/closed/bands/1/from", 0.6, "tightening"),
        (f"{LINES}/visits/classes/0/each", 3, "tightening"),
        (f"{LINES}/visits/classes/1/when", "irregular and people > 1", "loosening"),
        (f"{LINES}/visits/put_right/back", 0.6, "loosening"),
        (f"{LINES}/visits/put_right/when", "people < 4", "tightening"),
        ("sections/extra/criteria/fast/points", 3, "loosening"),
        ("grades/good/from", 15, "loosening"),
        ("grades/good/quota", 0.1, "tightening"),
        ("grades/good/ties", "include", "loosening"),
        ("consequences/named/when", "quiet or band = 'good'", "loosening"),
        ("consequences/named/kind", "sanction", "other"),
        ("responsibility/roles/head/share", 0.5, "loosening"),
        ("pay/bonus/bands/0/amount", 90, "tightening"),
        (f"{LINES}/late/points", 9, "loosening"),  # one more to lose
        (f"{LINES}/late/points", 7, "tightening"),
        (f"{LINES}/closed/points", 7, "loosening"),
        ("sections/work/weight", 0.9, "tightening"),
        ("sections/extra/weight", 0.9, "tightening"),
        ("sections/work/points", 21, "wording"),  # a sum that is written down
        ("scale", 21, "wording"),  # the head answers for everything
        ("indicators/closed/rate/over", "closed_on is null", "tightening"),
        ("indicators/closed/rate/over", "closed_on is not null", "loosening"),
        ("indicators/closed/rate/over", "people > 1", "other"),
        ("indicators/closed/where", "closed_on is null", "tightening"),
        ("sections/work/label", "The work", "wording"),
        ("grades/good/label", "Fine", "wording"),
        ("tables/cases", {"label": "Matters"}, "wording"),
        ("title", "Other reports", "wording"),
    ],
)
def test_a_change_has_the_direction_that_can_be_shown(compared, path, value, direction):
    found = compared(put(path, value))
    assert {told for told, _ in found} == {direction}, found


STEPS = {
    "owed": {"label": "Owed", "points": 8, "method": "per item",
             "deduct": [{"of": "late", "each": 2, "per": 3, "begun": "{}"}]},
    "earned": {"label": "Earned", "points": 8, "method": "per item",
               "add": [{"of": "late", "each": 2, "per": 3, "begun": "{}"}]},
    "rate": {"label": "Rate", "points": 8, "method": "target", "of": "closed", "target": 0.9,
             "each": 1, "begun": "{}"},
    "better": {"label": "Better", "points": 8, "method": "target", "of": "closed", "target": 0.9,
               "each": 1, "better": 1, "cap": 9, "begun": "{}"},
    "people": {"label": "People", "points": 8, "method": "per item by class", "from": "visits",
               "classes": [{"when": "irregular", "each": 1, "per": "people", "step": 5,
                            "begun": "{}"}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "was", "now", "direction"),
    [
        ("owed", "whole", "full", "loosening"),
        ("owed", "full", "proportion", "tightening"),
        ("owed", None, "whole", "tightening"),
        ("owed", "full", None, "tightening"),
        ("earned", "whole", "full", "tightening"),
        ("rate", "proportion", "full", "loosening"),
        ("rate", "proportion", "whole", "tightening"),
        ("better", "proportion", "full", "other"),  # less is lost, and less is gained
        ("people", "whole", "full", "loosening"),
        ("people", "proportion", "whole", "tightening"),
    ],
)
def test_what_a_begun_step_counts(tmp_path, line, was, now, direction):
    def written(begun):
        root = yaml.safe_load(RULES)
        spec = json.dumps(STEPS[line])
        text = spec.replace("{}", begun) if begun else spec.replace(', "begun": "{}"', "")
        root["sections"]["work"]["criteria"] = {"one": json.loads(text)}
        return yaml.safe_dump(root)

    folders = [lay_ruleset(tmp_path / str(n), written(b)) for n, b in enumerate((was, now))]
    (change,) = compare_editions(
        *(edition_of(folder, None) for folder in folders), registry().methods
    ).changes
    assert change.direction == direction


IN_ORDER = {"method": "per item by class", "from": "visits", "where": "irregular"}


@pytest.mark.parametrize(
    ("was", "now", "direction"),
    [
        ({"each": 1}, {"each": 1, "then": [2]}, "tightening"),
        ({"each": 1, "then": [2]}, {"each": 1, "then": [3]}, "tightening"),
        ({"each": 1, "then": [2]}, {"each": 1, "then": [2, 1]}, "loosening"),
        ({"each": 1, "then": [2]}, {"each": 1, "then": [1, 3]}, "other"),
        ({"each": 1}, {"each": 1, "repeated": 2}, "tightening"),
        ({"each": 1, "repeated": 2}, {"each": 1, "repeated": 3}, "tightening"),
        ({"each": 1, "repeated": 2}, {"each": 1, "repeated": 2, "up_to": 4}, "loosening"),
        ({"each": 1, "repeated": 2, "up_to": 4}, {"each": 1, "repeated": 2}, "tightening"),
    ],
)
@pytest.mark.parametrize("ordered", [False, True])
def test_what_further_ones_count(tmp_path, was, now, direction, ordered):
    def written(spec):
        root = yaml.safe_load(RULES)
        line = {"label": "Line", "points": 20, "method": "per item",
                "deduct": [{"of": "late", **spec}]}  # fmt: skip
        if ordered:
            classes = [{"when": "people > 5", **spec}]
            line = {**line, **IN_ORDER, "classes": classes,
                    "times": [{"when": "skipped_level", "by": 2}]}  # fmt: skip
            del line["deduct"]
        root["sections"]["work"]["criteria"] = {"one": line}
        return yaml.safe_dump(root)

    folders = [lay_ruleset(tmp_path / str(n), written(s)) for n, s in enumerate((was, now))]
    (change,) = compare_editions(
        *(edition_of(folder, None) for folder in folders), registry().methods
    ).changes
    assert change.direction == direction


def test_counting_all_together_is_another_thing(compared):
    classes = [{"when": "people > 5", "each": 1, "then": [2]}, {"when": "irregular", "each": 1}]

    def change(rules):
        rules["sections"]["work"]["criteria"]["visits"] |= {
            "classes": classes, "counted": "all together"
        }  # fmt: skip

    assert "other" in {d for d, _ in compared(change)}


def test_how_large_a_step_is(compared):
    def steps(per):
        def change(rules):
            rules["sections"]["work"]["criteria"]["late"]["deduct"][0] |= {"per": per}

        return change

    assert {d for d, _ in compared(steps(2))} == {"loosening"}


def test_the_order_of_classes_decides_and_that_of_deductions_does_not(compared):
    def turned(rules):
        lines = rules["sections"]["work"]["criteria"]
        lines["late"]["deduct"] = lines["late"]["deduct"][::-1]
        lines["visits"]["classes"] = lines["visits"]["classes"][::-1]

    ((direction, text),) = compared(turned)
    # a crowd that is irregular cost 2 as a crowd, and costs 1 now
    assert direction == "loosening"
    assert text.endswith("order of points of the classes crowd, other → other, crowd")


def test_a_dated_figure_of_another_period_is_not_mere_wording(compared):
    def dated(rules):
        limit = rules["parameters"]["limit"]
        limit["values"] = {"2024-01-01": limit.pop("value"), "2030-01-01": 9}

    assert {direction for direction, _ in compared(dated)} == {"other"}


def test_where_a_range_of_pay_begins(compared):
    def begins(rules, start, other=None):
        rules["pay"]["bonus"]["bands"][0]["from"] = start
        rules["pay"]["bonus"]["bands"][1]["to"] = other or start

    # one bound is written twice, and is told twice: whoever has 10 to 12 gets nothing now
    for start, direction in ((12, "tightening"), (8, "loosening")):
        told = compared(lambda rules, start=start: begins(rules, start))
        assert [one for one, _ in told] == [direction] * 2
        assert told[0][1] == f"pay “Bonus”: “{start} or more” from 10 → {start}"


@pytest.mark.parametrize(
    ("was", "now", "relation"),
    [
        ([{"from": 10, "amount": 100}], [{"from": 9, "each": 10}], "more"),  # 90 at 9, 110 at 11
        ([{"from": 10, "amount": 100}], [{"each": 9}], "other"),  # 9 at 1, 90 at 10
        ([{"amount": 100}], [{"amount": 90}], "less"),
        ([{"amount": 100}], [{"each": 1}], "other"),
        ([{"from": 1, "to": 5, "amount": 2}], [{"from": 1, "to": 3, "amount": 2},
                                               {"from": 3, "to": 5, "amount": 2}], "same"),
    ],
)  # fmt: skip
def test_what_is_paid_over_all_scores(was, now, relation):
    pays = [model.Pay.model_validate({"label": "x", "bands": bands}) for bands in (was, now)]
    assert paid_relation(*pays) == relation


def test_nothing_changed(compared):
    assert compared(lambda rules: None) == []


def test_a_figure_that_is_worked_out_is_the_figure(compared):
    assert compared(put(f"{LINES}/late/deduct/0/each", "4 / 2")) == []
    [(_, text)] = compared(put(f"{LINES}/late/deduct/0/each", "6 / 2"))
    assert "−2 → −6 ÷ 2 (= 3)" in text


EACH = f"{LINES}/late/deduct/0/each"


def each_by_kind(**rows):
    return put(EACH, {"by": "kind", "村": 2, "others": 2, **rows})


@pytest.mark.parametrize(
    ("rows", "direction", "text"),
    [
        ({"村": 3}, "tightening", "村 −2 → −3"),
        ({"others": 1}, "loosening", "all others −2 → −1"),
        ({"社区": 3}, "tightening", "社区 — → −3"),
        ({"by": "name"}, "wording", "by which column"),
    ],
)
def test_each_row_of_a_table_has_its_direction(compared, rows, direction, text):
    found = compared(each_by_kind(**rows), each_by_kind())
    assert [told for told, _ in found] == [direction]
    assert text in found[0][1]


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (put(EACH, 2), each_by_kind(), "wording"),
        (put(EACH, 2), each_by_kind(村=3), "tightening"),
        (each_by_kind(村=3), put(EACH, 2), "loosening"),
        (each_by_kind(村=3), each_by_kind(others=3), "other"),
        (put(EACH, 2), put(EACH, "case when kind = '村' then 3 else 2 end"), "tightening"),
        (each_by_kind(村=3), put(EACH, "case when kind = '村' then 3 else 2 end"), "wording"),
    ],
)
def test_a_figure_that_comes_to_differ_by_the_subject(compared, before, after, direction):
    found = compared(after, before)
    both = {direction} if direction != "other" else {"tightening", "loosening"}
    assert {told for told, _ in found} == both
    assert len(found) == len(both)


FAST = "sections/extra/criteria/fast/points"


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ({"by": "kind", "村": 2, "others": 1}, {"by": "kind", "村": 3, "others": 1}, "loosening"),
        (
            {"by": "kind", "村": 2, "others": 1},
            {"by": "kind", "村": 2, "others": 0.5},
            "tightening",
        ),
        (2, {"by": "kind", "村": 3, "others": 2}, "loosening"),
        ({"by": "kind", "村": 3, "others": 2}, 2, "tightening"),
        (2, {"by": "kind", "村": 2, "others": 2}, "wording"),
    ],
)
def test_points_that_differ_have_their_direction(compared, before, after, direction):
    found = compared(put(FAST, after), put(FAST, before))
    assert [told for told, _ in found] == [direction]


def test_what_is_added_removed_and_moved(compared):
    def change(rules):
        work, extra = rules["sections"]["work"], rules["sections"]["extra"]
        extra["criteria"]["more"] = {
            "label": "More", "points": 1, "method": "per item",
            "add": [{"of": "late", "each": 1}],
        }  # fmt: skip
        rules["consequences"] = {}
        work["criteria"]["late"]["deduct"].append({"of": "grave", "each": 1})
        rules["sections"]["second"] = {
            "label": "Second", "points": 6, "clause": "A",
            "criteria": {"visits": work["criteria"].pop("visits")},
        }  # fmt: skip
        work["points"] = 14

    found = compared(change)
    assert (
        "loosening",
        "criterion 2.2 “More”: new — at most 1 point, +1 for each one of Late",
    ) or found
    told = dict((text.split(":")[0], direction) for direction, text in found)
    assert told["criterion 2.2 “More”"] == "loosening"
    assert (
        told["honour “Named”" if "honour “Named”" in told else "consequence “Named”"]
        == "tightening"
    )
    assert told["criterion 1.1 “Reports”"] == "tightening"
    assert ("other", "criterion 3.1 “Visits”: moved from Work to Second") in found


def test_a_part_under_another_id_is_the_same_part(compared):
    def change(rules):
        rules["indicators"] = {
            {"grave": "serious"}.get(name, name): spec for name, spec in rules["indicators"].items()
        }
        rules["indicators"]["serious"]["label"] = "Serious"
        rules["indicators"]["late"]["where"] = "due_at < submitted_at"
        rules["standards"]["quiet"]["when"] = "0 = Serious"

    assert compared(change) == [
        ("wording", "indicator “Serious”: id grave → serious"),
        ("wording", "indicator “Serious”: name Grave → Serious"),
    ]


def test_parts_under_other_ids_are_no_other_parts(compared):
    def change(rules):
        sections = rules["sections"]
        rules["sections"] = {"tasks": sections["work"], "extra": sections["extra"]}
        rules["grades"] = {"best": rules["grades"]["good"], "fair": rules["grades"]["fair"]}

    assert compared(change) == [
        ("wording", "section “Work”: id work → tasks"),
        ("wording", "grade “Good”: id good → best"),
    ]


def test_columns_are_parts_of_their_table(compared):
    def called(rules):
        rules["tables"]["cases"] = {"columns": {"size": {"label": "Size"}}}
        rules["tables"]["visits"] = {"columns": {"size": {"label": "Size"}}}

    assert compared(called) == [
        ("other", f"column “Size” of table “{table}”: new") for table in ("信访事项", "走访")
    ]


def test_editions_are_named(tmp_path):
    folder = lay_ruleset(tmp_path / "rules" / "editions" / "2024", RULES).parents[1]
    later = RULES.replace('"2024"', '"2025"').replace("2024-", "2025-")
    lay_ruleset(folder / "editions" / "2025", later)
    assert named_edition(f"{folder}@2024") == (folder, "2024")
    assert edition_of(folder, "2024").document.edition == "2024"
    assert edition_of(folder, None).document.edition == "2025"
    with pytest.raises(UsageError, match="2026"):
        edition_of(folder, "2026")


@pytest.mark.parametrize("name", ["yanjing", "mine-2011"])
def test_a_ruleset_says_the_same_as_itself(name):
    ruleset = edition_of(Path("rulesets") / name, None)
    assert compare_editions(ruleset, deepcopy(ruleset), registry().methods).changes == ()
