"""The flat tables equal the report: for Excel without formulas, for analysts with types."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rules_engine_flat import tables, write_csv, write_parquet
from rules_engine_flat.spreadsheet import cell
from township_sample import assess_township

from rules_engine.messages import speaking


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    run = assess_township(tmp_path_factory.mktemp("township"))
    with speaking("zh"):
        report = run.report()
        report = replace(report, villages=list(report.villages), cadres=list(report.cadres))
    run.close()
    return report


def csv_of(report, folder, language="zh"):
    with speaking(language):
        files = write_csv(report, folder)
    assert all(file.read_bytes().startswith(b"\xef\xbb\xbf") for file in files)  # for Excel
    return {
        file.stem: list(csv.DictReader(file.open(encoding="utf-8-sig", newline="")))
        for file in files
    }


def parquet_of(report, folder):
    with speaking("zh"):
        return {file.stem: pq.read_table(file) for file in write_parquet(report, folder)}


def test_csv_has_a_file_for_each_table_with_labels_people_read(report, tmp_path):
    found = csv_of(report, tmp_path)
    assert list(found) == ["ranking", "lines", "cadres", "pay", "pay_parts", "shares"]
    third = found["ranking"][2]
    assert (third["名次"], third["名称"], third["得分"], third["最高"]) == (
        "3–4", "'=丙村", "71.67", "73.67",
    )  # fmt: skip
    first = found["ranking"][0]
    assert (first["名次"], first["并列"], first["等次"]) == ("1–3", "否", "优秀或合格")
    line = next(r for r in found["lines"] if r["编号"] == "V3" and r["考核项"] == "按时上报")
    assert (line["结果"], line["得分"], line["类别"]) == ("无法评定", "", "村")
    assert found["cadres"][1]["职务"] == "'+支部书记"
    assert found["shares"][0]["起始"] == "2025-01-01"


def test_csv_in_english(report, tmp_path):
    found = csv_of(report, tmp_path, "en")
    assert list(found["ranking"][0])[:4] == ["place", "tied", "id", "name"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"), ("+86", "'+86"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"), ("  =1", "'  =1"), ("\u3000＠a", "'\u3000＠a"), ("\t=1", "'\t=1"),
        ("甲=乙", "甲=乙"), ("'a", "'a"), ("", ""), (None, ""), (Decimal("-0.5"), "-0.5"),
        (Decimal("1E+3"), "1000"), (-3, "-3"), (date(2025, 1, 2), "2025-01-02"),
    ],
)  # fmt: skip
def test_texts_are_no_formulas_and_numbers_stay_numbers(value, shown):
    assert cell(value) == shown


def test_parquet_equals_the_report_in_types_and_values(report, tmp_path):
    found = parquet_of(report, tmp_path)
    ranking, lines = found["ranking"], found["lines"]
    assert ranking.schema.field("score").type == pa.decimal128(38, 10)
    assert ranking.schema.field("rank").type == pa.int64()
    assert ranking.schema.field("tied").type == pa.bool_()
    assert found["shares"].schema.field("from_on").type == pa.date32()
    assert ranking["name"].to_pylist() == [v.name for v in report.villages]
    assert ranking["score"].to_pylist() == [v.score for v in report.villages]
    subjects = [*report.villages, *report.cadres]
    expected = [(s.kind, s.id, x.criterion, x.outcome, x.points) for s in subjects for x in s.lines]
    columns = ("kind", "id", "criterion", "outcome", "points")
    assert list(zip(*(lines[c].to_pylist() for c in columns), strict=True)) == expected
    shares = [s for c in report.cadres for s in c.shares]
    assert found["shares"]["share"].to_pylist() == [s.share for s in shares]
    scores = [s.score if s.high is None else None for s in shares]  # an interval is no number
    assert found["shares"]["score"].to_pylist() == scores
    assert ranking["rank"].to_pylist() == [None, None, None, None, None, 1]


def test_rows_are_written_group_by_group(report, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "AT_ONCE", 2)
    with speaking("zh"):
        ranking, lines, *_ = write_parquet(report, tmp_path)
    assert pq.ParquetFile(ranking).num_row_groups == 3
    assert pq.read_table(lines).num_rows == sum(
        len(s.lines) for s in (*report.villages, *report.cadres)
    )


def test_tables_without_rows_have_their_columns(report, tmp_path):
    bare = replace(report, villages=[], cadres=[])
    assert {t.num_rows for t in parquet_of(bare, tmp_path).values()} == {0}
    header = (tmp_path / "csv" / "ranking.csv").parent
    assert all(not rows for rows in csv_of(bare, header).values())
