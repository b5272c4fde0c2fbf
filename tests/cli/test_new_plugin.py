"""``new source`` and ``new reporter``: what they write installs, works and keeps the contract."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import venv
from contextlib import closing
from pathlib import Path

import pyarrow.csv
import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "rulesets" / "backlog-2022"


def run(*command, **more):
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **more
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def start(cli, sort, name):
    return cli("new", sort, name, "--format", "json").json


@pytest.mark.parametrize("sort", ["source", "reporter", "method", "check"])
def test_the_files_are_named(cli, tmp_path, sort):
    made = start(cli, sort, "county-ledger")
    assert made["plugin"] == "kaohe-engine-county-ledger"
    assert all((tmp_path / file).is_file() for file in made["files"])
    module = tmp_path / made["plugin"] / "src" / "rules_engine_county_ledger" / "__init__.py"
    assert "@" not in module.read_text(encoding="utf-8").replace("@hookimpl", "")


@pytest.mark.parametrize(("name", "hint"), [("County", "county"), ("a b", "a-b"), ("-", "")])
def test_a_name_that_cannot_be_one(cli, name, hint):
    refused = cli("new", "source", "--", name)
    assert refused.code == 2
    assert "bad-name" in refused.err
    assert hint in refused.err


def test_a_folder_that_is_there_is_left_alone(cli, tmp_path):
    (tmp_path / "kaohe-engine-county").mkdir()
    refused = cli("new", "reporter", "county")
    assert refused.code == 2
    assert "folder-exists" in refused.err
    assert not list((tmp_path / "kaohe-engine-county").iterdir())


def ledger(file):
    """Put the sample's records into a SQLite file."""
    with closing(sqlite3.connect(file)) as database, database:
        for table in sorted((SAMPLE / "sample").glob("*.csv")):
            rows = pyarrow.csv.read_csv(table)
            names = ", ".join(f'"{name}" TEXT' for name in rows.column_names)
            database.execute(f'CREATE TABLE "{table.stem}" ({names})')
            marks = ", ".join("?" for _ in rows.column_names)
            values = [
                tuple(None if v is None else str(v) for v in row.values())
                for row in rows.to_pylist()
            ]
            database.executemany(f'INSERT INTO "{table.stem}" VALUES ({marks})', values)


def test_a_wheel_of_each_works_where_nothing_else_is(cli, tmp_path):
    wheels, home = tmp_path / "wheels", tmp_path / "clean"
    begun = {"source": "county", "reporter": "poster", "method": "stairs", "check": "weights"}
    folders = [start(cli, sort, name)["plugin"] for sort, name in begun.items()]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    ours = [file.parent for file in (ROOT / "plugins").glob("*/pyproject.toml")]
    asked = [ROOT, *ours, *(tmp_path / folder for folder in folders)]
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", wheels, *asked)
    venv.create(home)
    clean = home / ("Scripts" if os.name == "nt" else "bin")
    run(*pip, "--python", clean / "python", "install", *sorted(wheels.glob("*.whl")))

    ledger(tmp_path / "records.county")
    environment = {
        "PATH": str(clean), "RULES_ENGINE_HOME": str(tmp_path / "home"), "LANGUAGE": "en",
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    arguments = ["--data", tmp_path / "records.county", "--report", "poster", "--out", tmp_path]
    program = [clean / "rules-engine", "assess", SAMPLE, "--format", "json", *arguments]
    through_plugins = json.loads(run(*program, env=environment, cwd=home))
    program[5:7] = ["--data", SAMPLE / "sample"]
    assert (
        json.loads(run(*program, env=environment, cwd=home))["digest"]
        == (through_plugins["digest"])
    )
    assert through_plugins["digest"] in (tmp_path / "poster.txt").read_text("utf-8")
    tests = [tmp_path / folder / "tests" for folder in folders]
    run(
        clean / "python",
        "-m",
        "pytest",
        "-q",
        "--import-mode=importlib",
        *tests,
        env=environment,
        cwd=tmp_path,
    )
