"""What is wrong with a ``source.yaml``: where it is, and all of it at once."""

from __future__ import annotations

import pytest

VILLAGES = "村编号,村名,类型\nV1,甲村,村\n"
GOOD = """\
source: .
tables:
  villages: {from: 村}
  cases:
    from: 台账
    columns:
      case_id: 件号
      received_on: 登记时间
"""


@pytest.fixture(autouse=True)
def office(write):
    write("村.csv", VILLAGES)
    write("台账.csv", "件号,村编号,登记时间\nC1,V1,2025-03-05\n")


def test_the_good_one_has_none(take):
    taken = take(GOOD)
    assert (taken.said, taken.quarantine) == ([], [])


CASES = [
    ("case_id: 件号", "case_id: 编号", "no-such-column", "7:16", "did you mean “村编号”?"),
    ("case_id: 件号", "case_nr: 件号", "unknown-column", "7:7", "did you mean “case_id”?"),
    ("  cases:", "  case:", "unknown-table", "4:3", "did you mean “cases”?"),
    ("from: 台账", "from: 台帐", "no-such-table", "4:3", "name the sheet"),
    ("from: 台账", "form: 台账", "unknown-key", "5:5", "did you mean “from”?"),
    ("source: .", "source: nowhere.xlsx", "no-source", "1:9", "give a folder"),
    ("source: .", "tabels: {}", "unknown-key", "1:1", "did you mean “tables”?"),
    ("source: .\n", "", "missing-key", "1:1", "say where the records are"),
    ("source: .", "source: {location: ., sheet: x}", "unknown-key", "1:23", "secret"),
    ("登记时间\n", "登记时间\n      信访件编号: 件号\n", "duplicate-column", "9:7", "keep one"),
    ("件号\n", "件号\n      case_id: x\n", "duplicate-key", "8:7", "keep one"),
    ("件号\n", "{constant: a, from: b}\n", "bad-mapping", "7:16", "keep one"),
    ("件号\n", "{values: {a: b}}\n", "bad-mapping", "7:16", "add from:"),
    ("件号\n", "{from: [a, b], values: {a: b}}\n", "bad-mapping", "7:16", "keep one"),
    ("件号\n", "{from: 件号, vals: {}}\n", "unknown-key", "7:27", "did you mean “values”?"),
    ("件号\n", "{from: 信访人姓名}\n", "personal-column", "7:16", "petitioners are never"),
    ("件号\n", "[件号, 身份证号]\n", "personal-column", "7:16", "petitioners are never"),
    ("    from: 台账\n", "    from: 台账\n    day_numbers: 1901\n", "wrong-value", "6:18", "1900"),
    ("source: .", "source: {location: ., secret: {env: A, keyring: b, user: c}}",
     "bad-mapping", "1:31", "{env: NAME}"),
    ("source: .", "source: {location: ., secret: {}}", "bad-mapping", "1:31", "{env: NAME}"),
    ("source: .", "source: {location: ., secret: {env: NOT_THERE_AT_ALL}}",
     "no-secret", "1:20", "set it in the environment"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "at", "hint"), CASES)
def test_a_fault_is_found_where_it_is(take, old, new, code, at, hint):
    assert old in GOOD
    found = [f for f in take(GOOD.replace(old, new, 1)).findings if f.code == code]
    assert len(found) == 1, "one fault, one finding"
    assert str(found[0].place).rsplit("source.yaml:")[-1] == at
    assert hint in str(found[0].hint)


def test_all_faults_are_told_at_once(take):
    faulty = GOOD.replace("case_id: 件号", "case_nr: 件号").replace("villages:", "village:")
    assert [code for code, _ in take(faulty).said] == ["unknown-table", "unknown-column"]
    missing = GOOD.replace("件号", "a").replace("登记时间", "b")
    assert [code for code, _ in take(missing).said].count("no-such-column") == 2


@pytest.mark.parametrize("text", ["", "[", "a: &x 1", "tables: {cases: }", "tables: {}", "- 1"])
def test_what_is_no_mapping_is_told(take, text):
    said = take(text).said
    assert said
    assert all(place.startswith("source.yaml") for _, place in said)


SECRETS = [
    "source: {location: ., secret: hunter2}",
    "source: {location: ., secret: {env: A}, password: hunter2}",
    "source: {location: ., token: hunter2}",
    "source: {location: ., headers: {Authorization: hunter2}}",
    "source: sql:postgresql://reader:hunter2@db.example/petitions",
    "source: {location: 'http://x.example/api?access_token=hunter2'}",
    "source: {location: ., 密码: hunter2}",
]


@pytest.mark.parametrize("line", SECRETS)
def test_a_literal_secret_is_a_finding_and_is_never_shown(take, line):
    taken = take(GOOD.replace("source: .", line))
    assert ("literal-secret") in [code for code, _ in taken.said]
    for finding in taken.findings:
        assert "hunter2" not in f"{finding.as_dict()}"


def test_an_address_with_a_port_or_a_user_is_no_secret():
    from rules_engine.sources.secrets import holds_secret

    for address in (
        "http://x.example:8080/a@b", "sql:postgresql://reader@db:5432/x", "C:/a@b",
        "http://x.example/api?page=1&tokens=3", "sql:sqlite:///a.db",
    ):  # fmt: skip
        assert not holds_secret(address), address


def test_the_secret_comes_from_the_environment_or_the_keyring(monkeypatch):
    import keyring
    from keyring.backend import KeyringBackend

    from rules_engine.errors import NOWHERE, DatasetError
    from rules_engine.sources.mapping_schema import SecretSpec
    from rules_engine.sources.secrets import fetch

    class Ring(KeyringBackend):
        priority = 1

        def get_password(self, service, username):
            return {("county", "reader"): "s3cret"}.get((service, username))

        def set_password(self, service, username, password):
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        assert fetch(SecretSpec(keyring="county", user="reader"), NOWHERE) == "s3cret"
        with pytest.raises(DatasetError) as caught:
            fetch(SecretSpec(keyring="county", user="nobody"), NOWHERE)
    finally:
        keyring.set_keyring(before)
    assert caught.value.findings[0].code == "no-secret"
    monkeypatch.setenv("COUNTY", "from-env")
    monkeypatch.setenv("RULES_ENGINE_SOURCE_SECRET", "usual")
    assert fetch(SecretSpec(env="COUNTY"), NOWHERE) == "from-env"
    assert fetch(None, NOWHERE) == "usual"
