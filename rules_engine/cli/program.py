"""Puts the verbs together and runs them."""

from __future__ import annotations

import sys

import typer

from rules_engine.cli import assess, check, explain, plugins, runs, test
from rules_engine.cli.output import STOPPED, USAGE, fail
from rules_engine.cli.spoken import WRONG_USAGE, Program, answer
from rules_engine.errors import PluginError, RulesEngineError
from rules_engine.messages import msg, tr
from rules_engine.plugin_manager import registry

VERBS = ("assess", "explain", "check", "test", "runs", "plugins")


def program() -> typer.Typer:
    """Return the program with its own verbs and those of plugins.

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
    for module in (assess, explain, check, test, runs, plugins):
        module.register(app)
    for command in registry().commands.values():
        if command.name in VERBS:
            raise PluginError.of(
                "duplicate-plugin",
                msg("a plugin gives the verb “{name}”, which the program has", name=command.name),
                hint=msg("uninstall the plugin"),
            )
        app.command(command.name, help=command.help)(command.run)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from rules_engine import __version__

        typer.echo(f"rules-engine {__version__}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help=tr("Show the version.")
    ),
) -> None:
    """Hold the options of the program as a whole."""


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 findings that stop it, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console of another code page must not stop a run
            stream.reconfigure(errors="replace")
    try:
        code = program()(prog_name="rules-engine", standalone_mode=False)
    except RulesEngineError as error:
        fail(error)
    except WRONG_USAGE as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(error, err=True)
            sys.exit(USAGE)
        fail(answer(error))
    except typer.Abort:
        sys.exit(STOPPED)
    sys.exit(code)
