"""Shared by the sample generators: a year of cases and visits that tell a village's story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from samples.writing import Draw, days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from samples.writing import Row

TIME_LIMIT = 60
CATEGORIES = ("土地流转", "征地补偿", "邻里纠纷", "低保救助", "农田水利", "拖欠工资", "村务公开")
CHANNELS = ("来访", "来信", "来电", "网上", "交办")
CAUSES = {
    "土地流转": "流转费未按约支付",
    "征地补偿": "对补偿面积有异议",
    "邻里纠纷": "宅基地边界不清",
    "低保救助": "申请未获批准",
    "农田水利": "渠道损坏影响灌溉",
    "拖欠工资": "工程款未结清",
    "村务公开": "要求公开收支明细",
}


@dataclass(frozen=True)
class Cases:
    """How many cases of one year a village has, and what is wrong with how many of them.

    Attributes:
        count: all cases; the next three are parts of them.
        first: first petitions.
        collective: cases of a collective visit.
        repeat: repeated ones.
        overdue: past their time limit and still open at the end of the records.
        carried: past their time limit at the year's end and closed in the next year.
        late: closed after their time limit.
        late_notice: first petitions told too late whether they are accepted.
        passed_up: sent on to a higher level.
        worsened: got worse.
        overturned: first petitions of which a review did not uphold the answer.
        upheld: of which a review did.
        only_answered: collective or repeated ones closed with an answer, not settled.
        gaps: entries of the ledger that lack something.
        without: how many lack ``team``, ``plan``, ``measures`` or ``method``.
    """

    count: int = 0
    first: int = 0
    collective: int = 0
    repeat: int = 0
    overdue: int = 0
    carried: int = 0
    late: int = 0
    late_notice: int = 0
    passed_up: int = 0
    worsened: int = 0
    overturned: int = 0
    upheld: int = 0
    only_answered: int = 0
    gaps: int = 0
    without: tuple[tuple[str, int], ...] = ()


def case_rows(
    draw: Draw, village: str, cadres: Sequence[str], story: Cases, year: int, until: date
) -> list[Row]:
    """Return the cases that a village registered in a year, as known on a later day."""
    kinds = ["first"] * story.first + ["repeat"] * story.repeat
    kinds += ["other"] * (story.count - len(kinds))
    spread = sorted(draw.some(days(date(year, 1, 4), date(year, 12, 10)), story.count))
    order = _mixed(draw, kinds)
    rows = [
        _case(draw, f"{village}-{year}-{n + 1:02}", village, draw.one(cadres), day, kind)
        for n, (day, kind) in enumerate(zip(spread, order, strict=True))
    ]
    _spoil(rows, story, year)
    for row in rows:
        _forget_after(row, until)
    return rows


def _mixed(draw: Draw, items: list[str]) -> list[str]:
    left = list(items)
    return [left.pop(draw.whole(0, len(left) - 1)) for _ in range(len(left))]


def _case(draw: Draw, case: str, village: str, cadre: str, day: date, kind: str) -> Row:
    category = draw.one(CATEGORIES)
    channel = draw.one(CHANNELS)
    return {
        "case_id": case,
        "village_id": village,
        "category": category,
        "channel": channel,
        "first_time": kind == "first",
        "repeat": kind == "repeat",
        "collective": False,
        "assigned_by": "县信访局" if channel == "交办" else None,
        "received_on": day,
        "due_on": day + timedelta(days=TIME_LIMIT),
        "accepted_on": day + timedelta(days=draw.whole(0, 12)),
        "closed_on": day + timedelta(days=draw.whole(14, 55)),
        "outcome": "化解" if kind == "repeat" else draw.one(("化解", "化解", "答复")),
        "satisfied": draw.whole(1, 10) > 1,
        "reviewed": "未申请",
        "cadre_id": cadre,
        "has_team": True,
        "has_plan": True,
        "has_measures": True,
        "has_method": True,
        "cause": CAUSES[category],
        "occurred_on": day - timedelta(days=draw.whole(1, 40)),
        "place": f"{draw.one('一二三四五六')}社",
        "unit": draw.one(("村委会", "合作社", "施工企业", "农户之间")),
        "people": draw.whole(1, 4),
        "development": "平稳",
        "mediation": draw.one(("村调委会已调处", "包案领导已约谈", "司法所参与调处")),
    }


def _spoil(rows: list[Row], story: Cases, year: int) -> None:
    """Write the story into the cases, the earliest that fit; no case has two faults."""
    taken: set[int] = set()

    def choose(count: int, fits: Callable[[Row], bool]) -> Iterator[Row]:
        fitting = [n for n, row in enumerate(rows) if n not in taken and fits(row)][:count]
        if len(fitting) < count:
            raise ValueError(f"too few cases for the story of {year}")
        taken.update(fitting)
        return (rows[n] for n in fitting)

    for row in choose(story.collective, _other):
        row |= {"collective": True, "people": 6, "channel": "来访", "assigned_by": None}
        row["outcome"] = "化解"
    taken.clear()
    for row in choose(story.only_answered, _grouped):
        row["outcome"] = "答复"
    for row in choose(story.overturned, _first):
        row["reviewed"] = "撤销"
    for row in choose(story.late_notice, _first):
        row["accepted_on"] = _later(row["received_on"], 21)
    for row in choose(story.overdue, _plain):
        row |= {"closed_on": None, "outcome": "在办"}
    for row in choose(story.carried, _plain):
        row["closed_on"] = date(year + 1, 3, 20)
    for row in choose(story.late, _plain):
        row["closed_on"] = _later(row["due_on"], 9)
    for row in choose(story.passed_up, _plain):
        row["outcome"] = "上交"
    for row in choose(story.worsened, _plain):
        row |= {"outcome": "激化", "development": "升级"}
    for row in choose(story.upheld, _plain):
        row["reviewed"] = "维持"
    for number, row in enumerate(choose(story.gaps, _plain)):
        row[("cause", "place", "development", "mediation")[number % 4]] = None
    for part, count in story.without:
        for row in choose(count, _plain):
            row[f"has_{part}"] = False


def _first(row: Row) -> bool:
    return bool(row["first_time"])


def _grouped(row: Row) -> bool:
    return bool(row["collective"] or row["repeat"])


def _plain(row: Row) -> bool:
    return not _grouped(row)


def _other(row: Row) -> bool:
    return not (row["first_time"] or row["repeat"])


def _later(day: object, by: int) -> date:
    assert isinstance(day, date)
    return day + timedelta(days=by)


def _forget_after(row: Row, until: date) -> None:
    """Take away what has not happened yet on the day of the records."""
    closed, accepted = row["closed_on"], row["accepted_on"]
    if isinstance(closed, date) and closed > until:
        row |= {"closed_on": None, "outcome": "在办"}
    if row["closed_on"] is None:
        row["satisfied"] = None
    if isinstance(accepted, date) and accepted > until:
        row["accepted_on"] = None


@dataclass(frozen=True)
class Visits:
    """How often people of a village went to a level, and how.

    Attributes:
        level: 村, 乡, 县, 市, 省 or 京.
        count: how many such visits.
        collective: by six people or more.
        irregular: outside the places and ways that the regulations name.
        skipped: past the level that should have heard it first.
    """

    level: str
    count: int = 1
    collective: bool = False
    irregular: bool = False
    skipped: bool = False


def visit_rows(
    draw: Draw, village: str, stories: Sequence[Visits], cases: Sequence[Row], year: int
) -> Iterator[Row]:
    """Yield the visits of a year, those to village and township about one of its cases."""
    planned = [story for story in stories for _ in range(story.count)]
    for number, story in enumerate(planned):
        about = [row for row in cases if row["collective"] == story.collective]
        case = draw.one(about) if about and story.level in ("村", "乡") else None
        day = draw.one(days(date(year, 2, 1), date(year, 11, 30)))
        yield {
            "visit_id": f"{village}-{year}-F{number + 1:02}",
            "village_id": village,
            "case_id": case["case_id"] if case else None,
            "level": story.level,
            "visited_on": case["received_on"] if case else day,
            "people": draw.whole(6, 15) if story.collective else draw.whole(1, 4),
            "collective": story.collective,
            "irregular": story.irregular,
            "skipped_level": story.skipped,
        }
