"""Runs engine and peers on each size in turn and prints medians, ratios and peak memory."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.clauses import bench_clauses
from benchmarks.memory import bench_memory
from benchmarks.screening import bench_screening
from benchmarks.what_if import bench_what_if
from benchmarks.workload import SIZES, Size, write_data, write_ruleset

WHAT_IF, MEMORY, SCREENING, CLAUSES = "what-if", "memory", "screening", "clauses"
WHAT_IS_IMPORTED = """
import sys
sys.argv = ["rules-engine", *sys.argv[1:]]
from rules_engine.cli import main
try:
    main()
except SystemExit:
    pass
for name, module in list(sys.modules.items()):
    file = getattr(module, "__file__", None) or ""
    if "site-packages" in file and not name.startswith("rules_engine"):
        print(name, file=sys.stderr)
"""
"""Runs a command and names, in their order, the modules of other projects that it imported."""


@dataclass(frozen=True)
class Measured:
    """Seconds of wall time of each run, and the highest memory of any."""

    seconds: list[float]
    peak: int

    @property
    def median(self) -> float:
        """Return the median run."""
        return statistics.median(self.seconds)


def measure(
    commands: dict[str, list[str]], runs: int, environment: dict[str, str]
) -> dict[str, Measured]:
    """Run commands in turn, so that a machine that slows down slows all of them down."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    peaks = dict.fromkeys(commands, 0)
    for _ in range(runs):
        for name, command in commands.items():
            begun = time.perf_counter()
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise SystemExit(f"{name} failed: {' '.join(command)}")
            seconds[name].append(time.perf_counter() - begun)
            peaks[name] = max(peaks[name], usage.ru_maxrss * 1024)
    return {name: Measured(seconds[name], peaks[name]) for name in commands}


def imported_by(arguments: list[str], environment: dict[str, str]) -> str:
    """Return a program that imports all that a command imports from other projects, and no more."""
    found = subprocess.run(
        [sys.executable, "-c", WHAT_IS_IMPORTED, *arguments],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    names = " ".join(found.stderr.split())
    return f"import importlib\nfor name in '{names}'.split(): importlib.import_module(name)"


def show(title: str, found: dict[str, Measured], base: str) -> None:
    """Print a table with the ratio to one of the rows."""
    print(f"\n{title}")
    print(f"  {'':34}{'median s':>10}{'min s':>9}{'max s':>9}{'× ' + base:>22}{'peak MiB':>10}")
    for name, row in found.items():
        ratio = row.median / found[base].median
        print(
            f"  {name:34}{row.median:10.2f}{min(row.seconds):9.2f}{max(row.seconds):9.2f}"
            f"{ratio:22.2f}{row.peak / 2**20:10.0f}"
        )


def bench(size: Size, runs: int, work: Path) -> None:
    """Measure one size."""
    data, rules = work / size.name, work / "ruleset"
    write_data(size, data)
    environment = {**os.environ, "RULES_ENGINE_HOME": str(work / "home"), "RULES_ENGINE_STORE": ""}
    # As on an office's machine, where the second start finds the modules compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    engine = str(Path(sys.executable).parent / "rules-engine")
    assess = [engine, "assess", str(rules), "--data", str(data), "--report", "terminal"]
    peers = {
        f"{name}": [
            sys.executable, "-m", "benchmarks.peers", peer, str(data), size.format,
            str(work / f"{peer}.parquet"),
        ]
        for name, peer in (("hand-written DuckDB query", "duckdb"), ("Polars script", "polars"))
    }  # fmt: skip
    others = [*assess[:2], str(work / "compared"), *assess[3:]]
    commands = {"rules-engine assess": assess, "three lines by others": others, **peers}
    if size.name == "township":
        imports = imported_by(assess[1:], environment)
        commands["importing its libraries"] = [sys.executable, "-c", imports]
        commands["rules-engine --help"] = [engine, "--help"]
    found = measure(commands, runs, environment)
    title = f"{size.name}: {size.villages:,} villages, {size.matters:,} records ({size.format})"
    show(title, found, "hand-written DuckDB query")
    if size.name == "township":
        assessed = found["rules-engine assess"].median
        libraries = found["importing its libraries"].median
        helped = found["rules-engine --help"].median
        print(f"  assess / importing its libraries: {assessed / libraries:.2f}")
        print(f"  --help / assess: {helped / assessed:.2f}")


def main() -> None:
    """Run the benchmarks that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = "township, county, nation, what-if; memory; screening; clauses"
    parser.add_argument("sizes", nargs="*", default=[*SIZES, WHAT_IF], help=names)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="folder for the data, kept afterwards")
    options = parser.parse_args()
    if options.sizes == [MEMORY]:  # in a process of its own, which nothing else has filled
        sys.exit(bench_memory())
    if options.sizes == [SCREENING]:
        sys.exit(bench_screening())
    with tempfile.TemporaryDirectory(prefix="rules-engine-bench-") as name:
        work = options.keep or Path(name)
        write_ruleset(work / "ruleset")
        write_ruleset(work / "compared", compared=True)
        for size in options.sizes:
            if size == WHAT_IF:
                bench_what_if(work)
                continue
            if size == CLAUSES:
                bench_clauses(work, min(options.runs, 3), measure, show)
                continue
            if size == MEMORY:
                subprocess.run([sys.executable, "-m", "benchmarks", MEMORY], check=True)
                continue
            runs = options.runs if size != "nation" else min(options.runs, 3)
            bench(SIZES[size], runs, work)


if __name__ == "__main__":
    main()
