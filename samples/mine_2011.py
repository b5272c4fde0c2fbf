"""A fortnight of four made-up departments and four construction units, for ``mine-2011``.

Every unit has its story (:data:`UNITS`); the draws only fill in days and words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from samples.writing import Draw, at, days, made_up_name, owed_reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from samples.writing import Row, Tables

SEED = "mine-2011"
START, END = date(2011, 9, 20), date(2011, 10, 3)
CHECKED = (
    "思想到位", "措施到位", "落实到位", "责任分解", "一岗双责", "矛盾排查", "风险评估", "专人值班",
)  # fmt: skip
CATEGORIES = ("工资待遇", "劳动保护", "食宿条件", "工伤待遇")


@dataclass(frozen=True)
class Unit:
    """A department or construction unit with its fortnight.

    Attributes:
        cases: what became of the matters due within the fortnight: 化解, 答复, 上交, 逾期 or 未结.
        backlog: what became of those overdue before it: 化解, 答复 or 未结.
        late: urgent reports that came late, of four.
        missing: urgent reports that never came.
        wages: how each payday went: 按时, 迟发 or 拖欠.
        incidents: kind of each, and whether the unit was at fault.
        failed: inspected items that were not met.
    """

    id: str
    name: str
    kind: str
    cases: tuple[str, ...] = ()
    backlog: tuple[str, ...] = ()
    late: int = 0
    missing: int = 0
    urgent: int = 4
    wages: tuple[str, ...] = ()
    incidents: tuple[tuple[str, bool], ...] = ()
    failed: tuple[str, ...] = ()


UNITS = (
    Unit("D1", "安监科", "部门", ("化解", "答复", "化解"), ("化解",)),
    # These two are level.
    Unit("D2", "劳资科", "部门", ("化解", "逾期", "答复", "化解"), late=1),
    Unit("D3", "后勤科", "部门", ("答复", "化解", "化解", "逾期"), late=1),
    # Nothing came up.
    Unit("D4", "档案室", "部门", urgent=0),
    Unit("C1", "建安一队", "施工单位", ("化解", "化解"), ("化解", "化解"), wages=("按时", "按时")),
    # Owes wages, and passes a matter up; its head changes places with that of 土建三队.
    Unit("C2", "掘进二队", "施工单位", ("化解", "上交", "逾期"), ("答复", "化解"), late=1,
         wages=("拖欠", "迟发"), failed=("风险评估",)),
    # Vetoed, by its own fault.
    Unit("C3", "机电安装队", "施工单位", ("化解", "未结", "逾期", "答复"), ("未结",), missing=1,
         wages=("按时", "迟发"), incidents=(("干扰活动", True),), failed=("落实到位", "矛盾排查")),
    # Vetoed as well; nobody was at fault.
    Unit("C4", "土建三队", "施工单位", ("化解", "化解", "答复"), ("化解", "未结"),
         wages=("按时", "按时"), incidents=(("极端事件", False),)),
)  # fmt: skip
LEADERS = ("L1", "L2", "L3")
MOVED = {"C2": "C4", "C4": "C2"}
MOVED_ON = date(2011, 9, 27)
ABSENT, UNREACHABLE = date(2011, 9, 24), date(2011, 9, 29)


def tables() -> Tables:
    """Return the records, table by table."""
    return {
        "villages": [
            {"village_id": u.id, "name": u.name, "kind": "单位", "unit_kind": u.kind} for u in UNITS
        ],
        "cadres": list(_cadres()),
        "assignments": list(_assignments()),
        "cases": [row for u in UNITS for row in _cases(u)],
        "reports": [row for u in UNITS for row in _reports(u)],
        "checks": [row for u in UNITS for row in _checks(u)],
        "duties": list(_duties()),
        "incidents": [row for u in UNITS for row in _incidents(u)],
        "wages": [row for u in UNITS for row in _wages(u)],
    }


def _cadres() -> Iterator[Row]:
    posts = [(key, "矿领导", "矿部") for key in LEADERS]
    posts += [(f"{u.id}-1", "单位负责人", u.name) for u in UNITS]
    for number, (key, post, unit) in enumerate(posts):
        yield {"cadre_id": key, "name": made_up_name(number), "post": post, "unit": unit}


def _assignments() -> Iterator[Row]:
    held: list[tuple[str, str, str, date, date | None]] = []
    for number, unit in enumerate(UNITS):
        held.append((LEADERS[number % 3], unit.id, "分管领导", START, None))
        held.append((LEADERS[(number + 1) % 3], unit.id, "其他领导", START, None))
        own, other = f"{unit.id}-1", MOVED.get(unit.id)
        if other:
            held.append((own, unit.id, "单位负责人", START, MOVED_ON - timedelta(days=1)))
            held.append((own, other, "单位负责人", MOVED_ON, None))
        else:
            held.append((own, unit.id, "单位负责人", START, None))
    for number, (cadre, unit_id, role, start, end) in enumerate(held, 1):
        yield {
            "assignment_id": f"A{number:02}", "cadre_id": cadre, "village_id": unit_id,
            "role": role, "from_on": start, "to_on": end,
        }  # fmt: skip


def _cases(unit: Unit) -> Iterator[Row]:
    draw = Draw(f"{SEED}/cases/{unit.id}")
    for number, fate in enumerate((*unit.cases, *unit.backlog), 1):
        old = number > len(unit.cases)
        due = draw.one(days(date(2011, 7, 5), date(2011, 9, 10)) if old else days(START, END)[3:12])
        received = due - timedelta(days=30 if old else 15)
        closed: date | None = draw.one(days(START, END)[:-1]) if old else due - timedelta(days=2)
        if fate == "逾期":
            closed = due + timedelta(days=1)
        yield {
            "case_id": f"{unit.id}-{number:02}",
            "village_id": unit.id,
            "category": draw.one(CATEGORIES),
            "channel": draw.one(("来访", "来信", "来电")),
            # What is passed up was registered within the fortnight.
            "received_on": START if fate == "上交" else received,
            "due_on": due,
            "closed_on": None if fate == "未结" else closed,
            "outcome": {"未结": "在办", "逾期": "答复"}.get(fate, fate),
            "cadre_id": f"{unit.id}-1",
        }


def _reports(unit: Unit) -> Iterator[Row]:
    draw = Draw(f"{SEED}/reports/{unit.id}")
    due = [at(day, draw.whole(9, 20)) for day in draw.some(days(START, END), unit.urgent)]
    yield from owed_reports(draw, {"village_id": unit.id}, "急", due, unit.late, unit.missing)


def _checks(unit: Unit) -> Iterator[Row]:
    for number, item in enumerate(CHECKED, 1):
        yield {
            "check_id": f"{unit.id}-J{number}",
            "village_id": unit.id,
            "item": item,
            "met": item not in unit.failed,
            "checked_on": date(2011, 9, 28),
            "checked_by": "领导小组检查组",
        }


def _duties() -> Iterator[Row]:
    for number, day in enumerate(days(START, END)):
        leader = LEADERS[number % 3]
        for kind in ("带班", "值班"):
            yield {
                "duty_id": f"Z{day:%m%d}-{kind}",
                "cadre_id": leader if kind == "带班" else f"{UNITS[number % 4].id}-1",
                "duty_on": day,
                "kind": kind,
                "present": day != ABSENT or kind != "带班",
                "reachable": day != UNREACHABLE,
            }


def _incidents(unit: Unit) -> Iterator[Row]:
    for number, (kind, fault) in enumerate(unit.incidents, 1):
        yield {
            "incident_id": f"{unit.id}-S{number}",
            "village_id": unit.id,
            "kind": kind,
            "occurred_on": date(2011, 10, 1),
            "unit_at_fault": fault,
        }


def _wages(unit: Unit) -> Iterator[Row]:
    for number, (payable, how) in enumerate(zip((START, date(2011, 9, 30)), unit.wages), 1):  # noqa: B905 - departments have none
        paid = {"按时": payable, "迟发": payable + timedelta(days=2), "拖欠": None}[how]
        yield {
            "wage_id": f"{unit.id}-G{number}",
            "village_id": unit.id,
            "payable_on": payable,
            "paid_on": paid,
        }
