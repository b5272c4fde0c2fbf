"""Reads what others made in a process of its own, which has so much memory and time and no more.

A library that asks for more memory than there is ends its process, and a damaged file may do the
same. On Linux the process is a copy of this one, which takes a few milliseconds; elsewhere it is
started anew. What it gives goes through a file, item by item: nobody holds all of it.
"""

from __future__ import annotations

import errno
import faulthandler
import os
import pickle
import sys
import threading
import warnings
import weakref
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rules_engine import limits
from rules_engine.errors import RulesEngineError
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rules_engine.errors import Place

ITEMS, SAID = "items", "said"
MEMORY, BROKEN = 3, 4
"""The exit codes of a process that has no more memory, and of one whose library gave up."""
_ASKED_TOO_MUCH = (b"memory allocation of", b"capacity overflow", b"bad_alloc")
"""What libraries say before they end their process, or give up, for want of memory."""
_END = None


class Broken(ValueError):
    """The process ended without an answer: what it read is damaged."""


class Ended(Broken, OSError):
    """The process ended while it was asked."""


@dataclass
class Kept:
    """What a process has put down while it worked."""

    file: IO[bytes]

    def items(self, start: int) -> Iterator[Any]:
        """Yield the items that were put down from one place on, up to the next end."""
        at = start
        while True:
            self.file.seek(at)  # somebody else may read at another place meanwhile
            item = pickle.load(self.file)
            if item is _END:
                return
            at = self.file.tell()
            yield item


class Keeping:
    """Where a process puts items down for whoever asked."""

    def __init__(self, file: IO[bytes]) -> None:
        """Write to a file."""
        self._file = file

    def put(self, items: Iterator[Any]) -> int:
        """Put items down; return the place for :meth:`Kept.items`."""
        start = self._file.tell()
        for item in items:
            pickle.dump(item, self._file, pickle.HIGHEST_PROTOCOL)
        pickle.dump(_END, self._file, pickle.HIGHEST_PROTOCOL)
        return start


def in_own_process(
    work: Callable[..., Any], *args: object, place: Place, error: type[RulesEngineError]
) -> tuple[Any, Kept]:
    """Call a function of a module in a process of its own.

    Args:
        work: the function; takes a :class:`Keeping` and the arguments, and may raise
            ``ValueError``, ``OSError`` and our own errors, which are raised here again.
        args: what it is given.
        place: what it reads.
        error: the kind of error for what takes too much memory or time.

    Returns:
        What the function returned, and the items that it put down.

    Raises:
        RulesEngineError: of the given kind: it takes too much memory or time.
        Broken: the process ended without an answer.
    """
    with temporary_folder() as folder:
        code = _ended(work, args, Path(folder))
        said = (Path(folder) / SAID).read_bytes() if code else b""
        if code == MEMORY or any(text in said for text in _ASKED_TOO_MUCH):
            raise limits.WORKBOOK_MEMORY.refuse(place, error)
        if code is None:
            raise limits.WORKBOOK_SECONDS.refuse(place, error)
        if code:
            raise Broken("it is damaged")
        kept = (Path(folder) / ITEMS).open("rb")  # it stays open while its items are read
    kept.seek(-8, os.SEEK_END)
    kept.seek(int.from_bytes(kept.read(8), "big"))
    result = pickle.load(kept)
    if isinstance(result, Exception):
        raise result
    return result, Kept(kept)


class Served:
    """An object of a module that lives in a process of its own, and answers as long as it is held.

    Who asks in several threads is answered in turn.
    """

    def __init__(
        self, make: Callable[..., Any], *args: object, place: Place, memory: limits.Limit
    ) -> None:
        """Start the process.

        Args:
            make: returns the object, in the process.
            args: what that is given.
            place: what is read.
            memory: how much memory it may take.
        """
        self._place, self._memory = place, memory
        self._asking = threading.Lock()
        self._end, other = _context().Pipe()
        most = memory.most * limits.MIB
        self._process = _started(_serve, make, args, self._end, other, most)
        other.close()
        weakref.finalize(self, _let_go, self._process, self._end, os.getpid())

    def ask(self, method: str, *args: object) -> Any:  # noqa: ANN401 - what the method returns
        """Call a method of the object.

        Raises:
            DatasetError: that takes too much memory.
            Ended: the process ended without an answer.
            Exception: what the method raised.
        """
        with self._asking:
            try:
                self._end.send((method, args))
                result = self._end.recv()
            except (EOFError, OSError):
                self._process.join()
                if self._process.exitcode == MEMORY:
                    raise self._memory.refuse(self._place) from None
                raise Ended(errno.EIO, "it is damaged") from None
        if isinstance(result, Exception):
            raise result
        return result


def _let_go(process: Any, end: Any, owner: int) -> None:  # noqa: ANN401 - of either kind
    if os.getpid() == owner:  # a copy of this process has not started it
        end.close()
        process.kill()
        process.join()


def _serve(
    make: Callable[..., Any],
    args: tuple[object, ...],
    asking: Any,  # noqa: ANN401 - a connection
    end: Any,  # noqa: ANN401 - a connection
    memory: int,
) -> None:
    """Answer until nobody asks any more, in the process of its own."""
    asking.close()  # of which this process has a copy: it would wait for itself
    with Path(os.devnull).open("wb") as nowhere:
        _alone(nowhere, memory)
    made: Any = None
    with suppress(EOFError, OSError):
        while True:
            method, value = end.recv()
            try:
                made = made or make(*args)
                answer = getattr(made, method)(*value)
            except MemoryError:
                os._exit(MEMORY)
            except Exception as error:
                answer = error
            end.send(answer)


def _context() -> Any:  # noqa: ANN401 - of either kind
    import multiprocessing

    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _started(target: Callable[..., None], *args: object) -> Any:  # noqa: ANN401 - of either kind
    """Start a process that ends with this one at the latest."""
    process = _context().Process(target=target, args=args, daemon=True)
    with warnings.catch_warnings():
        # Other threads may hold locks of their libraries; the copy calls none of those.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    return process


def _ended(work: Callable[..., Any], args: tuple[object, ...], folder: Path) -> int | None:
    """Run the process; return its exit code, or nothing if it took too long."""
    process = _started(_work, work, args, folder, limits.WORKBOOK_MEMORY.most * limits.MIB)
    process.join(limits.WORKBOOK_SECONDS.most)
    code: int | None = process.exitcode
    if code is None:
        process.kill()
        process.join()
    process.close()
    return code


def _work(work: Callable[..., Any], args: tuple[object, ...], folder: Path, memory: int) -> None:
    """Do the work, in the process of its own."""
    with (folder / ITEMS).open("wb") as file, (folder / SAID).open("wb") as said:
        _alone(said, memory)
        try:
            keeping = Keeping(file)
            result: Any = work(keeping, *args)
        except (ValueError, OSError, RulesEngineError) as error:
            result = error
        except MemoryError:
            os._exit(MEMORY)
        except BaseException as error:  # panics of libraries are no exceptions
            os.write(2, str(error).encode("utf-8", "replace"))
            os._exit(BROKEN)
        at = file.tell()
        pickle.dump(result, file, pickle.HIGHEST_PROTOCOL)
        file.write(at.to_bytes(8, "big"))


def _alone(said: IO[bytes], memory: int) -> None:
    """Keep what happens in this process in it, and hold it to so many bytes."""
    for stream in (1, 2):  # what libraries say before they end the process
        os.dup2(said.fileno(), stream)
    faulthandler.disable()  # the end of this process is no news to anybody else
    os.environ["RUST_BACKTRACE"] = "0"  # which would take what memory is left
    if "pyarrow" in sys.modules:
        import pyarrow as pa

        # Its own allocator's locks may be held by threads that are not in this copy.
        pa.set_memory_pool(pa.system_memory_pool())
    _hold_to(memory)


def _hold_to(memory: int) -> None:
    """Let this process take so many bytes beside what it has, where the system can be told so."""
    try:
        import resource
    except ImportError:  # Windows
        return
    has = 0
    with suppress(OSError, ValueError, IndexError):
        has = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = has + memory
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
