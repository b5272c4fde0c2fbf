"""A scope of every kind of name, and one row to work conditions out on."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from rules_engine.conditions.compiler import ExpressionCompiler
from rules_engine.conditions.numbers import unscaled
from rules_engine.conditions.scope import Scope, Symbol
from rules_engine.conditions.sql import column
from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.errors import Place
from rules_engine.model.frame import Frame

YEAR = Frame(date(2025, 1, 1), date(2025, 12, 31), date(2025, 12, 31))
LEVELS = ("村", "县", "京")
SYMBOLS = [
    Symbol("people", "人数", column("people"), "number", needs=frozenset({"people"})),
    Symbol("score", "评分", column("score"), "number", 4),
    Symbol("rate", "办结率", column("rate"), "number", 6, empty=column("nothing"), rate=True),
    Symbol("level", "层级", column("level"), "text", values=LEVELS),
    Symbol("place", "地点", column("place"), "text", needs=frozenset({"place"})),
    Symbol("irregular", "非正常", column("irregular"), "boolean", needs=frozenset({"irregular"})),
    Symbol("flag", "发生", column("flag"), "boolean", event=True),
    Symbol("received_on", "登记日期", column("received_on"), "date"),
    Symbol("due_on", "期限", column("due_on"), "date", needs=frozenset({"due_on"})),
    Symbol("closed_on", "办结日期", column("closed_on"), "date", event=True),
    Symbol("due_at", "应报时间", column("due_at"), "timestamp"),
    Symbol("submitted_at", "上报时间", column("submitted_at"), "timestamp", event=True),
    Symbol("first", "数目", column("people"), "number"),
    Symbol("second", "数目", column("people"), "number"),
]
ROW = {
    "people": (7, pa.int64()),
    "score": (925_000, pa.int64()),  # 92.5
    "rate": (333_333, pa.int64()),
    "nothing": (False, pa.bool_()),
    "level": ("县", pa.string()),
    "place": ("东街", pa.string()),
    "irregular": (True, pa.bool_()),
    "flag": (True, pa.bool_()),
    "received_on": (date(2025, 3, 1), pa.date32()),  # a Saturday
    "due_on": (date(2025, 3, 31), pa.date32()),
    "closed_on": (date(2025, 4, 2), pa.date32()),
    "due_at": (datetime(2025, 3, 5, 12), pa.timestamp("us")),
    "submitted_at": (datetime(2025, 3, 5, 12, 1), pa.timestamp("us")),
}


def compiled(text, kind="boolean"):
    """Return what a text compiles to, or ``None``, and the findings."""
    compiler = ExpressionCompiler(Scope(frame=YEAR).extended(SYMBOLS))
    result = compiler.compile(text, lambda offset: Place("r.yaml", 1, 1 + offset), kind)
    return result, compiler.findings


def value(text, kind="boolean", **changed):
    """Return what a condition gives for the row, with some of its values changed."""
    result, findings = compiled(text, kind)
    assert result is not None, [str(f.message) for f in findings]
    columns = {
        name: pa.array([changed.get(name, held)], shape) for name, (held, shape) in ROW.items()
    }
    session = DuckDBSession(1)
    session.register("lab", pa.table(columns))
    found = session.query(f'SELECT {result.sql.sql("duckdb")} AS v FROM "lab"').column(0)[0].as_py()
    session.close()
    return unscaled(found, result.scale) if kind == "number" and found is not None else found
