"""Turns a subject's row of the plan into score lines with their words, values and records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.conditions import numbers
from rules_engine.conditions.fractions import divides, shown_places
from rules_engine.messages import begun, clauses, current_language, listed, tr
from rules_engine.model import figures
from rules_engine.model.assessment import ClauseRef, Criterion, Evidence, Line, Outcome, SectionSum
from rules_engine.model.figures import in_digits
from rules_engine.model.subjects import SubjectKind
from rules_engine.model.year_parts import YEAR_PARTS
from rules_engine.plan.criteria import place_symbols
from rules_engine.plan.indicators import column_symbol, day_symbols, standard_symbol
from rules_engine.plan.measures import count_column
from rules_engine.plan.month_compiler import spoken_names
from rules_engine.plan.month_steps import indicators_behind
from rules_engine.plan.places import TOTAL, place_column, place_symbol, total_symbol
from rules_engine.plan.rules import (
    ABSENT,
    NOT_APPLICABLE,
    NOT_ASSESSABLE,
    SCORED,
)
from rules_engine.plan.subject_figures import column_of, tables_in
from rules_engine.plan.totals import adjusted_sections, for_column, scored_by_formula
from rules_engine.report.month_words import MonthWords
from rules_engine.report.part_names import part_names
from rules_engine.report.peer_words import nothing_there, references_of
from rules_engine.report.working import Workings, days_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules_engine.conditions.scope import Symbol
    from rules_engine.model.plugin import Value
    from rules_engine.plan.rules import CriterionRule, Rulebook
    from rules_engine.report.records import Records, Row
    from rules_engine.report.working import Tallies

OUTCOMES: dict[int, Outcome] = {
    SCORED: "scored",
    NOT_APPLICABLE: "not_applicable",
    NOT_ASSESSABLE: "not_assessable",
}


def decimal_points(value: int) -> Decimal:
    """Return points from 1/10,000, without needless zeros."""
    return Decimal(in_digits(numbers.unscaled(value, numbers.POINTS)))


def line_reader(book: Rulebook) -> LineReader:
    """Return what reads the lines of a rulebook: its words are made once for each language."""
    language = current_language()
    result = book.worded.get(language)
    if not isinstance(result, LineReader) or result.book is not book:
        result = book.worded[language] = LineReader(book)
    return result


class LineReader:
    """Reads lines for the subjects of one rulebook."""

    def __init__(self, book: Rulebook) -> None:
        """Prepare the names that formulas use."""
        self.book = book
        self.names: dict[str, Symbol] = {}
        self._columns = {kind: _columns(book, kind.table) for kind in SubjectKind}
        columns = [symbol for value in self._columns.values() for symbol in value]
        standards = book.ruleset.document.standards
        met = [standard_symbol(n, s, None) for n, s in standards.items()]
        for symbol in [*met, *columns, *book.parameters, *book.symbols.values()]:
            self.names[symbol.name] = self.names[symbol.label] = symbol
        for rule in scored_by_formula(book.criteria):
            for symbol in place_symbols(rule.rankings):
                name = symbol.name.replace(f"__{rule.month}", "") if rule.month else symbol.name
                self.names[name] = replace(symbol, name=name)
        for name, place in book.all_places.items():
            symbol = place_symbol(name, place.spec)
            self.names[name] = self.names[symbol.label] = symbol
        if book.placed or book.cadres.judgement:
            self.names = {TOTAL: total_symbol(), total_symbol().label: total_symbol()} | self.names
        if any(rule.months for rule in book.indicators.values()):
            self.names = {**spoken_names(), **self.names}
        self.names |= {s.name: s for s in day_symbols(book.frame)}
        self.workings = Workings(book, self.names)
        self.months = MonthWords(book, self.workings, self._of_month)
        self._counted = {name: count_column(rule) for name, rule in book.indicators.items()}

    def criteria(self) -> tuple[Criterion, ...]:
        """Return the score lines without a subject."""
        return tuple(
            Criterion(
                id=rule.id,
                label=rule.spec.label,
                section=rule.section.label,
                subject=rule.section.subject,
                maximum=decimal_points(rule.maximum),
                formula=self.workings.rule(rule),
                clauses=self.clauses(rule.spec.clause or rule.section.clause),
            )
            for rule in self.book.criteria
        )

    def clauses(self, names: Sequence[str]) -> tuple[ClauseRef, ...]:
        """Return the clauses that the names stand for."""
        known = self.book.ruleset.clauses.clauses
        return tuple(
            ClauseRef(name, known[name].ref, known[name].gist) for name in names if name in known
        )

    def read(
        self, kind: SubjectKind, row: Row | None, records: Records, tallies: Tallies
    ) -> tuple[Line, ...]:
        """Return the lines of one subject from its row of the score plan.

        Args:
            kind: whether it is a village or a cadre.
            row: its row.
            records: the records that indicators looked at, if they are asked for.
            tallies: the records of measures by class.
        """
        if row is None:
            return ()
        values = self.values(kind, row)
        known = _Known(row, values, records, tallies)
        return tuple(
            self._year(rule, known) if rule.months else self._line(rule, known)
            for rule in self.book.of_subject(kind)
            if row[f"{rule.id}__outcome"] != ABSENT
        )

    def sections(self, kind: SubjectKind, row: Row | None) -> tuple[SectionSum, ...]:
        """Return the sections with a floor, a cap or a weight of their own."""
        if row is None:
            return ()
        specs = self.book.ruleset.document.sections
        return tuple(
            SectionSum(
                id=name,
                label=specs[name].label,
                low=decimal_points(row[f"sec__{name}__low"]),
                high=decimal_points(row[f"sec__{name}__high"]),
                weight=specs[name].weight,
            )
            for name in adjusted_sections(self.book, self.book.of_subject(kind))
            if row.get(for_column(name), True) is not False
        )

    def values(self, kind: SubjectKind, row: Row) -> dict[str, Value]:
        """Return the values of all names for one subject."""
        values: dict[str, Value] = {}
        for symbol in self._columns[kind]:
            items = row[symbol.name]
            known = items is not None and symbol.kind == "number"
            values[symbol.name] = numbers.unscaled(items, symbol.scale) if known else items
        for name, symbol in self.book.symbols.items():
            if f"i__{name}" in row:
                values[name] = _unscaled(row[f"i__{name}"], symbol)
        for name, items in row.items():
            if name.startswith("r__"):
                values[name[3:]] = None if items is None else Decimal(items)
            elif name.startswith("s__"):
                values[name[3:]] = items
            elif name == place_column(TOTAL):
                values[TOTAL] = None if items is None else numbers.unscaled(items, numbers.POINTS)
            elif name.startswith("p__"):
                values[name[3:]] = Decimal(items) if items else None
        for symbol in self.book.parameters:
            values[symbol.name] = self.book.figures[symbol.name]
        return values | days_of(self.book, "")

    def _line(self, rule: CriterionRule, known: _Known) -> Line:
        row, general = known.row, rule
        rule = rule.of(row)
        outcome = OUTCOMES[row[f"{rule.id}__outcome"]]
        points = row[f"{rule.id}__points"]
        raw = row[f"{rule.id}__given"]
        scored = outcome == "scored"
        value = rule.within(raw) if scored else 0
        adjusted = (row.get(f"{rule.id}__adjusted") or 0) if scored else 0
        given_back = points - value - adjusted if scored else 0
        low, high = rule.span(
            applies=rule.empty is None and bool(row.get(f"{rule.id}__when")),
            present=row.get(for_column(rule.section_id), True) is not None,
        )
        worked, veto = "", self._veto(rule, known)
        if scored:
            text = self.workings.scored(rule, row, (raw, given_back), known.values, known.tallies)
            text = clauses([*_row_of(general, row, self.names, text), text])
            before = [
                *references_of(self.book, rule, known.values, row),
                *self._month_sentences(rule, known),
            ]
            worked = clauses([*before, text, *self._decided(rule, row), *veto])
        return Line(
            criterion=rule.id,
            label=rule.spec.label,
            section=rule.section.label,
            outcome=outcome,
            points=None if points is None else decimal_points(points),
            maximum=decimal_points(rule.maximum),
            raw=decimal_points(raw) if scored else None,
            floor_applied=scored and raw < value,
            cap_applied=scored and raw > value,
            veto=bool(row.get(f"{rule.id}__veto")),
            records=self._counted_records(rule, known),
            low=decimal_points(low if points is None else points),
            high=decimal_points(high if points is None else points),
            formula=self.workings.rule(rule),
            worked=begun(worked),
            reason=begun(clauses([*filter(None, [self._reason(rule, known, outcome)]), *veto]))
            if not scored
            else "",
            clauses=self.clauses(rule.spec.clause or rule.section.clause),
            evidence=self._evidence(rule, known),
            given_back=decimal_points(given_back),
            adjusted=decimal_points(adjusted),
        )

    def _year(self, rule: CriterionRule, known: _Known) -> Line:
        """Return a line that is scored month by month, with its months."""
        row, veto = known.row, self._veto(rule, known)
        rule = rule.of(row)
        months = tuple(
            replace(
                self._line(
                    part,
                    replace(known, values=self._of_month(part.month, known.row, known.values)),
                ),
                criterion=rule.id,
                label=self.book.months[part.month].label,
            )
            for part in rule.months
        )
        outcome = OUTCOMES[row[f"{rule.id}__outcome"]]
        points = row[f"{rule.id}__points"]
        adjusted = row.get(f"{rule.id}__adjusted") or 0
        scored = [m for m in months if m.outcome == "scored"]
        back = sum((m.given_back for m in scored), Decimal(0))
        if rule.section.adding == "average" and scored:
            back = (back / len(scored)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        return Line(
            criterion=rule.id,
            label=rule.spec.label,
            section=rule.section.label,
            outcome=outcome,
            points=None if points is None else decimal_points(points),
            maximum=decimal_points(rule.maximum),
            raw=decimal_points(points) if outcome == "scored" else None,
            floor_applied=any(m.floor_applied for m in months),
            cap_applied=any(m.cap_applied for m in months),
            veto=bool(row.get(f"{rule.id}__veto")),
            records=sum(m.records for m in months),
            low=decimal_points(row[f"{rule.id}__low"] if points is None else points),
            high=decimal_points(row[f"{rule.id}__high"] if points is None else points),
            formula=self.workings.rule(rule),
            worked=begun(
                clauses(
                    [
                        _added_up(rule, months, self._month_names(rule), points - adjusted),
                        *self._decided(rule, row),
                        *veto,
                    ]
                )
            )
            if outcome == "scored"
            else "",
            reason=clauses(
                [
                    *(
                        tr("{label}: {reason}", label=name, reason=m.reason)
                        for name, m in zip(self._month_names(rule), months, strict=True)
                        if m.outcome == outcome != "scored"
                    ),
                    *(veto if outcome != "scored" else ()),
                ]
            ),
            clauses=self.clauses(rule.spec.clause or rule.section.clause),
            evidence=(
                *(record for m in months for record in m.evidence),
                *(self._veto_records(rule, known)),
            ),
            given_back=decimal_points(numbers.scaled(back, numbers.POINTS)),
            adjusted=decimal_points(adjusted),
            months=tuple(replace(m, evidence=()) for m in months),
        )

    def _month_names(self, rule: CriterionRule) -> list[str]:
        """Return what the months are called, with their year where there are several."""
        starts = [self.book.months[m.month].frame.start for m in rule.months]
        return part_names(starts, rule.section.part or YEAR_PARTS[0])

    def _of_month(self, month: str, row: Row, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return the values of all names in one month."""
        results = {**values, **self.book.months[month].figures, **days_of(self.book, month)}
        for name, symbol in self.book.symbols.items():
            key = f"i__{name}__{month}"
            if key in row:
                results[name] = _unscaled(row[key], symbol)
        for name in row:
            if name.startswith("r__") and month in name:
                results[name[3:].replace(f"__{month}", "")] = results[name[3:]]
        return results

    def _month_sentences(self, rule: CriterionRule, known: _Known) -> list[str]:
        """Tell the months that a line goes by, where it goes by single months."""
        parts = (part for part in (rule.raw, rule.when, rule.veto) if part)
        names = frozenset().union(*(part.indicators for part in parts))
        return self.months.sentences(names, known.row, known.values)

    def _counted_records(self, rule: CriterionRule, known: _Known) -> int:
        """Return how many records stand behind a line; of a measure by class those of a class."""
        subject, total = known.row["subject_id"], 0
        for name in rule.indicators:
            if self.book.indicators[name].peers or self.book.indicators[name].months:
                continue  # those are the records of others, and months are none
            sorts = known.tallies.get((name, subject))
            if sorts is not None:
                total += sum(sort.records for sort in sorts)
            else:
                total += known.row[self._counted[name]] or 0
        return total

    def _evidence(self, rule: CriterionRule, known: _Known) -> tuple[Evidence, ...]:
        """Return each record once, where it tells most, though several measures look at it."""
        results: dict[tuple[str, str, str, bool], Evidence] = {}
        subject = known.row["subject_id"]
        for name in sorted(indicators_behind(self.book, rule.indicators, lines=False)):
            own = name.startswith(f"{rule.id.removesuffix(f'__{rule.month}')}__")
            for record in known.records.get((rule.counterparts.get(name, name), subject), ()):
                key = ("" if own else name, record.table, record.record_id, record.counted)
                if key not in results or len(record.detail) > len(results[key].detail):
                    results[key] = replace(record, indicator=rule.spec.label) if own else record
        return (*results.values(), *(() if rule.month else self._veto_records(rule, known)))

    def _veto_records(self, rule: CriterionRule, known: _Known) -> Iterator[Evidence]:
        """Yield the records that a veto rests on and the line itself does not look at."""
        if rule.veto is None or not known.row.get(f"{rule.id}__veto"):
            return
        for name in sorted(rule.veto.indicators - set(rule.indicators)):
            yield from known.records.get((name, known.row["subject_id"]), ())

    def _veto(self, rule: CriterionRule, known: _Known) -> list[str]:
        """Say what hit the veto of a line, with its values; nothing where it was not hit."""
        if rule.month or rule.veto is None or not known.row.get(f"{rule.id}__veto"):
            return []
        kind = rule.section.subject
        text = self.workings.facts(rule.veto, truth=True, values=known.values)
        text = text or self.workings.speaker.of_subject(rule.spec.veto or "", kind)
        return [tr("the veto is hit: {facts}", facts=text)]

    def _decided(self, rule: CriterionRule, row: Row) -> list[str]:
        """Say what decisions on appeals change of a line, and why."""
        if not row.get(f"{rule.id}__adjusted"):
            return []
        return [
            tr("{points} by the decision on appeal {appeal}: {reason}",
               points=figures.signed(decimal_points(item.points)), appeal=item.appeal,
               reason=item.reason)
            for item in self.book.adjustments
            if (item.kind, item.subject, item.criterion)
            == (rule.section.subject, row["subject_id"], rule.id)
        ]  # fmt: skip

    def _reason(self, rule: CriterionRule, known: _Known, outcome: Outcome) -> str:
        row = known.row
        if outcome == "not_applicable":
            return self._worth(rule, self._does_not_apply(rule, known))
        if outcome == "not_assessable":
            lacking = self._lacking(rule, row)
            if rule.rated_by and all(row.get(name) == 0 for name in rule.rated_by):
                return tr("there is no rating")
            nobody = [name.removeprefix("i__") for name in rule.rated_by if row.get(name) == 0]
            if nobody and not lacking:
                return tr("no record: {names}", names=listed(self._labels(nobody)))
            if not lacking and (names := self._empty(rule, row)):
                return nothing_there(self.book, names)
            if not lacking and (value := self._without_figure(rule, row)):
                return value
            if not lacking and self._divides(rule):
                return tr("divided by 0: {formula}", formula=self.workings.rule(rule))
            if not lacking:
                return tr("the formula gives no number: {formula}",
                          formula=self.workings.rule(rule))  # fmt: skip
            return tr("data is missing or was kept out: {names}", names=listed(lacking))
        return ""

    def _does_not_apply(self, rule: CriterionRule, known: _Known) -> str:
        if rule.when is None or known.row[f"{rule.id}__when"] is not False:
            compared = any(self.book.indicators[name].peers for name in rule.indicators)
            empty = self._empty(rule, known.row) if compared else []
            return nothing_there(self.book, empty or rule.indicators)
        text = self.workings.facts(rule.when, truth=False, values=known.values)
        if text:
            return tr("{facts}, which the line is not for", facts=text)
        when = self.workings.speaker.of_subject(rule.spec.when or "", rule.section.subject)
        return tr("the condition “{when}” does not hold", when=when)

    @staticmethod
    def _worth(rule: CriterionRule, reason: str) -> str:
        """Say what a line gives where it does not apply, and whether the ruleset says so."""
        points = figures.plain(decimal_points(rule.worth))
        if rule.kind != "score" and not rule.worth:
            return reason
        if "not_applicable" in rule.spec.model_fields_set:
            return tr("{reason}; then {points} points", reason=reason, points=points)
        return tr("{reason}; then {points} points, as nothing else is laid down", reason=reason,
                  points=points)  # fmt: skip

    def _lacking(self, rule: CriterionRule, row: Row) -> list[str]:
        """Return the labels of what a line rests on and the row does not have."""
        parts = [part for part in (rule.raw, rule.audience, rule.when, rule.covered) if part]
        counted = sorted({name for part in parts for name in part.indicators})
        unknown = [n for n in counted if row.get(f"i__{n}") is None]
        labels = [self._missing(n) for n in unknown if not self._nothing_there(n, row)]
        table = self.book.ruleset.tables[rule.section.subject.table]
        needed = {name for part in parts for name in part.needs}
        own = [c.label for c in table.columns if c.name in needed and row[c.name] is None]
        return list(dict.fromkeys(labels + own))

    def _missing(self, name: str) -> str:
        """Return what an indicator is called; of a method's own measure its table is."""
        rule = self.book.indicators[name]
        spec = self.book.ruleset.document.indicators.get(name.removesuffix(f"__{rule.month}"))
        if spec is not None:
            return spec.label
        return rule.table.label if rule.table else rule.spec.label

    def _empty(self, rule: CriterionRule, row: Row) -> list[str]:
        """Return the rates, measures and references over nothing that a line rests on."""
        return [n for n in rule.indicators if self._nothing_there(n, row)]

    def _nothing_there(self, name: str, row: Row) -> bool:
        """Return whether an indicator has no value since there was nothing to rate or to measure.

        A sum over nothing is 0: it is unknown only where a record is missing or was kept out.
        """
        indicator = self.book.indicators[name]
        summed = indicator.measured is not None and indicator.how == "sum"
        return _nothing_there(name, row) and not (summed and indicator.peers is None)

    def _divides(self, rule: CriterionRule) -> bool:
        """Return whether a formula divides, itself or by what is worked out for it."""
        known = (self.book.indicators.get(name) for name in rule.raw.names)
        parts = [rule.raw, *(i.value for i in known if i and i.value)]
        return any(map(divides, parts))

    def _without_figure(self, rule: CriterionRule, row: Row) -> str:
        """Say for which value of a column of the subject a figure of the line is not given."""
        ruleset, kind = self.book.ruleset, rule.section.subject
        tables = [table for _, table in tables_in((rule.spec.points, rule.fields), ())]
        for table in tables:
            column = column_of(ruleset, table, kind)
            value = row[column.name] if column is not None and rule.covered else None
            given = table.others is not None or value in dict(table.rows)
            if column is not None and value is not None and not given:
                return tr("no figure is given for “{column}” {values}", column=column.label,
                          values=tr("“{value}”", value=value))  # fmt: skip
        return ""

    def _labels(self, names: Sequence[str]) -> list[str]:
        return [self.book.indicators[n].spec.label for n in names if n in self.book.indicators]


@dataclass(frozen=True)
class _Known:
    """What is known of one subject."""

    row: Row
    values: Mapping[str, Value]
    records: Records
    tallies: Tallies


def _unscaled(stored: Any, symbol: Symbol) -> Value:  # noqa: ANN401 - of a row of the plan
    """Return a value of a row, a number with its places."""
    if isinstance(stored, int) and not isinstance(stored, bool):
        return numbers.unscaled(stored, shown_places(symbol))
    return stored  # type: ignore[no-any-return]  # a day, or nothing


def _added_up(
    rule: CriterionRule, months: Sequence[Line], names: Sequence[str], points: int
) -> str:
    """Tell what each month gave, in order of time, and what comes of it."""
    averaged = rule.section.adding == "average"
    parts = [
        tr("{month}: {points} points", month=name, points=figures.plain(m.points))
        if m.points is not None and (not averaged or m.outcome == "scored")
        else tr("{month}: does not count", month=name)
        for name, m in zip(names, months, strict=True)
    ]
    counted = sum(1 for m in months if m.outcome == "scored")
    total = figures.plain(decimal_points(points))
    if averaged:
        unit = (rule.section.part or YEAR_PARTS[0]).noun
        return tr("{months}; {count} {unit}s, {total} points on average", months=listed(parts),
                  count=counted, unit=unit, total=total)  # fmt: skip
    return tr("{months}; {total} points together", months=listed(parts), total=total)


def _row_of(rule: CriterionRule, row: Row, names: Mapping[str, Symbol], worked: str) -> list[str]:
    """Say by what of the subject the points of a line go, unless its working says so."""
    if not rule.sizes:
        return []
    text = tr("{column} is {value}", column=names[rule.column].label, value=row[rule.column])
    return [] if text in worked else [text]


def _columns(book: Rulebook, table: str) -> list[Symbol]:
    """Return the columns of a subject's own row, which formulas may use as well."""
    schema = book.ruleset.tables.get(table)
    return [column_symbol(column) for column in (schema.columns if schema else ())]


def _nothing_there(name: str, row: Row) -> bool:
    """Return whether an indicator has no value since there was nothing to rate or to measure."""
    measured_none = row.get(f"i__{name}") is None and row.get(f"i__{name}__n") == 0
    return measured_none or row.get(f"i__{name}__over") == 0
