"""Computes a run again: from its own snapshot, or from what it corrects and its corrections."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rules_engine import assess
from rules_engine.results.snapshot import read_dataset
from rules_engine.standing.overlay import laid_over

if TYPE_CHECKING:
    from rules_engine.model.run import StoredRun
    from rules_engine.plugin_manager import Registry


def verify(
    stored: StoredRun, parent: StoredRun | None, registry: Registry, threads: int | None = None
) -> str:
    """Return the digest that a run gives when it is computed again.

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
            return assess.verify(run, registry, results, threads, dataset)
    finally:
        run.close()
