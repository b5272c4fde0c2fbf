"""Finds the source that reads a location."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.errors import UsageError
from rules_engine.messages import listed, msg

if TYPE_CHECKING:
    from rules_engine.model.plugin import SourceKind
    from rules_engine.plugin_manager import Registry


def kind_of(location: str, registry: Registry) -> tuple[SourceKind, str]:
    """Return the source that reads a location, and the location as that source takes it.

    Raises:
        UsageError: no source reads such a location, or several do and none is named.
    """
    name, colon, rest = location.partition(":")
    if colon and name in registry.sources:
        return registry.sources[name], rest
    readers = [source for source in registry.sources.values() if source.accepts(location)]
    if len(readers) == 1:
        return readers[0], location
    if readers:
        raise UsageError.of(
            "several-sources",
            msg(
                "“{location}” can be read by several sources: {names}",
                location=location, names=listed(source.name for source in readers),
            ),
            hint=msg(
                "name the one that is meant: {example}", example=f"{readers[0].name}:{location}"
            ),
        )  # fmt: skip
    raise UsageError.of(
        "no-source",
        msg("no loaded source reads “{location}”", location=location),
        hint=msg(
            "give a folder or file of records that exists; sources: {names}",
            names=listed(registry.sources) or "-",
        ),
    )
