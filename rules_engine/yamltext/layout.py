"""Writes the tree of a YAML file out in the one layout: rows aligned, comments kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rules_engine.model.escaping import columns_of
from rules_engine.yamltext.read import is_plain_text, yaml_loader
from rules_engine.yamltext.tree import Branch, Comment, Leaf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules_engine.yamltext.tree import Entry

Tokens = str | dict[str, Any] | list[Any]
"""A value as it is to be written: single values as YAML has them, in mappings and lists."""
WIDTH = 120
"""Columns of a line; a Chinese character takes two."""
FARTHEST = 24
"""More columns than this are not left empty for the sake of alignment."""
STEP = 2
HARMLESS = re.compile(r"[^\"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]*")
"""What stands between double quotes as it is."""


@dataclass
class Line:
    """A line.

    Attributes:
        indent: how far it is indented.
        text: what it says; empty for an empty line.
        comment: what stands at its end.
        cells: the same as a row, when it is an item in brackets: what stands before the bracket,
            then a key and its value at a time. Rows below each other are aligned.
        names: the keys of the cells behind the first.
    """

    indent: int
    text: str
    comment: str = ""
    cells: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def aligned(lines: list[Line]) -> Iterator[str]:
    """Return the lines as texts."""
    for is_row, run in groupby(lines, key=lambda line: (bool(line.cells), line.indent)):
        if is_row[0]:
            _align_rows(list(run))
    for has_comment, group in groupby(lines, key=lambda line: (bool(line.comment), line.indent)):
        rows = list(group)
        texts = [" " * line.indent + line.text for line in rows]
        if not has_comment[0]:
            yield from texts
            continue
        at = _column(texts)
        for text, line in zip(texts, rows, strict=True):
            yield f"{_padded(text, at)}  {line.comment}"


def _align_rows(rows: list[Line]) -> None:
    """Let the cells of rows begin in the same columns, as far as their keys are the same."""
    room = WIDTH - rows[0].indent
    texts = [row.cells[0] for row in rows]
    align = True
    for number in range(1, max(len(row.cells) for row in rows)):
        going = [n for n, row in enumerate(rows) if len(row.cells) > number]
        align = align and len({rows[n].names[: number - 1] for n in going}) == 1
        at = _column(texts[n] for n in going) if align else 0
        rests = [1 + columns_of(" ".join(rows[n].cells[number:])) for n in going]
        align = align and at > 0 and at + max(rests) <= room
        for n in going:
            texts[n] = f"{_padded(texts[n], at if align else 0)} {rows[n].cells[number]}"
    for row, text in zip(rows, texts, strict=True):
        row.text = text


def _column(texts: Iterable[str]) -> int:
    """Return where the columns behind some texts begin; 0: they are too unlike for one."""
    widths = [columns_of(text) for text in texts]
    return max(widths) if max(widths) - min(widths) <= FARTHEST else 0


def _padded(text: str, to: int) -> str:
    return text + " " * max(0, to - columns_of(text))


def formatted(root: Branch, top: list[Comment], apart: frozenset[str]) -> str:
    """Return the text of a file.

    Args:
        root: what it holds.
        top: the comments about the file.
        apart: keys of the root that stand between empty lines.
    """
    before = ""
    for number, entry in enumerate(root.entries):
        name = entry.name
        if not number or {name, before} & apart:
            entry.set_apart(bool(number or top))
        before = name
    lines = [*_comments(top, 0), *_entries(root, 0)]
    return "\n".join(aligned(lines)) + "\n"


def _comments(comments: Iterable[Comment], indent: int) -> Iterator[Line]:
    for comment in comments:
        if comment.blank:
            yield Line(0, "")
        yield Line(indent, comment.text)


def _entries(branch: Branch, indent: int) -> Iterator[Line]:
    for entry in branch.entries:
        above, own = entry_lines(entry, indent, rows=branch.named)
        yield from (*above, *own)
    yield from _comments(branch.tail, indent)


def entry_lines(entry: Entry, indent: int, *, rows: bool) -> tuple[list[Line], list[Line]]:
    """Return the lines above an entry, comments and an empty one, and its own.

    Args:
        entry: the entry.
        indent: how far it is indented.
        rows: whether it is a row among like ones, to be aligned with them.
    """
    above = list(_comments(entry.above, indent))
    if entry.blank:
        above.append(Line(0, ""))
    return above, list(_entry(entry, indent, rows=rows))


def _entry(entry: Entry, indent: int, *, rows: bool) -> Iterator[Line]:
    head = f"{_of_leaf(entry.key, flow=False, key=True)}:" if entry.key else "-"
    comment = " ".join(entry.trailing)
    value = entry.value
    if isinstance(value, Leaf):
        yield from _leaf(value, head, comment, indent)
        return
    if not value.entries:
        trailing = [*entry.trailing, *(alone.text for alone in value.tail)]
        yield Line(indent, f"{head} {'{}' if value.mapping else '[]'}", " ".join(trailing))
        return
    row = _row(value, head, indent)
    if row:
        yield replace(row, comment=comment, cells=row.cells if rows else ())
        return
    value.entries[0].set_apart(False)
    inner = list(_entries(value, indent + STEP))
    if entry.key:
        yield Line(indent, head, comment)
    else:
        inner = _dashed(inner, comment, indent)
    yield from inner


def _row(value: Branch, head: str, indent: int) -> Line | None:
    """Return a mapping or list in brackets as one line, if it fits."""
    cells = _cells(value) if value.flow else None
    if cells is None or indent + columns_of(" ".join([head, *cells])) > WIDTH:
        return None
    names = tuple(entry.key.value for entry in value.entries if entry.key)
    return Line(indent, " ".join([head, *cells]), "", (head, *cells) if names else (), names)


def _cells(value: Branch) -> list[str] | None:
    """Return the entries of something in brackets, unless there are comments between them."""
    cells = [_cell(entry) for entry in value.entries]
    if value.tail or not all(cells):
        return None
    opening, closing = "{}" if value.mapping else "[]"
    text = ",\n".join(cell for cell in cells if cell)
    return f"{opening}{text}{closing}".split("\n")


def _cell(entry: Entry) -> str | None:
    if entry.above or entry.trailing:
        return None
    key = f"{_of_leaf(entry.key, flow=True, key=True)}: " if entry.key else ""
    if isinstance(entry.value, Leaf):
        return key + _of_leaf(entry.value, flow=True)
    cells = _cells(entry.value)
    return key + " ".join(cells) if cells else None


def _dashed(lines: list[Line], comment: str, indent: int) -> list[Line]:
    """Return the lines of a list's item, with its dash; comments go above that."""
    first = next(n for n, line in enumerate(lines) if line.text[:1] not in ("", "#"))
    above = [Line(indent, comment)] if comment else []
    above += [replace(line, indent=indent) for line in lines[:first] if line.text]
    item = lines[first]
    cells = (f"- {item.cells[0]}", *item.cells[1:]) if item.cells else ()
    dashed = replace(item, indent=indent, text=f"- {item.text}", cells=cells)
    return [*above, dashed, *lines[first + 1 :]]


def _leaf(leaf: Leaf, head: str, comment: str, indent: int) -> Iterator[Line]:
    block = _text_block(leaf)
    if block is None:
        yield Line(indent, f"{head} {_of_leaf(leaf, flow=False)}".rstrip(), comment)
        return
    mark, lines = block
    yield Line(indent, f"{head} {mark}", comment)
    yield from (Line(indent + STEP if line else 0, line) for line in lines)


# scalars


def scalar(value: str, *, plain: bool, flow: bool, key: bool = False) -> str:
    """Return how a scalar is written on one line.

    Args:
        value: a text, or a number or word as YAML writes it.
        plain: it is no text: a number, a date, true or false.
        flow: whether it stands in brackets, where commas end it.
        key: whether it is a key.
    """
    if plain and "\n" not in value:
        return value or ("null" if flow else "")
    return value if is_plain_text(value) and _stays(value, flow, key) else _quoted(value)


def key_text(name: str, *, flow: bool) -> str:
    """Return how a key is written."""
    return scalar(name, plain=not is_plain_text(name), flow=flow, key=True)


def one_line(value: Tokens) -> str:
    """Return a value on one line."""
    if isinstance(value, dict):
        pairs = (f"{key_text(key, flow=True)}: {one_line(inner)}" for key, inner in value.items())
        return "{" + ", ".join(pairs) + "}"
    return "[" + ", ".join(map(one_line, value)) + "]" if isinstance(value, list) else value


def _of_leaf(leaf: Leaf, *, flow: bool, key: bool = False) -> str:
    return scalar(leaf.value, plain=leaf.style == "plain", flow=flow, key=key)


def _text_block(leaf: Leaf) -> tuple[str, list[str]] | None:
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
    node_at = node.value[0][0 if key else 1]
    plain = isinstance(node_at, yaml.ScalarNode) and node_at.style not in ("'", '"', "|", ">")
    return plain and node_at.value == value


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
