"""Reads a workbook in a process of its own: a damaged one may take down the process it is read in.

The library reads the old binary format (.xls, .et) without the checksums that a packed workbook
has, and ends the process when a length in it makes no sense.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine_excel.reading import RawSheet

SECONDS = 300
"""So long a workbook of 256 columns and 65,536 rows a sheet never takes."""


def read_apart(file: Path) -> list[RawSheet]:
    """Return the sheets of a workbook.

    Raises:
        ValueError: it cannot be read; says why.
    """
    asked = [sys.executable, "-m", "rules_engine_excel.apart", str(file)]
    try:
        done = subprocess.run(asked, capture_output=True, timeout=SECONDS, check=False)
        if done.returncode == 0:
            sheets: list[RawSheet] = pickle.loads(done.stdout)
            return sheets
    except subprocess.TimeoutExpired:
        raise ValueError("it takes too long") from None
    said = done.stdout.decode("utf-8", "replace") if done.returncode == 1 else ""
    raise ValueError(said or "it is damaged")


def main() -> int:
    """Write the sheets of the workbook that is named on the command line to standard output."""
    from io import BytesIO
    from pathlib import Path

    from rules_engine_excel.biff import look_at_old
    from rules_engine_excel.reading import raw_sheets, with_unseen

    try:
        data = Path(sys.argv[1]).read_bytes()
        found = list(raw_sheets(BytesIO(data)))
        written = pickle.dumps([with_unseen(sheet, look_at_old(data)) for sheet in found])
    except BaseException as error:  # the library's panics are no exceptions
        if type(error).__name__ == "PanicException":
            return 2
        sys.stdout.buffer.write(str(error).encode())
        return 1
    sys.stdout.buffer.write(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
