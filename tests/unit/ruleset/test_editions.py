"""Several editions in one folder: which is chosen, and how they must fit together."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from ruleset_cases import text_at

from rules_engine.errors import RulesetError, UsageError
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.language import peek_language
from rules_engine.run.load import load_editions, load_ruleset

EDITIONS = Path(__file__).parents[2] / "fixtures" / "editions"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(EDITIONS, tmp_path / "editions"))


def change(folder, edition, old, new):
    file = folder / "editions" / edition / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def checked(folder):
    """Return all findings, as ``rules-engine check`` gathers them."""
    try:
        return [f for edition in load_editions(folder, registry()) for f in edition.findings]
    except RulesetError as error:
        return list(error.findings)


def only(folder, code, edition="2025"):
    """Return the one finding, which must stand in a file of the edition."""
    findings = checked(folder)
    assert [f.code for f in findings] == [code]
    assert f"editions/{edition}/" in findings[0].place.file
    assert str(findings[0].message)
    assert str(findings[0].hint)
    return findings[0]


def edition_on(folder, day, period=None):
    return load_ruleset(folder, registry(), day, period).ruleset.document.edition


def test_the_day_chooses(folder):
    assert checked(folder) == []
    assert edition_on(folder, date(2024, 1, 1)) == "2024"
    assert edition_on(folder, date(2024, 12, 31)) == "2024"
    assert edition_on(folder, date(2025, 1, 1)) == "2025"
    assert edition_on(folder, date(2030, 1, 1)) == "2025"
    assert edition_on(folder, None) == "2025"


def test_the_last_day_of_the_asked_period_chooses(folder):
    assert edition_on(folder, None, (date(2024, 3, 1), date(2024, 3, 14))) == "2024"
    assert edition_on(folder, None, (date(2025, 3, 1), date(2025, 3, 14))) == "2025"


def test_the_fingerprints_differ(folder):
    one, other = (load_ruleset(folder, registry(), date(y, 6, 1)).ruleset for y in (2024, 2025))
    assert one.fingerprint != other.fingerprint


def test_editions_are_ordered_by_their_days_and_not_by_their_folders(folder):
    (folder / "editions" / "2025").rename(folder / "editions" / "1-new")
    assert edition_on(folder, None) == "2025"


def test_before_the_first_none_is_in_force(folder):
    with pytest.raises(UsageError) as refused:
        load_ruleset(folder, registry(), date(2023, 12, 31))
    assert refused.value.findings[0].code == "not-in-force"
    assert "2024" in str(refused.value.findings[0].hint)


def test_an_edition_that_outlasts_the_next_overlaps_it(folder):
    change(folder, "2024", "{from: 2024-01-01}", "{from: 2024-01-01, to: 2025-01-01}")
    found = only(folder, "editions-overlap")
    assert found.severity == "error"
    assert text_at(found).startswith("2025-01-01}")


def test_two_editions_that_begin_together_overlap(folder):
    change(folder, "2025", "effective: {from: 2025-01-01}", "effective: {from: 2024-01-01}")
    assert [f.code for f in checked(folder)] == ["editions-overlap"]


def test_days_without_an_edition_are_told_and_can_be_acknowledged(folder):
    change(folder, "2024", "{from: 2024-01-01}", "{from: 2024-01-01, to: 2024-12-30}")
    found = only_among(folder, "editions-gap")
    assert found.severity == "warning"
    assert "2024-12-31" in str(found.message)
    with pytest.raises(UsageError, match="2024-12-31"):
        load_ruleset(folder, registry(), date(2024, 12, 31))
    reason = "acknowledge: [{code: editions-gap, at: effective, reason: 当年不考核}]\n"
    change(folder, "2025", "scale:", f"{reason}scale:")
    assert only_among(folder, "editions-gap").acknowledged == "当年不考核"


def only_among(folder, code):
    """Return the one finding of that code, among those that follow from it."""
    (found,) = (f for f in checked(folder) if f.code == code)
    return found


def test_an_edition_may_end_when_the_next_begins(folder):
    change(folder, "2024", "{from: 2024-01-01}", "{from: 2024-01-01, to: 2024-12-31}")
    assert checked(folder) == []


def test_an_edition_of_another_ruleset(folder):
    change(folder, "2025", "ruleset: two-editions", "ruleset: another")
    assert text_at(only(folder, "edition-of-another")).startswith("another")


def test_two_editions_of_one_name(folder):
    change(folder, "2025", 'edition: "2025"', 'edition: "2024"')
    assert text_at(only(folder, "edition-twice")).startswith("2024")


def test_a_change_within_the_period_is_told_in_both(folder):
    change(folder, "2025", "effective: {from: 2025-01-01}", "effective: {from: 2024-07-01}")
    found = [f for f in checked(folder) if f.code == "edition-changes-in-period"]
    assert ["2024" in f.place.file for f in found] == [True, False]
    assert {f.severity for f in found} == {"warning"}
    assert all("2024-07-01" in str(f.message) for f in found)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2024, 6, 30), False),  # the new edition is not in force yet
        (date(2024, 7, 1), True),
        (date(2024, 12, 31), True),
        (date(2025, 6, 30), False),  # a whole period of the new edition
    ],
)
def test_a_run_is_told_of_a_change_that_lies_within_its_days(folder, day, told):
    change(folder, "2025", "effective: {from: 2025-01-01}", "effective: {from: 2024-07-01}")
    codes = [f.code for f in load_ruleset(folder, registry(), day).findings]
    assert codes == (["edition-changes-in-period"] if told else [])


def test_a_special_period_within_one_edition_spans_no_change(folder):
    period = (date(2024, 12, 20), date(2024, 12, 31))
    assert load_ruleset(folder, registry(), None, period).findings == ()
    period = (date(2024, 12, 20), date(2025, 1, 1))
    codes = [f.code for f in load_ruleset(folder, registry(), None, period).findings]
    assert codes == ["edition-changes-in-period"]


def test_a_ruleset_beside_its_editions_is_one_too_many(folder):
    shutil.copy(folder / "editions" / "2024" / "ruleset.yaml", folder)
    assert [f.code for f in checked(folder)] == ["two-layouts"]


@pytest.mark.parametrize("name", ["2026.yaml", "说明.txt"])
def test_a_file_among_the_editions_is_told(folder, name):
    (folder / "editions" / name).write_text("", encoding="utf-8")
    (found,) = checked(folder)
    assert (found.code, found.place.file) == ("stray-edition", str(folder / "editions" / name))


def test_a_fault_in_one_edition_does_not_stop_another(folder):
    change(folder, "2024", "each: 1", "each: x1")
    assert [f.code for f in checked(folder)] == ["wrong-value"]
    assert load_ruleset(folder, registry(), date(2025, 6, 1)).or_stop()


@pytest.mark.parametrize("written", ["effective: {from: soon}", "effective: 2024", "# none"])
def test_without_the_days_of_each_nothing_can_be_chosen(folder, written):
    change(folder, "2024", "effective: {from: 2024-01-01}", written)
    for day in (None, date(2025, 6, 1)):
        with pytest.raises(RulesetError) as stopped:
            load_ruleset(folder, registry(), day)
        assert "editions/2024/" in stopped.value.findings[0].place.file
    assert all("editions/2024/" in f.place.file for f in checked(folder))


def test_an_edition_without_its_files_is_told(folder):
    (folder / "editions" / "2023").mkdir()
    assert {f.code for f in checked(folder)} == {"cannot-read"}


def test_the_language_is_that_of_the_last_folder(folder):
    assert peek_language(folder) == "zh"
    change(folder, "2025", "scale:", "language: en\nscale:")
    assert peek_language(folder) == "en"
