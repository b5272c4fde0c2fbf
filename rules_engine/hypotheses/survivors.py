"""Why some changes may go unnoticed: what a ruleset's authors write into ``mutation.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from rules_engine.errors import Finding, RulesetError
from rules_engine.messages import msg
from rules_engine.model.ruleset import Part, Text
from rules_engine.ruleset.positions import read_document
from rules_engine.ruleset.read import shape_findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.hypotheses.mutants import Mutant
    from rules_engine.ruleset.positions import Document
    from rules_engine.ruleset.read import Ruleset

FILE = "mutation.yaml"


class Survivor(Part):
    """A change that makes no difference: what stands where, what instead, and why that is so."""

    at: Text
    old: Text
    new: Text
    reason: Text

    def is_of(self, mutant: Mutant) -> bool:
        """Return whether a mutant is meant."""
        return (self.at, self.old, self.new) == (mutant.at, mutant.old, mutant.new)


class SurvivorsDocument(Part):
    """The shape of ``mutation.yaml``."""

    survivors: tuple[Survivor, ...]


@dataclass(frozen=True)
class Explanations:
    """The survivors that the authors of an edition explain."""

    ruleset: Ruleset
    survivors: tuple[Survivor, ...] = ()
    source: Document | None = None

    def reason(self, mutant: Mutant) -> str:
        """Return why a mutant may go unnoticed, if that is said."""
        return next((s.reason for s in self.survivors if s.is_of(mutant)), "")

    def idle(self, survivors: Sequence[Mutant]) -> Iterator[Finding]:
        """Yield a finding for each explanation of what does not survive."""
        mine = [mutant for mutant in survivors if mutant.file == self.ruleset.source.file]
        for number, told in enumerate(self.survivors):
            if self.source and not any(told.is_of(mutant) for mutant in mine):
                yield Finding(
                    "idle-acknowledgement",
                    msg("“{old}” → “{new}” in {path} does not go unnoticed",
                        old=told.old, new=told.new, path=told.at),
                    self.source.place(("survivors", number)),
                    msg("remove it, or copy path and texts from what mutate prints"),
                    "warning",
                )  # fmt: skip


def explanations(ruleset: Ruleset) -> Explanations:
    """Read what an edition's authors explain; nothing where there is no such file.

    Raises:
        RulesetError: the file cannot be read, or has not the right shape.
    """
    path = ruleset.folder / FILE
    if not path.exists():
        return Explanations(ruleset)
    document = read_document(path, str(path))
    try:
        read = SurvivorsDocument.model_validate(document.value)
    except ValidationError as error:
        found = shape_findings(error, document, SurvivorsDocument)
        raise RulesetError(*document.findings, *found) from None
    if document.findings:
        raise RulesetError(*document.findings)
    return Explanations(ruleset, read.survivors, document)
