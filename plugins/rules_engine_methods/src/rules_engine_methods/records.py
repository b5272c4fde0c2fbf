"""How each method that looks at records itself becomes measures and a formula."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.api import Expansion, Measure, Range, Ranking, normal, tr
from rules_engine_methods.wording import empty, number, operand

if TYPE_CHECKING:
    from rules_engine.api import Known, Part
    from rules_engine_methods.fields import (
        ByClass,
        Deadline,
        Rank,
        RaterKind,
        Rating,
        RecordClass,
    )


def by_class(fields: ByClass, start: Decimal, known: Known) -> Expansion:
    """Add up what each record costs (or earns) by the first class that it belongs to."""
    branches = " ".join(f"when {c.when} then {_worth(c)}" for c in fields.classes)
    each = f"case {branches} else 0 end"
    for factor in fields.times:
        each = f"{each} * case when {factor.when} then {number(factor.by)} else 1 end"
    parts: list[Part] = [
        (("classes", i, "when"), c.when, "boolean") for i, c in enumerate(fields.classes)
    ]
    parts += [
        (("classes", i, "per"), c.per, "number")
        for i, c in enumerate(fields.classes)
        if c.per is not None
    ]
    parts += [(("times", i, "when"), f.when, "boolean") for i, f in enumerate(fields.times)]
    spec: dict[str, object] = {
        "label": tr("points by class"),
        "from": fields.from_,
        "period": fields.period,
        "sum": each,
    }
    if fields.where is not None:
        spec["where"] = fields.where
        parts.append((("where",), fields.where, "boolean"))
    sign = "+" if fields.direction == "add" else "-"
    base = "0" if fields.direction == "add" else number(start)
    return Expansion(
        f"{base} {sign} {{items}}",
        measures=(
            Measure(
                "items",
                spec,
                tuple(parts),
                tuple(c.when for c in fields.classes),
                tuple(f.when for f in fields.times),
            ),
        ),
    )


def _worth(of: RecordClass) -> str:
    return number(of.each) if of.per is None else f"{number(of.each)} * {operand(of.per)}"


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
        late = f"{best} - {number(fields.each_month)} * months({due[-1]}, {ended})"
    part: Part = (("of",), fields.of, "date")
    return Expansion(f"case {branches} else {late} end", parts=(part,))


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
