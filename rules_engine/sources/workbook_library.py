"""The library that writes workbooks: a plugin brings it, and the program does without."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from rules_engine.errors import UsageError
from rules_engine.messages import msg


def workbook_library() -> Any:  # noqa: ANN401 - a module without types
    """Return the library that writes workbooks.

    Raises:
        UsageError: it is not installed; says what to install.
    """
    try:
        return import_module("xlsxwriter")
    except ImportError:
        raise UsageError.of(
            "no-workbooks",
            msg("workbooks cannot be written here: the package {name} is not installed",
                name="XlsxWriter"),
            hint=msg("install it, or the plugin of the reporter xlsx, which brings it"),
        ) from None  # fmt: skip


def close_workbook(book: Any) -> None:  # noqa: ANN401 - XlsxWriter's own
    """Finish a workbook, which is when it is written.

    Raises:
        OSError: it cannot be.
    """
    try:
        book.close()
    except workbook_library().exceptions.FileCreateError as error:
        raise error.args[0] from error
