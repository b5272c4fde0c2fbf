"""``rules-engine what-if``: text, page, workbook, and what it refuses."""

from __future__ import annotations

import shutil

import pytest
from python_calamine import CalamineWorkbook


@pytest.fixture
def draft(cli):
    cli.assess()
    folder = cli.folder / "draft"
    shutil.copytree(cli.ruleset, folder)

    def change(old, new):
        text = (folder / "ruleset.yaml").read_text(encoding="utf-8")
        assert old in text
        (folder / "ruleset.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    change("{of: irregular_visits, each: 5}", "{of: irregular_visits, each: 8}")
    return folder, change


def test_text_page_and_workbook_say_the_same(cli, draft):
    page, book = cli.folder / "p.html", cli.folder / "p.xlsx"
    answer = cli("what-if", draft[0], "--against", "latest", "--html", page, "--xlsx", book)
    assert answer.code == 0, answer
    assert "South (v2)  35, place 4, Poor [Called to account] → 32, place 4, Poor" in answer.out
    assert "[1] -3 points, 0 places" in answer.out
    html = page.read_text(encoding="utf-8")
    assert "<title>South 35 → 32</title></circle>" in html
    assert "http" not in html.replace("http-equiv", "")
    sheets = CalamineWorkbook.from_path(book)
    rows = sheets.get_sheet_by_name("1 who moves").to_python()
    assert ["v2", "South", 35, 32] in [row[:4] for row in rows]


def test_several_runs_and_nobody_moved(cli, draft):
    run = cli.assess("--as-of", "2025-06-30")["run_id"]
    answer = cli("what-if", cli.ruleset, "--against", run, "--against", "latest")
    assert answer.out.count("no change of the rules can move anybody") == 2
    assert len(cli("runs", "list", "--format", "json").json) == 2


def test_what_the_frozen_records_do_not_have(cli, draft):
    folder, change = draft
    change(
        "remote: {label: 偏远村, type: boolean}",
        "remote: {label: 偏远村, type: boolean}\n      poor: {label: 贫困村, type: boolean}",
    )
    answer = cli("what-if", folder, "--against", "latest", "--format", "json")
    assert (answer.code, answer.codes) == (2, ["frozen-data-lacks"])


def test_a_draft_that_cannot_be_read_is_refused(cli, draft):
    folder, change = draft
    change("when: calm and prompt", "when: calm and prompted")
    answer = cli("what-if", folder, "--against", "latest", "--format", "json")
    assert (answer.code, answer.codes) == (1, ["unknown-name"])


def test_changes_that_need_each_other_are_told_as_one(cli, draft):
    folder, change = draft
    change("{to: 1, points: 20}", "{to: 1, points: 18}")
    change("label: 漏报,", "label: 缺报告,")
    change("value: late_reports + missing_reports", "value: late_reports + 缺报告")
    found = cli("what-if", folder, "--against", "latest", "--format", "json").json["runs"][0]
    assert len(found["changes"]) == 1
    assert found["tied"]
    assert found["moves"]
