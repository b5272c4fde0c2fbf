"""Works out what comes of tries: scores by the plan of the run, then places, grades and cadres.

Each step lays only those out who can have something else, as rows of worlds: a try, a set of
changed subjects, a list of villages, a stretch of the list of cadres.
"""

from __future__ import annotations

import itertools
from contextlib import closing
from typing import TYPE_CHECKING

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import column
from rules_engine.engines import DIALECT, written
from rules_engine.judgement.durable_adapter import Judge
from rules_engine.model.sql_text import literal, quoted
from rules_engine.plan import grading
from rules_engine.plan.builder import band_of
from rules_engine.plan.deltas import placing_columns
from rules_engine.plan.measures import parts_of
from rules_engine.plan.peers import references
from rules_engine.plan.scoring import hypothetical_plan
from rules_engine.plan.totals import read_signature
from rules_engine.plan.world_column import WORLD, by_world
from rules_engine.report.explain import indicator_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.conditions.scope import Query
    from rules_engine.judgement.durable_adapter import Trace
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.plan.deltas import Counting
    from rules_engine.plan.rules import Rulebook

SCORED_AT_ONCE = 200_000
"""How many subjects are scored by one statement, about."""
RANKED_AT_ONCE = 400_000
"""How many rows are ranked by one statement, about."""

DISTINCT = """
CREATE OR REPLACE TABLE _distinct AS
SELECT row_number() OVER () AS {world}, * FROM (
  SELECT subject_id, {parts}, flatten(list(tries)) AS tries
  FROM {changed} GROUP BY subject_id, {parts})
"""
"""The different counts that subjects would have, each a world."""
VALUES = """
CREATE OR REPLACE TABLE _given AS
SELECT d.{world}, b.* REPLACE ({columns})
FROM _distinct d JOIN ({indicators}) n ON n.{world} = d.{world}
JOIN ({base}) b ON b.subject_id = d.subject_id
"""
OWN_SUBJECTS = """
SELECT d.{world}, v.* FROM {own} v JOIN _distinct d ON d.subject_id = v.{key}
"""
PLACED = """
CREATE OR REPLACE TABLE _placed AS
SELECT g.{world}
FROM (SELECT {world}, subject_id, ({names}) AS p FROM (SELECT *, {held} FROM _given)) g
JOIN (SELECT subject_id, ({names}) AS p FROM (SELECT *, {held} FROM ({base}))) b
  ON b.subject_id = g.subject_id
WHERE g.p IS DISTINCT FROM b.p
"""
"""The counts by which somebody's place, by which lines go, can change."""
LISTS = """
INSERT INTO _lists SELECT row_number() OVER (), rows, list(try) FROM (
  SELECT try, list_sort(list({world})) AS rows
  FROM (SELECT {world}, unnest(tries) AS try FROM _distinct) GROUP BY try
  HAVING bool_or({world} IN (SELECT {world} FROM _placed)))
GROUP BY rows
"""
LISTED = """
CREATE OR REPLACE TABLE _listed AS
SELECT l.list, g.* FROM (SELECT list, unnest(rows) AS {world} FROM _lists
  WHERE list BETWEEN {first} AND {last}) l JOIN _given g USING ({world})
"""
WHOLE = """
CREATE OR REPLACE TABLE _whole AS SELECT {world}, {kept} FROM (
  SELECT list AS {world}, * EXCLUDE (list, {world}) FROM _listed
  UNION ALL BY NAME SELECT i.list AS {world}, b.*
  FROM (SELECT DISTINCT list{grp} FROM _listed) i JOIN ({base}) b {of_list}
  ANTI JOIN _listed x ON x.list = i.list AND x.subject_id = b.subject_id)
"""
"""Whole lists, with the subjects of whom nothing is tried: groups, or all that are compared."""
ONE_BY_ONE = """
(SELECT {world}, try FROM (SELECT {world}, unnest(tries) AS try FROM _distinct)
WHERE try NOT IN (SELECT unnest(tries) FROM _lists))
"""
EFFECTS = """
INSERT INTO _effects
SELECT t.try, {kind}, s.subject_id, s.low, s.high, {signature}, list_distinct([{changed}])
FROM ({plan}) s JOIN {tries} t ON t.{world} = s.{world}
JOIN {lines} l ON l.subject_id = s.subject_id WHERE {differs}
"""


class Scoring:
    """Scores the changed counts of one table's records, for one kind of subject."""

    def __init__(self, session: EngineSession, book: Rulebook, counting: Counting) -> None:
        """Take what was counted."""
        self.session, self.book, self.counting = session, book, counting

    def score(self) -> None:
        """Score what stands in ``_changed_…`` and note what differs from the run."""
        kind = self.counting.kind
        parts = ", ".join(quoted(p.name) for p in self.counting.parts)
        run = self.session.run
        run(DISTINCT.format(world=WORLD, parts=parts, changed=f"_changed_{kind}"))
        base = stored_indicators(self.session, self.book, kind)
        columns = ", ".join(f"n.{quoted(c)} AS {quoted(c)}" for c in self.counting.columns)
        indicators = self._indicators()
        run(VALUES.format(world=WORLD, columns=columns, indicators=indicators, base=base))
        run("CREATE OR REPLACE TABLE _lists (list BIGINT, rows BIGINT[], tries BIGINT[])")
        places = placing_columns(self.book, kind)
        if places:
            self._score_lists([p.sql(DIALECT) for p in places], base)
        self._note("_given", ONE_BY_ONE.format(world=WORLD))

    def _indicators(self) -> str:
        """Return the query of the indicators that go by the counts, a row for each world."""
        counting = self.counting
        table = counting.subject_table
        own = OWN_SUBJECTS.format(
            world=WORLD, own=quoted(f"_own_{table.name}"), key=quoted(table.key)
        )
        steps = [f"{quoted(table.name)} AS ({own})"]
        for source in counting.sources:
            parts = ", ".join(quoted(p.name) for p in counting.parts if p.source == source)
            counts = f"SELECT {WORLD}, subject_id, {parts} FROM _distinct"
            steps.append(f"{quoted('agg_' + source)} AS ({counts})")
        plan = by_world(
            counting.indicators(), {table.name, *(f"agg_{s}" for s in counting.sources)}
        )
        return f"WITH {', '.join(steps)} SELECT * FROM ({written(plan)})"

    def _score_lists(self, places: Sequence[str], base: str) -> None:
        """Score whole lists where a place among others, by which lines go, can change."""
        session = self.session
        values, names = ", ".join(places), ", ".join(f"p{n}" for n in range(len(places)))
        session.run(PLACED.format(world=WORLD, held=values, names=names, base=base))
        session.run(LISTS.format(world=WORLD))
        count, size = (
            int(session.query(f"SELECT count(*) FROM {t}").column(0)[0].as_py())
            for t in ("_lists", quoted(self.counting.kind.lines))
        )
        known_names = session.query(f"SELECT * EXCLUDE ({WORLD}) FROM _given LIMIT 0").schema.names
        compared = [r for r in references(self.book) if r.subject == self.counting.kind]
        anew = {name for rule in compared for name in parts_of(rule)}
        kept = ", ".join(
            quoted(n) for n in known_names if not n.startswith("r__") and n not in anew
        )
        apart = {"grp": ", grp", "of_list": "USING (grp)"}
        if any(rule.peers and rule.peers.over != ("grp",) for rule in compared):
            apart = {"grp": "", "of_list": "ON true"}
        step = max(1, SCORED_AT_ONCE // max(1, size))
        for first in range(1, count + 1, step):
            session.run(LISTED.format(world=WORLD, first=first, last=first + step - 1))
            session.run(WHOLE.format(world=WORLD, kept=kept, base=base, **apart))
            all_of_them = f"(SELECT list AS {WORLD}, unnest(tries) AS try FROM _lists)"
            self._note("_whole", all_of_them, placed=True)

    def _note(self, table: str, tries: str, *, placed: bool = False) -> None:
        """Score the subjects in a table, and note those who would have something else."""
        note_effects(self.session, self.book, self.counting.kind, table, tries, placed=placed)


def note_effects(
    session: EngineSession,
    book: Rulebook,
    kind: SubjectKind,
    table: str,
    tries: str,
    *,
    placed: bool = False,
) -> None:
    """Score hypothetical subjects and put those into ``_effects`` who would have something else.

    Args:
        session: where the tables are.
        book: the rules to score by.
        kind: what the subjects are.
        table: the subjects' indicators, by world.
        tries: which trials, ``try``, a world stands for.
        placed: whether the table has whole lists.
    """
    plan = hypothetical_plan(book, kind, table, placed=placed)
    names = ("low", "high", "signature") if kind.judged else ("low", "high")
    changed = []
    for number, rule in enumerate(book.criteria):
        if rule.section.subject == kind:
            columns = [f"{rule.id}__points", *([f"{rule.id}__veto"] if rule.veto else [])]
            changed.append(f"CASE WHEN {_differs(columns)} THEN {number} END")
    session.run(
        EFFECTS.format(
            world=WORLD,
            kind=literal(kind),
            signature="s.signature" if kind.judged else "''",
            changed=", ".join(changed),
            plan=written(plan),
            tries=tries,
            lines=quoted(kind.lines),
            differs=_differs(names),
        )
    )


def _differs(columns: Sequence[str]) -> str:
    """Return whether what is scored is not what the run has, in one of the columns."""
    return " OR ".join(f"s.{quoted(c)} IS DISTINCT FROM l.{quoted(c)}" for c in columns)


def stored_indicators(session: EngineSession, book: Rulebook, kind: SubjectKind) -> str:
    """Return the query of what the run knew of each subject before anything was scored."""
    lines = quoted(kind.lines)
    table = session.query(f"SELECT * FROM {lines} LIMIT 0").schema.names
    return f"SELECT {', '.join(map(quoted, indicator_columns(book, kind, table)))} FROM {lines}"


def band_sql(book: Rulebook, name: str) -> str:
    """Return the number of the grade that a total reaches, as SQL."""
    grades = book.ruleset.document.grades.values()
    bounds = [numbers.reached(grade.from_, numbers.POINTS) for grade in grades]
    table, _, own = name.rpartition(".")
    return f"({band_of(column(own, table or None), bounds).sql(DIALECT)})"


OUTCOME_COLUMNS = (
    "(list BIGINT, subject_id VARCHAR, rank BIGINT, tied BIGINT, grade BIGINT, low BIGINT, "
    "high BIGINT, own BOOLEAN)"
)
JUDGED = "_judged_all"
DISTINCT_WORLDS = (
    """
CREATE OR REPLACE TABLE _outcomes AS
SELECT row_number() OVER (ORDER BY kind, subject_id, low, high, signature) AS oid, *
FROM (SELECT DISTINCT kind, subject_id, low, high, signature FROM _effects)
""",
    """
CREATE OR REPLACE TABLE _sets AS SELECT try, list_sort(list(DISTINCT oid)) AS oids,
  list_sort(list(DISTINCT oid) FILTER (kind = 'village')) AS village_oids,
  list_sort(list_distinct(flatten(list(lines)))) AS lines
FROM _effects JOIN _outcomes USING (kind, subject_id, low, high, signature) GROUP BY try
""",
    """
CREATE OR REPLACE TABLE _worlds AS SELECT row_number() OVER (ORDER BY oids) AS world, oids,
  CASE WHEN village_oids IS NOT NULL THEN dense_rank() OVER (ORDER BY village_oids) END AS list
FROM (SELECT DISTINCT oids, village_oids FROM _sets)
""",
    """
CREATE OR REPLACE TABLE _of_try AS
SELECT try, world, lines FROM _sets JOIN _worlds USING (oids)
""",
    f"""
CREATE OR REPLACE TABLE _village_own AS
SELECT DISTINCT list, subject_id, l.grp, o.low, o.high, o.signature
FROM (SELECT list, unnest(oids) AS oid FROM _worlds)
JOIN _outcomes o USING (oid) JOIN "{grading.LINES}" l USING (subject_id)
WHERE o.kind = 'village'
""",
)
"""Numbers the different outcomes, and the sets of them that come of one try."""
WITH_EFFECTS = (
    f"""
CREATE OR REPLACE TABLE _held AS SELECT l.subject_id, l.grp, l.low, l.high, j.signature
FROM "{grading.LINES}" l JOIN {JUDGED} j ON j.text = l.signature
""",
    f"""
CREATE OR REPLACE TABLE _other AS SELECT dense_rank() OVER (ORDER BY list, grp) AS n,
  o.* REPLACE (j.signature AS signature), j.zero, j.last, j.steps, j.at_best
FROM _village_own o JOIN {JUDGED} j ON j.text = o.signature
""",
)
STILL = f"""
CREATE OR REPLACE TABLE _still AS
SELECT o.n, o.list, o.subject_id, r.rank, r.tied, r.grade, o.low, o.high
FROM (SELECT o.* REPLACE (CASE WHEN o.zero = 1 THEN 0 ELSE o.low END AS low,
  CASE WHEN o.zero = 1 THEN 0 ELSE o.high END AS high) FROM _other o) o
JOIN "{grading.RESULTS}" r ON r.subject_id = o.subject_id
JOIN "{grading.LINES}" l ON l.subject_id = r.subject_id JOIN {JUDGED} j ON j.text = l.signature
WHERE (o.zero, o.last, o.steps, o.at_best) = (j.zero, j.last, j.steps, j.at_best)
AND {{same_band}} AND (SELECT count(*) FROM _other x WHERE x.n = o.n) = 1
AND NOT EXISTS (SELECT 1 FROM "{grading.RESULTS}" x WHERE x.grp = r.grp
  AND x.last = r.last AND x.subject_id <> r.subject_id
  AND x.low BETWEEN least(o.low, r.low) AND greatest(o.low, r.low))
"""
LIST_SIZES = """
SELECT o.n, count(*) FROM (SELECT DISTINCT n, grp FROM _other) o JOIN _held USING (grp)
GROUP BY o.n ORDER BY o.n
"""
STACK = f"""
CREATE OR REPLACE TABLE _stack AS
SELECT g.n AS {WORLD}, l.subject_id, '' AS name, l.grp, coalesce(c.low, l.low) AS low,
  coalesce(c.high, l.high) AS high, coalesce(c.signature, l.signature) AS signature
FROM (SELECT DISTINCT n, grp FROM _other WHERE n BETWEEN {{first}} AND {{last}}) g
JOIN _held l USING (grp) LEFT JOIN _other c ON c.n = g.n AND c.subject_id = l.subject_id
"""
VILLAGE_OUTCOMES = f"""
INSERT INTO _village_stood
SELECT g.list, n.subject_id, n.rank, n.tied, n.grade, n.low, n.high, o.subject_id IS NOT NULL
FROM ({{plan}}) n JOIN (SELECT DISTINCT n, list FROM _other) g ON g.n = n.{WORLD}
JOIN "{grading.RESULTS}" r ON r.subject_id = n.subject_id
LEFT JOIN _other o ON o.n = n.{WORLD} AND o.subject_id = n.subject_id
WHERE o.subject_id IS NOT NULL OR n.rank <> r.rank OR n.grade IS DISTINCT FROM r.grade
"""
CARRIED = (
    f"""
CREATE OR REPLACE TABLE _village_new AS SELECT w.world, s.subject_id, s.low, s.high
FROM _worlds w JOIN _village_stood s ON s.list = w.list
JOIN "{grading.RESULTS}" r ON r.subject_id = s.subject_id
WHERE s.low <> r.low OR s.high <> r.high
""",
    """
CREATE OR REPLACE TABLE _own_new AS
SELECT w.world, o.* FROM (SELECT world, unnest(oids) AS oid FROM _worlds) w
JOIN _outcomes o USING (oid) WHERE kind <> 'village'
""",
    """
CREATE OR REPLACE TABLE _touched AS
SELECT DISTINCT v.world, s.cadre_id
FROM _village_new v JOIN _shares s ON s.village_id = v.subject_id
UNION SELECT world, subject_id FROM _own_new WHERE kind = 'cadre'
""",
)
"""What changes of what villages carry over, and for which cadres."""
CADRE_NEW = f"""
CREATE OR REPLACE TABLE _cadre_new AS
WITH _shares AS (
  SELECT t.world AS {WORLD}, s.* REPLACE (coalesce(v.low, s.village_low) AS village_low,
    coalesce(v.high, s.village_high) AS village_high)
  FROM _touched t JOIN memory.main._shares s USING (cadre_id)
  LEFT JOIN _village_new v ON v.world = t.world AND v.subject_id = s.village_id),
cadres AS (SELECT t.world AS {WORLD}, k.* FROM _touched t JOIN _own_cadres k USING (cadre_id)),
"{grading.CADRE_LINES}" AS (
  SELECT t.world AS {WORLD}, t.cadre_id AS subject_id, coalesce(n.low, o.low) AS low,
    coalesce(n.high, o.high) AS high
  FROM _touched t JOIN memory.main."{grading.CADRE_LINES}" o ON o.subject_id = t.cadre_id
  LEFT JOIN _own_new n ON n.world = t.world AND n.subject_id = t.cadre_id AND n.kind = 'cadre')
SELECT {WORLD} AS world, subject_id, low, high FROM ({{scores}})
UNION ALL SELECT world, subject_id, low, high FROM _own_new WHERE kind = 'total'
"""
REACH = """
CREATE OR REPLACE TABLE _reach AS WITH spans AS (
  SELECT world, least(n.low, r.low) AS least, greatest(n.low, r.low) AS most
  FROM _cadre_new n JOIN _cadre_results r USING (subject_id)
  WHERE n.low <> r.low OR n.high <> r.high),
apart AS (
  SELECT *, least > max(most) OVER (PARTITION BY world ORDER BY least, most
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS new FROM spans),
numbered AS (
  SELECT *, count(*) FILTER (new IS NOT FALSE) OVER (ORDER BY world, least, most) AS span
  FROM apart)
SELECT span, world, min(least) AS least, max(most) AS most FROM numbered GROUP BY span, world
"""
"""The stretches of the list in which cadres move: from such a span nobody leaves."""
SPAN_SIZES = """
SELECT span, count(*) FROM _reach x JOIN _cadre_results r ON r.low BETWEEN x.least AND x.most
GROUP BY span ORDER BY span
"""
RANKED = f"""
CREATE OR REPLACE TABLE _ranked AS
SELECT x.span AS {WORLD}, r.subject_id, '' AS name, '' AS post, '' AS grp, 0 AS last, 1 AS n,
  coalesce(n.low, r.low) AS low, coalesce(n.high, r.high) AS high, r.rank AS held
FROM _reach x JOIN _cadre_results r ON r.low BETWEEN x.least AND x.most
LEFT JOIN _cadre_new n ON n.world = x.world AND n.subject_id = r.subject_id
WHERE x.span BETWEEN {{first}} AND {{last}}
"""
CADRE_OUTCOMES = f"""
INSERT INTO _cadre_stood
SELECT x.world, n.subject_id, n.rank + a.above, n.tied, n.grade, n.low, n.high,
  o.subject_id IS NOT NULL
FROM ({{plan}}) n JOIN _reach x ON x.span = n.{WORLD}
JOIN (SELECT {WORLD}, min(held) - 1 AS above FROM _ranked GROUP BY {WORLD}) a USING ({WORLD})
JOIN _cadre_results r USING (subject_id)
LEFT JOIN _cadre_new o ON o.world = x.world AND o.subject_id = n.subject_id
WHERE o.subject_id IS NOT NULL OR n.rank + a.above <> r.rank OR n.grade IS DISTINCT FROM r.grade
"""


class OutcomeTables:
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

    def build(self) -> None:
        """Rank and grade."""
        self._run(*DISTINCT_WORLDS)
        self._judge()
        self._run(
            f"CREATE OR REPLACE TABLE _village_stood {OUTCOME_COLUMNS}",
            f"CREATE OR REPLACE TABLE _cadre_stood {OUTCOME_COLUMNS}",
        )
        self._villages()
        if self.book.ruleset.document.responsibility:
            self._cadres()

    def _run(self, *statements: str) -> None:
        for statement in statements:
            self.session.run(statement)

    def _judge(self) -> None:
        """Judge the signatures that the run did not have, and lay out what follows from all."""
        import pyarrow as pa

        table = self.session.query(
            f"SELECT DISTINCT signature FROM _village_own UNION "
            f'SELECT signature FROM "{grading.LINES}"'
        )
        document = self.book.ruleset.document
        with closing(Judge(self.book.judgement)) as judge:
            for signature in table.column(0).to_pylist():
                self.traces[signature] = judge.judge(
                    read_signature(signature, self.book.scored_facts)
                )
        rows: list[dict[str, object]] = []
        for signature, trace in self.traces.items():
            names = [name for name, _ in trace]
            follows = grading.effects(names, document.consequences, list(document.grades))
            rows.append({"text": signature, "signature": len(rows), **follows})
        self.session.register("_judged_rows", pa.Table.from_pylist(rows))
        self._run(f"CREATE OR REPLACE TABLE {JUDGED} AS SELECT * FROM _judged_rows", *WITH_EFFECTS)

    def _villages(self) -> None:
        """Rank and grade the lists in which somebody can move.

        Nobody can where the same follows for the village, its total is in the same band, and no
        other of its group has a total from the old to the new one, both included: then who is
        above, beside and below it stays, and with that all places and all that quotas go by.
        """
        same_band = " AND ".join(
            f"{band_sql(self.book, f'o.{n}')} = {band_sql(self.book, f'r.{n}')}"
            for n in ("low", "high")
        )
        self._run(
            STILL.format(same_band=same_band),
            "INSERT INTO _village_stood SELECT * EXCLUDE (n), true FROM _still",
            "DELETE FROM _other WHERE n IN (SELECT n FROM _still)",
        )
        plan = _worded(grading.grading_plan(self.book, "_stack", JUDGED), "_stack")
        for first, last in self._portions(LIST_SIZES):
            self._run(STACK.format(first=first, last=last), VILLAGE_OUTCOMES.format(plan=plan))

    def _portions(self, sizes: str) -> Iterator[tuple[int, int]]:
        """Yield the first and last number of lists that are ranked together."""
        rows = self.session.query(sizes)
        numbers, counts = (rows.column(n).to_pylist() for n in (0, 1))
        portions = (total // RANKED_AT_ONCE for total in itertools.accumulate(counts))
        for _, group in itertools.groupby(zip(portions, numbers, strict=True), lambda x: x[0]):
            items = [number for _, number in group]
            yield items[0], items[-1]

    def _cadres(self) -> None:
        """Carry over what changes, and rank cadres again.

        Of the list only those are ranked who lie between an old and a new score: from such a span
        nobody leaves, so all above it stay above, whatever they change in it among themselves.
        """
        scores = _worded(
            grading.cadre_scores_plan(self.book, "_shares"),
            "_shares", "cadres", grading.CADRE_LINES,
        )  # fmt: skip
        self._run(*CARRIED, CADRE_NEW.format(scores=scores), REACH)
        plan = _worded(grading.cadre_grading_plan(self.book, "_ranked"), "_ranked")
        for first, last in self._portions(SPAN_SIZES):
            self._run(RANKED.format(first=first, last=last), CADRE_OUTCOMES.format(plan=plan))


def _worded(plan: Query, *of_worlds: str) -> str:
    return written(by_world(plan, of_worlds))
