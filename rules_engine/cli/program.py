"""Puts the verbs together and runs them."""

from __future__ import annotations

import itertools
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from rules_engine.cli.localized import WRONG_USAGE, Program, answer
from rules_engine.cli.output import (
    DONE,
    INTERRUPTED,
    USAGE,
    fail,
    print_findings,
    say,
    say_lines,
    silence,
    unforeseen,
    unwritten,
    with_streams,
)
from rules_engine.errors import PluginError, RulesEngineError
from rules_engine.isolation import apart
from rules_engine.isolation.masking import mask_error, remember_environment
from rules_engine.messages import msg, tr
from rules_engine.plugin_manager import registry, use_folder

VERBS = {
    "plan": "plan",
    "assess": "assess",
    "explain": "explain",
    "fragile": "fragile",
    "check": "check",
    "describe": "describe",
    "diff": "diff",
    "what-if": "what_if",
    "test": "test",
    "coverage": "coverage",
    "mutate": "mutate",
    "new": "new",
    "fmt": "fmt",
    "export": "exchange",
    "import": "exchange",
    "schema": "schema",
    "sources": "sources",
    "runs": "runs",
    "appeal": "appeal",
    "audit": "audit",
    "roles": "roles",
    "plugins": "plugins",
}
"""The program's own verbs, in the order of its help, and the modules of ``cli`` they are in."""
PLUGINS = "--plugins"


def program(verb: str = "") -> typer.Typer:
    """Return the program with its own verbs and those of plugins.

    Args:
        verb: what is going to be asked of it, if that is known: the modules of other verbs
            are not imported.

    Raises:
        PluginError: a plugin gives a verb that is there already.
    """
    app = Program(
        name="rules-engine",
        help=tr("Scores villages, units and officials against written standards."),
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_options)
    for module in [VERBS[verb]] if verb in VERBS else dict.fromkeys(VERBS.values()):
        import_module(f"rules_engine.cli.{module}").register(app)
    for command in registry().commands.values():
        if command.name in VERBS:
            raise PluginError.of(
                "duplicate-plugin",
                msg("a plugin gives the verb “{name}”, which the program has", name=command.name),
                hint=msg("uninstall the plugin"),
            )
        app.command(command.name, help=command.help)(command.run)
    return explained(app)


def explained(app: typer.Typer) -> typer.Typer:
    """Let the help of each verb end with the exit codes, which scripts rely on."""
    codes = tr("Exit codes: 0 done; 1 findings stop it; 2 wrong usage; 130 interrupted.")
    app.info.epilog = codes
    for command in app.registered_commands:
        command.epilog = " ".join(filter(None, [codes, command.epilog]))
    for group in app.registered_groups:
        if group.typer_instance:
            explained(group.typer_instance)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from rules_engine import __version__

        say(f"rules-engine {__version__}")
        raise typer.Exit


def without_folder(arguments: list[str]) -> tuple[list[str], Path | None]:
    """Take ``--plugins DIR`` out of a command line, wherever it stands in it.

    Plugins give verbs, so it is known before anything else can be made sense of.
    """
    rest, folder = list(arguments), None
    for at, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name != PLUGINS:
            continue
        if not value and at + 1 == len(arguments):
            break  # a value is needed, which Typer says
        folder = Path(value or arguments[at + 1])
        del rest[at : at + (1 if value else 2)]
        break
    return rest, folder


FolderOption = Annotated[
    Path | None,
    typer.Option(
        PLUGINS,
        metavar="DIR",
        help=tr("Load the plugins in a folder too. A plugin is code: name only your own."),
    ),
]


def _options(
    folder: FolderOption = None,
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help=tr("Show the version.")
    ),
) -> None:
    """Hold the options of the program as a whole."""


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 findings that stop it, 2 wrong usage."""
    with_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console of another code page must not stop a run
            stream.reconfigure(errors="replace")
    code: int | str | None
    try:
        code = run(sys.argv[1:])
    except SystemExit as leaving:
        code = leaving.code
    if code == INTERRUPTED:
        say(tr("interrupted"), err=True)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
    except OSError as error:
        silence(sys.stdout)
        print_findings(unwritten(error).findings)
        code = code or USAGE
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; whatever happens is said, never thrown."""
    with apart():
        remember_environment()
        try:
            return _run(arguments)
        except Exception as error:  # RULES_ENGINE_DEBUG asks for it
            mask_error(error)
            raise


def _run(arguments: list[str]) -> int:
    as_json = wants_json(arguments)
    arguments, folder = without_folder(arguments)
    try:
        use_folder(folder)
        asked = program(*arguments[:1])
        return asked(arguments, prog_name="rules-engine", standalone_mode=False) or 0
    except RulesEngineError as error:
        fail(error, as_json=as_json)
    except WRONG_USAGE as error:
        if type(error).__name__ == "NoArgsIsHelpError" and not as_json:
            say_lines(str(error), err=True)
            return USAGE
        fail(answer(error), as_json=as_json)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        silence(sys.stdout)
        return DONE
    except Exception as error:
        if os.environ.get("RULES_ENGINE_DEBUG"):
            raise
        fail(unforeseen(error), as_json=as_json)


def wants_json(arguments: list[str]) -> bool:
    """Return whether a command line asks for JSON, also when Typer cannot make sense of it."""
    return "--format=json" in arguments or ("--format", "json") in itertools.pairwise(arguments)
