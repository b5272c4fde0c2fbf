"""A second engine, to show that plans rest on nothing but docs/engines.md: Python's own SQLite.

SQLite has neither 128 bits nor days nor truth values, and lets what is too large become a float. So
a plan is read back, the kind of every expression is found, and what SQLite would get wrong is done
by functions of Python. It is as slow as that sounds.
"""

from __future__ import annotations

import operator
import sqlite3
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite

from rules_engine.api import EngineFailure, EngineKind, hookimpl, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

Columns = dict[str, str]
MOST = 2**63
KINDS = {
    "TINYINT": "int", "SMALLINT": "int", "INT": "int", "BIGINT": "int", "INTEGER": "int",
    "INT128": "wide", "TEXT": "text", "VARCHAR": "text", "DATE": "day", "TIMESTAMP": "moment",
    "DECIMAL": "wide", "BOOLEAN": "truth",
}  # fmt: skip
ARROW: Mapping[str, pa.DataType] = {
    "int": pa.int64(), "wide": pa.decimal128(38, 0), "exact": pa.decimal128(38, 4),
    "text": pa.string(), "day": pa.date32(), "moment": pa.timestamp("us"), "truth": pa.bool_(),
    "nothing": pa.int64(),
}  # fmt: skip
TRUTHS = (exp.Boolean, exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Like,
          exp.NullSafeEQ, exp.Predicate)  # fmt: skip
COMPARED = {exp.LT: "lt", exp.LTE: "le", exp.GT: "gt", exp.GTE: "ge", exp.EQ: "eq", exp.NEQ: "ne"}


class SQLiteExact(SQLite):
    """SQLite's SQL, but for what stock sqlglot writes by way of floats."""

    class Generator(SQLite.Generator):
        """Writes whole division and days as functions, and keeps the names of wide types."""

        TRANSFORMS: ClassVar = {
            **SQLite.Generator.TRANSFORMS,
            exp.IntDiv: lambda self, e: self.func("WHOLE", e.this, e.expression),
            exp.DateDiff: lambda self, e: self.func("DAYS", e.this, e.expression),
            exp.DayOfWeekIso: lambda self, e: self.func("WEEKDAY", e.this),
            exp.Greatest: lambda self, e: self.func("GREATEST_OF", e.this, *e.expressions),
            exp.Least: lambda self, e: self.func("LEAST_OF", e.this, *e.expressions),
            exp.Left: lambda self, e: self.func("SUBSTR", e.this, "1", e.expression),
        }

        def cast_sql(self, expression: exp.Cast, safe_prefix: str | None = None) -> str:
            """Write a cast with its type's own name."""
            return f"CAST({self.sql(expression, 'this')} AS {expression.to.this.value})"


class SQLiteSession:
    """One database in memory."""

    def __init__(self, threads: int | None = None) -> None:
        """Open it and teach it what it lacks."""
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.execute("PRAGMA case_sensitive_like = ON")
        self._tables: dict[str, Columns] = {}
        self._failed: BaseException | None = None
        for name, function in FUNCTIONS.items():
            self._connection.create_function(name, -1, self._kept(function), deterministic=True)
        self._connection.create_window_function("SUM_OF", 1, SumOf)

    def attach(self, name: str, parquet: Path) -> None:
        """Read a file, or the files of a folder."""
        self.register(name, pq.read_table(parquet))

    def register(self, name: str, table: pa.Table) -> None:
        """Copy a table."""
        self._tables[name] = {f.name: _kind_of(f.type) for f in table.schema}
        names = ", ".join(map(_quoted, table.schema.names))
        held = self._connection
        held.execute(f"DROP TABLE IF EXISTS {_quoted(name)}")
        held.execute(f"CREATE TABLE {_quoted(name)} ({names})")
        marks = ", ".join("?" * table.num_columns)
        columns = [[_stored(v) for v in column.to_pylist()] for column in table.columns]
        held.executemany(
            f"INSERT INTO {_quoted(name)} VALUES ({marks})", zip(*columns, strict=True)
        )

    def run(self, sql: str) -> None:
        """Run a statement."""
        self._rows(sql)

    def query(self, sql: str) -> pa.Table:
        """Run a query; each column comes back as what it was found to be."""
        known = tuple((name, tuple(columns.items())) for name, columns in self._tables.items())
        try:
            written, kinds = _prepared(sql, known)
        except (KeyError, sqlglot.errors.SqlglotError) as error:
            raise _refused(error) from None
        rows = self._rows(written)
        columns = zip(*rows, strict=True) if rows else ([] for _ in kinds)
        return pa.table(
            [
                pa.array([_loaded(v, kind) for v in column], ARROW[kind])
                for column, (_, kind) in zip(columns, kinds, strict=True)
            ],
            [name for name, _ in kinds],
        )

    def write_parquet(self, sql: str, path: Path) -> None:
        """Run a query into a file."""
        pq.write_table(self.query(sql), path)

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        self._failed = None
        try:
            return self._connection.execute(sql).fetchall()
        except (sqlite3.Error, OverflowError) as error:
            if isinstance(self._failed or error, OverflowError) or "overflow" in str(error):
                raise EngineFailure.of("overflow", msg("a number became too large")) from None
            raise _refused(self._failed or error) from None

    def _kept(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that is unknown of what is unknown, and whose failure is kept."""

        def call(*given: Any) -> Any:
            if None in given:
                return None
            try:
                return _stored(function(*map(_number, given)))
            except Exception as error:
                self._failed = error
                raise

        return call


class SumOf:
    """A sum of any size, also over a window."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.total, self.count = 0, 0

    def step(self, value: Any) -> None:
        """Add a value."""
        if value is not None:
            self.total, self.count = self.total + _number(value), self.count + 1

    def inverse(self, value: Any) -> None:
        """Take a value out again."""
        if value is not None:
            self.total, self.count = self.total - _number(value), self.count - 1

    def value(self) -> Any:
        """Return the sum; of nothing there is none."""
        return _stored(self.total) if self.count else None

    finalize = value


def _refused(error: BaseException) -> EngineFailure:
    return EngineFailure.of(
        "engine-failed", msg("SQLite refused the plan: {detail}", detail=str(error).split("\n")[0])
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _kind_of(type_: pa.DataType) -> str:
    if pa.types.is_decimal(type_):
        return "exact" if type_.scale else "wide"
    for known, kind in (
        (pa.types.is_boolean, "truth"), (pa.types.is_integer, "int"), (pa.types.is_date, "day"),
        (pa.types.is_timestamp, "moment"), (pa.types.is_null, "nothing"),
    ):  # fmt: skip
        if known(type_):
            return kind
    return "text"


def _stored(value: Any) -> Any:
    """Return a value as SQLite keeps it; what does not fit into 64 bits as bytes."""
    if isinstance(value, Decimal) or (isinstance(value, int) and not -MOST <= value < MOST):
        return str(value).encode()
    if isinstance(value, date | datetime):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return value


def _number(value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    text = value.decode()
    return Decimal(text) if "." in text else int(text)


def _loaded(value: Any, kind: str) -> Any:
    value = _number(value)
    if value is None:
        return None
    if kind == "int" and not -MOST <= value < MOST:
        raise EngineFailure.of("overflow", msg("a number became too large"))
    if kind in ("wide", "exact"):
        return Decimal(value)
    if kind == "truth":
        return bool(value)
    if kind == "day":
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if kind == "moment" else value


# what SQLite lacks


def _narrow(value: Any) -> Any:
    whole = int(value)
    if not -MOST <= whole < MOST:
        raise OverflowError(whole)
    return whole


def _whole(left: int, right: int) -> int | None:
    if not right:
        return None
    size = abs(left) // abs(right)
    return size if (left < 0) == (right < 0) else -size


def _rest(left: int, right: int) -> int | None:
    return left - right * whole if (whole := _whole(left, right)) is not None else None


WORKED_OUT: Mapping[type[exp.Expr], tuple[str, Callable[..., Any]]] = {
    exp.Add: ("add", operator.add), exp.Sub: ("sub", operator.sub),
    exp.Mul: ("mul", operator.mul), exp.Mod: ("rest", _rest),
}  # fmt: skip


def _days(later: str, earlier: str) -> int:
    return (date.fromisoformat(later[:10]) - date.fromisoformat(earlier[:10])) // timedelta(1)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{f"{name}_of": getattr(operator, name) for name in COMPARED.values()},
    **{f"{name}_of": function for name, function in WORKED_OUT.values()},
    **{f"{name}_narrow": lambda a, b, f=function: _narrow(f(a, b))
       for name, function in WORKED_OUT.values()},
    "neg_of": operator.neg,
    "abs_of": abs,
    "narrow": _narrow,
    "WHOLE": _whole,
    "DAYS": _days,
    "WEEKDAY": lambda day: date.fromisoformat(day[:10]).isoweekday(),
    "GREATEST_OF": lambda *values: max(values),
    "LEAST_OF": lambda *values: min(values),
    "DAY_OF": lambda value: value[:10],
    "YEAR": lambda day: int(day[:4]),
    "MONTH": lambda day: int(day[5:7]),
    "DAY": lambda day: int(day[8:10]),
}  # fmt: skip


# what kind each expression is of


@lru_cache(maxsize=64)
def _prepared(
    sql: str, known: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
) -> tuple[str, list[tuple[str, str]]]:
    tree = sqlglot.parse_one(sql, dialect=SQLiteExact)
    kinds = Kinds({name: dict(columns) for name, columns in known}).of_query(tree)
    return tree.sql(SQLiteExact), list(kinds.items())


class Kinds:
    """Finds of what kind expressions are, and writes what SQLite would get wrong otherwise."""

    def __init__(self, tables: Mapping[str, Columns]) -> None:
        """Begin with the tables that are there."""
        self.tables = dict(tables)
        self.sources: dict[str, Columns] = {}

    def of_query(self, query: exp.Expr) -> Columns:
        """Return the columns of a query."""
        if isinstance(query, exp.Subquery):
            return self.of_query(query.this)
        outer = Kinds(self.tables)
        for cte in query.args["with_"].expressions if query.args.get("with_") else ():
            outer.tables[cte.alias] = outer.of_query(cte.this)
            cte.set("materialized", True)
        if isinstance(query, exp.SetOperation):
            left, right = outer.of_query(query.left), outer.of_query(query.right)
            kinds = [_of_several(pair) for pair in zip(left.values(), right.values(), strict=True)]
            return dict(zip(left, kinds, strict=True))
        return outer._of_select(query)

    def _of_select(self, select: exp.Expr) -> Columns:
        start = select.args.get("from_")
        for source in [start, *(select.args.get("joins") or ())] if start else ():
            self._add_source(source.this)
        found: Columns = {}
        for projection in list(select.expressions):
            self._project(projection, found)
        for part in ("joins", "where", "group", "having", "order", "qualify"):
            held = select.args.get(part)
            for item in held if isinstance(held, list) else [held] if held else ():
                for child in list(item.iter_expressions()):
                    if not isinstance(child, exp.Table | exp.Subquery):
                        self.of(child)
        return found

    def _add_source(self, source: exp.Expr) -> None:
        if isinstance(source, exp.Subquery):
            self.sources[source.alias_or_name] = self.of_query(source.this)
            if isinstance(source.this, exp.Select) and not source.this.args.get("limit"):
                source.this.set("limit", exp.Limit(expression=exp.Literal.number(-1)))
        else:
            self.sources[source.alias_or_name] = self.tables[source.name]

    def _project(self, projection: exp.Expr, found: Columns) -> None:
        if isinstance(projection, exp.Star):
            for columns in self.sources.values():
                found.update(columns)
        elif isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star):
            found.update(self.sources[projection.table])
        else:
            name = projection.alias_or_name  # the expression may be another one afterwards
            found[name] = self.of(projection)

    def of(self, node: exp.Expr) -> str:
        """Return the kind of an expression, in which all that must be is written otherwise."""
        if isinstance(node, exp.Column):
            return self._of_column(node)
        if isinstance(node, exp.Query):
            return next(iter(Kinds(self.tables).of_query(node).values()))
        inner = [self.of(c) for c in list(node.iter_expressions()) if not _is_word(c)]
        for kinds, written in ((COMPARED, _compared), (WORKED_OUT, _worked_out)):
            if type(node) in kinds:
                return written(node, inner)
        return self._otherwise(node, inner)

    def _of_column(self, node: exp.Column) -> str:
        if node.table:
            return self.sources[node.table][node.name]
        return next(
            (held[node.name] for held in self.sources.values() if node.name in held), "nothing"
        )

    def _otherwise(self, node: exp.Expr, inner: list[str]) -> str:
        if isinstance(node, exp.Literal):
            return "text" if node.is_string else "int"
        if isinstance(node, exp.Null):
            return "nothing"
        if isinstance(node, exp.Cast):
            return _cast(node, inner[0])
        if isinstance(node, TRUTHS):
            return "truth"
        if isinstance(node, exp.Sum):
            node.replace(exp.Anonymous(this="SUM_OF", expressions=[node.this]))
            return "wide"
        if isinstance(node, exp.Neg | exp.Abs) and inner[0] in ("wide", "exact"):
            name = "neg_of" if isinstance(node, exp.Neg) else "abs_of"
            node.replace(exp.Anonymous(this=name, expressions=[node.this]))
            return inner[0]
        if isinstance(node, exp.Case | exp.If | exp.Coalesce | exp.Nullif | exp.Max | exp.Min):
            return _of_several(_results(node, inner))
        if isinstance(node, exp.Anonymous):
            return _of_function(node, inner)
        if isinstance(node, exp.Year | exp.Month | exp.Day | exp.Length | exp.Count | exp.RowNumber
                      | exp.Rank | exp.DenseRank):  # fmt: skip
            return "int"
        if isinstance(node, exp.DPipe | exp.Substring | exp.Concat | exp.Trim | exp.Lower):
            return "text"
        return inner[0] if inner else "nothing"  # brackets, aliases, windows, orders


def _is_word(node: exp.Expr) -> bool:
    return isinstance(node, exp.Identifier | exp.DataType | exp.Var | exp.TableAlias)


def _of_several(kinds: Iterable[str]) -> str:
    found = [kind for kind in kinds if kind != "nothing"]
    for first in ("exact", "wide"):
        if first in found:
            return first
    return found[0] if found else "nothing"


def _results(node: exp.Expr, inner: list[str]) -> list[str]:
    """Return the kinds of what can be the result."""
    if isinstance(node, exp.If):
        return inner[1:2]
    if isinstance(node, exp.Case):
        return inner[1:] if node.this else inner
    return inner


def _of_function(node: exp.Anonymous, inner: list[str]) -> str:
    if node.name == "WHOLE":
        return _of_several(inner)
    if node.name in ("DAYS", "WEEKDAY"):
        return "int"
    return _of_several(inner)


def _compared(node: exp.Expr, inner: list[str]) -> str:
    if {"wide", "exact"} & set(inner):
        called = [node.this, node.expression]
        node.replace(exp.Anonymous(this=f"{COMPARED[type(node)]}_of", expressions=called))
    return "truth"


def _worked_out(node: exp.Expr, inner: list[str]) -> str:
    kind = _of_several(inner)
    name = WORKED_OUT[type(node)][0] + ("_of" if kind in ("wide", "exact") else "_narrow")
    node.replace(exp.Anonymous(this=name, expressions=[node.this, node.expression]))
    return kind


def _cast(node: exp.Cast, inner: str) -> str:
    kind = KINDS[node.to.this.value]
    if kind == "int" and inner in ("wide", "exact", "int"):
        node.replace(exp.Anonymous(this="narrow", expressions=[node.this]))
    elif kind == "day":
        node.replace(exp.Anonymous(this="DAY_OF", expressions=[node.this]))
    elif kind != "text" or inner in ("text", "nothing"):
        node.replace(node.this)
    return kind


@hookimpl
def rules_engine_register_engines() -> list[EngineKind]:
    """Give SQLite."""
    return [
        EngineKind("sqlite", "SQLite with Python's numbers", "sqliteexact",
                   lambda: sqlite3.sqlite_version, SQLiteSession)
    ]  # fmt: skip
