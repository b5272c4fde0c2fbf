"""Words how the points of a line came about, each line by its own method."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from rules_engine.conditions import numbers
from rules_engine.conditions.fractions import shown_places
from rules_engine.conditions.phrases import with_unit
from rules_engine.conditions.working import FormulaWorking
from rules_engine.messages import clauses, listed, tr
from rules_engine.model import figures
from rules_engine.model.plugin import Tally, Wording, Working
from rules_engine.plan.criteria import day_in
from rules_engine.plan.derived import how_worked_out
from rules_engine.plan.scoring import part_of
from rules_engine.plan.verbalizer import RulesetVerbalizer, in_words, wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.conditions.scope import Symbol
    from rules_engine.model.plugin import Value
    from rules_engine.plan.rules import CriterionRule, Rulebook

Row: TypeAlias = "Mapping[str, Any]"
Values: TypeAlias = "Mapping[str, Value]"
Tallies: TypeAlias = "Mapping[tuple[str, str], tuple[Tally, ...]]"
"""For a measure with classes and a subject, its records by class."""


@dataclass
class Workings:
    """Words the lines of one rulebook.

    Attributes:
        book: the compiled rules.
        names: what the names in its formulas stand for.
    """

    book: Rulebook
    names: Mapping[str, Symbol]
    _wordings: dict[str, Wording] = field(default_factory=dict)
    _rules: dict[str, str] = field(default_factory=dict)

    @cached_property
    def speaker(self) -> RulesetVerbalizer:
        """Return what puts expressions into words."""
        return RulesetVerbalizer(self.book)

    def rule(self, rule: CriterionRule) -> str:
        """Return how a line is scored, as its method words it, in one paragraph."""
        key = f"{rule.id} {rule.spec.points}"
        if key not in self._rules:
            text = in_words(rule, self.speaker, self.book.methods.get(rule.spec.method))
            text = _in_one(text)
            how = how_worked_out(self.book, rule.path)
            text = tr("{rule} ({note})", rule=text, note=how) if how else text
            part = rule.section.part if rule.months else None
            if part and rule.section.adding == "sum":
                text = tr("{formula}, each {unit}; the {unit}s are summed", formula=text,
                          unit=part.noun)  # fmt: skip
            elif part:
                text = tr("{formula}, each {unit}; the {unit}s are averaged", formula=text,
                          unit=part.noun)  # fmt: skip
            self._rules[key] = text
        return self._rules[key]

    def scored(
        self, rule: CriterionRule, row: Row, counts: tuple[int, int], values: Values, known: Tallies
    ) -> str:
        """Return how the points of a scored line came about.

        Args:
            rule: the line, or a month of it.
            row: the subject's row of the score plan.
            counts: what the formula gave, and what is given back of its loss, in 1/10,000.
            values: the values of all names.
            known: the records of measures by class.
        """
        raw, back = counts
        points = numbers.unscaled(raw, numbers.POINTS)
        texts = self._sentence(rule, row, points, values, known)
        texts = _with(texts, _result(rule, points))
        kept = rule.within(raw)
        if kept != raw:
            texts = _bounded(rule, texts, kept)
        if not back:
            return texts
        returned = figures.plain(numbers.unscaled(back, numbers.POINTS))
        texts = tr("{worked}; {points} given back for what was put right", worked=texts,
                  points=returned)  # fmt: skip
        return _with(texts, _result(rule, numbers.unscaled(kept + back, numbers.POINTS)))

    def _sentence(
        self, rule: CriterionRule, row: Row, raw: Decimal, values: Values, known: Tallies
    ) -> str:
        method = self.book.methods.get(rule.spec.method)
        if method is None or method.working is None:
            return self._formula(rule, raw, values)
        start = rule.spec.most_points if rule.kind == "score" else Decimal(0)
        asked = _Asked(self, rule, row, raw, values, known)
        return method.working(rule.fields, start, asked.working())

    def _formula(self, rule: CriterionRule, raw: Decimal, values: Values) -> str:
        """Tell the formula; where that cannot be told step by step, what it rests on."""
        tree = rule.raw.tree
        steps = tree and FormulaWorking(self.names, values).formula(
            tree, numbers.scaled(raw, numbers.POINTS)
        )
        if steps is not None:
            return clauses(steps or ())
        results = {symbol.name: symbol for n, symbol in self.names.items() if n in rule.raw.names}
        items = [
            figures.named(symbol.label, _shown(values[name], symbol))
            for name, symbol in results.items()
            if values.get(name) is not None
        ]
        return tr("by the rule from {values}", values=listed(items))

    def facts(self, condition: Compiled | None, truth: bool, values: Values) -> str:
        """Tell why a condition holds for a subject, or does not; else the condition in words."""
        if condition is None or condition.tree is None:
            return ""
        return FormulaWorking(self.names, values).facts(condition.tree, truth)

    def wording(self, rule: CriterionRule) -> Wording:
        """Return how the names of a line are put into words."""
        key = f"{rule.id} {rule.spec.points}"
        if key not in self._wordings:
            self._wordings[key] = wording(rule, self.speaker)
        return self._wordings[key]


@dataclass(frozen=True)
class _Asked:
    """Answers what a method asks about one line of one subject."""

    workings: Workings
    rule: CriterionRule
    row: Row
    raw: Decimal
    values: Values
    known: Tallies

    def working(self) -> Working:
        month = self.workings.book.months.get(self.rule.month)
        frame = month.frame if month else self.workings.book.frame
        return Working(
            wording=self.workings.wording(self.rule),
            value=self.value,
            share=self.share,
            tallies=self.tallies,
            day=lambda text: day_in(frame, text),
            facts=self.facts,
            formula=lambda: self.workings._formula(self.rule, self.raw, self.values),
            raw=self.raw,
        )

    @property
    def ending(self) -> str:
        """Return how the names of the line's month end."""
        return f"__{self.rule.month}" if self.rule.month else ""

    def own(self, name: str) -> str:
        """Return the id of one of the method's own measures or places."""
        return f"{self.rule.id.removesuffix(self.ending)}__{name}{self.ending}"

    def value(self, text: str) -> Value:
        if text.startswith("{"):
            return self.own_value(text[1:-1])
        part = part_of(self.rule, text)
        if part is None:
            return None
        name, compiled = part
        current = self.row.get(name)
        if compiled.kind == "number" and current is not None:
            return numbers.unscaled(current, compiled.scale)
        return current

    def own_value(self, name: str) -> Value:
        values = self.row.get(f"i__{self.own(name)}")
        symbol = self.workings.book.symbols.get(f"{self.rule.id.removesuffix(self.ending)}__{name}")
        if values is not None and symbol is not None:
            return (
                numbers.unscaled(values, shown_places(symbol))
                if symbol.kind == "number"
                else values
            )
        front = name.removesuffix("_last")
        place = self.row.get(f"r__{self.own(front)}{'_last' if front != name else ''}")
        return None if place is None else Decimal(place)

    def facts(self, text: str) -> str:
        truth = self.value(text)
        message = ""
        if isinstance(truth, bool):
            message = self.workings.facts(self.rule.parts.get(text), truth, self.values)
        return message or self.workings.wording(self.rule).say(text)

    def share(self, text: str) -> tuple[int, int] | None:
        symbol = self.workings.names.get(text)
        if symbol is None or not symbol.rate:
            return None
        name = f"i__{symbol.name}{self.ending}"
        met, total = self.row.get(f"{name}__of"), self.row.get(f"{name}__over")
        return None if met is None or total is None else (met, total)

    def tallies(self, name: str) -> tuple[Tally, ...]:
        return self.known.get((self.own(name), self.row["subject_id"]), ())


def _shown(value: Value, symbol: Symbol) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, Decimal) and symbol.counts:
        return with_unit(symbol.counts, value)
    return value if isinstance(value, str) else figures.figure(value, rate=symbol.rate)


def _result(rule: CriterionRule, points: Decimal) -> str:
    """Say what a line gives: a deduction takes, a bonus adds."""
    shown = figures.plain(abs(points))
    if rule.kind == "score" or (rule.kind == "balance" and not points):
        return tr("{points} points in all", points=figures.plain(points))
    if rule.kind == "deduction" and not points:
        return tr("nothing is taken off")
    if not points:
        return tr("nothing is added")
    if points < 0:
        return tr("−{points} points in all", points=shown)
    return tr("+{points} points in all", points=shown)


def _with(sentence: str, result: str) -> str:
    """Return the working with what comes of it, which it may have said already."""
    return (
        sentence
        if sentence.endswith(result)
        else clauses([sentence, result] if sentence else [result])
    )


def _bounded(rule: CriterionRule, sentence: str, kept: int) -> str:
    bound = figures.plain(abs(numbers.unscaled(kept, numbers.POINTS)))
    if rule.kind == "deduction" and kept <= 0:
        if kept == rule.floor:
            return tr("{worked}; at most −{bound}, so −{bound}", worked=sentence, bound=bound)
        return tr("{worked}; at least −{bound}, so −{bound}", worked=sentence, bound=bound)
    bound = figures.plain(numbers.unscaled(kept, numbers.POINTS))
    if kept == rule.floor:
        return tr("{worked}, not below {floor}", worked=sentence, floor=bound)
    return tr("{worked}, not above {cap}", worked=sentence, cap=bound)


def _in_one(text: str) -> str:
    """Return words that end with a table in one paragraph: its rows one after the other."""
    title, _, table = text.partition("\n\n")
    if not table:
        return text
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    body = [
        tr("{label}: {reason}", label=row[0], reason=tr(", ").join(row[1:])) for row in rows[2:]
    ]
    return f"{title}{tr('; ').join(body)}"


def days_of(book: Rulebook, month: str) -> dict[str, date]:
    """Return the days that every condition knows, of the period or of a month."""
    frame = book.months[month].frame if month else book.frame
    return {"as_of": frame.as_of, "period_start": frame.start, "period_end": frame.end}
