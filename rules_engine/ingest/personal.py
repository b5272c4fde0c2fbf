"""Recognises values that identify a person, in SQL: identity numbers and telephone numbers.

The first look is one regular expression over everything. Only what it stops at is looked at
exactly: the day, the check digit, and what the rest of the column says of such numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules_engine.dataset import person_numbers as shapes
from rules_engine.ingest.parsing import seen
from rules_engine.ingest.sql import count_if, text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST = shapes.FEWEST_DIGITS
"""A shorter text identifies nobody."""
FIRST_YEAR_OF_NOBODY = 2016
"""In columns of case numbers nobody is taken to be born from this year on."""

_DIGITS = f"0123456789{shapes.OTHER_DIGITS}"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_ONLY_DIGITS = "[+-]?[0-9][-0-9 ]*(?:[.][0-9]*)?"
_WITH_FRACTION = "[+-]?[0-9]+[.][0-9]*[1-9][0-9]*"


@dataclass(frozen=True)
class Context:
    """What a column says of the numbers in it.

    Attributes:
        landlines: landlines are looked for; among numbers of cases they are not.
        newborn: people may be born from 2016 on; among numbers of cases nobody is.
        new: identity numbers of eighteen digits are looked for.
        offices: regions (six digits) whose office numbers its cases so, and from which year on.
        old: identity numbers of the old form are looked for.
        old_offices: the regions in which such numbers are the office's.
        telephones: a number that is nothing but a telephone number's digits is one.
        certain: only what is beyond doubt counts: what cannot be decided is a case number.
    """

    landlines: bool = True
    newborn: bool = True
    new: bool = True
    offices: Mapping[str, int] = field(default_factory=dict)
    old: bool = True
    old_offices: frozenset[str] = frozenset()
    telephones: bool = True
    certain: bool = False

    def is_persons(self, region: str, year: int, *, has_x: bool) -> bool:
        """Return whether a number that looks like an identity number is a person's.

        Args:
            region: its first six digits.
            year: the year of birth.
            has_x: its check digit is X, as in no office's number.
        """
        if not self.new or (year >= FIRST_YEAR_OF_NOBODY and not self.newborn):
            return False
        return has_x or not (self.certain or year >= self.offices.get(region, 9999))


def suspect(column: str, *, plain: bool = False) -> str:
    """Return the predicate of the first look at a text column (quoted).

    Args:
        column: the column.
        plain: all values are known to be ASCII without blanks and control characters.
    """
    # CASE and not AND: the engine works out both sides of an AND, whatever the first one gives.
    wanted = text(shapes.FIRST_FILTER)
    first = (
        f"CASE WHEN strlen({column}) < {SHORTEST} THEN false "
        f"WHEN regexp_matches({column}, {wanted}) THEN true "
    )
    if plain:
        return f"{first} ELSE false END"
    return (
        f"{first} WHEN NOT regexp_matches({column}, {text(f'[{shapes.ODD}]')}) THEN false "
        f"ELSE regexp_matches({narrow(column)}, {wanted}) END"
    )


def most_digits(column: str) -> str:
    """Return how many digits a value of a text column (quoted) has at most, as an aggregate."""

    def digits(usual: str) -> str:
        return f"length({column}) - length(translate({column}, '{usual}', ''))"

    # The engine lays out all that is translated anew for each value: seldom more than ten.
    other = f"regexp_matches({column}, '[{shapes.OTHER_DIGITS}]')"
    return f"max(CASE WHEN {other} THEN {digits(_DIGITS)} ELSE {digits('0123456789')} END)"


def suspect_number(column: str) -> str:
    """Return the predicate of the first look at a column of numbers (quoted)."""
    return f"abs({column}) >= 11000000000"


def narrow(expression: str) -> str:
    """Return the expression with full-width digits and odd spaces made plain.

    What nobody sees between two digits is left out, as it is where the value is taken in.
    """
    return f"translate({seen(expression)}, {text(shapes.WIDE)}, {text(shapes.NARROW)})"


def plain_values(column: str, relation: str, wanted: str = "true", also: str = "") -> str:
    """Return the query that gives the values of a column (quoted) in their plain form, as ``v``.

    Args:
        column: the column.
        relation: where it is.
        wanted: the predicate of the values that are wanted.
        also: another column that is given as it is.
    """
    value = f"CAST({column} AS VARCHAR)"
    ascii_only = f"regexp_full_match({value}, '[ -~]*')"
    plain = f"trim(CASE WHEN {ascii_only} THEN {value} ELSE {narrow(value)} END)"
    # What a number with a fraction measures, and what a machine numbers so, is nobody's number.
    plain = f"regexp_replace({plain}, {text(f'^{_WITH_FRACTION}$')}, '0.5')"
    plain = f"regexp_replace({plain}, {text(shapes.MADE_BY_MACHINES)}, '#', 'g')"
    kept = f", {also}" if also else ""
    return f"(SELECT {plain} AS v{kept} FROM {relation} WHERE {column} IS NOT NULL AND ({wanted}))"


def counts(values: str, context: Context) -> str:
    """Return the query that counts the rows of ``values`` that hold a person's number.

    By an identity number of the new form, one of the old form, a telephone, and any of them.
    """
    each = (
        f"SELECT {_holds_new(context)} AS new, {_holds_old(context)} AS old, "
        f"{_holds_telephone(context)} AS phone FROM {values}"
    )
    counted = ", ".join(f"{count_if(name)} AS {name}" for name in ("new", "old", "phone"))
    return f"SELECT {counted}, {count_if('new OR old OR phone')} AS rows FROM ({each})"


def holds(context: Context) -> str:
    """Return the exact predicate over ``v``."""
    each = (_holds_new(context), _holds_old(context), _holds_telephone(context))
    return " OR ".join(f"({predicate})" for predicate in each)


def eighteen(column: str, relation: str) -> str:
    """Return the query for a column's values (quoted) that are eighteen digits and nothing else.

    There may be millions of them, so they are looked at without any pattern but one. The columns
    of the query are as in :func:`regions`.
    """
    value = f"CAST({column} AS VARCHAR)"
    bare = f"SELECT {value} AS r FROM {relation} WHERE {is_eighteen(column)}"
    return _by_region(f"SELECT r FROM ({bare}) WHERE regexp_full_match(r, '{shapes.UNDIVIDED_ID}')")


def is_eighteen(column: str) -> str:
    """Return the predicate of the values (quoted) that are eighteen digits and nothing else."""
    value = f"CAST({column} AS VARCHAR)"
    digits = f"regexp_full_match({value}, '[0-9]{{17}}[0-9Xx]')"
    return f"coalesce(strlen({value}) = 18 AND {digits}, false)"


def regions(values: str) -> str:
    """Return the query for what looks like identity numbers in all other values.

    Of each region and year, and of those with the check digit X, it says how many fit (``fits``)
    and how many have another check digit than they must have (``wrong``).
    """
    return _by_region(f"SELECT unnest({_NEW}) AS r FROM {values} WHERE {_MAY_BE_NEW}")


def _by_region(numbers: str) -> str:
    checked = (
        "SELECT substr(r, 1, 6) AS region, CAST(substr(r, 7, 4) AS INTEGER) AS year, "
        f"substr(r, 18, 1) IN ('X', 'x') AS has_x, {_CHECKSUM} AS fits "
        f"FROM ({numbers}) WHERE {_IS_NEW}"
    )
    return (
        f"SELECT region, year, has_x, {count_if('fits')} AS fits, {count_if('NOT fits')} AS wrong "
        f"FROM ({checked}) GROUP BY ALL ORDER BY ALL"
    )


def old_form(values: str) -> str:
    """Return the query for the numbers of fifteen digits in a column.

    It says how many fit the old form, in how many different years of birth, how many others of
    fifteen digits there are, and in which regions.
    """
    other = "(NOT fits AND regexp_full_match(v, '[0-9]{15}'))"
    results = f"SELECT v, len(o) > 0 AS fits, substr(o[1], 7, 2) AS year FROM {_with_old(values)}"
    return (
        f"SELECT {count_if('fits')} AS fits, count(DISTINCT year) AS years, "
        f"{count_if(other)} AS others, "
        f"list(DISTINCT substr(v, 1, 6)) FILTER (WHERE {other}) AS regions FROM ({results})"
    )


def telephones(values: str) -> str:
    """Return the query for what a column says of the digits of telephones that stand alone in it.

    Of all its values (``n``) and those that are numbers, it says how many are such digits
    (``fits``), how many of these are not round and how many different ones, how many begin with a
    day, and in how many ways they begin; and of other numbers of eleven digits (``others``) how
    many there are, and how many kinds by their first two digits.
    """
    day = "'1[3-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{5}'"
    results = (
        f"SELECT v, {_BARE} AS fits, NOT regexp_matches(v, '000(?:[.]0*)?$') AS uneven, "
        f"regexp_full_match(v, {text(_ONLY_DIGITS)}) AS number, "
        f"regexp_replace(v, '[^0-9]', '', 'g') AS digits FROM {values}"
    )
    other = "(NOT fits AND regexp_full_match(v, '[0-9]{11}'))"
    number = "regexp_extract(v, '[1-9][0-9]+')"
    return (
        f"SELECT count(*) AS n, {count_if('number')} AS numbers, {count_if('fits')} AS fits, "
        f"{count_if('fits AND uneven')} AS uneven, "
        f"count(DISTINCT {number}) FILTER (WHERE fits AND uneven) AS different, "
        f"{count_if(f'fits AND regexp_full_match(v, {day})')} AS dated, "
        "count(DISTINCT substr(digits, 1, 6)) FILTER (WHERE fits) AS begin, "
        f"{count_if(other)} AS others, "
        f"count(DISTINCT substr(v, 1, 2)) FILTER (WHERE {other}) AS kinds FROM ({results})"
    )


_STRIPPED = "lambda r: regexp_replace(r, '[^0-9A-Za-z]', '', 'g')"
_MAY_BE_NEW = f"regexp_matches(v, {text(shapes.IDS18)})"
_NEW = f"list_transform(regexp_extract_all(v, {text(shapes.IDS18)}, 1), {_STRIPPED})"


def _is_day(century: str, start: int, year_digits: int) -> str:
    """Return whether the month, of 01 to 12, has the day, of 01 to 31."""
    year = f"CAST('{century}' || substr(r, {start}, {year_digits}) AS INTEGER)"
    month, day = (f"substr(r, {start + year_digits + n}, 2)" for n in (0, 2))
    leap = f"{year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0)"
    return (
        f"({day} <= '28' OR ({day} <= '30' AND {month} <> '02') OR ({day} = '31' AND {month} IN "
        f"('01', '03', '05', '07', '08', '10', '12')) OR ({day} = '29' AND {leap}))"
    )


def _checksum() -> str:
    total = " + ".join(
        f"{weight} * (ascii(substr(r, {i}, 1)) - 48)" for i, weight in enumerate(_WEIGHTS, 1)
    )
    expected = f"substr('{_CHECK_DIGITS}', CAST(({total}) % 11 AS BIGINT) + 1, 1)"
    return f"{expected} = upper(substr(r, 18, 1))"


_CHECKSUM = _checksum()
_IS_NEW = f"strlen(r) = 18 AND {_is_day('', 7, 4)}"
_RUNS15 = " || ".join(
    f"regexp_extract_all(v, {text(run)})" for run in (shapes.RUN15, shapes.TIGHT_RUN15)
)
_DIVIDED15 = (
    f"list_filter({_RUNS15}, lambda r: regexp_full_match(r, {text(shapes.ID15)}) "
    f"AND regexp_full_match(r, {text(shapes.DIVIDED15)}))"
)
_OLD = (
    f"list_filter(list_transform(regexp_extract_all(v, {text(shapes.IDS15)}, 1) || {_DIVIDED15}, "
    f"{_STRIPPED}), lambda r: strlen(r) = 15 AND {_is_day('19', 7, 2)})"
)


def _with_old(values: str) -> str:
    return f"(SELECT v, {_OLD} AS o FROM {values})"


_ODDLY_DIVIDED = (
    f"(regexp_full_match(v, {text(shapes.MOBILE_ANYHOW)}) "
    f"AND NOT regexp_matches(v, {text(shapes.YEAR)}))"
)
_BARE = (
    f"((regexp_full_match(v, {text(shapes.UNDIVIDED)}) "
    f"OR ({_ODDLY_DIVIDED} AND NOT regexp_matches(v, {text(shapes.MOBILES)}))) "
    "AND NOT regexp_matches(v, '00000(?:[.]0*)?$'))"
)


def _holds_new(context: Context) -> str:
    if not context.new:
        return "false"
    asked = [_IS_NEW, _CHECKSUM]
    year = "CAST(substr(r, 7, 4) AS INTEGER)"
    if not context.newborn:
        asked.append(f"{year} < {FIRST_YEAR_OF_NOBODY}")
    certain = "strlen(r) = 18 AND substr(r, 18, 1) IN ('X', 'x')"
    if context.certain:
        asked.append(certain)
    elif context.offices:
        known = ", ".join(f"{text(r)}: {y}" for r, y in sorted(context.offices.items()))
        first = f"coalesce(map_extract(MAP {{{known}}}, substr(r, 1, 6))[1], 9999)"
        asked.append(f"(({certain}) OR {year} < {first})")
    return f"len(list_filter({_NEW}, lambda r: {' AND '.join(asked)})) > 0"


def _holds_old(context: Context) -> str:
    if not context.old:
        return "false"
    if not context.old_offices:
        return f"len({_OLD}) > 0"
    known = texts(sorted(context.old_offices))
    return f"len(list_filter({_OLD}, lambda r: substr(r, 1, 6) NOT IN {known})) > 0"


def _holds_telephone(context: Context) -> str:
    money = f"regexp_replace(v, {text(shapes.AMOUNTS)}, '#', 'g')"
    words = f"regexp_replace({money}, {text(shapes.FRACTION)}, '#\\2', 'g')"
    written = f"{shapes.MOBILES}|{shapes.LANDLINES}" if context.landlines else shapes.MOBILES
    undivided = f"regexp_full_match(v, {text(shapes.UNDIVIDED)})"
    strong = f"regexp_matches({words}, {text(written)}) AND NOT {undivided}"
    if context.certain:
        strong += f" AND NOT regexp_full_match(v, {text(_ONLY_DIGITS)})"
    if not context.telephones:
        return strong
    bare = _BARE if context.landlines else f"{_BARE} AND NOT starts_with(v, '0')"
    return f"{strong} OR ({bare})"
