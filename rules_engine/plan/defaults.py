"""What a ruleset does not say and the language decides: every default that gives or takes points.

Only those are told that matter for the ruleset at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.conditions import numbers
from rules_engine.conditions.bounds import INFINITE, OPEN, Span
from rules_engine.conditions.formulas import span_of
from rules_engine.messages import listed, tr
from rules_engine.model.fields import NO_FLOOR
from rules_engine.model.figures import plain
from rules_engine.model.pay import covers_all
from rules_engine.plan.verbalizer import RulesetVerbalizer, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rules_engine.model.outcomes import Grade
    from rules_engine.model.pay import Pay, PayPart
    from rules_engine.model.plugin import Method
    from rules_engine.model.scoring import Section
    from rules_engine.plan.rules import CriterionRule, Rulebook
    from rules_engine.yamltext.read import KeyPath


@dataclass(frozen=True)
class Default:
    """What goes because nothing else is written.

    Attributes:
        path: the part of the ruleset that could say otherwise.
        where: what people call it.
        value: the figure, empty where there is none.
        text: what goes, as a half-sentence.
    """

    path: KeyPath
    where: str
    value: str
    text: str


def defaults(book: Rulebook) -> Iterator[Default]:
    """Yield every default in effect that gives or takes points, money or grades."""
    yield from _of_totals(book)
    verbalizer = RulesetVerbalizer(book)
    for rule in book.criteria:
        for variant in rule.variants or (rule,):
            yield from _not_applicable(variant)
        yield from _returned(rule)
        yield from _of_method(rule, verbalizer, book.methods.get(rule.spec.method))
    yield from _bounds(book)
    yield from _mixed(book)
    yield from _months(book)
    yield from _peers(book)
    document = book.ruleset.document
    yield from _grades(document.grades, ("grades",), _least_total(book))
    if document.responsibility:
        own = document.responsibility.grades or {}
        yield from _grades(own, ("responsibility", "grades"), Decimal(0))
    yield from _consequences(book)
    yield from _pay(book)


def _of_totals(book: Rulebook) -> Iterator[Default]:
    document = book.ruleset.document
    if "rounding" not in {*document.model_fields_set, *document.assumed}:
        places = document.rounding.places
        text = tr("totals are rounded half up to {places} places", places=places)
        yield Default(("rounding",), tr("total"), str(places), text)


def _unsaid(rule: CriterionRule, key: str) -> bool:
    """Return whether a line says nothing of a key, nor why it is as it is."""
    reasons = rule.spec.assumed
    return key not in rule.spec.model_fields_set and not (
        isinstance(reasons, dict) and key in reasons
    )


def _not_applicable(rule: CriterionRule) -> Iterator[Default]:
    if not (rule.may_not_apply and rule.worth > 0 and _unsaid(rule, "not_applicable")):
        return
    if rule.empty is None:
        text = tr("where it does not apply it gives full points")
    elif rule.when is None:
        text = tr("where there is nothing to assess it gives full points")
    else:
        text = tr("where it does not apply, or there is nothing to assess, it gives full points")
    yield Default(rule.path, rule.spec.label, _points(rule.worth), text)


def _returned(rule: CriterionRule) -> Iterator[Default]:
    spec = rule.spec.put_right
    if spec is not None and "back" not in spec.model_fields_set:
        yield Default((*rule.path, "put_right"), rule.spec.label, "100%",
                      tr("what was put right gives back all that it cost"))  # fmt: skip


def _of_method(
    rule: CriterionRule, verbalizer: RulesetVerbalizer, method: Method | None
) -> Iterator[Default]:
    if method is None or method.defaults is None or rule.fields is None:
        return
    for value, text in method.defaults(rule.fields, wording(rule, verbalizer)):
        yield Default(rule.path, rule.spec.label, value, text)


def _bounds(book: Rulebook) -> Iterator[Default]:
    """Yield the floors and caps that nobody wrote and that can bind, alike ones together."""
    lows: dict[tuple[str, int], list[CriterionRule]] = {}
    highs: dict[tuple[str, int], list[CriterionRule]] = {}
    for rule in book.criteria:
        tree = rule.raw.tree
        span = span_of(tree, _named(book)) if tree is not None else OPEN
        if _unsaid(rule, "floor") and span.low < numbers.unscaled(rule.floor, numbers.POINTS):
            lows.setdefault((rule.kind, rule.floor), []).append(rule)
        if _unsaid(rule, "cap") and span.high > numbers.unscaled(rule.cap, numbers.POINTS):
            highs.setdefault((rule.kind, rule.cap), []).append(rule)
    for (kind, bound), rules in lows.items():
        text = tr("it does not fall below zero")
        if kind in ("deduction", "balance"):
            text = tr("it takes no more than its points")
        yield _together(rules, bound, text)
    for (kind, bound), rules in highs.items():
        text = tr("it does not rise above its points")
        if kind == "deduction":
            text = tr("it never adds points")
        yield _together(rules, bound, text)


def _mixed(book: Rulebook) -> Iterator[Default]:
    """Yield between what a section lies that begins from a base, or has lines that add and take."""
    document = book.ruleset.document
    for name, section in document.sections.items():
        if not section.mixed or section.points is None:
            continue
        free = section.model_copy(update={"floor": NO_FLOOR})
        if section.floor is None and _least(book, name, free) < 0:
            yield Default(("sections", name), section.label, "0",
                          tr("it does not fall below zero"))  # fmt: skip
        if section.cap is None and section.reached(document.times(section)) > section.points:
            yield Default(("sections", name), section.label, plain(section.points),
                          tr("all in all it does not rise above its points"))  # fmt: skip


def _together(rules: list[CriterionRule], bound: int, text: str) -> Default:
    return Default(rules[0].path, listed(r.spec.label for r in rules), _points(bound), text)


def _named(book: Rulebook) -> Callable[[str], Span]:
    """Return between what the names of formulas lie; they may be written as labels."""
    document = book.ruleset.document
    parts = (*document.parameters.items(), *document.indicators.items())
    ids = {spec.label: name for name, spec in parts}

    def named(name: str) -> Span:
        label = ids.get(name, name)
        if label in book.figures:
            return Span(book.figures[label], book.figures[label])
        rule = book.indicators.get(label)
        if rule is None or rule.value is not None or rule.measured is not None:
            return OPEN
        return Span(Decimal(0), Decimal(1) if rule.spec.rate else INFINITE)

    return named


def _peers(book: Rulebook) -> Iterator[Default]:
    """Yield over whom references go, and what they are where there is nobody else."""
    grouped = book.ruleset.document.subjects.group is not None
    for name, spec in book.ruleset.document.indicators.items():
        peers, path = spec.peers, ("indicators", name, "peers")
        if peers is None:
            continue
        if grouped and spec.subject.judged and "over" not in peers.model_fields_set:
            yield Default(path, spec.label, "", tr("all groups are compared together"))
        if peers.alone is None and peers.without_self:
            text = tr("where there is nobody else, there is nothing to compare with")
            yield Default(path, spec.label, "", text)
        elif peers.alone is None and (peers.over != "all" or peers.among):
            text = tr("who is the only one is compared with its own value")
            yield Default(path, spec.label, "", text)


def _months(book: Rulebook) -> Iterator[Default]:
    for name, section in book.ruleset.document.sections.items():
        rules = [r for r in book.criteria if r.section_id == name and r.may_not_apply]
        if section.part and section.adding == "average" and rules:
            yield Default(
                ("sections", name), section.label, "",
                tr("{units} in which a line does not apply are left out of its mean",
                   units=section.part.nouns),
            )  # fmt: skip


def _grades(grades: Mapping[str, Grade], path: KeyPath, least: Decimal) -> Iterator[Default]:
    for name, grade in grades.items():
        if not grade.is_limited:
            continue
        if grade.quota is not None:
            yield Default((*path, name), grade.label, f"{plain(grade.quota * 100)}%",
                          tr("parts of a place are dropped"))  # fmt: skip
        if "ties" not in grade.model_fields_set:
            yield Default((*path, name), grade.label, "",
                          tr("of those tied for its last place none gets it"))  # fmt: skip
    if grades:
        name, grade = list(grades.items())[-1]
        if least < grade.from_:
            yield Default((*path, name), grade.label, plain(grade.from_),
                          tr("those below its threshold get it as well"))  # fmt: skip


def _least_total(book: Rulebook) -> Decimal:
    document = book.ruleset.document
    total = document.base
    for name, section in document.sections.items():
        if section.subject.judged:
            total += min(_least(book, name, section), Decimal(0)) if section.for_ else _least(
                book, name, section)  # fmt: skip
    return total


def _least(book: Rulebook, name: str, section: Section) -> Decimal:
    floors = [numbers.unscaled(r.floor, numbers.POINTS) for r in book.criteria
              if r.section_id == name]  # fmt: skip
    least = sum(floors, Decimal(0))
    if section.each_floor is not None:
        least = max(least, section.each_floor)
    least = section.base + least * book.ruleset.document.times(section)
    floor, cap = section.span
    if floor is not None:
        least = max(least, floor)
    if cap is not None:
        least = min(least, cap)
    return least * section.weight


def _consequences(book: Rulebook) -> Iterator[Default]:
    for name, spec in book.ruleset.document.consequences.items():
        if spec.kind == "downgrade" and "steps" not in spec.model_fields_set:
            yield Default(("consequences", name), spec.label, "1",
                          tr("the grade falls by one"))  # fmt: skip


def _pay(book: Rulebook) -> Iterator[Default]:
    for name, spec in book.ruleset.document.pay.items():
        path: KeyPath = ("pay", name)
        half_up = spec.rounding == "half up"
        if half_up and _is_rounded(spec) and "places" not in spec.model_fields_set:
            yield Default(path, spec.label, str(spec.places),
                          tr("amounts are rounded half up to {places} places",
                             places=spec.places))  # fmt: skip
        parts = [((*path, "parts", n), part) for n, part in spec.parts.items()]
        tables = [(p, part.label, part.bands) for p, part in parts if part.bands]
        for place, label, bands in tables or [(path, spec.label, spec.bands)] * (not parts):
            if not covers_all(bands):
                yield Default(place, label, "0",
                              tr("a score that no range holds brings nothing"))  # fmt: skip
        for place, part in parts:
            yield from _of_part(place, part)


def _is_rounded(spec: Pay) -> bool:
    """Return whether something of a payment can have more places than are paid."""
    fine = (part.bands or part.of or part.share_of or part.factors for part in spec.parts.values())
    return any(fine) or any(band.each for band in spec.bands)


def _of_part(path: KeyPath, part: PayPart) -> Iterator[Default]:
    if part.ranks and "ties" not in part.model_fields_set:
        yield Default(path, part.label, "", tr("each of those tied gets the amount of the place"))
    if part.roles and not part.share_of and "days" not in part.model_fields_set:
        text = tr("the factor is the mean over the days in which a role is held")
        yield Default(path, part.label, "", text)
    if part.of and "begun" not in part.model_fields_set and part.step != 1:
        yield Default(path, part.label, "", tr("a begun step counts in proportion"))


def _points(scaled: int) -> str:
    return plain(numbers.unscaled(scaled, numbers.POINTS))
