"""A ruleset that is tried, reviewed once for all scenarios that ask for the same days."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.plugin_manager import registry
from rules_engine.review import review
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE
from rules_engine.safe_files import read_file
from rules_engine.specs.world import reviewed
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.review import Review

UNSOURCED = "number-unsourced"
"""The finding that every changed figure meets: it tells nothing about the scenarios."""
Days = tuple[date | None, tuple[date, date] | None]
"""The day of knowledge and the period that a scenario asks for."""


@dataclass
class Trial:
    """A ruleset's folder with what came of reading it."""

    folder: Path
    reviews: dict[Days, Review] = field(default_factory=dict)

    def on(self, days: Days) -> Review:
        """Return the ruleset as it is for the days.

        Raises:
            RulesEngineError: it cannot be run.
        """
        if days not in self.reviews:
            found = review(self.folder, registry(), *days)
            known = tuple(f for f in found.findings if f.code != UNSOURCED)
            self.reviews[days] = replace(found, findings=known).or_stop()
        return self.reviews[days]

    @property
    def warnings(self) -> set[str]:
        """Return the codes of the warnings that came up."""
        findings = (f for found in self.reviews.values() for f in found.findings)
        return {f.code for f in findings if f.severity == "warning"}


class Original(Trial):
    """The ruleset as it is, the same that its scenarios use."""

    def on(self, days: Days) -> Review:
        """Return the edition that is in force on the days."""
        return reviewed(self.folder, *days).or_stop()


@contextmanager
def trial_of(text: str, original: Path) -> Iterator[Trial]:
    """Lay a ruleset of another wording beside the clauses of the original."""
    with temporary_folder() as name:
        (Path(name) / CLAUSES_FILE).write_bytes(read_file(original / CLAUSES_FILE))
        (Path(name) / RULESET_FILE).write_text(text, encoding="utf-8")
        yield Trial(Path(name))
