"""Whatever a user names by a text is one thing, or the answer lists all that it could be."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from rules_engine.checks.semantic import check_semantics
from rules_engine.conditions.functions import chinese_names
from rules_engine.conditions.lexer import tokens_of
from rules_engine.conditions.scope import Scope, Symbol
from rules_engine.conditions.words import WORDS
from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.diff.edition_choice import edition_of
from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.errors import RulesEngineError, UsageError
from rules_engine.messages import speaking
from rules_engine.model.candidates import with_id
from rules_engine.model.naming import normal
from rules_engine.model.subjects import SubjectKind
from rules_engine.plugin_manager import KINDS, registry
from rules_engine.report.reader import ResultReader
from rules_engine.ruleset.read import read_ruleset
from rules_engine.run.load import load_editions, load_ruleset
from rules_engine.scenarios.context import World
from rules_engine.scenarios.example import lay_ruleset
from rules_engine.scenarios.features import read_features, rows_of
from rules_engine.scenarios.steps import line_of
from rules_engine.store import Store
from tests.unit.store.conftest import make_run

REGISTRY = registry()
QUICK = settings(deadline=None, database=None, max_examples=60)
CALLED = st.sampled_from(["新村", "V1", "V2", "新村(V1)", "x", "新村 x", "v1", "干部:x"])
SUBJECTS = st.lists(
    st.tuples(st.sampled_from(SubjectKind), CALLED, CALLED),
    min_size=1, max_size=6, unique_by=lambda one: one[:2],
)  # fmt: skip
"""Kind, id and name."""


def fits(wanted, id, name):
    return wanted in (id, name) or wanted.replace("（", "(").replace("）", ")") == f"{name}({id})"


def texts_of(subjects):
    """Return what somebody could write: every name, every id, both, and something else."""
    texts = {text for _, id, name in subjects for text in (id, name, f"{name}({id})")}
    return sorted(texts | {f"{name}（{id}）" for _, id, name in subjects} | {"别的"})


@pytest.fixture(scope="module")
def session():
    opened = DuckDBSession(1)
    yield opened
    opened.close()


@settings(QUICK, max_examples=25)
@given(subjects=SUBJECTS)
def test_a_subject_in_a_run(session, subjects):
    for kind, table in (("village", "_results"), ("cadre", "_cadre_results")):
        own = [one[1:] for one in subjects if one[0] == kind]
        columns = {"subject_id": [id for id, _ in own], "name": [name for _, name in own]}
        rows = {name: pa.array(values, pa.string()) for name, values in columns.items()}
        session.register(table, pa.table(rows))
    reader = ResultReader.__new__(ResultReader)
    reader.session, reader.document = (
        session,
        SimpleNamespace(responsibility=True, kinds=tuple(SubjectKind)),
    )
    for wanted in texts_of(subjects):
        wished = {one for one in subjects if fits(wanted, *one[1:])}
        found = {(kind, id, name) for kind, name, id in reader.named(wanted)}
        assert found == wished
        if len(wished) > 1:
            with pytest.raises(UsageError) as caught:
                reader.find(wanted)
            assert_lists(caught, "ambiguous-subject", {(n, i) for _, i, n in wished})
    for kind, id, name in subjects:  # whoever is told by name alone is the only one of that name
        alike = [one for one in subjects if (one[0], one[2]) == (kind, name)]
        assert (reader.title(kind, id, name) == name) == (len(alike) == 1 or id == name)


def assert_lists(caught, code, candidates):
    [finding] = caught.value.findings
    assert finding.code == code
    said = f"{finding.message} {finding.hint}"
    for name, id in candidates:
        assert with_id(name, id) in said


class _OfVillages(World):
    """A scenario whose ruleset is not looked at: it calls those assessed villages."""

    nouns = ("村",)


@QUICK
@given(SUBJECTS, st.sampled_from([None, "村", "干部"]))
def test_a_subject_in_a_scenario(subjects, kind):
    world = _OfVillages(None)
    world.subjects = [SimpleNamespace(kind=k, id=i, name=n, title=n) for k, i, n in subjects]
    asked = {None: ("village", "cadre"), "村": ("village",), "干部": ("cadre",)}[kind]
    for wanted in texts_of(subjects):
        wished = [one for one in subjects if one[0] in asked and fits(wanted, *one[1:])]
        if len(wished) == 1:
            found = world.subject(wanted, kind)
            assert (found.kind, found.id, found.name) == wished[0]
        elif wished:
            with pytest.raises(UsageError) as caught:
                world.subject(wanted, kind)
            assert_lists(caught, "ambiguous-subject", {(n, i) for _, i, n in wished})
        else:
            with pytest.raises(AssertionError):
                world.subject(wanted, kind)


@QUICK
@given(st.lists(st.tuples(CALLED, CALLED), min_size=1, max_size=5, unique_by=lambda one: one[0]))
def test_a_score_line(lines):
    held = [SimpleNamespace(criterion=id, label=label) for id, label in lines]
    subject = SimpleNamespace(name="甲村", lines=held)
    for wanted in {text for id, label in lines for text in (id, label, f"{label}({id})")}:
        wished = [one for one in lines if fits(wanted, *one)]
        if len(wished) == 1:
            assert line_of(subject, wanted).criterion == wished[0][0]
        else:
            with pytest.raises(UsageError) as caught:
                line_of(subject, wanted)
            assert_lists(caught, "ambiguous-criterion", {(label, id) for id, label in wished})


@QUICK
@given(st.lists(st.tuples(CALLED, CALLED), min_size=1, max_size=6, unique_by=lambda one: one[0]))
def test_a_name_in_a_condition(pairs):
    symbols = [Symbol(id, label, exp.column(id), "number") for id, label in pairs]
    scope = Scope().extended(symbols)
    for wanted in {text for pair in pairs for text in pair}:
        wished = {id for id, label in pairs if wanted in (id, label)}
        if len(wished) == 1:
            assert scope.symbols[wanted].name in wished
            assert wanted not in scope.ambiguous
        else:
            told = {with_id(label, id) for id, label in pairs if id in wished}
            assert set(scope.ambiguous[wanted]) == told


COLUMN = st.sampled_from(["one", "two", "level", "people", "层级", "人数", "数", "ＯＮＥ"])
RULES = """
ruleset: r
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 10
tables: {visits: {columns: {one: {label: A, type: integer}, two: {label: B, type: integer}}}}
indicators: {n: {label: 件数, from: visits}}
sections: {all: {label: 全部, clause: C1, criteria: {line: {label: 甲项, points: 10,
  method: per item, deduct: [{of: n, each: 1}]}}}}
grades: {all: {label: 全部, from: 0}}
"""


@settings(QUICK, max_examples=30)
@given(COLUMN, COLUMN)
def test_a_heading_of_a_table(first, second):
    text = RULES.replace("label: A", f'label: "{first}"').replace("label: B", f'label: "{second}"')
    with tempfile.TemporaryDirectory() as folder:
        ruleset = read_ruleset(lay_ruleset(Path(folder) / "r", text))
    codes = [f.code for f in check_semantics(ruleset, REGISTRY.methods)]
    columns = ruleset.tables["visits"].columns
    called = [{normal(c.name), normal(c.label)} for c in columns]
    twice = any(a & b for n, a in enumerate(called) for b in called[:n])
    assert ("duplicate-name" in codes) == twice


LIKE = st.sampled_from(["A岗", "A岗\u200b", " A岗", "Ａ岗", "包村干部", "包村\u2060干部", "书记"])
"""Names of which some are read alike: nobody sees how they differ."""


def codes_of(text):
    with tempfile.TemporaryDirectory() as folder:
        try:
            return [
                f.code
                for f in load_ruleset(lay_ruleset(Path(folder) / "r", text), REGISTRY).findings
            ]
        except RulesEngineError as error:
            return [f.code for f in error.findings]


@settings(QUICK, max_examples=25)
@given(st.lists(LIKE, min_size=1, max_size=3, unique_by=str.strip), st.none() | LIKE)
def test_a_role(roles, other):
    shares = ", ".join(f'"{role}": {{share: 50%, assumed: x}}' for role in roles)
    others = f', others: ["{other}"]' if other else ""
    codes = codes_of(f"{RULES}responsibility: {{roles: {{{shares}}}{others}}}\n")
    read = [normal(role) for role in roles]
    assert ("duplicate-name" in codes) == (len(set(read)) < len(read))
    assert ("role-twice" in codes) == (bool(other) and normal(other) in read)


@settings(QUICK, max_examples=25)
@given(LIKE, LIKE)
def test_a_kind_of_raters(one, other):
    method = (
        f'method: rating, kinds: [{{kind: "{one}", weight: 50%}}, {{kind: "{other}", weight: 50%}}]'
    )
    text = RULES.replace("method: per item, deduct: [{of: n, each: 1}]", method)
    codes = codes_of(text.replace("tables: {", "tables: {ratings: {}, "))
    assert ("bad-method" in codes) == (normal(one) == normal(other))


@settings(QUICK, max_examples=25)
@given(LIKE, LIKE, st.booleans())
def test_a_label(one, other, lines):
    """Of two indicators, or two lines of scores: those that nobody tells apart are told."""
    first = "n: {label: 件数, from: visits}"
    text = RULES.replace(first, f'n: {{label: "{one}", from: visits}}, m: {first[3:]}')
    text = text.replace("label: 件数", f'label: "{other}"')
    if lines:
        line = RULES[RULES.index("line: {") : RULES.index("}]}}}}") + 3]
        second = line.replace("line:", "other:").replace("甲项", one)
        text = RULES.replace(line, f"{line.replace('甲项', other)}, {second}")
    codes = codes_of(text)
    assert "bad-yaml" not in codes
    assert ("duplicate-label" in codes) == (normal(one) == normal(other))


EDITION = st.sampled_from(["2024", "2025", "2025 ", "２０２５", "20", "甲版", "甲 版"])


@settings(QUICK, max_examples=25)
@given(EDITION, EDITION, EDITION)
def test_an_edition(first, second, wanted):
    with tempfile.TemporaryDirectory() as folder:
        editions = Path(folder) / "editions"
        for name, year, edition in (("a", 2023, first), ("b", 2024, second)):
            text = RULES.replace('edition: "1"', f'edition: "{edition}"')
            span = f"effective: {{from: {year}-01-01, to: {year}-12-31}}"
            text = text.replace("effective: {from: 2020-01-01}", span).replace("2025-", f"{year}-")
            lay_ruleset(editions / name, text)
        called = [first.strip(), second.strip()]
        if called[0] == called[1]:
            found = [f.code for r in load_editions(Path(folder), REGISTRY) for f in r.findings]
            assert "edition-twice" in found
        elif wanted.strip() in called:
            assert edition_of(Path(folder), wanted.strip()).document.edition == wanted.strip()
        else:
            with pytest.raises(RulesEngineError) as caught:
                edition_of(Path(folder), wanted.strip())
            [finding] = caught.value.findings
            assert finding.code == "unknown-edition"
            assert all(name in str(finding.hint) for name in called)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_plugin_gives(kind):
    known = getattr(REGISTRY, kind)
    for name in known:
        assert REGISTRY.need(kind, name).name == name
        givers = [plugin for plugin in REGISTRY.plugins if name in plugin.gives.get(kind, ())]
        assert givers == [REGISTRY.giver(kind, name)]
        for wrong in (name.upper(), name[:-1], f"{name} "):
            if wrong not in known:
                with pytest.raises(RulesEngineError) as caught:
                    REGISTRY.need(kind, wrong)
                [finding] = caught.value.findings
                assert finding.code == "unknown-plugin"
                assert all(one in str(finding.hint) for one in known)


def test_a_standard_table_or_column():
    for things in (STANDARD_TABLES.values(), *(t.columns for t in STANDARD_TABLES.values())):
        called = [{normal(thing.name), normal(thing.label)} for thing in things]
        assert len(set().union(*called)) == sum(map(len, called))


SPACED = st.sampled_from(["甲", " 甲 ", "甲 1", "甲1", "乙", "甲（1）", "甲\u200b", "甲<分>"])


@QUICK
@given(st.lists(SPACED, min_size=1, max_size=6), st.sets(st.integers(0, 5)))
def test_a_scenario(names, outlines):
    text = "# language: zh-CN\n功能: 例\n"
    written = 0
    for number, name in enumerate(names):
        outline = number in outlines
        text += f'  {"场景大纲" if outline else "场景"}: {name}\n    那么 "甲村"的总分为 1\n'
        text += "    例子:\n      | 分 |\n      | 1 |\n      | 2 |\n" if outline else ""
        written += 2 if outline else 1
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.feature").write_text(text, encoding="utf-8")
        read = read_features(Path(folder))
    told = [normal(s.render(row).name) for s in read.scenarios() for row in rows_of(s)]
    assert len(told) == written
    assert len(set(told)) == written, told
    bare = [normal(name) for name in names]
    assert len([f for f in read.findings if f.code == "duplicate-scenario"]) == (
        len(bare) - len(set(bare))
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('runs') / 'runs.db'}")
    return store, [make_run(store).record.id for _ in range(6)]


def test_a_run_by_any_beginning_of_its_id(runs):
    store, ids = runs
    for wanted in {run[:length] for run in ids for length in range(1, len(run) + 1)}:
        wished = {run for run in ids if run.startswith(wanted)}
        if len(wished) == 1:
            assert {store.get(wanted).record.id} == wished
        else:
            with pytest.raises(RulesEngineError) as caught:
                store.get(wanted)
            [finding] = caught.value.findings
            assert finding.code == "ambiguous-run"
            assert all(run in str(finding.message) for run in wished)


PARTS = [
    *("5", "人", "以上", "的", "检查", "非", "且", "或", "不超过", "3月5日", "％", "%", "/", " "),
    *("（", "）", "“", "”", ".", "-", "A", "b_1", "０", "、", "年", "和", "=", ">", "为空"),
]
LABEL = st.lists(st.sampled_from(PARTS), min_size=1, max_size=5).map("".join)
AROUND = ["{}", "{} > 3", "3 <= {}", "非 {}", "({})", "2*{}", "{} 且 其他", "其他+{}", "'{}'={}"]


@settings(QUICK, max_examples=200)
@given(LABEL, st.sampled_from(AROUND))
def test_a_label_in_a_condition_is_taken_whole(label, around):
    label = label.strip()
    assume(re.search(r"[^\W\d_]", label) and label not in (*WORDS, *chinese_names(), "其他"))
    alone = tokens_of(label, ())
    assume(not (len(alone) == 1 and alone[0].kind in ("number", "day", "word", "text")))
    text = around.replace("'{}'", "'某'").format(label)
    pieces = tokens_of(text, {label, "其他"})
    names = [p.name for p in pieces if p.kind == "name"]
    assert label in names
    assert set(names) <= {label, "其他"}
    assert not any(p.doubtful for p in pieces if p.name == label)


def test_names_are_told_alike_in_both_languages():
    for language in ("zh", "en"):
        with speaking(language):
            assert fits(with_id("新村", "V1").replace(" (", "("), "V1", "新村")
