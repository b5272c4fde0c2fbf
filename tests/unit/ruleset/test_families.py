"""A ruleset takes parts of others over: what it comes to is what it would be if it said them."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.plugin_manager import registry
from rules_engine.ruleset.family import Family
from rules_engine.ruleset.read import read_loosely
from rules_engine.run.load import load_ruleset

OWN = """\
ruleset: year
title: 年度考核
edition: "1"
effective: {from: 2020-01-01}
uses: USES
period: {from: 2025-01-01, to: 2025-12-31}
scale: 10
assumed: {scale: 例, sections: 例}
tables: {villages: {}}
indicators: {}
sections:
  all:
    label: 报告
    points: 10
    clause: A-1
    criteria:
      late: {label: 迟报, points: 10, method: per item, deduct: [{of: 迟报件数, each: 每件}]}
grades: {all: {label: 全部, from: 0}}
"""
COMMON = """\
title: 统一口径
assumed: {parameters: 统一规定}
tables:
  reports: {}
  visits: {}
parameters:
  each: {label: 每件, value: 2}
  idle: {label: 没人用, value: 3}
indicators:
  late:
    label: 迟报件数
    from: 排查报告
    where: >-
      上报时间
      晚于 应报时间
    clause: X-1
standards: {none: {label: 无迟报, when: late = 0}}
"""
CLAUSES = "source: {{title: t}}\nclauses: {{{id}: {{ref: 一, gist: 大意, status: encoded}}}}\n"
OWN_CLAUSES = CLAUSES.format(id="A-1")


@pytest.fixture
def town(tmp_path):
    """Give a function that lays a ruleset with what it uses, and returns its folder."""

    def lay(own=OWN, uses="[../common]", clauses=OWN_CLAUSES, **others):
        others.setdefault("common", COMMON)
        for name, text in others.items():
            folder = tmp_path / name
            folder.mkdir(parents=True)
            (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
            if name == "common":
                (folder / "clauses.yaml").write_text(CLAUSES.format(id="X-1"), encoding="utf-8")
        folder = tmp_path / "year"
        folder.mkdir()
        (folder / "ruleset.yaml").write_text(own.replace("USES", uses), encoding="utf-8")
        (folder / "clauses.yaml").write_text(clauses, encoding="utf-8")
        return folder

    return lay


def findings(folder):
    reading = read_loosely(folder)
    return {(f.code, f.place.file.rsplit("/", 2)[-2], f.place.line) for f in reading.findings}


def test_what_is_named_is_taken_over_and_nothing_else(town):
    ruleset = read_loosely(town()).ruleset
    document = ruleset.document
    assert list(document.parameters) == ["each"]
    assert list(document.indicators) == ["late"]
    assert set(document.tables) == {"villages", "reports"}
    assert not document.standards
    assert list(ruleset.clauses.clauses) == ["X-1", "A-1"]
    assert document.parameters["each"].assumed == "统一规定"
    assert document.indicators["late"].where == "上报时间 晚于 应报时间"


def test_nothing_is_wrong_with_it(town):
    assert [f.code for f in load_ruleset(town(), registry()).findings if f.severity != "info"] == []


def test_findings_point_to_the_file_in_which_the_text_stands(town):
    common = COMMON.replace("晚于 应报时间", "晚于 应报时刻").replace("value: 2", "value: 两")
    folder = town(common=common)
    found = load_ruleset(folder, registry()).findings
    at = {(f.code, f.place.file.rsplit("/", 2)[-2], f.place.line, f.place.column) for f in found}
    assert ("unknown-name", "common", 15, 10) in at
    assert ("wrong-value", "common", 7, 28) in at


@pytest.mark.parametrize(
    ("uses", "others", "wanted"),
    [
        ("[../nowhere]", {}, ("no-such-ruleset", "year", 5)),
        ("[../../elsewhere]", {}, ("path-outside", "year", 5)),
        ("[.]", {}, ("used-circle", "year", 5)),
        ("[../common]", {"common": f"uses: [../year]\n{COMMON}"}, ("used-circle", "common", 1)),
        ("[../common]", {"common": f"uses: [../base]\n{COMMON}",
                         "base": "uses: [../common]\nparameters: {}\n"},
         ("used-circle", "base", 1)),
        ("[../common]", {"common": f"oddity: 1\n{COMMON}"}, ("unknown-key", "common", 1)),
        ("[../common]", {"common": f"{COMMON}  bad: [\n"}, ("bad-yaml", "common", 18)),
        ("{from: ../common}", {}, ("wrong-value", "year", 5)),
        ("[{from: ../common, overide: [late]}]", {}, ("unknown-key", "year", 5)),
        ("[{from: ../common, override: [late]}]", {}, ("unknown-name", "year", 5)),
        ("[../common, ../other]", {"other": "parameters: {each: {label: 每, value: 1}}\n"},
         ("used-twice", "year", 5)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_where_it_stands(town, uses, others, wanted):
    assert wanted in findings(town(uses=uses, **others))


def test_several_editions_are_not_one(town):
    folder = town()
    (folder.parent / "common" / "editions").mkdir()
    assert ("used-editions", "year", 5) in findings(folder)


def test_a_folder_of_shared_parts_is_no_ruleset(town):
    assert findings(town().parent / "common") == {("shared-only", "common", 1)}


def test_a_link_leads_nowhere_outside(town, tmp_path_factory):
    folder = town(uses="[../linked]")
    outside = tmp_path_factory.mktemp("outside")
    (outside / "ruleset.yaml").write_text(COMMON, encoding="utf-8")
    (folder.parent / "linked").symlink_to(outside)
    assert ("path-outside", "year", 5) in findings(folder)


@pytest.mark.parametrize(
    ("old", "new", "override"),
    [
        ("indicators: {}", "indicators: {late: {label: 迟报件数, from: reports}}", "late"),
        ("tables:", "parameters: {each: {label: 每件, value: 1, assumed: 例}}\ntables:", "each"),
    ],
)
def test_a_name_in_both_is_said_to_be_defined_anew(town, old, new, override):
    own = OWN.replace(old, new)
    folder = town(own)
    assert ("used-twice", "year", 5) in findings(folder)
    again = own.replace("USES", f"[{{from: ../common, override: [{override}]}}]")
    (folder / "ruleset.yaml").write_text(again, encoding="utf-8")
    ruleset = read_loosely(folder).ruleset
    assert findings(folder) == set()
    kept = {**ruleset.document.parameters, **ruleset.document.indicators}[override]
    assert (kept.model_dump().get("where"), kept.model_dump().get("value")) in (
        (None, None),
        (None, 1),
    )


def test_a_clause_in_both_is_told_where_a_part_goes_by_it(town):
    assert ("used-twice", "year", 5) in findings(town(clauses=CLAUSES.format(id="X-1")))


def test_other_clauses_may_be_called_alike(town):
    common = COMMON.replace("    clause: X-1\n", "    assumed: 例\n")
    own = OWN.replace("A-1", "X-1")
    folder = town(own, common=common, clauses=CLAUSES.format(id="X-1"))
    assert findings(folder) == set()
    assert list(read_loosely(folder).ruleset.clauses.clauses) == ["X-1"]


def test_the_clause_of_a_whole_file_holds_for_what_is_taken_of_it(town):
    common = f"clause: X-1\n{COMMON}".replace("    clause: X-1\n", "")
    ruleset = read_loosely(town(common=common)).ruleset
    assert ruleset.document.indicators["late"].clause == ("X-1",)
    assert "X-1" in ruleset.clauses.clauses


@pytest.mark.parametrize("path", ["../" + "a" * 300, "../loop"])
def test_a_path_that_cannot_be_is_told(town, path):
    folder = town(uses=f"[{path}]")
    (folder.parent / "loop").symlink_to(folder.parent / "loop")
    assert ("no-such-ruleset", "year", 5) in findings(folder)


def test_tables_take_each_others_columns(town):
    own = OWN.replace("{villages: {}}", "{villages: {columns: {a: {label: 甲}}}, reports: }")
    common = COMMON.replace("  reports: {}\n", "  reports: {columns: {c: {label: 丙}}}\n"
                            "  villages: {columns: {b: {label: 乙}}}\n")  # fmt: skip
    ruleset = read_loosely(town(own, common=common)).ruleset
    assert {"a", "b"} <= {c.name for c in ruleset.tables["villages"].columns}
    assert ruleset.tables["reports"].column("丙")
    place = ruleset.place(("tables", "villages", "columns", "b"))
    assert (place.file.rsplit("/", 2)[-2], place.line) == ("common", 5)


def test_a_column_in_both_is_told(town):
    own = OWN.replace("{villages: {}}", "{villages: {columns: {b: {label: 甲}}}}")
    common = COMMON.replace("tables:\n", "tables:\n  villages: {columns: {b: {label: 乙}}}\n")
    assert ("used-twice", "year", 5) in findings(town(own, common=common))


def test_what_is_used_may_use_others_and_meet_again(town):
    each = "{label: 每件, value: 2, assumed: 例}"
    base = f"title: 底\ntables: {{reports: {{}}}}\nparameters: {{each: {each}}}\n"
    one = "title: 一\nuses: [../base]\nindicators: {late: {label: 迟报件数, from: reports}}\n"
    two = "title: 二\nuses: ../base\nstandards: {s: {label: 标, when: late = 0}}\n"
    folder = town(uses="[../one, ../two]", base=base, one=one, two=two)
    ruleset = read_loosely(folder).ruleset
    assert findings(folder) == set()
    assert ruleset.source.titles == ("一", "底", "二")
    assert ruleset.document.parameters["each"].value == 2


def test_the_fingerprint_is_that_of_what_is_taken_over(town):
    folder = town()
    common = folder.parent / "common" / "ruleset.yaml"
    prints = {read_loosely(folder).ruleset.fingerprint}
    common.write_text(COMMON.replace("value: 3", "value: 4"), encoding="utf-8")
    prints.add(read_loosely(folder).ruleset.fingerprint)
    assert len(prints) == 1  # nobody uses it
    common.write_text(COMMON.replace("value: 2", "value: 4"), encoding="utf-8")
    assert read_loosely(folder).ruleset.fingerprint not in prints


PLACES = ("parameters", "indicators", "standards")


@given(st.sets(st.sampled_from(("each", "late", "reports", "X-1"))), st.booleans(), st.booleans())
@settings(max_examples=30, deadline=None)
def test_written_here_or_there_it_is_the_same(tmp_path_factory, moved, flow, first):
    """However the parts are spread over the two files, the ruleset says the same."""
    whole = yaml.safe_load(OWN.replace("uses: USES\n", ""))
    shared = yaml.safe_load(COMMON)
    parts = {"each": ("parameters", "each"), "late": ("indicators", "late"),
             "reports": ("tables", "reports")}  # fmt: skip
    own, common = {**whole, "tables": {"villages": {}}}, {"title": "t"}
    clauses = {"A-1": {"ref": "一", "gist": "大意", "status": "encoded"}}
    others = {}
    for name, (kind, id) in parts.items():
        part = shared[kind][id] | ({"assumed": "统一规定"} if kind == "parameters" else {})
        (common if name in moved else own).setdefault(kind, {})[id] = part
    (others if "X-1" in moved else clauses)["X-1"] = {**clauses["A-1"]}
    top = {"uses": "../common"}
    own = {**top, **own} if first else {**own, **top}
    place = tmp_path_factory.mktemp("family")
    for name, root, known in (("year", own, clauses), ("common", common, others)):
        (place / name).mkdir()
        text = yaml.safe_dump(root, allow_unicode=True, sort_keys=False, default_flow_style=flow)
        (place / name / "ruleset.yaml").write_text(text, encoding="utf-8")
        text = yaml.safe_dump({"source": {"title": "t"}, "clauses": known}, allow_unicode=True)
        (place / name / "clauses.yaml").write_text(text, encoding="utf-8")
    reading = read_loosely(place / "year")
    assert [f.code for f in reading.findings] == []
    document = reading.ruleset.document
    assert isinstance(reading.ruleset.source, Family)
    assert document.indicators["late"].where == "上报时间 晚于 应报时间"
    assert document.parameters["each"].value == 2
    assert set(document.tables) == {"villages", "reports"}
    assert set(reading.ruleset.clauses.clauses) == {"A-1", "X-1"}
    for path in (("parameters", "each"), ("indicators", "late"), ("tables", "reports")):
        folder = "common" if path[1] in moved else "year"
        assert reading.ruleset.place(path).file.rsplit("/", 2)[-2] == folder
