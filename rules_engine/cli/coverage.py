"""``rules-engine coverage``: which clauses are encoded by what, and checked by which scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    say_skipped,
    verb,
)
from rules_engine.messages import clauses, listed, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.scenarios.coverage import ClauseCoverage, Coverage, PartCoverage

SHOWN = 3
"""Names of scenarios that are shown of each kind; JSON has all of them."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        help=tr("Show for every clause what encodes it and which scenarios check it.")
    )(coverage)  # fmt: skip


@verb
def coverage(
    ruleset: RulesetArgument,
    features: Annotated[
        Path | None, typer.Option("--features", help=tr("Where the scenarios are."))
    ] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Show for every clause what encodes it and which scenarios check it."""
    from rules_engine.plugin_manager import registry
    from rules_engine.run.load import load_editions
    from rules_engine.scenarios.coverage import coverage as of_scenarios

    editions = [edition.or_stop() for edition in load_editions(ruleset, registry())]
    covered = of_scenarios(ruleset, editions, features)
    if format is Format.JSON:
        print_json(_document(str(ruleset), covered))
    else:
        for one in covered:
            if len(covered) > 1:
                say(tr("edition {edition}", edition=one.edition))
            _print(one)
        print_findings(covered[0].outcome.findings)
    raise typer.Exit(DONE if all(one.whole for one in covered) else STOPPED)


def _document(ruleset: str, covered: Sequence[Coverage]) -> dict[str, object]:
    """Return the coverage of all editions as plain data; what is listed says its edition."""
    outcome = covered[0].outcome
    return {
        "ruleset": ruleset,
        "editions": [c.edition for c in covered],
        "ok": all(c.whole for c in covered),
        "scenarios": len(outcome.passed),
        "failed": [f.scenario for f in outcome.failures],
        "skipped": [vars(s) for s in outcome.skipped],
        "problems": outcome.problems,
        "findings": plain(outcome.findings),
        "untouched_clauses": [clause.id for c in covered for clause in c.untouched_clauses],
        "untouched_criteria": [line.part.id for c in covered for line in c.untouched_criteria],
        "clauses": [{**x.as_dict(), "edition": c.edition} for c in covered for x in c.clauses],
        "criteria": [{**x.as_dict(), "edition": c.edition} for c in covered for x in c.criteria],
    }


def _print(coverage: Coverage) -> None:
    for clause in coverage.clauses:
        _print_clause(clause)
    for line in coverage.untouched_criteria:
        label, name = line.part.label, line.part.id
        say(tr("no scenario checks the criterion “{label}” ({name})", label=label, name=name))
    for clause in coverage.untouched_clauses:
        say(tr("no scenario checks clause {clause}: {gist}", clause=clause.id, gist=clause.gist))
    for failure in coverage.outcome.failures:
        say(tr("the scenario “{name}” fails; see rules-engine test", name=failure.scenario))
    if skipped := coverage.outcome.skipped:
        say_skipped(len(skipped))
    encoded = [clause for clause in coverage.clauses if clause.status == "encoded"]
    say(
        tr(
            "{scenarios} scenarios check {clauses} of {encoded} encoded clauses and {lines} of "
            "{criteria} criteria",
            scenarios=len(coverage.outcome.passed),
            clauses=len(encoded) - len(coverage.untouched_clauses),
            encoded=len(encoded),
            lines=len(coverage.criteria) - len(coverage.untouched_criteria),
            criteria=len(coverage.criteria),
        )
    )


def _print_clause(clause: ClauseCoverage) -> None:
    status = {
        "encoded": tr("encoded"),
        "exhortation": tr("exhortation"),
        "excluded": tr("excluded"),
    }[clause.status]
    say(f"{clause.id}  {clause.ref}  [{status}]  {clause.gist}")
    for part in clause.parts:
        _print_part(part)
    if clause.status == "encoded" and not clause.parts:
        say("    " + tr("nothing names this clause"))


def _print_part(coverage: PartCoverage) -> None:
    from rules_engine.ruleset.grammar import noun

    part = coverage.part
    kind = tr("scale and rounding") if part.kind == "ruleset" else str(noun(part.kind))
    say("    " + tr("{kind} “{label}” ({name})", kind=kind, label=part.label, name=part.id))
    texts = []
    if coverage.asserted:
        texts.append(tr("asserted by {names}", names=_some(coverage.asserted)))
    if coverage.depended:
        texts.append(tr("totals depend on it in {names}", names=_some(coverage.depended)))
    say("        " + (clauses(texts) or tr("no scenario checks it")))


def _some(names: tuple[str, ...]) -> str:
    shown = listed(names[:SHOWN])
    if len(names) <= SHOWN:
        return shown
    return tr("{names} and {count} more", names=shown, count=len(names) - SHOWN)
