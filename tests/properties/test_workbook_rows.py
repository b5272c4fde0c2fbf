"""What holds for every entry that is added or taken out in a form: nothing else is touched."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pen import Pen

from rules_engine.errors import RulesetError
from rules_engine.forms.changes import changed
from rules_engine.forms.layout import lay_out
from rules_engine.model.form import FilledCell, FilledForm
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.layout import laid_out
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE, SHAPES
from rules_engine.yamltext.read import parse_document

QUICK = settings(
    deadline=None, database=None, max_examples=20, suppress_health_check=list(HealthCheck)
)
SHIPPED = sorted(Path(__file__).parents[2].glob("rulesets/*/"))
METHODS = registry().methods
NAMES = st.sampled_from(["迟报", "漏报", "甲, 乙", "a: b", "“三无”", "层级 in ('市')", "长" * 40])
NUMBERS = st.sampled_from(["0", "2", "0.5", "90%"])


def part(**fields):
    return st.fixed_dictionaries({"label": NAMES, "points": NUMBERS}, optional=fields)


def rows(**fields):
    return st.lists(st.fixed_dictionaries({}, optional=fields).filter(bool), min_size=1, max_size=3)


CRITERIA = st.one_of(
    part(cap=NUMBERS, deduct=rows(of=NAMES, each=NUMBERS))
    .map(lambda c: c | {"method": "per item"}),
    part(when=NAMES, bands=rows(**{"from": NUMBERS, "to": NUMBERS, "points": NUMBERS}))
    .map(lambda c: c | {"method": "bands", "of": "率"}),
    part(items=rows(met=NAMES, label=NAMES)).map(lambda c: {"method": "checklist"} | c),
)  # fmt: skip
IDS = st.sampled_from(["a", "b_2", "late", "on_time"])
RULES = st.fixed_dictionaries(
    {
        "title": NAMES,
        "sections": st.dictionaries(IDS, st.fixed_dictionaries(
            {"label": NAMES, "criteria": st.dictionaries(IDS, CRITERIA, min_size=1, max_size=3)}
        ), min_size=1, max_size=2),
    },
    optional={
        "parameters": st.dictionaries(IDS, st.fixed_dictionaries(
            {"label": NAMES}, optional={"value": NUMBERS, "clause": st.lists(NAMES, max_size=3)}
        ), min_size=1),
        "grades": st.dictionaries(IDS, st.fixed_dictionaries({"label": NAMES, "from": NUMBERS})),
    },
)  # fmt: skip
CLAUSES = "source: {title: 办法}\nclauses:\n  A-1: {ref: 一, gist: 迟报扣分, status: encoded}\n"


class Hand(Pen):
    """A pen that writes numbers as numbers."""

    def scalar(self, text, *, flow=False):
        number = re.fullmatch(r"[\d.]+%?", text)
        return text if number else super().scalar(text, flow=flow)


@st.composite
def rulesets(draw):
    """Return the files of a ruleset that is shipped, or of one that somebody might write."""
    folder = draw(st.sampled_from([None, *SHIPPED]))
    if folder is None:
        data = draw(st.data())
        text = "\n".join(Hand(data).block(draw(RULES), 0)) + "\n"
        assume(not parse_document(text, "").findings)
        texts = {RULESET_FILE: text, CLAUSES_FILE: CLAUSES}
    else:
        texts = {f: (folder / f).read_bytes().decode("utf-8") for f in SHAPES}
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return {name: text.replace("\r\n", "\n").replace("\n", end) for name, text in texts.items()}


def filled(layout, said):
    cells = {key: FilledCell("一", 1, "B", cell.value) for key, cell in layout.cells.items()}
    cells |= {key: FilledCell("一", 2, "B", value) for key, value in said.items()}
    return FilledForm(cells, layout.form.carried)


def answer(layout, key, data):
    """Return what somebody might write into an empty cell."""
    cell, kind = layout.cells[key], layout.made.kinds[key]
    if cell.choices:
        return data.draw(st.sampled_from(cell.choices))
    if kind.number:
        return data.draw(st.sampled_from([Decimal("0.25"), Decimal(7), Decimal(-1)]))
    return data.draw(st.sampled_from(["甲", "b, c", "x: y # z", "'", "长" * 60, "2025"]))


def said_in(texts):
    return {name: parse_document(text, name).value for name, text in texts.items()}


def same_but_for_one_stretch(before, after):
    """Return whether one text is the other with one stretch more."""
    start = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
                 min(len(before), len(after)))  # fmt: skip
    short, long = sorted((before, after), key=len)
    return any(
        long[:n] + long[n + len(long) - len(short) :] == short
        for n in range(max(0, start - 200), start + 1)
    )


def at(value, path):
    for step in path:
        value = value[step]
    return value


def outgrown(before, after):
    """Return whether what stood in brackets was written anew, as it no longer fits on its line."""
    lost = Counter(before.splitlines()) - Counter(after.splitlines())
    return any("[" in line or "{" in line for line in lost)


@QUICK
@given(texts=rulesets(), data=st.data())
def test_a_new_entry_is_added_and_nothing_else(texts, data):
    layout = lay_out(texts, METHODS)
    assume(layout.made.slots)
    slot = data.draw(st.sampled_from(layout.made.slots))
    optional = data.draw(st.sets(st.sampled_from(sorted(slot.cells, key=str)), max_size=3))
    wanted = {rel for rel in slot.cells if layout.made.kinds[slot.cells[rel]].required or not rel}
    wanted = {rel for rel in wanted if len(rel) < 2 or any(o[:-1] == rel[:-1] for o in optional)}
    said = {slot.cells[rel]: answer(layout, slot.cells[rel], data) for rel in wanted | optional}
    if slot.name:
        said[slot.name] = "brand_new"
    assume(said)
    after = layout.cells.get(slot.after)
    if after and after.choices and data.draw(st.booleans()):
        said[slot.after] = data.draw(st.sampled_from(after.choices))
    result = changed(layout, filled(layout, said), Path("form.xlsx"), METHODS)

    before, now = said_in(texts), said_in(result.texts)
    expected = deepcopy(before)
    new = at(now[slot.file], slot.where)
    if slot.name:
        at(expected[slot.file], slot.where)["brand_new"] = new["brand_new"]
    else:
        old = at(before[slot.file], slot.where)
        index = next(n for n in range(len(new)) if new[:n] + new[n + 1 :] == old)
        at(expected[slot.file], slot.where).insert(index, new[index])
    assert now == expected
    text, result_text = texts[slot.file], result.texts[slot.file]
    assert same_but_for_one_stretch(text, result_text) or outgrown(text, result_text)
    _settled(texts, result.texts, slot.file)


def _settled(texts, now, file):
    """What was laid out before is so afterwards, but for how rows are aligned."""
    shape = SHAPES[file]
    if laid_out(texts[file], file, shape, METHODS) == texts[file]:
        assert laid_out(now[file], file, shape, METHODS).split() == now[file].split()


@QUICK
@given(texts=rulesets(), data=st.data())
def test_a_new_key_is_added_and_nothing_else(texts, data):
    layout = lay_out(texts, METHODS)
    absent = [key for key, (_, path) in layout.made.values.items()
              if layout.cells[key].value is None]  # fmt: skip
    assume(absent)
    key = data.draw(st.sampled_from(absent))
    file, path = layout.made.values[key]
    form = filled(layout, {key: answer(layout, key, data)})
    result = changed(layout, form, Path("form.xlsx"), METHODS)
    before, now = said_in(texts), said_in(result.texts)
    assert path[-1] in at(now[file], path[:-1])
    del at(now[file], path[:-1])[path[-1]]
    assert now == before
    text, result_text = texts[file], result.texts[file]
    assert same_but_for_one_stretch(text, result_text) or outgrown(text, result_text)
    _settled(texts, result.texts, file)


@QUICK
@given(texts=rulesets(), data=st.data())
def test_what_is_taken_out_goes_and_nothing_else(texts, data):
    layout = lay_out(texts, METHODS)
    doomed = [*layout.made.rows, *layout.made.drops.values()]
    assume(doomed)
    file, path = data.draw(st.sampled_from(doomed))
    said = {key: None for key in layout.made.rows.get((file, path), ())}
    said |= {key: "删除" for key, place in layout.made.drops.items() if place == (file, path)}
    before = said_in(texts)
    form = filled(layout, said)
    if len(at(before[file], path[:-1])) == 1:
        try:
            changed(layout, form, Path("form.xlsx"), METHODS)
        except RulesetError as error:
            assert {f.code for f in error.findings} == {"bad-cell"}
            return
        raise AssertionError("the last one went")
    result = changed(layout, form, Path("form.xlsx"), METHODS)
    del at(before[file], path[:-1])[path[-1]]
    assert said_in(result.texts) == before
    assert same_but_for_one_stretch(texts[file], result.texts[file])
