"""Builds the SQL of intake, for DuckDB; every name and every value goes through one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.model.sql_text import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

name, text = quoted, literal
ROW = '"#row"'
"""The row's number as a person counts, in every view of a delivered table."""


def texts(values: Iterable[str]) -> str:
    """Return a bracketed list of quoted texts."""
    return "(" + ", ".join(text(v) for v in values) + ")"


def any_of(predicates: Sequence[str]) -> str:
    """Join predicates with ``or``; none of them is false."""
    return " OR ".join(f"({p})" for p in predicates) if predicates else "false"


def parquet(path: Path) -> str:
    """Return the scan of one Parquet file, with its row numbers."""
    return f"read_parquet({text(str(path))}, file_row_number = true)"


def counts(relation: str, expressions: Sequence[str]) -> str:
    """Return a query with one row: all the counts of a table in one pass."""
    columns = ", ".join(f"{e} AS c{i}" for i, e in enumerate(expressions))
    return f"SELECT {columns} FROM {relation}"


def count_if(predicate: str) -> str:
    """Return an aggregate that counts the rows for which the predicate holds."""
    return f"count(*) FILTER (WHERE {predicate})"


OPEN = "CREATE SCHEMA intake"
CLOSE = "DROP SCHEMA IF EXISTS intake CASCADE"
"""All that intake makes in a session lies in one schema and goes with it."""


def own(relation: str) -> str:
    """Return the quoted name of a relation of intake's own."""
    return f"intake.{name(relation)}"


def view(relation: str, query: str) -> str:
    """Return the statement that names a query. The name is quoted already."""
    return f"CREATE OR REPLACE VIEW {relation} AS {query}"


def table(relation: str, query: str) -> str:
    """Return the statement that keeps a query's rows. The name is quoted already."""
    return f"CREATE OR REPLACE TABLE {relation} AS {query}"


def no_row_numbers() -> str:
    """Return an empty list of row numbers."""
    return f"SELECT CAST(0 AS BIGINT) AS {ROW} WHERE false"


def among(rows: str) -> str:
    """Return the predicate of the rows whose numbers are in a relation."""
    return f"{ROW} IN (SELECT {ROW} FROM {rows})"


def rising_keys(relation: str, key: str) -> str:
    """Return the count of keys greater than the one before: all but one in a sorted table.

    Records usually come in the order of their numbers, and then this is several times cheaper
    than grouping by the key.
    """
    return (
        f"SELECT count(*) AS n FROM (SELECT {name(key)} AS k, lag({name(key)}) OVER () AS p "
        f"FROM {relation}) WHERE k > p"
    )


def repeated_hashes(relation: str, key: str) -> str:
    """Return the hashes that occur twice: 8 bytes a row, where the keys may be long."""
    return (
        f"SELECT h FROM (SELECT hash({name(key)}) AS h FROM {relation} "
        f"WHERE {name(key)} IS NOT NULL) GROUP BY h HAVING count(*) > 1"
    )


def repeated_keys(relation: str, key: str, hashes: str) -> str:
    """Return the keys that occur twice, looking only at those whose hash does."""
    k = name(key)
    return (
        f"SELECT {k} AS k FROM {relation} WHERE {k} IS NOT NULL AND hash({k}) IN "
        f"(SELECT h FROM {hashes}) GROUP BY {k} HAVING count(*) > 1"
    )


def without(relation: str, bad: str, columns: str = "*") -> str:
    """Return the rows that are not among the bad ones."""
    return f"SELECT {columns} FROM {relation} AS good ANTI JOIN {bad} USING ({ROW})"


def copy_sorted(query: str, key: str, path: Path) -> str:
    """Return the statement that writes a query's rows in the order of their key.

    The key is unique among clean rows, so this orders all columns: the file depends on what
    the rows say and not on how they came.
    """
    return (
        f"COPY (SELECT * FROM ({query}) ORDER BY {name(key)}) TO {text(str(path))} "
        "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
    )
