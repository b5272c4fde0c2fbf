"""Appeals: what is disputed in a published run, brought forward, corrected and decided."""

from rules_engine.appeals.texts import evidence_item, reason_text

__all__ = ["evidence_item", "reason_text"]
