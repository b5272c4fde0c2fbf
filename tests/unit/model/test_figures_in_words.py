"""Figures and days as people read them."""

from __future__ import annotations

import pytest

from rules_engine.messages import speaking
from rules_engine.model import figures


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2025-01-13", "2025年1月13日"),
        ("2025-01-13 17:01:00", "2025年1月13日17:01"),
        ("2025-01-13 00:00:00", "2025年1月13日0:00"),
        ("2025-01-13T08:05:09", "2025年1月13日8:05:09"),
    ],
)
def test_a_moment_of_data_is_written_as_a_paper_does(text, told):
    with speaking("zh"):
        assert figures.moment(text) == told


@pytest.mark.parametrize(
    ("name", "told"), [("迟报", "迟报3次"), ("late", "late 3次"), ("A2", "A2 3次")]
)
def test_no_figure_runs_into_letters(name, told):
    with speaking("zh"):
        assert figures.named(name, "3次") == told
