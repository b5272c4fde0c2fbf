"""``rules-engine appeal``: disputes about a published run, and what is decided on them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.lifecycle import ReasonOption
from rules_engine.cli.localized import Program
from rules_engine.cli.output import (
    ByOption,
    Format,
    FormatOption,
    LangOption,
    RunArgument,
    StoreOption,
    open_store,
    print_damaged,
    print_json,
    print_rows,
    say,
    verb,
)
from rules_engine.messages import msg, tr

if TYPE_CHECKING:
    from rules_engine.model.appeal import Appeal

AppealArgument = Annotated[
    int, typer.Argument(help=tr("The number of the appeal."), metavar="APPEAL", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = Program(help=tr("Dispute lines of a published run, and decide on it."))
    group.command("list", help=tr("List appeals, what was brought forward and decided."))(
        list_appeals
    )
    group.command("open", help=tr("Dispute a line of a published run."))(open_appeal)
    group.command("evidence", help=tr("Add a text or a file to an open appeal."))(evidence)
    group.command("decide", help=tr("Correct records, adjust points within the rules, or reject."))(
        decide
    )
    app.add_typer(group, name="appeal")


@verb
def list_appeals(
    run: Annotated[
        str | None, typer.Option("--run", help=tr("Only those against this run."), metavar="RUN")
    ] = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """List appeals, what was brought forward and decided."""
    with open_store(store) as opened:
        appeals = opened.appeals.all(opened.get(run).record.id if run else None)
        damaged = opened.damaged("appeals", "evidence")
    if format is Format.JSON:
        from rules_engine.model.document import plain

        print_rows("appeals", [plain(appeal) for appeal in appeals], damaged)
        return
    if not appeals:
        say(tr("there are no appeals"))
    for appeal in appeals:
        _show(appeal)
    print_damaged(damaged)


def _show(appeal: Appeal) -> None:
    from rules_engine.model.appeal import APPEAL_TEXTS

    say(
        f"{appeal.number}  {APPEAL_TEXTS[appeal.status]}  {appeal.run}  "
        f"{appeal.subject_name} ({appeal.subject}) · {appeal.criterion_label}  "
        f"{appeal.opened_at.astimezone():%Y-%m-%d}  {appeal.opened_by}: {appeal.reason}"
    )
    for item in appeal.evidence:
        kept = f"{item.file} {item.sha256[:16]}  " if item.file and item.sha256 else ""
        say(f"    {item.at.astimezone():%Y-%m-%d}  {item.by}: {kept}{item.text}")
    if appeal.decided_at:
        made = tr(" → run {run}", run=appeal.result) if appeal.result else ""
        say(
            f"    {appeal.decided_at.astimezone():%Y-%m-%d}  {appeal.decided_by}: "
            f"{appeal.decision_reason}{made}"
        )


@verb
def open_appeal(
    run: RunArgument,
    subject: Annotated[
        str, typer.Argument(help=tr("Name or id of a village or cadre."), show_default=False)
    ],
    criterion: Annotated[
        str, typer.Argument(help=tr("The disputed line: its id or its name."), show_default=False)
    ],
    reason: ReasonOption,
    by: ByOption = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Dispute a line of a published run."""
    from rules_engine import appeals
    from rules_engine.appeals import decisions
    from rules_engine.plugin_manager import registry

    said = appeals.reason_text(reason, registry())
    with open_store(store, by) as opened:
        stored = opened.get(run)
        appeal = decisions.open_appeal(opened, registry(), stored, subject, criterion, said)
    _answer(appeal, format)


@verb
def evidence(
    appeal: AppealArgument,
    text: Annotated[
        str | None, typer.Option("--text", help=tr("What is brought forward."), metavar="TEXT")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", help=tr("A file: its name and hash are kept; the office keeps the file.")
        ),
    ] = None,
    by: ByOption = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Add a text or a file to an open appeal."""
    from rules_engine import appeals
    from rules_engine.plugin_manager import registry

    item = appeals.evidence_item(text, file, registry())
    with open_store(store, by) as opened:
        result = opened.appeals.add_evidence(appeal, item)
    _answer(result, format)


@verb
def decide(
    appeal: AppealArgument,
    reason: ReasonOption,
    correct: Annotated[
        Path | None,
        typer.Option("--correct", help=tr("Correct the records that this file names."),
                     metavar="FILE"),
    ] = None,
    adjust: Annotated[
        str | None,
        typer.Option("--adjust", help=tr("Add points to the line, or take them (-1.5)."),
                     metavar="POINTS"),
    ] = None,
    reject: Annotated[
        bool, typer.Option("--reject", help=tr("Leave the result as it is."))
    ] = False,
    by: ByOption = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:  # fmt: skip
    """Correct records, adjust points within the rules, or reject."""
    from rules_engine import appeals
    from rules_engine.appeals import decisions
    from rules_engine.errors import UsageError
    from rules_engine.plugin_manager import registry

    if (correct is not None) + (adjust is not None) + reject != 1:
        raise UsageError.of(
            "one-decision", msg("a decision is one of --correct, --adjust and --reject")
        )
    said = appeals.reason_text(reason, registry())
    with open_store(store, by) as opened:
        if correct is not None:
            decisions.correct(opened, registry(), appeal, correct, said)
        elif adjust is not None:
            decisions.adjust(opened, registry(), appeal, _points(adjust), said)
        else:
            opened.appeals.reject(appeal, said)
        result = opened.appeals.get(appeal)
    _answer(result, format)


def _points(text: str) -> Decimal:
    from rules_engine.errors import UsageError

    try:
        points = Decimal(text)
        if points.is_finite():
            return points
    except InvalidOperation:
        pass
    raise UsageError.of("bad-value", msg("{name} is a number of points", name="--adjust"))


def _answer(appeal: Appeal, format: Format) -> None:
    if format is Format.JSON:
        from rules_engine.model.document import plain

        print_json(plain(appeal))
    else:
        _show(appeal)
