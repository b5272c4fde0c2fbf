"""Texts that people write about a run: there must be one, and it must name no petitioner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.errors import DatasetError, UsageError
from rules_engine.intake.texts import identifying
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules_engine.plugin_manager import Registry

EMBEDDED = "duckdb"


def reason_text(text: str, registry: Registry) -> str:
    """Return a reason as it is kept.

    Raises:
        UsageError: nothing is said.
        DatasetError: it holds an identity number or a telephone number.
    """
    kept = " ".join(text.split())
    if not kept:
        raise UsageError.of(
            "no-reason",
            msg("a reason is needed"),
            hint=msg("say in a few words why; the log keeps it"),
        )
    refuse_personal([kept], registry)
    return kept


def refuse_personal(texts: Iterable[str], registry: Registry) -> None:
    """Refuse texts with identity numbers or telephone numbers, as intake refuses such columns.

    Raises:
        DatasetError: one of them holds such a number; it is not shown.
    """
    held = list(texts)
    if not any(map(str.isdigit, "".join(held))):
        return
    session = registry.need("engines", EMBEDDED).connect(1)
    try:
        found = identifying(held, session)
    finally:
        session.close()
    if found:
        raise DatasetError.of(
            "personal-text",
            msg("the text holds an identity number or a telephone number; nothing was stored"),
            hint=msg("leave it out: a case is known by its case number alone"),
        )
