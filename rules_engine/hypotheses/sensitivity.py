"""Tries everything, and tells of each subject how little would move it, and where to."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from rules_engine.errors import UsageError
from rules_engine.hypotheses.outcomes import OutcomeTables
from rules_engine.hypotheses.record_changes import Tries, try_disputes, try_rounding
from rules_engine.hypotheses.sensitivity_values import (
    MOST_NAMED,
    Cause,
    Fragile,
    FragileResult,
    Moved,
    ResultChange,
    Untried,
)
from rules_engine.messages import msg, tr
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.deltas import tables_tried
from rules_engine.plan.month_steps import indicators_behind
from rules_engine.plan.numbering import any_numbered
from rules_engine.plan.peers import behind
from rules_engine.plan.places import resting_on
from rules_engine.report.shares import points
from rules_engine.run.compute import profile_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rules_engine.model.appeal import Appeal
    from rules_engine.model.dataset import Dataset
    from rules_engine.model.table import TableSchema
    from rules_engine.plan.rules import CriterionRule, Rulebook
    from rules_engine.report.reader import ResultReader

NOT_TRIED = ("villages", "cadres", "assignments")
"""Tables that say who is assessed and who answers for whom: they are no records of events."""


MOST_PAIRS, MOST_RECORDS = 2_000_000, 2_000_000
"""How many pairs of villages of one list, and how many records, are tried at most.

What there is to do grows with both: a county takes seconds, and a nation would take days.
"""


def fragile_subjects(
    reader: ResultReader, dataset: Dataset, disputes: Iterable[Appeal] = ()
) -> FragileResult:
    """Return the subjects that are near to another grade, place or consequence, best first.

    Args:
        reader: a finished assessment.
        dataset: its records.
        disputes: appeals that are not decided.

    Raises:
        UsageError: the run is too large to try everything.
    """
    _must_be_small(reader, dataset)
    _must_not_grade_by_place(reader.book)
    tries = Tries(reader.session, reader.book, dataset)
    for table in tables_tried(reader.book):
        if table.name not in NOT_TRIED:
            tries.try_records(table)
    try_rounding(tries)
    try_disputes(tries, disputes)
    tables = OutcomeTables(reader.session, reader.book)
    tables.build()
    subjects = tuple(FragileReader(reader, tables).subjects())
    return FragileResult(subjects, tuple(_untried(reader.book, dataset)), reader.uncertain)


def _must_be_small(reader: ResultReader, dataset: Dataset) -> None:
    """Refuse a run that would keep its reader waiting for hours."""
    table = reader.session.query(
        "SELECT coalesce(sum(n * n), 0), coalesce(sum(n), 0) FROM "
        f'(SELECT count(*) AS n FROM "{SubjectKind.VILLAGE.results}" GROUP BY grp)'
    )
    pairs, villages = (int(column[0].as_py()) for column in table.columns)
    records = sum(data.rows for name, data in dataset.tables.items() if name not in NOT_TRIED)
    if pairs > MOST_PAIRS or records > MOST_RECORDS:
        raise UsageError.of(
            "too-many-to-try",
            msg("{villages} {assessed_many} with {records} records are too many to try every "
                "record",
                villages=villages, records=records),
            hint=msg("assess the counties one by one, and look at each of these runs"),
        )  # fmt: skip


def _must_not_grade_by_place(book: Rulebook) -> None:
    """Refuse rules by which a place takes a grade away: that is not tried for others."""
    specs = book.ruleset.document.consequences
    for name in resting_on(book.placed, book.judgement):
        if specs[name].kind == "downgrade" or specs[name].effect == "grade":
            raise UsageError.of(
                "graded-by-place",
                msg("“{label}” takes a grade away by the place, and what moves others cannot be "
                    "tried then", label=specs[name].label),
                hint=msg("try changes one by one with assess --set, or compare runs"),
            )  # fmt: skip


def _untried(book: Rulebook, dataset: Dataset) -> Iterator[Untried]:
    """Yield the lines of which no record can be tried, and what rests on places."""
    specs = book.ruleset.document.consequences
    for name in resting_on(book.placed, book.judgement):
        yield Untried(specs[name].label, tr("it rests on places"))
    for rule in book.criteria:
        tables = {
            book.indicators[name].table for name in _behind(book, rule)
            if book.indicators[name].table
        }  # fmt: skip
        profile = profile_of(dataset, rule.section.subject)
        if tables & _numbered(book, rule.section.subject):
            reason = tr("one record changes which one the others are, and so what they count")
            yield Untried(rule.spec.label, reason)
            continue
        values = {t.name for t in tables if t}
        if any(name in profile.nulls and name not in NOT_TRIED for name in values):
            continue
        if not values or values <= set(NOT_TRIED):
            reason = tr("it goes by the lists of subjects and duties, not by records")
        elif values & dataset.tables.keys():
            reason = tr("rows were kept out of which nobody can tell whose they are")
        else:
            reason = tr("its records were not delivered")
        yield Untried(rule.spec.label, reason)


def _numbered(book: Rulebook, kind: SubjectKind) -> set[TableSchema]:
    """Return the tables of which some records count by which one they are."""
    return {
        rule.table
        for rule in book.indicators.values()
        if rule.subject == kind and rule.table and any_numbered([rule])
    }


def _behind(book: Rulebook, rule: CriterionRule) -> set[str]:
    """Return the indicators that a line goes by."""
    parts = [part for r in (rule, *rule.scored) for part in (r.raw, r.when, r.veto)]
    names = {name for part in parts if part for name in part.indicators}
    names = {n for n in indicators_behind(book, names, lines=True) if n in book.indicators}
    return names.union(*(behind(book, name) for name in names))


Row = dict[str, Any]
ACTS = ("rounding", "dispute", "less", "other", "more")


class FragileReader:
    """Reads the tables that :class:`OutcomeTables` has laid out."""

    def __init__(self, reader: ResultReader, tables: OutcomeTables) -> None:
        """Take the run, and what came of the trials."""
        self.reader, self.tables = reader, tables
        self.labels = [rule.spec.label for rule in reader.book.criteria]
        self.stored: dict[SubjectKind, dict[str, Row]] = {}
        for kind in reader.document.kinds:
            rows = reader.session.query(
                f'SELECT * FROM "{kind.results}" ORDER BY grp, rank, subject_id'
            )
            self.stored[kind] = {row["subject_id"]: row for row in rows.to_pylist()}
        self.grades = {kind: reader.grade_labels(kind) for kind in self.stored}
        self.moved = cache(self._moved)
        self.consequences = cache(self._consequences)

    def subjects(self) -> Iterator[Fragile]:
        """Yield the subjects that something would move."""
        causes = self._causes()
        for kind, rows in self.stored.items():
            turns = self._turns(kind, causes)
            for subject, row in rows.items():
                if subject in turns:
                    yield Fragile(
                        kind, subject, row["name"], row["grp"], points(row["score"]), row["rank"],
                        self._grade(kind, row["grade"]), self._nearest(kind, row, turns[subject]),
                    )  # fmt: skip

    def _nearest(
        self, kind: SubjectKind, row: Row, turns: Sequence[ResultChange]
    ) -> tuple[ResultChange, ...]:
        """Return the turns in order: other grades first, then the least step."""
        grade, score = self._grade(kind, row["grade"]), points(row["score"])
        return tuple(sorted(turns, key=lambda t: (t.grade == grade, abs(t.score - score), t.rank)))

    def _turns(
        self, kind: SubjectKind, causes: Mapping[int, Sequence[Cause]]
    ) -> dict[str, list[ResultChange]]:
        """Return what would move each subject; the same outcome of several worlds is told once."""
        joined: defaultdict[tuple[str, tuple[Any, ...]], list[Cause]] = defaultdict(list)
        for world, row, others in self._own(kind):
            items = self.stored[kind][row["subject_id"]]
            changed = self.consequences(items.get("signature"), row["signature"])
            moves = any(row[name] != items[name] for name in ("rank", "tied", "grade"))
            count = row["n"]
            if moves or count or any(changed):
                stands = tuple(row[n] for n in ("low", "high", "rank", "tied", "grade"))
                joined[row["subject_id"], (*stands, changed, count, others)] += causes[world]
        turns: defaultdict[str, list[ResultChange]] = defaultdict(list)
        for (
            subject,
            (low, high, rank, tied, grade, changed, count, others),
        ), why in joined.items():
            gained, lost = changed
            turns[subject].append(
                ResultChange(points(low), points(high), rank, tied, self._grade(kind, grade),
                             gained, lost, count, others,
                             tuple(sorted(why, key=lambda cause: ACTS.index(cause.act))))
            )  # fmt: skip
        return turns

    def _own(self, kind: SubjectKind) -> Iterator[tuple[int, Row, tuple[Moved, ...]]]:
        """Yield by world those whose own figures change, with the first others that move."""
        query = self.reader.session.query
        signature, joined = "NULL", ""
        if kind.judged:
            signature, joined = "o.signature", "LEFT JOIN _village_own o USING (list, subject_id)"
        outcome_rows = (
            "(SELECT s.*, s.rank <> r.rank OR s.grade IS DISTINCT FROM r.grade AS moved, "
            "s.grade IS NOT DISTINCT FROM r.grade AS kept "
            f'FROM _{kind}_stood s JOIN "{kind.results}" r USING (subject_id))'
        )
        first = f"""(s.kept, s.rank, s.subject_id), {MOST_NAMED + 1}) FILTER (moved)"""
        moved = {
            row["list"]: row
            for row in query(
                "SELECT list, count(*) FILTER (moved) AS n, "
                f"arg_min({{'s': subject_id, 'r': rank, 'g': grade}}, {first} AS first "
                f"FROM {outcome_rows} s GROUP BY list"
            ).to_pylist()
        }
        rows = query(
            f"SELECT s.*, {signature} AS signature FROM {outcome_rows} s {joined} WHERE s.own "
            "ORDER BY list, subject_id"
        ).to_pylist()
        worlds: defaultdict[int, list[int]] = defaultdict(list)
        for row in query("SELECT coalesce(list, 0) AS list, world FROM _worlds").to_pylist():
            worlds[row["list"] if kind.judged else row["world"]].append(row["world"])
        for row in rows:
            of_list = moved[row["list"]]
            others = [x for x in of_list["first"] or () if x["s"] != row["subject_id"]]
            texts = tuple(self.moved(kind, x["s"], x["r"], x["g"]) for x in others[:MOST_NAMED])
            row["n"] = of_list["n"] - int(row["moved"])
            for world in worlds[row["list"]]:
                yield world, row, texts

    def _moved(self, kind: SubjectKind, subject: str, rank: int, grade: int | None) -> Moved:
        items = self.stored[kind][subject]
        return Moved(subject, self._title(kind, subject), items["rank"], rank,
                     self._grade(kind, items["grade"]), self._grade(kind, grade))  # fmt: skip

    def _consequences(
        self, had: str | None, has: str | None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the consequences that come and go with a signature instead of another."""
        if had is None or has is None:
            return (), ()
        had = had[: len(self.reader.book.scored_facts)]  # what rests on places is not tried
        before, after = (
            [c.label for c in self.reader.consequences.certain(trace)]
            for trace in (self.tables.traces[had], self.tables.traces[has])
        )
        return tuple(x for x in after if x not in before), tuple(
            x for x in before if x not in after
        )

    def _causes(self) -> Mapping[int, Sequence[Cause]]:
        """Return what brings each world about; records that do the same are told together."""
        rows = self.reader.session.query(
            "SELECT world, act, step, tbl, col, value, whom, lines, "
            f"list(rec ORDER BY rec)[1:{MOST_NAMED}] AS records, count(*) AS n "
            "FROM _of_try JOIN _tries USING (try) "
            "GROUP BY world, act, step, tbl, col, value, whom, lines "
            "ORDER BY world, act, step, tbl, records, col, value, whom, lines"
        ).to_pylist()
        results: defaultdict[int, list[Cause]] = defaultdict(list)
        for row in rows:
            results[row["world"]].append(
                Cause(
                    act=row["act"],
                    step=row["step"],
                    table=row["tbl"],
                    records=tuple(filter(None, row["records"])),
                    count=row["n"] if row["tbl"] else 0,
                    column=row["col"],
                    value=row["value"],
                    of=self._name(row["whom"]),
                    lines=tuple(self.labels[number] for number in row["lines"] or ()),
                )
            )
        return results

    def _name(self, whom: str) -> str:
        """Return the name of a subject that is told by kind and id."""
        kind, _, subject = whom.partition(":")
        own = SubjectKind.CADRE if kind == SubjectKind.CADRE else SubjectKind.VILLAGE
        names = self.stored[own]
        return self._title(own, subject) if subject in names else subject

    def _title(self, kind: SubjectKind, subject: str) -> str:
        return self.reader.title(kind, subject, str(self.stored[kind][subject]["name"]))

    def _grade(self, kind: SubjectKind, index: int | None) -> str:
        return "" if index is None else self.grades[kind][index]
