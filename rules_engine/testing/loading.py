"""Loads the plugin under test as the program would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rules_engine.plugin_manager import load


@dataclass(frozen=True)
class _Supplied:
    plugin: Any
    name: str = "plugin-under-test"

    def origin(self) -> str:
        """Return where the plugin comes from."""
        return "the test"

    def package(self) -> tuple[str, str]:
        """Return that it comes from no package."""
        return self.name, ""

    def load(self) -> object:
        """Return the plugin."""
        return self.plugin


def supplied_by(plugin: object, kind: str, name: str) -> Any:  # noqa: ANN401 - any description type
    """Return what a plugin gives under a name.

    Raises:
        AssertionError: the plugin cannot be loaded, or gives no such thing.
    """
    result = load((_Supplied(plugin),))
    (info,) = result.plugins
    assert not info.error, f"the plugin cannot be loaded: {info.error}"
    known = getattr(result, kind)
    assert name in known, f"the plugin gives no {name!r} among its {kind}, but {sorted(known)}"
    return known[name]
