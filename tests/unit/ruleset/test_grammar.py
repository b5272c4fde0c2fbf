"""What the language says of its keys is said at the fields of the models, and only there."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from rules_engine.api import Expansion, Facts, Measure, Method, msg
from rules_engine.description import describe
from rules_engine.diff.change import sentence
from rules_engine.diff.edition_choice import compare_editions
from rules_engine.forms.layout import lay_out
from rules_engine.hypotheses.mutants import mutants_of
from rules_engine.hypotheses.ruleset_changes import reach_of
from rules_engine.messages import speaking
from rules_engine.model.ruleset import RulesetDocument
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.grammar import Field, Grammar, method_field, models
from rules_engine.ruleset.layout import laid_out
from rules_engine.ruleset.overrides import overridden
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE, read_loosely
from rules_engine.ruleset.schema import ruleset_schema
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.encoded_parts import inventory
from rules_engine.scenarios.example import lay_ruleset

GRAMMAR = Grammar(registry().methods)
CORE = sorted(models(), key=lambda model: model.__name__)
OF_METHODS = [method.fields() for method in registry().methods.values()]


def places(model, *, of_method):
    """Yield each field of a model, and of the rows in it."""
    whole = method_field(model) if of_method else Field("", model)
    for at in Grammar().fields(whole).values():
        yield at
        inner = at.inner
        if of_method and inner is not None and inner.model is not None:
            yield from Grammar().fields(inner).values()


@pytest.mark.parametrize("model", [*CORE, *OF_METHODS], ids=lambda model: model.__name__)
def test_every_field_says_what_there_is_to_know_of_it(model):
    of_method = model in OF_METHODS
    for at in places(model, of_method=of_method):
        where = (model.__name__, at.key)
        assert at.facts.label is not None, where
        assert set(at.facts.slips or ()) <= {*at.choices, *at.facts.words}, where
        free = str in at.shapes and not at.choices and date not in at.shapes and not at.model
        named = at.facts.words or at.key in ("ruleset", "method", "code", "clause", "values")
        assert at.facts.holds or not free or named or not at.facts.decides, where
        if at.choices and bool not in at.shapes and at.key not in ("kind", "day_means"):
            assert {*at.choices} <= {*at.facts.words}, where


def test_every_part_of_a_ruleset_has_a_noun():
    assert [m.__name__ for m in CORE if m.KIND and not m.NOUN] == []


SAID_ELSEWHERE = {
    # of SQL and of measuring, not of keys
    "rules_engine/plan/measures.py", "rules_engine/description/annexes.py",
    "rules_engine/report/explain.py", "rules_engine/report/pay_words.py",
    # what a run keeps of its own rules, and what only adds up
    "rules_engine/hypotheses/ruleset_changes.py", "rules_engine/hypotheses/batches.py",
    # of YAML files that are no rulesets, too
    "rules_engine/ingest/personal_texts.py",
    # where the fields of the model are
    "rules_engine/model/fields.py", "rules_engine/model/pay.py", "rules_engine/model/inputs.py",
    # columns of documents
    "rules_engine/scenarios/coverage.py",
}  # fmt: skip


def test_no_module_keeps_a_list_of_keys_of_its_own():
    keys = {key for model in CORE for key in Grammar().fields(Field("", model))}
    keys |= {at.key for model in OF_METHODS for at in places(model, of_method=True)}
    found = []
    for file in sorted(Path("rules_engine").rglob("*.py")):
        if file.as_posix() in SAID_ELSEWHERE:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            said = _texts(node)
            if len(said & keys) > 2 and len(said & keys) * 4 >= len(said) * 3:
                found.append(f"{file}:{node.lineno}: {', '.join(sorted(said))}")
    assert found == []


def _texts(node):
    """Return the texts of a list, set, tuple or the keys of a mapping, those of pairs too."""
    parts = getattr(node, "keys", None) if isinstance(node, ast.Dict) else None
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        parts = node.elts
    flat = [one for part in parts or () for one in getattr(part, "elts", [part])]
    if not all(isinstance(one, ast.Constant) for one in flat):
        return set()  # a path, with names of its own among its steps
    return {one.value for one in flat if isinstance(one.value, str)}


# a method that nobody here has heard of


class Level(BaseModel):
    model_config = ConfigDict(extra="forbid")

    above: Annotated[int | None, Facts(msg("from"), row="from")] = None
    below: Annotated[int | None, Facts(msg("to"), row="to")] = None
    gives: Annotated[Decimal, Facts(msg("worth"), good=1, line_points=True)]


class Stairs(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ledger: Annotated[str, Facts(msg("records of"), holds="table")]
    asks: Annotated[str, Facts(msg("which records count"), holds="condition")]
    costs: Annotated[Decimal, Facts(msg("points for each"), good=-1, signed=True)]
    mood: Annotated[
        Literal["strict", "mild"],
        Facts(msg("direction"), words={"strict": msg("takes points"), "mild": msg("no limit")}),
    ] = "strict"
    levels: Annotated[tuple[Level, ...], Facts(msg("points of the ranges"), order="first")] = ()


def expand(fields, points, known):
    measure = Measure(
        "n",
        {"label": "次数", "from": fields.ledger, "where": fields.asks},
        parts=((("asks",), fields.asks, "boolean"),),
    )
    return Expansion(f"{points} - {fields.costs} * {{n}}", measures=(measure,))


STAIRS = Method(
    "stairs", "so much for each", lambda: Stairs, expand,
    "method: stairs\nledger: visits\nasks: people > 5\ncosts: 1", label=msg("takes points"),
)  # fmt: skip
REGISTRY = replace(registry(), methods={**registry().methods, "stairs": STAIRS})
METHODS = REGISTRY.methods
RULES = """
ruleset: strange
title: 台阶
edition: "2025"
effective: {from: 2025-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 10
assumed: {scale: x, sections: x, grades: x}
tables: {visits: {}, villages: {}, reports: {}}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
standards:
  prompt: {label: 按时, when: late = 0}
sections:
  work:
    label: 工作
    clause: E-1
    criteria:
      climb:
        label: 走访
        points: 10
        method: stairs
        ledger: visits
        asks: people > 5
        costs: 1
grades: {good: {label: 好, from: 0}}
consequences:
  praised: {label: 表扬, kind: honour, when: prompt, clause: E-1}
"""
CLIMB = ("sections", "work", "criteria", "climb")


def rules(tmp_path, change=lambda line, whole: None, name="r"):
    """Lay a ruleset with one line of the strange method, and return its folder."""
    whole = yaml.safe_load(RULES)
    change(whole["sections"]["work"]["criteria"]["climb"], whole)
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)
    return lay_ruleset(tmp_path / name, text)


def codes_of(folder):
    return [f.code for f in load_ruleset(folder, REGISTRY).findings]


def test_its_numbers_want_sources_and_its_ranges_are_checked(tmp_path):
    def change(line, whole):
        line["levels"] = [{"below": 3, "gives": 12}, {"above": 5, "gives": 0}]

    found = load_ruleset(rules(tmp_path, change), REGISTRY).findings
    assert {"points-above-line"} <= {f.code for f in found}

    def unsourced(line, whole):
        whole["assumed"].pop("sections")

    places = {(f.message.params[0][1], f.code) for f in load_ruleset(rules(
        tmp_path, unsourced, "u"), REGISTRY).findings if f.code == "number-unsourced"}  # fmt: skip
    assert {number for number, _ in places} == {"1", "5", "10"}


def test_what_it_reads_is_known_to_the_guard_of_rights(tmp_path):
    def change(line, whole):
        line["label"] = "跟踪情况"

    assert "rights-stopping" in codes_of(rules(tmp_path, change))

    def others(line, whole):
        line |= {"label": "跟踪情况", "ledger": "reports", "asks": "submitted_at > due_at"}

    assert "rights-stopping" not in codes_of(rules(tmp_path, others, "o"))


def test_the_difference_of_its_figures_has_a_direction_and_words(tmp_path):
    def change(line, whole):
        line |= {"costs": 2, "mood": "mild", "asks": "people > 6"}

    before, after = (
        load_ruleset(folder, REGISTRY).ruleset
        for folder in (rules(tmp_path), rules(tmp_path, change, "later"))
    )
    with speaking("en"):
        changes = compare_editions(before, after, METHODS).changes
        told = {sentence(c).rpartition(": ")[2]: c.direction for c in changes}
    assert told["points for each −1 → −2"] == "tightening"
    assert told["direction takes points → no limit"] == "wording"  # it changes no result
    assert any(text.startswith("which records count") for text in told)


def test_its_figures_can_be_tried_and_their_reach_is_told(tmp_path):
    reading = read_loosely(rules(tmp_path))
    changed, (override,) = overridden(reading, ["走访.costs=3"], METHODS)
    assert (override.path, override.was) == (".".join((*CLIMB, "costs")), "1")
    assert changed.ruleset.document.sections["work"].criteria["climb"].model_extra["costs"] == 3
    tree = reading.ruleset.source.value
    assert reach_of(tree, tree, [], METHODS).after == frozenset()


def test_a_form_offers_its_fields_by_their_names(tmp_path):
    folder = rules(tmp_path)
    texts = {f: (folder / f).read_text(encoding="utf-8") for f in (RULESET_FILE, CLAUSES_FILE)}
    with speaking("en"):
        form = lay_out(texts, METHODS).form
    cells = {c.key: (row.cells[0].value, c) for s in form.sheets for row in s.rows
             for c in row.cells if c.key}  # fmt: skip
    path = '["sections", "work", "criteria", "climb", "costs"]'
    assert cells[f"{RULESET_FILE}#{path}"][0] == "points for each"
    mood = cells[f"{RULESET_FILE}#{path.replace('costs', 'mood')}"][1]
    assert mood.choices == ("takes points (strict)", "no limit (mild)")
    heads = [c.value for s in form.sheets for row in s.rows for c in row.cells]
    assert "new criterion: takes points (stairs)" in heads


def test_its_keys_have_their_order_in_a_file_and_in_the_schema(tmp_path):
    text = RULES.replace("        ledger: visits\n", "").replace(
        "        points: 10\n", "        ledger: visits\n        points: 10\n"
    )
    done = laid_out(text, "x.yaml", RulesetDocument, METHODS)
    keys = [line.split(":")[0].strip() for line in done.split("\n")]
    assert keys[keys.index("climb") + 2 :][:5] == ["points", "method", "ledger", "asks", "costs"]
    own = ruleset_schema(METHODS)["$defs"]["criterion-stairs"]["properties"]
    assert list(own)[-5:] == ["ledger", "asks", "costs", "mood", "levels"]


def test_slips_in_it_are_tried(tmp_path):
    found = {(m.kind, m.path[-1], m.old, m.new)
             for m in mutants_of(read_loosely(rules(tmp_path)).ruleset, METHODS)}  # fmt: skip
    assert ("comparison", "asks", ">", ">=") in found
    assert ("number", "asks", "5", "6") in found
    assert ("number", "costs", "1", "2") in found

    def mild(line, whole):
        line["mood"] = "mild"

    ruleset = read_loosely(rules(tmp_path, mild, "m")).ruleset
    found = {(m.kind, m.old, m.new) for m in mutants_of(ruleset, METHODS)}
    assert ("choice", "mild", "strict") in found


def test_it_is_described_and_counted_among_what_scenarios_cover(tmp_path):
    reviewed = load_ruleset(rules(tmp_path), REGISTRY)
    assert reviewed.book.criteria
    with speaking("en"):
        paper = describe(reviewed, METHODS)
    assert any("走访" in a.text for chapter in paper.chapters for a in chapter.articles)
    held = inventory(reviewed.book)
    assert "section.work" in held.rests_on["criterion.climb"]
