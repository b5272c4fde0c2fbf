"""``rules-engine what-if``: who would have moved, had the new rules been in force."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    StoreOption,
    open_store,
    print_json,
    say,
    verb,
    writing,
)
from rules_engine.messages import clauses, listed, msg, speaking, tr

if TYPE_CHECKING:
    from decimal import Decimal

    from rules_engine.ruleset.read import Ruleset
    from rules_engine.whatif.tried import Move, Share, Standing, Tried

SHOWN = 3
"""Changes that are named of each move, the weightiest first; JSON has all of them."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("what-if", help=tr("Try a ruleset on the records of earlier runs: who moves, and "
                                   "by which change."))(what_if)  # fmt: skip


@verb
def what_if(
    ruleset: Annotated[
        Path,
        typer.Argument(help=tr("The new ruleset's folder, or FOLDER@EDITION."), metavar="NEW",
                       show_default=False),
    ],
    against: Annotated[
        list[str],
        typer.Option("--against", help=tr("An earlier run; may be given again."), metavar="RUN",
                     show_default=False),
    ],
    html: Annotated[
        Path | None,
        typer.Option("--html", help=tr("Write a page with a picture to this file."),
                     metavar="FILE"),
    ] = None,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", help=tr("Write a workbook to this file."), metavar="FILE"),
    ] = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:  # fmt: skip
    """Try a ruleset on the records of earlier runs: who moves, and by which change."""
    from rules_engine.assess import open_run
    from rules_engine.comparing.choosing import reviewed_edition
    from rules_engine.model.document import plain
    from rules_engine.mutation.trial import UNSOURCED
    from rules_engine.plugin_manager import registry
    from rules_engine.ruleset.editions import named_edition
    from rules_engine.whatif.answer import try_on

    found_new = reviewed_edition(*named_edition(str(ruleset)), registry())
    known = [f for f in found_new.findings if f.code != UNSOURCED]
    new = replace(found_new, findings=tuple(known)).or_stop()  # a draft names its clauses later
    with open_store(store) as opened:
        stored = [opened.get(run) for run in against]
    found = []
    with speaking(lang or new.ruleset.document.language):
        for run in stored:
            with closing(open_run(run, registry())) as old:
                found.append(try_on(old, new.ruleset, new.book.frame.as_of, registry()))
        _write(new.ruleset, found, html, xlsx, lang or new.ruleset.document.language)
        if format is Format.JSON:
            print_json({"ruleset": new.ruleset.id, "edition": new.ruleset.document.edition,
                        "runs": [plain(tried) for tried in found]})  # fmt: skip
            return
        _show(new.ruleset, found)


def _write(
    new: Ruleset, found: list[Tried], html: Path | None, xlsx: Path | None, language: str
) -> None:
    hint = msg("name another file")
    if html:
        from rules_engine.whatif.page import page

        with writing(html, hint):
            html.write_text(page(new, found, language), encoding="utf-8")
    if xlsx:
        from rules_engine.whatif.workbook import write_workbook

        with writing(xlsx, hint):
            xlsx.parent.resolve(strict=True)
            write_workbook(xlsx, found)


def _show(new: Ruleset, found: list[Tried]) -> None:
    document = new.document
    say(tr("{title} ({edition}) on earlier records", title=document.title,
           edition=document.edition))  # fmt: skip
    for tried in found:
        say("")
        _show_run(tried)


def _show_run(tried: Tried) -> None:
    from rules_engine.comparing.change import DIRECTIONS
    from rules_engine.whatif.tables import change_text, notes_of, target_text, totals_of

    start, end = tried.period
    say(tr("run {run} ({edition}), {start} to {end}", run=tried.run, edition=tried.edition,
           start=start, end=end))  # fmt: skip
    for number, made in enumerate(tried.changes, 1):
        kind = DIRECTIONS[made.direction]
        say(f"  [{number}] " + tr("{direction}: {change}", direction=kind,
                                  change=change_text(made)))  # fmt: skip
    for note in notes_of(tried):
        say("  " + note)
    for title, counts in totals_of(tried):
        told = listed(f"{label or '—'} {was} → {now}" for label, was, now in counts)
        say("  " + tr("{title}: {counts}", title=title, counts=told))
    if any(tried.totals.paid):
        before, after = (f"{value:f}" for value in tried.totals.paid)
        say("  " + tr("paid in all: {before} → {after}", before=before, after=after))
    for old, new in tried.targets:
        label = (new or old).label  # type: ignore[union-attr]  # one of the two is there
        say("  " + tr("target “{label}”: {before} → {after}", label=label,
                      before=target_text(old), after=target_text(new)))  # fmt: skip
    for move in tried.moves:
        _show_move(move)


def _show_move(move: Move) -> None:
    say(f"  {move.name} ({move.id})  {_standing(move.before)} → {_standing(move.after)}")
    told = sorted(move.shares, key=lambda s: (-abs(s.score), -abs(s.rank), s.change))
    shares = [_share(share) for share in told if share.score or share.rank or share.paid]
    more = max(len(shares) - SHOWN, 0)
    without = [
        tr("without [{change}]: {grade}", change=share.change, grade=_outcome(share.without))
        for share in told
        if share.without.outcome != move.after.outcome
    ]  # fmt: skip
    text = clauses(shares[:SHOWN])
    if more:
        text = tr("{names} and {count} more", names=text, count=more)
    if text or without:
        say("      " + clauses([*([text] if text else []), *without[:SHOWN]]))


def _share(share: Share) -> str:
    text = tr("[{change}] {score} points, {rank} places", change=share.change,
              score=_signed(share.score), rank=_signed(share.rank))  # fmt: skip
    return tr("{text}, pay {paid}", text=text, paid=_signed(share.paid)) if share.paid else text


def _standing(standing: Standing) -> str:
    text = tr("{score}, place {rank}, {grade}", score=f"{standing.score:f}", rank=standing.rank,
              grade=standing.grade or "—")  # fmt: skip
    if standing.displaced:
        text = tr("{place} (no place left in “{grade}”)", place=text, grade=standing.displaced)
    if standing.paid:
        text = tr("{text}, pay {paid}", text=text, paid=f"{standing.paid:f}")
    return f"{text} [{listed(standing.honours)}]" if standing.honours else text


def _outcome(standing: Standing) -> str:
    grade = standing.grade or "—"
    return f"{grade} [{listed(standing.honours)}]" if standing.honours else grade


def _signed(value: Decimal) -> str:
    return f"{value.normalize():+f}" if value else "0"
