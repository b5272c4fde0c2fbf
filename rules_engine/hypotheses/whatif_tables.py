"""What was tried, as tables for a page or a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from rules_engine.diff.change import DIRECTIONS
from rules_engine.messages import listed, tr
from rules_engine.model.figures import given, percent

if TYPE_CHECKING:
    from rules_engine.hypotheses.whatif_values import Counts, Made, Standing, Tried
    from rules_engine.model.assessment import TargetResult

Cell: TypeAlias = "str | int | Decimal"


@dataclass(frozen=True)
class Table:
    """A table with its title and its headings."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def notes_of(tried: Tried) -> list[str]:
    """Return what must be known to read the tables."""
    found = [tr("the records are those of the run; only the rules are others")]
    found += [tried.tied] if tried.tied else []
    if tried.orders:
        found.append(tr("shares are estimated from {count} orders of the changes, drawn by a fixed "
                        "seed", count=tried.orders))  # fmt: skip
    if not tried.changes:
        found.append(tr("no change of the rules can move anybody"))
    elif not tried.moves:
        found.append(tr("nobody moved"))
    return found


def tables_of(tried: Tried) -> list[Table]:
    """Return the changes, the totals, the targets, who moves, and by which change."""
    tables = (_changes(tried), _totals(tried), _targets(tried), _moves(tried), _shares(tried))
    return [table for table in tables if table.rows]


def target_text(target: TargetResult | None) -> str:
    """Return how a target stands; a dash where the rules have none."""
    if target is None:
        return "—"
    states = {True: tr("reached"), False: tr("not reached"), None: tr("open")}
    return tr("{met} of {total} ({share}), at least {required}: {state}", met=target.met,
              total=target.total, share=percent(target.share, target.required),
              required=given(target.required),
              state=states[target.reached])  # fmt: skip


def totals_of(tried: Tried) -> list[tuple[str, Counts]]:
    """Return what is counted over all, each with its title."""
    totals = tried.totals
    titled = [
        (tr("{assessed_many} by grade"), totals.villages),
        (tr("cadres by grade"), totals.cadres),
        (tr("what follows for {assessed_many}"), totals.village_follows),
        (tr("what follows for cadres"), totals.cadre_follows),
        (tr("{assessed_many} that found a quota full"), totals.displaced),
    ]
    return [(title, counts) for title, counts in titled if counts]


def _changes(tried: Tried) -> Table:
    headings = (tr("number"), tr("class"), tr("change"), tr("clauses"))
    rows = [
        (number, str(DIRECTIONS[made.direction]), change_text(made), listed(made.clauses) or "—")
        for number, made in enumerate(tried.changes, 1)
    ]
    return Table(tr("changes"), headings, tuple(rows))


def change_text(made: Made) -> str:
    """Return a change; of several that can only be made together that is said."""
    if made.together < 2:
        return made.text
    return tr("{changes} ({count} changes that can only be made together)", changes=made.text,
              count=made.together)  # fmt: skip


def _totals(tried: Tried) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (title, label or "—", was, now)
        for title, counts in totals_of(tried)
        for label, was, now in counts
    ]
    if any(tried.totals.paid):
        rows.append((tr("paid in all"), "—", *tried.totals.paid))
    return Table(tr("totals"), (tr("what"), tr("which"), tr("before"), tr("after")), tuple(rows))


def _targets(tried: Tried) -> Table:
    rows = [
        ((now or was).label, target_text(was), target_text(now))  # type: ignore[union-attr]  # one of the two is there
        for was, now in tried.targets
    ]
    headings = (tr("target"), tr("before"), tr("after"))
    return Table(tr("targets for the whole town"), headings, tuple(rows))


def _moves(tried: Tried) -> Table:
    paid = any(tried.totals.paid)
    headings = [tr("who"), tr("id"), tr("name")]
    told = [
        (tr("score"), "score"), (tr("place"), "rank"), (tr("grade"), "grade"),
        (tr("honours and sanctions"), "honours"),
        *([(tr("pay"), "paid")] if paid else []),
    ]  # fmt: skip
    for what, _ in told:
        headings += [tr("{what} before", what=what), tr("{what} after", what=what)]
    rows = []
    for move in tried.moves:
        row: list[Cell] = [tr("{assessed_one}") if move.kind == "village" else tr("cadre"), move.id,
                           move.name]  # fmt: skip
        for _, part in told:
            for side in (move.before, move.after):
                row.append(grade_text(side) if part == "grade" else _cell(getattr(side, part)))
        rows.append(tuple(row))
    return Table(tr("who moves"), tuple(headings), tuple(rows))


def grade_text(standing: Standing) -> str:
    """Return a grade, and the better one that had no place left."""
    grade = standing.grade or "—"
    if not standing.displaced:
        return grade
    return tr("{place} (no place left in “{grade}”)", place=grade, grade=standing.displaced)


def _cell(value: object) -> Cell:
    if isinstance(value, tuple):
        return listed(value) or "—"
    return value if isinstance(value, int | Decimal) else str(value) or "—"


def _shares(tried: Tried) -> Table:
    paid = any(tried.totals.paid)
    headings = (
        tr("name"), tr("number"), tr("class"), tr("change"), tr("share of the score"),
        tr("share of the place"), *([tr("share of the pay")] if paid else []),
        tr("grade without it"), tr("honours and sanctions without it"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for move in tried.moves:
        for share in move.shares:
            if share.counts(move):
                made = tried.changes[share.change - 1]
                rows.append(
                    (move.name, share.change, str(DIRECTIONS[made.direction]), made.text,
                     share.score, share.rank, *([share.paid] if paid else []),
                     share.without.grade or "—", listed(share.without.honours) or "—")
                )  # fmt: skip
    return Table(tr("by which change"), headings, tuple(rows))
