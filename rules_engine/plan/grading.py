"""Builds the statements that rank and grade villages, and carry their results to cadres.

The order is fixed: total veto, rank, band, downgrade, veto grade, quota. Where a grade has a
quota, those beyond it go to the next grade, so the steps are chained from the best grade down.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.numbers import integer
from rules_engine.conditions.scope import column
from rules_engine.plan.measures import QUARANTINED
from rules_engine.plan.pay import pay_columns
from rules_engine.plan.sql_helpers import (
    alias,
    band_of,
    day_of,
    derived,
    rate_of,
    rounded,
    template,
)
from rules_engine.plan.totals import own_scale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.ruleset import Consequence, Grade
    from rules_engine.plan.rules import Rulebook

JUDGED = "_judged"
LINES = "_lines"
RESULTS = "_results"
CADRE_LINES = "_cadre_lines"
CADRE_RESULTS = "_cadre_results"
LINES_OF: Mapping[SubjectKind, str] = {"village": LINES, "cadre": CADRE_LINES}
"""The tables that hold the lines of each kind of subject."""
RESULTS_OF: Mapping[SubjectKind, str] = {"village": RESULTS, "cadre": CADRE_RESULTS}
"""The tables that hold what came of them."""
STANDING = ("grp", "last", "steps", "at_best", "low", "high")
"""What decides a village's place and grade."""


def effects(
    found: Sequence[str], consequences: Mapping[str, Consequence], grades: Sequence[str]
) -> dict[str, int]:
    """Return what a set of consequences does to rank and grade, as numbers for the plan."""
    specs = [consequences[name] for name in found]
    vetoes = [s for s in specs if s.kind == "veto"]
    return {
        "zero": int(any(s.effect == "zero" for s in vetoes)),
        "last": int(any(s.effect == "last" for s in vetoes)),
        "steps": sum(s.steps for s in specs if s.kind == "downgrade"),
        "at_best": max(
            (grades.index(s.grade) for s in vetoes if s.effect == "grade" and s.grade), default=0
        ),
    }


def _window(
    function: exp.Expr,
    partition: Sequence[exp.Expr],
    order: Sequence[exp.Expr] = (),
) -> exp.Window:
    ordering = exp.Order(expressions=list(order)) if order else None
    return exp.Window(this=function, partition_by=list(partition), order=ordering)


def _peers(partition: Sequence[exp.Expr]) -> exp.Expr:
    """Return how many subjects a partition has; each row stands for ``n`` of them."""
    return numbers.cast(_window(exp.Sum(this=column("n")), partition), "BIGINT")


def _rank(partition: Sequence[exp.Expr], order: Sequence[exp.Ordered]) -> exp.Expr:
    """Return the place in a partition: one more than there are subjects before."""
    upto = numbers.cast(_window(exp.Sum(this=column("n")), partition, order), "BIGINT")
    tied = _peers([*partition, *(o.this.copy() for o in order)])
    return exp.Add(this=exp.Sub(this=upto, expression=tied), expression=integer(1))


def _descending(name: str) -> exp.Ordered:
    return exp.Ordered(this=column(name), desc=True, nulls_first=False)


def _ascending(name: str) -> exp.Ordered:
    return exp.Ordered(this=column(name), desc=False, nulls_first=False)


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
    joined = (
        exp.select(
            *(column(n, "l") for n in ("subject_id", "name", "grp", "signature")),
            *(column(n, "j") for n in ("zero", "last", "steps", "at_best")),
            *(_zeroed(n) for n in ("low", "high")),
        )
        .from_(exp.alias_(exp.to_table(lines, quoted=True), "l", table=True), copy=False)
        .join(
            exp.alias_(exp.to_table(judged, quoted=True), "j", table=True),
            on=exp.EQ(this=column("signature", "j"), expression=column("signature", "l")),
            copy=False,
        )
    )
    thresholds = [numbers.reached(g.from_, numbers.POINTS) for g in grades]
    alike = [column(name) for name in STANDING]
    standings = (
        exp.select(*alike, alias(exp.Count(this=exp.Star()), "n"))
        .from_(exp.to_table("judged"), copy=False)
        .group_by(*alike)
    )
    step = exp.select("*", *_ranked(column("low"))).from_(
        derived(standings, "standings"), copy=False
    )
    step = exp.select("*", alias(_sure_band(thresholds), "band")).from_(
        derived(step, "ranked"), copy=False
    )
    lowest = len(grades) - 1
    fallen: exp.Expr = exp.Add(this=column("band"), expression=column("steps"))
    fallen = numbers.when(
        (exp.GT(this=fallen.copy(), expression=integer(lowest)), integer(lowest)), default=fallen
    )
    step = exp.select("*", alias(fallen, "fallen")).from_(derived(step, "banded"), copy=False)
    held = numbers.when(
        (exp.LT(this=column("fallen"), expression=column("at_best")), column("at_best")),
        default=column("fallen"),
    )
    step = exp.select(
        "*",
        alias(held, "g0"),
        alias(numbers.cast(exp.Null(), "BIGINT"), "d0"),
        alias(numbers.cast(exp.Null(), "BIGINT"), "p0"),
    ).from_(derived(step, "fallen_"), copy=False)
    stage = 0
    for index, grade in enumerate(grades[:-1]):
        if grade.quota is not None:
            step = _quota_step(step, stage, index, grade)
            stage += 1
    graded = (
        exp.select(
            *(column(n, "v") for n in ("subject_id", "name", "zero", "signature")),
            exp.Column(this=exp.Star(), table=exp.to_identifier("s")),
        )
        .from_(exp.alias_(exp.to_table("judged"), "v", table=True), copy=False)
        .join(
            derived(step, "s"),
            on=exp.and_(
                *(exp.NullSafeEQ(this=column(n, "s"), expression=column(n, "v")) for n in STANDING)
            ),
            copy=False,
        )
    )
    final = ("subject_id", "name", "grp", "score", "low", "high", "rank", "tied", "band")
    return (
        exp.select(
            *(column(n) for n in final),
            alias(column(f"g{stage}"), "grade"),
            alias(column(f"d{stage}"), "displaced"),
            alias(column(f"p{stage}"), "places"),
            *(column(n) for n in ("group_size", "zero", "last", "steps", "signature")),
            *pay_columns(book, "village"),
        )
        .with_("judged", as_=joined, copy=False)
        .from_(derived(graded, "graded"), copy=False)
        .order_by(_ascending("grp"), _ascending("rank"), _ascending("subject_id"), copy=False)
    )


def _zeroed(name: str) -> exp.Expr:
    vetoed = exp.EQ(this=column("zero", "j"), expression=integer(1))
    return alias(numbers.when((vetoed, integer(0)), default=column(name, "l")), name)


def _ranked(score: exp.Expr) -> list[exp.Expr]:
    group = [column("grp")]
    return [
        alias(score.copy(), "score"),
        alias(_rank(group, [_ascending("last"), _descending("low")]), "rank"),
        alias(
            exp.Sub(
                this=_peers([column("grp"), column("last"), column("low")]), expression=integer(1)
            ),
            "tied",
        ),
        alias(_peers(group), "group_size"),
    ]


def _sure_band(thresholds: Sequence[int]) -> exp.Expr:
    low, high = band_of(column("low"), thresholds), band_of(column("high"), thresholds)
    return numbers.cast(numbers.when((exp.EQ(this=low, expression=high), low.copy())), "BIGINT")


def _quota_step(step: exp.Select, stage: int, index: int, grade: Grade) -> exp.Select:
    """Send those beyond the quota of one grade to the next."""
    current, displaced, places_held = f"g{stage}", f"d{stage}", f"p{stage}"
    group = [column("grp"), column(current)]
    counted = exp.select(
        "*",
        alias(_rank(group, [_ascending("last"), _descending("score")]), f"q{stage}"),
        alias(_peers([*group, column("last"), column("score")]), f"e{stage}"),
        alias(
            numbers.whole_division(
                numbers.multiply(
                    column("group_size"),
                    integer(numbers.scaled(grade.quota or Decimal(0), numbers.RATE)),
                ),
                integer(10**numbers.RATE),
            ),
            f"n{stage}",
        ),
    ).from_(derived(step, f"stage{stage}"), copy=False)
    place: exp.Expr = column(f"q{stage}")
    if grade.ties == "exclude":  # the last of those who are tied decides for all of them
        place = exp.Sub(
            this=exp.Add(this=place, expression=column(f"e{stage}")), expression=integer(1)
        )
    beyond = exp.and_(
        exp.EQ(this=column(current), expression=integer(index)),
        exp.GT(this=exp.Paren(this=place), expression=column(f"n{stage}")),
    )
    nxt = stage + 1
    return exp.select(
        "*",
        alias(numbers.when((beyond, integer(index + 1)), default=column(current)), f"g{nxt}"),
        alias(numbers.when((beyond.copy(), integer(index)), default=column(displaced)), f"d{nxt}"),
        alias(
            numbers.when((beyond.copy(), column(f"n{stage}")), default=column(places_held)),
            f"p{nxt}",
        ),
    ).from_(derived(counted, f"counted{stage}"), copy=False)


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
    last = min(frame.end, frame.as_of)
    starts = _later(column("from_on", "a"), frame.start)
    ends = _earlier(column("to_on", "a"), last)
    share = numbers.when(
        *(
            (
                exp.EQ(this=column("role", "a"), expression=exp.Literal.string(role)),
                integer(numbers.scaled(spec.share, numbers.RATE)),
            )
            for role, spec in responsibility.roles.items()
        )
    )
    inner = (
        exp.select(
            column("cadre_id", "a"),
            column("village_id", "a"),
            alias(column("name", "r"), "village"),
            column("role", "a"),
            alias(starts, "from_on"),
            alias(ends, "to_on"),
            alias(share, "share"),
            alias(column("low", "r"), "village_low"),
            alias(column("high", "r"), "village_high"),
        )
        .from_(exp.alias_(exp.to_table("assignments"), "a", table=True), copy=False)
        .join(
            exp.alias_(exp.to_table(RESULTS, quoted=True), "r", table=True),
            on=exp.EQ(this=column("subject_id", "r"), expression=column("village_id", "a")),
            copy=False,
        )
        .where(exp.Is(this=column("case_id", "a"), expression=exp.Null()), copy=False)
    )
    spans = (
        exp.select("*")
        .from_(derived(inner, "assigned"), copy=False)
        .where(exp.LTE(this=column("from_on"), expression=column("to_on")), copy=False)
        .where(exp.Not(this=exp.Is(this=column("share"), expression=exp.Null())), copy=False)
    )
    span = exp.DateDiff(this=column("to_on"), expression=column("from_on"), unit=exp.var("DAY"))
    days = exp.Add(this=numbers.cast(span, "BIGINT"), expression=integer(1))
    return (
        exp.select(
            *(column(n) for n in ("cadre_id", "village_id", "village", "role", "from_on", "to_on")),
            alias(days, "days"),
            *(column(n) for n in ("share", "village_low", "village_high")),
        )
        .from_(derived(template(ONCE, spans), "spans"), copy=False)
        .order_by(
            *(_ascending(n) for n in ("cadre_id", "from_on", "village_id", "role")), copy=False
        )
    )


ONCE = """
WITH spans AS (SELECT 1),
ended AS (
  SELECT *, MAX(to_on) OVER (PARTITION BY cadre_id, village_id, role ORDER BY from_on, to_on
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended
  FROM spans
),
numbered AS (
  SELECT *, SUM(CASE WHEN from_on <= ended THEN 0 ELSE 1 END) OVER (
    PARTITION BY cadre_id, village_id, role ORDER BY from_on, to_on
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
  FROM ended
)
SELECT cadre_id, village_id, village, role, MIN(from_on) AS from_on, MAX(to_on) AS to_on, share,
  village_low, village_high
FROM numbered
GROUP BY cadre_id, village_id, village, role, stretch, share, village_low, village_high
"""
"""Joins the stretches of one role that overlap: no day of it counts twice."""


def _later(sql: exp.Expr, day: object) -> exp.Expr:
    return numbers.when((exp.GT(this=sql, expression=day_of(day)), sql.copy()), default=day_of(day))


def _earlier(sql: exp.Expr, day: object) -> exp.Expr:
    return numbers.when((exp.LT(this=sql, expression=day_of(day)), sql.copy()), default=day_of(day))


def cadre_plan(book: Rulebook, shares: str, *, doubtful: bool = False) -> exp.Select:
    """Return the plan that scores, ranks and grades cadres, from the shares of that table.

    Args:
        book: the compiled rules.
        shares: the table.
        doubtful: whether assignments were kept out: of their cadres it is then unknown what else
            they answer for.
    """
    scores = cadre_scores_plan(book, shares, doubtful=doubtful)
    return _graded_cadres(book, derived(scores, "joined"))


DOUBTFUL = """
WITH carried AS (SELECT 1),
extremes AS (
  SELECT CASE WHEN MIN(low) < {scale} THEN MIN(low) ELSE {scale} END AS least,
    CASE WHEN MAX(high) > {scale} THEN MAX(high) ELSE {scale} END AS most
  FROM "{results}"
),
doubtful AS (
  SELECT DISTINCT k.cadre_id FROM cadres AS k JOIN "{kept_out}" AS q
  ON q.table_name = 'assignments' AND q.kind = 'cadre'
    AND (q.subject_id = k.cadre_id OR q.subject_id = '')
)
SELECT c.cadre_id, c.days,
  CASE WHEN d.cadre_id IS NULL OR c.carried_low < e.least * c.days * {unit} THEN c.carried_low
    ELSE e.least * c.days * {unit} END AS carried_low,
  CASE WHEN d.cadre_id IS NULL OR c.carried_high > e.most * c.days * {unit} THEN c.carried_high
    ELSE e.most * c.days * {unit} END AS carried_high
FROM carried AS c CROSS JOIN extremes AS e LEFT JOIN doubtful AS d ON d.cadre_id = c.cadre_id
"""
"""Widens what is carried over by an assignment that was kept out: to any result, for any days."""


def cadre_scores_plan(book: Rulebook, shares: str, *, doubtful: bool = False) -> exp.Select:
    """Return the plan that scores cadres.

    For each assignment scale − share × (scale − village's score), weighted by days, plus the
    cadre's own lines, never below 0, rounded half-up once at the end.

    Args:
        book: the compiled rules.
        shares: the table that holds the rows of :func:`shares_plan`.
        doubtful: whether assignments were kept out.
    """
    document = book.ruleset.document
    assert document.responsibility is not None
    scale = numbers.scaled(document.scale, numbers.POINTS)
    unit = 10**numbers.RATE

    def carried(score: str) -> exp.Expr:
        lost = exp.Sub(this=integer(scale), expression=column(score))
        kept = exp.Sub(
            this=integer(scale * unit),
            expression=exp.Mul(this=column("share"), expression=exp.Paren(this=lost)),
        )
        return exp.Mul(this=column("days"), expression=exp.Paren(this=kept))

    def summed_up(sql: exp.Expr, name: str) -> exp.Expr:
        return alias(numbers.cast(exp.Sum(this=sql), "BIGINT"), name)

    summed = (
        exp.select(
            column("cadre_id"),
            summed_up(carried("village_low"), "carried_low"),
            summed_up(carried("village_high"), "carried_high"),
            summed_up(column("days"), "days"),
        )
        .from_(exp.to_table(shares, quoted=True), copy=False)
        .group_by(column("cadre_id"), copy=False)
    )

    if doubtful:
        text = DOUBTFUL.format(scale=scale, unit=unit, results=RESULTS, kept_out=QUARANTINED)
        summed = template(text, summed)

    exact = own_scale(book, "cadre") == numbers.EXACT

    def total(part: str) -> exp.Expr:
        """Add own lines to the mean and round once: twice would lift what lies just below half."""
        own = exp.Coalesce(this=column(part, "o"), expressions=[integer(0)])
        weight = numbers.multiply(column("days", "c"), integer(unit))
        if exact:
            carried = numbers.as_exact(column(f"carried_{part}", "c"))
            mean = numbers.divide_half_up(carried, numbers.wide(weight))
            added = numbers.add(mean, numbers.wide(own))
            same = numbers.to_scale(numbers.paren(added), numbers.EXACT, numbers.SAME)
            held = numbers.clamp(numbers.paren(same), 0, None)
            return rounded(numbers.paren(held), document.rounding.places, numbers.SAME)
        raw = numbers.add(column(f"carried_{part}", "c"), numbers.multiply(own, weight))
        step = 10 ** (numbers.POINTS - document.rounding.places)
        mean = rate_of(numbers.clamp(raw, 0, None), numbers.multiply(weight.copy(), integer(step)))
        return numbers.cast(numbers.multiply(mean, integer(step)), "BIGINT")

    return (
        exp.select(
            alias(column("cadre_id", "k"), "subject_id"),
            column("name", "k"),
            column("post", "k"),
            alias(exp.Literal.string(""), "grp"),
            alias(integer(0), "last"),
            alias(integer(1), "n"),
            alias(total("low"), "low"),
            alias(total("high"), "high"),
        )
        .from_(exp.alias_(exp.to_table("cadres"), "k", table=True), copy=False)
        .join(
            derived(summed, "c"),
            on=exp.EQ(this=column("cadre_id", "c"), expression=column("cadre_id", "k")),
            copy=False,
        )
        .join(
            exp.alias_(exp.to_table(CADRE_LINES, quoted=True), "o", table=True),
            on=exp.EQ(this=column("subject_id", "o"), expression=column("cadre_id", "k")),
            join_type="left",
            copy=False,
        )
    )


def cadre_grading_plan(book: Rulebook, scored: str) -> exp.Select:
    """Return the plan that ranks and grades cadres whose scores stand in a table."""
    return _graded_cadres(book, exp.to_table(scored, quoted=True))


def _graded_cadres(book: Rulebook, scored: exp.Subquery | exp.Table) -> exp.Select:
    document = book.ruleset.document
    assert document.responsibility is not None
    grades = document.responsibility.grades or document.grades
    thresholds = [numbers.reached(g.from_, numbers.POINTS) for g in grades.values()]
    ranked = exp.select("*", *_ranked(column("low"))).from_(scored, copy=False)
    final = ("subject_id", "name", "post", "grp", "score", "low", "high", "rank", "tied")
    return (
        exp.select(
            *(column(n) for n in final),
            alias(_sure_band(thresholds), "band"),
            alias(_sure_band(thresholds), "grade"),
            *pay_columns(book, "cadre"),
        )
        .from_(derived(ranked, "ranked"), copy=False)
        .order_by(_ascending("rank"), _ascending("subject_id"), copy=False)
    )


def holders_plan(book: Rulebook) -> exp.Select:
    """Return the plan that lists who holds which role for which village on the as-of date."""
    as_of = day_of(book.frame.as_of)
    starts, ends = column("from_on"), column("to_on")
    return (
        exp.select(column("cadre_id"), column("village_id"), column("role"))
        .distinct()
        .from_(exp.to_table("assignments"), copy=False)
        .where(
            exp.or_(
                exp.Is(this=starts, expression=exp.Null()),
                exp.LTE(this=starts.copy(), expression=as_of),
            ),
            exp.or_(
                exp.Is(this=ends, expression=exp.Null()),
                exp.GTE(this=ends.copy(), expression=as_of.copy()),
            ),
            exp.Is(this=column("case_id"), expression=exp.Null()),
            copy=False,
        )
        .order_by(*(_ascending(n) for n in ("cadre_id", "village_id", "role")), copy=False)
    )
