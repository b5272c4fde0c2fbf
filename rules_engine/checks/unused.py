"""Finds what nothing uses, and consequences that never come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.ruleset.grammar import named_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.plan.rules import Rulebook


def check_unused(book: Rulebook) -> Iterator[Finding]:
    """Yield indicators, standards and vetoes that nothing uses."""
    yield from _unused(book)
    yield from _unused_vetoes(book)


def _unused_vetoes(book: Rulebook) -> Iterator[Finding]:
    facts = {fact for rule in book.judgement for fact, _ in rule.needs}
    for line in book.criteria:
        if line.veto and not facts & {"any_veto", f"{line.id}.veto"}:
            yield Finding(
                "idle-veto",
                msg("the veto of “{label}” has no consequence", label=line.spec.label),
                book.ruleset.source.place((*line.path, "veto")),
                msg("name {veto} or any_veto in the condition of a consequence",
                    veto=f"{line.id}.veto"),
                "warning",
            )  # fmt: skip


def check_circles(book: Rulebook) -> Iterator[Finding]:
    """Yield consequences that wait for each other and so never come."""
    waiting = {rule.consequence for rule in book.judgement}
    while True:
        free = {
            rule.consequence
            for rule in book.judgement
            if not waiting & {fact for fact, _ in rule.needs}
        }
        if not free & waiting:
            break
        waiting -= free
    for name in sorted(waiting):
        spec = book.ruleset.document.consequences[name]
        yield Finding(
            "never-true",
            msg("“{text}” can never be true", text=spec.when),
            book.ruleset.source.place(("consequences", name, "when")),
            msg("it waits for itself: let it rest on standards, vetoes or the band"),
        )


def _unused(book: Rulebook) -> Iterator[Finding]:
    document = book.ruleset.document
    used: set[str] = set()
    for compiled in _all_compiled(book):
        used |= compiled.names | compiled.indicators
    judgement = (*book.judgement, *book.cadres.judgement)
    used |= {fact for rule in judgement for fact, _ in rule.needs}
    used |= {target.share for target in document.targets.values()}
    used |= {rule.spec.place for rule in book.payments if rule.spec.place}
    for path, item in named_parts(document, of_facts=False):
        if path[-1] not in used:
            yield Finding(
                "idle",
                msg("nothing uses “{label}” ({name})", label=item.label, name=path[-1]),
                book.ruleset.source.place(path, key=True),
                msg("use it or remove it"),
                "warning",
            )


def _all_compiled(book: Rulebook) -> Iterable[Compiled]:
    for rule in book.indicators.values():
        yield from (p for p in (rule.where, rule.of, rule.over, rule.measured, rule.value) if p)
        yield from rule.peers.parts if rule.peers else ()
    yield from book.all_standards.values()
    for place in book.all_places.values():
        yield from place.expressions
    for criterion in book.criteria:
        yield from criterion.expressions
    for payment in book.payments:
        yield from payment.expressions.values()
    for share, among in book.targets.values():
        yield from (p for p in (share, among) if p)
