"""Whatever a plugin does, it is named, and the program's own output and secrets are safe."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest
from command_line import Answer

from rules_engine.isolation import masking
from rules_engine.model.plugin import SourceRequest

SECRET = "s3cret/word & more"


def start(*arguments):
    """Run in a process as the installed program does."""
    done = subprocess.run(
        [sys.executable, "-m", "rules_engine", *map(str, arguments)], capture_output=True,
        text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests(monkeypatch):
    monkeypatch.setattr(masking, "_known", set())


@pytest.fixture
def plugin(cli):
    """Give a way to put a plugin into a folder, and the folder."""
    folder = cli.folder / "plugins"
    folder.mkdir()

    def write(source, name="acme"):
        text = textwrap.dedent(source)
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        return ("--plugins", folder)

    return write


# two of one name


@pytest.mark.parametrize("name", ["methods", "json", "csv", "duckdb"])
def test_a_folder_plugin_called_like_an_installed_one_is_an_error_that_names_both(
    cli, plugin, name
):
    options = plugin("", name)
    answer = cli("check", cli.ruleset, "--format", "json", *options)
    assert (answer.code, answer.codes) == (1, ["duplicate-plugin"])
    message = answer.json["findings"][0]["message"]
    assert f"{name}.py" in message
    assert "kaohe-engine" in message


def test_a_module_and_a_package_of_one_name_are_an_error(cli, plugin):
    options = plugin("")
    (options[1] / "acme").mkdir()
    (options[1] / "acme" / "__init__.py").write_text("", encoding="utf-8")
    assert cli("plugins", "--format", "json", *options).codes == ["duplicate-plugin"]


@pytest.mark.parametrize("name", ["decimal", "rules_engine_csv", "rules_engine", "pyarrow"])
def test_a_folder_plugin_has_a_namespace_of_its_own(cli, plugin, name):
    """Called like a module of Python, of a library or of the program, it replaces none."""
    before = dict(sys.modules)
    options = plugin(
        """
        from rules_engine.api import Check, hookimpl

        @hookimpl
        def rules_engine_register_checks():
            return [Check("stamp", "a check", lambda ruleset: [])]
        """,
        name,
    )
    listed = {p["name"]: p for p in cli("plugins", "--format", "json", *options).json}
    assert listed[name]["gives"] == {"checks": ["stamp"]}
    assert listed[name]["error"] is None
    assert cli("check", cli.ruleset, *options).code == 0
    assert all(sys.modules[n] is module for n, module in before.items() if n in sys.modules)


# what does not load


VERBS = {
    "check": ("check", "small"),
    "assess": ("assess", "small", "--data", "small/sample", "--format", "json"),
    "describe": ("describe", "small"),
    "explain": ("explain", "latest", "South"),
    "show": ("runs", "show", "latest", "--format", "json"),
    "plan": ("plan", "small", "--data", "small/sample", "--format", "json"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_plugin_that_does_not_load_is_told_by_every_verb(cli, plugin, verb):
    options = plugin("import nothing_of_this_name")
    cli.assess()
    answer = cli(*VERBS[verb], *options)
    assert answer.code == 0, answer
    assert "plugin-left-out" in answer.err
    assert "acme" in answer.err
    assert "nothing_of_this_name" in answer.err


def test_a_plugin_that_does_not_load_is_in_the_documents(cli, plugin):
    options = plugin("import nothing_of_this_name")
    checked = cli("check", cli.ruleset, "--format", "json", *options)
    assert (checked.code, "plugin-left-out" in checked.codes) == (0, True)
    assert "plugin-left-out" in cli(*VERBS["assess"], *options).codes


# what is given


METHOD = """
    from pydantic import BaseModel
    from rules_engine.api import Expansion, Method, hookimpl

    class Fields(BaseModel):
        of: str

    def expand(fields, points, known):
        return {given}

    @hookimpl
    def rules_engine_register_methods():
        return [Method("county", "a method", lambda: {fields}, expand, "")]
"""


@pytest.mark.parametrize(
    "given",
    ["'irregular_visits'", "None", "Expansion(7)", "Expansion('1', measures=['x'])",
     "Expansion('1', parts=(1,))", "Expansion('1', empty=True)"],
)  # fmt: skip
def test_a_method_that_gives_no_expansion_is_named(cli, plugin, given):
    cli.change(
        "        method: formula\n        formula: case when people_total < 10 then 5 else 0 end",
        "        method: county\n        of: irregular_visits",
    )
    options = plugin(METHOD.format(given=given, fields="Fields"))
    answer = cli("check", cli.ruleset, "--format", "json", *options)
    assert (answer.code, answer.codes[0]) == (1, "plugin-rubbish")
    assert "acme" in answer.json["findings"][0]["message"]


def test_a_method_whose_fields_are_no_model_is_named(cli, plugin):
    cli.change(
        "        method: formula\n        formula: case when people_total < 10 then 5 else 0 end",
        "        method: county\n        of: irregular_visits",
    )
    options = plugin(METHOD.format(given="Expansion('1')", fields="{'of': str}"))
    answer = cli("check", cli.ruleset, "--format", "json", *options)
    assert (answer.code, answer.codes) == (1, ["plugin-rubbish"])


CHECK = """
    from rules_engine.api import Check, Finding, Place, hookimpl, msg

    @hookimpl
    def rules_engine_register_checks():
        return [Check("stamp", "a check", lambda ruleset: {given})]
"""


@pytest.mark.parametrize(
    "given",
    ["['no stamp']", "[None]", "7", "[Finding('x', 'no message')]",
     "[Finding('x', msg('m'), severity='grave')]", "[Finding('x', msg('m'), 'somewhere')]",
     "[Finding('x', msg('m', a=[1]))]", "[Finding('x', msg('{b}', a=1))]"],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["check", "assess"])
def test_a_check_that_yields_rubbish_is_named(cli, plugin, given, verb):
    options = plugin(CHECK.format(given=given))
    more = ["--data", cli.data] if verb == "assess" else []
    answer = cli(verb, cli.ruleset, *more, "--format", "json", *options)
    assert answer.code == 1
    assert answer.codes[0] in ("plugin-rubbish", "plugin-failed")
    assert "acme" in answer.json["findings"][0]["message"]
    assert cli("runs", "list", "--format", "json").json == []


SOURCE = """
    import sys
    import pyarrow as pa
    from rules_engine.api import SourceKind, SourceTable, hookimpl

    SCHEMA = pa.schema([(name, pa.string()) for name in ("village_id", "name", "kind")])
    GOOD = pa.record_batch([["V1"], ["张三 13800138000"], ["村"]], schema=SCHEMA)
    BAD = pa.StringArray.from_buffers(1, pa.py_buffer(bytes([0, 0, 0, 0, 2, 0, 0, 0])),
                                      pa.py_buffer(bytes([255, 254])))
    SPOILT = pa.RecordBatch.from_arrays([GOOD.column(0), BAD, GOOD.column(2)], schema=SCHEMA)
    OTHER = pa.record_batch([["张三 13800138000"], ["V1"], ["村"]],
                            names=["name", "village_id", "kind"])

    def open_(request):
        {first}
        def batches():
            return pa.RecordBatchReader.from_batches(SCHEMA, iter([GOOD, {second}]))
        return [{table}]

    @hookimpl
    def rules_engine_register_sources():
        return [SourceKind("county", "a source", lambda location: False, open_)]
"""
TABLE = "SourceTable('villages', 'v', batches=batches)"


def from_county(cli, plugin, first="pass", second="GOOD", table=TABLE, **more):
    options = plugin(SOURCE.format(first=first, second=second, table=table))
    return cli("assess", cli.ruleset, "--data", "county:x", "--format", "json", *options, **more)


@pytest.mark.parametrize("second", ["'V2'", "None", "OTHER", "SPOILT", "{'village_id': 'V2'}"])
def test_a_stream_that_breaks_its_promise_names_the_plugin_and_no_person(cli, plugin, second):
    """Columns in another order were taken for each other without a word."""
    answer = from_county(cli, plugin, second=second)
    assert answer.code == 1
    assert answer.codes[0] in ("plugin-rubbish", "plugin-failed")
    assert "acme" in answer.json["findings"][0]["message"]
    assert "张三" not in answer.out + answer.err
    assert "13800138000" not in answer.out + answer.err


@pytest.mark.parametrize(
    "table",
    ["'张三 13800138000'", "SourceTable('villages', 'v')", "SourceTable(7, 'v', batches=batches)",
     "SourceTable('villages', 'v', parquet='v.parquet')",
     "SourceTable('villages', 'v', batches=lambda: [GOOD])",
     "SourceTable('villages', 'v', batches=batches, findings=lambda: ['张三 13800138000'])"],
)  # fmt: skip
def test_a_table_that_is_none_names_the_plugin_and_no_person(cli, plugin, table):
    answer = from_county(cli, plugin, table=table)
    assert (answer.code, answer.codes[0]) == (1, "plugin-rubbish")
    assert "acme" in answer.json["findings"][0]["message"]
    assert "13800138000" not in answer.out + answer.err


# secrets


@pytest.mark.parametrize(
    "said",
    [
        "raise RuntimeError(request.secret)",
        "raise RuntimeError({'password': request.secret})",
        "raise OSError(5, request.secret, request.secret)",
        "raise ValueError('x' * 290 + request.secret)",
        "import urllib.parse; raise RuntimeError(urllib.parse.quote(request.secret))",
        "from rules_engine.api import DatasetError, Finding, Place, msg; raise DatasetError("
        "Finding('no', msg('no {s}', s=request.secret), Place(request.secret), msg('do')))",
        "print(request.secret); raise RuntimeError",
        "print(request.secret, file=sys.stderr); raise RuntimeError",
        "import logging; logging.getLogger('x').warning(request.secret); raise RuntimeError",
        "return ['x', request.secret]",
        "return [SourceTable('villages', request.secret, batches=lambda: 1 / 0)]",
    ],
)
def test_no_secret_is_shown_whatever_a_plugin_says(cli, plugin, said, monkeypatch):
    monkeypatch.setenv("RULES_ENGINE_SOURCE_SECRET", SECRET)
    answer = from_county(cli, plugin, first=said)
    assert answer.code == 1
    assert answer.json["findings"]
    shown = answer.out + answer.err
    for part in (SECRET, "s3cret", "more"):
        assert part not in shown


def test_headers_and_passwords_in_addresses_are_secrets_too(cli, plugin):
    fields = {"headers": {"X-Auth-Token": "abc-123", "Authorization": "Bearer def-456"}}
    location = "db://reader:gh%40i-789@host/x?token=jkl"
    masking.remember_secrets(SourceRequest(location, fields=fields))
    shown = masking.masked("abc-123 def-456 gh%40i-789 jkl and Accept")
    assert shown == "*** *** *** *** and Accept"


# prints


LOUD = """
    import os
    import subprocess
    import sys
    import threading
    from rules_engine.api import AfterRun, Check, ReporterKind, hookimpl

    print("loud: import")

    def noise(where):
        print("loud:", where)
        sys.stdout.write(f"loud: {where} again\\n")
        thread = threading.Thread(target=lambda: print("loud: thread of", where))
        thread.start()
        thread.join()

    def check(ruleset):
        noise("check")
        return []

    def write(report, out):
        noise("report")
        return []

    @hookimpl
    def rules_engine_register_checks():
        noise("hook")
        return [Check("loud", "a check", check)]

    @hookimpl
    def rules_engine_register_reporters():
        return [ReporterKind("loud", "a reporter", write)]

    @hookimpl
    def rules_engine_register_after_runs():
        return [AfterRun("loud", "news", lambda report: noise("news"))]
"""


def test_what_plugins_print_goes_to_standard_error(cli, plugin):
    options = plugin(LOUD)
    more = ("--report", "loud", "--format", "json")
    answer = cli("assess", cli.ruleset, "--data", cli.data, *more, *options)
    assert answer.code == 0, answer
    assert answer.json["subjects"]
    assert "loud" not in answer.out
    for where in ("import", "hook", "check", "check again", "thread of check", "news", "report"):
        assert f"loud: {where}" in answer.err


def test_the_terminals_own_report_goes_to_standard_output(cli):
    answer = cli("assess", cli.ruleset, "--data", cli.data)
    assert "South" in answer.out
    assert "South" not in answer.err


def test_what_is_printed_past_python_goes_to_standard_error(cli, plugin):
    options = plugin(
        LOUD.replace('print("loud:", where)',
                     'os.write(1, b"loud: past python\\n"); '
                     'subprocess.run([sys.executable, "-c", "print(\'loud: a process\')"])')
    )  # fmt: skip
    more = ("--report", "loud", "--format", "json")
    answer = start("assess", cli.ruleset, "--data", cli.data, *more, *options)
    assert answer.code == 0, answer
    assert json.loads(answer.out)["subjects"]
    assert "loud: past python" in answer.err
    assert "loud: a process" in answer.err


def test_what_is_printed_when_the_program_has_ended_goes_to_standard_error(cli, plugin):
    options = plugin("import atexit; atexit.register(print, 'loud: good bye')")
    answer = start("check", cli.ruleset, "--format", "json", *options)
    assert answer.json["ok"] is True
    assert "loud: good bye" in answer.err


ENGINE = """
    from rules_engine.api import EngineKind, hookimpl

    def connect(threads):
        {connect}

    class Session:
        attach = register = query = write_parquet = lambda *given: 1 / 0
        run = close = lambda *given: None

    @hookimpl
    def rules_engine_register_engines():
        return [EngineKind("county", "an engine", "duckdb", lambda: "1", connect)]
"""


@pytest.mark.parametrize("connect", ["raise RuntimeError('no licence')", "return Session()",
                                     "return None"])  # fmt: skip
def test_an_engine_that_fails_is_named(cli, plugin, connect):
    options = plugin(ENGINE.format(connect=connect))
    data = ("--data", cli.data, "--engine", "county")
    answer = cli("assess", cli.ruleset, *data, "--format", "json", *options)
    code = "plugin-rubbish" if connect == "return None" else "plugin-failed"
    assert (answer.code, answer.codes) == (1, [code])
    assert "acme" in answer.json["findings"][0]["message"]
    assert cli("runs", "list", "--format", "json").json == []


def test_a_plugins_verb_prints_to_standard_output(cli, plugin):
    options = plugin(
        """
        import os
        from rules_engine.api import Command, hookimpl

        def greet():
            print("good day")
            os.write(1, b"and good night\\n")

        @hookimpl
        def rules_engine_register_commands():
            return [Command("greet", "greets", greet)]
        """
    )
    answer = start("greet", *options)
    assert answer.code == 0, answer
    assert "good day" in answer.out
    assert "and good night" in answer.out
