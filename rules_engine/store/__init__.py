"""The store keeps runs: a row each in a database, and a folder of files beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.store.draft import RunDraft
from rules_engine.store.lazy_store import Opening

if TYPE_CHECKING:
    from rules_engine.store.store import Store

__all__ = ["Opening", "RunDraft", "Store"]


def __getattr__(name: str) -> object:
    """Import the store itself, and SQLAlchemy with it, when it is asked for."""
    if name == "Store":
        from rules_engine.store.store import Store

        return Store
    raise AttributeError(name)
