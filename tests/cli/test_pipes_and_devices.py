"""A pipe, device, socket or folder where a file is expected: refused everywhere, and at once."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from contextlib import contextmanager

import pytest

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
