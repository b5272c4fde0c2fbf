"""Writes a tree of entries out again, in the one layout."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.model.escaping import columns_of
from rules_engine.yamltext.lines import WIDTH, Line, aligned
from rules_engine.yamltext.scalars import on_one_line, text_block
from rules_engine.yamltext.tree import Branch, Comment, Leaf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules_engine.yamltext.tree import Entry

STEP = 2


def written(root: Branch, top: list[Comment], apart: frozenset[str]) -> str:
    """Return the text of a file.

    Args:
        root: what it holds.
        top: the comments about the file.
        apart: keys of the root that stand between empty lines.
    """
    before = ""
    for number, entry in enumerate(root.entries):
        name = entry.key.value if entry.key else ""
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
    head = f"{on_one_line(entry.key, flow=False, key=True)}:" if entry.key else "-"
    comment = " ".join(entry.beside)
    value = entry.value
    if isinstance(value, Leaf):
        yield from _leaf(value, head, comment, indent)
        return
    if not value.entries:
        beside = [*entry.beside, *(alone.text for alone in value.tail)]
        yield Line(indent, f"{head} {'{}' if value.mapping else '[]'}", " ".join(beside))
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
    if entry.above or entry.beside:
        return None
    key = f"{on_one_line(entry.key, flow=True, key=True)}: " if entry.key else ""
    if isinstance(entry.value, Leaf):
        return key + on_one_line(entry.value, flow=True)
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
    block = text_block(leaf)
    if block is None:
        yield Line(indent, f"{head} {on_one_line(leaf, flow=False)}".rstrip(), comment)
        return
    mark, lines = block
    yield Line(indent, f"{head} {mark}", comment)
    yield from (Line(indent + STEP if line else 0, line) for line in lines)
