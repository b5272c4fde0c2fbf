"""What plans rest on: small queries with what must come of them, for engines that are plugins.

An engine that wraps where a number is too large, or sorts texts by the habits of a language, would
give other points than the embedded one and nobody would notice. So it is asked before it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from rules_engine.conditions.sql import query
from rules_engine.engines import EMBEDDED, written
from rules_engine.errors import EngineFailure, Finding
from rules_engine.messages import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from rules_engine.model.plugin import EngineKind, EngineSession

Rows: TypeAlias = "list[tuple[Any, ...]]"
TABLE = "_probe"
MOST = 2**63 - 1


@dataclass(frozen=True)
class Probe:
    """Something that plans rest on.

    Attributes:
        name: what it is about.
        needs: what an engine must do.
        sql: the query over :func:`records`, in sqlglot's own dialect.
        rows: what comes of it; ``None``: it must be refused as an overflow.
    """

    name: str
    needs: Message
    sql: str
    rows: Rows | None = None


def _probes() -> Iterator[Probe]:
    too_large = msg("a whole number that does not fit into 64 bits stops the query")
    yield Probe("overflow of +", too_large, "SELECT i + i AS v FROM {t} WHERE n = 1")
    yield Probe("overflow of ×", too_large, "SELECT i * 2 AS v FROM {t} WHERE n = 1")
    yield Probe(
        "overflow of a sum",
        too_large,
        "SELECT CAST(SUM(i) AS BIGINT) AS v FROM {t} WHERE n IN (1, 3)",
    )
    yield Probe(
        "overflow of a cast",
        too_large,
        "SELECT CAST(CAST(i AS INT128) * 2 AS BIGINT) AS v FROM {t} WHERE n = 1",
    )
    yield Probe(
        "wide numbers",
        msg("INT128 holds 38 digits, exactly"),
        "SELECT CAST(CAST(i AS INT128) * 1000000000000000 DIV 1000000000000000 AS BIGINT) AS v, "
        "CASE WHEN CAST(i AS INT128) * 4 > i THEN 1 ELSE 0 END AS w FROM {t} WHERE n = 1",
        [(MOST, 1)],
    )
    yield Probe(
        "whole division",
        msg("DIV cuts towards zero and is exact; the rest by % has the sign of the left side"),
        "SELECT n, i DIV j AS v, i % j AS w FROM {t} WHERE n IN (2, 3, 4) ORDER BY n",
        [(2, -3, -1), (3, -3, 1), (4, 9007199254740993, 0)],
    )
    yield Probe(
        "decimals",
        msg("the product of a decimal and a whole number is exact"),
        "SELECT n, CAST(x * CAST(10000 AS BIGINT) AS BIGINT) AS v FROM {t} WHERE n < 4 ORDER BY n",
        [(1, 12345), (2, -1), (3, 999999999999999999)],
    )
    yield Probe(
        "days",
        msg(
            "days have a year, a month, a day and a weekday from 1 for Monday; their "
            "difference is in days, and a moment can be cut to its day"
        ),
        "SELECT n, CAST(YEAR(d) AS BIGINT) AS y, CAST(MONTH(d) AS BIGINT) AS m, "
        "CAST(DAY(d) AS BIGINT) AS d, CAST(DAYOFWEEK_ISO(d) AS BIGINT) AS w, "
        "CAST(DATEDIFF(d, CAST('1899-12-25' AS DATE), DAY) AS BIGINT) AS s, "
        "CASE WHEN CAST(m AS DATE) = d THEN 1 ELSE 0 END AS same FROM {t} WHERE n < 4 ORDER BY n",
        [(1, 1900, 1, 1, 1, 7, 1), (2, 2024, 2, 29, 4, 45356, 1), (3, 2025, 3, 2, 7, 45723, 0)],
    )
    yield Probe(
        "order of texts",
        msg("texts are told apart and ordered by their code points"),
        "SELECT t FROM {t} WHERE t IS NOT NULL ORDER BY t",
        [("B",), ("a%_\\",), ("b",), ("村",)],
    )
    yield Probe(
        "patterns",
        msg("LIKE tells capitals from small letters, and a backslash is a character"),
        "SELECT n FROM {t} WHERE t LIKE 'a__\\' OR t LIKE '村%' OR t LIKE 'C_' ORDER BY n",
        [(1,), (4,)],
    )
    yield Probe(
        "pieces of texts",
        msg("texts are joined by ||, cut by LEFT, and measured in characters"),
        "SELECT t || '1' AS v, LEFT(t, 1) AS w, CAST(LENGTH(t) AS BIGINT) AS l "
        "FROM {t} WHERE n IN (1, 4) ORDER BY n",
        [("村1", "村", 1), ("a%_\\1", "a", 4)],
    )
    yield Probe(
        "what is unknown",
        msg(
            "NULL is unknown in comparisons, left out of sums and counts, and alike "
            "in IS NOT DISTINCT FROM"
        ),
        "SELECT COUNT(*) AS a, COUNT(i) AS b, SUM(CASE WHEN i = j THEN 1 END) AS c, "
        "CAST(SUM(CASE WHEN i IS NOT DISTINCT FROM j THEN 1 ELSE 0 END) AS BIGINT) AS d FROM {t}",
        [(5, 4, None, 1)],
    )
    yield Probe(
        "order of what is unknown",
        msg("rows without a value come last where NULLS LAST says so"),
        "SELECT n FROM {t} ORDER BY j DESC NULLS LAST, n",
        [(1,), (2,), (4,), (3,), (5,)],
    )
    yield Probe(
        "windows",
        msg("ranks and running sums over windows, by value and by rows"),
        "SELECT n, RANK() OVER (ORDER BY j DESC) AS r, "
        "CAST(SUM(n) OVER (ORDER BY j DESC RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) "
        "AS BIGINT) AS s, "
        "MAX(d) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS b "
        "FROM {t} WHERE n < 4 ORDER BY n",
        [(1, 1, 3, None), (2, 1, 3, date(1900, 1, 1)), (3, 3, 6, date(2024, 2, 29))],
    )
    yield Probe(
        "the greater of two",
        msg("GREATEST and LEAST compare columns of a row"),
        "SELECT GREATEST(i, j) AS v, LEAST(i, j) AS w FROM {t} WHERE n IN (1, 2) ORDER BY n",
        [(MOST, 2), (2, -7)],
    )


PROBES = tuple(_probes())


def records() -> pa.Table:
    """Return the table that probes ask."""
    import pyarrow as pa

    days = [date(1900, 1, 1), date(2024, 2, 29), date(2025, 3, 2), date(1999, 12, 31), None]
    moments = [datetime(d.year, d.month, d.day, 23, 59, 59) if d else None for d in days]
    moments[2] = datetime(2025, 3, 3)
    exact = [
        Decimal("1.2345"),
        Decimal("-0.0001"),
        Decimal("99999999999999.9999"),
        Decimal(0),
        None,
    ]
    return pa.table(
        {
            "n": pa.array([1, 2, 3, 4, 5], pa.int64()),
            "i": pa.array([MOST, -7, 7, 9007199254740993, None], pa.int64()),
            "j": pa.array([2, 2, -2, 1, None], pa.int64()),
            "t": pa.array(["村", "b", "B", "a%_\\", None], pa.string()),
            "d": pa.array(days, pa.date32()),
            "m": pa.array(moments, pa.timestamp("us")),
            "x": pa.array(exact, pa.decimal128(18, 4)),
        }
    )


def comes_of(probe: Probe, session: EngineSession, dialect: str) -> Rows | None:
    """Return what comes of a probe where its table is readable; ``None``: an overflow.

    Raises:
        EngineFailure: the engine refuses it for another reason.
    """
    try:
        table = session.query(written(query(probe.sql.format(t=TABLE)), dialect))
    except EngineFailure as error:
        if any(finding.code == "overflow" for finding in error.findings):
            return None
        raise
    columns = [column.to_pylist() for column in table.columns]
    return [tuple(map(_plain, row)) for row in zip(*columns, strict=True)]


def _plain(value: object) -> object:
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


def missing(session: EngineSession, dialect: str) -> Iterator[Finding]:
    """Yield what an engine does not offer.

    Args:
        session: a session of it.
        dialect: what sqlglot calls its SQL.
    """
    session.register(TABLE, records())
    for probe in PROBES:
        try:
            rows = comes_of(probe, session, dialect)
        except EngineFailure as error:
            yield _finding(probe, error.findings[0].message)
            continue
        if rows != probe.rows:
            yield _finding(probe, msg("it gives {rows}", rows=str(rows)))


def _finding(probe: Probe, detail: Message) -> Finding:
    return Finding(
        "engine-unfit",
        msg("the engine cannot run plans: {needs}; {told}", needs=probe.needs, told=detail),
        hint=msg("use another engine; what plans rest on stands in docs/engines.md"),
    )


def connect(engine: EngineKind, threads: int | None = None) -> EngineSession:
    """Start a session of an engine that does what plans rest on.

    Raises:
        EngineFailure: it would give other results than the embedded one.
    """
    session = engine.connect(threads)
    if engine.name != EMBEDDED and (findings := tuple(missing(session, engine.dialect))):
        session.close()
        raise EngineFailure(*findings)
    return session
