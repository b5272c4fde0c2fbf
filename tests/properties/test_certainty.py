"""What is told as certain comes true whichever value a missing one has."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from town import TYPES

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.model.dataset import Dataset, TableData
from rules_engine.plugin_manager import registry
from rules_engine.report.report import targets
from rules_engine.run.assess import read_results
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: certainty
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
assumed: {scale: 例, standards: 例, sections: 例, grades: 例, responsibility: 例, pay: 例}
subjects: {group: county}
tables:
  villages:
    columns:
      known: {label: 已知分, type: integer, required: true}
      extra: {label: 附加分, type: integer}
      prized: {label: 参评, type: boolean}
      zeroed: {label: 清零, type: boolean}
      lasted: {label: 垫底, type: boolean}
      lowered: {label: 降等, type: boolean}
      barred: {label: 不得评优, type: boolean}
  cadres: {}
  assignments: {}
indicators: {}
places:
  front: {label: 前位, assumed: 例}
  tail: {label: 末位, counted: from the end, ties: last, assumed: 例}
  chosen: {label: 参评名次, among: prized and not any_veto and 总分 >= 80, assumed: 例}
  extra_place: {label: 乙项名次, of: extra, best: least, assumed: 例}
standards:
  leads: {label: 领先, when: 前位 <= 2 and 总分 >= 80}
  trails: {label: 落后, when: 末位 <= 2}
  is_chosen: {label: 当选, when: 参评名次 <= 2}
  is_extra: {label: 乙项靠前, when: 乙项名次 = 1 or not leads}
  is_zeroed: {label: 清零事项, when: zeroed}
  is_lasted: {label: 垫底事项, when: lasted}
  is_lowered: {label: 降等事项, when: lowered}
  is_barred: {label: 取消评优, when: barred}
  calm: {label: 平稳, when: not lowered}
sections:
  all:
    label: 全部
    clause: C1
    criteria:
      known: {label: 甲项, points: 90, method: formula, formula: known}
      extra: {label: 乙项, points: 6, method: formula, formula: extra}
      prize: {label: 丙项, points: 4, when: prized, not_applicable: zero, method: rank, by: extra, best: most, places: [4, 2], others: 0}
grades:
  excellent: {label: 优秀, from: 90, quota: 40%, places: 2, unfilled: next}
  good: {label: 良好, from: 80, quota: 50%, ties: include, unfilled: empty}
  fair: {label: 合格, from: 70}
  poor: {label: 不合格, from: 0}
consequences:
  zero: {label: 总分清零, kind: veto, effect: zero, when: is_zeroed, clause: C1}
  last: {label: 排名末位, kind: veto, effect: last, when: is_lasted, clause: C1}
  fallen: {label: 降一等, kind: downgrade, when: is_lowered, clause: C1}
  at_best: {label: 至多合格, kind: veto, effect: grade, grade: fair, when: is_lasted and is_lowered, clause: C1}
  unhonoured: {label: 不评优, kind: veto, effect: no honours, when: is_barred, clause: C1}
  led: {label: 领先奖, kind: honour, when: leads, clause: C1}
  chosen_prize: {label: 当选奖, kind: honour, when: is_chosen and not trails, clause: C1}
  trailing: {label: 落后降等, kind: downgrade, when: trails and is_extra, clause: C1}
  praised: {label: 表扬, kind: honour, when: band = '优秀' and calm, clause: C1}
  blamed: {label: 批评, kind: sanction, when: band = '合格' or fallen, clause: C1, roles: [村干部]}
targets:
  calm: {label: 平稳率, share: calm, at_least: 60%, among: prized, clause: C1, assumed: 例}
responsibility:
  roles: {村干部: {share: 100%}, 包村干部: {share: 40%}}
pay:
  village: {label: 村奖金, subject: village, bands: [{from: 80, amount: 10, each: 1, over: 80}, {to: 80, amount: 0}], clause: C1, assumed: 例}
  cadre: {label: 奖金, subject: cadre, bands: [{from: 80, amount: 10, each: 1, over: 80}, {to: 80, amount: 0}], clause: C1, assumed: 例}
"""  # noqa: E501 - one line a part is easier to read
COLUMNS = {
    "extra": (0, 3, 6),
    "prized": (True, False),
    "zeroed": (False, True),
    "lasted": (False, True),
    "lowered": (False, True),
    "barred": (False, True),
}
MOST_WORLDS = 36
FEW = settings(
    deadline=None, database=None, max_examples=10, suppress_health_check=list(HealthCheck)
)


BY_PLACE = "  trailing: {label: 落后降等, kind: downgrade, when: trails and is_extra, clause: C1}\n"
LEFT_OVER = ", unfilled: next"


@cache
def rules(by_place):
    """Return the rules; without what goes by places, also those that others leave, if wanted."""
    folder = Path(tempfile.mkdtemp(prefix="rules-engine-certainty-"))
    text = RULESET if by_place else RULESET.replace(BY_PLACE, "").replace(LEFT_OVER, "")
    return load_ruleset(lay_ruleset(folder, text), registry()).or_stop()


@st.composite
def towns(draw):
    """Draw villages and assignments, with a few values missing."""
    count = draw(st.integers(2, 6))
    counties = draw(st.sampled_from([["东"], ["东", "西"]]))
    rare = st.sampled_from([False, False, False, False, True])
    villages = [
        {
            "village_id": f"v{n}",
            "name": f"村{n}",
            "kind": "村",
            "county": draw(st.sampled_from(counties)),
            "known": draw(st.sampled_from([68, 72, 76, 79, 82, 84, 86, 88, 90])),
            "extra": draw(st.sampled_from(COLUMNS["extra"])),
            "prized": draw(st.sampled_from([True, True, False])),
            **{name: draw(rare) for name in ("zeroed", "lasted", "lowered", "barred")},
        }
        for n in range(count)
    ]
    ways = 1
    for _ in range(draw(st.integers(1, 4))):
        row, column = draw(st.sampled_from(villages)), draw(st.sampled_from(sorted(COLUMNS)))
        if row[column] is not None and ways * len(COLUMNS[column]) <= MOST_WORLDS:
            row[column] = None
            ways *= len(COLUMNS[column])
    assignments = [
        {
            "assignment_id": f"a{n}",
            "cadre_id": f"k{n % 3}",
            "village_id": draw(st.sampled_from(villages))["village_id"],
            "role": draw(st.sampled_from(["村干部", "包村干部"])),
        }
        for n in range(draw(st.integers(0, 4)))
    ]
    return villages, assignments


def worlds(villages):
    """Yield the villages with every combination of values that the missing ones can have."""
    open_ = [(n, c) for n, row in enumerate(villages) for c in COLUMNS if row[c] is None]
    for values in product(*(COLUMNS[column] for _, column in open_)):
        rows = [dict(row) for row in villages]
        for (n, column), value in zip(open_, values, strict=True):
            rows[n][column] = value
        yield rows


def assessed(villages, assignments, cadres, *, by_place=True):
    """Return the subjects by id, and the targets."""
    reviewed, session = rules(by_place), DuckDBSession(1)
    tables = {
        "villages": villages,
        "assignments": assignments,
        "cadres": [{"cadre_id": c, "name": c} for c in cadres],
    }
    with tempfile.TemporaryDirectory() as name:
        folder, held = Path(name), {}
        for table, schema in reviewed.ruleset.tables.items():
            columns = {
                c.name: pa.array([row.get(c.name) for row in tables[table]], TYPES[c.type])
                for c in schema.columns
            }
            path = folder / f"{table}.parquet"
            pq.write_table(pa.table(columns), path)
            nulls = frozenset(columns)
            held[table] = TableData(schema, path, len(tables[table]), nulls, {})
        data = Dataset(held, frozenset(), (), (), "sha256:0")
        results = folder / "results"
        results.mkdir()
        compute(reviewed.book, data, Workplace(session, "duckdb", results))
        reader = read_results(reviewed, data, results, session)
        subjects = {s.id: s for s in (*reader.villages(), *reader.cadres())}
        found = {target.id: target for target in targets(reader)}
        session.close()
        return subjects, found


def stacked(made, assignments, *, by_place=True):
    """Assess all worlds at once, each of them in groups of its own."""
    villages, carried, cadres = [], [], []
    for number, rows in enumerate(made):
        mark = f"{number:03}"
        villages += [
            row | {"village_id": mark + row["village_id"], "county": mark + row["county"]}
            for row in rows
        ]
        carried += [
            row | {n: mark + row[n] for n in ("assignment_id", "cadre_id", "village_id")}
            for row in assignments
        ]
        cadres += [f"{mark}k{n}" for n in range(3)]
    return assessed(villages, carried, cadres, by_place=by_place)[0]


def grades_of(told):
    """Return the grades that are told as possible."""
    return (told.grade,) if told.grade else told.grades or ("优秀", "良好", "合格", "不合格")


def holds(told, real):
    """See that what was told of a subject is so."""
    assert told.low <= real.score <= told.high
    assert real.low == real.high
    if told.rank is None:
        assert told.places[0] <= real.rank <= told.places[1]
    else:
        assert real.rank == told.rank
    assert real.tied >= told.tied
    assert real.grade in grades_of(told)
    if told.band:
        assert real.band == told.band
    sure, possible = ({c.id for c in part} for part in (told.consequences, told.possible))
    follows = {c.id for c in real.consequences}
    assert sure <= follows <= sure | possible
    for payment, paid in zip(told.payments, real.payments, strict=True):
        assert payment.amount in (None, paid.amount)


@FEW
@given(towns())
def test_what_is_told_as_certain_comes_true_in_every_world(drawn):
    villages, assignments = drawn
    told, told_targets = assessed(villages, assignments, [f"k{n}" for n in range(3)])
    made = list(worlds(villages))
    real = stacked(made, assignments)
    for number, rows in enumerate(made):
        mark = f"{number:03}"
        own = {i.removeprefix(mark): s for i, s in real.items() if i.startswith(mark)}
        scores = [s.score for s in own.values() if s.kind == "cadre"]
        for subject, was in told.items():
            now = own[subject]
            if was.kind == "village":
                holds(was, now)
                continue
            assert was.low <= now.score <= was.high
            place = 1 + sum(score > now.score for score in scores)
            first, last = was.places or (was.rank, was.rank)
            assert first <= place <= last
            assert now.grade in grades_of(was)
            follows = {c.id for c in now.consequences}
            sure = {c.id for c in was.consequences}
            assert sure <= follows <= sure | {c.id for c in was.possible}
        counted = [row for row in rows if row["prized"]]
        if told_targets["calm"].reached is not None and counted:
            share = Decimal(sum(not row["lowered"] for row in counted)) / len(counted)
            assert told_targets["calm"].reached == (share >= Decimal("0.6"))


@FEW
@given(towns())
def test_what_is_told_as_possible_is_so_where_one_total_alone_is_open(drawn):
    """One total alone that is an interval has every place, and every grade, that is told.

    Where it can tie with another at the edge of a quota a grade more may be told: the ways of the
    two are taken as independent. So are those of a place and of the total that it comes of,
    and of who fills a grade and how many places it leaves for the next.
    """
    villages, _ = drawn
    for number, row in enumerate(villages):
        for column, values in COLUMNS.items():
            row[column] = values[0] if row[column] is None or number else row[column]
        row["prized"] = False
    villages[0] |= {"extra": None}
    told = assessed(villages, [], ["k0"], by_place=False)[0]
    made = []
    for value in range(7):
        made.append([dict(row) for row in villages])
        made[-1][0]["extra"] = value
    real = stacked(made, [], by_place=False)
    open_ones = {villages[0]["known"] + value for value in range(7)}
    ties = any(row["known"] + row["extra"] in open_ones for row in villages[1:])
    for subject, was in told.items():
        if was.kind == "village":
            now = [real[f"{number:03}{subject}"] for number in range(len(made))]
            places = [s.rank for s in now]
            assert (min(places), max(places)) == (was.places or (was.rank, was.rank))
            real_grades, told_grades = {s.grade for s in now}, set(grades_of(was))
            assert real_grades == told_grades or (ties and real_grades < told_grades)
            for number, payment in enumerate(was.payments):
                paid = {s.payments[number].amount for s in now}
                assert {payment.amount} == (paid if len(paid) == 1 else {None})
