"""Reads JSON Lines: one object a line, as a table of text. A row's number is its line's."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NoReturn

import pyarrow as pa

from rules_engine.api import Place, limits, msg
from rules_engine_csv.encodings import utf8_chunks
from rules_engine_csv.refusals import LARGEST, refuse_empty, refuse_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.api import Message
    from rules_engine_csv.archive import TableFile

Record = dict[str, str | None]
_ROWS_AT_ONCE, _CELLS_AT_ONCE, _TEXT_AT_ONCE = 10_000, 1_000_000, 32 * limits.MIB
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
    names = _names(file, encoding)
    if not names:
        refuse_empty(file, _HINT)
    schema = pa.schema([(name, pa.string()) for name in names])
    return pa.RecordBatchReader.from_batches(schema, _batches(_records(file, encoding), schema))


def _names(file: TableFile, encoding: str) -> dict[str, None]:
    """Return all keys; the file is read once for them, and again for the records."""
    names: dict[str, None] = {}
    most = limits.COLUMNS.most
    for record in _records(file, encoding):
        if not record.keys() <= names.keys():
            names.update(dict.fromkeys(record))
            if len(names) > most:
                raise limits.COLUMNS.refuse(Place(str(file)))
    names.pop("", None)
    return names


def _batches(records: Iterator[Record], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    rows = min(_CELLS_AT_ONCE // len(schema) or 1, _ROWS_AT_ONCE)
    while chunk := list(_some(records, rows)):
        columns = [pa.array([r.get(n) for r in chunk], pa.string()) for n in schema.names]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _some(records: Iterator[Record], rows: int) -> Iterator[Record]:
    """Yield so many records, or fewer if their texts are long."""
    size = 0
    for record in islice(records, rows):
        yield record
        size += sum(map(len, filter(None, record.values())))
        if size > _TEXT_AT_ONCE:
            return


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
            raise limits.RECORD_SIZE.refuse(Place(str(file), number, 1))
    yield rest


def _record(file: TableFile, line: bytes, number: int, decoder: json.JSONDecoder) -> Record:
    try:
        result = decoder.decode(line.decode().strip())
        if isinstance(result, dict):
            return {key: _plain(key, value) for key, value in result.items()}
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
    results = dict(pairs)
    if len(results) < len(pairs):
        raise _DoubleKey(Counter(key for key, _ in pairs).most_common(1)[0][0])
    return results


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
