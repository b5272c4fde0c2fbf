"""What nobody changed comes back as it was, and what somebody changed changes nothing else."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules_engine.forms.changes import changed
from rules_engine.forms.exchange import read_form, receive, send
from rules_engine.forms.layout import lay_out
from rules_engine.model.form import FilledCell, FilledForm
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE
from rules_engine.yamltext.read import parse_document

if TYPE_CHECKING:
    import random

RULESETS = sorted(Path(__file__).parents[3].glob("rulesets/*/"))
FILE = Path("form.xlsx")
BOOK = {"xlsx": registry().forms["xlsx"]}
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=12)
SCALARS = st.one_of(
    WORDS,
    st.integers(-1000, 1000),
    st.booleans(),
    st.dates(),
    st.sampled_from(
        ["90%", "-0.50", "1,5", "a: b", "# c", "=1+1", "'x", "_x0041_", "a\r\nb\n", " "]
    ),
)
ROWS = st.lists(st.fixed_dictionaries({"of": WORDS, "each": st.integers(0, 99)}), max_size=3)
VALUES = st.one_of(SCALARS, ROWS, st.lists(SCALARS, max_size=3),
                   st.dictionaries(WORDS, SCALARS, max_size=3))  # fmt: skip
DOCUMENTS = st.dictionaries(
    st.sampled_from(["title", "scale", "parameters", "sections", "grades", "pay", "x"]),
    st.one_of(VALUES, st.dictionaries(WORDS, st.dictionaries(WORDS, VALUES, max_size=3))),
    min_size=1,
)


def texts_of(folder):
    files = (RULESET_FILE, CLAUSES_FILE)
    return {file: (folder / file).read_bytes().decode("utf-8") for file in files}


def returned(layout, **others):
    """Return the form as it comes back when only the given cells are changed."""
    cells = {key: FilledCell("一", 1, "B", cell.value) for key, cell in layout.cells.items()}
    cells |= {key: FilledCell("一", 1, "B", value) for key, value in others.items()}
    return FilledForm(cells, layout.form.carried)


class Plain(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


@pytest.mark.parametrize("folder", RULESETS, ids=lambda folder: folder.name)
def test_every_ruleset_comes_back_byte_for_byte(folder, tmp_path):
    send(folder, "xlsx", tmp_path / "form.xlsx", registry())
    form = read_form(tmp_path / "form.xlsx", "xlsx", registry())
    got = receive(form, FILE, tmp_path / "back", registry())
    assert (got.changed.texts, got.changed.changes, got.findings) == (texts_of(folder), [], ())
    assert set(lay_out(form.carried, registry().methods).cells) == set(form.cells)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    DOCUMENTS, DOCUMENTS, st.sampled_from([None, True, False]), st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
)  # fmt: skip
def test_any_files_come_back_byte_for_byte(tmp_path_factory, rules, clauses, flow, end, mark):
    texts = {}
    for file, document in ((RULESET_FILE, rules), (CLAUSES_FILE, clauses)):
        text = "# 说明\n" + yaml.dump(document, Dumper=Plain, allow_unicode=True,
                                    default_flow_style=flow)  # fmt: skip
        texts[file] = mark + text.replace("\n", end)
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    layout = lay_out(texts, registry().methods)
    BOOK["xlsx"].write(layout.form, path)
    result = changed(layout, BOOK["xlsx"].read(path), path, registry().methods)
    assert (result.texts, result.changes) == (texts, [])


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(RULESETS), st.randoms(use_true_random=False))
def test_a_changed_cell_changes_exactly_its_own_value(folder, choice: random.Random):
    texts = texts_of(folder)
    layout = LAID_OUT.setdefault(folder, lay_out(texts, registry().methods))
    there = [key for key, cell in layout.cells.items()
             if cell.value is not None and not layout.made.kinds[key].listed]  # fmt: skip
    key = choice.choice(there)
    value = other_than(layout.cells[key], choice)
    result = changed(layout, returned(layout, **{key: value}), FILE, registry().methods)
    file, path = layout.made.values[key]
    for name, text in texts.items():
        before, after = layout.documents[name], parse_document(result.texts[name], name)
        differing = {p for p in before.scalars if before.scalars[p] != after.scalars[p]}
        assert set(before.scalars) == set(after.scalars)
        assert differing == ({path} if name == file and result.changes else set())
        if name != file:
            assert result.texts[name] == text


LAID_OUT: dict = {}


def other_than(cell, choice):
    """Return another value of the kind that a cell takes."""
    if isinstance(cell.value, Decimal):
        return cell.value + choice.choice([Decimal("0.25"), Decimal(-1), Decimal(7)])
    if cell.choices:
        return choice.choice([c for c in cell.choices if c != cell.value] or [cell.value])
    if isinstance(cell.value, str):
        return cell.value + choice.choice(["甲", ", b", ": c # d", "\nnext", "]", "'", '"', " 7%"])
    return cell.value.replace(year=cell.value.year + 1, day=1)


def test_a_list_has_one_cell_and_mappings_have_a_table():
    folder = RULESETS[0].parents[1] / "tests" / "fixtures" / "every-method"
    made = lay_out(texts_of(folder), registry().methods).made
    places = ("sections", "first", "criteria", "ranked", "places")
    cells = {path: key for key, (_, path) in made.values.items()}
    assert made.kinds[cells[places]].listed
    new = {slot.fixed[("method",)]: slot for slot in made.slots if slot.fixed}
    assert made.kinds[new["rank"].cells[("places",)]].listed
    assert {rel[2] for rel in new["bands"].cells if len(rel) == 3} == {
        "from", "to", "points", "assumed"
    }  # fmt: skip
