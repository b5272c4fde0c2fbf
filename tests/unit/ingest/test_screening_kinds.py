"""What a person is, by shape and by context: numbers in any spelling, and numbers of cases.

The numbers are made by the generator of the benchmark; nobody was meant to have them.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from benchmarks.numbers_made import (
    check_digit,
    identity,
    innocent_columns,
    mobile,
    old_identity,
    persons,
)
from benchmarks.screening import found_at_once, is_refused
from rules_engine.model.plugin import SourceTable
from rules_engine.model.table import Column, TableSchema

CASES_OF_2012 = [f"3306812012{m:02}{d:02}{n:04}" for m in (1, 5) for d in (3, 28) for n in range(5)]


def test_99_of_100_numbers_are_found_in_each_spelling(session):
    made = persons(7, 4000)
    found = found_at_once([value for *_, value in made], session)
    missed = Counter(kind for (kind, *_), hit in zip(made, found, strict=True) if not hit)
    assert all(missed[kind] <= 0.01 * 4000 / 4 for kind in missed), missed


def test_columns_without_persons_are_not_refused(session):
    columns = innocent_columns(7, 110, longest=100)
    assert [c.kind for c in columns if is_refused(c, session)] == []


@pytest.mark.parametrize(
    "value",
    [
        "8613800138000", "0086 138 0013 8000", "138 00138000", "1380013 8000",
        "138\u00a00013\u00a08000", "110105 1949 1231 002Ｘ", "110105 1949 1231 002ｘ",
        "0575-8701-2345", "057587012345", "0575-87012345转801", "+86 575 8701 2345",
        "电话13800-138000", "TEL:13800138000",
    ],
)  # fmt: skip
def test_these_spellings_are_found(take, cases, value):
    assert "personal-value" in take([cases(起因=[value])]).codes


@pytest.mark.parametrize(
    "value",
    [
        "13800000000", "13812345678.90", "补偿13812345678元", "￥13812345678", "0575-20260315",
        "0575-2025-0001", "150-2025-0305", "330681201201010", "330681201200012",
        "120.13812345678,30.12345678901", "8ab4aeed-1335-4123-9a2b-13812345678a",
        "057587012345a2b4c6d8e0f1a3c5",
    ],
)  # fmt: skip
def test_these_values_are_no_persons(take, cases, value):
    assert take([cases(起因=[value])]).codes == []


def column(name="原案号", **more):
    columns = (Column("thing_id", "编号", required=True), Column("old", name, **more))
    return {"schemas": {"things": TableSchema("things", "事物", columns)},
            "reads": ("villages", "things")}  # fmt: skip


def things(values, name="原案号"):
    return [("事物", [("编号", [f"T{i}" for i in range(len(values))]), (name, values)])]


def test_case_numbers_stand_in_any_column(take, cases):
    assert take(things(CASES_OF_2012), **column()).codes == []
    assert take(things([f"见{n}号" for n in CASES_OF_2012]), **column()).codes == []
    assert take([cases(备注=CASES_OF_2012)]).codes == ["ignored-column"]


def test_one_person_among_case_numbers_is_found(take):
    rng = random.Random(1)
    for _ in range(5):
        person = identity(rng)
        if not person.startswith("330681"):
            assert take(things([*CASES_OF_2012, person]), **column()).codes == ["personal-value"]


def test_a_column_of_persons_is_found_with_a_slip_in_it(take):
    rng = random.Random(2)
    values = [identity(rng) for _ in range(12)]
    values[3] = values[3][:-1] + ("0" if values[3][-1] != "0" else "1")
    assert take(things(values), **column()).codes == ["personal-value"]
    assert take(things([old_identity(rng) for _ in range(9)]), **column()).codes == [
        "personal-value"
    ]


FITS = next(f"33068120120101{n:03}{last}" for n in range(99)
            if (last := check_digit(f"33068120120101{n:03}")) != "X")  # fmt: skip
"""A case number that has the right check digit by chance."""


@pytest.mark.parametrize("value", [FITS, "330681450112345", "13812345678"])
def test_what_cannot_be_decided_is_asked_for(take, value):
    refused = take(things([value]), **column())
    assert refused.codes == ["personal-value"]
    assert str(refused.findings[0].hint) == (
        "remove it and deliver again: petitioners are never subjects, a case is known by its "
        "case number alone; if these are numbers of cases, say so in ruleset.yaml, "
        "under tables: “things: {columns: {old: {kind: case number}}}”"
    )
    assert take(things([value]), **column(kind="case number")).codes == []


def test_a_column_of_persons_is_refused_whatever_it_is_called(take):
    rng = random.Random(3)
    known = column(kind="case number")
    for make in (identity, old_identity, mobile):
        assert take(things([make(rng) for _ in range(12)]), **known).codes == ["personal-value"]
    assert take(things(["11010519491231002X"]), **known).codes == ["personal-value"]
    assert take(things(["张某 13812345678"]), **known).codes == ["personal-value"]


def test_numbers_in_a_row_and_days_are_no_telephones(take):
    assert take(things([f"1330681{n:04}" for n in range(9)]), **column()).codes == []
    assert take(things([f"15{m:02}{d:02}{7:05}" for m in (1, 12) for d in (1, 9, 28)]),
                **column()).codes == []  # fmt: skip


@pytest.mark.parametrize("heading", ["13812345678", "110105 19491231 002x", "(0575)87012345"])
def test_a_heading_with_a_number_is_refused_and_not_shown(take, cases, heading):
    name, columns = cases()
    refused = take([(name, [*columns, (heading, ["x"])])])
    assert refused.codes == ["personal-name"]
    assert heading not in repr(refused.findings)
    assert refused.left == []


@pytest.mark.parametrize(
    ("origin", "sheet"), [("x/张某13812345678.csv", ""), ("x.xlsx", "11010519491231002X")]
)
def test_a_name_of_a_file_or_sheet_with_a_number_is_refused_and_not_shown(
    take, table, cases, origin, sheet
):
    source = table(*cases())
    named = SourceTable(source.name, origin, batches=source.batches, sheet=sheet)
    refused = take([named])
    assert refused.codes == ["personal-name"]
    assert "13812345678" not in repr(refused.findings)
    assert "11010519491231002X" not in repr(refused.findings)


@pytest.mark.parametrize(
    "heading",
    ["sfzh", "xm", "lxdh", "email", "QQ", "户主", "代表人", "写信人", "家属", "name", "gmsfhm",
     "dsrxm", "mobilePhone", "petitionerName", "real_name", "home_addr", "dizhi", "電話",
     "身份證號", "联络人", "居住地", "来访者"],
)  # fmt: skip
def test_headings_by_their_first_letters_and_in_english_are_refused(take, cases, heading):
    name, columns = cases()
    refused = take([(name, [*columns, (heading, ["x"])])])
    assert "personal-column" in refused.codes


@pytest.mark.parametrize(
    "value",
    ["①③⑧①②③④⑤⑥⑦⑧", "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "١٣٨١٢٣٤٥٦٧٨", "¹³⁸¹²³⁴⁵⁶⁷⁸", "₁₃₈₁₂₃₄₅₆₇₈", "⑴⑶⑻⑴⑵⑶⑷⑸⑹⑺⑻",
     "❶❸❽❶❷❸❹❺❻❼❽", "11010519491231002Х",
     "11010519491231002Ⅹ", "１１０１０５１９４９１２３１００２×"],
)  # fmt: skip
def test_numbers_in_other_digits_are_found(take, cases, value):
    name, columns = cases()
    refused = take([(name, [*columns, ("备注", [f"请回电{value}，谢谢"])])])
    assert "personal-value" in refused.codes
    assert value not in repr(refused.findings)


@pytest.mark.parametrize("heading", ["zz", "sj", "dz", "reporter_name", "银行账号"])
def test_what_may_well_be_something_else_is_no_heading_of_a_person(take, cases, heading):
    name, columns = cases()
    assert "personal-column" not in take([(name, [*columns, (heading, ["x"])])]).codes
