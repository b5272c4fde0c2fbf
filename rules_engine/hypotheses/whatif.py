"""Tries a new ruleset on the frozen records of earlier runs and tells who moves, and why.

Each run's own ruleset on its own records is what is compared with, so that only rules differ.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from pydantic import ValidationError

from rules_engine.engines import embedded
from rules_engine.errors import RulesetError, UsageError
from rules_engine.hypotheses.mixtures import Inseparable, Mixtures, compiled, follows_of
from rules_engine.hypotheses.ruleset_changes import as_they_are, pieces_of
from rules_engine.hypotheses.shapley import apportioned, weighing
from rules_engine.hypotheses.whatif_values import Made, Move, ResultSummary, Share, Totals, Tried
from rules_engine.messages import clauses, msg, tr
from rules_engine.model.semantics import SEMANTICS
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan import grading
from rules_engine.report.lines import decimal_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from rules_engine.hypotheses.mixtures import Follows, MixtureResult, Standings, SubjectOutcome
    from rules_engine.hypotheses.ruleset_changes import Pieces, Tree
    from rules_engine.hypotheses.shapley import Mixture, Weighing
    from rules_engine.hypotheses.whatif_values import Counts
    from rules_engine.plugin_manager import Registry
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.run.assess import OpenRun

Key: TypeAlias = "tuple[SubjectKind, str]"
MEASURES = {"score": 4, "rank": 0, "paid": 4}
"""What is shared out, and the decimal places with which it is a whole number of the plan."""
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

    def fits(tree: Tree) -> bool:
        try:
            compiled(own, tree, registry.methods)
        except (ValidationError, RulesetError):
            return False
        return True

    try:
        pieces = pieces_of(own.ruleset, new, own.book.frame, day, registry.methods, fits)
    except (ValidationError, RulesetError) as error:
        raise cannot_be_tried(error, run) from error
    while True:
        try:
            return _tried(run, pieces, registry)
        except Inseparable as error:
            if pieces.whole:
                raise cannot_be_tried(error.__cause__, run) from error
        pieces = pieces.as_one()


def cannot_be_tried(cause: BaseException | None, run: OpenRun) -> UsageError:
    """Return what is said where rules and records do not go together."""
    findings = cause.findings if isinstance(cause, RulesetError) else ()
    results = UsageError.of(
        "what-if-impossible",
        msg("the new rules cannot be tried on run {run}", run=run.stored.record.id),
        hint=msg("see what check says of the new ruleset"),
    )
    return UsageError(*results.findings, *findings)


def _tried(run: OpenRun, pieces: Pieces, registry: Registry) -> Tried:
    changes = len(pieces.all)
    weighed = weighing(changes)
    with closing(embedded(registry)) as session:
        mixtures = Mixtures(run, pieces, registry.methods, session)
        mixtures.prepare(weighed.mixtures)
        before, after = (mixtures.whole(m) for m in (weighed.mixtures[0], weighed.mixtures[-1]))
        _must_repeat(run, before, pieces)
        both = (key for key in after.subject_outcomes if key in before.subject_outcomes)
        moved = [key for key in both if _under(before, key) != _under(after, key)]
        uncertain = before.reader.uncertain or after.reader.uncertain
        shares = _shares(mixtures, weighed, moved, changes) if changes and moved else {}
    moves = [
        Move(*key, run.reader.title(*key, after.subject_outcomes[key].name), _under(before, key),
             _under(after, key), shares.get(key, ()))
        for key in moved
    ]  # fmt: skip
    frame = run.reviewed.book.frame
    tied = tr("the changes do not make a ruleset one by one, and are told as one")
    return Tried(
        run=run.stored.record.id,
        edition=run.stored.record.ruleset_edition,
        period=(frame.start, frame.end),
        changes=tuple(map(Made.of, pieces.all)),
        orders=weighed.orders,
        tied=clauses([*([tied] if pieces.whole else []), *filter(None, [uncertain, _older(run)])]),
        moves=tuple(sorted(moves, key=lambda m: (not m.kind.judged, m.after.rank, m.id))),
        scores=_scores(run, before, after),
        totals=_totals(before, after),
        targets=tuple(
            (before.targets.get(target), after.targets.get(target))
            for target in dict.fromkeys((*after.targets, *before.targets))
        ),
    )


def _older(run: OpenRun) -> str:
    """Say where the old rules are not computed as they were when the run was stored."""
    if run.stored.record.semantics == SEMANTICS:
        return ""
    return tr("the run was made by older rules of computing; both sides are by today's")


def _must_repeat(run: OpenRun, before: MixtureResult, pieces: Pieces) -> None:
    """Hold what the old rules give here against what is stored."""
    stored = run.session.query(f'SELECT subject_id, score, rank, grade FROM "{grading.RESULTS}"')
    for row in stored.to_pylist():
        outcome = before.subject_outcomes[SubjectKind.VILLAGE, row["subject_id"]]
        if (outcome.score, outcome.rank, outcome.grade) != (
            row["score"],
            row["rank"],
            row["grade"],
        ):
            if not pieces.whole:
                raise Inseparable
            if run.stored.record.semantics != SEMANTICS:
                return  # made by older rules of computing, which is told
            raise UsageError.of(
                "run-not-repeated",
                msg("run {run} gives something else than when it was stored",
                    run=run.stored.record.id),
                hint=msg("look at it with rules-engine runs verify"),
            )  # fmt: skip


def _shares(
    mixtures: Mixtures, weighed: Weighing, moved: Sequence[Key], changes: int
) -> dict[Key, tuple[Share, ...]]:
    """Assess every mixture, and share each move out."""
    wanted = set(moved)
    stored: dict[Key, dict[Mixture, SubjectOutcome]] = {key: {} for key in moved}
    whole = weighed.mixtures[-1]
    without = {whole - {change}: change for change in range(changes)}
    left: dict[Key, dict[int, ResultSummary]] = {key: {} for key in moved}
    for book, members in mixtures.groups(weighed.mixtures):
        assessed = mixtures.assess(book, members)
        standings = list(mixtures.outcomes(assessed))
        labels = {kind: assessed.reader(0).grade_labels(kind) for kind in SubjectKind}
        fallen = {
            world: follows_of(assessed.reader(world))
            for world, made in enumerate(members)
            if made in without
        }
        for world, kind, subject, outcome in standings:
            key, made = (kind, subject), members[world]
            if key in wanted:
                stored[key][made] = outcome
                if made in without:
                    follows = fallen[world].get(key, ())
                    left[key][without[made]] = _summary(outcome, labels[kind], follows)
    results: dict[Key, tuple[Share, ...]] = {}
    for key, value in stored.items():
        parts = {}
        for measure, places in MEASURES.items():
            values = {mixture: getattr(outcome, measure) for mixture, outcome in value.items()}
            exact = weighed.shares(values, changes)
            unit = 10**places
            parts[measure] = apportioned(
                [share / unit for share in exact], max(places, RANK_PLACES)
            )
        results[key] = tuple(
            Share(
                change + 1,
                without=left[key][change],
                **{measure: parts[measure][change] for measure in MEASURES},
            )
            for change in range(changes)
        )
    return results


def _under(whole: MixtureResult, key: Key) -> ResultSummary:
    """Return where a subject stands under a mixture that was assessed by itself."""
    return _summary(whole.subject_outcomes[key], whole.grades(key[0]), whole.follows.get(key, ()))


def _summary(outcome: SubjectOutcome, grades: Sequence[str], follows: Follows) -> ResultSummary:
    return ResultSummary(
        decimal_points(outcome.score),
        outcome.rank,
        _grade(outcome.grade, grades),
        _grade(outcome.displaced, grades),
        tuple(label for _, label in follows),
        decimal_points(outcome.paid),
    )


def _grade(index: int | None, labels: Sequence[str]) -> str:
    return "" if index is None else labels[index]


def _scores(
    run: OpenRun, before: MixtureResult, after: MixtureResult
) -> tuple[tuple[str, Decimal, Decimal], ...]:
    return tuple(
        (
            run.reader.title(*key, outcome.name),
            decimal_points(before.subject_outcomes[key].score),
            decimal_points(outcome.score),
        )
        for key, outcome in sorted(after.subject_outcomes.items(), key=lambda item: item[1].rank)
        if key[0].judged
    )


def _totals(before: MixtureResult, after: MixtureResult) -> Totals:
    grades = {kind: [*after.grades(kind), *before.grades(kind), ""] for kind in SubjectKind}
    return Totals(
        **{
            f"{kind}s": _counted(before.graded(kind), after.graded(kind), grades[kind])
            for kind in SubjectKind
        },
        **{
            f"{kind}_follows": _counted(before.followed(kind), after.followed(kind))
            for kind in SubjectKind
        },
        displaced=_counted(before.displaced(), after.displaced(), grades[SubjectKind.VILLAGE]),
        paid=(_paid(before), _paid(after)),
    )


def _counted(was: Iterable[str], now: Iterable[str], order: Iterable[str] = ()) -> Counts:
    value, holds = Counter(was), Counter(now)
    labels = dict.fromkeys([*order, *holds, *value])
    return tuple((n, value[n], holds[n]) for n in labels if value[n] or holds[n])


def _paid(whole: MixtureResult) -> Decimal:
    return decimal_points(sum(outcome.paid for outcome in whole.subject_outcomes.values()))


@dataclass(frozen=True)
class Owed:
    """What of a move is owed to the rules or to the records."""

    score: Decimal
    rank: Decimal
    paid: Decimal


@dataclass(frozen=True)
class RulesAndRecords:
    """A subject of both runs, and what other rules and other records did to it."""

    kind: SubjectKind
    id: str
    rules: Owed
    records: Owed


def apart(first: OpenRun, second: OpenRun, registry: Registry) -> tuple[RulesAndRecords, ...]:
    """Return what rules and records did to each subject of two runs.

    Raises:
        UsageError: the records of one run lack what the rules of the other read.
    """
    old, tried_new = _both(first, second, registry)
    new, tried_old = _both(second, first, registry)
    return tuple(_apart(old, tried_new, tried_old, new))


def _both(run: OpenRun, other: OpenRun, registry: Registry) -> tuple[Standings, Standings]:
    """Return where the subjects of a run stand by its own rules, and by those of the other."""
    rules, frame = other.reviewed.ruleset, run.reviewed.book.frame
    day = other.reviewed.book.frame.as_of
    pieces = as_they_are(run.reviewed.ruleset, rules, frame.as_of, day)
    mixtures: list[Mixture] = [frozenset(), frozenset({0})]
    with closing(embedded(registry)) as session:
        tried = Mixtures(run, pieces, registry.methods, session)
        try:
            tried.prepare(mixtures)
        except Inseparable as error:
            raise cannot_be_tried(error.__cause__, run) from error
        own, others = (tried.whole(made).subject_outcomes for made in mixtures)
    return own, others


def _apart(
    old: Standings, tried_new: Standings, tried_old: Standings, new: Standings
) -> Iterator[RulesAndRecords]:
    for key in new:
        if all(key in value for value in (old, tried_new, tried_old)):
            four = (old[key], tried_new[key], tried_old[key], new[key])
            owed = [_shared(measure, places, *four) for measure, places in MEASURES.items()]
            rules, records = (Owed(*part) for part in zip(*owed, strict=True))
            yield RulesAndRecords(*key, rules, records)


def _shared(
    measure: str,
    places: int,
    old: SubjectOutcome,
    tried_new: SubjectOutcome,
    tried_old: SubjectOutcome,
    new: SubjectOutcome,
) -> tuple[Decimal, ...]:
    was, by_rules, by_records, now = (
        getattr(outcome, measure) for outcome in (old, tried_new, tried_old, new)
    )
    rules = Fraction((by_rules - was) + (now - by_records), 2 * 10**places)
    whole = Fraction(now - was, 10**places)
    return apportioned((rules, whole - rules), max(places, RANK_PLACES))
