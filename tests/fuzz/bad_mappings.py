"""Writes ``source.yaml`` as nobody should, for the sample of the small township."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from edits import MORE_DEEDS, edited

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
source: 数据
tables:
  villages:
    from: villages
    columns:
      village_id: village_id
      name: name
  cases:
    from: "case*"
    columns:
      case_id: case_id
      village_id: {from: village_id, values: {v1: v1, v2: v2}, otherwise: v3}
      first_time: {from: first_time, values: {true: 是}, otherwise: 否}
      received_on: received_on
      people: {constant: 3}
      cause: {from: [case_id, village_id], join: "；"}
      place: null
  reports:
    source: 数据/reports.csv
    columns: {report_id: report_id, due_at: {from: due_at}}
"""
PLACES = (
    "/dev/zero",
    "/dev/stdin",
    "/etc/passwd",
    "/proc/self/environ",
    "../../etc/passwd",
    ".",
    "..",
    "/",
    "数据/../../x",
    "~",
    "~root",
    "file:///etc/passwd",
    "sqlite:////etc/passwd",
    "sqlite://",
    "x://y",
    "http://127.0.0.1:9/",
    "https://user:secret@127.0.0.1:9/x",
    "postgresql://a:b@127.0.0.1:9/x",
    "csv:数据",
    "excel:数据",
    "'数据\\0'",
    '"数据\\n: x"',
    "'{}'",
    "[数据, 数据]",
    "{location: 数据}",
    "{location: 数据, encoding: rot13}",
    "{location: 数据, encoding: utf-16}",
    "{location: 数据, secret: abc}",
    "{location: 数据, secret: {env: NOBODY_SET_THIS}}",
    "{location: 数据, timeout: -1}",
    "''",
    "null",
)


def write(folder: Path, number: int) -> Path:
    """Write a spoiled mapping; return its file."""
    dice = random.Random(f"mapping {number}")
    text = GOOD
    if dice.random() < 0.4:
        text = text.replace("source: 数据\n", f"source: {dice.choice(PLACES)}\n", 1)
    if dice.random() < 0.2:
        text = text.replace("source: 数据/reports.csv", f"source: {dice.choice(PLACES)}")
    if dice.random() < 0.8:
        text = edited(text, number, MORE_DEEDS)
    file = folder / "source.yaml"
    file.write_text(text, encoding="utf-8", errors="replace", newline="")
    return file
