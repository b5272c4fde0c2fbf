"""Steps of who may do what in an office, each of them by the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from office_steps import step
from pytest_bdd import then, when

if TYPE_CHECKING:
    from office_steps import Office, Table

VERBS = {"审核": "review", "公示": "publish", "封存": "seal"}


def _assess(office: Office, by: str) -> list[object]:
    return ["assess", office.ruleset, "--data", office.data, "--by", by]


@when(step("{}给{}角色{}", "by", "name", "role"))
def _grant(office: Office, by: str, name: str, role: str) -> None:
    office("roles", "grant", name, role, "--by", by)


@when(step("{}进行考核", "by"))
def _assessed(office: Office, by: str) -> None:
    office.first = office(*_assess(office, by))["run_id"]


@when(step("{}审核并公示", "by"))
def _published(office: Office, by: str) -> None:
    office.take(office.first, by, "review", "publish")


@then(step("没有人有角色"))
def _nobody(office: Office) -> None:
    assert office("roles", "list") == []


@then(step("各人的角色为"))
def _held(office: Office, datatable: Table) -> None:
    held = [[row["name"], row["role"]] for row in office("roles", "list")]
    assert sorted(held) == sorted(datatable[1:])


@then(step("{}不能考核，因为{}", "by", "words"))
def _not_assessed(office: Office, by: str, words: str) -> None:
    office.refused(words, *_assess(office, by))


@then(step("{}不能(?P<verb>审核|公示|封存)，因为{}", "by", "words"))
def _not_taken(office: Office, by: str, verb: str, words: str) -> None:
    step_ = ("runs", VERBS[verb], office.first, "--reason", "按程序办理", "--by", by)
    office.refused(words, *step_)


@then(step("{}不能给{}角色{}，因为{}", "by", "name", "role", "words"))
def _not_granted(office: Office, by: str, name: str, role: str, words: str) -> None:
    office.refused(words, "roles", "grant", name, role, "--by", by)


@then(step("{}不能免去{}的角色{}，因为{}", "by", "name", "role", "words"))
def _not_revoked(office: Office, by: str, name: str, role: str, words: str) -> None:
    office.refused(words, "roles", "revoke", name, role, "--by", by)
