"""How each method becomes a formula in the condition language, with measures of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.api import Expansion, Measure, Range, Ranking, figures_of, normal, tr
from rules_engine_methods import escalation, steps
from rules_engine_methods.by_class import by_class as by_class
from rules_engine_methods.figures import empty, number, operand, parts_of, plain_sum, shown

if TYPE_CHECKING:
    from rules_engine.api import Known, Part
    from rules_engine_methods.fields import (
        Bands,
        CheckItem,
        Checklist,
        Deadline,
        Each,
        Formula,
        Judgement,
        PerItem,
        Proportion,
        Rank,
        RaterKind,
        Rating,
        Target,
    )


def per_item(fields: PerItem, start: Decimal, known: Known) -> Expansion:
    """Start from the points (from 0 when records only add) and go record by record."""
    if not fields.deduct and not fields.add:
        raise ValueError(tr("“per item” needs “deduct” or “add”"))
    base = [number(start)] if fields.deduct else []
    formula = " + ".join(base + [_times(e, known) for e in fields.add])
    parts: list[Part] = [(("deduct", i, "of"), e.of, "number") for i, e in enumerate(fields.deduct)]
    parts += [(("add", i, "of"), e.of, "number") for i, e in enumerate(fields.add)]
    for key, rows in (("deduct", fields.deduct), ("add", fields.add)):
        parts += [p for i, e in enumerate(rows) for p in parts_of((key, i, "each"), e.each)]
    formula = "".join([formula, *(f" - {_times(e, known)}" for e in fields.deduct)])
    return Expansion(formula, parts=tuple(parts))


def target(fields: Target, start: Decimal, known: Known) -> Expansion:
    """Take ``each`` for every ``per`` short of the target; give ``better`` for every one beyond."""
    is_rate = fields.of in known.rates
    targets = figures_of(fields.target)
    if is_rate and any(goal > 1 for goal in targets):
        raise ValueError(tr("a rate is at most 100%; write its target as a percentage, as in 90%"))
    steps.check_size(fields.per, rate=is_rate)
    counted = fields.of in known.names and not is_rate
    if counted and fields.per is None and any(0 < abs(goal) < 1 for goal in targets):
        raise ValueError(tr("“of” is no rate: a step is a whole 1, more than the target; say with "
                            "“per” what a step is, such as 1%"))  # fmt: skip
    goal, of = shown(fields.target, rate=is_rate), operand(fields.of)
    above, below = f"{of} - {goal}", f"{goal} - {of}"
    if fields.direction == "at most":
        above, below = below, above
    formula = f"{number(start)} - {number(fields.each)} * {_steps(fields, below, rate=is_rate)}"
    if fields.better is not None:
        formula += f" + {number(fields.better)} * {_steps(fields, above, rate=is_rate)}"
    parts = [*_only(fields.of), *parts_of(("target",), fields.target, rate=is_rate)]
    parts += parts_of(("each",), fields.each) + parts_of(("better",), fields.better)
    return Expansion(formula, empty(fields.of, known), parts=tuple(parts))


def _steps(fields: Target, distance: str, *, rate: bool) -> str:
    return steps.counted(distance, fields.per, fields.begun, rate=rate)


def proportion(fields: Proportion, start: Decimal, known: Known) -> Expansion:
    """Multiply the points by the rate."""
    rate = operand(fields.of)
    if fields.full_from is not None:
        rate = f"least({rate} / {shown(fields.full_from, rate=True)}, 1)"
    formula = f"{number(known.full)} * {rate}"
    parts = (*_only(fields.of), *parts_of(("full_from",), fields.full_from, rate=True))
    return Expansion(formula, empty(fields.of, known), parts=parts)


def bands(fields: Bands, start: Decimal, known: Known) -> Expansion:
    """Look the value up in the table of ranges."""
    is_rate, of = fields.of in known.rates, operand(fields.of)
    branches = []
    for band in fields.bands:
        if is_rate and ((band.from_ or 0) > 1 or (band.to or 0) >= 2):
            raise ValueError(tr("a rate is at most 100%; write its ranges as percentages"))
        low = [f"{of} >= {shown(band.from_, rate=is_rate)}"] if band.from_ is not None else []
        high = [f"{of} < {shown(band.to, rate=is_rate)}"] if band.to is not None else []
        test = " and ".join(low + high) or f"{of} is not null"
        branches.append(f"when {test} then {number(band.points)}")
    formula = f"case {' '.join(branches)} else 0 end"
    parts = list(_only(fields.of))
    for index, band in enumerate(fields.bands):
        parts += parts_of(("bands", index, "points"), band.points)
    return Expansion(formula, empty(fields.of, known), parts=tuple(parts))


def _only(of: str) -> tuple[Part, ...]:
    return ((("of",), of, "number"),)


def checklist(fields: Checklist, start: Decimal, known: Known) -> Expansion:
    """Count what is in place."""
    parts: list[Part] = [
        (("items", i, "met"), item.met, "boolean") for i, item in enumerate(fields.items)
    ]
    return Expansion(_in_place(fields, start, known.full), parts=tuple(parts))


def _in_place(fields: Checklist, start: Decimal, full: Decimal) -> str:
    count = " + ".join(f"case when {item.met} then 1 else 0 end" for item in fields.items)
    tests = [f"({item.met})" for item in fields.items]
    if fields.rule == "all":
        return f"case when {' and '.join(tests)} then {number(full)} else 0 end"
    if fields.rule == "at least":
        if fields.at_least is None:
            raise ValueError(tr("say with “at_least” how many things must be in place"))
        if fields.at_least > len(fields.items):
            raise ValueError(tr("“at_least” asks for more things than the list has"))
        if fields.at_least == 1:  # one that is met is enough, though another may be unknown
            return f"case when {' or '.join(tests)} then {number(full)} else 0 end"
        return f"case when {count} >= {fields.at_least} then {number(full)} else 0 end"
    with_points = [item for item in fields.items if item.points is not None]
    if with_points:
        _check_points(fields.items, start)
        sign = "-" if full < 0 else ""
        return " + ".join(
            f"case when {item.met} then {sign}{plain_sum([item.points])} else 0 end"
            for item in with_points
        )
    return f"{number(full)} * ({count}) / {len(fields.items)}"


def _check_points(items: tuple[CheckItem, ...], start: Decimal) -> None:
    points = [item.points for item in items if item.points is not None]
    if len(points) != len(items):
        raise ValueError(tr("give points for all items of the checklist, or for none"))
    if start and sum(points) != start:
        raise ValueError(
            tr(
                "the items of the checklist give {total} points, the criterion has {points}",
                total=sum(points),
                points=start,
            )
        )


def formula(fields: Formula, start: Decimal, known: Known) -> Expansion:
    """Take the expression as it stands."""
    return Expansion(fields.formula)


def _times(each: Each, known: Known) -> str:
    count = steps.units(each.of, each.per, each.begun, known)
    if not escalation.escalates(each):
        return f"{number(each.each)} * {count}"
    if count == operand(each.of):
        count = f"greatest({each.of}, 0)"
    return escalation.points_of(escalation.stages(each), count)


def deadline(fields: Deadline, start: Decimal, known: Known) -> Expansion:
    """Give points by the day on which the thing was done."""
    of, due = operand(fields.of), [f"'{known.day(b.by)}'" for b in fields.deadlines]
    if sorted(due) != due or len(set(due)) < len(due):
        raise ValueError(tr("the deadlines must come in order, each day once"))
    branches = " ".join(
        f"when {of} <= {by} then {number(b.points)}"
        for by, b in zip(due, fields.deadlines, strict=True)
    )
    late = number(fields.later)
    if fields.each_month is not None:
        ended = f"case when {of} <= as_of then {of} else as_of end"
        best = number(fields.deadlines[-1].points)
        months = "full_months" if fields.begun == "full" else "months"
        late = f"{best} - {number(fields.each_month)} * {months}({due[-1]}, {ended})"
    elif fields.begun != "whole":
        raise ValueError(tr("“begun” says what a month counts: it needs “each_month”"))
    parts: list[Part] = [(("of",), fields.of, "date")]
    for index, day in enumerate(fields.deadlines):
        parts += parts_of(("deadlines", index, "points"), day.points)
    return Expansion(f"case {branches} else {late} end", parts=tuple(parts))


def rating(fields: Rating, start: Decimal, known: Known) -> Expansion:
    """Weigh the averages of the kinds of raters."""
    if sum(kind.weight for kind in fields.kinds) != 1:
        raise ValueError(tr("the weights of the kinds of raters must add up to 100%"))
    called = [normal(kind.kind) for kind in fields.kinds]
    if twice := next((kind for n, kind in enumerate(called) if kind in called[:n]), ""):
        raise ValueError(tr("the kind of raters “{kind}” stands twice", kind=twice))
    measures: list[Measure] = []
    parts = []
    for index, kind in enumerate(fields.kinds):
        measures += _measures(fields, kind, index)
        weight = f"{number(kind.weight * 100)}%"
        parts.append(f"{weight} * {_average(fields, index)}")
    counts = " + ".join(f"{{count_{i}}}" for i in range(len(fields.kinds)))
    share = f"({' + '.join(parts)}) / {number(fields.out_of)}"
    ranges = (
        Range("score", Decimal(0), fields.out_of, "rater_kind", kind.kind) for kind in fields.kinds
    )
    return Expansion(
        f"{number(known.full)} * {share}",
        f"{counts} = 0",
        tuple(measures),
        table=fields.from_,
        ranges=tuple(ranges),
        needs_records=True,
    )


def _measures(fields: Rating, kind: RaterKind, index: int) -> list[Measure]:
    quoted = kind.kind.replace("'", "''")
    where = f"rater_kind = '{quoted}'"
    if fields.where is not None:
        where = f"({fields.where}) and {where}"
    base: dict[str, object] = {"from": fields.from_, "where": where, "period": fields.period}
    names = {
        "sum": tr("sum of the ratings by {kind}", kind=kind.kind),
        "max": tr("highest rating by {kind}", kind=kind.kind),
        "min": tr("lowest rating by {kind}", kind=kind.kind),
    }
    count = Measure(f"count_{index}", {**base, "label": tr("ratings by {kind}", kind=kind.kind)})
    wanted = names if fields.drop_extremes_from else {"sum": names["sum"]}
    return [
        count,
        *(
            Measure(f"{how}_{index}", {**base, "label": label, how: "score"})
            for how, label in wanted.items()
        ),
    ]


def _average(fields: Rating, index: int) -> str:
    total, count = f"{{sum_{index}}}", f"{{count_{index}}}"
    if fields.drop_extremes_from is None:
        return f"{total} / {count}"
    kept = f"({total} - {{max_{index}}} - {{min_{index}}}) / ({count} - 2)"
    fewest = fields.drop_extremes_from
    return f"case when {count} >= {fewest} then {kept} else {total} / {count} end"


def judgement(fields: Judgement, start: Decimal, known: Known) -> Expansion:
    """Add up what was judged; who judged and why must be said of each record."""
    if fields.least > fields.most:
        raise ValueError(tr("“min” is greater than “max”"))
    base: dict[str, object] = {
        "label": tr("points by judgement"),
        "from": fields.from_,
        "period": fields.period,
    }
    parts: list[Part] = [(("of",), fields.of, "number")]
    conditions = []
    if fields.where is not None:
        conditions.append(f"({fields.where})")
        parts.append((("where",), fields.where, "boolean"))
    by, value = "", ""
    if fields.item is not None:
        quoted = fields.item.replace("'", "''")
        conditions.append(f"item = '{quoted}'")
        by, value = "item", fields.item
    where = {"where": " and ".join(conditions)} if conditions else {}
    added = fields.direction == "add"
    # The records lie in the range; that it is written out lets checks see what each costs at least.
    judged = f"least(greatest({fields.of}, {number(fields.least)}), {number(fields.most)})"
    return Expansion(
        f"{'0 +' if added else f'{number(start)} -'} {{items}}",
        measures=(
            Measure("items", {**base, **where, "sum": judged}, tuple(parts)),
            Measure("count", {**base, **where, "label": tr("judgements")}),
        ),
        table=fields.from_,
        ranges=(Range(fields.of, fields.least, fields.most, by, value),),
        filled={"of": fields.of, "by": fields.by, "why": fields.why},
    )


def rank(fields: Rank, start: Decimal, known: Known) -> Expansion:
    """Give points by the place among the subjects of the group."""
    branches = [
        f"when {{place}} = {place} then {number(points)}"
        for place, points in enumerate(fields.places, 1)
    ]
    if fields.last is not None:
        last = "{place_last} = 1 and {place} > 1"  # all alike, or alone: first and not last
        branches.insert(0, f"when {last} then {number(fields.last)}")
    ranking = Ranking("place", fields.by, fields.best == "most")
    return Expansion(
        f"case {' '.join(branches)} else {number(fields.others)} end",
        empty(fields.by, known),
        rankings=(ranking,),
    )
