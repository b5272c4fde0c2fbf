"""A pipe, device, socket or folder where a file is expected: refused everywhere, and at once."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from contextlib import contextmanager

import pytest

from rules_engine.cli import program

SECONDS = 20


def fifo(path):
    os.mkfifo(path)


def device(path):
    path.symlink_to("/dev/zero")


def folder(path):
    path.mkdir()


def listening(path):
    here = os.getcwd()
    os.chdir(path.parent)  # the address of a socket is short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


THINGS = [fifo, device, folder, listening]


@contextmanager
def not_hanging():
    """Fail where something waits for a pipe that nobody writes into."""

    def ring(*_):
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


RULES = [
    ("small/ruleset.yaml", verb)
    for verb in (
        "check small", "describe small", "plan small --data data", "assess small --data data",
        "test small", "coverage small", "mutate small", "fmt small", "export xlsx small --out f",
        "diff small small", "what-if small --against latest", "sources check data --ruleset small",
    )
]  # fmt: skip
GIVEN = [
    ("small/clauses.yaml", "check small"),
    ("small/features/a.feature", "test small"),
    ("given/cases.csv", "assess small --data given"),
    ("given/cases.parquet", "assess small --data given"),
    ("given/cases.jsonl", "sources check given"),
    ("given/x.xlsx", "sources probe given"),
    *((f"x.{ending}", f"assess small --data x.{ending}")
      for ending in ("csv", "tsv", "jsonl", "parquet", "zip", "xlsx", "xls", "ods", "db", "gz")),
    ("source.yaml", "assess small --data source.yaml"),
    ("source.yaml", "sources check source.yaml"),
    ("x.xlsx", "import xlsx x.xlsx --out small"),
    ("x", "audit verify x"),
    ("x", "audit verify --public-key x log"),
    ("x", "audit verify --since x"),
    ("x", "audit export --out log2 --key x"),
    ("x", "appeal evidence 1 --file x"),
    ("x.csv", "appeal decide 1 --reason r --correct x.csv"),
    ("x.yaml", "appeal decide 1 --reason r --correct x.yaml"),
    ("x", "runs list --store x"),
    ("small/clauses.yaml", "assess small --data data --plan"),
]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="Windows has none of them in the file system")
@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize(("place", "command"), [*RULES, *GIVEN])
def test_it_is_refused(cli, thing, place, command):
    shutil.copytree(cli.data, cli.folder / "data")
    (cli.folder / "small" / "features").mkdir(exist_ok=True)
    (cli.folder / "given").mkdir()
    (cli.folder / "log").write_text("{}\n")
    target = cli.folder / place
    target.unlink(missing_ok=True)
    thing(target)
    with not_hanging():
        answer = cli(*command.split())
    assert answer.code in (1, 2), answer
    assert answer.err.strip()
    assert "internal-error" not in answer.err, answer.err
    assert "Traceback" not in answer.err


LONG = "村" * 2000


@pytest.mark.parametrize(
    "command",
    [
        f"assess small --data {LONG}.csv", f"assess small --data https://{LONG}/", f"check {LONG}",
        f"sources probe {LONG}", f"audit verify {LONG}", f"runs list --store {LONG}",
        f"import xlsx {LONG} --out small", f"test small --features {LONG}", f"new ruleset {LONG}",
        f"describe small@{LONG}", f"appeal evidence 1 --file {LONG}", f"diff {LONG} {LONG}",
        f"assess small --data data --report json --out {LONG}", f"--plugins {LONG} plugins",
        "sources check long.yaml", "sources check null.yaml", "sources check authority.yaml",
    ],
)  # fmt: skip
def test_a_path_that_no_system_takes_is_no_fault_of_the_program(cli, command):
    shutil.copytree(cli.data, cli.folder / "data")
    tables = "tables: {villages: {path: v}}\n"
    for name, source in (
        ("long", LONG), ("null", '"a\\0.csv"'),
        ("authority", '{location: "https://x.example", ca_file: "a\\0"}'),
    ):  # fmt: skip
        (cli.folder / f"{name}.yaml").write_text(f"source: {source}\n{tables}", "utf-8")
    answer = cli(*command.split())
    program.use_folder(None)
    assert answer.code in (1, 2), answer
    for fault in ("internal-error", "plugin-failed", "Traceback"):
        assert fault not in answer.err, answer.err
    assert "error" in answer.err


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_run_whose_folder_or_file_leads_elsewhere_is_not_read(cli):
    run = cli.assess()["run_id"]
    kept = cli.folder / "runs" / run
    file = kept / "results" / "judged.json"
    file = file if file.exists() else next(p for p in sorted(kept.rglob("*")) if p.is_file())
    file.rename(cli.folder / "file")
    file.symlink_to(cli.folder / "file")
    assert "path-outside" in cli("runs", "verify", "latest").err
    kept.rename(cli.folder / "elsewhere")
    kept.symlink_to(cli.folder / "elsewhere")
    for verb in ("show", "verify", "review"):
        answer = cli("runs", verb, "latest", *(("--reason", "r") if verb == "review" else ()))
        assert (answer.code, "run-folder-link" in answer.err) == (1, True), answer


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_link_in_a_delivery_leads_nowhere_else(cli, name):
    (cli.folder / "given").mkdir()
    (cli.folder / "secret").write_text("village_id\n1\n")
    (cli.folder / "given" / name).symlink_to(cli.folder / "secret")
    for command in ("sources probe given", "sources check given", "assess small --data given"):
        answer = cli(*command.split())
        assert (answer.code, "path-outside" in answer.err) == (1, True), answer


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_where_a_report_goes_leads_nowhere_else(cli):
    out, secret = cli.folder / "out", cli.folder / "secret"
    cli.assess()
    assert cli("runs", "show", "latest", "--report", "html", "--out", out).code == 0
    name = next(file for file in out.iterdir() if file.is_file())
    secret.write_text("secret", encoding="utf-8")
    name.unlink()
    name.symlink_to(secret)
    answer = cli("runs", "show", "latest", "--report", "html", "--out", out)
    assert answer.code in (1, 2)
    assert "path-outside" in answer.err
    assert secret.read_text(encoding="utf-8") == "secret"
