"""A YAML file as it is written: entries with their comments, scalars with their lines.

A comment at the end of a line belongs to what the line says; one on its own line to the entry
below, unless it is indented further: then it ends the entries above it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from rules_engine.yamltext.read import yaml_loader

if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

    from rules_engine.yamltext.read import KeyPath

COMMENT = re.compile(r"#[^\n]*")
IN_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#.*)")
"""The comment behind the mark of a text of several lines."""
EDITORS = "# yaml-language-server:"
Style = Literal["plain", "quoted", "|", ">"]


@dataclass(frozen=True)
class Comment:
    """A comment on a line of its own; ``blank``: an empty line stands above it."""

    text: str
    blank: bool = False


@dataclass
class Leaf:
    """A scalar: what it says, and the lines on which it stands.

    Attributes:
        start: where it begins, with its quote.
        end: behind its last character.
    """

    value: str
    style: Style
    lines: list[str] = field(default_factory=list)
    start: int = 0
    end: int = 0


@dataclass
class Entry:
    """A key with its value, or an item of a list, with the comments that belong to it.

    Attributes:
        key: ``None`` in a list.
        value: what stands there.
        start: where the entry begins in the file.
        above: comments on the lines above it.
        beside: comments at the end of its line.
        blank: whether an empty line stands above it, below its comments.
    """

    key: Leaf | None
    value: Leaf | Branch
    start: int
    above: list[Comment] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    blank: bool = False

    def set_apart(self, blank: bool) -> None:
        """Set whether an empty line stands above the entry and its comments."""
        if self.above:
            self.above[0] = replace(self.above[0], blank=blank)
        else:
            self.blank = blank


@dataclass(eq=False)
class Branch:
    """A mapping or a list.

    Attributes:
        mapping: whether it has keys.
        flow: whether it is written in brackets.
        start: where it begins.
        end: behind its last bracket, or where its last entry ends.
        column: how far its entries are indented.
        entries: what it holds.
        tail: comments behind the last entry.
        named: whether its keys are names that the ruleset gives, or it is a list.
    """

    mapping: bool
    flow: bool
    start: int
    end: int
    column: int
    entries: list[Entry] = field(default_factory=list)
    tail: list[Comment] = field(default_factory=list)
    named: bool = True

    def branches(self) -> Iterator[Branch]:
        """Yield this branch and all below it, in the order of the file."""
        yield self
        for entry in self.entries:
            if isinstance(entry.value, Branch):
                yield from entry.value.branches()


@dataclass(frozen=True)
class Span:
    """Where a value stands in its file, in characters from 0.

    Attributes:
        start: its first character, a quote or bracket included.
        end: behind its last one, without what follows on the line.
        flow: whether it stands in brackets, where commas separate.
        plain: whether it is a scalar without quotes.
        key: where its key begins; an item of a list has none.
    """

    start: int
    end: int
    flow: bool
    plain: bool = False
    key: int | None = None


@dataclass(frozen=True)
class Source:
    """The text of a file with what its tokens tell: where list items and comments can be."""

    text: str
    dashes: list[int]
    gaps: list[tuple[int, int]]


def read_source(text: str) -> Source:
    """Find the dashes of lists, and the gaps between tokens, in which comments stand."""
    import yaml

    dashes: list[int] = []
    gaps: list[tuple[int, int]] = []
    end = 0
    for token in yaml.scan(text, Loader=yaml_loader()):
        gaps.append((end, token.start_mark.index))
        end = max(end, token.end_mark.index)
        if isinstance(token, yaml.BlockEntryToken):
            dashes.append(token.start_mark.index)
    return Source(text, dashes, [*gaps, (end, len(text))])


def read_tree(source: Source) -> Branch:
    """Return the entries of a file that holds a mapping or a list, without its comments."""
    import yaml

    root = yaml.compose(source.text, Loader=yaml_loader())
    assert isinstance(root, yaml.CollectionNode)
    branch = _value(root, source)
    assert isinstance(branch, Branch)
    return branch


def spans(text: str) -> dict[KeyPath, Span]:
    """Return where every value of a file stands, by its path."""
    import yaml

    if yaml.compose(text, Loader=yaml_loader()) is None:
        return {}
    places: dict[KeyPath, Span] = {}
    _note_spans(read_tree(read_source(text)), (), False, None, places)
    return places


def _note_spans(
    value: Leaf | Branch, path: KeyPath, flow: bool, key: int | None, places: dict[KeyPath, Span]
) -> None:
    if isinstance(value, Leaf):
        places[path] = Span(value.start, value.end, flow, value.style == "plain", key)
        return
    places[path] = Span(value.start, value.end, flow, key=key)
    for number, entry in enumerate(value.entries):
        step, at = (entry.key.value, entry.start) if entry.key else (number, None)
        _note_spans(entry.value, (*path, step), flow or value.flow, at, places)


def _value(node: yaml.Node, source: Source) -> Leaf | Branch:
    import yaml

    start, end = node.start_mark, node.end_mark
    if isinstance(node, yaml.ScalarNode):
        text = source.text[start.index : end.index]
        style, last = _style(node.style), start.index + len(text.rstrip())
        return Leaf(node.value, style, text.split("\n"), start.index, last)
    assert isinstance(node, yaml.CollectionNode)
    branch = Branch(
        isinstance(node, yaml.MappingNode), bool(node.flow_style), start.index, end.index,
        start.column,
    )  # fmt: skip
    for item in node.value:
        branch.entries.append(_entry(item, branch, source))
    if not branch.flow:  # a block ends with its last entry, not where the next key begins
        branch.end = branch.entries[-1].value.end
    return branch


def _entry(item: yaml.Node | tuple[yaml.Node, yaml.Node], branch: Branch, source: Source) -> Entry:
    if isinstance(item, tuple):
        key = _value(item[0], source)
        assert isinstance(key, Leaf)
        return Entry(key, _value(item[1], source), item[0].start_mark.index)
    start = item.start_mark.index
    if not branch.flow:
        start = source.dashes[bisect_left(source.dashes, start) - 1]
    return Entry(None, _value(item, source), start)


def _style(written: str | None) -> Style:
    if written == "|" or written == ">":
        return written  # type: ignore[return-value]  # narrowed by the comparison
    return "quoted" if written in ("'", '"') else "plain"


@dataclass(frozen=True)
class _Comment:
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


def _comments(source: Source) -> Iterator[_Comment]:
    for start, end in source.gaps:
        for found in COMMENT.finditer(source.text, start, end):
            at = found.start()
            line = source.text.rfind("\n", 0, at) + 1
            column = at - line if not source.text[line:at].strip() else None
            yield _Comment(at, found[0].rstrip(), column, _blank_above(source.text, at))


def _blank_above(text: str, at: int) -> bool:
    """Return whether the line above the one of an offset is there and empty."""
    line = text.rfind("\n", 0, at)
    return line > 0 and not text[text.rfind("\n", 0, line) + 1 : line].strip()


def _attach_in_flow(comment: _Comment, flow: Branch) -> None:
    before = [entry for entry in flow.entries if entry.start < comment.start]
    after = [entry for entry in flow.entries if entry.start > comment.start]
    if comment.column is None and before:
        before[-1].beside.append(comment.text)
    elif after:
        after[0].above.append(comment.alone())
    else:
        flow.tail.append(comment.alone())


def _attach_in_block(comment: _Comment, entries: list[_Placed], root: Branch) -> None:
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


def _ended(comment: _Comment, around: tuple[Branch, ...], after: _Placed | None) -> Branch | None:
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
