"""A YAML file as it is written: entries with their places and comments, scalars with their lines.

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

Style = Literal["plain", "quoted", "|", ">"]
COMMENT = re.compile(r"#[^\n]*")
IN_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#.*)")
"""The comment behind the mark of a text of several lines."""
EDITORS = "# yaml-language-server:"


@dataclass(frozen=True)
class Comment:
    """A comment on a line of its own; ``blank``: an empty line stands above it."""

    text: str
    blank: bool = False


@dataclass
class Leaf:
    """A scalar: what it says, where it begins and ends, and the lines on which it stands."""

    value: str
    style: Style
    lines: list[str]
    start: int
    end: int


@dataclass
class Entry:
    """A key with its value, or an item of a list, with the comments that belong to it.

    Attributes:
        key: ``None`` in a list.
        value: what stands there.
        start: where the entry begins in the file, with its key or the dash of a list.
        flow: whether it stands in brackets, where commas separate.
        above: comments on the lines above it.
        trailing: comments at the end of its line.
        blank: whether an empty line stands above it, below its comments.
    """

    key: Leaf | None
    value: Leaf | Branch
    start: int
    flow: bool
    above: list[Comment] = field(default_factory=list)
    trailing: list[str] = field(default_factory=list)
    blank: bool = False

    @property
    def name(self) -> str:
        """Return its key; an item of a list has none."""
        return self.key.value if self.key else ""

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
        end: behind its last bracket or its last entry, without what follows on the line.
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


@dataclass(frozen=True)
class Tree:
    """A file.

    Attributes:
        text: the file as it is.
        root: the mapping or list that it holds; an empty one where it holds neither.
        entries: all entries by their paths.
        gaps: from where to where comments can stand: between the tokens.
    """

    text: str
    root: Branch
    entries: dict[KeyPath, Entry]
    gaps: list[tuple[int, int]]

    def branch(self, path: KeyPath) -> Branch:
        """Return a mapping or list.

        Raises:
            KeyError: there is none at the path.
        """
        value = self.entries[path].value if path else self.root
        if not isinstance(value, Branch):
            raise KeyError(path)
        return value

    def written(self, path: KeyPath) -> str:
        """Return what is written for a value.

        Raises:
            KeyError: no value has the path.
        """
        value = self.entries[path].value
        return self.text[value.start : value.end]


def read_tree(text: str) -> Tree:
    """Return a file as a tree, without its comments.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    import yaml

    dashes: list[int] = []
    gaps: list[tuple[int, int]] = []
    end = 0
    for token in yaml.scan(text, Loader=yaml_loader()):
        gaps.append((end, token.start_mark.index))
        end = max(end, token.end_mark.index)
        if isinstance(token, yaml.BlockEntryToken):
            dashes.append(token.start_mark.index)
    reader = _Reader(text, dashes)
    root = reader.value(yaml.compose(text, Loader=yaml_loader()), ())
    if not isinstance(root, Branch):
        root = Branch(mapping=False, flow=False, start=0, end=0, column=0)
    return Tree(text, root, reader.entries, [*gaps, (end, len(text))])


class _Reader:
    def __init__(self, text: str, dashes: list[int]) -> None:
        self.text, self.dashes = text, dashes
        self.entries: dict[KeyPath, Entry] = {}

    def value(self, node: yaml.Node | None, path: KeyPath) -> Leaf | Branch | None:
        import yaml

        if isinstance(node, yaml.ScalarNode):
            return self.leaf(node)
        if not isinstance(node, yaml.CollectionNode):
            return None
        start, flow = node.start_mark, bool(node.flow_style)
        mapping = isinstance(node, yaml.MappingNode)
        branch = Branch(mapping, flow, start.index, node.end_mark.index, start.column)
        for number, item in enumerate(node.value):
            key, inner = item if mapping else (None, item)
            entry = self.entry(key, inner, (*path, key.value if key else number), flow)
            branch.entries.append(entry)
        if not flow:  # it ends with its last entry, not where the next key begins
            branch.end = branch.entries[-1].value.end
        return branch

    def entry(
        self, key: yaml.ScalarNode | None, node: yaml.Node, path: KeyPath, flow: bool
    ) -> Entry:
        start = (key or node).start_mark.index
        if key is None and not flow:
            start = self.dashes[bisect_left(self.dashes, start) - 1]
        value = self.value(node, path)
        assert value is not None
        entry = Entry(self.leaf(key) if key else None, value, start, flow)
        self.entries[path] = entry
        return entry

    def leaf(self, node: yaml.ScalarNode) -> Leaf:
        start = node.start_mark.index
        written = self.text[start : node.end_mark.index]
        styles: dict[str | None, Style] = {"'": "quoted", '"': "quoted", "|": "|", ">": ">"}
        style = styles.get(node.style, "plain")
        return Leaf(node.value, style, written.split("\n"), start, start + len(written.rstrip()))


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


def attach_comments(tree: Tree) -> list[Comment]:
    """Give every comment to an entry or a branch; return those at the top of the file."""
    entries = list(_placed(tree.root, ()))
    for placed in entries:
        placed.entry.blank = _blank_above(tree.text, placed.entry.start)
        _header(placed.entry)
    branches = [tree.root, *(p.entry.value for p in entries if isinstance(p.entry.value, Branch))]
    flows = [branch for branch in branches if branch.flow]
    in_blocks = [placed for placed in entries if not placed.entry.flow]
    for comment in _comments(tree):
        inside = [flow for flow in flows if flow.start < comment.start < flow.end]
        if inside:
            _attach_in_flow(comment, inside[-1])
        else:
            _attach_in_block(comment, in_blocks, tree.root)
    return _top(tree.root)


def _placed(branch: Branch, around: tuple[Branch, ...]) -> Iterator[_Placed]:
    around = (*around, branch)
    for entry in branch.entries:
        yield _Placed(entry, around)
        if isinstance(entry.value, Branch):
            yield from _placed(entry.value, around)


def _header(entry: Entry) -> None:
    """Take the comment behind ``>-``, which stands inside the scalar."""
    if isinstance(entry.value, Leaf) and entry.value.style in "|>":
        header = IN_HEADER.match(entry.value.lines[0])
        if header:
            entry.trailing.append(header[1].rstrip())


def _comments(tree: Tree) -> Iterator[_Comment]:
    for start, end in tree.gaps:
        for match in COMMENT.finditer(tree.text, start, end):
            at = match.start()
            line = tree.text.rfind("\n", 0, at) + 1
            column = at - line if not tree.text[line:at].strip() else None
            yield _Comment(at, match[0].rstrip(), column, _blank_above(tree.text, at))


def _blank_above(text: str, at: int) -> bool:
    """Return whether the line above the one of an offset is there and empty."""
    line = text.rfind("\n", 0, at)
    return line > 0 and not text[text.rfind("\n", 0, line) + 1 : line].strip()


def _attach_in_flow(comment: _Comment, flow: Branch) -> None:
    before = [entry for entry in flow.entries if entry.start < comment.start]
    after = [entry for entry in flow.entries if entry.start > comment.start]
    if comment.column is None and before:
        before[-1].trailing.append(comment.text)
    elif after:
        after[0].above.append(comment.alone())
    else:
        flow.tail.append(comment.alone())


def _attach_in_block(comment: _Comment, entries: list[_Placed], root: Branch) -> None:
    before = [placed for placed in entries if placed.entry.start < comment.start]
    after = next((placed for placed in entries if placed.entry.start > comment.start), None)
    if comment.column is None and before:
        before[-1].entry.trailing.append(comment.text)
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
