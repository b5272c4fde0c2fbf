"""Looks for identity numbers and telephone numbers in free texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.intake import personal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.model.plugin import EngineSession

_TABLE = "_texts"


def identifying(texts: Sequence[str], session: EngineSession) -> bool:
    """Return whether one of the texts identifies a person, as a column of records would.

    The numbers of cases may stand in them, and are not taken for those of people.
    """
    import pyarrow as pa

    session.register(_TABLE, pa.table({"text": pa.array(texts, pa.string())}))
    look = personal.identifies('"text"', numbering=True)
    found = session.query(f"SELECT count(*) AS n FROM {_TABLE} WHERE {look}")
    return bool(found["n"][0].as_py())
