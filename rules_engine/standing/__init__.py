"""Results that stand up: what is said about a run, disputed in it, corrected and compared."""

from rules_engine.standing.texts import evidence_item, reason_text

__all__ = ["evidence_item", "reason_text"]
