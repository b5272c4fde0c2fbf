"""Changes single values and entries of a YAML file and leaves every other character as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.model.escaping import columns_of
from rules_engine.yamltext.layout import WIDTH, Line, aligned, entry_lines, key_text, one_line
from rules_engine.yamltext.tree import Branch, Entry, Leaf, attach_comments, read_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules_engine.yamltext.layout import Tokens
    from rules_engine.yamltext.read import Key, KeyPath
    from rules_engine.yamltext.tree import Tree

    Sort = Callable[[Branch], None]


def put(text: str, start: int, old: str, new: str) -> str | None:
    """Return a text with ``new`` in the place of ``old``, or nothing where that is not there."""
    if text[start : start + len(old)] != old:
        return None
    return text[:start] + new + text[start + len(old) :]


def rewrite(text: str, changes: Mapping[KeyPath, str]) -> str:
    """Return a file with other single values, written as YAML has them.

    Raises:
        KeyError: no value has the path.
    """
    entries = read_tree(text).entries
    for path in sorted(changes, key=lambda p: entries[p].value.start, reverse=True):
        place = entries[path].value
        text = text[: place.start] + changes[path] + text[place.end :]
    return text


def remove(text: str, path: KeyPath) -> str:
    """Return a file without one entry of a mapping or list; comments above it stay."""
    tree = read_tree(text)
    entry, siblings = tree.entries[path], tree.branch(path[:-1]).entries
    at = next(n for n, one in enumerate(siblings) if one is entry)
    start, end = entry.start, entry.value.end
    following = siblings[at + 1].start if at + 1 < len(siblings) else None
    if entry.flow:
        if following is not None:
            return text[:start] + text[following:]
        return text[: siblings[at - 1].value.end if at else start] + text[end:]
    line = text.rfind("\n", 0, start) + 1
    if entry.key and text[line:start].strip() and following is not None:
        return text[:start] + text[following:]  # the first key behind the dash of a list
    stop = text.find("\n", end)
    return text[:line] + (text[stop + 1 :] if stop >= 0 else "")


def insert(text: str, path: KeyPath, value: Tokens, sort: Sort, after: Key | None = None) -> str:
    """Return a file with one more entry, in the one layout.

    Args:
        text: the file.
        path: the path of the entry; in a list the last step is the index that it gets.
        value: what it says.
        sort: puts the keys of a file into their order.
        after: the key behind which it stands, where keys are names that the ruleset gives; -1:
            before all others.

    Raises:
        KeyError: there is no mapping or list to take it.
    """
    where, step = path[:-1], path[-1]
    tree = read_tree(text)
    parent = tree.branch(where)
    previous = step - 1 if isinstance(step, int) else _key_before(tree, path, sort)
    if isinstance(step, str) and parent.named and after is not None:
        previous = after
    piece = one_line(value)
    if isinstance(step, str):
        piece = f"{key_text(step, flow=parent.flow)}: {piece}"
    neighbour = tree.entries.get((*where, -1 if previous is None else previous))
    if parent.flow:
        return _in_brackets(tree, path, piece, neighbour, sort)
    piece = f"- {piece}" if isinstance(step, int) else piece
    like = neighbour or next(iter(parent.entries), None)
    block = like is not None and isinstance(like.value, Branch) and not like.value.flow
    rough, start = _below(text, parent, neighbour, piece)
    lines = _laid_out(read_tree(rough), path, sort, parent.column, block=block)
    return rough[:start] + _joined(lines, text) + rough[start + len(piece) :]


def _key_before(tree: Tree, path: KeyPath, sort: Sort) -> Key | None:
    """Return the key behind which a new one belongs; the last, where keys are names."""
    parent = tree.branch(path[:-1])
    key, value = (Leaf(said, "plain", [""], 0, 0) for said in (str(path[-1]), ""))
    new = Entry(key, value, parent.end, parent.flow)
    parent.entries.append(new)
    sort(tree.root)
    at = parent.entries.index(new)
    del parent.entries[at]
    return parent.entries[at - 1].name if at else None


def _below(text: str, parent: Branch, neighbour: Entry | None, piece: str) -> tuple[str, int]:
    """Return a text with a piece on a line of its own, and where that begins."""
    indent, end = " " * parent.column, "\r\n" if "\r\n" in text else "\n"
    if neighbour is None:
        start = _above_comments(text, min(entry.start for entry in parent.entries), parent.column)
        return f"{text[:start]}{piece}{end}{indent}{text[start:]}", start
    stop = _line_end(text, neighbour.value.end)
    while _comment_below(text, stop) > parent.column:
        stop = _line_end(text, stop + 1)
    at = stop - 1 if text[stop - 1 : stop + 1] == "\r\n" else stop
    return f"{text[:at]}{end}{indent}{piece}{text[at:]}", at + len(end + indent)


def _above_comments(text: str, start: int, column: int) -> int:
    """Return where an entry begins with the comments on the lines above it."""
    line = text.rfind("\n", 0, start) + 1
    while line and not text[line:start].strip(" "):
        above = text.rfind("\n", 0, line - 1) + 1
        if text[above : above + column + 1] != " " * column + "#":
            break
        line, start = above, above + column
    return start


def _line_end(text: str, at: int) -> int:
    stop = text.find("\n", at)
    return len(text) if stop < 0 else stop


def _comment_below(text: str, stop: int) -> int:
    """Return how far a comment on the next line is indented; -1: there is none."""
    line = text[stop + 1 : _line_end(text, stop + 1)]
    return len(line) - len(line.lstrip()) if line.lstrip().startswith("#") else -1


def _in_brackets(tree: Tree, path: KeyPath, piece: str, neighbour: Entry | None, sort: Sort) -> str:
    parent, text = tree.branch(path[:-1]), tree.text
    if neighbour is None:
        at = parent.start + 1
        rough = text[:at] + piece + (", " if parent.entries else "") + text[at:]
    else:
        at = neighbour.value.end
        rough = f"{text[:at]}, {piece}{text[at:]}"
    before, now = (columns_of(_line_at(one, at)) for one in (text, rough))
    if now <= WIDTH or before > WIDTH or tree.root.flow:
        return rough
    outer = next(path[:n] for n in range(1, len(path)) if tree.branch(path[:n]).flow)
    return _laid_out_again(rough, outer, sort)


def _line_at(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 : _line_end(text, at)].rstrip("\r")


def _laid_out_again(text: str, path: KeyPath, sort: Sort) -> str:
    """Return a text in which one entry is written as the layout has it."""
    tree = read_tree(text)
    entry = tree.entries[path]
    lines = _laid_out(tree, path, sort, tree.branch(path[:-1]).column)
    stop = _line_end(text, entry.value.end)  # a comment beside it goes with it
    stop -= text[stop - 1 : stop + 1] == "\r\n"
    return text[: entry.start] + _joined(lines, text) + text[stop:]


def _laid_out(
    tree: Tree, path: KeyPath, sort: Sort, indent: int, *, block: bool = False
) -> list[str]:
    """Return the lines of one entry, aligned with what stands around it."""
    attach_comments(tree)
    parent, entry = tree.branch(path[:-1]), tree.entries[path]
    sort(tree.root)
    if block and isinstance(entry.value, Branch):
        entry.value.flow = False
    lines: list[Line] = []
    start = stop = 0
    for one in parent.entries:
        above, own = entry_lines(one, indent, rows=parent.named)
        lines += above
        if one is entry:
            start, stop = len(lines), len(lines) + len(own)
        lines += own
    return list(aligned(lines))[start:stop]


def _joined(lines: list[str], text: str) -> str:
    """Return the lines of an entry, to be put where its first one begins."""
    return ("\r\n" if "\r\n" in text else "\n").join(lines).lstrip(" ")
