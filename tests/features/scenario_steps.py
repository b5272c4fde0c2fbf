"""Steps of policy staff who run the scenarios of a ruleset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from office_steps import step
from pytest_bdd import given, then, when

if TYPE_CHECKING:
    from office_steps import Office, Table


@given(step("场景文件{}为", "name"))
def _scenarios(office: Office, name: str, docstring: str) -> None:
    folder = office.ruleset / "features"
    folder.mkdir(exist_ok=True)
    text = docstring.replace("｜", "|")  # a cell ends at a plain bar
    (folder / name).write_text(f"# language: zh-CN\n{text}\n", encoding="utf-8")


@when(step("运行场景"))
def _run(office: Office) -> None:
    office.answer = office.tried("test", office.ruleset)


@then(step(r"通过(?P<passed>\d+)个，不通过(?P<failed>\d+)个，跳过(?P<skipped>\d+)个"))
def _counts(office: Office, passed: str, failed: str, skipped: str) -> None:
    _, answer = office.answer
    got = answer["passed"], answer["failed"], len(answer["skipped"])
    assert got == (int(passed), int(failed), int(skipped)), answer


@then(step("场景的问题为"))
def _problems(office: Office, datatable: Table) -> None:
    code, answer = office.answer
    got = [[_file(f["file"]), str(f["line"]), f["code"]] for f in _described(answer)]
    assert (code, got) == (1, datatable[1:]), answer


def _described(answer: Any) -> list[Any]:
    return [*answer["findings"], *answer["failures"]]


def _file(path: str) -> str:
    return path.rpartition("/")[2]
