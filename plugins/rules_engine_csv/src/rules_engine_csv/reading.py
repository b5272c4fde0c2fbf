"""Reads CSV and TSV as tables of text, a piece at a time: the file is never in memory whole.

Rows are numbered as a spreadsheet shows them: a blank line is a row, and a line end within
quotes is none.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pacsv

from rules_engine.api import msg, plain_text
from rules_engine_csv.encodings import utf8_chunks
from rules_engine_csv.records import Grammar, pieces
from rules_engine_csv.refusals import refuse_empty, refuse_line, refuse_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine_csv.archive import TableFile

OTHER_DELIMITERS = (";", "；", "，", "|")


@dataclass(frozen=True)
class Head:
    """The names of the columns, the row they stand in, and where the records begin."""

    names: tuple[str, ...]
    row: int
    end: int


@dataclass
class Delimited:
    """One CSV or TSV file.

    Attributes:
        head: its heading, read and checked at once.
        ragged: rows with too many or too few fields, noted while the file is read.
    """

    file: TableFile
    encoding: str
    grammar: Grammar
    delimiter: str
    head: Head
    ragged: list[Any] = field(default_factory=list)

    @property
    def first_row(self) -> int:
        """Return the number of the first row of records."""
        return self.head.row + 1

    def batches(self) -> pa.RecordBatchReader:
        """Return the records; all columns are text and empty fields are null.

        Raises:
            DatasetError: while it is read: the file breaks the form of CSV somewhere.
        """
        schema = pa.schema([(name, pa.string()) for name in self.head.names if name])
        return pa.RecordBatchReader.from_batches(schema, self._read(schema))

    def _read(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        row, skip = self.first_row, self.head.end
        self.ragged.clear()
        for piece in pieces(self.file, utf8_chunks(self.file, self.encoding), self.grammar):
            records, skip = piece[skip:], 0
            if not records:
                continue
            before = len(self.ragged)
            table = self._parsed(records, row)
            self._check_unnamed(table, row)
            row += table.num_rows + len(self.ragged) - before
            columns = [table[i] for i, name in enumerate(self.head.names) if name]
            yield from pa.Table.from_arrays(columns, schema=schema).to_batches()
        self._check_ragged()

    def _parsed(self, records: bytes, row: int) -> pa.Table:
        numbers = [str(i) for i in range(len(self.head.names))]

        def note(bad: Any) -> str:  # noqa: ANN401 - pyarrow's own
            self.ragged.append((row + bad.number - 1, bad))
            return "skip"

        return pacsv.read_csv(
            pa.BufferReader(records),
            read_options=pacsv.ReadOptions(
                use_threads=False, block_size=len(records) + 1, column_names=numbers
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(numbers, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )

    def _check_unnamed(self, table: pa.Table, row: int) -> None:
        """Columns without a name are what a spreadsheet leaves behind, if nothing is in them."""
        for number, name in enumerate(self.head.names, 1):
            column = table[number - 1]
            if name or column.null_count == len(column):
                continue
            first = next(i for i, value in enumerate(column) if value.is_valid)
            refuse_row(
                self.file,
                "empty-heading",
                msg("column {number} has values but no name", number=number),
                msg("name the column in row {row}, or empty it", row=self.head.row),
                row + first,
            )

    def _check_ragged(self) -> None:
        if not self.ragged:
            return
        row, first = self.ragged[0]
        refuse_row(
            self.file,
            "ragged-row",
            msg(
                "{count} rows have not {expected} fields; the first of them has {actual}",
                count=len(self.ragged),
                expected=first.expected_columns,
                actual=first.actual_columns,
            ),
            msg("look for a missing or an extra comma, or an unclosed quote"),
            row,
        )


def delimited(file: TableFile, encoding: str) -> Delimited:
    """Find out how a CSV or TSV file is written, and read its heading.

    Args:
        file: the file.
        encoding: the encoding that it is in.

    Raises:
        DatasetError: the file cannot be read, or its heading names no columns.
    """
    first = next(utf8_chunks(file, encoding), b"")
    delimiter = _delimiter(file, first)
    grammar = Grammar(delimiter)
    start = next(pieces(file, utf8_chunks(file, encoding), grammar), b"")
    head = _head(file, start, grammar, delimiter)
    return Delimited(file, encoding, grammar, delimiter, head)


def _delimiter(file: TableFile, start: bytes) -> str:
    line = start.lstrip(b"\r\n").splitlines()[0] if start.strip() else b""
    text = line.decode("utf-8", "replace")
    if "\t" in text and (file.suffix.lower() == ".tsv" or "," not in text):
        return "\t"
    if "," not in text:
        for other in OTHER_DELIMITERS:
            if other in text:
                refuse_line(
                    file,
                    "wrong-delimiter",
                    msg("the columns are separated by “{found}”", found=other),
                    msg("save the table with commas or tabs between the columns"),
                    1,
                )
    return "\t" if file.suffix.lower() == ".tsv" else ","


def _head(file: TableFile, start: bytes, grammar: Grammar, delimiter: str) -> Head:
    row, position = 1, 0
    while position < len(start):
        record = grammar.record.match(start, position)
        if record is None:
            break
        position = record.end()
        if record[1]:
            names = tuple(plain_text(n) for n in _split(file, record[1].decode(), delimiter))
            _check_names(file, names, row)
            return Head(names, row, position)
        row += 1
    refuse_empty(file, msg("its first line names the columns"))


def _split(file: TableFile, record: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([record], delimiter=delimiter))
    except csv.Error:
        refuse_row(
            file,
            "bad-csv",
            msg("the heading is no list of column names"),
            msg("name every column in the first line"),
        )


def _check_names(file: TableFile, names: tuple[str, ...], row: int) -> None:
    values = [name for name in names if name]
    if len(values) < min(len(names), 2):
        refuse_row(
            file,
            "no-heading",
            msg("this row should name the columns, but names {count}", count=len(values)),
            msg("remove titles and notes above the row with the names of the columns"),
            row,
        )
    twice, count = next(iter(Counter(values).most_common(1)), ("", 0))
    if count > 1:
        refuse_row(
            file,
            "duplicate-column",
            msg("two columns are named “{name}”", name=twice),
            msg("keep one of them"),
            row,
        )
