"""The tables of the store, as SQLAlchemy models; no other module of the project sees them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    String,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from rules_engine.audit.entry import Entry
from rules_engine.model.appeal import APPEAL_STATUSES, Appeal, AppealStatus, EvidenceItem
from rules_engine.model.assessment import SubjectKind  # noqa: TC001 - SQLAlchemy reads it
from rules_engine.model.run import RUN_STATUSES, PluginUse, RunRecord, RunStatus, StoredFile
from rules_engine.store import guards


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone, kept as UTC: SQLite would forget the zone, and sort by local time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        """Turn a time of any zone into UTC; a time without a zone is a mistake."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time needs its zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        """Give the zone back to what SQLite returns without one."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


_Counted = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database counts: nobody can use up as many, nor needs a right to count."""


class Base(DeclarativeBase):
    """What all tables share: names for constraints, so that a migration can find them again."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy declares it so
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        str: String(),
    }


class Run(Base):
    """One stored run.

    ``number`` counts the runs in the order in which they were stored, and that is the order of a
    list: a clock that was set back does not make an old run the latest one.
    """

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint(
            "status IN ({})".format(", ".join(f"'{s}'" for s in RUN_STATUSES)), name="status"
        ),
        # A number is not given again after the run with the highest one was removed.
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(_Counted, Identity(), primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    status: Mapped[RunStatus] = mapped_column(String())
    created_at: Mapped[datetime]
    ruleset_id: Mapped[str]
    ruleset_title: Mapped[str]
    ruleset_edition: Mapped[str]
    ruleset_fingerprint: Mapped[str]
    data_fingerprint: Mapped[str]
    digest: Mapped[str] = mapped_column(index=True)
    engine: Mapped[str]
    engine_version: Mapped[str]
    program_version: Mapped[str]
    language: Mapped[str]
    as_of: Mapped[date]
    accepted_quarantine: Mapped[bool]
    villages: Mapped[int]
    cadres: Mapped[int]
    rows: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    files: Mapped[dict[str, Any]]
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    parent: Mapped[str | None] = mapped_column(index=True)
    semantics: Mapped[int] = mapped_column(server_default=text("1"))
    plugins: Mapped[list[Any] | None]

    @classmethod
    def of(cls, record: RunRecord) -> Run:
        """Make the row for a record."""
        plain = {name: getattr(record, name) for name in _FIELDS}
        plain |= {
            "rows": dict(record.rows),
            "summary": dict(record.summary),
            "plugins": [asdict(use) for use in record.plugins],
            "files": {path: kept.as_dict() for path, kept in record.files.items()},
        }
        return cls(**plain)

    def record(self) -> RunRecord:
        """Return the row as the value that the rest of the program knows."""
        plain = {name: getattr(self, name) for name in _FIELDS}
        plain["files"] = {
            path: StoredFile(kept["sha256"], kept["bytes"]) for path, kept in self.files.items()
        }
        plain["plugins"] = tuple(PluginUse(**use) for use in self.plugins or ())
        return RunRecord(**plain)


_FIELDS = tuple(RunRecord.__dataclass_fields__)


class Audit(Base):
    """One entry of the audit log; the number is given by the log, not by the database."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    act: Mapped[str]
    run: Mapped[str | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]

    @classmethod
    def of(cls, entry: Entry) -> Audit:
        """Make the row for an entry."""
        return cls(**{name: getattr(entry, name) for name in _ENTRY_FIELDS})

    def entry(self) -> Entry:
        """Return the row as a value."""
        return Entry(**{name: getattr(self, name) for name in _ENTRY_FIELDS})


_ENTRY_FIELDS = tuple(Entry.__dataclass_fields__)


class AppealRow(Base):
    """One appeal; its number is given in the transaction that opens it, so that none is skipped."""

    __tablename__ = "appeals"
    __table_args__ = (
        CheckConstraint(
            "status IN ({})".format(", ".join(f"'{s}'" for s in APPEAL_STATUSES)), name="status"
        ),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run: Mapped[str] = mapped_column(ForeignKey("runs.id"), index=True)
    kind: Mapped[SubjectKind] = mapped_column(String())
    subject: Mapped[str]
    subject_name: Mapped[str]
    criterion: Mapped[str]
    criterion_label: Mapped[str]
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    status: Mapped[AppealStatus] = mapped_column(String())
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decision_reason: Mapped[str]
    result: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    items: Mapped[list[EvidenceRow]] = relationship(order_by="EvidenceRow.number")

    def appeal(self) -> Appeal:
        """Return the row as a value, with its evidence."""
        plain = {name: getattr(self, name) for name in _APPEAL_FIELDS}
        return Appeal(**plain, evidence=tuple(item.item() for item in self.items))


class EvidenceRow(Base):
    """What was brought forward for an appeal."""

    __tablename__ = "evidence"

    number: Mapped[int] = mapped_column(_Counted, Identity(), primary_key=True)
    appeal: Mapped[int] = mapped_column(ForeignKey("appeals.number"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    text: Mapped[str]
    file: Mapped[str | None]
    sha256: Mapped[str | None]
    size: Mapped[int | None]

    def item(self) -> EvidenceItem:
        """Return the row as a value."""
        names = EvidenceItem.__dataclass_fields__
        return EvidenceItem(**{name: getattr(self, name) for name in names})


class RoleRow(Base):
    """Somebody who may do something."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


_APPEAL_FIELDS = tuple(name for name in Appeal.__dataclass_fields__ if name != "evidence")

guards.keep_with(Base.metadata)
