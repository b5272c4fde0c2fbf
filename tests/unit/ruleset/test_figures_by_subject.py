"""Figures that differ by the subject, wherever a ruleset is read, shown or changed."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from ruleset_cases import SMALL

from rules_engine.description import describe
from rules_engine.forms.cells import key_of
from rules_engine.forms.changes import changed
from rules_engine.forms.layout import lay_out
from rules_engine.hypotheses.mutants import mutants_of
from rules_engine.messages import speaking
from rules_engine.model.form import FilledCell, FilledForm
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.layout import laid_out
from rules_engine.ruleset.overrides import overridden
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE, read_loosely
from rules_engine.run.load import load_ruleset

TARGET = ("sections", "handling", "criteria", "closing", "target")
EACH = (*TARGET[:-1], "each")
TABLE = "{by: kind, 村: 90%, others: 50% + 40%}"
EXPRESSION = "case when kind = '村' then 2 else 90% end"


@pytest.fixture
def folder(tmp_path):
    folder = shutil.copytree(SMALL, tmp_path / "small")
    file = folder / RULESET_FILE
    text = file.read_text(encoding="utf-8")
    text = text.replace(
        "target: 90%\n        each: 2", f"target: {TABLE}\n        each: {EXPRESSION}", 1
    )
    assert TABLE in text
    file.write_text(
        text.replace("clause: [S-2, S-3]", "clause: [S-2, S-3, S-4]", 1), encoding="utf-8"
    )
    return folder


def texts_of(folder):
    return {
        name: (folder / name).read_text(encoding="utf-8") for name in (RULESET_FILE, CLAUSES_FILE)
    }


def test_it_is_sound_and_laid_out_as_it_is(folder):
    checked = load_ruleset(folder, registry())
    assert checked.findings == ()
    text = texts_of(folder)[RULESET_FILE]
    shape = type(checked.ruleset.document)
    assert f"target: {TABLE}" in laid_out(text, RULESET_FILE, shape, registry().methods)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "“办结率”达到村 90%、其他 90%（按“类型”）的得40分"),
        ("en", "“办结率” at 村 90%, all others 90% (by “类型”) or more gives 40 points"),
    ],
)
def test_a_paper_says_the_figure_of_each(folder, language, text):
    with speaking(language):
        checked = load_ruleset(folder, registry()).or_stop()
        assert text in describe(checked, registry().methods).markdown()


@pytest.mark.parametrize(
    ("asked", "old", "new"),
    [
        ("criteria.closing.target.村=85%", "村: 90%", "村: 85%"),
        ("Matters closed.target.others=0.8", "others: 50% + 40%", "others: 0.8"),
        ("closing.each=3", f"each: {EXPRESSION}", "each: 3"),
    ],
)
def test_a_row_is_tried(folder, asked, old, new):
    reading, [made] = overridden(read_loosely(folder), [asked], registry().methods)
    text = texts_of(folder)[RULESET_FILE]
    assert text.count(old) == 1
    assert reading.ruleset.source.text == text.replace(old, new)
    assert made.now == new.partition(": ")[2]


def test_each_figure_has_its_mutants(folder):
    ruleset = read_loosely(folder).ruleset
    mutants = mutants_of(ruleset, registry().methods)
    told = {m.path[len(TARGET) :]: set() for m in mutants if m.path[: len(TARGET)] == TARGET}
    assert set(told) == {("村",), ("others",)}
    said = [(m.old, m.new) for m in mutants if m.path == EACH]
    assert ("2", "3") in said and ("=", "<>") in said


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        ((*TARGET, "村"), Decimal("0.85"), "村: 90%", "村: 85%"),
        ((*TARGET, "by"), "name", "by: kind", "by: name"),
        (EACH, "case when kind = '村' then 1 else 0.9 end", EXPRESSION,
         "case when kind = '村' then 1 else 0.9 end"),
    ],
)  # fmt: skip
def test_a_form_changes_a_row(folder, path, value, old, new):
    texts = texts_of(folder)
    layout = lay_out(texts, registry().methods)
    filled = {key: FilledCell("一", 1, "B", cell.value) for key, cell in layout.cells.items()}
    assert key_of(RULESET_FILE, path) in filled
    filled[key_of(RULESET_FILE, path)] = FilledCell("一", 1, "C", value)
    form = FilledForm(filled, layout.form.carried)
    result = changed(layout, form, Path("book.xlsx"), registry().methods)
    assert result.texts[RULESET_FILE] == texts[RULESET_FILE].replace(old, new, 1)
