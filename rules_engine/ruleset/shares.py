"""Shares that are written 1: all of it to the program, and to some a hundredth, or one of many."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.ruleset.grammar import ROOT, Grammar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from rules_engine.errors import Place
    from rules_engine.ruleset.grammar import Field
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath

BARE = re.compile(r"\+?1(\.0+)?(?![\d.%％])")
"""A 1 that is not written as a percentage."""


def check_shares(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield the shares of a ruleset that are written 1; those of methods come with their lines."""
    yield from shares_in(ruleset, ruleset.document, ROOT, ())


def shares_in(ruleset: Ruleset, part: BaseModel, at: Field, path: KeyPath) -> Iterator[Finding]:
    """Yield the shares that are written 1 in something of the ruleset."""
    for where, value, known in Grammar().walk(part, at, path):
        if isinstance(value, Decimal) and value == 1 and known is not None and known.is_share:
            yield from written_bare(ruleset, where)


def written_bare(ruleset: Ruleset, path: KeyPath) -> Iterator[Finding]:
    """Yield a finding if a figure that stands for a share is written 1."""
    text = ruleset.source.scalars.get(path, "").strip()
    if BARE.fullmatch(text):
        quota = path[-1] == "quota"
        yield unclear_share(f"{path[-1]}: {text}", ruleset.source.place(path), places=quota)


def unclear_share(text: str, place: Place, *, places: bool = False) -> Finding:
    """Return the finding of a share that is written 1.

    Args:
        text: what is written.
        place: where.
        places: whether it could be meant as a number of places.
    """
    hint = msg("write 100%; or 1% where one in a hundred is meant")
    if places:
        hint = msg("write 100%; or 1% where one in a hundred is meant; a number of places cannot "
                   "be written, only their share of the group")  # fmt: skip
    return Finding(
        "share-without-percent",
        msg("the 1 in “{text}” is read as 100%", text=text),
        place,
        hint,
        "warning",
    )
