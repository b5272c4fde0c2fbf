"""Compiles one condition or formula: reads SQL, allows little of it, and types all of it.

What is not allowed is a finding with the column at which it stands, so that nothing in a ruleset
surfaces later as a database error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules_engine.conditions import fractions
from rules_engine.conditions.compiled import KIND_NAMES, WANTED, Compiled, changed, settled, to_day
from rules_engine.conditions.number_checker import NumberChecker
from rules_engine.conditions.parser import Refused, parse
from rules_engine.errors import Finding, Place
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules_engine.conditions.scope import Kind, Scope


@dataclass
class ExpressionCompiler:
    """Compiles expressions in a scope; what is wrong goes to ``findings``.

    Attributes:
        scope: the names in reach.
        findings: where findings are collected.
    """

    scope: Scope
    findings: list[Finding] = field(default_factory=list)

    def compile(
        self, text: str, where: Callable[[int], Place], kind: Kind, *, exact: bool = False
    ) -> Compiled | None:
        """Compile a text.

        Args:
            text: the expression.
            where: gives the place of an offset in the text.
            kind: what the expression must give.
            exact: whether a number may be a fraction, to be worked on; else it has the places with
                which it is shown.

        Returns:
            The compiled expression, or ``None`` when there were findings.
        """
        try:
            tree = parse(text, where, self.scope.words)
            checker = NumberChecker(self.scope, where)
            result = settled(checker.visit(tree))
            if kind == "date":
                result = to_day(result)
            if result.kind != kind:
                raise Refused(
                    Finding(
                        "wrong-type",
                        msg(
                            "“{text}” gives {got}, but {wanted} is needed",
                            text=text,
                            got=KIND_NAMES[result.kind],
                            wanted=KIND_NAMES[kind],
                        ),
                        where(0),
                        WANTED[kind],
                    )
                )
        except Refused as refused:
            self.findings.append(refused.finding)
            return None
        if kind == "number" and not exact:
            result = fractions.shown(result)
        return changed(result, tree=tree)
