"""Limits on what is handed in: each named in its error, raised where that makes sense, and kept."""

from __future__ import annotations

import os
import re
import time
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pytest

from rules_engine import limits
from rules_engine.cli.output import shown
from rules_engine.errors import DatasetError, Finding, Place, RulesetError, UsageError
from rules_engine.isolation import isolated
from rules_engine.isolation.process import Broken, in_own_process
from rules_engine.messages import msg, speaking
from rules_engine.model.plugin import SourceKind, SourceRequest, SourceTable
from rules_engine.ooxml import tab_name
from rules_engine.yamltext.read import parse_document

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


def code_of(call):
    with pytest.raises((DatasetError, UsageError, RulesetError)) as raised:
        call()
    return raised.value.findings[0].code


def test_an_error_names_the_limit_and_what_raises_it(monkeypatch):
    finding = limits.COLUMNS.finding(Place("a.csv"))
    assert "2000 columns" in str(finding.message)
    assert "RULES_ENGINE_MAX_COLUMNS" in str(finding.hint)
    assert "most_pages" in str(limits.PAGES.finding().hint)
    monkeypatch.setenv("RULES_ENGINE_MAX_COLUMNS", "3")
    assert limits.COLUMNS.most == 3
    limits.COLUMNS.check(3)
    assert code_of(lambda: limits.COLUMNS.check(4)) == "too-many-columns"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("RULES_ENGINE_MAX_COLUMNS", "many", "bad-limit"),
        ("RULES_ENGINE_MAX_COLUMNS", "0", "bad-limit"),
        ("RULES_ENGINE_MAX_COLUMNS", "9" * 40, "bad-limit"),
        ("RULES_ENGINE_MAX_COLUMS", "5", "bad-limit"),
        ("RULES_ENGINE_MAX_YAML_DEPTH", "90", "bad-limit"),  # nothing raises it
    ],
)
def test_a_variable_that_cannot_be_meant_is_refused(monkeypatch, name, value, code):
    monkeypatch.setenv(name, value)
    assert code_of(limits.check_environment) == code


def test_every_limit_is_kept_somewhere():
    """A limit that nobody asks for stands on the page and holds nothing."""
    names = {item: name for name, item in vars(limits).items() if isinstance(item, limits.Limit)}
    files = [f for d in ("rules_engine", "plugins") for f in (ROOT / d).rglob("*.py")]
    said = "\n".join(f.read_text(encoding="utf-8") for f in files if f.name != "limits.py")
    used = set(re.findall(r"\b(?:limits\.|import )([A-Z_]+)\b", said))
    assert set(names.values()) - used == set()
    assert len({item.name for item in limits.ALL}) == len(limits.ALL)


def test_findings_beyond_the_limit_are_counted_by_code(monkeypatch):
    monkeypatch.setenv("RULES_ENGINE_MAX_FINDINGS", "2")
    many = [Finding("a", msg("x"))] * 5 + [Finding("b", msg("y"), severity="warning")]
    found = shown(many)
    assert [f.code for f in found] == ["a", "a", "b", "more-findings"]
    assert str(found[-1].message) == "3 more findings “a” are not shown"
    assert found[-1].severity == "error"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: " + "x" * 20_001, "text-too-long"),
        ("a: " + "9" * 41, "number-too-large"),
        ("a: 0." + "0" * 60 + "1" * 41, "number-too-large"),
        ("x" * 20_001 + ": 1", None),  # YAML itself refuses so long a key
    ],
)
def test_a_text_of_a_ruleset_is_read_by_people(text, code):
    if code is None:
        assert code_of(lambda: parse_document(text, "r.yaml")) == "bad-yaml"
    else:
        assert [f.code for f in parse_document(text, "r.yaml").findings] == [code]


def test_a_file_of_keys_without_end_is_one_error():
    text = "".join(f"k{i}: 1\n" for i in range(60_000))
    assert code_of(lambda: parse_document(text, "r.yaml")) == "too-many-keys"


# Sources that never end


def batches(columns, rows):
    schema = pa.schema([(f"c{i}", pa.string()) for i in range(columns)])

    def forever():
        batch = pa.record_batch([pa.array(["x"] * rows, pa.string())] * columns, schema=schema)
        while True:
            yield batch

    return lambda: pa.RecordBatchReader.from_batches(schema, forever())


def read(table_of):
    source = isolated(SourceKind("endless", "x", lambda _: True, table_of), "endless")
    (table,) = source.open(SourceRequest("here"))
    return sum(batch.num_rows for batch in table.batches())


@pytest.mark.parametrize(
    ("columns", "rows", "variable", "code"),
    [
        (1, 1000, "ROWS=50000", "too-many-rows"),
        (1, 0, "TABLE_SIZE=2", "table-too-large"),  # batches without rows
        (2, 1000, "TABLE_SIZE=2", "table-too-large"),
        (4, 1, "COLUMNS=3", "too-many-columns"),
    ],
)
def test_a_source_without_end_comes_to_an_end(monkeypatch, columns, rows, variable, code):
    name, value = variable.split("=")
    monkeypatch.setenv(f"RULES_ENGINE_MAX_{name}", value)
    table = SourceTable("t", "here", batches=batches(columns, rows))
    assert code_of(lambda: read(lambda _: [table])) == code


def test_a_text_that_stands_once_counts_as_often_as_it_occurs(monkeypatch):
    monkeypatch.setenv("RULES_ENGINE_MAX_TABLE_SIZE", "2")
    note = pa.DictionaryArray.from_arrays(pa.array([0, None] * 400, pa.int8()), ["x" * 9_000])
    table = SourceTable("t", "here", batches=lambda: pa.table({"note": note}).to_reader())
    assert code_of(lambda: read(lambda _: [table])) == "table-too-large"
    monkeypatch.setenv("RULES_ENGINE_MAX_TABLE_SIZE", "4")
    assert read(lambda _: [table]) == 800


def test_tables_without_end_come_to_an_end(monkeypatch):
    monkeypatch.setenv("RULES_ENGINE_MAX_TABLES", "20")

    def forever(_):
        while True:
            yield SourceTable("t", "here", batches=batches(1, 1))

    assert code_of(lambda: read(forever)) == "too-many-tables"


# A process of its own


def _counts(keeping, least, most):
    first = keeping.put(iter(range(least, most)))
    second = keeping.put(iter("ab"))
    return first, second


def _fails(_, error):
    raise error


def _takes(_, mebibytes):
    return len(b"x" * (mebibytes << 20))


def _ends(_):
    os.abort()


def _waits(_):
    time.sleep(60)


def apart(work, *args):
    return in_own_process(work, *args, place=Place("a.xlsx"), error=DatasetError)


def test_items_pass_from_the_process_in_which_they_are_read():
    (first, second), kept = apart(_counts, 3, 6)
    assert [list(kept.items(first)), list(kept.items(second))] == [[3, 4, 5], ["a", "b"]]
    both = zip(kept.items(first), kept.items(first), strict=True)  # two readers at once
    assert list(both) == [(3, 3), (4, 4), (5, 5)]


def test_errors_pass_as_they_are():
    with pytest.raises(ValueError, match="no such sheet"):
        apart(_fails, ValueError("no such sheet"))
    with pytest.raises(UsageError) as raised:
        apart(_fails, limits.FORM_SIZE.refuse(Place("a.xlsx"), UsageError))
    assert raised.value.findings == (limits.FORM_SIZE.finding(Place("a.xlsx")),)


def test_memory_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setenv("RULES_ENGINE_MAX_WORKBOOK_MEMORY", "64")
    assert apart(_takes, 8)[0] == 8 << 20
    assert code_of(lambda: apart(_takes, 300)) == "workbook-too-large"


def test_a_process_that_ends_or_hangs_takes_nothing_with_it(monkeypatch):
    with pytest.raises(Broken):
        apart(_ends)
    monkeypatch.setenv("RULES_ENGINE_MAX_WORKBOOK_SECONDS", "1")
    assert code_of(lambda: apart(_waits)) == "workbook-too-large"


# Names of sheets


@pytest.mark.parametrize(
    ("name", "tab"),
    [
        ("🏠" * 18, "🏠" * 15),
        ("x" * 30 + "🏠", "x" * 30),
        ("x" * 30 + "'y", "x" * 30),
        ("'a'", "a"),
        ("a[b]:*?/\\c", "a b      c"),
        ("", "-"),
        ("'''", "-"),
        ("History", "History 2"),
        ("\u0001村\ufffe", "村"),
    ],
)
def test_a_tab_says_what_fits_on_it(name, tab):
    assert tab_name(name, set()) == tab


def test_tabs_are_told_apart():
    taken = set()
    tabs = [tab_name("村" * 40, taken) for _ in range(12)]
    assert len({tab.casefold() for tab in tabs}) == 12
    assert all(len(tab.encode("utf-16-le")) <= 62 for tab in tabs)
    assert tab_name("ABC", {"abc"}) == "ABC 2"


def test_memory_of_the_parent_does_not_grow_with_what_passes():
    (first, _), kept = apart(_counts, 0, 20_000)
    tracemalloc.start()
    assert sum(1 for _ in kept.items(first)) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000
