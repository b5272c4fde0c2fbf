"""Tries everything, and tells of each subject how little would move it, and where to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from rules_engine.compiler import grading
from rules_engine.compiler.trying import tables_tried
from rules_engine.messages import tr
from rules_engine.results.compute import profile_of
from rules_engine.results.fragile.others import try_disputes, try_rounding
from rules_engine.results.fragile.standing import Standing
from rules_engine.results.fragile.tries import Tries
from rules_engine.results.fragile.values import (
    MOST_NAMED,
    Cause,
    Found,
    Fragile,
    Moved,
    Turn,
    Untried,
)
from rules_engine.results.reader import points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rules_engine.compiler.rules import CriterionRule, Rulebook
    from rules_engine.model.appeal import Appeal
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.dataset import Dataset
    from rules_engine.results.reader import ResultReader

Row = dict[str, Any]
NOT_TRIED = ("villages", "cadres", "assignments")
"""Tables that say who is assessed and who answers for whom: they are no records of events."""
ACTS = ("rounding", "dispute", "other", "less", "more")


def look(reader: ResultReader, dataset: Dataset, disputes: Iterable[Appeal] = ()) -> Found:
    """Return the subjects that are near to another grade, place or consequence, best first.

    Args:
        reader: a finished assessment.
        dataset: its records.
        disputes: appeals that are not decided.
    """
    tries = Tries(reader.session, reader.book, dataset)
    for table in tables_tried(reader.book):
        if table.name not in NOT_TRIED:
            tries.try_records(table)
    try_rounding(tries)
    try_disputes(tries, disputes)
    standing = Standing(reader.session, reader.book)
    standing.stand()
    return Found(
        tuple(_Telling(reader, standing).subjects()), tuple(_untried(reader.book, dataset))
    )


class _Telling:
    """Puts together what was tried, from the tables of :class:`Standing`."""

    def __init__(self, reader: ResultReader, standing: Standing) -> None:
        self.reader, self.standing = reader, standing
        self.labels = [rule.spec.label for rule in reader.book.criteria]
        self.held: dict[SubjectKind, dict[str, Row]] = {"village": self._held(grading.RESULTS)}
        if reader.document.responsibility:
            self.held["cadre"] = self._held("_cadre_results")
        self.grades = {kind: reader.grade_labels(kind) for kind in self.held}

    def _held(self, table: str) -> dict[str, Row]:
        rows = self.reader.session.query(f'SELECT * FROM "{table}" ORDER BY grp, rank, subject_id')
        return {row["subject_id"]: row for row in rows.to_pylist()}

    def subjects(self) -> Iterator[Fragile]:
        """Yield the subjects that something would move."""
        turns = self._turns()
        for kind, rows in self.held.items():
            for subject, row in rows.items():
                if found := turns.get((kind, subject)):
                    yield Fragile(
                        kind, subject, row["name"], row["grp"], points(row["score"]), row["rank"],
                        self._grade(kind, row["grade"]),
                        tuple(sorted(found, key=lambda turn: self._distance(kind, row, turn))),
                    )  # fmt: skip

    def _distance(self, kind: SubjectKind, row: Row, turn: Turn) -> tuple[object, ...]:
        """Return what puts the turns in order: other grades first, then the least step."""
        same = turn.grade == self._grade(kind, row["grade"])
        return same, abs(turn.score - points(row["score"])), turn.rank

    def _turns(self) -> dict[tuple[SubjectKind, str], list[Turn]]:
        """Return what would move each subject."""
        whose = self._whose()
        causes = self._causes({world for _, world, _ in whose})
        joined: defaultdict[tuple[SubjectKind, str, Any], list[Cause]] = defaultdict(list)
        for kind, world, (subject, standing) in whose:
            joined[kind, subject, standing] += causes[world]
        found: defaultdict[tuple[SubjectKind, str], list[Turn]] = defaultdict(list)
        for (
            kind,
            subject,
            (low, high, rank, tied, grade, signature, others),
        ), why in joined.items():
            gained, lost = self._consequences(kind, subject, signature)
            found[kind, subject].append(
                Turn(points(low), points(high), rank, tied, self._grade(kind, grade), gained, lost,
                     others, tuple(sorted(why, key=lambda c: ACTS.index(c.act))))
            )  # fmt: skip
        return found

    def _whose(self) -> list[tuple[SubjectKind, int, tuple[str, tuple[Any, ...]]]]:
        """Return whom each world moves and where to, for those whose own figures change."""
        session = self.reader.session
        signatures = {
            (row["list"], row["subject_id"]): row["signature"]
            for row in session.query(
                "SELECT list, subject_id, signature FROM _village_own"
            ).to_pylist()
        }
        worlds: defaultdict[int, list[int]] = defaultdict(list)
        for row in session.query("SELECT list, world FROM _worlds").to_pylist():
            if row["list"] is not None:
                worlds[row["list"]].append(row["world"])
        found: list[tuple[SubjectKind, int, tuple[str, tuple[Any, ...]]]] = []
        for kind in self.held:
            for number, rows in self._lists(kind):
                for row, others in self._own(kind, rows):
                    signature = signatures.get((number, row["subject_id"])) if (
                        kind == "village") else None  # fmt: skip
                    if not (others or self._moves(kind, row, signature)):
                        continue
                    standing = (row["low"], row["high"], row["rank"], row["tied"], row["grade"],
                                signature, others)  # fmt: skip
                    for world in worlds[number] if kind == "village" else [number]:
                        found.append((kind, world, (row["subject_id"], standing)))
        return found

    def _lists(self, kind: SubjectKind) -> Iterator[tuple[int, list[Row]]]:
        rows = self.reader.session.query(
            f"SELECT * FROM _{kind}_stood ORDER BY list, rank, subject_id"
        ).to_pylist()
        held: defaultdict[int, list[Row]] = defaultdict(list)
        for row in rows:
            held[row["list"]].append(row)
        yield from held.items()

    def _own(
        self, kind: SubjectKind, rows: Sequence[Row]
    ) -> Iterator[tuple[Row, tuple[Moved, ...]]]:
        """Yield those whose own figures change, with the others of the list that move."""
        moved = [(row["subject_id"], self._moved(kind, row)) for row in rows]
        moved = [(s, m) for s, m in moved if (m.rank, m.grade) != (m.new_rank, m.new_grade)]
        for row in rows:
            if row["own"]:
                yield row, tuple(m for s, m in moved if s != row["subject_id"])

    def _moved(self, kind: SubjectKind, row: Row) -> Moved:
        held = self.held[kind][row["subject_id"]]
        return Moved(row["subject_id"], held["name"], held["rank"], row["rank"],
                     self._grade(kind, held["grade"]), self._grade(kind, row["grade"]))  # fmt: skip

    def _moves(self, kind: SubjectKind, row: Row, signature: str | None) -> bool:
        held = self.held[kind][row["subject_id"]]
        if any(row[name] != held[name] for name in ("rank", "tied", "grade")):
            return True
        return any(self._consequences(kind, row["subject_id"], signature))

    def _consequences(
        self, kind: SubjectKind, subject: str, signature: str | None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the consequences that a village would gain and lose by other facts."""
        if kind == "cadre" or signature is None:
            return (), ()
        before = self.reader.traces[self.held[kind][subject]["signature"]]
        labels = [
            [c.label for c in self.reader.consequences(trace)]
            for trace in (before, self.standing.traces[signature])
        ]
        had, has = labels
        return tuple(x for x in has if x not in had), tuple(x for x in had if x not in has)

    def _causes(self, worlds: set[int]) -> dict[int, list[Cause]]:
        """Return what brings each world about; records that do the same are told together."""
        rows = self.reader.session.query(
            "SELECT world, act, step, tbl, col, value, whom, lines, "
            f"list(rec ORDER BY rec)[1:{MOST_NAMED}] AS records, count(*) AS n "
            "FROM _of_try JOIN _tries USING (try) "
            "GROUP BY world, act, step, tbl, col, value, whom, lines "
            "ORDER BY world, act, step, tbl, records, col, value"
        ).to_pylist()
        found: defaultdict[int, list[Cause]] = defaultdict(list)
        for row in rows:
            if row["world"] in worlds:
                found[row["world"]].append(
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
        return found

    def _name(self, whom: str) -> str:
        """Return the name of a subject that is told by kind and id."""
        kind, _, subject = whom.partition(":")
        names = self.held["cadre" if kind == "cadre" else "village"]
        return str(names[subject]["name"]) if subject in names else subject

    def _grade(self, kind: SubjectKind, index: int | None) -> str:
        return "" if index is None else self.grades[kind][index]


def _untried(book: Rulebook, dataset: Dataset) -> Iterator[Untried]:
    """Yield the lines of which no record can be tried."""
    for rule in book.criteria:
        tables = {
            book.indicators[name].table for name in _behind(book, rule)
            if book.indicators[name].table
        }  # fmt: skip
        profile = profile_of(dataset, rule.section.subject)
        held = {t.name for t in tables if t}
        if any(name in profile.nulls and name not in NOT_TRIED for name in held):
            continue
        if not held or held <= set(NOT_TRIED):
            reason = tr("it goes by the lists of subjects and duties, not by records")
        elif held & dataset.tables.keys():
            reason = tr("rows were kept out of which nobody can tell whose they are")
        else:
            reason = tr("its records were not delivered")
        yield Untried(rule.spec.label, reason)


def _behind(book: Rulebook, rule: CriterionRule) -> set[str]:
    """Return the indicators that a line goes by."""
    parts = [part for r in (rule, *rule.scored) for part in (r.raw, r.when, r.veto)]
    return {name for part in parts if part for name in part.indicators if name in book.indicators}
