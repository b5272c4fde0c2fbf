"""Whatever is done to a log, the check says where."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.audit import export, signatures, verification
from rules_engine.audit.actor import Actor, actor
from rules_engine.audit.entry import Entry, next_entry
from rules_engine.errors import Place, UsageError

if TYPE_CHECKING:
    from pathlib import Path

CLERK = Actor("李四", "clerk")


def log_of(size: int) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(size):
        head = (entries[-1].number, entries[-1].hash) if entries else None
        entries.append(next_entry(head, CLERK, "stored", f"run-{number}", {"digest": "ab" * 32}))
    return entries


def found(entries: list[Entry]) -> list[tuple[str, int | None]]:
    findings = verification.check(entries, lambda at: Place("log", table="audit", row=at + 1))
    return [(f.code, f.place.row) for f in findings]


def forged(entry: Entry, **changes: object) -> Entry:
    """Change an entry and give it the hash that fits."""
    changed = replace(entry, **changes)  # type: ignore[arg-type]
    return replace(changed, hash=changed.computed())


def test_a_log_that_nobody_touched_is_in_order() -> None:
    assert found([]) == []
    assert found(log_of(9)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "王五"},
        {"act": "exported"},
        {"run": None},
        {"details": {}},
        {"previous": "f" * 64},
        {"hash": "f" * 64},
    ],
    ids=str,
)
def test_a_changed_entry_is_named(change: dict[str, object]) -> None:
    log = log_of(9)
    log[4] = replace(log[4], **change)  # type: ignore[arg-type]
    assert ("audit-changed", 5) in found(log)
    assert {row for _, row in found(log)} <= {5, 6}


def test_a_changed_entry_with_a_new_hash_is_named_by_its_follower() -> None:
    log = log_of(9)
    log[4] = forged(log[4], actor="王五")
    assert found(log) == [("audit-link", 6)]


def test_a_removed_entry_is_missing() -> None:
    log = log_of(9)
    assert found(log[1:]) == [("audit-missing", 1)]
    assert found(log[:4] + log[5:]) == [("audit-missing", 5)]
    assert found(log[:4] + log[7:]) == [("audit-missing", 5)]


def test_a_removed_entry_shows_also_when_the_others_are_numbered_anew() -> None:
    log = log_of(9)
    log = log[:4] + [replace(entry, number=entry.number - 1) for entry in log[5:]]
    assert found(log) == [("audit-moved", 5)]


def test_an_entry_put_in_shows_also_when_the_others_are_numbered_anew() -> None:
    log = log_of(9)
    extra = forged(log[4], actor="王五", previous=log[3].hash)
    log = [*log[:4], extra, *(replace(entry, number=entry.number + 1) for entry in log[4:])]
    assert found(log) == [("audit-moved", 6)]
    log = [*log_of(9), forged(log[3])]
    assert found(log) == [("audit-moved", 10)]


def test_entries_that_changed_places_are_named() -> None:
    log = log_of(9)
    lines = [*log[:4], log[5], log[4], *log[6:]]
    assert {row for _, row in found(lines)} <= {5, 6, 7}
    assert ("audit-moved", 6) in found(lines)
    renumbered = [*log[:4], replace(log[5], number=5), replace(log[4], number=6), *log[6:]]
    assert found(renumbered) == [("audit-moved", 5), ("audit-moved", 6)]


def test_a_tail_cut_off_shows_beside_an_earlier_export() -> None:
    log = log_of(9)
    place = Place("log")
    assert found(log[:6]) == []
    assert verification.compare(log[:6], log, place) == []
    (cut,) = verification.compare(log, log[:6], place)
    assert cut.code == "audit-missing"
    assert "7 to 9" in str(cut.message)
    assert verification.holds(log[8].hash, log, place) == []
    assert [f.code for f in verification.holds(log[8].hash, log[:6], place)] == ["audit-rewritten"]


def test_a_log_written_anew_shows_beside_an_earlier_export() -> None:
    log = log_of(9)
    anew = log[:3]
    for entry in log[3:]:
        head = (anew[-1].number, anew[-1].hash)
        anew.append(next_entry(head, CLERK, entry.act, entry.run, entry.details))
    assert found(anew) == []
    (finding,) = verification.compare(log, anew, Place("log"))
    assert finding.code == "audit-rewritten"
    assert "entry 4" in str(finding.message)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_change_of_order_or_number_is_found(data: st.DataObject) -> None:
    log = log_of(6)
    order = data.draw(st.lists(st.integers(0, 5), max_size=7))
    made = [log[i] for i in order]
    if data.draw(st.booleans()):
        made = [replace(entry, number=n) for n, entry in enumerate(made, 1)]
    assert bool(found(made)) == (order != list(range(len(order))))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    public = signatures.new_key(tmp_path / "office.pem")
    (tmp_path / "public.pem").write_text(public, encoding="ascii")
    return tmp_path / "office.pem"


def codes(file: Path, public: Path | None = None) -> set[str]:
    known = signatures.public_key(public) if public else None
    return {f.code for f in export.check(export.read(file), known)}


def test_a_signed_file_is_checked_by_itself(tmp_path: Path, key: Path) -> None:
    log = log_of(3)
    plain, signed = tmp_path / "plain.jsonl", tmp_path / "signed.jsonl"
    plain.write_text(export.lines_of(log), encoding="utf-8")
    signed.write_text(export.lines_of(log, signatures.private_key(key)), encoding="utf-8")
    public = tmp_path / "public.pem"
    assert codes(plain) == codes(signed) == codes(signed, public) == set()
    assert codes(plain, public) == {"audit-signature"}
    assert export.read(signed).entries == tuple(log)
    other = tmp_path / "other.pem"
    signatures.new_key(tmp_path / "second.pem")
    other.write_text(signatures.new_key(tmp_path / "third.pem"), encoding="ascii")
    assert codes(signed, other) == {"audit-signature"}


def test_every_single_byte_of_a_signed_file_counts(tmp_path: Path, key: Path) -> None:
    """One byte changed anywhere is found, with the public key at hand."""
    whole = export.lines_of(log_of(2), signatures.private_key(key)).encode()
    file, public = tmp_path / "log.jsonl", tmp_path / "public.pem"
    known = signatures.public_key(public)
    for at in range(len(whole) - 1):
        damaged = bytearray(whole)
        damaged[at] ^= 1
        file.write_bytes(damaged)
        try:
            findings = export.check(export.read(file), known)
        except UsageError:
            continue  # not even a header any more
        assert findings, (at, bytes(damaged[at - 20 : at + 20]))


def test_a_file_with_lines_left_out_says_so(tmp_path: Path) -> None:
    lines = export.lines_of(log_of(4)).splitlines(keepends=True)
    file = tmp_path / "log.jsonl"
    file.write_text("".join(lines[:-1]), encoding="utf-8")
    assert codes(file) == {"audit-header"}
    file.write_text("".join([*lines[:2], *lines[3:]]), encoding="utf-8")
    assert codes(file) == {"audit-header", "audit-missing"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "another"}'])
def test_a_file_of_another_kind_is_no_log(tmp_path: Path, text: str) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text(text, encoding="utf-8")
    try:
        assert codes(file) == {"audit-header"}
    except UsageError as error:
        assert error.findings[0].code == "audit-file"


def test_what_two_programs_read_differently_is_no_entry(tmp_path: Path, key: Path) -> None:
    """Wherever it stands in a signed file: a key twice, deep nesting, numbers that have no end."""
    file, public = tmp_path / "log.jsonl", tmp_path / "public.pem"
    whole = export.lines_of(log_of(2), signatures.private_key(key))
    deep = "[" * 100_000
    for old, new in (
        ('"actor": "李四"', '"actor": "王五", "actor": "李四"'),
        ('"digest": "', '"digest": "x", "digest": "'),
        ('"number": 1', '"number": 1, "number": 1'), ('"number": 1', '"number": 1.0'),
        ('"number": 1', f'"number": {"9" * 4000}'), ('"number": 1', '"number": NaN'),
        ('"number": 1', '"number": 1e999'), ('"number": 1', '"number": true'),
        ('"number": 1', f'"number": {deep}'), ('"digest": "', '"a": -Infinity, "digest": "'),
        ('"digest": "', f'"a": {"[" * 500}{"]" * 500}, "digest": "'),
        ('"digest": "', f'"a": {deep}, "digest": "'), ('"act": "stored"', '"act": 5'),
        ('"actor": "李四"', r'"actor": "\ud800"'),
        ('"at": "2', '"at": "0001-01-01T00:00:00+23:59"'),
        ('"entries": 2', '"entries": 3, "entries": 2'), ('"entries": 2', '"entries": 2.0'),
        ('"head": ', '"head": "x", "head": '), ('"entries": 2', f'"entries": {deep}'),
        ('"entries": 2', r'"entries": 2, "note": "\udfff"'),
        ('"entries": 2', '"entries": Infinity'),
    ):  # fmt: skip
        changed = whole.replace(old, new, 1)
        assert changed != whole
        file.write_text(changed, encoding="utf-8")
        try:
            assert codes(file, public), new[:60]
        except UsageError as error:
            assert error.findings[0].code == "audit-file"
    file.write_text(whole + deep + "\n", encoding="utf-8")
    (finding, *_) = export.check(export.read(file))
    assert (finding.code, finding.place.line) == ("audit-changed", 4)
    assert "nested" in str(finding.message)
    file.write_text(deep, encoding="utf-8")
    with pytest.raises(UsageError, match="nested"):
        export.read(file)


def test_line_breaks_of_unicode_break_no_line(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    log = [next_entry(None, CLERK, "stored", None, {"reason": "一行\u2028又一行\n再一行"})]
    file.write_text(export.lines_of(log), encoding="utf-8")
    assert codes(file) == set()


def test_who_acts() -> None:
    login = actor(environ={}).login
    assert actor(environ={}).name == login
    assert actor(environ={}).as_details() == {}
    assert actor("李四", {}).as_details() == {"login": login}
    assert actor(None, {"RULES_ENGINE_ACTOR": "王五"}).name == "王五"
    assert actor(" ", {"RULES_ENGINE_ACTOR": "王五"}).name == login
