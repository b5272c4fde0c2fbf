"""Looks at Parquet files, which the engine reads in place."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from rules_engine.api import msg
from rules_engine_csv.archive import opened
from rules_engine_csv.refusals import refuse_damaged, refuse_row

if TYPE_CHECKING:
    from rules_engine_csv.archive import Member, TableFile


def packed_parquet(file: Member) -> pa.RecordBatchReader:
    """Return the records of a file in an archive.

    Raises:
        DatasetError: the file is not Parquet, is damaged or cannot be read.
    """
    try:
        return file.batches()
    except (zipfile.BadZipFile, zlib.error, EOFError):
        refuse_damaged(file)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        _refuse(file)


def check_parquet(file: TableFile) -> None:
    """Read the file's schema, to find damage before any work is done.

    Raises:
        DatasetError: the file is not Parquet, is damaged or cannot be read.
    """
    with opened(file):
        pass
    try:
        pq.read_schema(file)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        _refuse(file)


def _refuse(file: TableFile) -> NoReturn:
    refuse_row(
        file,
        "bad-parquet",
        msg("this is not Parquet, or it is damaged or cut short"),
        msg("export the file again"),
    )
