"""Finds conditions that are always or never true: constants, contradictions, values out of range.

A count is never below 0 and a rate lies between 0 and 1, so ``rate >= 90`` is never true; it is
what somebody writes who means 90%.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from rules_engine.compiler.parsing import start_of
from rules_engine.errors import Finding
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rules_engine.compiler.compiled import Compiled
    from rules_engine.compiler.rules import Rulebook
    from rules_engine.errors import Place
    from rules_engine.ruleset.positions import KeyPath

Value = Decimal | str | date
Kind = Literal["rate", "count"]
MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE,
}  # fmt: skip


def check_truth(book: Rulebook) -> Iterator[Finding]:
    """Yield conditions that do not depend on what is recorded."""
    reader = _Reader(book)
    for compiled, path, text in _conditions(book):
        yield from reader.read(compiled, path, text)


def _conditions(book: Rulebook) -> Iterator[tuple[Compiled, KeyPath, str]]:
    """Yield every condition that was compiled, with its path and its text."""
    found: list[tuple[Compiled | None, KeyPath]] = []
    for name, rule in book.indicators.items():
        path: KeyPath = ("indicators", name)
        found += [(rule.where, (*path, "where")), (rule.of, (*path, "rate", "of"))]
        found.append((rule.over, (*path, "rate", "over")))
    found += [(s, ("standards", name, "when")) for name, s in book.standards.items()]
    for line in book.criteria:
        found += [(line.when, (*line.path, "when")), (line.veto, (*line.path, "veto"))]
        found.append((line.raw, (*line.path, "formula")))
        twins = [book.indicators[name].put_right for name in line.twins.values()]
        found += [(condition, (*line.path, "put_right", "when")) for condition in twins]
    found += [(among, ("targets", name, "among")) for name, (_, among) in book.targets.items()]
    scalars = book.ruleset.source.scalars
    for compiled, path in found:
        if compiled is not None and path in scalars:
            yield compiled, path, scalars[path].strip()


class _Reader:
    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.parameters = {
            name: spec.value
            for key, spec in book.ruleset.document.parameters.items()
            for name in (key, spec.label)
        }
        self.kinds: dict[str, Kind] = {}
        for name, rule in book.indicators.items():
            if rule.spec.rate:
                self.kinds |= dict.fromkeys((name, rule.spec.label), "rate")
            elif rule.table is not None and not rule.spec.measures:
                self.kinds |= dict.fromkeys((name, rule.spec.label), "count")

    def read(self, compiled: Compiled, path: KeyPath, text: str) -> Iterator[Finding]:
        source, tree = self.book.ruleset.source, compiled.tree
        assert tree is not None
        self.place: Callable[[exp.Expr], Place] = lambda node: source.place_in(
            path, text, start_of(node) or 0
        )
        if not compiled.names:
            if compiled.kind == "boolean":
                yield self.constant(tree)
            return
        for node in tree.find_all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE):
            yield from self.comparison(node)
        for node in tree.find_all(exp.And):
            if not isinstance(node.parent, exp.And):
                yield from self.conjunction(node)

    def constant(self, node: exp.Expr) -> Finding:
        return Finding(
            "constant-condition",
            msg("“{sql}” is the same for all: it depends on no record", sql=_written(node)),
            self.place(node),
            msg("name a column, an indicator or a standard, or leave the condition out"),
            "warning",
        )

    def sides(self, node: exp.Expr) -> tuple[str, type[exp.Expr], Value] | None:
        """Return the name, the comparison and the value of ``name < value``, either way round."""
        left, right, kind = node.this, node.expression, type(node)
        if not isinstance(left, exp.Column):
            left, right, kind = right, left, MIRRORED.get(kind, kind)
        value = self.value(right)
        if not isinstance(left, exp.Column) or value is None:
            return None
        return left.name, kind, value

    def value(self, node: exp.Expr) -> Value | None:
        if isinstance(node, exp.Paren | exp.Cast):  # a cast is a day written out
            return self.value(node.this)
        if isinstance(node, exp.Neg):
            inner = self.value(node.this)
            return -inner if isinstance(inner, Decimal) else None
        if isinstance(node, exp.Literal):
            return node.name if node.is_string else Decimal(node.name)
        if isinstance(node, exp.Anonymous) and node.name.lower() == "pct" and node.expressions:
            return Decimal(node.expressions[0].name).scaleb(-2)
        return self.parameters.get(node.name) if isinstance(node, exp.Column) else None

    def comparison(self, node: exp.Expr) -> Iterator[Finding]:
        """Yield a comparison of a rate or count with what it can never reach."""
        if node.this == node.expression:
            yield self.constant(node)
            return
        name, compared, value = self.sides(node) or ("", exp.EQ, "")
        if not isinstance(value, Decimal):
            return
        if self.kinds.get(name) == "rate" and not 0 <= value <= 1:
            yield Finding(
                "rate-out-of-range",
                msg("“{sql}”: a rate lies between 0% and 100%", sql=_written(node)),
                self.place(node),
                msg("write {percent}", percent=f"{value.normalize():f}%"),
            )
        elif name in self.kinds and _settled(compared, value, self.kinds[name]):
            yield self.constant(node)

    def conjunction(self, node: exp.Expr) -> Iterator[Finding]:
        """Yield ``a > 3 and a < 2``, ``level = '省' and level = '京'`` and the like."""
        wanted: dict[str, list[tuple[type[exp.Expr], Value]]] = defaultdict(list)
        for part in _parts(node):
            found = self.sides(part) if isinstance(part, exp.Binary) else None
            if found:
                wanted[found[0]].append(found[1:])
        for name, tests in wanted.items():
            if len(tests) > 1 and not _together(tests):
                yield Finding(
                    "never-true",
                    msg("“{text}” can never be true", text=_written(node)),
                    self.place(node),
                    msg("it asks for two values of “{name}” at once; is “or” meant?", name=name),
                )


def _parts(node: exp.Expr) -> Iterable[exp.Expr]:
    if isinstance(node, exp.Paren):
        return _parts(node.this)
    if isinstance(node, exp.And):
        return [*_parts(node.this), *_parts(node.expression)]
    return [node]


def _settled(compared: type[exp.Expr], value: Decimal, kind: Kind) -> bool:
    """Return whether no record can change the outcome."""
    if value < 0 or (value == 0 and compared in (exp.GTE, exp.LT)):
        return True
    return kind == "rate" and value == 1 and compared in (exp.LTE, exp.GT)


def _together(tests: list[tuple[type[exp.Expr], Value]]) -> bool:
    """Return whether some value passes all tests, as far as they can be compared."""
    if len({type(value) for _, value in tests}) > 1:
        return True
    equal = [v for kind, v in tests if kind is exp.EQ]
    if equal:
        return all(_passes(equal[0], kind, value) for kind, value in tests)
    above = [(v, kind is exp.GT) for kind, v in tests if kind in (exp.GT, exp.GTE)]
    below = [(v, kind is exp.LT) for kind, v in tests if kind in (exp.LT, exp.LTE)]
    if not above or not below:
        return True
    low = max(above, key=lambda bound: bound[0])
    high = min(below, key=lambda bound: bound[0])
    if low[0] == high[0]:
        return not (low[1] or high[1])
    return _passes(low[0], exp.LT, high[0])


def _passes(one: Value, kind: type[exp.Expr], other: Value) -> bool:
    if kind is exp.EQ:
        return one == other
    if kind is exp.NEQ:
        return one != other
    pair = (one, other) if kind in (exp.LT, exp.LTE) else (other, one)
    smaller: bool = pair[0] < pair[1]  # type: ignore[operator]  # both are of one type
    return smaller or (one == other and kind in (exp.LTE, exp.GTE))


def _written(node: exp.Expr) -> str:
    """Return a condition as the ruleset writes it, with its percentages."""

    def plain(part: exp.Expr) -> exp.Expr:
        if isinstance(part, exp.Anonymous) and part.name.lower() == "pct":
            return exp.var(f"{part.expressions[0].name}%")
        return part

    return node.copy().transform(plain).sql()[:80]
