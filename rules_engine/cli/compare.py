"""``rules-engine runs compare``: who moved between two runs, by which lines, and why."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    RunArgument,
    StoreOption,
    open_store,
    print_json,
    say,
    verb,
)
from rules_engine.errors import RulesEngineError
from rules_engine.messages import listed, speaking, tr
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from rules_engine.hypotheses.whatif import Owed, RulesAndRecords
    from rules_engine.plan.rules import Rulebook
    from rules_engine.run.assess import OpenRun
    from rules_engine.run.comparison import Comparison, Move, ResultSummary

OF_RECORDS = {"data", "overlay", "days"}
"""What else can differ than rules, as causes; the days of other records are theirs."""


@verb
def compare(
    run: RunArgument,
    other: Annotated[
        str, typer.Argument(help=tr("The later run."), metavar="RUN", show_default=False)
    ],
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Show who moved between two runs, by which lines, and why."""
    from rules_engine.model.document import plain
    from rules_engine.plugin_manager import registry
    from rules_engine.run import comparison
    from rules_engine.run.assess import open_run

    with open_store(store) as opened:
        first, second = opened.whole(run), opened.whole(other)
        with speaking(lang or second.record.language):
            with (
                closing(open_run(first, registry())) as old,
                closing(open_run(second, registry())) as new,
            ):
                result = comparison.compare(old, new, opened)
                owed, why = _apart(result, old, new)
                if format is Format.JSON:
                    print_json({**plain(result), "apart": [plain(one) for one in owed]})
                else:
                    _show(result, new.reviewed.book, owed, why)


def _apart(
    comparison: Comparison, old: OpenRun, new: OpenRun
) -> tuple[Sequence[RulesAndRecords], str]:
    """Return what is owed to the rules and what to the records, where both are others.

    Where that cannot be told, why.
    """
    from rules_engine.hypotheses.whatif import apart
    from rules_engine.plugin_manager import registry

    if "ruleset" not in comparison.causes or not OF_RECORDS & set(comparison.causes):
        return (), ""
    try:
        return apart(old, new, registry()), ""
    except RulesEngineError as error:
        return (), str(error.findings[0].message)


def _show(
    comparison: Comparison, book: Rulebook, owed: Sequence[RulesAndRecords], why: str
) -> None:
    from rules_engine.report.changes import changes_in_words
    from rules_engine.run.comparison import CAUSE_TEXTS

    say(f"{comparison.before} → {comparison.after}")
    causes = listed(str(CAUSE_TEXTS[cause]) for cause in comparison.causes)
    say(tr("different: {causes}", causes=causes or tr("nothing")))
    for overlay in comparison.overlays:
        for words in changes_in_words(overlay, book):
            say("  " + tr("appeal {number}: {change}", number=overlay.appeal, change=words))
    if not comparison.moves:
        say(tr("nobody moved"))
    if why:
        say(tr("rules and records cannot be kept apart: {reason}", reason=why))
    values = {(one.kind, one.id): one for one in owed}
    for move in comparison.moves:
        say(_moved(move))
        if one := values.get((move.kind, move.id)):
            say("    " + tr("of that by other rules {rules}, by other records {records}",
                            rules=_owed(one.rules), records=_owed(one.records)))  # fmt: skip
        for line in move.lines:
            why = listed(str(CAUSE_TEXTS[cause]) for cause in line.causes)
            points = f"{_points(line.before)} → {_points(line.after)}"
            say("    " + tr("{line}: {points} ({why})", line=line.label, points=points, why=why))
        if not move.lines and move.before and move.after:
            say("    " + _without_lines(move.kind, move.before, move.after))


def _owed(owed: Owed) -> str:
    text = tr("{score} points, {rank} places", score=_signed(owed.score), rank=_signed(owed.rank))
    return tr("{text}, pay {paid}", text=text, paid=_signed(owed.paid)) if owed.paid else text


def _signed(value: Decimal) -> str:
    return f"{value.normalize():+f}" if value else "0"


def _without_lines(kind: SubjectKind, before: ResultSummary, after: ResultSummary) -> str:
    """Say why somebody moved whose own lines are the same."""
    if before.score == after.score:
        return tr("moved because others did")
    if kind is SubjectKind.CADRE:
        return tr("moved with the {assessed_many} that they answer for")
    return tr("the lines are the same, and are summed otherwise")


def _moved(move: Move) -> str:
    was, now = _outcome(move.before), _outcome(move.after)
    return f"{move.name} ({move.id})  {was} → {now}"


def _outcome(outcome: ResultSummary | None) -> str:
    if outcome is None:
        return "—"
    score = outcome.score if isinstance(outcome.score, str) else _points(outcome.score)
    return tr("{score}, place {rank}, {grade}", score=score, rank=outcome.rank,
              grade=outcome.grade or "—")  # fmt: skip


def _points(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:f}"
