"""Makes tables of sheets: finds the heading, fills merged cells, leaves out what is no record."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from rules_engine.api import Finding, Message, Place, SourceTable, limits, msg, normal
from rules_engine_excel.cells import has_lost_digits, text_of
from rules_engine_excel.headings import (
    WITHIN,
    Heading,
    find_heading,
    heading,
    named,
    names_of,
    recognised,
)
from rules_engine_excel.leftout import LeftOut

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    import pyarrow as pa

    from rules_engine.api import SourceRequest, Wanted
    from rules_engine_excel.reading import RawSheet

AT_ONCE, TEXT_AT_ONCE = 10_000, 32 * limits.MIB


def tables_of(file: Path, sheet: RawSheet, request: SourceRequest) -> Iterator[SourceTable]:
    """Yield the tables that a request asks of a sheet; mostly one."""
    rows = list(islice(sheet.rows, WITHIN))
    if request.wanted is None:
        name, result, known = _by_itself(sheet, rows, request)
        yield _Reading(file, sheet, result, known).table(name)
        return
    for wanted in request.wanted:
        if wanted.fits(sheet.name, f"{file.name}/{sheet.name}"):
            known = {normal(column) for column in wanted.columns}
            result = _asked(wanted, rows) or find_heading(rows, known)
            yield _Reading(file, sheet, result, known).table(wanted.names[0])


def _asked(wanted: Wanted, rows: list[list[Any]]) -> Heading | None:
    """Return the heading in the rows that ``source.yaml`` names."""
    asked = wanted.fields.rows if wanted.fields else None
    if asked is None:
        return None
    last = min(asked[1], len(rows)) - 1
    return heading(rows, min(asked[0] - 1, last), last)


def _by_itself(
    sheet: RawSheet, rows: list[list[Any]], request: SourceRequest
) -> tuple[str, Heading, Collection[str]]:
    """Return which table a sheet holds, by its name or by its headings, and its heading."""
    schemas = request.schemas
    called = normal(sheet.name)
    name = next((n for n, s in schemas.items() if called in (n, normal(s.label))), None)
    if name is None:
        results = {n: find_heading(rows, names_of(schema)) for n, schema in schemas.items()}
        name = recognised(results, schemas)
    known = names_of(schemas[name]) if name else set()
    return name or sheet.name, find_heading(rows, known), known


@dataclass
class _Reading:
    """A sheet that is read as a table.

    Attributes:
        known: the names of the columns that matter, in normal form.
        numbers: the numbers of the rows that were delivered, as a person counts.
    """

    file: Path
    sheet: RawSheet
    heading: Heading
    known: Collection[str]
    numbers: list[int] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    lost: list[tuple[int, str]] = field(default_factory=list)
    uncalculated: list[tuple[int, str]] = field(default_factory=list)
    failed: list[tuple[int, str]] = field(default_factory=list)
    percent: list[tuple[int, str]] = field(default_factory=list)
    repeated: list[tuple[int, str]] = field(default_factory=list)
    filled: int = 0

    @cached_property
    def names(self) -> tuple[str, ...]:
        return named(self.heading, self.sheet.column)

    @cached_property
    def mattering(self) -> list[int]:
        """Return the columns whose names are known."""
        return [i for i, name in enumerate(self.names) if normal(name) in self.known]

    def table(self, name: str) -> SourceTable:
        first = self.heading.last + 2
        return SourceTable(
            name,
            str(self.file),
            batches=self.batches,
            sheet=self.sheet.name,
            locate=lambda row: (self.sheet.name, self.numbers[row - first]),
            first_row=first,
            serials_from=self.sheet.unseen.day_zero,
            findings=self.findings,
        )

    def batches(self) -> pa.RecordBatchReader:
        import pyarrow as pa

        kept = [i for i, name in enumerate(self.heading.names) if name or i in self._used]
        schema = pa.schema([(self.names[i], pa.string()) for i in kept])
        return pa.RecordBatchReader.from_batches(schema, self._read(schema, kept))

    @cached_property
    def _used(self) -> set[int]:
        """Return the columns without a name in which anything stands below the heading."""
        unnamed = [i for i, name in enumerate(self.heading.names) if not name]
        below = islice(self.sheet.rows, self.heading.last + 1, None) if unnamed else ()
        return {i for row in below for i in unnamed if row[i] != ""}

    def _read(self, schema: pa.Schema, kept: list[int]) -> Iterator[pa.RecordBatch]:

        self.numbers, self.left_out, self.lost, self.filled = [], LeftOut(), [], 0
        self.uncalculated, self.failed, self.percent = [], [], []
        self.across: list[tuple[int, str]] = []
        self.repeated = [
            (at + 1, self.names[column - self.sheet.column])
            for at, column in sorted(self.sheet.unseen.repeated)
            if at <= self.heading.last
        ]
        records: list[list[str | None]] = []
        size = 0
        for number, texts in self._records():
            self.numbers.append(number)
            records.append([texts[i] for i in kept])
            size += sum(map(len, filter(None, records[-1])))
            if len(records) == AT_ONCE or size > TEXT_AT_ONCE:
                yield _batch(records, schema)
                records, size = [], 0
        if records:
            yield _batch(records, schema)

    def _records(self) -> Iterator[tuple[int, list[str | None]]]:
        """Yield the records with their rows' numbers; blank rows only between others."""
        blank: list[tuple[int, list[str | None]]] = []
        for number, values in self._values():
            texts = [text_of(value) for value in values]
            if not any(texts):
                blank.append((number, texts))
                continue
            if self.left_out.takes(number, texts, self.names):
                continue
            self._note_lost(number, values)
            self._note_across(number - 1)
            yield from blank
            blank.clear()
            yield number, texts

    def _values(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield the rows below the heading, a cell of which was merged with those above filled."""
        spans = {
            (top, left - self.sheet.column): end for (top, left), (end, _) in self.sheet.merged
        }
        running: dict[int, tuple[int, Any]] = {}
        unseen, left = self.sheet.unseen, self.sheet.column
        for at, values in enumerate(self._below(), self.heading.last + 1):
            self._note_unseen(at)
            if not spans and not unseen.shown:
                yield at + 1, values
                continue
            for column, (end, value) in list(running.items()):
                if at > end:
                    del running[column]
                elif values[column] == "" and value != "":
                    values[column] = value
                    self.filled += 1
            for column, value in enumerate(values):
                values[column] = unseen.shown.get((at, column + left), value)
                if spans.get((at, column), at) > at:
                    running[column] = spans[at, column], values[column]
            yield at + 1, values

    @cached_property
    def _wide(self) -> dict[int, list[tuple[int, int]]]:
        """Return from which to which column cells are merged, by the first row of each merging."""
        results: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (_, right) in self.sheet.merged:
            if right > left:
                results.setdefault(top, []).append((left, right))
        return results

    def _note_across(self, at: int) -> None:
        """Note which cells of a record are merged with one to their left, and so have no value."""
        for left, right in self._wide.get(at, ()):
            columns = (i for i in self.mattering if left < i + self.sheet.column <= right)
            self.across += [(at + 1, self.names[i]) for i in columns]

    def _note_unseen(self, at: int) -> None:
        unseen = self.sheet.unseen
        self._note(at, self.uncalculated, unseen.uncalculated)
        self._note(at, self.failed, unseen.failed)
        self._note(at, self.percent, unseen.percent)
        self._note(at, self.repeated, unseen.repeated)

    def _note(
        self, at: int, noted: list[tuple[int, str]], cells: Collection[tuple[int, int]]
    ) -> None:
        """Note which cells of a row are among some of the sheet."""
        left = self.sheet.column
        if cells:
            noted += [(at + 1, self.names[i]) for i in self.mattering if (at, i + left) in cells]

    def _below(self) -> Iterator[list[Any]]:
        """Yield the rows below the heading; the library ends where it sees no more values."""
        at = self.heading.last
        for values in islice(self.sheet.rows, at + 1, None):
            at += 1
            yield values
        last = max((row for row, _ in self.sheet.unseen.shown), default=at)
        for _ in range(at, last):
            yield [""] * len(self.heading.names)

    def _note_lost(self, number: int, values: list[Any]) -> None:
        for i in self.mattering:
            if has_lost_digits(values[i]):
                self.lost.append((number, self.names[i]))

    def findings(self) -> Iterator[Finding]:
        """Yield what is worth knowing of how the sheet was read."""
        yield from self.left_out.findings(str(self.file), self.sheet.name)
        if self.filled:
            yield Finding(
                "merged-cells",
                msg(
                    "{count} cells are merged with one above and have its value", count=self.filled
                ),
                Place(str(self.file), table=self.sheet.name),
                severity="info",
            )
        yield from self._of_cells()

    def _of_cells(self) -> Iterator[Finding]:
        for cells, (code, severity, text, hint) in (
            (self.lost, _LOST),
            (self.uncalculated, _UNCALCULATED),
            (self.failed, _FAILED),
            (self.percent, _PERCENT),
            (self.across, _ACROSS),
            (self.repeated, _REPEATED),
        ):
            if cells:
                row, column = cells[0]
                yield Finding(
                    code,
                    Message(text.text, (("count", len(cells)),)),
                    Place(str(self.file), table=self.sheet.name, row=row, field=column),
                    hint,
                    severity,
                )


_Said = tuple[str, Literal["error", "warning"], Message, Message]
_LOST: _Said = (
    "digits-lost",
    "error",
    msg("{count} numbers have more digits than a spreadsheet keeps: the last are lost"),
    msg("make the column text before the numbers are typed or pasted into it"),
)
_ACROSS: _Said = (
    "merged-across",
    "warning",
    msg("{count} cells are merged with one to their left and are read as empty"),
    msg("undo the merging and write the value into each cell that it is meant for"),
)
_UNCALCULATED: _Said = (
    "formula-without-value",
    "error",
    msg("{count} cells hold a formula that was never worked out, and so no value"),
    msg("open it in the office program, let it calculate, and save it as .xlsx"),
)
_FAILED: _Said = (
    "failed-formula",
    "warning",
    msg("{count} cells show an error, such as #N/A, for a value"),
    msg("correct the formula, or write the value itself"),
)
_PERCENT: _Said = (
    "percent-cells",
    "warning",
    msg("{count} numbers are shown as percentages, and read as shares: 0.9 for 90%"),
    msg("where 90 is meant, make the column of numbers without the percent sign"),
)
_REPEATED: _Said = (
    "repeated-cell",
    "error",
    msg("{count} cells stand twice in the sheet, with two values: which is right cannot be known"),
    msg("open it in the office program, look at the value, and save it anew"),
)


def _batch(records: list[list[str | None]], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    columns = [pa.array(values, pa.string()) for values in zip(*records, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
