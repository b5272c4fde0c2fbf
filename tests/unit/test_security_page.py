"""What the program rests on is listed with the reason for it, in a range of versions that ends."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECTS = [ROOT / "pyproject.toml", *sorted(ROOT.glob("plugins/*/pyproject.toml"))]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8").split("## What it rests on")[1]


def asked_for(file):
    """Return what users install with a distribution: names with their ranges."""
    project = tomllib.loads(file.read_text("utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    optional = [name for extra, names in extras.items() if extra != "dev" for name in names]
    found = [
        re.match(r"([\w-]+)(?:\[\w+\])?(.*)", n).groups()
        for n in project["dependencies"] + optional
    ]
    return [(name, versions) for name, versions in found if not name.startswith("kaohe-engine")]


@pytest.mark.parametrize("file", PROJECTS, ids=lambda file: file.parent.name)
def test_every_library_is_listed_with_its_reason(file):
    for name, _ in asked_for(file):
        assert re.search(rf"^\|.*`{re.escape(name)}`.* \| \w.+ \|", PAGE, re.M), name


@pytest.mark.parametrize("file", PROJECTS, ids=lambda file: file.parent.name)
def test_every_range_ends(file):
    for name, versions in asked_for(file):
        # Time zones are data that goes by the year.
        assert name == "tzdata" or "<" in versions or "==" in versions, (name, versions)


def test_what_is_listed_is_asked_for():
    listed = set(re.findall(r"`([\w-]+)`", "\n".join(
        row.split("|")[1] for row in PAGE.splitlines() if row.startswith("| `")
    )))  # fmt: skip
    assert listed == {name for file in PROJECTS for name, _ in asked_for(file)}
