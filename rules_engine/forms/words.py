"""The words of closed sets, as people read them in a form: 处理（sanction）."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules_engine.messages import msg, tr

if TYPE_CHECKING:
    from collections.abc import Iterable

YES, NO = msg("yes"), msg("no")
SAID = {True: ("true", "yes", "是", "真", "1"), False: ("false", "no", "否", "假", "0")}
DELETE = msg("remove")
"""What is chosen in the cell beside a part that is to go."""
DELETED = ("remove", "删除")
FIRST = msg("at the front")
AT_FRONT = ("at the front", "最前", "0")
WRITTEN = re.compile(r".*[（(]([^（()）]+)[）)]\s*")


def in_two_words(said: str, choice: str) -> str:
    """Return what people call something, with what stands in the file in brackets."""
    return choice if said == choice else tr("{word} ({choice})", word=said, choice=choice)


def choice_of(text: str, choices: Iterable[str]) -> str | None:
    """Return the choice that a text means, or nothing."""
    match = WRITTEN.fullmatch(text)
    said = (text.strip(), match[1].strip() if match else "")
    return next((c for c in choices if c in said), None)


def yes_or_no(value: object) -> bool | None:
    """Return what a cell says about true or false, or nothing."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    return next((truth for truth, words in SAID.items() if text in words), None)
