"""Turns the bytes of one file into a table of text, or says where they go wrong."""

from __future__ import annotations

import codecs
import io
import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

import pyarrow as pa
import pyarrow.csv as pacsv

from rules_engine.api import DatasetError, Place, msg

if TYPE_CHECKING:
    from pathlib import Path


LARGEST_FIELD = 1024 * 1024
"""A field of more bytes than this is an unclosed quote or not a table of records."""
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _refuse(file: Path, code: str, message: Any, hint: Any, line: int | None = None) -> NoReturn:
    place = Place(str(file), line, 1 if line else None)
    raise DatasetError.of(code, message, place=place, hint=hint)


def decoded(file: Path) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, or GB18030.

    Raises:
        DatasetError: the file cannot be read, or is in none of these.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        _refuse(file, "cannot-read", msg("cannot read the file: {reason}", reason=error.strerror or ""),
                msg("look at the rights of the file, and whether it is open elsewhere"))  # fmt: skip
    encodings = [name for bom, name in BOMS if data.startswith(bom)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            where = error.start
            continue
        if "\0" in text:
            _refuse(file, "nul-byte", msg("the file holds NUL bytes: it is no table of text"),
                    msg("export the table again as CSV"),
                    text[: text.index("\0")].count("\n") + 1)  # fmt: skip
        return text.removeprefix("\ufeff")
    _refuse(file, "unknown-encoding", msg("the file is neither UTF-8 nor GB18030 (byte {byte})", byte=where),
            msg("save it as UTF-8"), data[:where].count(b"\n") + 1)  # fmt: skip


def delimited(file: Path) -> pa.Table:
    """Return a CSV or TSV file as a table of text; empty fields are null.

    Raises:
        DatasetError: no header, a header with empty or double names, a row with too many or too
            few fields, an unclosed quote, a huge field.
    """
    text = decoded(file)
    delimiter = "\t" if file.suffix.lower() == ".tsv" or _tabbed(text) else ","
    header = _header(file, text, delimiter)
    _check_fields(file, text)
    bad: list[Any] = []

    def note(row: Any) -> str:  # noqa: ANN401 - pyarrow's own
        bad.append(row)
        return "skip"

    try:
        table = pacsv.read_csv(
            io.BytesIO(text.encode("utf-8")),
            read_options=pacsv.ReadOptions(use_threads=False, block_size=4 * LARGEST_FIELD),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=True,
                invalid_row_handler=note,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        _refuse(file, "bad-csv", msg("this is not CSV: {detail}", detail=str(error).splitlines()[0]),
                msg("look for an unclosed quote"))  # fmt: skip
    if bad:
        row = bad[0]
        _refuse(file, "ragged-row",
                msg("{count} rows have not {expected} fields; the first of them has {actual}",
                    count=len(bad), expected=row.expected_columns, actual=row.actual_columns),
                msg("look for a missing or an extra comma, or an unclosed quote"), row.number)  # fmt: skip
    return table


def _tabbed(text: str) -> bool:
    first = text.split("\n", 1)[0]
    return "\t" in first and "," not in first


def _header(file: Path, text: str, delimiter: str) -> list[str]:
    if not text.strip():
        _refuse(
            file, "empty-file", msg("the file is empty"), msg("its first line names the columns")
        )
    first = text.lstrip("\r\n").split("\n", 1)[0].rstrip("\r")
    names = [name.strip().strip('"').strip() for name in first.split(delimiter)]
    for number, name in enumerate(names, 1):
        if not name:
            _refuse(file, "empty-heading", msg("column {number} has no name", number=number),
                    msg("name every column in the first line"), 1)  # fmt: skip
        if names.index(name) != number - 1:
            _refuse(file, "duplicate-column", msg("two columns are named “{name}”", name=name),
                    msg("keep one of them"), 1)  # fmt: skip
    return [name.strip('"') for name in first.split(delimiter)]


def _check_fields(file: Path, text: str) -> None:
    """Refuse an unclosed quote and a huge field before they become one row of everything."""
    if len(text) < LARGEST_FIELD and text.count('"') % 2 == 0:
        return
    start = 0
    for match in re.finditer(r'"(?:[^"]|"")*"|"', text):
        if match[0] == '"':
            line = text[: match.start()].count("\n") + 1
            _refuse(file, "unclosed-quote", msg("a quote is opened and never closed"),
                    msg("close it, or double a quote that belongs to the text"), line)  # fmt: skip
    for number, line_text in enumerate(re.split(r"\n", text), 1):
        start += len(line_text)
        if len(line_text) > LARGEST_FIELD and max(map(len, line_text.split(","))) > LARGEST_FIELD:
            _refuse(file, "huge-field",
                    msg("a field is longer than {limit} characters", limit=LARGEST_FIELD),
                    msg("this is no table of records; look for an unclosed quote"), number)  # fmt: skip


def json_lines(file: Path) -> pa.Table:
    """Return a file of one JSON object a line as a table of text.

    Raises:
        DatasetError: a line is no JSON object; names its number.
    """
    rows: list[dict[str, str | None]] = []
    for number, line in enumerate(decoded(file).splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            _refuse(file, "bad-json", msg("line {number} is no JSON object", number=number),
                    msg("write one object a line, e.g. {example}", example='{"case_id": "C1"}'),
                    number)  # fmt: skip
        rows.append({key: _plain(value) for key, value in found.items()})
    if not rows:
        _refuse(file, "empty-file", msg("the file is empty"), msg("write one object a line"))
    names = list(dict.fromkeys(key for row in rows for key in row))
    return pa.table({n: pa.array([row.get(n) for row in rows], pa.string()) for n in names})


def _plain(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def check_parquet(file: Path) -> None:
    """Read the file's schema, to find damage before any work is done.

    Raises:
        DatasetError: the file is not Parquet or is damaged.
    """
    import pyarrow.parquet as pq

    try:
        pq.read_schema(file)
    except (pa.ArrowException, OSError) as error:
        _refuse(file, "bad-parquet",
                msg("this is not Parquet, or it is damaged: {detail}", detail=str(error).splitlines()[0]),
                msg("export the file again"))  # fmt: skip
