"""Steps of whoever changes a ruleset and asks what the change does, by the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd import given, parsers, then, when

from rules_engine.cli import program

if TYPE_CHECKING:
    from pathlib import Path

Table = list[list[str]]
CLASSES = {"tightening": "收紧", "loosening": "放宽", "wording": "文字", "other": "其他"}


def step(text: str) -> Any:
    return parsers.re(text + "[:：]?$")


@dataclass
class Desk:
    """Two wordings of a ruleset, and what the command says of them."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    clauses: str = ""
    old: str = ""
    changes: list[dict[str, Any]] = field(default_factory=list)

    def lay(self, name: str, text: str) -> None:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
        (folder / "clauses.yaml").write_text(self.clauses, encoding="utf-8")

    def run(self, *arguments: object) -> Any:
        self.capsys.readouterr()
        try:
            code = program.run([*map(str, arguments), "--format", "json", "--lang", "zh"])
        except SystemExit as ended:
            code = int(ended.code or 0)
        answer = json.loads(self.capsys.readouterr().out)
        assert code == 0, answer
        return answer


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


@given(step("条款清单为"))
def _clauses(desk: Desk, docstring: str) -> None:
    desk.clauses = docstring


@given(step("旧办法为"))
def _old(desk: Desk, docstring: str) -> None:
    desk.old = docstring
    desk.lay("old", docstring)


@given(step("新办法在旧办法上改动"))
def _new(desk: Desk, datatable: Table) -> None:
    text = desk.old
    for old, new in datatable[1:]:
        assert old in text, f"旧办法里没有“{old}”"
        text = text.replace(old, new, 1)
    desk.lay("new", text)


@when(step("对比新旧办法"))
def _diff(desk: Desk) -> None:
    desk.changes = desk.run("diff", desk.folder / "old", desk.folder / "new")["changes"]


@then(step("没有改动"))
def _nothing(desk: Desk) -> None:
    assert not desk.changes, desk.changes


@then(step("改动为"))
def _changes_are(desk: Desk, datatable: Table) -> None:
    found = [[CLASSES[c["direction"]], c["text"], "、".join(c["clauses"])] for c in desk.changes]
    assert found == datatable[1:], found


@then(step("没有出处的改动为"))
def _unsourced_are(desk: Desk, datatable: Table) -> None:
    assert [[c["text"]] for c in desk.changes if c["unsourced"]] == datatable[1:]
