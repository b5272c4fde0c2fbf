"""Makes numbers of persons in many spellings, and columns of other numbers that look like them."""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

Rng = random.Random
Spelling = Callable[[str], str]

REGIONS = ("330681", "330683", "330106", "110105", "440524", "510107", "320583", "370202",
           "420103", "130102", "150102", "230183", "610113", "640104", "710000",
           "810000")  # fmt: skip
CARRIERS = ("130", "131", "132", "133", "134", "135", "136", "137", "138", "139", "145", "147",
            "150", "151", "152", "153", "155", "156", "157", "158", "159", "166", "171", "173",
            "176", "177", "178", "180", "181", "182", "183", "185", "186", "187", "188", "189",
            "191", "193", "198", "199")  # fmt: skip
AREAS_4 = ("0575", "0571", "0574", "0311", "0335", "0371", "0411", "0451", "0512", "0531",
           "0591", "0631", "0668", "0731", "0755", "0769", "0813", "0851", "0898",
           "0931", "0951", "0991")  # fmt: skip
AREAS_3 = ("010", "021", "022", "023", "025", "028", "029")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
WIDE = str.maketrans("0123456789Xx-+()", "０１２３４５６７８９Ｘｘ－＋（）")


def _digits(rng: Rng, count: int) -> str:
    return "".join(rng.choices("0123456789", k=count))


def _day(rng: Rng, first: int, last: int) -> date:
    start, end = date(first, 1, 1), date(last, 12, 31)
    return start + timedelta(days=rng.randrange((end - start).days + 1))


def check_digit(seventeen: str) -> str:
    """Return the last character of an identity number, by GB 11643."""
    return "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, seventeen, strict=True)) % 11]


def identity(rng: Rng) -> str:
    """Return an identity number that nobody was meant to have."""
    born = _day(rng, 1935, 2012)
    body = f"{rng.choice(REGIONS)}{born:%Y%m%d}{_digits(rng, 3)}"
    return body + check_digit(body)


def old_identity(rng: Rng) -> str:
    """Return one of the old form."""
    return f"{rng.choice(REGIONS)}{_day(rng, 1930, 1985):%y%m%d}{_digits(rng, 3)}"


def mobile(rng: Rng) -> str:
    """Return a mobile number."""
    return rng.choice(CARRIERS) + _digits(rng, 8)


def landline(rng: Rng) -> str:
    """Return a landline, its area code behind a hyphen."""
    if rng.random() < 0.3:
        return f"{rng.choice(AREAS_3)}-{rng.choice('345678')}{_digits(rng, 7)}"
    local = rng.choice("2345678") + _digits(rng, rng.choice((6, 7)))
    return f"{rng.choice(AREAS_4)}-{local}"


def _cut(*sizes: int, by: str) -> Spelling:
    def cut(number: str) -> str:
        parts, at = [], 0
        for size in sizes:
            parts.append(number[at : at + size])
            at += size
        return by.join([*parts, number[at:]] if at < len(number) else parts)

    return cut


def _said(before: str, behind: str = "") -> Spelling:
    return lambda number: f"{before}{number}{behind}"


def _dropped_in(character: str, at: int) -> Spelling:
    return lambda number: number[:at] + character + number[at:]


AROUND: dict[str, Spelling] = {
    "plain": str,
    "blanks around": _said("  ", " "),
    "no-break space before": _said("\u00a0"),
    "full-width blank behind": _said("", "\u3000"),
    "mark of direction": _said("\u202a", "\u202c"),
    "byte order mark": _said("\ufeff"),
    "full-width": lambda number: number.translate(WIDE),
    "no-width space inside": _dropped_in("\u200b", 5),
    "joiner inside": _dropped_in("\u2060", 7),
    "soft hyphen inside": _dropped_in("\u00ad", 8),
    "in brackets": _said("（", "）"),
    "in words": _said("村民反映", "的事"),
    "behind a colon": _said("李某："),
    "before a stop": _said("", "。"),
    "in quotes": _said("“", "”"),
    "behind a comma": _said("2025-03-05，", "，已答复"),
    "apostrophe": _said("'"),
    "two lines": _said("王某\n", "\n已办"),
}
ID_SPELLINGS: dict[str, Spelling] = {
    **AROUND,
    "blanks 6-8": _cut(6, 8, by=" "),
    "hyphens 6-8": _cut(6, 8, by="-"),
    "no-break spaces 6-8": _cut(6, 8, by="\u00a0"),
    "wide hyphens 6-8": _cut(6, 8, by="－"),
    "blanks by four": _cut(4, 4, 4, 4, by=" "),
    "blanks 6-4-4": _cut(6, 4, 4, by=" "),
    "hyphens by four": _cut(4, 4, 4, 4, by="-"),
    "dots 6-8": _cut(6, 8, by="."),
    "one blank": _cut(9, by=" "),
    "each by itself": " ".join,
    "labelled": _said("身份证号:"),
    "small x": str.lower,
}
MOBILE_SPELLINGS: dict[str, Spelling] = {
    **AROUND,
    "86": _said("86"),
    "+86": _said("+86"),
    "0086": _said("0086"),
    "+86 and a blank": _said("+86 "),
    "86 and a hyphen": _said("86-"),
    "(+86)": _said("(+86)"),
    "blanks 3-4-4": _cut(3, 4, by=" "),
    "hyphens 3-4-4": _cut(3, 4, by="-"),
    "no-break spaces 3-4-4": _cut(3, 4, by="\u00a0"),
    "dots 3-4-4": _cut(3, 4, by="."),
    "blank 3-8": _cut(3, by=" "),
    "blank 7-4": _cut(7, by=" "),
    "hyphen 7-4": _cut(7, by="-"),
    "labelled": _said("手机"),
    "Tel": _said("Tel:"),
    "+86 with hyphens": lambda number: "+86-" + _cut(3, 4, by="-")(number),
}
LANDLINE_SPELLINGS: dict[str, Spelling] = {
    **AROUND,
    "no hyphen": lambda number: number.replace("-", ""),
    "blank": lambda number: number.replace("-", " "),
    "brackets": lambda number: "({}){}".format(*number.split("-")),
    "wide brackets": lambda number: "（{}）{}".format(*number.split("-")),
    "brackets and a blank": lambda number: "({}) {}".format(*number.split("-")),
    "last four apart": lambda number: number[:-4] + "-" + number[-4:],
    "last four apart by a blank": lambda number: number.replace("-", " ")[:-4] + " " + number[-4:],
    "extension": _said("", "-801"),
    "extension in words": _said("", "转801"),
    "+86": lambda number: "+86-" + number[1:],
    "0086": lambda number: "0086-" + number[1:],
    "labelled": _said("座机"),
}
PERSONS: dict[str, tuple[Callable[[Rng], str], dict[str, Spelling]]] = {
    "identity number": (identity, ID_SPELLINGS),
    "old identity number": (old_identity, ID_SPELLINGS),
    "mobile": (mobile, MOBILE_SPELLINGS),
    "landline": (landline, LANDLINE_SPELLINGS),
}


def persons(seed: int, count: int) -> list[tuple[str, str, str]]:
    """Return numbers of persons: what each is, how it is spelt, and the value."""
    rng = random.Random(seed)
    wanted = [(kind, how) for kind, (_, spellings) in PERSONS.items() for how in spellings]
    made = []
    for number in range(count):
        kind, how = wanted[number % len(wanted)]
        make, spellings = PERSONS[kind]
        made.append((kind, how, spellings[how](make(rng))))
    return made


@dataclass(frozen=True)
class Innocent:
    """A column that says nothing of persons.

    Attributes:
        kind: what it holds.
        role: ``key``, ``text``, ``decimal`` as the ruleset declares it; empty: it is not read.
        heading: what it is called.
        values: what it holds.
    """

    kind: str
    role: str
    heading: str
    values: list[str]


def _office_18(rng: Rng, rows: int) -> list[str]:
    """Region, date and four digits, of one year or of several."""
    region, first = rng.choice(REGIONS[:4]), rng.randrange(1998, 2026)
    last = min(2026, first + rng.choice((0, 0, 1, 4)))
    return [
        f"{region}{_day(rng, first, last):%Y%m%d}{rng.randrange(1, 60):04}" for _ in range(rows)
    ]


def _office_18_years(rng: Rng, rows: int) -> list[str]:
    region, year = rng.choice(REGIONS[:4]), rng.randrange(2003, 2026)
    return [f"{region}{year}{number:08}" for number in range(1, rows + 1)]


def _office_18_divided(rng: Rng, rows: int) -> list[str]:
    by = rng.choice(" -")
    return [by.join((v[:6], v[6:10], v[10:14], v[14:])) for v in _office_18(rng, rows)]


def _in_words(rng: Rng, rows: int) -> list[str]:
    return [f"见信访件{value}号" for value in _office_18(rng, rows)]


def _office_15(rng: Rng, rows: int) -> list[str]:
    region, year = rng.choice(REGIONS[:4]), rng.randrange(1998, 2026)
    scheme = rng.choice(("day", "year", "long day", "kind"))
    made = []
    for number in range(1, rows + 1):
        day = _day(rng, year, year)
        tail = {
            "day": f"{day:%y%m%d}{number % 1000:03}",
            "year": f"{year}{number:05}",
            "long day": f"{day:%Y%m%d}{number % 10}",
            "kind": f"{rng.choice(('45', '61', '73'))}{rng.randrange(10**7):07}",
        }[scheme]
        made.append(region + tail)
    return made


def _codes(size: int) -> Callable[[Rng, int], list[str]]:
    return lambda rng, rows: [_digits(rng, size) for _ in range(rows)]


def _daily_11(rng: Rng, rows: int) -> list[str]:
    year = rng.randrange(2013, 2020)
    return [f"{_day(rng, year, year):%y%m%d}{n % 100000:05}" for n in range(1, rows + 1)]


def _amounts(rng: Rng, rows: int) -> list[str]:
    places = rng.choice(("", ".0f", ".2f"))
    made = [math.exp(rng.uniform(3, 26)) for _ in range(rows)]
    return [f"{value:{places}}" if places else str(int(value)) for value in made]


def _large_amounts(rng: Rng, rows: int) -> list[str]:
    return [f"{rng.randrange(13_000, 20_000) * 1_000_000}" for _ in range(rows)]


def _cents(rng: Rng, rows: int) -> list[str]:
    return [
        f"{rng.randrange(13 * 10**9, 20 * 10**9)}.{rng.randrange(1, 100):02}" for _ in range(rows)
    ]


def _amounts_in_words(rng: Rng, rows: int) -> list[str]:
    return [f"补偿款{rng.randrange(13 * 10**9, 2 * 10**10)}元，{n}户" for n in range(rows)]


def _dates(form: str) -> Callable[[Rng, int], list[str]]:
    return lambda rng, rows: [
        f"{_day(rng, 2000, 2026).strftime(form)}".replace("#", f"{rng.randrange(10, 24)}:15:22")
        for _ in range(rows)
    ]


def _spans(rng: Rng, rows: int) -> list[str]:
    return [f"{_day(rng, 2010, 2020)} 至 {_day(rng, 2021, 2026)}" for _ in range(rows)]


def _epoch(rng: Rng, rows: int) -> list[str]:
    return [str(rng.randrange(1_300_000_000_000, 1_800_000_000_000)) for _ in range(rows)]


def _numbered(form: str) -> Callable[[Rng, int], list[str]]:
    def make(rng: Rng, rows: int) -> list[str]:
        year = rng.randrange(2000, 2027)
        return [
            form.format(day=_day(rng, year, year), year=year, n=number, area=rng.choice(AREAS_4))
            for number in range(1, rows + 1)
        ]

    return make


def _divisions(rng: Rng, rows: int) -> list[str]:
    return [
        f"{rng.choice(REGIONS[:4])}{rng.randrange(1, 30):03}{rng.randrange(1, 99):03}"
        for _ in range(rows)
    ]


def _credit(rng: Rng, rows: int) -> list[str]:
    kinds = ("11", "12", "51", "91", "92")
    return [
        f"{rng.choice(kinds)}{rng.choice(REGIONS[:8])}{_digits(rng, 9)}{rng.choice('019ABCDX')}"
        for _ in range(rows)
    ]


def _bank(rng: Rng, rows: int) -> list[str]:
    return [f"62{_digits(rng, rng.choice((14, 17)))}" for _ in range(rows)]


def _hashes(rng: Rng, rows: int) -> list[str]:
    return [f"{rng.getrandbits(160):040x}" for _ in range(rows)]


def _uuids(rng: Rng, rows: int) -> list[str]:
    return [str(uuid.UUID(int=rng.getrandbits(128))) for _ in range(rows)]


def _positions(rng: Rng, rows: int) -> list[str]:
    return [f"{rng.uniform(73, 135):.11f},{rng.uniform(18, 53):.11f}" for _ in range(rows)]


def _floats(rng: Rng, rows: int) -> list[str]:
    return [repr(rng.uniform(0, 200)) for _ in range(rows)]


def _notes(rng: Rng, rows: int) -> list[str]:
    return [
        f"{_day(rng, 2024, 2026):%Y年%m月%d日}受理，涉及{rng.randrange(1, 300)}户、"
        f"{rng.randrange(10**4, 10**9)}元，{_day(rng, 2024, 2026)} {rng.randrange(10, 23)}:30答复"
        for _ in range(rows)
    ]


_MADE: dict[str, tuple[tuple[str, ...], str, Callable[[Rng, int], list[str]]]] = {
    "case numbers of 18 digits": (("key", "text", ""), "原案号", _office_18),
    "the same, by year": (("key", "text", ""), "登记号", _office_18_years),
    "the same, divided": (("key", "text", ""), "档案号", _office_18_divided),
    "the same, in words": (("text", ""), "备注", _in_words),
    "case numbers of 15 digits": (("key", "text", ""), "原编号", _office_15),
    "case numbers of 11 digits": (("key", "text", ""), "日编号", _daily_11),
    **{f"codes of {n} digits": (("key", "text", ""), "代码", _codes(n)) for n in range(10, 21)},
    "amounts": (("decimal", "text", ""), "金额", _amounts),
    "amounts that are not called so": (("text", ""), "拨付", _amounts),
    "thousands of millions": (("decimal", ""), "资金", _large_amounts),
    "the same with cents": (("decimal", "text", ""), "合计", _cents),
    "amounts in words": (("text", ""), "情况", _amounts_in_words),
    "days": (("text", ""), "日期", _dates("%Y%m%d")),
    "days with hyphens": (("text", ""), "日期", _dates("%Y-%m-%d")),
    "times": (("text", ""), "时间", _dates("%Y-%m-%d #")),
    "times without signs": (("text", ""), "时刻", _dates("%Y%m%d132211")),
    "spans of days": (("text", ""), "起止", _spans),
    "milliseconds": (("text", ""), "戳", _epoch),
    "area code and day": (("text", ""), "文件号", _numbered("{area}-{day:%Y%m%d}")),
    "area code, year, number": (("text", ""), "文件号", _numbered("{area}-{year}-{n:04}")),
    "month and year": (("text", ""), "批号", _numbered("{day:%m%d}-{year}{n:04}")),
    "file numbers": (("key", "text", ""), "文号", _numbered("信访〔{year}〕{n:08}号")),
    "year, month, number": (("key", "text", ""), "流水", _numbered("{day:%Y%m%d}{n:03}")),
    "villages, years, numbers": (("key", "text", ""), "村件号", _numbered("13-{year}-{n:05}")),
    "divisions": (("key", "text", ""), "区划代码", _divisions),
    "credit codes": (("text", ""), "信用代码", _credit),
    "accounts": (("text", ""), "账户", _bank),
    "hashes": (("text", ""), "校验", _hashes),
    "universal ids": (("key", "text", ""), "标识", _uuids),
    "positions": (("text", ""), "坐标", _positions),
    "measures": (("decimal", "text", ""), "面积", _floats),
    "notes": (("text", ""), "说明", _notes),
}  # fmt: skip


def innocent_columns(seed: int, count: int, longest: int = 5000) -> list[Innocent]:
    """Return columns of 5 rows and more, each kind as often as any other."""
    rng = random.Random(seed)
    wanted = [(kind, role) for kind, (roles, _, _) in _MADE.items() for role in roles]
    made = []
    for number in range(count):
        kind, role = wanted[number % len(wanted)]
        rows = round(5 * math.exp(rng.uniform(0, math.log(longest / 5))))
        made.append(Innocent(kind, role, _MADE[kind][1], _MADE[kind][2](rng, rows)))
    return made
