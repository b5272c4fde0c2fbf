"""Fonts and paragraphs of an official paper (GB/T 9704): title, headings, body, tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rules_engine.api import current_language

LATIN = "Times New Roman"
BODY, SIZE, LINE = "仿宋", 16, 28
"""三号仿宋; a page has 22 lines of 28 characters."""
CLOSER = -0.25
"""Points between two characters, so that 28 of them fit into 156 mm."""
TABLE_SIZE, TABLE_LINE = 10.5, 16
TITLE_FONT, HEADING_FONT, PART_FONT = "方正小标宋简体", "黑体", "楷体"
NUMBER_FONT, NUMBER_SIZE = "宋体", 14
FALLBACKS = {
    TITLE_FONT: ("方正小标宋_GBK,小标宋,华文中宋,STZhongsong,宋体,Noto Serif CJK SC", "roman"),
    BODY: (
        "仿宋_GB2312,FangSong,FangSong_GB2312,华文仿宋,STFangsong,方正仿宋_GBK,Noto Serif CJK SC",
        "modern",
    ),
    HEADING_FONT: ("SimHei,方正黑体_GBK,华文黑体,STHeiti,Noto Sans CJK SC", "swiss"),
    PART_FONT: (
        "楷体_GB2312,KaiTi,KaiTi_GB2312,华文楷体,STKaiti,方正楷体_GBK,Noto Serif CJK SC",
        "modern",
    ),
    NUMBER_FONT: ("SimSun,方正书宋_GBK,华文宋体,STSong,Noto Serif CJK SC", "roman"),
}
"""For each font, what may stand in for it where it is not installed, and its kind."""


@dataclass(frozen=True)
class Style:
    """A paragraph style.

    Attributes:
        line: exact height of a line in points.
        first: indent of the first line, in characters.
        left: indent of the whole, in characters.
        keep: stays on one page with what follows.
    """

    name: str
    font: str = BODY
    size: float = SIZE
    line: int = LINE
    align: str = "both"
    first: float = 0
    left: float = 0
    keep: bool = False


STYLES = (
    Style("Normal"),
    Style("Body Text", first=2),
    Style("Title", TITLE_FONT, 22, 36, "center", keep=True),
    Style("Mark", PART_FONT, align="center", keep=True),
    Style("Addressee", align="left", keep=True),
    Style("Heading 1", HEADING_FONT, first=2, keep=True),
    Style("Heading 2", PART_FONT, first=2, keep=True),
    Style("Annex Note", left=2, align="left", keep=True),
    Style("Annex Label", HEADING_FONT, align="left", keep=True),
    Style("Signature", align="right"),
    Style("Table Text", size=TABLE_SIZE, line=TABLE_LINE, align="left"),
    Style("Table Head", HEADING_FONT, TABLE_SIZE, TABLE_LINE, "center"),
    Style("Page Number", NUMBER_FONT, NUMBER_SIZE, 18, "left"),
)


def set_up(document: Any) -> None:  # noqa: ANN401 - python-docx's document
    """Give a document the styles and the font table of an official paper."""
    from docx.enum.style import WD_STYLE_TYPE

    known = {style.name for style in document.styles}
    for style in STYLES:
        if style.name not in known:
            document.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH)
        _set(document.styles[style.name], style)
    _set_defaults(document.styles.element)
    _name_fallbacks(document)


def _set(target: Any, style: Style) -> None:  # noqa: ANN401 - python-docx's style
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    properties = target.element.get_or_add_pPr()
    for child in list(properties):
        properties.remove(child)
    letters = target.element.get_or_add_rPr()
    for child in list(letters):
        letters.remove(child)
    _set_font(letters, style.font)
    target.font.size = Pt(style.size)
    if style.size == SIZE:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(round(CLOSER * 20)))
        letters.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz")
    # Latin letters have no 黑体 to tell a heading by.
    target.font.bold = current_language() != "zh" and style.font in (TITLE_FONT, HEADING_FONT)
    form = target.paragraph_format
    form.line_spacing = Pt(style.line)
    form.space_before = form.space_after = Pt(0)
    form.keep_with_next = style.keep
    form.widow_control = style.size == SIZE
    form.alignment = _alignment(style.align)
    indent(properties, first=style.first, left=style.left, size=style.size)


def _alignment(name: str) -> Any:  # noqa: ANN401 - python-docx's enumeration
    from docx.enum.text import WD_ALIGN_PARAGRAPH as SIDES

    return {
        "both": SIDES.JUSTIFY, "left": SIDES.LEFT, "center": SIDES.CENTER, "right": SIDES.RIGHT,
    }[name]  # fmt: skip


def _set_font(letters: Any, name: str) -> None:  # noqa: ANN401 - an element
    """Name the font; in Chinese, quotes and dashes are taken from the Chinese font too."""
    from docx.oxml.ns import qn

    fonts = letters.get_or_add_rFonts()
    for key in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{key}"), LATIN)
    fonts.set(qn("w:eastAsia"), name)
    if current_language() == "zh":
        fonts.set(qn("w:hint"), "eastAsia")


def indent(
    properties: Any,  # noqa: ANN401 - an element
    *,
    first: float = 0,
    left: float = 0,
    right: float = 0,
    size: float = SIZE,
) -> None:
    """Indent a paragraph by characters, and by as many points for programs that count these."""
    from docx.oxml.ns import qn

    if not (first or left or right):
        return
    properties = properties if properties.tag == qn("w:pPr") else properties.get_or_add_pPr()
    result = properties.get_or_add_ind()
    for key, characters in (("firstLine", first), ("left", left), ("right", right)):
        if characters:
            result.set(qn(f"w:{key}Chars"), str(round(characters * 100)))
            result.set(qn(f"w:{key}"), str(round(characters * size * 20)))


def _set_defaults(root: Any) -> None:  # noqa: ANN401 - an element
    """Say which language the text is in, for line breaks and spelling."""
    from docx.oxml.ns import qn

    for language in root.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")
    for fonts in root.find(qn("w:docDefaults")).iter(qn("w:rFonts")):
        fonts.attrib.clear()
        fonts.set(qn("w:ascii"), LATIN)
        fonts.set(qn("w:hAnsi"), LATIN)
        fonts.set(qn("w:eastAsia"), BODY)


def _name_fallbacks(document: Any) -> None:  # noqa: ANN401 - python-docx's document
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.ns import nsdecls

    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, (others, family) in FALLBACKS.items()
    )
    table = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
    document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)._blob = table.encode()
