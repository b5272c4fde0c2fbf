"""What the scoring methods refuse, where the fault is shown, and that the examples work."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """\
ruleset: example
title: Example
edition: "1"
effective: {{from: 2020-01-01}}
period: {{from: 2025-01-01, to: 2025-12-31}}
scale: 100
assumed: {{scale: x, parameters: x, indicators: x, sections: x, grades: x}}
tables: {{visits: {{}}, reports: {{}}, cases: {{}}, checks: {{}}, ratings: {{}}, judgements: {{}}}}
parameters:
  fine: {{label: 每件扣分, value: 2}}
indicators:
  late_reports: {{label: 迟报, from: reports, where: submitted_at > due_at}}
  missing_reports: {{label: 漏报, from: reports, where: submitted_at is null}}
  first_closed_rate: {{label: 办结率, from: cases, rate: {{of: closed_on is not null}}}}
  ledger_complete_rate: {{label: 齐全率, from: cases, rate: {{of: place is not null}}}}
  visits_total: {{label: 走访, from: visits, where: irregular}}
  has_sign: {{label: 牌子, from: checks, where: "item = '牌子' and met"}}
  has_rules: {{label: 制度, from: checks, where: "item = '制度' and met"}}
  sign_put_up: {{label: 挂牌日, from: checks, where: "item = '牌子' and met", earliest: checked_on}}
sections:
  all:
    label: All
    clause: C1
    criteria:
      rest: {{label: Rest, points: {rest}, method: formula, formula: "{rest}"}}
      line:
        label: Line
        points: {points}
{fields}
grades:
  all: {{label: All, from: 0}}
"""


@pytest.fixture
def findings(tmp_path):
    """Return a function that gives what is found in a criterion with these fields."""

    def of(fields, points=20):
        indented = "\n".join(f"        {line}" for line in fields.strip().splitlines())
        text = RULESET.format(fields=indented, points=points, rest=100 - points)
        lay_ruleset(tmp_path, text)
        with speaking("en"):
            found = load_ruleset(tmp_path, registry()).findings
            return [
                (f.code, str(f.message), _text_at(f.place))
                for f in found
                if f.code not in ("idle", "worthless-criterion")
            ]

    return of


def _text_at(place):
    line = Path(place.file).read_text(encoding="utf-8").split("\n")[place.line - 1]
    return line[place.column - 1 :]


@pytest.mark.parametrize("method", registry().methods.values(), ids=lambda m: m.name)
def test_the_example_of_the_documentation_works(findings, method):
    points = 5 if method.name == "checklist" else 20
    assert findings(method.example, points) == []


TOGETHER = {
    "a judgement whose least is above its most": (
        "method: judgement\nmin: 5\nmax: 1",
        "“min” is greater than “max”",
    ),
    "per item without anything": (
        "method: per item",
        "“per item” needs “deduct” or “add”",
    ),
    "a target of a rate that is no percentage": (
        "method: target\nof: first_closed_rate\ntarget: 90\neach: 1",
        "a rate is at most 100%; write its target as a percentage, as in 90%",
    ),
    "a step of a rate of a hundred percentage points": (
        "method: target\nof: 办结率\ntarget: 90%\neach: 1\nper: 1",
        "write “per” of a rate as a percentage, such as 0.5%",
    ),
    "a target of no rate that is less than one step": (
        "method: target\nof: visits_total\ntarget: 20%\neach: 1",
        "“of” is no rate: a step is a whole 1, more than the target; say with “per” what a step "
        "is, such as 1%",
    ),
    "ranges of a rate that are no percentages": (
        "method: bands\nof: 办结率\nbands: [{to: 90, points: 0}, {from: 90, points: 20}]",
        "a rate is at most 100%; write its ranges as percentages",
    ),
    "a checklist of which some items have points": (
        "method: checklist\nitems: [{met: 牌子 > 0, points: 20}, {met: 制度 > 0}]",
        "give points for all items of the checklist, or for none",
    ),
    "a checklist whose items give more": (
        "method: checklist\nitems: [{met: 牌子 > 0, points: 20}, {met: 制度 > 0, points: 1}]",
        "the items of the checklist give 21 points, the criterion has 20",
    ),
    "at least, without a number": (
        "method: checklist\nrule: at least\nitems: [{met: 牌子 > 0}]",
        "say with “at_least” how many things must be in place",
    ),
    "at least more than there are": (
        "method: checklist\nrule: at least\nat_least: 3\nitems: [{met: 牌子 > 0}, {met: 制度 > 0}]",
        "“at_least” asks for more things than the list has",
    ),
    "deadlines out of order": (
        "method: deadline\nof: 挂牌日\n"
        "deadlines: [{by: 04-15, points: 8}, {by: 03-31, points: 10}]",
        "the deadlines must come in order, each day once",
    ),
    "one day twice": (
        "method: deadline\nof: 挂牌日\n"
        "deadlines: [{by: 03-31, points: 8}, {by: 2025-03-31, points: 10}]",
        "the deadlines must come in order, each day once",
    ),
    "no such day": (
        "method: deadline\nof: 挂牌日\ndeadlines: [{by: 02-30, points: 8}]",
        "“02-30” is no day; write 2025-03-31, or 03-31 for any year",
    ),
    "steps of a rate of which nobody says how large they are": (
        "method: per item\ndeduct: [{of: 办结率, each: 1, begun: full}]",
        "say with “per” what a step of a rate is, such as 1%",
    ),
    "steps of a rate that are no percentages": (
        "method: per item\nadd: [{of: 办结率, each: 1, per: 2}]",
        "write “per” of a rate as a percentage, such as 0.5%",
    ),
    "steps of nothing": (
        "method: per item by class\nfrom: visits\nwhere: irregular\n"
        "classes: [{when: collective, each: 1, step: 5}]",
        "say with “per” what comes in steps",
    ),
    "a begun step of nothing": (
        "method: per item by class\nfrom: visits\nwhere: irregular\n"
        "classes: [{when: collective, each: 1, begun: whole}]",
        "say with “per” what comes in steps",
    ),
    "a month that nothing goes by": (
        "method: deadline\nof: 挂牌日\ndeadlines: [{by: 03-31, points: 10}]\nbegun: full",
        "“begun” says what a month counts: it needs “each_month”",
    ),
    "two ways in which further ones count": (
        "method: per item\ndeduct: [{of: late_reports, each: 1, then: [2], repeated: 2}]",
        "say with “then” what the following ones count, or with “repeated” by what each is "
        "multiplied, not both",
    ),
    "an end of nothing": (
        "method: per item\ndeduct: [{of: late_reports, each: 1, up_to: 2}]",
        "“up_to” ends what “repeated” multiplies",
    ),
    "an end of nothing, of a class": (
        "method: per item by class\nfrom: visits\nwhere: irregular\n"
        "classes: [{when: collective, each: 1, up_to: 2}]",
        "“up_to” ends what “repeated” multiplies",
    ),
    "an end below the beginning": (
        "method: per item\ndeduct: [{of: late_reports, each: 3, repeated: 2, up_to: 2}]",
        "“up_to” is less than what the first one counts",
    ),
    "points that grow too fine": (
        "method: per item\nadd: [{of: late_reports, each: 0.1, repeated: 1.37}]",
        "multiplied so often, one would count 0.18769 points, and only four decimal places are "
        "kept: end it with “up_to”, or list with “then” what each counts",
    ),
    "further ones beside a first that differs by the subject": (
        "method: per item\ndeduct: [{of: late_reports, each: {by: kind, 村: 1, others: 2}, "
        "then: [2]}]",
        "where further ones count otherwise, “each” is one number for all",
    ),
    "records that are put in order for nothing": (
        "method: per item by class\nfrom: visits\nwhere: irregular\ncounted: all together\n"
        "classes: [{when: collective, each: 1}]",
        "“counted” says which one a record is: it needs a class with “then” or “repeated”",
    ),
    "weights that do not add up": (
        "method: rating\nkinds: [{kind: 群众, weight: 70%}, {kind: 领导, weight: 20%}]",
        "the weights of the kinds of raters must add up to 100%",
    ),
}


@pytest.mark.parametrize(("fields", "message"), TOGETHER.values(), ids=TOGETHER)
def test_fields_that_do_not_go_together_are_refused_at_the_line(findings, fields, message):
    assert ("bad-method", message, "label: Line") in findings(fields)


ALONE = {
    "per item, of": (
        "method: per item\ndeduct: [{of: late_report, each: 1}]",
        "unknown-name", "late_report, each: 1}]",
    ),
    "per item, a condition where a number is needed": (
        "method: per item\nadd: [{of: 迟报 > 1, each: 1}]",
        "wrong-type", "迟报 > 1, each: 1}]",
    ),
    "per item, nothing for each": (
        "method: per item\nadd: [{of: 迟报, each: 0}]",
        "wrong-value", "0}]",
    ),
    "per item, a parameter that is not there": (
        "method: per item\nadd: [{of: 迟报, each: fines}]",
        "wrong-value", "fines}]",
    ),
    "target, of a day": (
        "method: target\nof: 挂牌日\ntarget: 3\neach: 1",
        "wrong-type", "挂牌日",
    ),
    "target, a direction that is not known": (
        "method: target\nof: 迟报\ntarget: 3\neach: 1\ndirection: below",
        "wrong-value", "below",
    ),
    "proportion, full from nothing": (
        "method: proportion\nof: 办结率\nfull_from: 0",
        "wrong-value", "0",
    ),
    "proportion, full from more than all": (
        "method: proportion\nof: 办结率\nfull_from: 101%",
        "wrong-value", "101%",
    ),
    "bands, of": (
        "method: bands\nof: nothing\nbands: [{points: 20}]",
        "unknown-name", "nothing",
    ),
    "bands, none": (
        "method: bands\nof: 迟报\nbands: []",
        "wrong-value", "[]",
    ),
    "checklist, a number where a condition is needed": (
        "method: checklist\nrule: all\nitems: [{met: 牌子 > 0}, {met: 制度}]",
        "wrong-type", "制度}]",
    ),
    "checklist, a text that reaches beyond its place": (
        "method: checklist\nitems: [{met: 牌子 > 0 then 20 else 0 end + case when 制度 > 0}]",
        "bad-expression", "then 20 else 0 end + case when 制度 > 0}]",
    ),
    "by class, a table that is not read": (
        "method: per item by class\nfrom: duties\nclasses: [{when: present, each: 1}]",
        "unknown-table", "duties",
    ),
    "by class, where": (
        "method: per item by class\nfrom: visits\nwhere: irregula\n"
        "classes: [{when: irregular, each: 1}]",
        "unknown-name", "irregula",
    ),
    "by class, a class": (
        "method: per item by class\nfrom: visits\nwhere: irregular\n"
        "classes: [{when: irregular, each: 1}, {when: people, each: 1}]",
        "wrong-type", "people, each: 1}]",
    ),
    "by class, a factor": (
        "method: per item by class\nfrom: visits\nwhere: irregular\n"
        "classes: [{when: collective, each: 1}]\ntimes: [{when: visits_total > 1, by: 2}]",
        "unknown-name", "visits_total > 1, by: 2}]",
    ),
    "by class, per": (
        "method: per item by class\nfrom: visits\nwhere: irregular\n"
        "classes: [{when: collective, each: 1, per: level}]",
        "wrong-type", "level}]",
    ),
    "by class, less than nothing": (
        "method: per item by class\nfrom: visits\nclasses: [{when: irregular, each: -1}]",
        "wrong-value", "-1}]",
    ),
    "per item, a step of nothing": (
        "method: per item\ndeduct: [{of: late_reports, each: 1, per: 0}]",
        "wrong-value", "0}]",
    ),
    "per item, a begun step that is not known": (
        "method: per item\ndeduct: [{of: late_reports, each: 1, per: 2, begun: half}]",
        "wrong-value", "half}]",
    ),
    "per item, no further ones": (
        "method: per item\ndeduct: [{of: late_reports, each: 1, then: []}]",
        "wrong-value", "[]}]",
    ),
    "per item, a further one below nothing": (
        "method: per item\ndeduct: [{of: late_reports, each: 1, then: [2, -1]}]",
        "wrong-value", "-1]}]",
    ),
    "per item, multiplied by one": (
        "method: per item\ndeduct: [{of: late_reports, each: 1, repeated: 1}]",
        "wrong-value", "1}]",
    ),
    "by class, an order that is not known": (
        "method: per item by class\nfrom: visits\nwhere: irregular\n"
        "classes: [{when: collective, each: 1, then: [2]}]\ncounted: together",
        "wrong-value", "together",
    ),
    "deadline, a begun month in proportion": (
        "method: deadline\nof: 挂牌日\ndeadlines: [{by: 03-31, points: 8}]\neach_month: 1\n"
        "begun: proportion",
        "wrong-value", "proportion",
    ),
    "deadline, of a number": (
        "method: deadline\nof: 迟报\ndeadlines: [{by: 03-31, points: 8}]",
        "wrong-type", "迟报",
    ),
    "rating, fewer raters than there are extremes": (
        "method: rating\nkinds: [{kind: 群众, weight: 100%}]\ndrop_extremes_from: 2",
        "wrong-value", "2",
    ),
    "rating, where": (
        "method: rating\nkinds: [{kind: 群众, weight: 100%}]\nwhere: score",
        "wrong-type", "score",
    ),
    "rating, no weight": (
        "method: rating\nkinds: [{kind: 群众}]",
        "missing-key", "{kind: 群众}]",
    ),
    "rank, by": (
        "method: rank\nby: visit_total\nplaces: [20]",
        "unknown-name", "visit_total",
    ),
    "rank, no places": (
        "method: rank\nby: 走访\nplaces: []",
        "wrong-value", "[]",
    ),
    "formula, a condition": (
        "method: formula\nformula: 迟报 > 3",
        "wrong-type", "迟报 > 3",
    ),
    "a field of another method": (
        "method: formula\nformula: 迟报\nof: 迟报",
        "unknown-key", "of: 迟报",
    ),
    "a method that is not there": (
        "method: per iten\nof: 迟报",
        "unknown-method", "per iten",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "code", "text"), ALONE.values(), ids=ALONE)
def test_a_fault_in_a_field_is_shown_where_it_is_written(findings, fields, code, text):
    found = findings(fields)
    assert [(c, t) for c, _, t in found] == [(code, text)], found


def test_a_parameter_may_stand_for_a_number(findings):
    assert findings("method: per item\ndeduct: [{of: 迟报, each: fine}]") == []
    assert findings("method: target\nof: 迟报\ntarget: 每件扣分\neach: 1") == []
    assert findings("method: rank\nby: 走访\nplaces: [20, 每件扣分]") == []


def test_a_parameter_is_held_to_what_the_number_is_held_to(findings):
    found = findings("method: proportion\nof: 办结率\nfull_from: fine")
    assert [code for code, _, _ in found] == ["wrong-value"]
