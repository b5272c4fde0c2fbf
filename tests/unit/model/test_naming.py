"""Which characters nobody sees, and how names and texts are compared without them."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from rules_engine.model.naming import normal, plain_text

VISIBLE_FORMATS = {"ARABIC", "KAITHI", "SYRIAC", "EGYPTIAN"}
"""Scripts with characters that Unicode calls formats and that have a shape all the same."""


def test_every_control_format_and_space_of_unicode_is_left_out_or_is_a_space():
    for code in range(1, sys.maxunicode + 1):
        character = chr(code)
        category = unicodedata.category(character)
        if category not in ("Cc", "Cf", "Zs", "Zl", "Zp"):
            continue
        if unicodedata.name(character, "").split(" ")[0] in VISIBLE_FORMATS and code != 0x61C:
            continue
        assert plain_text(f"{character}甲{character}乙{character}") in (
            "甲乙",
            "甲 乙",
            f"甲{character}乙",  # a line within a text
        ), hex(code)
        assert plain_text(character) == ""


@pytest.mark.parametrize("inner", ["\n", "\t", "\r\n", "  ", "。", "é", "\U00020000"])
def test_what_can_be_seen_stays(inner):
    assert plain_text(f" 甲{inner}乙\n") == f"甲{inner}乙"


def test_names_are_compared_as_they_are_read():
    spellings = (
        "case id",
        "Case\u00a0ID",
        "\ufeffCASE ID\u200b",
        "ＣＡＳＥ　ＩＤ",
        "ca\u00adse id",
    )
    assert {normal(name) for name in spellings} == {"case id"}
