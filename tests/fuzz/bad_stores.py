"""Writes into a store what no program wrote: any value, of any type, in any column of any table."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from rules_engine.store import Store
from rules_engine.store.tables import Base

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rules_engine.model.run import StoredRun

VALUES = (
    None, "", " ", b"", b"\xff\xfe", b"\x00", "\x00", "x", "garbage", "\x1b[2J", "\u202eabc", "-1",
    0, -1, 2**31, 2**63 - 1, -(2**63), 1.5, 1e300, -1e-300, float("inf"), float("-inf"), "NaN",
    "infinity", "-infinity", "0044-03-15 BC", "0001-01-01", "9999-12-31", "10000-01-01",
    "2024-02-30", "2024-12-31", "2024-12-31T24:00:00", "1969-12-31 23:59:59.999999", "[]", "{}",
    "null", "true", "7", '"x"', "{", "[" * 50_000, '{"a": {"a": []}}', "[[1]]", "[null]",
    '{"a": NaN}', '{"a": 1e999}', '{"a": 1, "a": 2}', '{"a": "\\ud800"}', "x" * 100_000,
    "../../etc", '{"": ""}', "/etc/passwd", "20240101-abcdef", "sealed", "draft", "9" * 5000,
)  # fmt: skip
VERBS: tuple[Callable[[str], tuple[str, ...]], ...] = (
    lambda run: ("runs", "list"),
    lambda run: ("runs", "show", run),
    lambda run: ("runs", "show", "latest"),
    lambda run: ("runs", "verify", run),
    lambda run: ("runs", "compare", run, "latest"),
    lambda run: ("explain", run, "v1"),
    lambda run: ("audit", "verify"),
    lambda run: ("audit", "list"),
    lambda run: ("appeal", "list"),
    lambda run: ("roles", "list"),
)


def begin(file: Path, dispute: Callable[[Store, StoredRun], object]) -> str:
    """Put a little of everything into a store that holds a run; return the run."""
    with Store.open(str(file), by="li") as store:
        run = store.get("latest")
        for verb in ("review", "publish"):
            run = store.life.take(run, verb, "x")
        dispute(store, run)
        store.roles.grant("li", "administer")
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        found = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in found:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return run.record.id


def damage(file: Path, number: int) -> str:
    """Change one to three values; return what was done."""
    dice = random.Random(f"store {number}")
    done = []
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        for _ in range(dice.choice((1, 1, 2, 3))):
            table = dice.choice([*Base.metadata.tables.values()])
            column = dice.choice([*table.columns])
            value = dice.choice(VALUES)
            try:
                raw.execute(f'UPDATE {table.name} SET "{column.name}" = ?', [value])
            except sqlite3.Error:  # not every column takes every value
                continue
            done.append(f"{table.name}.{column.name} = {value!r:.30}")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return f"store {number}, {', '.join(done)}"


def verb(run: str, number: int) -> tuple[str, ...]:
    """Return a verb that looks at what is stored."""
    return random.Random(f"verb {number}").choice(VERBS)(run)
