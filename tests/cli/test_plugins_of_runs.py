"""A run is opened, verified and advanced only by the plugins that made it, or their like."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from rules_engine import __version__

PLUGIN = """
from pydantic import BaseModel

from rules_engine.api import Expansion, Method, hookimpl

__version__ = "{version}"


class Fields(BaseModel):
    of: str


def expand(fields, points, known):
    return Expansion("{formula}".replace("OF", fields.of), None)


@hookimpl
def rules_engine_register_methods():
    return [Method("county", "as the county does", lambda: Fields, expand, "")]
"""
STEPS = ("review", "publish", "seal")


def write_plugin(cli, version="1", formula="(OF) * 2"):
    folder = cli.folder / "plugins"
    folder.mkdir(exist_ok=True)
    text = PLUGIN.replace("{version}", version).replace("{formula}", formula)
    (folder / "county.py").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def made(cli):
    """Give a published run that a plugin's method had a part in, and the folder of the plugin."""
    cli.change(
        "        method: formula\n        formula: case when people_total < 10 then 5 else 0 end",
        "        method: county\n        of: irregular_visits",
    )
    folder = write_plugin(cli)
    run = cli.assess("--plugins", folder)["run_id"]
    return run, folder


def verbs(run):
    """Every verb that opens, verifies or advances a run."""
    return {
        "show": ("runs", "show", run),
        "explain": ("explain", run, "South"),
        "verify": ("runs", "verify", run),
        "review": ("runs", "review", run, "--reason", "so"),
        "compare": ("runs", "compare", run, run),
        "what-if": ("what-if", "small", "--against", run),
        "fragile": ("fragile", run),
        "appeal": ("appeal", "open", run, "South", "irregular", "--reason", "so"),
    }


def test_a_run_records_plugins_with_what_methods_made(cli, made):
    (record,) = cli("runs", "list", "--format", "json").json
    uses = {(use["kind"], use["name"]): use for use in record["plugins"]}
    county = uses["methods", "county"]
    assert (county["plugin"], county["distribution"], county["version"]) == (
        "county", "county.py", "1"
    )  # fmt: skip
    assert county["made"].startswith("sha256:")
    own = uses["methods", "per item"]
    assert (own["plugin"], bool(own["distribution"]), bool(own["version"])) == (
        "methods", True, True
    )  # fmt: skip
    assert ("engines", "duckdb") in uses
    assert str(cli.folder) not in json.dumps(record["plugins"])


@pytest.mark.parametrize("verb", verbs(""))
def test_without_the_plugin_a_run_is_refused(cli, made, verb):
    run, _ = made
    arguments = [*verbs(run)[verb], "--format", "json"]
    if verb == "what-if":  # the new ruleset does without it
        cli.change("        method: county\n        of: irregular_visits",
                   "        method: formula\n        formula: irregular_visits")  # fmt: skip
    answer = cli(*arguments)
    assert (answer.code, answer.codes) == (1, ["run-needs-plugin"])
    assert "county" in answer.json["findings"][0]["message"]
    assert "county.py 1" in answer.json["findings"][0]["message"]
    assert "run-not-whole" not in answer.out


@pytest.mark.parametrize("verb", verbs(""))
def test_with_a_plugin_that_makes_another_formula_a_run_is_refused(cli, made, verb):
    run, _ = made
    folder = write_plugin(cli, "2", "(OF) * 3")
    answer = cli(*verbs(run)[verb], "--format", "json", "--plugins", folder)
    assert (answer.code, answer.codes) == (1, ["run-other-plugin"])
    message = answer.json["findings"][0]["message"]
    assert "county.py 1" in message
    assert "county.py 2" in message


def by_older_rules(cli, method):
    """Let a run be made by older rules of computing, with another formula of a method."""
    with sqlite3.connect(cli.store) as connection:
        uses = json.loads(connection.execute("SELECT plugins FROM runs").fetchone()[0])
        for use in uses:
            use["made"] = "sha256:0" if use["name"] == method else use["made"]
        connection.execute("UPDATE runs SET semantics = 1, plugins = ?", [json.dumps(uses)])


def test_formulas_of_the_programs_own_methods_may_follow_older_rules(cli):
    run = cli.assess()["run_id"]
    by_older_rules(cli, "per item")
    assert cli("runs", "show", run).code == 0


def test_a_strangers_plugin_of_the_programs_version_follows_no_rules_of_the_program(cli, made):
    run, folder = made
    write_plugin(cli, __version__)
    by_older_rules(cli, "county")
    with sqlite3.connect(cli.store) as connection:
        question = "UPDATE runs SET plugins = replace(plugins, ?, ?)"
        connection.execute(question, ['"version": "1"', f'"version": "{__version__}"'])
    answer = cli("runs", "show", run, "--format", "json", "--plugins", folder)
    assert (answer.code, answer.codes) == (1, ["run-other-plugin"])


@pytest.mark.parametrize("verb", ["publish", "seal"])
def test_a_run_is_not_published_or_sealed_without_its_plugin(cli, made, verb):
    run, folder = made
    for before in STEPS[: STEPS.index(verb)]:
        assert cli("runs", before, run, "--reason", "so", "--plugins", folder).code == 0
    answer = cli("runs", verb, run, "--reason", "so", "--format", "json")
    assert (answer.code, answer.codes) == (1, ["run-needs-plugin"])
    assert cli("runs", verb, run, "--reason", "so", "--plugins", folder).code == 0


def test_a_step_is_taken_back_without_the_plugin(cli, made):
    run, folder = made
    assert cli("runs", "review", run, "--reason", "so", "--plugins", folder).code == 0
    assert cli("runs", "withdraw", run, "--reason", "so").code == 0


@pytest.mark.parametrize("verb", ["show", "explain", "verify", "review"])
def test_another_version_that_makes_the_same_is_fine(cli, made, verb):
    run, _ = made
    folder = write_plugin(cli, "2")
    answer = cli(*verbs(run)[verb], "--format", "json", "--plugins", folder)
    assert answer.code == 0, answer


def test_the_formula_counts_and_not_the_language_or_the_order_of_names(cli, made, monkeypatch):
    run, folder = made
    monkeypatch.setenv("LANGUAGE", "zh")
    answer = cli("runs", "verify", run, "--format", "json", "--plugins", folder)
    assert (answer.code, answer.json["verified"]) == (0, True)


def test_a_plugin_that_fails_now_is_named_with_its_reason(cli, made):
    run, folder = made
    (folder / "county.py").write_text("import nothing_of_this_name", encoding="utf-8")
    answer = cli("runs", "show", run, "--format", "json", "--plugins", folder)
    assert answer.codes == ["run-needs-plugin"]
    assert "nothing_of_this_name" in answer.json["findings"][0]["hint"]


def test_a_run_of_an_older_program_does_not_lose_lines_either(cli, made):
    """It does not say who gave its methods; that one is missing is plain all the same."""
    run, _ = made
    with sqlite3.connect(cli.store) as connection:
        connection.execute("UPDATE runs SET plugins = NULL, semantics = 1")
    answer = cli("runs", "show", run, "--format", "json")
    assert (answer.code, answer.codes) == (1, ["run-needs-plugin"])


def test_a_ruleset_that_was_changed_on_disk_is_told_as_that(cli, made):
    """Neither plugin nor program is blamed for what somebody wrote into a run's folder."""
    run, folder = made
    assert cli("runs", "review", run, "--reason", "so", "--plugins", folder).code == 0
    kept = cli.store.parent / "runs" / run / "ruleset" / "ruleset.yaml"
    kept.write_text(kept.read_text(encoding="utf-8").replace("county", "state"), encoding="utf-8")
    answer = cli("runs", "publish", run, "--reason", "so", "--format", "json")
    assert answer.codes[0] == "run-not-whole"


def test_a_check_that_looked_at_a_run_and_is_missing_is_told(cli):
    folder = cli.folder / "checks"
    folder.mkdir()
    (folder / "stamp.py").write_text(
        "from rules_engine.api import Check, hookimpl\n"
        "@hookimpl\n"
        "def rules_engine_register_checks():\n"
        "    return [Check('stamp', 'looks for a stamp', lambda ruleset: [])]\n",
        encoding="utf-8",
    )
    run = cli.assess("--plugins", folder)["run_id"]
    assert "checks-missing" not in cli("runs", "show", run, "--format", "json",
                                       "--plugins", folder).codes  # fmt: skip
    answer = cli("runs", "show", run, "--format", "json")
    assert answer.code == 0
    assert "checks-missing" in answer.codes


def test_the_corrected_run_records_plugins_too(cli, made):
    run, folder = made
    for verb in STEPS[:2]:
        assert cli("runs", verb, run, "--reason", "so", "--plugins", folder).code == 0
    opened = cli(*verbs(run)["appeal"], "--plugins", folder)
    assert opened.code == 0, opened
    file = cli.folder / "correct.yaml"
    file.write_text(
        "source: letter\nchanges:\n  - {table: visits, key: x1, set: {irregular: false}}\n",
        encoding="utf-8",
    )
    decided = ("appeal", "decide", "1", "--correct", file, "--reason", "so", "--format", "json")
    assert cli(*decided).codes == ["run-needs-plugin"]
    assert cli(*decided, "--plugins", folder).code == 0
    newest = cli("runs", "list", "--format", "json").json[0]
    assert "county" in {use["name"] for use in newest["plugins"]}
    shutil.rmtree(folder)
    assert cli("runs", "verify", newest["id"], "--format", "json").codes == ["run-needs-plugin"]
