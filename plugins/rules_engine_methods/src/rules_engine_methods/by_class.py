"""Turns the classes of records into measures and a formula.

What a record counts goes by its class. Where a further one counts otherwise, it goes by which one
it is too: of records that count alike that follows from how many there are; of others they have to
be put in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import Expansion, Measure, tr
from rules_engine_methods import escalation, steps
from rules_engine_methods.figures import number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from rules_engine.api import Known, Part
    from rules_engine_methods.fields import ByClass, RecordClass

NTH = "{nth}"
"""Which one a record is, in the order of days."""


def by_class(fields: ByClass, start: Decimal, known: Known) -> Expansion:
    """Add up what each record costs (or earns) by the first class that it belongs to."""
    escalating = [n for n, c in enumerate(fields.classes) if escalation.escalates(c)]
    if fields.counted == "all together" and not escalating:
        raise ValueError(tr("“counted” says which one a record is: it needs a class with “then” or "
                            "“repeated”"))  # fmt: skip
    if any(c.per is None and (c.step or c.begun != "proportion") for c in fields.classes):
        raise ValueError(tr("say with “per” what comes in steps"))
    measures: list[Measure] = []
    terms: list[str] = []
    if in_order(fields):
        measures, terms = [_items(fields, ordered=True)], ["{items}"]
    else:
        if len(escalating) < len(fields.classes):
            measures, terms = [_items(fields, without=escalating)], ["{items}"]
        for n in escalating:
            measures.append(_count(fields, n))
            points = escalation.stages(fields.classes[n])
            terms.append(escalation.points_of(points, f"{{class_{n}}}"))
    sign = "+" if fields.direction == "add" else "-"
    base = "0" if fields.direction == "add" else number(start)
    return Expansion(" ".join([base, *(f"{sign} {term}" for term in terms)]),
                     measures=tuple(measures))  # fmt: skip


def in_order(fields: ByClass) -> bool:
    """Return whether records have to be put in order: those of a count do not count alike."""
    if fields.counted == "all together":
        return True
    return any(
        escalation.escalates(c) and (c.per is not None or bool(fields.times))
        for c in fields.classes
    )


def _items(fields: ByClass, *, without: Sequence[int] = (), ordered: bool = False) -> Measure:
    """Return what adds up the points of records.

    Args:
        fields: the fields of the method.
        without: classes of which the records are only counted, elsewhere.
        ordered: whether it goes by which one a record is.
    """
    chosen = {n: "0" for n in without}
    branches = [
        f"when {c.when} then {chosen.get(n) or _worth(c, ordered=ordered)}"
        for n, c in enumerate(fields.classes)
    ]
    each = f"case {' '.join(branches)} else 0 end"
    for factor in fields.times:
        each = f"{each} * case when {factor.when} then {number(factor.by)} else 1 end"
    spec = _spec(fields, tr("points by class"))
    if without:
        others = _class_of(fields, {n: "0" if n in without else "1" for n in range(len(branches))})
        spec["where"] = _where(fields, f"{others} = 1")
    numbered = ""
    if ordered:
        together = fields.counted == "all together"
        numbered = _class_of(fields, {n: "0" if together else str(n) for n in range(len(branches))})
    return Measure(
        "items",
        {**spec, "sum": each},
        _parts(fields),
        tuple(c.when for c in fields.classes),
        tuple(f.when for f in fields.times),
        numbered=numbered,
        stages=max(len(escalation.stages(c)) for c in fields.classes) if ordered else 0,
    )


def _count(fields: ByClass, n: int) -> Measure:
    """Return what counts the records of one class."""
    of = fields.classes[n]
    own = _class_of(fields, {m: "1" if m == n else "0" for m in range(n + 1)})
    spec = _spec(fields, of.label or tr("records of class {number}", number=n + 1))
    return Measure(f"class_{n}", {**spec, "where": _where(fields, f"{own} = 1")}, _parts(fields))


def _class_of(fields: ByClass, values: dict[int, str]) -> str:
    """Return a value of a record by its class, as an expression; −1 for a record of none."""
    branches = (f"when {fields.classes[n].when} then {value}" for n, value in values.items())
    return f"case {' '.join(branches)} else -1 end"


def _where(fields: ByClass, condition: str) -> str:
    return condition if fields.where is None else f"({fields.where}) and {condition}"


def _spec(fields: ByClass, label: str) -> dict[str, object]:
    spec: dict[str, object] = {"label": label, "from": fields.from_, "period": fields.period}
    return spec if fields.where is None else {**spec, "where": fields.where}


def _parts(fields: ByClass) -> tuple[Part, ...]:
    """Return the expressions over records, each at its place."""
    classes = list(enumerate(fields.classes))
    parts: list[Part] = [(("classes", i, "when"), c.when, "boolean") for i, c in classes]
    parts += [(("classes", i, "per"), c.per, "number") for i, c in classes if c.per is not None]
    parts += [(("times", i, "when"), f.when, "boolean") for i, f in enumerate(fields.times)]
    if fields.where is not None:
        parts.append((("where",), fields.where, "boolean"))
    return tuple(parts)


def _worth(of: RecordClass, *, ordered: bool) -> str:
    """Return the points of a record of a class, as an expression."""
    points = escalation.of_nth(escalation.stages(of), NTH) if ordered else number(of.each)
    return points if of.per is None else f"{points} * {steps.units(of.per, of.step, of.begun)}"
