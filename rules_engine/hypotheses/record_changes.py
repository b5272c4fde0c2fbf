"""Works out from what single records add what subjects would be counted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.compiler.trying import TRY
from rules_engine.engines import written
from rules_engine.model.sql_text import quoted

if TYPE_CHECKING:
    from rules_engine.compiler.trying import Counting, Part
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import TableSchema


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
        self.session, self.counting, self.found = session, counting, False
        kind, table = counting.kind, counting.table
        self.of_each = " UNION ALL BY NAME ".join(
            f"({written(select)})" for select in counting.of_each()
        )
        given = f"(SELECT *, {quoted(table.key)} AS {TRY} FROM {own(table)})"
        session.run(f"CREATE OR REPLACE TABLE _records_{kind} AS {self._each(given)}")
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
            f"CREATE OR REPLACE TABLE {sorts(counting)} AS SELECT min({TRY}) AS {TRY}, {parts} "
            f"FROM _records_{kind} GROUP BY subject_id, {parts}"
        )

    def _each(self, given: str) -> str:
        """Return the query of what each of some records adds, one row a record and subject."""
        counting = self.counting
        names = [quoted(p.name) for p in counting.parts]
        records = f"WITH {quoted(counting.table.name)} AS (SELECT * FROM {given}) "
        if len(counting.sources) == 1:  # then there is one row already
            return f"{records}SELECT * FROM ({self.of_each}) WHERE subject_id IS NOT NULL"
        columns = ", ".join(f"max({n}) AS {n}" for n in names)
        return (
            f"{records}SELECT {TRY}, subject_id, {columns} FROM ({self.of_each}) "
            f"WHERE subject_id IS NOT NULL GROUP BY {TRY}, subject_id"
        )

    def work_out(self) -> None:
        """Take what is tried now: a record that goes, comes, or is replaced."""
        kind, parts = self.counting.kind, self.counting.parts
        names = [quoted(p.name) for p in parts]
        minus = ", ".join(
            f"r.{n}" if p.best else f"-r.{n} AS {n}" for p, n in zip(parts, names, strict=True)
        )
        given = (
            f"SELECT g.{TRY}, r.subject_id, true AS _gone, {minus} FROM _tried g "
            f"JOIN _records_{kind} r ON r.{TRY} = g._rec WHERE g._act <> 'more' UNION ALL "
            f"SELECT {TRY}, subject_id, false AS _gone, {', '.join(names)} "
            f"FROM ({self._each('''_tried WHERE _act <> 'less' ''')})"
        )
        delta, now, differs = zip(*map(_change_of, parts), strict=True)
        query = (
            f"SELECT subject_id, {', '.join(names)}, list({TRY}) AS tries FROM "
            f"(SELECT d.{TRY}, d.subject_id, {', '.join(now)} FROM "
            f"(SELECT {TRY}, subject_id, {', '.join(delta)} FROM ({given}) "
            f"GROUP BY {TRY}, subject_id) d "
            f"LEFT JOIN _sums_{kind} s ON s.subject_id = d.subject_id "
            f"WHERE {' OR '.join(differs)}) GROUP BY subject_id, {', '.join(names)}"
        )
        held = f"_changed_{kind}"
        self.session.run(
            f"INSERT INTO {held} {query}"
            if self.found
            else f"CREATE OR REPLACE TABLE {held} AS {query}"
        )
        self.found = True


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
