"""The tables of the store, as SQLAlchemy models; no other module of the project sees them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    Table,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from rules_engine.audit.entry import Entry
from rules_engine.model.appeal import APPEAL_STATUSES, Appeal, AppealStatus, EvidenceItem
from rules_engine.model.run import RUN_STATUSES, RunRecord, RunStatus, is_id
from rules_engine.model.subjects import SubjectKind
from rules_engine.store import column_checks, guards
from rules_engine.store.errors import DamagedRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Row = TypeVar("Row", bound="Base")
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
        datetime: column_checks.UtcDateTime(),
        dict[str, Any]: column_checks.Json(),
        list[Any]: column_checks.Json(),
        str: column_checks.Text(),
        int: column_checks.Whole(),
        bool: column_checks.Truth(),
        date: column_checks.Day(),
    }

    def whole(self) -> Self:
        """Return the row, if all of it can be what the program wrote.

        Raises:
            DamagedRow: some columns cannot.
        """
        table: Table = self.metadata.tables[self.__tablename__]
        values = {column.name: getattr(self, column.name) for column in table.columns}
        if columns := tuple(column_checks.damaged_columns(table, values)):
            keys = (values.get(name) for name in ("id", "number", "name"))
            named = (str(key) for key in keys if isinstance(key, str | int))
            raise DamagedRow(self.__tablename__, next(named, "—"), columns)
        return self


def sound(rows: Iterable[Row], damaged: list[DamagedRow]) -> Iterator[Row]:
    """Give the rows that are whole, and keep the errors of those that are not."""
    for row in rows:
        try:
            yield row.whole()
        except DamagedRow as error:
            damaged.append(error)


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
    id: Mapped[str] = mapped_column(unique=True, info={"shape": is_id})
    status: Mapped[RunStatus] = mapped_column(
        column_checks.Text(), info={"shape": RUN_STATUSES.__contains__}
    )
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
    rows: Mapped[dict[str, Any]] = mapped_column(info={"shape": column_checks.counts})
    summary: Mapped[dict[str, Any]] = mapped_column(info={"shape": column_checks.summary})
    files: Mapped[dict[str, Any]] = mapped_column(info={"shape": column_checks.files})
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    parent: Mapped[str | None] = mapped_column(index=True, info={"shape": is_id})
    semantics: Mapped[int] = mapped_column(server_default=text("1"))
    plugins: Mapped[list[Any] | None] = mapped_column(info={"shape": column_checks.plugins})

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
        self.whole()
        plain = {name: getattr(self, name) for name in _FIELDS}
        plain["files"] = column_checks.files(self.files)
        plain["plugins"] = column_checks.plugins(self.plugins or [])
        return RunRecord(**plain)


_FIELDS = tuple(RunRecord.__dataclass_fields__)


class Audit(Base):
    """One entry of the audit log; the number is given by the log, not by the database."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    act: Mapped[str]
    run: Mapped[str | None] = mapped_column(index=True, info={"shape": is_id})
    details: Mapped[dict[str, Any]] = mapped_column(info={"shape": column_checks.is_object})
    previous: Mapped[str]
    hash: Mapped[str]

    @classmethod
    def of(cls, entry: Entry) -> Audit:
        """Make the row for an entry."""
        return cls(**{name: getattr(entry, name) for name in _ENTRY_FIELDS})

    def entry(self) -> Entry:
        """Return the row as a value."""
        self.whole()
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
    run: Mapped[str] = mapped_column(ForeignKey("runs.id"), index=True, info={"shape": is_id})
    kind: Mapped[SubjectKind] = mapped_column(
        column_checks.Text(), info={"shape": tuple(SubjectKind).__contains__}
    )
    subject: Mapped[str]
    subject_name: Mapped[str]
    criterion: Mapped[str]
    criterion_label: Mapped[str]
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    status: Mapped[AppealStatus] = mapped_column(
        column_checks.Text(), info={"shape": APPEAL_STATUSES.__contains__}
    )
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decision_reason: Mapped[str]
    result: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), info={"shape": is_id})
    items: Mapped[list[EvidenceRow]] = relationship(order_by="EvidenceRow.number")

    def appeal(self) -> Appeal:
        """Return the row as a value, with its evidence."""
        self.whole()
        plain = {name: getattr(self, name) for name in _APPEAL_FIELDS}
        plain["kind"] = SubjectKind.called(self.kind)
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
        self.whole()
        names = EvidenceItem.__dataclass_fields__
        return EvidenceItem(**{name: getattr(self, name) for name in names})


class RoleRow(Base):
    """Somebody who may do something."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


_APPEAL_FIELDS = tuple(name for name in Appeal.__dataclass_fields__ if name != "evidence")

guards.keep_with(Base.metadata)
