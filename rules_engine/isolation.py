"""Keeps a plugin's faults the plugin's own: whatever it does ends in an error that names it.

What a plugin gives is wrapped when it is loaded. A call that raises, gives something else than it
promises, or shows no sign of life within its time limit becomes a :class:`PluginError`. Sources
and reporters work in a thread of their own, which is left behind when they hang.
"""

from __future__ import annotations

import atexit
import functools
import os
import threading
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from rules_engine.errors import Finding, PluginError, RulesEngineError
from rules_engine.messages import Message, msg
from rules_engine.model.form import FormKind
from rules_engine.model.plugin import (
    AfterRun,
    Check,
    Command,
    Method,
    ReporterKind,
    SourceKind,
    SourceTable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa

    from rules_engine.model.assessment import AssessmentReport
    from rules_engine.model.plugin import SourceRequest

SECONDS = "RULES_ENGINE_PLUGIN_SECONDS"
"""Environment variable: how long a source or reporter may be silent, whatever it asks for."""

Given = ParamSpec("Given")
Result = TypeVar("Result")
_DOES: dict[type, Message] = {
    SourceKind: msg("reading the data"),
    ReporterKind: msg("writing the report"),
    Check: msg("checking the ruleset"),
    Method: msg("making the formula of a criterion"),
    FormKind: msg("writing or reading the form"),
    AfterRun: msg("being told of the run"),
    Command: msg("running its command"),
}


def isolated(item: Any, plugin: str) -> Any:  # noqa: ANN401 - any of the description types
    """Return what a plugin gives, so that its failures name the plugin and touch nothing else."""
    if isinstance(item, SourceKind):
        return _source(item, plugin)
    if isinstance(item, ReporterKind):
        return _reporter(item, plugin)
    if isinstance(item, AfterRun):
        return _after_run(item, plugin)
    if isinstance(item, Check):
        return replace(item, run=_named(_listed(item.run), plugin, _DOES[Check]))
    if isinstance(item, FormKind):
        write = _named(item.write, plugin, _DOES[FormKind], ("OSError",))
        return replace(item, write=write, read=_named(item.read, plugin, _DOES[FormKind]))
    if isinstance(item, Command):
        leaves = ("SystemExit", "Exit", "Abort")
        return replace(item, run=_named(item.run, plugin, _DOES[Command], leaves))
    if isinstance(item, Method):
        # What is wrong with a criterion's fields a method says with ValueError.
        expand = _named(item.expand, plugin, _DOES[Method], ("ValueError",))
        fields = _named(item.fields, plugin, _DOES[Method])
        words = _named(item.words, plugin, _DOES[Method]) if item.words else None
        return replace(item, fields=fields, expand=expand, words=words)
    return item


class Worker:
    """A thread in which a plugin works, and which is given up when nothing comes from it."""

    def __init__(
        self, plugin: str, doing: Message, patience: float, passes: tuple[str, ...] = ()
    ) -> None:
        """Start nothing yet.

        Args:
            plugin: its name.
            doing: what it does when it is called.
            patience: seconds without a sign of life after which it is given up.
            passes: names of the errors that the caller turns into findings itself.
        """
        self._plugin = plugin
        self._doing = doing
        self._patience = patience
        self._passes = passes
        self._tasks: SimpleQueue[Callable[[], None] | None] | None = None

    def call(
        self, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Call a function of the plugin in its thread.

        Raises:
            PluginError: it raised what it may not raise, or gave no sign of life in time.
        """
        answers: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        context = copy_context()

        def task() -> None:
            try:
                answers.put((context.run(function, *args, **kwargs), None))
            except BaseException as error:
                answers.put((None, error))

        if self._tasks is None:
            self._tasks = _started()
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
            raise _ours(error, self._plugin, self._doing, self._passes)
        return result  # type: ignore[no-any-return]  # what the function gave


def _started() -> SimpleQueue[Callable[[], None] | None]:
    """Start a thread that does what is put into the queue, until the program ends."""
    tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def work() -> None:
        while task := tasks.get():
            task()

    def end() -> None:
        tasks.put(None)
        thread.join(timeout=1)

    # A daemon, so that one that hangs does not keep the program from ending; one that does not
    # hang ends before the interpreter goes, which some libraries do not survive otherwise.
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    atexit.register(end)
    return tasks


def _ours(
    error: BaseException, plugin: str, doing: Message, passes: tuple[str, ...] = ()
) -> BaseException:
    """Return the error that is raised for one that a plugin raised."""
    if isinstance(error, RulesEngineError | KeyboardInterrupt | BrokenPipeError):
        return error
    if not {kind.__name__ for kind in type(error).__mro__}.isdisjoint(passes):
        return error
    if os.environ.get("RULES_ENGINE_DEBUG"):
        return error
    return PluginError.of(
        "plugin-failed",
        msg(
            "the plugin “{plugin}” failed while {doing}: {kind}: {detail}",
            plugin=plugin,
            doing=doing,
            kind=type(error).__name__,
            detail=str(error)[:300],
        ),
        hint=msg("tell its author; with RULES_ENGINE_DEBUG=1 it shows where"),
    )


def rubbish(plugin: str, doing: Message, given: object, wanted: str) -> PluginError:
    """Return the error for a plugin that gave something else than it promised."""
    return PluginError(
        *PluginError.of(
            "plugin-rubbish",
            msg(
                "the plugin “{plugin}”, {doing}, gave {given} instead of {wanted}",
                plugin=plugin,
                doing=doing,
                given=repr(given)[:100],
                wanted=wanted,
            ),
            hint=msg("tell its author: the contract kit rules_engine.testing finds this"),
        ).findings
    )


def _named(
    function: Callable[Given, Result], plugin: str, doing: Message, passes: tuple[str, ...] = ()
) -> Callable[Given, Result]:
    """Return the function with its errors naming the plugin, in the same thread."""

    @functools.wraps(function)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except (Exception, SystemExit) as error:
            raised = _ours(error, plugin, doing, passes)
            if raised is error:
                raise
            raise raised from error

    return call


def _listed(run: Callable[[Any], Iterable[Finding]]) -> Callable[[Any], list[Finding]]:
    """Return a check that has found everything when it returns."""
    return lambda ruleset: list(run(ruleset))


def _source(item: SourceKind, plugin: str) -> SourceKind:
    doing = _DOES[SourceKind]
    # Of what these say intake makes a finding that names the table.
    worker = Worker(plugin, doing, item.patience, ("OSError", "ArrowException", "UnicodeError"))

    def table(given: object) -> SourceTable:
        if not isinstance(given, SourceTable):
            raise rubbish(plugin, doing, given, "SourceTable")
        if given.batches is None:
            return given
        return replace(given, batches=functools.partial(_stream, given.batches, worker, plugin))

    def open_(request: SourceRequest) -> list[SourceTable]:
        given = worker.call(lambda: list(item.open(request)))
        return [table(each) for each in given]

    return replace(item, accepts=_named(item.accepts, plugin, doing), open=open_)


def _stream(
    batches: Callable[[], pa.RecordBatchReader], worker: Worker, plugin: str
) -> pa.RecordBatchReader:
    """Read batch by batch in the plugin's thread, so that the time limit counts for each."""
    import pyarrow as pa

    reader = worker.call(_opened, batches)
    if not isinstance(reader, pa.RecordBatchReader):
        raise rubbish(plugin, _DOES[SourceKind], reader, "pyarrow.RecordBatchReader")

    def stream() -> Iterator[pa.RecordBatch]:
        while (batch := worker.call(_next, reader)) is not None:
            yield batch

    return pa.RecordBatchReader.from_batches(reader.schema, stream())


def _opened(batches: Callable[[], pa.RecordBatchReader]) -> pa.RecordBatchReader:
    return batches()


def _next(reader: pa.RecordBatchReader) -> pa.RecordBatch | None:
    return next(reader, None)


def _reporter(item: ReporterKind, plugin: str) -> ReporterKind:
    doing = _DOES[ReporterKind]
    worker = Worker(plugin, doing, item.patience, ("OSError",))

    def write(report: AssessmentReport, out: Path) -> Sequence[Path | Finding]:
        given = worker.call(lambda: list(item.write(report, out)))
        for file in given:
            if isinstance(file, Finding):
                continue
            if not isinstance(file, Path) or not file.is_file():
                raise rubbish(plugin, doing, file, "pathlib.Path")
            if not file.resolve().is_relative_to(out.resolve()):
                raise rubbish(plugin, doing, str(file), str(out / "…"))
        return given

    return replace(item, write=write)


def _after_run(item: AfterRun, plugin: str) -> AfterRun:
    worker = Worker(plugin, _DOES[AfterRun], item.patience)
    return replace(item, tell=lambda report: worker.call(item.tell, report))
