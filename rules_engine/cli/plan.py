"""``rules-engine plan``: what a run is going to do, before it is made."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from rules_engine.cli.day_options import AsOfOption, PeriodOption
from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    RulesetArgument,
    StoreOption,
    open_store,
    plain,
    print_findings,
    print_json,
    say,
    verb,
)
from rules_engine.cli.reports import DataOption, FigureOption
from rules_engine.errors import UsageError
from rules_engine.messages import listed, msg, tr
from rules_engine.model.run import STATUS_TEXTS

if TYPE_CHECKING:
    from rules_engine.dry_run import DryRun, SinceLast


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(help=tr("Show what a run would be made from, and what is new since the last."))(
        plan
    )


@verb
def plan(
    ruleset: RulesetArgument,
    data: DataOption,
    set: FigureOption = None,
    as_of: AsOfOption = None,
    period: PeriodOption = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Show what a run would be made from, and what is new since the last."""
    from rules_engine import dry_run
    from rules_engine.plugin_manager import registry
    from rules_engine.run.assess import Request

    day = as_of.date() if as_of else None
    days = (period.start, period.end) if period else None
    request = Request(ruleset, data, day, period=days, asked=tuple(set or ()))
    with open_store(store) as opened:
        result = dry_run.dry_run(request, registry(), opened)
    if format is Format.JSON:
        print_json(plan_document(result))
    else:
        show_plan(result)


def may_ask(*, yes: bool) -> None:
    """Make sure that somebody can say yes, before work is done in vain.

    Raises:
        UsageError: nobody is there to be asked, and nobody said yes.
    """
    if not yes and not sys.stdin.isatty():
        raise UsageError.of(
            "nobody-to-ask",
            msg("--plan asks before it goes on, and there is no terminal to ask at"),
            hint=msg("say --yes to go on, or rules-engine plan to see the plan alone"),
        )


def agreed(*, yes: bool) -> bool:
    """Ask whether the run is to be made."""
    return yes or typer.confirm(tr("Assess now?"), err=True)


def plan_document(dry_run: DryRun) -> dict[str, object]:
    """Return a plan as plain data for JSON."""
    from rules_engine.cli.diff import as_dict
    from rules_engine.model.document import plain as plain_data

    left_out = ("findings", "assumptions", "since", "rows")
    kept = {k: getattr(dry_run, k) for k in dry_run.__dataclass_fields__ if k not in left_out}
    since = dry_run.since
    return {
        **kept,
        "rows": dict(dry_run.rows),
        "findings": plain(dry_run.findings),
        "assumptions": [plain_data(assumption) for assumption in dry_run.assumptions],
        "since": since and {
            "run_id": since.run.id,
            "edition": since.run.ruleset_edition,
            "as_of": since.run.as_of,
            "changes": since.changes and [as_dict(change) for change in since.changes],
            "rows": {label: list(pair) for label, pair in since.rows.items()},
            "same_records": since.same_records,
        },
    }  # fmt: skip


def show_plan(dry_run: DryRun) -> None:
    """Print a plan."""
    say(tr("{title} ({edition})", title=dry_run.title, edition=dry_run.edition))
    say(tr("period {start} to {end}, as of {day}", start=dry_run.period_from, end=dry_run.period_to,
           day=dry_run.as_of))  # fmt: skip
    say(tr("{villages} {assessed_many} and {cadres} cadres are assessed", villages=dry_run.villages,
           cadres=dry_run.cadres))  # fmt: skip
    say(tr("records from {data}: {counts}", data=dry_run.data,
           counts=listed(f"{label} {n:,}" for label, n in dry_run.rows.items())))  # fmt: skip
    if dry_run.quarantined:
        say(tr("{count} rows are kept out (quarantine)", count=dry_run.quarantined))
    say(
        tr(
            "fingerprints: ruleset {ruleset}, records {data}",
            ruleset=dry_run.ruleset_fingerprint[:19],
            data=dry_run.data_fingerprint[:19],
        )
    )
    if dry_run.assumptions:
        say(
            tr(
                "{count} figures and rules are assumed: no clause gives them",
                count=len(dry_run.assumptions),
            )
        )
    for assumption in dry_run.assumptions:
        say(f"  {assumption.where}  {assumption.value}  {assumption.reason}")
    print_findings(dry_run.findings)
    _show_since(dry_run.since)


def _show_since(since: SinceLast | None) -> None:
    from rules_engine.cli.diff import print_changes

    if since is None:
        say(tr("this ruleset has no run yet"))
        return
    run = since.run
    say(tr("since run {run} ({edition}, as of {day}, {status}):", run=run.id, day=run.as_of,
           edition=run.ruleset_edition, status=STATUS_TEXTS[run.status]))  # fmt: skip
    if since.changes is None:
        say("  " + tr("the rules of that run cannot be compared"))
    elif not since.changes:
        say("  " + tr("the rules say the same"))
    else:
        print_changes(since.changes)
    if since.same_records:
        say("  " + tr("the records are the same"))
    elif not since.rows:
        say("  " + tr("the records are others, as many in each table"))
    for label, (before, after) in since.rows.items():
        say(f"  {label} {before:,} → {after:,}")
