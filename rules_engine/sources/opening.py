"""Finds the source that reads a location, and asks it for the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.errors import UsageError
from rules_engine.messages import listed, msg
from rules_engine.model.plugin import SourceRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules_engine.model.plugin import SourceKind, SourceTable
    from rules_engine.model.table import TableSchema
    from rules_engine.plugin_manager import Registry


def open_source(
    location: str, registry: Registry, schemas: Mapping[str, TableSchema]
) -> Iterable[SourceTable]:
    """Return the tables at a location, through the first source that accepts it.

    Raises:
        UsageError: no source reads such a location.
    """
    kind, place = kind_of(location, registry)
    return kind.open(SourceRequest(place, schemas))


def kind_of(location: str, registry: Registry) -> tuple[SourceKind, str]:
    """Return the source that reads a location, and the location as that source takes it.

    Raises:
        UsageError: no source reads such a location.
    """
    name, colon, rest = location.partition(":")
    if colon and name in registry.sources:
        return registry.sources[name], rest
    for source in registry.sources.values():
        if source.accepts(location):
            return source, location
    raise UsageError.of(
        "no-source",
        msg("no loaded source reads “{location}”", location=location),
        hint=msg(
            "give a folder or file of records that exists; sources: {names}",
            names=listed(registry.sources) or "-",
        ),
    )
