"""How much memory one process holds after many different rulesets and many runs."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.cli.program import run
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
RULESETS, RUNS, FIRST = 1000, 100, 10
MOST = 50
"""Megabytes that a process may have grown by since the first ten."""
LABEL = re.compile(r"^  [a-z_]+: +\{label: ([^,}]{3,})", re.MULTILINE)
SIGNS = "一二三四五六七八九十"


def different(source: Path, number: int, folder: Path) -> Path:
    """Write a ruleset as another in which every indicator has another name."""
    target = folder / f"r{number % FIRST}"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    file = target / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    end = "号" + "".join(SIGNS[int(digit)] for digit in str(number))
    for label in sorted(set(LABEL.findall(text)), key=len, reverse=True):
        text = text.replace(label, label + end)
    file.write_text(text, encoding="utf-8")
    return target


def held() -> float:
    """Return the megabytes that the process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def grown(times: int, act: Callable[[int], None]) -> Iterator[tuple[int, float]]:
    """Do something again and again; yield by how much the process has grown since the first."""
    begun = 0.0
    for number in range(times):
        act(number)
        if number + 1 == FIRST:
            begun = held()
        elif number + 1 > FIRST and (number + 1) % (times // 5) == 0:
            yield number + 1, held() - begun


def bench_memory(rulesets: int = RULESETS, runs: int = RUNS) -> int:
    """Print how the process grows; return 1 when it is by more than it may."""
    sources = sorted(path.parent for path in (ROOT / "rulesets").glob("*/ruleset.yaml"))
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["RULES_ENGINE_STORE"] = str(folder / "store.db")

        def check(number: int) -> None:
            load_ruleset(different(sources[number % len(sources)], number, folder), registry())

        def assess(number: int) -> None:
            own = different(sources[number % len(sources)], number, folder)
            with contextlib.redirect_stdout(io.StringIO()):
                run(["assess", str(own), "--data", str(own / "sample"), "--format", "json"])

        for what, times, act in (("checked", rulesets, check), ("assessed", runs, assess)):
            for number, more in grown(times, act):
                print(f"{number:>5} {what}: {more:+.1f} MB since the first {FIRST}", flush=True)
                worst = max(worst, more)
    print(f"at most {worst:.1f} MB; allowed are {MOST}")
    return int(worst > MOST)
