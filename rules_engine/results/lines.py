"""Turns a subject's row of the plan into score lines with their words, values and records."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from rules_engine.compiler import numbers
from rules_engine.compiler.criteria import CriterionCompiler
from rules_engine.compiler.evidence import evidence_plan, shown_columns
from rules_engine.compiler.fractions import divides, shown_places
from rules_engine.compiler.measuring import count_column
from rules_engine.compiler.render import Renderer, figure
from rules_engine.compiler.rulebook import RulebookCompiler, day_symbols
from rules_engine.compiler.rules import (
    ABSENT,
    NOT_APPLICABLE,
    NOT_ASSESSABLE,
    SCORED,
    SUBJECT_TABLES,
)
from rules_engine.compiler.totals import adjusted_sections, for_column, scored_by_formula
from rules_engine.messages import clauses, listed, tr
from rules_engine.model.assessment import ClauseRef, Criterion, Evidence, Line, Outcome, SectionSum
from rules_engine.results.compute import DIALECT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from rules_engine.compiler.rules import CriterionRule, IndicatorRule, Rulebook
    from rules_engine.compiler.scope import Symbol
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.plugin import EngineSession

Row: TypeAlias = "Mapping[str, Any]"
Records: TypeAlias = "Mapping[tuple[str, str], Sequence[Evidence]]"
"""For an indicator and a subject, the records that the indicator looked at."""
OUTCOMES: dict[int, Outcome] = {
    SCORED: "scored",
    NOT_APPLICABLE: "not_applicable",
    NOT_ASSESSABLE: "not_assessable",
}


def decimal_points(value: int) -> Decimal:
    """Return points from 1/10,000, without needless zeros."""
    text = f"{numbers.unscaled(value, numbers.POINTS).normalize():f}"
    return Decimal("0") if text == "-0" else Decimal(text)


class LineReader:
    """Reads lines for the subjects of one rulebook."""

    def __init__(self, book: Rulebook) -> None:
        """Prepare the names that formulas use."""
        self.book = book
        self.names: dict[str, Symbol] = {}
        self._columns = {kind: _number_columns(book, name) for kind, name in SUBJECT_TABLES.items()}
        columns = [symbol for held in self._columns.values() for symbol in held]
        for symbol in [*columns, *book.parameters, *book.symbols.values()]:
            self.names[symbol.name] = self.names[symbol.label] = symbol
        for rule in scored_by_formula(book.criteria):
            for symbol in CriterionCompiler.places(rule.rankings):
                name = symbol.name.replace(f"__{rule.month}", "") if rule.month else symbol.name
                self.names[name] = replace(symbol, name=name)
        self.names |= {s.name: s for s in day_symbols(book.frame)}
        self.formulas = Renderer(self.names)
        self._in_words: dict[str, str] = {}
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
                formula=self.formula(rule),
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

    def formula(self, rule: CriterionRule) -> str:
        """Return the formula in words."""
        if rule.id not in self._in_words:
            tree = rule.raw.tree
            text = self.formulas.write(tree) if tree is not None else ""
            if rule.months and rule.section.monthly == "sum":
                text = tr("{formula}, each month; the months are summed", formula=text)
            elif rule.months:
                text = tr("{formula}, each month; the months are averaged", formula=text)
            self._in_words[rule.id] = text
        return self._in_words[rule.id]

    def read(self, kind: SubjectKind, row: Row | None, records: Records) -> tuple[Line, ...]:
        """Return the lines of one subject from its row of the score plan."""
        if row is None:
            return ()
        values = self.values(kind, row)
        return tuple(
            self._year(rule, row, values, records)
            if rule.months
            else self._line(rule, row, values, records)
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

    def values(self, kind: SubjectKind, row: Row) -> dict[str, Decimal | date | None]:
        """Return the values of all names for one subject."""
        values: dict[str, Decimal | date | None] = {}
        for symbol in self._columns[kind]:
            held = row[symbol.name]
            values[symbol.name] = None if held is None else numbers.unscaled(held, symbol.scale)
        for name, symbol in self.book.symbols.items():
            if f"i__{name}" in row:
                held = row[f"i__{name}"]
                known = isinstance(held, int)
                values[name] = numbers.unscaled(held, shown_places(symbol)) if known else held
        for name in row:
            if name.startswith("r__"):
                values[name[3:]] = None if row[name] is None else Decimal(row[name])
        for symbol in self.book.parameters:
            values[symbol.name] = self.book.figures[symbol.name]
        return values

    def _line(
        self,
        rule: CriterionRule,
        row: Row,
        values: Mapping[str, Decimal | date | None],
        records: Records,
    ) -> Line:
        outcome = OUTCOMES[row[f"{rule.id}__outcome"]]
        points = row[f"{rule.id}__points"]
        raw = row[f"{rule.id}__given"]
        scored = outcome == "scored"
        held = min(max(raw, rule.floor), rule.cap) if scored else 0
        adjusted = (row.get(f"{rule.id}__adjusted") or 0) if scored else 0
        given_back = points - held - adjusted if scored else 0
        low, high = rule.span(
            applies=rule.empty is None and bool(row.get(f"{rule.id}__when")),
            present=row.get(for_column(rule.section_id), True) is not None,
        )
        return Line(
            criterion=rule.id,
            label=rule.spec.label,
            section=rule.section.label,
            outcome=outcome,
            points=None if points is None else decimal_points(points),
            maximum=decimal_points(rule.maximum),
            raw=decimal_points(raw) if scored else None,
            floor_applied=scored and raw < rule.floor,
            cap_applied=scored and raw > rule.cap,
            veto=bool(row.get(f"{rule.id}__veto")),
            records=sum(row[self._counted[name]] or 0 for name in rule.indicators),
            low=decimal_points(low if points is None else points),
            high=decimal_points(high if points is None else points),
            formula=self.formula(rule),
            worked=self._worked(rule, row, raw, given_back, values) if scored else "",
            reason=self._reason(rule, row, outcome),
            clauses=self.clauses(rule.spec.clause or rule.section.clause),
            evidence=self._evidence(rule, row["subject_id"], records),
            given_back=decimal_points(given_back),
            adjusted=decimal_points(adjusted),
        )

    def _year(
        self,
        rule: CriterionRule,
        row: Row,
        values: Mapping[str, Decimal | date | None],
        records: Records,
    ) -> Line:
        """Return a line that is scored month by month, with its months."""
        months = tuple(
            replace(
                self._line(part, row, self._of_month(part.month, row, values), records),
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
        if rule.section.monthly == "average" and scored:
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
            formula=self.formula(rule),
            worked=clauses([_added_up(rule, months, points - adjusted), *self._decided(rule, row)])
            if outcome == "scored"
            else "",
            reason=clauses(
                tr("{label}: {reason}", label=m.label, reason=m.reason)
                for m in months
                if m.outcome == outcome != "scored"
            ),
            clauses=self.clauses(rule.spec.clause or rule.section.clause),
            evidence=tuple(record for m in months for record in m.evidence),
            given_back=decimal_points(numbers.scaled(back, numbers.POINTS)),
            adjusted=decimal_points(adjusted),
            months=tuple(replace(m, evidence=()) for m in months),
        )

    def _of_month(
        self, month: str, row: Row, values: Mapping[str, Decimal | date | None]
    ) -> dict[str, Decimal | date | None]:
        """Return the values of all names in one month."""
        found = {**values, **self.book.months[month].figures}
        for name, symbol in self.book.symbols.items():
            key = f"i__{name}__{month}"
            if key in row:
                held = row[key]
                found[name] = (
                    numbers.unscaled(held, shown_places(symbol)) if isinstance(held, int) else held
                )
        for name in row:
            if name.startswith("r__") and month in name:
                found[name[3:].replace(f"__{month}", "")] = found[name[3:]]
        return found

    @staticmethod
    def _evidence(rule: CriterionRule, subject: str, records: Records) -> tuple[Evidence, ...]:
        """Return each record once, where it tells most, though several measures look at it."""
        found: dict[tuple[str, str, str, bool], Evidence] = {}
        for name in rule.indicators:
            own = name.startswith(f"{rule.id.removesuffix(f'__{rule.month}')}__")
            for record in records.get((rule.twins.get(name, name), subject), ()):
                key = ("" if own else name, record.table, record.record_id, record.counted)
                if key not in found or len(record.detail) > len(found[key].detail):
                    found[key] = record
        return tuple(found.values())

    def _worked(
        self,
        rule: CriterionRule,
        row: Row,
        raw: int,
        given_back: int,
        values: Mapping[str, Decimal | date | None],
    ) -> str:
        decided = self._decided(rule, row)
        if rule.raw.tree is None:
            return clauses(decided)
        text = (
            f"{Renderer(self.names, values).write(rule.raw.tree)} = {figure(decimal_points(raw))}"
        )
        if raw < rule.floor:
            floor = figure(decimal_points(rule.floor))
            text = tr("{worked}, not below {floor}", worked=text, floor=floor)
        if raw > rule.cap:
            cap = figure(decimal_points(rule.cap))
            text = tr("{worked}, not above {cap}", worked=text, cap=cap)
        if given_back:
            back = figure(decimal_points(given_back))
            text = tr("{worked}; {points} given back for what was put right", worked=text,
                      points=back)  # fmt: skip
        return clauses([text, *decided])

    def _decided(self, rule: CriterionRule, row: Row) -> list[str]:
        """Say what decisions on appeals change of a line, and why."""
        if not row.get(f"{rule.id}__adjusted"):
            return []
        return [
            tr("{points} by the decision on appeal {appeal}: {reason}",
               points=f"{decimal_points(item.points):+f}", appeal=item.appeal, reason=item.reason)
            for item in self.book.adjustments
            if (item.kind, item.subject, item.criterion)
            == (rule.section.subject, row["subject_id"], rule.id)
        ]  # fmt: skip

    def _reason(self, rule: CriterionRule, row: Row, outcome: Outcome) -> str:
        if outcome == "not_applicable":
            if rule.when is not None and row[f"{rule.id}__when"] is False:
                tree = rule.when.tree
                when = rule.spec.when if tree is None else self.formulas.write(tree)
                return tr("the condition “{when}” does not hold", when=when)
            names = listed(self._labels(rule.indicators))
            return tr("nothing to rate: {names}", names=names)
        if outcome == "not_assessable":
            lacking = self._lacking(rule, row)
            if not lacking and self._empty(rule, row):
                return tr("nothing to rate: {names}", names=listed(self._empty(rule, row)))
            if not lacking and self._divides(rule):
                return tr("divided by 0: {formula}", formula=self.formula(rule))
            if not lacking:
                return tr("the formula gives no number: {formula}", formula=self.formula(rule))
            return tr("data is missing or was kept out: {names}", names=listed(lacking))
        return ""

    def _lacking(self, rule: CriterionRule, row: Row) -> list[str]:
        """Return the labels of what a line rests on and the row does not have."""
        parts = [part for part in (rule.raw, rule.audience, rule.when) if part]
        counted = sorted({name for part in parts for name in part.indicators})
        unknown = [n for n in counted if row.get(f"i__{n}") is None]
        labels = self._labels([n for n in unknown if not _nothing_there(n, row)])
        table = self.book.ruleset.tables[SUBJECT_TABLES[rule.section.subject]]
        needed = {name for part in parts for name in part.needs}
        own = [c.label for c in table.columns if c.name in needed and row[c.name] is None]
        return labels + own

    def _empty(self, rule: CriterionRule, row: Row) -> list[str]:
        """Return the labels of the rates and measures over nothing that a line rests on."""
        return self._labels([n for n in rule.indicators if _nothing_there(n, row)])

    def _divides(self, rule: CriterionRule) -> bool:
        """Return whether a formula divides, itself or by what is worked out for it."""
        known = (self.book.indicators.get(name) for name in rule.raw.names)
        parts = [rule.raw, *(i.value for i in known if i and i.value)]
        return any(map(divides, parts))

    def _labels(self, names: Sequence[str]) -> list[str]:
        return [self.book.indicators[n].spec.label for n in names if n in self.book.indicators]

    def evidence(
        self,
        kind: SubjectKind,
        subjects: Sequence[str],
        session: EngineSession,
        criterion: str | None = None,
    ) -> Records:
        """Return the records behind the lines of the given subjects, a query an indicator.

        Args:
            kind: whether they are villages or cadres.
            subjects: their ids.
            session: where the records are readable.
            criterion: one line, by id or label; ``None``: all of them.
        """
        known = self.book.indicators
        rules = self.book.of_subject(kind)
        lines = scored_by_formula([r for r in rules if criterion in (None, r.id, r.spec.label)])
        used = {name: known[name] for line in lines for name in line.indicators}
        used |= {
            twin: replace(
                known[name],
                put_right=known[twin].put_right,
                known_until=known[twin].known_until,
            )
            for line in lines
            for name, twin in line.twins.items()
        }
        found: dict[tuple[str, str], list[Evidence]] = {}
        for name, rule in sorted(used.items()):
            if rule.table is None or rule.table.name not in self._present(session):
                continue
            query = evidence_plan(rule, subjects).sql(DIALECT)
            for record in session.query(query).to_pylist():
                found.setdefault((name, record["subject_id"]), []).append(_evidence(rule, record))
        return found

    def _present(self, session: EngineSession) -> set[str]:
        if not hasattr(self, "_tables"):
            query = "SELECT view_name FROM duckdb_views() WHERE NOT internal"
            self._tables = set(session.query(query).column(0).to_pylist())
        return self._tables


def _added_up(rule: CriterionRule, months: Sequence[Line], points: int) -> str:
    """Return the points of the months as a sum or a mean, with what comes of it."""
    averaged = rule.section.monthly == "average"
    counted = [
        m for m in months if m.points is not None and (not averaged or m.outcome == "scored")
    ]
    parts = " + ".join(
        tr("{label}: {reason}", label=m.label, reason=figure(m.points)) for m in counted
    )
    total = figure(decimal_points(points))
    return f"({parts}) ÷ {len(counted)} = {total}" if averaged else f"{parts} = {total}"


def _evidence(rule: IndicatorRule, record: Row) -> Evidence:
    assert rule.table is not None
    detail = tuple(f"{c.label}={_plain(record[f'c__{c.name}'])}" for c in shown_columns(rule))
    if record.get("righted"):
        detail = (*detail, tr("put right"))
    return Evidence(
        record_id=record["record_id"],
        table=rule.table.label,
        on=record["on"] or "",
        indicator=rule.spec.label,
        counted=bool(record["counted"]),
        detail=detail,
    )


def _plain(value: object) -> str:
    if value is None or value == "":
        return "—"
    if value in ("true", "false"):
        return tr("yes") if value == "true" else tr("no")
    return str(value)


def _number_columns(book: Rulebook, table: str) -> list[Symbol]:
    """Return the numbers of a subject's own row, which formulas may use as well."""
    schema = book.ruleset.tables.get(table)
    symbols = map(RulebookCompiler.column_symbol, schema.columns if schema else ())
    return [symbol for symbol in symbols if symbol.kind == "number"]


def _nothing_there(name: str, row: Row) -> bool:
    """Return whether an indicator has no value since there was nothing to rate or to measure."""
    measured_none = row.get(f"i__{name}") is None and row.get(f"i__{name}__n") == 0
    return measured_none or row.get(f"i__{name}__over") == 0
