"""Decides what a column's numbers are: by its declared kind, and by what its values have in common.

One number of eleven has the right check digit by chance, and any number of fifteen digits may
hold a day. So one value says little, and all of them together say much: of identity numbers all
fit, of case numbers few; telephones begin in many ways, and numbers in a row in one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

_NEARLY_ALL, _ALL_BUT = 0.8, 0.95
_YEARS_BEFORE = 5
"""Offices may have numbered their cases so for some years before the first one that is seen."""
_A_FEW = 5
_MOST_BEGINNINGS = 5
_RANDOM, _ONE_IN = 40, 1000
_FEWEST_TELEPHONES = 3
"""So many different ones, and nearly all values, make a column of amounts one of telephones."""


def offices(groups: Iterable[Mapping[str, Any]], *, certain: bool = False) -> dict[str, int] | None:
    """Return the regions whose numbers are an office's, each with the first year of them.

    Args:
        groups: of each region and year, how many numbers have the right check digit (``fits``)
            and how many a wrong one.
        certain: the ruleset says that they are case numbers, unless all show the contrary.

    Returns:
        The regions; ``None``: nearly all the numbers are those of persons.
    """
    items = list(groups)
    fits, wrong = (sum(group[key] for group in items) for key in ("fits", "wrong"))
    if fits >= _NEARLY_ALL * (fits + wrong) and (not certain or fits >= _A_FEW):
        return None
    first: dict[str, int] = {}
    for group in items:
        if group["wrong"]:
            year = group["year"] - _YEARS_BEFORE
            first[group["region"]] = min(year, first.get(group["region"], year))
    return first


def by_chance(rows: int, wrong: int, eighteen: int) -> bool:
    """Return whether so few of many numbers without any order look like identity numbers."""
    others = eighteen - rows - wrong
    return others >= _RANDOM and wrong * 100 <= eighteen and rows <= max(1, eighteen // _ONE_IN)


def old_form(counts: Mapping[str, Any], *, certain: bool = False) -> tuple[bool, frozenset[str]]:
    """Return whether numbers of fifteen digits can be persons', and in which regions they are not.

    Args:
        counts: what the column says of them.
        certain: the ruleset says that they are case numbers, unless all show the contrary.
    """
    fits, others = counts["fits"], counts["others"]
    one_year = fits >= _A_FEW and counts["years"] == 1
    if one_year or (certain and fits < _A_FEW):
        return False, frozenset()
    if _mostly(fits, fits + others):
        return True, frozenset()
    regions = frozenset(counts["regions"] or ())
    ordered = others >= _FEWEST_TELEPHONES and len(regions) * 3 <= others
    return (True, regions) if ordered and not certain else (False, frozenset())


def telephones(counts: Mapping[str, Any], *, amounts: bool = False, certain: bool = False) -> bool:
    """Return whether the digits of a telephone number, with nothing else, are one.

    Args:
        counts: what the column says of them.
        amounts: it holds numbers that count or measure.
        certain: the ruleset says that they are case numbers, unless all show the contrary.
    """
    fits, numbers = counts["fits"], counts["numbers"]
    in_a_row = fits >= _A_FEW and counts["begin"] <= min(fits // 4, _MOST_BEGINNINGS)
    dated = fits >= _FEWEST_TELEPHONES and counts["dated"] == fits
    if not fits or in_a_row or dated:
        return False
    if amounts or certain:
        fewest = _A_FEW if certain else _FEWEST_TELEPHONES
        return bool(counts["different"] >= fewest and counts["uneven"] >= _NEARLY_ALL * counts["n"])
    if numbers < _ALL_BUT * counts["n"] or _mostly(fits, numbers):
        return True
    return bool(counts["others"] >= _FEWEST_TELEPHONES and counts["kinds"] == 1)


def _mostly(fits: int, numbers: int) -> bool:
    """Return whether more of the numbers fit than chance makes fit, even of few."""
    return fits >= (numbers / 2 if numbers < _A_FEW else 0.3 * numbers + 2)
