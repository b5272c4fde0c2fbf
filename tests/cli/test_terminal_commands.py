"""What commands a terminal or forges a line is shown escaped by every verb, from wherever."""

from __future__ import annotations

import ast
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
import yaml

from rules_engine.cli import program
from rules_engine.yamltext import read

ROOT = Path(__file__).parents[2]

EVIL = "\x1b]0;t\x07\x1b[31m\x9b2J\u202eX\u2066\u200f\u061c\x7f\u2028Y\r\nFORGED: x\n# FORGED\x00"
IN_YAML = EVIL.replace("\x00", "")
IN_CSV = EVIL.replace("\x00", "").replace("\r\n", "\n")
RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
LABELS = {"title", "label", "gist", "ref", "assumed", "reason"}


def safe(answer):
    """Say that nothing of an answer commands a terminal, and that no line of it is forged."""
    for text in (answer.out, answer.err):
        assert not RAW.search(text), ascii(text)
        assert not re.search(r"^(# ?)?FORGED", text, re.MULTILINE), ascii(text)
    assert "internal-error" not in answer.err, answer.err
    return answer


def with_evil_labels(value, key=""):
    if isinstance(value, dict):
        return {k: with_evil_labels(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [with_evil_labels(v, key) for v in value]
    named = (
        key in LABELS and isinstance(value, str) and value != "Poor"
    )  # a condition says that one
    return f"{value}{IN_YAML}" if named else value


@pytest.fixture
def taken(monkeypatch):
    """Take rulesets as older programs did, which refused no such character."""
    monkeypatch.setattr(read, "HIDDEN", re.compile("(?!)"))


@pytest.fixture
def evil(cli, taken):
    """Give a ruleset whose labels, and records whose names, are full of commands."""
    for file in ("ruleset.yaml", "clauses.yaml"):
        path = cli.ruleset / file
        held = with_evil_labels(yaml.safe_load(path.read_text(encoding="utf-8")))
        path.write_text(yaml.safe_dump(held, sort_keys=False, width=9999), encoding="utf-8")
    villages = cli.data / "villages.csv"
    lines = villages.read_text(encoding="utf-8").splitlines()
    heading = lines[0].split(",")
    at = heading.index("name" if "name" in heading else "村名")
    written = [lines[0]]
    for line in lines[1:]:
        cells = line.split(",")
        cells[at] = f'"{cells[at]}{IN_CSV}"'
        written.append(",".join(cells))
    villages.write_text("\n".join(written) + "\n", encoding="utf-8")
    return cli


FEATURE = """# language: zh-CN
功能: 试

  场景: 一\u202e\x1b[31m
    假如 以下走访:
      | 村 | 层级 |
      | 甲\\nFORGED: x\x1b[2J | 市\u202e |
    当 进行考核
    那么 考核结果为:
      | 村 | 总分 |
      | 乙\\nFORGED\x9b | 1 |
"""


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("ruleset.yaml|title: ", 'title: "a\\x07b"  # ', (None, 9)),
        ("ruleset.yaml|title: ", 'title: "\\u202eb"  # ', (None, 9)),
        ("ruleset.yaml|title: ", "title: a\u2066b", (None, 9)),
        ("ruleset.yaml|title: ", "# a\u202eb\ntitle: ", (None, 4)),
        ("clauses.yaml|clauses:\n", 'clauses:\n  "a\\eb": {ref: x, gist: x}\n', (None, 4)),
        ("clauses.yaml|gist: ", 'gist: "\\0"  # ', (None, None)),
        ("mutation.yaml|", 'survivors: [{mutant: "\\x9b", reason: x}]\n', (1, 23)),
        ("features/a.feature|", "功能: a\n  场景: b\u202e\n", (2, 8)),
        ("features/a.feature|", "功能: a\n  # \x1b[2J\n", (2, 5)),
    ],
)  # fmt: skip
def test_a_ruleset_holds_nothing_that_nobody_sees(cli, old, new, place):
    name, old = old.split("|")
    file = cli.ruleset / name
    file.parent.mkdir(exist_ok=True)
    before = file.read_text(encoding="utf-8") if old else ""
    assert old in before
    file.write_text(before.replace(old, new, 1) if old else new, encoding="utf-8")
    verb = "mutate" if name == "mutation.yaml" else "check"
    answer = safe(cli(verb, "small", "--format", "json"))
    found = [f for f in answer.json["findings"] if f["code"] == "bad-yaml"]
    assert answer.code == 1
    assert found[0]["file"].endswith(name)
    at = file.read_text(encoding="utf-8")[: len(before.partition(old)[0]) if old else 0].count("\n")
    line, column = place
    assert found[0]["line"] == (line or found[0]["line"]) > at
    assert found[0]["column"] == (column or found[0]["column"])
    assert not RAW.search(str(found))


def test_a_mapping_holds_nothing_that_nobody_sees_either(cli):
    mapping = cli.folder / "source.yaml"
    mapping.write_text(
        'source: small/sample\ntables: {villages: {from: "a\\u202eb"}}\n', encoding="utf-8"
    )
    answer = safe(cli("sources", "check", mapping, "--format", "json"))
    assert [(f["code"], f["line"]) for f in answer.json["findings"]] == [("bad-yaml", 2)]


def test_a_draft_for_headings_with_such_characters_holds_none(cli):
    file = cli.data / "villages.csv"
    text = file.read_text(encoding="utf-8").replace(",", "\u202e,", 1)
    file.write_text(f"\x1b{text}", encoding="utf-8")
    assert cli("sources", "probe", cli.data, "--out", "source.yaml").code == 0
    answer = safe(cli("sources", "check", "source.yaml", "--ruleset", "small"))
    assert answer.code == 0, answer.err


def test_tabs_and_lines_of_a_text_stay(cli):
    cli.change("title: ", 'title: "a\\tb\\nc\\u200b"  # ')
    assert cli("check", "small").code == 0


def test_runs_of_older_programs_are_read_whatever_their_labels_hold(cli):
    with pytest.MonkeyPatch.context() as older:
        older.setattr(read, "HIDDEN", re.compile("(?!)"))
        cli.change("title: ", 'title: "a\\x07b\\u202e"  # ')
        assert cli("assess", "small", "--data", "small/sample").code == 0
    for command in (("show", "latest"), ("verify", "latest")):
        assert safe(cli("runs", *command)).code == 0
    assert safe(cli("explain", "latest", "v1")).code == 0


def test_labels_and_names_through_every_verb(evil):
    cli = evil
    (cli.ruleset / "features").mkdir()
    (cli.ruleset / "features" / "a.feature").write_text(FEATURE, encoding="utf-8")
    shutil.copytree(cli.ruleset, cli.folder / "other")
    other = cli.folder / "other" / "ruleset.yaml"
    other.write_text(other.read_text(encoding="utf-8").replace("each: 5", "each: 4"), "utf-8")
    shutil.rmtree(cli.folder / "other" / "features")
    assess = ("assess", "small", "--data", "small/sample")
    for command in (
        ("check", "small", "--notes"), ("plan", "small", "--data", "small/sample"), assess,
        (*assess, "--report", "docx", "--out", "o", "--set", f"office={EVIL}"),
        (*assess, "--format", "json"),
        ("explain", "latest", "v1"), ("fragile", "latest"),
        ("describe", "small"), ("describe", "small", "--format", "json"),
            ("diff", "small", "other"),
        ("what-if", "other", "--against", "latest"), ("test", "small"), ("coverage", "small"),
        ("mutate", "small", "--sample", "2"), ("fmt", "other", "--check"),
        ("runs", "list"), ("runs", "show", "latest"), ("runs", "verify", "latest"),
        ("runs", "compare", "latest", "latest"), ("sources", "probe", "small/sample"),
        ("sources", "check", "small/sample", "--ruleset", "small"),
        ("export", "xlsx", "small", "--out", "f.xlsx", "--force"),
        ("import", "xlsx", "f.xlsx", "--out", "other"), ("plugins",),
    ):  # fmt: skip
        answer = safe(cli(*command))
        assert answer.code in (0, 1) or command[0] in ("import", "mutate"), (command, answer.err)
        assert answer.code == 0 or command[0] not in ("assess", "what-if", "runs"), answer.err


def test_actors_and_texts_through_the_life_of_a_run(evil):
    cli = evil
    assert cli("assess", "small", "--data", "small/sample").code == 0
    assert f"V{EVIL}" not in safe(cli("explain", "latest", f"V{EVIL}")).err
    for command in (
        ("runs", "review", "latest", "--reason", f"r{EVIL}"),
        ("runs", "publish", "latest", "--reason", f"r{EVIL}"),
        ("appeal", "open", "latest", "v1", "irregular", "--reason", f"r{EVIL}"),
        ("appeal", "evidence", "1", "--text", f"t{EVIL}"), ("appeal", "list"),
        ("appeal", "decide", "1", "--reject", "--reason", f"r{EVIL}"),
        ("runs", "withdraw", "latest", "--reason", f"r{EVIL}"), ("runs", "show", "latest"),
        ("audit", "list"), ("audit", "verify"), ("roles", "list"),
        ("roles", "grant", EVIL, "assessor"),
        ("roles", "list"), ("roles", "sql"),
    ):  # fmt: skip
        by = (
            ("--by", f"office{EVIL}") if command[1] not in ("list", "verify", "sql", "show") else ()
        )
        answer = safe(cli(*command, *by))
        assert answer.code == 0 or command[0] == "roles", (command, answer.err)
    exported = safe(cli("audit", "export", "--out", "log", "--by", f"office{EVIL}"))
    assert exported.code == 0
    safe(cli("audit", "verify", "log"))


@pytest.mark.parametrize(
    "command",
    [
        ("check", EVIL), ("assess", EVIL, "--data", EVIL), ("assess", "small", "--data", EVIL),
        ("assess", "small", "--data", "x", "--report", EVIL), ("runs", "show", EVIL), (EVIL,),
        ("explain", EVIL, EVIL), ("--plugins", EVIL, "plugins"), ("new", "ruleset", EVIL),
        ("new", "source", EVIL), ("test", "small", "--features", EVIL), ("appeal", "list", EVIL),
        ("assess", "small", "--data", "x", "--set", EVIL), ("what-if", "small", "--against", EVIL),
        ("assess", "small", "--data", "x", "--period", EVIL), ("diff", EVIL, EVIL),
        ("check", f"--{EVIL}"),
        ("assess", "small", "--data", f"https://{EVIL}/"), ("runs", "list", "--store", EVIL),
        ("runs", "list", "--store", f"x://{EVIL}"), ("check", "small", "--lang", EVIL),
        ("audit", "verify", EVIL), ("export", EVIL, "small", "--out", "x"),
        ("sources", "probe", EVIL),
        ("assess", "small", "--data", "x", "--engine", EVIL), ("describe", f"small@{EVIL}"),
        ("appeal", "evidence", "1", "--file", EVIL), ("schema", "--out", f"{EVIL}/x"),
    ],
)  # fmt: skip
def test_what_stands_on_the_command_line(cli, command):
    command = [word.replace("\x00", "") for word in command]
    answer = safe(cli(*command))
    assert answer.code in (1, 2) or "--store" in command, answer
    if answer.err:
        safe(cli(*command, "--format", "json"))


@pytest.mark.parametrize("name", [IN_CSV.replace("/", ""), "村\udcff\udc80"])
def test_names_of_files_and_headings(cli, name):
    for folder in ("a", "b"):
        (cli.folder / folder).mkdir()
    (cli.folder / "a" / f"{name}.csv").write_text(f'"{IN_CSV}",village_id\n"{IN_CSV}",1\n', "utf-8")
    shutil.copy(cli.data / "villages.csv", cli.folder / "b" / f"villages{name}.csv")
    for folder in ("a", "b"):
        for command in (
            ("sources", "probe"), ("sources", "check"), ("assess", "small", "--data"),
        ):  # fmt: skip
            safe(cli(*command, folder))
            safe(cli(*command, folder, "--format", "json"))


def test_a_draft_has_no_line_of_a_name_of_a_file(cli):
    folder = cli.folder / "a"
    folder.mkdir()
    evil = "村\nsource: evil\ntables: {}\n#\x85x\u2028y"
    shutil.copy(cli.data / "villages.csv", folder / f"{evil}.csv")
    assert cli("sources", "probe", folder, "--out", "source.yaml").code == 0
    text = (cli.folder / "source.yaml").read_text(encoding="utf-8")
    assert not RAW.search(text)
    draft = yaml.safe_load(text)
    assert draft["source"] == "a"
    assert draft["tables"]["villages"]["from"] == evil


PLUGIN = """
import sys
from rules_engine.api import Check, Finding, Place, SourceKind, SourceTable, hookimpl, msg
EVIL = {evil!r}

@hookimpl
def rules_engine_register_checks():
    def run(ruleset):
        print(EVIL)
        sys.stderr.write(EVIL + "\\n")
        place = Place(EVIL, table=EVIL)
        yield Finding("x-evil", msg("a{{x}}", x=EVIL), place, msg("b{{x}}", x=EVIL), "warning")
    return [Check("evil", msg("c"), run)]

@hookimpl
def rules_engine_register_sources():
    def fail(request):
        raise RuntimeError(EVIL)
    return [SourceKind("evil", msg("d{{x}}", x=EVIL), lambda location: False, fail)]
"""


def test_what_a_plugin_says_or_prints(cli):
    (cli.folder / "p").mkdir()
    (cli.folder / "p" / "evil.py").write_text(PLUGIN.format(evil=EVIL), encoding="utf-8")
    for command in (
        ("check", "small"), ("check", "small", "--format", "json"), ("plugins",),
        ("assess", "small", "--data", "evil:x"), ("sources", "probe", "evil:x"),
    ):  # fmt: skip
        answer = cli("--plugins", "p", *command)
        assert not RAW.search(answer.out + answer.err), answer
        printed = [line for line in answer.err.splitlines() if line.startswith("FORGED")]
        assert len(printed) <= 2  # lines that the plugin prints are its own
    program.use_folder(None)


def test_documents_for_machines_stay_data(cli, taken):
    cli.change("title: Small township", f"title: {json.dumps('Small' + IN_YAML)}")
    assert (
        safe(cli("describe", "small", "--format", "json")).json["title"].startswith("Small\x1b]0;t")
    )


def test_papers_and_pages_hold_none_of_it(evil):
    cli = evil
    kinds = ("html", "markdown", "docx", "xlsx", "csv")
    reports = [option for kind in kinds for option in ("--report", kind)]
    setting = ("--set", f"office=Office{EVIL}", "--out", "out")
    assert safe(cli("assess", "small", "--data", "small/sample", *reports, *setting)).code == 0
    safe(cli("what-if", "small", "--against", "latest", "--html", "w.html", "--xlsx", "out/w.xlsx"))
    safe(cli("describe", "small", "--out", "d.md"))
    texts = [(cli.folder / name).read_text(encoding="utf-8") for name in ("w.html", "d.md")]
    for file in sorted((cli.folder / "out").rglob("*.*")):
        if file.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(file) as packed:
                parts = [name for name in packed.namelist() if name.endswith((".xml", ".rels"))]
                texts += [packed.read(name).decode("utf-8") for name in parts]
        else:
            texts.append(file.read_bytes().decode("utf-8-sig"))
    for text in texts:
        found = RAW.search(text.replace("\r\n", "\n"))
        assert not found, ascii(text[max(found.start() - 60, 0) : found.end() + 20])


PRINTING = {
    "rules_engine/cli/output.py": {"echo", "Console"},
    "rules_engine/cli/assess.py": {"Console"},  # the step in work, of the program's own words
    "plugins/rules_engine_terminal/src/rules_engine_terminal/__init__.py": {"Console"},
}


def test_nothing_else_prints():
    found = {}
    for folder in ("rules_engine", "plugins"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            short = file.relative_to(ROOT).as_posix()
            if "/testing/" in short or "/tests/" in short or "/scaffold/" in short:
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                name = getattr(node, "func", None)
                name = getattr(name, "attr", getattr(name, "id", ""))
                if name in ("print", "echo", "secho", "Console", "input") and (
                    name != "print" or isinstance(node.func, ast.Name)
                ):
                    found.setdefault(short, set()).add(name)
    assert found == PRINTING
