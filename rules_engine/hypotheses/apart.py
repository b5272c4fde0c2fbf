"""Keeps apart what other rules and what other records did between two runs.

Each ruleset is tried on the records of the other run, so that there are four results. What is owed
to the rules is what they do on the one records and on the other, averaged; the rest is owed to the
records. Which of them came first makes no difference to that.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.engines import embedded
from rules_engine.hypotheses.mixtures import Inseparable, Trial
from rules_engine.hypotheses.ruleset_changes import as_they_are
from rules_engine.hypotheses.shapley import apportioned
from rules_engine.hypotheses.whatif import MEASURES, RANK_PLACES, cannot_be_tried
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from rules_engine.assess import OpenRun
    from rules_engine.hypotheses.shapley import Mixture
    from rules_engine.hypotheses.standings import Standings, Stood
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.plugin_manager import Registry


@dataclass(frozen=True)
class Owed:
    """What of a move is owed to the rules or to the records."""

    score: Decimal
    rank: Decimal
    paid: Decimal


@dataclass(frozen=True)
class Apart:
    """A subject of both runs, and what other rules and other records did to it."""

    kind: SubjectKind
    id: str
    rules: Owed
    records: Owed


def apart(first: OpenRun, second: OpenRun, registry: Registry) -> tuple[Apart, ...]:
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
    with closing(embedded(registry)) as session, temporary_folder() as folder:
        trial = Trial(run, pieces, registry.methods, session, Path(folder))
        try:
            trial.prepare(mixtures)
        except Inseparable as error:
            raise cannot_be_tried(error.__cause__, run) from error
        own, others = (trial.whole(made).stood for made in mixtures)
    return own, others


def _apart(
    old: Standings, tried_new: Standings, tried_old: Standings, new: Standings
) -> Iterator[Apart]:
    for key in new:
        if all(key in held for held in (old, tried_new, tried_old)):
            four = (old[key], tried_new[key], tried_old[key], new[key])
            owed = [_shared(measure, places, *four) for measure, places in MEASURES.items()]
            rules, records = (Owed(*part) for part in zip(*owed, strict=True))
            yield Apart(*key, rules, records)


def _shared(
    measure: str, places: int, old: Stood, tried_new: Stood, tried_old: Stood, new: Stood
) -> tuple[Decimal, ...]:
    was, by_rules, by_records, now = (
        getattr(stood, measure) for stood in (old, tried_new, tried_old, new)
    )
    rules = Fraction((by_rules - was) + (now - by_records), 2 * 10**places)
    whole = Fraction(now - was, 10**places)
    return apportioned((rules, whole - rules), max(places, RANK_PLACES))
