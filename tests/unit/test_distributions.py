"""What is installed has names of its own: ``rules-engine`` is somebody else's on the index."""

import re
import tomllib
from pathlib import Path

import pytest

from rules_engine.scaffold import DISTRIBUTION, start_plugin

ROOT = Path(__file__).parents[2]
PROJECTS = [ROOT / "pyproject.toml", *sorted(ROOT.glob("plugins/*/pyproject.toml"))]
A_STRANGERS = re.compile(
    r"(?<![\w./-])rules[-_]engine(-[a-z]+)?(?=\[|>=|==)|install (-e )?rules-engine"
)


def is_ours(name):
    return name == DISTRIBUTION or name.startswith(f"{DISTRIBUTION}-")


@pytest.mark.parametrize("file", PROJECTS, ids=lambda file: file.parent.name)
def test_a_distribution_asks_for_no_stranger(file):
    project = tomllib.loads(file.read_text("utf-8"))["project"]
    assert is_ours(project["name"])
    extras = project.get("optional-dependencies", {}).values()
    asked = [*project["dependencies"], *(name for extra in extras for name in extra)]
    assert not [name for name in asked if name.startswith("rules-engine")]
    assert file == PROJECTS[0] or any(is_ours(re.split(r"[>=\[ ]", n)[0]) for n in asked)


def test_a_new_plugin_asks_for_no_stranger(tmp_path):
    start_plugin("source", "county-ledger", tmp_path)
    file = tmp_path / "kaohe-engine-county-ledger" / "pyproject.toml"
    project = tomllib.loads(file.read_text("utf-8"))["project"]
    assert project["name"] == "kaohe-engine-county-ledger"
    assert [re.split("[>=]", name)[0] for name in project["dependencies"]] == [DISTRIBUTION]


PAGES = [
    *ROOT.glob("*.md"),
    *(p for p in ROOT.glob("docs/**/*.md") if "reference" not in p.parts),
    *ROOT.glob("plugins/*/README.md"),
    *ROOT.glob("rules_engine/scaffold/**/*.tmpl"),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_has_a_stranger_installed(page):
    assert not A_STRANGERS.search(page.read_text("utf-8"))
