"""The figures of a ruleset that are worked out from others, with how."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

from rules_engine.messages import begun, clauses, tr
from rules_engine.model.figures import percent_as_written, plain
from rules_engine.ruleset.grammar import Grammar, value_at
from rules_engine.yamltext.calculation import Calculation, reads_as_share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.plan.rules import Rulebook
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath


@dataclass(frozen=True)
class Derived:
    """A figure that is written as a calculation.

    Attributes:
        path: where it stands.
        where: what people call that.
        value: what it comes to.
        text: how, as a paper writes it.
    """

    path: KeyPath
    where: str
    value: str
    text: str


def derived(book: Rulebook, around: KeyPath = ()) -> Iterator[Derived]:
    """Yield the figures of a part that are worked out, in the order of the file.

    Args:
        book: the compiled rules.
        around: the path of the part; of nothing: the whole ruleset.
    """
    grammar, source = Grammar(book.methods), book.ruleset.source
    for path, text in source.scalars.items():
        if path[: len(around)] == around and any(sign in text for sign in MARKS):
            value, at = value_at(source.value, path), grammar.at(source.value, path)
            if isinstance(value, Calculation) and at is not None and at.is_number:
                points = at.of_method and not (at.is_share or at.facts.unit_of)
                result = plain(value) if points else shown(value)
                yield Derived(path, _where(book.ruleset, grammar, path), result, as_read(text))


MARKS = "+-*/＋−－×÷＊／"


def shown(value: Calculation) -> str:
    """Return what a calculation comes to: in per cent where it is of such figures."""
    share = reads_as_share(value.text, Fraction(value))
    return percent_as_written(value) if share else plain(value)


def as_read(text: str) -> str:
    """Return a calculation with the signs of a paper."""
    signs = {"-": "−", "－": "−", "*": "×", "＊": "×", "/": "÷", "／": "÷", "＋": "+", "％": "%"}
    return "".join(signs.get(sign, sign) for sign in " ".join(text.split()))


def how_worked_out(book: Rulebook, around: KeyPath) -> str:
    """Return as a sentence how the figures of a part are worked out; empty where none is."""
    texts = dict.fromkeys(
        tr("{value} is {calculation}", value=one.value, calculation=one.text)
        for one in derived(book, around)
    )
    return clauses(texts) if texts else ""


def _where(ruleset: Ruleset, grammar: Grammar, path: KeyPath) -> str:
    """Return where a figure stands, as a reader calls it."""
    root = ruleset.source.value
    labels = {key: one.label for key, one in ruleset.document.indicators.items()}
    names: list[str] = []
    for end in range(1, len(path) + 1):
        called = [labels.get(name, name) for name in grammar.calling(root, path[:end])[:1]]
        at = grammar.at(root, path[:end])
        label = at.label() if at is not None and not (at.entry or at.facts.silent) else ""
        names += called or ([label] if label and end == len(path) else [])
    field = grammar.at(root, path)
    if field is not None and field.entry:
        names.append(str(path[-1]))
    first, *rest = map(begun, dict.fromkeys(names))
    return reduce(lambda one, inner: tr("{label}: {reason}", label=one, reason=inner), rest, first)
