"""Finds the villages that one rounding step, one record or one dispute would move.

Every indicator of every village is tried with one record more and one fewer, all of them by the
plan itself and at once; the places come from the scores of the others, which stay as they are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from rules_engine.compiler import grading, numbers
from rules_engine.compiler.plan import hypothetical_table_plan
from rules_engine.compiler.totals import read_signature, scored_by_formula
from rules_engine.model.appeal import Adjustment
from rules_engine.results.explain import indicator_columns, needed_score, steps_of
from rules_engine.results.reader import points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from rules_engine.compiler.rules import Rulebook
    from rules_engine.model.appeal import Appeal
    from rules_engine.results.reader import ResultReader

Cause = Literal["rounding", "record", "dispute"]
TABLE = "_tried"
Row = dict[str, Any]


@dataclass(frozen=True)
class Nudge:
    """A small thing that would move a village.

    Attributes:
        what: the indicator of which a record is tried, or the disputed line.
        step: ``1`` one record more (of a rate: in its numerator), ``-1`` one fewer; of rounding,
            one step up or down; 0 for a dispute that is won.
        lines: labels of the lines that go by it.
        score: what the village would have.
        rank: its place then.
        grade: the grade that its score would reach or lose; empty if that stays.
        follows: whether a veto or a standard would turn out otherwise.
    """

    cause: Cause
    what: str
    step: int
    lines: tuple[str, ...]
    score: Decimal
    rank: int
    grade: str
    follows: bool


@dataclass(frozen=True)
class Fragile:
    """A village with what would move it."""

    id: str
    name: str
    score: Decimal
    rank: int
    grade: str
    nudges: tuple[Nudge, ...]


@dataclass(frozen=True)
class _Try:
    row: Row
    cause: Cause
    what: str
    step: int
    lines: tuple[str, ...]
    columns: Mapping[str, object]


def fragile(reader: ResultReader, disputes: Iterable[Appeal] = ()) -> list[Fragile]:
    """Return the villages that are near to another grade, place or consequence, best first.

    Args:
        reader: a finished assessment.
        disputes: appeals that are not decided.
    """
    return list(_Looking(reader).found(disputes))


class _Looking:
    def __init__(self, reader: ResultReader) -> None:
        self.reader, self.book = reader, reader.book
        self.grades = list(reader.document.grades.values())
        self.thresholds = [numbers.scaled(g.from_, numbers.POINTS) for g in self.grades]
        self.rows: list[Row] = reader.session.query(
            f'SELECT * FROM "{grading.RESULTS}" ORDER BY grp, rank, subject_id'
        ).to_pylist()
        lines = reader.session.query(f'SELECT * FROM "{grading.LINES}"').to_pylist()
        self.lines: dict[str, Row] = {row["subject_id"]: row for row in lines}
        held = defaultdict(list)
        for row in self.rows:
            held[row["grp"], row["last"]].append(row["score"])
        self.scores = {key: sorted(scores) for key, scores in held.items()}
        self._users: dict[str, tuple[str, ...]] = {}
        self._needed: dict[tuple[str, int], int | None] = {}
        self.sizes = {key: len(scores) for key, scores in held.items()}

    def found(self, disputes: Iterable[Appeal]) -> Iterator[Fragile]:
        nudges: defaultdict[str, list[Nudge]] = defaultdict(list)
        for row in self.rows:
            for step in (1, -1):
                score = row["score"] + step * self.unit
                self.note(nudges, _Try(row, "rounding", "", step, (), {}), score, follows=False)
        tries = [t for row in self.rows if not row["zero"] for t in self.tries(row)]
        self.assess(self.book, tries, nudges)
        by_id = {row["subject_id"]: row for row in self.rows}
        for appeal in disputes:
            rule = next((r for r in self.book.criteria if r.id == appeal.criterion), None)
            if appeal.kind != "village" or rule is None or by_id[appeal.subject]["zero"]:
                continue
            row = by_id[appeal.subject]
            won = Adjustment(appeal.number, "village", appeal.subject, rule.id,
                             rule.most - rule.least, "")  # fmt: skip
            book = replace(self.book, adjustments=(*self.book.adjustments, won))
            columns = indicator_columns(self.reader, self.lines[appeal.subject])
            given = _Try(row, "dispute", rule.spec.label, 0, (rule.spec.label,), columns)
            self.assess(book, [given], nudges)
        for row in self.rows:
            if row["subject_id"] in nudges:
                grade = "" if row["grade"] is None else self.grades[row["grade"]].label
                yield Fragile(row["subject_id"], row["name"], points(row["score"]), row["rank"],
                              grade, tuple(nudges[row["subject_id"]]))  # fmt: skip

    @property
    def unit(self) -> int:
        """Return one rounding step of a total, in 1/10,000."""
        return int(10 ** (numbers.POINTS - self.reader.document.rounding.places))

    def tries(self, row: Row) -> Iterator[_Try]:
        """Yield what is tried of a village: each indicator with a record fewer and one more."""
        columns = indicator_columns(self.reader, self.lines[row["subject_id"]])
        scored = scored_by_formula(self.book.criteria)
        for name, rule in self.book.indicators.items():
            if rule.subject != "village" or rule.table is None or rule.measured or rule.put_right:
                continue
            twins = [line.twins[name] for line in scored if name in line.twins]
            labels = self.users(name)
            is_rate = bool(rule.spec.rate)
            for less, _, changed in islice(steps_of([name, *twins], is_rate, columns), 1):
                yield _Try(row, "record", rule.spec.label, -1 if less else 1, labels,
                           {**columns, **changed})  # fmt: skip
            if worse := _worse(name, is_rate, columns):
                yield _Try(row, "record", rule.spec.label, -1 if is_rate else 1, labels,
                           {**columns, **worse})  # fmt: skip

    def users(self, name: str) -> tuple[str, ...]:
        """Return the labels of the lines that go by an indicator, directly or through others."""
        if name not in self._users:
            self._users[name] = tuple(
                rule.spec.label
                for rule in self.book.of_subject("village")
                if name in rule.indicators or (rule.veto and name in rule.veto.indicators)
                or (rule.when and name in rule.when.indicators)
            )  # fmt: skip
        return self._users[name]

    def assess(self, book: Rulebook, tries: Sequence[_Try], nudges: dict[str, list[Nudge]]) -> None:
        """Assess what is tried by one plan, and note what would move."""
        import pyarrow as pa

        if not tries:
            return
        names = list(tries[0].columns)
        schema = self.reader.session.query(f'SELECT * FROM "{grading.LINES}" LIMIT 0').schema
        table = pa.table(
            {n: pa.array([t.columns[n] for t in tries], schema.field(n).type) for n in names}
        )
        self.reader.session.register(TABLE, table)
        plan = hypothetical_table_plan(book, "village", TABLE).sql("duckdb", copy=False)
        gave = self.reader.session.query(f"SELECT subject_id, low, high, signature FROM ({plan})")
        for given, row in zip(tries, gave.to_pylist(), strict=True):
            assert row["subject_id"] == given.row["subject_id"]
            if row["low"] == row["high"]:
                follows = self.facts(row["signature"]) != self.facts(given.row["signature"])
                self.note(nudges, given, row["low"], follows=follows)

    def facts(self, signature: str) -> dict[str, str]:
        """Return the facts that a signature stands for, but for the band of the score."""
        facts = read_signature(signature, self.book.facts)
        return {name: value for name, value in facts.items() if name != "band"}

    def note(
        self, nudges: dict[str, list[Nudge]], given: _Try, score: int, *, follows: bool
    ) -> None:
        """Note a nudge if it moves a village."""
        row = given.row
        rank, grade = self.rank(row, score), self.other_grade(row, score)
        tied = self.tied(row, score) != row["tied"]
        if rank != row["rank"] or tied or grade or follows:
            nudges[row["subject_id"]].append(
                Nudge(given.cause, given.what, given.step, given.lines, points(score), rank, grade,
                      follows)
            )  # fmt: skip

    def rank(self, row: Row, score: int) -> int:
        """Return the place that a village would have with another score."""
        scores = self.scores[row["grp"], row["last"]]
        own = int(row["score"] > score)
        ahead = len(scores) - bisect_right(scores, score) - own
        before = self.sizes.get((row["grp"], 0), 0) if row["last"] else 0
        return 1 + ahead + before

    def tied(self, row: Row, score: int) -> int:
        """Return with how many others it would share that place."""
        scores = self.scores[row["grp"], row["last"]]
        same = bisect_right(scores, score) - bisect_left(scores, score)
        return same - int(row["score"] == score)

    def other_grade(self, row: Row, score: int) -> str:
        """Return the grade that another score would give, if it is another one."""
        if row["band"] is None or row["zero"]:
            return ""
        band = self.band(score)
        if band > row["band"]:
            return self.grades[band].label
        index = row["displaced"] if row["displaced"] is not None else row["band"] - 1
        if score <= row["score"] or index < 0:
            return ""
        key = (row["subject_id"], index)
        if key not in self._needed:
            self._needed[key] = needed_score(self.reader, row, index)
        needed = self._needed[key]
        return self.grades[index].label if needed is not None and score >= needed else ""

    def band(self, score: int) -> int:
        """Return the grade that a score reaches, the lowest where it reaches none."""
        reached = (i for i, threshold in enumerate(self.thresholds) if score >= threshold)
        return next(reached, len(self.thresholds) - 1)


def _worse(name: str, is_rate: bool, columns: Mapping[str, object]) -> dict[str, object]:
    """Return an indicator with one record more, or a rate with one fewer in its numerator."""
    key = f"i__{name}"
    if not is_rate:
        value = columns.get(key)
        return {key: value + 1} if isinstance(value, int) else {}
    held, over = columns.get(f"{key}__of"), columns.get(f"{key}__over")
    if not (isinstance(held, int) and isinstance(over, int) and held and over):
        return {}
    rate = (2 * (held - 1) * 10**numbers.RATE + over) // (2 * over)
    return {f"{key}__of": held - 1, key: rate}
