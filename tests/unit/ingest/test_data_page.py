"""What the page about records says of the spelling of values is what intake does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs"
COLUMNS = {
    "date": ("受理登记日期", "cases"),
    "日期": ("受理登记日期", "cases"),
    "boolean": ("初信初访", "cases"),
    "是否": ("初信初访", "cases"),
    "integer": ("涉及人数", "cases"),
    "整数": ("涉及人数", "cases"),
    "decimal": ("评分", "ratings"),
    "小数": ("评分", "ratings"),
}


def spellings(page):
    """The spellings of each type: those accepted and those refused."""
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0] in COLUMNS:
            yield cells[0], *(re.findall(r"`([^`]+)`", cell) for cell in cells[1:])


@pytest.mark.parametrize("page", ["data.md", "data.zh.md"])
def test_the_page_about_records_is_true(take, cases, page):
    kinds = dict.fromkeys(COLUMNS[kind] for kind, *_ in spellings(page))
    assert len(kinds) == 4
    for kind, accepted, refused in spellings(page):
        label, table = COLUMNS[kind]
        assert accepted
        written = accepted + refused
        if table == "cases":
            delivered = cases(**{label: written})
        else:
            size = len(written)
            columns = {"测评编号": [str(i) for i in range(size)], "村编号": ["V1"] * size,
                       "测评人类别": ["群众"] * size, "测评日期": ["2025-12-01"] * size,
                       label: written}  # fmt: skip
            delivered = ("测评", list(columns.items()))
        taken = take([delivered], reads=("villages", table))
        assert [q.value for q in taken.quarantine] == refused
