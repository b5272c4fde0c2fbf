"""The JSON Schema of ``ruleset.yaml``, with which editors complete keys and check values."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.model.by_subject import BY
from rules_engine.model.ruleset import RulesetDocument
from rules_engine.yamltext.calculation import SHAPE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.model.plugin import Method

Schema = dict[str, Any]
DRAFT = "http://json-schema.org/draft-07/schema#"
"""Of the drafts the one that all editors know."""
PERCENTAGE = r"^[-+]?\d+(\.\d+)?[%％]$"
FIGURE = rf"{PERCENTAGE}|{SHAPE}"
INNER = ("items", "additionalProperties", "propertyNames")
INNER_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
INNER_MAPS = ("properties", "patternProperties", "$defs")


def ruleset_schema(methods: Mapping[str, Method]) -> Schema:
    """Return the schema of a ruleset that uses these scoring methods."""
    schema = _fitted(RulesetDocument.model_json_schema(), named=False)
    definitions = schema.pop("$defs")
    criterion = definitions["Criterion"]
    for method in methods.values():
        definitions |= _method_definitions(method, criterion)
    definitions["Criterion"] = _by_method(criterion, methods)
    return {
        "$schema": DRAFT,
        "title": "ruleset.yaml",
        **schema,
        "$defs": dict(sorted(definitions.items())),
    }


def as_json(methods: Mapping[str, Method]) -> str:
    """Return the schema as the text of a file."""
    return json.dumps(ruleset_schema(methods), ensure_ascii=False, indent=2) + "\n"


def _by_method(criterion: Schema, methods: Mapping[str, Method]) -> Schema:
    """Return a criterion whose further fields are those of the method that it names."""
    descriptions = "\n".join(f"{name}: {method.description}" for name, method in methods.items())
    choice = {"enum": list(methods), "description": descriptions}
    return {
        "description": "A score line, with the fields of its method.",
        "type": "object",
        "required": criterion["required"],
        "properties": {**criterion["properties"], "method": choice},
        "allOf": [
            {
                "if": {"properties": {"method": {"const": name}}, "required": ["method"]},
                "then": {"$ref": f"#/$defs/{_slug(name)}"},
            }
            for name in methods
        ],
    }


def _method_definitions(method: Method, criterion: Schema) -> dict[str, Schema]:
    """Return what a criterion with this method may hold, and the models of its fields."""
    prefix = _slug(method.name)
    fields = method.fields().model_json_schema(ref_template=f"#/$defs/{prefix}.{{model}}")
    fields = _fitted(fields, named=True)
    inner = {f"{prefix}.{name}": model for name, model in fields.pop("$defs", {}).items()}
    whole = {
        "description": method.description,
        "type": "object",
        "required": [*criterion["required"], *fields.get("required", ())],
        "properties": {
            **deepcopy(criterion["properties"]),
            "method": {"const": method.name},
            **fields.get("properties", {}),
        },
        "additionalProperties": False,
    }
    return {prefix: whole, **inner}


def _slug(name: str) -> str:
    return "criterion-" + re.sub(r"\W+", "-", name)


def _fitted(node: Schema, *, named: bool) -> Schema:
    """Return a schema as YAML needs it: numbers may be percentages, texts may look like numbers.

    Args:
        node: what pydantic makes of a model.
        named: whether the name of a parameter may stand for a number.
    """
    schema = {k: v for k, v in node.items() if k != "title" and not (k == "default" and not v)}
    if "description" in schema:
        schema["description"] = schema["description"].replace("``", "`")
    for key in INNER:
        if isinstance(schema.get(key), dict):
            schema[key] = _fitted(schema[key], named=named)
    for key in INNER_LISTS:
        if key in schema:
            schema[key] = [_fitted(inner, named=named) for inner in schema[key]]
    for key in INNER_MAPS:
        if key in schema:
            schema[key] = {name: _fitted(inner, named=named) for name, inner in schema[key].items()}
    if schema.get("patternProperties"):
        schema["additionalProperties"] = False
    return _numbers(schema, named=named) if "anyOf" in schema else _text(schema, named=named)


def _numbers(node: Schema, *, named: bool) -> Schema:
    """Let a decimal be written as people write it in a ruleset."""
    kinds = node["anyOf"]
    if not any(kind.get("type") == "number" for kind in kinds):
        return node
    written: Schema = {"type": "string", "minLength": 1}
    if not named:
        written = {"type": "string", "pattern": FIGURE}
    node["anyOf"] = [
        written if _any_text(kind) else _by_column(kind) if "additionalProperties" in kind else kind
        for kind in kinds
    ]
    if isinstance(node.get("default"), str) and re.fullmatch(r"[\d.]+", node["default"]):
        value = Decimal(node["default"])
        node["default"] = int(value) if value == int(value) else float(value)
    return node


def _by_column(node: Schema) -> Schema:
    """Return a table of figures by a column of the subject, which it has to name."""
    return {**node, "properties": {BY: {"type": "string", "minLength": 1}}, "required": [BY]}


def _any_text(node: Schema) -> bool:
    return "string" in _kinds(node) and "enum" not in node and "const" not in node


def _kinds(node: Schema) -> list[str]:
    kind = node.get("type", [])
    return kind if isinstance(kind, list) else [kind]


def _text(node: Schema, *, named: bool) -> Schema:
    """Let a text be one that YAML takes for a number, such as an edition, where that is read."""
    if node.get("type") == "integer" and named:
        node["type"] = ["integer", "string"]
    elif node.get("type") == "integer":
        node |= {"type": ["integer", "string"], "pattern": SHAPE}
    special = {"enum", "const", "pattern", "format"} & set(node)
    if node.get("type") == "string" and not special and not named:
        node["type"] = ["string", "number"]
    return node
