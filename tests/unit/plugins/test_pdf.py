"""The PDF files read back: pages, fonts, texts, and what is said when a font is missing."""

from __future__ import annotations

import re
from dataclasses import replace

import pypdf
import pytest
from rules_engine_pdf import FONTS, typesetter, write
from rules_engine_pdf.fonts import choose, missing_fonts
from rules_engine_pdf.typesetter import Typesetter
from township_sample import assess_township

from rules_engine.api import papers
from rules_engine.messages import speaking

ODD = (
    "#panic()", "#set page(width: 1cm)", "*a*", "_b_", "$x^2$", "`c`", "@ref", "<label>", "\\n",
    "= head", "- item", "// no", "/* no */", "https://x.cn", "~", "[a](b)", '"q"',
)  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    run = assess_township(tmp_path_factory.mktemp("township"))
    with speaking("zh"):
        report = run.report(evidence=True)
        report = replace(report, villages=list(report.villages), cadres=list(report.cadres))
    run.close()
    return replace(report, run=replace(report.run, run_id="R1"))


def circular_of(report):
    return papers.OfficePapers(report).files().__next__()[1]


def written(report, folder, language="zh", **settings):
    """The files and the findings."""
    with speaking(language):
        given = write(replace(report, settings=settings), folder)
    files = [item for item in given if hasattr(item, "suffix")]
    return files, [item for item in given if item not in files]


def text(file, pages=None):
    found = "".join(page.extract_text() for page in pypdf.PdfReader(file).pages[:pages])
    return re.sub(r"\s", "", found)


def has_chinese():
    import typst

    return choose(typst.Fonts().families()).chinese


needs_chinese = pytest.mark.skipif(not has_chinese(), reason="no Chinese font on this machine")


@pytest.fixture(scope="module")
def files(report, tmp_path_factory):
    return written(report, tmp_path_factory.mktemp("out"), office="青川镇人民政府")[0]


@needs_chinese
def test_the_circular_says_what_the_paper_says(files, report):
    found = text(files[0])
    for words in (
        "关于2025年度青川镇信访工作考核结果的通报", "（草稿）", "各村、各单位：", "一、总体情况",
        "（一）村", "3–4=丙村71.67–73.67合格", "特此通报。", "附件：1.干部考核结果",
        "青川镇人民政府", report.run.run_id,
    ):  # fmt: skip
        assert words in found


@needs_chinese
def test_each_village_gets_its_notice(files):
    assert [f.relative_to(files[0].parent).as_posix() for f in files[1:4]] == [
        "notices-R1/001-甲村.pdf", "notices-R1/002-乙村.pdf", "notices-R1/003-_丙村.pdf",
    ]  # fmt: skip
    found = text(files[3])
    assert "=丙村：" in found
    assert "计算：满分40分；非正常访1次，每次扣5分，扣5分；得35分" in found
    assert "“非正常访”的记录1条：v1（5月6日）" in found
    assert "附件所依据的条款" in found


def test_pages_are_a4_with_numbers_between_dashes(files):
    for number, page in enumerate(pypdf.PdfReader(files[0]).pages, 1):
        assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [210, 297]
        assert f"—{number}—" in re.sub(r"\s", "", page.extract_text())


def numbers_at(page):
    """Where the page number begins, in points from the left."""
    places = []

    def visit(words, matrix, text_matrix, *_):
        if words.strip().startswith("—"):
            places.append(text_matrix[4] * matrix[0] + matrix[4])

    page.extract_text(visitor_text=visit)
    return places[-1]


@needs_chinese
def test_page_numbers_stand_outside(files):
    first, second = pypdf.PdfReader(files[0]).pages[:2]
    assert numbers_at(first) > 400
    assert numbers_at(second) < 120


@needs_chinese
def test_it_is_fit_for_an_archive_and_the_same_every_time(files, report, tmp_path):
    again, _ = written(report, tmp_path, office="青川镇人民政府")
    assert [f.read_bytes() for f in again] == [f.read_bytes() for f in files]
    metadata = pypdf.PdfReader(files[0]).trailer["/Root"]["/Metadata"].get_data().decode()
    assert "pdfaid:part>2<" in metadata
    assert pypdf.PdfReader(files[0]).metadata.title == "关于2025年度青川镇信访工作考核结果的通报"


def test_names_are_never_read_as_markup(report, tmp_path):
    villages = [
        replace(v, name=name, id=str(n))
        for n, (v, name) in enumerate(zip(list(report.villages) * 3, ODD, strict=False))
    ]
    files, findings = written(replace(report, villages=villages), tmp_path, "en")
    assert len(files) == 1 + len(ODD)
    found = text(files[0])
    for name in ODD:
        assert re.sub(r"\s", "", name) in found, name
    assert all(f.code == "characters-missing" for f in findings)


def test_english_has_its_own_words(report, tmp_path):
    (file,), _ = written(report, tmp_path, "en", notices="none")
    found = text(file)
    assert "Circularontheresultsof" in found
    assert "(DRAFT)" in found
    assert "1.Overallresult" in found


@needs_chinese
def test_notices_in_one_file_begin_on_front_pages(report, tmp_path):
    files, _ = written(report, tmp_path, notices="one")
    assert [f.name for f in files] == ["circular.pdf", "notices-R1.pdf"]
    pages = [re.sub(r"\s", "", p.extract_text()) for p in pypdf.PdfReader(files[1]).pages]
    titles = [n for n, words in enumerate(pages) if "考核结果告知书" in words]
    assert len(titles) == 6
    assert all(number % 2 == 0 for number in titles)
    assert all("—1—" in pages[number] for number in titles)


@pytest.mark.parametrize(("status", "marks"), [("draft", 2), ("published", 0)])
@needs_chinese
def test_a_draft_says_so(report, tmp_path, status, marks):
    run = replace(report.run, status=status)
    (file,), _ = written(replace(report, run=run), tmp_path, notices="none")
    assert text(file, pages=1).count("草稿") == marks  # behind the text, and below the title


def test_without_any_chinese_font_the_boxes_are_told(report):
    with speaking("en"):
        setter = Typesetter(report.run, system=False)
        made = setter.pdf(circular_of(report))
        (finding,) = setter.findings()
    assert made.startswith(b"%PDF")
    assert (finding.code, finding.severity) == ("characters-missing", "warning")
    with speaking("en"):
        assert "empty boxes" in str(finding.message)
        assert "Noto Serif CJK SC" in str(finding.hint)
    assert len(setter._without_glyph) > 20


@needs_chinese
def test_a_character_that_no_font_has_is_named(report, tmp_path):
    villages = [replace(report.villages[0], name="\U0002b823村")]
    files, findings = written(replace(report, villages=villages), tmp_path)
    (finding,) = (f for f in findings if f.code == "characters-missing")
    assert "\U0002b823" in str(finding.message)
    assert len(files) == 2


def test_fonts_of_the_standard_come_first_and_are_not_missed():
    there = ["FangSong", "KaiTi", "SimHei", "simsun", "Times New Roman", "Noto Serif CJK SC"]
    choice = choose(there)
    assert choice.families["body"][:3] == ["Times New Roman", "FangSong", "Noto Serif CJK SC"]
    assert choice.families["heading"][1] == "SimHei"
    assert choice.families["title"][1] == "Noto Serif CJK SC"
    assert choice.missing == {"方正小标宋简体": "Noto Serif CJK SC"}
    with speaking("zh"):
        told = str(missing_fonts(choice).message)
    assert "方正小标宋简体" in told
    assert "Noto Serif CJK SC" in told
    assert "SimHei" not in told


def test_without_fonts_there_is_still_the_latin_one_of_typst():
    choice = choose(["Libertinus Serif", "DejaVu Sans"])
    assert not choice.chinese
    assert choice.families["body"] == ["Libertinus Serif"]


def test_a_folder_of_fonts_must_be_there(tmp_path):
    assert FONTS.read(str(tmp_path)) == tmp_path
    with speaking("en"), pytest.raises(ValueError, match="there is no such folder"):
        FONTS.read(str(tmp_path / "none"))


def test_a_failure_of_typst_itself_is_not_hidden(report, monkeypatch):
    import typst

    setter = Typesetter(report.run)
    monkeypatch.setattr(setter, "_source", b"#panic(1)")
    with speaking("en"), pytest.raises(typst.TypstError, match="panicked"):
        setter.pdf(circular_of(report))
    assert typesetter.WITHOUT_GLYPH.findall("panicked") == []
