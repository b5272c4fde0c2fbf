"""What is to be said of a function of conditions, and the kinds of functions that do more."""

# ruff: noqa: D102 - the protocols name methods that are documented in the classes that have them

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeAlias

from sqlglot import exp

from rules_engine.conditions import fractions, numbers
from rules_engine.conditions.bounds import OPEN, Span
from rules_engine.conditions.compiled import changed, joined, unknown_tests
from rules_engine.conditions.nodes import arguments_of, function_of, is_figure
from rules_engine.conditions.phrases import NotExplained, Phrase, Rank, Term, filled, shown
from rules_engine.conditions.scope import Shape
from rules_engine.conditions.sql import cast, paren
from rules_engine.messages import Message, listed, msg, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.conditions.constraints.constraint import Case
    from rules_engine.conditions.scope import Kind, Symbol
    from rules_engine.model.plugin import Value

Noted: TypeAlias = "tuple[exp.Expr, list[str]]"
"""What notes are put behind, and the notes from the inside out."""
LACKING = "empty, and unknown, where a value is"
MANY = 10**6
SMALL = Shape(8)
"""Days, parts of days and lengths of texts."""


def _not_explained(*_: object) -> NoReturn:
    """Stand for a value that cannot be told from its values alone."""
    raise NotExplained


class Checker(Protocol):
    """What functions ask of the type checker."""

    def visit(self, node: exp.Expr | None, /) -> Compiled: ...
    def need(self, node: exp.Expr, kind: Kind, /) -> Compiled: ...
    def date_argument(self, node: exp.Expr, /) -> Compiled: ...
    def date_part(self, sql: exp.Expr, /, *inner: Compiled) -> Compiled: ...
    def whole_number(self, node: exp.Expr, /) -> int: ...
    def of_one_kind(self, items: list[Compiled], /) -> list[Compiled]: ...
    def in_place_of_each_other(self, items: list[Compiled], /) -> tuple[list[Compiled], Shape]: ...
    def use_calendar(self, count: int, /) -> None: ...
    def place_error_at(self, node: exp.Expr, /) -> None: ...
    def refuse(self, code: str, message: Message, hint: Message = ..., /) -> NoReturn: ...


class Wording(Protocol):
    """What functions ask of the verbalizer."""

    def plainly(self, node: exp.Expr, /) -> str: ...
    def within(self, node: exp.Expr, /) -> Phrase: ...
    def operand_text(self, other: exp.Expr, node: exp.Expr, /) -> str: ...
    def peeled(self, node: exp.Expr, /) -> Noted: ...


class Working(Protocol):
    """What functions ask of the working of one subject's points."""

    steps: list[str]

    @property
    def symbols(self) -> Mapping[str, Symbol]: ...
    @property
    def values(self) -> Mapping[str, Value]: ...
    def add(self, text: str, /) -> None: ...
    def settled(self, node: exp.Expr, /) -> Term: ...
    def day(self, node: exp.Expr, /) -> Term: ...


class Cases(Protocol):
    """What functions ask of the analysis of sums."""

    def opaque(self, node: exp.Expr, /) -> list[Case]: ...
    def part_of_day(self, function: Function, node: exp.Expr, day: exp.Expr, /) -> list[Case]: ...
    def days_between(self, node: exp.Expr, /, *days: exp.Expr) -> list[Case]: ...
    def extreme(
        self, node: exp.Expr, values: Sequence[exp.Expr], /, *, least: bool
    ) -> list[Case]: ...
    def first_known(self, node: exp.Expr, /, *values: exp.Expr) -> list[Case] | None: ...


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function of days and texts; the kinds below do what others need besides.

    Attributes:
        name: as it is written.
        chinese: its Chinese name, or empty.
        takes: its values and their types, for the reference.
        result: the type of what it gives, for the reference.
        gives: what it gives, for the reference.
        empty: what it gives for empty values, for the reference.
        example: a use of it, and what that gives.
        arguments: the kinds of its values; all that may follow are of the last kind.
        most: how many values it takes at most; ``None``: as many as there are kinds.
        kind: what it gives; ``None``: what its values are.
        sql: makes its SQL of that of its values.
        of: its value in plain Python, of fractions, days and texts.
        words: the noun for it, with a place for each value.
        remark: what is to be known of it, in brackets behind the noun.
        note: what stands in brackets behind its value, instead of a noun.
        predicate: for a yes or no, how it is said that it holds, and that it does not.
        step: how its working is told, with places for its values and the result.
        names: what its values 1, 2 … are called.
        span: between what it lies.
        rising: whether it never falls where one of its values rises.
        picks: whether it gives one of its values.
        strict: whether it is unknown wherever one of its values is.
    """

    name: str
    chinese: str = ""
    takes: str
    result: str = "number"
    gives: str
    empty: str = LACKING
    example: tuple[str, str]
    arguments: tuple[Kind, ...]
    most: int | None = None
    kind: Kind | None = "number"
    sql: Callable[..., exp.Expr] | None = None
    of: Callable[..., Any] = _not_explained
    words: Message | None = None
    remark: Message | None = None
    note: Message | None = None
    predicate: tuple[Message, Message] | None = None
    step: Message | None = None
    names: tuple[Message, ...] = ()
    span: Span = OPEN
    rising: bool = False
    picks: bool = False
    strict: bool = True

    def accepts(self, count: int) -> bool:
        """Return whether it takes so many values."""
        return len(self.arguments) <= count <= (self.most or len(self.arguments))

    def check(self, checker: Checker, *nodes: exp.Expr) -> Compiled:
        """Check the types of the values, and return it as SQL."""
        days = "date" in self.arguments
        values = [
            checker.date_argument(node) if days else checker.need(node, kind)
            for node, kind in zip(nodes, self.arguments, strict=True)
        ]
        assert self.sql is not None, "a kind of function of its own checks its values itself"
        sql = self.sql(*(value.sql for value in values))
        return checker.date_part(sql, *values) if days else _small(sql, *values)

    def noun(self, verbalizer: Wording, *nodes: exp.Expr) -> Phrase:
        """Return it in words, as a part of a sentence."""
        pieces = [verbalizer.within(node) for node in nodes]
        texts = [piece.text for piece in pieces]
        if self.words is None:
            text = tr("what “{name}” gives of {items}", name=self.name, items=listed(texts))
        else:
            text = filled(self.words, *texts)
        if self.remark is not None:
            return Phrase(tr("{value} ({notes})", value=text, notes=self.remark), Rank.NOTED)
        whole = all(piece.rank == Rank.WORD for piece in pieces)
        return Phrase(text, Rank.WORD if whole else Rank.PHRASE)

    def peel(self, verbalizer: Wording, node: exp.Expr, *nodes: exp.Expr) -> Noted:
        """Return the value that notes are on, with them."""
        if self.note is None:
            return node, []
        inner, notes = verbalizer.peeled(nodes[0])
        return inner, [*notes, str(self.note)]

    def explain(self, calculation: Working, *nodes: exp.Expr) -> Term:
        """Tell its working for one subject, and return its value.

        Raises:
            NotExplained: there are no words for it, or a value is not there.
        """
        if self.step is None:
            raise NotExplained
        read = calculation.day if "date" in self.arguments else calculation.settled
        terms = [read(node) for node in nodes]
        value = self.of(*(term.value for term in terms))
        calculation.steps.append(filled(self.step, *(term.shown() for term in terms), value))
        return Term(Fraction(value))

    def bounds(self, *spans: Span) -> Span:
        """Return between what it lies if its values lie within bounds."""
        return self.span

    def cases(self, reader: Cases, node: exp.Expr, *nodes: exp.Expr) -> list[Case] | None:
        """Return what it gives, case by case; ``None`` for a text."""
        return reader.opaque(node)


def _small(sql: exp.Expr, *values: Compiled) -> Compiled:
    return joined(cast(sql, "BIGINT"), "number", *values, shape=SMALL)


@dataclass(frozen=True, kw_only=True)
class PartOfDay(Function):
    """A figure that a day says."""

    def cases(self, reader: Cases, node: exp.Expr, *nodes: exp.Expr) -> list[Case] | None:
        """Follow the day that it is of."""
        return reader.part_of_day(self, node, nodes[0])


@dataclass(frozen=True, kw_only=True)
class Days(Function):
    """The days between two days."""

    def cases(self, reader: Cases, node: exp.Expr, *nodes: exp.Expr) -> list[Case] | None:
        """Follow both days."""
        return reader.days_between(node, *nodes)


@dataclass(frozen=True, kw_only=True)
class Extreme(Function):
    """The greatest or the least of several numbers.

    Attributes:
        two: the noun for it where there are two.
        bound: what stands behind a value that figures bound.
        bounding: how it is told that a figure goes for a value.
        bounding_zero: the same where the figure is 0.
    """

    least: bool
    two: Message
    bound: Message
    bounding: Message
    bounding_zero: Message

    def check(self, checker: Checker, *nodes: exp.Expr) -> Compiled:
        """Take the greatest or the least; unknown when one is."""
        items = [checker.need(n, "number") for node in nodes for n in self._compared(node)]
        unsigned = (all if self.least else any)(not fractions.is_signed(item) for item in items)
        aligned, shape = fractions.alike(items)
        sql = numbers.extreme_of([i.sql for i in aligned], least=self.least)
        shape = replace(shape, signed=not unsigned)
        return joined(sql, "number", *items, scale=aligned[0].scale, shape=shape)

    def _compared(self, node: exp.Expr) -> Iterator[exp.Expr]:
        """Yield what it is taken of; the greatest of the greatest is taken apart."""
        whole = node.unnest()
        if function_of(whole) == self.name:
            for inner in arguments_of(whole):
                yield from self._compared(inner)
        else:
            yield node

    def noun(self, verbalizer: Wording, *nodes: exp.Expr) -> Phrase:
        """Return the greater of two, or the greatest of several."""
        items = [verbalizer.plainly(n) for n in nodes]
        assert self.words is not None
        text = filled(self.two, *items) if len(items) == 2 else filled(self.words, listed(items))
        return Phrase(text, Rank.PHRASE)

    def peel(self, verbalizer: Wording, node: exp.Expr, *nodes: exp.Expr) -> Noted:
        """Return the one value that figures bound, with its notes; else the whole and none."""
        arguments = [n.unnest() for n in nodes]
        free = [n for n in arguments if not is_figure(n)]
        if len(free) != 1 or len(arguments) == 1:
            return node, []
        inner, notes = verbalizer.peeled(free[0])
        bounds = [verbalizer.operand_text(free[0], n) for n in arguments if is_figure(n)]
        return inner, [*notes, *(filled(self.bound, b) for b in bounds)]

    def explain(self, calculation: Working, *nodes: exp.Expr) -> Term:
        """Tell which it is; with a figure that is a bound."""
        terms = [calculation.settled(n) for n in nodes]
        extreme = self.of(terms, key=lambda t: t.number)
        rate = any(t.rate for t in terms)
        counts = next(filter(None, (t.counts for t in terms)), "")
        like = Term(None, rate=rate, counts=counts)
        bounds = [t for t, n in zip(terms, nodes, strict=True) if isinstance(n, exp.Literal)]
        if len(terms) == 2 and len(bounds) == 1:
            (value,) = [t for t in terms if t is not bounds[0]]
            if extreme is not bounds[0] or value.number == bounds[0].number:
                return replace(value, rate=rate, counts=counts)
            text = self.bounding if bounds[0].number else self.bounding_zero
            calculation.add(filled(text, value.shown(like=like), bounds[0].shown(like=like)))
        else:
            items = listed(t.shown(like=like) for t in terms)
            assert self.step is not None
            calculation.steps.append(filled(self.step, items, extreme.result(like)))
        return Term(extreme.value, rate=rate, counts=counts)

    def bounds(self, *spans: Span) -> Span:
        """Return the greatest, or the least, of both ends."""
        return Span(self.of(s.low for s in spans), self.of(s.high for s in spans))

    def cases(self, reader: Cases, node: exp.Expr, *nodes: exp.Expr) -> list[Case] | None:
        """Take each of the values in turn."""
        return reader.extreme(node, nodes, least=self.least)


@dataclass(frozen=True, kw_only=True)
class Rounding(Function):
    """A number made whole, or of fewer places."""

    def explain(self, calculation: Working, *nodes: exp.Expr) -> Term:
        """Tell it where it takes something away."""
        inner = calculation.settled(nodes[0])
        assert self.step is not None
        value = Fraction(self.of(inner.number, *(int(n.name) for n in nodes[1:])))
        if value == inner.number:
            return inner
        calculation.add(filled(self.step, inner.shown(), shown(value)))
        return Term(value)

    def bounds(self, *spans: Span) -> Span:
        """Return the whole numbers around the bounds."""
        return spans[0].whole


@dataclass(frozen=True, kw_only=True)
class Whole(Rounding):
    """A number cut down to a whole, or brought up to one."""

    up: bool

    def check(self, checker: Checker, *nodes: exp.Expr) -> Compiled:
        """Cut down, or up, to a whole."""
        return fractions.whole(checker.need(nodes[0], "number"), up=self.up)


@dataclass(frozen=True, kw_only=True)
class Rounded(Rounding):
    """A number rounded half-up to some places."""

    def check(self, checker: Checker, *nodes: exp.Expr) -> Compiled:
        """Round half-up to some places."""
        inner = checker.need(nodes[0], "number")
        places = checker.whole_number(nodes[1]) if nodes[1:] else 0
        if places >= inner.scale and not fractions.is_fraction(inner):
            return inner
        if places > numbers.MAX_SCALE:
            checker.refuse(
                "number-too-large",
                msg("so many decimal places are not kept"),
                msg("round to at most {most} places", most=numbers.MAX_SCALE),
            )
        return fractions.rounded(inner, places)

    def peel(self, verbalizer: Wording, node: exp.Expr, *nodes: exp.Expr) -> Noted:
        """Note the places, if there are any."""
        inner, notes = super().peel(verbalizer, node, *nodes)
        if nodes[1:] and nodes[1].name != "0":
            notes[-1] = tr("rounded to {places} places", places=nodes[1].name)
        return inner, notes


@dataclass(frozen=True, kw_only=True)
class Absolute(Function):
    """A number without its sign."""

    def check(self, checker: Checker, *nodes: exp.Expr) -> Compiled:
        """Leave the sign out."""
        inner = checker.need(nodes[0], "number")
        return changed(inner, sql=exp.Abs(this=inner.sql), constant=None)

    def noun(self, verbalizer: Wording, *nodes: exp.Expr) -> Phrase:
        """Return a value without its sign; of a difference, how far two values are apart."""
        node = nodes[0].unnest()
        if isinstance(node, exp.Sub):
            first, second = verbalizer.plainly(node.this), verbalizer.plainly(node.expression)
            text = tr("the distance of {first} and {second}", first=first, second=second)
        else:
            text = tr("{value} without its sign", value=verbalizer.plainly(node))
        return Phrase(text, Rank.PHRASE)

    def explain(self, calculation: Working, *nodes: exp.Expr) -> Term:
        """Leave the sign out without a word."""
        inner = calculation.settled(nodes[0])
        return inner if inner.number >= 0 else Term(-inner.number, rate=inner.rate)


@dataclass(frozen=True, kw_only=True)
class FirstKnown(Function):
    """The first of several values that is there."""

    def check(self, checker: Checker, *nodes: exp.Expr) -> Compiled:
        """Take the first value that there is."""
        items = checker.of_one_kind([checker.visit(n) for n in nodes])
        if len({i.kind for i in items}) > 1:
            checker.refuse(
                "wrong-type",
                msg("“coalesce” needs values of one kind"),
                msg("let all of them be numbers, or all texts"),
            )
        lacking = _lacking_in_last(items)
        aligned, shape = checker.in_place_of_each_other(items)
        sql = exp.Coalesce(this=aligned[0].sql, expressions=[i.sql for i in aligned[1:]])
        return changed(
            joined(sql, aligned[0].kind, *items, scale=aligned[0].scale, shape=shape),
            needs=items[-1].needs,
            event=items[-1].event,
            lacking=lacking,
        )

    def peel(self, verbalizer: Wording, node: exp.Expr, *nodes: exp.Expr) -> Noted:
        """Note what goes for a value that is not there."""
        inner, notes = verbalizer.peeled(nodes[0])
        defaults = [
            tr("{value} where there is none", value=verbalizer.plainly(n)) for n in nodes[1:]
        ]
        return inner, [*notes, *defaults]

    def explain(self, calculation: Working, *nodes: exp.Expr) -> Term:
        """Tell which values are not there."""
        for node in nodes:
            symbol = isinstance(node, exp.Column) and calculation.symbols.get(node.name)
            if symbol and calculation.values.get(symbol.name) is None:
                calculation.steps.append(tr("no {value}", value=symbol.label))
                continue
            return calculation.settled(node)
        raise NotExplained

    def bounds(self, *spans: Span) -> Span:
        """Return the bounds of all."""
        return Span.around(spans)

    def cases(self, reader: Cases, node: exp.Expr, *nodes: exp.Expr) -> list[Case] | None:
        """Follow the value that is there."""
        return reader.first_known(node, *nodes)


def _lacking_in_last(items: Sequence[Compiled]) -> tuple[exp.Expr, ...] | None:
    """Return where the first of some values is unknown: where only the last is left, and is."""
    *others, last = items
    if not last.event:
        return None
    absent = exp.and_(*(paren(fractions.is_unknown(i)) for i in others))
    return tuple(exp.and_(absent.copy(), test) for test in unknown_tests(last))


@dataclass(frozen=True, kw_only=True)
class Empty(Function):
    """Whether there was nothing to rate."""

    def check(self, checker: Checker, *nodes: exp.Expr) -> Compiled:
        """Ask whether there was nothing to rate."""
        inner = checker.visit(nodes[0])
        if inner.empty is None:
            checker.refuse(
                "wrong-type", msg("“empty” needs a rate"), msg("name an indicator with rate:")
            )
        return changed(inner, sql=inner.empty, kind="boolean", scale=0, shape=Shape(), empty=None)
