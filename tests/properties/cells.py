"""Expressions with what they mean, and a table of rows to work many of them out at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import reference
from reference import NOT_YET, UNKNOWN
from sqlglot import exp

from rules_engine.conditions.compiler import ExpressionCompiler
from rules_engine.conditions.scope import Factor, Scope, Shape, Symbol
from rules_engine.conditions.sql import column
from rules_engine.errors import Place
from rules_engine.model.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

YEAR = Frame(date(2025, 1, 1), date(2025, 12, 31), date(2025, 12, 31))
Row = "Mapping[str, Any]"


@dataclass(frozen=True)
class Expr:
    """An expression: how it is written, its kind, and what it gives for a row."""

    sql: str
    zh: str
    kind: str
    of: Callable[[Mapping[str, Any]], Any]

    def __repr__(self) -> str:
        return f"{self.sql} | {self.zh}"


@dataclass(frozen=True)
class Col:
    """A column: its label, its kind, how it is held, and the values that are tried."""

    name: str
    label: str
    kind: str
    values: tuple[Any, ...]
    type: pa.DataType
    scale: int = 0
    event: bool = False


D, T = date, datetime
COLUMNS = [
    Col("people", "人数", "number", (Fraction(7), Fraction(0), Fraction(10), UNKNOWN),
        pa.int64()),
    Col("score", "评分", "number",
        (Fraction("92.5"), Fraction(-3), Fraction(0), Fraction("0.0001")),
        pa.int64(), 4),
    Col("received_on", "登记日期", "date", (D(2024, 2, 29), D(2025, 3, 31)), pa.date32()),
    Col("due_on", "期限", "date", (D(2025, 3, 31), UNKNOWN), pa.date32()),
    Col("closed_on", "办结日期", "date", (NOT_YET, D(2025, 3, 31), D(2025, 4, 1)), pa.date32(),
        event=True),
    Col("due_at", "应报时间", "timestamp", (T(2025, 3, 31, 12), T(2025, 4, 1)), pa.timestamp("us")),
    Col("sent_at", "上报时间", "timestamp", (NOT_YET, T(2025, 3, 31, 9), T(2025, 3, 31, 12)),
        pa.timestamp("us"), event=True),
    Col("level", "层级", "text", ("村", "京"), pa.string()),
    Col("place", "地点", "text", ("东街", "a%", UNKNOWN), pa.string()),
    Col("outcome", "结论", "text", (NOT_YET, "东街"), pa.string(), event=True),
    Col("odd", "异常", "boolean", (True, False, UNKNOWN), pa.bool_()),
    Col("done", "办毕", "boolean", (NOT_YET, True, False), pa.bool_(), event=True),
]  # fmt: skip
RATE = Col("rate", "办结率", "number", (Fraction(1, 3), Fraction(0), Fraction(2, 3), UNKNOWN),
           pa.int64())  # fmt: skip
"""A share is kept as what it is a share of: 1 of 3."""


def rows() -> list[dict[str, Any]]:
    """Return rows in which every pair of values of two columns meets at least once or nearly so."""
    found = []
    for n in range(36):
        row = {
            c.name: c.values[(n // (1 + i % 3) + n * (i % 5)) % len(c.values)]
            for i, c in enumerate(COLUMNS)
        }
        row["rate"] = RATE.values[n % 4]
        found.append(row)
    return found


ROWS = rows()


def _held(value: Any, scale: int) -> Any:
    if value is UNKNOWN or value is NOT_YET:
        return None
    return int(value * 10**scale) if isinstance(value, Fraction) else value


def table() -> pa.Table:
    """Return the rows as the engine holds them."""
    columns = {c.name: pa.array([_held(r[c.name], c.scale) for r in ROWS], c.type) for c in COLUMNS}
    rates = [r["rate"] for r in ROWS]
    known = [v is not UNKNOWN for v in rates]
    columns["rate_of"] = pa.array(
        [v.numerator if k else 0 for v, k in zip(rates, known, strict=True)], pa.int64()
    )
    columns["rate_over"] = pa.array(
        [v.denominator if k else 0 for v, k in zip(rates, known, strict=True)], pa.int64()
    )
    columns["rate_nothing"] = pa.array([not k for k in known])
    return pa.table(columns)


def symbols() -> list[Symbol]:
    """Return the columns as names of conditions."""
    found = [
        Symbol(
            c.name, c.label, column(c.name), c.kind, c.scale, c.event,
            frozenset({c.name}) if UNKNOWN in c.values else frozenset(),
        )
        for c in COLUMNS
    ]  # fmt: skip
    below = exp.func("NULLIF", column("rate_over"), exp.Literal.number(0))
    found.append(
        Symbol("rate", "办结率", column("rate_of"), "number", empty=column("rate_nothing"),
               rate=True, needs=frozenset({"rate_of"}),
               shape=Shape(10, below=(Factor(below, 10),), signed=False))
    )  # fmt: skip
    return found


SCOPE = Scope(frame=YEAR).extended(symbols())
NAMES = [
    Expr(c.name, c.label, c.kind, lambda row, name=c.name: row[name]) for c in [*COLUMNS, RATE]
]


def literal(sql: str, zh: str, kind: str, value: Any) -> Expr:
    """Return an expression that is the same for every row."""
    return Expr(sql, zh, kind, lambda row: value)


LITERALS = [
    literal("7", "7", "number", Fraction(7)),
    literal("0.5", "50%", "number", Fraction(1, 2)),
    literal("3", "3", "number", Fraction(3)),
    literal("'2025-03-31'", "2025年3月31日", "day", D(2025, 3, 31)),
    literal("date '2024-02-29'", "2024-02-29", "date", D(2024, 2, 29)),
    literal("'东街 '", "“东街”", "text", "东街"),
    literal("true", "真", "boolean", True),
]


def compiled(text: str, kind: str) -> tuple[Any, list[Any]]:
    """Return what a text compiles to, or ``None``, and the findings."""
    compiler = ExpressionCompiler(SCOPE)
    result = compiler.compile(text, lambda offset: Place("r.yaml", 1, 1 + offset), kind)
    return result, compiler.findings


def told(value: Any, kind: str, scale: int) -> Any:
    """Return what the engine must give for a value."""
    value = reference.truth(value) if kind == "boolean" else value
    if value is UNKNOWN or value is NOT_YET:
        return None
    return int(reference.half_up(value, scale) * 10**scale) if kind == "number" else value


def wrong_cells(session: Any, expressions: list[Expr]) -> list[str]:
    """Work expressions out, as SQL and in Chinese words; return the cells that are wrong.

    All of them are one query, which keeps this quick.
    """
    selected, meant = [], []
    for expression in expressions:
        for text in dict.fromkeys((expression.sql, expression.zh)):
            result, findings = compiled(text, expression.kind)
            if [f.code for f in findings] == ["too-involved"]:
                continue
            assert result is not None, (text, [str(f.message) for f in findings])
            selected.append(result.sql.sql("duckdb"))
            meant.append((text, expression, result.scale))
    session.register("cells", table())
    names = ", ".join(f"{sql} AS c{n}" for n, sql in enumerate(selected))
    found = session.query(f'SELECT {names} FROM "cells"')
    wrong = []
    for index, (text, expression, scale) in enumerate(meant):
        for row, given in zip(ROWS, found.column(index).to_pylist(), strict=True):
            expected = told(expression.of(row), expression.kind, scale)
            if given != expected:
                wrong.append(f"{text}: {given} for {expected} in {row}")
    return wrong


def pairs(kind: str, other: str) -> list[tuple[Expr, Expr]]:
    """Return every pair of a name of one kind with a name or literal of another."""
    left = [e for e in NAMES if e.kind == kind]
    right = [e for e in [*NAMES, *LITERALS] if e.kind == other]
    return list(product(left, right))
