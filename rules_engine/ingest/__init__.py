"""Takes records in: matches them to the schema, refuses personal data, quarantines bad rows."""

from rules_engine.ingest.ingest import look_over, take_in
from rules_engine.ingest.quarantine import quarantine_findings

__all__ = ["look_over", "quarantine_findings", "take_in"]
