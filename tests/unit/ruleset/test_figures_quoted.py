"""Which numbers a clause vouches for."""

from __future__ import annotations

import shutil

import pytest
from ruleset_cases import SMALL, findings_of


@pytest.mark.parametrize(("floor", "codes"), [("-5", []), ("-4", ["number-unsourced"])])
def test_what_a_paper_takes_away_is_quoted_without_its_sign(floor, codes, tmp_path):
    folder = shutil.copytree(SMALL, tmp_path / "small")
    file = folder / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    line = "        label: No irregular visits\n"
    assert line in text
    file.write_text(text.replace(line, f"{line}        floor: {floor}\n"), encoding="utf-8")
    assert [finding.code for finding in findings_of(folder)] == codes
