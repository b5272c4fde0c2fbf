"""How names are compared, whatever somebody typed around them."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u200b-\u200f\ufeff]")


def normal(name: str) -> str:
    """Return the form in which names are compared: trimmed, one width, one case."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", name)).strip().casefold()
