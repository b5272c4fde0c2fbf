"""The editions of one ruleset: which is in force on a day, and how they follow each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.errors import Finding, Place, RulesetError, UsageError
from rules_engine.messages import listed, msg, tr
from rules_engine.model.frame import Frame
from rules_engine.model.general import Span, as_span
from rules_engine.ruleset.family import EDITIONS_FOLDER as EDITIONS_FOLDER
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE, SHAPES, Reading, read_loosely

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.ruleset.read import Ruleset

AT = "@"
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Edition:
    """One edition as far as it could be read.

    Attributes:
        reading: what could be read of it.
        effective: the days on which it is in force; an open end lasts until the next begins.
        following: first day of the next edition, if there is one.
        preceded: whether an edition was in force on the day before its first.
        findings: how it fits to the edition before.
    """

    reading: Reading
    effective: Span | None
    following: date | None = None
    preceded: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def ruleset(self) -> Ruleset:
        """Return the ruleset of the edition.

        Raises:
            RulesetError: too little could be read of it.
        """
        if self.reading.ruleset is None:
            raise RulesetError(*self.reading.findings)
        return self.reading.ruleset

    def changes(self, frame: Frame | None = None) -> Iterator[Finding]:
        """Yield a finding for each change of edition within a period.

        Args:
            frame: the assessed days; ``None``: the periods around the edition's first and last.
        """
        first, after = self.effective and self.effective.from_, self.following
        if first and self.preceded:
            yield from self._change(frame or self._around(first), first)
        if after:
            yield from self._change(frame or self._around(after - A_DAY), after)

    def _around(self, day: date) -> Frame | None:
        period = self.ruleset.document.period
        try:
            named = Frame.of(period.from_, period.to, day)
        except ValueError:
            return None  # a special period, which nothing repeats
        return replace(named, as_of=named.end)

    def _change(self, frame: Frame | None, begins: date) -> Iterator[Finding]:
        if frame is None or not frame.start < begins <= frame.as_of:
            return
        yield Finding(
            "edition-changes-in-period",
            msg(
                "another edition comes into force on {day}, within the period {start} to {end}",
                day=begins,
                start=frame.start,
                end=frame.end,
            ),
            self.ruleset.source.place(("effective",)),
            msg(
                "the edition in force on the day of assessment goes for the whole period; let "
                "editions begin with a period, or assess the parts by themselves with --period"
            ),
            "warning",
        )


def named_edition(text: str) -> tuple[Path, str | None]:
    """Return the folder and the edition that ``FOLDER@EDITION`` names."""
    if AT not in text or Path(text).is_dir():
        return Path(text), None
    folder, _, edition = text.rpartition(AT)
    return Path(folder), edition


def edition_folders(folder: Path) -> list[Path]:
    """Return the folders of the editions, or the folder itself if it holds a single one.

    Raises:
        RulesetError: it holds both, or something else stands among the editions.
    """
    place = folder / EDITIONS_FOLDER
    if not place.is_dir():
        return [folder]
    if (folder / RULESET_FILE).exists():
        raise RulesetError.of(
            "two-layouts",
            msg("the ruleset has editions, and one more beside them"),
            place=Place(str(folder / RULESET_FILE), 1, 1),
            hint=msg("move it into a folder of its own below {folder}", folder=place),
        )
    folders = sorted(path for path in place.iterdir() if not path.name.startswith("."))
    stray = [path for path in folders if not path.is_dir()]
    if stray or not folders:
        raise RulesetError(*(_stray(path) for path in stray or [place]))
    return folders


def _stray(path: Path) -> Finding:
    return Finding(
        "stray-edition",
        msg("“{name}” is no edition", name=path.name),
        Place(str(path), 1, 1),
        msg("an edition is a folder with {file} and {clauses}, such as {example}",
            file=RULESET_FILE, clauses=CLAUSES_FILE, example=f"{EDITIONS_FOLDER}/2025"),
    )  # fmt: skip


def ruleset_files(folder: Path) -> list[Path]:
    """Return the files of a ruleset with all its editions, below its folder."""
    return [
        (edition / file).relative_to(folder)
        for edition in edition_folders(folder)
        for file in SHAPES
    ]


def read_editions(folder: Path) -> list[Edition]:
    """Read all editions, the earliest first; those that cannot be placed in time stand before.

    Raises:
        RulesetError: there is no such folder, or something else stands among the editions.
    """
    editions = [Edition(r, _effective(r)) for r in map(read_loosely, edition_folders(folder))]
    editions.sort(key=lambda e: e.effective.from_ if e.effective else date.min)
    for after in range(1, len(editions)):
        earlier, edition = editions[:after], editions[after]
        before = earlier[-1].effective
        if before is None or edition.effective is None:
            continue
        begins = edition.effective.from_
        editions[after - 1] = replace(earlier[-1], following=begins)
        editions[after] = replace(
            edition,
            preceded=before.to is None or before.to >= begins - A_DAY,
            findings=tuple(_fit(earlier, edition)),
        )
    return editions


def _effective(reading: Reading) -> Span | None:
    """Return the days of force as they are written, and never a stand-in for them."""
    written = reading.ruleset.source.value if reading.ruleset else None
    try:
        span = as_span(written["effective"]) if isinstance(written, dict) else None
        return Span.model_validate(span)
    except (KeyError, ValueError):
        return None


def _fit(earlier: Sequence[Edition], edition: Edition) -> Iterator[Finding]:
    """Yield what is wrong between an edition and those before it."""
    ruleset, before = edition.ruleset, earlier[-1].ruleset
    own, place = ruleset.document, ruleset.source.place
    if own.ruleset != before.id:
        yield Finding(
            "edition-of-another",
            msg("“{name}” is another ruleset than “{other}”", name=own.ruleset, other=before.id),
            place(("ruleset",)),
            msg("editions of one ruleset have the same id; only the edition differs"),
        )
    if own.edition in (e.ruleset.document.edition for e in earlier):
        yield Finding(
            "edition-twice",
            msg("there is another edition “{edition}”", edition=own.edition),
            place(("edition",)),
            msg("name each edition differently, such as by its year"),
        )
    yield from _days_between(earlier[-1], edition)


def _days_between(before: Edition, edition: Edition) -> Iterator[Finding]:
    assert before.effective and edition.effective
    last, begins = before.effective.to, edition.effective.from_
    place = edition.ruleset.source.place(("effective", "from"))
    name = before.ruleset.document.edition
    if begins == before.effective.from_ or (last and last >= begins):
        yield Finding(
            "editions-overlap",
            msg("on {day} the edition “{edition}” is in force as well", day=begins, edition=name),
            place,
            msg("let one end before the other begins; without “to” it ends by itself"),
        )
    elif last and last < begins - A_DAY:
        yield Finding(
            "editions-gap",
            msg("no edition is in force from {start} to {end}", start=last + A_DAY,
                end=begins - A_DAY),
            place,
            msg("“{edition}” ends on {day}; leave its “to” out, or acknowledge the gap",
                edition=name, day=last),
            "warning",
        )  # fmt: skip


def in_force(editions: Sequence[Edition], day: date | None) -> Edition:
    """Return the edition in force on a day, the latest without one.

    Raises:
        RulesetError: the days of force of an edition cannot be read.
        UsageError: none is in force on the day.
    """
    if len(editions) == 1:
        return editions[0]
    unplaced = [f for e in editions if e.effective is None for f in e.reading.findings]
    if unplaced:
        raise RulesetError(*unplaced)
    if day is None:
        return editions[-1]
    for edition in reversed(editions):
        span = edition.effective
        if span and span.from_ <= day and (span.to is None or day <= span.to):
            return edition
    known = [tr("{edition} (from {day})", edition=e.ruleset.document.edition,
                day=e.effective and e.effective.from_) for e in editions]  # fmt: skip
    raise UsageError.of(
        "not-in-force",
        msg("no edition of the ruleset is in force on {day}", day=day),
        hint=msg("editions: {names}", names=listed(known)),
    )
