"""``rules-engine mutate``: would the scenarios notice a slip of the pen?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    RulesetArgument,
    print_json,
    say,
    verb,
)
from rules_engine.messages import listed, tr


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
    from rules_engine.mutation.hunt import hunt

    found = hunt(ruleset, features, sample)
    total, rate = len(found.fates), len(found.fates) / found.seconds
    if format is Format.JSON:
        print_json(
            {
                "ruleset": str(ruleset),
                "editions": found.editions,
                "mutants": total,
                "killed": found.killed,
                "seconds": round(found.seconds, 1),
                "survivors": [
                    {
                        "edition": m.edition,
                        "kind": m.kind,
                        "path": ".".join(map(str, m.path)),
                        "line": m.line,
                        "column": m.column,
                        "old": m.old,
                        "new": m.new,
                    }
                    for m in found.survivors
                ],
            }
        )
        return
    for mutant in found.survivors:
        place = f"{mutant.file}:{mutant.line}:{mutant.column}"
        say(tr("{place}: nobody noticed “{old}” → “{new}” in {path}", place=place,
               old=mutant.old, new=mutant.new, path=".".join(map(str, mutant.path))))  # fmt: skip
    if len(found.editions) > 1:
        say(tr("editions: {names}", names=listed(found.editions)))
    say(
        tr(
            "{killed} of {total} changes noticed ({share}%), {rate} a second",
            killed=found.killed,
            total=total,
            share=f"{100 * found.killed / total:.1f}" if total else "—",
            rate=f"{rate:.1f}",
        )
    )
