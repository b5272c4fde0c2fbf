"""The parts of a ruleset that encode clauses, and which of them rest on which."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules_engine.messages import tr
from rules_engine.model.candidates import names_it
from rules_engine.ruleset.grammar import ROOT, Grammar, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules_engine.model.ruleset import RulesetDocument
    from rules_engine.plan.rules import CriterionRule, IndicatorRule, Rulebook

APPEALS = "appeals"

OF_CADRES = "responsibility."
"""What the ids of the cadres' own grades begin with."""


@dataclass(frozen=True)
class Part:
    """Something that a ruleset says, with the clauses that it rests on.

    Attributes:
        kind: what it is, as its model says.
        id: its id in the ruleset.
    """

    kind: str
    id: str
    label: str
    clauses: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return what names the part among all."""
        return f"{self.kind}.{self.id}"


@dataclass
class Inventory:
    """All parts of a ruleset.

    Attributes:
        parts: the parts by key, in the order of the file.
        rests_on: for a part, those without which it could not be right either.
        hangs_on: for a consequence, the score lines whose vetoes it hears.
        bonuses: score lines that give nothing when nothing is recorded.
    """

    parts: dict[str, Part] = field(default_factory=dict)
    rests_on: dict[str, set[str]] = field(default_factory=dict)
    hangs_on: dict[str, set[str]] = field(default_factory=dict)
    bonuses: set[str] = field(default_factory=set)

    @property
    def root(self) -> str:
        """Return the key of the ruleset as a whole."""
        return next(iter(self.parts))

    def below(self, key: str) -> set[str]:
        """Return a part with everything that it rests on."""
        results: set[str] = set()
        waiting = [key]
        while waiting:
            here = waiting.pop()
            if here not in results:
                results.add(here)
                waiting += self.rests_on.get(here, ())
        return results

    def named(self, kind: str, name: str) -> list[str]:
        """Return the keys of the parts of that id or label."""
        known = (p for p in self.parts.values() if p.kind == kind)
        return [part.key for part in known if names_it(name, part.label, part.id)]


RESTING = ("standard", "place", "indicator", "parameter")
"""The kinds of parts that conditions name."""


def inventory(book: Rulebook) -> Inventory:
    """Return the parts of a compiled ruleset."""
    results = Inventory({part.key: part for part in _parts(book.ruleset.document)})
    for key, names in _names(book):
        known = (f"{kind}.{n}" for n in names for kind in RESTING)
        results.rests_on.setdefault(key, set()).update(k for k in known if k in results.parts)
    for name, indicator in book.indicators.items():
        if indicator.months:
            lines = {f"criterion.{line}" for line in indicator.months.lines}
            results.rests_on.setdefault(f"indicator.{name}", set()).update(lines)
    for name, place in book.places.items():
        results.rests_on[f"place.{name}"].update(f"criterion.{line.id}" for line in place.lines)
    for section_id, section, name, spec in book.ruleset.document.criteria():
        results.rests_on.setdefault(f"criterion.{name}", set()).add(f"section.{section_id}")
        if section.kind_of(spec) in ("bonus", "balance"):
            results.bonuses.add(name)
    for rule in book.payments:
        rests = results.rests_on.setdefault(f"payment.{rule.payment}.{rule.id}", set())
        rests |= {f"pay.{rule.spec.share_of}"} if rule.spec.share_of else set()
        rests |= {f"place.{rule.spec.place}"} if rule.spec.place else set()
    for name in book.ruleset.document.consequences:
        _join_facts(book, f"consequence.{name}", name, results)
    return results


def _parts(document: RulesetDocument) -> Iterator[Part]:
    """Yield the parts, those of a key together and score lines behind their sections."""
    yield Part("ruleset", document.ruleset, document.title, tuple(document.clause))
    keys = list(Grammar().fields(ROOT))
    listed = [(keys.index(str(path[0])), at.kind == "criterion", path, spec, at.kind)
              for path, spec, at in parts(document)
              if hasattr(spec, "label") and hasattr(spec, "clause")]  # fmt: skip
    for _, _, path, spec, kind in sorted(listed, key=lambda one: one[:2]):
        if path[0] != "responsibility":
            around: tuple[str, ...] = ()
            name = str(path[-1])
            if kind == "criterion":
                around = document.sections[str(path[1])].clause
            elif kind == "payment":
                around, name = document.pay[str(path[1])].clause, f"{path[1]}.{name}"
            yield Part(kind, name, spec.label, tuple(spec.clause or around))
    yield from _responsibility(document)
    if appeals := document.appeals:
        named = (*appeals.clause, *(appeals.adjust.clause if appeals.adjust else ()))
        yield Part(APPEALS, APPEALS, tr("disputing a result"), tuple(dict.fromkeys(named)))


def _responsibility(document: RulesetDocument) -> Iterator[Part]:
    spec = document.responsibility
    if spec is None:
        return
    yield Part("responsibility", "shares", tr("shares of responsibility"), tuple(spec.clause))
    for role, value in spec.roles.items():
        yield Part("role", role, role, tuple(value.clause or spec.clause))
    for name, grade in (spec.grades or {}).items():
        yield Part("grade", f"{OF_CADRES}{name}", grade.label, tuple(grade.clause))


def _names(book: Rulebook) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield parts with the names that their expressions use."""
    for name, rule in book.indicators.items():
        yield f"indicator.{name}", _indicator_names(rule, book)
    for payment in book.payments:
        known = [part.names | part.indicators for part in payment.expressions.values()]
        yield f"payment.{payment.payment}.{payment.id}", frozenset().union(*known)
    for name, compiled in book.all_standards.items():
        yield f"standard.{name}", compiled.names | compiled.indicators
    for name, place in book.places.items():
        used = {n for part in place.expressions for n in part.names | part.indicators}
        yield f"place.{name}", used
    for line in book.criteria:
        yield f"criterion.{line.id}", _line_names(line, book)
    for name, (share, among) in book.targets.items():
        names = share.names | share.indicators
        yield f"target.{name}", names | among.names if among else names


def _line_names(line: CriterionRule, book: Rulebook) -> set[str]:
    names = {n for part in line.expressions for n in part.names | part.indicators}
    own = [r for n, r in book.indicators.items() if n in names and n.startswith(f"{line.id}__")]
    return names | {n for rule in own for n in _indicator_names(rule, book)}


def _indicator_names(rule: IndicatorRule, book: Rulebook) -> frozenset[str]:
    """Return the names in an indicator; over records all but parameters are columns."""
    if rule.peers:
        return rule.names | rule.peers.indicators
    return rule.names if rule.value or rule.months else rule.names & set(book.figures)


def _join_facts(book: Rulebook, key: str, name: str, inventory: Inventory) -> None:
    needs = {fact for r in book.judgement if r.consequence == name for fact, _ in r.needs}
    known = {f"{kind}.{n}" for n in needs for kind in ("standard", "consequence")}
    inventory.rests_on.setdefault(key, set()).update(known & set(inventory.parts))
    vetoes = {f"criterion.{n.removesuffix('.veto')}" for n in needs if n.endswith(".veto")}
    inventory.hangs_on[key] = vetoes & set(inventory.parts)
