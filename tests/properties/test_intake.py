"""Whatever is delivered, intake reads it or says what is wrong; and no row gets lost."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rules_engine_csv import open_files

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.errors import DatasetError
from rules_engine.ingest import take_in
from rules_engine.model.plugin import SourceRequest, SourceTable
from rules_engine.model.table import Column, TableSchema

THINGS = TableSchema(
    "things",
    "事物",
    (
        Column("thing_id", "编号", required=True),
        Column("day", "日期", "date"),
        Column("met", "达标", "boolean"),
        Column("people", "人数", "integer"),
        Column("points", "分值", "decimal"),
    ),
)
SCHEMAS = {"villages": STANDARD_TABLES["villages"], "things": THINGS}
VILLAGES = pa.table({"village_id": ["V1"], "name": ["甲村"], "kind": ["村"]})
HEADINGS = [column.label for column in THINGS.columns]

quick = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
nearly_sound = st.sampled_from(
    [
        "",
        " ",
        "V1",
        "2025-03-05",
        "2025-02-30",
        "是",
        "1",
        "0",
        "3.0",
        "1,234",
        "NaN",
        "'",
        '"',
        "\n",
    ]
)
cell = st.one_of(st.none(), nearly_sound, any_text)
row = st.tuples(*[cell for _ in HEADINGS])


@pytest.fixture(scope="module")
def session():
    opened = DuckDBSession(threads=1)
    yield opened
    opened.close()


@pytest.fixture
def take(session, tmp_path):
    def run(rows, headings=HEADINGS, order=None):
        columns = [pa.array([r[i] for r in rows], pa.string()) for i in range(len(headings))]
        table = pa.Table.from_arrays(columns, names=list(headings))
        sources = [
            SourceTable("villages", "villages.csv", batches=VILLAGES.to_reader),
            SourceTable("things", "things.csv", batches=table.to_reader, first_row=2),
        ]
        return take_in(sources, SCHEMAS, frozenset(), tmp_path / "snapshot", session)

    return run


def left_out(dataset):
    """How many rows had nothing in them."""
    return sum(dict(f.message.params)["rows"] for f in dataset.findings if f.code == "empty-rows")


@quick
@given(rows=st.lists(row, max_size=8))
def test_every_row_is_clean_put_aside_or_empty(take, rows):
    try:
        dataset = take(rows)
    except DatasetError as error:  # a random text may hold what looks like a telephone number
        assume(error.findings[0].code != "personal-value")
        raise
    aside = {q.row for q in dataset.quarantine}
    assert dataset.tables["things"].rows + len(aside) + left_out(dataset) == len(rows)
    assert aside <= set(range(2, 2 + len(rows)))
    for bad in dataset.quarantine:
        value = rows[bad.row - 2][HEADINGS.index(bad.column)]
        assert bad.value == (value or "")


@quick
@given(rows=st.lists(row, max_size=8), random=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(take, rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = take(rows), take(shuffled)
    assert one.fingerprint == other.fingerprint
    assert sorted((q.column, q.code, q.value) for q in one.quarantine) == sorted(
        (q.column, q.code, q.value) for q in other.quarantine
    )


@quick
@given(
    headings=st.lists(any_text, min_size=1, max_size=5, unique=True),
    rows=st.lists(st.lists(cell, min_size=5, max_size=5), max_size=3),
)
def test_any_table_at_all_raises_nothing_but_dataset_errors(take, headings, rows):
    with pytest.raises(DatasetError):
        take(rows, headings)  # hardly any random headings are those that are needed
    assert True


@quick
@given(data=st.binary(max_size=300), suffix=st.sampled_from([".csv", ".tsv", ".jsonl", ".parquet"]))
def test_any_bytes_raise_nothing_but_dataset_errors(session, tmp_path, data, suffix):
    read_any(session, tmp_path, data, suffix)


tokens = st.sampled_from(
    [b",", b'"', b'""', b"\n", b"\r\n", b"\r", b"\t", b";", b"a", b"1", b"\xd6\xd0", "村".encode(),
     b"{", b"}", b":", b'"a"', b"null", b"\0", b"\xef\xbb\xbf", b" "]
)  # fmt: skip


@settings(quick, max_examples=150)
@given(parts=st.lists(tokens, max_size=25), suffix=st.sampled_from([".csv", ".jsonl"]))
def test_nearly_sound_bytes_raise_nothing_but_dataset_errors(session, tmp_path, parts, suffix):
    file = tmp_path / f"things{suffix}"
    file.write_bytes(b"".join(parts))
    try:
        (source,) = open_files(SourceRequest(str(file)))
        table = source.batches().read_all()
    except DatasetError as error:
        assert str(error)
    else:
        assert table.num_columns > 0


def read_any(session, tmp_path, data, suffix):
    file = tmp_path / f"things{suffix}"
    file.write_bytes(data)
    villages = SourceTable("villages", "villages.csv", batches=VILLAGES.to_reader)
    with pytest.raises(DatasetError) as caught:
        tables = [villages, *open_files(SourceRequest(str(file)))]
        take_in(tables, SCHEMAS, frozenset(), tmp_path / "out", session)
    assert all(finding.code and str(finding.message) for finding in caught.value.findings)
    assert not [p for p in (tmp_path / "out").rglob("*")]


text_cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)


@settings(quick, max_examples=150)
@given(
    rows=st.lists(st.tuples(text_cell, text_cell, text_cell), max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_what_is_written_as_csv_is_read_back(tmp_path, rows, encoding, line_end, quoting):
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=line_end, quoting=quoting)
    writer.writerow(["编号", "b", "c"])
    writer.writerows(rows)
    data = out.getvalue().encode(encoding)
    if encoding == "gb18030":
        # Hardly any Chinese text in GB18030 is valid UTF-8, but a few random characters may be.
        assume(not readable(data))
    file = tmp_path / "things.csv"
    file.write_bytes(data)
    (source,) = open_files(SourceRequest(str(file), SCHEMAS))
    try:
        found = [tuple(r.values()) for r in source.batches().read_all().to_pylist()]
    except DatasetError as error:  # random letters may say too little of their encoding
        assume(error.findings[0].code not in ("uncertain-encoding", "mixed-encodings"))
        raise
    assert found == [tuple(value or None for value in r) for r in rows]


def readable(data):
    """Whether bytes are, at least for the most part, sound UTF-8 beyond ASCII."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return bad * 20 <= sum(c > "\x7f" for c in text) - bad


days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
SPELLINGS = (
    lambda d: d.isoformat(),
    lambda d: f"{d.year}-{d.month}-{d.day}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}.{d.month:02}.{d.day:02}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d:%Y%m%d}",
    lambda d: f" {d.isoformat()} 09:30",
    lambda d: d.isoformat().translate(str.maketrans("0123456789-", "０１２３４５６７８９－")),
)
# Eleven digits may be a mobile number, and are refused as one: see the tests of screening.
numbers = st.decimals(-(10**10), 10**10, places=4)
YES_NO = st.sampled_from([("是", True), ("有", True), ("1", True), ("否", False), ("无", False),
                          ("TRUE", True), ("n", False), ("０", False)])  # fmt: skip


@quick
@given(
    things=st.lists(
        st.tuples(
            days,
            st.sampled_from(SPELLINGS),
            YES_NO,
            st.integers(-(10**10), 10**10),
            st.sampled_from(["{}", "{}.0", " {} ", "{}."]),
            numbers,
        ),
        min_size=1,
        max_size=12,
    )
)
def test_sound_values_come_back_as_they_were_meant(take, session, things):
    rows = [
        (f"T{i:02}", spell(day), said, form.format(people), str(points))
        for i, (day, spell, (said, _), people, form, points) in enumerate(things)
    ]
    dataset = take(rows)
    assert dataset.quarantine == ()
    path = dataset.tables["things"].path
    stored = session.query(f"SELECT * FROM read_parquet('{path}')").to_pylist()
    assert [(r["day"], r["met"], r["people"], r["points"]) for r in stored] == [
        (day, meant, people, Decimal(points)) for day, _, (_, meant), people, _, points in things
    ]


@quick
@given(day=days, ahead=st.integers(1, 400))
def test_no_day_outside_the_calendar_gets_in(take, day, ahead):
    outside = [date(1900, 1, 1) - timedelta(ahead), date(2200, 12, 31) + timedelta(ahead)]
    rows = [("T1", day.isoformat(), None, None, None)]
    rows += [(f"X{i}", d.isoformat(), None, None, None) for i, d in enumerate(outside)]
    dataset = take(rows)
    assert [(q.row, q.code) for q in dataset.quarantine] == [
        (3, "impossible-date"),
        (4, "impossible-date"),
    ]
