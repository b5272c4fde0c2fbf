"""A year of seven made-up places and one unit for the ruleset ``qinghe-2012``.

Every place has its story (:data:`PLACES`); the draws only fill in days and words. The rota holds
the first three days of each month, so that the sample stays small.
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

SEED = "qinghe-2012"
YEAR = 2012
START, END = date(YEAR, 1, 1), date(YEAR, 12, 31)
ITEMS = ("排查专人", "信访工作组织", "政策宣传", "听取意见")
LAWFUL = (Visits("村", 2), Visits("乡", 2), Visits("乡", collective=True))
SKIPPED = Visits("县", skipped=True)


@dataclass(frozen=True)
class Story:
    """What a place did in one year.

    Attributes:
        answered: closed cases of which the matter was answered but not settled.
        unfiled: closed cases whose papers were not filed.
        unreported: visits that the leaders did not hear of.
        late: monthly reports that came late; likewise ``missing``.
        urgent_late: urgent reports that came late.
    """

    cases: Cases = field(default_factory=Cases)
    visits: tuple[Visits, ...] = LAWFUL
    answered: int = 0
    unfiled: int = 0
    unreported: int = 0
    late: int = 0
    missing: int = 0
    urgent_late: int = 0


@dataclass(frozen=True)
class Place:
    """A village, a community or a unit with its story of this year and of the year before.

    Attributes:
        faults: established faults that led to the last of its visits: degree and role.
        failed: inspected items that were not met.
    """

    id: str
    name: str
    story: Story
    before: Story
    kind: str = "村"
    leader: str = "L1"
    faults: tuple[tuple[str, str], ...] = ()
    failed: tuple[str, ...] = ()


USUAL_BEFORE = Story(Cases(count=6, first=3, late=1), late=2, unreported=1, unfiled=1)
TIED = Story(Cases(count=6, first=4), late=1, unreported=1)

PLACES = (
    # Reaches everything: a hundred points.
    Place("V1", "东岭村", Story(Cases(count=5, first=3)), USUAL_BEFORE),
    # These two are level to the hundredth.
    Place("V2", "西岭村", TIED, USUAL_BEFORE),
    Place("V3", "河湾村", TIED, USUAL_BEFORE),
    # A village cadre's fault led to a collective visit past the township.
    Place("V4", "南泉村",
          Story(Cases(count=8, first=4, overdue=1, late=1),
                (*LAWFUL, Visits("县", collective=True, skipped=True)),
                answered=2, unfiled=1, late=3, missing=1, urgent_late=1),
          USUAL_BEFORE, leader="L2", faults=(("一般", "村干部"),), failed=("听取意见",)),
    # The area leader's grave fault; a backlog from last year, and it got worse.
    Place("V5", "北山村",
          Story(Cases(count=9, first=4, overdue=2, worsened=1, late=1),
                (*LAWFUL, SKIPPED, Visits("市", skipped=True)),
                answered=3, unfiled=3, unreported=2, late=4, missing=3, urgent_late=2),
          Story(Cases(count=7, first=4, overdue=1, carried=1), (*LAWFUL, SKIPPED)),
          leader="L2", faults=(("一般", "包村干部"), ("严重", "包片领导")),
          failed=("信访工作组织", "政策宣传")),
    # Fewer faults than last year: the six are evident though not every report came in time.
    Place("V6", "柳树村",
          Story(Cases(count=7, first=5), answered=1, late=2, urgent_late=1),
          Story(Cases(count=8, first=4, late=1), (*LAWFUL, SKIPPED),
                late=3, missing=1, unreported=2, unfiled=2),
          leader="L3"),
    # Not one case, not one visit.
    Place("V7", "镇东居委会", Story(visits=()), Story(visits=()), kind="社区", leader="L3"),
    Place("U1", "镇水利站", Story(Cases(count=2, first=1), visits=(), late=1), Story(visits=()),
          kind="单位", leader="L3"),
)  # fmt: skip

ABSENCES: Mapping[tuple[str, str], int] = {("L2", "带班"): 2, ("B-V4", "值班"): 1}
UNREACHABLE: Mapping[tuple[str, str], int] = {("L3", "带班"): 1, ("B-V2", "值班"): 1}
SWAPPED = ("V4", "V6")
"""The villages whose assigned cadres change places in the middle of the year."""
SWAP_ON = (date(YEAR, 6, 30), date(YEAR, 7, 1))


def tables() -> Tables:
    """Return the records, table by table."""
    cadres, assignments = _people()
    cases = {place.id: list(_cases(place)) for place in PLACES}
    return {
        "villages": [
            {"village_id": p.id, "name": p.name, "township": "庆和镇", "kind": p.kind}
            for p in PLACES
        ],
        "cadres": cadres,
        "assignments": assignments,
        "cases": [row for place in PLACES for row in cases[place.id]],
        "visits": [row for place in PLACES for row in _visits(place, cases[place.id])],
        "reports": [row for place in PLACES for row in _reports(place)],
        "duties": list(_duties()),
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

    for leader in sorted({place.leader for place in PLACES}):
        cadre(leader, "镇领导", "庆和镇")
    for place in PLACES:
        cadre(f"B-{place.id}", "镇干部", "庆和镇")
        cadre(f"C-{place.id}", "负责人", place.name)
        assign(place.leader, place.id, "包片领导", START)
        assign(f"C-{place.id}", place.id, "村干部", START)
        if place.id in SWAPPED:
            other = SWAPPED[1 - SWAPPED.index(place.id)]
            assign(f"B-{place.id}", place.id, "包村干部", START, SWAP_ON[0])
            assign(f"B-{place.id}", other, "包村干部", SWAP_ON[1])
        else:
            assign(f"B-{place.id}", place.id, "包村干部", START)
    return cadres, assignments


def _cases(place: Place) -> Iterator[Row]:
    for year, story in ((YEAR - 1, place.before), (YEAR, place.story)):
        draw = Draw(f"{SEED}/cases/{place.id}/{year}")
        rows = case_rows(draw, place.id, [f"C-{place.id}"], story.cases, year, END)
        closed = [row for row in rows if row["outcome"] in ("化解", "答复")]
        for number, row in enumerate(closed):
            row["outcome"] = "答复" if number < story.answered else "化解"
        for number, row in enumerate(row for row in rows if row["closed_on"] is not None):
            row["filed"] = number >= story.unfiled
        yield from rows


def _visits(place: Place, cases: list[Row]) -> Iterator[Row]:
    for year, story in ((YEAR - 1, place.before), (YEAR, place.story)):
        draw = Draw(f"{SEED}/visits/{place.id}/{year}")
        of_year = [row for row in cases if str(row["received_on"]).startswith(str(year))]
        rows = list(visit_rows(draw, place.id, story.visits, of_year, year))
        for number, row in enumerate(rows):
            row |= {"received": True, "recorded": True, "reported": number >= story.unreported}
        if year == YEAR:
            _establish(place, rows)
        yield from rows


def _establish(place: Place, rows: list[Row]) -> None:
    """Put the established faults beside the last visits."""
    at_fault = {"包片领导": place.leader, "包村干部": f"B-{place.id}", "村干部": f"C-{place.id}"}
    for row, (degree, role) in zip(reversed(rows), reversed(place.faults), strict=False):
        row |= {"fault": degree, "fault_role": role, "cadre_id": at_fault[role]}


def _reports(place: Place) -> Iterator[Row]:
    for year, story in ((YEAR - 1, place.before), (YEAR, place.story)):
        draw = Draw(f"{SEED}/reports/{place.id}/{year}")
        first, last = date(year, 1, 1), date(year, 12, 31)
        monthly = [at(day, 17) for day in month_ends(first, last)]
        urgent = [at(day, draw.whole(9, 20)) for day in draw.some(days(first, last), 4)]
        for row in (
            *owed_reports(draw, {"village_id": place.id}, "月", monthly, story.late, story.missing),
            *owed_reports(draw, {"village_id": place.id}, "急", urgent, story.urgent_late),
        ):
            row["report_id"] = f"{row['report_id']}-{year}"
            yield row


def _duties() -> Iterator[Row]:
    leaders = sorted({place.leader for place in PLACES})
    staff = [f"B-{place.id}" for place in PLACES]
    on = [day for day in days(START, END) if day.day <= len(leaders)]
    for kind, rota in (("带班", leaders), ("值班", staff)):
        done: dict[str, int] = {}
        for number, day in enumerate(on):
            cadre = rota[number % len(rota)]
            turn = done[cadre] = done.get(cadre, 0) + 1
            absent = ABSENCES.get((cadre, kind), 0)
            yield {
                "duty_id": f"{kind}-{day:%m%d}",
                "cadre_id": cadre,
                "duty_on": day,
                "kind": kind,
                "present": turn > absent,
                "reachable": turn > UNREACHABLE.get((cadre, kind), 0),
            }


def _checks(place: Place) -> Iterator[Row]:
    draw = Draw(f"{SEED}/checks/{place.id}")
    for number, item in enumerate(ITEMS, 1):
        yield {
            "check_id": f"{place.id}-J{number}",
            "village_id": place.id,
            "item": item,
            "met": item not in place.failed,
            "checked_on": draw.one(days(date(YEAR, 11, 1), date(YEAR, 12, 20))),
            "checked_by": "镇考核组",
        }
