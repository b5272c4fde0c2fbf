"""Shares that are written 1: all of it to the program, and to some a hundredth, or one of many."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from rules_engine.errors import Finding
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

    from rules_engine.errors import Place
    from rules_engine.ruleset.positions import KeyPath
    from rules_engine.ruleset.read import Ruleset

BARE = re.compile(r"\+?1(\.0+)?(?![\d.%％])")
"""A 1 that is not written as a percentage."""


def check_shares(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield the shares of a ruleset that are written 1; those of methods come with their lines."""
    yield from shares_in(ruleset, ruleset.document, ())


def shares_in(ruleset: Ruleset, part: BaseModel, path: KeyPath) -> Iterator[Finding]:
    """Yield the shares that are written 1 in something of the ruleset."""
    for share in _shares(part, path):
        yield from written_bare(ruleset, share)


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


def _shares(part: BaseModel, path: KeyPath) -> Iterator[KeyPath]:
    """Yield where the shares of a part stand that are all of it."""
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        here = (*path, info.alias or name)
        if isinstance(value, Decimal):
            if value == 1 and is_share(info):
                yield here
        else:
            yield from _below(value, here)


def _below(value: object, path: KeyPath) -> Iterator[KeyPath]:
    if isinstance(value, BaseModel):
        yield from _shares(value, path)
    elif isinstance(value, dict | tuple):
        items: Mapping[Any, object] = value if isinstance(value, dict) else dict(enumerate(value))
        for key, item in items.items():
            yield from _below(item, (*path, key))


def is_share(info: FieldInfo) -> bool:
    """Return whether a field holds a share of a whole: a decimal that is 1 at most."""
    kinds = (info, *getattr(info.annotation, "__args__", ()))
    marks = [mark for kind in kinds for mark in _marks(kind)]
    return any(getattr(mark, "le", None) == 1 for mark in marks)


def _marks(kind: Any) -> Iterator[object]:  # noqa: ANN401 - pydantic's own, or any annotation
    for mark in getattr(kind, "metadata", getattr(kind, "__metadata__", ())):
        yield mark
        yield from getattr(mark, "metadata", ())
