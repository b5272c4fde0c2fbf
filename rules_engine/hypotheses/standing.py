"""Ranks and grades whole lists again, as the run does, with what one subject would have."""

from __future__ import annotations

import itertools
from contextlib import closing
from typing import TYPE_CHECKING

from rules_engine.compiler import grading
from rules_engine.compiler.totals import read_signature
from rules_engine.conditions import numbers
from rules_engine.engines import DIALECT
from rules_engine.hypotheses.scoring import APART
from rules_engine.judgement.durable_adapter import Judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.compiler.rules import Rulebook
    from rules_engine.judgement.durable_adapter import Trace
    from rules_engine.model.plugin import EngineSession

AT_ONCE = 400_000
"""How many rows are ranked by one statement, about."""
STOOD = (
    "(list BIGINT, subject_id VARCHAR, rank BIGINT, tied BIGINT, grade BIGINT, low BIGINT, "
    "high BIGINT, own BOOLEAN)"
)
JUDGED = "_judged_all"
ENDS = ("low", "high")


def band_sql(book: Rulebook, column: str) -> str:
    """Return the number of the grade that a total reaches, as SQL."""
    bounds = [
        numbers.reached(g.from_, numbers.POINTS) for g in book.ruleset.document.grades.values()
    ]
    branches = [f"WHEN {column} >= {bound} THEN {n}" for n, bound in enumerate(bounds[:-1])]
    return f"(CASE {' '.join(branches)} ELSE {len(branches)} END)" if branches else "0"


class Standing:
    """Lays out what follows from ``_effects``.

    ``_worlds`` tells the different things that can come of a trial, ``_of_try`` which comes of
    each; ``_village_stood`` and ``_cadre_stood`` who would stand where in it, of all who would
    have another place or grade, and of those whose own score or facts change (``own``). A village
    list is shared by worlds that differ for cadres only: ``_worlds.list`` names it.
    """

    def __init__(self, session: EngineSession, book: Rulebook) -> None:
        """Take the session in which the effects are."""
        self.session, self.book = session, book
        self.traces: dict[str, Trace] = {}

    def stand(self) -> None:
        """Rank and grade."""
        self._tell_apart()
        self._judge()
        self._villages()
        self.session.run(f"CREATE OR REPLACE TABLE _cadre_stood {STOOD}")
        if self.book.ruleset.document.responsibility:
            self._cadres()

    def _tell_apart(self) -> None:
        """Number the different outcomes, and the sets of them that come of one trial."""
        run = self.session.run
        run(
            "CREATE OR REPLACE TABLE _outcomes AS SELECT row_number() OVER () AS oid, * FROM "
            "(SELECT DISTINCT kind, subject_id, low, high, signature FROM _effects)"
        )
        run(
            "CREATE OR REPLACE TABLE _sets AS SELECT try, list_sort(list(DISTINCT oid)) AS oids, "
            "list_sort(list(DISTINCT oid) FILTER (kind = 'village')) AS village_oids, "
            "list_sort(list_distinct(flatten(list(lines)))) AS lines FROM _effects "
            "JOIN _outcomes USING (kind, subject_id, low, high, signature) GROUP BY try"
        )
        run(
            "CREATE OR REPLACE TABLE _worlds AS SELECT row_number() OVER () AS world, oids, "
            "CASE WHEN village_oids IS NOT NULL THEN dense_rank() OVER (ORDER BY village_oids) END "
            "AS list FROM (SELECT DISTINCT oids, village_oids FROM _sets)"
        )
        run(
            "CREATE OR REPLACE TABLE _of_try AS "
            "SELECT try, world, lines FROM _sets JOIN _worlds USING (oids)"
        )
        run(
            "CREATE OR REPLACE TABLE _village_own AS SELECT DISTINCT list, subject_id, l.grp, "
            "o.low, o.high, o.signature FROM (SELECT list, unnest(oids) AS oid FROM _worlds) "
            f'JOIN _outcomes o USING (oid) JOIN "{grading.LINES}" l USING (subject_id) '
            "WHERE o.kind = 'village'"
        )

    def _judge(self) -> None:
        """Judge the signatures that the run did not have, and lay out what follows from all."""
        import pyarrow as pa

        found = self.session.query(
            f"SELECT DISTINCT signature FROM _village_own UNION "
            f'SELECT signature FROM "{grading.LINES}"'
        )
        document = self.book.ruleset.document
        signatures = found.column(0).to_pylist()
        with closing(Judge(self.book.judgement)) as judge:
            own = {s: judge.judge(read_signature(s, self.book.facts)) for s in signatures}
        self.traces |= own
        rows: list[dict[str, object]] = []
        for signature, trace in own.items():
            names = [name for name, _ in trace]
            follows = grading.effects(names, document.consequences, list(document.grades))
            rows.append({"text": signature, "signature": len(rows), **follows})
        self.session.register("_judged_rows", pa.Table.from_pylist(rows))
        self.session.run(f"CREATE OR REPLACE TABLE {JUDGED} AS SELECT * FROM _judged_rows")
        self.session.run(
            f"CREATE OR REPLACE TABLE _held AS SELECT l.subject_id, l.grp, l.low, l.high, "
            f'j.signature FROM "{grading.LINES}" l JOIN {JUDGED} j ON j.text = l.signature'
        )
        self.session.run(
            "CREATE OR REPLACE TABLE _other AS SELECT dense_rank() OVER (ORDER BY list, grp) AS n, "
            "o.* REPLACE (j.signature AS signature), j.zero, j.last, j.steps, j.at_best "
            f"FROM _village_own o JOIN {JUDGED} j ON j.text = o.signature"
        )

    def _leave_out(self) -> None:
        """Leave out the lists in which nobody can move.

        That is where the same follows for the village, its total is in the same band, and no
        other of its group has a total from the old to the new one, both included: then who is
        above, beside and below it stays, and with that all places and all that quotas go by.
        """
        zeroed = ", ".join(f"CASE WHEN o.zero = 1 THEN 0 ELSE o.{n} END AS {n}" for n in ENDS)
        same_band = " AND ".join(
            f"{band_sql(self.book, f'o.{n}')} = {band_sql(self.book, f'r.{n}')}" for n in ENDS
        )
        self.session.run(
            "CREATE OR REPLACE TABLE _still AS SELECT o.n, o.list, o.subject_id, r.rank, r.tied, "
            f"r.grade, o.low, o.high FROM (SELECT o.* REPLACE ({zeroed}) FROM _other o) o "
            f'JOIN "{grading.RESULTS}" r ON r.subject_id = o.subject_id '
            f"JOIN {JUDGED} j ON j.text = r.signature "
            "WHERE (o.zero, o.last, o.steps, o.at_best) = (j.zero, j.last, j.steps, j.at_best) "
            f"AND {same_band} AND (SELECT count(*) FROM _other x WHERE x.n = o.n) = 1 "
            f'AND NOT EXISTS (SELECT 1 FROM "{grading.RESULTS}" x WHERE x.grp = r.grp '
            "AND x.last = r.last AND x.subject_id <> r.subject_id "
            "AND x.low BETWEEN least(o.low, r.low) AND greatest(o.low, r.low))"
        )
        self.session.run("INSERT INTO _village_stood SELECT * EXCLUDE (n), true FROM _still")
        self.session.run("DELETE FROM _other WHERE n IN (SELECT n FROM _still)")

    def _villages(self) -> None:
        run = self.session.run
        run(f"CREATE OR REPLACE TABLE _village_stood {STOOD}")
        self._leave_out()
        plan = grading.grading_plan(self.book, "_stack", JUDGED).sql(DIALECT, copy=False)
        size = (
            "SELECT o.n, count(*) FROM (SELECT DISTINCT n, grp FROM _other) o "
            "JOIN _held USING (grp) GROUP BY o.n ORDER BY o.n"
        )
        for first, last in self._portions(size):
            run(
                "CREATE OR REPLACE TABLE _stack AS SELECT l.subject_id, '' AS name, g.n AS grp, "
                "coalesce(c.low, l.low) AS low, coalesce(c.high, l.high) AS high, "
                "coalesce(c.signature, l.signature) AS signature FROM "
                f"(SELECT DISTINCT n, grp FROM _other WHERE n BETWEEN {first} AND {last}) g "
                "JOIN _held l USING (grp) "
                "LEFT JOIN _other c ON c.n = g.n AND c.subject_id = l.subject_id"
            )
            run(
                "INSERT INTO _village_stood SELECT g.list, n.subject_id, n.rank, n.tied, n.grade, "
                "n.low, n.high, o.subject_id IS NOT NULL "
                f"FROM ({plan}) n JOIN (SELECT DISTINCT n, list FROM _other) g ON g.n = n.grp "
                f'JOIN "{grading.RESULTS}" r ON r.subject_id = n.subject_id '
                "LEFT JOIN _other o ON o.n = n.grp AND o.subject_id = n.subject_id "
                "WHERE o.subject_id IS NOT NULL OR n.rank <> r.rank "
                "OR n.grade IS DISTINCT FROM r.grade"
            )

    def _portions(self, sizes: str) -> Iterator[tuple[int, int]]:
        """Yield the first and last number of lists that are ranked together."""
        rows = self.session.query(sizes)
        numbers, counts = (rows.column(n).to_pylist() for n in (0, 1))
        portions = (total // AT_ONCE for total in itertools.accumulate(counts))
        for _, group in itertools.groupby(zip(portions, numbers, strict=True), lambda x: x[0]):
            held = [number for _, number in group]
            yield held[0], held[-1]

    def _cadres(self) -> None:
        """Carry over what changes, and rank cadres again.

        Of the list only those are ranked who lie between an old and a new score: from such a span
        nobody leaves, so all above it stay above, whatever they change in it among themselves.
        """
        run = self.session.run
        run(
            "CREATE OR REPLACE TABLE _village_new AS SELECT w.world, s.subject_id, s.low, s.high "
            "FROM _worlds w JOIN _village_stood s ON s.list = w.list "
            f'JOIN "{grading.RESULTS}" r ON r.subject_id = s.subject_id '
            "WHERE s.low <> r.low OR s.high <> r.high"
        )
        run(
            "CREATE OR REPLACE TABLE _own_new AS SELECT w.world, o.* FROM "
            "(SELECT world, unnest(oids) AS oid FROM _worlds) w JOIN _outcomes o USING (oid) "
            "WHERE kind <> 'village'"
        )
        run(
            "CREATE OR REPLACE TABLE _touched AS SELECT DISTINCT v.world, s.cadre_id "
            "FROM _village_new v JOIN _shares s ON s.village_id = v.subject_id "
            "UNION SELECT world, subject_id FROM _own_new WHERE kind = 'cadre'"
        )
        marked = f"t.world || chr({APART}) || t.cadre_id"
        scores = grading.cadre_scores_plan(self.book, "_shares").sql(DIALECT, copy=False)
        run(
            "CREATE OR REPLACE TABLE _cadre_new AS WITH _shares AS (SELECT s.* REPLACE "
            f"({marked} AS cadre_id, coalesce(v.low, s.village_low) AS village_low, "
            "coalesce(v.high, s.village_high) AS village_high) FROM _touched t "
            "JOIN memory.main._shares s USING (cadre_id) LEFT JOIN _village_new v "
            "ON v.world = t.world AND v.subject_id = s.village_id), "
            f"cadres AS (SELECT k.* REPLACE ({marked} AS cadre_id) FROM _touched t "
            "JOIN _own_cadres k USING (cadre_id)), "
            f'"{grading.CADRE_LINES}" AS (SELECT {marked} AS subject_id, '
            "coalesce(n.low, o.low) AS low, coalesce(n.high, o.high) AS high FROM _touched t "
            f'JOIN memory.main."{grading.CADRE_LINES}" o ON o.subject_id = t.cadre_id '
            "LEFT JOIN _own_new n ON n.world = t.world AND n.subject_id = t.cadre_id "
            "AND n.kind = 'cadre') "
            f"SELECT split_part(subject_id, chr({APART}), 1)::BIGINT AS world, "
            f"split_part(subject_id, chr({APART}), 2) AS subject_id, low, high FROM ({scores})"
        )
        run(
            "INSERT INTO _cadre_new SELECT world, subject_id, low, high FROM _own_new "
            "WHERE kind = 'total'"
        )
        run(
            "CREATE OR REPLACE TABLE _reach AS WITH spans AS (SELECT world, "
            "least(n.low, r.low) AS least, greatest(n.low, r.low) AS most "
            "FROM _cadre_new n JOIN _cadre_results r USING (subject_id) "
            "WHERE n.low <> r.low OR n.high <> r.high), "
            "apart AS (SELECT *, least > max(most) OVER (PARTITION BY world ORDER BY least, most "
            "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS new FROM spans), "
            "numbered AS (SELECT *, count(*) FILTER (new IS NOT FALSE) "
            "OVER (ORDER BY world, least, most) AS span FROM apart) "
            "SELECT span, world, min(least) AS least, max(most) AS most FROM numbered "
            "GROUP BY span, world"
        )
        size = (
            "SELECT span, count(*) FROM _reach x JOIN _cadre_results r "
            "ON r.low BETWEEN x.least AND x.most GROUP BY span ORDER BY span"
        )
        plan = grading.cadre_grading_plan(self.book, "_ranked").sql(DIALECT, copy=False)
        for first, last in self._portions(size):
            run(
                "CREATE OR REPLACE TABLE _ranked AS SELECT r.subject_id, '' AS name, '' AS post, "
                "x.span AS grp, 0 AS last, 1 AS n, coalesce(n.low, r.low) AS low, "
                "coalesce(n.high, r.high) AS high, r.rank AS held FROM _reach x "
                "JOIN _cadre_results r ON r.low BETWEEN x.least AND x.most LEFT JOIN _cadre_new n "
                "ON n.world = x.world AND n.subject_id = r.subject_id "
                f"WHERE x.span BETWEEN {first} AND {last}"
            )
            run(
                "INSERT INTO _cadre_stood SELECT x.world, n.subject_id, n.rank + a.above, "
                "n.tied, n.grade, n.low, n.high, o.subject_id IS NOT NULL "
                f"FROM ({plan}) n JOIN _reach x ON x.span = n.grp "
                "JOIN (SELECT grp, min(held) - 1 AS above FROM _ranked GROUP BY grp) a USING (grp) "
                "JOIN _cadre_results r USING (subject_id) "
                "LEFT JOIN _cadre_new o ON o.world = x.world AND o.subject_id = n.subject_id "
                "WHERE o.subject_id IS NOT NULL OR n.rank + a.above <> r.rank "
                "OR n.grade IS DISTINCT FROM r.grade"
            )
