"""How a scalar is written: plain where that says the same, else in quotes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rules_engine.yamltext.positions import is_plain_text, yaml_loader

if TYPE_CHECKING:
    from rules_engine.yamltext.tree import Leaf

HARMLESS = re.compile(r"[^\"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]*")
"""What stands between double quotes as it is."""


def on_one_line(leaf: Leaf, *, flow: bool, key: bool = False) -> str:
    """Return a scalar on one line.

    Args:
        leaf: the scalar.
        flow: whether it stands in brackets, where commas end it.
        key: whether it is a key.
    """
    if leaf.style == "plain" and "\n" not in leaf.value:
        return leaf.value or ("null" if flow else "")
    if is_plain_text(leaf.value) and _stays(leaf.value, flow, key):
        return leaf.value
    return _quoted(leaf.value)


def text_block(leaf: Leaf) -> tuple[str, list[str]] | None:
    """Return the mark and the lines of a scalar that stands on several lines, without indent.

    ``None``: it is written on one line.
    """
    if leaf.style in "|>":
        mark = leaf.lines[0].split("#")[0].strip()
        return _undented(mark, leaf.lines[1:]) if re.fullmatch(r"[|>]-?", mark) else None
    if len(leaf.lines) < 2 or "\n" in leaf.value:
        return None
    lines = [line.strip() for line in leaf.lines]
    if leaf.style == "quoted":
        lines[0], lines[-1] = lines[0][1:].lstrip(), lines[-1][:-1].rstrip()
    lines = [line for line in lines if line]
    return (">-", lines) if " ".join(lines) == leaf.value else None


def _undented(mark: str, lines: list[str]) -> tuple[str, list[str]] | None:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    depth = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    if not lines or not lines[0].strip() or depth[0] > min(depth):
        return None
    return mark, [line[depth[0] :].rstrip() for line in lines]


@lru_cache(maxsize=1024)
def _stays(value: str, flow: bool, key: bool) -> bool:
    """Return whether a text may stand there without quotes."""
    import yaml

    pair = f"{value}: v" if key else f"k: {value}"
    try:
        node = yaml.compose(f"{{{pair}}}" if flow else pair, Loader=yaml_loader())
    except (yaml.YAMLError, ValueError):
        return False
    if not isinstance(node, yaml.MappingNode) or len(node.value) != 1:
        return False
    found = node.value[0][0 if key else 1]
    plain = isinstance(found, yaml.ScalarNode) and found.style not in ("'", '"', "|", ">")
    return plain and found.value == value


def _quoted(value: str) -> str:
    if HARMLESS.fullmatch(value):
        return f'"{value}"'
    if HARMLESS.fullmatch(re.sub(r'["\\]', "", value)):
        return "'" + value.replace("'", "''") + "'"
    import yaml

    written: str = yaml.dump(
        value, default_style='"', width=float("inf"), allow_unicode=True, Dumper=yaml.SafeDumper
    )
    return written.strip()
