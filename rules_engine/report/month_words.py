"""Tells what an indicator over months found in each month of one subject."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.conditions import numbers
from rules_engine.messages import in_a_row, tr
from rules_engine.model.figures import figure
from rules_engine.plan.month_compiler import (
    LAST,
    PLACE,
    POINTS,
    month_columns,
    number_of,
    outcome_column,
    point_column,
)
from rules_engine.plan.month_steps import asked_column, value_column
from rules_engine.plan.rules import ABSENT, NOT_APPLICABLE
from rules_engine.report.part_names import part_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rules_engine.model.plugin import Value
    from rules_engine.plan.rules import IndicatorRule, MonthsRule, OfMonth, Rulebook
    from rules_engine.report.records import Row
    from rules_engine.report.working import Workings


class MonthWords:
    """Words the months of one rulebook."""

    def __init__(
        self,
        book: Rulebook,
        workings: Workings,
        values_of: Callable[[str, Row, Mapping[str, Value]], dict[str, Value]],
    ) -> None:
        """Keep what puts conditions into words.

        Args:
            book: the compiled rules.
            workings: tells conditions with values.
            values_of: returns the values of all names in a month, from a subject's row.
        """
        self.book, self.workings, self._values_of = book, workings, values_of

    def sentences(self, names: Iterable[str], row: Row, values: Mapping[str, Value]) -> list[str]:
        """Return what the indicators over months among some found in each month."""
        rules = (self.book.indicators.get(name) for name in sorted(names))
        return [
            tr("“{label}” month by month: {months}", label=rule.spec.label,
               months=tr("; ").join(self._months(rule, rule.months, row, values)))
            for rule in rules
            if rule and rule.months
        ]  # fmt: skip

    def _months(
        self, rule: IndicatorRule, months: MonthsRule, row: Row, values: Mapping[str, Value]
    ) -> Iterator[str]:
        starts = [self.book.months[one.month].frame.start for one in months.each]
        for name, one in zip(part_names(starts, months.part), months.each, strict=True):
            yield tr("{label}: {reason}", label=name,
                     reason=self._month(rule, months, one, row, values))  # fmt: skip

    def _month(
        self, rule: IndicatorRule, months: MonthsRule, one: OfMonth, row: Row,
        values: Mapping[str, Value],
    ) -> str:  # fmt: skip
        if months.lines and row[outcome_column(months.target, one.month)] in (
            NOT_APPLICABLE, ABSENT,
        ):  # fmt: skip
            return tr("does not apply")
        asked = row[asked_column(rule.id, one.month)]
        known = self._known(months, one, row, values)
        texts: list[str] = []
        if rule.where and isinstance(asked, bool):
            texts.append(self.workings.facts(rule.where, asked, known))
        elif isinstance(points := known.get(POINTS), Decimal):
            texts.append(tr("{points} points", points=figure(points)))
        if asked is None:
            texts.append(tr("not known"))
        elif rule.where:
            texts.append(tr("counts") if asked else tr("does not count"))
        value = row.get(value_column(rule.id, one.month))
        if asked and rule.measured and value is not None:
            texts.append(tr("gives {value}", value=figure(
                numbers.unscaled(int(value), rule.measured.scale))))  # fmt: skip
        return in_a_row(texts)

    def _known(
        self, months: MonthsRule, one: OfMonth, row: Row, values: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Return the values of all names in a month, with its points and its place."""
        known = self._values_of(one.month, row, values)
        points = row.get(point_column(months.target, one.month))
        known[POINTS] = None if points is None else _unscaled(points)
        columns = month_columns(months, one.month)
        for name in (PLACE, LAST):
            place = row.get(columns[name])
            known[name] = None if place is None else numbers.unscaled(int(place), 0)
        known[months.part.number] = numbers.unscaled(
            number_of(months.part, self.book.months[one.month].frame.start), 0
        )
        return known


def _unscaled(points: object) -> Decimal:
    return numbers.unscaled(int(str(points).partition(".")[0]), numbers.SAME)
