"""Statistics of the texts of a large Parquet file, by which they need not be looked through.

Of its other columns the file itself says enough: whether values are missing, and between which
days they lie. The engine goes by that as well.

Numbers of cases and villages are plain ASCII, short, and mostly in rising order. Arrow tells that
from whole buffers at once, several times faster than SQL tells it value by value. What is not
plain says nothing against a column: it is looked at as in any other file.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    import pyarrow as pa
    import pyarrow.parquet as pq

FIRST_PLAIN, LAST_PLAIN = 0x21, 0x7E
"""The ASCII characters that are neither blanks nor controls."""
MOST_VALUES = 100
"""A column with more distinct values than that is no column of a closed set."""
MOST_AT_ONCE = 100 * 2**20
"""So many bytes of a column are read in one piece."""


@dataclass(frozen=True)
class ColumnStatistics:
    """What the bytes of a column tell.

    Attributes:
        full: no value is missing or empty.
        longest: length in bytes of the longest value, if all are plain text.
        rising: all are plain text, each greater than the one before: none is there twice.
        first: the first value of those.
        last: the last value of those.
        values: all values that occur, if they are few and not plain text.
        plain: all are ASCII without blanks and control characters.
    """

    full: bool
    longest: int | None = None
    rising: bool = False
    first: str = ""
    last: str = ""
    values: frozenset[str] = frozenset()
    plain: bool = False

    def shorter(self, length: int) -> bool:
        """Return whether all is plain text of fewer characters."""
        return self.longest is not None and self.longest < length

    def among(self, values: Collection[str]) -> bool:
        """Return whether nothing but these values occurs."""
        return bool(self.values) and self.values <= set(values)


@dataclass(frozen=True)
class Extent:
    """What a Parquet file itself says of the values of a column.

    Attributes:
        missing: how many values are missing.
        first: the first day that occurs, if it is a column of days.
        last: the last day.
    """

    missing: int
    first: date | None = None
    last: date | None = None

    def between(self, first: date, last: date) -> bool:
        """Return whether all values are days from one to another."""
        return bool(self.first and self.last and first <= self.first and self.last <= last)


def extents(metadata: pq.FileMetaData, days: Collection[str]) -> dict[str, Extent]:
    """Return what a file says of its columns, and nothing of those of which it does not say all.

    Args:
        metadata: what stands at the end of the file.
        days: which of its columns hold days.
    """
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    results = {}
    for number in range(metadata.num_columns):
        parts = [group.column(number) for group in groups]
        texts = [part.statistics for part in parts if part.is_stats_set]
        if not groups or len(texts) < len(groups) or not all(t.has_null_count for t in texts):
            continue
        name, missing = parts[0].path_in_schema, sum(t.null_count for t in texts)
        valued = [t for t in texts if t.num_values] if name in days else []
        if valued and all(t.has_min_max for t in valued):
            results[name] = Extent(missing, min(t.min for t in valued), max(t.max for t in valued))
        else:
            results[name] = Extent(missing)
    return results


def column_statistics_of(path: Path, columns: Mapping[str, int]) -> dict[str, ColumnStatistics]:
    """Return what can be told of the text columns of a Parquet file.

    Args:
        path: the file.
        columns: the columns, with the length in bytes of the longest value of each.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        groups = range(file.num_row_groups if file.metadata.num_rows else 0)
    if not groups:
        return {}
    workers = min(os.cpu_count() or 1, len(groups))
    share = -(-len(groups) // workers)
    parts = [groups[i : i + share] for i in range(0, len(groups), share)]
    with ThreadPoolExecutor(workers) as pool:
        stretches = {c: [pool.submit(_plain, path, c, longest, part) for part in parts]
                     for c, longest in columns.items()}  # fmt: skip
        joined = {c: _joined(s.result() for s in several) for c, several in stretches.items()}
        closed = {c: pool.submit(_closed, path, c) for c, whole in joined.items() if not whole}
        seen = {c: whole or closed[c].result() for c, whole in joined.items()}
    return {column: whole for column, whole in seen.items() if whole}


def _closed(path: Path, column: str) -> ColumnStatistics | None:
    """Return the distinct values of a column, as the file itself lists them; nothing if many."""
    import pyarrow.parquet as pq

    values: set[str] = set()
    full = True
    with pq.ParquetFile(path, read_dictionary=[column]) as file:
        for group in range(file.num_row_groups):
            for chunk in file.read_row_group(group, columns=[column]).column(0).chunks:
                values.update(chunk.dictionary.to_pylist()[: MOST_VALUES + 1])
                full = full and chunk.null_count == 0
            if len(values) > MOST_VALUES:
                return None
    return ColumnStatistics(full and "" not in values, values=frozenset(values))


def _plain(path: Path, column: str, longest: int, groups: Iterable[int]) -> ColumnStatistics | None:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        return _joined(
            _statistics_of_chunks(
                a for group in groups for a in _arrays(file, column, longest, group)
            )
        )


def _arrays(file: pq.ParquetFile, column: str, longest: int, group: int) -> Iterator[pa.Array]:
    """Yield a column of a row group: at once, which takes half the time, unless it is large."""
    rows = MOST_AT_ONCE // (longest or 1)
    if file.metadata.row_group(group).num_rows <= rows:
        yield from file.read_row_group(group, [column], use_threads=False).column(0).chunks
        return
    for batch in file.iter_batches(rows, columns=[column], row_groups=[group]):
        yield batch.column(0)


def _statistics_of_chunks(arrays: Iterable[pa.Array]) -> Iterator[ColumnStatistics | None]:
    """Look at arrays in a row; once one does not rise, that is not asked of the next."""
    may_rise = True
    for array in arrays:
        seen = _statistics_of(array, may_rise=may_rise)
        may_rise = bool(seen and seen.rising)
        yield seen


def _joined(parts: Iterable[ColumnStatistics | None]) -> ColumnStatistics | None:
    """Return the statistics of parts in a row; nothing, at once, if one is not plain."""
    together = list(_until_none(parts))
    if not together or together[-1] is None:
        return None
    seen = [part for part in together if part is not None]
    return ColumnStatistics(
        full=all(s.full for s in seen),
        longest=max(s.longest or 0 for s in seen),
        rising=all(s.rising for s in seen) and all(a.last < b.first for a, b in pairwise(seen)),
        first=seen[0].first,
        last=seen[-1].last,
        plain=all(s.plain for s in seen),
    )


def _until_none(parts: Iterable[ColumnStatistics | None]) -> Iterator[ColumnStatistics | None]:
    for part in parts:
        yield part
        if part is None:
            return


def _statistics_of(array: pa.Array, *, may_rise: bool) -> ColumnStatistics | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if array.type != pa.string() or not len(array) or array.null_count == len(array):
        return None
    _, offsets, data = array.buffers()
    ends = pa.Array.from_buffers(pa.int32(), len(array) + 1, [None, offsets], 0, array.offset)
    begin, end = ends[0].as_py(), ends[-1].as_py()
    written = pa.Array.from_buffers(pa.uint8(), end - begin, [None, data], 0, begin)
    used = pc.min_max(written).as_py()
    if used["min"] is None or used["min"] < FIRST_PLAIN or used["max"] > LAST_PLAIN:
        return None
    lengths = pc.min_max(pc.binary_length(array)).as_py()
    full = array.null_count == 0 and lengths["min"] > 0
    rising = (
        full
        and may_rise
        and bool(
            pc.all(pc.greater(array.slice(1), array.slice(0, len(array) - 1)), min_count=0).as_py()
        )
    )
    first, last = (array[0].as_py() or "", array[-1].as_py() or "") if rising else ("", "")
    return ColumnStatistics(full, lengths["max"], rising, first, last, plain=True)
