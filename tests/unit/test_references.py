"""The generated pages: nothing public without documentation, and nothing stale."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rules_engine.dataset.schema import STANDARD_TABLES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def docs():
    """Give docs/generate.py and what it imports from beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS))
        yield {file.stem: importlib.import_module(file.stem) for file in DOCS.glob("*.py")}


def _page(name):
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


def test_every_hook_is_documented(docs):
    page = _page("hooks.md")
    hooks = docs["generate"].hook_functions()
    assert len(hooks) == 8
    for name, hook in hooks:
        assert f"## {name}\n" in page
        text = inspect.getdoc(hook)
        assert text
        assert "Returns:" in text, f"{name} does not say what to return"


def test_a_hook_without_documentation_is_refused(docs):
    def rules_engine_register_nothing():
        pass

    with pytest.raises(ValueError, match="rules_engine_register_nothing has no documentation"):
        docs["generate"]._documented(rules_engine_register_nothing)


def test_every_code_is_on_the_page(docs):
    page = _page("codes.md")
    codes = {code.name for code in docs["codes"].find_codes()}
    assert len(codes) > 120
    assert {code for code in codes if f"| `{code}` |" not in page} == set()


def test_codes_are_found_wherever_they_are_written(docs):
    found = {code.name: code for code in docs["codes"].find_codes()}
    # beside the message; in a helper's call; in a table; in a case; with a message of a variable
    for name, part in {
        "unknown-clause": "clauses.yaml has no clause",
        "division-by-zero": "division by zero",
        "no-such-option": "there is no option",
        "store-full": "no room left",
        "personal-column": "would identify persons",
        "cycle": "worked out from itself",
    }.items():
        assert part in found[name].message, name
    assert found["store-full"].stage == "the store"
    assert found["cycle"].stage == "the ruleset"


def test_every_method_has_an_example_and_its_fields(docs):
    from rules_engine.plugin_manager import registry

    page = _page("methods.md")
    for name, method in registry().methods.items():
        section = page.split(f"## {name}\n")[1].split("\n## ")[0]
        assert method.example.strip() in section
        for field, info in method.fields().model_fields.items():
            assert f"| `{info.alias or field}` |" in section, (name, field)


def test_every_column_of_the_standard_tables_is_on_the_page():
    page = _page("tables.md")
    for table in STANDARD_TABLES.values():
        section = page.split(f"## {table.name} {table.label}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| `{column.name}` | {column.label} | {column.type} |" in section
        examples = [line.split(" | ")[-1] for line in section.splitlines() if "| `" in line]
        assert len(examples) == len(table.columns)
        assert all(len(example.removesuffix(" |").strip()) for example in examples)


def test_every_verb_is_on_the_page():
    page = _page("cli.md")
    for verb in ("assess", "explain", "check", "test", "plugins", "runs list", "runs verify"):
        assert f"## rules-engine {verb}\n" in page
    assert "| 130 |" in page


def test_the_pages_are_as_the_program_is():
    done = subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_stale_page_is_named(docs, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(docs["generate"], "REFERENCE", tmp_path)
    monkeypatch.setattr(docs["generate"], "PAGES", {"a.md": lambda: "new\n"})
    (tmp_path / "a.md").write_text("old\n")
    assert docs["generate"].main(["--check"]) == 1
    assert "a.md is stale" in capsys.readouterr().out
    assert docs["generate"].main([]) == 0
    assert (tmp_path / "a.md").read_text() == "new\n"
    assert docs["generate"].main(["--check"]) == 0


def test_the_folders_that_contributors_are_told_of_are_there():
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("| folder |")[1]
    cells = [row.split("|")[1] for row in table.split("\n\n")[0].splitlines()[2:]]
    parents = [ROOT, ROOT / "rules_engine"]
    named = [name for cell in cells for name in re.findall("`([^`]+)`", cell)]
    assert named
    assert [name for name in named if not any((p / name).exists() for p in parents)] == []
    packages = {p.name for p in (ROOT / "rules_engine").iterdir() if (p / "__init__.py").exists()}
    assert packages <= {name.removeprefix("rules_engine/").rstrip("/") for name in named}
