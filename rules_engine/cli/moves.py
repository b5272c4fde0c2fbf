"""Shows on a terminal who moves under new rules, as a table, and what changes over all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rules_engine.cli.output import (
    say,
    say_table,
)
from rules_engine.messages import clauses, listed, tr
from rules_engine.model import figures
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from rules_engine.hypotheses.whatif_values import Counts, Move, ResultSummary, Share, Tried

SHOWN, MOST_ROWS = 3, 40
"""Changes that are named of each move, the weightiest first, and moves; JSON has all of them."""


def show_run(tried: Tried) -> None:
    """Print what was tried on one run."""
    from rules_engine.diff.change import DIRECTIONS
    from rules_engine.hypotheses.whatif_values import change_text, notes_of

    start, end = tried.period
    say(tr("run {run} ({edition}), {start} to {end}", run=tried.run, edition=tried.edition,
           start=start, end=end))  # fmt: skip
    for number, made in enumerate(tried.changes, 1):
        kind = DIRECTIONS[made.direction]
        say(f"  [{number}] " + tr("{direction}: {change}", direction=kind,
                                  change=change_text(made)))  # fmt: skip
    for note in (*notes_of(tried), *_totals(tried)):
        say("  " + note)
    for heading, subjects in (
        (tr("{assessed_many}"), SubjectKind.VILLAGE),
        (tr("cadres"), SubjectKind.CADRE),
    ):
        if moves := [move for move in tried.moves if move.kind == subjects]:
            _print_table(moves, heading)


def _totals(tried: Tried) -> Iterator[str]:
    """Yield the grades, and what else is another number than before."""
    from rules_engine.hypotheses.whatif_values import target_text, totals_of

    grades = (tried.totals.villages, tried.totals.cadres)
    for title, counts in totals_of(tried):
        if shown := counts if counts in grades else _other(counts):
            texts = listed(f"{label or '—'} {was} → {now}" for label, was, now in shown)
            yield tr("{title}: {counts}", title=title, counts=texts)
    if any(tried.totals.paid):
        before, after = (f"{value:f}" for value in tried.totals.paid)
        yield tr("paid in all: {before} → {after}", before=before, after=after)
    for old, new in tried.targets:
        label = (new or old).label  # type: ignore[union-attr]  # one of the two is there
        yield tr("target “{label}”: {after}", label=label,
                 after=_turned(target_text(old), target_text(new)))  # fmt: skip


def _other(counts: Counts) -> Counts:
    return tuple(count for count in counts if count[1] != count[2])


def _print_table(all_moves: Sequence[Move], title: str) -> None:
    """Print the moves that go furthest, in their order."""
    from rules_engine.hypotheses.whatif_values import grade_text

    furthest = {move.id for move in sorted(all_moves, key=_way, reverse=True)[:MOST_ROWS]}
    moves = [move for move in all_moves if move.id in furthest]
    columns = [
        (tr("name"), _names(moves)),
        (tr("score"), [_turned(f"{m.before.score:f}", f"{m.after.score:f}") for m in moves]),
        (tr("place"), [_turned(str(m.before.rank), str(m.after.rank)) for m in moves]),
        (tr("grade"), [_turned(grade_text(m.before), grade_text(m.after)) for m in moves]),
        (tr("honours and sanctions"), [_follows(m.before, m.after) for m in moves]),
        (tr("pay"), [_paid(m) for m in moves]),
        (tr("by which change"), [_because(m) for m in moves]),
    ]
    shown = [(heading, cells) for heading, cells in columns if any(cells)]
    more = len(all_moves) - len(moves)
    say_table(
        title,
        (heading for heading, _ in shown),
        zip(*(cells for _, cells in shown), strict=True),
        tr("… {count} more", count=more) if more else None,
    )


def _way(move: Move) -> tuple[bool, Decimal, int]:
    """Return how far somebody moves: to another grade or consequence, in points, in places."""
    before, after = move.before, move.after
    points, places = abs(after.score - before.score), abs(after.rank - before.rank)
    return before.outcome != after.outcome, points, places


def _names(moves: Sequence[Move]) -> list[str]:
    """Return the names, with the id where two have the same."""
    borne = Counter(move.name for move in moves)
    return [m.name if borne[m.name] == 1 else f"{m.name} ({m.id})" for m in moves]


def _turned(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _follows(before: ResultSummary, after: ResultSummary) -> str:
    """Return what follows now and did not, and what no longer does."""
    gained = (f"+{label}" for label in after.honours if label not in before.honours)
    lost = (f"−{label}" for label in before.honours if label not in after.honours)
    return listed([*gained, *lost])


def _paid(move: Move) -> str:
    paid = move.before.paid, move.after.paid
    return _turned(*(f"{value:f}" for value in paid)) if any(paid) else ""


def _because(move: Move) -> str:
    """Return the changes that weigh most, and those without which the outcome is another."""
    message = sorted(move.shares, key=lambda s: (-abs(s.score), -abs(s.rank), s.change))
    shares = [_share(share) for share in message if share.score or share.rank or share.paid]
    without = [
        tr("without [{change}]: {grade}", change=share.change, grade=_outcome(share.without))
        for share in message
        if share.without.outcome != move.after.outcome
    ]
    text = clauses(shares[:SHOWN])
    if more := max(len(shares) - SHOWN, 0):
        text = tr("{names} and {count} more", names=text, count=more)
    return clauses([*([text] if text else []), *without[:SHOWN]])


def _share(share: Share) -> str:
    parts = [
        tr("{score} points", score=figures.signed(share.score)) if share.score else "",
        tr("{rank} places", rank=figures.signed(share.rank)) if share.rank else "",
        tr("pay {paid}", paid=figures.signed(share.paid)) if share.paid else "",
    ]
    return f"[{share.change}] " + listed(part for part in parts if part)


def _outcome(outcome: ResultSummary) -> str:
    grade = outcome.grade or "—"
    return f"{grade} [{listed(outcome.honours)}]" if outcome.honours else grade
