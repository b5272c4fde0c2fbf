"""The records of several towns as those of one: every id begins with the number of its town."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.model.dataset import Dataset, TableData
from rules_engine.safe_files import inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from rules_engine.model.table import TableSchema

MARK = 5
"""How many characters of an id tell the town."""


def joint(towns: Sequence[Dataset], folder: Path) -> Dataset:
    """Write the records of towns with the same tables, none kept out, as those of one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables: dict[str, TableData] = {}
    for name, first in towns[0].tables.items():
        path = inside(folder, f"{name}.parquet")
        parts = [
            _marked(_rows(town.tables[name]), first.schema, number)
            for number, town in enumerate(towns)
        ]
        rows = pa.concat_tables(parts, promote_options="default")
        pq.write_table(rows, path)
        columns = frozenset(c.name for c in first.schema.columns)
        tables[name] = TableData(first.schema, path, rows.num_rows, columns)
    return Dataset(tables, towns[0].missing, (), (), "")


def _rows(table: TableData) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.read_table(table.path) if table.held is None else table.held


def of_town(rows: pa.Table, number: int, ids: Sequence[str]) -> pa.Table:
    """Return the rows about the subjects of one town, under their own ids."""
    import pyarrow.compute as pc

    own = rows.filter(pc.starts_with(rows["subject_id"], mark(number)))
    for name in ("subject_id", *ids):
        own = changed(own, name, pc.utf8_slice_codeunits(own[name], MARK))
    return own.combine_chunks()


def grouped_by_town(rows: pa.Table) -> pa.Table:
    """Return rows about subjects, of which each group begins with the number of its town."""
    import pyarrow.compute as pc

    towns = pc.utf8_slice_codeunits(rows["subject_id"], 0, MARK)
    return changed(rows, "grp", pc.binary_join_element_wise(towns, rows["grp"], ""))


def ids_of(schema: TableSchema) -> list[str]:
    """Return the columns that hold ids; one of another type than text cannot be marked."""
    ids = [c for c in schema.columns if c.name == schema.key or c.refers]
    return [c.name for c in ids if c.type == "text"]


def mark(number: int) -> str:
    """Return what the ids of a town begin with."""
    return f"{number:0{MARK}}"


def changed(rows: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    """Return a table with other values in one column."""
    return rows.set_column(rows.column_names.index(name), name, values)


def _marked(rows: pa.Table, schema: TableSchema, number: int) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    for name in ids_of(schema):
        marked = pc.binary_join_element_wise(pa.scalar(mark(number)), rows[name], "")
        rows = changed(rows, name, marked)
    return rows


def differing(one: pa.Table, other: pa.Table) -> Iterator[tuple[str, str]]:
    """Yield subject and column where two tables about the same subjects are not the same."""
    import pyarrow.compute as pc

    ids = one["subject_id"]
    shared = [name for name in one.column_names if name in other.column_names]
    one, other = one.select(shared), other.select(shared)  # one of them may have places left open
    if one.schema != other.schema:
        yield from ((subject, "") for subject in ids.to_pylist())
        return
    for name in one.column_names:
        a, b = one[name], other[name]
        if not a.equals(b):
            unlike = pc.coalesce(pc.not_equal(a, b), pc.xor(pc.is_null(a), pc.is_null(b)))
            yield from ((subject, name) for subject in ids.filter(unlike).to_pylist())


def town_of(subject: str) -> int:
    """Return the number with which an id begins."""
    return int(subject[:MARK])
