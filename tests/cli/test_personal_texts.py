"""No person's number in what people write: names of those who act, and texts of a ruleset."""

from __future__ import annotations

import pytest

NUMBERS = ("13812345678", "138 1234 5678", "11010519491231002X", "0575-8701-2345")


@pytest.mark.parametrize("number", NUMBERS)
def test_who_acts_is_named_and_not_numbered(cli, number):
    run = cli.assess()["run_id"]
    answer = cli("runs", "review", run, "--reason", "x", "--by", f"Li {number}", "--format", "json")
    assert (answer.code, answer.codes) == (1, ["personal-text"])
    assert number not in answer.out + answer.err
    assert number not in cli("audit", "list").out
    assert cli("runs", "review", run, "--reason", "x", "--by", "Li").code == 0


def test_who_assesses_is_named_and_not_numbered(cli):
    answer = cli("assess", cli.ruleset, "--data", cli.data, "--by", NUMBERS[0], "--format", "json")
    assert (answer.code, answer.codes) == (1, ["personal-text"])
    assert cli("runs", "list", "--format", "json").json == []


@pytest.mark.parametrize("old", ["label: ", "title: ", "gist: "])
def test_a_text_of_a_ruleset_names_nobody(cli, old):
    file = "clauses.yaml" if old == "gist: " else "ruleset.yaml"
    cli.change(old, f"{old}call 138-1234-5678 ", file)
    answer = cli("check", cli.ruleset, "--format", "json")
    assert (answer.code, answer.codes) == (1, ["personal-text"])
    assert "1234" not in str(answer.json["findings"])
    assert answer.json["findings"][0]["line"] > 0


def test_figures_of_a_ruleset_are_no_persons(cli):
    cli.change("label: ", "label: 13812345678元 ")
    assert cli("check", cli.ruleset).code == 0


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("ruleset.yaml", "ruleset: ", "# 问王某 13812345678\nruleset: "),
        ("ruleset.yaml", "title: ", 'title: "\\uff11\\uff13\\uff18 1234 5678" # '),
        ("clauses.yaml", "clauses:\n", "clauses:\n  X-13812345678: {ref: x, gist: x, status: x}\n"),
        ("ruleset.yaml", "columns:\n", "columns:\n      x: {values: ['13812345678']}\n"),
    ],
)
def test_nor_do_its_comments_ids_and_values(cli, file, old, new):
    cli.change(old, new, file)
    answer = cli("check", cli.ruleset, "--format", "json")
    assert answer.code == 1
    assert "personal-text" in answer.codes
    found = next(f for f in answer.json["findings"] if f["code"] == "personal-text")
    lines = (cli.ruleset / file).read_text(encoding="utf-8").split("\n")
    assert any(part in lines[found["line"] - 1] for part in ("12345678", "1234 5678"))
    assert found["column"] > 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points: ", "points: '138 1234 5678' # "),
        ("title: ", "王13812345678: x\ntitle: "),
        ("title: ", "王13812345678: x\n王13812345678: y\ntitle: "),
        ("when: irregular_visits = 0", "when: irregular_visits = '138-1234-5678'"),
        ("when: irregular_visits = 0", "when: 王13812345678 = 0"),
        ("columns:\n", "columns:\n      王13812345678: {type: x}\n"),
        ("language: ", "language: 11010519491231002X # "),
        ("from: 20", "from: 13812345678 # "),
    ],
)
def test_no_finding_repeats_the_number_that_it_is_about(cli, old, new):
    cli.change(old, new)
    for command in (("check", cli.ruleset), ("assess", cli.ruleset, "--data", cli.data)):
        answer = cli(*command, "--format", "json")
        assert answer.code == 1
        said = "".join(str((f["message"], f.get("hint"))) for f in answer.json["findings"])
        assert not any(part in said for part in ("12345678", "1234 5678", "1234-5678", "19491231"))


def test_all_texts_that_look_like_numbers_are_asked_for_at_once(monkeypatch):
    from rules_engine.engines.duckdb_engine import DuckDBSession
    from rules_engine.ingest.personal_texts import identified

    session, asked = DuckDBSession(threads=1), []
    query = session.query
    monkeypatch.setattr(session, "query", lambda text: asked.append(text) or query(text))
    texts = [f"{n}号 {number}" for n in range(20) for number in (*NUMBERS, "13800000000元", "a")]
    try:
        assert identified(texts, session) == [t for t in texts if "元" not in t and "a" not in t]
    finally:
        session.close()
    assert len(asked) == 1


def test_a_condition_and_a_figure_name_nobody(cli):
    cli.change("ruleset: ", "# 13800000000元，见2024年第330106202401011234号\nruleset: ")
    cli.change("when: irregular_visits = 0", "when: irregular_visits < 13812345678")
    answer = cli("check", cli.ruleset, "--format", "json")
    assert "personal-text" not in answer.codes


FEATURE = """# language: zh-CN
功能: 打分
  # 备注
  场景: 名称
    假如 事项:
      | 事项编号 | 金额        | 情况 |
      | A-1      | 13812345678 | 略   |
    那么 结束
"""


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("备注", "问王某 138-1234-5678", (3, 9)),
        ("功能: 打分", "功能: 打分 13812345678", (2, 8)),
        ("名称", "１３８１２３４５６７８来电", (4, 7)),
        ("略", "11010519491231002X", (7, 34)),
        ("A-1     ", "13812345678", (7, 9)),
        ("结束", "说“电话1381234 5678”", (8, 12)),
    ],
)
def test_scenarios_name_nobody(cli, old, new, place):
    (cli.ruleset / "features").mkdir()
    file = cli.ruleset / "features" / "x.feature"
    file.write_text(FEATURE, encoding="utf-8")
    assert "personal-text" not in cli("check", cli.ruleset, "--format", "json").codes
    file.write_text(FEATURE.replace(old, new, 1), encoding="utf-8")
    for verb in ("check", "test"):
        answer = cli(verb, cli.ruleset, "--format", "json")
        assert answer.code == 1
        found = [f for f in answer.json["findings"] if f["code"] == "personal-text"]
        assert [(f["line"], f["column"]) for f in found] == [place]
        assert new not in answer.out


@pytest.mark.parametrize("name", ["王13812345678", "138-1234-5678"])
def test_a_mapping_and_what_is_probed_name_nobody(cli, name):
    folder = cli.folder / "d"
    folder.mkdir()
    (folder / "cases.csv").write_text(f"case_id,{name}\n1,2\n", encoding="utf-8")
    answer = cli("sources", "probe", folder, "--format", "json")
    assert (answer.code, set(answer.codes)) == (1, {"personal-name"})
    assert name not in answer.out + answer.err
    mapping = cli.folder / "source.yaml"
    mapping.write_text(f"# {name}\nsource: d\ntables: {{villages: }}\n", encoding="utf-8")
    answer = cli("sources", "check", mapping, "--format", "json")
    assert (answer.code, answer.codes) == (1, ["personal-text"])
    assert answer.json["findings"][0]["line"] == 1


def test_a_login_of_figures_does_not_act_by_itself(cli, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "13812345678")
    refused = cli("assess", cli.ruleset, "--data", cli.data, "--format", "json")
    assert (refused.code, refused.codes) == (1, ["personal-text"])
    assert cli("runs", "list").code == 0
    cli.assess("--by", "Li")
    log = cli("audit", "list", "--format", "json").out
    assert "Li" in log
    assert "13812345678" not in log
    answer = cli("roles", "grant", "王13812345678", "review", "--format", "json", "--by", "Li")
    assert (answer.code, answer.codes) == (1, ["personal-text"])
