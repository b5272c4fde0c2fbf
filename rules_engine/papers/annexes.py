"""The annexes of a circular: numbered as they are mentioned, named before the signature."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules_engine.messages import tr
from rules_engine.papers.paper import Annex, Column, Paragraph, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.model.assessment import Assumption, QuarantinedRow
    from rules_engine.papers.paper import Block

MOST_ROWS = 200


@dataclass
class Annexes:
    """The annexes so far: titles and what stands in them."""

    _annexes: list[tuple[str, tuple[Block, ...]]] = field(default_factory=list)

    def add(self, title: str, *blocks: Block) -> int:
        """Add an annex and return its number."""
        self._annexes.append((title, blocks))
        return len(self._annexes)

    def add_assumptions(self, assumptions: Sequence[Assumption]) -> int:
        """Add the figures that no clause gives."""
        columns = (
            Column(tr("where"), 28),
            Column(tr("figures"), 20),
            Column(tr("reason"), 52),
        )
        rows = tuple((a.where, a.value or "—", a.reason) for a in assumptions)
        return self.add(tr("Assumed figures"), Table(columns, rows))

    def add_quarantine(self, quarantine: Sequence[QuarantinedRow]) -> int:
        """Add where the records stand that were left out; their values are not made public."""
        columns = (
            Column(tr("source"), 26),
            Column(tr("row"), 10, "right"),
            Column(tr("column"), 20),
            Column(tr("reason"), 44),
        )
        shown = quarantine[:MOST_ROWS]
        rows = tuple(
            (f"{q.source} {q.sheet}".strip(), f"{q.row}", q.column, q.reason) for q in shown
        )
        blocks: list[Block] = [Table(columns, rows)]
        if len(shown) < len(quarantine):
            more = len(quarantine) - len(shown)
            blocks.append(Paragraph(tr("{count} more are not listed here.", count=more)))
        return self.add(tr("Records left out"), *blocks)

    def made(self) -> tuple[Annex, ...]:
        """Return the annexes; a single one has no number."""
        if len(self._annexes) == 1:
            return (Annex(tr("Annex"), *self._annexes[0]),)
        return tuple(
            Annex(tr("Annex {number}", number=number), title, blocks)
            for number, (title, blocks) in enumerate(self._annexes, 1)
        )

    def notes(self) -> tuple[str, ...]:
        """Return the lines that name them: 附件：1. …, the following ones below the first."""
        if len(self._annexes) == 1:
            return (tr("Annex: {title}", title=self._annexes[0][0]),)
        return tuple(
            tr("Annexes: {number}. {title}", number=number, title=title)
            if number == 1
            else tr("\u3000\u3000\u3000{number}. {title}", number=number, title=title)
            for number, (title, _) in enumerate(self._annexes, 1)
        )
