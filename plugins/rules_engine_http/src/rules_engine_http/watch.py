"""Ends what a server sends so slowly, or in such small pieces, that it would never be whole.

The time limit of a connection counts for each piece alone: a server that sends a byte in time,
again and again, would hold the program for days.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from rules_engine.api import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SLOWEST = 100
"""Bytes a second that an answer comes with at the least."""
SMALLEST = 64
"""Bytes that a piece has on the average at the least, from so many pieces on:"""
MANY = 20_000


class TooSlow(Exception):
    """An answer that does not come on."""


class Watch:
    """Sees whether something comes, and cuts the connections where nothing does."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self._connections: WeakSet[Any] = WeakSet()
        self._steps = 0
        self._bytes = 0

    def trace(self, event: str, details: Mapping[str, Any]) -> None:
        """Note what the client did; it calls this for each of its steps."""
        if event.endswith(".complete"):
            self._steps += 1
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._connections.add(details["return_value"])

    def counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces of an answer.

        Raises:
            TooSlow: they are many and small: each takes as long as a large one.
        """
        size = 0
        for number, piece in enumerate(pieces, 1):
            size += len(piece)
            self._bytes += len(piece)
            if number > MANY and size < SMALLEST * number:
                raise TooSlow(msg("the answer comes in pieces of a few bytes"))
            yield piece

    @contextmanager
    def over(self, seconds: float) -> Iterator[None]:
        """Watch a request and its answer.

        Args:
            seconds: what the connection has for each of its steps.

        Raises:
            TooSlow: the connection was cut.
        """
        done, cut = threading.Event(), threading.Event()

        def watch() -> None:
            steps, size = self._steps, self._bytes
            while not done.wait(2 * seconds):
                if steps == self._steps and self._bytes - size < SLOWEST * 2 * seconds:
                    cut.set()
                    self._cut()
                    return
                steps, size = self._steps, self._bytes

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        except Exception as error:
            if cut.is_set():
                raise TooSlow(msg("the answer does not come on")) from error
            raise
        finally:
            done.set()
            thread.join()

    def _cut(self) -> None:
        for connection in list(self._connections):
            with suppress(OSError, AttributeError):  # it may be closed, or wrapped by TLS
                connection.get_extra_info("socket").shutdown(SHUT_RDWR)
