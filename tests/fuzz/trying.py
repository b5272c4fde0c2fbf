"""Tries the command line on what anybody might hand in, and judges what it answers."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from patience import in_time

from rules_engine.cli import program

SHARE = float(os.environ.get("FUZZ", "0.01"))
"""How much of the whole is tried: 1 is all of it."""
PATIENCE = 60
"""Seconds after which a case is taken to hang."""
ENDINGS = {0: "done", 1: "refused", 2: "wrong usage", 3: "older rules"}


@dataclass
class Bench:
    """A command line with a store of its own, which is looked at after each case."""

    folder: Path
    capsys: object
    endings: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)

    def __call__(self, case: str, *arguments: object) -> dict:
        """Run a command; fail where it breaks a promise; return its document.

        Args:
            case: what is tried, for whoever reads a failure.
            arguments: the command line, without ``--format``.
        """
        before = self._runs()
        self.capsys.readouterr()
        with in_time(case, PATIENCE):
            code = _run([*map(str, arguments), "--format", "json"])
        said = self.capsys.readouterr()
        told = f"{case}: {' '.join(map(str, arguments))}\n{said.out[-3000:]}\n{said.err[-3000:]}"
        assert code in ENDINGS, told
        assert "Traceback (most recent call last)" not in said.err + said.out, told
        assert not (set(said.err) & FORBIDDEN), told
        document = json.loads(said.out)
        findings = document.get("findings", []) if isinstance(document, dict) else []
        assert "internal-error" not in {f["code"] for f in findings}, told
        assert all(f["message"] for f in findings), told
        if code:
            # A list is printed of what can be read; what cannot is told beside it.
            beside = isinstance(document, list) and " error " in said.err
            assert beside or any(f["severity"] == "error" for f in findings), told
            assert self._runs() == before, told
        _count(self.endings, [ENDINGS[code]])
        _count(self.codes, {f["code"] for f in findings if f["severity"] == "error"})
        return document

    def _runs(self) -> int:
        store = Path(os.environ["RULES_ENGINE_STORE"])
        if not store.exists():
            return 0
        with sqlite3.connect(store) as connection:
            return connection.execute("SELECT count(*) FROM runs").fetchone()[0]


FORBIDDEN = {chr(c) for c in range(32) if chr(c) not in "\t\n\r"} | set("\x7f\u202e\u2066\u200f")
"""What would move the cursor of a terminal or turn its lines round."""


def _count(counts, names):
    for name in names:
        counts[name] = counts.get(name, 0) + 1


def cases(whole: int, batch: int, batches: int) -> range:
    """Return the numbers of the cases that a batch tries, of so many in the whole."""
    return range(batch, max(batches, round(whole * SHARE)), batches)


def _run(arguments: list[str]) -> object:
    try:
        return program.run(arguments)
    except SystemExit as ended:
        return ended.code
