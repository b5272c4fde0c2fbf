"""Changes single values and entries of a YAML file and leaves every other character as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rules_engine.model.escaping import columns_of
from rules_engine.yamltext.layout import WIDTH, Line, aligned, entry_lines, key_text
from rules_engine.yamltext.tree import Branch, Entry, Leaf, attach, read_source, read_tree, spans

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.yamltext.read import Key, KeyPath

Sort = Callable[[Branch], None]


def put(text: str, start: int, old: str, new: str) -> str | None:
    """Return a text with ``new`` in the place of ``old``, or nothing where that is not there."""
    if text[start : start + len(old)] != old:
        return None
    return text[:start] + new + text[start + len(old) :]


def rewrite(text: str, changes: Mapping[KeyPath, str]) -> str:
    """Return a file with the given values of it written anew.

    Raises:
        KeyError: no value has the path.
    """
    places = spans(text)
    for path in sorted(changes, key=lambda p: places[p].start, reverse=True):
        place = places[path]
        text = text[: place.start] + changes[path] + text[place.end :]
    return text


def remove(text: str, path: KeyPath) -> str:
    """Return a file without one entry of a mapping or list; comments above it stay."""
    places = spans(text)
    gone, around = places[path], [p for p in places if p[:-1] == path[:-1] and p]
    around.sort(key=lambda p: places[p].start)
    at = around.index(path)
    start = gone.start if gone.key is None else gone.key
    following = places[around[at + 1]] if at + 1 < len(around) else None
    begins = None
    if following:
        begins = following.start if following.key is None else following.key
    if gone.flow:
        if begins is not None:
            return text[:start] + text[begins:]
        return text[: places[around[at - 1]].end if at else start] + text[gone.end :]
    line = text.rfind("\n", 0, start) + 1
    while gone.key is None and not text[line:].lstrip(" ").startswith("-"):
        line = text.rfind("\n", 0, line - 1) + 1  # the dash stands above, with its own comment
    if gone.key is not None and text[line:start].strip() and begins is not None:
        return text[:start] + text[begins:]  # the first key behind the dash of a list
    stop = text.find("\n", gone.end)
    return text[:line] + (text[stop + 1 :] if stop >= 0 else "")


def insert(
    text: str,
    path: KeyPath,
    value: str,
    sort: Sort,
    after: Key | None = None,
) -> str:
    """Return a file with one more entry.

    Args:
        text: the file.
        path: the path of the entry; in a list the last step is the index that it gets.
        value: what it says, on one line.
        sort: puts the keys of the file into their order.
        after: the key behind which it stands, where keys are names that the ruleset gives; -1:
            before all others.

    Raises:
        KeyError: there is no mapping or list to take it.
    """
    where, step = path[:-1], path[-1]
    tree = read_tree(read_source(text))
    parent = _branch(tree, where)
    neighbour = step - 1 if isinstance(step, int) else _key_before(tree, path, sort)
    if isinstance(step, str) and parent.named:
        neighbour = after if after is not None else neighbour
    head = "- " if isinstance(step, int) else f"{key_text(step, flow=parent.flow)}: "
    if parent.flow:
        head = "" if isinstance(step, int) else head
        return _in_brackets(text, path, head + value, neighbour, sort)
    model = _child(parent, neighbour) or next(iter(parent.entries), None)
    block = model is not None and isinstance(model.value, Branch) and not model.value.flow
    rough, start = _below(text, where, parent, neighbour, head + value)
    lines = _laid(rough, path, sort, parent.column, block=block)
    return rough[:start] + _joined(lines, text) + rough[start + len(head + value) :]


def _branch(tree: Branch, path: KeyPath) -> Branch:
    for step in path:
        entry = _child(tree, step)
        if entry is None or not isinstance(entry.value, Branch):
            raise KeyError(path)
        tree = entry.value
    return tree


def _child(branch: Branch, step: Key | None) -> Entry | None:
    if isinstance(step, int):
        return branch.entries[step] if 0 <= step < len(branch.entries) else None
    return next((e for e in branch.entries if e.key and e.key.value == step), None)


def _key_before(tree: Branch, path: KeyPath, sort: Sort) -> Key | None:
    """Return the key behind which a new one belongs; the last, where keys are names."""
    parent = _branch(tree, path[:-1])
    new = Entry(Leaf(str(path[-1]), "plain", [""]), Leaf("", "plain", [""]), parent.end)
    parent.entries.append(new)
    sort(tree)
    at = parent.entries.index(new)
    del parent.entries[at]
    before = parent.entries[at - 1].key if at else None
    return before.value if before else None


def _below(
    text: str, where: KeyPath, parent: Branch, neighbour: Key | None, piece: str
) -> tuple[str, int]:
    """Return a text with a piece on a line of its own, and where that begins."""
    indent, end = " " * parent.column, "\r\n" if "\r\n" in text else "\n"
    if neighbour is None or neighbour == -1:
        start = _above_comments(text, min(entry.start for entry in parent.entries), parent.column)
        return f"{text[:start]}{piece}{end}{indent}{text[start:]}", start
    stop = _line_end(text, spans(text)[(*where, neighbour)].end)
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


def _in_brackets(
    text: str,
    path: KeyPath,
    piece: str,
    neighbour: Key | None,
    sort: Sort,
) -> str:
    places = spans(text)
    where = path[:-1]
    if neighbour is None or neighbour == -1:
        at = places[where].start + 1
        rough = text[:at] + piece + (", " if _has_entries(places, where) else "") + text[at:]
    else:
        at = places[(*where, neighbour)].end
        rough = f"{text[:at]}, {piece}{text[at:]}"
    was, now = (_line_at(one, at) for one in (text, rough))
    if columns_of(now) <= WIDTH or columns_of(was) > WIDTH:
        return rough
    tree = read_tree(read_source(text))
    top = next(path[:n] for n in range(len(path)) if _branch(tree, path[:n]).flow)
    if not top:
        return rough
    return _written_anew(rough, top, sort)


def _has_entries(places: Mapping[KeyPath, object], where: KeyPath) -> bool:
    return any(len(path) == len(where) + 1 and path[:-1] == where for path in places)


def _line_at(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 : _line_end(text, at)].rstrip("\r")


def _written_anew(text: str, path: KeyPath, sort: Sort) -> str:
    """Return a text in which one entry is written as the layout has it."""
    tree = read_tree(read_source(text))
    parent = _branch(tree, path[:-1])
    entry = _child(parent, path[-1])
    assert entry is not None
    lines = _laid(text, path, sort, parent.column)
    stop = _line_end(text, spans(text)[path].end)  # a comment beside it goes with it
    stop -= text[stop - 1 : stop + 1] == "\r\n"
    return text[: entry.start] + _joined(lines, text) + text[stop:]


def _laid(
    text: str,
    path: KeyPath,
    sort: Sort,
    indent: int,
    *,
    block: bool = False,
) -> list[str]:
    """Return the lines of one entry, aligned with what stands around it."""
    source = read_source(text)
    tree = read_tree(source)
    attach(tree, source)
    parent = _branch(tree, path[:-1])
    entry = _child(parent, path[-1])
    assert entry is not None
    sort(tree)
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
