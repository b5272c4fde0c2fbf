"""Where several sources read a location, the program asks and does not choose."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rules_engine.errors import UsageError
from rules_engine.model.plugin import SourceKind
from rules_engine.sources.kinds import kind_of


def registry(**accepts):
    kinds = {name: SourceKind(name, name, does, lambda _: []) for name, does in accepts.items()}
    return SimpleNamespace(sources=kinds)


def test_the_only_reader_is_taken():
    kind, place = kind_of("records", registry(csv=lambda _: True, ledger=lambda _: False))
    assert (kind.name, place) == ("csv", "records")


def test_two_readers_are_told_with_a_name_to_put_in_front():
    with pytest.raises(UsageError) as refused:
        kind_of("records", registry(csv=lambda _: True, ledger=lambda _: True))
    (finding,) = refused.value.findings
    assert finding.code == "several-sources"
    assert "csv, ledger" in str(finding.message)
    assert "csv:records" in str(finding.hint)


def test_a_name_in_front_decides():
    kind, place = kind_of("ledger:records", registry(csv=lambda _: True, ledger=lambda _: True))
    assert (kind.name, place) == ("ledger", "records")
