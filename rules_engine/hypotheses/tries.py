"""Tries every record: without it, with another like it, and with other values in its columns.

What each subject would then have is worked out by the plan of the run from the changed counts, in
a few statements for each table of records, however many are tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.compiler import grading
from rules_engine.compiler.measuring import QUARANTINED
from rules_engine.compiler.trying import TRY, Counting
from rules_engine.hypotheses.record_changes import Changes, own, sorts
from rules_engine.hypotheses.scoring import Scoring
from rules_engine.hypotheses.tried_values import fields_tried, in_order
from rules_engine.model.sql_text import literal, quoted
from rules_engine.results.compute import attach_dataset, profile_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.compiler.rules import Rulebook
    from rules_engine.hypotheses.sensitivity_values import Act
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.dataset import Dataset
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import Column, TableSchema

KINDS: tuple[SubjectKind, ...] = ("village", "cadre")
EVERY_SORT = 20_000
"""Up to so many copies every sort of record is copied to everyone; above, one for each count."""
EVERY_RECORD = 2_000
"""Of a table with more records than this, one stands for those of a subject that count alike."""
AT_ONCE = 150_000
"""How many records are tried by one statement, about."""


class Tries:
    """What is tried, as the tables ``_tries`` and ``_effects``.

    ``_tries`` says of each trial what it is, ``_effects`` what a subject would have by it: ``low``
    and ``high`` in 1/10,000, signature, and the numbers of the lines that change. A subject of
    which nothing would change is not there.
    """

    def __init__(self, session: EngineSession, book: Rulebook, dataset: Dataset) -> None:
        """Lay the tables out."""
        self.session, self.book, self.dataset = session, book, dataset
        self.last = 0
        attach_dataset(dataset, session)
        for name, data in dataset.tables.items():
            data.attach(f"_own_{name}", session)
        session.run(f'CREATE OR REPLACE TABLE "_kept_out" AS SELECT * FROM "{QUARANTINED}"')
        session.run(
            "CREATE OR REPLACE TABLE _tries (try BIGINT, act VARCHAR, step INTEGER, "
            "tbl VARCHAR, rec VARCHAR, col VARCHAR, value VARCHAR, whom VARCHAR)"
        )
        session.run(
            "CREATE OR REPLACE TABLE _effects (try BIGINT, kind VARCHAR, subject_id VARCHAR, "
            "low INT128, high INT128, signature VARCHAR, lines INTEGER[])"
        )

    def try_records(self, table: TableSchema) -> None:
        """Try the records of a table."""
        countings = self._countings(table)
        if not countings:
            return
        changes = [Changes(self.session, counting) for counting in countings]
        for portion in self._portions(table, countings):
            self.number(" UNION ALL ".join(portion), "_tried")
            self.session.run(
                f"INSERT INTO _tries SELECT {TRY}, _act, 0, {literal(table.label)}, "
                "_rec, _col, _value, _whom FROM _tried"
            )
            for each in changes:
                each.work_out()
        for each in changes:
            if each.found:
                Scoring(self.session, self.book, each.counting).score(
                    grading.LINES_OF[each.counting.kind]
                )

    def _countings(self, table: TableSchema) -> list[Counting]:
        found = []
        for kind in KINDS:
            profile = profile_of(self.dataset, kind)
            if table.name in profile.nulls and self.book.of_subject(kind):
                counting = Counting(self.book, kind, table, profile.quarantined)
                found += [counting] if counting.rules else []
        return found

    def _portions(
        self, table: TableSchema, countings: Sequence[Counting]
    ) -> Iterator[Sequence[str]]:
        """Yield queries of what is tried, those together that one statement can well take."""
        portion: list[str] = []
        total = 0
        for query, rows in self._all(table, countings):
            if portion and total + rows > AT_ONCE:
                yield portion
                portion, total = [], 0
            portion.append(query)
            total += rows
        yield portion

    def _all(self, table: TableSchema, countings: Sequence[Counting]) -> Iterator[tuple[str, int]]:
        """Yield the queries of all that is tried, each with about how many rows it gives."""
        key, rows = quoted(table.key), self.dataset.tables[table.name].rows
        yield _tried("less", table, f"SELECT {key} AS _rec, * FROM {own(table)}"), rows
        for counting in countings:
            if counting.direct:
                yield self._more(counting)
        models = " UNION ".join(f"SELECT {TRY} FROM {sorts(c)}" for c in countings)
        self.session.run(
            f"CREATE OR REPLACE TABLE _models AS SELECT * FROM {own(table)} "
            f"WHERE {rows <= EVERY_RECORD} OR {key} IN ({models})"
        )
        rows = self._count("_models")
        for column, values, most in fields_tried(self.session, countings, own(table)):
            name = quoted(column.name)
            other = (
                f"SELECT DISTINCT {key} AS _rec, * REPLACE (_value AS {name}) FROM "
                f"(SELECT *, unnest({values}) AS _value FROM _models) "
                f"WHERE _value IS DISTINCT FROM {name}"
            )
            ordered = f"SELECT * FROM ({other}) WHERE {in_order(table)}"
            yield _tried("other", table, ordered, column), rows * most

    def _more(self, counting: Counting) -> tuple[str, int]:
        """Return the query of a record more for everybody, like those that there are.

        One of each sort; where that is too much, for each count the record that counts for it
        and else for least and for most.
        """
        table, kind = counting.table, counting.kind
        key, owner = quoted(table.key), quoted(f"{kind}_id")
        parts = [quoted(p.name) for p in counting.parts]
        one_each = f"SELECT min({TRY}) FROM {sorts(counting)} GROUP BY {', '.join(parts)}"
        subjects = self._count(quoted(grading.LINES_OF[kind]))
        rows = self._count(f"({one_each})") * subjects
        if rows > EVERY_SORT:
            counts = [f"({p} IS NOT NULL AND {p}::VARCHAR <> '0')" for p in parts]
            others = " + ".join(f"{c}::INTEGER" for c in counts)
            chosen = [
                f"arg_min({TRY}, ({sign}_others, {p}, {TRY})) FILTER ({c})"
                for p, c in zip(parts, counts, strict=True)
                for sign in ("", "-")
            ]
            one_each = (
                f"SELECT unnest([{', '.join(chosen)}]) FROM "
                f"(SELECT *, {others} AS _others FROM {sorts(counting)})"
            )
            rows = 2 * len(parts) * subjects
        copies = (
            f"SELECT o.{key} AS _rec, _whom, o.* REPLACE (o.{key} || '+' AS {key}, "
            f"_whom AS {owner}) FROM {own(table)} o "
            f'CROSS JOIN (SELECT subject_id AS _whom FROM "{grading.LINES_OF[kind]}") '
            f"WHERE o.{key} IN ({one_each}) AND o.{owner} IS NOT NULL"
        )
        return _tried("more", table, copies, whom=f"'{kind}:' || _whom"), rows

    def _count(self, table: str) -> int:
        return int(self.session.query(f"SELECT count(*) FROM {table}").column(0)[0].as_py())

    def number(self, query: str, table: str) -> None:
        """Lay out rows under the numbers of trials, as ``_try``."""
        self.session.run(
            f"CREATE OR REPLACE TABLE {table} AS "
            f"SELECT {self.last} + row_number() OVER () AS {TRY}, * FROM ({query})"
        )
        self.last += self._count(table)


def _tried(
    act: Act, table: TableSchema, records: str, column: Column | None = None, whom: str = "''"
) -> str:
    """Return the query of records that are tried, with what is told of each.

    Args:
        act: what is done to the records.
        table: their table.
        records: the query of the records as they would be, with ``_rec``, of which each comes.
        column: the one that holds something else.
        whom: for whom a record more is, as SQL: kind and id, with a colon between them.
    """
    columns = ", ".join(quoted(c.name) for c in table.columns)
    label, value = "''", "''"
    if column:
        label, value = literal(column.label), f"coalesce({quoted(column.name)}::VARCHAR, '')"
    return (
        f"(SELECT _rec, '{act}' AS _act, {label} AS _col, {value} AS _value, {whom} AS _whom, "
        f"{columns} FROM ({records}))"
    )
