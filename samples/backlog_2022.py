"""Three phases of nine made-up offices, villages and units for ``backlog-2022``.

Every one has its story (:data:`UNITS`); the draws only fill in days and words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from samples.writing import Draw, days, made_up_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from samples.writing import Row, Tables

SEED = "backlog-2022"
START = date(2021, 12, 1)
PHASES = {
    "工作专班": date(2021, 12, 20),
    "部署会": date(2021, 12, 24),
    "排查摸底": date(2022, 3, 25),
    "集中化解": date(2022, 8, 26),
}
REVIEWED = ("自查来信", "自查来访", "自查来电", "自查网上", "自查交办", "主动走访")
CLASSES = {"人": "组织人事", "民": "民生", "遗": "其它遗留"}
TIME_LIMITS = {"人": date(2022, 5, 31), "民": date(2022, 7, 31), "遗": date(2022, 8, 31)}
MONTHS = range(4, 10)


@dataclass(frozen=True)
class Unit:
    """An office, village or unit with its backlog.

    Attributes:
        backlog: its cases, class by class: ``人``, ``民`` or ``遗``, followed by ``+`` for one
            settled after its time limit, ``-`` for one still open, ``*`` for one of which the
            mediation failed, ``!`` for one without measures in the ledger.
        phases: when a phase was done, where that is not in time; ``None``: never.
        late: monthly reports after the 20th.
        missing: monthly reports that never came.
        failed: inspected items that were not met.
    """

    id: str
    name: str
    kind: str = "村"
    unit_kind: str = "村社区"
    backlog: tuple[str, ...] = ()
    phases: Mapping[str, date | None] = field(default_factory=dict)
    late: int = 0
    missing: int = 0
    failed: tuple[str, ...] = ()


UNITS = (
    Unit("V1", "河东村", backlog=("人", "民", "民*", "遗")),
    # These two are level.
    Unit("V2", "河西村", backlog=("民", "遗"), late=2),
    Unit("V3", "石桥村", backlog=("民", "民", "遗"), late=2),
    # Two still open; its party secretary changes places with that of 新街社区.
    Unit("V4", "柳林村", backlog=("人-", "民+", "民", "遗-", "遗*"), missing=2,
         phases={"集中化解": None}, failed=("自查网上",)),
    Unit("V5", "新街社区", "社区", backlog=("民", "民!", "遗+"), late=1,
         phases={"排查摸底": date(2022, 4, 10)}),
    # No backlog at all.
    Unit("O1", "党政办公室", "单位", "机关室站所"),
    Unit("O2", "农业服务中心", "单位", "机关室站所", ("民", "遗"),
         phases={"部署会": date(2022, 1, 10)}),
    Unit("U1", "镇中心小学", "单位", "镇辖单位", ("人", "人+"), late=1),
    # Nothing was done in time.
    Unit("U2", "镇供销社", "单位", "镇辖单位", ("人-", "遗-"), missing=6,
         phases=dict.fromkeys(PHASES), failed=REVIEWED),
)  # fmt: skip
LEADERS = ("L1", "L2", "L3")
MOVED = {"V4": "V5", "V5": "V4"}
MOVED_ON = date(2022, 5, 1)


def tables() -> Tables:
    """Return the records, table by table."""
    return {
        "villages": [
            {"village_id": u.id, "name": u.name, "kind": u.kind, "unit_kind": u.unit_kind}
            for u in UNITS
        ],
        "cadres": list(_cadres()),
        "assignments": list(_assignments()),
        "cases": [row for number, u in enumerate(UNITS) for row in _cases(u, LEADERS[number % 3])],
        "reports": [row for u in UNITS for row in _reports(u)],
        "checks": [row for u in UNITS for row in _checks(u)],
    }


def _cadres() -> Iterator[Row]:
    posts = [(key, "镇领导", "某镇") for key in LEADERS]
    posts += [(f"{u.id}-1", "支部书记", u.name) for u in UNITS]
    for number, (key, post, unit) in enumerate(posts):
        yield {"cadre_id": key, "name": made_up_name(number), "post": post, "unit": unit}


def _assignments() -> Iterator[Row]:
    held: list[tuple[str, str, str, date, date | None]] = []
    for number, unit in enumerate(UNITS):
        held.append((LEADERS[number % 3], unit.id, "包案领导", START, None))
        own, other = f"{unit.id}-1", MOVED.get(unit.id)
        if other:
            held.append((own, unit.id, "支部书记", START, MOVED_ON - timedelta(days=1)))
            held.append((own, other, "支部书记", MOVED_ON, None))
        else:
            held.append((own, unit.id, "支部书记", START, None))
    for number, (cadre, unit_id, role, start, end) in enumerate(held, 1):
        yield {
            "assignment_id": f"A{number:02}", "cadre_id": cadre, "village_id": unit_id,
            "role": role, "from_on": start, "to_on": end,
        }  # fmt: skip


def _cases(unit: Unit, leader: str) -> Iterator[Row]:
    draw = Draw(f"{SEED}/cases/{unit.id}")
    for number, entry in enumerate(unit.backlog, 1):
        kind, marks = entry[0], entry[1:]
        limit = TIME_LIMITS[kind]
        settled = limit + timedelta(days=9) if "+" in marks else limit - timedelta(days=20)
        help_due = draw.whole(1, 3) == 1
        yield {
            "case_id": f"{unit.id}-{number:02}",
            "village_id": unit.id,
            "channel": draw.one(("来信", "来访", "来电", "网上", "交办")),
            "received_on": draw.one(days(date(2017, 1, 5), date(2021, 9, 30))),
            "due_on": limit,
            "closed_on": None if "-" in marks else settled,
            "outcome": "在办" if "-" in marks else draw.one(("化解", "化解", "答复")),
            "backlog_class": CLASSES[kind],
            "cadre_id": leader,
            "responsible_id": f"{unit.id}-1",
            "has_plan": True,
            "has_measures": "!" not in marks,
            "mediated_on": date(2022, 4, draw.whole(6, 28)),
            "help_due": help_due,
            "helped_on": date(2022, 4, 30) if help_due else None,
            "mediation_failed": "*" in marks,
            "legal_on": date(2022, 5, 10) if "*" in marks else None,
            "hearing_due": False,
            "heard_on": None,
        }


def _reports(unit: Unit) -> Iterator[Row]:
    for number, month in enumerate(MONTHS):
        day = 22 if number < unit.late else 18
        never = number >= len(MONTHS) - unit.missing
        yield {
            "report_id": f"{unit.id}-{month:02}",
            "village_id": unit.id,
            "kind": "月",
            "period": f"2022-{month:02}",
            "due_at": datetime(2022, month, 20, 18),
            "submitted_at": None if never else datetime(2022, month, day, 10),
        }


def _checks(unit: Unit) -> Iterator[Row]:
    done = {item: unit.phases.get(item, day) for item, day in PHASES.items()}
    done |= dict.fromkeys(REVIEWED, date(2022, 3, 28))
    for number, (item, day) in enumerate(done.items(), 1):
        yield {
            "check_id": f"{unit.id}-J{number:02}",
            "village_id": unit.id,
            "item": item,
            "met": day is not None and item not in unit.failed,
            "checked_on": day or date(2022, 9, 20),
            "checked_by": "镇党建办",
        }
