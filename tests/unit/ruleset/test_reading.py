"""Reading a ruleset: what cannot be read at all, several faults at once, and what is salvaged."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal

import pytest
from ruleset_cases import SMALL, findings_of, text_at

from rules_engine import limits
from rules_engine.errors import RulesetError, UsageError
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.read import read_ruleset
from rules_engine.run.load import load_ruleset
from rules_engine.yamltext.read import as_number, read_document


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SMALL, tmp_path / "small")


def _change(folder, *pairs, file="ruleset.yaml"):
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / file).write_text(text, encoding="utf-8")


def _only(folder):
    (finding,) = findings_of(folder)
    assert str(finding.hint)
    return finding


# what cannot be read


def test_a_folder_that_is_not_there(tmp_path):
    finding = _only(tmp_path / "nothing")
    assert finding.code == "no-such-ruleset"
    assert "nothing" in str(finding.message)
    assert "ruleset.yaml" in str(finding.hint)


def test_a_file_that_is_not_there(folder):
    (folder / "clauses.yaml").unlink()
    finding = _only(folder)
    assert finding.code == "cannot-read"
    assert finding.place.file == str(folder / "clauses.yaml")


def test_a_file_that_is_a_folder(folder):
    (folder / "clauses.yaml").unlink()
    (folder / "clauses.yaml").mkdir()
    assert _only(folder).code == "cannot-read"


def test_a_file_in_another_encoding(folder):
    text = (folder / "ruleset.yaml").read_text(encoding="utf-8")
    (folder / "ruleset.yaml").write_bytes(text.encode("gb18030"))
    finding = _only(folder)
    assert finding.code == "not-utf8"
    assert "UTF-8" in str(finding.hint)
    # the first label in Chinese is 偏远村; what stands before it is ASCII
    assert finding.place.line == text[: text.index("偏")].count("\n") + 1


def test_a_file_that_is_too_large(folder):
    with (folder / "ruleset.yaml").open("a", encoding="utf-8") as file:
        file.write("#" * (limits.RULESET_SIZE.most * limits.MIB))
    assert _only(folder).code == "file-too-large"


def test_faults_of_both_files_come_together(folder):
    (folder / "ruleset.yaml").write_text("a: [", encoding="utf-8")
    (folder / "clauses.yaml").write_text("b: }", encoding="utf-8")
    assert [(f.code, f.place.file) for f in findings_of(folder)] == [
        ("bad-yaml", str(folder / "ruleset.yaml")),
        ("bad-yaml", str(folder / "clauses.yaml")),
    ]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(folder):
    before = read_ruleset(folder)
    text = (folder / "ruleset.yaml").read_text(encoding="utf-8")
    (folder / "ruleset.yaml").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert findings_of(folder) == ()
    assert read_ruleset(folder).document == before.document


def test_line_ends_do_not_change_the_fingerprint(folder):
    before = read_ruleset(folder).fingerprint
    text = (folder / "ruleset.yaml").read_bytes()
    (folder / "ruleset.yaml").write_bytes(text.replace(b"\n", b"\r\n"))
    assert read_ruleset(folder).fingerprint == before
    _change(folder, ("label: Order", "label: Ordre"))
    assert read_ruleset(folder).fingerprint != before


# several faults at once


def test_faults_of_every_kind_come_together(folder):
    _change(
        folder,
        ("where: submitted_at > due_at", "where: submited_at > due_at"),  # an unknown column
        ("scale: 100", "scal: 100"),  # a misspelt key, and so a missing one
        ("rounding: {places: 2}", "rounding: {places: two}"),  # a wrong value
        ("when: irregular_visits = 0", "when: irregular_visits = '0'"),  # wrong types
        ("points: 60\n", "points: 61\n"),  # a sum that is wrong, of a number without a source
        ("where: irregular}", "where: (select 1)}"),  # forbidden
        ("{from: 1, to: 3, points: 10}", "{from: 1, to: 4, points: 10}"),  # rows that overlap
        ("from: 90, quota", "from: 200, assumed: x, quota"),  # out of reach
        ("label: Small matters", "label: 劝返"),  # a reward for stopping people
        ("roles: [secretary]\n    clause: S-4\n", "roles: [secretary]\n"),  # no clause
    )
    found = {(f.code, text_at(f).split("\n")[0][:14]) for f in findings_of(folder)}
    assert found >= {
        ("unknown-name", "submited_at > "),
        ("unknown-key", "scal: 100"),
        ("missing-key", "ruleset: small"),
        ("wrong-value", "two}"),
        ("wrong-type", "irregular_visi"),
        ("forbidden-sql", "1)}"),
        ("rights-stopping", "劝返"),
        ("no-clause", "answerable:"),
        ("number-unsourced", "61"),
    }


def test_a_part_that_is_taken_out_causes_no_further_findings(folder):
    _change(folder, ("label: No irregular visits\n        points: 40\n", "points: 40\n"))
    # the line `irregular` cannot be read; its veto, its indicators and its points are not missed
    assert [f.code for f in findings_of(folder)] == ["missing-key"]


def test_an_indicator_with_a_fault_is_found_once_and_not_at_each_use(folder):
    _change(folder, ("where: irregular}", "where: iregular}"))
    assert [f.code for f in findings_of(folder)] == ["unknown-name"]


def test_a_ruleset_with_findings_of_shape_is_not_run(folder):
    _change(folder, ("scale: 100", "scale: 100\nspare: 1"))
    assert [f.code for f in findings_of(folder)] == ["unknown-key"]
    with pytest.raises(RulesetError):
        load_ruleset(folder, registry()).or_stop()
    with pytest.raises(RulesetError):
        read_ruleset(folder)


def test_errors_come_first_when_a_run_stops(folder):
    _change(
        folder,
        ("label: 漏报,", "label: 迟报,"),  # a warning, in line 38
        ("points: 60\n", "points: 60\n    floor: x\n"),
    )
    with pytest.raises(RulesetError) as stopped:
        load_ruleset(folder, registry()).or_stop()
    severities = [f.severity for f in stopped.value.findings]
    assert severities == sorted(severities)  # "error" before "warning"
    assert stopped.value.findings[0].code in ("wrong-value", "unknown-key")


# days


def test_a_day_moves_the_period_by_whole_years():
    frame = load_ruleset(SMALL, registry(), date(2026, 3, 31)).book.frame
    assert (frame.start, frame.end, frame.as_of) == (
        date(2026, 1, 1),
        date(2026, 12, 31),
        date(2026, 3, 31),
    )


def test_a_day_before_the_ruleset_is_in_force_is_wrong_usage():
    with pytest.raises(UsageError) as refused:
        load_ruleset(SMALL, registry(), date(2024, 6, 30))
    assert refused.value.findings[0].code == "not-in-force"


def test_a_day_in_no_period_is_wrong_usage(folder):
    _change(folder, ("period: {from: 2025-01-01, to: 2025-12-31}",
                     "period: {from: 2025-03-01, to: 2025-03-14}"))  # fmt: skip
    with pytest.raises(UsageError) as refused:
        load_ruleset(folder, registry(), date(2025, 5, 1))
    assert refused.value.findings[0].code == "as-of-outside-period"


# plain values


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", "5"), ("0.5", "0.5"), ("90%", "0.9"), ("12.5%", "0.125"), ("-3", "-3"), ("+3", "3")],
)
def test_numbers(text, number):
    assert as_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1e3", "0x10", "1_000", "1,000", ".5", "5.", "五", ""])
def test_texts_that_are_no_numbers(text):
    assert as_number(text) is None


def test_values_keep_what_is_written(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text(
        "a: yes\nb: 'true'\nc: True\nd: 2025-01-31\ne: '2025-01-31'\nf: ~\ng: 007\nh: 90%\n"
    )
    assert read_document(file, "a.yaml").value == {
        "a": "yes",  # neither yes nor no nor on is a truth value here
        "b": "true",
        "c": True,
        "d": date(2025, 1, 31),
        "e": "2025-01-31",
        "f": None,
        "g": Decimal(7),
        "h": Decimal("0.9"),
    }


@pytest.mark.parametrize(
    ("yaml", "offset", "place"),
    [
        ("a: one two", 4, (1, 8)),
        ("a: 'one two'", 4, (1, 9)),
        ("a: one\n  two three", 8, (2, 7)),
        ("a: >-\n  one two\n  one three", 12, (3, 7)),
        ("a: >-\n  one two\n  one three", 8, (3, 3)),
        ("# one\na: |\n  one\n  two", 4, (4, 3)),
    ],
)
def test_an_offset_is_found_where_it_stands_in_the_file(tmp_path, yaml, offset, place):
    file = tmp_path / "a.yaml"
    file.write_text(yaml)
    document = read_document(file, "a.yaml")
    found = document.place_in(("a",), document.value["a"].strip(), offset)
    assert (found.line, found.column) == place
