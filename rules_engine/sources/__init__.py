"""Opens what ``--data`` names."""

from rules_engine.sources.location import open_source

__all__ = ["open_source"]
