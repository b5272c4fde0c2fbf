"""Compiles places among others, and finds those that would change what they rest on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.conditions import fractions
from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.plan.places import place_symbol, resting_on, total_symbol, veto_symbol
from rules_engine.plan.rules import PlaceRule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from rules_engine.conditions.scope import Scope
    from rules_engine.model.inputs import Place
    from rules_engine.model.judgement import JudgementRule
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.plan.indicators import IndicatorCompiler
    from rules_engine.yamltext.read import KeyPath


class PlaceCompiler:
    """Compiles the places of a ruleset and the standards that rest on them."""

    def __init__(self, parent: IndicatorCompiler, kind: SubjectKind) -> None:
        """Take what has compiled everything that is scored, and of whom places are asked."""
        self.parent, self.kind = parent, kind
        self.book = parent.book
        places = parent.document.places
        self.places = {name: spec for name, spec in places.items() if spec.subject == kind}

    def compile(self, standards: Collection[str]) -> None:
        """Compile all places, then these standards, which rest on them."""
        if not self.places and not standards:
            return
        parent, kind = self.parent, self.kind
        parent.findings += self._circles(standards)
        asked = [total_symbol(), *([veto_symbol(self.book)] if kind.judged else [])]
        known = parent.subject_scopes[kind].words
        asking = parent.subject_scopes[kind].extended(
            s for s in asked if not {s.name, s.label} & known
        )
        rules = self.book.places_of(kind)
        for name, spec in self.places.items():
            rule = self._place(name, spec, asking)
            if rule is not None:
                rules[name] = rule
        places = [place_symbol(name, spec) for name, spec in self.places.items()]
        parent.subject_scopes[kind] = asking.extended(places)
        for name in standards:
            parent.standard(name)
        compiled = self.book.standards
        own = {name: compiled.pop(name) for name in standards if name in compiled}
        if kind.judged:
            self.book.placed = own
        else:
            self.book.cadres.standards = own

    def _place(self, name: str, spec: Place, asking: Scope) -> PlaceRule | None:
        parent, path = self.parent, ("places", name)
        before = len(parent.findings)
        among = parent.optional(spec.among, (*path, "among"), asking, "boolean")
        rule = PlaceRule(name, spec, among=among)
        own = self.book.of_subject(self.kind)
        lines = tuple(r for r in own if spec.of in (r.id, r.spec.label))
        whole = tuple(r for r in own if spec.of in (r.section_id, r.section.label))
        if lines or whole:
            section = "" if lines else whole[0].section_id
            rule = replace(rule, lines=lines[:1] or whole, section=section)
        elif spec.of is not None and asking.symbols.get(spec.of) != total_symbol():
            by = parent.expression(spec.of, (*path, "of"), asking, "number", exact=True)
            rule = replace(rule, by=fractions.ordering(by) if by else None)
        return rule if len(parent.findings) == before else None

    def _circles(self, standards: Collection[str]) -> Iterator[Finding]:
        """Yield lines that ask for a place: it comes of their points."""
        places = {*self.places, *standards}
        for item in self.book.expressions if self.kind.judged else ():
            for name in sorted(item.names & places):
                yield _circle(self.parent, item.path, name)


def vetoes_by_place(parent: IndicatorCompiler, rules: Iterable[JudgementRule]) -> Iterator[Finding]:
    """Yield vetoes that change places and rest on one."""
    specs = parent.document.consequences
    for name in resting_on(parent.book.placed, tuple(rules)):
        if specs[name].effect in ("zero", "last"):
            yield _circle(parent, ("consequences", name, "when"), name)


def _circle(parent: IndicatorCompiler, path: KeyPath, name: str) -> Finding:
    document = parent.document
    label = next((part[name].label for part in (document.places, document.standards,
                  document.consequences) if name in part), name)  # fmt: skip
    return Finding(
        "place-circle",
        msg("“{label}” rests on a place, and would change the places that it rests on",
            label=label),
        parent.ruleset.source.place(path),
        msg("ask for places in standards that only honours, sanctions, downgrades and targets use"),
    )  # fmt: skip
