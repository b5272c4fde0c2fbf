"""The circular says what the report says, and what nobody may leave out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules_engine.api import Finding, msg, papers
from rules_engine.messages import speaking
from rules_engine.papers import circular as circulars
from rules_engine.papers import office

COUNTED = {"draft": "草稿", "reviewed": "已复核，未公布", "published": "", "sealed": "", "": ""}


def circular_of(report, language="zh"):
    with speaking(language):
        ((name, (paper,)), *_) = papers.OfficePapers(report).files()
    assert name == paper.name == "circular"
    return paper


def texts(blocks):
    for block in blocks:
        if isinstance(block, papers.Table):
            yield from (cell for row in block.rows for cell in row)
        else:
            yield block.text


def said(paper):
    return "\n".join([*texts(paper.blocks), *(t for a in paper.annexes for t in texts(a.blocks))])


def tables(paper):
    return [block for block in paper.blocks if isinstance(block, papers.Table)]


def test_the_whole_circular_in_the_order_of_a_paper(paper_report):
    paper = circular_of(paper_report)
    assert paper.title == "关于2025年度青川镇信访工作考核结果的通报"
    assert paper.addressee == "各村、各单位："
    headings = [b.text for b in paper.blocks if isinstance(b, papers.Heading) and b.level == 1]
    assert headings == [
        "一、总体情况", "二、考核名次", "三、命名和表扬", "四、处理情况", "五、干部",
        "六、需要说明的事项",
    ]  # fmt: skip
    assert paper.blocks[-1].text == "特此通报。"
    assert paper.annex_notes == (
        "附件：1.干部考核结果",
        "\u3000\u3000\u30002.未予采用的记录",
        "\u3000\u3000\u30003.假定的数值",
    )
    assert [a.label for a in paper.annexes] == ["附件1", "附件2", "附件3"]


def test_each_group_has_its_ranking(paper_report):
    villages, units = tables(circular_of(paper_report))
    assert villages.rows[0] == (
        "1–3", "甲村", "100.00 – 102.00", "优秀或合格", "取决于尚未查明的情况；1项待定",
    )  # fmt: skip
    assert ("3–4", "=丙村", "71.67 – 73.67", "合格", "1项待定") in villages.rows
    assert units.rows == (("1", "己社区", "90.00 – 92.00", "合格", units.rows[0][4]),)
    assert units.rows[0][4].startswith("“优秀”在 1 个考核对象中只有 0 个名额；")


def test_honours_and_sanctions_name_villages_and_clauses(paper_report):
    text = said(circular_of(paper_report))
    assert "（一）命名先进村\n甲村、乙村、己社区（共3个）。依据：二（一）。" in text
    assert "（一）一票否决\n丁村（共1个）。依据：二（一）。\n（二）约谈\n丁村（共1个）。" in text


def test_what_must_be_told_is_told(paper_report):
    known = Finding("rights-x", msg("a deduction counts petitions")).acknowledge("原文如此。")
    text = said(circular_of(replace(paper_report, findings=(known,))))
    assert "有1条记录不符合要求，未予采用，清单见附件2。" in text
    assert "原文没有规定的数值和规则共15处，连同理由列于附件3。" in text
    assert "以下考核对象的得分暂为一个区间：甲村（按时上报）、乙村（按时上报）" in text
    assert "a deduction counts petitions。说明：原文如此。" in text
    assert paper_report.run.run_id in text
    assert paper_report.run.digest.removeprefix("sha256:")[:16] in text
    assert "目标“无非正常访村达到九成”：要求90%，实际50%（6个中3个达标），未达到。" in text


def test_values_of_records_left_out_are_not_made_public(paper_report):
    assert paper_report.quarantine[0].value == "=2025"
    paper = circular_of(paper_report)
    (row,) = paper.annexes[1].blocks[0].rows
    assert row[1:3] == ("6", "走访日期")
    assert "=2025" not in said(paper)


@pytest.mark.parametrize(("status", "mark"), COUNTED.items())
def test_an_unpublished_paper_bears_a_mark(paper_report, status, mark):
    paper = circular_of(replace(paper_report, run=replace(paper_report.run, status=status)))
    assert paper.mark == mark
    with speaking("zh"):
        assert paper.subtitle == (f"（{mark}）" if mark else "")


def test_settings_say_who_signs_when_and_to_whom(paper_report):
    asked = {"office": "青川镇人民政府", "to": "全镇各村：", "date": date(2026, 1, 5)}
    paper = circular_of(replace(paper_report, settings=asked))
    assert paper.signature == papers.Signature("青川镇人民政府", "2026年1月5日")
    assert paper.addressee == "全镇各村："
    assert circular_of(paper_report).signature.office == "（发文机关署名）"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("date", "5.1.2026", "2025-01-31"), ("notices", "all", "files, one, none")],
)
def test_a_setting_that_makes_no_sense_is_refused(name, text, words):
    (setting,) = (s for s in papers.PAPER_SETTINGS if s.name == name)
    with speaking("en"), pytest.raises(ValueError, match=words):
        setting.read(text)


def test_english_has_its_own_numbers_and_days(paper_report):
    paper = circular_of(paper_report, "en")
    assert paper.title == "Circular on the results of 青川镇信访工作考核 (year 2025)"
    assert paper.blocks[1].text == "1. Overall result"
    assert "the work of 1 January 2025 to 31 December 2025 was assessed" in paper.blocks[0].text


def test_too_many_villages_are_cut_and_it_is_said(paper_report, monkeypatch):
    for module in (circulars, office):
        monkeypatch.setattr(module, "MOST_SUBJECTS", 4)
    with speaking("en"):
        made = papers.OfficePapers(paper_report)
        files = dict(made.files())
    assert list(files) == ["circular"]
    (finding,) = made.findings
    assert (finding.code, finding.severity) == ("too-many-villages", "warning")
    assert str(finding.message).startswith("6 villages are too many for papers")
    (ranking,) = tables(files["circular"][0])
    assert len(ranking.rows) == 4


def test_a_report_with_nothing_in_it_makes_a_circular(paper_report):
    bare = replace(
        paper_report, villages=[], cadres=[], targets=(), assumptions=(), findings=(), grades=(),
        quarantine=(),
    )  # fmt: skip
    paper = circular_of(bare)
    assert paper.annexes == paper.annex_notes == ()
