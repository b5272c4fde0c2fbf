"""The steps of the plan that look at months before the whole period is scored.

The lines whose months an indicator looks at are worked out month by month first; then what they
give together in each month, the places by that, for which months the condition holds, and what is
counted. The steps that follow find these columns there.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.compiled import changed
from rules_engine.conditions.fractions import is_open, shown
from rules_engine.conditions.sql import cast, column, fragment, integer, is_null, when
from rules_engine.plan.builder import sum_of
from rules_engine.plan.measures import measured_column
from rules_engine.plan.month_compiler import (
    LAST,
    PLACE,
    month_columns,
    outcome_column,
    point_column,
)
from rules_engine.plan.rules import ABSENT, NOT_APPLICABLE, NOT_ASSESSABLE, SCORED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rules_engine.model.subjects import SubjectKind
    from rules_engine.plan.rules import (
        CriterionRule,
        IndicatorRule,
        MonthsRule,
        OfMonth,
        Rulebook,
    )

Columns = dict[str, exp.Expr]
FINEST_WEIGHT = 8
"""Decimal places that the weight of a section can have."""
FAR = {False: 10**18, True: 10**36}
"""More than any number that is measured, in 64 bits and in 128."""


def over_months(book: Rulebook, kind: SubjectKind) -> list[tuple[IndicatorRule, MonthsRule]]:
    """Return the indicators of a kind of subject that look at months."""
    rules = (rule for rule in book.indicators.values() if rule.subject == kind)
    return [(rule, rule.months) for rule in rules if rule.months]


def lines_first(book: Rulebook, kind: SubjectKind) -> list[CriterionRule]:
    """Return the lines whose months are worked out before the rest."""
    needed = {line for _, months in over_months(book, kind) for line in months.lines}
    return [rule for rule in book.of_subject(kind) if rule.id in needed and rule.months]


def month_sums(book: Rulebook, kind: SubjectKind) -> Columns:
    """Return the outcome and the points of each month of everything that is looked at."""
    lines = {rule.id: rule for rule in book.of_subject(kind)}
    sums: Columns = {}
    for months in _targets(book, kind):
        own = [lines[name] for name in months.lines if name in lines]
        for place, one in enumerate(months.each):
            parts = [(rule, rule.months[place]) for rule in own]
            sums[outcome_column(months.target, one.month)] = _outcome([part for _, part in parts])
            sums[point_column(months.target, one.month)] = numbers.wide(
                _points(book, months, parts)
            )
    return sums


def _targets(book: Rulebook, kind: SubjectKind) -> list[MonthsRule]:
    """Return what has months with points that are looked at, each once."""
    targets = {months.target: months for _, months in over_months(book, kind) if months.lines}
    return list(targets.values())


def _outcome(parts: Sequence[CriterionRule]) -> exp.Expr:
    """Return whether a month counts; where a line is scored it does, whatever the others are."""
    outcome = fragment(
        """CASE WHEN :scored IN (:outcomes) THEN :scored
        WHEN :not_assessable IN (:outcomes) THEN :not_assessable
        WHEN :not_applicable IN (:outcomes) THEN :not_applicable ELSE :absent END""",
        outcomes=[column(f"{part.id}__outcome") for part in parts],
        not_assessable=NOT_ASSESSABLE,
        scored=SCORED,
        not_applicable=NOT_APPLICABLE,
        absent=ABSENT,
    )
    return cast(outcome, "TINYINT")


def _points(
    book: Rulebook, months: MonthsRule, parts: Sequence[tuple[CriterionRule, CriterionRule]]
) -> exp.Expr:
    """Return what lines give together in a month, at :data:`numbers.SAME` places."""
    weighed = months.whole == "all"
    scale = numbers.EXACT + FINEST_WEIGHT * weighed
    added: list[exp.Expr] = []
    for name in dict.fromkeys(rule.section_id for rule, _ in parts):
        spec = book.ruleset.document.sections[name]
        points: exp.Expr = exp.Paren(
            this=sum_of([_exact(part) for rule, part in parts if rule.section_id == name])
        )
        if months.whole:
            low, high = (
                None if bound is None else numbers.scaled(bound, numbers.EXACT)
                for bound in (spec.each_floor, spec.each_cap)
            )
            points = numbers.clamp(points, low, high)
            if spec.base and spec.adding == "average":
                begun = numbers.wide(integer(numbers.scaled(spec.base, numbers.EXACT)))
                points = exp.Paren(this=numbers.add(points, begun))
        if weighed:
            points = numbers.multiply(points, integer(numbers.scaled(spec.weight, FINEST_WEIGHT)))
        added.append(points)
    base = book.ruleset.document.base
    averaged = any(rule.section.adding == "average" for rule, _ in parts)
    if weighed and averaged and base != Decimal(0):
        added.append(numbers.wide(integer(numbers.scaled(base, scale))))
    return numbers.to_scale(exp.Paren(this=sum_of(added)), scale, numbers.SAME)


def _exact(part: CriterionRule) -> exp.Expr:
    if part.is_fine:
        return numbers.wide(column(f"{part.id}__fine"))
    return numbers.as_exact(column(f"{part.id}__points"))


def places_wanted(book: Rulebook, kind: SubjectKind) -> Iterator[tuple[str, str, str, bool]]:
    """Yield the places in months that are asked for.

    Yields:
        The column, those of the points and of the outcome that it goes by, and whether it is
        counted from the front.
    """
    places: dict[str, tuple[str, str, str, bool]] = {}
    for _, months in over_months(book, kind):
        used = {node.name for tree in months.trees for node in tree.find_all(exp.Column)}
        for one in months.each:
            columns = month_columns(months, one.month)
            for name in (PLACE, LAST):
                if columns[name] in used:
                    outcome = outcome_column(months.target, one.month)
                    place = (columns[name], columns["points"], outcome, name == PLACE)
                    places[columns[name]] = place
    yield from places.values()


def lines_placed(book: Rulebook, kind: SubjectKind) -> list[CriterionRule]:
    """Return the lines by whose points in single months places are asked for."""
    columns = {points for _, points, _, _ in places_wanted(book, kind)}
    targets = [
        months
        for _, months in over_months(book, kind)
        if any(point_column(months.target, one.month) in columns for one in months.each)
    ]
    lines = {line for months in targets for line in months.lines}
    return [rule for rule in book.of_subject(kind) if rule.id in lines]


def indicators_behind(book: Rulebook, names: Iterable[str], *, lines: bool) -> set[str]:
    """Return indicators, those over months replaced by what they look at.

    Args:
        book: the compiled rules.
        names: the indicators.
        lines: whether what the lines count is wanted too, beside what is asked directly.
    """
    results: set[str] = set()
    scored = {rule.id: rule for rule in book.criteria}
    for name in names:
        rule = book.indicators.get(name)
        if rule is None or rule.months is None:
            results.add(name)
            continue
        asked = (part for one in rule.months.each for part in (one.where, one.measured) if part)
        results |= {n for part in asked for n in part.indicators}
        for line in rule.months.lines if lines else ():
            parts = (part for month in scored[line].months for part in month.expressions)
            results |= {n for part in parts for n in part.indicators}
    return results


def placed(outcome: str) -> exp.Expr:
    """Return whether a subject has a place in a month: it was scored, or should have been."""
    return fragment(
        "(:outcome IN (:scored, :not_assessable))",
        outcome=column(outcome), scored=SCORED, not_assessable=NOT_ASSESSABLE,
    )  # fmt: skip


def asked_column(indicator: str, month: str) -> str:
    """Return the column that says whether the condition of an indicator holds in a month."""
    return f"m__{indicator}__{month}"


def value_column(indicator: str, month: str) -> str:
    """Return the column of what a month gives to an indicator, to be told."""
    return f"v__{indicator}__{month}"


def month_values(book: Rulebook, kind: SubjectKind) -> Columns:
    """Return what each month gives, which follows from the columns that are written."""
    return {
        value_column(rule.id, one.month): one.measured.sql
        for rule, months in over_months(book, kind)
        for one in months.each
        if one.measured
    }


def months_asked(book: Rulebook, kind: SubjectKind) -> Columns:
    """Return for each indicator and month whether its condition holds."""
    return {
        asked_column(rule.id, one.month): _asked(months, one)
        for rule, months in over_months(book, kind)
        for one in months.each
    }


def _asked(months: MonthsRule, one: OfMonth) -> exp.Expr:
    """Return whether a condition holds in a month; it does not where the month does not count."""
    holds = one.where.sql.copy() if one.where else exp.true()
    if not months.lines:
        return holds
    text = """CASE WHEN :outcome IN (:scored) THEN :holds
    WHEN :outcome IN (:not_assessable) THEN CASE WHEN NOT (:holds) THEN FALSE END
    ELSE FALSE END"""
    return fragment(
        text,
        outcome=column(outcome_column(months.target, one.month)),
        scored=SCORED,
        not_assessable=NOT_ASSESSABLE,
        holds=holds,
    )


def month_runs(book: Rulebook, kind: SubjectKind) -> Columns:
    """Return for each month how many in a row up to it the condition of an indicator holds."""
    runs: Columns = {}
    for rule, months in over_months(book, kind):
        length: exp.Expr = integer(0)
        for one in months.each if months.run else ():
            asked = column(asked_column(rule.id, one.month))
            length = fragment(
                "CASE WHEN :asked THEN 1 + :before WHEN NOT :asked THEN 0 END",
                asked=asked, before=length.copy(),
            )  # fmt: skip
            runs[_run_column(rule.id, one.month)] = cast(length, "BIGINT")
    return runs


def _run_column(indicator: str, month: str) -> str:
    return f"run__{indicator}__{month}"


def month_facts(book: Rulebook, kind: SubjectKind) -> Columns:
    """Return what the indicators over months come to."""
    facts: Columns = {}
    for rule, months in over_months(book, kind):
        asked = [column(asked_column(rule.id, one.month)) for one in months.each]
        count = cast(
            sum_of([when((part, integer(1)), default=integer(0)) for part in asked]), "BIGINT"
        )
        unknown = exp.or_(*(is_null(part.copy()) for part in asked))
        number = when((exp.Not(this=exp.Paren(this=unknown)), count))
        facts[f"i__{rule.id}__n"] = number
        if rule.measured is None:
            facts[f"i__{rule.id}"] = _run(rule, months) if months.run else number.copy()
            continue
        facts[measured_column(rule)] = _measured(rule, months, unknown.copy())
    return facts


def shown_facts(book: Rulebook, kind: SubjectKind) -> Columns:
    """Return what is shown of those that are kept in more places than that."""
    return {
        f"i__{rule.id}": shown(
            changed(rule.measured, sql=column(measured_column(rule)), constant=None)
        ).sql
        for rule, _ in over_months(book, kind)
        if rule.measured and measured_column(rule) != f"i__{rule.id}"
    }


def _run(rule: IndicatorRule, months: MonthsRule) -> exp.Expr:
    runs: list[exp.Expr] = [column(_run_column(rule.id, one.month)) for one in months.each]
    return runs[-1] if months.run == "last" else numbers.extreme_of(runs, least=False)


def _measured(rule: IndicatorRule, months: MonthsRule, unknown: exp.Expr) -> exp.Expr:
    """Return the sum, the greatest or the least of what the months give that count."""
    wide = rule.measured is not None and is_open(rule.measured)
    kind = numbers.WIDE if wide else "BIGINT"
    otherwise = 0 if rule.how == "sum" else FAR[wide] * (-1 if rule.how == "max" else 1)
    values: list[exp.Expr] = []
    for one in months.each:
        assert one.measured is not None
        values.append(
            when(
                (column(asked_column(rule.id, one.month)), one.measured.sql.copy()),
                default=cast(integer(otherwise), kind),
            )
        )
    if rule.how == "sum":
        total: exp.Expr = sum_of(values)
        text = "CASE WHEN NOT (:unknown) THEN :total END"
        return cast(fragment(text, unknown=unknown, total=total), kind)
    total = numbers.extreme_of(values, least=rule.how == "min")
    text = "CASE WHEN NOT (:unknown) AND :count > 0 THEN :total END"
    count = sum_of(
        [
            when((column(asked_column(rule.id, one.month)), integer(1)), default=integer(0))
            for one in months.each
        ]
    )
    tree = fragment(text, unknown=unknown, count=exp.Paren(this=count), total=total)
    return cast(tree, kind)


def month_names(book: Rulebook, kind: SubjectKind) -> list[str]:
    """Return the columns of months that are written, so that they can be told."""
    names: dict[str, None] = {}
    for rule, months in over_months(book, kind):
        for one in months.each:
            names[asked_column(rule.id, one.month)] = None
            if months.lines:
                names[outcome_column(months.target, one.month)] = None
                names[point_column(months.target, one.month)] = None
    names |= dict.fromkeys(place[0] for place in places_wanted(book, kind))
    return list(names)


def month_trees(book: Rulebook, kind: SubjectKind) -> Mapping[str, list[exp.Expr]]:
    """Return for each indicator over months all trees that decide what it comes to."""
    lines = {rule.id: rule for rule in book.of_subject(kind)}
    return {
        rule.id: [
            *months.trees,
            *(
                tree
                for name in months.lines
                if name in lines
                for month in lines[name].months
                for tree in month.trees
            ),
        ]
        for rule, months in over_months(book, kind)
    }
