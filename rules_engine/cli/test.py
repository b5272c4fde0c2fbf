"""``rules-engine test``: the ruleset's own scenarios."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from rules_engine.cli.output import (
    DONE,
    STOPPED,
    Format,
    FormatOption,
    LangOption,
    RulesetArgument,
    plain,
    print_findings,
    print_json,
    say,
    verb,
)
from rules_engine.messages import listed, tr


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("test", help=tr("Run the ruleset's scenarios."))(run_tests)


@verb
def run_tests(
    ruleset: RulesetArgument,
    only: Annotated[
        list[str] | None, typer.Option("--only", help=tr("Only scenarios whose name holds this."))
    ] = None,
    features: Annotated[
        Path | None, typer.Option("--features", help=tr("Where the scenarios are."))
    ] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Run the ruleset's scenarios."""
    from rules_engine.plugin_manager import registry
    from rules_engine.run.load import load_editions
    from rules_engine.scenarios.run import run_scenarios

    reviews = [edition.or_stop() for edition in load_editions(ruleset, registry())]
    editions = [edition.ruleset.document.edition for edition in reviews]
    outcome = run_scenarios(ruleset, features, only or ())
    passed, failed = len(outcome.passed), len(outcome.failures) + len(outcome.problems)
    if format is Format.JSON:
        print_json(
            {
                "ruleset": str(ruleset),
                "editions": editions,
                "ok": outcome.good,
                "passed": passed,
                "failed": failed,
                "scenarios": outcome.passed,
                "failures": [asdict(f) for f in outcome.failures],
                "skipped": [asdict(s) for s in outcome.skipped],
                "problems": outcome.problems,
                "findings": plain(outcome.findings),
            }
        )
        raise typer.Exit(DONE if outcome.good else STOPPED)
    for failure in outcome.failures:
        say(f"{failure.file}:{failure.line}: {failure.scenario}")
        say(f"    {failure.step}")
        for line in failure.reason.splitlines():
            say(f"    {line}")
    print_findings(outcome.findings)
    for left in outcome.skipped:
        say(tr("{file}:{line}: skipped: {name}", file=left.file, line=left.line,
               name=left.scenario))  # fmt: skip
    if len(editions) > 1:
        say(tr("editions: {names}", names=listed(editions)))
    texts = tr("{passed} scenarios passed, {failed} failed", passed=passed, failed=failed)
    if outcome.skipped:
        texts = tr("{told}, {skipped} skipped", told=texts, skipped=len(outcome.skipped))
    say(texts)
    raise typer.Exit(DONE if outcome.good else STOPPED)
