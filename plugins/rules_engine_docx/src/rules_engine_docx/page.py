"""The page: A4 with a type area of 156 × 225 mm, page numbers on the outer side, a mark behind."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from rules_engine_docx.styles import BODY, NUMBER_SIZE, indent

TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
"""Margins in millimetres."""
NUMBER_DISTANCE = 23
"""The page number stands 7 mm below the text; in millimetres from the edge of the paper."""
POINTS = 72 / 25.4
"""In a millimetre."""
MARK = """\
<w:r {namespaces}><w:rPr><w:noProof/></w:rPr><w:pict>
<v:shapetype id="mark-type" coordsize="21600,21600" o:spt="136" adj="10800"
 path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t" o:connecttype="rect"/>
<v:textpath on="t" fitshape="t"/></v:shapetype>
<v:shape id="mark-{place}" type="#mark-type" o:allowincell="f" stroked="f" fillcolor="#dddddd"
 style="position:absolute;width:{wide}pt;height:{high}pt;rotation:315;z-index:-1;
mso-position-horizontal:center;mso-position-horizontal-relative:margin;
mso-position-vertical:center;mso-position-vertical-relative:margin">
<v:fill opacity=".5"/><v:textpath style="font-family:&quot;{font}&quot;" string={text}/></v:shape>
</w:pict></w:r>"""
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)


def set_up(document: Any, *, mark: str, first: bool) -> None:  # noqa: ANN401 - python-docx's
    """Begin the pages of a paper; a later one begins on a front page, numbered from 1."""
    from docx.enum.section import WD_SECTION
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section = document.sections[-1] if first else document.add_section(WD_SECTION.ODD_PAGE)
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.footer_distance = Mm(NUMBER_DISTANCE)
    properties = section._sectPr
    for name in ("w:pgNumType", "w:docGrid"):  # lines have a height of their own, no grid
        for old in properties.findall(qn(name)):
            properties.remove(old)
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    properties.insert_element_before(numbers, "w:cols")
    if first:
        document.settings.odd_and_even_pages_header_footer = True
        for footer, outer in ((section.footer, "right"), (section.even_page_footer, "left")):
            _number(footer.paragraphs[0], outer)
        if mark:
            for header, place in ((section.header, "odd"), (section.even_page_header, "even")):
                _mark(header.paragraphs[0], mark, place)


def _number(paragraph: Any, outer: str) -> None:  # noqa: ANN401 - python-docx's paragraph
    """Write — 1 — one character from the outer edge."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.style = "Page Number"
    paragraph.alignment = 2 if outer == "right" else 0
    indent(paragraph._p, **{outer: 1}, size=NUMBER_SIZE)
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    number = OxmlElement("w:t")
    number.text = "1"
    run.append(number)
    field.append(run)
    paragraph._p.append(field)
    paragraph.add_run(" —")


def _mark(paragraph: Any, text: str, place: str) -> None:  # noqa: ANN401 - python-docx's paragraph
    """Write the mark large and pale across the page."""
    from docx.oxml import parse_xml

    wide = min(110 * len(text), 420) if not text.isascii() else min(60 * len(text), 420)
    high = min(110, wide // 2)
    paragraph._p.append(
        parse_xml(
            MARK.format(
                namespaces=NAMESPACES, place=place, wide=wide, high=high, font=BODY,
                text=quoteattr(text),
            )
        )
    )  # fmt: skip
