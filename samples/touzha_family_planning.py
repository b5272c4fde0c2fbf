"""A year of eight made-up villages for ``touzha-family-planning``.

Every village has its story (:data:`PLACES`); the draws only fill in days and words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from samples.writing import Draw, days, made_up_name, month_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from samples.writing import Row, Tables

SEED = "touzha-family-planning"
YEAR = 2012
START, END = date(YEAR, 1, 1), date(YEAR, 12, 31)
CHECKED = ("听取信访汇报", "书记负总责", "妇女主任具体抓", "信访渠道")
CATEGORIES = ("奖励扶助", "服务证办理", "政策咨询", "工作作风")


@dataclass(frozen=True)
class Place:
    """A village with its story.

    Attributes:
        cases: its cases of the year, one mark each: ``.`` closed, ``s`` supervised and closed in
            time, ``l`` supervised and late, ``o`` overdue and still open, ``x`` about another
            matter than family planning and open.
        before: those of the year before: ``.`` closed within that year, ``l`` in the next.
        irregular: irregular visits.
        skipped: level-skipping collective visits of the year.
        skipped_before: and of the year before.
        failed: inspected items that were not met.
    """

    id: str
    name: str
    cases: str = ""
    before: str = ""
    irregular: int = 0
    skipped: int = 0
    skipped_before: int = 0
    failed: tuple[str, ...] = ()


PLACES = (
    Place("V1", "渠口村", ".s.s", "..l"),
    # These two are level.
    Place("V2", "南渠村", ".sl", "..", failed=("信访渠道",)),
    Place("V3", "西渠村", "sl.", "..l", failed=("信访渠道",)),
    # Vetoed: an irregular visit.
    Place("V4", "北渠村", "..", ".l", irregular=1),
    # Vetoed: level-skipping collective visits, though fewer than before, and an open case.
    Place("V5", "东渠村", "o.l", "..", skipped=1, skipped_before=2, failed=("听取信访汇报",)),
    # Vetoed: one of them, and none before; its secretary changes places with that of 渠口村.
    Place("V6", "柳渠村", ".oo", "...", skipped=1, failed=("书记负总责", "妇女主任具体抓")),
    # Nothing about family planning.
    Place("V7", "新和村", "x"),
    # Not one case.
    Place("V8", "沙渠村"),
)
LEADERS = ("L1", "L2")
MOVED = {"V1": "V6", "V6": "V1"}
MOVED_ON = date(YEAR, 7, 1)
MISSED = {"L2": 2}


def tables() -> Tables:
    """Return the records, table by table."""
    return {
        "villages": [
            {"village_id": p.id, "name": p.name, "township": "头闸镇", "kind": "村"} for p in PLACES
        ],
        "cadres": list(_cadres()),
        "assignments": list(_assignments()),
        "cases": [row for p in PLACES for row in _cases(p)],
        "visits": [row for p in PLACES for row in _visits(p)],
        "checks": [row for p in PLACES for row in _checks(p)],
        "duties": list(_duties()),
    }


def _cadres() -> Iterator[Row]:
    posts = [("M1", "镇长", "头闸镇")] + [(key, "镇领导", "头闸镇") for key in LEADERS]
    posts += [(f"{p.id}-1", "支部书记", p.name) for p in PLACES]
    posts += [(f"{p.id}-2", "妇女主任", p.name) for p in PLACES]
    for number, (key, post, unit) in enumerate(posts):
        yield {"cadre_id": key, "name": made_up_name(number), "post": post, "unit": unit}


def _assignments() -> Iterator[Row]:
    held: list[tuple[str, str, str, date, date | None]] = []
    for number, place in enumerate(PLACES):
        held.append(("M1", place.id, "党政一把手", START, None))
        held.append((LEADERS[number % 2], place.id, "包村领导", START, None))
        held.append((f"{place.id}-2", place.id, "妇女主任", START, None))
        own, other = f"{place.id}-1", MOVED.get(place.id)
        if other:
            held.append((own, place.id, "村支部书记", START, MOVED_ON - timedelta(days=1)))
            held.append((own, other, "村支部书记", MOVED_ON, None))
        else:
            held.append((own, place.id, "村支部书记", START, None))
    for number, (cadre, place_id, role, start, end) in enumerate(held, 1):
        yield {
            "assignment_id": f"A{number:02}", "cadre_id": cadre, "village_id": place_id,
            "role": role, "from_on": start, "to_on": end,
        }  # fmt: skip


def _cases(place: Place) -> Iterator[Row]:
    draw = Draw(f"{SEED}/cases/{place.id}")
    for year, story in ((YEAR - 1, place.before), (YEAR, place.cases)):
        for number, mark in enumerate(story, 1):
            received = draw.one(days(date(year, 1, 10), date(year, 9, 20)))
            due = received + timedelta(days=60)
            late = date(year + 1, 2, 10) if year < YEAR else due + timedelta(days=8)
            still_open = mark in "ox"
            closed = late if mark == "l" else received + timedelta(days=draw.whole(15, 50))
            yield {
                "case_id": f"{place.id}-{year}-{number:02}",
                "village_id": place.id,
                "category": "土地流转" if mark == "x" else draw.one(CATEGORIES),
                "channel": draw.one(("来访", "来信", "来电")),
                "received_on": received,
                "due_on": due,
                "closed_on": None if still_open else closed,
                "outcome": "在办" if still_open else draw.one(("化解", "答复")),
                "planning": mark != "x",
                "supervised": mark in "sl" and year == YEAR,
            }


def _visits(place: Place) -> Iterator[Row]:
    draw = Draw(f"{SEED}/visits/{place.id}")
    stories = [(YEAR, "乡", False, False)] * min(len(place.cases), 2)
    stories += [(YEAR, "市", True, False)] * place.irregular
    stories += [(YEAR, "县", False, True)] * place.skipped
    stories += [(YEAR - 1, "县", False, True)] * place.skipped_before
    for number, (year, level, irregular, skipped) in enumerate(stories, 1):
        yield {
            "visit_id": f"{place.id}-F{number:02}",
            "village_id": place.id,
            "level": level,
            "visited_on": draw.one(days(date(year, 2, 1), date(year, 11, 30))),
            "people": 6 if skipped else 1,
            "collective": skipped,
            "irregular": irregular,
            "skipped_level": skipped,
            "planning": True,
        }


def _checks(place: Place) -> Iterator[Row]:
    for number, item in enumerate(CHECKED, 1):
        yield {
            "check_id": f"{place.id}-J{number}",
            "village_id": place.id,
            "item": item,
            "met": item not in place.failed,
            "checked_on": date(YEAR, 11, 22),
            "checked_by": "镇计生办",
        }


def _duties() -> Iterator[Row]:
    for key in ("M1", *LEADERS):
        for number, day in enumerate(month_ends(START, END), 1):
            yield {
                "duty_id": f"{key}-{number:02}",
                "cadre_id": key,
                "duty_on": day.replace(day=15),
                "kind": "接访",
                "present": number > MISSED.get(key, 0),
                "reachable": True,
            }
