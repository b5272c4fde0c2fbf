"""Steps of an office that tries other figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from office_steps import step
from pytest_bdd import then, when

if TYPE_CHECKING:
    from office_steps import Office, Table


@when(step("考核办试算{}", "figure"))
def _try(office: Office, figure: str) -> None:
    office.answer = office.tried(
        "assess", office.ruleset, "--data", office.data, "--with", figure
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
def _told(office: Office, words: str) -> None:
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
