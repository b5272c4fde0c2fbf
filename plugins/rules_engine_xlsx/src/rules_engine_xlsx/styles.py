"""How cells look: one font that has Chinese, exact number formats, nothing that needs colour."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rules_engine.api import columns_of

FONT = "Microsoft YaHei"
SIZE = 10
LINE, MARGIN = 15, 3
"""Height in points of one line of text, and what a row is higher than its lines."""
HIGHEST = 409
"""The most points that Excel lets a row be high."""

REMEMBERED = 20_000
"""Of how many texts the width is kept: labels and reasons stand in thousands of rows."""

DATE, TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
BASE: dict[str, Any] = {"font_name": FONT, "font_size": SIZE, "valign": "vcenter"}
CELL = {**BASE, "border": 1, "border_color": "#A6A6A6"}
LEFT: dict[str, Any] = {"text_wrap": True, "align": "left", "indent": 1}
HEAD = {**CELL, "bold": True, "bg_color": "#E7E6E6", "text_wrap": True,
        "align": "center"}  # fmt: skip

STYLES: dict[str, dict[str, Any]] = {
    "text": {**CELL, **LEFT},
    "strong": {**CELL, **LEFT, "bold": True},
    "mark": {**CELL, "text_wrap": True, "align": "center"},
    "grade": {**CELL, "text_wrap": True, "align": "center", "bold": True},
    "count": {**CELL, "num_format": "#,##0", "align": "center"},
    "place": {**CELL, "num_format": "0", "align": "center"},
    "points": {**CELL, "num_format": "0.00##", "align": "right", "indent": 1},
    "total": {**CELL, "num_format": "0.00##", "align": "right", "indent": 1, "bold": True},
    "money": {**CELL, "num_format": "#,##0.00##", "align": "right", "indent": 1},
    "money_total": {
        **CELL,
        "num_format": "#,##0.00##",
        "align": "right",
        "indent": 1,
        "bold": True,
    },
    "share": {**CELL, "num_format": "0.00##%", "align": "right", "indent": 1},
    "date": {**CELL, "num_format": DATE, "align": "center"},
    "time": {**CELL, "num_format": TIME, "align": "center"},
    "head": HEAD,
    "head_points": {**HEAD, "num_format": "0.00##"},
    "title": {**BASE, "bold": True, "font_size": 16},
    "block": {**BASE, "bold": True, "font_size": 12},
    "label": {**CELL, "bold": True, "bg_color": "#F2F2F2", **LEFT},
    "note": {**BASE, "italic": True},
    "warning": {**BASE, **LEFT, "bold": True, "border": 2},
}


@lru_cache(maxsize=REMEMBERED)
def widest_line(text: str) -> int:
    """Return the width of the widest line of a text."""
    return max((columns_of(line) for line in text.split("\n")), default=0)


@lru_cache(maxsize=REMEMBERED)
def lines_needed(text: str, room: int) -> int:
    """Return how many lines a text takes when it is wrapped to ``room``."""
    return sum(max(1, -(-columns_of(line) // room)) for line in text.split("\n"))


def height(lines: int) -> int:
    """Return the height of a row with so many lines."""
    return min(LINE * lines + MARGIN, HIGHEST)
