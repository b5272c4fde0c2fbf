"""The sample of a published paper is assessed as a clerk would work it out."""

from __future__ import annotations

from pathlib import Path

MODEL_VILLAGES = Path(__file__).parents[1] / "corpus" / "g_model_villages"


def test_the_sample_of_the_model_villages(cli):
    answer = cli("assess", MODEL_VILLAGES, "--data", MODEL_VILLAGES / "sample")
    assert answer.code == 0, answer.err
    # 40 + 20 + 0 + 15 + 10 + 30 + 70 + 30, and 0 + 7.5 + 0 + 0 + 2.5 + 0 + 40 + 30
    east, west = (line for line in answer.out.splitlines() if "东村" in line or "西村" in line)
    assert east.split()[:3] == ["1", "东村", "215.00"]
    assert west.split()[:3] == ["2", "西村", "80.00"]
    assert "不参加评选" in west
