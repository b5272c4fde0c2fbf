"""One report that fails takes no other with it, and texts that cannot be shown are no reason."""

from __future__ import annotations

import re
import sqlite3
import sys

import pytest

from rules_engine.errors import Finding, Place
from rules_engine.messages import msg
from rules_engine.model.escaping import UNPRINTABLE, printable
from rules_engine.model.naming import plain_text
from rules_engine.report.printable import printable_values
from rules_engine.yamltext import read

PLUGIN = """
from rules_engine.api import ReporterKind, hookimpl

def write(report, out):
    {does}

@hookimpl
def rules_engine_register_reporters():
    return [ReporterKind("broken", "a reporter", write)]
"""
REPORTS = ("pdf", "docx", "html", "xlsx", "markdown", "csv", "json")
ODD = "\x01\x08\x1b[31m\x7f\x9b\ufffe\uffff"


@pytest.fixture
def broken(cli):
    def write(does):
        folder = cli.folder / "plugins"
        folder.mkdir()
        (folder / "acme.py").write_text(PLUGIN.format(does=does), encoding="utf-8")
        return ("--plugins", folder)

    return write


def asked(*reports):
    return [option for report in reports for option in ("--report", report)]


@pytest.mark.parametrize(
    ("verb", "does", "code"),
    [
        ("assess", "raise RuntimeError('no paper')", "plugin-failed"),
        ("show", "raise PermissionError(13, 'no paper', str(out))", "cannot-write"),
        ("assess", "return ['no paper']", "plugin-rubbish"),
        ("show", "raise SystemExit('no paper')", "plugin-failed"),
    ],
)
def test_the_other_reports_are_written_and_the_run_stands(cli, broken, verb, does, code):
    options = broken(does)
    out = cli.folder / "out"
    command = ["assess", cli.ruleset, "--data", cli.data]
    if verb == "show":
        command = ["runs", "show", cli.assess()["run_id"]]
    reports = asked("csv", "broken", "html", "markdown")
    answer = cli(*command, *reports, "--out", out, *options)
    assert answer.code == 1
    (run,) = cli("runs", "list", "--format", "json").json
    (told,) = [line for line in answer.err.splitlines() if f"error {code}" in line]
    assert "“broken”" in told
    assert f"the run {run['id']} is stored" in answer.err
    assert (out / "ranking.csv").is_file()
    assert (out / "report.html").is_file()
    assert (out / "circular.md").is_file()


def test_a_report_that_fails_is_in_the_document(cli, broken):
    options = broken("raise RuntimeError('no paper')")
    answer = cli("assess", cli.ruleset, "--data", cli.data, *asked("broken"), "--format", "json",
                 "--out", cli.folder / "out", *options)  # fmt: skip
    assert answer.code == 1
    assert answer.json["subjects"]
    assert [f["code"] for f in answer.json["findings"] if f["severity"] == "error"] == [
        "plugin-failed"
    ]


def test_characters_that_cannot_be_shown_stop_no_report(cli, monkeypatch):
    """Control characters and noncharacters of a name, a title, a label or a setting.

    The ruleset is taken as older programs took it, which refused none of them.
    """
    monkeypatch.setattr(read, "HIDDEN", re.compile("(?!)"))
    file = cli.data / "villages.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("South", f"So{ODD}uth"), encoding="utf-8")
    cli.change("label: No irregular visits", 'label: "No\\u0001 \\ufffe \\e[31mirregular"')
    cli.change("title: Small township", 'title: "Small\\u0001 township\\ufffe"')
    out = cli.folder / "out"
    options = ["--set", f"office=Off{ODD}ice", "--out", out]
    answer = cli("assess", cli.ruleset, "--data", cli.data, *asked(*REPORTS), *options)
    assert answer.code == 0, answer.err
    for name in ("circular.pdf", "circular.docx", "report.html", "report.xlsx", "circular.md",
                 "ranking.csv", "report.json"):  # fmt: skip
        assert (out / name).is_file()
    for name in ("report.html", "circular.md", "ranking.csv", "report.json"):
        assert not UNPRINTABLE.search((out / name).read_text(encoding="utf-8"))


def test_records_of_older_runs_lose_such_characters_in_reports(cli):
    """NameTranslation programs took them in as they were."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from rules_engine.plugin_manager import registry
    from rules_engine.run import assess as flow
    from rules_engine.store import Store

    run = cli.assess()["run_id"]
    with sqlite3.connect(cli.store) as connection:
        connection.execute("UPDATE runs SET semantics = 1, plugins = NULL")
    for name in ("results/results.parquet", "snapshot/villages.parquet"):
        file = cli.store.parent / "runs" / run / name
        table = pq.read_table(file)
        names = [n and n.replace("South", f"So{ODD}uth") for n in table["name"].to_pylist()]
        at = table.column_names.index("name")
        pq.write_table(table.set_column(at, "name", pa.array(names, pa.string())), file)
    with Store.open(str(cli.store)) as store:
        opened = flow.open_run(store.get(run), registry())
    try:
        report = opened.report()
        assert [v.name for v in report.villages if "uth" in v.name] == ["So[31muth"]
        assert report.villages[:2] == list(report.villages)[:2]
    finally:
        opened.close()


def test_what_is_printable_stays_the_very_thing():
    finding = Finding("x", msg("{a}", a="西村（新）\n\ttab"), Place("f"))
    assert printable_values(finding) is finding
    assert printable("😀 Ünï\u200d村") == "😀 Ünï\u200d村"
    dirty = Finding("x", msg("{a}", a=f"a{ODD}b"), Place(f"f{ODD}"))
    assert str(printable_values(dirty).message) == "a[31mb"
    assert printable_values(dirty).place.file == "f[31m"


def test_intake_and_reports_agree_on_what_is_no_character():
    """But for what ends a text or a line: reports lose it, intake has its own word on it."""
    odd = [chr(c) for c in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0xFDD0, 0xFFFE, 0xFFFF)]
    assert [c for c in odd if UNPRINTABLE.match(c) and plain_text(f"a{c}b") != "ab"] == [
        "\0", "\v", "\f"
    ]  # fmt: skip


def test_wrong_rows_without_the_library_of_workbooks_say_what_to_install(cli, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    out = cli.folder / "wrong.xlsx"
    answer = cli("sources", "check", cli.data, "--out", out, "--format", "json")
    assert (answer.code, answer.codes) == (2, ["no-workbooks"])
    assert "XlsxWriter" in answer.json["findings"][0]["message"]
