"""One of two rulesets that are compared: compiled, with its expressions in one spelling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rules_engine.conditions.normal_form import normal
from rules_engine.errors import RulesetError, stops
from rules_engine.plan.rulebook import compile_rules
from rules_engine.plan.verbalizer import RulesetVerbalizer
from rules_engine.ruleset.grammar import named_parts
from rules_engine.scenarios.encoded_parts import inventory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.diff.matching import Renaming
    from rules_engine.model.frame import Frame
    from rules_engine.model.plugin import Method
    from rules_engine.plan.rules import CriterionRule, Expression, Rulebook
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.scenarios.encoded_parts import Inventory
    from rules_engine.yamltext.read import KeyPath


@dataclass(frozen=True)
class CompiledSide:
    """A ruleset that was compiled for the days of the comparison."""

    ruleset: Ruleset
    book: Rulebook

    @classmethod
    def of(cls, ruleset: Ruleset, methods: Mapping[str, Method], frame: Frame) -> CompiledSide:
        """Compile a ruleset.

        Raises:
            RulesetError: it does not compile.
        """
        book, findings = compile_rules(ruleset, methods, frame)
        if stops(findings):
            raise RulesetError(*findings)
        return cls(ruleset, book)

    @cached_property
    def speaker(self) -> RulesetVerbalizer:
        """Return what puts its expressions into words."""
        return RulesetVerbalizer(self.book)

    @cached_property
    def inventory(self) -> Inventory:
        """Return its parts, and which rest on which."""
        return inventory(self.book)

    @cached_property
    def expressions(self) -> dict[KeyPath, Expression]:
        """Return the expressions by their path."""
        return {e.path: e for e in self.book.expressions}

    @cached_property
    def lines(self) -> dict[str, CriterionRule]:
        """Return the score lines by id."""
        return {rule.id: rule for rule in self.book.criteria}

    @cached_property
    def ids(self) -> dict[str, str]:
        """Return for each name or label of its own the id."""
        return {
            key: str(path[-1])
            for path, item in named_parts(self.ruleset.document)
            for key in (item.label, str(path[-1]))
        }

    def dependents(self, key: str) -> set[str]:
        """Return the keys of the parts that rest on a part, and that part."""
        inventory = self.inventory
        dependents = {other for other in inventory.parts if key in inventory.below(other)}
        return dependents | {c for c, lines in inventory.hangs_on.items() if key in lines}

    def same(self, expression: Expression, renaming: Renaming) -> str:
        """Return an expression in one spelling, with the names that the other ruleset has."""
        renamed = renaming.seen_from(expression.rows)
        ids = self.speaker.ids(expression.rows)
        names = {key: renamed.get(name, name) for key, name in ids.items()}
        tree = expression.compiled.tree
        return normal(tree, {**renamed, **names}) if tree is not None else expression.text

    def words(self, expression: Expression) -> str:
        """Return an expression as people say it."""
        if isinstance(expression.rows, str):
            return self.speaker.of_subject(expression.text, expression.rows)
        return self.speaker.of_records(expression.text, expression.rows.name)

    def facts(self, consequence: str, renaming: Renaming) -> frozenset[Any]:
        """Return what a consequence follows from, as alternatives of facts."""
        names, grades = renaming.names, renaming.grades
        return frozenset(
            frozenset(
                (names.get(f, f), grades.get(v, v) if f == "band" else v) for f, v in rule.needs
            )
            for rule in self.book.judgement
            if rule.consequence == consequence
        )
