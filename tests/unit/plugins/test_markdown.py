"""The Markdown holds the papers, and no text in it is read as markup."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rules_engine_markdown import write
from rules_engine_markdown.markup import escaped
from township_sample import assess_township

from rules_engine.messages import speaking


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    run = assess_township(tmp_path_factory.mktemp("township"))
    with speaking("zh"):
        report = run.report(evidence=True)
        report = replace(report, villages=list(report.villages), cadres=list(report.cadres))
    run.close()
    return replace(report, run=replace(report.run, run_id="R1"))


def written(report, folder, language="zh", **settings):
    with speaking(language):
        return write(replace(report, settings=settings), folder)


def test_the_circular_has_title_headings_and_tables(report, tmp_path):
    files = written(report, tmp_path, office="青川镇人民政府")
    assert [f.relative_to(tmp_path).as_posix() for f in files][:2] == [
        "circular.md", "notices-R1/001-甲村.md",
    ]  # fmt: skip
    text = files[0].read_text(encoding="utf-8")
    assert text.startswith("# 关于2025年度青川镇信访工作考核结果的通报\n\n**（草稿）**\n")
    assert "\n\n## 一、总体情况\n\n" in text
    assert "| 名次 | 名称 | 得分 | 等次 | 备注 |\n| :---: | :--- | ---: | :---: | :--- |\n" in text
    assert "| 3–4 | \\=丙村 | 71.67 – 73.67 | 合格 | 1项待定 |\n" in text
    assert "\n\n青川镇人民政府  \n" in text
    assert "\n\n## 附件3 假定的数值\n\n" in text


def test_a_notice_has_sections_over_all_columns_and_lines_in_cells(report, tmp_path):
    text = written(report, tmp_path)[3].read_text(encoding="utf-8")
    assert "| **一、走访秩序** |  |  |  |\n" in text
    worked = "满分40分；非正常访1次，每次扣5分，扣5分；得35分"
    assert f"<br>计算：{worked}<br>“非正常访”的记录1条：v1（5月6日） |" in text


def test_notices_may_be_one_file(report, tmp_path):
    files = written(report, tmp_path, "en", notices="one")
    text = files[1].read_text(encoding="utf-8")
    assert files[1].name == "notices-R1.md"
    assert text.count("\n---\n") == 5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*a*_b_`c`", "\\*a\\*\\_b\\_\\`c\\`"), ("a|b", "a\\|b"), ("<script>", "\\<script\\>"),
        ("[a](b)", "\\[a\\](b)"), ("# 1", "\\# 1"), ("- a", "\\- a"), ("1. a", "1\\. a"),
        ("100.00", "100.00"), ("a\nb", "a b"), ("---", "\\---"), ("&lt;", "\\&lt;"),
        ("见https://x.cn", "见https\\://x.cn"), ("www.x.cn", "www\\.x.cn"), ("> a", "\\> a"),
        ("\\", "\\\\"), ("=丙村", "\\=丙村"),
    ],
)  # fmt: skip
def test_texts_are_shown_as_they_are(text, shown):
    assert escaped(text) == shown
