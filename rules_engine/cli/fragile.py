"""``rules-engine fragile``: what to look at again before a result is published."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

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
from rules_engine.messages import clauses, listed, speaking, tr

if TYPE_CHECKING:
    import typer

    from rules_engine.results.fragile import Fragile, Nudge


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(help=tr("List the villages that one rounding step, record or dispute would move."))(
        fragile
    )


@verb
def fragile(
    run: RunArgument,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """List the villages that one rounding step, record or dispute would move."""
    from rules_engine.assess import open_run
    from rules_engine.model.document import plain
    from rules_engine.plugin_manager import registry
    from rules_engine.results.fragile import fragile as look

    with open_store(store) as opened:
        stored = opened.get(run)
        disputes = [a for a in opened.appeals.all(stored.record.id) if a.status == "open"]
    with (
        speaking(lang or stored.record.language),
        closing(open_run(stored, registry())) as held,
    ):
        found = look(held.reader, disputes)
        if format is Format.JSON:
            print_json({"run_id": stored.record.id, "villages": plain(found)})
            return
        for village in found:
            _show(village)
        if not found:
            say(tr("no village is near to another grade or place"))


def _show(village: Fragile) -> None:
    say(f"{village.name} ({village.id})  " + tr(
        "{score}, place {rank}, {grade}", score=f"{village.score:f}", rank=village.rank,
        grade=village.grade or "—",
    ))  # fmt: skip
    for nudge in village.nudges:
        outcome = tr("{score}, place {rank}", score=f"{nudge.score:f}", rank=nudge.rank)
        if nudge.grade:
            outcome = clauses([outcome, tr("by the score “{grade}”", grade=nudge.grade)])
        if nudge.follows:
            outcome = clauses([outcome, tr("a veto or a standard turns out otherwise")])
        line = tr("{cause}: {outcome}", cause=_cause(nudge), outcome=outcome)
        if nudge.lines and nudge.cause == "record":
            line = tr("{line}; look at {names}", line=line, names=listed(nudge.lines))
        say("    " + line)


def _cause(nudge: Nudge) -> str:
    if nudge.cause == "rounding":
        return tr("one rounding step up") if nudge.step > 0 else tr("one rounding step down")
    if nudge.cause == "dispute":
        return tr("the dispute about “{line}” is won", line=nudge.what)
    if nudge.step > 0:
        return tr("one more of “{indicator}”", indicator=nudge.what)
    return tr("one fewer of “{indicator}”", indicator=nudge.what)
