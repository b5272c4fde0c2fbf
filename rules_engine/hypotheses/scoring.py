"""Works out by the plan of the run what subjects would have with other counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.compiler.measuring import QUARANTINED
from rules_engine.compiler.plan import hypothetical_table_plan
from rules_engine.compiler.trying import placing_columns
from rules_engine.engines import DIALECT
from rules_engine.model.sql_text import literal, quoted
from rules_engine.results.explain import indicator_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.compiler.rules import Rulebook
    from rules_engine.compiler.trying import Counting
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.plugin import EngineSession

AT_ONCE = 200_000
"""How many subjects are scored by one statement, about."""


class Scoring:
    """Scores the changed counts of one table's records, for one kind of subject."""

    def __init__(self, session: EngineSession, book: Rulebook, counting: Counting) -> None:
        """Take what was counted."""
        self.session, self.book, self.counting = session, book, counting

    def score(self, lines: str) -> None:
        """Score what stands in ``_changed_…`` and note what differs from the run.

        Args:
            lines: the table of the run's score lines.
        """
        kind = self.counting.kind
        parts = ", ".join(quoted(p.name) for p in self.counting.parts)
        self.session.run(
            "CREATE OR REPLACE TABLE _distinct AS SELECT (row_number() OVER ())::VARCHAR AS _row, *"
            f" FROM (SELECT subject_id, {parts}, flatten(list(tries)) AS tries "
            f"FROM _changed_{kind} GROUP BY subject_id, {parts})"
        )
        base = indicators_held(self.session, self.book, kind, lines)
        columns = ", ".join(f"n.{quoted(c)} AS {quoted(c)}" for c in self.counting.columns)
        self.session.run(
            f"CREATE OR REPLACE TABLE _given AS SELECT d._row, b.* REPLACE ({columns}) "
            f"FROM _distinct d JOIN ({self._indicators()}) n ON n.subject_id = d._row "
            f"JOIN ({base}) b ON b.subject_id = d.subject_id"
        )
        self.session.run(
            "CREATE OR REPLACE TABLE _lists (list BIGINT, rows VARCHAR[], tries BIGINT[])"
        )
        places = placing_columns(self.book, kind)
        if places:
            self._score_lists([p.sql(DIALECT) for p in places], base, lines)
        one_by_one = (
            "(SELECT _row, try FROM (SELECT _row, unnest(tries) AS try FROM _distinct) "
            "WHERE try NOT IN (SELECT unnest(tries) FROM _lists))"
        )
        self._note("_given", lines, one_by_one)

    def _indicators(self) -> str:
        """Return the query of the indicators that go by the counts, a row for each ``_row``."""
        counting = self.counting
        table = counting.subject_table
        key = quoted(table.key)
        steps = [
            f"{quoted(table.name)} AS (SELECT v.* REPLACE (d._row AS {key}) "
            f"FROM {quoted('_own_' + table.name)} v JOIN _distinct d ON d.subject_id = v.{key})",
            f'"{QUARANTINED}" AS (SELECT q.* REPLACE (d._row AS subject_id) '
            f"FROM _kept_out q JOIN _distinct d ON d.subject_id = q.subject_id "
            f"WHERE q.kind = {literal(counting.kind)})",
        ]
        for source in counting.sources:
            parts = ", ".join(quoted(p.name) for p in counting.parts if p.source == source)
            steps.append(
                f"{quoted('agg_' + source)} AS (SELECT _row AS subject_id, {parts} FROM _distinct)"
            )
        plan = counting.indicators().sql(DIALECT, copy=False)
        return f"WITH {', '.join(steps)} SELECT * FROM ({plan})"

    def _score_lists(self, places: Sequence[str], base: str, lines: str) -> None:
        """Score whole lists where a place among others, by which lines go, can change."""
        session = self.session
        held, names = ", ".join(places), ", ".join(f"p{n}" for n in range(len(places)))
        session.run(
            "CREATE OR REPLACE TABLE _placed AS SELECT g._row FROM "
            f"(SELECT _row, subject_id, ({names}) AS p FROM (SELECT *, {held} FROM _given)) g "
            f"JOIN (SELECT subject_id, ({names}) AS p FROM (SELECT *, {held} FROM ({base}))) b "
            "ON b.subject_id = g.subject_id WHERE g.p IS DISTINCT FROM b.p"
        )
        session.run(
            "INSERT INTO _lists SELECT row_number() OVER (), rows, list(try) FROM "
            "(SELECT try, list_sort(list(_row)) AS rows FROM "
            "(SELECT _row, unnest(tries) AS try FROM _distinct) GROUP BY try "
            "HAVING bool_or(_row IN (SELECT _row FROM _placed))) GROUP BY rows"
        )
        count, size = (
            int(session.query(f"SELECT count(*) FROM {t}").column(0)[0].as_py())
            for t in ("_lists", quoted(lines))
        )
        names_given = session.query("SELECT * FROM _given LIMIT 0").schema.names
        kept = ", ".join(quoted(n) for n in names_given if not n.startswith("r__"))
        step = max(1, AT_ONCE // max(1, size))
        for start in range(1, count + 1, step):
            session.run(
                "CREATE OR REPLACE TABLE _listed AS SELECT list::VARCHAR AS _list, g.* FROM "
                "(SELECT list, unnest(rows) AS _row FROM _lists "
                f"WHERE list BETWEEN {start} AND {start + step - 1}) JOIN _given g USING (_row)"
            )
            apart = f"REPLACE (_list || chr({APART}) || grp AS grp)"
            session.run(
                f"CREATE OR REPLACE TABLE _whole AS SELECT {kept} FROM ("
                f"SELECT _list AS _row, * EXCLUDE (_list, _row) {apart} FROM _listed "
                "UNION ALL SELECT i._list AS _row, b.* "
                f"REPLACE (i._list || chr({APART}) || b.grp AS grp) "
                f"FROM (SELECT DISTINCT _list, grp FROM _listed) i JOIN ({base}) b USING (grp) "
                "ANTI JOIN _listed x ON x._list = i._list AND x.subject_id = b.subject_id)"
            )
            all_of_them = "(SELECT list::VARCHAR AS _row, unnest(tries) AS try FROM _lists)"
            self._note("_whole", lines, all_of_them, placed=True)

    def _note(self, table: str, lines: str, tries: str, *, placed: bool = False) -> None:
        """Score the subjects in a table, and note those who would have something else."""
        note_effects(
            self.session, self.book, self.counting.kind, table, lines, tries, placed=placed
        )


APART = 31
"""A sign that no name has: it stands between the number of a list and the name of a group."""


def note_effects(
    session: EngineSession,
    book: Rulebook,
    kind: SubjectKind,
    table: str,
    lines: str,
    tries: str,
    *,
    placed: bool = False,
) -> None:
    """Score hypothetical subjects and put those into ``_effects`` who would have something else.

    Args:
        session: where the tables are.
        book: the rules to score by.
        kind: what the subjects are.
        table: the subjects' indicators, each row with a name, ``_row``.
        lines: the table of the run's score lines.
        tries: which trials, ``try``, a ``_row`` stands for.
        placed: whether the table has whole lists.
    """
    plan = hypothetical_table_plan(book, kind, table, "_row", placed=placed)
    names = ("low", "high", "signature") if kind == "village" else ("low", "high")
    differs = " OR ".join(f"s.{n} IS DISTINCT FROM l.{n}" for n in names)
    changed = []
    for number, rule in enumerate(book.criteria):
        if rule.section.subject == kind:
            columns = [f"{rule.id}__points", *([f"{rule.id}__veto"] if rule.veto else [])]
            other = " OR ".join(f"s.{quoted(c)} IS DISTINCT FROM l.{quoted(c)}" for c in columns)
            changed.append(f"CASE WHEN {other} THEN {number} END")
    session.run(
        f"INSERT INTO _effects SELECT t.try, {literal(kind)}, s.subject_id, s.low, s.high, "
        f"{'s.signature' if kind == 'village' else literal('')}, "
        f"list_distinct([{', '.join(changed)}]) FROM ({plan.sql(DIALECT, copy=False)}) s "
        f"JOIN {tries} t ON t._row = s._row "
        f"JOIN {quoted(lines)} l ON l.subject_id = s.subject_id WHERE {differs}"
    )


def indicators_held(session: EngineSession, book: Rulebook, kind: SubjectKind, lines: str) -> str:
    """Return the query of what the run knew of each subject before anything was scored."""
    held = session.query(f"SELECT * FROM {quoted(lines)} LIMIT 0").schema.names
    names = indicator_columns(book, kind, held)
    return f"SELECT {', '.join(map(quoted, names))} FROM {quoted(lines)}"
