"""Removes old drafts; whatever somebody reviewed, published, sealed or disputed stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import aliased

from rules_engine.store import files
from rules_engine.store.audit_log import acting, append
from rules_engine.store.errors import told
from rules_engine.store.roles import ADMINISTER, allow
from rules_engine.store.tables import AppealRow, Run, sound

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from rules_engine.audit.actor import Actor
    from rules_engine.store.location import Location


def prune(engine: Engine, location: Location, actor: Actor, days: int) -> list[str]:
    """Remove the drafts that were made more than so many days ago; return their ids.

    Their rows go first, with an entry in the log, and then their files: if the program dies in
    between, a folder is left that belongs to no run, and does no harm.
    """
    before = datetime.now(UTC) - timedelta(days=days)
    later = aliased(Run)
    disputed = exists().where(or_(AppealRow.run == Run.id, AppealRow.result == Run.id))
    query = (
        select(Run)
        .where(Run.status == "draft", Run.created_at < before, ~disputed)
        .where(~exists().where(later.parent == Run.id))
        .order_by(Run.number)
    )
    with told(location), acting(engine) as session:
        allow(session, actor, ADMINISTER)
        # What is damaged is no old draft: it may be anything.
        pruned = [(row.id, row.digest) for row in sound(session.scalars(query), [])]
        for run, digest in pruned:
            session.execute(delete(Run).where(Run.id == run))
            append(session, actor, "pruned", run, {"digest": digest, "older_than_days": days})
    for run, _ in pruned:
        with told(location):
            files.remove(location.runs / run)
    return [run for run, _ in pruned]
