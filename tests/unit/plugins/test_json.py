"""The JSON report is what ``assess --format json`` prints, with every decimal exact."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal

import pytest
from rules_engine_json import write
from township_sample import assess_township, write_township

from rules_engine.api import as_document
from rules_engine.messages import speaking
from rules_engine.model.document import plain


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    opened = assess_township(tmp_path_factory.mktemp("township"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def report(run):
    with speaking("en"):
        return run.report()


@pytest.fixture(scope="module")
def document(report, tmp_path_factory):
    with speaking("en"):
        (file,) = write(report, tmp_path_factory.mktemp("out"))
    assert file.name == "report.json"
    return json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)


def test_the_file_is_what_the_verb_prints(tmp_path):
    ruleset, data = write_township(tmp_path, "zh")
    done = subprocess.run(
        [
            sys.executable, "-c", "from rules_engine.cli import main; main()",
            "assess", str(ruleset), "--data", str(data),
            "--accept-quarantine", "--format", "json", "--report", "json",
            "--out", str(tmp_path / "out"), "--store", str(tmp_path / "runs.db"),
        ],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "out" / "report.json").read_text(encoding="utf-8")
    assert json.loads(text) == json.loads(done.stdout)
    assert "青川镇信访工作考核办法" in text  # written as it is read, not as \\u escapes


def test_the_file_holds_the_document(report, document):
    with speaking("en"):
        assert document == json.loads(json.dumps(as_document(report)), parse_float=Decimal)


def test_which_run_this_is(report, document):
    run = report.run
    assert document["run_id"] == run.run_id
    assert document["digest"] == run.digest
    assert document["digest"].startswith("sha256:")
    assert document["status"] == "draft"
    assert document["ruleset"]["id"] == "sample-town"
    assert document["ruleset"]["fingerprint"] == run.ruleset_fingerprint
    assert document["as_of"] == "2025-12-31"
    assert document["period"] == {"from": "2025-01-01", "to": "2025-12-31"}
    assert document["accepted_quarantine"] is True


def test_points_are_exact_numbers(report, document):
    assert [s["id"] for s in document["subjects"]] == ["V1", "V2", "V3", "V5", "V4", "V6"]
    for found, village in zip(document["subjects"], report.villages, strict=True):
        assert (found["score"], found["low"], found["high"]) == (
            village.score, village.low, village.high,
        )  # fmt: skip
        for line, expected in zip(found["lines"], village.lines, strict=True):
            assert line["points"] == expected.points
            assert line["raw"] == expected.raw
            assert line["max"] == expected.maximum
    third = document["subjects"][2]
    assert third["score"] == Decimal("71.67")
    assert third["lines"][1]["points"] == Decimal("36.6667")


def test_outcomes_are_said_for_every_line(document):
    outcomes = {s["id"]: [x["outcome"] for x in s["lines"]] for s in document["subjects"]}
    assert outcomes["V1"] == ["scored", "not_applicable", "not_assessable"]
    assert outcomes["V3"] == ["scored", "scored", "not_assessable"]
    assert outcomes["V5"] == ["not_assessable", "not_applicable", "not_assessable"]
    blocked = document["subjects"][0]["lines"][2]
    assert (blocked["points"], blocked["low"], blocked["high"]) == (None, 0, 2)


def test_shares_of_cadres_are_exact_too(document):
    share = document["cadres"][0]["shares"][0]
    assert share["share"] == Decimal("0.333333")
    assert share["village_score"] == Decimal("71.67")
    # 100 − 0.333333 × (100 − 71.67)
    assert share["score"] == Decimal("90.55667611")
    assert (share["from_on"], share["to_on"]) == ("2025-01-01", "2025-06-30")


def test_what_was_kept_out_and_what_was_assumed(report, document):
    (row,) = document["quarantine"]
    assert (row["row"], row["value"], row["code"]) == (6, "=2025", "not-a-date")
    assert len(document["assumptions"]) == len(report.assumptions)
    assert sum(not assumption.default for assumption in report.assumptions) == 8


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("71.1", "71.1"), ("0.333333", "0.333333"), ("1000", "1000"), ("-0.5", "-0.5"),
        ("0", "0"), ("100.00", "100"), ("0.0001", "0.0001"),
        ("99999999999.9999", "99999999999.9999"),
    ],
)  # fmt: skip
def test_a_decimal_becomes_the_number_that_one_would_write(value, text):
    assert json.dumps(plain(Decimal(value))) == text


@pytest.mark.parametrize("places", [4, 6])
def test_every_decimal_in_reach_comes_back_as_it_was(places):
    for number in range(0, 10**places, 10 ** (places - 3) - 3):
        value = 71 + Decimal(number).scaleb(-places)
        assert json.loads(json.dumps(plain(value)), parse_float=Decimal) == value
