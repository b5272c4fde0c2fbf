"""``rules-engine runs review | publish | seal | withdraw | prune | clear``: the life of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from rules_engine.cli.output import (
    ByOption,
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
from rules_engine.messages import listed, tr
from rules_engine.model.run import STATUS_TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules_engine.cli.localized import Program

ReasonOption: TypeAlias = Annotated[
    str, typer.Option("--reason", help=tr("Why; the log keeps it."), metavar="TEXT")
]


def add_steps(group: Program) -> None:
    """Add the verbs to the group of runs."""
    texts = {
        "review": tr("Say that a draft was reviewed."),
        "publish": tr("Publish a reviewed run; its files must be as they were stored."),
        "seal": tr("Seal a published run: from then on nothing changes it."),
        "withdraw": tr("Take the last step back, as long as the run is not sealed."),
    }
    for name, text in texts.items():
        group.command(name, help=text)(_step(name))
    group.command("prune", help=tr("Remove old drafts; runs that were reviewed or disputed stay."))(
        prune
    )
    group.command("clear", help=tr("Remove what unfinished runs left that nobody is making."))(
        clear
    )


@verb
def clear(
    by: ByOption = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Remove what unfinished runs left that nobody is making."""
    with open_store(store, by) as opened:
        cleared = opened.clear()
        left = [run.id for run in opened.unfinished()]
        folders = opened.clear_temporary()
    if format is Format.JSON:
        print_json({"cleared": cleared, "unfinished": left, "temporary": folders})
        return
    say(tr("{count} unfinished runs removed", count=len(cleared)))
    for run in cleared:
        say(f"  {run}")
    if folders:
        say(tr("{count} temporary folders of ended processes removed", count=folders))
    if left:
        say(tr("still being made: {runs}", runs=listed(left)))


@verb
def prune(
    older_than: Annotated[
        int, typer.Option("--older-than", min=1, help=tr("How many days old."), metavar="DAYS")
    ],
    by: ByOption = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Remove old drafts; runs that were reviewed or disputed stay."""
    with open_store(store, by) as opened:
        pruned = opened.life.prune(older_than)
    if format is Format.JSON:
        print_json({"pruned": pruned})
        return
    say(tr("{count} drafts removed", count=len(pruned)))
    for run in pruned:
        say(f"  {run}")


def _step(name: str) -> Callable[..., None]:
    @verb
    def take(
        run: RunArgument,
        reason: ReasonOption,
        by: ByOption = None,
        format: FormatOption = Format.TEXT,
        store: StoreOption = None,
        lang: LangOption = None,
    ) -> None:
        from rules_engine import appeals
        from rules_engine.plugin_manager import registry
        from rules_engine.run.readiness import refuse_unreadable

        said = appeals.reason_text(reason, registry())
        with open_store(store, by) as opened:
            result = opened.get(run)
            if name != "withdraw":
                refuse_unreadable(opened, result, registry())
            stored = opened.life.take(result, name, said)
        if format is Format.JSON:
            print_json({"run_id": stored.record.id, "status": stored.record.status})
            return
        say(tr("run {run}: {status}", run=stored.record.id,
               status=STATUS_TEXTS[stored.record.status]))  # fmt: skip

    return take
