"""What may be written in a place of a ruleset, by the schema that editors use as well."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Kind:
    """What may stand in a place.

    Attributes:
        choices: the words of a closed set, as they are written in YAML.
        number: a number may.
        text: a text may; beside numbers it is the name of a parameter.
        boolean: true or false may.
    """

    choices: tuple[str, ...] = ()
    number: bool = False
    text: bool = False
    boolean: bool = False


def schemas(methods: Mapping[str, Method]) -> dict[str, Schema]:
    """Return the schema of each file of a ruleset."""
    return {
        RULESET_FILE: ruleset_schema(methods),
        CLAUSES_FILE: ClausesDocument.model_json_schema(),
    }


def kind_at(schema: Schema, value: object, path: KeyPath) -> Kind:
    """Return what may stand at a path of a file that says ``value``."""
    nodes = list(_meant(schema, schema, value))
    around: Any = value
    for step in path:
        around = around[step]
        nodes = [n for node in nodes for inner in _below(node, step)
                 for n in _meant(schema, inner, around)]  # fmt: skip
    choices: list[str] = []
    number = text = boolean = False
    for node in nodes:
        named = _named(node)
        choices += [str(one) for one in named]
        if not named:
            kind = node.get("type", [])
            kinds = kind if isinstance(kind, list) else [kind]
            like_number = kind == TEXT_LIKE_A_NUMBER
            number |= not like_number and bool({"number", "integer"} & set(kinds))
            text |= "string" in kinds and node.get("pattern") != PERCENTAGE
            boolean |= "boolean" in kinds
    return Kind(tuple(dict.fromkeys(choices)), number, text, boolean)


def _named(node: Schema) -> list[Any]:
    """Return the members of a closed set."""
    if "const" in node:
        return [node["const"]]
    found: list[Any] = node.get("enum", [])
    return found


def _meant(root: Schema, node: Schema, value: object) -> Iterator[Schema]:
    """Yield the plain schemas behind references and alternatives."""
    if "$ref" in node:
        yield from _meant(root, root["$defs"][node["$ref"].rsplit("/", 1)[1]], value)
        return
    for inner in node.get("anyOf") or node.get("oneOf") or ():
        yield from _meant(root, inner, value)
    if "anyOf" not in node and "oneOf" not in node:
        yield node
    for inner in node.get("allOf", ()):
        asked = inner.get("if", {}).get("properties", {})
        if isinstance(value, dict) and all(
            value.get(key) == test["const"] for key, test in asked.items()
        ):
            yield from _meant(root, inner.get("then", inner), value)


def _below(node: Schema, step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        items = node.get("prefixItems", [])
        found = items[step] if step < len(items) else node.get("items")
    else:
        named = node.get("properties", {}).get(step)
        by_pattern = list(node.get("patternProperties", {}).values())
        found = named or node.get("additionalProperties") or next(iter(by_pattern), None)
        if step == "method" and found and "const" in found:
            return  # the choice of the method stands beside it
    if isinstance(found, dict):
        yield found
