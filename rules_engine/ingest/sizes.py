"""Measures what a Parquet file of a source holds, before anything reads its values.

A text that occurs a million times is written there once, so that some kilobytes may stand for a
thousand gigabytes. What the file says of itself may be a lie. The engine tells the lengths of
texts without copying them: of twenty million rows in a tenth of a second for each column.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine import limits
from rules_engine.errors import DatasetError
from rules_engine.ingest import sql
from rules_engine.ingest.screening import counted

if TYPE_CHECKING:
    from rules_engine.errors import Finding
    from rules_engine.ingest.staging import Field, Staged
    from rules_engine.model.plugin import EngineSession

SMALL = 100 * limits.MIB
"""A table that holds fewer bytes may grow as it likes."""
FIXED = 8
"""Bytes that a value counts for that is no text."""
_ROWS = 32_768
"""Lists have no length that tells: of so many rows at a time they are written out."""


def measured(staged: Staged, session: EngineSession) -> Staged:
    """Return a file of a source with the lengths of its texts.

    Raises:
        DatasetError: a value is longer than any record, or the table is larger than allowed.
    """
    if not staged.in_place or not staged.rows:
        return staged
    scan = sql.parquet(staged.path)
    texts = {f: e for f in staged.fields if (e := _length(f))}
    both = [f"{which}({e})" for e in texts.values() for which in ("min", "max")]
    result = counted(scan, both, session)
    lengths = {
        f: (a or 0, b or 0) for f, a, b in zip(texts, result[::2], result[1::2], strict=True)
    }
    longest = max((most for _, most in lengths.values()), default=0)
    if longest > limits.RECORD_SIZE.most * limits.MIB:
        raise limits.RECORD_SIZE.refuse(staged.place)
    nested = [f for f in staged.fields if f.kind == "other" and "<" in _type(f)]
    fixed = FIXED * staged.rows * (len(staged.fields) - len(texts) - len(nested))
    if _finding(staged, fixed + staged.rows * sum(most for _, most in lengths.values())):
        fixed += sum(counted(scan, [f"sum({e})" for e in texts.values()], session))
        _check(staged, fixed)
    _check_nested(staged, nested, fixed, session)
    return replace(staged, lengths={f.column: ends for f, ends in lengths.items()})


def _length(field: Field) -> str | None:
    """Return the expression for the length of a column's values in bytes; nothing if it has none.

    To write values out would take as long as they are: of these it is known.
    """
    if field.kind == "text":
        return f"strlen({sql.name(field.column)})"
    if _type(field).startswith(("binary", "large_binary", "fixed_size_binary")):
        return f"octet_length({sql.name(field.column)})"
    return None


def _type(field: Field) -> str:
    return field.arrow_type.removeprefix("dictionary<values=")


def _check_nested(staged: Staged, nested: list[Field], size: int, session: EngineSession) -> None:
    """Measure lists and the like, which are screened as they are written out."""
    each = [f"strlen(CAST({sql.name(f.column)} AS VARCHAR))" for f in nested]
    scan = sql.parquet(staged.path)
    for start in range(0, staged.rows, _ROWS) if nested else ():
        rows = f"{scan} WHERE file_row_number BETWEEN {start} AND {start + _ROWS - 1}"
        size += sum(n or 0 for n in counted(rows, [f"sum({e})" for e in each], session))
        _check(staged, size)


def _check(staged: Staged, size: int) -> None:
    finding = _finding(staged, size)
    if finding:
        raise DatasetError(finding)


def _finding(staged: Staged, size: int) -> Finding | None:
    """Return what is wrong with a table of so many bytes."""
    grown = size // (staged.path.stat().st_size or 1)
    if size // limits.MIB > limits.TABLE_SIZE.most:
        return limits.TABLE_SIZE.finding(staged.place)
    if size > SMALL and grown > limits.PARQUET_GROWTH.most:
        return limits.PARQUET_GROWTH.finding(staged.place)
    return None
