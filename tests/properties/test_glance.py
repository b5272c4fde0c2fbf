"""Statistics of the columns of a large file never change what is made of it."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.errors import DatasetError
from rules_engine.ingest import staging, take_in, trusted_files
from rules_engine.model.dataset import ControlTotal
from rules_engine.model.plugin import SourceTable
from rules_engine.model.table import Column, TableSchema

SCHEMAS = {
    "villages": TableSchema("villages", "村", (Column("village_id", "村编号", required=True),)),
    "things": TableSchema(
        "things",
        "事物",
        (
            Column("thing_id", "编号", required=True),
            Column("village_id", "村编号", required=True, refers="villages"),
            Column("kind", "类别", required=True, values=("来信", "visit")),
            Column("met", "达标", "boolean"),
            Column("note", "备注"),
            Column("came_on", "日期", "date", required=True),
            Column("closed_on", "办结", "date"),
            Column("people", "人数", "integer", required=True),
        ),
    ),
}
days = st.sampled_from(
    [
        date(2025, 3, 5),
        date(1900, 1, 1),
        date(2200, 12, 31),
        date(1899, 12, 31),
        date(2201, 1, 1),
        None,
    ]
)
rows = st.lists(
    st.tuples(
        st.sampled_from(["T1", "T2", "T3", "T30", "", " T4", "事5", None]),
        st.sampled_from(["V1", "V1", "V2", "V1 ", None]),
        st.sampled_from(["来信", "visit", "来信", "else", "13800138000", None]),
        st.sampled_from(["是", "no", "x", None]),
        st.sampled_from(["plain", "a b", "x" * 2001, "13800138000", "　", "", None]),
        days,
        days,
        st.sampled_from([3, 3, None]),
    ),
    min_size=1,
    max_size=9,
)
TYPES = [pa.string()] * 5 + [pa.date32(), pa.date32(), pa.int64()]
REST = ("V1", "来信", "是", "plain", date(2025, 3, 5), None, 1)
SOUND = [(f"T{i}", *REST) for i in range(6)]


@pytest.fixture(scope="module")
def session():
    opened = DuckDBSession(threads=1)
    yield opened
    opened.close()


TOTAL = ControlTotal("village_id", "things_all", None, date(2025, 1, 1), date(2025, 12, 31))


def taken(rows, tmp_path, session, totals=None):
    names = [c.name for c in SCHEMAS["things"].columns]
    columns = [pa.array([r[i] for r in rows], kind) for i, kind in enumerate(TYPES)]
    file = tmp_path / "things.parquet"
    pq.write_table(pa.table(dict(zip(names, columns, strict=True))), file, row_group_size=2)
    villages = pa.table({"village_id": ["V1"]})
    sources = [
        SourceTable("villages", "villages.csv", batches=villages.to_reader),
        SourceTable("things", "things.parquet", parquet=file),
    ]
    try:
        dataset = take_in(
            sources, SCHEMAS, frozenset(), tmp_path / "snapshot", session, totals or {}
        )
    except DatasetError as error:
        return error.findings
    data = dataset.tables["things"]
    clean = pq.read_table(data.path).to_pylist()
    if totals and dataset.trusted:
        # What a plan would count: the records of the villages that there are.
        counted = sum(row["village_id"] == "V1" for row in clean)
        if dataset.trusted != {TOTAL.cut: counted}:
            return None
    return clean, dataset.quarantine, dataset.findings, data.rows, data.nulls


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=rows)
@example(rows=SOUND)
@example(rows=[*SOUND, ("T5", *REST)])
@example(rows=[*SOUND, ("T9", "V1", "13800138000", *REST[2:])])
@example(rows=[*SOUND, ("T9", *REST[:4], date(2201, 1, 1), None, 1)])
@example(rows=[*SOUND, ("T9", *REST[:4], date(2200, 12, 31), date(1899, 12, 31), 1)])
@example(rows=[*SOUND, ("T9", *REST[:4], date(1900, 1, 1), None, None)])
def test_a_glance_changes_nothing(rows, tmp_path, session):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(staging, "FEW", -1)
        looked = taken(rows, tmp_path, session)
        patched.setattr(trusted_files, "column_statistics_of", lambda path, columns: {})
        patched.setattr(staging, "extents", lambda metadata, days: {})
        assert looked == taken(rows, tmp_path, session)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.one_of(rows, st.permutations(SOUND)), owners=st.sets(st.integers(0, 5)))
@example(rows=SOUND, owners=set())
@example(rows=SOUND, owners={3})
def test_what_is_taken_on_trust_is_as_if_looked_at_or_the_sum_tells(
    rows, owners, tmp_path, session
):
    rows = [(r[0], "V2", *r[2:]) if i in owners else r for i, r in enumerate(rows)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(staging, "FEW", -1)
        strictly = taken(rows, tmp_path, session)
        trusting = taken(rows, tmp_path, session, {"things": TOTAL})
        assert trusting in (strictly, None)
