"""Takes records in: matches them to the schema, refuses personal data, quarantines bad rows."""

from rules_engine.ingest.ingest import screen_tables, take_in
from rules_engine.ingest.quarantine import quarantine_findings

__all__ = ["quarantine_findings", "screen_tables", "take_in"]
