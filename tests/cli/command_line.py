"""The command line as it is started: here where that is enough, else in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from rules_engine.cli import program

SMALL = Path(__file__).parents[1] / "fixtures" / "small"
START = [sys.executable, "-c", "from rules_engine.cli import main; main()"]


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

    def __init__(self, folder, capsys):
        self.folder = folder
        self.capsys = capsys
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
        answer = self("assess", self.ruleset, "--data", self.data, "--format", "json", *options)
        assert answer.code == 0, answer
        return answer.json

    def change(self, old, new, file="ruleset.yaml"):
        """Change the ruleset."""
        text = (self.ruleset / file).read_text(encoding="utf-8")
        assert old in text
        (self.ruleset / file).write_text(text.replace(old, new, 1), encoding="utf-8")
