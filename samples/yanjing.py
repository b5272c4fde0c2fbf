"""A year of eight made-up villages and communities for ``yanjing``.

Daily and three-day reports are those of two spot-checked periods; the half-monthly ones are all
there. Every place has its story (:data:`PLACES`); the draws only fill in days and words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from samples.writing import Draw, at, days, made_up_name, month_ends, owed_reports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from samples.writing import Row, Tables

SEED = "yanjing"
START, END = date(2025, 1, 1), date(2025, 12, 31)
DAILY = days(date(2025, 9, 8), date(2025, 9, 12))
THREE_DAYS = days(date(2025, 9, 1), date(2025, 9, 30))[::3]
CHECKED = ("乡村责任书", "村组责任书", "调解委员会", "调解小组")


@dataclass(frozen=True)
class Place:
    """A village or community with its story.

    Attributes:
        cases: its cases, each its size (``小`` or ``大``) and where it was settled (``组``,
            ``村``, ``乡``), followed by ``+`` for one late, ``-`` for one not yet settled or
            answered, ``^`` for one passed up, ``!`` for one without a leader.
        faults: late or missing reports, as ``("半月", "late"): 2``.
        unsigned: three-day reports without a signature.
        failed: inspected items that were not met.
        lapse: role of the cadre whose absence had grave results, and whether they were grave.
    """

    id: str
    name: str
    kind: str = "村"
    cases: tuple[str, ...] = ()
    faults: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unsigned: int = 0
    failed: tuple[str, ...] = ()
    lapse: tuple[str, bool] | None = None


PLACES = (
    Place("V1", "上井村", cases=("小组", "小组", "大村", "大组")),
    # These two are level.
    Place("V2", "下井村", cases=("小组", "小村", "大村"), faults={("半月", "late"): 2}),
    Place("V3", "盐泉村", cases=("小村", "小组", "大村"), faults={("半月", "missing"): 1}),
    # Its cadre was out of reach, and the results were grave.
    Place("V4", "石沟村", cases=("小组", "大乡^", "小村+", "大村-", "小组!"),
          faults={("半月", "missing"): 3, ("日", "late"): 3, ("三日", "missing"): 2},
          unsigned=1, failed=("村组责任书",), lapse=("驻村干部", True)),
    # Out of reach as well, without grave results; the cadre changes places with that of 石沟村.
    Place("V5", "白杨村", cases=("小组", "小组", "大乡+"), faults={("日", "missing"): 1},
          unsigned=2, lapse=("村支部书记", False)),
    # Not one case.
    Place("V6", "高岭村"),
    Place("C1", "盐街社区", "社区", ("小组", "大村", "小村")),
    Place("C2", "新桥社区", "社区", ("小乡^", "大乡", "小组"), {("日", "late"): 2},
          failed=("调解小组",)),
)  # fmt: skip
LEADERS = ("L1", "L2")
AREAS = ("P1", "P2")
SWAPPED = {"V4": "V5", "V5": "V4"}
SWAP_ON = date(2025, 7, 1)
PHONE_OFF = {"Z-V5": 4, "Z-V4": 1, "V5-1": 1}
VISITS_MISSED = {"L2": 3}


def tables() -> Tables:
    """Return the records, table by table."""
    return {
        "villages": [
            {"village_id": p.id, "name": p.name, "township": "盐井乡", "kind": p.kind}
            for p in PLACES
        ],
        "cadres": list(_cadres()),
        "assignments": list(_assignments()),
        "cases": [row for n, p in enumerate(PLACES) for row in _cases(p, LEADERS[n % 2])],
        "reports": [row for p in PLACES for row in _reports(p)],
        "checks": [row for p in PLACES for row in _checks(p)],
        "duties": list(_duties()),
        "lapses": [row for p in PLACES for row in _lapses(p)],
    }


def _posts() -> list[tuple[str, str, str]]:
    posts = [(key, "乡领导", "盐井乡") for key in LEADERS]
    posts += [(key, "片区负责人", "盐井乡") for key in AREAS]
    posts += [(f"{p.id}-1", "支部书记", p.name) for p in PLACES]
    return posts + [(f"Z-{p.id}", "驻村干部", "盐井乡") for p in PLACES]


def _cadres() -> Iterator[Row]:
    for number, (key, post, unit) in enumerate(_posts()):
        yield {"cadre_id": key, "name": made_up_name(number), "post": post, "unit": unit}


def _assignments() -> Iterator[Row]:
    held: list[tuple[str, str, str, date, date | None]] = []
    for number, place in enumerate(PLACES):
        held.append((LEADERS[number % 2], place.id, "联系领导", START, None))
        held.append((AREAS[number // 4], place.id, "片区负责人", START, None))
        held.append((f"{place.id}-1", place.id, "村支部书记", START, None))
        own, other = f"Z-{place.id}", SWAPPED.get(place.id)
        if other:
            held.append((own, place.id, "驻村干部", START, SWAP_ON - timedelta(days=1)))
            held.append((own, other, "驻村干部", SWAP_ON, None))
        else:
            held.append((own, place.id, "驻村干部", START, None))
    for number, (cadre, place_id, role, start, end) in enumerate(held, 1):
        yield {
            "assignment_id": f"A{number:02}", "cadre_id": cadre, "village_id": place_id,
            "role": role, "from_on": start, "to_on": end,
        }  # fmt: skip


def _cases(place: Place, leader: str) -> Iterator[Row]:
    draw = Draw(f"{SEED}/cases/{place.id}")
    for number, story in enumerate(place.cases, 1):
        received = draw.one(days(date(2025, 1, 8), date(2025, 9, 30)))
        due = received + timedelta(days=60)
        closed = due + timedelta(days=5) if "+" in story else due - timedelta(days=25)
        open_still = "-" in story
        yield {
            "case_id": f"{place.id}-{number:02}",
            "village_id": place.id,
            "category": draw.one(("邻里纠纷", "地界纠纷", "工资报酬", "惠农补贴")),
            "channel": draw.one(("来访", "来信", "来电", "交办")),
            "received_on": received,
            "due_on": due,
            "closed_on": None if open_still else closed,
            "outcome": "在办" if open_still else "上交" if "^" in story else "化解",
            "cadre_id": None if "!" in story else leader,
            "size": f"{story[0]}纠纷",
            "settled_at": story[1],
            "answered_on": None if open_still else closed,
        }


def _reports(place: Place) -> Iterator[Row]:
    draw = Draw(f"{SEED}/reports/{place.id}")
    halves = [day.replace(day=15) for day in month_ends(START, END)] + month_ends(START, END)
    due: dict[str, list[datetime]] = {
        "日": [at(day, hour) for day in DAILY for hour in (9, 14, 18)],
        "三日": [at(day, 18) for day in THREE_DAYS],
        "半月": [at(day, 18) for day in sorted(halves)],
    }
    for kind, moments in due.items():
        late, missing = (place.faults.get((kind, fault), 0) for fault in ("late", "missing"))
        rows = list(owed_reports(draw, {"village_id": place.id}, kind, moments, late, missing))
        signed = [row for row in rows if kind == "三日" and row["submitted_at"]]
        for number, row in enumerate(signed):
            row["signed"] = number >= place.unsigned
        yield from ({"signed": False} | row for row in rows)


def _checks(place: Place) -> Iterator[Row]:
    for number, item in enumerate(CHECKED, 1):
        yield {
            "check_id": f"{place.id}-J{number}",
            "village_id": place.id,
            "item": item,
            "met": item not in place.failed,
            "checked_on": date(2025, 11, 18),
            "checked_by": "乡综治办",
        }


def _duties() -> Iterator[Row]:
    on = [day.replace(day=10) for day in month_ends(START, END)]
    for key, post, _ in _posts():
        leads = post == "乡领导"
        for number, day in enumerate(on, 1):
            yield {
                "duty_id": f"{key}-{number:02}",
                "cadre_id": key,
                "duty_on": day,
                "kind": "下访" if leads else "值班",
                "present": not leads or number > VISITS_MISSED.get(key, 0),
                "reachable": number > PHONE_OFF.get(key, 0),
            }


def _lapses(place: Place) -> Iterator[Row]:
    if place.lapse:
        role, grave = place.lapse
        yield {
            "lapse_id": f"{place.id}-S1",
            "village_id": place.id,
            "role": role,
            "occurred_on": date(2025, 8, 10),
            "grave": grave,
        }
