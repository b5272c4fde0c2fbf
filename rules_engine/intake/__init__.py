"""Takes records in: matches them to the schema, refuses personal data, quarantines bad rows."""

from rules_engine.intake.quarantine import quarantine_findings
from rules_engine.intake.take import look_over, take_in

__all__ = ["look_over", "quarantine_findings", "take_in"]
