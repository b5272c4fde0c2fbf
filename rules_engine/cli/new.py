"""``rules-engine new``: a start for those who write rulesets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.localized import Program
from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    print_json,
    say,
    verb,
    writing,
)
from rules_engine.messages import Message, msg, tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules_engine.scaffold import PluginSort


PLUGINS: dict[PluginSort, Message] = {
    "source": msg("Start a plugin that reads data: a package that works."),
    "reporter": msg("Start a plugin that writes reports: a package that works."),
    "method": msg("Start a plugin with a scoring method: a package that works."),
    "check": msg("Start a plugin with a check of rulesets: a package that works."),
}


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = Program(help=tr("Start something new."))
    group.command("ruleset", help=tr("Start a ruleset: a small one that runs, to be changed."))(
        ruleset
    )
    for sort, text in PLUGINS.items():
        group.command(sort, help=str(text))(_starter(sort))
    app.add_typer(group, name="new")


@verb
def ruleset(
    name: Annotated[
        str,
        typer.Argument(
            help=tr("Its id: a-z, 0-9 and -, beginning with a letter."),
            metavar="NAME",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help=tr("Where its folder is made."))] = Path(),
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Start a ruleset: a small one that runs, to be changed."""
    from datetime import date

    from rules_engine.plugin_manager import registry
    from rules_engine.ruleset.template import start_ruleset

    with writing(out):
        files = start_ruleset(name, out, date.today().year, registry().methods)
    folder = out / name
    if format is Format.JSON:
        print_json({"ruleset": str(folder), "files": [str(file) for file in files]})
        return
    for file in files:
        say(tr("written: {file}", file=file), err=True)
    say(tr("next: rules-engine check {folder}; rules-engine test {folder}", folder=folder))


PluginName = Annotated[
    str,
    typer.Argument(
        help=tr("Its name: a-z, 0-9 and -, beginning with a letter."),
        metavar="NAME",
        show_default=False,
    ),
]
OutOption = Annotated[Path, typer.Option("--out", help=tr("Where its folder is made."))]


def _starter(sort: PluginSort) -> Callable[..., None]:
    """Return the verb that starts a plugin of a sort."""

    @verb
    def start(
        name: PluginName,
        out: OutOption = Path(),
        format: FormatOption = Format.TEXT,
        lang: LangOption = None,
    ) -> None:
        _plugin(sort, name, out, format)

    return start


def _plugin(sort: PluginSort, name: str, out: Path, format: Format) -> None:
    from rules_engine.scaffold import DISTRIBUTION, start_plugin

    with writing(out):
        files = start_plugin(sort, name, out)
    folder = out / f"{DISTRIBUTION}-{name}"
    if format is Format.JSON:
        print_json({"plugin": str(folder), "files": [str(file) for file in files]})
        return
    for file in files:
        say(tr("written: {file}", file=file), err=True)
    say(tr("next: pip install -e {folder}; pytest {folder}", folder=folder))
