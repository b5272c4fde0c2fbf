"""Two rulesets are compared, and the changes are told as text and as JSON."""

from __future__ import annotations

import shutil
from pathlib import Path

EDITIONS = Path(__file__).parents[1] / "fixtures" / "editions"


def test_two_editions(cli, tmp_path):
    folder = shutil.copytree(EDITIONS, tmp_path / "editions")
    answer = cli("diff", folder, "--editions", "2024", "2025", "--lang", "en")
    assert answer.code == 0, answer
    assert "tightening (1)" in answer.out
    assert "−1 → −2" in answer.out
    assert "checked by" in answer.out
    sides = f"{folder}@2024", f"{folder}@2025"
    document = cli("diff", *sides, "--format", "json", "--no-scenarios").json
    assert (document["before"]["edition"], document["after"]["edition"]) == ("2024", "2025")
    change = next(c for c in document["changes"] if c["direction"] == "tightening")
    assert change["path"].endswith("deduct.0.each")
    assert not change["unsourced"]


def test_nothing_changed(cli):
    answer = cli("diff", cli.ruleset, cli.ruleset, "--lang", "en")
    assert (answer.code, answer.out.splitlines()[-1]) == (0, "they say the same")


def test_what_cannot_be_compared(cli, tmp_path):
    def codes(*arguments):
        return cli("diff", *arguments, "--format", "json").codes

    assert codes(cli.ruleset) == ["two-rulesets-needed"]
    assert codes(cli.ruleset, tmp_path / "nowhere") == ["no-such-ruleset"]
    assert codes(f"{cli.ruleset}@1999", cli.ruleset) == ["unknown-edition"]
