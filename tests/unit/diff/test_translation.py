"""A condition of the earlier ruleset, with the names that the later one has."""

from __future__ import annotations

import pytest

from rules_engine.diff.revert import with_names

KNOWN = {"迟报", "迟报/漏报", "5人以上的检查", "非正常", "正常", "late", "Late reports"}


@pytest.mark.parametrize(
    ("text", "names", "wanted"),
    [
        ("迟报且迟报/漏报>3", {"迟报": "late"}, "late 且迟报/漏报>3"),
        ("迟报且迟报/漏报>3", {"迟报/漏报": "both"}, "迟报且 both>3"),
        ("非5人以上的检查", {"5人以上的检查": "many"}, "非 many"),
        ("非正常 and 正常", {"正常": "calm"}, "非正常 and calm"),
        ('"迟报" > 1', {"迟报": "late"}, "late > 1"),
        ("Late reports > 3", {"Late reports": "late"}, "late > 3"),
        ("x = '迟报' and 迟报", {"迟报": "late"}, "x = '迟报' and late"),
        ("15人以上的检查", {"5人以上的检查": "many"}, "15人以上的检查"),
    ],
)
def test_names_are_replaced_whole(text, names, wanted):
    assert with_names(text, KNOWN, names, {}) == wanted


def test_texts_in_a_condition_are_replaced_in_either_quotes():
    assert with_names("band = '优' or band = “优”", {"band"}, {}, {"优": "优秀"}) == (
        "band = '优秀' or band = “优秀”"
    )
