"""``rules-engine schema``: what editors know of ``ruleset.yaml`` is what the program reads."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[2]
RULESETS = sorted([*ROOT.glob("rulesets/*/ruleset.yaml"), *ROOT.glob("tests/**/ruleset.yaml")])


@pytest.fixture
def schema(cli):
    answer = cli("schema")
    assert (answer.code, answer.err) == (0, "")
    Draft7Validator.check_schema(answer.json)
    return answer.json


def as_editors_read(value):
    """YAML as editors hand it to a schema: dates are texts, percentages too."""
    if isinstance(value, dict):
        return {str(k): as_editors_read(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_editors_read(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def faults(schema, text):
    document = as_editors_read(yaml.safe_load(text))
    return sorted(e.message for e in Draft7Validator(schema).iter_errors(document))


@pytest.mark.parametrize("file", RULESETS, ids=lambda f: f.parent.name)
def test_every_ruleset_fits(schema, file):
    assert faults(schema, file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("scale: 100", "scale: hundred", "'hundred' is not valid under any of the given schemas"),
        ("scale: 100", "scale: 100\nspare: 1", "('spare' was unexpected)"),
        ("edition:", "editions:", "'edition' is a required property"),
        ("method: bands", "method: band", "'band' is not one of ['per item', "),
        ("        target: 90%\n", "", "'target' is a required property"),
        ("of: closed_rate\n", "of: closed_rate\n        bands: []\n", "('bands' was unexpected)"),
        ("each: 2}]", "each: 2, pre: 1}]", "('pre' was unexpected)"),
        ("kind: sanction", "kind: sanctions", "'sanctions' is not one of ['honour', "),
        ("  calm: {label", "  Calm: {label", "'Calm' does not match any of the regexes"),
        ("points: 40\n        method", "points: -1\n        method", "-1 is not valid under any"),
        ("from: visits", "from: [visits]", "['visits'] is not valid under any"),
        ("points: 40\n        method", "points: {by: kind, 村: [1]}\n        method", "not valid"),
    ],
)
def test_a_mistake_is_seen(cli, schema, old, new, fault):
    text = (cli.ruleset / "ruleset.yaml").read_text(encoding="utf-8")
    assert old in text
    found = faults(schema, text.replace(old, new, 1))
    assert any(fault in message for message in found), found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('edition: "2025"', "edition: 2025"),  # YAML takes it for a number
        ("clause: S-1", "clause: [S-1, S-2]"),
        ("at_least: 50%", "at_least: 0.5"),
        ("each: 2\n", "each: goal\n"),  # a parameter stands for a number
        ("  cases: {}", "  cases:"),
        ("target: 90%", "target: {by: kind, 村: 90%, others: 80%}"),
        ("target: 90%", "target: case when kind = '村' then 90% else 80% end"),
        ("each: 2\n", "each: {by: kind, 村: goal, others: 20 / 4}\n"),
        (
            "points: 40\n        method",
            "points: {by: kind, 村: 40, others: 30 + 10}\n        method",
        ),
        ("scale: 100", "scale: （30 ＋ 20）× 2"),
        ("at_least: 50%", "at_least: 100% − 50%"),
        ("rounding: {places: 2}", "rounding: {places: 4 / 2}"),
    ],
)
def test_what_the_program_reads_is_no_mistake(cli, schema, old, new):
    cli.change(old, new)
    text = (cli.ruleset / "ruleset.yaml").read_text(encoding="utf-8")
    assert faults(schema, text) == []
    found = cli("check", cli.ruleset, "--format", "json").json["findings"]
    assert {f["code"] for f in found} & {"wrong-value", "unknown-key", "missing-key"} == set()


def test_every_method_has_its_own_shape(schema):
    from rules_engine.plugin_manager import registry

    methods = schema["$defs"]["Criterion"]["properties"]["method"]["enum"]
    assert methods == list(registry().methods)
    assert len(schema["$defs"]["Criterion"]["allOf"]) == len(methods)
    for name, method in registry().methods.items():
        shape = schema["$defs"]["criterion-" + name.replace(" ", "-")]
        assert shape["additionalProperties"] is False
        for field, info in method.fields().model_fields.items():
            assert (info.alias or field) in shape["properties"], (name, field)


def test_the_committed_schema_is_this_one(schema):
    file = ROOT / "docs" / "reference" / "ruleset.schema.json"
    assert json.loads(file.read_text(encoding="utf-8")) == schema


def test_it_can_be_written_to_a_file(cli, schema):
    file = cli.folder / "ruleset.schema.json"
    answer = cli("schema", "--out", file)
    assert (answer.code, answer.out, answer.err) == (0, "", f"written: {file}\n")
    assert json.loads(file.read_text(encoding="utf-8")) == schema
    assert cli("schema", "--out", cli.folder / "no" / "x.json").code == 2
