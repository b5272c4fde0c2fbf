"""``rules-engine assess``: the year-end run."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.days import AsOfOption, PeriodOption
from rules_engine.cli.output import (
    ByOption,
    Format,
    FormatOption,
    LangOption,
    RulesetArgument,
    StoreOption,
    make_folder,
    open_store,
    print_findings,
    print_json,
    verb,
)
from rules_engine.cli.reports import OutOption, ReportOption, SetOption, read_asked, write_asked
from rules_engine.messages import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(help=tr("Assess every village and cadre; store the run and report it."))(assess)


@verb
def assess(
    ruleset: RulesetArgument,
    data: Annotated[
        str, typer.Option("--data", help=tr("Where the records are."), metavar="SOURCE")
    ],
    with_: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            help=tr(
                "Try another figure, such as criteria.late.deduct.0.each=3; may be repeated. "
                "Such a run is not published."
            ),
            metavar="PATH=VALUE",
        ),
    ] = None,
    report: ReportOption = None,
    set: SetOption = None,
    out: OutOption = Path(),
    as_of: AsOfOption = None,
    period: PeriodOption = None,
    accept_quarantine: Annotated[
        bool, typer.Option("--accept-quarantine", help=tr("Go on without rows that were kept out."))
    ] = False,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help=tr("Threads of the engine."))
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help=tr("What runs the plan."))] = "duckdb",
    by: ByOption = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Assess every village and cadre; store the run and report it."""
    from rules_engine import assess as flow
    from rules_engine.plugin_manager import registry

    plugins = registry()
    names = report or [
        n for n, r in plugins.reporters.items() if r.default and format is Format.TEXT
    ]
    asked = read_asked(names, set or (), plugins)  # a slip is better found before the work
    make_folder(out)
    day = as_of.date() if as_of else None
    days = (period.start, period.end) if period else None
    request = flow.Request(ruleset, data, day, engine, threads, accept_quarantine, days,
                           tuple(with_ or ()))  # fmt: skip
    with open_store(store, by) as opened, _progress(quiet=format is Format.JSON) as progress:
        run = flow.assess(request, plugins, opened, progress)
    try:
        print_findings(flow.tell(run, plugins))
        if format is Format.JSON:
            from rules_engine.model.document import as_document

            asked.pop("terminal", None)
            print_json(as_document(run.report()))
        write_asked(run, asked, plugins, out)
    finally:
        run.close()


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the step on a terminal; say nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console

    names = {
        "ruleset": tr("reading the ruleset"),
        "dataset": tr("reading and checking the records"),
        "plan": tr("scoring, judging and grading"),
        "store": tr("storing the run"),
    }
    with Console(stderr=True).status("") as status:
        yield lambda step: status.update(names.get(step, step))
