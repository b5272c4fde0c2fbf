"""The program as a whole: help, exit codes, one JSON document, pipes, interrupts, start-up."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from command_line import START, Answer

from rules_engine import __version__
from rules_engine.cli import program

VERBS = [
    ["assess"], ["explain"], ["check"], ["test"], ["plugins"], ["runs"], ["runs", "list"],
    ["runs", "show"], ["runs", "verify"], ["describe"], ["coverage"], ["new", "ruleset"],
    ["schema"],
]  # fmt: skip


@pytest.mark.parametrize("verb", [[], *VERBS], ids=lambda v: " ".join(v) or "program")
def test_every_verb_has_help_with_the_exit_codes(cli, verb):
    answer = cli(*verb, "--help")
    assert answer.code == 0
    assert answer.err == ""
    assert "Usage: rules-engine" in answer.out
    words = " ".join(answer.out.split())
    assert "Exit codes: 0 done; 1 findings stop it; 2 wrong usage; 130 interrupted." in words


def test_every_option_says_what_it_is_for(cli):
    for verb in VERBS:
        entries = cli(*verb, "--help").out.split("Options:")[1].split("\n  --")[1:]
        assert entries, verb
        for entry in entries:
            told = entry.split("  ", 1)
            assert len(told) == 2, (verb, entry)
            assert told[1].strip(), (verb, entry)


def test_the_version(cli):
    assert cli("--version") == Answer(0, f"rules-engine {__version__}\n", "")


def test_without_a_verb_the_help_and_exit_code_2(cli):
    answer = cli()
    assert (answer.code, answer.out) == (2, "")
    assert "Usage: rules-engine" in answer.err


# JSON


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["assess", "nowhere", "--data", "x"], 1, "no-such-ruleset"),
        (["assess", "nowhere"], 2, "missing-value"),
        (["assess", "{ruleset}", "--data", "nowhere"], 2, "no-source"),
        (["assess", "{ruleset}", "--data", "{data}", "--report", "x"], 1, "unknown-plugin"),
        (["assess", "{ruleset}", "--data", "{data}", "--as-of", "x"], 2, "bad-value"),
        (["explain", "latest", "x"], 1, "unknown-run"),
        (["explain"], 2, "missing-value"),
        (["check"], 2, "missing-value"),
        (["check", "{ruleset}", "--lang", "fr"], 2, "unknown-language"),
        (["check", "{ruleset}", "--stric"], 2, "no-such-option"),
        (["test", "nowhere"], 1, "no-such-ruleset"),
        (["runs", "show", "latest"], 1, "unknown-run"),
        (["runs", "verify", "x"], 1, "unknown-run"),
        (["runs", "list", "--store", "ftp://x"], 1, "store-url"),
        (["runs", "lst"], 2, "no-such-command"),
        (["chek"], 2, "no-such-command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_failure_is_one_json_document_too(cli, arguments, code, error):
    words = [a.format(ruleset=cli.ruleset, data=cli.data) for a in arguments]
    answer = cli(*words, "--format", "json")
    assert answer.code == code
    assert answer.err == ""
    assert answer.json["error"] == error
    assert answer.codes[0] == error
    assert all(f["message"] for f in answer.json["findings"])
    assert cli(*words, "--format=json").json == answer.json


@pytest.mark.parametrize("error", ["check"])
def test_check_gives_its_own_document_for_a_ruleset_that_is_not_there(cli, error):
    answer = cli(error, "nowhere", "--format", "json")
    assert answer.code == 1
    assert (answer.json["ok"], answer.codes) == (False, ["no-such-ruleset"])


def test_a_fault_of_the_program_is_told_without_a_traceback(cli, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("a fault")

    monkeypatch.setattr("rules_engine.run.load.load_editions", fail)
    answer = cli("check", cli.ruleset, "--format", "json")
    assert (answer.code, answer.json["error"]) == (1, "internal-error")
    assert "a fault" in answer.json["findings"][0]["message"]
    assert "RULES_ENGINE_DEBUG" in answer.json["findings"][0]["hint"]
    monkeypatch.setenv("RULES_ENGINE_DEBUG", "1")
    with pytest.raises(RuntimeError, match="a fault"):
        cli("check", cli.ruleset)


def test_a_clash_of_plugins_is_told_in_json(cli, monkeypatch):
    from rules_engine.errors import PluginError
    from rules_engine.messages import msg

    def clash():
        raise PluginError.of("duplicate-plugin", msg("two"))

    monkeypatch.setattr(program, "registry", clash)
    answer = cli("runs", "list", "--format", "json")
    assert (answer.code, answer.json["error"]) == (1, "duplicate-plugin")


# language


@pytest.mark.parametrize(
    ("environment", "options", "word"),
    [
        ({"LANGUAGE": "zh_CN:zh"}, [], "退出码"),
        ({"LANGUAGE": "", "LC_ALL": "zh_CN.UTF-8"}, [], "退出码"),
        ({"LANGUAGE": "", "LC_ALL": "C"}, [], "Exit codes"),
        ({"LANGUAGE": "", "LC_ALL": "C"}, ["--lang", "zh"], "退出码"),
        ({"LANGUAGE": "zh"}, ["--lang=en"], "Exit codes"),
    ],
)
def test_help_is_in_the_language_that_is_asked_for(cli, environment, options, word):
    answer = cli.start("check", *options, "--help", env=environment)
    assert (answer.code, answer.err) == (0, "")
    assert word in answer.out


# pipes, interrupts, start-up


def test_a_reader_that_has_seen_enough_is_no_error(cli):
    cli.assess()
    for arguments, code in (
        (["runs", "list"], 0),
        (["runs", "show", "latest"], 0),
        (["runs", "show", "latest", "--format", "json"], 0),
        (["explain", "latest", "South"], 0),
        (["check", "nowhere", "--format", "json"], 1),
    ):
        assert _unread(*arguments) == (code, ""), arguments


def _unread(*arguments):
    """Run a command line whose output nobody reads; return its exit code and what it says."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*START, *arguments],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writer)
    return done.returncode, done.stderr


def test_reports_are_written_although_nobody_reads_the_terminal(cli):
    out = cli.folder / "out"
    reports = ["--report", "terminal", "--report", "json", "--out", out]
    code, said = _unread("assess", cli.ruleset, "--data", cli.data, *reports)
    assert (code, said) == (0, f"written: {out / 'report.json'}\n")
    assert (out / "report.json").exists()


def test_nothing_but_the_result_goes_into_a_pipe(cli):
    answer = cli.start("assess", cli.ruleset, "--data", cli.data)
    assert answer.code == 0
    assert answer.err == ""  # no progress, no hints
    assert "\x1b" not in answer.out
    assert "South" in answer.out


INTERRUPTED = """
import os, signal
from rules_engine.cli import main
from rules_engine.run import assess

def at_the_plan(*arguments):  # the records are taken in, the results not yet worked out
    os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
assess.compute = at_the_plan
main()
"""


def test_an_interrupt_ends_with_130_and_stores_nothing(cli):
    cli.assess()
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, "assess", cli.ruleset, "--data", cli.data],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")
    (kept,) = cli("runs", "list", "--format", "json").json
    snapshots = {p.parent for p in cli.folder.rglob("villages.parquet")}
    assert [kept["id"] in str(folder) for folder in snapshots] == [True]


HEAVY = (
    "sqlalchemy", "alembic", "duckdb", "sqlglot", "pydantic", "pyarrow", "jinja2", "xlsxwriter",
    "durable", "pytest", "rich", "yaml", "chinese_calendar",
)  # fmt: skip
LOADED = f"""
import json, sys
from rules_engine.cli import main
try:
    main()
except SystemExit as ended:
    print(json.dumps([ended.code, [name for name in {HEAVY!r} if name in sys.modules]]))
"""


@pytest.mark.parametrize("verb", [[], ["assess"], ["runs"]], ids=lambda v: " ".join(v) or "program")
def test_help_loads_nothing_heavy(cli, verb):
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *verb, "--help"], capture_output=True, text=True, check=True
    )
    code, loaded = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    # Newer versions of Typer read the options of a verb with pydantic; the program does not.
    assert set(loaded) <= ({"pydantic"} if verb else set())
