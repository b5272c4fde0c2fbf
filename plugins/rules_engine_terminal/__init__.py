"""Shows the report on a terminal."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from rules_engine.api import ReporterKind, hookimpl, listed, tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console, RenderableType
    from rich.table import Table

    from rules_engine.api import AssessmentReport, Subject

MOST_ROWS = 40


@hookimpl
def rules_engine_register_reporters() -> list[ReporterKind]:
    """Give the terminal reporter."""
    return [ReporterKind("terminal", "tables on the terminal", write, default=True)]


def write(report: AssessmentReport, out: Path) -> list[Path]:
    """Print the report; there are no files."""
    from rich.console import Console

    try:
        show(report, Console(highlight=False))
    except SystemExit:  # Rich would end the program when the reader of a pipe has seen enough
        return []
    return []


def show(report: AssessmentReport, console: Console) -> None:
    """Print the report on a console."""
    for part in _parts(report):
        console.print(part)


def _parts(report: AssessmentReport) -> Iterator[RenderableType]:
    from rich.rule import Rule
    from rich.text import Text

    run = report.run
    yield Rule(Text(run.ruleset_title, style="bold"))
    yield Text(
        tr(
            "run {run} · {ruleset} {edition} · {start} to {end}, as of {as_of}",
            run=run.run_id, ruleset=run.ruleset_id, edition=run.ruleset_edition,
            start=run.period_from, end=run.period_to, as_of=run.as_of,
        )
    )  # fmt: skip
    yield Text(tr("digest {digest}", digest=run.digest), style="dim")
    for warning in _warnings(report):
        yield Text(warning, style="bold yellow")
    yield _ranking(report.villages, tr("Ranking"))
    for target in report.targets:
        state = {True: tr("reached"), False: tr("not reached"), None: tr("open")}[target.reached]
        share = f"{target.share * 100:.2f}%"
        yield Text(
            tr("target “{label}”: {met} of {total}, {share}: {state}",
               label=target.label, met=target.met, total=target.total, share=share, state=state)
        )  # fmt: skip
    if len(report.cadres):
        yield _ranking(report.cadres, tr("Cadres"))
    yield Text(
        tr("{count} figures are assumed; see the HTML report", count=len(report.assumptions)),
        style="dim",
    )


def _warnings(report: AssessmentReport) -> Iterator[str]:
    if report.quarantine:
        rows = {(q.source, q.sheet, q.row) for q in report.quarantine}
        yield tr("{count} rows were kept out of this assessment (quarantine)", count=len(rows))
    blocked = sum(1 for s in islice(report.villages, MOST_ROWS) if s.blocking)
    if blocked:
        yield tr("{count} subjects have lines that cannot be assessed yet", count=blocked)
    for finding in report.findings:
        if finding.acknowledged:
            yield tr("{code}: {message} (acknowledged: {reason})", code=finding.code,
                     message=finding.message, reason=finding.acknowledged)  # fmt: skip


def _ranking(subjects: Sequence[Subject], title: str) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for heading in (tr("place"), tr("name"), tr("score"), tr("grade")):
        table.add_column(
            heading, justify="right" if heading == tr("score") else "left", no_wrap=True
        )
    table.add_column(tr("honours and sanctions"), overflow="fold")
    for subject in islice(subjects, MOST_ROWS):
        place = f"{subject.rank}=" if subject.tied else str(subject.rank)
        table.add_row(
            place, subject.name, score(subject), subject.grade or tr("open"),
            listed([*subject.honours, *subject.sanctions]),
        )  # fmt: skip
    if len(subjects) > MOST_ROWS:
        table.add_row("", tr("… {count} more", count=len(subjects) - MOST_ROWS), "", "", "")
    return table


def score(subject: Subject) -> str:
    """Return the score, or the interval in which it lies."""
    if subject.low == subject.high:
        return f"{subject.score:f}"
    return f"{subject.low:f} – {subject.high:f}"
