"""Where does each number come from? It is quoted from a clause, or assumed with a reason."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.conditions.lexer import tokens_of
from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.model.by_subject import is_expression
from rules_engine.model.figures import in_digits
from rules_engine.ruleset.grammar import Grammar, value_at
from rules_engine.yamltext.calculation import Calculation
from rules_engine.yamltext.read import as_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.grammar import Field
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath

MONTHS = 12
YEARLY = re.compile(r"月|年|month|year", re.IGNORECASE)


def check_figures(ruleset: Ruleset, methods: Mapping[str, Method]) -> list[Finding]:
    """Return a finding for every number that is neither quoted nor assumed."""
    root = ruleset.source.value
    if not isinstance(root, dict):
        return []
    findings = []
    for path, written, at in Grammar(methods).scalars(ruleset.source):
        for number, offset in _numbers(ruleset, path, at):
            if number != 0 and not _covered(ruleset, root, path, number):
                text = written
                if isinstance(path[-1], str) and at.facts.holds != "condition":
                    text = f"{path[-1]}: {text}"
                findings.append(
                    Finding(
                        "number-unsourced",
                        msg("{number} in “{text}” is neither quoted nor assumed",
                            number=in_digits(number), text=text),
                        ruleset.source.place(path, offset=offset),
                        msg("list it under figures: of the clause, "
                            "or say assumed: with the reason"),
                    )
                )  # fmt: skip
    return findings


def _numbers(ruleset: Ruleset, path: KeyPath, at: Field) -> Iterator[tuple[Decimal, int]]:
    """Yield the figures in a value, with their offset in an expression."""
    root = ruleset.source.value
    value = value_at(root, path)
    if isinstance(value, Calculation) and not at.is_number:
        value = str(value)  # an expression that needs no name
    if isinstance(value, Calculation) and at.is_figure:
        yield from _worked_from(ruleset, root, path, value)
    elif isinstance(value, Decimal) and at.is_figure:
        yield value, 0
    elif isinstance(value, str) and (
        at.facts.holds == "condition" or (at.varies and is_expression(value))
    ):
        for piece in tokens_of(value, ruleset.names):
            number = as_number(piece.text) if piece.kind == "number" else None
            if number is not None:
                yield number, piece.start


def _worked_from(
    ruleset: Ruleset, root: object, path: KeyPath, value: Calculation
) -> Iterator[tuple[Decimal, int]]:
    """Yield the numbers in a calculation that need a source.

    Where what comes out is quoted, none of them does. Nor does 1, the whole, nor 12 of which there
    are so many months in a year, where a clause speaks of months or years.
    """
    assert isinstance(root, dict)
    if _covered(ruleset, root, path, Decimal(value)):
        return
    for number, start, scales in value.operands():
        months = number == MONTHS and scales and _speaks_of_months(ruleset, root, path)
        if number != 1 and not months:
            yield number, start


def _speaks_of_months(ruleset: Ruleset, root: object, path: KeyPath) -> bool:
    """Return whether a clause that is named around a number speaks of months or years."""
    known, around = ruleset.clauses.clauses, root
    for step in path:
        if isinstance(around, dict):
            for name in _names(around.get("clause")):
                clause = known.get(name)
                said = [clause.gist, clause.ref, *map(str, clause.figures)] if clause else []
                if any(YEARLY.search(text) for text in said):
                    return True
            around = around.get(step)
        elif isinstance(around, list) and isinstance(step, int):
            around = around[step]
    return False


def _covered(ruleset: Ruleset, root: Mapping[str, object], path: KeyPath, number: Decimal) -> bool:
    """Return whether some mapping around the number answers for it."""
    around: object = root
    for depth, step in enumerate(path):
        if isinstance(around, dict):
            reason = around.get("assumed")
            if isinstance(reason, str) and depth:
                return True
            if isinstance(reason, dict) and step in reason:
                return True
            quoted = _quoted(ruleset, around.get("clause"))
            if quoted is None or {number, -number} & quoted:  # “扣 5 分” is -5
                return True
            around = around.get(step)
        elif isinstance(around, list) and isinstance(step, int):
            around = around[step]
    return False


def _quoted(ruleset: Ruleset, clause: object) -> set[Decimal] | None:
    """Return the figures of the named clauses; ``None`` if one is not there, a finding already."""
    names = _names(clause)
    known = ruleset.clauses.clauses
    if any(name not in known for name in names):
        return None
    return {
        figure
        for name in names
        for figure in map(_figure, known[name].figures)
        if figure is not None
    }


def _names(clause: object) -> list[str]:
    return [clause] if isinstance(clause, str) else clause if isinstance(clause, list) else []


def _figure(value: object) -> Decimal | None:
    if isinstance(value, Decimal):
        return Decimal(value)
    if isinstance(value, date):
        return None
    return as_number(str(value))
