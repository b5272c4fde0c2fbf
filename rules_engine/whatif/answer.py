"""Tries a new ruleset on the frozen records of earlier runs and tells who moves, and why.

Each run's own ruleset on its own records is what is compared with, so that only rules differ.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from rules_engine.assess import EMBEDDED
from rules_engine.compiler import grading
from rules_engine.errors import RulesetError, UsageError
from rules_engine.messages import msg, tr
from rules_engine.results.lines import decimal_points
from rules_engine.whatif.shares import apportioned, weighing
from rules_engine.whatif.splitting import split, tree_of
from rules_engine.whatif.trial import KINDS, Inseparable, Trial

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from rules_engine.assess import OpenRun
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.plugin_manager import Registry
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.whatif.shares import Mixture, Weighing
    from rules_engine.whatif.splitting import Split
    from rules_engine.whatif.trial import Stood, Whole

Key: TypeAlias = "tuple[SubjectKind, str]"
MEASURES = {"score": 4, "rank": 0, "paid": 4}
"""What is shared out, and the decimal places with which it is a whole number of the plan."""


@dataclass(frozen=True)
class Standing:
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


@dataclass(frozen=True)
class Share:
    """What of a move is owed to one change.

    Attributes:
        change: its number, from 1.
        score: its share of the points; likewise of the places, and of the money.
        without: score, place and grade with all changes but this one.
    """

    change: int
    score: Decimal
    rank: Decimal
    paid: Decimal
    without: tuple[Decimal, int, str]


@dataclass(frozen=True)
class Move:
    """A subject that stands otherwise under the new rules."""

    kind: SubjectKind
    id: str
    name: str
    before: Standing
    after: Standing
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Tried:
    """What the new rules make of one run.

    Attributes:
        scores: of every village its name, its old and its new score, best first.
        grades: by label, how many villages have it under the old and under the new rules.
        paid: all that is paid, under the old and under the new rules.
        changes: what was changed, in the order of the numbers in shares.
        orders: how many orders of the changes were drawn; 0: the shares are exact.
        tied: why the changes could not be told apart, or nothing.
    """

    run: str
    edition: str
    period: tuple[date, date]
    changes: tuple[str, ...]
    orders: int
    tied: str
    moves: tuple[Move, ...]
    scores: tuple[tuple[str, Decimal, Decimal], ...]
    grades: tuple[tuple[str, int, int], ...]
    paid: tuple[Decimal, Decimal]


RANK_PLACES = 2
"""Decimal places with which a share of a move by places is told."""


def try_on(run: OpenRun, new: Ruleset, day: date, registry: Registry) -> Tried:
    """Try a ruleset on a run.

    Args:
        run: whose records are assessed again.
        new: the new ruleset.
        day: the day whose figures of the new ruleset are tried.
        registry: where the engine and the methods are.

    Raises:
        UsageError: the records lack what the new rules read, or the run cannot be repeated.
    """
    own = run.reviewed
    old = tree_of(own.ruleset.document, own.book.frame.as_of)
    parted = split(old, tree_of(new.document, day))
    try:
        return _tried(run, parted, registry, "")
    except Inseparable as error:
        if len(parted.changes) < 2:
            raise _cannot(error, run) from error
    why = tr("the changes do not make a ruleset one by one, and are told as one")
    try:
        return _tried(run, parted.as_one(), registry, why)
    except Inseparable as error:
        raise _cannot(error, run) from error


def _cannot(error: Inseparable, run: OpenRun) -> UsageError:
    cause = error.__cause__
    findings = cause.findings if isinstance(cause, RulesetError) else ()
    found = UsageError.of(
        "what-if-impossible",
        msg("the new rules cannot be tried on run {run}", run=run.stored.record.id),
        hint=msg("both rulesets must go by the same names; see what check says of the new one"),
    )
    return UsageError(*found.findings, *findings)


def _tried(run: OpenRun, parted: Split, registry: Registry, tied: str) -> Tried:
    changes = parted.changes
    weighed = weighing(len(changes))
    session = registry.need("engines", EMBEDDED).connect(None)
    with closing(session), tempfile.TemporaryDirectory(prefix="rules-engine-") as name:
        trial = Trial(run, parted, registry.methods, session, Path(name))
        trial.prepare(weighed.mixtures)
        before, after = (trial.whole(m) for m in (weighed.mixtures[0], weighed.mixtures[-1]))
        _must_repeat(run, before)
        moved = [key for key in after.stood if _moved(before, after, key)]
        shares = _shares(trial, weighed, moved, len(changes)) if changes and moved else {}
    moves = [
        Move(*key, after.stood[key].name, _standing(before, key), _standing(after, key),
             shares.get(key, ()))
        for key in moved
    ]  # fmt: skip
    frame = run.reviewed.book.frame
    return Tried(
        run.stored.record.id,
        run.stored.record.ruleset_edition,
        (frame.start, frame.end),
        tuple(c.text for c in changes),
        weighed.orders,
        tied,
        tuple(sorted(moves, key=lambda m: (m.kind != "village", m.after.rank, m.id))),
        _scores(before, after),
        _grades(before, after),
        (_paid(before), _paid(after)),
    )


def _must_repeat(run: OpenRun, before: Whole) -> None:
    """Hold what the old rules give here against what is stored."""
    stored = run.session.query(f'SELECT subject_id, score, rank, grade FROM "{grading.RESULTS}"')
    for row in stored.to_pylist():
        stood = before.stood["village", row["subject_id"]]
        if (stood.score, stood.rank, stood.grade) != (row["score"], row["rank"], row["grade"]):
            raise UsageError.of(
                "run-not-repeated",
                msg("run {run} gives something else than when it was stored",
                    run=run.stored.record.id),
                hint=msg("look at it with rules-engine runs verify"),
            )  # fmt: skip


def _shares(
    trial: Trial, weighed: Weighing, moved: Sequence[Key], changes: int
) -> dict[Key, tuple[Share, ...]]:
    """Assess every mixture, and share each move out."""
    wanted = set(moved)
    held: dict[Key, dict[Mixture, tuple[Stood, list[str]]]] = {key: {} for key in moved}
    for book, members in trial.groups(weighed.mixtures):
        reader = trial.assess(book, members)
        labels = {kind: reader.grade_labels(kind) for kind in KINDS}
        for number, kind, subject, stood in trial.standings(reader):
            if (kind, subject) in wanted:
                held[kind, subject][members[number]] = stood, labels[kind]
    whole = weighed.mixtures[-1]
    found: dict[Key, tuple[Share, ...]] = {}
    for key, given in held.items():
        parts = []
        for measure, places in MEASURES.items():
            values = {mixture: getattr(stood, measure) for mixture, (stood, _) in given.items()}
            exact = weighed.shares(values, changes)
            unit = 10**places
            told = apportioned([share / unit for share in exact], max(places, RANK_PLACES))
            parts.append(told)
        shares = []
        for change in range(changes):
            stood, grades = given[whole - {change}]
            left = (_points(stood.score), stood.rank, _grade(stood.grade, grades))
            score, rank, paid = (part[change] for part in parts)
            shares.append(Share(change + 1, score, rank, paid, left))
        found[key] = tuple(shares)
    return found


def _moved(before: Whole, after: Whole, key: Key) -> bool:
    return _standing(before, key) != _standing(after, key)


def _standing(whole: Whole, key: Key) -> Standing:
    stood, grades = whole.stood[key], whole.grades(key[0])
    return Standing(
        _points(stood.score),
        stood.rank,
        _grade(stood.grade, grades),
        _grade(stood.displaced, grades),
        whole.honours.get(key, ()),
        _points(stood.paid),
    )


def _grade(index: int | None, labels: Sequence[str]) -> str:
    return "" if index is None else labels[index]


def _scores(before: Whole, after: Whole) -> tuple[tuple[str, Decimal, Decimal], ...]:
    return tuple(
        (stood.name, _points(before.stood[key].score), _points(stood.score))
        for key, stood in sorted(after.stood.items(), key=lambda item: item[1].rank)
        if key[0] == "village"
    )


def _grades(before: Whole, after: Whole) -> tuple[tuple[str, int, int], ...]:
    counts = []
    for whole in (before, after):
        held = Counter(
            _grade(stood.grade, whole.grades("village"))
            for (kind, _), stood in whole.stood.items()
            if kind == "village"
        )
        counts.append(held)
    labels = dict.fromkeys([*after.grades("village"), *before.grades("village"), ""])
    return tuple((n, counts[0][n], counts[1][n]) for n in labels if counts[0][n] or counts[1][n])


def _paid(whole: Whole) -> Decimal:
    return _points(sum(stood.paid for stood in whole.stood.values()))


def _points(value: int) -> Decimal:
    return decimal_points(value)
