"""``--set`` reaches the reporters that ask for it; what they have to say reaches the user."""

from __future__ import annotations

import pytest

PLUGIN = """
from rules_engine.api import Finding, ReporterKind, Setting, hookimpl, msg

def copies(text):
    if not text.isdigit():
        raise ValueError(msg("a number is needed"))
    return int(text)

def poster(report, out):
    path = out / "poster.txt"
    path.write_text(repr(sorted(report.settings.items())), encoding="utf-8")
    return [path, Finding("poster-cut", msg("cut short"), severity="warning")]

def postcard(report, out):
    path = out / "postcard.txt"
    path.write_text(repr(sorted(report.settings.items())), encoding="utf-8")
    return [path]

@hookimpl
def rules_engine_register_reporters():
    office = Setting("office", msg("who signs"))
    number = Setting("copies", msg("how many"), copies)
    return [
        ReporterKind("poster", "a poster", poster, settings=(office, number)),
        ReporterKind("postcard", "a postcard", postcard, settings=(office,)),
    ]
"""


@pytest.fixture
def plugin(cli):
    folder = cli.folder / "plugins"
    folder.mkdir()
    (folder / "posters.py").write_text(PLUGIN, encoding="utf-8")
    return folder


def assess(cli, plugin, *more):
    out = cli.folder / "out"
    return cli("--plugins", plugin, "assess", cli.ruleset, "--data", cli.data, "--out", out,
               "--report", "poster", "--report", "postcard", *more)  # fmt: skip


def said(cli, name):
    return (cli.folder / "out" / f"{name}.txt").read_text(encoding="utf-8")


def test_a_setting_goes_to_every_reporter_that_knows_it(cli, plugin):
    answer = assess(cli, plugin, "--set", "office=a=b", "--set", "copies=3")
    assert answer.code == 0, answer.err
    assert said(cli, "poster") == "[('copies', 3), ('office', 'a=b')]"
    assert said(cli, "postcard") == "[('office', 'a=b')]"
    out = cli.folder / "out"
    cli("--plugins", plugin, "runs", "show", "latest", "--report", "poster", "--out", out,
        "--set", "office=c")  # fmt: skip
    assert said(cli, "poster") == "[('office', 'c')]"


def test_what_a_reporter_has_to_say_is_told_and_stops_nothing(cli, plugin):
    answer = assess(cli, plugin)
    assert answer.code == 0
    assert "warning poster-cut: cut short" in answer.err
    assert "written: " in answer.err


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ("copie=3", "unknown-setting", "known here: copies, office"),
        ("colour=red", "unknown-override", "plugins lists the settings of reports"),
        ("=", "bad-override", "write PATH=VALUE"),
        ("copies=many", "bad-setting", "a number is needed"),
    ],
)
def test_a_slip_is_said_before_anything_is_assessed(cli, plugin, setting, code, words):
    answer = assess(cli, plugin, "--set", setting)
    assert answer.code == 2
    assert code in answer.err
    assert words in answer.err
    assert cli("runs", "list").out == "no runs are stored\n"


def test_settings_are_listed_with_the_plugins(cli, plugin):
    listed = cli("--plugins", plugin, "plugins").out
    assert "        --set office=…  who signs\n        --set copies=…  how many\n" in listed
