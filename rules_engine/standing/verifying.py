"""Computes a run again, from its own snapshot or from what it corrects, and says what differs."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rules_engine import __version__, assess
from rules_engine.errors import Finding, Place
from rules_engine.messages import msg, tr
from rules_engine.model.run import StoredRun
from rules_engine.results.snapshot import SNAPSHOT, read_dataset
from rules_engine.standing.comparing import moves
from rules_engine.standing.overlay import laid_over

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from rules_engine.messages import Message
    from rules_engine.plugin_manager import Registry
    from rules_engine.standing.comparing import Standing

MOST_SUBJECTS = 5
"""How many subjects that differ are named, in the order of rank."""


def verify(
    stored: StoredRun, parent: StoredRun | None, registry: Registry, threads: int | None = None
) -> tuple[str, list[Finding]]:
    """Return the digest that a run gives when it is computed again, and what differs.

    Args:
        stored: the run.
        parent: the run that it corrects: its snapshot is then what is computed from, with the
            corrections and adjustments of the decision.
        registry: where the engines are.
        threads: how many threads an engine may use.
    """
    run = assess.open_run(stored, registry)
    try:
        with TemporaryDirectory(prefix="rules-engine-") as folder:
            results, dataset = Path(folder) / assess.RESULTS_FOLDER, run.dataset
            results.mkdir()
            if parent and run.overlay:
                ruleset = run.reviewed.ruleset
                base = read_dataset(parent.folder, ruleset.tables)
                snapshot = Path(folder) / "snapshot"
                changes, origin = run.overlay.corrections, stored.record.id
                dataset = laid_over(base, changes, ruleset, snapshot, run.session, origin)
            digest = assess.verify(run, registry, results, threads, dataset)
            found = list(_made_from(run, registry))
            if digest != stored.record.digest:
                session = registry.need("engines", assess.EMBEDDED).connect(threads)
                computed = StoredRun(stored.record, Path(folder))
                again = assess.OpenRun(computed, run.reviewed, dataset, session, run.overlay)
                try:
                    found += _results(run, again)
                finally:
                    again.close()
            return digest, found
    finally:
        run.close()


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
