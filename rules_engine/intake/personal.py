"""Recognises values that identify a person: identity numbers and telephone numbers.

The first look is one cheap regular expression over everything. Only what it stops at is looked
at exactly, run of digits by run of digits, with the checksum of the identity number.

Offices number their cases by region, date and order, which looks like an identity number. In
the columns that hold such numbers, nobody is taken to be born in 2016 or later (or, in the short
form, before 1930), and no number is taken for a landline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.intake.parsing import seen
from rules_engine.intake.sql import text, texts
from rules_engine.model.naming import INVISIBLE, SPACES

if TYPE_CHECKING:
    from collections.abc import Iterable

_REGION = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}"
_MONTH_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_ID18 = f"{_REGION}(?:18|19|20)[0-9]{{2}}{_MONTH_DAY}[0-9]{{3}}[0-9Xx]"
_ID15 = f"{_REGION}[0-9]{{2}}{_MONTH_DAY}[0-9]{{3}}"
_ID_SPACED = f"{_REGION}[- ](?:18|19|20)[0-9]{{2}}{_MONTH_DAY}[- ][0-9]{{3}}[0-9Xx]"
_MOBILE = r"1[3-9][0-9]{9}"
_SPACED = r"1[3-9][0-9][-. ][0-9]{4}[-. ][0-9]{4}"
_ABROAD = rf"\+86[- ]?(?:{_MOBILE}|{_SPACED})"
_LANDLINE = r"0[1-9][0-9]{1,2}(?:[- ]|\) ?)[2-9][0-9]{6,7}"


_NUMBER = "[+-]?[0-9]+(?:[.][0-9]*)?"
_WITH_FRACTION = "[+-]?[0-9]+[.][0-9]*[1-9][0-9]*"

SHORTEST = 11
"""A shorter text identifies nobody."""
FEWEST_DIGITS = 10
"""Nor does one with fewer digits."""


def _by_itself(*patterns: str) -> str:
    return f"(?:^|[^0-9])(?:{'|'.join(patterns)})(?:[^0-9]|$)"


_FIRST_LOOK = _by_itself(_ID18, _ID15, _ID_SPACED, _MOBILE, _SPACED, _ABROAD, _LANDLINE)

_WIDE = "０１２３４５６７８９Ｘｘ＋－—–‐‑−　（）．"
_NARROW = "0123456789Xx+------ ()."
_ODD = f"０-９—–‐‑−－（）．{INVISIBLE}{SPACES}"
"""What :func:`narrow` makes plain."""
_DIGITS = "0123456789０１２３４５６７８９"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def suspect(column: str, *, plain: bool = False) -> str:
    """Return the predicate of the first look at a text column (quoted).

    Args:
        column: the column.
        plain: all values are known to be ASCII without blanks and control characters.
    """
    # CASE and not AND: the engine works out both sides of an AND, whatever the first one gives.
    first = (
        f"CASE WHEN strlen({column}) < {SHORTEST} THEN false "
        f"WHEN regexp_matches({column}, '{_FIRST_LOOK}') THEN true "
    )
    if plain:
        return f"{first} ELSE false END"
    return (
        f"{first} WHEN NOT regexp_matches({column}, {text(f'[{_ODD}]')}) THEN false "
        f"ELSE regexp_matches({narrow(column)}, '{_FIRST_LOOK}') END"
    )


def most_digits(column: str) -> str:
    """Return how many digits a value of a text column (quoted) has at most, as an aggregate."""
    return f"max(length({column}) - length(translate({column}, '{_DIGITS}', '')))"


def suspect_number(column: str) -> str:
    """Return the predicate of the first look at a column of numbers (quoted)."""
    return f"{column} >= 11000000000"


def identifies(
    column: str, *, numbering: bool = False, amounts: bool = False, offices: Iterable[str] = ()
) -> str:
    """Return the exact predicate for a column of any type (quoted).

    Args:
        column: the column.
        numbering: it holds numbers that an office gives out, such as case numbers.
        amounts: it holds numbers that count or measure something: a plain number among them is no
            telephone. See :func:`telephones`.
        offices: regions with a year (ten digits) of which it is known that numbers beginning so
            are given out by an office.
    """
    value = narrow(f"CAST({column} AS VARCHAR)")
    spaced = f"regexp_extract_all({value}, '{_ID_SPACED}')"
    runs = (
        f"list_concat(regexp_extract_all({value}, '[0-9]+[Xx]?'), "
        f"list_transform({spaced}, lambda s: translate(s, '- ', '')))"
    )
    number = f"regexp_full_match(trim({value}), '{_NUMBER if amounts else _WITH_FRACTION}')"
    mobile = f"(regexp_full_match(r, '{_MOBILE}[Xx]?') AND NOT {number})"
    # A leap day of the short form may belong to 1900, which had none; 2000 is near enough.
    old = f"(regexp_full_match(r, '{_ID15}[Xx]?') AND {_is_day('20', 7, 2)})"
    new = f"({_looks_like_id('r')} AND {_checksum()})"
    written = [_SPACED, _ABROAD, _LANDLINE]
    if numbering:
        old = f"({old} AND substr(r, 7, 2) >= '30')"
        new = f"({new} AND substr(r, 7, 4) < '2016')"
        written.remove(_LANDLINE)
    if known := sorted(offices):
        new = f"({new} AND substr(r, 1, 10) NOT IN {texts(known)})"
    return (
        f"regexp_matches({value}, '{_by_itself(*written)}') OR "
        f"len(list_filter({runs}, lambda r: {mobile} OR {old} OR {new})) > 0"
    )


def telephones(column: str) -> tuple[str, str]:
    """Return how many numbers of a column (quoted) look like telephones, as two aggregates.

    The first counts the values, round ones left out, and the second how many different ones.
    """
    value = f"trim({narrow(f'CAST({column} AS VARCHAR)')})"
    fits = f"regexp_full_match({value}, '{_MOBILE}(?:[.]0*)?')"
    round_number = f"regexp_matches({value}, '000(?:[.]0*)?$')"
    fits = f"{fits} AND NOT {round_number}"
    return f"count(*) FILTER (WHERE {fits})", f"count(DISTINCT {value}) FILTER (WHERE {fits})"


def office_numbers(column: str) -> str:
    """Return the region and year of numbers that are no identity numbers, to be queried.

    They have the shape of one, and the wrong check digit: what else begins so is the office's too.
    """
    value = narrow(f"CAST({column} AS VARCHAR)")
    wrong = f"{_looks_like_id('r')} AND NOT ({_checksum()})"
    found = f"list_filter(regexp_extract_all({value}, '[0-9]+[Xx]?'), lambda r: {wrong})"
    return f"unnest(list_transform({found}, lambda r: substr(r, 1, 10)))"


def _looks_like_id(number: str) -> str:
    return f"regexp_full_match({number}, '{_ID18}') AND {_is_day('', 7, 4)}"


def narrow(expression: str) -> str:
    """Return the expression with full-width digits and odd spaces made plain.

    What nobody sees between two digits is left out, as it is where the value is taken in.
    """
    return f"translate({seen(expression)}, '{_WIDE}', '{_NARROW}')"


def _is_day(century: str, start: int, year_digits: int) -> str:
    month = start + year_digits
    year = f"'{century}' || substr(r, {start}, {year_digits})"
    return (
        f"TRY_CAST({year} || '-' || substr(r, {month}, 2) || '-' || substr(r, {month + 2}, 2) "
        "AS DATE) IS NOT NULL"
    )


def _checksum() -> str:
    total = " + ".join(
        f"{weight} * (ascii(substr(r, {i}, 1)) - 48)" for i, weight in enumerate(_WEIGHTS, 1)
    )
    expected = f"substr('{_CHECK_DIGITS}', CAST(({total}) % 11 AS BIGINT) + 1, 1)"
    return f"{expected} = upper(substr(r, 18, 1))"
