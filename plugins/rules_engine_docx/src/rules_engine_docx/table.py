"""Tables, written as XML at once: a ranking of a county has thousands of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from rules_engine_docx.page import LEFT, POINTS, RIGHT
from rules_engine_docx.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules_engine.api import papers

ALIGN = {"left": "left", "center": "center", "right": "right"}
LONGEST_WHOLE = 150
"""A row with a longer text than this may be parted by the end of a page."""
LINE = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'


def table_element(table: papers.Table) -> Any:  # noqa: ANN401 - an element
    """Return a table as wide as the text; its first row stands on every page."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    wide = (210 - LEFT - RIGHT) * POINTS * 20
    total = sum(column.width for column in table.columns)
    widths = [round(wide * column.width / total) for column in table.columns]
    sides = [column.align for column in table.columns]
    borders = "".join(
        f"<w:{side} {LINE}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    parts = [
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="30" w:type="dxa"/>'
        '<w:left w:w="70" w:type="dxa"/><w:bottom w:w="30" w:type="dxa"/>'
        '<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>',
        *(f'<w:gridCol w:w="{each}"/>' for each in widths),
        "</w:tblGrid>",
        _row([c.heading for c in table.columns], widths, ["center"] * len(widths), head=True),
        *(_row(row, widths, sides) for row in table.rows),
        "</w:tbl>",
    ]
    return parse_xml("".join(parts))


def _row(
    cells: Sequence[str], widths: Sequence[int], sides: Sequence[str], *, head: bool = False
) -> str:
    over_all = len(cells) < len(widths)
    properties = "<w:tblHeader/>" if head else ""
    if head or max(map(len, cells)) < LONGEST_WHOLE:
        properties = f"<w:cantSplit/>{properties}"
    if over_all:
        return f"<w:tr><w:trPr>{properties}</w:trPr>{_title(cells[0], widths)}</w:tr>"
    shown = "".join(
        _cell(text, f'<w:tcW w:w="{wide}" w:type="dxa"/>', side, "TableHead" if head else "")
        for text, wide, side in zip(cells, widths, sides, strict=True)
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{shown}</w:tr>"


def _title(text: str, widths: Sequence[int]) -> str:
    """Return a cell over all columns that stays with the row below it."""
    size = f'<w:tcW w:w="{sum(widths)}" w:type="dxa"/><w:gridSpan w:val="{len(widths)}"/>'
    return _cell(text, size, "left", "TableHead", keep="<w:keepNext/>")


def _cell(text: str, size: str, side: str, style: str, *, keep: str = "") -> str:
    paragraphs = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style or "TableText"}"/>{keep}'
        f'<w:jc w:val="{ALIGN[side]}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in _lines(text)
    )
    return f'<w:tc><w:tcPr>{size}<w:vAlign w:val="center"/></w:tcPr>{paragraphs}</w:tc>'


def _lines(text: str) -> Iterable[str]:
    return clean(text).replace("\t", " ").split("\n")
