"""Compiles references: what others have as a measure, such as the mean of an indicator over all.

What each subject has is a number of the plan, and often a fraction. A mean and a sum are exact as
long as nothing but figures divides it; the rate of all together divides one sum by another; and the
n-th best and the median are what single subjects have.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import fractions, numbers
from rules_engine.conditions.compiled import Compiled, changed
from rules_engine.conditions.formulas import by_label, counted_by
from rules_engine.conditions.lexer import names_in
from rules_engine.conditions.scope import COUNTED, NARROW, Factor, Scope, Shape, Symbol
from rules_engine.conditions.sql import column, fragment, integer
from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.model.candidates import nearest_hint
from rules_engine.plan.rules import IndicatorRule, PeersRule, StandIn

if TYPE_CHECKING:
    from rules_engine.model.inputs import Indicator, Peers
    from rules_engine.plan.indicators import IndicatorCompiler
    from rules_engine.plan.rules import Rulebook
    from rules_engine.yamltext.read import KeyPath

PICKED = ("best", "worst")
"""What is the value of one subject, at a place of the order."""
ORDERED = (*PICKED, "median")
ADDED = ("mean", "sum")
"""What is added up, so that it may be divided by nothing but figures."""
CALCULATED = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Case)
SUMMED_DIGITS = 2


def reference_rule(
    compiler: IndicatorCompiler, name: str, spec: Indicator, peers: Peers
) -> IndicatorRule | None:
    """Compile a reference, and first what it rests on; nothing where there were findings.

    Args:
        compiler: compiles the ruleset.
        name: the id of the indicator.
        spec: the indicator.
        peers: what it says of the others.
    """
    path: KeyPath = ("indicators", name, "peers")
    before = len(compiler.findings)
    _alone_standing(compiler, path, spec, peers)
    over = _columns(compiler, path, spec, peers)
    scope = _scope(compiler, name, spec, peers)
    of = compiler.expression(peers.of, (*path, "of"), scope, "number", exact=True)
    among = compiler.optional(peers.among, (*path, "among"), scope, "boolean")
    if of is None or len(compiler.findings) > before or not _fits(compiler, path, peers, of):
        return None
    of, alone = _with_stand_in(of, peers)
    names = by_label(compiler.book.symbols)
    rests_on = of.indicators.union(among.indicators if among else ())
    known = compiler.book.indicators
    layers = (other.peers.layer for n in rests_on if (other := known.get(n)) and other.peers)
    rule = PeersRule(
        of, peers.take, among, over, peers.nth or 1,
        (peers.best == "most") != (peers.take == "worst"), peers.without_self, alone,
        1 + max(layers, default=0),
        rate=_is_rate(of, scope), counts=counted_by(of.tree, names),
    )  # fmt: skip
    return IndicatorRule(name, spec, spec.subject, None, compiler.book.frame, peers=rule)


def _alone_standing(
    compiler: IndicatorCompiler, path: KeyPath, spec: Indicator, peers: Peers
) -> None:
    """Find what does not go beside a reference."""
    others = spec.from_ or spec.where or spec.rate or spec.measures or spec.value or spec.through
    if others or spec.period != "current":
        compiler.find(
            "bad-indicator",
            path[:-1],
            msg("“peers” stands alone, without from, where, period, value or the like"),
            msg("count in one indicator, with its own period, and name it here with of:"),
        )
    if peers.nth is not None and peers.take not in PICKED:
        compiler.find(
            "bad-indicator",
            (*path, "nth"),
            msg("only the best and the worst are counted off with “nth”"),
            msg("write take: best or take: worst, or leave “nth” out"),
        )


def _columns(
    compiler: IndicatorCompiler, path: KeyPath, spec: Indicator, peers: Peers
) -> tuple[str, ...]:
    """Return the columns that those have in common over whom it goes."""
    if peers.over == "all":
        return ()
    table = compiler.ruleset.tables.get(spec.subject.table)
    columns = table.columns if table else ()
    if peers.over == "group":
        if not (spec.subject.judged and compiler.document.subjects.group):
            compiler.find(
                "no-group",
                (*path, "over"),
                msg("there are no groups to compare within"),
                msg("name a column here, write subjects: with group:, or compare over: all"),
            )
        return ("grp",)
    named = next((c.name for c in columns if peers.over in (c.name, c.label)), None)
    if named is None:
        compiler.find(
            "unknown-name",
            (*path, "over"),
            msg("table “{table}” has no column “{column}”", table=spec.subject.table,
                column=peers.over),
            nearest_hint(peers.over, ["all", "group", *(n for c in columns
                                                        for n in (c.name, c.label))]),
        )  # fmt: skip
    return (named,) if named else ()


def _scope(compiler: IndicatorCompiler, name: str, spec: Indicator, peers: Peers) -> Scope:
    """Return the names that it may use: own columns, parameters, and the indicators in it."""
    frame = compiler.book.frame
    table = compiler.ruleset.tables.get(spec.subject.table)
    scope = (
        compiler.table_scope(table, frame)
        if table
        else Scope(frame=frame, calendar=compiler.calendar).extended(compiler.parameters)
    )
    scope.rows = spec.subject
    others = {n: s for n, s in compiler.document.indicators.items() if s.subject == spec.subject}
    scope.near = frozenset(key for n, s in others.items() if n != name for key in (n, s.label))
    used = names_in(peers.of, scope.words) | names_in(peers.among or "", scope.words)
    for other, other_spec in others.items():
        if used & {other, other_spec.label}:
            scope.add(compiler.indicator(other))
    return scope


def _fits(compiler: IndicatorCompiler, path: KeyPath, peers: Peers, of: Compiled) -> bool:
    """Return whether it can be taken and kept exact."""
    if of.names <= {symbol.name for symbol in compiler.parameters}:
        compiler.find(
            "bad-indicator",
            (*path, "of"),
            msg("“{text}” is the same for all: it depends on no record", text=peers.of),
            msg("name an indicator or a column"),
        )
        return False
    if peers.take == "overall" and len(of.shape.below) != 1:
        compiler.find(
            "bad-indicator",
            (*path, "take"),
            msg("“{text}” is no share, so that all together have no rate", text=peers.of),
            msg("name a rate, or divide as in income / people; or take: sum, or mean"),
        )
        return False
    if peers.take in ADDED and of.shape.below:
        compiler.find(
            "inexact-measure",
            (*path, "of"),
            msg("“{text}” is divided by another figure for each subject, so that the whole cannot "
                "be kept exact", text=peers.of),
            msg("take: overall is the rate of all together; for the mean of the single rates, "
                "round them as the paper does, as in of: round({text}, 4)", text=peers.of),
        )  # fmt: skip
        return False
    if of.empty is not None and peers.take != "overall" and peers.among is None:
        compiler.findings.append(Finding(
            "empty-peers",
            msg("“{text}” is empty where there is nothing to assess; while that is so for one, "
                "nobody can be compared", text=peers.of),
            compiler.ruleset.source.place((*path, "of")),
            msg("leave those out: among: not empty({text})", text=peers.of),
            "warning",
        ))  # fmt: skip
    return True


def _is_rate(of: Compiled, scope: Scope) -> bool:
    tree = of.tree
    if tree is None or tree.find(*CALCULATED) is not None:
        return False
    symbols = [scope.symbols.get(node.name) for node in tree.find_all(exp.Column)]
    return bool(symbols) and all(symbol is not None and symbol.rate for symbol in symbols)


def _with_stand_in(of: Compiled, peers: Peers) -> tuple[Compiled, StandIn]:
    """Return what is compared at a scale that holds the stand-in, and the stand-in at it."""
    if not isinstance(peers.alone, Decimal):
        return of, peers.alone
    places = max(of.scale, numbers.places_of(peers.alone))
    if places > of.scale:
        sql = numbers.to_scale(of.sql, of.scale, places)
        digits = of.shape.digits + places - of.scale
        of = changed(
            of, sql=sql, scale=places, constant=None, shape=replace(of.shape, digits=digits)
        )
    return of, numbers.scaled(peers.alone * of.shape.divisor, places)


# what it is over the columns of the plan


def part(name: str, end: str) -> str:
    """Return the column of a part of a reference; without an end, that of its shown value."""
    return f"i__{name}__{end}" if end else f"i__{name}"


def ends_of(rule: PeersRule) -> list[str]:
    """Return how the columns end that a reference is kept in, beside how many subjects count."""
    divided = bool(rule.of.shape.below)
    if rule.take == "median":
        return ["low", "low_below", "high", "high_below"] if divided else ["low", "high"]
    below = rule.take in ("mean", "overall") or (divided and rule.take in PICKED)
    return ["top", "below"] if below else ["top"]


def columns_of(rule: IndicatorRule) -> list[str]:
    """Return the columns that hold a reference: its value, how many count, what it is made of."""
    assert rule.peers is not None
    return [part(rule.id, end) for end in ("", "n", *ends_of(rule.peers))]


def reference(name: str, rule: PeersRule) -> Compiled:
    """Return a reference as a number over the columns in which it is kept.

    Args:
        name: the id of the indicator.
        rule: what it is.
    """
    if rule.take != "median":
        return _kept(name, rule, "top", "below")
    low, high = (_kept(name, rule, end, f"{end}_below") for end in ("low", "high"))
    return fractions.divided(fractions.added(low, high, exp.Add), Compiled(integer(2), "number"))


def _kept(name: str, rule: PeersRule, top: str, below: str) -> Compiled:
    of, own = rule.of.shape, ends_of(rule)
    more = SUMMED_DIGITS if rule.take in ("mean", "sum", "overall") else 0
    factors: tuple[Factor, ...] = ()
    if below in own:
        digits = COUNTED.digits
        if rule.take != "mean":
            digits = min(sum(factor.digits for factor in of.below) + more, NARROW)
        factors = (Factor(column(part(name, below)), digits),)
    shape = Shape(min(of.digits + more, NARROW), of.divisor, factors, signed=of.signed)
    return Compiled(
        column(part(name, top)), "number", rule.of.scale, names=frozenset({name}),
        indicators=frozenset({name}), shape=shape,
    )  # fmt: skip


def reference_symbol(rule: IndicatorRule) -> Symbol:
    """Return a reference as a name; it is empty where there is nobody to compare with."""
    assert rule.peers is not None
    number = reference(rule.id, rule.peers)
    empty = fragment(":count = 0", count=column(part(rule.id, "n")))
    return Symbol(
        rule.id, rule.spec.label, number.sql, "number", number.scale,
        indicators=number.indicators, empty=empty, rate=rule.peers.rate, shape=number.shape,
        counts=rule.peers.counts,
    )  # fmt: skip


# what rests on what


def references(book: Rulebook) -> list[IndicatorRule]:
    """Return the references of a rulebook, each behind those that it rests on."""
    rules = [rule for rule in book.indicators.values() if rule.peers]
    return sorted(rules, key=lambda rule: rule.peers.layer if rule.peers else 0)


def behind(book: Rulebook, name: str) -> frozenset[str]:
    """Return the indicators, and the references, that a reference rests on; none for others."""
    rule = book.indicators.get(name)
    if rule is None or rule.peers is None:
        return frozenset()
    own = rule.peers.indicators
    return own.union(*(behind(book, other) for other in own))


def moving(book: Rulebook, name: str) -> list[str]:
    """Return the references that move when an indicator of somebody does."""
    return [rule.id for rule in references(book) if name in behind(book, rule.id)]
