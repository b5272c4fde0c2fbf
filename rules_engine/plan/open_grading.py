"""Builds the statements that say which places and grades are possible while totals are intervals.

Where a total is an interval, or it is not known what follows from the facts, a subject has several
*ways* in which it can turn out. Somebody is surely ahead of another one whose best is worse than
its own worst, and possibly ahead of one whose worst is worse than its own best; so each subject has
a first and a last place that it can have. Quotas are filled likewise: who surely has a place before
a subject keeps it out, who possibly has one can.

Ways of two subjects are taken as independent of each other. What is said to be certain is so; what
is said to be possible may in rare cases turn out not to be.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.scope import column
from rules_engine.plan.grading import LINES, cadre_plan, grading_plan
from rules_engine.plan.pay import pay_columns, pay_ids
from rules_engine.plan.sql_helpers import band_of, derived, template
from rules_engine.plan.totals import BAND_SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules_engine.model.ruleset import Grade
    from rules_engine.plan.rules import Rulebook

WAYS = "_ways"
OPEN = ("rank_best", "rank_worst", "tied_sure", "grades")
"""The columns that only results with something open have: the first and the last place that a
subject can have, how many surely share its place, and a sign for each grade that it can get."""
SIGNED = "grades"
"""The one of them that holds a sign for each possible grade, of ``BAND_SIGNS``."""
FAR = 10**17
"""More than any total, in 1/10,000: who is put last by a veto is that far behind all others."""

VILLAGES = f"""
WITH base AS (SELECT 1),
ways AS (SELECT DISTINCT class, band, zero, last, steps, at_best FROM {WAYS}),
classes AS (SELECT DISTINCT signature, class FROM {WAYS}),
alike AS (
  SELECT l.grp, c.class, l.low, l.high, CAST(COUNT(*) AS BIGINT) AS n
  FROM "{LINES}" AS l JOIN classes AS c ON c.signature = l.signature
  GROUP BY l.grp, c.class, l.low, l.high
),
subjects AS (
  SELECT *, ROW_NUMBER() OVER (ORDER BY grp, class, low, high) AS sid,
    CAST(SUM(n) OVER (PARTITION BY grp) AS BIGINT) AS size
  FROM alike
),
bounds AS (SELECT *, {{least}} AS least, {{most}} AS most FROM ways),
bounded AS (
  SELECT s.sid, s.grp, s.n, s.size, w.band, w.last, w.steps, w.at_best,
    CASE WHEN w.zero = 1 THEN 0 WHEN s.low < w.least THEN w.least ELSE s.low END AS low,
    CASE WHEN w.zero = 1 THEN 0 WHEN s.high > w.most THEN w.most ELSE s.high END AS high
  FROM subjects AS s JOIN bounds AS w ON w.class = s.class
  WHERE s.high >= w.least AND s.low <= w.most
),
ranged AS (
  SELECT sid, grp, n, size, low, high, low - last * {FAR} AS lo, high - last * {FAR} AS hi,
    {{best}} AS g_best, {{worst}} AS g_worst,
    ROW_NUMBER() OVER (ORDER BY sid, low, high, last, steps, at_best, band) AS way
  FROM bounded
),
state0 AS (SELECT sid, grp, n, size, low, high, lo, hi, way, {{reached}} FROM ranged),
whole AS (
  SELECT sid, grp, n, MIN(lo) AS lo, MAX(hi) AS hi, MIN(low) AS low, MAX(high) AS high
  FROM state0 GROUP BY sid, grp, n
),
{{places}},
placed AS (
  SELECT s.sid, MIN(1 + b.upto - b.same) AS rank_best,
    MAX(1 + w.upto - w.same - CASE WHEN u.hi > s.lo THEN 1 ELSE 0 END) AS rank_worst
  FROM state0 AS s JOIN surely AS b ON b.way = s.way JOIN possibly AS w ON w.way = s.way
  JOIN whole AS u ON u.sid = s.sid GROUP BY s.sid
),
tying AS (
  SELECT sid, low, high, CAST(CASE WHEN lo = hi THEN SUM(n) OVER (PARTITION BY grp, lo, hi) - 1
    ELSE 0 END AS BIGINT) AS tied_sure
  FROM whole
),
{{stages}}
graded AS (SELECT sid, {{signs}} AS grades FROM (
  SELECT sid, {{possible}} FROM {{last}} GROUP BY sid) AS g
)
SELECT b.subject_id, b.name, b.grp, t.low AS score, t.low, t.high, b.rank, b.tied,
  CASE WHEN {{of_low}} = {{of_high}} THEN {{of_low}} END AS band, b.grade,
  b.displaced, b.places, b.group_size, b.zero, b.last, b.steps, b.signature,
  p.rank_best, p.rank_worst, t.tied_sure, g.grades
FROM base AS b JOIN "{LINES}" AS l ON l.subject_id = b.subject_id
JOIN classes AS c ON c.signature = l.signature
JOIN subjects AS s ON s.grp = l.grp AND s.class = c.class AND s.low = l.low AND s.high = l.high
JOIN placed AS p ON p.sid = s.sid JOIN tying AS t ON t.sid = s.sid
JOIN graded AS g ON g.sid = s.sid
"""
STAGE = """
marked{n} AS (
  SELECT sid, grp, n, MIN(lo) AS lo, MAX(CASE WHEN m{i} = 1 THEN hi END) AS hi,
    MIN(CASE WHEN m{i} = 1 AND {sum} = 1 THEN 1 ELSE 0 END) AS sure, MAX(m{i}) AS may
  FROM {state} GROUP BY sid, grp, n
),
{places},
counted{n} AS (
  SELECT s.*, s.size * {quota} DIV 1000000 AS room, {best} AS place_best, {worst} AS place_worst
  FROM {state} AS s LEFT JOIN surely{n} AS b ON b.way = s.way
  LEFT JOIN possibly{n} AS w ON w.way = s.way JOIN marked{n} AS u ON u.sid = s.sid
),
{after} AS (SELECT sid, grp, n, size, low, high, lo, hi, way, {moved} FROM counted{n}),
"""
AHEAD = """
{name} AS (
  SELECT way, upto, same FROM (
    SELECT way, CAST(SUM(w) OVER (PARTITION BY grp ORDER BY k DESC
        RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS upto,
      CAST(SUM(w) OVER (PARTITION BY grp, k) AS BIGINT) AS same
    FROM (SELECT CAST(NULL AS BIGINT) AS way, grp, {of} AS k, n AS w FROM {others}
      UNION ALL SELECT way, grp, {own} AS k, 0 AS w FROM {asking}) AS events
  ) AS summed WHERE way IS NOT NULL
)
"""
"""Counts for each way those of its group whose key is as great or greater, and those as great."""
CADRES = """
WITH base AS (SELECT 1),
alike AS (SELECT low, high, CAST(COUNT(*) AS BIGINT) AS n FROM base GROUP BY low, high),
whole AS (
  SELECT low AS lo, high AS hi, n, '' AS grp, ROW_NUMBER() OVER (ORDER BY low, high) AS way
  FROM alike
),
{places},
placed AS (
  SELECT u.lo, u.hi, 1 + b.upto - b.same AS rank_best,
    1 + w.upto - w.same - CASE WHEN u.hi > u.lo THEN 1 ELSE 0 END AS rank_worst,
    CASE WHEN u.lo = u.hi THEN u.n - 1 ELSE 0 END AS tied_sure, {best} AS g_best, {worst} AS g_worst
  FROM whole AS u JOIN surely AS b ON b.way = u.way JOIN possibly AS w ON w.way = u.way
)
SELECT b.*, p.rank_best, p.rank_worst, p.tied_sure, {signs} AS grades
FROM base AS b JOIN placed AS p ON p.lo = b.low AND p.hi = b.high
ORDER BY b.rank, b.subject_id
"""


def open_grading_plan(book: Rulebook) -> exp.Select:
    """Return the plan that ranks and grades villages of which something is open.

    Reads besides what :func:`grading_plan` reads the table :data:`WAYS`: ``signature``, the
    ``class`` of those with the same ways, and of each way ``zero``, ``last``, ``steps``,
    ``at_best`` and, where it holds for one band only, that ``band``. Columns: those of
    :func:`grading_plan`, of which rank, tie and grade hold if every total is its lower end,
    and :data:`OPEN`. ``low`` and ``high`` include the 0 of a veto that is possible.
    """
    grades = list(book.ruleset.document.grades.values())
    count = range(len(grades))
    stages, last = _stages(grades)
    text = VILLAGES.format(
        least=_of_band(grades, lowest=True),
        most=_of_band(grades, lowest=False),
        best=_held(grades, "high"),
        worst=_held(grades, "low"),
        of_low=_band(grades, "t.low"),
        of_high=_band(grades, "t.high"),
        reached=", ".join(
            f"CASE WHEN g_best <= {k} AND g_worst >= {k} THEN 1 ELSE 0 END AS m{k}" for k in count
        ),
        places=_places("", "whole", "whole", "state0"),
        stages="".join(stages),
        last=last,
        possible=", ".join(f"MAX(m{k}) AS m{k}" for k in count),
        signs=_signs(f"m{k} = 1" for k in count),
    )
    tree = template(text, grading_plan(book))
    return _paid(book, tree).order_by("grp", "rank", "subject_id", copy=False)


def open_cadre_plan(book: Rulebook, shares: str, *, doubtful: bool = False) -> exp.Select:
    """Return the plan that scores, ranks and grades cadres where something is open.

    Columns: those of :func:`cadre_plan`, which takes the same, and :data:`OPEN`.
    """
    responsibility = book.ruleset.document.responsibility
    assert responsibility is not None
    grades = list((responsibility.grades or book.ruleset.document.grades).values())
    count = range(len(grades))
    text = CADRES.format(
        places=_places("", "whole", "whole", "whole"),
        best=_band(grades, "u.hi"),
        worst=_band(grades, "u.lo"),
        signs=_signs(f"g_best <= {k} AND g_worst >= {k}" for k in count),
    )
    return template(text, cadre_plan(book, shares, doubtful=doubtful))


def _paid(book: Rulebook, tree: exp.Select) -> exp.Select:
    """Select the results with what is paid for them, which goes by the wider interval."""
    select = exp.select("*").from_(derived(tree, "results"), copy=False)
    return select.select(*pay_columns(book, "village"), copy=False) if pay_ids(
        book, "village"
    ) else select  # fmt: skip


def _places(number: str, sure: str, possible: str, asking: str) -> str:
    """Return the steps that count who is surely, and who possibly, ahead."""
    surely = AHEAD.format(name=f"surely{number}", of="lo", others=sure, own="hi", asking=asking)
    possibly = AHEAD.format(
        name=f"possibly{number}", of="hi", others=possible, own="lo", asking=asking
    )
    return f"{surely}, {possibly}"


def _stages(grades: Sequence[Grade]) -> tuple[list[str], str]:
    """Return the steps that fill quotas, and the name of what is left after them."""
    stages: list[str] = []
    state = "state0"
    for index, grade in enumerate(grades[:-1]):
        if grade.quota is not None:
            after = f"state{len(stages) + 1}"
            stages.append(_stage(len(stages), index, grade, len(grades), state, after))
            state = after
    return stages, state


def _stage(number: int, index: int, grade: Grade, count: int, state: str, after: str) -> str:
    """Return the steps that leave those within a quota and send the others on.

    Where ties are excluded, the last of those who are tied decides for all of them.
    """
    if grade.ties == "exclude":
        best = "1 + b.upto - CASE WHEN u.sure = 1 AND u.lo >= s.hi THEN 1 ELSE 0 END"
        worst = "w.upto"
    else:
        best = "1 + b.upto - b.same"
        worst = "1 + w.upto - w.same - CASE WHEN u.hi > s.lo THEN 1 ELSE 0 END"
    moved = {k: f"m{k}" for k in range(count)}
    stays = f"m{index} = 1 AND place_best <= room"
    falls = f"m{index + 1} = 1 OR (m{index} = 1 AND place_worst > room)"
    moved[index] = f"CASE WHEN {stays} THEN 1 ELSE 0 END AS m{index}"
    moved[index + 1] = f"CASE WHEN {falls} THEN 1 ELSE 0 END AS m{index + 1}"
    marked = f"marked{number}"
    return STAGE.format(
        n=number,
        i=index,
        state=state,
        after=after,
        sum=" + ".join(f"m{k}" for k in range(count)),
        places=_places(
            str(number),
            f"{marked} WHERE sure = 1",
            f"{marked} WHERE may = 1",
            f"{state} WHERE m{index} = 1",
        ),
        quota=numbers.scaled(grade.quota or Decimal(0), numbers.RATE),
        best=best,
        worst=worst,
        moved=", ".join(moved.values()),
    )


def _thresholds(grades: Sequence[Grade]) -> list[int]:
    return [numbers.reached(g.from_, numbers.POINTS) for g in grades]


def _band(grades: Sequence[Grade], name: str) -> str:
    table, _, own = name.rpartition(".")
    return band_of(column(own, table or None), _thresholds(grades)).sql()


def _of_band(grades: Sequence[Grade], *, lowest: bool) -> str:
    """Return the least or the greatest total of the band of a way; any where it has none."""
    far = -FAR if lowest else FAR
    bounds = _thresholds(grades)[:-1]
    ends = list(enumerate(bounds)) if lowest else [(k + 1, b - 1) for k, b in enumerate(bounds)]
    branches = " ".join(f"WHEN {k} THEN {bound}" for k, bound in ends)
    return f"CASE band {branches} ELSE {far} END" if branches else str(far)


def _held(grades: Sequence[Grade], name: str) -> str:
    """Return the grade that a total gives, after downgrades and at best what a veto allows."""
    lowest = len(grades) - 1
    fallen = f"({_band(grades, name)} + steps)"
    fallen = f"CASE WHEN {fallen} > {lowest} THEN {lowest} ELSE {fallen} END"
    return f"CASE WHEN {fallen} < at_best THEN at_best ELSE {fallen} END"


def _signs(conditions: Iterable[str]) -> str:
    """Return a text with the sign of each grade whose condition holds."""
    return " || ".join(
        f"CASE WHEN {c} THEN '{sign}' ELSE '' END"
        for c, sign in zip(conditions, BAND_SIGNS, strict=False)
    )
