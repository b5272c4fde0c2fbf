"""``rules-engine assess``: the year-end run."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.day_options import AsOfOption, PeriodOption
from rules_engine.cli.output import (
    STOPPED,
    ByOption,
    Format,
    FormatOption,
    LangOption,
    RulesetArgument,
    StoreOption,
    left_out,
    make_folder,
    open_store,
    plain,
    print_findings,
    print_json,
    refuse_numbered,
    say,
    verb,
)
from rules_engine.cli.plan import agreed, may_ask, plan_document, show_plan
from rules_engine.cli.reports import (
    DataOption,
    OutOption,
    ReportOption,
    SetOrFigureOption,
    read_asked,
    settings_and_figures,
    write_asked,
)
from rules_engine.engines import EMBEDDED
from rules_engine.errors import Finding
from rules_engine.messages import msg, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rules_engine.dry_run import DryRun
    from rules_engine.run.assess import Request


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(help=tr("Assess every village and cadre; store the run and report it."))(assess)


@verb
def assess(
    ruleset: RulesetArgument,
    data: DataOption,
    report: ReportOption = None,
    set: SetOrFigureOption = None,
    out: OutOption = Path(),
    as_of: AsOfOption = None,
    period: PeriodOption = None,
    accept_quarantine: Annotated[
        bool, typer.Option("--accept-quarantine", help=tr("Go on without rows that were kept out."))
    ] = False,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help=tr("Threads of the engine."))
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help=tr("What runs the plan."))] = EMBEDDED,
    plan: Annotated[
        bool, typer.Option("--plan", help=tr("Show what is going to be assessed, and ask first."))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=tr("Say yes to --plan beforehand."))] = False,
    by: ByOption = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Assess every village and cadre; store the run and report it."""
    from rules_engine.plugin_manager import registry
    from rules_engine.run import assess as flow
    from rules_engine.store import Opening

    if plan:
        may_ask(yes=yes)
    plugins = registry()
    names = report or [
        n for n, r in plugins.reporters.items() if r.default and format is Format.TEXT
    ]
    settings, figures = settings_and_figures(set or (), plugins)
    asked = read_asked(names, settings, plugins)  # a slip is better found before the work
    refuse_numbered(by)
    make_folder(out)
    day = as_of.date() if as_of else None
    days = (period.start, period.end) if period else None
    request = flow.Request(ruleset, data, day, engine, threads, accept_quarantine, days,
                           tuple(figures))  # fmt: skip
    planned = _planned(request, store, by, format, yes=yes) if plan else None
    with Opening(store, by) as opened:
        with _progress(quiet=format is Format.JSON) as progress:
            imports = [m for n in asked for m in plugins.need("reporters", n).imports]
            run = flow.assess(request, plugins, opened, progress, imports)
    try:
        print_findings(flow.notify_plugins(run, plugins))
        if planned and planned.data_fingerprint != run.stored.record.data_fingerprint:
            print_findings([_others(planned.data)])
        if format is Format.JSON:
            asked.pop("terminal", None)
        failed = write_asked(run, asked, plugins, out)
        if format is Format.JSON:
            from rules_engine.model.document import as_document

            shown = {"plan": plan_document(planned)} if planned else {}
            document = as_document(run.report())
            findings = plain([*run.findings, *left_out(), *failed])
            print_json(document | {"findings": findings} | shown)
    finally:
        run.close()
    if failed:
        raise typer.Exit(STOPPED)


def _planned(
    request: Request, url: str | None, by: str | None, format: Format, *, yes: bool
) -> DryRun:
    """Show the plan and ask; who says no ends here."""
    from rules_engine import dry_run
    from rules_engine.plugin_manager import registry

    with open_store(url, by) as store:
        result = dry_run.dry_run(request, registry(), store)
    if format is not Format.JSON:
        show_plan(result)
    if not agreed(yes=yes):
        say(tr("nothing was assessed"), err=True)
        raise typer.Exit(STOPPED)
    return result


def _others(data: str) -> Finding:
    text = msg("the records of {data} are no longer those of the plan", data=data)
    hint = msg("compare the run with the plan before you publish it")
    return Finding("records-changed", text, hint=hint, severity="warning")


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the step on a terminal; say nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console

    from rules_engine.isolation.output import bare_errors

    names = {
        "ruleset": tr("reading the ruleset"),
        "dataset": tr("reading and checking the records"),
        "plan": tr("scoring, judging and grading"),
        "store": tr("storing the run"),
    }
    with Console(file=bare_errors()).status("") as status:
        yield lambda step: status.update(names.get(step, step))
