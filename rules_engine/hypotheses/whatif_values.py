"""What the new rules make of one run, as a value and as the tables that all forms of it show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.diff.change import DIRECTIONS
from rules_engine.messages import listed, tr
from rules_engine.model.comparison import ComparedRun, Comparison
from rules_engine.model.comparison import ComparisonTable as Table
from rules_engine.model.escaping import printable
from rules_engine.model.figures import percent, percent_as_written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rules_engine.diff.change import Direction
    from rules_engine.hypotheses.ruleset_changes import Piece
    from rules_engine.model.assessment import TargetResult
    from rules_engine.model.comparison import Cell
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.ruleset.read import Ruleset


@dataclass(frozen=True)
class Made:
    """A change as people say it.

    Attributes:
        text: it, as ``diff`` says it; where several can only be made together, all of them.
        direction: what it does to those who are assessed.
        clauses: the clauses that it touches.
        together: how many changes it is that cannot be made one by one.
    """

    text: str
    direction: Direction
    clauses: tuple[str, ...]
    together: int

    @classmethod
    def of(cls, piece: Piece) -> Made:
        """Put a piece into words."""
        return cls(piece.text, piece.direction, piece.clauses, len(piece.changes))


@dataclass(frozen=True)
class ResultSummary:
    """Where a subject stands.

    Attributes:
        grade: its label; empty while it is not sure.
        displaced: the grade whose quota was full.
        honours: labels of what followed, the sanctions among them.
        paid: all that it is paid.
    """

    score: Decimal
    rank: int
    grade: str
    displaced: str
    honours: tuple[str, ...]
    paid: Decimal

    @property
    def outcome(self) -> tuple[str, tuple[str, ...]]:
        """Return what cannot be shared out: the grade, and what follows."""
        return self.grade, self.honours


@dataclass(frozen=True)
class Share:
    """What of a move is owed to one change.

    Attributes:
        change: its number, from 1.
        score: its share of the points; likewise of the places, and of the money.
        without: where it stands with all changes but this one.
    """

    change: int
    score: Decimal
    rank: Decimal
    paid: Decimal
    without: ResultSummary

    def counts(self, move: Move) -> bool:
        """Return whether the change did anything to a subject."""
        figures = self.score or self.rank or self.paid
        return bool(figures) or self.without.outcome != move.after.outcome


@dataclass(frozen=True)
class Move:
    """A subject that stands otherwise under the new rules."""

    kind: SubjectKind
    id: str
    name: str
    before: ResultSummary
    after: ResultSummary
    shares: tuple[Share, ...]


Counts = tuple[tuple[str, int, int], ...]
"""For each thing that is counted how many there were, and how many there are."""


@dataclass(frozen=True)
class Totals:
    """What comes of the run as a whole, under the old rules and under the new ones.

    Attributes:
        villages: by grade, how many villages have it.
        cadres: likewise cadres.
        village_follows: by honour or sanction, on how many villages it falls.
        cadre_follows: likewise on cadres.
        displaced: by grade, how many villages found its quota full.
        paid: all that is paid.
    """

    villages: Counts
    cadres: Counts
    village_follows: Counts
    cadre_follows: Counts
    displaced: Counts
    paid: tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Tried:
    """What the new rules make of one run.

    Attributes:
        changes: what was changed, in the order of the numbers in shares.
        orders: how many orders of the changes were drawn; 0: the shares are exact.
        tied: why the changes could not be told apart, or nothing.
        scores: of every village its name, its old and its new score, best first.
        targets: how each target for the whole town stands, under the old and the new rules.
    """

    run: str
    edition: str
    period: tuple[date, date]
    changes: tuple[Made, ...]
    orders: int
    tied: str
    moves: tuple[Move, ...]
    scores: tuple[tuple[str, Decimal, Decimal], ...]
    totals: Totals
    targets: tuple[tuple[TargetResult | None, TargetResult | None], ...]


def comparison_of(new: Ruleset, trials: Sequence[Tried], language: str) -> Comparison:
    """Return what reporters write of a ruleset that was tried."""
    document = new.document
    title = tr("{title} ({edition}) on earlier records", title=document.title,
               edition=document.edition)  # fmt: skip
    return Comparison(printable(title), language, tuple(map(_of_run, trials)))


def _of_run(tried: Tried) -> ComparedRun:
    start, end = tried.period
    title = tr("run {run} ({edition}), {start} to {end}", run=tried.run, edition=tried.edition,
               start=start, end=end)  # fmt: skip
    scores = tuple((printable(name), was, now) for name, was, now in tried.scores)
    notes, tables = map(printable, notes_of(tried)), map(_printable, tables_of(tried))
    return ComparedRun(printable(title), tuple(notes), tuple(tables), scores)


def _printable(table: Table) -> Table:
    rows = tuple(
        tuple(printable(cell) if isinstance(cell, str) else cell for cell in row)
        for row in table.rows
    )
    return Table(printable(table.title), tuple(map(printable, table.headings)), rows)


def notes_of(tried: Tried) -> list[str]:
    """Return what must be known to read the tables."""
    results = [tr("the records are those of the run; only the rules are others")]
    results += [tried.tied] if tried.tied else []
    if tried.orders:
        results.append(
            tr("shares are estimated from {count} orders of the changes, drawn by a fixed "
               "seed", count=tried.orders)
        )  # fmt: skip
    if not tried.changes:
        results.append(tr("no change of the rules can move anybody"))
    elif not tried.moves:
        results.append(tr("nobody moved"))
    return results


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
              required=percent_as_written(target.required),
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
    texts = [
        (tr("score"), "score"), (tr("place"), "rank"), (tr("grade"), "grade"),
        (tr("honours and sanctions"), "honours"),
        *([(tr("pay"), "paid")] if paid else []),
    ]  # fmt: skip
    for what, _ in texts:
        headings += [tr("{what} before", what=what), tr("{what} after", what=what)]
    rows = []
    for move in tried.moves:
        row: list[Cell] = [tr("{assessed_one}") if move.kind == "village" else tr("cadre"), move.id,
                           move.name]  # fmt: skip
        for _, part in texts:
            for side in (move.before, move.after):
                row.append(grade_text(side) if part == "grade" else _cell(getattr(side, part)))
        rows.append(tuple(row))
    return Table(tr("who moves"), tuple(headings), tuple(rows))


def grade_text(summary: ResultSummary) -> str:
    """Return a grade, and the better one that had no place left."""
    grade = summary.grade or "—"
    if not summary.displaced:
        return grade
    return tr("{place} (no place left in “{grade}”)", place=grade, grade=summary.displaced)


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
