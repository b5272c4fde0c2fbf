"""``rules-engine runs``: what is stored, and whether it still stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli import lifecycle
from rules_engine.cli.audit import entry_text
from rules_engine.cli.compare import compare
from rules_engine.cli.localized import Program
from rules_engine.cli.output import (
    DONE,
    OLDER_RULES,
    STOPPED,
    Format,
    FormatOption,
    LangOption,
    RunArgument,
    StoreOption,
    make_folder,
    open_store,
    plain,
    print_damaged,
    print_findings,
    print_json,
    print_rows,
    say,
    verb,
)
from rules_engine.cli.reports import OutOption, ReportOption, SetOption, read_asked, write_asked
from rules_engine.messages import Message, call_assessed, clauses, listed, msg, tr
from rules_engine.model.run import STATUS_TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.audit.entry import Entry
    from rules_engine.model.run import RunRecord, UsedRun
    from rules_engine.store.unfinished import Unfinished


OUTCOMES = {
    "verified": msg("run {run} verified: same digest {digest}"),
    "damaged": msg("run {run} is not as it was stored"),
    "differs": msg("run {run} differs: stored {digest}, computed {again}"),
    "older-rules": msg("run {run} is as it was stored, and cannot be computed as it was: stored "
                       "{digest}, by today's rules {again}"),
}  # fmt: skip
"""What ``verify`` can find, and how it says so."""


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = Program(help=tr("List, show, verify, publish and seal stored runs."))
    group.command("list", help=tr("List stored runs, newest first."))(list_runs)
    group.command("show", help=tr("Show a stored run again."))(show)
    group.command(
        "verify",
        help=tr("Compute a run again from its snapshot and compare."),
        epilog=tr("3 made by older rules of computing, by which this program cannot compute."),
    )(verify)  # fmt: skip
    group.command("compare", help=tr("Show who moved between two runs, by which lines, and why."))(
        compare
    )
    lifecycle.add_steps(group)
    app.add_typer(group, name="runs")


@verb
def list_runs(
    format: FormatOption = Format.TEXT, store: StoreOption = None, lang: LangOption = None
) -> None:
    """List stored runs, newest first."""
    with open_store(store) as opened:
        records = opened.list_runs()
        damaged = opened.damaged("runs")
        steps = opened.audit.last_steps()
        unfinished = opened.unfinished()
    if format is Format.JSON:
        rows = [*map(_as_dict, unfinished), *(record.as_dict() for record in records)]
        print_rows("runs", rows, damaged)
        return
    for run in unfinished:
        _say_unfinished(run)
    if not records and not damaged:
        say(tr("no runs are stored"))
    for record in records:
        created = record.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
        status = STATUS_TEXTS[record.status]
        call_assessed(record.nouns)
        villages = tr("{count} {assessed_many}", count=record.villages)
        days = f"{record.as_of}"
        if record.period_from and record.period_to:
            days = f"{record.period_from}..{record.period_to}  {days}"
        say(
            f"{record.id}  {status}  {created}  {record.ruleset_id} {record.ruleset_edition}  "
            f"{days}  {villages}  {record.digest[:19]}{_since(record, steps)}{_special(record)}"
        )
    print_damaged(damaged)


def _as_dict(run: Unfinished) -> dict[str, object]:
    since = run.since.isoformat()
    return {"id": run.id, "status": "unfinished", "created_at": since, "running": run.running}


def _say_unfinished(run: Unfinished) -> None:
    since = run.since.astimezone().strftime("%Y-%m-%d %H:%M")
    status = tr("unfinished")
    if run.running:
        now = tr("still being made")
    else:
        now = tr("nobody is making it: assess again; rules-engine runs clear removes it")
    say(f"{run.id}  {status}  {since}  {now}")


def _since(record: RunRecord, steps: Mapping[str, Entry]) -> str:
    """Say who made a run what it is, and when."""
    if record.status == "draft" or record.id not in steps:
        return ""
    step = steps[record.id]
    day = step.at.astimezone().strftime("%Y-%m-%d")
    return "  " + tr("{status} {day} by {actor}", status=STATUS_TEXTS[record.status], day=day,
                     actor=step.actor)  # fmt: skip


def used_text(used: UsedRun) -> str:
    """Say whose results a run has counted."""
    return tr("counts run {run} of {start} to {end} ({ruleset} {edition}), digest {digest}",
              run=used.id, start=used.start, end=used.end, ruleset=used.ruleset,
              edition=used.edition, digest=used.digest)  # fmt: skip


def _special(record: RunRecord) -> str:
    """Say which run a run corrects, or which figures it only tries."""
    texts = [tr("corrects {run}", run=record.parent)] if record.parent else []
    if record.overrides:
        from rules_engine.plugin_manager import registry
        from rules_engine.report.changes import override_text

        methods = registry().methods
        changes = clauses(override_text(override, methods) for override in record.overrides)
        texts.append(tr("tries {changes}", changes=changes))
    if record.used_runs:
        texts.append(tr("counts {runs}", runs=listed(used.id for used in record.used_runs)))
    return "".join(f"  {text}" for text in texts)


@verb
def show(
    run: RunArgument,
    report: ReportOption = None,
    set: SetOption = None,
    out: OutOption = Path(),
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Show a stored run again."""
    from rules_engine.messages import speaking
    from rules_engine.plugin_manager import registry
    from rules_engine.run import assess as flow

    asked = read_asked(report or ["terminal"], set or (), registry())
    with open_store(store) as opened:
        stored = opened.whole(run)
        history = opened.audit.entries(stored.record.id)
    with speaking(lang or stored.record.language):
        result = flow.open_run(stored, registry())
        try:
            if format is Format.JSON:
                from rules_engine.model.document import as_document

                entries = [entry.content() for entry in history]
                print_json(as_document(result.report()) | {"history": entries})
                return
            make_folder(out)
            failed = write_asked(result, asked, registry(), out)
        finally:
            result.close()
        say("")
        say(
            tr(
                "run {run}: {status}",
                run=stored.record.id,
                status=STATUS_TEXTS[stored.record.status],
            )
        )
        for entry in history:
            say("  " + entry_text(entry))
        for used in stored.record.used_runs:
            say("  " + used_text(used))
        if failed:
            raise typer.Exit(STOPPED)


@verb
def verify(
    run: RunArgument,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help=tr("Threads of the engine."))
    ] = None,
    lang: LangOption = None,
) -> None:
    """Compute a run again from its snapshot and compare."""
    from rules_engine.plugin_manager import registry
    from rules_engine.report.changes import read_overlay
    from rules_engine.run.stored_runs import used_since
    from rules_engine.run.verify import is_by_older_rules
    from rules_engine.run.verify import verify as computed_again

    with open_store(store) as opened:
        stored = opened.get(run)
        findings = opened.check_files(stored)
        if not findings:
            read_overlay(stored)
        parent = opened.get(stored.record.parent) if stored.record.parent else None
        findings += opened.check_files(parent) if parent else []
        since = [*used_since(stored.record, opened)] if stored.record.used_runs else []
    again, outcome = "", "damaged"
    if not findings:
        again, findings = computed_again(stored, parent, registry(), threads)
        findings += since
        of_others = any(finding.code == "verify-digest" for finding in findings)
        same = again == stored.record.digest and not of_others
        older = "older-rules" if is_by_older_rules(findings) else "differs"
        outcome = "verified" if same else older
    if format is Format.JSON:
        print_json(
            {
                "run_id": stored.record.id,
                "verified": outcome == "verified",
                "digest": stored.record.digest,
                "recomputed": again or None,
                "findings": plain(findings),
                **({"older_rules": True} if outcome == "older-rules" else {}),
            }
        )
    else:
        print_findings(findings)
        said = {"run": stored.record.id, "digest": stored.record.digest, "again": again or "—"}
        say(str(Message(OUTCOMES[outcome].text, tuple(said.items()))))
    raise typer.Exit({"verified": DONE, "older-rules": OLDER_RULES}.get(outcome, STOPPED))
