"""Writes values as YAML in all the ways in which people might, with numbered comments."""

from __future__ import annotations

import json
import re

from hypothesis import strategies as st


class Pen:
    """Writes values as YAML in ways that the data choose, with numbered comments."""

    def __init__(self, data):
        self.data = data
        self.comments = 0

    def chance(self, often=4):
        return self.data.draw(st.integers(0, often)) == 0

    def comment(self):
        self.comments += 1
        return f"# 注{self.comments}。"

    def above(self, pad, often=4):
        return [pad + self.comment()] if self.chance(often) else []

    def beside(self):
        return f"  {self.comment()}" if self.chance() else ""

    def scalar(self, text, *, flow=False):
        if not flow and text.strip() and self.chance(8):
            return None
        return json.dumps(text, ensure_ascii=False) if self.chance(1) else f"'{_single(text)}'"

    def block(self, value, indent):
        """Return the lines of a mapping or a list."""
        pad = " " * indent
        lines = []
        for key, inner in value.items() if isinstance(value, dict) else ((None, v) for v in value):
            lines += [""] * self.chance() + self.above(pad)
            head = "-" if key is None else f"{key}:"
            deeper = indent + self.data.draw(st.integers(1, 4))
            if not isinstance(inner, str) and inner and not self.chance(3):
                lines += [pad + head + self.beside(), *self.block(inner, deeper)]
                continue
            flow = self.flow(inner, deeper)
            if flow is None:  # a text of several lines
                lines.append(f"{pad}{head} |-{self.beside()}")
                lines += [" " * (indent + 2) + x for x in re.findall(r"[^\s#]+", inner) or ["x"]]
            else:
                lines.append(f"{pad}{head} {flow}{self.beside()}")
        return lines + self.above(pad, 6)

    def flow(self, value, indent):
        if isinstance(value, str):
            return self.scalar(value)
        items = value.items() if isinstance(value, dict) else ((None, v) for v in value)
        text = ""
        for key, inner in items:
            if text:
                text += f",{self.beside()}\n{' ' * indent}" if self.chance(6) else ", "
            text += f"{key}: " if key else ""
            text += self.flow(inner, indent) or f"'{_single(inner)}'"
        return f"{{{text}}}" if isinstance(value, dict) else f"[{text}]"


def _single(text):
    return re.sub(r"[\t\n]", " ", text).replace("'", "''")
