"""Shows the report on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import ReporterKind, figures, hookimpl, listed, msg, one_line, tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console, JustifyMethod, RenderableType
    from rich.table import Table

    from rules_engine.api import AssessmentReport, PaymentSum, RunInfo, Subject, TargetResult

MOST_ROWS = 40
STATUSES = {
    "draft": msg("draft"),
    "reviewed": msg("reviewed"),
    "published": msg("published"),
    "sealed": msg("sealed"),
}
ABOUT_THE_RUN = frozenset({"edition-changes-in-period", "corrected-run"})
"""Findings that are about the assessed days and not about how the ruleset is written."""


@hookimpl
def rules_engine_register_reporters() -> list[ReporterKind]:
    """Give the terminal reporter."""
    description = msg("tables on the terminal")
    return [
        ReporterKind(
            "terminal",
            description,
            write,
            default=True,
            prints=True,
            lines=False,
            imports=("rich.console", "rich.rule", "rich.table"),
        )
    ]


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

    yield Rule(Text(one_line(report.run.ruleset_title), style="bold"))
    for line in _run_lines(report.run):
        yield Text(one_line(line), style="dim")
    for warning in _warnings(report):
        yield Text(one_line(warning), style="bold yellow")
    yield _ranking(report.villages, tr("Ranking"), report.run.places)
    for target in report.targets:
        yield Text(one_line(_target_line(target)))
    if len(report.cadres):
        yield Text()
        yield _ranking(report.cadres, tr("Cadres"), report.run.places)
    for total in report.pay:
        if not total.part:
            yield Text(one_line(_pay_line(total)))
    yield Text(
        tr(
            "{count} figures and rules are assumed; see the HTML report",
            count=len(report.assumptions),
        ),
        style="dim",
    )


def _run_lines(run: RunInfo) -> Iterator[str]:
    yield tr("run {run} · {ruleset} {edition} · {status}", run=run.run_id, ruleset=run.ruleset_id,
             edition=run.ruleset_edition, status=STATUSES.get(run.status, run.status))  # fmt: skip
    yield tr("{start} to {end}, as of {as_of}", start=figures.day(run.period_from),
             end=figures.day(run.period_to), as_of=figures.day(run.as_of))  # fmt: skip
    yield tr("digest {digest}", digest=run.digest)


def _target_line(target: TargetResult) -> str:
    return tr(
        "target “{label}”: {met} of {total}, {share}; required {required}: {state}",
        label=target.label,
        met=target.met,
        total=target.total,
        share=figures.percent(target.share, target.required),
        required=figures.percent_as_written(target.required),
        state={True: tr("reached"), False: tr("not reached"), None: tr("open")}[target.reached],
    )


def _pay_line(total: PaymentSum) -> str:
    values = {"label": total.label, "amount": figures.plain(total.amount), "unit": total.unit}
    if total.open:
        return tr("“{label}” in all: {amount} {unit}, open for {count}", count=total.open, **values)
    return tr("“{label}” in all: {amount} {unit}", **values)


def _warnings(report: AssessmentReport) -> Iterator[str]:
    if report.quarantine:
        rows = {(q.source, q.sheet, q.row) for q in report.quarantine}
        yield tr("{count} rows were kept out of this assessment (quarantine)", count=len(rows))
    if report.blocked:
        yield tr("{count} subjects have lines that cannot be assessed yet", count=report.blocked)
    for finding in report.findings:
        if finding.code in ABOUT_THE_RUN:
            yield tr("{code}: {message}", code=finding.code, message=finding.message)
        if finding.acknowledged:
            yield tr("{code}: {message} (acknowledged: {reason})", code=finding.code,
                     message=finding.message, reason=finding.acknowledged)  # fmt: skip


def _ranking(subjects: Sequence[Subject], title: str, places: int) -> Table:
    """Return the first subjects as a table, with columns for group and post where there are any."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = subjects[:MOST_ROWS]
    optional = {"group": any(s.group for s in shown), "post": any(s.post for s in shown)}
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for heading, justify, whole in _columns(**optional):
        table.add_column(heading, justify=justify, no_wrap=whole, overflow="fold")
    before = shown[0].group if shown else ""
    for subject in shown:
        if subject.group != before:
            table.add_section()
        before = subject.group
        cells = _cells(subject, places, **optional)
        table.add_row(*(Text(one_line(cell)) for cell in cells))
    if len(subjects) > len(shown):
        table.caption = tr("… {count} more", count=len(subjects) - len(shown))
        table.caption_justify = "left"
    return table


def _columns(*, group: bool, post: bool) -> Iterator[tuple[str, JustifyMethod, bool]]:
    """Yield each column's heading, its side, and whether its texts stay on one line."""
    if group:
        yield tr("group"), "left", False
    yield tr("place"), "left", True
    yield tr("name"), "left", False
    if post:
        yield tr("post"), "left", False
    yield tr("score"), "right", True
    yield tr("grade"), "left", False
    yield tr("honours and sanctions"), "left", False


def _cells(subject: Subject, places: int, *, group: bool, post: bool) -> Iterator[str]:
    if group:
        yield subject.group
    yield subject.place_text
    yield subject.title
    if post:
        yield subject.post
    yield score(subject, places)
    yield subject.grade_text
    yield listed(
        [*subject.honours_text, *subject.sanctions_text, *(p.short for p in subject.payments)]
    )


def score(subject: Subject, places: int) -> str:
    """Return the score, or the interval in which it lies, with as many places as it has."""
    return figures.span(subject.low, subject.high, places)
