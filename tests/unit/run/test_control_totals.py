"""A large table taken on trust: the plan proves it right, or everything is looked at."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from rules_engine.errors import DatasetError
from rules_engine.ingest import staging
from rules_engine.plugin_manager import registry
from rules_engine.run import assess as flow
from rules_engine.store import Store

SMALL = Path(__file__).parents[2] / "fixtures" / "small"
VISIT = {
    "visit_id": "x3", "village_id": "v1", "level": "县", "visited_on": date(2025, 6, 1),
    "people": 1, "collective": False, "irregular": False, "skipped_level": False,
}  # fmt: skip


@pytest.fixture
def assessed(tmp_path, monkeypatch):
    """Assess the small township from Parquet files, with further visits; say what was trusted."""
    monkeypatch.setattr(staging, "FEW", 1)
    taken = []
    take_in = flow.take_in
    monkeypatch.setattr(flow, "take_in", lambda *given: taken.append(take_in(*given)) or taken[-1])

    def run(*visits, **also):
        data = tmp_path / "data"
        data.mkdir()
        for file in (SMALL / "sample").glob("*.csv"):
            relation = f"read_csv('{file}')"
            rows = [{**VISIT, **v} for v in visits] if file.stem == "visits" else []
            names = duckdb.sql(f"SELECT * FROM {relation}").columns
            values = "".join(
                f" UNION ALL SELECT {', '.join(literal(row[n]) for n in names)}" for row in rows
            )
            duckdb.sql(
                f"COPY (SELECT * FROM {relation}{values}) "
                f"TO '{data / file.stem}.parquet' (FORMAT parquet)"
            )
        with Store.open(f"sqlite:///{tmp_path / 'runs.db'}") as store:
            request = flow.Request(SMALL, str(data), threads=1, **also)
            with closing(flow.assess(request, registry(), store)) as held:
                return held.stored.record.digest, [dict(d.trusted) for d in taken]

    return run


def literal(value):
    if isinstance(value, date):
        return f"DATE '{value}'"
    return repr(value) if isinstance(value, str) else str(value)


def refused(assessed, *visits):
    with pytest.raises(DatasetError) as caught:
        assessed(*visits)
    return {(f.code, f.place.field) for f in caught.value.findings}


def test_what_the_plan_proves_is_not_looked_up(assessed, small):
    digest, trusted = assessed()
    assert trusted == [{"cases_current": 4, "visits_current": 2}]
    assert digest == small.digest()


def test_a_record_of_no_village_is_found_by_the_sum(assessed):
    assert refused(assessed, {"village_id": "v9"}) == {("orphan-reference", "村编号")}


def test_a_village_written_with_blanks_is_found_by_the_sum_and_read_as_ever(assessed, small):
    digest, trusted = assessed({"village_id": "v1 "}, {"visit_id": "x4", "village_id": "v2"})
    assert trusted == [{"cases_current": 4, "visits_current": 4}, {}]
    assert digest == small.digest()


@pytest.mark.parametrize("named", ["13800138000", "11010519491231002X"])
def test_a_number_of_a_person_in_place_of_a_village_is_refused(assessed, named):
    assert refused(assessed, {"village_id": named}) == {("personal-value", "village_id")}


def test_where_anything_is_wrong_all_of_it_is_said_at_once(assessed):
    visits = {"visit_id": "x2"}, {"village_id": "v9"}
    assert refused(assessed, *visits) == {
        ("duplicate-key", "走访编号"),
        ("orphan-reference", "村编号"),
    }


def test_records_outside_the_period_are_looked_up(assessed):
    """The plan does not count them, so it proves nothing."""
    late = {"visited_on": date(2026, 1, 1), "village_id": "v9"}
    assert refused(assessed, late) == {("orphan-reference", "村编号")}


def test_a_day_of_knowledge_before_the_last_record_proves_nothing(assessed):
    _, trusted = assessed(as_of=date(2025, 5, 1))
    assert trusted == [{"cases_current": 4}]
