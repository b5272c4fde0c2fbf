"""Bad input from end to end: it stops with place and remedy, and nothing is stored."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rules_engine.cli.program import program

SMALL = Path(__file__).parents[1] / "fixtures" / "small"
ID = "11010519491231002X"  # the example of the national standard GB 11643; nobody has it


class Office:
    """A folder of records, a store and the program, as an assessment office has them."""

    def __init__(self, folder):
        self.data = folder / "records"
        self.store = folder / "store" / "runs.db"
        self.spill = folder / "tmp"
        self.spill.mkdir()
        shutil.copytree(SMALL / "sample", self.data)
        self.cases = self.data / "cases.csv"

    def run(self, *arguments):
        options = ["--store", str(self.store)]
        return CliRunner().invoke(program(), [*arguments, *options])

    def assess(self, *options, data=None):
        where = str(data or self.data)
        return self.run("assess", str(SMALL), "--data", where, "--report", "json",
                        "--out", str(self.data.parent / "out"), *options)  # fmt: skip

    def refused(self, *options, data=None, exit_code=1):
        """Assess, see that it stops and leaves nothing, and give what was said."""
        result = self.assess(*options, data=data)
        assert result.exit_code == exit_code, result.output
        assert result.stdout == ""
        listed = self.run("runs", "list")
        assert (listed.exit_code, listed.stdout) == (0, "no runs are stored\n")
        assert self.left() == []
        return result.stderr.replace(f"{self.data}{os.sep}", "")

    def left(self):
        """Everything that lies about beside the records and the empty store."""
        kept = {self.store, self.store.parent, self.spill}
        found = set(self.data.parent.rglob("*")) - kept - {self.data, *self.data.rglob("*")}
        return sorted(
            str(p.relative_to(self.data.parent)) for p in found if p.is_file() or any(p.iterdir())
        )


@pytest.fixture
def office(tmp_path, monkeypatch):
    opened = Office(tmp_path)
    monkeypatch.setenv("TMPDIR", str(opened.spill))
    monkeypatch.setattr("tempfile.tempdir", None)
    return opened


def add(file, *lines):
    file.write_text(file.read_text() + "".join(line + "\n" for line in lines))


def test_the_sound_records_are_assessed_and_stored(office):
    result = office.assess()
    assert result.exit_code == 0, result.output
    assert len(office.run("runs", "list").stdout.splitlines()) == 1


def test_data_that_is_not_there(office):
    said = office.refused(data=office.data / "nowhere", exit_code=2)
    assert "no-source" in said
    assert "give a folder or file of records that exists" in said


def test_a_missing_table(office):
    office.cases.unlink()
    assert office.refused() == (
        "cases: error missing-table: the ruleset needs the table “信访事项”, "
        "which was not delivered\n"
        "    deliver a table named “信访事项” or “cases”\n"
    )


def test_the_encodings_of_offices_give_the_same_result(office):
    text = office.cases.read_text().replace("case_id,village_id", "信访件编号,村编号")
    digests = set()
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        office.cases.write_bytes(text.encode(encoding))
        result = office.assess("--format", "json")
        assert result.exit_code == 0, result.output
        digests.add(json.loads(result.stdout)["digest"])
    assert len(digests) == 1


def test_an_encoding_that_nobody_knows(office):
    office.cases.write_bytes(office.cases.read_bytes() + b"\x80\x81\xff\n")
    assert office.refused() == (
        "cases.csv:6:1: error unknown-encoding: the file is neither UTF-8 nor UTF-16 nor GB18030, "
        "or it is damaged here\n    save it again as CSV in UTF-8\n"
    )


WRONG_ROWS = {
    "k1,v1,true,2025-02-01,,,": "6|信访件编号|duplicate-key: “k1” stands in several rows",
    "k7,v9,true,2025-02-01,,,": "7|村编号|orphan-reference: “v9” is not in the table “村”",
    "k8,v1,true,2025-02-29,,,": "8|受理登记日期|impossible-date: “2025-02-29” is no day",
    "k9,v1,true,2025-02-01,,2025-01-31,": "9|办结日期|dates-out-of-order: “2025-01-31” lies before",
    "k10,v1,true,2025-02-01,,,3人": "10|涉及人数|not-a-number: “3人” is not a whole number",
    "k11,v1,maybe,2025-02-01,,,": "11|初信初访|not-a-boolean: “maybe” is neither yes",
    "k12,v1,true,,,,": "12|受理登记日期|missing-value: the value is missing",
    '"k13\n\n",v1,true,2025-02-01,,,': "",
    "\n\n\nk17,v1,true,x,,,": "17|受理登记日期|not-a-date: “x” is not a date such as 2025-03-05",
}


def test_wrong_rows_stop_the_run_each_with_place_value_reason_and_remedy(office):
    add(office.cases, *WRONG_ROWS)
    lines = office.refused().splitlines()
    wrong, remedies = lines[::2], lines[1::2]
    expected = [("2", "信访件编号", "duplicate-key: “k1” stands in several rows")]
    expected += [tuple(text.split("|")) for text in WRONG_ROWS.values() if text]
    assert len(wrong) == len(expected)
    for line, (row, column, text) in zip(wrong, expected, strict=True):
        assert line.startswith(f"cases.csv: cases, row {row}, column {column}: error {text}")
    assert all(remedy.startswith("    ") for remedy in remedies)


def test_the_office_may_go_on_without_the_wrong_rows(office):
    add(office.cases, "k9,v1,true,2025-02-29,,,")
    result = office.assess("--accept-quarantine")
    assert result.exit_code == 0, result.output
    report = json.loads(next((office.data.parent / "out").rglob("*.json")).read_text())
    assert report["accepted_quarantine"] is True
    assert [(q["row"], q["code"]) for q in report["quarantine"]] == [(6, "impossible-date")]


def test_accepting_the_quarantine_does_not_accept_personal_data(office):
    add(office.cases, f"k9,v1,true,2025-02-01,,{ID},")
    said = office.refused("--accept-quarantine")
    assert (
        "personal-value: column “closed_on” holds identity numbers or telephone numbers in 1"
        in said
    )
    assert ID not in said


def test_who_a_petitioner_is_is_refused_and_not_shown(office):
    added = {"身份证号": "", "联系电话": "x", "信访人": "某某", "备注": ID, "cause": f"某（{ID}）",
             "category": "土地", "unit": "138-1234-5678"}  # fmt: skip
    head, *rows = office.cases.read_text().splitlines()
    values = ",".join(added.values())
    text = [",".join([head, *added]), *(f"{row},{values}" for row in rows)]
    office.cases.write_text("\n".join(text))
    said = office.refused()
    for heading in ("身份证号", "联系电话", "信访人"):
        assert f"error personal-column: column “{heading}” would identify persons (4 rows)" in said
    for heading in ("备注", "cause", "unit"):
        assert (
            f"error personal-value: column “{heading}” holds identity numbers or telephone numbers "
            "in 4 rows; nothing was stored" in said
        )
    assert said.count("error ") == 6
    assert said.count("petitioners are never subjects, a case is known by its case number") == 6
    assert all(secret not in said for secret in (ID, "138", "某"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cases.csv: error empty-file: the file is empty"),
        ("case_id;village_id\nk1;v1\n", "cases.csv:1:1: error wrong-delimiter"),
        ("case_id,case_id\nk1,k1\n", "cases.csv: row 1: error duplicate-column"),
        ("case_id,village_id\nk1,v1,x\n", "cases.csv: row 2: error ragged-row"),
        ('case_id,village_id\nk1,"v1\n', "cases.csv:2:1: error unclosed-quote"),
        ("case_id,village_id\nk1," + "v" * 3_000_000, "cases.csv:2:1: error huge-field"),
        ("case_id,village_id\nk1,v1\n",
         "cases.csv: cases, column received_on: error missing-column: the required column “受理登"),
        ("case_id,village_id,receive_on\nk1,v1,2025-01-01\n", "is it “receive_on”? Then rename it"),
    ],
    ids=["empty", "semicolons", "twice", "ragged", "quote", "huge", "missing", "near"],
)  # fmt: skip
def test_a_file_that_is_no_table(office, text, said):
    office.cases.write_text(text)
    assert said in office.refused()


def test_villages_without_rows(office):
    (office.data / "villages.csv").write_text("village_id,name,kind\n")
    said = office.refused()
    assert "villages.csv: villages: error empty-table: the table “村” has no rows" in said
    assert "list the villages and units that are assessed" in said


def test_cases_without_rows_are_no_error(office):
    office.cases.write_text(office.cases.read_text().splitlines()[0])
    assert office.assess().exit_code == 0


def test_one_table_twice(office):
    shutil.copy(office.cases, office.data / "信访事项.csv")
    said = office.refused()
    assert "error duplicate-table: the table “信访事项” was delivered twice" in said
    assert "cases.csv" in said
    assert "信访事项.csv" in said


def test_the_chinese_name_of_a_table_is_as_good(office):
    office.cases.rename(office.data / "信访事项.csv")
    assert office.assess().exit_code == 0


def test_damaged_parquet(office):
    office.cases.unlink()
    (office.data / "cases.parquet").write_bytes(b"PAR1 cut short")
    assert "cases.parquet: error bad-parquet" in office.refused()


def test_a_wrong_json_line(office):
    office.cases.unlink()
    (office.data / "cases.jsonl").write_text('{"case_id": "k1"}\nnonsense\n')
    assert "cases.jsonl:2:1: error bad-json: line 2 is no JSON object" in office.refused()


def test_findings_as_json(office):
    add(office.cases, "k9,v1,true,2025-02-29,,,")
    result = office.assess("--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["error"] == "impossible-date"
    assert found["findings"] == [
        {
            "code": "impossible-date",
            "severity": "error",
            "message": "“2025-02-29” is no day or time between 1900 and 2200",
            "hint": "correct the date",
            "file": str(office.cases),
            "table": "cases",
            "row": 6,
            "field": "受理登记日期",
        }
    ]


def test_the_program_itself_stops_with_one_and_speaks_chinese_when_asked(office):
    add(office.cases, "k9,v1,true,x,,,")
    asked = [
        sys.executable,
        "-c",
        "from rules_engine.cli import main; main()",
        "assess",
        str(SMALL),
    ]
    options = ["--data", str(office.data), "--store", str(office.store), "--lang", "zh"]
    done = subprocess.run([*asked, *options], capture_output=True, encoding="utf-8", check=False,
                          env={**os.environ, "PYTHONIOENCODING": "utf-8"})  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "not-a-date" in done.stderr
    assert "第6行" in done.stderr.replace(" ", "")
    assert office.left() == []
