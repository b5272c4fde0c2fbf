"""Reads Parquet files batch by batch, in a process of its own: a small one may hold a lot."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from rules_engine import limits
from rules_engine.isolation.process import Served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from rules_engine.errors import Place

AT_ONCE = 32 * limits.MIB
"""So many bytes are handed on in one piece, if a row has no more."""


class Batches:
    """The batches of a file, in the process in which it is read."""

    def __init__(self, file: Path | IO[bytes]) -> None:
        """Open the file."""
        import pyarrow.parquet as pq

        self._file = pq.ParquetFile(file, pre_buffer=False)
        self._pieces = self._cut()

    def schema(self) -> pa.Schema:
        """Return what the columns are called and which types they have."""
        return self._file.schema_arrow

    def next(self) -> pa.RecordBatch | None:
        """Return the next piece of it, and nothing at its end."""
        return next(self._pieces, None)

    def _cut(self) -> Iterator[pa.RecordBatch]:
        for batch in self._file.iter_batches(use_threads=False):
            rows = max(batch.num_rows * AT_ONCE // max(batch.nbytes, AT_ONCE), 1)
            for start in range(0, batch.num_rows, rows):
                yield batch.slice(start, rows)


def parquet_batches(file: Path, place: Place) -> pa.RecordBatchReader:
    """Return the batches of a Parquet file.

    Raises:
        DatasetError: here or while it is read: it takes too much memory.
        OSError, pyarrow.ArrowException: it cannot be read.
    """
    return handed_on(Served(Batches, file, place=place, memory=limits.UNPACKING_MEMORY))


def handed_on(served: Served, *which: object) -> pa.RecordBatchReader:
    """Return the batches that an object in another process gives, such as :class:`Batches`.

    Args:
        served: the object.
        which: what its methods ``schema`` and ``next`` are given.
    """
    import pyarrow as pa

    def batches() -> Iterator[pa.RecordBatch]:
        while (batch := served.ask("next", *which)) is not None:
            yield batch

    return pa.RecordBatchReader.from_batches(served.ask("schema", *which), batches())
