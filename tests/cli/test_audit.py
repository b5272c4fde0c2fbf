"""``rules-engine audit``, as an office uses it."""

from __future__ import annotations

import sqlite3

import pytest


def test_an_empty_log(cli):
    assert cli("audit", "list").out == "nothing is logged\n"
    assert cli("audit", "verify").code == 0
    assert cli("audit", "list", "--format", "json").json == []


def test_what_was_done_is_listed(cli, monkeypatch):
    run = cli.assess("--by", "李四")["run_id"]
    (entry,) = cli("audit", "list", "--format", "json").json
    assert (entry["actor"], entry["act"], entry["run"]) == ("李四", "stored", run)
    assert entry["details"]["login"]
    monkeypatch.setenv("RULES_ENGINE_ACTOR", "王五")
    second = cli.assess()["run_id"]
    lines = cli("audit", "list").out.splitlines()
    assert [run in lines[0], "李四" in lines[0], "王五" in lines[1]] == [True] * 3
    assert cli("audit", "list", "--run", second).out.splitlines() == lines[1:]


def test_a_signed_export_is_checked_without_the_store(cli):
    cli.assess()
    public = cli("audit", "new-key", cli.folder / "office.pem")
    (cli.folder / "public.pem").write_text(public.out, encoding="ascii")
    assert cli("audit", "new-key", cli.folder / "office.pem").code == 2
    log = cli.folder / "log.jsonl"
    made = cli("audit", "export", "--out", log, "--key", cli.folder / "office.pem")
    assert (made.code, "2 entries" in made.out) == (0, True)
    cli.store.unlink()
    answer = cli("audit", "verify", log, "--public-key", cli.folder / "public.pem")
    assert answer.code == 0
    assert "signed with the key" in answer.out
    whole = log.read_bytes()
    assert whole.count(b'"stored"') == 1
    log.write_bytes(whole.replace(b'"stored"', b'"stoned"'))
    answer = cli("audit", "verify", log, "--format", "json")
    assert answer.code == 1
    assert [(f["code"], f["line"]) for f in answer.json["findings"]] == [("audit-changed", 2)]


def test_one_byte_in_the_store_is_found(cli):
    cli.assess()
    cli.assess()
    other = sqlite3.connect(cli.store)
    other.execute("DROP TRIGGER audit_guarded_update")
    other.execute("UPDATE audit SET actor = actor || 'x' WHERE number = 1")
    other.commit()
    other.close()
    answer = cli("audit", "verify")
    assert answer.code == 1
    assert "audit, row 1: error audit-changed: entry 1 was changed" in answer.err


def test_a_log_cut_off_is_found_by_an_earlier_export(cli):
    cli.assess()
    log = cli.folder / "log.jsonl"
    head = cli("audit", "export", "--out", log, "--format", "json").json["head"]
    assert cli("audit", "verify", "--since", log).code == 0
    assert cli("audit", "verify", "--since", head).code == 0
    other = sqlite3.connect(cli.store)
    other.execute("DROP TRIGGER audit_guarded_delete")
    other.execute("DELETE FROM audit WHERE number = 2")
    other.commit()
    other.close()
    assert cli("audit", "verify").code == 0
    assert "entry 2 is missing" in cli("audit", "verify", "--since", log).err
    assert "audit-rewritten" in cli("audit", "verify", "--since", head).err


def test_wrong_usage_of_audit(cli):
    garbage = cli.folder / "garbage"
    garbage.write_text("x")
    assert "audit-file" in cli("audit", "verify", garbage).err
    assert "audit-file" in cli("audit", "verify", "--since", cli.folder / "nowhere").err
    assert "audit-key" in cli("audit", "export", "--out", "x", "--key", garbage).err
    assert "missing-value" in cli("audit", "verify", "--public-key", garbage).err


@pytest.mark.parametrize(
    ("table", "column", "verb", "name"),
    [("audit", "at", "audit", "entries"), ("runs", "created_at", "runs", "runs")],
)
def test_a_list_with_damaged_rows_is_one_document(cli, table, column, verb, name):
    for _ in range(2):
        cli.assess()
    with sqlite3.connect(cli.store) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(f"UPDATE {table} SET {column} = 'garbage' WHERE number = 1")
    answer = cli(verb, "list", "--format", "json")
    assert (answer.code, answer.err, answer.codes) == (1, "", ["row-damaged"])
    assert (answer.json["error"], len(answer.json[name])) == ("row-damaged", 1)
