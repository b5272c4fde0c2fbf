"""One root error, a child for each stage, and the findings that they carry.

A *finding* is data: a failing rule, row or figure, with its place and its remedy. An *error*
stops the work; it carries the findings that stopped it, so that they are shown together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from rules_engine.messages import NO_MESSAGE, Message, msg, tr

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Place:
    """Where something is wrong: a file with line and column, or a table with row and column."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    table: str | None = None
    row: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        """Return ``file:line:column`` or ``file: table, row 3, column x``."""
        if self.line is not None:
            return ":".join(str(p) for p in (self.file, self.line, self.column) if p is not None)
        where = self.table if self.table and self.table != self.file else ""
        if self.row is not None:
            where = _nearer(where, tr("row {row}", row=self.row))
        if self.field is not None:
            where = _nearer(where, tr("column {column}", column=self.field))
        return f"{self.file}: {where}" if self.file and where else (self.file or where)


def _nearer(where: str, detail: str) -> str:
    return tr("{where}, {detail}", where=where, detail=detail) if where else detail


NOWHERE = Place()


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or worth knowing.

    Attributes:
        code: public and stable, in kebab case, e.g. ``unknown-name``.
        message: what is wrong.
        place: where.
        hint: what to do about it.
        severity: ``error`` stops a run, ``warning`` and ``info`` do not.
        acknowledged: the ruleset's own reason for living with the finding, if it gives one.
    """

    code: str
    message: Message
    place: Place = NOWHERE
    hint: Message = NO_MESSAGE
    severity: Severity = "error"
    acknowledged: str | None = None

    def acknowledge(self, reason: str) -> Finding:
        """Return the finding as one the ruleset lives with: it is still shown, with the reason."""
        return replace(self, acknowledged=reason, severity="info")

    def as_dict(self) -> dict[str, object]:
        """Return the finding as plain data for JSON, translated, without empty fields."""
        place = self.place
        fields: dict[str, object] = {
            "code": self.code,
            "severity": self.severity,
            "message": str(self.message),
            "hint": str(self.hint) or None,
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "table": place.table,
            "row": place.row,
            "field": place.field,
            "acknowledged": self.acknowledged,
        }
        return {key: value for key, value in fields.items() if value is not None}


def stops(findings: Iterable[Finding]) -> bool:
    """Return whether any of the findings is an error that nobody acknowledged."""
    return any(f.severity == "error" for f in findings)


class RulesEngineError(Exception):
    """The root of all errors that users see.

    Attributes:
        findings: what stopped the work, never empty.
    """

    def __init__(self, *findings: Finding) -> None:
        """Carry the findings; the first one is the error's own text."""
        super().__init__(str(findings[0].message))
        self.findings = findings

    def __reduce__(self) -> tuple[type[RulesEngineError], tuple[Finding, ...]]:
        """Let an error pass from one process to another."""
        return type(self), self.findings

    @classmethod
    def of(
        cls, code: str, message: Message, *, hint: Message = NO_MESSAGE, place: Place = NOWHERE
    ) -> RulesEngineError:
        """Make an error from one finding's parts."""
        return cls(Finding(code, message, place, hint))


def out_of_memory() -> RulesEngineError:
    """Return the error for want of memory: whoever handed so much in can help."""
    return RulesEngineError.of(
        "out-of-memory",
        msg("there is not enough memory on this machine for so many records"),
        hint=msg("give fewer at once, or do it on a machine with more memory"),
    )


class RulesetError(RulesEngineError):
    """The ruleset cannot be used."""


class DatasetError(RulesEngineError):
    """The data cannot be read, or may not be used."""


class PluginError(RulesEngineError):
    """A plugin is missing, broken, or does not keep its promise."""


class EngineFailure(RulesEngineError):
    """The engine could not run the plan, or judgement failed."""


class StoreError(RulesEngineError):
    """A run cannot be stored, found or trusted."""


class UsageError(RulesEngineError):
    """The command was given something that it cannot use."""
