"""``runs verify`` says what differs: versions, fingerprints, lines with both values."""

from __future__ import annotations

import hashlib
import json
import sqlite3

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.fixture
def stored(cli):
    """Give a run's id and a way to change its row, as whoever owns the file can."""
    run = cli.assess()["run_id"]

    def change(**values):
        with sqlite3.connect(cli.store) as connection:
            for name, value in values.items():
                connection.execute(f"UPDATE runs SET {name} = ?", [value])

    return run, change


def found(cli, run):
    answer = cli("runs", "verify", run, "--format", "json")
    messages = {}
    for finding in answer.json["findings"]:
        messages.setdefault(finding["code"], []).append(finding["message"])
    return answer.code, messages


def test_other_versions_are_told_and_do_not_matter(cli, stored):
    run, change = stored
    change(engine_version="0.0.1", program_version="0.0.2")
    code, messages = found(cli, run)
    assert code == 0
    assert set(messages) == {"verify-engine", "verify-program"}
    assert "made with duckdb 0.0.1" in messages["verify-engine"][0]


def test_fingerprints_and_a_digest_of_another_run(cli, stored):
    run, change = stored
    change(ruleset_fingerprint="0", data_fingerprint="0", digest="sha256:0")
    code, messages = found(cli, run)
    assert code == 1
    assert set(messages) == {"verify-ruleset", "verify-data", "verify-digest"}


def test_the_first_lines_that_differ_with_both_values(cli, stored):
    """A line's points are changed, and everything that would tell of it as well."""
    run, change = stored
    folder = cli.store.parent / "runs" / run
    file = folder / "results" / "lines.parquet"
    table = pq.read_table(file)
    name = "reporting__points"
    points = [p if p is None else p + 10_000 for p in table.column(name).to_pylist()]
    at = table.column_names.index(name)
    column = pa.array(points, table.schema.field(name).type)
    pq.write_table(table.set_column(at, name, column), file)
    with sqlite3.connect(cli.store) as connection:
        (text,) = connection.execute("SELECT files FROM runs").fetchone()
    files = json.loads(text)
    data = file.read_bytes()
    files["results/lines.parquet"] = {
        "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)
    }  # fmt: skip
    change(files=json.dumps(files), digest="sha256:0")
    code, messages = found(cli, run)
    assert code == 1
    wanted = "stored 11, computed 10"
    assert any(m.startswith("South, ") and m.endswith(wanted) for m in messages["verify-result"])


def test_a_changed_table_of_the_snapshot_is_named(cli, stored):
    run, _ = stored
    with (cli.store.parent / "runs" / run / "snapshot" / "visits.parquet").open("ab") as file:
        file.write(b"x")
    answer = cli("runs", "verify", run, "--format", "json")
    assert answer.code == 1
    assert [(f["code"], f["table"]) for f in answer.json["findings"]] == [
        ("file-changed", "visits")
    ]  # fmt: skip
