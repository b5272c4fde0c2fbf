"""What must hold of a run before it goes a step on: that its results can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.run.assess import RULESET_FOLDER, reviewed_run

if TYPE_CHECKING:
    from rules_engine.model.run import StoredRun
    from rules_engine.plugin_manager import Registry
    from rules_engine.store import Store


def refuse_unreadable(store: Store, run: StoredRun, registry: Registry) -> None:
    """Refuse to advance a run whose score lines the loaded plugins cannot tell as they were.

    A run whose ruleset was changed on disk is left to the step, which says so.

    Raises:
        PluginError: names the plugin and the version that the run needs.
        StoreError: the run's rules cannot be read by this program.
    """
    if not store.check_files(run, RULESET_FOLDER):
        reviewed_run(run, registry)
