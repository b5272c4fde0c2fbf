"""Tries every record: without it, with another like it, and with other values in its columns.

A rounding step of a total and a dispute that is won are tried too. Each try is a hypothesis: what
each record adds to the counts is laid out once, and a try changes the counts of all by it, in a
few statements for each table of records, however many are tried.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.conditions import numbers
from rules_engine.engines import written
from rules_engine.hypotheses.outcomes import Scoring, band_sql, note_effects, stored_indicators
from rules_engine.model.appeal import Adjustment
from rules_engine.model.judgement import UNKNOWN
from rules_engine.model.sql_text import literal, quoted
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan import grading
from rules_engine.plan.deltas import Counting
from rules_engine.plan.totals import BAND_SIGNS, SIGNS
from rules_engine.plan.world_column import WORLD
from rules_engine.run.compute import attach_dataset, profile_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rules_engine.hypotheses.sensitivity_values import Act
    from rules_engine.model.appeal import Appeal
    from rules_engine.model.dataset import Dataset
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import Column, TableSchema
    from rules_engine.plan.deltas import Part
    from rules_engine.plan.rules import Rulebook

EVERY_SORT = 20_000
"""Up to so many copies every sort of record is copied to everyone; above, one for each count."""
EVERY_RECORD = 2_000
"""Of a table with more records than this, one stands for those of a subject that count alike."""
AT_ONCE = 150_000
"""How many records are tried by one statement, about."""
MOST_VALUES = 12
"""A column with more values than this holds free text: it is tried empty and filled in."""
DAYS = ("date", "timestamp")


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
                f"INSERT INTO _tries SELECT {WORLD}, _act, 0, {literal(table.label)}, "
                "_rec, _col, _value, _whom FROM _tried"
            )
            for each in changes:
                each.work_out()
        for each in changes:
            if each.any_found:
                Scoring(self.session, self.book, each.counting).score()

    def _countings(self, table: TableSchema) -> list[Counting]:
        results = []
        for kind in SubjectKind:
            profile = profile_of(self.dataset, kind)
            if table.name in profile.nulls and self.book.of_subject(kind):
                counting = Counting(self.book, kind, table, profile.quarantined)
                results += [counting] if counting.adds_up else []
        return results

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
        models = " UNION ".join(f"SELECT {WORLD} FROM {sorts(c)}" for c in countings)
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
        one_each = f"SELECT min({WORLD}) FROM {sorts(counting)} GROUP BY {', '.join(parts)}"
        subjects = self._count(quoted(kind.lines))
        rows = self._count(f"({one_each})") * subjects
        if rows > EVERY_SORT:
            counts = [f"({p} IS NOT NULL AND {p}::VARCHAR <> '0')" for p in parts]
            others = " + ".join(f"{c}::INTEGER" for c in counts)
            chosen = [
                f"arg_min({WORLD}, ({sign}_others, {p}, {WORLD})) FILTER ({c})"
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
            f'CROSS JOIN (SELECT subject_id AS _whom FROM "{kind.lines}") '
            f"WHERE o.{key} IN ({one_each}) AND o.{owner} IS NOT NULL"
        )
        return _tried("more", table, copies, whom=f"'{kind}:' || _whom"), rows

    def _count(self, table: str) -> int:
        return int(self.session.query(f"SELECT count(*) FROM {table}").column(0)[0].as_py())

    def number(self, query: str, table: str) -> None:
        """Lay out rows under the numbers of trials, as worlds."""
        self.session.run(
            f"CREATE OR REPLACE TABLE {table} AS "
            f"SELECT {self.last} + row_number() OVER () AS {WORLD}, * FROM ({query})"
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


def own(table: TableSchema) -> str:
    """Return the name under which the records of the run are readable."""
    return quoted(f"_own_{table.name}")


def sorts(counting: Counting) -> str:
    """Return the table that has, by subject, one record of those that count alike."""
    return f"_sorts_{counting.kind}"


class Changes:
    """What subjects would be counted for by what stands in ``_tried``, as ``_changed_…``."""

    def __init__(self, session: EngineSession, counting: Counting) -> None:
        """Lay out what each record adds, what all add together, and the two that are best."""
        self.session, self.counting, self.any_found = session, counting, False
        kind, table = counting.kind, counting.table
        self.of_each = " UNION ALL BY NAME ".join(
            f"({written(select)})" for select in counting.of_each()
        )
        values = f"(SELECT *, {quoted(table.key)} AS {WORLD} FROM {own(table)})"
        session.run(f"CREATE OR REPLACE TABLE _records_{kind} AS {self._each(values)}")
        sums = ", ".join(
            f"{p.best}({quoted(p.name)}, 2) AS {quoted(p.name)}"
            if p.best
            else f"sum(coalesce({quoted(p.name)}, 0))::BIGINT AS {quoted(p.name)}"
            for p in counting.parts
        )
        session.run(
            f"CREATE OR REPLACE TABLE _sums_{kind} AS SELECT subject_id, {sums} "
            f"FROM _records_{kind} GROUP BY subject_id"
        )
        parts = ", ".join(quoted(p.name) for p in counting.parts)
        session.run(
            f"CREATE OR REPLACE TABLE {sorts(counting)} AS SELECT min({WORLD}) AS {WORLD}, {parts} "
            f"FROM _records_{kind} GROUP BY subject_id, {parts}"
        )

    def _each(self, inner: str) -> str:
        """Return the query of what each of some records adds, one row a record and subject."""
        counting = self.counting
        names = [quoted(p.name) for p in counting.parts]
        records = f"WITH {quoted(counting.table.name)} AS (SELECT * FROM {inner}) "
        if len(counting.sources) == 1:  # then there is one row already
            return f"{records}SELECT * FROM ({self.of_each}) WHERE subject_id IS NOT NULL"
        columns = ", ".join(f"max({n}) AS {n}" for n in names)
        return (
            f"{records}SELECT {WORLD}, subject_id, {columns} FROM ({self.of_each}) "
            f"WHERE subject_id IS NOT NULL GROUP BY {WORLD}, subject_id"
        )

    def work_out(self) -> None:
        """Take what is tried now: a record that goes, comes, or is replaced."""
        kind, parts = self.counting.kind, self.counting.parts
        names = [quoted(p.name) for p in parts]
        minus = ", ".join(
            f"r.{n}" if p.best else f"-r.{n} AS {n}" for p, n in zip(parts, names, strict=True)
        )
        values = (
            f"SELECT g.{WORLD}, r.subject_id, true AS _gone, {minus} FROM _tried g "
            f"JOIN _records_{kind} r ON r.{WORLD} = g._rec WHERE g._act <> 'more' UNION ALL "
            f"SELECT {WORLD}, subject_id, false AS _gone, {', '.join(names)} "
            f"FROM ({self._each('''_tried WHERE _act <> 'less' ''')})"
        )
        delta, now, differs = zip(*map(_change_of, parts), strict=True)
        query = (
            f"SELECT subject_id, {', '.join(names)}, list({WORLD}) AS tries FROM "
            f"(SELECT d.{WORLD}, d.subject_id, {', '.join(now)} FROM "
            f"(SELECT {WORLD}, subject_id, {', '.join(delta)} FROM ({values}) "
            f"GROUP BY {WORLD}, subject_id) d "
            f"LEFT JOIN _sums_{kind} s ON s.subject_id = d.subject_id "
            f"WHERE {' OR '.join(differs)}) GROUP BY subject_id, {', '.join(names)}"
        )
        stored = f"_changed_{kind}"
        self.session.run(
            f"INSERT INTO {stored} {query}"
            if self.any_found
            else f"CREATE OR REPLACE TABLE {stored} AS {query}"
        )
        self.any_found = True


def _change_of(part: Part) -> tuple[str, str, str]:
    """Return of a part by how much it changes, what it is then, and whether that differs."""
    n = quoted(part.name)
    if not part.best:
        change = f"sum(coalesce({n}, 0))::BIGINT AS {n}"
        return change, f"coalesce(s.{n}, 0) + d.{n} AS {n}", f"d.{n} <> 0"
    went, came = quoted(f"{part.name}__went"), quoted(f"{part.name}__came")
    change = f"any_value({n}) FILTER (_gone) AS {went}, any_value({n}) FILTER (NOT _gone) AS {came}"
    others = f"CASE WHEN d.{went} = s.{n}[1] THEN s.{n}[2] ELSE s.{n}[1] END"
    pick = "greatest" if part.best == "max" else "least"
    now = f"{pick}(coalesce({others}, d.{came}), coalesce(d.{came}, {others})) AS {n}"
    return change, now, f"d.{went} IS DISTINCT FROM d.{came}"


def fields_tried(
    session: EngineSession, countings: Sequence[Counting], records: str
) -> Iterator[tuple[Column, str, int]]:
    """Yield the columns that are tried with other values, a list of these as SQL, how many.

    The list is worked out for each record: what the record holds itself is among it.

    Args:
        session: where the records are.
        countings: what is counted of the table.
        records: the name under which the records are readable.
    """
    table = countings[0].table
    used = {column.name: column for counting in countings for column in counting.used()}
    needed = frozenset().union(*(counting.must_be_known() for counting in countings))
    owners = {f"{counting.kind}_id" for counting in countings if counting.direct}
    for name, column in used.items():
        if name in owners or name in (table.key, table.period):
            continue
        values = list(_values(session, table, column, records))
        if not column.required and (column.event or name not in needed):
            values.append("NULL")
        if values:
            arguments = ", ".join(f"CAST({v} AS {_type(column)})" for v in values)
            yield column, f"[{arguments}]", len(values)


def in_order(table: TableSchema) -> str:
    """Return the condition that the days of a record come in order, as intake asks for it."""
    pairs = (f"coalesce({quoted(o.earlier)} <= {quoted(o.later)}, true)" for o in table.orders)
    return " AND ".join(pairs) or "true"


def _values(
    session: EngineSession, table: TableSchema, column: Column, records: str
) -> Iterator[str]:
    name = quoted(column.name)
    if column.type == "boolean":
        yield from ("true", "false")
    elif column.type in DAYS:
        for other in table.columns:
            if other.type in DAYS and other.name != column.name:
                yield f"coalesce({quoted(other.name)}, {name})"
                yield f"coalesce({quoted(other.name)} + INTERVAL 1 DAY, {name})"
    elif column.values and len(column.values) <= MOST_VALUES:
        yield from map(literal, column.values)
    else:
        rows = session.query(
            f"SELECT min({name})::VARCHAR AS low, max({name})::VARCHAR AS high, "
            f"count(DISTINCT {name}) AS n FROM {records}"
        ).to_pylist()[0]
        if rows["low"] is None:
            return
        if column.type != "text":
            yield from dict.fromkeys((rows["low"], rows["high"]))
        elif rows["n"] <= MOST_VALUES and not column.refers:
            results = session.query(f"SELECT DISTINCT {name} AS v FROM {records} ORDER BY 1")
            yield from (literal(v) for v in results.column(0).to_pylist() if v is not None)
        else:
            yield f"coalesce({name}, {literal(rows['low'])})"


def _type(column: Column) -> str:
    types = {
        "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP", "integer": "BIGINT",
        "decimal": "DECIMAL(18, 4)", "text": "VARCHAR",
    }  # fmt: skip
    return types[column.type]


def try_rounding(tries: Tries) -> None:
    """Try each total one rounding step up and down."""
    book, session = tries.book, tries.session
    unit = 10 ** (numbers.POINTS - book.ruleset.document.rounding.places)
    villages = f"SELECT 'village' AS kind, subject_id, low, high, signature FROM {grading.LINES}"
    cadres = f"SELECT 'total', subject_id, low, high, '' FROM {grading.CADRE_RESULTS}"
    subjects = (
        f"{villages} UNION ALL {cadres}" if book.ruleset.document.responsibility else villages
    )
    tries.number(
        f"SELECT kind, subject_id, low + step * {unit} AS low, high + step * {unit} AS high, "
        f"signature, step FROM ({subjects}) CROSS JOIN (SELECT unnest([1, -1]) AS step)",
        "_rounded",
    )
    session.run(
        f"INSERT INTO _tries SELECT {WORLD}, 'rounding', step, '', '', '', '', '' FROM _rounded"
    )
    session.run(
        f"INSERT INTO _effects SELECT {WORLD}, kind, subject_id, low, high, "
        f"{_signature(tries)}, [] FROM _rounded"
    )


def _signature(tries: Tries) -> str:
    """Return the signature with the grade band of another total, as SQL."""
    book = tries.book
    place = next((n for n, f in enumerate(book.scored_facts, 1) if f.name == "band"), None)
    if place is None:
        return "signature"
    low, high = (band_sql(book, column) for column in ("low", "high"))
    signs = f"'{BAND_SIGNS}'[{low} + 1]"
    sign = f"CASE WHEN {low} = {high} THEN {signs} ELSE '{SIGNS[UNKNOWN]}' END"
    return (
        f"CASE WHEN kind <> 'village' THEN '' ELSE left(signature, {place - 1}) || ({sign}) || "
        f"substr(signature, {place + 1}) END"
    )


def try_disputes(tries: Tries, disputes: Iterable[Appeal]) -> None:
    """Try each open appeal as won whole: the line gives the subject all that it can."""
    book, session = tries.book, tries.session
    for appeal in disputes:
        number, rule = next(
            ((n, r) for n, r in enumerate(book.criteria) if r.id == appeal.criterion), (0, None)
        )
        if rule is None:
            continue
        kind = rule.section.subject
        won = Adjustment(appeal.number, kind, appeal.subject, rule.id, rule.most - rule.least, "")
        decided = replace(book, adjustments=(*book.adjustments, won))
        base = stored_indicators(session, book, kind)
        session.run(
            f"CREATE OR REPLACE TABLE _given AS SELECT 1 AS {WORLD}, * FROM ({base}) "
            f"WHERE subject_id = {literal(appeal.subject)}"
        )
        tries.number("SELECT 1", "_dispute")
        session.run(
            f"INSERT INTO _tries VALUES ({tries.last}, 'dispute', 0, '', "
            f"{literal(str(appeal.number))}, '', '', '')"
        )
        alone = f"(SELECT 1 AS {WORLD}, {tries.last}::BIGINT AS try)"
        note_effects(session, decided, kind, "_given", alone)
        session.run(f"UPDATE _effects SET lines = [{number}] WHERE try = {tries.last}")
