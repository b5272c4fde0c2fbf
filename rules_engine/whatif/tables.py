"""What was tried, as tables for a page or a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from rules_engine.messages import listed, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.whatif.answer import Tried

Cell: TypeAlias = "str | int | Decimal"


@dataclass(frozen=True)
class Table:
    """A table with its title and its headings."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def notes_of(tried: Tried) -> list[str]:
    """Return what must be known to read the tables."""
    found = [tried.tied] if tried.tied else []
    if tried.orders:
        found.append(tr("shares are estimated from {count} orders of the changes, drawn by a fixed "
                        "seed", count=tried.orders))  # fmt: skip
    if not tried.changes:
        found.append(tr("no change of the rules can move anybody"))
    elif not tried.moves:
        found.append(tr("nobody moved"))
    return found


def tables_of(tried: Tried) -> list[Table]:
    """Return the changes, the grades, who moves, and by which change."""
    changes = Table(tr("changes"), (tr("number"), tr("change")), tuple(enumerate(tried.changes, 1)))
    grades = Table(
        tr("villages by grade"),
        (tr("grade"), tr("before"), tr("after")),
        tuple((label or "—", was, now) for label, was, now in tried.grades),
    )
    return [changes, grades, _moves(tried), _shares(tried)]


def _moves(tried: Tried) -> Table:
    paid = any(tried.paid)
    headings = [tr("id"), tr("name")]
    for what in (tr("score"), tr("place"), tr("grade"), tr("follows"), *([tr("pay")] * paid)):
        headings += [tr("{what} before", what=what), tr("{what} after", what=what)]
    rows = []
    for move in tried.moves:
        row: list[Cell] = [move.id, move.name]
        for part in ("score", "rank", "grade", "honours", *(["paid"] * paid)):
            row += [_cell(getattr(side, part)) for side in (move.before, move.after)]
        for at, side in ((6, move.before), (7, move.after)):
            if side.displaced:
                row[at] = tr("{place} (no place left in “{grade}”)", place=row[at],
                             grade=side.displaced)  # fmt: skip
        rows.append(tuple(row))
    return Table(tr("who moves"), tuple(headings), tuple(rows))


def _cell(value: object) -> Cell:
    if isinstance(value, tuple):
        return listed(value)
    return value if isinstance(value, int | Decimal) else str(value) or "—"


def _shares(tried: Tried) -> Table:
    headings: Sequence[str] = (
        tr("name"), tr("number"), tr("change"), tr("share of the score"), tr("share of the place"),
        *([tr("share of the pay")] if any(tried.paid) else []), tr("grade without it"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (move.name, share.change, tried.changes[share.change - 1], share.score, share.rank,
         *([share.paid] if any(tried.paid) else []), share.without[2] or "—")
        for move in tried.moves
        for share in move.shares
        if share.score or share.rank or share.paid or share.without[2] != move.after.grade
    ]  # fmt: skip
    return Table(tr("by which change"), tuple(headings), tuple(rows))
