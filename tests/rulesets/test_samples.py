"""Every sample is what its generator writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from samples.__main__ import generators, tables_of
from samples.writing import write_tables

RULESETS = Path(__file__).parents[2] / "rulesets"


def test_every_ruleset_has_a_generator():
    assert sorted(generators()) == sorted(f.parent.name for f in RULESETS.glob("*/ruleset.yaml"))


@pytest.mark.parametrize("ruleset", sorted(generators()))
def test_the_sample_is_what_the_generator_writes(ruleset, tmp_path):
    folder = RULESETS / ruleset
    files = [file for file, _ in write_tables(folder, tables_of(ruleset), tmp_path)]
    assert {f.name for f in files} == {f.name for f in (folder / "sample").iterdir()}
    for file in files:
        assert file.read_bytes() == (folder / "sample" / file.name).read_bytes(), file.name
