"""Whether it is good or bad for a subject that an indicator is greater, or a standard met."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.checks.context import context_of
from rules_engine.checks.strictness import (
    Raising,
    Relation,
    Strictness,
    joined,
    opposite,
)
from rules_engine.model.judgement import FALSE, TRUE
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rules_engine.plan.rules import CriterionRule, Rulebook

OF_KIND: dict[str, Relation] = {
    "honour": "more", "sanction": "less", "downgrade": "less", "veto": "less",
}  # fmt: skip


class Polarity:
    """Looks through everything that goes by an indicator or a standard."""

    def __init__(self, book: Rulebook) -> None:
        """Take a compiled ruleset."""
        self._book = book
        self._context = context_of(book, SubjectKind.VILLAGE, book.frame)

    def of_indicator(self, name: str, kind: SubjectKind) -> Relation:
        """Return what it does to a subject that an indicator of it is greater."""
        book = self._book
        raising = Raising(context_of(book, kind, book.frame), name)
        if not raising.known:
            return "other"
        relations = [self._line(rule, raising.of_sum, raising.of_condition, name)
                 for rule in book.of_subject(kind)]  # fmt: skip
        for standard, compiled in book.standards.items() if kind is SubjectKind.VILLAGE else ():
            own = raising.of_condition(compiled.tree) if compiled.tree is not None else "other"
            relations += [_times(own, self.of_standard(standard))] if own != "same" else []
        return joined(relations)

    def of_standard(self, name: str) -> Relation:
        """Return what it does to a village that it meets a standard."""
        book = self._book
        relations = list(self._judged(name))
        if any(t.share == name for t in book.ruleset.document.targets.values()):
            relations.append("more")
        met, missed = (partial(self._put_in, name, value=value) for value in (True, False))
        between = Strictness(self._context, self._context)
        for rule in book.of_subject(SubjectKind.VILLAGE):
            relations.append(
                self._line(
                    rule,
                    lambda tree: between.of_sums(missed(tree), met(tree)),
                    lambda tree: between.of_conditions(missed(tree), met(tree)),
                    "",
                )
            )
        for other, compiled in book.standards.items():
            if other != name and compiled.tree is not None and name in compiled.names:
                own = between.of_conditions(missed(compiled.tree), met(compiled.tree))
                relations += [_times(own, self.of_standard(other))] if own != "same" else []
        return joined(relations)

    def _judged(self, fact: str) -> Iterator[Relation]:
        """Yield what follows from a standard or a consequence, good or bad."""
        for rule in self._book.judgement:
            kind = self._book.ruleset.document.consequences[rule.consequence].kind
            for name, value in rule.needs:
                if name == fact and value in (TRUE, FALSE):
                    own = OF_KIND.get(kind) or joined(self._judged(rule.consequence))
                    yield own if value == TRUE else opposite(own)

    def _line(
        self,
        rule: CriterionRule,
        of_sum: Callable[[exp.Expr], Relation],
        of_condition: Callable[[exp.Expr], Relation],
        indicator: str,
    ) -> Relation:
        if rule.raw.tree is None or any(indicator in r.by.indicators for r in rule.rankings):
            return "other"
        parts = [of_sum(rule.raw.tree)]
        if rule.veto and rule.veto.tree is not None:
            parts.append(opposite(of_condition(rule.veto.tree)))
        if rule.when and rule.when.tree is not None:
            parts += ["other"] if of_condition(rule.when.tree) != "same" else []
        return joined(parts)

    def _put_in(self, standard: str, tree: exp.Expr, *, value: bool) -> exp.Expr:
        """Return an expression with a standard that is met, or is not."""
        label = self._book.ruleset.document.standards[standard].label

        def put(node: exp.Expr) -> exp.Expr:
            meant = isinstance(node, exp.Column) and node.name in (standard, label)
            return exp.Boolean(this=value) if meant else node

        return tree.copy().transform(put)


def _times(own: Relation, polarity: Relation) -> Relation:
    if own == "other" or polarity == "other":
        return "other"
    return opposite(polarity) if own == "less" else polarity
