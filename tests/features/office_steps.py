"""Steps of what an office does with its results, each of them by the command line."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd import given, parsers, then, when

from rules_engine.cli import program
from rules_engine.messages import speaking

if TYPE_CHECKING:
    from pathlib import Path

Table = list[list[str]]
Q = "“(?P<{}>[^“”]+)”"
CAUSES = {"overlay": "更正数据", "adjustment": "调整分数"}
CLAUSES = """\
source: {title: 例}
clauses:
  C1: {ref: 第一条, gist: 例, status: encoded}
  C2: {ref: 第二条, gist: 例, status: encoded}
"""


def step(text: str, *names: str) -> Any:
    return parsers.re(text.format(*(Q.format(name) for name in names)) + "[:：]?$")


class Office:
    """An office with its ruleset, its records and a store; everything it does is a command."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.ruleset, self.data = folder / "ruleset", folder / "data"
        self.ruleset.mkdir()
        self.data.mkdir()
        (self.ruleset / "clauses.yaml").write_text(CLAUSES, encoding="utf-8")
        self.first = self.second = self.by = ""
        self.answer: tuple[int, Any] = (0, None)

    def __call__(self, *arguments: object) -> Any:
        """Run a command and return its document."""
        code, answer = self.tried(*arguments)
        assert code == 0, answer
        return answer

    def tried(self, *arguments: object) -> tuple[int, Any]:
        self.capsys.readouterr()
        try:
            code = program.run([*map(str, arguments), "--format", "json", "--lang", "zh"])
        except SystemExit as ended:
            code = int(ended.code or 0)
        return code, json.loads(self.capsys.readouterr().out)

    def ranking(self, run: str) -> Table:
        subjects = self("runs", "show", run)["subjects"]
        return [[s["name"], f"{s['score']}", f"{s['rank']}", s["grade"]] for s in subjects]

    def take(self, run: str, by: str, *verbs: str) -> None:
        for verb in verbs:
            self("runs", verb, run, "--reason", "按程序办理", "--by", by)

    def refused(self, words: str, *arguments: object) -> None:
        code, answer = self.tried(*arguments)
        found = json.dumps(answer, ensure_ascii=False)
        assert code != 0 and words in found, found


@pytest.fixture
def office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Office:
    monkeypatch.setenv("RULES_ENGINE_HOME", str(tmp_path))
    monkeypatch.setenv("RULES_ENGINE_STORE", "")
    return Office(tmp_path, capsys)


@given(step("考核办的考核办法为"))
def _rules(office: Office, docstring: str) -> None:
    (office.ruleset / "ruleset.yaml").write_text(docstring, encoding="utf-8")


@given(step("考核办的台账{}为", "table"))
def _records(office: Office, table: str, datatable: Table) -> None:
    with (office.data / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(datatable)


@given(step("考核结果存于{}", "database"))
def _database(
    office: Office,
    database: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if database == "PostgreSQL":
        monkeypatch.setenv("RULES_ENGINE_STORE", str(request.getfixturevalue("postgresql")))


@when(step("{}进行考核，{}审核并公示", "clerk", "head"))
def _published(office: Office, clerk: str, head: str) -> None:
    run = office("assess", office.ruleset, "--data", office.data, "--by", clerk)
    office.first = run["run_id"]
    office.take(office.first, head, "review", "publish")


@then(step("公示的结果(?:仍)?为"))
def _published_is(office: Office, datatable: Table) -> None:
    assert office.ranking(office.first) == datatable[1:]


@when(step("{}对{}提出申诉，理由是{}", "subject", "line", "reason"))
def _dispute(office: Office, subject: str, line: str, reason: str) -> None:
    office.by = subject
    office("appeal", "open", office.first, subject, line, "--reason", reason, "--by", subject)


@when(step(r"为申诉(?P<number>\d+)补充材料{}", "text"))
def _evidence(office: Office, number: str, text: str) -> None:
    office("appeal", "evidence", number, "--text", text, "--by", office.by)


@when(step(r"{}就申诉(?P<number>\d+)决定更正数据，理由是{}", "by", "reason"))
def _correct(office: Office, by: str, number: str, reason: str, docstring: str) -> None:
    file = office.folder / "更正.yaml"
    file.write_text(docstring, encoding="utf-8")
    _decide(office, by, number, reason, "--correct", file)


@when(step(r"{}就申诉(?P<number>\d+)决定调整(?P<points>[-\d.]+)分，理由是{}", "by", "reason"))
def _adjust(office: Office, by: str, number: str, points: str, reason: str) -> None:
    _decide(office, by, number, reason, "--adjust", points)


@when(step(r"{}就申诉(?P<number>\d+)决定驳回，理由是{}", "by", "reason"))
def _reject(office: Office, by: str, number: str, reason: str) -> None:
    _decide(office, by, number, reason, "--reject")


def _decide(office: Office, by: str, number: str, reason: str, *options: object) -> None:
    made = office("appeal", "decide", number, "--reason", reason, "--by", by, *options)
    office.second = made["result"] or office.second


@then(step("更正后的结果为"))
def _corrected_is(office: Office, datatable: Table) -> None:
    assert office.ranking(office.second) == datatable[1:]


@then(step("两次考核相比"))
def _compared(office: Office, datatable: Table) -> None:
    found = []
    for move in office("runs", "compare", office.first, office.second)["moves"]:
        rank = f"{move['before']['rank']} → {move['after']['rank']}"
        lines = [
            [x["label"], f"{x['before']} → {x['after']}", "、".join(CAUSES[c] for c in x["causes"])]
            for x in move["lines"]
        ]
        found += [[move["name"], rank, *line] for line in lines or [["", "", "因他人变动"]]]
    assert found == datatable[1:]


@then(step("两次考核都能复算"))
def _verified(office: Office) -> None:
    for run in (office.first, office.second):
        assert office("runs", "verify", run)["verified"]


@then(step("更正后的考核写明{}", "words"))
def _says(office: Office, words: str) -> None:
    found = office("runs", "show", office.second)["findings"]
    text = "".join(f["message"] for f in found if f["code"] == "corrected-run")
    assert words in text, text


@then(step("更正后{}的{}写明{}", "subject", "line", "words"))
def _line_says(office: Office, subject: str, line: str, words: str) -> None:
    (found,) = office("explain", office.second, subject, line)["subject"]["lines"]
    assert words in found["worked"], found["worked"]


@when(step("更正后的考核经{}审核、公示、封存", "by"))
def _sealed(office: Office, by: str) -> None:
    office.take(office.second, by, "review", "publish", "seal")


@then(step("不能封存公示的考核，因为{}", "words"))
def _not_sealed(office: Office, words: str) -> None:
    office.refused(words, "runs", "seal", office.first, "--reason", "按程序办理")


@then(step("不能撤回更正后的考核，因为{}", "words"))
def _not_withdrawn(office: Office, words: str) -> None:
    office.refused(words, "runs", "withdraw", office.second, "--reason", "按程序办理")


@then(step(r"不能就申诉(?P<number>\d+)调整(?P<points>[-\d.]+)分，因为{}", "words"))
def _not_adjusted(office: Office, number: str, points: str, words: str) -> None:
    office.refused(words, "appeal", "decide", number, "--adjust", points, "--reason", "酌情返还")


@then(step(r"申诉(?P<number>\d+)的状态为{}，没有新的考核", "status"))
def _status(office: Office, number: str, status: str) -> None:
    from rules_engine.model.appeal import APPEAL_TEXTS

    appeal = office("appeal", "list")[int(number) - 1]
    with speaking("zh"):
        assert (str(APPEAL_TEXTS[appeal["status"]]), appeal["result"]) == (status, None)


@then(step("审计日志完整，依次为"))
def _log(office: Office, datatable: Table) -> None:
    assert office("audit", "verify")["verified"]
    found = [[entry["act"], entry["actor"]] for entry in office("audit", "list")]
    assert found == datatable[1:]


@given(step("考核办拟把办法改为"))
def _drafted(office: Office, datatable: Table) -> None:
    folder = office.folder / "draft"
    shutil.copytree(office.ruleset, folder)
    text = (folder / "ruleset.yaml").read_text(encoding="utf-8")
    for old, new in datatable[1:]:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "ruleset.yaml").write_text(text, encoding="utf-8")


@then(step("新办法在公示的考核上试算的变动为"))
def _tried(office: Office, datatable: Table) -> None:
    found = []
    for move in _moves(office):
        pairs = [(move["before"][part], move["after"][part]) for part in ("score", "rank", "grade")]
        found.append([move["name"], *(f"{was} → {now}" for was, now in pairs)])
    assert found == datatable[1:]


@then(step("试算的变动归于"))
def _shared_out(office: Office, datatable: Table) -> None:
    found = [
        [move["name"], *(f"{share[part]}" for part in ("change", "score", "rank")),
         share["without"]["grade"]]
        for move in _moves(office)
        for share in move["shares"]
    ]  # fmt: skip
    assert found == datatable[1:]


@then(step("除公示的考核外没有别的考核"))
def _nothing_else(office: Office) -> None:
    assert [run["id"] for run in office("runs", "list")] == [office.first]


def _moves(office: Office) -> list[dict[str, Any]]:
    document = office("what-if", office.folder / "draft", "--against", office.first)
    return document["runs"][0]["moves"]  # type: ignore[no-any-return]  # JSON
