"""The examples in the guide for plugin authors do what the guide says, in both languages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r"<!-- example: (\S+) -->\n```python\n(.*?)```", re.DOTALL)


def examples(page: str) -> dict[str, str]:
    return dict(BLOCK.findall((DOCS / page).read_text(encoding="utf-8")))


def test_both_guides_have_the_same_examples():
    assert examples("plugins.md") == examples("plugins.zh.md")


@pytest.mark.parametrize("name", ["pipes.py", "weblist.py"])
def test_they_are_as_short_as_they_say(name):
    lines = examples("plugins.md")[name].splitlines()
    assert len([line for line in lines if line.strip()]) <= 30


def test_they_keep_the_contract_and_load_from_a_folder(tmp_path):
    for name, text in examples("plugins.md").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=",
         "--rootdir", str(tmp_path), str(tmp_path / "test_pipes.py")],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    (tmp_path / "test_pipes.py").unlink()
    listed = subprocess.run(
        [sys.executable, "-c", "from rules_engine.cli import main; main()",
         "--plugins", str(tmp_path), "plugins"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "sources: pipes" in listed.stdout.replace("数据源：", "sources: ")
