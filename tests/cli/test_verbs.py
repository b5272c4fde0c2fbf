"""Each verb as policy staff and the assessment office use it: results, findings, exit codes."""

from __future__ import annotations

import json

import pytest

# check


def test_a_ruleset_without_findings_says_nothing(cli):
    answer = cli("check", cli.ruleset)
    assert (answer.code, answer.out, answer.err) == (0, "", "")


def test_notes_are_listed_when_they_are_asked_for(cli):
    answer = cli("check", cli.ruleset, "--notes")
    assert answer.code == 0
    assert "note charged-for-others" in answer.err
    assert "No irregular visits, Small matters" in answer.err


def test_findings_have_place_code_and_remedy_and_stop(cli):
    cli.change("where: irregular}", "where: iregular}")
    cli.change("scale: 100", "scale: 100\nspare: 1")
    answer = cli("check", cli.ruleset)
    assert (answer.code, answer.out) == (1, "")
    file = cli.ruleset / "ruleset.yaml"
    assert answer.err.splitlines() == [
        f"{file}:8:1: error unknown-key: “spare” is not known here",
        "    " + answer.err.splitlines()[1].strip(),
        f"{file}:28:56: error unknown-name: “iregular” is not known here",
        "    did you mean “irregular”?",
    ]


def test_errors_come_before_warnings_and_then_by_place(cli):
    cli.change("label: 漏报,", "label: 迟报,")  # a warning in line 38
    cli.change("  poor: {label: Poor, from: 0}", "  poor: {label: Poor, from: 5, assumed: x}")
    answer = cli("check", cli.ruleset, "--format", "json")
    found = [(f["severity"], f["line"]) for f in answer.json["findings"]]
    assert found == [("error", 109), ("warning", 38)]


def test_warnings_do_not_stop(cli):
    cli.change("label: 漏报,", "label: 迟报,")
    answer = cli("check", cli.ruleset)
    assert answer.code == 0
    assert "warning duplicate-label" in answer.err


def test_what_is_acknowledged_is_shown_with_its_reason(cli):
    cli.change("label: Small matters", "label: 劝返人次")
    assert cli("check", cli.ruleset).code == 1
    cli.change(
        "tables:\n",
        "acknowledge:\n  - {code: rights-stopping, at: criteria.small_matters, reason: as the paper"
        " says}\ntables:\n",
    )
    answer = cli("check", cli.ruleset)
    assert answer.code == 0
    assert "note rights-stopping" in answer.err
    assert "acknowledged: as the paper says" in answer.err


def test_findings_as_json(cli):
    cli.change("where: irregular}", "where: iregular}")
    answer = cli("check", cli.ruleset, "--format", "json")
    assert (answer.code, answer.err) == (1, "")
    assert answer.json == {
        "ruleset": str(cli.ruleset),
        "editions": ["2025"],
        "ok": False,
        "findings": [
            {
                "code": "unknown-name",
                "severity": "error",
                "message": "“iregular” is not known here",
                "hint": "did you mean “irregular”?",
                "file": str(cli.ruleset / "ruleset.yaml"),
                "line": 27,
                "column": 56,
            }
        ],
    }


def test_a_good_ruleset_as_json(cli):
    assert cli("check", cli.ruleset, "--format", "json").json == {
        "ruleset": str(cli.ruleset),
        "editions": ["2025"],
        "ok": True,
        "findings": [],
    }


def test_check_speaks_the_language_of_the_ruleset_unless_told(cli):
    cli.change("where: irregular}", "where: iregular}")
    cli.change("language: en", "language: zh")
    assert "错误 unknown-name" in cli("check", cli.ruleset).err
    assert "error unknown-name" in cli("check", cli.ruleset, "--lang", "en").err


# assess


def test_an_assessment_is_reported_and_stored(cli):
    document = cli.assess()
    scores = {s["name"]: (s["score"], s["rank"], s["grade"]) for s in document["subjects"]}
    # North: 40 + 40 + 20 and 5 for small matters. West, without records: the same.
    # East: one report missing, 10 instead of 20; remote, so no bonus. South: 40 − 5 − 10;
    # half of its cases closed, 40 points short by 2 × 40; one report late: 10; 13 people: 0.
    assert scores == {
        "North": (105, 1, "Excellent"),
        "West": (105, 1, "Excellent"),
        "East": (90, 3, "Good"),  # two of four are excellent already: the quota is full
        "South": (35, 4, "Poor"),
    }
    (run,) = cli("runs", "list", "--format", "json").json
    assert (run["id"], run["digest"]) == (document["run_id"], document["digest"])


def test_a_ruleset_with_findings_is_not_run(cli):
    cli.change("where: irregular}", "where: iregular}")
    answer = cli("assess", cli.ruleset, "--data", cli.data, "--format", "json")
    assert (answer.code, answer.json["error"], answer.codes) == (
        1,
        "unknown-name",
        ["unknown-name"],
    )
    assert cli("runs", "list", "--format", "json").json == []


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--as-of", "2025-13-01"], "bad-value", "2025-01-31"),
        (["--as-of", "yesterday"], "bad-value", "2025-01-31"),
        (["--as-of", "2024-06-30"], "not-in-force", "2025-01-01"),
        (["--report", "htm"], "unknown-plugin", "html"),
        (["--engine", "spark"], "unknown-plugin", "duckdb"),
        (["--threads", "0"], "bad-value", "at least 1"),
        (["--lang", "de"], "unknown-language", "zh"),
        (["--format", "xml"], "bad-value", "json"),
        (["--dat", "x"], "no-such-option", "--data"),
        (["surplus"], "surplus-value", "surplus"),
        (["--data", "nowhere"], "no-source", "csv"),
    ],
)
def test_wrong_usage_exits_with_2_or_says_what_is_known(cli, options, code, words):
    data = [] if options[0] == "--data" else ["--data", cli.data]
    answer = cli("assess", cli.ruleset, *data, *options)
    assert answer.code == (1 if code == "unknown-plugin" else 2)
    assert answer.out == ""
    assert f"error {code}: " in answer.err
    assert words in answer.err
    assert cli("runs", "list", "--format", "json").json == []


@pytest.mark.parametrize("place", ["file/below", "file"])
def test_a_place_that_cannot_be_written_is_found_before_the_work(cli, place):
    (cli.folder / "file").write_text("in the way")
    answer = cli("assess", cli.ruleset, "--data", cli.data, "--out", cli.folder / place)
    assert answer.code == 2
    assert "cannot-write" in answer.err
    assert "--out" in answer.err
    assert cli("runs", "list", "--format", "json").json == []


def test_reports_are_written_where_they_are_wanted(cli):
    out = cli.folder / "new" / "folder"
    answer = cli("assess", cli.ruleset, "--data", cli.data, "--report", "json", "--out", out)
    assert answer.code == 0
    assert json.loads((out / "report.json").read_text(encoding="utf-8"))["subjects"]
    assert answer.err == f"written: {out / 'report.json'}\n"
    assert answer.out == ""


# runs


def test_no_runs(cli):
    assert cli("runs", "list").out == "no runs are stored\n"
    answer = cli("runs", "show", "latest")
    assert answer.code == 1
    assert "unknown-run" in answer.err


def test_runs_are_listed_as_objects_newest_first(cli):
    first, second = cli.assess(), cli.assess()
    listed = cli("runs", "list", "--format", "json").json
    assert [run["id"] for run in listed] == [second["run_id"], first["run_id"]]
    assert {run["status"] for run in listed} == {first["status"]}
    assert listed[0]["ruleset_id"] == "small"
    lines = cli("runs", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == [second["run_id"], first["run_id"]]


def test_a_run_is_shown_as_it_was_reported(cli):
    document = cli.assess()
    shown = cli("runs", "show", "latest", "--format", "json").json
    assert [entry["act"] for entry in shown.pop("history")] == ["stored"]
    assert shown == document
    assert cli("runs", "show", document["run_id"], "--format", "json").json["subjects"]
    text = cli("runs", "show", "latest")
    assert (text.code, "South" in text.out) == (0, True)
    assert f"run {document['run_id']}: draft" in text.out


def test_a_report_of_a_stored_run_with_an_unknown_name(cli):
    cli.assess()
    answer = cli("runs", "show", "latest", "--report", "papyrus")
    assert answer.code == 1
    assert "unknown-plugin" in answer.err
    assert "html" in answer.err


def test_a_run_is_verified(cli):
    document = cli.assess()
    answer = cli("runs", "verify", "latest", "--format", "json")
    assert answer.code == 0
    assert answer.json == {
        "run_id": document["run_id"],
        "verified": True,
        "digest": document["digest"],
        "recomputed": document["digest"],
        "findings": [],
    }
    assert document["digest"] in cli("runs", "verify", "latest").out


def test_a_run_of_which_a_byte_was_changed_is_not_verified(cli):
    document = cli.assess()
    snapshot = next(cli.folder.rglob("cases.parquet"))
    content = bytearray(snapshot.read_bytes())
    content[len(content) // 2] ^= 1
    snapshot.chmod(0o644)
    snapshot.write_bytes(content)
    answer = cli("runs", "verify", document["run_id"], "--format", "json")
    assert (answer.code, answer.json["verified"], answer.codes) == (1, False, ["file-changed"])
    text = cli("runs", "verify", "latest")
    assert text.code == 1
    assert "cases.parquet" in text.err
    assert "is not as it was stored" in text.out


# explain


def test_a_result_is_explained(cli):
    cli.assess()
    answer = cli("explain", "latest", "South")
    assert answer.code == 0
    assert "No irregular visits" in answer.out
    only = cli("explain", "latest", "v2", "reporting", "--format", "json")
    assert [line["criterion"] for line in only.json["subject"]["lines"]] == ["reporting"]


@pytest.mark.parametrize(
    ("names", "code", "near"),
    [
        (["Sotuh"], "unknown-subject", "South"),
        (["South", "reprting"], "unknown-criterion", "reporting"),
        (["South", "Matter closed"], "unknown-criterion", "Matters closed"),
    ],
)
def test_an_unknown_name_gets_the_nearest(cli, names, code, near):
    cli.assess()
    answer = cli("explain", "latest", *names)
    assert (answer.code, answer.out) == (2, "")
    assert code in answer.err
    assert near in answer.err


# plugins, test


def test_plugins_are_listed_with_what_they_give(cli):
    found = {p["name"]: p for p in cli("plugins", "--format", "json").json}
    assert found["csv"]["gives"] == {"sources": ["csv"]}
    assert found["csv"]["error"] is None
    assert "per item" in found["methods"]["gives"]["methods"]
    listed = cli("plugins").out
    assert "csv: CSV, TSV" in listed
    assert "report.xlsx" in listed


FEATURE = """# language: zh-CN
功能: 小镇
  场景: 一次非正常访扣五分
    假如 以下村:
      | 村名 | 类型 |
      | 甲村 | 村   |
    并且 以下走访:
      | 村编号 | 层级 | 非正常 |
      | 甲村   | 县   | 是     |
    当 进行考核
    那么 "甲村"的总分为 {score}
"""


@pytest.mark.parametrize(("score", "code"), [("100", 0), ("99", 1)])
def test_scenarios_pass_or_fail(cli, score, code):
    features = cli.folder / "features"
    features.mkdir()
    # 40 − 5 for the visit, 40 and 20 where there is nothing, 5 for small matters: 100
    (features / "small.feature").write_text(FEATURE.format(score=score), encoding="utf-8")
    answer = cli.start("test", cli.ruleset, "--features", features, "--format", "json")
    assert answer.code == code, answer
    assert answer.json["ok"] is (code == 0)
    assert (answer.json["passed"], answer.json["failed"]) == (1 - code, code)
