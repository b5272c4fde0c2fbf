"""A thread in which a plugin works, and which is left behind when it hangs."""

from __future__ import annotations

import atexit
import os
import threading
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from weakref import finalize

from rules_engine.errors import PluginError
from rules_engine.isolation.errors import ours
from rules_engine.isolation.output import speaking_aside
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules_engine.messages import Message

SECONDS = "RULES_ENGINE_PLUGIN_SECONDS"
"""Environment variable: how long a source or reporter may be silent, whatever it asks for."""

Call = ParamSpec("Call")
Result = TypeVar("Result")


class Worker:
    """A thread in which a plugin works, and which is given up when nothing comes from it."""

    def __init__(
        self,
        plugin: str,
        doing: Message,
        patience: float,
        passes: tuple[str, ...] = (),
        *,
        aloud: bool = False,
    ) -> None:
        """Start nothing yet.

        Args:
            plugin: its name.
            doing: what it does when it is called.
            patience: seconds without a sign of life after which it is given up.
            passes: names of the errors that the caller turns into findings itself.
            aloud: whether what it prints is the program's output.
        """
        self._plugin = plugin
        self._doing = doing
        self._patience = patience
        self._passes = passes
        self._aloud = aloud
        self._tasks: SimpleQueue[Callable[[], None] | None] | None = None

    def call(
        self, function: Callable[Call, Result], *args: Call.args, **kwargs: Call.kwargs
    ) -> Result:
        """Call a function of the plugin in its thread.

        Raises:
            PluginError: it raised what it may not raise, or gave no sign of life in time.
        """
        answers: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        context = copy_context()

        def aside() -> Result:
            with speaking_aside(aloud=self._aloud):
                return function(*args, **kwargs)

        def task() -> None:
            try:
                answers.put((context.run(aside), None))
            except BaseException as error:
                answers.put((None, error))

        if self._tasks is None:
            self._tasks = _started(self)
        self._tasks.put(task)
        seconds = float(os.environ.get(SECONDS) or self._patience)
        try:
            result, error = answers.get(timeout=seconds)
        except Empty:
            self._tasks = None  # whatever it still does, nobody waits for it
            raise PluginError.of(
                "plugin-hangs",
                msg(
                    "the plugin “{plugin}” gave no sign of life for {seconds} seconds while "
                    "{doing}",
                    plugin=self._plugin,
                    seconds=f"{seconds:g}",
                    doing=self._doing,
                ),
                hint=msg("try again, or give it more seconds with {name}", name=SECONDS),
            ) from None
        if error is not None:
            raise ours(error, self._plugin, self._doing, self._passes)
        return result  # type: ignore[no-any-return]  # what the function gave


def _started(worker: Worker) -> SimpleQueue[Callable[[], None] | None]:
    """Start a thread that does what is put into the queue, until the worker is let go of."""
    tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def work() -> None:
        while True:
            task = tasks.get()
            if task is None:
                return
            task()
            del task  # and all that it gave, while the next one is waited for

    def end() -> None:
        tasks.put(None)
        thread.join(timeout=1)

    def let_go() -> None:
        atexit.unregister(end)
        tasks.put(None)

    # A daemon, so that one that hangs does not keep the program from ending; one that does not
    # hang ends before the interpreter goes, which some libraries do not survive otherwise.
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    atexit.register(end)
    finalize(worker, let_go).atexit = False
    return tasks
