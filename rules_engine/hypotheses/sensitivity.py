"""Tries everything, and tells of each subject how little would move it, and where to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.compiler import grading
from rules_engine.compiler.trying import tables_tried
from rules_engine.errors import UsageError
from rules_engine.hypotheses.other_tries import try_disputes, try_rounding
from rules_engine.hypotheses.sensitivity_values import Found, Untried
from rules_engine.hypotheses.standing import Standing
from rules_engine.hypotheses.telling import Telling
from rules_engine.hypotheses.tries import Tries
from rules_engine.messages import msg, tr
from rules_engine.results.compute import profile_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules_engine.compiler.rules import CriterionRule, Rulebook
    from rules_engine.model.appeal import Appeal
    from rules_engine.model.dataset import Dataset
    from rules_engine.results.reader import ResultReader

NOT_TRIED = ("villages", "cadres", "assignments")
"""Tables that say who is assessed and who answers for whom: they are no records of events."""


MOST_PAIRS, MOST_RECORDS = 2_000_000, 2_000_000
"""How many pairs of villages of one list, and how many records, are tried at most.

What there is to do grows with both: a county takes seconds, and a nation would take days.
"""


def look(reader: ResultReader, dataset: Dataset, disputes: Iterable[Appeal] = ()) -> Found:
    """Return the subjects that are near to another grade, place or consequence, best first.

    Args:
        reader: a finished assessment.
        dataset: its records.
        disputes: appeals that are not decided.

    Raises:
        UsageError: the run is too large to try everything.
    """
    _must_be_small(reader, dataset)
    tries = Tries(reader.session, reader.book, dataset)
    for table in tables_tried(reader.book):
        if table.name not in NOT_TRIED:
            tries.try_records(table)
    try_rounding(tries)
    try_disputes(tries, disputes)
    standing = Standing(reader.session, reader.book)
    standing.stand()
    subjects = tuple(Telling(reader, standing).subjects())
    return Found(subjects, tuple(_untried(reader.book, dataset)), reader.uncertain)


def _must_be_small(reader: ResultReader, dataset: Dataset) -> None:
    """Refuse a run that would keep its reader waiting for hours."""
    found = reader.session.query(
        "SELECT coalesce(sum(n * n), 0), coalesce(sum(n), 0) FROM "
        f'(SELECT count(*) AS n FROM "{grading.RESULTS}" GROUP BY grp)'
    )
    pairs, villages = (int(column[0].as_py()) for column in found.columns)
    records = sum(data.rows for name, data in dataset.tables.items() if name not in NOT_TRIED)
    if pairs > MOST_PAIRS or records > MOST_RECORDS:
        raise UsageError.of(
            "too-many-to-try",
            msg("{villages} {assessed_many} with {records} records are too many to try every "
                "record",
                villages=villages, records=records),
            hint=msg("assess the counties one by one, and look at each of these runs"),
        )  # fmt: skip


def _untried(book: Rulebook, dataset: Dataset) -> Iterator[Untried]:
    """Yield the lines of which no record can be tried."""
    for rule in book.criteria:
        tables = {
            book.indicators[name].table for name in _behind(book, rule)
            if book.indicators[name].table
        }  # fmt: skip
        profile = profile_of(dataset, rule.section.subject)
        held = {t.name for t in tables if t}
        if any(name in profile.nulls and name not in NOT_TRIED for name in held):
            continue
        if not held or held <= set(NOT_TRIED):
            reason = tr("it goes by the lists of subjects and duties, not by records")
        elif held & dataset.tables.keys():
            reason = tr("rows were kept out of which nobody can tell whose they are")
        else:
            reason = tr("its records were not delivered")
        yield Untried(rule.spec.label, reason)


def _behind(book: Rulebook, rule: CriterionRule) -> set[str]:
    """Return the indicators that a line goes by."""
    parts = [part for r in (rule, *rule.scored) for part in (r.raw, r.when, r.veto)]
    return {name for part in parts if part for name in part.indicators if name in book.indicators}
