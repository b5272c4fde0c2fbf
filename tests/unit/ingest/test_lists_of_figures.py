"""Figures that are listed with blanks between them are nobody's number; divided numbers are."""

from __future__ import annotations

import random

import pytest

from rules_engine.ingest.personal_texts import identifying
from rules_engine.plugin_manager import registry

LISTS = {
    "singles": lambda rng: (str(rng.randrange(10)) for _ in range(rng.randrange(16, 24))),
    "pairs": lambda rng: (f"{rng.randrange(10, 99)}" for _ in range(rng.randrange(8, 14))),
    "amounts": lambda rng: (str(rng.randrange(1000, 99999)) for _ in range(rng.randrange(4, 6))),
    "threes": lambda rng: (str(rng.randrange(100, 999)) for _ in range(rng.randrange(5, 9))),
}
DIVIDED = (
    "330106 800101 123", "330106-80-01-01-123", "3301 0680 0101 123", "330106 80010112 3",
    "33010680 0101123", "3 3 0 1 0 6 8 0 0 1 0 1 1 2 3", "33 01 06 80 01 01 123",
    "查330106 800101 123，已办", "1. 330106-800101-123", "330106800101123 2025",
    "id330106/800101/123",
    "1 3 8 1 2 3 4 5 6 7 8", "电话1 3 8 1 2 3 4 5 6 7 8", "+86 1390 575 1234",
    "1390 575 1234，李某",
)  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
def test_lists_of_figures_name_nobody(kind):
    rng = random.Random(20260101)
    texts = [f"各村：{' '.join(LISTS[kind](rng))}。" for _ in range(60)]
    assert identifying(texts, registry()) == []


def test_numbers_that_are_divided_as_people_do_are_found():
    assert identifying(DIVIDED, registry()) == list(DIVIDED)
