"""Computes a run again, from its own snapshot or from what it corrects, and says what differs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine import __version__, assess
from rules_engine.errors import (
    DatasetError,
    EngineFailure,
    Finding,
    Place,
    RulesetError,
    StoreError,
    stops,
)
from rules_engine.messages import msg, tr
from rules_engine.model.run import StoredRun
from rules_engine.model.semantics import SEMANTICS, changes_since
from rules_engine.results.snapshot import SNAPSHOT, read_dataset
from rules_engine.standing.comparing import moves
from rules_engine.standing.overlay import laid_over
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from rules_engine.messages import Message
    from rules_engine.model.run import RunRecord
    from rules_engine.plugin_manager import Registry
    from rules_engine.standing.comparing import Standing

MOST_SUBJECTS = 5
"""How many subjects that differ are named, in the order of rank."""


def verify(
    stored: StoredRun, parent: StoredRun | None, registry: Registry, threads: int | None = None
) -> tuple[str, list[Finding]]:
    """Return the digest that a run gives when it is computed again, and what differs.

    A run that was made by other rules of computing than today's cannot be computed as it was:
    where it gives another result now, that is said with ``verify-older-rules`` and notes, and is
    no fault of the run. The digest is empty where today's rules cannot compute it at all.

    Args:
        stored: the run.
        parent: the run that it corrects: its snapshot is then what is computed from, with the
            corrections and adjustments of the decision.
        registry: where the engines are.
        threads: how many threads an engine may use.
    """
    record = stored.record
    try:
        run = assess.open_run(stored, registry)
    except StoreError as error:  # the rules of the run are not read any more
        if record.semantics == SEMANTICS:
            raise
        return "", list(_by_older_rules(record, error.findings))
    try:
        found = list(_made_from(run, registry))
        try:
            digest, differs = _computed(run, parent, registry, threads)
        except (RulesetError, DatasetError, EngineFailure) as error:
            if record.semantics == SEMANTICS:
                raise
            return "", found + list(_by_older_rules(record, error.findings))
        found += _own_digest(run)
        if digest == record.digest or record.semantics == SEMANTICS:
            return digest, found + differs
        return digest, found + list(_by_older_rules(record, differs))
    finally:
        run.close()


def is_by_older_rules(findings: Sequence[Finding]) -> bool:
    """Return whether nothing stands against a run but that the rules were others then."""
    return not stops(findings) and any(f.code == "verify-older-rules" for f in findings)


def _computed(
    run: assess.OpenRun, parent: StoredRun | None, registry: Registry, threads: int | None
) -> tuple[str, list[Finding]]:
    """Compute a run again; return its digest, and the results that differ."""
    with temporary_folder() as folder:
        results, dataset = Path(folder) / assess.RESULTS_FOLDER, run.dataset
        results.mkdir()
        if parent and run.overlay:
            ruleset = run.reviewed.ruleset
            base = read_dataset(parent.folder, ruleset.tables)
            snapshot = Path(folder) / "snapshot"
            changes, origin = run.overlay.corrections, run.stored.record.id
            dataset = laid_over(base, changes, ruleset, snapshot, run.session, origin)
        digest = assess.verify(run, registry, results, threads, dataset)
        if digest == run.stored.record.digest:
            return digest, []
        session = registry.need("engines", assess.EMBEDDED).connect(threads)
        computed = StoredRun(run.stored.record, Path(folder))
        again = assess.OpenRun(computed, run.reviewed, dataset, session, run.overlay)
        try:
            return digest, list(_results(run, again))
        finally:
            again.close()


def _by_older_rules(record: RunRecord, differs: Iterable[Finding]) -> Iterator[Finding]:
    """Say that a run cannot be computed as it was, what changed since, and what that does."""
    text = msg("the run was made by rules of computing no. {number}; this program computes by "
               "no. {today} and cannot compute it as it was. Its files are as they were stored",
               number=record.semantics, today=SEMANTICS)  # fmt: skip
    yield Finding("verify-older-rules", text, severity="warning",
                  hint=msg("the notes say what changed since and what today's rules would give; "
                           "what was published stands"))  # fmt: skip
    for change in changes_since(record.semantics):
        yield _note("verify-change", msg("changed since: {change}", change=change.text))
    for finding in differs:
        yield replace(finding, severity="info")


def _own_digest(run: assess.OpenRun) -> Iterator[Finding]:
    """Hold the digest in the database against the stored results, which no change of rules does."""
    folder = run.stored.folder / assess.RESULTS_FOLDER
    if assess.digest_of(run.reader, folder) != run.stored.record.digest:
        yield Finding("verify-digest", msg("the digest in the database is not that of the stored "
                      "results"), Place(str(folder)))  # fmt: skip


def _made_from(run: assess.OpenRun, registry: Registry) -> Iterator[Finding]:
    """Yield which of the things that a run was made from and with are others now."""
    record = run.stored.record
    engine = registry.need("engines", record.engine)
    if (now := engine.version()) != record.engine_version:
        yield _note("verify-engine", msg("made with {engine} {version}, computed now with {now}",
                    engine=record.engine, version=record.engine_version, now=now))  # fmt: skip
    if record.program_version != __version__:
        yield _note("verify-program", msg("made with rules-engine {version}, computed now with "
                    "{now}", version=record.program_version, now=__version__))  # fmt: skip
    folder = str(run.stored.folder / assess.RULESET_FOLDER)
    if run.reviewed.ruleset.fingerprint != record.ruleset_fingerprint:
        yield Finding("verify-ruleset", msg("the ruleset kept with the run has another fingerprint "
                      "than the run"), Place(folder))  # fmt: skip
    if run.dataset.fingerprint != record.data_fingerprint:
        yield Finding("verify-data", msg("the snapshot has another fingerprint than the run"),
                      Place(str(run.stored.folder / SNAPSHOT)))  # fmt: skip


def _note(code: str, message: Message) -> Finding:
    return Finding(code, message, severity="info")


def _results(stored: assess.OpenRun, again: assess.OpenRun) -> Iterator[Finding]:
    """Yield the first subjects and lines whose values differ, with both values."""
    count = 0
    for move in moves(stored, again):
        count += 1
        if count > MOST_SUBJECTS:
            yield _note("verify-more", msg("more subjects differ; these are the first"))
            return
        if move.before != move.after:
            yield _differs(move.name, _standing(move.before), _standing(move.after))
        for line in move.lines:
            where = tr("{subject}, {line}", subject=move.name, line=line.label)
            yield _differs(where, _points(line.before), _points(line.after))
    if not count:
        yield Finding("verify-digest", msg("scores, ranks, grades and lines are the same: what "
                      "differs is pay, a consequence, or the digest in the database"))  # fmt: skip


def _differs(where: str, stored: str, computed: str) -> Finding:
    text = msg("{where}: stored {stored}, computed {computed}", where=where, stored=stored,
               computed=computed)  # fmt: skip
    return Finding("verify-result", text)


def _standing(standing: Standing | None) -> str:
    if standing is None:
        return "—"
    return tr("{score} points, rank {rank}, {grade}", score=standing.score, rank=standing.rank,
              grade=standing.grade)  # fmt: skip


def _points(points: Decimal | None) -> str:
    return "—" if points is None else str(points)
