"""Computes a run again, from its own snapshot or from what it corrects, and says what differs."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine import __version__
from rules_engine.engines import embedded
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
from rules_engine.run import assess
from rules_engine.run.comparison import moves
from rules_engine.run.overlay import laid_over
from rules_engine.run.snapshot import SNAPSHOT, read_dataset
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from rules_engine.messages import Message
    from rules_engine.model.dataset import Dataset
    from rules_engine.model.run import RunRecord
    from rules_engine.plugin_manager import Registry
    from rules_engine.run.comparison import ResultSummary

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
        results = list(_made_from(run, registry))
        try:
            digest, differs = _computed(run, parent, registry, threads)
        except (RulesetError, DatasetError, EngineFailure) as error:
            if record.semantics == SEMANTICS:
                raise
            return "", results + list(_by_older_rules(record, error.findings))
        results += _own_digest(run)
        if digest == record.digest or record.semantics == SEMANTICS:
            return digest, results + differs
        return digest, results + list(_by_older_rules(record, differs))
    finally:
        run.close()


@contextmanager
def open_to_try(
    stored: StoredRun, registry: Registry
) -> Iterator[tuple[assess.OpenRun, list[Finding]]]:
    """Open a run whose records are going to be tried otherwise; close it afterwards.

    Trials are computed by today's rules. So are the results that they are held against, where the
    run was made by older ones: else what the rules changed would be told as what a record does.

    Args:
        stored: the run.
        registry: where the engines are.

    Yields:
        The run with the results of today's rules, and a warning if these differ from its own.

    Raises:
        StoreError: today's rules cannot compute it.
    """
    with closing(assess.open_run(stored, registry)) as run:
        if stored.record.semantics == SEMANTICS:
            yield run, []
            return
        with temporary_folder() as name:
            folder = Path(name)
            try:
                _all_are_read(run)
                digest = _compute(run, registry, folder)
            except (RulesetError, DatasetError, EngineFailure, StoreError) as error:
                raise _cannot_be_tried(stored.record, error.findings) from error
            with closing(_opened(run, run.dataset, registry, folder)) as again:
                yield again, _from_other_results(stored.record, digest)


def _all_are_read(run: assess.OpenRun) -> None:
    """Refuse a run with lines that this program does not read: totals would lack their points."""
    unread = [f for f in run.reviewed.findings if f.code == "lines-not-told"]
    if unread:
        raise StoreError(*(replace(f, severity="error") for f in unread))


def _cannot_be_tried(record: RunRecord, findings: Iterable[Finding]) -> StoreError:
    text = msg("run {run} was made by older rules of computing, and today's cannot compute it: "
               "nothing can be tried on its records", run=record.id)  # fmt: skip
    hint = msg("its results are as they were stored; use the version of the program that made it, "
               "{version}", version=record.program_version)  # fmt: skip
    return StoreError(Finding("older-rules-not-tried", text, hint=hint), *findings)


def _from_other_results(record: RunRecord, digest: str) -> list[Finding]:
    if digest == record.digest:
        return []
    text = msg("run {run} was made by older rules of computing, and today's give other results: "
               "what would move is told from what today's rules give", run=record.id)  # fmt: skip
    hint = msg("rules-engine runs verify says what differs")
    return [Finding("tried-by-todays-rules", text, hint=hint, severity="warning")]


def is_by_older_rules(findings: Sequence[Finding]) -> bool:
    """Return whether nothing stands against a run but that the rules were others then."""
    return not stops(findings) and any(f.code == "verify-older-rules" for f in findings)


def _computed(
    run: assess.OpenRun, parent: StoredRun | None, registry: Registry, threads: int | None
) -> tuple[str, list[Finding]]:
    """Compute a run again; return its digest, and the results that differ."""
    with temporary_folder() as name:
        folder, dataset = Path(name), run.dataset
        if parent and run.overlay:
            ruleset = run.reviewed.ruleset
            base = read_dataset(parent.folder, ruleset.tables)
            changes, origin = run.overlay.corrections, run.stored.record.id
            snapshot = folder / "snapshot"
            dataset = laid_over(base, changes, ruleset, snapshot, run.session, origin)
        digest = _compute(run, registry, folder, threads, dataset)
        if digest == run.stored.record.digest:
            return digest, []
        with closing(_opened(run, dataset, registry, folder, threads)) as again:
            return digest, list(_results(run, again))


def _compute(
    run: assess.OpenRun,
    registry: Registry,
    folder: Path,
    threads: int | None = None,
    dataset: Dataset | None = None,
) -> str:
    """Compute a run again, from its own snapshot or other records; return the digest."""
    results = folder / assess.RESULTS_FOLDER
    results.mkdir()
    return assess.verify(run, registry, results, threads, dataset)


def _opened(
    run: assess.OpenRun,
    dataset: Dataset,
    registry: Registry,
    folder: Path,
    threads: int | None = None,
) -> assess.OpenRun:
    """Open what was computed into a folder."""
    session = embedded(registry, threads)
    computed = StoredRun(run.stored.record, folder)
    return assess.OpenRun(computed, run.reviewed, dataset, session, run.overlay)


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
            yield _differs(move.name, _summary(move.before), _summary(move.after))
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


def _summary(summary: ResultSummary | None) -> str:
    if summary is None:
        return "—"
    return tr("{score} points, rank {rank}, {grade}", score=summary.score, rank=summary.rank,
              grade=summary.grade)  # fmt: skip


def _points(points: Decimal | None) -> str:
    return "—" if points is None else str(points)
