"""A year of six made-up villages and two units for the ruleset ``wanli-2010``.

Every place has its story (:data:`PLACES`); the draws only fill in days and words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from samples.petitions import Cases, case_rows
from samples.writing import Draw, days, made_up_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from samples.writing import Row, Tables

SEED = "wanli-2010"
YEAR = 2010
START, END = date(YEAR, 1, 1), date(YEAR, 12, 31)
OFFICE = ("办公用房", "牌子", "资料", "制度", "工作人员", "工作经费")
PUBLICITY = ("以会代训", "宣传资料", "宣传车")

NONE = Cases()


@dataclass(frozen=True)
class Place:
    """A village or unit with its story.

    Attributes:
        cases: this year's cases; ``before`` last year's.
        large: how many of the closed cases are large matters, the last ones.
        small_up: small matters that were settled above the village.
        large_up: large matters that were settled above the township.
        leaderless: cases for which no responsible leader was named.
        failed: inspected items that were not met.
    """

    id: str
    name: str
    cases: Cases
    before: Cases = NONE
    kind: str = "村"
    large: int = 1
    small_up: int = 0
    large_up: int = 0
    leaderless: int = 0
    failed: tuple[str, ...] = ()


TIED = Cases(count=10, first=6, late_notice=1)

PLACES = (
    # Reaches everything: a hundred points.
    Place("V1", "上湾村", Cases(count=6, first=4)),
    # These two are level to the hundredth.
    Place("V2", "下湾村", TIED, failed=("牌子",)),
    Place("V3", "石桥村", TIED, failed=("工作经费",)),
    # Small matters go up, and one case has no leader; its secretary moves to V5 in September.
    Place("V4", "竹园村", Cases(count=8, first=5, late=1, late_notice=1), large=2, small_up=2,
          leaderless=1, failed=("宣传车",)),
    # A backlog, and matters that got worse and left the township.
    Place("V5", "高坪村", Cases(count=9, first=5, overdue=2, worsened=1, late=2, late_notice=2),
          Cases(count=4, first=2, overdue=1), large=3, small_up=1, large_up=2, leaderless=2,
          failed=("办公用房", "工作人员", "工作经费", "以会代训", "宣传车")),
    # Not one case.
    Place("V6", "新田村", NONE),
    Place("U1", "乡信访稳定工作办公室", Cases(count=4, first=2), kind="单位", large=3),
    Place("U2", "乡林业站", Cases(count=3, first=2, late=1), kind="单位", large_up=1,
          failed=("资料",)),
)  # fmt: skip

SWAPPED = ("V4", "V5")
"""The villages whose secretaries change places at the end of August."""
SWAP_ON = (date(YEAR, 8, 31), date(YEAR, 9, 1))
HEAD, DEPUTY = "T1", "T2"


def tables() -> Tables:
    """Return the records, table by table."""
    cadres, assignments = _people()
    return {
        "villages": [
            {"village_id": p.id, "name": p.name, "township": "湾里乡", "kind": p.kind}
            for p in PLACES
        ],
        "cadres": cadres,
        "assignments": assignments,
        "cases": [row for place in PLACES for row in _cases(place)],
        "checks": [row for place in PLACES for row in _checks(place)],
    }


def _people() -> tuple[list[Row], list[Row]]:
    """Return the cadres, and what each of them answers for."""
    cadres: list[Row] = []
    assignments: list[Row] = []

    def cadre(key: str, post: str, unit: str) -> None:
        name = made_up_name(len(cadres))
        cadres.append({"cadre_id": key, "name": name, "post": post, "unit": unit})

    def assign(key: str, place: str, role: str, start: date, end: date | None = None) -> None:
        assignments.append({
            "assignment_id": f"A{len(assignments) + 1:02}", "cadre_id": key, "village_id": place,
            "role": role, "from_on": start, "to_on": end,
        })  # fmt: skip

    cadre(HEAD, "乡党委书记", "湾里乡")
    cadre(DEPUTY, "分管领导", "湾里乡")
    for place in PLACES:
        role = "村支部书记" if place.kind == "村" else "单位负责人"
        own = f"S-{place.id}"
        cadre(own, role, place.name)
        assign(HEAD, place.id, "乡党委书记", START)
        assign(DEPUTY, place.id, "分管领导", START)
        if place.id in SWAPPED:
            other = SWAPPED[1 - SWAPPED.index(place.id)]
            assign(own, place.id, role, START, SWAP_ON[0])
            assign(own, other, role, SWAP_ON[1])
        else:
            assign(own, place.id, role, START)
    return cadres, assignments


def _cases(place: Place) -> Iterator[Row]:
    for year, story in ((YEAR - 1, place.before), (YEAR, place.cases)):
        draw = Draw(f"{SEED}/cases/{place.id}/{year}")
        rows = case_rows(draw, place.id, [f"S-{place.id}"], story, year, END)
        for row in rows:
            row["size"] = "小事"
        if year == YEAR:
            _settle(place, rows)
            for row in rows[: place.leaderless]:
                row["cadre_id"] = None
        yield from rows


def _settle(place: Place, rows: list[Row]) -> None:
    """Say of the closed cases how large they were and on which level they were settled."""
    closed = [row for row in rows if row["closed_on"] is not None]
    small, large = closed[: -place.large], closed[-place.large :]
    for number, row in enumerate(small):
        row["settled_at"] = "乡" if number < place.small_up else "村"
    for number, row in enumerate(large):
        up = number < place.large_up
        row |= {"size": "大事", "settled_at": "乡以上" if up else "乡"}


def _checks(place: Place) -> Iterator[Row]:
    draw = Draw(f"{SEED}/checks/{place.id}")
    for number, item in enumerate((*OFFICE, *PUBLICITY), 1):
        yield {
            "check_id": f"{place.id}-J{number}",
            "village_id": place.id,
            "item": item,
            "met": item not in place.failed,
            "checked_on": draw.one(days(date(YEAR, 11, 1), date(YEAR, 12, 20))),
            "checked_by": "乡考核组",
        }
