"""Which run corrects which: a chain, for decisions are made one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from rules_engine.store.tables import AppealRow, Run

if TYPE_CHECKING:
    from sqlalchemy import Engine


def surely_without(engine: Engine, run: str) -> bool:
    """Return whether there is certainly no such run; ``False`` when that cannot be known."""
    try:
        with Session(engine) as session:
            return session.scalar(select(Run.number).where(Run.id == run)) is None
    except SQLAlchemyError:
        return False


def newest(session: Session, run: str) -> str:
    """Return the run at the end of the chain of corrections that begins with a run."""
    seen = {run}
    while (result := child(session, run)) and result not in seen:  # a damaged row may name itself
        seen.add(run := result)
    return run


def child(session: Session, run: str) -> str | None:
    """Return the run that corrects a run, if there is one."""
    return session.scalar(select(Run.id).where(Run.parent == run))


def ancestors(session: Session, run: str) -> list[str]:
    """Return a run and those that it corrects, directly or through others."""
    results = [run]
    query = select(Run.parent)
    while (parent := session.scalar(query.where(Run.id == results[-1]))) and parent not in results:
        results.append(parent)
    return results


def open_appeals(session: Session, run: str) -> list[int]:
    """Return the numbers of the open appeals against a run or one that it corrects."""
    value = ancestors(session, run)
    query = select(AppealRow.number).where(AppealRow.run.in_(value), AppealRow.status == "open")
    return list(session.scalars(query.order_by(AppealRow.number)))
