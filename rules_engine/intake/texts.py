"""Looks for identity numbers and telephone numbers in texts that people write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.dataset.person_numbers import may_hold_a_number
from rules_engine.intake import personal
from rules_engine.intake.personal import Context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules_engine.model.plugin import EngineSession
    from rules_engine.plugin_manager import Registry

EMBEDDED = "duckdb"
_TABLE = "_texts"


def identifying(texts: Iterable[str], registry: Registry) -> list[str]:
    """Return the texts that identify a person by a number, each looked at by itself.

    The engine is asked only where a text looks like that, which hardly any does.
    """
    looks = [text for text in texts if may_hold_a_number(text)]
    if not looks:
        return []
    session = registry.need("engines", EMBEDDED).connect(1)
    try:
        return [text for text in looks if identifies(text, session)]
    finally:
        session.close()


def identifies(text: str, session: EngineSession) -> bool:
    """Return whether a text identifies a person by a number.

    The numbers of cases may stand in it, and are not taken for those of people: nobody is born
    in the years of today.
    """
    if not may_hold_a_number(text):
        return False
    import pyarrow as pa

    session.register(_TABLE, pa.table({"text": pa.array([text], pa.string())}))
    values = personal.looked_at('"text"', _TABLE)
    found = session.query(personal.counts(values, Context(newborn=False)))
    return bool(found["rows"][0].as_py())
