"""Talks with an API that does not keep to what it says."""

from __future__ import annotations

import csv
import gzip
import json
import random
from typing import TYPE_CHECKING

import yaml
from apis import serve
from bad_deliveries import ODD, SAMPLE

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "token-that-nobody-may-see"
PAGINGS = (
    {"by": "none"},
    {"by": "none"},
    {"by": "none"},
    {"by": "page", "parameter": "p", "size": 2, "size_parameter": "n"},
    {"by": "offset", "parameter": "o", "size": 2},
    {"by": "cursor", "next": "next", "parameter": "c"},
    {"by": "link", "next": "next"},
    None,
)


def begin(server: str, folder: Path, number: int) -> Path:
    """Let the server answer so; return the mapping that talks with it."""
    dice = random.Random(f"conversation {number}")
    answers, tables = {}, {}
    for file in sorted(SAMPLE.glob("*.csv")):
        rows = list(csv.DictReader(file.open(encoding="utf-8")))
        answers[f"{file.stem}?*"] = [_answer(rows, dice) for _ in range(dice.choice((1, 1, 2, 3)))]
        tables[file.stem] = {"path": file.stem}
    for name in dice.sample(sorted(answers), dice.choice((0, 1, 1, 2))):
        answers[name] = [_bad(answers[name][0], dice, folder) for _ in range(dice.choice((1, 2)))]
    address = serve(server, folder / "api", answers)
    paging = dice.choice(PAGINGS)
    source = {
        "location": f"{address}/",
        "rows": "list",
        "retries": 1,
        "pause": 0,
        "timeout": 1,
        "secret": {"env": "FUZZ_TOKEN"},
        **({"paging": paging} if paging else {}),
    }
    if dice.random() < 0.3:
        source["total"] = "count"
    mapping = folder / "source.yaml"
    mapping.write_text(yaml.safe_dump({"source": source, "tables": tables}), encoding="utf-8")
    return mapping


def _answer(rows, dice):
    """Return a sound answer, perhaps with further pages, perhaps with a wrong count."""
    body = {"list": [{k: v or None for k, v in row.items()} for row in rows]}
    body["count"] = len(rows) if dice.random() < 0.95 else dice.choice((0, -1, 10**9, "x", None))
    if dice.random() < 0.05:
        body["next"] = dice.choice(("cases?c=2", "", None, 7, "//x", "http://127.0.0.1:9/", ".."))
    return {"body": body}


def _bad(answer, dice, folder):
    body = json.loads(json.dumps(answer["body"]))
    rows = body["list"]
    deeds = {
        "status": lambda: {
            "status": dice.choice((204, 301, 400, 401, 404, 429, 500, 503, 599)),
            "headers": {"Retry-After": dice.choice(("0", "x", "-1"))},
            "text": TOKEN,
        },
        "redirect": lambda: {
            "status": dice.choice((301, 302, 307)),
            "text": "",
            "headers": {
                "Location": dice.choice(
                    ("http://127.0.0.1:9/x", "file:///etc/passwd", "cases", "//x", "")
                )
            },
        },
        "cut": lambda: {**answer, "do": "cut"},
        "hang up": lambda: {**answer, "do": "hang up"},
        "text": lambda: {
            "text": dice.choice(
                (
                    "",
                    "null",
                    "[]",
                    "{}",
                    "<html>",
                    "[" * 100_000,
                    '{"list": [',
                    '{"list": {"a": 1}}',
                    "\x1b[31m",
                    '{"list": [[1]]}',
                    '{"list": [1, "x"]}',
                    '{"list": [{"a": NaN}]}',
                    '{"count": ' + "9" * 5000 + ', "list": []}',
                    '{"' + TOKEN + '": 1}',
                    "\ufeff{}",
                )
            )
        },
        "cell": lambda: _with_cell(answer, rows, dice),
        "keys": lambda: {"body": {**body, "list": [{f"k{i}": i for i in range(3000)}]}},
        "bytes": lambda: _file(folder, dice, bytes(dice.randrange(256) for _ in range(200)), {}),
        "gzip": lambda: _file(
            folder,
            dice,
            gzip.compress(json.dumps(body).encode())[: dice.choice((9, 9999))],
            {"Content-Encoding": dice.choice(("gzip", "gzip, gzip", "br", "x"))},
        ),
        "charset": lambda: {
            "text": json.dumps(body, ensure_ascii=False),
            "charset": "gb18030",
            "headers": {"Content-Type": "application/json; charset=x-none"},
        },
    }
    return deeds[dice.choice(sorted(deeds))]()


def _with_cell(answer, rows, dice):
    body = {**answer["body"], "list": [dict(row) for row in rows]}
    if body["list"]:
        row = dice.choice(body["list"])
        row[dice.choice(sorted(row))] = dice.choice((*ODD, None, 1.5, True, [1], {"a": 1}, 10**40))
    return {"body": body}


def _file(folder, dice, raw, headers):
    (folder / "api").mkdir(exist_ok=True)
    name = f"raw{dice.randrange(10**9)}"
    (folder / "api" / name).write_bytes(raw)
    return {"file": name, "headers": headers}
