"""Keeps a plugin's faults the plugin's own: whatever it does ends in an error that names it.

What a plugin gives is wrapped when it is loaded. A call that raises, gives something else than it
promises, or shows no sign of life within its time limit becomes a :class:`PluginError`. Sources
and reporters work in a thread of their own, which is left behind when they hang. What a plugin
prints goes to standard error, and no secret that it was given is shown.
"""

from __future__ import annotations

import functools
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from rules_engine.errors import Finding
from rules_engine.isolation import promises
from rules_engine.isolation.errors import kind_of, ours, rubbish
from rules_engine.isolation.masking import masked, masked_finding
from rules_engine.isolation.output import (
    apart,
    descriptor_back,
    keep_descriptor,
    leave_to_plugins,
    speaking_aside,
)
from rules_engine.isolation.sources import isolated_source
from rules_engine.isolation.worker import SECONDS, Worker
from rules_engine.messages import Message, msg
from rules_engine.model.form import FilledForm, FormKind
from rules_engine.model.plugin import (
    AfterRun,
    Check,
    Command,
    EngineKind,
    Method,
    ReporterKind,
    SourceKind,
)
from rules_engine.safe_files import whole_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rules_engine.model.assessment import AssessmentReport
    from rules_engine.model.plugin import EngineSession, RulesetToCheck

__all__ = [
    "SECONDS",
    "Worker",
    "apart",
    "isolated",
    "keep_descriptor",
    "leave_to_plugins",
    "masked",
    "speaking_aside",
]

Call = ParamSpec("Call")
Result = TypeVar("Result")
_DOES: dict[type, Message] = {
    SourceKind: msg("reading the data"),
    ReporterKind: msg("writing the report"),
    EngineKind: msg("starting the engine"),
    Check: msg("checking the ruleset"),
    Method: msg("making the formula of a criterion"),
    FormKind: msg("writing or reading the form"),
    AfterRun: msg("being told of the run"),
    Command: msg("running its command"),
}


def isolated(item: Any, plugin: str) -> Any:  # noqa: ANN401 - any of the description types
    """Return what a plugin gives, so that its failures name the plugin and touch nothing else."""
    if isinstance(item, SourceKind):
        doing = _DOES[SourceKind]
        return isolated_source(
            item, plugin, doing, _named(item.accepts, plugin, doing, ("OSError",))
        )
    kinds: dict[type, Callable[[Any, str], Any]] = {
        ReporterKind: _reporter,
        EngineKind: _engine,
        AfterRun: _after_run,
        Check: _check,
        FormKind: _form,
        Command: _command,
        Method: _method,
    }
    return next((wrap(item, plugin) for kind, wrap in kinds.items() if isinstance(item, kind)),
                item)  # fmt: skip


def _named(
    function: Callable[Call, Result],
    plugin: str,
    doing: Message,
    passes: tuple[str, ...] = (),
    *,
    aloud: bool = False,
) -> Callable[Call, Result]:
    """Return the function with its errors naming the plugin, in the same thread."""

    @functools.wraps(function)
    def call(*args: Call.args, **kwargs: Call.kwargs) -> Result:
        try:
            with speaking_aside(aloud=aloud):
                return function(*args, **kwargs)
        except (Exception, SystemExit) as error:
            raised = ours(error, plugin, doing, passes)
            if raised is error:
                raise
            raise raised from error

    return call


def _check(item: Check, plugin: str) -> Check:
    doing = _DOES[Check]

    def run(ruleset: RulesetToCheck) -> list[Finding]:
        return [promises.finding(one, plugin, doing) for one in item.run(ruleset)]

    return replace(item, run=_named(run, plugin, doing))


def _method(item: Method, plugin: str) -> Method:
    doing = _DOES[Method]

    def kept(promise: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args: promise(function(*args), plugin, doing)

    # What is wrong with a criterion's fields a method says with ValueError.
    expand = _named(kept(promises.expansion, item.expand), plugin, doing, ("ValueError",))
    fields = _named(kept(promises.fields, item.fields), plugin, doing)
    words = _named(kept(promises.words, item.words), plugin, doing) if item.words else None
    return replace(item, fields=fields, expand=expand, words=words)


def _form(item: FormKind, plugin: str) -> FormKind:
    doing = _DOES[FormKind]

    def read(file: Path) -> FilledForm:
        value: object = item.read(file)
        if not isinstance(value, FilledForm):
            raise rubbish(plugin, doing, kind_of(value), "FilledForm")
        return value

    write = _named(item.write, plugin, doing, ("OSError",))
    return replace(item, write=write, read=_named(read, plugin, doing))


def _command(item: Command, plugin: str) -> Command:
    leaves = ("SystemExit", "Exit", "Abort")

    @functools.wraps(item.run)
    def run(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the command's own
        with descriptor_back():
            item.run(*args, **kwargs)

    return replace(item, run=_named(run, plugin, _DOES[Command], leaves, aloud=True))


def _engine(item: EngineKind, plugin: str) -> EngineKind:
    doing = _DOES[EngineKind]
    start = _named(item.connect, plugin, doing)
    calls = ("attach", "register", "run", "query", "write_parquet", "close")

    def connect(threads: int | None) -> EngineSession:
        session = start(threads)
        if type(session).__module__.startswith("rules_engine."):
            return session  # the embedded engine tells its own failures
        if not all(callable(getattr(session, call, None)) for call in calls):
            raise rubbish(plugin, doing, kind_of(session), "EngineSession")
        return cast("EngineSession", SimpleNamespace(**{
            call: _named(getattr(session, call), plugin, msg("running the plan")) for call in calls
        }))  # fmt: skip

    return replace(item, connect=connect, version=_named(item.version, plugin, doing))


def _reporter(item: ReporterKind, plugin: str) -> ReporterKind:
    doing = _DOES[ReporterKind]
    worker = Worker(plugin, doing, item.patience, ("OSError",), aloud=item.prints)

    def written(values: object, out: Path) -> Path | Finding:
        if isinstance(values, Finding):
            return masked_finding(promises.finding(values, plugin, doing))
        if not isinstance(values, Path):
            raise rubbish(plugin, doing, kind_of(values), "pathlib.Path")
        if not values.is_file():
            raise rubbish(plugin, doing, msg("a file that is not there"), "pathlib.Path")
        if not values.resolve().is_relative_to(out.resolve()):
            raise rubbish(plugin, doing, msg("a file elsewhere"), str(out / "…"))
        return values

    def write(report: AssessmentReport, out: Path) -> Sequence[Path | Finding]:
        aside = item.prints or out.is_file()  # what is in the way, the reporter tells by itself
        with nullcontext(out) if aside else whole_files(out) as part:
            values: Iterable[object] = worker.call(lambda: list(item.write(report, part)))
            texts = [written(each, part) for each in values]
            inside = part.resolve()
            return [
                out / each.resolve().relative_to(inside) if isinstance(each, Path) else each
                for each in texts
            ]

    compare = item.compare and _named(item.compare, plugin, doing, ("OSError",))
    return replace(item, write=write, compare=compare)


def _after_run(item: AfterRun, plugin: str) -> AfterRun:
    worker = Worker(plugin, _DOES[AfterRun], item.patience)
    return replace(item, tell=lambda report: worker.call(item.tell, report))
