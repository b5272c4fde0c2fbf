"""What a ruleset does not say and the language decides: only what matters, and all of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from constructs import line, ruleset, section

from rules_engine.checks import notes_on
from rules_engine.conditions.bounds import INFINITE, OPEN, Span
from rules_engine.conditions.formulas import span_of
from rules_engine.conditions.parser import parse
from rules_engine.errors import NOWHERE
from rules_engine.messages import speaking
from rules_engine.plan.defaults import defaults
from rules_engine.plugin_manager import registry
from rules_engine.report.report import by_default
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset


def book_of(document):
    with TemporaryDirectory() as folder:
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        return load_ruleset(lay_ruleset(Path(folder), text), registry()).book


def told(spec=None, kind="score", keys=None, **more):
    """Return the defaults of a ruleset with one line, as (where, value, what goes)."""
    lines = {"one": section(kind, keys=keys, line=spec)} if spec else None
    document = ruleset(**({"sections": lines} if lines else {}), rounding={"places": 1}, **more)
    with speaking("zh"):
        return {(d.where, d.value, d.text) for d in defaults(book_of(document))}


FULL = "没有可考核事项的计满分"


@pytest.mark.parametrize(
    ("spec", "kind", "found"),
    [
        # nothing to assess gives full points, unless something else is written or worth nothing
        (line("proportion", 30, of="closed"), "score", {("30", FULL)}),
        (line("proportion", 30, of="closed", not_applicable="full"), "score", set()),
        (line("proportion", 30, of="closed", not_applicable="zero"), "score", set()),
        (line("proportion", 30, of="closed", not_applicable=5), "score", set()),
        (line("proportion", 30, of="closed", assumed={"not_applicable": "例"}), "score", set()),
        (line("proportion", 30, of="closed"), "bonus", set()),
        (line("formula", 30, formula="5", when="late > 0"), "score", {("30", "不适用的计满分")}),
        (line("proportion", 30, of="closed", when="late > 0"), "score",
         {("30", "不适用或者没有可考核事项的计满分")}),
        # floors and caps that can bind
        (line("per item", deduct=[{"of": "late", "each": 2}]), "score", {("0", "最低计0分")}),
        (line("per item", deduct=[{"of": "late", "each": 2}], floor=0), "score", set()),
        (line("per item", deduct=[{"of": "late", "each": 2}], floor="none"), "score", set()),
        (line("per item", add=[{"of": "late", "each": 2}]), "score",
         {("10", "得分以本项分值为限")}),
        (line("per item", add=[{"of": "late", "each": 2}], cap="none"), "score", set()),
        (line("per item", 5, deduct=[{"of": "late", "each": 2}]), "deduction",
         {("−5", "扣分以本项分值为限")}),
        (line("per item", 5, deduct=[{"of": "late", "each": 2}], floor=-5), "deduction", set()),
        (line("formula", formula="least(10, 2 * late)"), "score", set()),
        (line("formula", formula="10 * closed"), "score", set()),
        (line("formula", formula="10 - late + open"), "score",
         {("0", "最低计0分"), ("10", "得分以本项分值为限")}),
        # what the methods take for granted
        (line("target", of="closed", target=0.9, each=1, not_applicable="zero", floor=0), "score",
         {("1个百分点", "以1个百分点为一档"), ("", "不足一档的按比例计")}),
        (line("target", of="late", target=3, each=1, direction="at most", floor=0), "score",
         {("1", "以1为一档"), ("", "不足一档的按比例计")}),
        (line("target", of="closed", target=0.9, each=1, per=0.05, begun="whole", floor=0,
              not_applicable="zero"), "score", set()),
        (line("bands", of="late", bands=[{"to": 1, "points": 10}, {"from": 1, "to": 3,
              "points": 5}]), "score", {("0", "不在各档范围内的得0分")}),
        (line("bands", of="late", bands=[{"to": 1, "points": 10}, {"from": 1, "points": 0}]),
         "score", set()),
        (line("checklist", items=[{"met": "calm"}, {"met": "late = 0"}]), "score",
         {("5", "各项平分分值")}),
        (line("checklist", items=[{"met": "calm", "points": 4}, {"met": "late = 0",
              "points": 6}]), "score", set()),
        (line("deadline", of="sign", deadlines=[{"by": "03-31", "points": 10}]), "score",
         {("0", "最后期限以后做到的得0分")}),
        (line("deadline", of="sign", deadlines=[{"by": "03-31", "points": 10}], later=0), "score",
         set()),
        (line("rank", by="late", places=[10]), "score",
         {("", "数值大的名次在前"), ("0", "其余名次得0分")}),
        (line("rank", by="late", best="least", places=[10], others=1), "score", set()),
        (line("per item", deduct=[{"of": "late", "each": 2}], floor=0,
              put_right={"when": "submitted_at is not null"}), "score",
         {("100%", "事后整改到位的，所扣的分全部返还")}),
    ],
)  # fmt: skip
def test_the_defaults_of_a_line(spec, kind, found):
    ends = {"grades": {"all": {"label": "全部", "from": -(10**9), "assumed": "例"}}}
    assert told(spec, kind, **ends) == {("项目", value, text) for value, text in found}


def test_the_defaults_around_the_lines():
    grades = {"good": {"label": "好", "from": 80, "quota": 0.2, "assumed": "例"},
              "poor": {"label": "差", "from": 0}}  # fmt: skip
    assert told(grades=grades) == {
        ("好", "20%", "名额有小数的舍去"), ("好", "", "在最后一个名额上并列的，都不列入"),
    }  # fmt: skip
    text = {**grades, "good": {**grades["good"], "ties": "include"}}
    assert told(grades=text) == {("好", "20%", "名额有小数的舍去")}
    less = line("per item", deduct=[{"of": "late", "each": 2}], floor=-5)
    assert told(less) == {("差", "0", "低于本等次分数线的也列入本等次")}
    pay = {"label": "奖金", "clause": "E-1", "assumed": "例", "bands": [{"from": 9, "each": 5}]}
    assert told(pay={"money": pay}) == {
        ("奖金", "2", "金额四舍五入，保留2位小数"),
        ("奖金", "0", "不在各档范围内的得分，金额为0"),
    }
    down = {"label": "降等", "kind": "downgrade", "when": "calm", "clause": "E-1"}
    assert told(consequences={"down": down}) == {("降等", "1", "降一等")}
    assert told(consequences={"down": {**down, "steps": 1}}) == set()


def test_the_places_of_totals_are_a_default_unless_a_reason_is_given():
    document = ruleset()
    with speaking("zh"):
        assert [d.text for d in defaults(book_of(document))] == []
        del document["assumed"]["rounding"]
        (only,) = defaults(book_of(document))
    assert (only.where, only.value, only.text) == ("总分", "2", "总分四舍五入，保留2位小数")


def test_months_that_do_not_apply_are_left_out_of_a_mean():
    spec = line("proportion", 30, of="closed", not_applicable="zero")
    assert told(spec, keys={"monthly": "average"}) == {("部分", "", "不适用的月份不计入平均")}


def test_alike_floors_stand_together():
    lines = {n: {**line("per item", deduct=[{"of": "late", "each": 2}]), "label": n}
             for n in ("a", "b")}  # fmt: skip
    document = ruleset(sections={"one": section(**lines)}, rounding={"places": 1})
    with speaking("zh"):
        assert [(d.where, d.value) for d in defaults(book_of(document))] == [("a、b", "0")]


def test_a_town_without_cases_is_told_of_its_thirty_points():
    """The report lists it among the assumptions, and a check notes it at its place."""
    spec = line("proportion", 30, of="closed")
    book = book_of(ruleset(sections={"one": section(line=spec)}))
    with speaking("zh"):
        (found,) = (a for a in by_default(book) if a.value == "30")
        notes = [(str(f.message), f.severity) for f in notes_on(book) if f.code == "by-default"]
    assert (found.where, found.default) == ("项目", True)
    assert found.reason == "办法没有写明，默认没有可考核事项的计满分"
    assert ("“项目”：默认没有可考核事项的计满分（30）", "info") in notes


NAMES = {"n": Span(Decimal(0), INFINITE), "r": Span(Decimal(0), Decimal(1)), "x": OPEN}


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [
        ("5", 5, 5), ("50%", "0.5", "0.5"), ("-n", "-Infinity", 0), ("10 - 2 * n", "-Infinity", 10),
        ("10 * r", 0, 10), ("10 * (1 - r)", 0, 10), ("n / 4", 0, "Infinity"),
        ("least(n, 10)", 0, 10), ("greatest(10 - n, 0)", 0, 10), ("x", "-Infinity", "Infinity"),
        ("case when n > 1 then 3 else -2 end", -2, 3), ("ceil(10 * r / 3)", 0, 4),
        ("round(n / 3, 1) * -1", "-Infinity", 0), ("n / r", 0, "Infinity"),
        ("coalesce(r, 7)", 0, 7), ("abs(x)", "-Infinity", "Infinity"), ("0 * n", 0, 0),
    ],
)  # fmt: skip
def test_between_what_a_formula_lies(formula, low, high):
    span = span_of(parse(formula, lambda _: NOWHERE), NAMES.__getitem__)
    assert span == (Decimal(low), Decimal(high))
