"""Looks at compiled rules as a whole: what can be reached, what is idle, whom a rule punishes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.compiler.bands import check_bands
from rules_engine.compiler.truth import check_truth
from rules_engine.errors import Finding
from rules_engine.messages import listed, msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rules_engine.compiler.compiled import Compiled
    from rules_engine.compiler.rules import IndicatorRule, Rulebook
    from rules_engine.model.ruleset import Item
    from rules_engine.ruleset.positions import KeyPath

HANDLING = frozenset(
    {
        "due_on", "accepted_on", "closed_on", "outcome", "satisfied", "reviewed", "cadre_id",
        "has_team", "has_plan", "has_measures", "has_method", "cause", "occurred_on", "place",
        "unit", "people", "development", "mediation",
    }
)  # fmt: skip
"""Columns of cases that say how a matter was handled, not that somebody petitioned."""
UNLAWFUL = frozenset({"irregular", "skipped_level"})


def analyse(book: Rulebook, *, whole: bool) -> list[Finding]:
    """Return findings about the rules as a whole.

    Args:
        book: the compiled rules.
        whole: whether everything could be compiled; if not, nothing can be called idle.
    """
    found = [*_reach(book), *_lawful(book), *check_truth(book), *check_bands(book)]
    return found + ([*_idle(book), *_idle_vetoes(book), *_circular(book)] if whole else [])


def _reach(book: Rulebook) -> Iterator[Finding]:
    """Yield grades that no score can reach, and lines whose bounds hold nothing."""
    document, source = book.ruleset.document, book.ruleset.source
    most = document.base
    for section_id, section, name, spec in document.criteria():
        deducts = section.kind == "deduction"
        cap = spec.cap if spec.cap is not None else Decimal(0) if deducts else spec.points
        floor = spec.floor if spec.floor is not None else -spec.points if deducts else Decimal(0)
        most += cap * section.weight if section.subject == "village" else 0
        if floor > cap:
            path: KeyPath = ("sections", section_id, "criteria", name)
            yield Finding(
                "empty-range",
                msg("the floor of “{label}” is above its cap", label=spec.label),
                source.place((*path, "floor" if spec.floor is not None else "cap")),
                msg("the floor is {floor}, the cap {cap}: exchange them", floor=floor, cap=cap),
            )
    for name, grade in document.grades.items():
        if grade.from_ > most:
            yield Finding(
                "unreachable-grade",
                msg(
                    "“{grade}” begins at {score}, but no more than {most} can be reached",
                    grade=grade.label,
                    score=grade.from_,
                    most=f"{most.normalize():f}",
                ),
                source.place(("grades", name, "from")),
                msg("lower the threshold, or raise the points"),
            )


def _idle_vetoes(book: Rulebook) -> Iterator[Finding]:
    """Yield vetoes of score lines from which nothing follows."""
    heard = {fact for rule in book.judgement for fact, _ in rule.needs}
    for line in book.criteria:
        if line.veto and not heard & {"any_veto", f"{line.id}.veto"}:
            yield Finding(
                "idle-veto",
                msg("the veto of “{label}” has no consequence", label=line.spec.label),
                book.ruleset.source.place((*line.path, "veto")),
                msg("name {veto} or any_veto in the condition of a consequence",
                    veto=f"{line.id}.veto"),
                "warning",
            )  # fmt: skip


def _circular(book: Rulebook) -> Iterator[Finding]:
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


def _idle(book: Rulebook) -> Iterator[Finding]:
    """Yield indicators and standards that nothing uses."""
    document = book.ruleset.document
    used: set[str] = set()
    for compiled in _all_compiled(book):
        used |= compiled.names | compiled.indicators
    used |= {fact for rule in book.judgement for fact, _ in rule.needs}
    used |= {target.share for target in document.targets.values()}
    parts: dict[str, Mapping[str, Item]] = {
        "indicators": document.indicators,
        "standards": document.standards,
        "parameters": document.parameters,
    }
    for part, items in parts.items():
        for name, item in items.items():
            if name not in used:
                yield Finding(
                    "idle",
                    msg("nothing uses “{label}” ({name})", label=item.label, name=name),
                    book.ruleset.source.place((part, name), key=True),
                    msg("use it or remove it"),
                    "warning",
                )


def _all_compiled(book: Rulebook) -> Iterable[Compiled]:
    for rule in book.indicators.values():
        yield from (p for p in (rule.where, rule.of, rule.over, rule.measured, rule.value) if p)
    yield from book.standards.values()
    for criterion in book.criteria:
        parts = (criterion.raw, criterion.when, criterion.veto, criterion.righted)
        yield from (part for part in parts if part)
        yield from (ranking.by for ranking in criterion.rankings)
    for share, among in book.targets.values():
        yield from (p for p in (share, among) if p)


def _lawful(book: Rulebook) -> Iterator[Finding]:
    """Yield rules that cost points, or a standing, for petitions as such.

    Counting letters, first visits or on-line cases against a village punishes it for people
    using a right. What counts is how a matter was handled, or that a visit was irregular.
    """
    lawful = {name for name, rule in book.indicators.items() if _counts_petitions(rule)}
    if not lawful:
        return
    for criterion in book.of_subject("village"):
        trees = [criterion.veto.tree] if criterion.veto else []
        if criterion.spec.method != "formula" or criterion.raw.tree is not None:
            trees.append(criterion.raw.tree)
        costs = {n for tree in trees if tree is not None for n in _counted_against(tree, book)}
        yield from _lawful_finding(book, lawful & costs, criterion.path, criterion.spec.label)
    for name, standard in book.standards.items():
        costs = set(_counted_against(standard.tree, book)) if standard.tree is not None else set()
        label = book.ruleset.document.standards[name].label
        yield from _lawful_finding(book, lawful & costs, ("standards", name), label)


def _lawful_finding(
    book: Rulebook, names: set[str], path: KeyPath, label: str
) -> Iterator[Finding]:
    if names:
        labels = listed(book.indicators[n].spec.label for n in sorted(names))
        yield Finding(
            "rights-lawful-petition",
            msg("“{label}” counts lawful petitions against the village: {indicators}",
                label=label, indicators=labels),
            book.ruleset.source.place(path, key=True),
            msg("count how matters were handled, or irregular visits; "
                "or acknowledge the finding with a reason"),
        )  # fmt: skip


def _counts_petitions(rule: IndicatorRule) -> bool:
    if rule.table is None or rule.spec.rate:
        return False
    if rule.table.name == "cases":
        return not rule.names & HANDLING
    return rule.table.name == "visits" and not rule.names & UNLAWFUL


def _counted_against(tree: exp.Expr, book: Rulebook) -> Iterator[str]:
    """Yield the indicators of which more is worse.

    That is what stands behind a minus sign, is compared by ``=``, ``<`` or ``<=``, or tested in a
    band or a veto; an alternative (``or``) is an exemption and does not count against anybody.
    """
    for column in tree.find_all(exp.Column):
        symbol = book.symbols.get(column.name)
        if symbol is None:
            symbol = next((s for s in book.symbols.values() if s.label == column.name), None)
        if symbol is not None and _is_against(column):
            yield from symbol.indicators


def _is_against(node: exp.Expr) -> bool:
    against = False
    child, parent = node, node.parent
    while parent is not None:
        if isinstance(parent, exp.Or) or (
            isinstance(parent, exp.Anonymous) and str(parent.this).lower() == "empty"
        ):
            return False
        if isinstance(parent, exp.Sub) and parent.expression is child:
            against = not against
        if isinstance(parent, exp.EQ | exp.LT | exp.LTE) and parent.this is child:
            against = True
        if isinstance(parent, exp.GT | exp.GTE | exp.NEQ) and parent.this is child:
            against = True
        child, parent = parent, parent.parent
    return against
