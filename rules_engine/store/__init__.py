"""The store keeps runs: a row each in a database, and a folder of files beside it."""

from rules_engine.store.draft import RunDraft
from rules_engine.store.store import Store

__all__ = ["RunDraft", "Store"]
