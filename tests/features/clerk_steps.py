"""Steps of a clerk who changes a ruleset in a workbook, and of all that is done with it then."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
from form_steps import typed
from office_steps import step
from pytest_bdd import given, then, when

from rules_engine.plugin_manager import registry
from rules_engine.ruleset.template import start_ruleset

if TYPE_CHECKING:
    from pathlib import Path

    from office_steps import Office, Table

FILES = ("ruleset.yaml", "clauses.yaml")
DIRECTIONS = {"收紧": "tightening", "放宽": "loosening"}


def _rules(office: Office) -> Path:
    return office.folder / "zhen"


def _replaced(text: str, pairs: list[list[str]]) -> str:
    for before, after in pairs:
        old, new = (part.replace("⏎", "\n").replace("\\|", "|") for part in (before, after))
        assert text.count(old) == 1, f"“{old}”有 {text.count(old)} 处"
        text = text.replace(old, new)
    return text


@given(step("镇考核办照样例写了 2025 年版的办法，改动为"))
def _written(office: Office, datatable: Table) -> None:
    start_ruleset("zhen", office.folder, 2025, registry().methods)
    rules = _rules(office)
    (rules / "editions" / "2025").mkdir(parents=True)
    for name in FILES:
        (rules / name).rename(rules / "editions" / "2025" / name)
    (rules / "features" / "results.feature").unlink()  # the scenarios of the points are enough
    for name in {row[0] for row in datatable[1:]}:
        file = rules / name
        pairs = [row[1:] for row in datatable[1:] if row[0] == name]
        file.write_text(_replaced(file.read_text(encoding="utf-8"), pairs), encoding="utf-8")


@given(step("小李按 2025 年的台账考核，王主任审核、公示，结果为"))
def _last_year(office: Office, datatable: Table) -> None:
    office.first = _assessed(office, 2025, "review", "publish")
    assert office.ranking(office.first) == datatable[1:]


@when(step("小李按 2026 年的台账考核，王主任审核、公示、封存，结果为"))
def _this_year(office: Office, datatable: Table) -> None:
    office.second = _assessed(office, 2026, "review", "publish", "seal")
    assert office.ranking(office.second) == datatable[1:]


def _assessed(office: Office, year: int, *verbs: str) -> str:
    data = office.folder / f"data-{year}"
    data.mkdir()
    for file in (_rules(office) / "sample").glob("*.csv"):
        text = file.read_text(encoding="utf-8").replace("2025-", f"{year}-")
        (data / file.name).write_text(text, encoding="utf-8")
    run = office("assess", _rules(office), "--data", data, "--as-of", f"{year}-12-31",
                 "--by", "小李")["run_id"]  # fmt: skip
    office.take(run, "王主任", *verbs)
    return str(run)


@when("2025 年版导出为工作簿")
def _export(office: Office) -> None:
    office("export", "xlsx", _rules(office), "--edition", "2025", "--out", _book(office))


def _book(office: Office) -> Path:
    return office.folder / "办法.xlsx"


@when(step("小李(?:照今年的文件)?在工作簿里改动"))
def _edit(office: Office, datatable: Table) -> None:
    book = openpyxl.load_workbook(_book(office))
    for sheet, cell, before, after in datatable[1:]:
        was = book[sheet][cell].value
        assert (f"{was:%Y-%m-%d}" if isinstance(was, datetime) else str(was)) == before
        book[sheet][cell] = date.fromisoformat(after) if isinstance(was, datetime) else (
            after if isinstance(was, str) else typed(after))  # fmt: skip
    book.save(_book(office))


@then(
    step(r"收不回工作簿，指出工作表{}第 (?P<row>\d+) 行{}列：(?P<code>[a-z-]+)", "sheet", "column")
)
def _refused(office: Office, sheet: str, row: str, column: str, code: str) -> None:
    ended, told = office.tried("import", "xlsx", _book(office), "--out", _rules(office))
    assert ended == 1
    found = [(f["code"], f["table"], f["row"], f["field"]) for f in told["findings"]]
    assert (code, sheet, int(row), column) in found, found


@then(step("办法仍只有{}版", "edition"))
def _only(office: Office, edition: str) -> None:
    _editions(office, edition)


@then(step("收回工作簿时说明{}的是{}，由{}到{}，依据条款{}", "way", "what", "old", "new", "clause"))
def _import(office: Office, way: str, what: str, old: str, new: str, clause: str) -> None:
    told = office("import", "xlsx", _book(office), "--out", _rules(office))
    _the_change(told["differences"], way, what, old, new, clause)


@then(step("办法现有{}版，没有停得住考核的问题", "editions"))
def _editions(office: Office, editions: str) -> None:
    told = office("check", _rules(office))
    assert "、".join(told["editions"]) == editions
    assert told["ok"]


@then(step("2026 年版的文件比 2025 年版只改了"))
def _exactly(office: Office, datatable: Table) -> None:
    for name in FILES:
        old, new = (
            (_rules(office) / "editions" / year / name).read_text(encoding="utf-8")
            for year in ("2025", "2026")
        )
        assert new == _replaced(old, [row[1:] for row in datatable[1:] if row[0] == name])


@then(step("两版对比，{}的是{}，由{}到{}，依据条款{}，检验它的情景有{}",
           "way", "what", "old", "new", "clause", "scenario"))  # fmt: skip
def _compared(
    office: Office, way: str, what: str, old: str, new: str, clause: str, scenario: str
) -> None:
    told = office("diff", _rules(office), "--editions", "2025", "2026")
    change = _the_change(told["changes"], way, what, old, new, clause)
    assert scenario in change["scenarios"]


def _the_change(
    changes: list[dict[str, Any]], way: str, what: str, old: str, new: str, clause: str
) -> dict[str, Any]:
    """Return the only change of its direction, after a look at its figures and clause."""
    (change,) = [c for c in changes if c["direction"] == DIRECTIONS[way]]
    assert what in change["text"]
    assert [change[side].lstrip("−-") for side in ("before", "after")] == [old, new]
    assert change["clauses"] == [clause]
    return change


@then(step("在 2025 年的考核上试算，变动为"))
def _tried(office: Office, datatable: Table) -> None:
    told = office("what-if", _rules(office), "--against", office.first)
    found = [
        [m["name"], *(f"{m['before'][k]} → {m['after'][k]}" for k in ("score", "rank", "grade"))]
        for m in told["runs"][0]["moves"]
    ]
    assert found == datatable[1:]


@when(step("为 2026 年版补写场景"))
def _scenario(office: Office, docstring: str) -> None:
    (_rules(office) / "features" / "2026.feature").write_text(docstring, encoding="utf-8")


@then(step(r"办法的 (?P<count>\d+) 个场景全部通过"))
def _pass(office: Office, count: str) -> None:
    told = office("test", _rules(office))
    assert (told["passed"], told["failed"]) == (int(count), 0), told


@then(step("(?P<which>这次|去年)的?考核依据{}版，(?:已封存，)?复算的摘要一致", "edition"))
def _again(office: Office, which: str, edition: str) -> None:
    run = office.second if which == "这次" else office.first
    shown = office("runs", "show", run)
    assert shown["ruleset"]["edition"] == edition
    assert shown["status"] == ("sealed" if which == "这次" else "published")
    told = office("runs", "verify", run)
    assert told["verified"]
    assert told["recomputed"] == told["digest"] == shown["digest"]
