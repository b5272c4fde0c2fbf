"""Texts as Word takes them."""

from __future__ import annotations

import re

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML does not allow, such as control characters in a name."""


def clean(text: str) -> str:
    """Return a text without characters that no XML document may hold."""
    return FORBIDDEN.sub("\ufffd", text)
