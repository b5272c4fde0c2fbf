"""Compiles indicators that look at months, quarters or half-years.

Such an indicator looks at the months in which a section, a line or all sections are scored as
another looks at records: it counts those for which a condition holds, sums what they give, or finds
the longest run of them. Its condition sees the points and the place of the month and what is
counted in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.conditions import numbers
from rules_engine.conditions.fractions import is_fraction, is_open
from rules_engine.conditions.lexer import names_in
from rules_engine.conditions.scope import Scope, Shape, Symbol
from rules_engine.conditions.sql import column, fragment, integer
from rules_engine.errors import Finding
from rules_engine.messages import listed, msg
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.year_parts import YEAR_PARTS
from rules_engine.plan.measures import measured_column
from rules_engine.plan.rules import IndicatorRule, MonthsRule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from rules_engine.model.inputs import Indicator
    from rules_engine.model.year_parts import YearPart
    from rules_engine.plan.indicators import IndicatorCompiler
    from rules_engine.plan.rules import CriterionRule, Rulebook
    from rules_engine.yamltext.read import KeyPath

ALL = "all"
POINTS, PLACE, LAST = "points", "place", "place_from_end"
SAID = {
    POINTS: msg("the points"), PLACE: msg("the place"), LAST: msg("the place from the end"),
    "month": msg("the month"), "quarter": msg("the quarter"), "half_year": msg("the half-year"),
}  # fmt: skip
"""What people call these."""
LABELS = {
    POINTS: "得分", PLACE: "名次", LAST: "倒数名次",
    "month": "月份", "quarter": "季度", "half_year": "半年",
}  # fmt: skip
"""What conditions over months may name beside indicators, with the Chinese labels."""
POINT_DIGITS = 22
"""How many digits the points of a month usually have."""


def point_column(target: str, month: str) -> str:
    """Return the column of the points of a month, at :data:`numbers.SAME` places."""
    return f"p__{target}__{month}"


def outcome_column(target: str, month: str) -> str:
    """Return the column of the outcome of a month."""
    return f"o__{target}__{month}"


def month_columns(rule: MonthsRule, month: str) -> dict[str, str]:
    """Return for the columns that conditions over months name those of one month."""
    place = f"r__{rule.target}__{month}"
    return {POINTS: point_column(rule.target, month), PLACE: place, LAST: f"{place}_last"}


def months_rule(compiler: IndicatorCompiler, name: str, spec: Indicator) -> IndicatorRule | None:
    """Compile an indicator over months, as far as the frame of the compiler tells.

    What it asks of each month is put in when the months are compiled.
    """
    path: KeyPath = ("indicators", name)
    part = spec.part
    assert part is not None
    before = len(compiler.findings)
    _check_shape(compiler, path, spec)
    months = _months_of(compiler, path, spec, part)
    scope = _scope(compiler, name, spec, part, has_points=months is None or bool(months.lines))
    where = compiler.optional(spec.where, (*path, "where"), scope, "boolean")
    measured = None
    how = "sum"
    for how, text in spec.measures:
        measured = compiler.expression(text, (*path, how), scope, "number", exact=True)
        if measured is not None and is_fraction(measured):
            compiler.find(
                "inexact-measure",
                (*path, how),
                msg("“{text}” is divided in each month, so that the whole cannot be kept exact",
                    text=text),
                msg("measure it undivided, and divide in an indicator with value:"),
            )  # fmt: skip
    if len(compiler.findings) > before or months is None:
        return None
    return IndicatorRule(
        name, spec, spec.subject, None, compiler.book.frame, where, measured=measured,
        how=how, months=months,  # type: ignore[arg-type]  # what is dated was refused
    )  # fmt: skip


def months_symbol(rule: IndicatorRule) -> Symbol:
    """Return an indicator over months as a name."""
    own, label, sql = frozenset({rule.id}), rule.spec.label, column(measured_column(rule))
    if rule.measured is None:
        counted = rule.months.part.counted if rule.months else ""
        shape = Shape(4, signed=False)
        return Symbol(rule.id, label, sql, "number", indicators=own, shape=shape, counts=counted)
    empty = None
    if rule.how != "sum":
        empty = fragment(":count = 0", count=column(f"i__{rule.id}__n"))
    shape = Shape(rule.measured.shape.digits + 2, wide=is_open(rule.measured))
    return Symbol(
        rule.id, label, sql, "number", rule.measured.scale, indicators=own, empty=empty, shape=shape
    )


def _check_shape(compiler: IndicatorCompiler, path: KeyPath, spec: Indicator) -> None:
    """Note keys that do not go with months."""
    keys = [part.each for part in YEAR_PARTS if getattr(spec, part.each)]
    if len(keys) > 1:
        compiler.find(
            "bad-indicator",
            (*path, keys[-1]),
            msg("an indicator looks at one kind of parts of the period only: {keys}",
                keys=listed(keys)),
            msg("make two indicators of it"),
        )  # fmt: skip
    for key in spec.of_records:
        compiler.find(
            "bad-indicator",
            (*path, key),
            msg("“{key}” does not go with “{months}”", key=key, months=keys[0]),
            msg("an indicator over months has where:, and one of sum, max, min, run"),
        )
    if len(spec.measures) + bool(spec.run) > 1:
        compiler.find(
            "bad-indicator",
            path,
            msg("an indicator over months has one of sum, max, min, run"),
            msg("make two indicators of it"),
        )


def _months_of(
    compiler: IndicatorCompiler, path: KeyPath, spec: Indicator, part: YearPart
) -> MonthsRule | None:
    """Return whose months they are: of a section, a line, or all that is scored so."""
    wanted = str(getattr(spec, part.each))
    sections = {
        name: section
        for name, section in compiler.document.sections.items()
        if section.subject == spec.subject
    }
    scored = {name: s for name, s in sections.items() if s.part is part}
    if wanted == ALL:
        lines = tuple(line for section in scored.values() for line in section.criteria)
        return MonthsRule(part, f"all__{part.key}", lines, "all", spec.run)
    named: list[tuple[str, tuple[str, ...], bool]] = []
    for name, section in sections.items():
        own = section.part is part
        if wanted in (name, section.label):
            named.append((f"section__{name}", tuple(section.criteria), own))
        named += [
            (f"line__{line}", (line,), own)
            for line, criterion in section.criteria.items()
            if wanted in (line, criterion.label)
        ]
    known = [
        key for s in scored.values() for key in (s.label, *(c.label for c in s.criteria.values()))
    ]
    if not named:
        compiler.find(
            "unknown-name",
            (*path, part.each),
            msg("there is no section and no line “{name}”", name=wanted),
            nearest_hint(wanted, [*known, ALL]),
        )
        return None
    if len(named) > 1:
        compiler.find(
            "ambiguous-name",
            (*path, part.each),
            msg("“{name}” is a section and a line", name=wanted),
            msg("name the section or the line by its id or label, whichever it has alone"),
        )
        return None
    target, lines, own = named[0]
    if not own:
        compiler.find(
            "not-by-month",
            (*path, part.each),
            msg("“{name}” is not scored by the {unit}", name=wanted, unit=part.noun),
            msg("write “{key}: sum” or “{key}: average” in its section", key=part.key),
        )
        return None
    return MonthsRule(part, target, lines, "section" if "section__" in target else "", spec.run)


def _scope(
    compiler: IndicatorCompiler, name: str, spec: Indicator, part: YearPart, *, has_points: bool
) -> Scope:
    """Return what a condition over months sees: what the month gave, and what is counted in it."""
    others = {
        n: s
        for n, s in compiler.document.indicators.items()
        if s.subject == spec.subject and n != name and s.part is None
    }
    near = frozenset(key for n, s in others.items() for key in (n, s.label))
    scope = Scope(
        near=near | set(LABELS) | set(LABELS.values()),
        frame=compiler.book.frame, calendar=compiler.calendar, rows=spec.subject,
    ).extended(compiler.parameters)  # fmt: skip
    texts = [spec.where, *(text for _, text in spec.measures)]
    used = {word for text in texts if text for word in names_in(text, scope.words)}
    for other, other_spec in others.items():
        if used & {other, other_spec.label}:
            scope.add(compiler.indicator(other))
    return scope.extended(_symbols(compiler, part, has_points=has_points))


def _symbols(compiler: IndicatorCompiler, part: YearPart, *, has_points: bool) -> Iterator[Symbol]:
    if has_points:
        shape = Shape(POINT_DIGITS, wide=True)
        needs = frozenset({POINTS})
        points = column(POINTS)
        yield Symbol(POINTS, LABELS[POINTS], points, "number", numbers.SAME, needs=needs,
                     shape=shape)  # fmt: skip
        for name in (PLACE, LAST):
            yield Symbol(name, LABELS[name], column(name), "number", needs=frozenset({name}),
                         shape=Shape(7, signed=False))  # fmt: skip
    name = part.number
    number = integer(number_of(part, compiler.book.frame.start))
    yield Symbol(name, LABELS[name], number, "number", shape=Shape(2, signed=False))


def spoken_names() -> dict[str, Symbol]:
    """Return the names that conditions over months use beside indicators, as people say them."""
    return {
        key: Symbol(name, str(SAID[name]), column(name), "number")
        for name, label in LABELS.items()
        for key in (name, label)
    }


def number_of(part: YearPart, start: date) -> int:
    """Return the number in its year of the part that begins on a day."""
    return (start.month - 1) // part.months + 1


def check_users(book: Rulebook) -> Iterator[Finding]:
    """Yield lines that are scored by months and go by months."""
    over = {name: rule for name, rule in book.indicators.items() if rule.months}
    for name, rule in book.indicators.items():
        for other in sorted(rule.peers.indicators & over.keys()) if rule.peers else ():
            yield Finding(
                "months-in-months",
                msg("“{label}” compares “{indicator}”, which looks at single months",
                    label=rule.spec.label, indicator=over[other].spec.label),
                book.ruleset.source.place(("indicators", name), key=True),
                msg("compare what is counted in the whole period"),
            )  # fmt: skip
    for line in book.criteria if over else ():
        part = line.section.part
        for name in sorted(_behind(line) & over.keys()) if part else ():
            months, label = over[name].months, over[name].spec.label
            place = book.ruleset.source.place(line.path, key=True)
            if months and line.id in months.lines:
                circle = " → ".join((line.spec.label, label, line.spec.label))
                yield Finding(
                    "cycle",
                    msg("worked out from itself: {circle}", circle=circle),
                    place,
                    msg("let the line stand in a section that is not scored by months"),
                )
            elif part:
                yield Finding(
                    "months-in-months",
                    msg("“{line}” is scored by the {unit} and cannot go by “{indicator}”, which "
                        "looks at the whole period", line=line.spec.label, unit=part.noun,
                        indicator=label),
                    place,
                    msg("let the line stand in a section that is not scored by months"),
                )  # fmt: skip


def _behind(line: CriterionRule) -> frozenset[str]:
    """Return the indicators behind the points of a line; its veto looks at the whole period."""
    parts = [line.raw, line.remedied, line.when, *(ranking.by for ranking in line.rankings)]
    return frozenset().union(*(part.indicators for part in parts if part))
