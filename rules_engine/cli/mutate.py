"""``rules-engine mutate``: would the scenarios notice a slip of the pen?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    RulesetArgument,
    plain,
    print_findings,
    print_json,
    say,
    say_skipped,
    verb,
)
from rules_engine.messages import listed, tr

if TYPE_CHECKING:
    from rules_engine.hypotheses.mutation import MutationResult


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(help=tr("Change each number, comparison, value and veto; list what no scenario "
                        "notices."))(mutate)  # fmt: skip


@verb
def mutate(
    ruleset: RulesetArgument,
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, help=tr("Try only so many, spread evenly."))
    ] = None,
    features: Annotated[
        Path | None, typer.Option("--features", help=tr("Where the scenarios are."))
    ] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Change each number, comparison, value and veto; list what no scenario notices."""
    from rules_engine.hypotheses.mutation import run_mutants

    result = run_mutants(ruleset, features, sample)
    if format is Format.JSON:
        print_json({"ruleset": str(ruleset), **_plain(result)})
        return
    for survivor in result.survivors:
        mutant, reason = survivor.mutant, survivor.reason
        place = f"{mutant.file}:{mutant.line}:{mutant.column}"
        line = tr("{place}: nobody noticed “{old}” → “{new}” in {path}",
                  place=place, old=mutant.old, new=mutant.new, path=mutant.at)  # fmt: skip
        say(tr("{line}; known: {reason}", line=line, reason=reason) if reason else line)
    print_findings(result.findings)
    if len(result.editions) > 1:
        say(tr("editions: {names}", names=listed(result.editions)))
    if result.skipped:
        say_skipped(len(result.skipped))
    total = len(result.mutants)
    say(
        tr(
            "{killed} of {total} changes noticed ({share}%), {checked} of them by check; "
            "{rate} a second",
            killed=result.killed,
            total=total,
            share=f"{100 * result.killed / total:.1f}" if total else "—",
            checked=result.checked,
            rate=f"{total / result.seconds:.1f}",
        )
    )


def _plain(outcome: MutationResult) -> dict[str, object]:
    """Return what came of it as plain data."""
    return {
        "editions": outcome.editions,
        "mutants": len(outcome.mutants),
        "killed": outcome.killed,
        "by_check": outcome.checked,
        "skipped": [vars(s) for s in outcome.skipped],
        "seconds": round(outcome.seconds, 1),
        "survivors": [
            {
                "edition": survivor.mutant.edition,
                "kind": survivor.mutant.kind,
                "path": survivor.mutant.at,
                "line": survivor.mutant.line,
                "column": survivor.mutant.column,
                "old": survivor.mutant.old,
                "new": survivor.mutant.new,
                "reason": survivor.reason,
            }
            for survivor in outcome.survivors
        ],
        "findings": plain(outcome.findings),
    }
