"""Writes sample records: ``python -m samples [ruleset id…]``, all of them by default."""

from __future__ import annotations

import os.path
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import samples
from samples.writing import write_tables

if TYPE_CHECKING:
    from samples.writing import Tables

RULESETS = Path(__file__).parent.parent / "rulesets"


def generators() -> dict[str, str]:
    """Return the modules that make records, by the id of their ruleset."""
    names = (found.name for found in pkgutil.iter_modules(samples.__path__))
    return {
        name.replace("_", "-"): f"samples.{name}"
        for name in names
        if (RULESETS / name.replace("_", "-")).is_dir()
    }


def tables_of(ruleset: str) -> Tables:
    """Return the sample records of a ruleset."""
    tables: Tables = import_module(generators()[ruleset]).tables()
    return tables


def main(chosen: list[str]) -> int:
    """Write the samples of the chosen rulesets."""
    known = generators()
    unknown = [name for name in chosen if name not in known]
    if unknown:
        sys.stderr.write(f"no sample is made for {', '.join(unknown)}; known: {', '.join(known)}\n")
        return 2
    for name in chosen or known:
        for file, rows in write_tables(
            RULESETS / name, tables_of(name), RULESETS / name / "sample"
        ):
            sys.stdout.write(f"{os.path.relpath(file)}: {rows}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
