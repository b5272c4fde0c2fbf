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

import functools
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import alias, column, fragment, integer, paren, query, when
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.builder import band_of
from rules_engine.plan.grading import (
    LINES,
    cadre_plan,
    grading_plan,
    limited,
    room_of,
    takes_over,
)
from rules_engine.plan.pay import pay_columns
from rules_engine.plan.totals import BAND_SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules_engine.model.outcomes import Grade
    from rules_engine.plan.rules import Rulebook

WAYS = "_ways"
OPEN = ("rank_best", "rank_worst", "tied_sure", "grades")
"""The columns that only results with something open have: the first and the last place that a
subject can have, how many surely share its place, and a sign for each grade that it can get."""
SIGNED = "grades"
"""The one of them that holds a sign for each possible grade, of ``BAND_SIGNS``."""
FAR = 10**17
"""More than any total, in 1/10,000: who is put last by a veto is that far behind all others."""

VILLAGES = """
WITH base AS (SELECT * FROM :base AS b),
ways AS (SELECT DISTINCT class, band, zero, last, steps, at_best FROM :ways AS w),
classes AS (SELECT DISTINCT signature, class FROM :ways AS w),
alike AS (
  SELECT l.grp, c.class, l.low, l.high, CAST(COUNT(*) AS BIGINT) AS n
  FROM :lines AS l JOIN classes AS c ON c.signature = l.signature
  GROUP BY l.grp, c.class, l.low, l.high
),
subjects AS (
  SELECT *, ROW_NUMBER() OVER (ORDER BY grp, class, low, high) AS sid,
    CAST(SUM(n) OVER (PARTITION BY grp) AS BIGINT) AS size
  FROM alike
),
bounds AS (SELECT *, :least AS least, :most AS most FROM ways),
bounded AS (
  SELECT s.sid, s.grp, s.n, s.size, w.band, w.last, w.steps, w.at_best,
    CASE WHEN w.zero = 1 THEN 0 WHEN s.low < w.least THEN w.least ELSE s.low END AS low,
    CASE WHEN w.zero = 1 THEN 0 WHEN s.high > w.most THEN w.most ELSE s.high END AS high
  FROM subjects AS s JOIN bounds AS w ON w.class = s.class
  WHERE s.high >= w.least AND s.low <= w.most
),
ranged AS (
  SELECT sid, grp, n, size, low, high, low - last * :far AS lo, high - last * :far AS hi,
    :best AS g_best, :worst AS g_worst,
    ROW_NUMBER() OVER (ORDER BY sid, low, high, last, steps, at_best, band) AS way
  FROM bounded
),
state0 AS (SELECT sid, grp, n, size, low, high, lo, hi, way, :reached FROM ranged),
whole AS (
  SELECT sid, grp, n, MIN(lo) AS lo, MAX(hi) AS hi, MIN(low) AS low, MAX(high) AS high
  FROM state0 GROUP BY sid, grp, n
),
surely AS (SELECT * FROM :surely AS s),
possibly AS (SELECT * FROM :possibly AS p),
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
)
SELECT b.subject_id, b.name, b.grp, t.low AS score, t.low, t.high, b.rank, b.tied,
  CASE WHEN :of_low = :of_high THEN :of_low END AS band, b.grade,
  b.displaced, b.places, b.group_size, b.zero, b.last, b.steps, b.signature,
  p.rank_best, p.rank_worst, t.tied_sure, g.grades
FROM base AS b JOIN :lines AS l ON l.subject_id = b.subject_id
JOIN classes AS c ON c.signature = l.signature
JOIN subjects AS s ON s.grp = l.grp AND s.class = c.class AND s.low = l.low AND s.high = l.high
JOIN placed AS p ON p.sid = s.sid JOIN tying AS t ON t.sid = s.sid
JOIN graded AS g ON g.sid = s.sid
"""
GRADED = """
SELECT sid, :signs AS grades FROM (SELECT sid, :possible FROM :last_state AS s GROUP BY sid) AS g
"""
STAGE = """
WITH marked AS (
  SELECT sid, grp, n, MIN(lo) AS lo, MAX(CASE WHEN :mark = 1 THEN hi END) AS hi,
    MIN(CASE WHEN :mark = 1 AND :marks = 1 THEN 1 ELSE 0 END) AS sure, MAX(:mark) AS may
  FROM :state AS s GROUP BY sid, grp, n
),
surely_placed AS (SELECT * FROM :surely AS s),
possibly_placed AS (SELECT * FROM :possibly AS p),
counted AS (
  SELECT s.*, :room AS room, :best AS place_best, :worst AS place_worst
  FROM :state AS s LEFT JOIN surely_placed AS b ON b.way = s.way
  LEFT JOIN possibly_placed AS w ON w.way = s.way JOIN marked AS u ON u.sid = s.sid
)
SELECT sid, grp, n, size, low, high, lo, hi, way, :moved FROM counted
"""
UNFILLED = """
WITH moved AS (SELECT * FROM :moved AS stage),
alike AS (
  SELECT sid, grp, n, MIN(CASE WHEN :mark = 1 AND :marks = 1 THEN 1 ELSE 0 END) AS sure,
    MAX(:mark) AS may
  FROM moved GROUP BY sid, grp, n
),
filled AS (
  SELECT grp, CAST(SUM(sure * n) AS BIGINT) AS sure, CAST(SUM(may * n) AS BIGINT) AS may
  FROM alike GROUP BY grp
)
SELECT m.sid, m.grp, m.n, m.size, m.low, m.high, m.lo, m.hi, m.way, :kept,
  CASE WHEN m.room > f.may THEN m.room - f.may ELSE 0 END AS unfilled_least,
  CASE WHEN m.room_most > f.sure THEN m.room_most - f.sure ELSE 0 END AS unfilled_most
FROM moved AS m JOIN filled AS f ON f.grp = m.grp
"""
"""Tells how many places of a grade are left at least and at most, for the next one to fill."""
AHEAD = """
SELECT way, upto, same FROM (
  SELECT way, CAST(SUM(w) OVER (PARTITION BY grp ORDER BY k DESC
      RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS upto,
    CAST(SUM(w) OVER (PARTITION BY grp, k) AS BIGINT) AS same
  FROM (SELECT CAST(NULL AS BIGINT) AS way, grp, :key AS k, n AS w FROM :others AS o WHERE :counts
    UNION ALL SELECT way, grp, :own AS k, 0 AS w FROM :asking AS a WHERE :asks) AS events
) AS summed WHERE way IS NOT NULL
"""
"""Counts for each way those of its group whose key is as great or greater, and those as great."""
CADRES = """
WITH base AS (SELECT * FROM :base AS b),
alike AS (SELECT low, high, CAST(COUNT(*) AS BIGINT) AS n FROM base GROUP BY low, high),
whole AS (
  SELECT low AS lo, high AS hi, n, '' AS grp, ROW_NUMBER() OVER (ORDER BY low, high) AS way
  FROM alike
),
surely AS (SELECT * FROM :surely AS s),
possibly AS (SELECT * FROM :possibly AS p),
placed AS (
  SELECT u.lo, u.hi, 1 + b.upto - b.same AS rank_best,
    1 + w.upto - w.same - CASE WHEN u.hi > u.lo THEN 1 ELSE 0 END AS rank_worst,
    CASE WHEN u.lo = u.hi THEN u.n - 1 ELSE 0 END AS tied_sure, :best AS g_best, :worst AS g_worst
  FROM whole AS u JOIN surely AS b ON b.way = u.way JOIN possibly AS w ON w.way = u.way
)
SELECT b.*, p.rank_best, p.rank_worst, p.tied_sure, :signs AS grades
FROM base AS b JOIN placed AS p ON p.lo = b.low AND p.hi = b.high
ORDER BY b.rank, b.subject_id
"""


def open_grading_plan(book: Rulebook, lines: str = LINES) -> exp.Select:
    """Return the plan that ranks and grades villages of which something is open.

    Reads besides what :func:`grading_plan` reads the table :data:`WAYS`: ``signature``, the
    ``class`` of those with the same ways, and of each way ``zero``, ``last``, ``steps``,
    ``at_best`` and, where it holds for one band only, that ``band``. Columns: those of
    :func:`grading_plan`, of which rank, tie and grade hold if every total is its lower end,
    and :data:`OPEN`. ``low`` and ``high`` include the 0 of a veto that is possible.
    """
    grades = list(book.ruleset.document.grades.values())
    count = range(len(grades))
    reached = "CASE WHEN :grade THEN 1 ELSE 0 END"
    tree = query(
        VILLAGES,
        base=grading_plan(book, lines),
        ways=WAYS,
        lines=lines,
        far=FAR,
        least=_of_band(grades, lowest=True),
        most=_of_band(grades, lowest=False),
        best=_grade(grades, "high"),
        worst=_grade(grades, "low"),
        of_low=_band(grades, "low", "t"),
        of_high=_band(grades, "high", "t"),
        reached=[alias(fragment(reached, grade=_reached(k)), f"m{k}") for k in count],
        surely=_ahead("lo", "whole", "hi", "state0"),
        possibly=_ahead("hi", "whole", "lo", "state0"),
    )
    quotas = limited(grades)
    for number, (index, grade) in enumerate(quotas):
        over = takes_over(grades, index)
        stage = _stage(f"state{number}", index, grade, len(grades), taken_over=over)
        tree.with_(f"state{number + 1}", as_=stage, copy=False)
    graded = query(
        GRADED,
        signs=_signs(fragment(":mark = 1", mark=column(f"m{k}")) for k in count),
        possible=[alias(exp.Max(this=column(f"m{k}")), f"m{k}") for k in count],
        last_state=f"state{len(quotas)}",
    )
    return _paid(book, tree.with_("graded", as_=graded, copy=False))


def open_cadre_plan(book: Rulebook, shares: str, *, doubtful: bool = False) -> exp.Select:
    """Return the plan that scores, ranks and grades cadres where something is open.

    Columns: those of :func:`cadre_plan`, which takes the same, and :data:`OPEN`.
    """
    grades = list(book.ruleset.document.grades_of(SubjectKind.CADRE).values())
    return query(
        CADRES,
        base=cadre_plan(book, shares, doubtful=doubtful),
        surely=_ahead("lo", "whole", "hi", "whole"),
        possibly=_ahead("hi", "whole", "lo", "whole"),
        best=_band(grades, "hi", "u"),
        worst=_band(grades, "lo", "u"),
        signs=_signs(_reached(k) for k in range(len(grades))),
    )


def _paid(book: Rulebook, tree: exp.Select) -> exp.Select:
    """Select the results with what is paid for them, which goes by the wider interval."""
    text = "SELECT *, :pay FROM :results AS results ORDER BY grp, rank, subject_id"
    return query(text, pay=pay_columns(book, SubjectKind.VILLAGE), results=tree)


def _ahead(
    key: str,
    others: str,
    own: str,
    asking: str,
    counts: exp.Expr | None = None,
    asks: exp.Expr | None = None,
) -> exp.Select:
    """Return the query that counts who is ahead.

    Args:
        key: the column of the others by which they are ahead.
        others: their table.
        own: the column of those who ask that is compared with it.
        asking: their table.
        counts: which of the others count; by default all.
        asks: which of those who ask are counted for.
    """
    return query(
        AHEAD,
        key=column(key),
        others=others,
        own=column(own),
        asking=asking,
        counts=counts or exp.true(),
        asks=asks or exp.true(),
    )


def _stage(state: str, index: int, grade: Grade, count: int, *, taken_over: bool) -> exp.Select:
    """Return the step that leaves those within a quota and sends the others on.

    Where ties are excluded, the last of those who are tied decides for all of them.
    """
    if grade.ties == "exclude":
        best = "1 + b.upto - CASE WHEN u.sure = 1 AND u.lo >= s.hi THEN 1 ELSE 0 END"
        worst = "w.upto"
    else:
        best = "1 + b.upto - b.same"
        worst = "1 + w.upto - w.same - CASE WHEN u.hi > s.lo THEN 1 ELSE 0 END"
    moved: list[exp.Expr] = [column(f"m{k}") for k in range(count)]
    mark, after = moved[index].copy(), moved[index + 1].copy()
    most = fragment("room + unfilled_most - unfilled_least") if taken_over else column("room")
    stays = "CASE WHEN :mark = 1 AND place_best <= :most THEN 1 ELSE 0 END"
    falls = "CASE WHEN :after = 1 OR (:mark = 1 AND place_worst > room) THEN 1 ELSE 0 END"
    marks = functools.reduce(numbers.add, (m.copy() for m in moved))
    moved[index] = alias(fragment(stays, mark=mark.copy(), most=most.copy()), f"m{index}")
    moved[index + 1] = alias(fragment(falls, mark=mark.copy(), after=after), f"m{index + 1}")
    asks = fragment(":mark = 1", mark=mark.copy())
    room = room_of(grade, "s.size")
    if taken_over:
        room = numbers.add(paren(room), column("unfilled_least", "s"))
    if grade.unfilled == "next":
        moved += [column("room"), alias(most, "room_most")]
    stage = query(
        STAGE,
        state=state,
        mark=mark,
        marks=marks,
        surely=_ahead("lo", "marked", "hi", state, fragment("sure = 1"), asks),
        possibly=_ahead("hi", "marked", "lo", state, fragment("may = 1"), asks),
        room=room,
        best=fragment(best),
        worst=fragment(worst),
        moved=moved,
    )
    if grade.unfilled != "next":
        return stage
    own: list[exp.Expr] = [column(f"m{k}") for k in range(count)]
    return query(
        UNFILLED,
        moved=stage,
        kept=[column(f"m{k}", "m") for k in range(count)],
        mark=own[index].copy(),
        marks=functools.reduce(numbers.add, own),
    )


def _reached(grade: int) -> exp.Expr:
    return fragment("g_best <= :grade AND g_worst >= :grade", grade=grade)


def _thresholds(grades: Sequence[Grade]) -> list[int]:
    return [numbers.reached(g.from_, numbers.POINTS) for g in grades]


def _band(grades: Sequence[Grade], name: str, table: str | None = None) -> exp.Expr:
    return band_of(column(name, table), _thresholds(grades))


def _of_band(grades: Sequence[Grade], *, lowest: bool) -> exp.Expr:
    """Return the least or the greatest total of the band of a way; any where it has none."""
    far = integer(-FAR if lowest else FAR)
    bounds = _thresholds(grades)[:-1]
    ends = list(enumerate(bounds)) if lowest else [(k + 1, b - 1) for k, b in enumerate(bounds)]
    branches = [(fragment("band = :k", k=k), integer(bound)) for k, bound in ends]
    return when(*branches, default=far) if branches else far


def _grade(grades: Sequence[Grade], name: str) -> exp.Expr:
    """Return the grade that a total gives, after downgrades and at best what a veto allows."""
    fallen = fragment(
        "CASE WHEN :band + steps > :lowest THEN :lowest ELSE :band + steps END",
        band=_band(grades, name),
        lowest=len(grades) - 1,
    )
    return fragment("CASE WHEN :fallen < at_best THEN at_best ELSE :fallen END", fallen=fallen)


def _signs(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """Return a text with the sign of each grade whose condition holds."""
    signs = [
        fragment("CASE WHEN :condition THEN :sign ELSE '' END", condition=condition, sign=sign)
        for condition, sign in zip(conditions, BAND_SIGNS, strict=False)
    ]
    return functools.reduce(lambda one, other: exp.DPipe(this=one, expression=other), signs)
