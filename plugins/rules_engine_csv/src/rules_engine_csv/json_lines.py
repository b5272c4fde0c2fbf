"""Reads JSON Lines: one object a line, as a table of text. A row's number is its line's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

import pyarrow as pa

from rules_engine.api import msg
from rules_engine_csv.encodings import utf8_chunks
from rules_engine_csv.trouble import LARGEST, refuse_empty, refuse_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.api import Message
    from rules_engine_csv.archive import TableFile

Record = dict[str, str | None]
_AT_ONCE = 10_000
_HINT = msg("write one object a line, e.g. {example}", example='{"case_id": "C1"}')


class _DoubleKey(ValueError):
    """An object names a key twice."""


class _Nested(ValueError):
    """A value is itself an object or a list."""


def json_lines(file: TableFile, encoding: str) -> pa.RecordBatchReader:
    """Return the records; columns are text, in the order in which they first appear.

    Numbers stay as they are written. A blank line is a row in which nothing is written.

    Raises:
        DatasetError: a line is no JSON object, or holds more than plain values.
    """
    tables = [_table(records) for records in _chunked(_records(file, encoding))]
    table = pa.concat_tables(tables, promote_options="default") if tables else pa.table({})
    named = table.select([name for name in table.column_names if name])
    if not named.num_columns:
        refuse_empty(file, _HINT)
    return named.to_reader()


def _table(records: list[Record]) -> pa.Table:
    names = dict.fromkeys(name for record in records for name in record)
    if not names:  # a table without columns has no rows: these blank lines need one
        return pa.table({"": pa.nulls(len(records), pa.string())})
    return pa.table({n: pa.array([r.get(n) for r in records], pa.string()) for n in names})


def _chunked(records: Iterator[Record]) -> Iterator[list[Record]]:
    chunk: list[Record] = []
    for record in records:
        chunk.append(record)
        if len(chunk) == _AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _records(file: TableFile, encoding: str) -> Iterator[Record]:
    blank = 0
    decoder = json.JSONDecoder(
        object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=str
    )
    for number, line in enumerate(_lines(file, encoding), 1):
        if not line.strip():
            blank += 1
            continue
        for _ in range(blank):
            yield {}
        blank = 0
        yield _record(file, line, number, decoder)


def _lines(file: TableFile, encoding: str) -> Iterator[bytes]:
    rest, number = b"", 1
    for chunk in utf8_chunks(file, encoding):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        number += len(lines)
        if len(rest) > LARGEST:
            text = msg("a record is longer than {limit} bytes", limit=LARGEST)
            refuse_line(file, "huge-field", text, _HINT, number)
    yield rest


def _record(file: TableFile, line: bytes, number: int, decoder: json.JSONDecoder) -> Record:
    try:
        found = decoder.decode(line.decode().strip())
        if isinstance(found, dict):
            return {key: _plain(key, value) for key, value in found.items()}
    except _DoubleKey as error:
        text = msg("the line names “{key}” twice", key=error)
        _refuse(file, text, number, msg("keep one of them"))
    except _Nested as error:
        text = msg("“{key}” holds an object or a list", key=error)
        _refuse(file, text, number, msg("write one plain value for each column"))
    except (ValueError, RecursionError):
        pass
    _refuse(file, msg("line {number} is no JSON object", number=number), number, _HINT)


def _refuse(file: TableFile, text: Message, number: int, hint: Message) -> NoReturn:
    refuse_line(file, "bad-json", text, hint, number)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _DoubleKey(next(key for key in keys if keys.count(key) > 1))
    return found


def _plain(key: str, value: object) -> str | None:
    if value is None or value == "":
        return None
    if not key:
        raise ValueError(key)
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise _Nested(key)
    if not value.isascii():
        value.encode()  # half a surrogate pair is no text
    return value
