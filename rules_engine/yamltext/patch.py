"""Changes single values in the text of a YAML file and leaves every other character as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.yamltext.positions import yaml_loader
from rules_engine.yamltext.scalars import on_one_line
from rules_engine.yamltext.tree import Leaf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import yaml

    from rules_engine.yamltext.positions import KeyPath


@dataclass(frozen=True)
class Stretch:
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
    node: yaml.Node,
    path: KeyPath,
    text: str,
    flow: bool,
    found: dict[KeyPath, Stretch],
    key: int | None = None,
) -> int:
    """Note a value with all that it holds, and return its end."""
    import yaml

    start = node.start_mark.index
    if isinstance(node, yaml.ScalarNode):
        written = text[start : node.end_mark.index]
        end = start + len(written.rstrip())
        found[path] = Stretch(start, end, flow, node.style is None, key)
        return end
    assert isinstance(node, yaml.CollectionNode)
    inside = flow or bool(node.flow_style)
    end = start
    for step, inner, begins in _parts(node):
        end = _walk(inner, (*path, step), text, inside, found, begins)
    if node.flow_style:  # a block ends with its last part, not where the next key begins
        end = node.end_mark.index
    found[path] = Stretch(start, end, flow, key=key)
    return end


def _parts(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node, int | None]]:
    import yaml

    if isinstance(node, yaml.SequenceNode):
        yield from ((step, value, None) for step, value in enumerate(node.value))
    elif isinstance(node, yaml.MappingNode):
        yield from ((key.value, value, key.start_mark.index) for key, value in node.value)


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


def remove(text: str, path: KeyPath) -> str:
    """Return a file without one entry of a mapping or list; comments above it stay."""
    places = stretches(text)
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
