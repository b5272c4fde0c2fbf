"""``rules-engine what-if``: text, page, workbook, and what it refuses."""

from __future__ import annotations

import re
import shutil

import pytest
from python_calamine import CalamineWorkbook

from rules_engine.plugin_manager import registry


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
    assert re.search(r"South +35 → 32 +4 +Poor +\[1\] −3 points", answer.out)
    html = page.read_text(encoding="utf-8")
    assert "<title>South 35 → 32</title></circle>" in html
    assert "http" not in html.replace("http-equiv", "")
    sheets = CalamineWorkbook.from_path(book)
    rows = sheets.get_sheet_by_name("1 who moves").to_python()
    assert ["village", "v2", "South", 35, 32] in [row[:5] for row in rows]


@pytest.fixture
def no_comparisons(monkeypatch):
    """Load a reporter that writes none."""
    with monkeypatch.context() as patched:
        patched.setattr("rules_engine_html.compare", None)
        registry.cache_clear()
        yield
    registry.cache_clear()


@pytest.mark.usefixtures("no_comparisons")
def test_a_reporter_that_writes_no_comparisons_is_named(cli, draft):
    page = cli.folder / "p.html"
    answer = cli("what-if", draft[0], "--against", "latest", "--html", page, "--format", "json")
    assert (answer.code, answer.codes) == (1, ["unknown-plugin"])
    assert "html" in answer.json["findings"][0]["message"]
    assert not page.exists()


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


def tried(cli, folder):
    answer = cli("what-if", folder, "--against", "latest", "--format", "json", "--lang", "en")
    assert answer.code == 0, answer
    return answer.json["runs"][0]


def test_what_is_called_otherwise_moves_nobody_and_hides_nothing(cli, draft):
    folder, change = draft
    change("{to: 1, points: 20}", "{to: 1, points: 18}")
    change("label: 漏报,", "label: 缺报告,")
    change("value: late_reports + missing_reports", "value: late_reports + 缺报告")
    change("      reporting:", "      on_time:")
    change("  calm: {label: 无非正常访", "  quiet: {label: 无非正常访")
    change("when: calm and prompt", "when: quiet and prompt")
    found = tried(cli, folder)
    assert [made["text"] for made in found["changes"]] == [
        "criterion 1.1 “No irregular visits”: “非正常访” points for each −5 → −8",
        "criterion 2.2 “Reports on time”: “less than 1” worth 20 → 18",
    ]
    assert {made["direction"] for made in found["changes"]} == {"tightening"}
    assert found["moves"] and not found["tied"]


def test_changes_that_need_each_other_are_told_as_one(cli, draft):
    folder, change = draft
    text = (folder / "ruleset.yaml").read_text(encoding="utf-8")
    start, end = text.index("      irregular:\n"), text.index("  handling:")
    formula = "case when irregular_visits = 0 then 40 else 0 end"
    change(text[start:end], "      order:\n        {label: Order as a whole, points: 40, "
           f"method: formula, formula: {formula}}}\n")  # fmt: skip
    change("when: irregular.veto", "when: not calm")
    change("when: model and not any_veto", "when: model")
    change("{to: 1, points: 20}", "{to: 1, points: 18}")
    found = tried(cli, folder)
    # without a line there is no section, and without its veto nothing follows from that
    assert [made["together"] for made in found["changes"]] == [4, 1]
    assert "criterion 1.1 “Order as a whole”: new" in found["changes"][0]["text"]
    assert "(4 changes that can only be made together)" in cli(
        "what-if", folder, "--against", "latest", "--lang", "en"
    ).out  # fmt: skip


def test_parts_that_take_the_name_of_others_are_told_as_one(cli, draft):
    folder, change = draft
    change("parameters:\n  goal: {label: 目标, value: 90%, clause: S-2}\n", "")
    change("standards:", "  goal: {label: 目标, value: '0.4', assumed: x}\n\nstandards:")
    found = tried(cli, folder)
    assert len(found["changes"]) == 1
    assert found["tied"]


def test_totals_and_targets_of_the_whole_town(cli, draft):
    folder, change = draft
    change("share: model, at_least: 50%", "share: calm, at_least: 90%")
    found = tried(cli, folder)
    ((was, now),) = found["targets"]
    # North and East are calm and prompt; West is calm as well
    assert (was["met"], was["total"], was["reached"]) == (2, 4, True)
    assert (now["met"], now["total"], now["reached"]) == (3, 4, False)
    assert sum(now for _, _, now in found["totals"]["villages"]) == 4
