"""Puts parts of other files into the text of a YAML file, and leaves the rest of it as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rules_engine.yamltext.edit import remove
from rules_engine.yamltext.layout import key_text, one_line, scalar
from rules_engine.yamltext.read import is_plain_text
from rules_engine.yamltext.tree import Branch, Leaf, read_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules_engine.yamltext.layout import Tokens
    from rules_engine.yamltext.read import KeyPath
    from rules_engine.yamltext.tree import Entry, Tree

COLUMNS = "columns"


@dataclass(frozen=True)
class Piece:
    """A part that is put in.

    Attributes:
        path: the key under which it goes, and its own.
        value: what it says, as YAML writes it.
    """

    path: tuple[str, str]
    value: Tokens


@dataclass
class _Edits:
    """What is written in the place of what, from where to where."""

    tree: Tree
    changes: list[tuple[int, int, str]] = field(default_factory=list)
    appended: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Return the text with all of it."""
        text = self.tree.text
        for start, end, new in sorted(self.changes, reverse=True):
            text = text[:start] + new + text[end:]
        return "".join([text, "" if text.endswith("\n") else "\n", *self.appended])


def tokens(value: Leaf | Branch) -> Tokens:
    """Return what is written in a file as it can be written on one line elsewhere."""
    if isinstance(value, Leaf):
        plain = value.style == "plain" and not is_plain_text(value.value)
        return scalar(value.value, plain=plain, flow=True)
    if value.mapping:
        return {entry.name: tokens(entry.value) for entry in value.entries}
    return [tokens(entry.value) for entry in value.entries]


def spliced(text: str, left_out: str, pieces: Iterable[Piece]) -> tuple[str, set[KeyPath]]:
    """Return a text with further parts, and the paths of what was put in.

    A part that is there already gets the columns that it lacks, and the keys.

    Args:
        text: a file that is a mapping.
        left_out: a key that goes.
        pieces: what is put in.
    """
    text = text.replace("\r\n", "\n")
    tree = read_tree(text)
    if (left_out,) in tree.entries:
        text = remove(text, (left_out,))
        tree = read_tree(text)
    edits = _Edits(tree)
    paths: set[KeyPath] = set()
    fresh: dict[str, list[Piece]] = {}
    for piece in pieces:
        own = tree.entries.get(piece.path)
        if own is None:
            fresh.setdefault(piece.path[0], []).append(piece)
            paths.add(piece.path)
        else:
            paths |= _merge(edits, own, piece)
    for kind, several in fresh.items():
        lines = [f"{key_text(p.path[1], flow=True)}: {one_line(p.value)}" for p in several]
        _put(edits, kind, lines)
    return edits.text(), paths


def _put(edits: _Edits, kind: str, lines: list[str]) -> None:
    """Put entries under a key, before those that are there."""
    tree = edits.tree
    entry, inside = tree.entries.get((kind,)), ", ".join(lines)
    value = entry.value if entry else None
    if isinstance(value, Branch) and value.flow:
        more = ", " if value.entries else ""
        edits.changes.append((value.start + 1, value.start + 1, inside + more))
    elif isinstance(value, Branch):
        at, indent = value.entries[0].start, "\n" + " " * value.column
        edits.changes.append((at, at, "".join(line + indent for line in lines)))
    elif entry is not None and entry.key is not None:
        colon = tree.text.index(":", entry.key.end) + 1
        end = value.end if isinstance(value, Leaf) and value.value else colon
        edits.changes.append((colon, max(colon, end), f" {{{inside}}}"))
    elif tree.root.flow:
        end = tree.root.end - 1
        more = ", " if tree.root.entries else ""
        edits.changes.append((end, end, f"{more}{kind}: {{{inside}}}"))
    else:
        edits.appended.append(f"{kind}:\n" + "".join(f"  {line}\n" for line in lines))


def _merge(edits: _Edits, own: Entry, piece: Piece) -> set[KeyPath]:
    """Give a part what it lacks of another of its name; return the paths of that."""
    has: Any = tokens(own.value) if isinstance(own.value, Branch) else {}
    used: Any = piece.value
    if not isinstance(has, dict) or not isinstance(used, dict):
        return set()
    columns = _columns(has), _columns(used)
    more = {key: value for key, value in used.items() if key not in has and key != COLUMNS}
    lacking = {name: value for name, value in columns[1].items() if name not in columns[0]}
    if not more and not lacking:
        return set()
    whole = {**more, **has}
    if lacking:
        whole[COLUMNS] = {**lacking, **columns[0]}
    _replace(edits, own, one_line(whole))
    paths: set[KeyPath] = {(*piece.path, key) for key in more}
    return paths | {(*piece.path, COLUMNS, name) for name in lacking}


def _columns(part: Mapping[str, Any]) -> dict[str, Any]:
    value = part.get(COLUMNS)
    return value if isinstance(value, dict) else {}


def _replace(edits: _Edits, own: Entry, new: str) -> None:
    value = own.value
    assert own.key is not None
    colon = edits.tree.text.index(":", own.key.end) + 1
    end = value.end if isinstance(value, Branch) or value.value else colon
    edits.changes.append((colon, max(colon, end), f" {new}"))
