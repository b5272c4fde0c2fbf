"""Compares two runs: who moved, by which lines, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rules_engine.messages import msg
from rules_engine.model import figures
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.month_steps import indicators_behind
from rules_engine.report.changes import read_overlay
from rules_engine.report.consequences import certain_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from rules_engine.messages import Message
    from rules_engine.model.appeal import Overlay
    from rules_engine.model.assessment import Line, Subject
    from rules_engine.model.run import StoredRun
    from rules_engine.plan.rules import CriterionRule
    from rules_engine.run.assess import OpenRun
    from rules_engine.store import Store

Cause = Literal["overlay", "adjustment", "data", "ruleset", "days", "semantics"]
CAUSE_TEXTS: dict[Cause, Message] = {
    "overlay": msg("records corrected"),
    "adjustment": msg("points adjusted"),
    "data": msg("other records"),
    "ruleset": msg("other rules"),
    "days": msg("other days"),
    "semantics": msg("other rules of computing"),
}
SLICE = 500


@dataclass(frozen=True)
class LineMove:
    """A line that gives other points, or has another outcome; ``None``: it has none."""

    criterion: str
    label: str
    before: Decimal | None
    after: Decimal | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class ResultSummary:
    """Where a subject stands in a run; what is not certain is a text that says what can be."""

    score: Decimal | str
    rank: int | str
    grade: str


@dataclass(frozen=True)
class Move:
    """A subject that stands otherwise; without lines where its own ones are the same."""

    kind: SubjectKind
    id: str
    name: str
    before: ResultSummary | None
    after: ResultSummary | None
    lines: tuple[LineMove, ...]


@dataclass(frozen=True)
class Comparison:
    """Two runs beside each other.

    Attributes:
        causes: what differs between them as a whole.
        overlays: the decisions that only one of them holds, those of the second first.
        moves: in the order of the second run, then those that only the first one has.
    """

    before: str
    after: str
    causes: tuple[Cause, ...]
    overlays: tuple[Overlay, ...]
    moves: tuple[Move, ...]


def compare(first: OpenRun, second: OpenRun, store: Store) -> Comparison:
    """Compare two open runs of one store."""
    old, new = _Past(first.stored, store), _Past(second.stored, store)
    overlays = (*new.without(old), *old.without(new))
    causes = _causes(old, new, overlays)
    comparer = _Comparer(first, second, causes, {c.table for o in overlays for c in o.corrections})
    moves = [move for kind in SubjectKind for move in comparer.moves(kind)]
    return Comparison(
        first.stored.record.id, second.stored.record.id, causes, overlays, tuple(moves)
    )


def moves(first: OpenRun, second: OpenRun) -> Iterator[Move]:
    """Yield what stands otherwise in two computations of one run."""
    comparer = _Comparer(first, second, (), set())
    for kind in SubjectKind:
        yield from comparer.moves(kind)


class _Past:
    """A run with everything that it goes back to."""

    def __init__(self, run: StoredRun, store: Store) -> None:
        self.record = run.record
        self.overlays: list[Overlay] = []
        while overlay := read_overlay(run):
            self.overlays.insert(0, overlay)
            run = store.get(overlay.parent)
        self.root = run.record

    def without(self, other: _Past) -> list[Overlay]:
        values = {overlay.appeal for overlay in other.overlays}
        return [overlay for overlay in self.overlays if overlay.appeal not in values]


def _causes(old: _Past, new: _Past, overlays: Sequence[Overlay]) -> tuple[Cause, ...]:
    first, second = old.record, new.record
    days = [(r.as_of, r.period_from, r.period_to) for r in (first, second)]
    differs: dict[Cause, bool] = {
        "overlay": any(overlay.corrections for overlay in overlays),
        "adjustment": any(not overlay.corrections for overlay in overlays),
        "data": old.root.data_fingerprint != new.root.data_fingerprint,
        "ruleset": first.ruleset_fingerprint != second.ruleset_fingerprint,
        "days": days[0] != days[1],
        "semantics": first.semantics != second.semantics,
    }
    return tuple(cause for cause, so in differs.items() if so)


class _Comparer:
    """Finds the subjects that moved, and explains the lines by which they did."""

    def __init__(
        self, first: OpenRun, second: OpenRun, causes: tuple[Cause, ...], tables: set[str]
    ) -> None:
        self.first, self.second = first, second
        self.causes = causes
        self.tables = tables
        self.rules = [{r.id: r for r in run.reviewed.book.criteria} for run in (first, second)]

    def moves(self, kind: SubjectKind) -> Iterator[Move]:
        """Yield what moved; only the subjects that did are read whole, a slice at a time."""
        old, new = _rows(self.first, kind), _rows(self.second, kind)
        moved = [i for i in new if new[i] != old.get(i)] + [i for i in old if i not in new]
        for start in range(0, len(moved), SLICE):
            ids = moved[start : start + SLICE]
            before = {s.id: s for s in self.first.reader.chosen(kind, [i for i in ids if i in old])}
            after = {s.id: s for s in self.second.reader.chosen(kind, [i for i in ids if i in new])}
            for subject in ids:
                was, now = before.get(subject), after.get(subject)
                lines = tuple(self._lines(was, now)) if was and now else ()
                value = now or was
                assert value is not None
                yield Move(kind, subject, value.name, _summary(was), _summary(now), lines)

    def _lines(self, was: Subject, now: Subject) -> Iterator[LineMove]:
        old = {line.criterion: line for line in was.lines}
        new = {line.criterion: line for line in now.lines}
        for name in [*new, *(n for n in old if n not in new)]:
            before, after = old.get(name), new.get(name)
            if _state(before) != _state(after):
                line = after or before
                assert line is not None
                yield LineMove(
                    name, line.label, _points(before), _points(after),
                    self._why(name, before, after),
                )  # fmt: skip

    def _why(self, name: str, before: Line | None, after: Line | None) -> tuple[Cause, ...]:
        """Name the causes that can be behind a line; all that there are, if none seems to be."""
        if before is None or after is None:
            return ("ruleset",)
        results: list[Cause] = []
        adjusted = after.adjusted - before.adjusted
        if adjusted:
            results.append("adjustment")
            alone = before.points is not None and before.points + adjusted == after.points
            if alone:
                return tuple(results)
        rules = [value[name] for value in self.rules]
        if "ruleset" in self.causes and _definition(rules[0]) != _definition(rules[1]):
            results.append("ruleset")
        if "overlay" in self.causes and self.tables & self._tables(rules[1]):
            results.append("overlay")
        results += [cause for cause in self.causes if cause in ("data", "days", "semantics")]
        rest = tuple(cause for cause in self.causes if cause != "adjustment")
        return tuple(results) or rest

    def _tables(self, rule: CriterionRule) -> set[str]:
        """Return the tables that a line goes by, directly or through indicators."""
        book = self.second.reviewed.book
        parts = [rule.raw, rule.when, rule.veto, *(r.by for r in rule.rankings)]
        names = {n for part in parts if part for n in (*part.indicators, *part.names)}
        results = {rule.section.subject.table}
        seen: set[str] = set()
        while names:
            name = names.pop()
            indicator = book.indicators.get(name)
            if indicator and name not in seen:
                results |= {indicator.table.name} if indicator.table else set()
                names |= indicator.names
                if indicator.value:
                    names |= indicator.value.indicators
                if indicator.peers:
                    names |= indicator.peers.indicators
                if indicator.months:
                    names |= indicators_behind(book, [name], lines=True)
            seen.add(name)
        return results


def _definition(rule: CriterionRule) -> tuple[object, ...]:
    when = rule.when.sql.sql() if rule.when else ""
    section = rule.section.part, rule.section.adding, rule.section.for_
    sizes = [(one.values, one.floor, one.cap, one.worth) for one in rule.sizes]
    own = rule.column, sizes, rule.floor, rule.cap, rule.worth, rule.back, section
    return rule.raw.sql.sql(), when, *own


def _state(line: Line | None) -> tuple[object, ...] | None:
    return (line.outcome, line.points) if line else None


def _points(line: Line | None) -> Decimal | None:
    return line.points if line else None


def _summary(subject: Subject | None) -> ResultSummary | None:
    if subject is None:
        return None
    wide = figures.span(subject.low, subject.high) if subject.low != subject.high else ""
    place = subject.place_range if subject.rank is None else subject.rank
    grade = subject.grade_text if subject.grades else subject.grade
    return ResultSummary(wide or subject.score, place, grade)


def _rows(run: OpenRun, kind: SubjectKind) -> dict[str, tuple[Any, ...]]:
    """Return what could move of every subject, by its id, in the order of rank."""
    if not run.reader.count(kind):
        return {}
    results, lines = kind.results, kind.lines
    rules = run.reviewed.book.of_subject(kind)
    parts = [f'l."{r.id}__{part}"' for r in rules for part in ("outcome", "points")]
    state = ", ".join(f"coalesce(CAST({p} AS VARCHAR), '')" for p in parts) or "''"
    rows = run.session.query(
        f"SELECT r.*, concat_ws('|', {state}) AS lines "
        f'FROM "{results}" r LEFT JOIN "{lines}" l ON l.subject_id = r.subject_id '
        "ORDER BY r.grp, r.rank, r.subject_id"
    ).to_pylist()
    grades = run.reader.grade_labels(kind)
    return {
        row["subject_id"]: (
            row["low"], row["high"], row["rank"],
            None if row["grade"] is None else grades[row["grade"]], row["lines"],
            row.get("places_open"), row.get("grades_open"),
        )
        for row in (certain_row(row, grades) for row in rows)
    }  # fmt: skip
