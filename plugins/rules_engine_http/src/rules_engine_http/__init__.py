"""Reads records from an API that gives JSON, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules_engine.api import SourceKind, SourceRequest, SourceTable, hookimpl, msg

if TYPE_CHECKING:
    from collections.abc import Sequence


@hookimpl
def rules_engine_register_sources() -> list[SourceKind]:
    """Give the source for APIs."""
    return [
        SourceKind(
            "http",
            msg("APIs that give JSON: an address that begins with https:// or http://"),
            accepts,
            open_api,
            fields=source_fields,
            table_fields=table_fields,
            patience=1200,  # the longest request, with all its repetitions
        )
    ]


def accepts(location: str) -> bool:
    """Return whether this is the address of an API."""
    return location.startswith(("https://", "http://"))


def open_api(request: SourceRequest) -> Sequence[SourceTable]:
    """Return the tables of an API, without reading their rows yet.

    Raises:
        DatasetError: the server cannot be reached, or has none of the tables.
    """
    from rules_engine_http.tables import tables_of

    return tables_of(request)


def source_fields() -> type[Any]:
    """Return what ``source.yaml`` may say about an API."""
    from rules_engine_http.fields import ApiFields

    return ApiFields


def table_fields() -> type[Any]:
    """Return what it may say about a table."""
    from rules_engine_http.fields import TableFields

    return TableFields
