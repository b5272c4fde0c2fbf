"""``rules-engine`` as a process: runs the command line, and leaves quickly."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress


def start() -> None:
    """Run the command line and end the process with its exit code."""
    codes: list[int] = []
    # Registered before everything else, and so called after everything else.
    atexit.register(_leave, codes)
    from rules_engine.isolation import keep_descriptor, leave_to_plugins

    keep_descriptor()
    from rules_engine.cli import main

    try:
        main()
    except SystemExit as ended:
        if isinstance(ended.code, int):
            codes.append(ended.code)
        raise
    finally:
        with suppress(OSError, ValueError, AttributeError):  # closed from the start, perhaps
            sys.stdout.flush()
        leave_to_plugins()  # what prints after the program has ended is none of its own


def _leave(codes: list[int]) -> None:
    """End the process without taking a million objects apart, which takes a tenth of a short run.

    Threads have been waited for, and whoever wanted to tidy up has done so.
    """
    if codes:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # closed, or nobody reads any more
                stream.flush()
        os._exit(codes[0])


if __name__ == "__main__":
    start()
