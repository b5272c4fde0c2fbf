"""Takes records in: matches them to the schema, refuses personal data, quarantines bad rows."""

from rules_engine.intake.quarantine import quarantine_findings
from rules_engine.intake.take import take_in

__all__ = ["quarantine_findings", "take_in"]
