"""The shapes of identity numbers and telephone numbers, however somebody writes them.

This is the one place that says what such a number looks like. Records, headings, names of files
and the texts that people write all go by it. Here are shapes only: whether the day and the check
digit are right, and what the other values of a column say, is looked at where records are taken in.

The patterns are read by Python and by the engine alike, so they look neither ahead nor behind.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from rules_engine.messages import Message
from rules_engine.model.naming import INVISIBLE, SPACES, plain_text

if TYPE_CHECKING:
    from rules_engine.errors import Finding

_DIGITS = (
    (0xFF10, 0, 10), (0x660, 0, 10), (0x6F0, 0, 10), (0x966, 0, 10),  # full width, other scripts
    (0x2070, 0, 1), (0xB9, 1, 1), (0xB2, 2, 2), (0x2074, 4, 6), (0x2080, 0, 10),  # small ones
    (0x24EA, 0, 1), (0x2460, 1, 9), (0x2474, 1, 9), (0x2488, 1, 9), (0x24F5, 1, 9),  # in circles
    (0x24FF, 0, 1), (0x2776, 1, 9), (0x2780, 1, 9), (0x278A, 1, 9),
    *((first, 0, 10) for first in range(0x1D7CE, 0x1D800, 10)),  # of formulas
)  # fmt: skip
"""Runs of other characters for digits: where a run begins, its first digit, and how many."""
OTHER_DIGITS = "".join(chr(first + n) for first, _, count in _DIGITS for n in range(count))
WIDE = OTHER_DIGITS + "ＸｘⅩⅹХхΧχ×＋－—–‐‑‒―−﹣（）．＿／•・"
NARROW = (
    "".join(str(digit + n) for _, digit, count in _DIGITS for n in range(count))
    + "XxXxXxXxX+---------()._/··"
)
"""Other characters for digits and for what stands between them, and the usual ones."""
ODD = f"{re.escape(WIDE)}{INVISIBLE}{SPACES}"
"""What is not written as the patterns have it. The inside of a bracket."""

_BETWEEN = r"[-. /_·()\t\r\n]"
FEWEST_DIGITS = 11
"""No number of a person has fewer."""
GAP = f"{_BETWEEN}*"
"""What may stand between two digits of a number."""
_SOME = f"{_BETWEEN}+"
_BLANK = r"[ \t\r\n]+"


def _spread(pattern: str) -> str:
    """Return a pattern, in which ``~`` stands between digits, with gaps in these places."""
    return pattern.replace("~", GAP)


_REGION = _spread("(?:1~[1-5]|2~[1-3]|3~[1-7]|4~[1-6]|5~[0-4]|6~[1-5]|7~1|8~[1-3])(?:~[0-9]){4}")
_DAY = _spread("(?:0~[1-9]|1~[0-2])~(?:0~[1-9]|[12]~[0-9]|3~[01])")
ID18 = _spread(f"{_REGION}~(?:1~[89]|2~0)(?:~[0-9]){{2}}~{_DAY}(?:~[0-9]){{3}}~[0-9Xx]")
UNDIVIDED_ID = ID18.replace(GAP, "")
ID15 = _spread(f"{_REGION}~[3-9]~[0-9]~{_DAY}(?:~[0-9]){{3}}")
"""The old form, of who was born from 1930 on: what looks like an older one is a case number."""

_NO_YEAR = "(?:[013-9][0-9]{3}|2[1-9][0-9]{2}|20[4-9][0-9])"
"""Four digits that are no year of our time: 150-2025-0305 is no telephone."""
MOBILE = "1[3-9][0-9]{9}"
MOBILE_ANYHOW = _spread("1~[3-9](?:~[0-9]){9}")
_GROUPED = f"1[3-9][0-9]{_SOME}{_NO_YEAR}(?:{_SOME})?[0-9]{{4}}|1[3-9][0-9]{{5}}{_SOME}[0-9]{{4}}"
_SELDOM_GROUPED = (
    f"1[3-9][0-9]{{2}}{_SOME}(?:{_NO_YEAR}{_SOME}[0-9]{{3}}|[0-9]{{3}}{_SOME}{_NO_YEAR})"
    f"|1[3-9][0-9](?:{_BLANK}[0-9]{{3}}{_BLANK}[0-9]{{5}}|{_BLANK}[0-9]{{5}}{_BLANK}[0-9]{{3}})"
    f"|1{_SOME}[3-9](?:{_SOME}[0-9]){{9}}"
)
"""So lists of figures are grouped as well: no others may stand around such a number."""
_NO_LIST_BEFORE = rf"(?:^|[^-0-9A-Za-z. /_·()\t\r\n]){GAP}"
_NO_LIST_BEHIND = rf"{GAP}(?:[^-0-9. /_·()\t\r\n]|$)"

_ABROAD = r"(?:[+(]|00)[ (]?86"
_AREA_3 = "10|2[0-57-9]"
_AREA_4 = (
    "3[1357][0-9]|39[0-9]|335|4[1-3][0-9]|4[5-8][0-9]|5[1-9][0-9]|63[0-9]|66[0-9]|69[0-9]"
    "|7[0-79][0-9]|8[1-357-9][0-9]|9[013-579][0-9]"
)
_LOCAL_8 = f"(?:[3-9][0-9]{{3}}|2[1-9][0-9]{{2}}|20[4-9][0-9]){GAP}[0-9]{{4}}"
_LOCAL = f"(?:{_LOCAL_8}|(?:[3-9][0-9]{{2}}|2[1-9][0-9]|20[4-9]){GAP}[0-9]{{4}})"
LANDLINE = f"0(?:{_AREA_3}){GAP}{_LOCAL_8}|0(?:{_AREA_4}){GAP}{_LOCAL}"
_WITHOUT_ZERO = f"(?:(?:{_AREA_3}){GAP}{_LOCAL_8}|(?:{_AREA_4}){GAP}{_LOCAL})"
_LANDLINE_ABROAD = f"{_ABROAD}{GAP}0?{_WITHOUT_ZERO}"

_LETTERS = "(?i:tel|phone|mobile|mob|cell|lxdh|sjhm?|dh|sj|wx|vx|wechat|qq|no|t|m)"
_LABEL = "(?:电话|手机|座机|号码|联系|拨打|致电|(?i:tel|phone|mobile|cell))"
_BEFORE = f"(?:^|[^0-9A-Za-z])(?:{_LETTERS})?"
_BEHIND = "(?:[^0-9A-Za-z]|$)"
_END = "(?:[^0-9]|$)"

IDS18 = f"(?:^|[^0-9])({ID18}[0-9]*)"
"""Finds what may be an identity number, in a group; its day and its digits are not counted yet."""
IDS15 = f"(?:^|[^0-9A-Za-z])(?i:sfzh?|id|no)?({ID15.replace(GAP, '')}[0-9A-Za-z]*)"
"""The same for the old form, where nothing stands between its digits."""
RUN15 = f"[0-9](?:{GAP}[0-9]){{14,}}"
"""Figures with something between them; which of them are of the old form, the next one says."""
TIGHT_RUN15 = "[0-9](?:[-./_·()]*[0-9]){14,}"
"""The same without blanks between them."""
_GROUPS = ("6,6,3", "6,8,1", "6,4,4,1", "6,2,2,2,3", "4,4,4,3", "2,2,2,2,2,2,3", ",".join("1" * 15))
DIVIDED15 = (
    "|".join(_SOME.join(f"[0-9]{{{size}}}" for size in sizes.split(",")) for sizes in _GROUPS)
    + f"|[0-9]+{_SOME}[0-9]+"
)
"""How one of the old form is divided: it has no check digit, and lists of figures look alike."""

LANDLINES = f"{_BEFORE}(?:{LANDLINE}|{_LANDLINE_ABROAD})(?:{_BEHIND}|[xX]|ext)"
"""A landline with its area code, wherever it stands."""
MOBILES = (
    f"{_BEFORE}(?:(?:0086|86)?{MOBILE}|(?:(?:0086|86){GAP})?(?:{_GROUPED}))(?:{_BEHIND}|转|ext)"
    f"|{_NO_LIST_BEFORE}(?:{_LETTERS})?(?:(?:0086|86){GAP})?(?:{_SELDOM_GROUPED})"
    f"{_NO_LIST_BEHIND}"
    f"|{_ABROAD}{GAP}{MOBILE_ANYHOW}{_END}|{_LABEL}[^0-9A-Za-z]{{0,8}}{MOBILE_ANYHOW}{_END}"
)
"""A mobile number within words, or one that is written as only telephones are."""
UNDIVIDED = (
    f"[+-]?{MOBILE}(?:[.]0*)?|(?:00)?86{MOBILE}(?:[.]0*)?"
    f"|{LANDLINE.replace(GAP, '')}|00860?{_WITHOUT_ZERO.replace(GAP, '')}"
)
"""A telephone number without anything between its digits: by itself it may be any number."""
YEAR = "(?:^|[^0-9])20[0-3][0-9](?:[^0-9]|$)"
"""A year of our time among groups of digits."""
MADE_BY_MACHINES = "(?i:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"
"""Universal ids."""
AMOUNTS = (
    "[¥￥$€] ?[0-9][0-9,.]*|[0-9][0-9,]*(?:[.][0-9]+)? ?(?:元|万[元人亩吨斤户件]|亿|[%％])"
    "|[0-9]{2,3}[.][0-9]{6,}[,，;； ]+[0-9]{2,3}[.][0-9]{6,}"
)
"""Sums of money, and pairs of coordinates."""
FRACTION = "([0-9]{5,}[.][0-9]{0,3}[1-9]0*)([^-0-9.年月]|$)"
"""A number with a fraction, in two groups with what comes behind it."""

FIRST_FILTER = (
    f"(?:^|[^0-9])(?:{ID18}|{ID15}|(?:(?:00)?86{GAP})?{MOBILE_ANYHOW}|{LANDLINE}"
    f"|{_LANDLINE_ABROAD}){_END}"
)
"""Stops at every number of these shapes, and at some others."""

_LONG = re.compile(f"[0-9](?:{GAP}[0-9]){{5,}}[Xx]?")
_TO_NARROW = str.maketrans(WIDE, NARROW)


@cache
def _first_filter() -> re.Pattern[str]:
    return re.compile(FIRST_FILTER)


def may_hold_a_number(text: str) -> bool:
    """Return whether a text may hold an identity number or a telephone number."""
    if sum(map(str.isdigit, text)) < FEWEST_DIGITS:
        return False
    return _first_filter().search(plain_text(text).translate(_TO_NARROW)) is not None


def first_number(text: str) -> int:
    """Return where in a text that may hold such a number the first one begins."""
    narrow = plain_text(text).translate(_TO_NARROW)
    match = _first_filter().search(narrow)
    before = sum(map(str.isdigit, narrow[: match.start() + 1])) if match else 0
    if match and narrow[match.start()].isdigit():
        before -= 1
    return [at for at, character in enumerate(text) if character.isdigit()][before]


def masked(text: str) -> str:
    """Return a text with all but the ends of long numbers left out, so that it can be shown."""
    narrow = plain_text(text).translate(_TO_NARROW)
    return _LONG.sub(lambda result: f"{result[0][:2]}…{result[0][-1]}", narrow)


def shown(text: str) -> str:
    """Return a text as it can be shown: without the whole of a number that may be a person's."""
    return masked(text) if may_hold_a_number(text) else text


def masked_in(finding: Finding) -> Finding:
    """Return a finding in whose words no person's number is shown whole."""
    return replace(finding, message=_shown(finding.message), hint=_shown(finding.hint))


def _shown(message: Message) -> Message:
    params = tuple((k, shown(v) if isinstance(v, str) else v) for k, v in message.params)
    return message if params == message.params else Message(message.text, params)
