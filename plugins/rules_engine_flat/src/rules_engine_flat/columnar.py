"""Parquet with typed columns: exact decimals, days, counts; codes stay codes in every language."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rules_engine_flat.tables import Field, Row

DIGITS, PLACES = 38, 10
"""Of a decimal column. A share of a score has 6 + 4 places at most."""


class ParquetFile:
    """A Parquet file to which rows are added in groups."""

    def __init__(self, path: Path, fields: tuple[Field, ...]) -> None:
        """Begin the file."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {
            "text": pa.string(),
            "count": pa.int64(),
            "decimal": pa.decimal128(DIGITS, PLACES),
            "day": pa.date32(),
            "flag": pa.bool_(),
        }
        self._schema = pa.schema([(field.name, types[field.kind]) for field in fields])
        self._reads = [READS.get(field.kind, lambda value: value) for field in fields]
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def add(self, rows: Sequence[Row]) -> None:
        """Write rows as one group."""
        import pyarrow as pa

        if not rows:
            return
        arrays = [
            pa.array(map(read, values), type=field.type)
            for field, read, values in zip(
                self._schema, self._reads, zip(*rows, strict=True), strict=True
            )
        ]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def _exact(value: Any) -> Decimal | None:  # noqa: ANN401 - a decimal, nothing, or an interval
    """Return a decimal with the places of its column; more than these would be lost."""
    return (
        None
        if value is None or isinstance(value, str)
        else value.quantize(Decimal(1).scaleb(-PLACES))
    )


def _whole(value: Any) -> int | None:  # noqa: ANN401 - a count, or a text that tells of several
    """Return a count; nothing where several are possible, which is no number."""
    return None if isinstance(value, str) else value


READS = {"decimal": _exact, "count": _whole}
