"""A year of ten made-up villages and three units for the ruleset ``pingchuan-three-nos``.

Every place has its story (:data:`PLACES`); the draws only fill in days and words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from samples.petitions import Cases, Visits, case_rows, visit_rows
from samples.writing import Draw, at, days, made_up_name, month_ends, owed_reports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from samples.writing import Row, Tables

SEED = "pingchuan-three-nos"
YEAR = 2025
START, END = date(YEAR, 1, 1), date(YEAR, 12, 31)
BODIES = ("调委会", "群众工作站", "社调解小组", "信息员")
SYSTEMS = ("接访制度", "登记制度", "办理制度", "核实制度", "分析制度", "答复制度")
PAPERS = ("工作方案", "法治宣传")
ALONE = (Visits("村", 3), Visits("乡", 2), Visits("县"))
LAWFUL = (*ALONE, Visits("乡", collective=True))


@dataclass(frozen=True)
class Place:
    """A village or unit with its story of this year and of the year before.

    Attributes:
        faults: late or missing reports, as ``("周", "late"): 2``.
        failed: inspected items that were not met.
    """

    id: str
    name: str
    cases: Cases
    before: Cases
    visits: tuple[Visits, ...] = LAWFUL
    visits_before: tuple[Visits, ...] = (*ALONE, Visits("乡", 2, collective=True))
    kind: str = "村"
    listed: bool = True
    faults: Mapping[tuple[str, str], int] = field(default_factory=dict)
    failed: tuple[str, ...] = ()


TIED = Cases(count=14, first=9, collective=1, repeat=1, upheld=1, gaps=2)
TIED_BEFORE = Cases(count=16, first=10, collective=2, repeat=2, passed_up=1)
TIED_FAULTS = {("周", "late"): 2, ("周三", "late"): 3, ("日", "late"): 5}
SMALL = Cases(count=3, first=2)
SMALL_BEFORE = Cases(count=4, first=3, late=1)

PLACES = (
    # Reaches everything: a hundred points.
    Place("V01", "五里墩村",
          Cases(count=10, first=6, collective=1, repeat=1, upheld=1),
          Cases(count=13, first=8, collective=2, repeat=2, passed_up=1)),
    # Good, with a few late reports; its leader answers for 五里墩村 as well.
    Place("V02", "一工城村",
          Cases(count=12, first=7, collective=1, repeat=1, upheld=1),
          Cases(count=15, first=9, collective=1, repeat=1, passed_up=2),
          faults={("周", "late"): 1, ("周", "missing"): 1, ("日", "late"): 9,
                  ("日", "missing"): 3}),
    # These two are level to the hundredth.
    Place("V03", "平川村", TIED, TIED_BEFORE, faults=TIED_FAULTS),
    Place("V04", "三一村", TIED, TIED_BEFORE, faults=TIED_FAULTS),
    # Vetoed: an irregular visit to the capital.
    Place("V05", "三二村",
          Cases(count=16, first=9, collective=1, repeat=2, late=1, only_answered=1, gaps=1),
          Cases(count=15, first=9, collective=1, repeat=1, passed_up=1),
          visits=(*LAWFUL, Visits("京", irregular=True, skipped=True)),
          faults={("周", "late"): 3, ("周三", "missing"): 1, ("急", "late"): 1}),
    # The three nos are reached, but the safe village is not: no name, and one grade down.
    Place("V06", "三三村",
          Cases(count=12, first=7, collective=1, repeat=1, upheld=1, without=(("method", 1),)),
          Cases(count=14, first=8, collective=1, repeat=1, passed_up=1),
          faults={("周三", "late"): 4}, failed=("平安村验收",)),
    # A backlog, a level-skipping collective visit, and a first gate that did not hold.
    Place("V07", "四坝村",
          Cases(count=18, first=10, collective=2, repeat=2, overdue=1, late=2, late_notice=1,
                passed_up=2, worsened=1, only_answered=2, gaps=1, without=(("plan", 1),)),
          Cases(count=17, first=10, collective=2, repeat=1, overdue=1, carried=2, passed_up=1),
          visits=(*ALONE, Visits("市", collective=True, skipped=True), Visits("县", skipped=True)),
          visits_before=(*LAWFUL, Visits("县", skipped=True)),
          faults={("日", "missing"): 20, ("周", "missing"): 4, ("周三", "missing"): 6,
                  ("急", "missing"): 1},
          failed=("平安村验收", "信息员", "分析制度")),
    # Not one case, this year or the last.
    Place("V08", "芦湾村", Cases(), Cases(), visits=(), visits_before=(),
          faults={("周", "late"): 1}),
    # A first petition of which the review overturned the answer.
    Place("V09", "贾家墩村",
          Cases(count=15, first=9, collective=1, repeat=1, late=1, late_notice=1, overturned=1,
                upheld=1, gaps=2),
          Cases(count=16, first=10, collective=1, repeat=1),
          faults={("周", "late"): 6, ("周三", "late"): 5, ("日", "late"): 12}),
    # Not on the list of nine, and yet it reaches the three nos.
    Place("V10", "向阳村",
          Cases(count=11, first=6, collective=1, repeat=1, upheld=1, without=(("team", 1),)),
          Cases(count=12, first=7, collective=1, repeat=1, passed_up=1),
          listed=False, faults={("周", "late"): 2}),
    Place("U01", "司法所", SMALL, SMALL_BEFORE, visits=(), kind="单位", listed=False,
          faults={("月", "late"): 2}),
    Place("U02", "自然资源所", Cases(count=4, first=2), SMALL_BEFORE, visits=(), kind="单位",
          listed=False, faults={("周三", "missing"): 1, ("月", "missing"): 1}),
    Place("U03", "中心学校", SMALL, SMALL_BEFORE, visits=(), kind="单位", listed=False),
)  # fmt: skip
VILLAGES = tuple(place for place in PLACES if place.kind == "村")

VILLAGE_POSTS = ("村支部书记", "村委会主任", "调委会主任")
ABSENCES = {("L2", "下访"): 2, ("L4", "接访"): 1}
SWAPPED = ("V05", "V07")
"""The villages whose assigned cadres change places in the middle of the year."""
SWAP_ON = (date(YEAR, 6, 30), date(YEAR, 7, 1))


def tables() -> Tables:
    """Return the records, table by table."""
    cadres, assignments = _people()
    cases = {place.id: list(_cases(place)) for place in PLACES}
    return {
        "villages": [_village(place) for place in PLACES],
        "cadres": cadres,
        "assignments": assignments,
        "cases": [row for place in PLACES for row in cases[place.id]],
        "visits": [row for place in PLACES for row in _visits(place, cases[place.id])],
        "reports": [row for place in PLACES for row in _reports(place)],
        "checks": [row for place in PLACES for row in _checks(place)],
        "duties": list(_duties()),
    }


def _village(place: Place) -> Row:
    return {
        "village_id": place.id,
        "name": place.name,
        "township": "平川镇",
        "kind": place.kind,
        "targeted": place.listed,
    }


def _leader(place: Place) -> str:
    """Return the township leader of a village: each leader has two of them."""
    return f"L{VILLAGES.index(place) // 2 + 1}"


def _people() -> tuple[list[Row], list[Row]]:
    """Return the cadres, and what each of them answers for."""
    cadres: list[Row] = []
    assignments: list[Row] = []

    def cadre(key: str, post: str, unit: str) -> None:
        name = made_up_name(len(cadres))
        cadres.append({"cadre_id": key, "name": name, "post": post, "unit": unit})

    def assign(
        key: str, place: str, role: str, start: date = START, end: date | None = None
    ) -> None:
        number = f"A{len(assignments) + 1:03}"
        assignments.append({
            "assignment_id": number, "cadre_id": key, "village_id": place, "role": role,
            "from_on": start, "to_on": end,
        })  # fmt: skip

    for number in range(1, len(VILLAGES) // 2 + 1):
        cadre(f"L{number}", "镇领导", "平川镇")
    for place in VILLAGES:
        assign(_leader(place), place.id, "包村领导")
        for number, post in enumerate(VILLAGE_POSTS, 1):
            cadre(f"{place.id}-{number}", post, place.name)
            assign(f"{place.id}-{number}", place.id, post)
        cadre(f"B-{place.id}", "镇干部", "平川镇")
        if place.id in SWAPPED:
            other = SWAPPED[1 - SWAPPED.index(place.id)]
            assign(f"B-{place.id}", place.id, "包村干部", end=SWAP_ON[0])
            assign(f"B-{place.id}", other, "包村干部", start=SWAP_ON[1])
        else:
            assign(f"B-{place.id}", place.id, "包村干部")
    for place in PLACES[len(VILLAGES) :]:
        cadre(f"{place.id}-1", "主要负责人", place.name)
        assign(f"{place.id}-1", place.id, "单位主要负责人")
    return cadres, assignments


def _cases(place: Place) -> Iterator[Row]:
    own = [f"{place.id}-1"]
    cadres = own if place.kind == "单位" else [*own, f"{place.id}-2", _leader(place)]
    for year, story in ((YEAR - 1, place.before), (YEAR, place.cases)):
        draw = Draw(f"{SEED}/cases/{place.id}/{year}")
        yield from case_rows(draw, place.id, cadres, story, year, END)


def _visits(place: Place, cases: list[Row]) -> Iterator[Row]:
    for year, stories in ((YEAR - 1, place.visits_before), (YEAR, place.visits)):
        draw = Draw(f"{SEED}/visits/{place.id}/{year}")
        of_year = [row for row in cases if str(row["received_on"]).startswith(str(year))]
        yield from visit_rows(draw, place.id, stories, of_year, year)


def _reports(place: Place) -> Iterator[Row]:
    draw = Draw(f"{SEED}/reports/{place.id}")
    every = days(START, END)
    due = {
        "日": [at(day, 18) for day in every],
        "周": [at(day, 17) for day in days(START, END, weekday=5)],
        "周三": [at(day, 17) for day in days(START, END, weekday=3)],
        "月": [at(day, 17) for day in month_ends(START, END)],
        "急": [at(day, draw.whole(9, 20)) for day in draw.some(every, 4)],
    }
    for kind in ("日", "周", "周三", "急") if place.kind == "村" else ("周三", "月"):
        late, missing = (place.faults.get((kind, fault), 0) for fault in ("late", "missing"))
        yield from owed_reports(draw, {"village_id": place.id}, kind, due[kind], late, missing)


def _checks(place: Place) -> Iterator[Row]:
    draw = Draw(f"{SEED}/checks/{place.id}")
    village = ("平安村验收", *BODIES) if place.kind == "村" else ()
    for number, item in enumerate((*village, *SYSTEMS, *PAPERS), 1):
        yield {
            "check_id": f"{place.id}-J{number:02}",
            "village_id": place.id,
            "item": item,
            "met": item not in place.failed,
            "checked_on": draw.one(days(date(YEAR, 11, 1), date(YEAR, 12, 20))),
            "checked_by": "镇考核组",
        }


def _duties() -> Iterator[Row]:
    for number in range(1, len(VILLAGES) // 2 + 1):
        leader = f"L{number}"
        draw = Draw(f"{SEED}/duties/{leader}")
        owed = {
            "下访": days(START, END, weekday=2),
            "接访": [day.replace(day=15) for day in month_ends(START, END)],
        }
        for kind, on in owed.items():
            absent = draw.some(on, ABSENCES.get((leader, kind), 0))
            for count, day in enumerate(on, 1):
                yield {
                    "duty_id": f"{leader}-{kind}-{count:02}",
                    "cadre_id": leader,
                    "duty_on": day,
                    "kind": kind,
                    "present": day not in absent,
                    "reachable": True,
                }
