"""Says what is wrong with a workbook: where, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from rules_engine.api import DatasetError, Place

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import Message


def refuse(
    file: Path, code: str, message: Message, hint: Message, sheet: str | None = None
) -> NoReturn:
    """Refuse a workbook, or one of its sheets."""
    raise DatasetError.of(code, message, place=Place(str(file), table=sheet), hint=hint)
