"""A store on a disk that is only read is listed, shown, explained and verified."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from test_old_runs import OLD, SMALL

from tests.unprivileged import unprivileged

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such folders")


@pytest.fixture
def tmp_path():
    """Give a folder that others can reach: pytest closes its own to them."""
    folder = Path(tempfile.mkdtemp(prefix="read-only-"))
    yield folder
    shutil.rmtree(folder)


def read(cli, run, village):
    """Do whatever only reads."""
    for arguments in (
        ["runs", "list"], ["runs", "list", "--format", "json"], ["runs", "show", run],
        ["explain", run, village], ["runs", "verify", run], ["audit", "verify"],
        ["audit", "list"], ["appeal", "list"], ["roles", "list"],
    ):  # fmt: skip
        answer = cli(*arguments)
        assert answer.code in (0, 3), (arguments, answer)
        assert "internal" not in answer.err


def refused(cli, run):
    """Do what writes: the store says that it cannot be written."""
    for arguments in (
        ["assess", cli.ruleset, "--data", cli.data], ["runs", "review", run, "--reason", "x"],
        ["runs", "prune", "--older-than", "1"], ["roles", "grant", "x", "administer"],
        ["audit", "export", "--out", "/tmp/none/of/it"],
    ):  # fmt: skip
        answer = cli(*arguments)
        assert answer.code != 0, (arguments, answer)
        assert "internal-error" not in answer.err
    assert "store-read-only" in cli("roles", "grant", "x", "administer").err


def test_a_folder_that_cannot_be_written(cli, tmp_path):
    run = cli.assess()["run_id"]
    read(cli, run, "South")  # the modules may lie where others do not reach
    before = sorted(path.name for path in tmp_path.iterdir())
    with unprivileged(tmp_path):
        read(cli, run, "South")
        refused(cli, run)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_what_was_not_yet_written_into_the_file_is_read_too(cli, tmp_path):
    """The office's machine crashed, and the disk was mounted elsewhere."""
    cli.assess()
    store = tmp_path / "crashed"
    store.mkdir()
    open_still = sqlite3.connect(cli.store)
    open_still.execute("BEGIN").execute("SELECT * FROM runs").fetchone()
    run = cli.assess()["run_id"]
    for name in ("runs.db", "runs.db-wal"):
        shutil.copyfile(cli.store.with_name(name), store / name)
    shutil.copytree(tmp_path / "runs", store / "runs")
    open_still.close()
    with unprivileged(store):
        answer = cli("runs", "list", "--store", store / "runs.db")
        assert answer.code == 0, answer
        assert answer.out.split()[0] == run


def test_a_store_of_an_older_program(cli, tmp_path):
    shutil.copytree(OLD / "runs", tmp_path / "runs")
    shutil.copyfile(OLD / "runs.db", cli.store)
    held = cli.store.read_bytes()
    shutil.copyfile(OLD / "runs.db", tmp_path / "copy.db")
    assert cli("runs", "list", "--store", tmp_path / "copy.db").code == 0
    with unprivileged(tmp_path):
        read(cli, SMALL, "South")
        refused(cli, SMALL)
    assert cli.store.read_bytes() == held
