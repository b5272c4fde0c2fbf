"""``rules-engine check``: everything that is wrong with a ruleset, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.output import (
    DONE,
    STOPPED,
    Format,
    FormatOption,
    LangOption,
    RulesetArgument,
    left_out,
    plain,
    print_findings,
    print_json,
    verb,
)
from rules_engine.errors import RulesetError, UsageError, stops
from rules_engine.messages import tr

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.errors import Finding


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(help=tr("Check a ruleset and list all findings; says nothing when all is well."))(
        check
    )


@verb
def check(
    ruleset: RulesetArgument,
    notes: Annotated[
        bool, typer.Option("--notes", help=tr("List as well what is no fault but good to know."))
    ] = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Check a ruleset and list all findings; says nothing when all is well."""
    from rules_engine.plugin_manager import registry
    from rules_engine.run.load import load_editions

    findings: tuple[Finding, ...]
    editions: list[str] = []
    try:
        checked = load_editions(ruleset, registry())
        findings = tuple(finding for one in checked for finding in one.findings)
        if notes:
            from rules_engine.checks import notes_on

            findings += tuple(note for one in checked for note in notes_on(one.book))
        editions = [one.ruleset.document.edition for one in checked]
        findings += tuple(_in_scenarios(ruleset))
    except RulesetError as error:
        findings = error.findings
    order = {"error": 0, "warning": 1, "info": 2}
    shown = sorted(
        findings,
        key=lambda f: (
            order[f.severity],
            f.place.file or "",
            f.place.line or 0,
            f.place.column or 0,
        ),
    )
    if format is Format.JSON:
        document = {"ruleset": str(ruleset), "editions": editions, "ok": not stops(shown)}
        print_json({**document, "findings": plain([*shown, *left_out()])})
    else:
        print_findings(shown)
    raise typer.Exit(STOPPED if stops(shown) else DONE)


def _in_scenarios(ruleset: Path) -> list[Finding]:
    """Return the numbers of persons in the scenarios of a ruleset, if it has any."""
    from rules_engine.scenarios.features import check_features, features_of

    try:
        return check_features(features_of(ruleset))
    except UsageError:  # it has none
        return []
