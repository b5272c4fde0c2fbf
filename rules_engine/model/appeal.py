"""An appeal against a line of a published run, what is decided on it, and what that changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from rules_engine.messages import Message, msg
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


AppealStatus = Literal["open", "corrected", "adjusted", "rejected"]
APPEAL_STATUSES: tuple[AppealStatus, ...] = ("open", "corrected", "adjusted", "rejected")
APPEAL_TEXTS: dict[AppealStatus, Message] = {
    "open": msg("open"),
    "corrected": msg("data corrected"),
    "adjusted": msg("points adjusted"),
    "rejected": msg("rejected"),
}


@dataclass(frozen=True)
class Correction:
    """A record of the overlay: what is otherwise than the snapshot says.

    Attributes:
        act: a record gets other values, is added, or does not count.
        table: ASCII name of the table.
        key: the record's key.
        values: ASCII name of a column → its value as a text, ``None`` for empty.
        before: what the snapshot says of these columns.
        source: the paper that the correction goes by.
    """

    act: Literal["set", "add", "remove"]
    table: str
    key: str
    values: Mapping[str, str | None]
    before: Mapping[str, str | None]
    source: str


@dataclass(frozen=True)
class Adjustment:
    """Points that a decision adds to a line or takes from it, within its bounds.

    Attributes:
        appeal: the number of the appeal.
        points: in 1/10,000.
    """

    appeal: int
    kind: SubjectKind
    subject: str
    criterion: str
    points: int
    reason: str


@dataclass(frozen=True)
class Overlay:
    """What a corrected run has beside the snapshot and the ruleset.

    Attributes:
        parent: the run that it corrects.
        appeal: the appeal that was decided.
        corrections: of the parent's records.
        adjustments: all that hold, those of the parent among them.
    """

    parent: str
    appeal: int
    corrections: tuple[Correction, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Overlay:
        """Read it from plain data."""
        return cls(
            plain["parent"],
            plain["appeal"],
            tuple(Correction(**item) for item in plain["corrections"]),
            tuple(
                Adjustment(**{**item, "kind": SubjectKind.called(item["kind"])})
                for item in plain["adjustments"]
            ),
        )


@dataclass(frozen=True)
class EvidenceItem:
    """What was brought forward for an appeal: a text, or a file that the office keeps itself.

    Of a file only the name, the size and the hash are kept: it may name people.
    """

    at: datetime
    by: str
    text: str
    file: str | None = None
    sha256: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class Appeal:
    """An appeal.

    Attributes:
        number: counts the appeals of a store.
        run: the id of the run that is disputed.
        criterion: the id of the line that is disputed.
        decision_reason: empty as long as it is open.
        result: the id of the corrected run, if there is one.
    """

    number: int
    run: str
    kind: SubjectKind
    subject: str
    subject_name: str
    criterion: str
    criterion_label: str
    reason: str
    opened_at: datetime
    opened_by: str
    status: AppealStatus = "open"
    decided_at: datetime | None = None
    decided_by: str | None = None
    decision_reason: str = ""
    result: str | None = None
    evidence: tuple[EvidenceItem, ...] = ()
