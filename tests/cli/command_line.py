"""The command line as it is started: here where that is enough, else in a process of its own."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rules_engine.cli import program

SMALL = Path(__file__).parents[1] / "fixtures" / "small"
START = [sys.executable, "-c", "from rules_engine.cli import main; main()"]


SHELVES = tempfile.TemporaryDirectory(prefix="shelves")
FILLED = {}
"""What filled an empty store: the store's files, and the document that was printed."""


def _content(folder):
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix(), file.read_bytes()


def _settings():
    own = ("RULES_ENGINE_STORE", "RULES_ENGINE_HOME")
    return {
        (name, value) for name, value in os.environ.items()
        if name not in own and (name.startswith("RULES_ENGINE") or name == "LANGUAGE")
    }  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a command line gave."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """Return the one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def codes(self):
        """Return the codes of the findings in it."""
        return [finding["code"] for finding in self.json["findings"]]


class CommandLine:
    """Runs command lines against a store of its own."""

    def __init__(self, folder, capsys, monkeypatch):
        self.folder = folder
        self.capsys = capsys
        self.monkeypatch = monkeypatch
        self.ruleset = folder / "small"
        shutil.copytree(SMALL, self.ruleset)
        self.data = self.ruleset / "sample"
        self.store = folder / "runs.db"

    def __call__(self, *arguments):
        """Run in this process, as the program's own main does."""
        self.capsys.readouterr()
        try:
            code = program.run([str(a) for a in arguments])
        except SystemExit as ended:
            code = ended.code
        said = self.capsys.readouterr()
        return Answer(code, said.out, said.err)

    def start(self, *arguments, **settings):
        """Run in a process of its own."""
        environment = {**os.environ, **settings.pop("env", {})}
        done = subprocess.run(
            [*START, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8",
            env=environment, timeout=60, check=False, **settings,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout, done.stderr)

    def assess(self, *options):
        """Assess the small township and return its document."""
        return self._first("assess", lambda: self._assess(*options), *options)

    def publish(self, *options):
        """Assess the small township, publish the run and return its document."""

        def publish():
            document = self._assess(*options)
            for verb in ("review", "publish"):
                assert self("runs", verb, document["run_id"], "--reason", "x").code == 0
            return document

        return self._first("publish", publish, *options)

    def _assess(self, *options):
        answer = self("assess", self.ruleset, "--data", self.data, "--format", "json", *options)
        assert answer.code == 0, answer
        return answer.json

    def _first(self, deed, do, *options):
        """Do what fills an empty store, or take the store that the same deed filled before."""
        if self.store.exists() or self.monkeypatch._setattr or any("/" in str(o) for o in options):
            return do()  # what a test has put in the program's place goes for this run
        key = (deed, *map(str, options), *_content(self.ruleset), *sorted(_settings()))
        if key not in FILLED:
            document = do()
            shelf = Path(SHELVES.name, str(len(FILLED)))
            shutil.copytree(self.store.parent / "runs", shelf / "runs")
            shutil.copyfile(self.store, shelf / "runs.db")
            FILLED[key] = shelf, document
        else:
            shelf, document = FILLED[key]
            shutil.copytree(shelf / "runs", self.store.parent / "runs")
            shutil.copyfile(shelf / "runs.db", self.store)
        return copy.deepcopy(document)

    def change(self, old, new, file="ruleset.yaml"):
        """Change the ruleset."""
        text = (self.ruleset / file).read_text(encoding="utf-8")
        assert old in text
        (self.ruleset / file).write_text(text.replace(old, new, 1), encoding="utf-8")
