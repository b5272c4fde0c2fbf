"""Tells rows that are no records: totals, notes below a table, headings that are repeated."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from rules_engine.api import Finding, Message, Place, listed, msg, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOTAL = re.compile(r".{0,12}(合计|小计|总计|共计|累计|总和)[:：]?|(sub|grand)?total:?", re.I)
_NOTE = re.compile(
    r"(注|附注|备注|说明|填表说明|填表人|填报人|制表人?|审核人?|负责人|单位负责人|分管领导|经办人|"
    r"填报单位|填表单位|填报日期|填表日期|填报时间|制表日期|notes?)[0-9一二三]?[:：].*",
    re.I | re.S,
)
MOST_OF_TOTAL = 20
MOST_SHOWN = 10
_SAID: dict[str, Message] = {
    "total": msg("totals are no records: left out are the rows {rows}"),
    "note": msg("notes are no records: left out are the rows {rows}"),
    "heading": msg("the heading is repeated: left out are the rows {rows}"),
}


@dataclass
class LeftOut:
    """The rows of a sheet that were left out while it was read, by the reason."""

    rows: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in _SAID})

    def takes(self, number: int, texts: Sequence[str | None], heading: Sequence[str]) -> bool:
        """Return whether a row is no record, and note it then.

        Args:
            number: the row's number, as a person counts.
            texts: what its cells say.
            heading: the names of the columns.
        """
        kind = _kind(texts, heading)
        if kind:
            self.rows[kind].append(number)
        return bool(kind)

    def findings(self, file: str, sheet: str) -> Iterator[Finding]:
        """Yield a warning for each kind of row that was left out."""
        for kind, rows in self.rows.items():
            if rows:
                shown = listed([*rows[:MOST_SHOWN], *(["…"] if rows[MOST_SHOWN:] else [])])
                yield Finding(
                    "rows-left-out",
                    Message(_SAID[kind].text, (("rows", shown),)),
                    Place(file, table=sheet, row=rows[0]),
                    msg("if one of them is a record, word its first cells differently"),
                    severity="warning",
                )


def _kind(texts: Sequence[str | None], heading: Sequence[str]) -> str | None:
    said = list(islice(_said(texts), 2))
    if any(len(text) < MOST_OF_TOTAL and _TOTAL.fullmatch(text) for _, text in said):
        return "total"
    if said and _NOTE.fullmatch(said[0][1]):
        return "note"
    if len(said) > 1 and all(_is_name(text, heading[i]) for i, text in said):
        return "heading" if all(_is_name(text, heading[i]) for i, text in _said(texts)) else None
    return None


def _said(texts: Sequence[str | None]) -> Iterator[tuple[int, str]]:
    """Yield the cells in which something is written, without blanks."""
    for i, text in enumerate(texts):
        if text and (plain := "".join(plain_text(text).split())):
            yield i, plain


def _is_name(text: str, name: str) -> bool:
    return text == "".join(name.split())
