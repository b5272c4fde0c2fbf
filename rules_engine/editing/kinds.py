"""What may be written in a place of a ruleset, by the schema that editors use as well."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rules_engine.model.ruleset import ClausesDocument
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE
from rules_engine.ruleset.schema import PERCENTAGE, Schema, ruleset_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.positions import KeyPath

TEXT_LIKE_A_NUMBER = ["string", "number"]
"""How the schema says of a text that it may look like a number."""
FIRST, LAST = ("label", "gist"), ("clause", "assumed")
"""The keys with which a part begins and ends, as ``fmt`` has them."""


@dataclass(frozen=True)
class Kind:
    """What may stand in a place.

    Attributes:
        choices: the words of a closed set, as they are written in YAML.
        number: a number may.
        text: a text may; beside numbers it is the name of a parameter.
        boolean: true or false may.
        listed: several may, as a list.
        share: its number is no more than 1, so that people write it in per cent.
        day: a day may.
        required: something has to stand there.
    """

    choices: tuple[str, ...] = ()
    number: bool = False
    text: bool = False
    boolean: bool = False
    listed: bool = False
    share: bool = False
    day: bool = False
    required: bool = False

    @property
    def single(self) -> bool:
        """Return whether it fits into one cell."""
        return bool(self.choices) or self.number or self.text or self.boolean or self.listed


def schemas(methods: Mapping[str, Method]) -> dict[str, Schema]:
    """Return the schema of each file of a ruleset."""
    return {
        RULESET_FILE: ruleset_schema(methods),
        CLAUSES_FILE: ClausesDocument.model_json_schema(),
    }


@dataclass
class Shapes:
    """What may stand in the places of one file.

    Attributes:
        schema: of the file.
        value: what the file says; the method that a criterion names decides about its keys.
    """

    schema: Schema
    value: object
    known: dict[KeyPath, list[Schema]] = field(default_factory=dict)

    def at(self, path: KeyPath) -> list[Schema]:
        """Return the plain schemas of a place that is there."""
        if path not in self.known:
            if path:
                value: Any = self.value
                for step in path:
                    value = value[step]
                self.known[path] = self.below(self.at(path[:-1]), path[-1], value)
            else:
                self.known[path] = list(self._meant(self.schema, self.value))
        return self.known[path]

    def below(self, nodes: list[Schema], step: str | int, value: object) -> list[Schema]:
        """Return the plain schemas of what stands below a place, if it says ``value``."""
        found = (inner for node in nodes for inner in _below(node, step))
        return [plain for inner in found for plain in self._meant(inner, value)]

    def kind(self, path: KeyPath) -> Kind:
        """Return what may stand in a place that is there."""
        around = self.at(path[:-1]) if path else []
        return _kind(self.at(path), bool(path) and _is_required(around, path[-1]))

    def fields(self, nodes: list[Schema]) -> dict[str, list[Schema]]:
        """Return the keys of a mapping in their order, with what may stand below each."""
        names = dict.fromkeys(name for node in nodes for name in node.get("properties", {}))
        order = [*FIRST, *(n for n in names if n not in {*FIRST, *LAST}), *LAST]
        return {name: self.below(nodes, name, None) for name in order if name in names}

    def field_kind(self, nodes: list[Schema], name: str) -> Kind:
        """Return what may stand below a key of a mapping."""
        return _kind(self.below(nodes, name, None), _is_required(nodes, name))

    def _meant(self, node: Schema, value: object) -> Iterator[Schema]:
        """Yield the plain schemas behind references and alternatives."""
        if "$ref" in node:
            yield from self._meant(self.schema["$defs"][node["$ref"].rsplit("/", 1)[1]], value)
            return
        for inner in node.get("anyOf") or node.get("oneOf") or ():
            yield from self._meant(inner, value)
        if "anyOf" not in node and "oneOf" not in node:
            yield node
        for inner in node.get("allOf", ()):
            asked = inner.get("if", {}).get("properties", {})
            if isinstance(value, dict) and all(
                value.get(key) == test["const"] for key, test in asked.items()
            ):
                yield from self._meant(inner.get("then", inner), value)


def is_list(nodes: list[Schema]) -> bool:
    """Return whether a list may stand there."""
    return any(node.get("type") == "array" for node in nodes)


def is_open(nodes: list[Schema]) -> bool:
    """Return whether a mapping may stand there whose keys the ruleset gives."""
    return any(node.get("patternProperties") or node.get("additionalProperties") for node in nodes)


def _is_required(nodes: list[Schema], step: str | int) -> bool:
    return any(step in node.get("required", ()) for node in nodes)


def _kind(nodes: list[Schema], required: bool) -> Kind:
    choices: list[str] = []
    number = text = boolean = listed = share = day = False
    for node in nodes:
        named = _named(node)
        choices += [str(one) for one in named]
        if named:
            continue
        kind = node.get("type", [])
        kinds = kind if isinstance(kind, list) else [kind]
        like_number = kind == TEXT_LIKE_A_NUMBER
        number |= not like_number and bool({"number", "integer"} & set(kinds))
        share |= node.get("maximum") == 1
        day |= node.get("format") == "date"
        text |= "string" in kinds and node.get("pattern") != PERCENTAGE
        boolean |= "boolean" in kinds
        listed |= "array" in kinds and not _of_mappings(node.get("items", {}))
    return Kind(tuple(dict.fromkeys(choices)), number, text, boolean, listed, share, day, required)


def _of_mappings(items: Schema) -> bool:
    """Return whether the items of a list are mappings."""
    return any("$ref" in one for one in (items, *items.get("anyOf", ())))


def _named(node: Schema) -> list[Any]:
    """Return the members of a closed set."""
    if "const" in node:
        return [node["const"]]
    found: list[Any] = node.get("enum", [])
    return found


def _below(node: Schema, step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        items = node.get("prefixItems", [])
        found = items[step] if 0 <= step < len(items) else node.get("items")
    else:
        named = node.get("properties", {}).get(step)
        by_pattern = list(node.get("patternProperties", {}).values())
        found = named or node.get("additionalProperties") or next(iter(by_pattern), None)
        if step == "method" and found and "const" in found:
            return  # the choice of the method stands beside it
    if isinstance(found, dict):
        yield found
