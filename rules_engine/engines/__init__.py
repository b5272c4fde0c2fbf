"""What runs the compiled plan. One engine comes with the program; others are plugins.

What an engine must offer stands in ``docs/engines.md``. Records are taken in, and results read,
with the embedded engine, whichever runs the plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules_engine.conditions.scope import Tree
    from rules_engine.model.plugin import EngineSession
    from rules_engine.plugin_manager import Registry

EMBEDDED = "duckdb"
"""The name of the embedded engine."""
DIALECT = EMBEDDED
"""What sqlglot calls its SQL."""


def embedded(registry: Registry, threads: int | None = None) -> EngineSession:
    """Start a session of the embedded engine; by default it may use all cores."""
    session: EngineSession = registry.need("engines", EMBEDDED).connect(threads)
    return session


def for_few_records(registry: Registry) -> EngineSession:
    """Start a session that runs a plan as it is written.

    To find a better way takes longer than the plan itself where there are but a few records.
    """
    session = embedded(registry, 1)
    session.run("PRAGMA disable_optimizer")
    return session


def written(query: Tree, dialect: str = DIALECT) -> str:
    """Return a query, or a part of one, as text; the tree may not be used afterwards."""
    return query.sql(dialect, copy=False)
