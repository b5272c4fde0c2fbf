"""Facts and rules of judgement: closed sets of words, never numbers."""

from __future__ import annotations

from dataclasses import dataclass

TRUE, FALSE, UNKNOWN = "true", "false", "unknown"
NOTHING = "nothing"
"""There is nothing by which it could be told, such as no case for a rate: neither true nor false,
and no data is missing either."""


@dataclass(frozen=True)
class JudgementRule:
    """If all facts have the given values, the consequence holds.

    Attributes:
        consequence: id of what follows.
        needs: pairs of a fact's name and the value it must have.
    """

    consequence: str
    needs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Fact:
    """A fact that the plan states about every subject.

    Attributes:
        name: id of a standard, ``<criterion>.veto``, ``any_veto`` or ``band``.
        values: what it can be; its place in the signature holds one sign for each.
    """

    name: str
    values: tuple[str, ...] = (TRUE, FALSE, UNKNOWN)
