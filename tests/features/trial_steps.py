"""Steps of an office that tries other figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from office_steps import step
from pytest_bdd import then, when
from python_calamine import CalamineWorkbook

from rules_engine.diff.change import DIRECTIONS
from rules_engine.messages import speaking

if TYPE_CHECKING:
    from office_steps import Office, Table


@when(step("考核办试算{}", "figure"))
def _try(office: Office, figure: str) -> None:
    office.answer = office.tried(
        "assess", office.ruleset, "--data", office.data, "--set", figure
    )  # fmt: skip


@when(step("考核办照办法考核"))
def _assess(office: Office) -> None:
    office.answer = office.tried("assess", office.ruleset, "--data", office.data)


@then(step("试算的结果为"))
def _result_is(office: Office, datatable: Table) -> None:
    code, answer = office.answer
    assert code == 0, answer
    rows = [[s["name"], f"{s['score']:g}", s["grade"]] for s in answer["subjects"]]
    assert sorted(rows) == sorted(datatable[1:])


@then(step("试算的第一页写明(?P<words>.+)"))
def _described(office: Office, words: str) -> None:
    run = office.answer[1]["run_id"]
    shown = office("runs", "show", run)
    told = [f["message"] for f in shown["findings"] if f["code"] == "what-if-run"]
    wanted = words.strip("“”").replace("”", "").replace("“", "")
    assert len(told) == 1
    assert wanted in told[0].replace("”", "").replace("“", ""), told
    assert len(shown["overrides"]) == 1


@then(step("试算不能公示，因为{}", "reason"))
def _not_published(office: Office, reason: str) -> None:
    run = office.answer[1]["run_id"]
    office.take(run, "王主任", "review")
    office.refused(reason, "runs", "publish", run, "--reason", "公示", "--by", "王主任")


@then(step("没有试算，因为(?P<reason>.+)"))
def _refused(office: Office, reason: str) -> None:
    code, answer = office.answer
    assert code != 0
    told = " ".join(f["message"] for f in answer["findings"])
    assert reason.strip("“”").replace("“", "").replace("”", "") in told.replace("“", "").replace(
        "”", ""
    ), told


@then(step("试算的改动为"))
def _changes_are(office: Office, datatable: Table) -> None:
    made = _tried_on(office)["changes"]
    found = [[str(n), _class(m), m["text"]] for n, m in enumerate(made, 1)]
    assert found == datatable[1:], found


@then(step("试算的改动中只能一起改的为"))
def _together(office: Office, datatable: Table) -> None:
    made = _tried_on(office)["changes"]
    found = [[str(n), str(m["together"])] for n, m in enumerate(made, 1) if m["together"] > 1]
    assert found == datatable[1:], found


@then(step("没有其中一条时有所不同的为"))
def _without(office: Office, datatable: Table) -> None:
    found = [
        [move["name"], str(share["change"]), _plain(share["score"]), _plain(share["paid"]),
         without["grade"], "、".join(without["honours"])]
        for move in _tried_on(office)["moves"]
        for share in move["shares"]
        if any(share[part] for part in ("score", "rank", "paid"))
        or _outcome(share["without"]) != _outcome(move["after"])
        for without in [share["without"]]
    ]  # fmt: skip
    assert found == datatable[1:], found


@then(step("试算的总体情况为"))
def _totals_are(office: Office, datatable: Table) -> None:
    rows = _sheet(office, "总体情况")
    assert rows == datatable[1:]


@then(step("试算的全乡目标为"))
def _targets_are(office: Office, datatable: Table) -> None:
    assert _sheet(office, "全乡目标") == datatable[1:]


@when(step("考核办按新办法考核"))
def _assess_anew(office: Office) -> None:
    run = office("assess", office.folder / "draft", "--data", office.data)
    office.second = run["run_id"]


@then(step("从公示的考核到新的考核，办法和数据各占"))
def _kept_apart(office: Office, datatable: Table) -> None:
    compared = office("runs", "compare", office.first, office.second)
    owed = {one["id"]: one for one in compared["apart"]}
    found = [
        [
            move["name"],
            *(f"{move['before'][m]:g} → {move['after'][m]:g}" for m in ("score", "rank")),
            *(_plain(owed[move["id"]][part][m]) for m in ("score", "rank")
              for part in ("rules", "records")),
        ]
        for move in compared["moves"]
    ]  # fmt: skip
    assert sorted(found) == sorted(datatable[1:])


def _tried_on(office: Office) -> dict[str, Any]:
    document = office("what-if", office.folder / "draft", "--against", office.first)
    return document["runs"][0]  # type: ignore[no-any-return]  # JSON


def _sheet(office: Office, title: str) -> list[list[str]]:
    """Return the rows of a sheet of the workbook, below its headings."""
    file = office.folder / "tried.xlsx"
    office("what-if", office.folder / "draft", "--against", office.first, "--xlsx", file)
    rows = CalamineWorkbook.from_path(file).get_sheet_by_name(f"1 {title}").to_python()
    start = next(n for n, row in enumerate(rows) if len([c for c in row if c != ""]) > 1)
    return [[f"{c:g}" if isinstance(c, float) else c for c in row] for row in rows[start + 1 :]]


def _class(made: dict[str, Any]) -> str:
    with speaking("zh"):
        return str(DIRECTIONS[made["direction"]])


def _outcome(standing: dict[str, Any]) -> tuple[object, ...]:
    return standing["grade"], tuple(standing["honours"])


def _plain(value: float) -> str:
    return f"{value:g}"
