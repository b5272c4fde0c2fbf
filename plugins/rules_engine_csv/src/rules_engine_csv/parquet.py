"""Looks at Parquet files, which the engine reads in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from rules_engine.api import msg
from rules_engine_csv.trouble import opened, refuse_row

if TYPE_CHECKING:
    from pathlib import Path


def check_parquet(file: Path) -> None:
    """Read the file's schema, to find damage before any work is done.

    Raises:
        DatasetError: the file is not Parquet, is damaged or cannot be read.
    """
    with opened(file):
        pass
    try:
        pq.read_schema(file)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        refuse_row(
            file,
            "bad-parquet",
            msg("this is not Parquet, or it is damaged or cut short"),
            msg("export the file again"),
        )
