"""What a ruleset says about disputes is put into words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rules_engine.description import describe
from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset

EVERY = Path(__file__).parents[2] / "fixtures" / "every-method"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (
            "{days: 10, clause: E-2, assumed: 例, adjust: {up_to: 1.5}}",
            "公示后10日内可对考核项提出申诉。复核决定对一个考核项的调整以1.5分为限。"
            "（依据：E-2 二）",
        ),
        (
            "{clause: E-2}",
            "对已公示结果中的考核项可以提出申诉。复核决定只更正数据，不直接调整分数。"
            "（依据：E-2 二）",
        ),
    ],
)
def test_disputes_are_an_article(tmp_path, spec, text):
    folder = tmp_path / "ruleset"
    shutil.copytree(EVERY, folder)
    with (folder / "ruleset.yaml").open("a", encoding="utf-8") as file:
        file.write(f"appeals: {spec}\n")
    with speaking("zh"):
        paper = describe(load_ruleset(folder, registry()).or_stop(), registry().methods)
    articles = {a.title: a.text for chapter in paper.chapters for a in chapter.articles}
    assert articles["对结果的申诉"] == text
