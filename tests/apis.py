"""Says what the API on this machine answers; see ``api_server.py``."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


@contextmanager
def running(*arguments):
    """Start a server in a process of its own."""
    command = [sys.executable, str(Path(__file__).parent / "api_server.py"), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield int(process.stdout.readline())
        process.terminate()


def serve(server, place, answers):
    """Let a folder answer; return its address. An answer that is no list is given ever after."""
    whole = {asked: a if isinstance(a, list) else [a] for asked, a in answers.items()}
    place.mkdir(parents=True, exist_ok=True)
    (place / "answers.json").write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return f"{server}{quote(str(place))}"


def offer(server, place, tables, size=20_000):
    """Offer tables as many APIs do: an index, and listings of pages that name the next one."""
    answers = {"": {"body": {name: quote(f"{place}/{name}") for name in tables}}}
    for name, table in tables.items():
        starts = range(0, max(table.num_rows, 1), size)
        for number, start in enumerate(starts):
            after = f"{quote(f'{place}/{name}')}?page={number + 1}"
            page = {
                "count": table.num_rows,
                "next": after if start + size < table.num_rows else None,
                "results": table.slice(start, size).to_pylist(),
            }
            file = f"{name}-{number}.json"
            (place / file).write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
            answers[f"{name}?page={number}" if number else name] = {"file": file}
    return serve(server, place, answers)


def requests(place):
    """Return what was asked below a folder, each with its headers."""
    lines = (place / "requests.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]
