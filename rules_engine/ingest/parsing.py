"""The SQL that turns what was delivered into typed values; what cannot be read becomes null."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rules_engine.ingest.sql import text, texts
from rules_engine.model.naming import BLANKS, INVISIBLE, SPACES

if TYPE_CHECKING:
    from rules_engine.model.table import ColumnType, DayMeans

SQL_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,4)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}

READABLE: dict[ColumnType, frozenset[str]] = {
    "text": frozenset({"text", "integer", "float", "decimal", "boolean", "date", "timestamp"}),
    "integer": frozenset({"text", "integer", "float", "decimal"}),
    "decimal": frozenset({"text", "integer", "float", "decimal"}),
    "boolean": frozenset({"text", "boolean", "integer", "float"}),
    "date": frozenset({"text", "date", "timestamp"}),
    "timestamp": frozenset({"text", "date", "timestamp"}),
}
"""Which kinds of delivered column each declared type can be read from."""

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
FIRST_SERIAL, LAST_SERIAL = 25569, 109574
"""1970 to 2199: a smaller number is a year or a slip, a greater one a day written in digits."""

YES = ("是", "有", "√", "✓", "true", "t", "yes", "y", "1", "1.0")
NO = ("否", "无", "没有", "×", "✗", "false", "f", "no", "n", "0", "0.0")

_DASHED = "'\\1-\\2-\\3'"
_WIDE = "０１２３４５６７８９－／．：＋ＹＮｙｎ"
_NARROW = "0123456789-/.:+YNyn"
_Y, _N = "[0-9]{4}", "[0-9]{1,2}"
_TIME = f"{_N}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.][0-9]{{1,6}})?)?"
MOMENT = (
    f"(?:{_Y}-{_N}-{_N}|{_Y}/{_N}/{_N}|{_Y}[.]{_N}[.]{_N}|{_Y}年{_N}月{_N})(?:[T ]+{_TIME})?"
    f"|{_Y}年{_N}月{_N}日[T ]*(?:{_TIME})?|[0-9]{{8}}"
)
_SERIAL_DAY = "[0-9]{5,6}"
_SERIAL = f"{_SERIAL_DAY}(?:[.][0-9]+)?"
_TO_THE_END, _NO_TIME = "INTERVAL '86399 seconds'", "INTERVAL '0 seconds'"
_THOUSANDS = "[+-]?[0-9]{1,3}(?:[,，][0-9]{3})+(?:[.][0-9]*)?"
_LARGE = "[+-]?[0-9]{15,}(?:[.][0-9]*)?"  # a whole number may have 18 digits, a decimal 14
# The spellings that nearly all values have; the others cost thirty times as much to read.
USUAL_DAY = "(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
USUAL_TIME = "(?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2})?"


def cleaned(column: str, kind: str) -> str:
    """Return a delivered column (quoted) as :func:`plain_text` reads it; empty text is null."""
    if kind != "text":
        return column
    # Nearly every value is plain ASCII without blanks around it, and that is quick to see. What
    # stands in two branches would be worked out for every row, so nothing costly does.
    plain = f"regexp_full_match({column}, '[!-~](?:[ -~]*[!-~])?')"
    plain = f"CASE WHEN strlen({column}) = length({column}) THEN {plain} ELSE false END"
    odd = f"[{INVISIBLE}{SPACES}]|^[{BLANKS}]|[{BLANKS}]$|^$"
    ends = text(f"^[{BLANKS}]+|[{BLANKS}]+$")
    return (
        f"CASE WHEN {plain} THEN {column} "
        f"WHEN NOT regexp_matches({column}, {text(odd)}) THEN {column} "
        f"ELSE NULLIF(regexp_replace({seen(column)}, {ends}, '', 'g'), '') END"
    )


def seen(expression: str) -> str:
    """Return a text without what nobody sees, and with the usual space for every other one."""
    without = f"regexp_replace({expression}, {text(f'[{INVISIBLE}]+')}, '', 'g')"
    return f"regexp_replace({without}, {text(f'[{SPACES}]')}, ' ', 'g')"


def typed(
    column: str,
    kind: str,
    target: ColumnType,
    serials_from: date | None = None,
    day_means: DayMeans = "start",
) -> str:
    """Return the cleaned column (quoted) as its declared type, or null if it is not one.

    Args:
        column: the column.
        kind: what was delivered.
        target: the declared type.
        serials_from: day 0 of days that are written as numbers in a text, if they may be.
        day_means: of points in time, which moment of its day a day without a time is.
    """
    value = _typed(column, kind, target, serials_from)
    if target != "timestamp" or day_means == "start" or kind not in ("text", "date"):
        return value
    return f"{value} + CASE WHEN {is_day(column, kind)} THEN {_TO_THE_END} ELSE {_NO_TIME} END"


def is_day(column: str, kind: str) -> str:
    """Return whether a value that is a point in time (quoted, cleaned) says no time of its day."""
    if kind != "text":
        return str(kind == "date").lower()
    timed = text(f"[:：]|^{_SERIAL_DAY}[.][0-9]*[1-9]")
    return f"NOT regexp_matches({column}, {timed})"


def _typed(column: str, kind: str, target: ColumnType, serials_from: date | None) -> str:
    if serials_from and target in ("date", "timestamp") and kind == "text":
        return _from_serial(column, target, serials_from)
    if kind == "text":
        return _FROM_TEXT[target](column)
    if kind == "float":
        return _from_float(column, target)
    if target == "integer" and kind == "decimal":
        return f"CASE WHEN {column} = trunc({column}) THEN TRY_CAST({column} AS BIGINT) END"
    if target == "boolean" and kind == "integer":
        return f"CASE {column} WHEN 1 THEN true WHEN 0 THEN false END"
    if target in ("date", "timestamp"):
        read = f"TRY_CAST({column} AS {SQL_TYPES[target]})"
        if target == "timestamp" and kind == "timestamp":
            # As in texts: a day lasts to its last second, and what comes within that is in time.
            read = f"date_trunc('second', {read})"
        return f"CASE WHEN {_in_reach(column)} THEN {read} END"
    return f"TRY_CAST({column} AS {SQL_TYPES[target]})"


def is_date_like(column: str) -> str:
    """Return whether a text that is no date at least has the shape of one."""
    return f"regexp_full_match({_plain(column)}, '{MOMENT}')"


def has_thousands(column: str) -> str:
    """Return whether a text is a number with thousands separators."""
    return f"regexp_full_match({_plain(column)}, '{_THOUSANDS}')"


def has_too_many_digits(column: str) -> str:
    """Return whether a text is a plain number, of which nothing but its size can be wrong."""
    return f"regexp_full_match({_plain(column)}, '{_LARGE}')"


def _in_reach(moment: str) -> str:
    return f"year({moment}) BETWEEN {FIRST_DAY.year} AND {LAST_DAY.year}"


def _plain(column: str) -> str:
    wide = f"translate({column}, '{_WIDE}', '{_NARROW}')"
    return f"CASE WHEN strlen({column}) = length({column}) THEN {column} ELSE {wide} END"


def _from_float(column: str, target: ColumnType) -> str:
    whole = f"CASE WHEN {column} = trunc({column}) THEN TRY_CAST({column} AS BIGINT) END"
    if target == "integer":
        return whole
    if target == "boolean":
        return f"CASE {column} WHEN 1 THEN true WHEN 0 THEN false END"
    if target == "text":
        return f"coalesce(CAST({whole} AS VARCHAR), CAST({column} AS VARCHAR))"
    return f"CASE WHEN isfinite({column}) THEN TRY_CAST({column} AS DECIMAL(18,4)) END"


def _from_serial(column: str, target: ColumnType, start: date) -> str:
    """Read a spreadsheet's number of a day; the part behind the point is the time of day."""
    number = f"TRY_CAST({column} AS DECIMAL(18, 9))"
    seconds = f"CAST(round({number} % 1 * 86400) AS BIGINT)"
    day = f"DATE '{start}' + CAST(floor({number}) AS INTEGER)"
    moment = f"CAST(CAST({day} AS TIMESTAMP) + to_seconds({seconds}) AS {SQL_TYPES[target]})"
    written = f"regexp_full_match({column}, '{_SERIAL}')"
    return (
        f"CASE WHEN CASE WHEN {written} THEN {number} BETWEEN {FIRST_SERIAL} AND {LAST_SERIAL} END "
        f"THEN {moment} ELSE {_FROM_TEXT[target](column)} END"
    )


def _text(column: str) -> str:
    return column


def _integer(column: str) -> str:
    number = f"regexp_extract({_plain(column)}, '^([+-]?[0-9]+)(?:[.]0*)?$', 1)"
    return f"TRY_CAST(NULLIF({number}, '') AS BIGINT)"


def _decimal(column: str) -> str:
    number = f"regexp_extract({_plain(column)}, '^[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)$')"
    return f"TRY_CAST(NULLIF({number}, '') AS DECIMAL(18,4))"


def _boolean(column: str) -> str:
    meant = ", ".join(f"{text(v)}: {v in YES}" for v in YES + NO)
    return (
        f"CASE WHEN {column} IN {texts(YES)} THEN true WHEN {column} IN {texts(NO)} THEN false "
        f"ELSE map_extract(MAP {{{meant}}}, lower({_plain(column)}))[1] END"
    )


def _date(column: str) -> str:
    return (
        f"CASE WHEN regexp_full_match({column}, '{USUAL_DAY}') THEN TRY_CAST({column} AS DATE) "
        f"ELSE CAST({_any_timestamp(column)} AS DATE) END"
    )


def _timestamp(column: str) -> str:
    return (
        f"CASE WHEN regexp_full_match({column}, '{USUAL_DAY} {USUAL_TIME}') "
        f"THEN TRY_CAST({column} AS TIMESTAMP) ELSE {_any_timestamp(column)} END"
    )


def _any_timestamp(column: str) -> str:
    """Read a day with or without a time; a day alone is its first moment."""
    value = f"regexp_replace({_plain(column)}, '^([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})$', {_DASHED})"
    plain = f"regexp_replace(translate({value}, '年月/.', '----'), '日', ' ')"
    # The fraction of a second lost its point to the line above; nothing here needs it.
    moment = f"regexp_extract({plain}, '^([0-9-]+)[T ]*([0-9:]*)(?:-[0-9]+)?$', ['d', 't'])"
    read = f"TRY_CAST(trim({moment}.d || ' ' || {moment}.t) AS TIMESTAMP)"
    late = f"regexp_matches({value}, '[T 日]2[4-9]:')"
    sound = f"{_in_reach(read)} AND NOT {late}"
    return f"CASE WHEN {is_date_like(column)} AND {sound} THEN {read} END"


_FROM_TEXT = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}
