"""The Word files read back: the form of an official paper, and every text that it must hold."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from rules_engine_docx import write
from township_sample import assess_township

from rules_engine.messages import speaking

ODD = ("<w:t>甲</w:t>", "a&b", "]]>", "村\x1b[2J", "#*_$\\", "..", "𠮷村", "村" * 60)


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


@pytest.fixture(scope="module")
def files(report, tmp_path_factory):
    return written(report, tmp_path_factory.mktemp("out"), office="青川镇人民政府")


@pytest.fixture(scope="module")
def circular(files):
    return docx.Document(str(files[0]))


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs]


def named(document, style):
    return [p.text for p in document.paragraphs if p.style.name == style]


def fonts(document, style):
    properties = document.styles[style].element.rPr
    return {
        re.sub("{.*}", "", key): value for key, value in properties.rFonts.attrib.items()
    }, document.styles[style].font.size


def test_one_circular_and_a_notice_to_each_village(files):
    names = [file.relative_to(files[0].parent).as_posix() for file in files]
    assert names == [
        "circular.docx", "notices-R1/001-甲村.docx", "notices-R1/002-乙村.docx",
        "notices-R1/003-_丙村.docx", "notices-R1/004-戊村.docx", "notices-R1/005-丁村.docx",
        "notices-R1/006-己社区.docx",
    ]  # fmt: skip


def test_the_page_is_that_of_the_standard(circular):
    (section,) = circular.sections
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(m.mm) for m in margins] == [37, 35, 28, 26]
    high = section.page_height - section.top_margin - section.bottom_margin
    assert high // Pt(28) == 22  # lines
    wide = section.page_width - section.left_margin - section.right_margin
    assert wide // Pt(16 - 0.25) == 28  # characters
    spacing = circular.styles["Normal"].element.rPr.find(qn("w:spacing"))
    assert spacing.get(qn("w:val")) == "-5"  # twentieths of a point
    assert section._sectPr.find(qn("w:docGrid")) is None


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("Title", "方正小标宋简体", 22), ("Body Text", "仿宋", 16), ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体", 16), ("Page Number", "宋体", 14), ("Table Text", "仿宋", 10.5),
    ],
)  # fmt: skip
def test_each_kind_of_text_has_its_font(circular, style, font, size):
    found, points = fonts(circular, style)
    assert found == {
        "ascii": "Times New Roman", "hAnsi": "Times New Roman", "cs": "Times New Roman",
        "eastAsia": font, "hint": "eastAsia",
    }  # fmt: skip
    assert points == Pt(size)


def test_the_body_has_28_points_a_line_and_begins_two_characters_in(circular):
    form = circular.styles["Body Text"].paragraph_format
    assert form.line_spacing == Pt(28)
    indent = circular.styles["Body Text"].element.pPr.ind
    assert indent.get(qn("w:firstLineChars")) == "200"
    assert form.first_line_indent == Pt(32)


def test_fonts_have_others_to_stand_in_for_them(files):
    with zipfile.ZipFile(files[0]) as parts:
        table = parts.read("word/fontTable.xml").decode()
    assert re.search('w:name="仿宋"><w:altName w:val="仿宋_GB2312,', table)
    assert re.search('w:name="方正小标宋简体"><w:altName w:val="[^"]*华文中宋', table)


def test_page_numbers_stand_outside_between_dashes(circular):
    (section,) = circular.sections
    assert circular.settings.odd_and_even_pages_header_footer
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    for paragraph, side, value in ((odd, "right", 2), (even, "left", 0)):
        assert "".join(t.text for t in paragraph._p.iter(qn("w:t"))) == "— 1 —"
        field = paragraph._p.find(qn("w:fldSimple"))
        assert field.get(qn("w:instr")) == "PAGE"
        assert paragraph.alignment == value
        assert paragraph._p.pPr.ind.get(qn(f"w:{side}Chars")) == "100"


def test_title_headings_and_signature_stand_in_their_places(circular):
    assert named(circular, "Title")[0] == "关于2025年度青川镇信访工作考核结果的通报"
    assert named(circular, "Heading 1")[:2] == ["一、总体情况", "二、考核名次"]
    assert named(circular, "Heading 2")[:2] == ["（一）村", "（二）社区"]
    office, day = named(circular, "Signature")
    assert office == "青川镇人民政府"
    assert re.fullmatch(r"\d{4}年[1-9]\d?月[1-9]\d?日", day)
    assert named(circular, "Annex Label") == ["附件1", "附件2", "附件3"]


def test_the_ranking_repeats_its_headings_and_keeps_its_rows_whole(circular):
    ranking = circular.tables[0]
    assert [c.text for c in ranking.rows[0].cells] == ["名次", "名称", "得分", "等次", "备注"]
    assert [c.text for c in ranking.rows[3].cells][:3] == ["3–4", "=丙村", "71.67 – 73.67"]
    head = ranking.rows[0]._tr.trPr
    assert head.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in ranking.rows)
    assert sum(c.width for c in ranking.columns) <= Mm(156.2)


def test_a_heading_never_stands_alone_at_the_foot_of_a_page(circular):
    for style in ("Title", "Heading 1", "Heading 2", "Addressee"):
        assert circular.styles[style].paragraph_format.keep_with_next
    *_, last = (p for p in circular.paragraphs if p.text == "特此通报。")
    office = next(p for p in circular.paragraphs if p.style.name == "Signature")
    assert office.paragraph_format.keep_with_next
    assert last.style.paragraph_format.first_line_indent == Pt(32)


@pytest.mark.parametrize(("status", "mark"), [("draft", "草稿"), ("published", None)])
def test_a_draft_says_so_on_every_page(report, tmp_path, status, mark):
    run = replace(report.run, status=status)
    file = written(replace(report, run=run), tmp_path, notices="none")[0]
    document = docx.Document(str(file))
    assert named(document, "Mark") == ([f"（{mark}）"] if mark else [])
    (section,) = document.sections
    for header in (section.header, section.even_page_header):
        strings = [e.get("string") for e in header._element.iter() if e.tag.endswith("}textpath")]
        assert [s for s in strings if s] == ([mark] if mark else [])


def test_chinese_text_has_chinese_punctuation(files):
    for file in files:
        document = docx.Document(str(file))
        cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
        prose = [
            t for t in (*texts(document), *cells)
            if not re.search("算法|计算|\\.yaml|csv", t)  # formulas have brackets of their own
        ]  # fmt: skip
        wrong = [
            t for t in prose if re.search(r"[\u4e00-\u9fff][,:;?!()\"']|[,;]\s?[\u4e00-\u9fff]", t)
        ]
        assert wrong == []


def test_odd_names_stay_texts(report, tmp_path):
    villages = [
        replace(village, name=name) for village, name in zip(report.villages * 2, ODD, strict=False)
    ]
    files = written(replace(report, villages=villages), tmp_path)
    assert len({file.name for file in files}) == len(files) == 1 + len(ODD)
    assert all(file.resolve().is_relative_to(tmp_path) for file in files)
    document = docx.Document(str(files[0]))
    found = {row.cells[1].text for table in document.tables[:2] for row in table.rows}
    assert {name.replace("\x1b", "\ufffd") for name in ODD} <= found


def test_english_is_written_without_chinese_forms(report, tmp_path):
    document = docx.Document(str(written(report, tmp_path, "en", notices="none")[0]))
    assert (
        named(document, "Title")[0] == "Circular on the results of 青川镇信访工作考核 (year 2025)"
    )
    assert named(document, "Mark") == ["(DRAFT)"]
    assert document.styles["Heading 1"].font.bold
    assert "hint" not in fonts(document, "Body Text")[0]


def test_notices_in_one_file_begin_on_front_pages_numbered_from_1(report, tmp_path):
    files = written(report, tmp_path, notices="one")
    assert [f.name for f in files] == ["circular.docx", "notices-R1.docx"]
    document = docx.Document(str(files[1]))
    assert len(document.sections) == len(report.villages) == 6
    assert named(document, "Addressee")[2] == "=丙村："
    for section in document.sections:
        numbers = section._sectPr.find(qn("w:pgNumType"))
        assert numbers.get(qn("w:start")) == "1"
    kinds = {section.start_type for section in document.sections[1:]}
    assert kinds == {docx.enum.section.WD_SECTION.ODD_PAGE}


def test_the_same_report_gives_the_same_bytes(report, files, tmp_path):
    again = written(report, tmp_path, office="青川镇人民政府")
    assert [f.read_bytes() for f in again] == [f.read_bytes() for f in files]
