"""A report without lines says the same of everybody, and reads no lines for it."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

from rules_engine.run.assess import import_in_thread


def test_nothing_but_the_lines_is_missing(small):
    for whole, brief in (
        (small.reader.villages(), small.reader.villages(lines=False)),
        (small.reader.cadres(), small.reader.cadres(lines=False)),
    ):
        assert [replace(s, lines=(), sections=(), account=()) for s in whole] == list(brief)
        assert all(s.lines for s in whole)


def test_no_lines_are_read(small, monkeypatch):
    asked = []
    query = small.session.query
    monkeypatch.setattr(small.session, "query", lambda sql: asked.append(sql) or query(sql))
    assert len(list(small.reader.villages(lines=False))) == 4
    assert not any("_lines" in sql for sql in asked)


def test_what_cannot_be_imported_beforehand_is_left_to_who_needs_it(monkeypatch, recwarn):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    import_in_thread(["no.such.module", "colorsys"])
    until = time.monotonic() + 10
    while "colorsys" not in sys.modules and time.monotonic() < until:
        time.sleep(0.01)
    assert "colorsys" in sys.modules
    assert not recwarn.list
