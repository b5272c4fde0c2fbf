"""``rules-engine export`` and ``import``: a ruleset as a form that people edit, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.diff import as_dict, print_changes
from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    RulesetArgument,
    fail,
    plain,
    print_findings,
    print_json,
    say,
    verb,
    writing,
)
from rules_engine.errors import RulesEngineError, UsageError
from rules_engine.messages import listed, msg, speaking, tr

if TYPE_CHECKING:
    from rules_engine.forms.changes import Change
    from rules_engine.forms.exchange import Received
    from rules_engine.model.form import FilledForm

FormArgument = Annotated[
    str, typer.Argument(help=tr("The kind of form: xlsx."), metavar="FORM", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command("export", help=tr("Write a ruleset as a form that people edit: a workbook."))(
        export
    )
    app.command("import", help=tr("Bring a ruleset back from a form that people have edited."))(
        bring_back
    )


@verb
def export(
    form: FormArgument,
    ruleset: RulesetArgument,
    out: Annotated[Path, typer.Option("--out", help=tr("The file to write."))],
    edition: Annotated[
        str | None, typer.Option("--edition", help=tr("Which edition. Default: the latest."))
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=tr("Write over a file that is there."))
    ] = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Write a ruleset as a form that people edit: a workbook."""
    from rules_engine.forms.exchange import edition_folder, send
    from rules_engine.plugin_manager import registry

    registry().need("forms", form)
    if out.exists() and not force:
        raise _in_the_way([out])
    folder = edition_folder(ruleset, edition)
    with writing(out, msg("see that the folder is there and may be written to")):
        send(folder, form, out, registry())
    if format is Format.JSON:
        print_json({"ruleset": str(folder), "file": str(out)})
    else:
        say(tr("written: {file}", file=out))


@verb
def bring_back(
    form: FormArgument,
    file: Annotated[
        Path, typer.Argument(help=tr("The form's file."), metavar="FILE", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", help=tr("The folder to write: of a ruleset, or of an edition."))
    ],
    force: Annotated[
        bool, typer.Option("--force", help=tr("Write over files that say something else."))
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help=tr("Write nothing; say what would be changed."))
    ] = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Bring a ruleset back from a form that people have edited."""
    from rules_engine.forms.exchange import read_form
    from rules_engine.plugin_manager import registry
    from rules_engine.ruleset.language import language_of
    from rules_engine.ruleset.read import RULESET_FILE

    filled = read_form(file, form, registry())
    with speaking(lang or language_of(filled.carried[RULESET_FILE])):
        try:
            _take(filled, file, out, force, check, format)
        except RulesEngineError as error:
            fail(error, as_json=format is Format.JSON)


def _take(
    filled: FilledForm, file: Path, out: Path, force: bool, check: bool, format: Format
) -> None:
    """Say what was changed and what that does, and write what came back."""
    from rules_engine.forms.exchange import foreign, receive
    from rules_engine.forms.trial import keep
    from rules_engine.plugin_manager import registry

    received = receive(filled, file, out, registry())
    result, folder = received.changed, received.folder
    with writing(folder):
        strangers = foreign(folder, result.originals, result.texts)
    if strangers and not force:
        raise _in_the_way(strangers)
    if format is Format.TEXT:
        _print_received(received)
    if not check:
        with writing(folder):
            keep(folder, result.texts)
    if format is Format.JSON:
        changes = [_as_dict(change) for change in result.changes]
        print_json({
            "out": str(folder), "written": not check, "changes": changes,
            "differences": [as_dict(change) for change in received.differences],
            "findings": plain(received.findings),
        })  # fmt: skip
    elif not check:
        say(tr("written: {file}", file=folder))


def _print_received(received: Received) -> None:
    print_findings(received.findings)
    for change in received.changed.changes:
        say(tr("sheet “{sheet}”, cell {cell}: {before} → {after}", sheet=change.cell.sheet,
               cell=change.cell.name, before=change.before or "—",
               after=change.after or "—"))  # fmt: skip
    if not received.changed.changes:
        say(tr("nothing was changed"))
    print_changes(received.differences)


def _as_dict(change: Change) -> dict[str, object]:
    cell = change.cell
    return {"sheet": cell.sheet, "cell": cell.name, "before": change.before, "after": change.after}


def _in_the_way(files: list[Path]) -> UsageError:
    error = UsageError.of(
        "in-the-way",
        msg("{files} would be written over", files=listed([str(file) for file in files])),
        hint=msg("name another place with --out, or write over it with --force"),
    )
    assert isinstance(error, UsageError)
    return error
