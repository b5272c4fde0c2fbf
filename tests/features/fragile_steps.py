"""Steps of an office that looks who is near to another place or grade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from office_steps import step
from pytest_bdd import then

if TYPE_CHECKING:
    from office_steps import Office, Table


@then(step("处在变动边缘的有"))
def _fragile(office: Office, datatable: Table) -> None:
    code, answer = office.answer
    assert code == 0, answer
    found = office("fragile", answer["run_id"], "--all")
    told = [
        [subject["name"], case, f"{turn['score']:g}", str(turn["rank"]), turn["grade"],
         "、".join(f"{m['name']} {m['grade']} → {m['new_grade']}" for m in turn["others"]
                   if m["grade"] != m["new_grade"])]
        for subject in found["subjects"] for turn in subject["turns"]
        for cause in turn["causes"] for case in _cases(cause)
    ]  # fmt: skip
    for row in datatable[1:]:
        assert row in told, [t for t in told if t[0] == row[0]]


def _cases(cause: dict[str, Any]) -> list[str]:
    """Return each of the records of a cause with what would happen to it."""
    before = {"less": "少 {}", "more": "多 {}"}.get(cause["act"], "{} 的{}是 {}")
    return [before.format(r, cause["column"], cause["value"]) for r in cause["records"]]
