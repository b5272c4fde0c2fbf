"""Puts expressions into words as an office writes them, without signs that only programs use.

Functions become notes behind what they are of, as in “利润（舍去小数，超过10的按10计）”. What would
nest is given a name and told at the end: “得分为40 × 甲，其中甲为……”.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.formulas import counted_by
from rules_engine.conditions.functions import called
from rules_engine.conditions.nodes import (
    function_of,
    gives_or_nothing,
    is_figure,
    is_one,
    is_one_percent,
    month_and_day,
    name_of,
    percentage,
    terms_of,
)
from rules_engine.conditions.operators import CALCULATIONS, COMPARISONS
from rules_engine.conditions.phrases import (
    Phrase,
    Rank,
    day_text,
    filled,
    with_unit,
)
from rules_engine.messages import clauses, current_language, in_a_row, listed, msg, tr
from rules_engine.model.figures import figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.conditions.scope import Kind, Symbol
    from rules_engine.messages import Message

CHINESE_NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
ENGLISH_NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CONDITIONS = (
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In,
    exp.Between, exp.Is, exp.Like, exp.Boolean,
)  # fmt: skip


class Verbalizer:
    """Writes one expression in words."""

    def __init__(
        self, symbols: Mapping[str, Symbol], opposites: Mapping[str, str] | None = None
    ) -> None:
        """Keep what the names stand for, and for some of them how their opposite is said."""
        self.symbols = symbols
        self.opposites = opposites or {}
        self.definitions: list[str] = []

    def write(self, tree: exp.Expr) -> str:
        """Return the text of an expression, with what had to be given a name told at the end."""
        text = self.summed(tree) or self.anything(tree).text
        if not self.definitions:
            return text
        return tr("{text}, where {names}", text=text, names=clauses(self.definitions))

    def anything(self, node: exp.Expr) -> Phrase:
        """Return a condition or a value."""
        node = node.unnest()
        return self.condition(node) if self.is_condition(node) else self.value(node)

    def is_condition(self, node: exp.Expr) -> bool:
        """Return whether something holds or does not."""
        return isinstance(node, CONDITIONS) or self.kind(node) == "boolean"

    def name_for(self, piece: Phrase) -> Phrase:
        """Give a part a name, and tell at the end what it stands for."""
        place = len(self.definitions)
        names = CHINESE_NAMES if current_language() == "zh" else ENGLISH_NAMES
        turn, letter = divmod(place, len(names))
        name = names[letter] + (str(turn + 1) if turn else "")
        self.definitions.append(tr("{name} is {text}", name=name, text=piece.text))
        return Phrase(name)

    # conditions

    def condition(self, node: exp.Expr) -> Phrase:
        """Return what holds."""
        node = node.unnest()
        if isinstance(node, exp.And):
            return self.all_of(node)
        if isinstance(node, exp.Or):
            return self.one_of(node)
        if isinstance(node, exp.Not):
            return Phrase(self.opposite(node.this.unnest()))
        return Phrase(self.plain(node))

    def all_of(self, node: exp.And) -> Phrase:
        """Return conditions that hold together."""
        parts = [self.condition(part) for part in node.flatten()]
        return Phrase(tr(" and ").join(self.grouped(p) for p in parts), Rank.PRODUCT)

    def grouped(self, piece: Phrase) -> str:
        """Return one of several conditions, in brackets where it is itself a choice."""
        if piece.rank != Rank.SUM:
            return piece.text
        if piece.bracketed:
            return self.name_for(piece).text
        return tr("({text})", text=piece.text)

    def one_of(self, node: exp.Or) -> Phrase:
        """Return conditions of which one is enough; a comma parts what hangs together."""
        parts = [self.condition(part) for part in node.flatten()]
        apart = any(part.rank == Rank.PRODUCT for part in parts)
        word = tr(", or ") if apart else tr(" or ")
        return Phrase(word.join(part.text for part in parts), Rank.SUM)

    def plain(self, node: exp.Expr) -> str:
        """Return a condition that is not put together."""
        if isinstance(node, exp.In):
            return self.choice(node)
        if isinstance(node, exp.Is):
            return tr("{value} is not given", value=self.side(node.this))
        if isinstance(node, exp.Like):
            text = self.likeness(node)
            return tr("not “{condition}”", condition=text) if node.args.get("negate") else text
        if isinstance(node, exp.Between):
            return self.range(node)
        if type(node) in COMPARISONS:
            return self.comparison(node)
        if isinstance(node, exp.Boolean):
            return tr("always") if node.this else tr("never")
        return self.predicate(node, holds=True) or self.value(node).text

    def predicate(self, node: exp.Expr, *, holds: bool) -> str:
        """Return that a function holds, or does not; nothing where it has no words for that."""
        function, arguments = called(node)
        if function is None or function.predicate is None:
            return ""
        return filled(function.predicate[0 if holds else 1], *map(self.side, arguments))

    def opposite(self, node: exp.Expr) -> str:
        """Return ``not …``, which many conditions say in a word of their own."""
        if isinstance(node, exp.Is):
            return tr("{value} is given", value=self.side(node.this))
        if isinstance(node, exp.In):
            return self.none_of(node)
        if isinstance(node, exp.Column):
            name = name_of(node)
            return self.opposites.get(name) or tr("not “{name}”", name=self.value(node).text)
        if text := self.predicate(node, holds=False):
            return text
        comparison = COMPARISONS.get(type(node))
        if comparison and counted_by(node.this, self.symbols):
            flipped = comparison.opposite(this=node.this, expression=node.expression)
            return self.comparison(flipped)
        return tr("not “{condition}”", condition=self.condition(node).text)

    def choice(self, node: exp.In) -> str:
        """Return ``in (…)`` as a list."""
        items = self.items(node)
        value = self.compared(node.this, *node.expressions)
        if len(items) == 1:
            return tr("{value} is {other}", value=value, other=items[0])
        return tr("{value} is one of {items}", value=value, items=listed(items))

    def none_of(self, node: exp.In) -> str:
        """Return ``not in (…)`` as a list."""
        items = self.items(node)
        value = self.compared(node.this, *node.expressions)
        if len(items) == 1:
            return tr("{value} is not {other}", value=value, other=items[0])
        return tr("{value} is none of {items}", value=value, items=listed(items))

    def items(self, node: exp.In) -> list[str]:
        """Return the members of a list."""
        return [self.operand_text(node.this, item) for item in node.expressions]

    def range(self, node: exp.Between) -> str:
        """Return ``between``, of which both ends are included."""
        value = self.side(node.this)
        low, high = (self.operand_text(node.this, node.args[n]) for n in ("low", "high"))
        if self.sort(node.this, node.args["low"], node.args["high"]) == "date":
            return tr("{value} is not before {low} and not after {high}", value=value, low=low,
                      high=high)  # fmt: skip
        return tr("{value} is at least {low} and at most {high}", value=value, low=low, high=high)

    def comparison(self, node: exp.Expr) -> str:
        """Return how two values are to each other."""
        left, right, how = node.this.unnest(), node.expression.unnest(), type(node)
        if is_figure(left) and not is_figure(right):
            left, right, how = right, left, COMPARISONS[how].turned
        if isinstance(right, exp.Boolean) and how in (exp.EQ, exp.NEQ):
            holds = right.this == (how is exp.EQ)
            return self.condition(left).text if holds else self.opposite(left)
        if counts := self.counted(left, how, right):
            return counts
        text = COMPARISONS[how].words[self.sort(left, right)]
        if how is exp.GT and isinstance(right, exp.Literal) and right.name == "0":
            text = msg("{value} is greater than {other}")
        value = self.compared(left, right)
        return filled(text, value, self.operand_text(left, right))

    def counted(self, node: exp.Expr, how: type[exp.Expr], figure: exp.Expr) -> str:
        """Return whether there is any of what is counted; nothing where more is asked than that."""
        things = [self.plainly(n) for n in terms_of(node) if isinstance(n, exp.Column)]
        predicate = (how, figure.name if isinstance(figure, exp.Literal) else "")
        if not counted_by(node, self.symbols) or len(things) < len(list(terms_of(node))):
            return ""
        if predicate in ((exp.GT, "0"), (exp.NEQ, "0"), (exp.GTE, "1")):
            return tr("there is {what}", what=tr(" or ").join(things))
        if predicate in ((exp.EQ, "0"), (exp.LTE, "0"), (exp.LT, "1")):
            return tr("there is no {what}", what=tr(" or ").join(things))
        return ""

    def summed(self, node: exp.Expr) -> str:
        """Return a sum of names; nothing where something else is worked out."""
        terms = list(terms_of(node))
        if len(terms) < 2 or not all(isinstance(n, exp.Column) for n in terms):
            return ""
        return tr("the sum of {items}", items=listed(self.plainly(n) for n in terms))

    def difference(self, node: exp.Expr) -> str:
        """Return how much less one value is than another, and the year before a day's."""
        if not isinstance(node, exp.Sub):
            return ""
        first, second = node.this.unnest(), node.expression.unnest()
        if function_of(first) == "year" and is_one(second):
            (day,) = called(first)[1]
            return tr("the year before that of {value}", value=self.plainly(day))
        pieces = [self.value(first), self.value(second)]
        if is_figure(second) or any(piece.rank != Rank.WORD for piece in pieces):
            return ""
        return tr("the difference of {first} and {second}", first=pieces[0].text,
                  second=pieces[1].text)  # fmt: skip

    def sort(self, *nodes: exp.Expr) -> str:
        """Return as what values are compared."""
        kinds = {self.kind(n) for n in nodes}
        if kinds & {"date", "timestamp"}:
            return "date"
        if any(self.is_rate(n) for n in nodes):
            return "rate"
        return "text" if "text" in kinds else "number"

    def operand_text(self, other: exp.Expr, node: exp.Expr) -> str:
        """Return a value as it is said beside another: days of the week and days by their names."""
        other, node = other.unnest(), node.unnest()
        if isinstance(node, exp.Literal):
            if node.is_string and self.kind(other) in ("date", "timestamp"):
                return day_text(node.name)
            if node.name in (names := _names(other)):
                return str(names[node.name])
            if counts := counted_by(other, self.symbols):
                return with_unit(counts, Decimal(node.name))
        return self.side(node)

    def compared(self, node: exp.Expr, *others: exp.Expr) -> str:
        """Return what is compared; a day is itself what a day of the week is asked of."""
        node = node.unnest()
        names = _names(node)
        if names and all(o.name in names for o in others):
            return self.side(called(node)[1][0])
        return self.side(node)

    def side(self, node: exp.Expr) -> str:
        """Return one side of a comparison."""
        if text := self.summed(node) or self.difference(node.unnest()):
            return text
        piece = self.value(node)
        if piece.rank == Rank.LONG:
            piece = self.name_for(piece)
        return piece.text

    def likeness(self, node: exp.Like) -> str:
        """Return ``like`` as what a text begins or ends with, or holds."""
        value, pattern = self.side(node.this), str(node.expression.name)
        bare = pattern.strip("%")
        if not re.search("[%_\\\\]", bare) and bare:
            if pattern == bare:
                return tr("{value} is {other}", value=value, other=f"“{bare}”")
            if pattern == f"%{bare}":
                return tr("{value} ends with “{text}”", value=value, text=bare)
            if pattern == f"{bare}%":
                return tr("{value} begins with “{text}”", value=value, text=bare)
            return tr("{value} holds “{text}”", value=value, text=bare)
        return tr("{value} is written like “{text}”", value=value, text=pattern)

    # values

    def value(self, node: exp.Expr) -> Phrase:
        """Return a value."""
        node = node.unnest()
        if type(node) in CALCULATIONS:
            return self.arithmetic(node)
        if isinstance(node, exp.Column):
            symbol = self.symbols.get(name_of(node))
            return Phrase(symbol.label if symbol else name_of(node))
        if isinstance(node, exp.Literal):
            return Phrase(f"“{node.this}”" if node.is_string else figure(Decimal(node.this)))
        if isinstance(node, exp.Cast):
            return Phrase(day_text(str(node.this.this)))
        if isinstance(node, exp.Neg):
            return Phrase(f"−{self.operand(node.this, Rank.WORD)}", Rank.PRODUCT)
        if isinstance(node, exp.Case):
            return self.cases(node)
        if isinstance(node, exp.Boolean):
            return Phrase(tr("yes") if node.this else tr("no"))
        if self.is_condition(node):
            return self.condition(node)
        return self.noted(node) or self.function(node)

    def arithmetic(self, node: exp.Expr) -> Phrase:
        """Return a sum or a product, with brackets only where they are needed."""
        added = self.added_up(node)
        if added:
            return added
        if isinstance(node, exp.Mul):
            other = [n for n in (node.this, node.expression) if not is_one(n)]
            if len(other) == 1:
                return self.value(other[0])
        if isinstance(node, exp.Div) and is_one_percent(node.expression):
            value = self.operand(node.this, Rank.PRODUCT)
            return Phrase(tr("{value} in percentage points", value=value), Rank.PRODUCT)
        rank = Rank.SUM if isinstance(node, exp.Add | exp.Sub) else Rank.PRODUCT
        inner = Rank.PRODUCT if isinstance(node, exp.Sub) else rank
        if isinstance(node, exp.Div):
            inner = Rank.WORD
        left = self.operand(node.this, rank)
        right = self.operand(node.expression, inner)
        return Phrase(f"{left} {CALCULATIONS[type(node)][0]} {right}", rank)

    def operand(self, node: exp.Expr, most: Rank) -> str:
        """Return a value beside a sign; it holds together at least as tightly as asked."""
        piece = self.value(node)
        if piece.rank <= most:
            return piece.text
        if piece.rank in (Rank.NOTED, Rank.LONG) or piece.bracketed:
            return self.name_for(piece).text
        return tr("({text})", text=piece.text)

    def added_up(self, node: exp.Expr) -> Phrase | None:
        """Return a sum of figures that conditions give, as a list of them."""
        terms = list(terms_of(node))
        if len(terms) < 2 or not all(gives_or_nothing(term) for term in terms):
            return None
        arguments = [
            tr("{result} where {condition}", result=self.side(term.args["ifs"][0].args["true"]),
               condition=self.condition(term.args["ifs"][0].this).text)
            for term in terms
        ]  # fmt: skip
        return Phrase(tr("the sum of what applies: {items}", items=in_a_row(arguments)), Rank.LONG)

    def cases(self, node: exp.Case) -> Phrase:
        """Return a ``case`` as what holds where."""
        parts = [
            tr("{result} where {condition}", condition=self.condition(branch.this).text,
               result=self.side(branch.args["true"]))
            for branch in node.args["ifs"]
        ]  # fmt: skip
        default = node.args.get("default")
        if default is not None:
            parts.append(tr("{result} otherwise", result=self.side(default)))
        return Phrase(tr("one of these: {items}", items=in_a_row(parts)), Rank.LONG)

    def noted(self, node: exp.Expr) -> Phrase | None:
        """Return a value with notes on how it is rounded, bounded or filled in, if it has any."""
        inner, notes = self.peeled(node)
        if not notes:
            return None
        piece = self.value(inner)
        if piece.rank in (Rank.NOTED, Rank.LONG) or piece.bracketed:
            piece = self.name_for(piece)
        text = tr("{value} ({notes})", value=piece.text, notes=in_a_row(notes))
        return Phrase(text, Rank.NOTED)

    def peeled(self, node: exp.Expr) -> tuple[exp.Expr, list[str]]:
        """Return what a chain of such functions is of, and their notes from the inside out."""
        node = node.unnest()
        function, arguments = called(node)
        return function.peel(self, node, *arguments) if function else (node, [])

    def within(self, node: exp.Expr) -> Phrase:
        """Return a value without brackets, which stands within a phrase."""
        piece = self.value(node)
        if piece.rank >= Rank.PHRASE or piece.bracketed:
            piece = self.name_for(piece)
        return piece

    def plainly(self, node: exp.Expr) -> str:
        """Return the text of a value that stands within a phrase."""
        return self.within(node).text

    def function(self, node: exp.Expr) -> Phrase:
        """Return a function in words."""
        if percentage(node) is not None:
            return Phrase(f"{node.expressions[0].name}%")
        if dated := month_and_day(node):
            return Phrase(tr("{month}/{day}", month=dated[0], day=dated[1]))
        function, arguments = called(node)
        assert function is not None, "only what could be read is put into words"
        return function.noun(self, *arguments)

    # what a node is

    def kind(self, node: exp.Expr) -> Kind | None:
        """Return what the values of an expression are, as far as it shows."""
        node = node.unnest()
        if isinstance(node, exp.Column):
            symbol = self.symbols.get(name_of(node))
            return symbol.kind if symbol else None
        if isinstance(node, exp.Literal):
            return "text" if node.is_string else "number"
        if isinstance(node, exp.Cast) or month_and_day(node):
            return "date"
        if isinstance(node, CONDITIONS):
            return "boolean"
        if isinstance(node, exp.Case):
            return self.kind(node.args["ifs"][0].args["true"])
        function, arguments = called(node)
        return function.kind or self.kind(arguments[0]) if function else "number"

    def is_rate(self, node: exp.Expr) -> bool:
        """Return whether a value is a share."""
        node = node.unnest()
        if isinstance(node, exp.Column):
            symbol = self.symbols.get(name_of(node))
            return symbol is not None and symbol.rate
        return percentage(node) is not None


def _names(node: exp.Expr) -> dict[str, Message]:
    """Return what the values of a function are called, by the values."""
    function, _ = called(node)
    return {str(n): name for n, name in enumerate(function.names if function else (), 1)}
