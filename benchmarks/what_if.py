"""A changed ruleset on five county years, ten changes with shares, against eleven plain runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.workload import SIZES, write_data, write_ruleset

YEARS, PLAIN_RUNS = 5, 11
LINES = 8
"""Lines that are changed; the threshold and the quota of the best grade are the other two."""


def bench_what_if(work: Path) -> None:
    """Measure it and print the ratio."""
    data, rules, draft = work / "county-what-if", work / "ruleset", work / "draft"
    write_data(SIZES["county"], data)
    write_ruleset(draft)
    text = (draft / "ruleset.yaml").read_text(encoding="utf-8")
    for number in range(LINES):
        old = f"deduct: [{{of: i{number}, each: 0.1}}]"
        text = text.replace(old, old.replace("0.1", "0.2"))
    text = text.replace("from: 80, quota: 20%", "from: 75, quota: 10%")
    (draft / "ruleset.yaml").write_text(text, encoding="utf-8")
    environment = {**os.environ, "RULES_ENGINE_HOME": str(work / "what-if"),
                   "RULES_ENGINE_STORE": ""}  # fmt: skip
    engine = str(Path(sys.executable).parent / "rules-engine")
    plain = [
        _timed([engine, "assess", str(rules), "--data", str(data)], environment)
        for _ in range(YEARS)
    ]
    stored = sorted(p.name for p in (work / "what-if" / "runs").iterdir() if p.is_dir())[:YEARS]
    against = [word for run in stored for word in ("--against", run)]
    tried = _timed([engine, "what-if", str(draft), *against], environment)
    eleven = PLAIN_RUNS * sum(plain) / len(plain)
    print(f"\nwhat-if: ten changes on {len(stored)} county years: {tried:.1f} s")
    print(f"  {PLAIN_RUNS} plain runs, by the mean of {YEARS}: {eleven:.1f} s")
    print(f"  what-if / {PLAIN_RUNS} plain runs: {tried / eleven:.2f}")


def _timed(command: list[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun
