"""Applies a mapping to the batches of a source: columns get their names, values their spelling.

Columns of the source that the mapping does not name are delivered as they are called there: they
may be columns of the table by their own name, and what they hold is looked at for personal data
like everything else.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.dataset.names import nearest
from rules_engine.errors import DatasetError, Finding
from rules_engine.isolation.columnar import parquet_batches
from rules_engine.messages import listed, msg
from rules_engine.model.naming import BLANKS, INVISIBLE, normal
from rules_engine.model.plugin import SourceTable
from rules_engine.sources.mapping_schema import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa

    from rules_engine.errors import Place
    from rules_engine.sources.mapping import MappedColumn, MappedTable

DAY_ZERO = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}
_OTHER = " ·"
"""Put behind the name of a column that would otherwise be taken for one that is filled."""


def mapped_table(mapped: MappedTable, parts: Sequence[SourceTable]) -> SourceTable:
    """Return the table that is made of one table of the source, or of several in a row."""
    return _Mapped(mapped, parts).table()


@dataclass
class _Mapped:
    """A table with the tables of the source that it is made of.

    Attributes:
        starts: for each of those, the number of its first row, once that was reached.
    """

    mapped: MappedTable
    parts: Sequence[SourceTable]
    starts: list[int] = field(default_factory=list)

    def table(self) -> SourceTable:
        first = self.parts[0]
        numbers = self.mapped.spec.day_numbers
        return SourceTable(
            self.mapped.schema.name,
            first.origin if self.of_one_file else str(Path(first.origin).parent),
            batches=self.batches,
            first_row=0,
            sheet=listed(dict.fromkeys(map(self._sheet, self.parts))),
            columns=self.called,
            locate=self.locate,
            serials_from=DAY_ZERO[numbers] if numbers else first.serials_from,
            findings=self.findings,
        )

    @cached_property
    def of_one_file(self) -> bool:
        return len({part.origin for part in self.parts}) == 1

    @cached_property
    def called(self) -> dict[str, str]:
        """What the delivered columns are called at the source."""
        return {c.column.name: listed(c.spec.from_) for c in self.mapped.columns if c.spec.from_}

    def _sheet(self, part: SourceTable) -> str:
        sheet = part.sheet or part.name
        return sheet if self.of_one_file else f"{Path(part.origin).name}/{sheet}"

    def locate(self, row: int) -> tuple[str, int]:
        number = bisect_right(self.starts, row) - 1
        part = self.parts[number]
        place = part.place(part.first_row + row - self.starts[number])
        sheet = place.table or "" if self.of_one_file else self._sheet(part)
        return sheet, place.row or row

    def findings(self) -> Iterable[Finding]:
        return [finding for part in self.parts for finding in part.findings()]

    def batches(self) -> pa.RecordBatchReader:
        import pyarrow as pa

        readers = [reader_of(part) for part in self.parts]
        plans = [_plan(self.mapped, r.schema, p) for r, p in zip(readers, self.parts, strict=True)]
        # Parts that call a column differently, or hold other kinds of values, meet as text.
        kinds: dict[str, pa.DataType] = {}
        for plan in plans:
            for name, kind in plan.kinds.items():
                kinds[name] = kind if kinds.get(name, kind) == kind else pa.string()
        schema = pa.schema(list(kinds.items()))
        for plan in plans:
            self.called |= plan.called
        return pa.RecordBatchReader.from_batches(schema, self._read(readers, plans, schema))

    def _read(
        self, readers: list[pa.RecordBatchReader], plans: list[_Plan], schema: pa.Schema
    ) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        self.starts, rows = [], 0
        for reader, plan in zip(readers, plans, strict=True):
            self.starts.append(rows)
            for batch in reader:
                rows += batch.num_rows
                filled = plan.apply(batch)
                columns = [
                    filled[f.name].cast(f.type)
                    if f.name in filled
                    else pa.nulls(batch.num_rows, f.type)
                    for f in schema
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)


def reader_of(part: SourceTable) -> pa.RecordBatchReader:
    """Return the batches of a table of a source."""
    if part.parquet is not None:
        return parquet_batches(part.parquet, part.place())
    if part.batches is None:
        raise TypeError("a source table gives either batches or a Parquet file")
    return part.batches()


@dataclass(frozen=True)
class _Plan:
    """What is done with each batch of one table of the source.

    Attributes:
        filled: for each column that is filled, the columns of the source.
        kept: the other columns of the source, with the names under which they are delivered.
        kinds: the types of all delivered columns.
        called: what those columns are called that are delivered under another name.
    """

    filled: tuple[tuple[MappedColumn, tuple[int, ...]], ...]
    kept: tuple[tuple[str, int], ...]
    kinds: dict[str, pa.DataType]
    called: dict[str, str]

    def apply(self, batch: pa.RecordBatch) -> dict[str, pa.Array]:
        made = {name: batch.column(i) for name, i in self.kept}
        blank = _blank_rows(batch) if any(_fills_blanks(c) for c, _ in self.filled) else None
        for column, sources in self.filled:
            values = _fill(column, [batch.column(i) for i in sources], batch)
            made[column.column.name] = values if blank is None else _without(values, blank)
        return made


def _plan(mapped: MappedTable, schema: pa.Schema, part: SourceTable) -> _Plan:
    """Find the columns of the source.

    Raises:
        DatasetError: some are not there, or are there twice.
    """
    import pyarrow as pa

    where: dict[str, list[int]] = {}
    for number, name in enumerate(schema.names):
        where.setdefault(normal(name), []).append(number)
    findings = [
        finding
        for column in mapped.columns
        for name in column.spec.from_
        for finding in _at_fault(name, where.get(normal(name), []), schema, part, column.place)
    ]
    if findings:
        raise DatasetError(*findings)
    filled = tuple(
        (column, tuple(where[normal(name)][0] for name in column.spec.from_))
        for column in mapped.columns
    )
    taken = {normal(n) for c in mapped.columns for n in (c.column.name, c.column.label)}
    used = {i for _, sources in filled for i in sources}
    kept = tuple(
        (name + _OTHER * (normal(name) in taken), i)
        for i, name in enumerate(schema.names)
        if i not in used
    )
    kinds = {
        c.column.name: schema.field(s[0]).type if _is_plain(c) else pa.string() for c, s in filled
    }
    kinds |= {name: schema.field(i).type for name, i in kept}
    called = {name: schema.names[i] for name, i in kept if name != schema.names[i]}
    return _Plan(filled, kept, kinds, called)


def _at_fault(
    name: str, indices: list[int], schema: pa.Schema, part: SourceTable, place: Place
) -> Iterator[Finding]:
    where = part.place()
    if not indices:
        near = nearest(name, schema.names)
        yield Finding(
            "no-such-column",
            msg("“{place}” has no column “{column}”", place=where, column=name),
            place,
            msg("did you mean “{name}”?", name=near)
            if near
            else msg("its columns are: {names}", names=listed(schema.names)),
        )
    elif len(indices) > 1:
        yield Finding(
            "duplicate-column",
            msg("“{place}” has two columns “{column}”", place=where, column=name),
            place,
            msg("keep one of them: nobody can know which is right"),
        )


def _is_plain(column: MappedColumn) -> bool:
    """Return whether a column of the source is delivered as it is."""
    spec = column.spec
    return len(spec.from_) == 1 and not spec.values and spec.otherwise is None


def _fills_blanks(column: MappedColumn) -> bool:
    """Return whether a column has a value where the source has none."""
    return not column.spec.from_ or any(not normal(key) for key in column.spec.values)


def _blank_rows(batch: pa.RecordBatch) -> pa.BooleanArray | None:
    """Return the rows in which nothing is written, if there are any: they are no records."""
    import pyarrow as pa
    import pyarrow.compute as pc

    blank = None
    for column in batch.columns:
        empty = pc.is_null(column)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            written = pc.match_substring_regex(column, f"[^{INVISIBLE}{BLANKS}]")
            empty = pc.invert(pc.fill_null(written, False))
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return None
    return blank


def _without(values: pa.Array, rows: pa.BooleanArray) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(rows, pa.scalar(None, values.type), values)


def _fill(column: MappedColumn, sources: list[pa.Array], batch: pa.RecordBatch) -> pa.Array:
    import pyarrow as pa

    spec = column.spec
    if _is_plain(column):
        return sources[0]
    if not sources:
        return pa.array([as_text(spec.constant)] * batch.num_rows, pa.string())
    texts = [source.cast(pa.string()) for source in sources]
    if len(texts) > 1:
        rows = zip(*(text.to_pylist() for text in texts), strict=True)
        joined = (spec.join.join(value for value in row if value) for row in rows)
        return pa.array([text or None for text in joined], pa.string())
    known = {normal(key): as_text(value) for key, value in spec.values.items()}
    encoded = texts[0].dictionary_encode()
    other = as_text(spec.otherwise)

    def meant(value: str | None) -> str | None:
        plain = normal(value or "")
        if plain in known or not plain:
            return known.get(plain)
        return value if other is None else other

    spelt = pa.array([meant(value) for value in encoded.dictionary.to_pylist()], pa.string())
    filled = spelt.take(encoded.indices)
    return filled.fill_null(known[""]) if known.get("") else filled
