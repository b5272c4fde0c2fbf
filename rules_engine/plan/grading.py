"""Builds the statements that rank and grade villages, and carry their results to cadres.

The order is fixed: total veto, rank, band, downgrade, veto grade, quota. Where a grade has a
quota, those beyond it go to the next grade, so the steps are chained from the best grade down.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import alias, cast, column, fragment, integer, paren, query, when
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.builder import band_of, day_of, rate_of, rounded
from rules_engine.plan.measures import QUARANTINED
from rules_engine.plan.pay import pay_columns
from rules_engine.plan.totals import summing_scale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlglot import exp

    from rules_engine.model.outcomes import Consequence, Grade
    from rules_engine.plan.rules import Rulebook

JUDGED = "_judged"
LINES, RESULTS = SubjectKind.VILLAGE.lines, SubjectKind.VILLAGE.results
CADRE_LINES, CADRE_RESULTS = SubjectKind.CADRE.lines, SubjectKind.CADRE.results


def effects(
    names: Sequence[str], consequences: Mapping[str, Consequence], grades: Sequence[str]
) -> dict[str, int]:
    """Return what a set of consequences does to rank and grade, as numbers for the plan."""
    specs = [consequences[name] for name in names]
    vetoes = [s for s in specs if s.kind == "veto"]
    return {
        "zero": int(any(s.effect == "zero" for s in vetoes)),
        "last": int(any(s.effect == "last" for s in vetoes)),
        "steps": sum(s.steps for s in specs if s.kind == "downgrade"),
        "at_best": max(
            (grades.index(s.grade) for s in vetoes if s.effect == "grade" and s.grade), default=0
        ),
    }


GRADING = """
WITH judged AS (
  SELECT l.subject_id, l.name, l.grp, l.signature, j.zero, j.last, j.steps, j.at_best,
    CASE WHEN j.zero = 1 THEN 0 ELSE l.low END AS low,
    CASE WHEN j.zero = 1 THEN 0 ELSE l.high END AS high
  FROM :lines AS l JOIN :judged AS j ON j.signature = l.signature
),
alike AS (
  SELECT grp, last, steps, at_best, low, high, COUNT(*) AS n
  FROM judged GROUP BY grp, last, steps, at_best, low, high
),
ranked AS (SELECT *, :ranked FROM alike),
banded AS (SELECT *, :band AS band FROM ranked),
fallen AS (
  SELECT *, CASE WHEN band + steps > :lowest THEN :lowest ELSE band + steps END AS fallen
  FROM banded
),
stage0 AS (
  SELECT *, CASE WHEN fallen < at_best THEN at_best ELSE fallen END AS grade,
    CAST(NULL AS BIGINT) AS displaced, CAST(NULL AS BIGINT) AS places
  FROM fallen
)
SELECT subject_id, name, grp, score, low, high, rank, tied, band, grade, displaced, places,
  group_size, zero, last, steps, signature, :pay
FROM (
  SELECT v.subject_id, v.name, v.zero, v.signature, s.* FROM judged AS v JOIN :last_stage AS s
  ON s.grp IS NOT DISTINCT FROM v.grp AND s.last IS NOT DISTINCT FROM v.last
    AND s.steps IS NOT DISTINCT FROM v.steps AND s.at_best IS NOT DISTINCT FROM v.at_best
    AND s.low IS NOT DISTINCT FROM v.low AND s.high IS NOT DISTINCT FROM v.high
) AS graded
ORDER BY grp, rank, subject_id
"""
QUOTA = """
SELECT grp, last, steps, at_best, low, high, n, score, rank, tied, group_size, band,
  CASE WHEN grade = :index AND place > room THEN :index + 1 ELSE grade END AS grade,
  CASE WHEN grade = :index AND place > room THEN :index ELSE displaced END AS displaced,
  CASE WHEN grade = :index AND place > room THEN room ELSE places END AS places
FROM (
  SELECT *, :place AS place, :room AS room FROM :stage AS stage
) AS counted
"""
"""Sends those beyond the quota of one grade to the next."""
UNFILLED = "unfilled"
LEFT = """
CASE WHEN room > :filled THEN room - :filled ELSE 0 END
"""
FILLED = """
CAST(SUM(CASE WHEN grade = :index AND place <= room THEN n ELSE 0 END) OVER (PARTITION BY grp)
  AS BIGINT)
"""
PLACE = """
CAST(SUM(n) OVER (PARTITION BY :group ORDER BY last, :score DESC) AS BIGINT)
  - CAST(SUM(n) OVER (PARTITION BY :group, last, :score) AS BIGINT) + 1
"""
"""One more than there are subjects before; each row stands for ``n`` of them."""
LAST_PLACE = "CAST(SUM(n) OVER (PARTITION BY :group ORDER BY last, :score DESC) AS BIGINT)"
"""The place of the last of those who are tied."""


def grading_plan(book: Rulebook, lines: str = LINES, judged: str = JUDGED) -> exp.Select:
    """Return the plan that ranks and grades villages.

    Reads ``lines`` (the score plan's rows) and ``judged`` (signature and effects). Columns:
    ``subject_id``, ``name``, ``grp``, ``score``, ``low``, ``high``, ``rank``, ``tied``, ``band``,
    ``grade``, ``displaced`` (index of the grade whose quota was full, else NULL), ``places`` (how
    many that quota has), ``group_size``, ``zero``, ``last``, ``steps``, ``signature``.

    Villages that stand alike in all that decides are ranked and graded as one row: a nation has
    hundreds of thousands of villages and some hundred scores.
    """
    grades = list(book.ruleset.document.grades.values())
    quotas = limited(grades)
    plan = query(
        GRADING,
        lines=lines,
        judged=judged,
        ranked=_ranked(),
        band=_sure_band(grades),
        lowest=len(grades) - 1,
        last_stage=f"stage{len(quotas)}",
        pay=pay_columns(book, SubjectKind.VILLAGE),
    )
    for stage, (index, grade) in enumerate(quotas):
        step = _quota_step(f"stage{stage}", index, grade, taken_over=takes_over(grades, index))
        plan.with_(f"stage{stage + 1}", as_=step, copy=False)
    return plan


def limited(grades: Sequence[Grade]) -> list[tuple[int, Grade]]:
    """Return the grades that only so many get, with their indices; the last one is everybody's."""
    return [(index, grade) for index, grade in enumerate(grades[:-1]) if grade.is_limited]


def takes_over(grades: Sequence[Grade], index: int) -> bool:
    """Return whether a grade gets the places that nobody fills in the one above."""
    above = grades[index - 1] if index else None
    return above is not None and above.is_limited and above.unfilled == "next"


def room_of(grade: Grade, size: str) -> exp.Expr:
    """Return how many of a group get a grade; ``size``: the column of how many there are."""
    quota = numbers.scaled(grade.quota or Decimal(0), numbers.RATE)
    share = fragment(f"{size} * :quota DIV 1000000", quota=quota)
    if grade.places is None:
        return share
    number = integer(grade.places)
    if grade.quota is None:
        return number
    return fragment("CASE WHEN :share < :number THEN :share ELSE :number END",
                    share=share, number=number)  # fmt: skip


def _quota_step(stage: str, index: int, grade: Grade, *, taken_over: bool) -> exp.Select:
    place = fragment(
        LAST_PLACE if grade.ties == "exclude" else PLACE,
        group=[column("grp"), column("grade")],
        score=column("score"),
    )
    room = room_of(grade, "group_size")
    if taken_over:
        room = numbers.add(paren(room), column(UNFILLED))
    tree = query(QUOTA, stage=stage, index=index, place=place, room=room)
    if grade.unfilled == "next":
        filled = fragment(FILLED, index=index)
        tree.select(alias(fragment(LEFT, filled=filled), UNFILLED), copy=False)
    return tree


def _ranked() -> list[exp.Expr]:
    place = fragment(PLACE, group=column("grp"), score=column("low"))
    tied = fragment("CAST(SUM(n) OVER (PARTITION BY grp, last, low) AS BIGINT) - 1")
    size = fragment("CAST(SUM(n) OVER (PARTITION BY grp) AS BIGINT)")
    return [
        alias(column("low"), "score"),
        alias(place, "rank"),
        alias(tied, "tied"),
        alias(size, "group_size"),
    ]


def _sure_band(grades: Sequence[Grade]) -> exp.Expr:
    thresholds = [numbers.reached(g.from_, numbers.POINTS) for g in grades]
    return fragment(
        "CAST(CASE WHEN :low = :high THEN :low END AS BIGINT)",
        low=band_of(column("low"), thresholds),
        high=band_of(column("high"), thresholds),
    )


SHARES = """
WITH assigned AS (
  SELECT a.cadre_id, a.village_id, r.name AS village, a.role,
    CASE WHEN a.from_on > :first THEN a.from_on ELSE :first END AS from_on,
    CASE WHEN a.to_on < :last THEN a.to_on ELSE :last END AS to_on,
    :share AS share, r.low AS village_low, r.high AS village_high
  FROM assignments AS a JOIN :results AS r ON r.subject_id = a.village_id
  WHERE a.case_id IS NULL
),
ended AS (
  SELECT *, MAX(to_on) OVER (PARTITION BY cadre_id, village_id, role ORDER BY from_on, to_on
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended
  FROM assigned WHERE from_on <= to_on AND NOT share IS NULL
),
numbered AS (
  SELECT *, SUM(CASE WHEN from_on <= ended THEN 0 ELSE 1 END) OVER (
    PARTITION BY cadre_id, village_id, role ORDER BY from_on, to_on
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
  FROM ended
),
spans AS (
  SELECT cadre_id, village_id, village, role, MIN(from_on) AS from_on, MAX(to_on) AS to_on, share,
    village_low, village_high
  FROM numbered
  GROUP BY cadre_id, village_id, village, role, stretch, share, village_low, village_high
)
SELECT cadre_id, village_id, village, role, from_on, to_on,
  CAST(DATEDIFF(to_on, from_on, DAY) AS BIGINT) + 1 AS days, share, village_low, village_high
FROM spans ORDER BY cadre_id, from_on, village_id, role
"""
"""Stretches of one role that overlap are joined: no day of it counts twice."""


def shares_plan(book: Rulebook) -> exp.Select:
    """Return the plan that lists what each assignment means for its cadre.

    Columns: ``cadre_id``, ``village_id``, ``village``, ``role``, ``from_on``, ``to_on``,
    ``days``, ``share`` (1/1,000,000), ``village_low``, ``village_high`` (points in 1/10,000).
    Only assignments of a village as a whole, in a role that has a share, and of at least a day
    of the period, count; where those of one cadre, village and role overlap, their days count once.
    """
    frame = book.frame
    responsibility = book.ruleset.document.responsibility
    assert responsibility is not None
    share = when(
        *(
            (
                fragment("a.role = :role", role=role),
                integer(numbers.scaled(spec.share, numbers.RATE)),
            )
            for role, spec in responsibility.roles.items()
        )
    )
    first, last = day_of(frame.start), day_of(min(frame.end, frame.as_of))
    return query(SHARES, first=first, last=last, share=share, results=RESULTS)


def cadre_plan(book: Rulebook, shares: str, *, doubtful: bool = False) -> exp.Select:
    """Return the plan that scores, ranks and grades cadres, from the shares of that table.

    Args:
        book: the compiled rules.
        shares: the table.
        doubtful: whether assignments were kept out: of their cadres it is then unknown what else
            they answer for.
    """
    return cadre_grading_plan(book, cadre_scores_plan(book, shares, doubtful=doubtful))


CARRIED = """
SELECT cadre_id, CAST(SUM(days * (:whole - share * (:scale - village_low))) AS BIGINT)
    AS carried_low,
  CAST(SUM(days * (:whole - share * (:scale - village_high))) AS BIGINT) AS carried_high,
  CAST(SUM(days) AS BIGINT) AS days
FROM :shares AS s GROUP BY cadre_id
"""
DOUBTFUL = """
WITH extremes AS (
  SELECT CASE WHEN MIN(low) < :scale THEN MIN(low) ELSE :scale END AS least,
    CASE WHEN MAX(high) > :scale THEN MAX(high) ELSE :scale END AS most
  FROM :results AS r
),
doubtful AS (
  SELECT DISTINCT k.cadre_id FROM cadres AS k JOIN :kept_out AS q
  ON q.table_name = 'assignments' AND q.kind = 'cadre'
    AND (q.subject_id = k.cadre_id OR q.subject_id = '')
)
SELECT c.cadre_id, c.days,
  CASE WHEN d.cadre_id IS NULL OR c.carried_low < e.least * c.days * 1000000 THEN c.carried_low
    ELSE e.least * c.days * 1000000 END AS carried_low,
  CASE WHEN d.cadre_id IS NULL OR c.carried_high > e.most * c.days * 1000000 THEN c.carried_high
    ELSE e.most * c.days * 1000000 END AS carried_high
FROM :carried AS c CROSS JOIN extremes AS e LEFT JOIN doubtful AS d ON d.cadre_id = c.cadre_id
"""
"""Widens what is carried over by an assignment that was kept out: to any result, for any days."""
CADRE_SCORES = """
SELECT k.cadre_id AS subject_id, k.name, k.post, '' AS grp, 0 AS last, 1 AS n,
  :low AS low, :high AS high
FROM cadres AS k JOIN :carried AS c ON c.cadre_id = k.cadre_id
LEFT JOIN :lines AS o ON o.subject_id = k.cadre_id
"""


def cadre_scores_plan(book: Rulebook, shares: str, *, doubtful: bool = False) -> exp.Select:
    """Return the plan that scores cadres.

    For each assignment scale − share × (scale − village's score), weighted by days; that by its
    weight, plus the cadre's own lines, never below 0, rounded half-up once at the end.

    Args:
        book: the compiled rules.
        shares: the table that holds the rows of :func:`shares_plan`.
        doubtful: whether assignments were kept out.
    """
    document = book.ruleset.document
    scale = numbers.scaled(document.scale, numbers.POINTS)
    whole = scale * 10**numbers.RATE
    carried = query(CARRIED, scale=scale, whole=whole, shares=shares)
    if doubtful:
        carried = query(
            DOUBTFUL, scale=scale, results=RESULTS, kept_out=QUARANTINED, carried=carried
        )
    exact, places = (
        summing_scale(book, SubjectKind.CADRE) == numbers.EXACT,
        document.rounding.places,
    )
    assert document.responsibility is not None
    weight = document.responsibility.weight if exact else Decimal(1)
    low, high = (_cadre_total(end, places, weight, exact=exact) for end in ("low", "high"))
    return query(CADRE_SCORES, low=low, high=high, carried=carried, lines=CADRE_LINES)


def _cadre_total(end: str, places: int, counted: Decimal, *, exact: bool) -> exp.Expr:
    """Add own lines to the mean and round once: twice would lift what lies just below half.

    Args:
        end: the least or the most.
        places: the decimal places of a total.
        counted: how much of the mean counts; all of it unless it is exact.
        exact: whether own lines are exact.
    """
    carried = column(f"carried_{end}", "c")
    own = fragment("COALESCE(:own, 0)", own=column(end, "o"))
    weight = fragment("c.days * 1000000")
    if exact:
        part, whole = counted.as_integer_ratio()
        mean = numbers.divide_half_up(
            numbers.multiply(numbers.as_exact(carried), integer(part)),
            numbers.multiply(numbers.wide(weight), integer(whole)),
        )
        added = numbers.add(mean, numbers.wide(own))
        same = numbers.to_scale(paren(added), numbers.EXACT, numbers.SAME)
        total = numbers.clamp(paren(same), 0, None)
        return rounded(paren(total), places, numbers.SAME)
    raw = numbers.clamp(numbers.add(carried, numbers.multiply(own, weight)), 0, None)
    step = integer(10 ** (numbers.POINTS - places))
    mean = rate_of(raw, numbers.multiply(weight.copy(), step))
    return cast(numbers.multiply(mean, step.copy()), "BIGINT")


CADRE_GRADES = """
SELECT subject_id, name, post, grp, score, low, high, rank, tied, :band AS band, :band AS grade,
  :pay
FROM (SELECT *, :ranked FROM :scored AS scored) AS ranked
ORDER BY rank, subject_id
"""


def cadre_grading_plan(book: Rulebook, scored: str | exp.Select) -> exp.Select:
    """Return the plan that ranks and grades cadres whose scores a table or a query gives."""
    grades = book.ruleset.document.grades_of(SubjectKind.CADRE)
    return query(
        CADRE_GRADES,
        band=_sure_band(list(grades.values())),
        pay=pay_columns(book, SubjectKind.CADRE),
        ranked=_ranked(),
        scored=scored,
    )


HOLDERS = """
SELECT DISTINCT cadre_id, village_id, role FROM assignments
WHERE (from_on IS NULL OR from_on <= :as_of) AND (to_on IS NULL OR to_on >= :as_of)
  AND case_id IS NULL
ORDER BY cadre_id, village_id, role
"""


def holders_plan(book: Rulebook) -> exp.Select:
    """Return the plan that lists who holds which role for which village on the as-of date."""
    return query(HOLDERS, as_of=day_of(book.frame.as_of))
