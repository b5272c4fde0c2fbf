"""How verbs speak: findings as ``file:line:column: code: message`` or JSON, and exit codes."""

from __future__ import annotations

import functools
import io
import json
import os
import stat
import sys
from collections import Counter
from contextlib import contextmanager
from enum import StrEnum
from errno import EACCES, EBADF, EDQUOT, ENOSPC
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO, TypeVar

import typer

from rules_engine import limits
from rules_engine.errors import Finding, RulesEngineError, UsageError, out_of_memory
from rules_engine.messages import LANGUAGES, listed, msg, speaking, tr
from rules_engine.model.escaping import as_json, lines, one_line
from rules_engine.safe_files import NO_ROOM, cannot_write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import EllipsisType

    from rules_engine.messages import Message
    from rules_engine.store import Store

DONE, STOPPED, USAGE, OLDER_RULES, INTERRUPTED = 0, 1, 2, 3, 130
Verb = TypeVar("Verb", bound="Callable[..., Any]")


class Format(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[
    Format, typer.Option("--format", help=tr("Print text, or one JSON document."))
]
LangOption = Annotated[
    str | None,
    typer.Option("--lang", help=tr("Language: zh or en. Default: the ruleset's, or the locale's.")),
]
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        help=tr("Where runs are kept: a database URL or a SQLite file."),
        envvar="RULES_ENGINE_STORE",
    ),
]
ByOption = Annotated[
    str | None,
    typer.Option(
        "--by",
        help=tr("Who does it. Default: the login."),
        envvar="RULES_ENGINE_ACTOR",
        metavar="NAME",
    ),
]
RunArgument = Annotated[
    str,
    typer.Argument(
        help=tr("A run's id, the beginning of it, or “latest”."), metavar="RUN", show_default=False
    ),
]
RulesetArgument = Annotated[
    Path, typer.Argument(help=tr("The ruleset's folder."), metavar="RULESET", show_default=False)
]


def verb(function: Verb) -> Verb:
    """Make a function a verb: it speaks the chosen language and its errors become text.

    The language is ``--lang``, else the ruleset's (from a parameter ``ruleset``), else the
    locale's.
    """

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any verb
        as_json = kwargs.get("format") is Format.JSON
        lang = kwargs.get("lang")
        if lang is not None and lang not in LANGUAGES:
            fail(
                UsageError.of(
                    "unknown-language",
                    msg("there is no language “{lang}”", lang=lang),
                    hint=msg("known here: {names}", names=listed(LANGUAGES)),
                ),
                as_json=as_json,
            )
        with speaking(lang or _ruleset_language(kwargs.get("ruleset"))):
            try:
                limits.check_environment()
                if function.__name__ != "plugins":  # which says it with the rest
                    print_findings(left_out())
                return function(*args, **kwargs)
            except RulesEngineError as error:
                fail(error, as_json=as_json)
            except (typer.Exit, typer.Abort, KeyboardInterrupt):
                raise
            except BrokenPipeError:
                silence(sys.stdout)
                raise typer.Exit(DONE) from None
            except Exception as error:
                if os.environ.get("RULES_ENGINE_DEBUG"):
                    raise
                fail(unforeseen(error), as_json=as_json)

    return run  # type: ignore[return-value]  # same signature, by functools.wraps


def left_out() -> list[Finding]:
    """Return a warning for each plugin that could not be loaded."""
    from rules_engine.plugin_manager import registry

    return registry().left_out()


def _ruleset_language(folder: object) -> str | None:
    if not isinstance(folder, Path):
        return None
    from rules_engine.ruleset.editions import named_edition
    from rules_engine.ruleset.language import peek_language

    return peek_language(named_edition(str(folder))[0])


def unforeseen(error: Exception) -> RulesEngineError:
    """Return a fault of the program itself as an error like any other; or that of its output."""
    if isinstance(error, OSError) and error.errno in NO_ROOM and not error.filename:
        if error.errno == EBADF or not _takes_output():
            return unwritten(error)
        return cannot_write(gettempdir(), error)
    if isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT):
        return cannot_write(error.filename, error)
    if isinstance(error, OSError) and error.filename:
        reason = error.strerror or str(error)
        return RulesEngineError.of(
            "cannot-read", msg("cannot read {file}: {reason}", file=error.filename, reason=reason)
        )
    if isinstance(error, MemoryError):
        return out_of_memory()
    return RulesEngineError.of(
        "internal-error",
        msg("the program failed: {kind}: {detail}", kind=type(error).__name__, detail=error),
        hint=msg("please report it; with RULES_ENGINE_DEBUG=1 it shows where"),
    )


def _takes_output() -> bool:
    """Return whether standard output has room: a pipe, a terminal, a file on a disk with some."""
    try:
        number = sys.stdout.fileno()
    except io.UnsupportedOperation:
        return True
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode):
        return hasattr(os, "fstatvfs") and os.fstatvfs(number).f_bavail > 0
    return not stat.S_ISCHR(mode) or os.isatty(number)


def unwritten(error: OSError) -> RulesEngineError:
    """Return that standard output takes nothing as an error like any other."""
    return UsageError.of(
        "cannot-write",
        msg("the output cannot be written: {reason}", reason=error.strerror or str(error)),
        hint=msg("nothing is wrong with the work itself: make room, or send the output elsewhere"),
    )


def fail(error: RulesEngineError, *, as_json: bool = False) -> NoReturn:
    """Print an error's findings and leave: 2 for wrong usage, else 1."""
    try:
        if as_json:
            print_json({"error": error.findings[0].code, "findings": plain(error.findings)})
        else:
            print_findings(error.findings)
    except OSError as trouble:  # what takes no results takes no errors as JSON either
        silence(sys.stdout)
        print_findings(unwritten(trouble).findings)
        raise SystemExit(USAGE) from None
    raise SystemExit(USAGE if isinstance(error, UsageError) else STOPPED)


def plain(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Return findings as plain data."""
    return [finding.as_dict() for finding in shown(findings)]


def shown(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are shown: of each code so many, and how many more there are."""
    most = limits.FINDINGS.most
    counts: Counter[str] = Counter()
    kept: list[Finding] = []
    last: dict[str, Finding] = {}
    for finding in findings:
        counts[finding.code] += 1
        if counts[finding.code] <= most:
            kept.append(finding)
        else:
            last[finding.code] = finding
    for code, finding in last.items():
        text = msg("{count} more findings “{code}” are not shown",
                   count=counts[code] - most, code=code)  # fmt: skip
        hint = limits.FINDINGS.finding().hint
        kept.append(Finding("more-findings", text, hint=hint, severity=finding.severity))
    return kept


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    _print(as_json(json.dumps(document, ensure_ascii=False, indent=2, default=str)))


def say_skipped(count: int) -> None:
    """Tell how many scenarios a tag left out."""
    say(tr("{skipped} scenarios are skipped; see rules-engine test", skipped=count))


def say(text: str, *, err: bool = False) -> None:
    """Print one line; what is in it from outside neither breaks it nor commands the terminal."""
    _print(one_line(text), err=err)


def say_lines(text: str, *, err: bool = False) -> None:
    """Print a text that has lines of its own, such as a paper or a draft."""
    _print(lines(text), err=err)


def say_table(title: str, headings: Iterable[str], rows: Iterable[Iterable[str]],
              caption: str | None = None) -> None:  # fmt: skip
    """Print a table; no text in it is read as markup."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(one_line(title), style="italic"), title_justify="left",
                  box=box.SIMPLE_HEAD, caption=caption, caption_justify="left")  # fmt: skip
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    Console(highlight=False).print(table)


def _print(text: str, *, err: bool = False) -> None:
    """Print; when the reader of the pipe has seen enough, go on in silence."""
    try:
        typer.echo(text, err=err)
    except BrokenPipeError:
        silence(sys.stderr if err else sys.stdout)
    except OSError:
        if not err:
            raise
        silence(sys.stderr)  # there is nobody left to tell


def silence(stream: TextIO) -> None:
    """Let everything that is still written to a stream vanish, also when the program ends."""
    try:
        number = stream.fileno()
    except io.UnsupportedOperation:  # there is none behind it
        Nowhere.silent = True
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), number)


class Nowhere(io.TextIOBase):
    """Stands for a standard output that was closed before the program began."""

    silent = False

    def write(self, text: str) -> int:
        """Refuse what is written, as the system would."""
        if text and not self.silent:
            raise OSError(EBADF, os.strerror(EBADF))
        return len(text)


def with_streams() -> None:
    """Give each of the standard streams that are closed a place to stand.

    Else a file that is opened next, such as the store, would be taken for it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # which takes the lowest number that is free
    if sys.stdout is None:
        sys.stdout = Nowhere()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")


@contextmanager
def writing(out: Path, hint: Message | None = None) -> Iterator[None]:
    """Turn trouble with writing files below a folder into an error that names it.

    Args:
        out: the folder.
        hint: what to do about it; by default, to name another folder.

    Raises:
        UsageError: inside the block something could not be written.
        RulesEngineError: there is no room for it.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise cannot_write(out, error, hint) from error


def make_folder(out: Path) -> None:
    """Make the folder of reports, before work is done that would be lost without it.

    Raises:
        UsageError: it cannot be made, or not be written to.
    """
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES), str(out))


def print_findings(findings: Iterable[Finding]) -> None:
    """Print findings on standard error, each with its place, code and remedy."""
    words = {"error": tr("error"), "warning": tr("warning"), "info": tr("note")}
    for finding in shown(findings):
        place = f"{finding.place}: " if str(finding.place) else ""
        kind = words[finding.severity]
        say(f"{place}{kind} {finding.code}: {finding.message}", err=True)
        if finding.acknowledged:
            say("    " + tr("acknowledged: {reason}", reason=finding.acknowledged), err=True)
        elif str(finding.hint):
            say(f"    {finding.hint}", err=True)


def refuse_numbered(by: str | None) -> None:
    """Refuse the name of whoever acts, which may be the login, if a person's number stands in it.

    Raises:
        DatasetError: it holds an identity number or a telephone number.
    """
    from rules_engine.appeals.texts import refuse_personal
    from rules_engine.audit.actor import actor
    from rules_engine.plugin_manager import registry

    refuse_personal([actor(by).name], registry())


def print_rows(name: str, rows: list[dict[str, Any]], damaged: list[Finding]) -> None:
    """Print a list as JSON; where rows are damaged, as a document that names them beside it.

    Args:
        name: what the list is called in the document.
        rows: the rows that can be read.
        damaged: what the list had to leave out.
    """
    if not damaged:
        print_json(rows)
        return
    print_json({"error": damaged[0].code, name: rows, "findings": plain(damaged)})
    raise typer.Exit(STOPPED)


def print_damaged(findings: list[Finding]) -> None:
    """Print what a list had to leave out, and end as whatever did not work."""
    if findings:
        print_findings(findings)
        raise typer.Exit(STOPPED)


def open_store(url: str | None, by: str | EllipsisType | None = ...) -> Store:
    """Open the store that a verb works on.

    Args:
        url: where it is.
        by: who acts, or nobody is named and it is the login; without it, the verb only reads.

    Raises:
        DatasetError: the name that acts holds an identity number or a telephone number.
    """
    from rules_engine.store import Store

    if by is ...:
        return Store.open(url)
    refuse_numbered(by)
    return Store.open(url, by=by)
