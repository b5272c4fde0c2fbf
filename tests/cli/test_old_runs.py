"""Runs of an older program are opened, told and verified by this one, and never called damaged.

``tests/fixtures/old-store`` was made by the program before runs recorded the number of their rules
of computing: a township with an appeal and a corrected run, monthly model villages, and a sealed
run of records at the edges, which later rules read otherwise.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules_engine.messages import msg
from rules_engine.model import semantics
from rules_engine.run import verify

OLD = Path(__file__).parents[1] / "fixtures" / "old-store"
SMALL, CORRECTED, MODELS, EDGES = (
    "20261130-5bd61e",
    "20261130-efd75f",
    "20261130-8d89e6",
    "20261130-673476",
)
RUNS = (SMALL, CORRECTED, MODELS, EDGES)
CHANGE = semantics.SemanticChange(2, "deadline-day", msg("A deadline lasts to the end of its day."))


@pytest.fixture
def old(cli):
    """Give a command line on a copy of the old store."""
    shutil.copytree(OLD / "runs", cli.store.parent / "runs")
    shutil.copyfile(OLD / "runs.db", cli.store)
    return cli


@pytest.fixture
def changed(monkeypatch):
    """Let today's rules give a point more, as a later change of the rules could."""
    compute = verify.assess.compute

    def other(book, dataset, place, *rest):
        traces = compute(book, dataset, place, *rest)
        for name in ("lines.parquet", "results.parquet"):
            add_a_point(place.folder / name)
        return traces

    monkeypatch.setattr(verify.assess, "compute", other)
    monkeypatch.setattr(semantics, "CHANGES", (CHANGE,))


def add_a_point(file):
    table = pq.read_table(file)
    for name in table.column_names:
        if name in ("low", "high") or name.endswith("__points"):
            more = [v if v is None else v + 10_000 for v in table.column(name).to_pylist()]
            at = table.column_names.index(name)
            table = table.set_column(at, name, pa.array(more, table.schema.field(name).type))
    pq.write_table(table, file)


def stored(run):
    with sqlite3.connect(OLD / "runs.db") as connection:
        question = "SELECT digest FROM runs WHERE id = ?"
        return connection.execute(question, [run]).fetchone()[0]


def test_older_runs_count_as_made_by_the_first_rules(old):
    records = old("runs", "list", "--format", "json").json
    assert [(r["id"], r["semantics"], r["plugins"]) for r in records] == [
        (run, 1, []) for run in (CORRECTED, SMALL, MODELS, EDGES)
    ]


def test_a_run_of_today_records_todays_number(cli):
    run = cli.assess()["run_id"]
    (record,) = cli("runs", "list", "--format", "json").json
    assert (record["id"], record["semantics"]) == (run, semantics.SEMANTICS)


@pytest.mark.parametrize("run", RUNS)
def test_an_older_run_is_shown_as_it_was_stored(old, run):
    answer = old("runs", "show", run, "--format", "json", "--lang", "en")
    assert answer.code == 0, answer
    assert answer.json["digest"] == stored(run)
    assert "older-rules" in answer.codes
    (folder,) = (OLD / "runs").glob(run)
    kept = pq.read_table(folder / "results" / "results.parquet")
    lows = dict(zip(*(kept.column(c).to_pylist() for c in ("subject_id", "low")), strict=True))
    shown = {s["id"]: round(s["score"] * 10_000) for s in answer.json["subjects"]}
    assert shown == lows


@pytest.mark.parametrize("run", RUNS)
def test_every_subject_and_line_of_an_older_run_is_explained(old, run):
    document = old("runs", "show", run, "--format", "json").json
    for subject in [*document["subjects"], *document["cadres"]]:
        answer = old("explain", run, subject["id"], "--format", "json")
        assert answer.code == 0, answer
        told = {line["criterion"]: line["points"] for line in answer.json["subject"]["lines"]}
        assert told == {line["criterion"]: line["points"] for line in subject["lines"]}
        assert told
        assert "older-rules" in answer.codes


@pytest.mark.parametrize("report", ["html", "docx", "xlsx", "markdown", "csv", "terminal"])
def test_an_older_run_is_reported(old, report, tmp_path):
    answer = old("runs", "show", SMALL, "--report", report, "--out", tmp_path / "out")
    assert answer.code == 0, answer


@pytest.mark.parametrize("run", RUNS)
def test_an_older_run_is_verified_or_said_to_be_of_older_rules(old, run):
    answer = old("runs", "verify", run, "--format", "json")
    codes = set(answer.codes)
    if answer.json["recomputed"] == stored(run):
        assert (answer.code, answer.json["verified"]) == (0, True)
    else:
        assert (answer.code, answer.json["older_rules"]) == (3, True)
        assert "verify-older-rules" in codes
    assert not [f for f in answer.json["findings"] if f["severity"] == "error"]


def test_what_changed_since_and_what_it_does_is_told(old, changed):
    answer = old("runs", "verify", SMALL, "--format", "json")
    assert (answer.code, answer.json["older_rules"]) == (3, True)
    messages = {f["code"]: (f["severity"], f["message"]) for f in answer.json["findings"]}
    assert messages["verify-change"] == (
        "info", "changed since: A deadline lasts to the end of its day."
    )  # fmt: skip
    assert messages["verify-result"][0] == "info"
    text = old("runs", "verify", SMALL)
    assert text.code == 3
    assert "is as it was stored" in text.out
    assert "damaged" not in text.out + text.err


def test_todays_runs_that_differ_are_not_excused(cli, changed):
    run = cli.assess()["run_id"]
    with sqlite3.connect(cli.store) as connection:
        connection.execute("UPDATE runs SET digest = 'sha256:0'")
    answer = cli("runs", "verify", run, "--format", "json")
    assert (answer.code, answer.json["verified"]) == (1, False)
    assert "verify-older-rules" not in answer.codes


def test_rules_that_refuse_an_older_run_do_not_make_it_a_damaged_one(old, monkeypatch):
    def refuse(*_):
        raise verify.EngineFailure.of("cut-figure", msg("A figure would be cut."))

    monkeypatch.setattr(verify.assess, "compute", refuse)
    answer = old("runs", "verify", MODELS, "--format", "json")
    assert (answer.code, answer.json["older_rules"]) == (3, True)
    assert answer.json["recomputed"] is None
    assert {"verify-older-rules", "cut-figure"} <= set(answer.codes)


def test_a_changed_file_of_an_older_run_is_told_as_ever(old):
    file = old.store.parent / "runs" / SMALL / "results" / "lines.parquet"
    with file.open("ab") as grown:
        grown.write(b"x")
    answer = old("runs", "verify", SMALL, "--format", "json")
    assert (answer.code, answer.json["verified"]) == (1, False)
    assert answer.codes == ["file-changed"]


def test_a_forged_digest_of_an_older_run_is_told(old):
    """What the stored results' own digest is, no rules change."""
    with sqlite3.connect(old.store) as connection:
        connection.execute(f"UPDATE runs SET digest = 'sha256:0' WHERE id = '{SMALL}'")
    answer = old("runs", "verify", SMALL, "--format", "json")
    assert (answer.code, answer.json["verified"]) == (1, False)
    assert "verify-digest" in answer.codes


def test_forged_results_of_an_older_run_are_told(old):
    file = old.store.parent / "runs" / SMALL / "results" / "lines.parquet"
    add_a_point(file)
    with sqlite3.connect(old.store) as connection:
        question = f"SELECT files FROM runs WHERE id = '{SMALL}'"
        files = json.loads(connection.execute(question).fetchone()[0])
        data = file.read_bytes()
        files["results/lines.parquet"] = {
            "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)
        }  # fmt: skip
        connection.execute(f"UPDATE runs SET files = ? WHERE id = '{SMALL}'", [json.dumps(files)])
    answer = old("runs", "verify", SMALL, "--format", "json")
    assert answer.code == 1
    assert "verify-digest" in answer.codes


def test_older_runs_go_on_to_be_reviewed_published_and_sealed(old):
    for verb, status in (("review", "reviewed"), ("publish", "published"), ("seal", "sealed")):
        answer = old("runs", verb, MODELS, "--reason", "checked", "--format", "json")
        assert (answer.code, answer.json["status"]) == (0, status)


def test_an_older_run_beside_one_of_today_names_the_rules_of_computing(old):
    ruleset = old.store.parent / "runs" / EDGES / "ruleset"
    data = old.folder / "edges"
    data.mkdir()
    for file in (old.store.parent / "runs" / EDGES / "snapshot").glob("*.parquet"):
        shutil.copyfile(file, data / file.name)
    answer = old("assess", ruleset, "--data", data, "--format", "json")
    assert answer.code == 0, answer
    compared = old("runs", "compare", EDGES, answer.json["run_id"], "--format", "json")
    assert compared.code == 0, compared
    assert "semantics" in compared.json["causes"]
    assert old("what-if", ruleset, "--against", EDGES, "--format", "json").code == 0
    assert old("fragile", EDGES, "--format", "json").code == 0


CORRECTION = """
source: letter of the county office, no. 4
changes:
  - {table: visits, key: x1, set: {irregular: false}}
"""


def decide(old):
    """Decide the appeal that is open in the old store."""
    file = old.folder / "correct.yaml"
    file.write_text(CORRECTION, encoding="utf-8")
    return old("appeal", "decide", "1", "--correct", file, "--reason", "so", "--format", "json")


def test_an_appeal_against_an_older_run_is_decided_where_nothing_else_would_change(old):
    answer = decide(old)
    assert (answer.code, answer.json["status"]) == (0, "corrected")
    newest = old("runs", "list", "--format", "json").json[0]
    assert newest["semantics"] == semantics.SEMANTICS


def test_no_decision_brings_todays_rules_to_those_it_is_not_about(old, changed):
    answer = decide(old)
    assert (answer.code, answer.codes) == (1, ["appeal-older-rules"])
    assert len(old("runs", "list", "--format", "json").json) == len(RUNS)


def rewrite(old, run, was, now):
    """Change a run's own ruleset and its hash, as if it had been stored so."""
    file = old.store.parent / "runs" / run / "ruleset" / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, now), encoding="utf-8")
    with sqlite3.connect(old.store) as connection:
        question = "SELECT files FROM runs WHERE id = ?"
        files = json.loads(connection.execute(question, [run]).fetchone()[0])
        data = file.read_bytes()
        files["ruleset/ruleset.yaml"] = {
            "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)
        }  # fmt: skip
        connection.execute("UPDATE runs SET files = ? WHERE id = ?", [json.dumps(files), run])


def test_a_line_that_is_not_read_any_more_is_named_and_the_rest_is_told(old):
    rewrite(old, SMALL, "formula: case when people_total < 10 then 5 else 0 end", "formula: gone")
    answer = old("runs", "show", SMALL, "--format", "json")
    assert answer.code == 0, answer
    told = {f["code"]: f["message"] for f in answer.json["findings"]}
    assert "Small matters" in told["lines-not-told"]
    verified = old("runs", "verify", SMALL, "--format", "json")
    assert verified.code == 1  # the ruleset's fingerprint is another
    assert "verify-ruleset" in verified.codes


def test_rules_that_are_not_read_any_more_blame_neither_run_nor_data(old):
    rewrite(old, SMALL, "share: model", "share: gone")
    answer = old("runs", "show", SMALL, "--format", "json")
    assert answer.code == 1
    assert answer.codes[0] == "run-not-readable"
    assert "unknown-name" in answer.codes
    verified = old("runs", "verify", SMALL, "--format", "json")
    assert (verified.code, verified.json["older_rules"]) == (3, True)


SECTION = "    subject: cadre\n    clause"
STEPS = "method: per item\n        deduct: [{of: absences, each: 2}]"
THIRDS = "method: formula\n        formula: 0 - absences / 3"


def by_older_rules(cli, run, change, lines="cadre_lines"):
    """Change the lines of a run, as if it had been made by older rules of computing."""
    name = f"results/{lines}.parquet"
    file = cli.store.parent / "runs" / run / name
    pq.write_table(change(pq.read_table(file)), file)
    with sqlite3.connect(cli.store) as connection:
        question = "SELECT files FROM runs WHERE id = ?"
        files = json.loads(connection.execute(question, [run]).fetchone()[0])
        data = file.read_bytes()
        files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        connection.execute(
            "UPDATE runs SET files = ?, semantics = 1 WHERE id = ?", [json.dumps(files), run]
        )


def in_ten_thousandths(table):
    """Return cadres' lines as they were: their sums in 1/10,000, rounded half-up."""
    for name in ("low", "high"):
        sums = [int(value) for value in table.column(name).to_pylist()]
        assert any(abs(value) > 10**12 for value in sums)
        rounded = [(2 * value + 10**11) // (2 * 10**11) for value in sums]
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.array(rounded, pa.int64()))
    return table


def moved(cli, run):
    answer = cli("fragile", run, "--all", "--format", "json", "--lang", "en")
    assert answer.code == 0, answer
    return {k: v for k, v in answer.json.items() if k != "run_id"}, answer.err


def test_records_of_an_older_run_are_tried_by_todays_rules(cli):
    cli.change(SECTION, "    weight: 0.3\n    assumed: the paper weighs it so\n" + SECTION)
    cli.change(STEPS, THIRDS)
    run = cli.assess()["run_id"]
    found, _ = moved(cli, run)
    assert any(s["kind"] == "cadre" for s in found["subjects"])
    by_older_rules(cli, run, in_ten_thousandths)
    again, told = moved(cli, run)
    assert again == found
    assert "older-rules" in told
    assert "tried-by-todays-rules" not in told
    with sqlite3.connect(cli.store) as connection:
        connection.execute("UPDATE runs SET digest = 'sha256:0'")
    again, told = moved(cli, run)
    assert again == found
    assert "tried-by-todays-rules" in told


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ("formula: case when people_total < 10 then 5 else 0 end", "formula: gone",
         "lines-not-told"),
        ("", "", "cut-figure"),
    ],
)  # fmt: skip
def test_records_are_not_tried_where_todays_rules_cannot_compute(old, monkeypatch, was, now, code):
    def refuse(*_):
        raise verify.EngineFailure.of("cut-figure", msg("A figure would be cut."))

    if was:
        rewrite(old, SMALL, was, now)
    else:
        monkeypatch.setattr(verify.assess, "compute", refuse)
    answer = old("fragile", SMALL, "--format", "json", "--lang", "en")
    assert answer.code != 0
    assert "older-rules-not-tried" in answer.out + answer.err
    assert code in answer.out + answer.err


def test_what_was_measured_and_divided_is_told_of_older_runs_too(cli):
    """They hold the quotient only, rounded to six places: a third of seven is 2.333333."""
    cli.change("sum: people}", "sum: people / 3, assumed: thirds}")
    cli.change(
        "formula: case when people_total < 10 then 5 else 0 end", "formula: people_total / 2"
    )
    run = cli.assess()["run_id"]

    def told():
        answers = [cli("explain", run, v, "--format", "json", "--lang", "en")
                   for v in ("v1", "v2")]  # fmt: skip
        assert [a.code for a in answers] == [0, 0]
        return [line for a in answers for line in a.json["subject"]["lines"]]

    found = told()
    assert any(line["criterion"] == "small_matters" and line["points"] for line in found)
    by_older_rules(cli, run, lambda table: table.drop_columns(["i__people_total__exact"]), "lines")
    assert told() == found
    assert cli("runs", "verify", run).code == 0
    assert cli("fragile", run).code == 0
