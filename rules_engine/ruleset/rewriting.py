"""Changes single values in the text of a YAML file and leaves every other character as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.ruleset.layout.scalars import on_one_line
from rules_engine.ruleset.layout.tree import Leaf
from rules_engine.ruleset.positions import yaml_loader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import yaml

    from rules_engine.ruleset.positions import KeyPath


@dataclass(frozen=True)
class Stretch:
    """Where a value stands in its file, in characters from 0.

    Attributes:
        start: its first character, a quote or bracket included.
        end: behind its last one, without what follows on the line.
        flow: whether it stands in brackets, where commas separate.
        plain: whether it is a scalar without quotes.
    """

    start: int
    end: int
    flow: bool
    plain: bool = False


def put(text: str, start: int, old: str, new: str) -> str | None:
    """Return a text with ``new`` in the place of ``old``, or nothing where that is not there."""
    if text[start : start + len(old)] != old:
        return None
    return text[:start] + new + text[start + len(old) :]


def stretches(text: str) -> dict[KeyPath, Stretch]:
    """Return where every value stands, by its path."""
    import yaml

    root = yaml.compose(text, Loader=yaml_loader())
    found: dict[KeyPath, Stretch] = {}
    if root is not None:
        _walk(root, (), text, False, found)
    return found


def _walk(
    node: yaml.Node, path: KeyPath, text: str, flow: bool, found: dict[KeyPath, Stretch]
) -> int:
    """Note a value with all that it holds, and return its end."""
    import yaml

    start = node.start_mark.index
    if isinstance(node, yaml.ScalarNode):
        written = text[start : node.end_mark.index]
        end = start + len(written.rstrip())
        found[path] = Stretch(start, end, flow, node.style is None)
        return end
    assert isinstance(node, yaml.CollectionNode)
    inside = flow or bool(node.flow_style)
    end = start
    for step, inner in _parts(node):
        end = _walk(inner, (*path, step), text, inside, found)
    if node.flow_style:  # a block ends with its last part, not where the next key begins
        end = node.end_mark.index
    found[path] = Stretch(start, end, flow)
    return end


def _parts(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node]]:
    import yaml

    if isinstance(node, yaml.SequenceNode):
        yield from enumerate(node.value)
    elif isinstance(node, yaml.MappingNode):
        yield from ((key.value, value) for key, value in node.value)


def written(value: str, *, plain: bool, flow: bool) -> str:
    """Return how a new value is written on one line.

    Args:
        value: a text, or a number or word as YAML writes it.
        plain: it is no text: a number, a date, true or false.
        flow: whether it stands in brackets.
    """
    return on_one_line(Leaf(value, "plain" if plain else "quoted", []), flow=flow)


def rewrite(text: str, changes: Mapping[KeyPath, str]) -> str:
    """Return a file with the given stretches of it written anew.

    Raises:
        KeyError: no value has the path.
    """
    places = stretches(text)
    for path in sorted(changes, key=lambda p: places[p].start, reverse=True):
        place = places[path]
        text = text[: place.start] + changes[path] + text[place.end :]
    return text


def append_like(text: str, rows: KeyPath, like: int, values: Mapping[KeyPath, str]) -> str:
    """Return a file with one more item at the end of a list, written like one that is there.

    Args:
        text: the file.
        rows: the path of the list.
        like: the index of the item that is copied.
        values: how each value of the copy is written, by its path within the item.
    """
    places = stretches(text)
    model = places[(*rows, like)]
    copy = text[model.start : model.end]
    for path in sorted(values, key=lambda p: places[(*rows, like, *p)].start, reverse=True):
        place = places[(*rows, like, *path)]
        copy = copy[: place.start - model.start] + values[path] + copy[place.end - model.start :]
    last = sum(path[:-1] == rows for path in places) - 1
    end = places[(*rows, last)].end
    if not model.flow:
        line = text.rfind("\n", 0, model.start) + 1
        indent = " " * (len(text[line:]) - len(text[line:].lstrip(" ")))
        stop = text.find("\n", end)
        stop = len(text) if stop < 0 else stop
        return f"{text[:stop].rstrip(chr(13))}{_break(text)}{indent}- {copy}{_tail(text, stop)}"
    between = ", "
    if last:
        before = places[(*rows, last - 1)].end
        between = text[before : places[(*rows, last)].start]
        between = between if "#" not in between else ", "
    return text[:end] + between + copy + text[end:]


def _break(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _tail(text: str, stop: int) -> str:
    return ("\r" if stop and text[stop - 1] == "\r" else "") + text[stop:]


def remove(text: str, rows: KeyPath, index: int) -> str:
    """Return a file without one item of a list that has more; comments above it stay."""
    places = stretches(text)
    gone, following = places[(*rows, index)], places.get((*rows, index + 1))
    if not gone.flow:
        start = text.rfind("\n", 0, gone.start) + 1
        stop = text.find("\n", gone.end)
        return text[:start] + (text[stop + 1 :] if stop >= 0 else "")
    if following:
        return text[: gone.start] + text[following.start :]
    return text[: places[(*rows, index - 1)].end] + text[gone.end :]
