"""``rules-engine appeal``: from opening to a corrected run."""

from __future__ import annotations

import sqlite3

import pytest

ADJUST = "appeals: {days: 10, adjust: {up_to: 6}, clause: S-4, assumed: the paper is silent}\n"
CORRECTION = """\
source: letter of the county office, no. 7
changes:
  - {table: visits, key: x1, set: {irregular: false}}
"""


@pytest.fixture
def published(cli):
    """Give the small township, assessed and published; its rules let decisions add points."""
    text = (cli.ruleset / "ruleset.yaml").read_text(encoding="utf-8")
    (cli.ruleset / "ruleset.yaml").write_text(text + ADJUST, encoding="utf-8")
    return cli.publish()["run_id"]


def open_one(cli, line="irregular", subject="South"):
    answer = cli("appeal", "open", "latest", subject, line, "--reason", "not irregular",
                 "--by", "South", "--format", "json")  # fmt: skip
    assert answer.code == 0, answer
    return answer.json["number"]


def decide(cli, number, *options):
    return cli("appeal", "decide", number, "--reason", "as found", *options, "--format", "json")


def line_of(cli, run, subject, line):
    (found,) = cli("explain", run, subject, line, "--format", "json").json["subject"]["lines"]
    return found


def correction(cli, text=CORRECTION):
    file = cli.folder / "correct.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_column_that_is_said_twice_is_refused(cli, published):
    number = open_one(cli)
    twice = "source: x\nchanges:\n  - {table: visits, key: x1, set: {irregular: no, 非正常: yes}}\n"
    answer = decide(cli, number, "--correct", correction(cli, twice))
    assert (answer.code, answer.codes) == (1, ["duplicate-column"])


def test_a_correction_makes_a_new_run_and_leaves_the_old_one(cli, published):
    number = open_one(cli)
    assert cli("appeal", "evidence", number, "--text", "minutes of 3 May").code == 0
    assert line_of(cli, published, "South", "irregular")["points"] == 25
    made = decide(cli, number, "--correct", correction(cli)).json
    assert (made["status"], made["run"]) == ("corrected", published)
    new = made["result"]
    assert line_of(cli, new, "South", "irregular")["points"] == 40
    assert line_of(cli, published, "South", "irregular")["points"] == 25
    runs = cli("runs", "list", "--format", "json").json
    assert [(r["id"], r["status"], r["parent"]) for r in runs] == [
        (new, "draft", published),
        (published, "published", None),
    ]
    assert f"corrects {published}" in cli("runs", "list").out
    for run in (new, published):
        assert cli("runs", "verify", run).code == 0
    (finding,) = [
        f for f in cli("runs", "show", new, "--format", "json").json["findings"]
        if f["code"] == "corrected-run"
    ]  # fmt: skip
    assert (
        "走访 x1: 非正常 true → false (letter of the county office, no. 7)" in (finding["message"])
    )
    assert "minutes of 3 May" in cli("appeal", "list").out
    assert cli("audit", "verify").code == 0


def test_an_adjustment_is_a_note_of_its_own(cli, published):
    number = open_one(cli)
    new = decide(cli, number, "--adjust", "5.5").json["result"]
    line = line_of(cli, new, "South", "irregular")
    assert (line["points"], line["adjusted"], line["given_back"]) == (30.5, 5.5, 0)
    assert line["worked"].endswith("25 points in all; +5.5 by the decision on appeal 1: as found")
    assert cli("runs", "verify", new).code == 0
    found = cli("runs", "show", new, "--format", "json").json["findings"]
    assert "v2, No irregular visits: +5.5 points" in next(
        f["message"] for f in found if f["code"] == "corrected-run"
    )
    assert "+5.5 by the decision on appeal 1: as found" in cli("explain", new, "South").out


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ("6.5", "adjust-too-much"),
        ("-6.5", "adjust-too-much"),
        ("x", "bad-value"),
        ("0", "bad-value"),
        ("0.00001", "bad-value"),
        ("NaN", "bad-value"),
    ],
)
def test_an_adjustment_stays_within_the_rules(cli, published, points, code):
    answer = decide(cli, open_one(cli), "--adjust", points)
    assert (answer.code, answer.codes) == (2, [code])
    assert cli("appeal", "list", "--format", "json").json[0]["status"] == "open"


def test_an_adjustment_stays_within_the_line(cli, published):
    answer = decide(cli, open_one(cli, "irregular", "North"), "--adjust", "1")
    assert answer.codes == ["adjust-out-of-bounds"]
    answer = decide(cli, open_one(cli, "closing", "West"), "--adjust", "-1")
    assert answer.codes == ["adjust-not-scored"]


def test_without_a_rule_nothing_is_adjusted(cli):
    cli.publish()
    assert decide(cli, open_one(cli), "--adjust", "1").codes == ["adjust-not-allowed"]


def test_two_decisions_build_on_each_other(cli, published):
    first, second = open_one(cli), open_one(cli, "reporting")
    one = decide(cli, first, "--adjust", "2").json["result"]
    two = decide(cli, second, "--correct", correction(cli)).json["result"]
    runs = {r["id"]: r["parent"] for r in cli("runs", "list", "--format", "json").json}
    assert runs == {two: one, one: published, published: None}
    # 40 by the corrected record; the two points of the first decision cannot lead beyond them.
    line = line_of(cli, two, "South", "irregular")
    assert (line["points"], line["adjusted"]) == (40, 0)
    assert cli("runs", "verify", two).code == 0


def test_a_decision_stands(cli, published):
    number = open_one(cli)
    assert decide(cli, number, "--reject").json["status"] == "rejected"
    for options in (("--reject",), ("--adjust", "1"), ("--correct", correction(cli))):
        assert decide(cli, number, *options).codes == ["appeal-decided"]
    assert cli("appeal", "evidence", number, "--text", "x").code == 1
    assert len(cli("runs", "list", "--format", "json").json) == 1


def test_a_disputed_or_corrected_run_is_not_sealed(cli, published):
    number = open_one(cli)
    seal = ("runs", "seal", published, "--reason", "x", "--format", "json")
    assert cli(*seal).codes == ["run-disputed"]
    new = decide(cli, number, "--adjust", "1").json["result"]
    assert cli(*seal).codes == ["run-corrected"]
    for verb in ("review", "publish", "seal"):
        assert cli("runs", verb, new, "--reason", "x").code == 0
    assert cli("runs", "verify", new).code == 0


def test_only_a_published_run_is_disputed(cli):
    cli.assess()
    answer = cli("appeal", "open", "latest", "South", "irregular", "--reason", "x",
                 "--format", "json")  # fmt: skip
    assert answer.codes == ["appeal-not-now"]


def test_what_is_disputed_is_known(cli, published):
    for subject, line, code in (
        ("Nowhere", "irregular", "unknown-subject"),
        ("South", "nothing", "unknown-criterion"),
    ):
        answer = cli("appeal", "open", "latest", subject, line, "--reason", "x", "--format", "json")
        assert answer.codes == [code]
    open_one(cli)
    answer = cli("appeal", "open", "latest", "v2", "irregular", "--reason", "x", "--format", "json")
    assert answer.codes == ["appeal-open"]
    assert decide(cli, 7, "--reject").codes == ["unknown-appeal"]
    assert decide(cli, 1).codes == ["one-decision"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("{table: visit, key: x1, set: {irregular: false}}", "unknown-name"),
        ("{table: visits, key: x1, set: {regular: false}}", "unknown-name"),
        ("{table: visits, key: x1, set: {上访人姓名: 某人}}", "personal-column"),
        ("{table: visits, key: x1, set: {level: '13812345678'}}", "personal-value"),
        ("{table: visits, key: x9, set: {irregular: false}}", "unknown-record"),
        ("{table: visits, key: x1, set: {irregular: perhaps}}", "not-a-boolean"),
        ("{table: visits, key: x1, set: {village_id: v9}}", "orphan-reference"),
        ("{table: visits, key: x1, set: {visit_id: x7}}", "bad-correction"),
        ("{table: visits, set: {irregular: false}}", "bad-correction"),
        ("{table: visits, key: x1}", "bad-correction"),
        ("{table: visits, key: x1, set: {irregular: false}, remove: true}", "bad-correction"),
        ("{table: visits, add: {visit_id: x1, village_id: v1}}", "known-record"),
        ("{table: visits, add: {visit_id: x8, village_id: v1}}", "missing-value"),
        ("{table: villages, key: v1, remove: true}", "orphan-reference"),
    ],
)
def test_a_wrong_correction_stores_nothing(cli, published, change, code):
    file = correction(cli, f"source: letter\nchanges:\n  - {change}\n")
    answer = decide(cli, open_one(cli), "--correct", file)
    assert (answer.code, answer.codes[0]) == (1, code)
    assert "13812345678" not in answer.out
    assert len(cli("runs", "list", "--format", "json").json) == 1
    assert cli("appeal", "list", "--format", "json").json[0]["status"] == "open"
    home = cli.store.parent / "runs"
    assert [p.name for p in home.iterdir()] == [published]


def test_records_are_added_and_left_out(cli, published):
    text = """\
source: letter
changes:
  - {table: 走访, key: x1, remove: true}
  - table: 走访
    add: {走访编号: x5, 村编号: v1, 层级: 省, 走访日期: 2025-06-01, 人数: 1, 非正常: true}
"""
    new = decide(cli, open_one(cli), "--correct", correction(cli, text)).json["result"]
    assert line_of(cli, new, "South", "irregular")["points"] == 40
    assert line_of(cli, new, "North", "irregular")["points"] == 25
    assert cli("runs", "verify", new).code == 0


def test_evidence_names_nobody(cli, published):
    number = open_one(cli)
    letter = cli.folder / "letter.pdf"
    letter.write_bytes(b"%PDF")
    answer = cli("appeal", "evidence", number, "--file", letter, "--format", "json").json
    (item,) = answer["evidence"]
    assert (item["file"], item["size"], len(item["sha256"])) == ("letter.pdf", 4, 64)
    for options, code in (
        (("--text", "13812345678"), "personal-text"),
        ((), "no-evidence"),
        (("--file", "nowhere"), "cannot-read"),
    ):
        assert f"error {code}" in cli("appeal", "evidence", number, *options).err


def change_row(cli, run, **values):
    """Change a row of a run, as whoever owns the file can."""
    with sqlite3.connect(cli.store) as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(triggers).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for name, value in values.items():
            connection.execute(f"UPDATE runs SET {name} = ? WHERE id = ?", [value, run])


@pytest.mark.parametrize("parent", ["20240101-abcdef", "other", "itself", None])
def test_a_corrected_run_whose_row_names_another_parent_says_so(cli, published, parent):
    new = decide(cli, open_one(cli), "--correct", correction(cli)).json["result"]
    other = cli.assess()["run_id"]
    named = {"other": other, "itself": new}.get(parent, parent)
    change_row(cli, new, parent=named)
    for verb in (("runs", "verify", new), ("runs", "show", new), ("runs", "compare", new, other)):
        answer = cli(*verb, "--format", "json")
        assert (answer.code, answer.codes) == (1, ["lineage-differs"]), verb
        (finding,) = answer.json["findings"]
        assert all(text in finding["message"] for text in (new, named or "no run", published))


def test_a_run_that_corrects_none_and_whose_row_names_a_parent_says_so(cli, published):
    run = cli.assess()["run_id"]
    change_row(cli, run, parent=published)
    for verb in ("verify", "show"):
        answer = cli("runs", verb, run, "--format", "json")
        assert (answer.code, answer.codes) == (1, ["lineage-differs"])
