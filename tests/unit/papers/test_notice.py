"""A notice gives a village, for every line, the clause, the formula with values, the records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules_engine.api import papers
from rules_engine.messages import speaking
from rules_engine.papers import notice as module


@pytest.fixture(scope="module")
def notices(paper_report):
    with speaking("zh"):
        return list(papers.OfficePapers(paper_report).notices())


def lines(paper):
    (table,) = (b for b in paper.blocks if isinstance(b, papers.Table))
    return {row[0]: row[1:] for row in table.rows}


def body(paper):
    return "\n".join(b.text for b in paper.blocks if not isinstance(b, papers.Table))


def test_there_is_one_for_each_village_in_the_order_of_the_ranking(notices):
    assert [n.name for n in notices] == [
        "001-甲村", "002-乙村", "003-_丙村", "004-戊村", "005-丁村", "006-己社区",
    ]  # fmt: skip
    assert notices[2].addressee == "=丙村："
    assert notices[2].title == "2025年度青川镇信访工作考核结果告知书"


def test_every_line_has_clause_working_and_records(notices):
    found = lines(notices[2])
    assert list(found) == [
        "一、走访秩序", "无非正常访", "二、事项办理", "初信初访办结率", "三、加分", "按时上报",
    ]  # fmt: skip
    assert found["一、走访秩序"] == ()  # over all columns
    assert found["无非正常访"] == (
        "40",
        "35",
        "依据：二（一）\n计算：满分40分；非正常访1次，每次扣5分，扣5分；得35分\n"
        "“非正常访”的记录1条：v1（5月6日）",
    )
    maximum, points, why = found["初信初访办结率"]
    assert (maximum, points) == ("60", "36.6667")
    assert (
        "计算：目标90%；3条记录中2条符合，初信初访办结率66.67%，比目标低23.33个百分点，"
        "每低1个百分点扣1分，扣23.3333分；得36.6667分"
    ) in why
    assert why.endswith("未达到“初信初访办结率”的记录1条：c5（3月1日）")
    assert found["按时上报"][1] == "待定"
    assert "暂不能评定：按时上报的数据缺失或未予采用" in found["按时上报"][2]


def test_the_clauses_stand_in_an_annex_once(notices):
    (annex,) = notices[2].annexes
    assert (annex.label, annex.title) == ("附件", "所依据的条款")
    assert annex.blocks[0].rows[0] == ("二（一）", "不发生非正常访")
    assert notices[2].annex_notes == ("附件：所依据的条款",)


def test_the_result_says_score_place_grade_and_why(notices):
    assert "总分71.67 – 73.67分。在5个考核对象中列第3–4名。等次为“合格”。" in body(notices[2])
    assert "列第1–3名。等次待定：优秀或合格。" in body(notices[0])
    assert "以下项目暂不能评定：无非正常访、按时上报。" in body(notices[3])
    assert "等次待定。" in body(notices[3])
    assert "尚有可能：命名先进村、一票否决、约谈。" in body(notices[3])
    vetoed = body(notices[4])
    assert "（一）一票否决\n原因：触发一票否决" in vetoed
    assert "仅按得分应为“优秀”" in body(notices[5])


def test_a_veto_is_told_with_its_records(notices):
    why = lines(notices[4])["无非正常访"][2]
    assert "；触发一票否决：非正常访3次，不小于3次\n" in why
    assert "v2（5月6日）、v3（6月6日）、@v4（7月6日）" in why


def test_long_lists_of_records_are_cut_and_counted(paper_report, monkeypatch):
    monkeypatch.setattr(module, "MOST_RECORDS", 2)
    with speaking("zh"):
        paper = list(papers.OfficePapers(paper_report).notices())[4]
    assert lines(paper)["无非正常访"][2].endswith("v2（5月6日）、v3（6月6日），另有1条")


@pytest.mark.parametrize(
    ("way", "names"),
    [
        ("files", ["circular", *(f"notices-R/{n}" for n in
                                 ("001-甲村", "002-乙村", "003-_丙村", "004-戊村", "005-丁村",
                                  "006-己社区"))]),
        ("one", ["circular", "notices-R"]),
        ("none", ["circular"]),
    ],
)  # fmt: skip
def test_notices_are_files_one_file_or_none(paper_report, way, names):
    run = replace(paper_report.run, run_id="R")
    with speaking("zh"):
        made = papers.OfficePapers(replace(paper_report, run=run, settings={"notices": way}))
        found = {name: len(held) for name, held in made.files()}
    assert list(found) == names
    assert found.get("notices-R", 6) == 6
