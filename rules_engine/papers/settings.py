"""What papers can be asked for, and for how many subjects they are written."""

from __future__ import annotations

from datetime import date

from rules_engine.messages import listed, msg
from rules_engine.model.plugin import Setting

MOST_SUBJECTS = 1000
"""How many villages and cadres papers take; a circular with more is read by nobody."""
NOTICES = ("files", "one", "none")


def _notices(text: str) -> str:
    if text not in NOTICES:
        raise ValueError(msg("it is one of {names}", names=listed(NOTICES)))
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(msg("a day is written as 2025-01-31")) from None


PAPER_SETTINGS = (
    Setting("office", msg("the office that signs")),
    Setting("to", msg("whom the circular is sent to")),
    Setting("date", msg("the day under the signature; else that of the run"), _day),
    Setting("notices", msg("notices to villages: files (each its own), one or none"), _notices),
)
"""What reporters of papers ask for."""
