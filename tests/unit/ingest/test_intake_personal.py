"""What identifies a person is refused, by the name of a column and by its values.

The identity numbers are the examples of the national standard GB 11643; nobody has them.
"""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules_engine.ingest import personal
from rules_engine.ingest.personal import Context
from rules_engine.model.plugin import SourceTable
from rules_engine.model.table import Column, TableSchema

ID18 = "11010519491231002X"
ID15 = "110105491231002"

IDENTIFYING = (
    ID18,
    "440524188001010014",
    "11010519491231002x",
    "１１０１０５１９４９１２３１００２Ｘ",
    f"张某（{ID18}）反映",
    f"身份证{ID18}，",
    "110105 19491231 002X",
    "110105-19491231-002x",
    ID15,
    f"证件：{ID15}。",
    "13812345678",
    "１３８１２３４５６７８",
    "电13812345678话",
    "13812345678.0",
    "138-1234-5678",
    "138 1234 5678",
    "138.1234.5678",
    "138—1234—5678",
    "+8613812345678",
    "+86 138-1234-5678",
    "0575-87012345",
    "010 62345678",
    "(0575)87012345",
    "（０５７５）８７０１２３４５",
    "家中电话0575－87012345",
)
UNSEEN = "\u200b\u200e\u202a\u2060\ufeff\u00ad\u0001"
BROKEN_UP = (
    *(f"110105{c}19491231002X" for c in UNSEEN),
    *(f"1381234{c}5678" for c in UNSEEN),
    *(f"138{c}1234{c}5678" for c in "\u00a0\u2009\u202f\u3000"),
    "110105\u00a019491231\u00a0002X",
    "\u202a13812345678\u202c",
)
"""The same, with what nobody sees in them, and with other spaces."""
HARMLESS = (
    "110105194912310021",  # wrong checksum
    "11010519491331002X",  # no such month
    "11010519490230002X",  # no such day
    "991231194912310021",  # no such region
    "1" + ID18,  # one digit too many
    "12345678901",  # no mobile number begins with 12
    "138123456789",  # twelve digits
    "1381234567",  # ten digits
    "2025-03-05 17:30:00",
    "330683202503050",  # fifteen digits; no day 50
    "信访〔2025〕12345678号",
    "2025-001-0001",
    "87012345",  # without area code it is no more than a number
    "020250305001",
    "V01-2024-01",
    "12345",
    "",
)


@pytest.fixture
def plain_values(session):
    """Both looks at a list of texts, each by itself."""

    def run(texts, **how):
        session.register("looked_at", pa.table({"v": pa.array(texts, pa.string())}))
        look = personal.suspect('"v"')
        first = session.query(f"SELECT {look} AS held FROM looked_at")
        values = personal.plain_values('"v"', "looked_at")
        exact = session.query(f"SELECT {personal.holds(Context(**how))} AS held FROM {values}")
        both = zip(texts, first["held"].to_pylist(), exact["held"].to_pylist(), strict=True)
        return {value: bool(stopped and held) for value, stopped, held in both}

    return run


def test_identity_and_telephone_numbers_are_recognised(plain_values):
    assert plain_values(IDENTIFYING) == dict.fromkeys(IDENTIFYING, True)


def test_what_nobody_sees_in_a_number_does_not_hide_it(plain_values):
    assert plain_values(BROKEN_UP) == dict.fromkeys(BROKEN_UP, True)


def test_other_numbers_are_not(plain_values):
    assert plain_values(HARMLESS) == dict.fromkeys(HARMLESS, False)


CASES = {"landlines": False, "newborn": False}
"""How single values of a column of case numbers are looked at."""


def test_case_numbers_by_region_date_and_order_are_no_identity_numbers(plain_values):
    days = [f"202503{day:02}" for day in range(1, 29)]
    long = [f"330683{day}{i:04}" for day in days for i in range(40)]
    short = [f"330683{day[2:]}{i:03}" for day in days for i in range(40)]
    assert any(plain_values(long).values())  # one of eleven has the right checksum by chance
    assert not any(plain_values(long + short, **CASES).values())


def test_a_number_of_an_office_may_still_not_be_an_identity_number(plain_values):
    asked = [ID18, ID15, "13812345678", "0575-87012345"]
    assert list(plain_values(asked, **CASES).values()) == [True, True, True, False]


def test_the_column_and_the_number_of_rows_are_told_but_no_value(take, cases):
    refused = take([cases(起因=["征地", f"李某 {ID18}", "13812345678"])])
    assert refused.codes == ["personal-value"]
    finding = refused.findings[0]
    assert (finding.place.file, finding.place.field) == ("信访事项.csv", "起因")
    assert str(finding.message) == (
        "column “起因” holds identity numbers or telephone numbers in 2 rows; nothing was stored"
    )
    assert "petitioners are never subjects" in str(finding.hint)
    assert ID18 not in repr(refused.findings)
    assert "13812345678" not in repr(refused.findings)
    assert refused.left == []


def test_an_unread_column_is_looked_at_too(take, cases):
    refused = take([cases(备注=["138-1234-5678"])])
    assert refused.codes == ["personal-value", "ignored-column"]
    assert refused.left == []


def test_an_unread_table_is_looked_at_too(take, cases):
    refused = take([cases(), ("会议", [("议题", [ID18])])])
    assert refused.codes == ["personal-value", "ignored-table"]


@pytest.mark.parametrize("heading", ["信访人姓名", "身份证号", "联系电话", "家庭住址", "phone_no"])
def test_a_column_is_refused_by_its_name_even_when_it_is_empty(take, cases, heading):
    refused = take([cases(**{heading: [None]})])
    assert refused.codes == ["personal-column"]
    assert str(refused.findings[0].message) == (
        f"column “{heading}” would identify persons (1 rows); nothing was stored"
    )
    assert refused.left == []


def test_every_such_column_is_told_at_once(take, cases):
    refused = take([cases(姓名=["甲"], 电话=["1"], 起因=[ID15])])
    assert [(f.code, f.place.field) for f in refused.findings] == [
        ("personal-column", "姓名"),
        ("personal-column", "电话"),
        ("personal-value", "起因"),
    ]


def test_a_table_of_petitioners_is_refused_by_its_name(take, cases):
    refused = take([cases(), ("重点人员", [("编号", ["1"])])])
    assert refused.codes == ["personal-table"]
    assert str(refused.findings[0].message) == (
        "the table “重点人员” is about persons (1 rows); nothing was stored"
    )


CADRES = [("干部编号", ["L1"]), ("干部姓名", ["赵甲"])]


def test_the_name_of_a_cadre_is_no_secret(take, read_back):
    taken = take([("干部", CADRES)], reads=("villages", "cadres"))
    assert read_back(taken, "cadres", "name") == ["赵甲"]


def test_the_telephone_of_a_cadre_is_not_needed_and_refused(take):
    by_name = take([("干部", [*CADRES, ("电话", ["x"])])], reads=("villages", "cadres"))
    by_value = take(
        [("干部", [*CADRES, ("职务", ["镇长 13812345678"])])], reads=("villages", "cadres")
    )
    assert by_name.codes == ["personal-column"]
    assert by_value.codes == ["personal-value"]


def test_the_name_of_a_cadre_under_another_heading_gets_a_hint(take):
    refused = take(
        [("干部", [("干部编号", ["L1"]), ("姓名", ["赵甲"])])], reads=("villages", "cadres")
    )
    assert refused.codes == ["missing-column", "personal-column"] or refused.codes == [
        "personal-column",
        "missing-column",
    ]
    hints = [str(f.hint) for f in refused.findings if f.code == "personal-column"]
    assert hints == ["if it is the official's name, rename it to “干部姓名”; else remove it"]


def test_what_names_a_person_is_not_even_written_while_it_is_looked_at(take, cases, tmp_path):
    name, columns = cases(信访人=["秘密的名字"], 起因=["13812345678"])
    table = pa.table(dict(columns))
    seen = []

    def batches():
        def parts():
            yield from table.to_batches()
            seen.extend(p.read_bytes() for p in tmp_path.rglob("*.parquet"))

        return pa.RecordBatchReader.from_batches(table.schema, parts())

    refused = take([SourceTable(name, "x.csv", batches=batches)])
    assert refused.codes == ["personal-column", "personal-value"]
    assert seen
    assert not any("秘密的名字".encode() in data for data in seen)
    assert refused.left == []


@pytest.mark.parametrize(
    "values",
    [
        pa.array([13812345678], pa.int64()),
        pa.array([13812345678.0], pa.float64()),
        pa.array([{"who": ID18}]),
        pa.array([[ID18]]),
        pa.array([ID18]).dictionary_encode(),
        pa.array([ID18.encode()], pa.binary()),
    ],
    ids=["integer", "float", "struct", "list", "dictionary", "binary"],
)
def test_values_of_every_type_are_looked_at_in_parquet(take, cases, tmp_path, values):
    name, columns = cases()
    table = pa.table({**dict(columns), "备注": values})
    pq.write_table(table, tmp_path / "x.parquet")
    refused = take([SourceTable(name, "x.parquet", parquet=tmp_path / "x.parquet")])
    assert refused.codes == ["personal-value", "ignored-column"]
    assert refused.left == []


def amounts(written, name="金额"):
    """A table with a column of amounts that the ruleset declares."""
    columns = (Column("thing_id", "编号", required=True), Column("money", name, "decimal"),
               Column("count", "数", "integer"))  # fmt: skip
    size = len(written)
    things = [("编号", [f"T{i}" for i in range(size)]), (name, written)]
    return things, {"schemas": {"things": TableSchema("things", "事物", columns)},
                    "reads": ("villages", "things")}  # fmt: skip


@pytest.mark.parametrize(
    "written",
    [
        ["16000000000"],
        ["13800138000.50"],
        ["13812345678"],
        ["-13812345678", "+13812345678.00", "１３８１２３４５６７８"],
        ["13800000000", "15900000000", "18000000000", "16000000000", "13000000000"],
        ["13812345678", "15912345678", "200", "3000.5", "18012345678"],
        pa.array([13812345678.0, 16000000000.5], pa.float64()),
        pa.array([13812345678], pa.int64()),
        pa.array([Decimal("13812345678.0000")], pa.decimal128(18, 4)),
    ],
)  # fmt: skip
def test_amounts_are_no_telephone_numbers(take, written):
    things, how = amounts(written)
    assert take([("事物", things)], **how).codes == []


@pytest.mark.parametrize(
    "written",
    [
        ["13812345678", "15912345679", "18012345670"],
        ["13812345678", "15912345679.0", "18012345670", "17712345671", "0"],
        ["138 1234 5678"],
        ["+8613812345678"],
        ["0575-87012345"],
        [ID18],
        [f"联系{ID15}"],
        ["电话13812345678"],
    ],
)
def test_persons_are_found_in_columns_of_numbers_too(take, written):
    for column in ("金额", "数"):
        things, how = amounts(written)
        things[1] = (column, written)
        assert take([("事物", things)], **how).codes == ["personal-value"]


@pytest.mark.parametrize(
    ("heading", "written", "refused"),
    [
        ("补偿款（万元）", ["13812345678"], False),
        ("budget_total", ["13812345678"], False),
        ("备注", ["13812345678.50"], False),
        ("备注", ["13812345678"], True),
        ("备注", ["13812345678.00"], True),
        ("金额", ["13812345678", "15912345679", "18012345670"], True),
        ("金额", ["张某 13812345678"], True),
    ],
)
def test_a_column_that_is_not_read_goes_by_its_name(take, cases, heading, written, refused):
    codes = take([cases(**{heading: written})]).codes
    assert ("personal-value" in codes) == refused


def test_case_numbers_of_old_years_are_told_from_identity_numbers(take, cases):
    """One of eleven numbers of region, date and order has the right check digit by chance."""
    numbers = [f"3306832012{month:02}{day:02}{i:04}"
               for month in (1, 5) for day in (3, 17, 28) for i in range(20)]  # fmt: skip
    taken = take([cases(信访件编号=numbers)])
    assert (taken.codes, taken.dataset.tables["cases"].rows) == ([], 120)
    assert take([cases(信访件编号=[*numbers, ID18])]).codes == ["personal-value"]
    assert take([cases(信访件编号=[ID18, "440524188001010014"])]).codes == ["personal-value"]
