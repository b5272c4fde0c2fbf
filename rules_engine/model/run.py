"""A stored run, as a frozen value: what it was made from, what came of it, which files it keeps."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from rules_engine.messages import Message, Noun, msg

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

RunStatus = Literal["draft", "reviewed", "published", "sealed"]
RUN_STATUSES: tuple[RunStatus, ...] = ("draft", "reviewed", "published", "sealed")
STATUS_TEXTS: dict[RunStatus, Message] = {
    "draft": msg("draft"),
    "reviewed": msg("reviewed"),
    "published": msg("published"),
    "sealed": msg("sealed"),
}


_ID = re.compile(r"[0-9]{8}-[0-9a-f]{6}")


def is_id(text: str) -> bool:
    """Return whether a text can be the id of a run, and so the name of its folder."""
    return bool(_ID.fullmatch(text))


@dataclass(frozen=True)
class Step:
    """A step in the life of a run.

    Attributes:
        act: how it is logged.
        after: for each status that it can be taken from, the one that it leads to.
        whole: whether the files of the run must be as they were stored.
    """

    act: str
    after: Mapping[RunStatus, RunStatus]
    whole: bool = False


STEPS: dict[str, Step] = {
    "review": Step("reviewed", {"draft": "reviewed"}),
    "publish": Step("published", {"reviewed": "published"}, whole=True),
    "seal": Step("sealed", {"published": "sealed"}, whole=True),
    "withdraw": Step("withdrawn", {"published": "reviewed", "reviewed": "draft"}),
}
"""The life of a run: forward one step at a time, and back one as long as it is not sealed."""


@dataclass(frozen=True)
class StoredFile:
    """A file of a run as it was when the run was stored."""

    sha256: str
    size: int

    def as_dict(self) -> dict[str, object]:
        """Return the file's hash and its size in bytes as plain data."""
        return {"sha256": self.sha256, "bytes": self.size}


@dataclass(frozen=True)
class Override:
    """A figure that a run took instead of the one in its ruleset's file.

    Attributes:
        path: where it stands in ``ruleset.yaml``, with dots between the steps.
        where: the same as a reader calls it, by labels.
        was: what the file says.
        now: what the run took.
    """

    path: str
    where: str
    was: str
    now: str


@dataclass(frozen=True)
class UsedRun:
    """A stored run whose results another one counts.

    Attributes:
        id: its id.
        digest: its digest when its results were read.
        ruleset: the id of its ruleset.
        edition: the edition.
        start: its first day, empty where it does not say.
        end: its last day, likewise.
    """

    id: str
    digest: str
    ruleset: str
    edition: str
    start: str
    end: str


@dataclass(frozen=True)
class PluginUse:
    """A plugin's part in a run.

    Attributes:
        kind: what it gave, as ``methods``, ``checks``, ``sources`` or ``engines``.
        name: what that is called, e.g. ``per item``.
        plugin: the plugin's name.
        distribution: the package that brought it, or the file of a plugin in a folder.
        version: the package's version; empty for a plugin in a folder.
        made: hash of what a method made of the run's criteria; else empty.
    """

    kind: str
    name: str
    plugin: str
    distribution: str
    version: str
    made: str = ""


@dataclass(frozen=True)
class RunRecord:
    """What the store remembers of a run.

    Attributes:
        id: the local date and six random hexadecimal digits, e.g. ``20261124-1f2e3d``.
        created_at: when the run began, with its time zone.
        rows: table name → number of records used.
        period_from: first day of the assessed period; a run of an older program does not say.
        period_to: its last day, likewise.
        summary: what a list shows: how many subjects got each grade, the targets, and what was
            overridden.
        parent: the id of the run that this one corrects, after an appeal.
        semantics: the number of the rules of computing that made it; see
            :mod:`rules_engine.model.semantics`. Runs of older programs were made by number 1.
        plugins: whose methods, checks, source and engine made it; a run of an older program does
            not say.
        files: path below the run's folder, with ``/`` → hash and size; filled by the store.
    """

    id: str
    created_at: datetime
    ruleset_id: str
    ruleset_title: str
    ruleset_edition: str
    ruleset_fingerprint: str
    data_fingerprint: str
    digest: str
    engine: str
    engine_version: str
    program_version: str
    language: str
    as_of: date
    accepted_quarantine: bool
    villages: int
    cadres: int
    rows: Mapping[str, int]
    summary: Mapping[str, object]
    period_from: date | None = None
    period_to: date | None = None
    parent: str | None = None
    semantics: int = 1
    plugins: tuple[PluginUse, ...] = ()
    status: RunStatus = "draft"
    files: Mapping[str, StoredFile] = field(default_factory=dict)

    @property
    def nouns(self) -> dict[str, Noun]:
        """Return what its ruleset calls those assessed, by language; empty: villages and units."""
        value: Any = self.summary.get("assessed", {})
        return {language: Noun(**noun) for language, noun in value.items()}

    @property
    def overrides(self) -> tuple[Override, ...]:
        """Return the figures that it took instead of those of the ruleset's file."""
        value: Any = self.summary.get("overrides", ())
        return tuple(Override(**plain) for plain in value)

    @property
    def used_runs(self) -> tuple[UsedRun, ...]:
        """Return the runs whose results it counts."""
        value: Any = self.summary.get("runs", ())
        return tuple(UsedRun(**plain) for plain in value)

    def as_dict(self) -> dict[str, object]:
        """Return the record as plain data for JSON, ``id`` and ``status`` first."""
        plain: dict[str, object] = {"id": self.id, "status": self.status}
        plain |= {f.name: getattr(self, f.name) for f in fields(self) if f.name not in plain}
        plain |= {
            "created_at": self.created_at.isoformat(),
            "as_of": self.as_of.isoformat(),
            "period_from": self.period_from and self.period_from.isoformat(),
            "period_to": self.period_to and self.period_to.isoformat(),
            "rows": dict(self.rows),
            "summary": dict(self.summary),
            "plugins": [asdict(use) for use in self.plugins],
            "files": {path: kept.as_dict() for path, kept in self.files.items()},
        }
        return plain


@dataclass(frozen=True)
class StoredRun:
    """A run and the folder that keeps its snapshot, its ruleset and its results."""

    record: RunRecord
    folder: Path
