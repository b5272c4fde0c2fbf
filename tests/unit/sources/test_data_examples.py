"""The examples of databases and APIs in the page about records say what can be said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.plugin_manager import registry
from rules_engine.sources.mapping_file import read_mapping

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("page", ["data.md", "data.zh.md"])
def test_the_examples_are_read_without_a_finding(page, tmp_path):
    blocks = re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    examples = [block for block in blocks if "://" in block]
    assert len(examples) == 2
    for number, example in enumerate(examples):
        file = tmp_path / f"{number}.yaml"
        file.write_text(example, encoding="utf-8")
        (source,) = read_mapping(file, registry(), STANDARD_TABLES)
        assert [table.schema.name for table in source.tables] == ["villages", "cases"]
