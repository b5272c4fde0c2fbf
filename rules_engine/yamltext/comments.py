"""Finds the comments of a file and gives each to the entry that it belongs to.

A comment at the end of a line belongs to what the line says; one on its own line to the entry
below, unless it is indented further: then it ends the entries above it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.yamltext.tree import Branch, Comment, Entry, Leaf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.yamltext.tree import Source

COMMENT = re.compile(r"#[^\n]*")
IN_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#.*)")
"""The comment behind the mark of a text of several lines."""
EDITORS = "# yaml-language-server:"


@dataclass(frozen=True)
class _Found:
    """A comment in the file; ``column`` is ``None`` at the end of a line."""

    start: int
    text: str
    column: int | None
    blank: bool

    def alone(self) -> Comment:
        return Comment(self.text, self.blank)


@dataclass(frozen=True)
class _Placed:
    """An entry and the branches around it, from the root on."""

    entry: Entry
    around: tuple[Branch, ...]


def attach(root: Branch, source: Source) -> list[Comment]:
    """Give every comment to an entry or a branch; return those at the top of the file."""
    entries = list(_placed(root, ()))
    for placed in entries:
        placed.entry.blank = _blank_above(source.text, placed.entry.start)
        _header(placed.entry)
    flows = [branch for branch in root.branches() if branch.flow]
    for comment in _comments(source):
        inside = [flow for flow in flows if flow.start < comment.start < flow.end]
        if inside:
            _attach_in_flow(comment, inside[-1])
        else:
            _attach_in_block(comment, [p for p in entries if not p.around[-1].flow], root)
    return _top(root)


def _placed(branch: Branch, around: tuple[Branch, ...]) -> Iterator[_Placed]:
    around = (*around, branch)
    for entry in branch.entries:
        yield _Placed(entry, around)
        if isinstance(entry.value, Branch):
            yield from _placed(entry.value, around)


def _header(entry: Entry) -> None:
    """Take the comment behind ``>-``, which stands inside the scalar."""
    if isinstance(entry.value, Leaf) and entry.value.style in "|>":
        found = IN_HEADER.match(entry.value.lines[0])
        if found:
            entry.beside.append(found[1].rstrip())


def _comments(source: Source) -> Iterator[_Found]:
    for start, end in source.gaps:
        for found in COMMENT.finditer(source.text, start, end):
            at = found.start()
            line = source.text.rfind("\n", 0, at) + 1
            column = at - line if not source.text[line:at].strip() else None
            yield _Found(at, found[0].rstrip(), column, _blank_above(source.text, at))


def _blank_above(text: str, at: int) -> bool:
    """Return whether the line above the one of an offset is there and empty."""
    line = text.rfind("\n", 0, at)
    return line > 0 and not text[text.rfind("\n", 0, line) + 1 : line].strip()


def _attach_in_flow(comment: _Found, flow: Branch) -> None:
    before = [entry for entry in flow.entries if entry.start < comment.start]
    after = [entry for entry in flow.entries if entry.start > comment.start]
    if comment.column is None and before:
        before[-1].beside.append(comment.text)
    elif after:
        after[0].above.append(comment.alone())
    else:
        flow.tail.append(comment.alone())


def _attach_in_block(comment: _Found, entries: list[_Placed], root: Branch) -> None:
    before = [placed for placed in entries if placed.entry.start < comment.start]
    after = next((placed for placed in entries if placed.entry.start > comment.start), None)
    if comment.column is None and before:
        before[-1].entry.beside.append(comment.text)
        return
    ended = _ended(comment, before[-1].around if before else (root,), after)
    if ended is None and after is not None:
        after.entry.above.append(comment.alone())
    else:
        (ended or root).tail.append(comment.alone())


def _ended(comment: _Found, around: tuple[Branch, ...], after: _Placed | None) -> Branch | None:
    """Return the branch that a comment ends: the deepest one that is not indented further."""
    column = comment.column or 0
    for branch in reversed(around):
        if after is not None and branch in after.around:
            return None
        if branch.column <= column:
            return branch
    return None


def _top(root: Branch) -> list[Comment]:
    """Take the comments at the top of the file off its first entry: they are about the file.

    They reach down to the last empty line, or are the one line that is meant for editors.
    """
    if not root.entries:
        return []
    first = root.entries[0]
    blanks = [n for n, comment in enumerate(first.above) if comment.blank]
    end = len(first.above) if first.blank else max(blanks, default=0)
    if not end and first.above and first.above[0].text.startswith(EDITORS):
        end = 1
    top, first.above = first.above[:end], first.above[end:]
    first.set_apart(False)
    return top
