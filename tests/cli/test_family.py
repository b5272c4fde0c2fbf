"""Rulesets that share parts, from check to the run that is verified and corrected."""

from __future__ import annotations

import openpyxl
import pytest

YEAR = """\
ruleset: year
title: 年度考核
edition: "1"
effective: {from: 2020-01-01}
language: en
uses: [../common]
period: {from: 2025-01-01, to: 2025-12-31}
scale: 10
assumed: {scale: 例, sections: 例}
tables: {villages: {}}
indicators: {}
sections:
  all:
    label: Reports
    points: 10
    clause: A-1
    criteria:
      late: {label: late, points: 10, method: per item,
             deduct: [{of: late_reports, each: each_late}]}
grades: {all: {label: all, from: 0}}
"""
COMMON = """\
title: Definitions
assumed: {parameters: as the county says}
tables: {reports: {}}
parameters:
  each_late: {label: points a report, value: 2}
indicators:
  late_reports: {label: late reports, from: reports, where: submitted_at > due_at, clause: X-1}
"""
CLAUSES = "source: {{title: t}}\nclauses: {{{id}: {{ref: 一, gist: 大意, status: encoded}}}}\n"
FEATURE = """\
# language: zh-CN
功能: 年度考核

  场景: 迟报一件
    假如 以下村:
      | 村名 |
      | 甲村 |
    而且 以下排查报告:
      | 村   | 应报时间         | 上报时间         |
      | 甲村 | 2025-02-01 12:00 | 2025-02-03 12:00 |
    当 进行考核
    那么 "甲村"的总分为 8
"""


@pytest.fixture
def year(cli):
    """Give a ruleset that uses the folder ``common``, with records."""
    for name, text, clause in (("year", YEAR, "A-1"), ("common", COMMON, "X-1")):
        folder = cli.folder / name
        folder.mkdir()
        (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
        (folder / "clauses.yaml").write_text(CLAUSES.format(id=clause), encoding="utf-8")
    folder = cli.folder / "year"
    (folder / "features").mkdir()
    (folder / "features" / "one.feature").write_text(FEATURE, encoding="utf-8")
    (folder / "sample").mkdir()
    (folder / "sample" / "villages.csv").write_text("village_id,name,kind\nV1,A,村\n")
    (folder / "sample" / "reports.csv").write_text(
        "report_id,village_id,kind,due_at,submitted_at\n"
        "R1,V1,月,2025-02-01 12:00,2025-02-03 12:00\n"
    )
    return folder


def score(cli, folder, *more):
    answer = cli("assess", folder, "--data", folder / "sample", "--format", "json", *more)
    assert answer.code == 0, answer.out
    return answer.json


def test_a_run_needs_no_other_folder(cli, year):
    made = score(cli, year)
    assert [s["score"] for s in made["subjects"]] == [8]
    kept = cli.store.parent / "runs" / made["run_id"] / "ruleset"
    parts = {f.relative_to(kept / "parts").as_posix(): f for f in (kept / "parts").rglob("*.yaml")}
    assert set(parts) == {
        f"{n}/{f}.yaml" for n in ("year", "common") for f in ("ruleset", "clauses")
    }
    assert parts["common/ruleset.yaml"].read_text(encoding="utf-8") == COMMON
    (year.parent / "common").rename(year.parent / "gone")
    assert cli("runs", "verify", "latest").code == 0
    assert cli("explain", "latest", "V1", "late").code == 0


def test_another_figure_of_what_is_used_is_tried(cli, year):
    made = score(cli, year, "--set", "each_late=3")
    assert [s["score"] for s in made["subjects"]] == [7]
    assert cli("runs", "verify", "latest").code == 0


def test_a_run_sees_that_what_is_used_has_changed(cli, year):
    score(cli, year)
    common = year.parent / "common" / "ruleset.yaml"
    common.write_text(COMMON.replace("value: 2", "value: 4"), encoding="utf-8")
    made = score(cli, year)
    assert [s["score"] for s in made["subjects"]] == [6]
    first, second = (
        record["id"] for record in reversed(cli("runs", "list", "--format", "json").json)
    )
    moved = cli("runs", "compare", first, second).out
    assert "late: 8 → 6 (other rules)" in moved
    told = cli("what-if", year, "--against", first).out
    assert "2 → 4" in told


def test_diff_tells_changes_of_what_is_used(cli, year):
    other = year.parent / "other"
    other.mkdir()
    for file in ("ruleset.yaml", "clauses.yaml"):
        text = (year.parent / "common" / file).read_text(encoding="utf-8")
        (other / file).write_text(text.replace("value: 2", "value: 3"), encoding="utf-8")
    new = year.parent / "new"
    new.mkdir()
    (new / "ruleset.yaml").write_text(YEAR.replace("../common", "../other"), encoding="utf-8")
    (new / "clauses.yaml").write_text(CLAUSES.format(id="A-1"), encoding="utf-8")
    changes = cli("diff", year, new, "--format", "json").json["changes"]
    assert [(c["direction"], c["before"], c["after"]) for c in changes] == [
        ("tightening", "2", "3")
    ]


def test_slips_in_what_is_used_are_tried_and_told_where_they_stand(cli, year):
    answer = cli("mutate", year, "--format", "json").json
    assert answer["mutants"] >= 3
    feature = year / "features" / "one.feature"
    feature.write_text(FEATURE.replace("2025-02-03", "2025-01-31").replace("8", "10"),
                       encoding="utf-8")  # fmt: skip
    survivors = cli("mutate", year).out
    assert "common/ruleset.yaml:5:46" in survivors


def test_coverage_counts_clauses_that_are_used(cli, year):
    assert "X-1" in cli("coverage", year).out


def test_the_paper_names_what_it_shares(cli, year):
    assert "They share definitions with “Definitions”" in cli("describe", year).out


def test_a_workbook_holds_the_rulesets_own_parts(cli, year):
    form = cli.folder / "form.xlsx"
    assert cli("export", "xlsx", year, "--out", form).code == 0
    assert cli("import", "xlsx", form, "--out", year, "--check").code == 0
    book = openpyxl.load_workbook(form)
    cells = [(s, c) for s in book for row in s.iter_rows() for c in row]
    assert not [c for s, c in cells if s.sheet_state == "visible" and c.value == "late reports"]
    for sheet, cell in cells:
        if sheet.sheet_state == "visible" and cell.value == "late_reports":
            cell.value = "late_report"
    book.save(form)
    answer = cli("import", "xlsx", form, "--out", year, "--check", "--format", "json")
    assert (answer.code, "unknown-name" in answer.codes) == (1, True), answer.out


def test_all_editions_may_use_it(cli, year):
    for edition, begins in (("1", "2020-01-01"), ("2", "2025-01-01")):
        place = year / "editions" / edition
        place.mkdir(parents=True)
        text = YEAR.replace('edition: "1"', f'edition: "{edition}"')
        (place / "ruleset.yaml").write_text(text.replace("2020-01-01", begins), encoding="utf-8")
        (place / "clauses.yaml").write_text(CLAUSES.format(id="A-1"), encoding="utf-8")
    (year / "ruleset.yaml").unlink()
    (year / "clauses.yaml").unlink()
    assert cli("check", year).code == 0
    assert [s["score"] for s in score(cli, year)["subjects"]] == [8]
    assert cli("runs", "verify", "latest").code == 0
