"""Reads a location through a source, in a process of its own, and tells how much memory it took.

Run as ``python -m rules_engine.testing.measure MODULE SOURCE LOCATION``.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path


def peak() -> int:
    """Return the most memory that this process has used so far, in bytes."""
    if sys.platform == "win32":
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    status = Path("/proc/self/status")
    if status.exists():  # what resource tells on Linux counts in the process that started this one
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    """Print the rows, the largest batch in rows and the growth in bytes, as JSON."""
    module, name, location = sys.argv[1:]
    import pyarrow.parquet  # noqa: F401 - what every run has loaded is not the source's to answer for

    from rules_engine.model.plugin import SourceRequest
    from rules_engine.testing.loading import supplied_by

    kind = supplied_by(importlib.import_module(module), "sources", name)
    before, rows, largest = peak(), 0, 0
    for table in kind.open(SourceRequest(location)):
        for batch in table.batches() if table.batches else ():
            rows, largest = rows + batch.num_rows, max(largest, batch.num_rows)
    print(json.dumps({"rows": rows, "largest": largest, "grown": peak() - before}))  # noqa: T201


if __name__ == "__main__":
    main()
