"""Tests of results read English."""

from __future__ import annotations

import pytest

from rules_engine.messages import speaking


@pytest.fixture(autouse=True)
def _in_english():
    with speaking("en"):
        yield
