"""The steps. Numbers are compared exactly, and a failing step says what was found instead."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, parsers, then, when

from rules_engine.errors import UsageError
from rules_engine.messages import listed, msg
from rules_engine.model.candidates import names_it, only, several, several_lines
from rules_engine.model.days import read_day
from rules_engine.model.figures import in_digits
from rules_engine.ruleset.editions import EDITIONS_FOLDER
from rules_engine.ruleset.read import CLAUSES_FILE
from rules_engine.safe_files import inside, unfit
from rules_engine.scenarios.context import World
from rules_engine.scenarios.example import lay_ruleset
from rules_engine.scenarios.tables import (
    Table,
    cell,
    no_table,
    no_text,
    number,
    one_of,
    results_of,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from rules_engine.model.assessment import Line, Payment, PaymentPart, Subject

OUTCOMES = {"计分": "scored", "不适用": "not_applicable", "无法评定": "not_assessable"}
NAME = '["“](?P<name>(?:[^"“”]|“[^”]*”)+)["”]'
SUBJECT = f"(?P<kind>(?!目标|以下|没有|考核)[^\\W\\d_]{{1,12}}?)?{NAME}"
"""A name, and before it what those assessed are called: 村, 干部 or a noun of the ruleset's own."""
TOTALS = ("总分", "得分", "名次", "等次", "分数等次")
OF_LINES = ("结果", "得分", "记录数", "返还", "否决")
OF_CHANGES = ("指标", "增减", "总分", "等次")
HEADINGS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "villages_are": (("村",), TOTALS),
    "cadres_are": (("干部",), TOTALS),
    "lines_are": (("村", "干部", "考核项"), OF_LINES),
    "smallest_changes_are": ((), OF_CHANGES),
}
"""The headings of tables of results: those that say of what a row is, and those compared."""


@pytest.fixture
def ruleset_folder() -> Path | None:
    """Return the ruleset under test; the runner gives it, the engine's own features do not."""
    return None


@pytest.fixture
def world(ruleset_folder: Path | None) -> Iterator[World]:
    """Give each scenario a world of its own."""
    world = World(ruleset_folder)
    yield world
    world.close()


@pytest.fixture
def datatable() -> Table:
    """Stand in for the table of a step that has none."""
    raise no_table()


@pytest.fixture
def docstring() -> str:
    """Stand in for the text of a step that has none."""
    raise no_text()


def step(pattern: str) -> parsers.re:
    """Return a pattern with a name, or the name of a village or cadre, in it."""
    named = pattern.replace("{name}", NAME).replace("{subject}", SUBJECT)
    return parsers.re(named + "$")


# What is given


@given(step("考核办法为[:：]"))
def ruleset_in_place(world: World, docstring: str, tmp_path: Path) -> None:
    """Take a ruleset as a doc string; the clauses that it names are made up.

    Example:
        假如 考核办法为:
          '''
          ruleset: reports
          title: 排查报告考核办法
          …
          '''
    """
    world.folder = lay_ruleset(tmp_path / "ruleset", docstring)


@given(step('考核办法的["“](?P<edition>[^"”]+)["”]版为[:：]'))
def edition_in_place(world: World, edition: str, docstring: str, tmp_path: Path) -> None:
    """Take an edition of a ruleset as a doc string.

    Example:
        假如 考核办法的“2026”版为:
          '''
          ruleset: reports
          edition: "2026"
          …
          '''
    """
    if unfit(edition) or edition.startswith("."):
        raise UsageError.of(
            "bad-value", msg("“{value}” cannot be the name of an edition", value=edition),
            hint=msg("write letters and figures, such as 2026"),
        )  # fmt: skip
    world.folder = tmp_path / "ruleset"
    lay_ruleset(inside(world.folder / EDITIONS_FOLDER, edition), docstring)


@given(step("条款为[:：]"))
def clauses_in_place(docstring: str, tmp_path: Path) -> None:
    """Take the clauses as a doc string; stands before the ruleset.

    Example:
        假如 条款为:
          '''
          source: {title: 排查报告考核办法}
          clauses:
            C1: {ref: 第一条, gist: 每迟报一次扣 1 分, status: encoded}
          '''
    """
    folder = tmp_path / "ruleset"
    folder.mkdir(exist_ok=True)
    (folder / CLAUSES_FILE).write_text(docstring, encoding="utf-8")


@given(step(r"考核日期为\s*(?P<day>[\d年月日-]+)"))
def as_of(world: World, day: str) -> None:
    """Set the day of knowledge.

    Example:
        假如 考核日期为 2025年12月31日
    """
    world.as_of = _day(day)


@given(step(r"考核期为\s*(?P<start>[\d年月日-]+)\s*至\s*(?P<end>[\d年月日-]+)"))
def period(world: World, start: str, end: str) -> None:
    """Set the assessed days, instead of the ruleset's own period.

    Example:
        假如 考核期为 2025-01-01 至 2025-06-30
    """
    world.period = _day(start), _day(end)


def _day(text: str) -> date:
    try:
        result = read_day(text)
    except ValueError:
        result = None
    if result is None:
        raise UsageError.of("bad-value", msg("“{value}” is not a day", value=text),
                            hint=msg("write year-month-day, as in 2025-01-31"))  # fmt: skip
    return result


@given(step(r'以下["“]?(?P<table>[^"”:：]+)["”]?[:：]'))
def records(world: World, table: str, datatable: Table) -> None:
    """Take records.

    Example:
        假如 以下走访:
          | 村   | 层级 | 非正常 | 数量 |
          | 甲村 | 市   | 是     | 2    |
          | 乙村 | 县   | 否     | 1    |
    """
    world.give(table, datatable)


@given(step(r'没有提供["“]?(?P<table>[^"”]+?)["”]?'))
def absent(world: World, table: str) -> None:
    """Leave a table out of the delivery.

    Example:
        而且 没有提供“排查报告”
    """
    world.absent.add(world.schema(table).name)


# What is done


@when(step("进行考核"))
def assess(world: World) -> None:
    """Run the assessment.

    Example:
        当 进行考核
    """
    world.assess()


@when(step("接受隔离数据后进行考核"))
def assess_without_quarantined(world: World) -> None:
    """Run the assessment without the rows that were kept out.

    Example:
        当 接受隔离数据后进行考核
    """
    world.assess(accept_quarantine=True)


# What came of it


@then(step("考核结果为[:：]"))
def villages_are(world: World, datatable: Table) -> None:
    """Compare villages, row by row, in the columns that are given.

    Example:
        那么 考核结果为:
          | 村   | 总分 | 名次 | 等次 |
          | 甲村 | 95.5 | 1    | 优秀 |
          | 乙村 | 80   | 2    | 良好 |
    """
    for row in rows_of(world, datatable, "villages_are"):
        _compare(world.subject(cell(row, world.assessed), "村"), row)


@then(step("干部结果为[:：]"))
def cadres_are(world: World, datatable: Table) -> None:
    """Compare cadres, row by row.

    Example:
        那么 干部结果为:
          | 干部 | 得分 | 名次 |
          | 张三 | 87.5 | 1    |
    """
    for row in rows_of(world, datatable, "cadres_are"):
        _compare(world.subject(cell(row, "干部"), "干部"), row)


def _grade(subject: Subject, row: dict[str, str]) -> str:
    """Return the grade; where it is not certain, either that or what it can be may be asked."""
    return "待定" if not subject.grade and row["等次"] == "待定" else subject.grade_text


def place(text: str) -> str:
    """Return a place, or from which to which it can be, as it is told.

    Raises:
        UsageError: it is neither.
    """
    parts = re.split(r"\s*[–—至-]\s*", text)
    return "–".join(in_digits(number("名次", part)) for part in parts)


def rows_of(world: World, table: Table, step: str) -> list[dict[str, str]]:
    """Return the rows of a table of results below a step, by its headings."""
    naming, compared = HEADINGS[step]
    own = [world.plain(heading) for heading in naming]
    return results_of(world.plainly_headed(table), own, compared)


def _compare(subject: Subject, row: dict[str, str]) -> None:
    checks: dict[str, Callable[[], object]] = {
        "总分": lambda: subject.score,
        "得分": lambda: subject.score,
        "名次": lambda: subject.place_range,
        "等次": lambda: _grade(subject, row),
        "分数等次": lambda: subject.band or "待定",
    }
    for heading, wanted in row.items():
        if heading not in checks:
            continue  # it says of whom the row is
        got = checks[heading]()
        expected = number(heading, wanted) if isinstance(got, Decimal) else wanted
        if heading == "名次":
            expected = place(wanted)
        assert got == expected, (
            f"{subject.name}的{heading}为 {got}，应为 {wanted}\n{_account(subject)}"
        )


@then(step("得分明细为[:：]"))
def lines_are(world: World, datatable: Table) -> None:
    """Compare score lines in the columns that are given.

    Example:
        那么 得分明细为:
          | 村   | 考核项   | 结果   | 得分 | 记录数 |
          | 甲村 | 信访秩序 | 计分   | 38   | 1      |
          | 乙村 | 信访秩序 | 不适用 | 40   | 0      |
    """
    for row in rows_of(world, datatable, "lines_are"):
        subject = subject_of(world, row)
        line = line_of(subject, cell(row, "考核项"))
        for heading, wanted in row.items():
            if heading in OF_LINES:
                assert _line_has(line, heading, wanted), _note_of(subject, line)


def subject_of(world: World, row: dict[str, str]) -> Subject:
    """Return the village or cadre that a row is about.

    Raises:
        UsageError: it names both, or neither.
    """
    village = row.get(world.assessed)
    if village and row.get("干部"):
        raise UsageError.of(
            "two-subjects", msg("a row is about a {assessed_one} or about a cadre"),
            hint=msg("leave one of the two empty"),
        )  # fmt: skip
    return world.subject(cell(row, world.assessed, "干部"), "村" if village else "干部")


def _line_has(line: Line, heading: str, wanted: str) -> bool:
    """Return whether a score line has what a cell says."""
    match heading:
        case "结果":
            return line.outcome == OUTCOMES[one_of(heading, wanted, OUTCOMES)]
        case "得分":
            points = None if wanted in ("", "—", "-") else number(heading, wanted)
            return line.points == points
        case "记录数":
            return line.records == number(heading, wanted)
        case "返还":
            return line.given_back == number(heading, wanted)
        case _:
            return line.veto == (one_of(heading, wanted, ("是", "否")) == "是")


@then(step(r"{subject}没有考核项" + '["“](?P<criterion>[^"”]+)["”]'))
def has_no_line(world: World, kind: str | None, name: str, criterion: str) -> None:
    """See that a score line is not there at all: its section is for others.

    Example:
        那么 "乙局"没有考核项"排查报告"
    """
    document = world.chosen().ruleset.document
    _known(criterion, [n for _, _, i, c in document.criteria() for n in (c.label, i)])
    subject = world.subject(name, kind)
    items = [line for line in subject.lines if criterion in (line.label, line.criterion)]
    assert not items, _account(subject)


def _known(wanted: str, names: Iterable[str]) -> None:
    """See that what is said to be absent could have been there."""
    known = list(names)
    if wanted not in known:
        raise UsageError.of("unknown-name", msg("“{name}” is not known here", name=wanted),
                            hint=msg("known here: {names}", names=listed(known)))  # fmt: skip


@then(step(r"{subject}的总分为\s*(?P<score>-?[\d.]+)"))
def score_is(world: World, kind: str | None, name: str, score: str) -> None:
    """Compare one total.

    Example:
        那么 "甲村"的总分为 95.5
    """
    _compare(world.subject(name, kind), {"总分": score})


@then(step(r"{subject}的总分区间为\s*(?P<low>-?[\d.]+)\s*至\s*(?P<high>-?[\d.]+)"))
def interval_is(world: World, kind: str | None, name: str, low: str, high: str) -> None:
    """Compare the bounds of a total that is not certain.

    Example:
        那么 "甲村"的总分区间为 90 至 95
    """
    subject = world.subject(name, kind)
    got = (subject.low, subject.high)
    assert got == (number("区间", low), number("区间", high)), (
        f"区间为 {got[0]} 至 {got[1]}\n{_account(subject)}"
    )


@then(step('{subject}的等次为["“](?P<grade>[^"”]+)["”]'))
def grade_is(world: World, kind: str | None, name: str, grade: str) -> None:
    """Compare one grade.

    Example:
        那么 "甲村"的等次为"优秀"
    """
    _compare(world.subject(name, kind), {"等次": grade})


@then(step(r"{subject}的[\"“](?P<what>[^\"”]+)[\"”]为\s*(?P<amount>-?[\d.]+)\s*(?P<unit>\S*)"))
def payment_is(
    world: World, kind: str | None, name: str, what: str, amount: str, unit: str
) -> None:
    """Compare what a score brings, such as money or points elsewhere, or a part of that.

    Example:
        那么 干部"张三"的"奖金"为 500 元
    """
    paid, own = paid_of(world.subject(name, kind), what)
    got = "待定" if paid.amount is None else f"{paid.amount:f} {own}"
    assert paid.amount == number(what, amount) and unit in ("", own), f"{what}为 {got}"


@then(step('{subject}的["“](?P<what>[^"”]+)["”]待定'))
def payment_is_open(world: World, kind: str | None, name: str, what: str) -> None:
    """See that what a score brings cannot be told yet.

    Example:
        那么 "甲村"的"奖金"待定
    """
    paid, unit = paid_of(world.subject(name, kind), what)
    assert paid.amount is None, f"{what}为 {paid.amount:f} {unit}"


@then(step('{subject}的["“](?P<what>[^"”]+)["”]计算说明包含["“](?P<text>.+)["”]'))
def payment_is_explained(world: World, kind: str | None, name: str, what: str, text: str) -> None:
    """Look for words in what is said of how an amount, or a part of it, comes about.

    Example:
        那么 干部"张三"的"奖金"计算说明包含"每分加 8 元"
    """
    said = paid_of(world.subject(name, kind), what)[0].how
    assert words(text) in said, f"计算说明为：{said}"


@then(step('{subject}可能有["“](?P<what>.+)["”]'))
def may_have_consequences(world: World, kind: str | None, name: str, what: str) -> None:
    """Compare all that may still follow while something is not known.

    Example:
        那么 "甲村"可能有"通报表扬、总分记零分"
    """
    got = "、".join(c.label for c in world.subject(name, kind).possible)
    assert got == what, f"可能有：{got or '无'}"


@then(step(r"{subject}的名次为\s*(?P<rank>\d+(?:\s*[–—至-]\s*\d+)?)"))
def rank_is(world: World, kind: str | None, name: str, rank: str) -> None:
    """Compare one rank.

    Example:
        那么 "甲村"的名次为 1
    """
    _compare(world.subject(name, kind), {"名次": rank})


def _consequences(world: World, name: str, kind: str | None) -> list[str]:
    subject = world.subject(name, kind)
    return [*subject.honours, *subject.sanctions]


@then(step('{subject}(?:获得|受到)["“](?P<what>.+)["”]'))
def has_consequence(world: World, kind: str | None, name: str, what: str) -> None:
    """Look for an honour or a sanction; a cadre's names the village in brackets.

    Example:
        那么 "甲村"获得"通报表扬"
    """
    got = _consequences(world, name, kind)
    assert any(c == what or c.startswith(f"{what}（") for c in got), (
        f"只有：{'、'.join(got) or '无'}"
    )


@then(step('{subject}(?:没有|未受到)["“](?P<what>.+)["”]'))
def has_no_consequence(world: World, kind: str | None, name: str, what: str) -> None:
    """Look for the absence of an honour or a sanction.

    Example:
        那么 干部"张三"未受到"追究责任"
    """
    labels = [c.label for c in world.chosen().ruleset.document.consequences.values()]
    _known(what, [*labels, *(what for label in labels if what.startswith(f"{label}（"))])
    got = _consequences(world, name, kind)
    assert not any(c == what or c.startswith(f"{what}（") for c in got), f"有：{'、'.join(got)}"


@then(step('{subject}的["“](?P<what>.+)["”]理由包含["“](?P<text>.+)["”]'))
def consequence_because(world: World, kind: str | None, name: str, what: str, text: str) -> None:
    """Look for words in the reason of an honour or a sanction.

    Example:
        那么 "乙村"的"挂牌整治"理由包含"触发一票否决"
    """
    results = [c for c in world.subject(name, kind).consequences if c.label.startswith(what)]
    assert results, f"只有：{'、'.join(_consequences(world, name, kind)) or '无'}"
    said = "；".join(c.because for c in results)
    assert words(text) in said, f"理由为：{said}"


@then(step('{subject}的["“](?P<criterion>[^"”]+)["”]说明包含["“](?P<text>.+)["”]'))
def explanation_has(world: World, kind: str | None, name: str, criterion: str, text: str) -> None:
    """Look for words in a line's worked formula or reason.

    Example:
        那么 "甲村"的"信访秩序"说明包含"扣 2 分"
    """
    line = line_of(world.subject(name, kind), criterion)
    said = f"{line.worked} {line.reason}"
    assert words(text) in said, f"说明为：{said}"


@then(step('{subject}的名次说明包含["“](?P<text>.+)["”]'))
def place_is_explained(world: World, kind: str | None, name: str, text: str) -> None:
    """Look for words in what is said of the place.

    Example:
        那么 "乙村"的名次说明包含"落后“甲村”1.5 分"
    """
    said = world.explain(name, kind).place
    assert words(text) in said, f"名次说明为：{said}"


@then(step('{subject}的等次说明包含["“](?P<text>.+)["”]'))
def grade_is_explained(world: World, kind: str | None, name: str, text: str) -> None:
    """Look for words in what is said of the grade.

    Example:
        那么 "乙村"的等次说明包含"优秀"
    """
    said = world.explain(name, kind).grade
    assert words(text) in said, f"等次说明为：{said}"


@then(step("{subject}的最小改动为[:：]"))
def smallest_changes_are(world: World, kind: str | None, name: str, datatable: Table) -> None:
    """Compare the changes that would have been enough for the next better grade, in order.

    Example:
        那么 "乙村"的最小改动为:
          | 指标     | 增减 | 总分 | 等次 |
          | 迟报次数 | -1   | 98.5 | 优秀 |
    """
    result = world.explain(name, kind)
    got = [
        {
            "指标": change.indicator,
            "增减": f"{'-' if change.less else '+'}{change.records}",
            "总分": str(change.score),
            "等次": result.goal,
        }
        for change in result.changes
    ]
    wanted = results_of(datatable, *HEADINGS["smallest_changes_are"], none=True)
    assert [{h: row[h] for h in w} for row, w in zip(got, wanted, strict=False)] == wanted, got
    assert len(got) == len(wanted), got


@then(step('{subject}的["“](?P<criterion>[^"”]+)["”]依据记录为["“](?P<ids>[^"”]*)["”]'))
def evidence_is(world: World, kind: str | None, name: str, criterion: str, ids: str) -> None:
    """Compare the ids of the records that were counted.

    Example:
        那么 "甲村"的"信访秩序"依据记录为"v1、v4"
    """
    line = world.line_with_records(line_of(world.subject(name, kind), criterion), name, kind)
    got = sorted({e.record_id for e in line.evidence if e.counted})
    wanted = sorted(i.strip() for i in re.split("[,，、]", ids) if i.strip())
    assert got == wanted, f"依据记录为：{'、'.join(got)}"


@then(
    step(
        '{subject}的["“](?P<criterion>[^"”]+)["”]依据["“](?P<record>[^"”]+)["”]'
        '(?P<negated>没有)?注明["“](?P<text>[^"”]+)["”]'
    )
)
def evidence_says(
    world: World,
    kind: str | None,
    name: str,
    criterion: str,
    record: str,
    negated: str | None,
    text: str,
) -> None:
    """Look for words in what is said of one record.

    Example:
        那么 "甲村"的"信访秩序"依据"v1"注明"层级：市"
    """
    line = world.line_with_records(line_of(world.subject(name, kind), criterion), name, kind)
    results = [e for e in line.evidence if e.record_id == record]
    assert results, f"依据记录为：{'、'.join(e.record_id for e in line.evidence)}"
    said = "；".join(detail for e in results for detail in e.detail)
    wanted = words(text).replace("=", "：")  # as it was written in earlier years
    assert (wanted in said) == (negated is None), f"注明：{said}"


@then(step(r"目标{name}为\s*(?P<share>[\d.]+)%\s*(?P<state>达到|未达到|待定)"))
def target_is(world: World, name: str, share: str, state: str) -> None:
    """Compare a target for the whole town, to two places of a percentage.

    Example:
        那么 目标"三无村过半"为 66.67% 达到
    """
    assert not world.stopped, world.why_stopped()
    named = [t for t in world.targets if names_it(name, t.label, t.id)]
    assert named, f"只有目标：{'、'.join(t.label for t in world.targets)}"
    target = only(named, lambda some: several(name, [(t.label, t.id) for t in some]))
    got = {True: "达到", False: "未达到", None: "待定"}[target.reached]
    shown = (target.share * 100).quantize(Decimal("0.01"))
    assert (shown, got) == (number("比例", share).quantize(Decimal("0.01")), got), f"为 {shown}%"
    assert got == state, f"{shown}%，{got}"


@then(step('考核停止[,，]问题为["“](?P<code>[^"”]+)["”]'))
def stopped_by(world: World, code: str) -> None:
    """Look for the code among what stopped the assessment.

    Example:
        那么 考核停止，问题为"orphan-reference"
    """
    codes = [f.code for f in world.findings]
    assert world.stopped, "考核没有停止"
    assert code in codes, f"问题为：{codes}"


@then(step('考核停止[,，]问题包含["“](?P<text>.+)["”]'))
def stopped_saying(world: World, text: str) -> None:
    """Look for words in what stopped the assessment.

    Example:
        那么 考核停止，问题包含"不是整数"
    """
    said = "；".join(f"{f.place} {f.message} {f.hint}" for f in world.findings)
    assert world.stopped, "考核没有停止"
    assert words(text) in said, f"问题为：{said}"


@then(step('发现问题["“](?P<code>[^"”]+)["”]'))
def finding_is_reported(world: World, code: str) -> None:
    """Look for a finding that did not stop the assessment.

    Example:
        那么 发现问题"unused-table"
    """
    codes = [f.code for f in world.findings]
    assert code in codes, f"问题为：{codes}"


def line_of(subject: Subject, name: str) -> Line:
    """Return the score line of that label or id.

    Raises:
        AssertionError: there is none.
        UsageError: there are several.
    """
    results = [line for line in subject.lines if names_it(name, line.label, line.criterion)]
    known = "、".join(line.label for line in subject.lines)
    assert results, f"{subject.name}没有考核项“{name}”，只有：{known}"
    return only(results, lambda lines: several_lines(name, [(x.label, x.criterion) for x in lines]))


def paid_of(subject: Subject, name: str) -> tuple[Payment | PaymentPart, str]:
    """Return what is paid under that label, a payment or a part of one, and its unit.

    Raises:
        AssertionError: there is none.
    """
    known: dict[str, tuple[Payment | PaymentPart, str]] = {}
    for payment in subject.payments:
        known.update({part.label: (part, payment.unit) for part in payment.parts})
        known.update(
            {f"{payment.label}/{part.label}": (part, payment.unit) for part in payment.parts}
        )
    known.update({payment.label: (payment, payment.unit) for payment in subject.payments})
    assert name in known, f"没有“{name}”，只有：{'、'.join(known) or '无'}"
    return known[name]


def _note_of(subject: Subject, line: Line) -> str:
    names = {outcome: word for word, outcome in OUTCOMES.items()}
    said = line.worked or line.reason
    points = "—" if line.points is None else line.points
    result = f"{names[line.outcome]} {points}，{line.records} 条"
    return f"{subject.name}“{line.label}”：{result}；{said}"


def _account(subject: Subject) -> str:
    return "\n".join(f"  {_note_of(subject, line)}" for line in subject.lines)
