"""Compiles one condition or formula: reads SQL, allows little of it, and types all of it.

What is allowed stands in one table of node types; everything else is a finding with the column
at which it stands, so that nothing in a ruleset surfaces later as a database error.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

import sqlglot
from sqlglot import exp

from rules_engine.compiler import numbers
from rules_engine.compiler.scope import column
from rules_engine.errors import Finding, Place
from rules_engine.messages import NO_MESSAGE, Message, msg
from rules_engine.ruleset.read import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules_engine.compiler.scope import Kind, Scope, Symbol

PERCENT = re.compile(r"'[^']*'|\"[^\"]*\"|(?<![\w.])(\d+(?:\.\d+)?)%(?!\w)")
"""A percentage, or a text or name in quotes, in which there is none."""
FIGURE = re.compile(r"\d+(?:\.\d*)?|\.\d+")
MAX_LENGTH = 10_000
MAX_DEPTH = 100
MAX_NODES = 4000
"""How deep a tree may be that is read, and how large the one that it becomes."""

KIND_NAMES: dict[Kind, Message] = {
    "number": msg("a number"),
    "boolean": msg("a yes or no"),
    "text": msg("a text"),
    "date": msg("a date"),
    "timestamp": msg("a point in time"),
}
WANTED: dict[Kind, Message] = {
    "number": msg("use an indicator, a column of numbers or a calculation"),
    "boolean": msg("write a comparison, such as people > 5, or use a column of yes and no"),
    "text": msg("use a column of texts, or a text in single quotes"),
    "date": msg("use a column of dates, or a date in single quotes"),
    "timestamp": msg("use a column of dates, or a date in single quotes"),
}
"""What to write where a kind of value is needed."""


@dataclass(frozen=True)
class Compiled:
    """An expression with its type.

    Attributes:
        sql: the tree.
        kind: what its values are.
        scale: decimal places of a number.
        event: whether an empty value means "has not happened".
        needs: columns without whose value it is unknown.
        names: the names used, as ids.
        indicators: the counted or measured indicators behind it.
        literals: the numbers written in it.
        constant: its value, where it is a number written out.
        values: the closed set of its values, or empty.
        empty: an expression that is true when it is a rate over nothing.
    """

    sql: exp.Expr
    kind: Kind
    scale: int = 0
    event: bool = False
    needs: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    indicators: frozenset[str] = frozenset()
    literals: tuple[Decimal, ...] = ()
    constant: Decimal | None = None
    values: tuple[str, ...] = ()
    empty: exp.Expr | None = None
    tree: exp.Expr | None = None


class _Refused(Exception):
    def __init__(self, finding: Finding) -> None:
        self.finding = finding


@dataclass
class ExpressionCompiler:
    """Compiles expressions in a scope; what is wrong goes to ``findings``.

    Attributes:
        scope: the names in reach.
        findings: where findings are collected.
    """

    scope: Scope
    findings: list[Finding] = field(default_factory=list)

    def compile(self, text: str, where: Callable[[int], Place], kind: Kind) -> Compiled | None:
        """Compile a text.

        Args:
            text: the expression.
            where: gives the place of an offset in the text.
            kind: what the expression must give.

        Returns:
            The compiled expression, or ``None`` when there were findings.
        """
        try:
            tree, shifts = parse(text, where)
            walker = _Walker(self.scope, where, shifts)
            result = _settled(walker.visit(tree))
            if kind == "date":
                result = _to_day(result)
            if result.kind != kind:
                raise _Refused(
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
        except _Refused as refused:
            self.findings.append(refused.finding)
            return None
        return _replace(result, tree=tree)


def parse(text: str, where: Callable[[int], Place]) -> tuple[exp.Expr, list[tuple[int, int]]]:
    """Read a text; return its tree and, for percentages, how far later offsets are shifted."""
    shifts: list[tuple[int, int]] = []
    pieces: list[str] = []
    end = grown = 0
    for match in PERCENT.finditer(text):
        if match[1] is None:
            continue
        pieces += [text[end : match.start()], f"pct({match[1]})"]
        end = match.end()
        grown += len(pieces[-1]) - len(match[0])
        shifts.append((match.start() + grown, grown))
    source = "".join([*pieces, text[end:]])
    if len(source) > MAX_LENGTH:
        raise _Refused(
            Finding(
                "too-long",
                msg("the expression is too long"),
                where(0),
                msg("give parts of it a name, as standards or indicators"),
            )
        )
    try:
        found = sqlglot.parse(source)
    except sqlglot.errors.SqlglotError as error:
        details = (getattr(error, "errors", None) or [{}])[0]
        near = details.get("highlight") or text
        raise _Refused(
            Finding(
                "bad-expression",
                msg("cannot read “{text}” at “{near}”", text=text, near=near),
                where(min(_unshift(_offset(details, source), shifts), len(text))),
                msg("conditions are SQL expressions, e.g. level in ('省','京') and irregular"),
            )
        ) from None
    except RecursionError:
        raise _Refused(
            Finding(
                "too-deep",
                msg("the expression is nested too deeply"),
                where(0),
                msg("give parts of it a name, as standards or indicators"),
            )
        ) from None
    if len(found) != 1 or found[0] is None:
        end = source.find(";") + 1
        raise _Refused(
            Finding(
                "forbidden-sql",
                msg("one expression is needed, not statements"),
                where(min(_unshift(end, shifts), len(text))),
                msg("remove the semicolon and what follows it"),
            )
        )
    _place_literals(found[0], source)
    return found[0], shifts


def _place_literals(tree: exp.Expr, source: str) -> None:
    """Note where each literal and function begins: sqlglot notes it for names only."""
    tokens = list(sqlglot.tokenize(source))
    for node in tree.find_all(exp.Literal, exp.Func, bfs=False):
        if isinstance(node, exp.Connector):
            continue
        text = node.name if isinstance(node, exp.Literal | exp.Anonymous) else node.key
        token = next((t for t in tokens if t.text.lower() == str(text).lower()), None)
        if token is not None:
            node.meta["start"] = token.start
            tokens.remove(token)


def _offset(details: dict[str, Any], source: str) -> int:
    """Return where the token begins that sqlglot could not read; it tells where the token ends."""
    if "col" not in details:  # a text whose quote is never closed
        return max(source.rfind("'"), 0)
    line, column = int(details.get("line") or 1), int(details.get("col") or 1)
    before = sum(len(part) for part in source.splitlines(keepends=True)[: line - 1])
    return max(0, before + column - len(details.get("highlight") or " "))


def start_of(node: exp.Expr, shifts: list[tuple[int, int]]) -> int | None:
    """Return where a node begins in the text as it was written, if that is known."""
    starts = [n.meta["start"] for n in node.walk() if "start" in n.meta]
    return _unshift(min(starts), shifts) if starts else None


def _unshift(offset: int, shifts: list[tuple[int, int]]) -> int:
    return offset - max((grown for start, grown in shifts if start < offset), default=0)


def _replace(compiled: Compiled, **changes: object) -> Compiled:
    from dataclasses import replace

    return replace(compiled, **changes)  # type: ignore[arg-type]  # fields of Compiled


class _Walker:
    """Goes through one tree, node by node."""

    def __init__(
        self, scope: Scope, where: Callable[[int], Place], shifts: list[tuple[int, int]]
    ) -> None:
        self.scope = scope
        self.where = where
        self.shifts = shifts
        self.at = self.depth = 0

    def visit(self, node: exp.Expr | None) -> Compiled:
        if node is None:
            self.refuse(
                "bad-expression",
                msg("a value is missing in brackets"),
                msg("write something between the brackets"),
            )
        handler, around = NODES.get(type(node)), self.at
        self.stand_at(node)
        if handler is None:
            self.refuse(
                "forbidden-sql",
                msg("“{sql}” is not allowed in a condition", sql=node.sql()[:60]),
                msg("allowed are comparisons, and/or/not, in, between, is null, case, + - * /"),
            )
        if self.depth > MAX_DEPTH:
            hint = msg("give parts of it a name, as standards or indicators")
            self.refuse("too-deep", msg("the expression is nested too deeply"), hint)
        self.depth += 1
        result = handler(self, node)
        self.depth -= 1
        if sum(1 for _ in itertools.islice(result.sql.walk(), MAX_NODES + 1)) > MAX_NODES:
            self.refuse(
                "too-involved",
                msg("“{sql}” becomes too long to be worked out", sql=node.sql()[:60]),
                msg("divide it among several indicators or lines"),
            )
        self.at = around
        return result

    def stand_at(self, node: exp.Expr) -> None:
        """Let what is refused now be refused where the node begins."""
        start = start_of(node, self.shifts)
        if start is not None:
            self.at = start

    def refuse(self, code: str, message: Message, hint: Message = NO_MESSAGE) -> NoReturn:
        raise _Refused(Finding(code, message, self.where(self.at), hint))

    def need(self, node: exp.Expr, kind: Kind) -> Compiled:
        result = _settled(self.visit(node))
        if result.kind != kind:
            self.stand_at(node)
            self.refuse(
                "wrong-type",
                msg(
                    "“{sql}” is {got}, but {wanted} is needed here",
                    sql=node.sql(),
                    got=KIND_NAMES[result.kind],
                    wanted=KIND_NAMES[kind],
                ),
                WANTED[kind],
            )
        return result

    # names and values

    def name(self, node: exp.Column) -> Compiled:
        name = ".".join(part.name for part in node.parts)
        if name in self.scope.ambiguous:
            self.refuse(
                "ambiguous-name",
                msg("“{name}” could be several things", name=name),
                msg("use the id instead of the label"),
            )
        symbol = self.scope.symbols.get(name)
        if symbol is None:
            self.refuse(
                "unknown-name",
                msg("“{name}” is not known here", name=name),
                nearest_hint(name, {*self.scope.symbols, *self.scope.near}),
            )
        return from_symbol(symbol)

    def literal(self, node: exp.Literal) -> Compiled:
        if node.is_string:
            return Compiled(node.copy(), "text", constant=None)
        return self.figure(node)

    def figure(self, node: exp.Expr, percent: int = 0) -> Compiled:
        """Return a number that is written out; powers of ten are not."""
        text = node.name
        if not (isinstance(node, exp.Literal) and FIGURE.fullmatch(text)):
            self.refuse(
                "bad-number",
                msg("“{text}” is no number", text=text or node.sql()),
                msg("write it out in digits, as 1500, 0.5 or 90%"),
            )
        return self.number(Decimal(text).scaleb(-percent))

    def number(self, value: Decimal) -> Compiled:
        scale = numbers.places_of(value)
        if scale > numbers.MAX_SCALE or abs(value) > 10**9:
            self.refuse(
                "number-too-large",
                msg("{value} has too many digits", value=value),
                msg("at most a thousand millions, with up to twelve decimal places"),
            )
        sql = numbers.integer(numbers.scaled(value, scale))
        return Compiled(sql, "number", scale, literals=(value,), constant=value)

    def truth(self, node: exp.Boolean) -> Compiled:
        return Compiled(node.copy(), "boolean")

    def day(self, node: exp.Cast) -> Compiled:
        if node.to.this != exp.DataType.Type.DATE or not isinstance(node.this, exp.Literal):
            self.refuse(
                "forbidden-sql",
                msg("“{sql}” is not allowed in a condition", sql=node.sql()),
                WANTED["date"],
            )
        return self.as_date(Compiled(node.this.copy(), "text"))

    def as_date(self, compiled: Compiled) -> Compiled:
        text = compiled.sql.name
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or day.isoformat() != text:  # engines do not read 20250131 or 2025-W05-5
            self.stand_at(compiled.sql)
            self.refuse(
                "bad-date",
                msg("“{text}” is no date", text=text),
                msg("write year-month-day, as in 2025-01-31"),
            )
        return Compiled(numbers.cast(exp.Literal.string(text), "DATE"), "date")

    # logic

    def group(self, node: exp.Paren) -> Compiled:
        inner = self.visit(node.this)
        return _replace(inner, sql=numbers.paren(inner.sql))

    def both(self, node: exp.And | exp.Or) -> Compiled:
        left, right = self.need(node.this, "boolean"), self.need(node.expression, "boolean")
        sql = type(node)(this=_logic(left.sql), expression=_logic(right.sql))
        return _joined(sql, "boolean", left, right)

    def inverse(self, node: exp.Not) -> Compiled:
        inner = self.need(node.this, "boolean")
        return _replace(inner, sql=exp.Not(this=_logic(inner.sql)), constant=None)

    def null_test(self, node: exp.Is) -> Compiled:
        if not isinstance(node.expression, exp.Null):
            self.refuse(
                "forbidden-sql",
                msg("only “is null” and “is not null” are allowed"),
                msg("compare values with = or <>"),
            )
        inner = self.visit(node.this)
        sql = exp.Is(this=numbers.paren(inner.sql), expression=exp.Null())
        return Compiled(sql, "boolean", names=inner.names, indicators=inner.indicators)

    # comparison

    def comparison(self, node: exp.Binary) -> Compiled:
        left, right = self.aligned(self.visit(node.this), self.visit(node.expression), node)
        if left.kind == "boolean" and not isinstance(node, exp.EQ | exp.NEQ):
            self.refuse(
                "wrong-type",
                msg("yes and no cannot be ordered"),
                msg("compare them with = or <>, or leave the comparison out"),
            )
        sql = type(node)(this=numbers.paren(left.sql), expression=numbers.paren(right.sql))
        return _event_aware(_joined(sql, "boolean", left, right), left, right)

    def aligned(self, left: Compiled, right: Compiled, node: exp.Expr) -> tuple[Compiled, Compiled]:
        """Bring two sides of a comparison to one type, or refuse."""
        dates = ("date", "timestamp")
        if left.kind in dates and _is_text_literal(right):
            right = self.as_date(right)
        elif right.kind in dates and _is_text_literal(left):
            left = self.as_date(left)
        if {left.kind, right.kind} == {"date", "timestamp"}:
            left, right = _to_day(left), _to_day(right)
        if left.kind != right.kind:
            self.refuse(
                "wrong-type",
                msg(
                    "“{sql}” compares {left} with {right}",
                    sql=node.sql(),
                    left=KIND_NAMES[left.kind],
                    right=KIND_NAMES[right.kind],
                ),
                WANTED[left.kind],
            )
        if left.kind == "number":
            scale = max(left.scale, right.scale)
            return _at(left, scale), _at(right, scale)
        for one, other in ((left, right), (right, left)):
            if one.values and _is_text_literal(other):
                self.check_value(other.sql, one.values)
        return left, right

    def check_value(self, literal: exp.Expr, values: tuple[str, ...]) -> None:
        value = literal.name
        if value not in values:
            self.stand_at(literal)
            self.refuse(
                "value-not-in-column",
                msg("“{value}” never stands in this column", value=value),
                nearest_hint(value, values),
            )

    def member(self, node: exp.In) -> Compiled:
        if not node.expressions or node.args.get("query") or node.args.get("unnest"):
            self.refuse(
                "forbidden-sql",
                msg("“in” needs a list of values in brackets"),
                msg("write level in ('省', '京')"),
            )
        subject = self.visit(node.this)
        found = [self.aligned(subject, self.visit(item), node) for item in node.expressions]
        scale = max(left.scale for left, _ in found)
        sql = exp.In(
            this=numbers.paren(
                _at(subject, scale).sql if subject.kind == "number" else found[0][0].sql
            ),
            expressions=[
                (_at(right, scale) if right.kind == "number" else right).sql for _, right in found
            ],
        )
        sides = (subject, *(right for _, right in found))
        return _event_aware(_joined(sql, "boolean", *sides), *sides)

    def between(self, node: exp.Between) -> Compiled:
        self.alone(node, "symmetric")
        low = exp.GTE(this=node.this, expression=node.args["low"])
        high = exp.LTE(this=node.this.copy(), expression=node.args["high"])
        return self.both(exp.And(this=low, expression=high))

    def like(self, node: exp.Like) -> Compiled:
        left = self.need(node.this, "text")
        if not (isinstance(node.expression, exp.Literal) and node.expression.is_string):
            self.refuse(
                "forbidden-sql", msg("“like” needs a text in quotes"), msg("write name like '%村'")
            )
        sql: exp.Expr = exp.Like(this=left.sql, expression=node.expression.copy())
        if node.args.get("negate"):  # “not like” is one node, unlike “not in”
            sql = exp.Not(this=sql)
        return _event_aware(_joined(sql, "boolean", left), left)

    # arithmetic

    def negative(self, node: exp.Neg) -> Compiled:
        inner = self.need(node.this, "number")
        constant = None if inner.constant is None else -inner.constant
        return _replace(inner, sql=exp.Neg(this=numbers.paren(inner.sql)), constant=constant)

    def sum(self, node: exp.Add | exp.Sub) -> Compiled:
        left, right = self.need(node.this, "number"), self.need(node.expression, "number")
        scale = max(left.scale, right.scale)
        build = numbers.add if isinstance(node, exp.Add) else numbers.subtract
        sql = build(_at(left, scale).sql, _at(right, scale).sql)
        return _joined(sql, "number", left, right, scale=scale)

    def product(self, node: exp.Mul) -> Compiled:
        left, right = self.need(node.this, "number"), self.need(node.expression, "number")
        return self.times(left, right)

    def times(self, left: Compiled, right: Compiled) -> Compiled:
        scale = left.scale + right.scale
        sql = numbers.multiply(left.sql, right.sql)
        if scale > numbers.MAX_SCALE:
            sql, scale = numbers.to_scale(sql, scale, numbers.RATE), numbers.RATE
        return _joined(sql, "number", left, right, scale=scale)

    def quotient(self, node: exp.Div) -> Compiled:
        left, right = self.need(node.this, "number"), self.need(node.expression, "number")
        if right.constant is not None:
            if right.constant == 0:
                self.refuse(
                    "division-by-zero",
                    msg("division by zero"),
                    msg("divide by something that is never 0"),
                )
            inverse = 1 / right.constant
            if inverse * right.constant == 1 and numbers.places_of(inverse) <= numbers.RATE:
                return _replace(
                    self.times(left, self.number(inverse)), literals=left.literals + right.literals
                )
        scale = max(left.scale, right.scale)
        numerator = numbers.multiply(_at(left, scale).sql, numbers.integer(10**numbers.RATE))
        below = _at(right, scale).sql
        sign = numbers.when(
            (
                exp.LT(this=numbers.paren(below.copy()), expression=numbers.integer(0)),
                numbers.integer(-1),
            ),
            default=numbers.integer(1),
        )
        size = exp.func("NULLIF", exp.Abs(this=below), numbers.integer(0))
        sql = numbers.multiply(numbers.divide_half_up(numerator, size), sign)
        return _joined(sql, "number", left, right, scale=numbers.RATE)

    def choice(self, node: exp.Case) -> Compiled:
        if node.this is not None:
            self.refuse(
                "forbidden-sql",
                msg("write “case when … then … else … end”"),
                msg("put the whole condition behind each “when”"),
            )
        tests = [self.need(branch.this, "boolean") for branch in node.args["ifs"]]
        results = [self.visit(branch.args["true"]) for branch in node.args["ifs"]]
        default = node.args.get("default")
        if default is None:
            self.refuse(
                "missing-else",
                msg("“case” needs an “else”"),
                msg("say what holds otherwise: … else 0 end"),
            )
        results.append(self.visit(default))
        if len({r.kind for r in results}) > 1:
            self.refuse(
                "wrong-type",
                msg("the branches of “case” give different kinds of value"),
                msg("let all of them give numbers, or all texts"),
            )
        scale = max(r.scale for r in results)
        if results[0].kind == "number":
            results = [_at(r, scale) for r in results]
        # an unknown test makes the whole unknown, instead of falling through to the next branch
        branches: list[tuple[exp.Expr, exp.Expr]] = []
        for test, result in zip(tests, results[:-1], strict=True):
            if test.needs or test.indicators:
                branches.append(
                    (exp.Is(this=numbers.paren(test.sql.copy()), expression=exp.Null()), exp.Null())
                )
            branches.append((test.sql, result.sql))
        sql = numbers.when(*branches, default=results[-1].sql)
        return _joined(sql, results[0].kind, *tests, *results, scale=scale)

    # functions

    def extreme(self, node: exp.Least | exp.Greatest) -> Compiled:
        items = [self.need(n, "number") for n in (node.this, *node.expressions)]
        scale = max(i.scale for i in items)
        sql = _at(items[0], scale).sql
        for item in items[1:]:
            sql = numbers.greater_of(sql, _at(item, scale).sql, least=isinstance(node, exp.Least))
        return _joined(sql, "number", *items, scale=scale)

    def alone(self, node: exp.Expr, *unwanted: str) -> None:
        """Refuse what SQL would allow here and this language does not."""
        if any(node.args.get(name) for name in unwanted):
            self.refuse(
                "forbidden-sql",
                msg("“{sql}” is not allowed in a condition", sql=node.sql()[:60]),
                msg("leave out what stands beyond the one value"),
            )

    def absolute(self, node: exp.Abs) -> Compiled:
        inner = self.need(node.this, "number")
        return _replace(inner, sql=exp.Abs(this=inner.sql), constant=None)

    def whole(self, node: exp.Floor | exp.Ceil) -> Compiled:
        self.alone(node, "decimals", "to")
        inner = self.need(node.this, "number")
        if isinstance(node, exp.Floor):
            sql = numbers.floor_to_whole(inner.sql, inner.scale)
        else:
            flipped = exp.Neg(this=numbers.paren(inner.sql))
            sql = exp.Neg(this=numbers.paren(numbers.floor_to_whole(flipped, inner.scale)))
        return _replace(inner, sql=sql, scale=0, constant=None)

    def rounding(self, node: exp.Round) -> Compiled:
        self.alone(node, "truncate")
        inner = self.need(node.this, "number")
        decimals = node.args.get("decimals")
        places = 0 if decimals is None else self.whole_number(decimals)
        if places >= inner.scale:
            return inner
        return _replace(
            inner, sql=numbers.to_scale(inner.sql, inner.scale, places), scale=places, constant=None
        )

    def whole_number(self, node: exp.Expr) -> int:
        if not (isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal()):
            self.refuse(
                "wrong-type",
                msg("“{sql}” is no whole number of decimal places", sql=node.sql()),
                msg("write round(x, 2), with the places in digits"),
            )
        return int(node.name)

    def first_known(self, node: exp.Coalesce) -> Compiled:
        items = [self.visit(n) for n in (node.this, *node.expressions)]
        if len({i.kind for i in items}) > 1:
            self.refuse(
                "wrong-type",
                msg("“coalesce” needs values of one kind"),
                msg("let all of them be numbers, or all texts"),
            )
        scale = max(i.scale for i in items)
        if items[0].kind == "number":
            items = [_at(i, scale) for i in items]
        sql = exp.Coalesce(this=items[0].sql, expressions=[i.sql for i in items[1:]])
        return _replace(
            _joined(sql, items[0].kind, *items, scale=scale),
            needs=items[-1].needs,
            event=items[-1].event,
        )

    def part_of_date(self, node: exp.Year | exp.Month | exp.Day) -> Compiled:
        inner = self.visit(node.this)
        return self.date_part(type(node)(this=_to_day(inner).sql), inner)

    def date_part(self, sql: exp.Expr, *inner: Compiled) -> Compiled:
        if any(i.kind not in ("date", "timestamp") for i in inner):
            self.refuse(
                "wrong-type",
                msg("a date is needed here"),
                msg("use a column of dates, or a date in single quotes"),
            )
        return _joined(numbers.cast(sql, "BIGINT"), "number", *inner)

    def text_length(self, node: exp.Length) -> Compiled:
        inner = self.need(node.this, "text")
        return _joined(numbers.cast(exp.Length(this=inner.sql), "BIGINT"), "number", inner)

    def named_function(self, node: exp.Anonymous) -> Compiled:
        name, arguments = str(node.this).lower(), node.expressions
        if name == "pct" and len(arguments) == 1:
            return self.figure(arguments[0], percent=2)
        if name == "weekday" and len(arguments) == 1:
            inner = self.visit(arguments[0])
            return self.date_part(exp.DayOfWeekIso(this=_to_day(inner).sql), inner)
        if name == "days" and len(arguments) == 2:
            first, last = (self.date_argument(a) for a in arguments)
            sql = exp.DateDiff(this=last.sql, expression=first.sql, unit=exp.var("DAY"))
            return self.date_part(sql, first, last)
        if name == "months" and len(arguments) == 2:
            first, last = (self.date_argument(a) for a in arguments)
            return self.date_part(numbers.months_begun(first.sql, last.sql), first, last)
        if name == "empty" and len(arguments) == 1:
            inner = self.visit(arguments[0])
            if inner.empty is None:
                self.refuse(
                    "wrong-type", msg("“empty” needs a rate"), msg("name an indicator with rate:")
                )
            return _replace(inner, sql=inner.empty, kind="boolean", scale=0, empty=None)
        self.refuse(
            "forbidden-sql",
            msg(
                "there is no function “{name}” with {count} values", name=name, count=len(arguments)
            ),
            nearest_hint(name, FUNCTIONS),
        )

    def date_argument(self, node: exp.Expr) -> Compiled:
        value = self.visit(node)
        return self.as_date(value) if _is_text_literal(value) else _to_day(value)


NODES: dict[type[exp.Expr], Callable[..., Compiled]] = {
    exp.Column: _Walker.name,
    exp.Literal: _Walker.literal,
    exp.Boolean: _Walker.truth,
    exp.Cast: _Walker.day,
    exp.Paren: _Walker.group,
    exp.And: _Walker.both,
    exp.Or: _Walker.both,
    exp.Not: _Walker.inverse,
    exp.Is: _Walker.null_test,
    exp.EQ: _Walker.comparison,
    exp.NEQ: _Walker.comparison,
    exp.GT: _Walker.comparison,
    exp.GTE: _Walker.comparison,
    exp.LT: _Walker.comparison,
    exp.LTE: _Walker.comparison,
    exp.In: _Walker.member,
    exp.Between: _Walker.between,
    exp.Like: _Walker.like,
    exp.Neg: _Walker.negative,
    exp.Add: _Walker.sum,
    exp.Sub: _Walker.sum,
    exp.Mul: _Walker.product,
    exp.Div: _Walker.quotient,
    exp.Case: _Walker.choice,
    exp.Least: _Walker.extreme,
    exp.Greatest: _Walker.extreme,
    exp.Abs: _Walker.absolute,
    exp.Floor: _Walker.whole,
    exp.Ceil: _Walker.whole,
    exp.Round: _Walker.rounding,
    exp.Coalesce: _Walker.first_known,
    exp.Year: _Walker.part_of_date,
    exp.Month: _Walker.part_of_date,
    exp.Day: _Walker.part_of_date,
    exp.Length: _Walker.text_length,
    exp.Anonymous: _Walker.named_function,
}

FUNCTIONS = (
    "least", "greatest", "abs", "floor", "ceil", "round", "coalesce", "days", "months", "year",
    "month", "day", "weekday", "length", "empty",
)  # fmt: skip


def from_symbol(symbol: Symbol) -> Compiled:
    """Return a name as an expression."""
    return Compiled(
        symbol.sql.copy(),
        symbol.kind,
        symbol.scale,
        symbol.event,
        symbol.needs,
        frozenset({symbol.name}),
        symbol.indicators,
        values=symbol.values,
        empty=symbol.empty,
    )


def _is_text_literal(compiled: Compiled) -> bool:
    return isinstance(compiled.sql, exp.Literal) and compiled.sql.is_string


def _logic(sql: exp.Expr) -> exp.Expr:
    return exp.Paren(this=sql) if isinstance(sql, exp.Connector | exp.Not) else sql


def _to_day(compiled: Compiled) -> Compiled:
    if compiled.kind != "timestamp":
        return compiled
    return _replace(compiled, sql=numbers.cast(compiled.sql, "DATE"), kind="date")


def _at(compiled: Compiled, scale: int) -> Compiled:
    if compiled.constant is not None:
        sql = numbers.integer(numbers.scaled(compiled.constant, scale))
        return _replace(compiled, sql=sql, scale=scale)
    return _replace(
        compiled, sql=numbers.to_scale(compiled.sql, compiled.scale, scale), scale=scale
    )


def _joined(sql: exp.Expr, kind: Kind, *parts: Compiled, scale: int = 0) -> Compiled:
    return Compiled(
        sql,
        kind,
        scale,
        event=kind != "boolean" and any(p.event for p in parts),
        needs=frozenset().union(*(p.needs for p in parts)),
        names=frozenset().union(*(p.names for p in parts)),
        indicators=frozenset().union(*(p.indicators for p in parts)),
        literals=sum((p.literals for p in parts), ()),
    )


def _settled(result: Compiled) -> Compiled:
    """Read a yes or no that is an empty event as no."""
    if result.kind != "boolean" or not result.event:
        return result
    sql = exp.Coalesce(this=result.sql, expressions=[exp.false()])
    return _replace(result, sql=sql, event=False)


def _event_aware(result: Compiled, *sides: Compiled) -> Compiled:
    """Make a comparison with an event that has not happened false, instead of unknown."""
    if not any(side.event for side in sides):
        return result
    sql: exp.Expr = exp.Coalesce(this=result.sql, expressions=[exp.false()])
    missing = [
        exp.Is(this=numbers.paren(value), expression=exp.Null())
        for side in sides
        for value in _to_be_known(side)
    ]
    if missing:
        sql = numbers.when((exp.or_(*missing), exp.Null()), default=sql)
    return _replace(result, sql=sql, event=False)


def _to_be_known(side: Compiled) -> list[exp.Expr]:
    """Return what makes a side of a comparison unknown when it is empty."""
    if not side.event:
        return [side.sql.copy()] if side.needs or side.indicators else []
    names = [*sorted(side.needs), *(f"i__{name}" for name in sorted(side.indicators))]
    return [column(name) for name in names]
