"""A YAML file as it is written: entries with their comments, scalars with their lines."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from rules_engine.yamltext.positions import yaml_loader

if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

Style = Literal["plain", "quoted", "|", ">"]


@dataclass(frozen=True)
class Comment:
    """A comment on a line of its own; ``blank``: an empty line stands above it."""

    text: str
    blank: bool = False


@dataclass
class Leaf:
    """A scalar: what it says, and the lines on which it stands."""

    value: str
    style: Style
    lines: list[str]


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
        end: behind its last bracket, or where the next thing begins.
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


def _value(node: yaml.Node, source: Source) -> Leaf | Branch:
    import yaml

    start, end = node.start_mark, node.end_mark
    if isinstance(node, yaml.ScalarNode):
        lines = source.text[start.index : end.index].split("\n")
        return Leaf(node.value, _style(node.style), lines)
    assert isinstance(node, yaml.CollectionNode)
    branch = Branch(
        isinstance(node, yaml.MappingNode), bool(node.flow_style), start.index, end.index,
        start.column,
    )  # fmt: skip
    for item in node.value:
        branch.entries.append(_entry(item, branch, source))
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
