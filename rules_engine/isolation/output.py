"""Keeps what plugins print apart from the program's own output.

While a command line runs, the program's output and what its plugins print are told apart by who
works: what a plugin prints, in its own thread or another, goes to standard error without secrets.
A process of the command line moves file descriptor 1 as well, for what prints past Python.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TextIO, cast

from rules_engine.isolation.masking import LONG_ENOUGH, SURE, masked
from rules_engine.model.escaping import lines, styled

if TYPE_CHECKING:
    from collections.abc import Iterator

_who: ContextVar[str] = ContextVar("rules_engine_who_prints", default="")
"""``plugin`` while a plugin works, ``program`` while one works that may print; else empty."""
_own_descriptor: list[int] = []


@contextmanager
def speaking_aside(*, aloud: bool = False) -> Iterator[None]:
    """Note that a plugin works; ``aloud``: what it prints is the program's output."""
    token = _who.set("program" if aloud else "plugin")
    try:
        yield
    finally:
        _who.reset(token)


@contextmanager
def apart() -> Iterator[None]:
    """Tell the output of the program from that of its plugins while a command line runs."""
    own, errors = sys.stdout, sys.stderr
    if own is None or errors is None:  # closed before the program began: nobody hears either
        yield
        return
    thread = threading.current_thread()
    aside = _Aside(errors, thread)
    sys.stdout = cast("TextIO", _Own(own, aside, thread))
    sys.stderr = cast("TextIO", aside)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = own, errors


def keep_descriptor() -> None:
    """Let file descriptor 1 be standard error, and standard output one that nobody knows.

    What is printed past Python, by a library in C or a process that a plugin starts, then spoils
    no document on standard output.
    """
    with suppress(OSError, ValueError, AttributeError):
        if sys.stdout.fileno() != 1 or _own_descriptor:
            return
        errors = sys.stderr.fileno()
        sys.stdout.flush()
        kept = os.dup(1)
        own = open(
            kept, "w", encoding=sys.stdout.encoding, errors=sys.stdout.errors,
            buffering=1 if sys.stdout.isatty() else -1,
        )  # fmt: skip
        os.dup2(errors, 1)
        _own_descriptor.append(kept)
        sys.stdout = own


def leave_to_plugins() -> None:
    """Let all that is still printed before the process ends be a plugin's: it goes aside."""
    if sys.stderr is None:
        return
    aside = cast("TextIO", _Aside(sys.stderr, threading.current_thread()))
    sys.stdout = sys.stderr = aside


@contextmanager
def descriptor_back() -> Iterator[None]:
    """Let file descriptor 1 be standard output again, for a plugin that may print."""
    if not _own_descriptor:
        yield
        return
    os.dup2(_own_descriptor[0], 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(sys.stderr.fileno(), 1)


def bare_errors() -> TextIO:
    """Return standard error for what moves the cursor: only what the program itself knows."""
    return getattr(sys.stderr, "_stream", sys.stderr)


class _Aside:
    """Standard error: no secret passes, and nothing that commands a terminal."""

    def __init__(self, stream: TextIO, thread: threading.Thread) -> None:
        self._stream, self._thread = stream, thread

    def write(self, text: str) -> int:
        """Write a text without the secrets that plugins were given."""
        plugin = _is_a_plugin(self._thread)
        clean = masked(text, 1 if plugin else LONG_ENOUGH)
        self._stream.write(lines(clean) if plugin else styled(clean))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._stream, name)


class _Own:
    """Standard output: the program's own; what plugins print goes aside."""

    def __init__(self, stream: TextIO, aside: _Aside, thread: threading.Thread) -> None:
        self._stream, self._aside, self._thread = stream, aside, thread

    def write(self, text: str) -> int:
        """Write a text to where it belongs."""
        if _is_a_plugin(self._thread):
            return self._aside.write(text)
        self._stream.write(styled(masked(text, SURE)))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._aside if _is_a_plugin(self._thread) else self._stream, name)


def _is_a_plugin(programs: threading.Thread) -> bool:
    """Return whether a plugin works here; the program itself prints in one thread only."""
    who = _who.get()
    return who == "plugin" or (not who and threading.current_thread() is not programs)
