"""Whatever a plugin does, the error names it and nothing else is touched."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest

from rules_engine.api import (
    AfterRun,
    Check,
    Command,
    DatasetError,
    Method,
    PluginError,
    ReporterKind,
    SourceKind,
    SourceTable,
    UsageError,
    current_language,
    msg,
)
from rules_engine.errors import Finding
from rules_engine.isolation import SECONDS, isolated
from rules_engine.messages import speaking

BATCH = pa.record_batch({"village_id": ["V1"]})


def source(open_, **more):
    return isolated(SourceKind("ledger", "a source", lambda location: True, open_, **more), "acme")


def table_of(batches):
    (table,) = source(lambda location: [SourceTable("villages", "v", batches=batches)]).open("x")
    return table


def reporter(write, **more):
    return isolated(ReporterKind("poster", "a reporter", write, **more), "acme")


def code_of(error):
    (finding,) = error.value.findings
    assert "acme" in str(finding.message)
    return finding.code


def broken(*arguments):
    raise ZeroDivisionError("no licence")


def test_a_source_that_raises_is_named_with_its_reason():
    with pytest.raises(PluginError, match="ZeroDivisionError: no licence") as error:
        source(broken).open("x")
    assert code_of(error) == "plugin-failed"


def test_a_source_that_raises_while_it_is_read_is_named():
    def stream():
        yield BATCH
        raise KeyError("page 2")

    table = table_of(lambda: pa.RecordBatchReader.from_batches(BATCH.schema, stream()))
    with pytest.raises(PluginError, match="page 2") as error:
        list(table.batches())
    assert code_of(error) == "plugin-failed"


def test_findings_of_a_source_come_through():
    def refuse(location):
        raise DatasetError(Finding("no-tables", msg("there is nothing")))

    with pytest.raises(DatasetError, match="nothing"):
        source(refuse).open("x")


def test_what_intake_says_better_itself_comes_through():
    def vanish():
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError):
        table_of(vanish).batches()


@pytest.mark.parametrize("given", [["villages"], [None], 7])
def test_a_source_that_gives_no_tables_is_named(given):
    with pytest.raises(PluginError) as error:
        source(lambda location: given).open("x")
    assert code_of(error) in ("plugin-rubbish", "plugin-failed")


def test_a_table_that_gives_no_batches_is_named():
    with pytest.raises(PluginError, match="RecordBatchReader") as error:
        table_of(lambda: [{"village_id": "V1"}]).batches()
    assert code_of(error) == "plugin-rubbish"


def test_a_source_that_hangs_is_given_up_and_works_again_later():
    naps = [30.0, 0.0]

    def open_(location):
        time.sleep(naps.pop(0))
        return []

    kind = source(open_, patience=0.05)
    with pytest.raises(PluginError, match=r"0\.05 seconds") as error:
        kind.open("x")
    assert code_of(error) == "plugin-hangs"
    assert kind.open("x") == []


def test_a_source_that_hangs_between_batches_is_given_up(monkeypatch):
    monkeypatch.setenv(SECONDS, "0.05")

    def stream():
        yield BATCH
        time.sleep(30)

    batches = table_of(lambda: pa.RecordBatchReader.from_batches(BATCH.schema, stream())).batches()
    assert next(batches) == BATCH
    with pytest.raises(PluginError) as error:
        next(batches)
    assert code_of(error) == "plugin-hangs"


def test_a_reporter_speaks_the_language_in_force(tmp_path):
    heard = []
    with speaking("zh"):
        reporter(lambda report, out: heard.append(current_language()) or []).write(None, tmp_path)
    assert heard == ["zh"]


def test_a_reporter_gives_files_below_its_folder(tmp_path):
    def write(report, out):
        (out / "a.txt").write_text("a", encoding="utf-8")
        return [out / "a.txt"]

    assert reporter(write).write(None, tmp_path) == [tmp_path / "a.txt"]


@pytest.mark.parametrize(
    "given", [lambda out: ["a.txt"], lambda out: [out / "none"], lambda out: [out.parent / "b"]]
)
def test_a_reporter_that_gives_anything_else_is_named(tmp_path, given):
    (tmp_path / "b").write_text("b", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(PluginError) as error:
        reporter(lambda report, out: given(out)).write(None, out)
    assert code_of(error) == "plugin-rubbish"


def test_checks_methods_commands_and_receivers_are_named_too():
    method = Method("guess", "a method", dict, broken, "", words=broken)
    for call in (
        isolated(Check("c", "a check", broken), "acme").run,
        isolated(method, "acme").expand,
        isolated(method, "acme").words,
        isolated(Command("verb", "a verb", broken), "acme").run,
        isolated(AfterRun("news", "a receiver", broken), "acme").tell,
    ):
        with pytest.raises(PluginError) as error:
            call(None)
        assert code_of(error) == "plugin-failed"


def test_a_method_says_with_value_errors_what_is_wrong_with_its_fields():
    def refuse(*arguments):
        raise ValueError("each and steps do not go together")

    with pytest.raises(ValueError, match="each and steps"):
        isolated(Method("guess", "a method", dict, refuse, ""), "acme").expand(None, None, None)


def test_wrong_usage_told_by_a_command_comes_through():
    def refuse():
        raise UsageError.of("no-such-file", msg("there is no file"))

    with pytest.raises(UsageError):
        isolated(Command("verb", "a verb", refuse), "acme").run()
