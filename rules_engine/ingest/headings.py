"""Refuses names of files, sheets and columns in which a person's number stands, and hides them.

A file without a heading is such a case: its first record is taken for the names of its columns.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.dataset.person_numbers import masked, masked_in, shown
from rules_engine.errors import Finding, Place
from rules_engine.ingest.personal_texts import identified
from rules_engine.messages import msg

if TYPE_CHECKING:
    from rules_engine.ingest.staging import Staged
    from rules_engine.model.plugin import EngineSession, SourceTable

_LAST = re.compile(r"[^/\\]*$")


def refused_name(source: SourceTable, session: EngineSession) -> list[Finding]:
    """Return a finding if the name of a file or sheet identifies a person."""
    return [refused_table(source)] if identified(names_of(source), session) else []


def names_of(source: SourceTable) -> tuple[str, ...]:
    """Return the names of a file or sheet: those of folders around it are the office's own."""
    return _LAST.findall(source.origin)[0], source.sheet, source.name


def refused_table(source: SourceTable) -> Finding:
    """Return that the name of a file or sheet identifies a person as a finding."""
    text = msg(
        "the name of the file or sheet “{name}” holds an identity number or a telephone number; "
        "nothing was stored",
        name=masked(source.sheet or source.name),
    )
    hint = msg("name it by what it holds, not by whom, and deliver again")
    return hidden(Finding("personal-name", text, source.place(), hint))


def without_numbers(staged: Staged, session: EngineSession) -> tuple[Staged, list[Finding]]:
    """Return a table without the columns whose names identify persons, and a finding for each."""
    items = identified([f.name for f in staged.fields], session)
    named = [f for f in staged.fields if f.name in items]
    kept = tuple(f for f in staged.fields if f not in named)
    return replace(staged, fields=kept), [refused_heading(staged.source, f.name) for f in named]


def refused_heading(source: SourceTable, name: str) -> Finding:
    """Return that the name of a column identifies a person as a finding."""
    text = msg(
        "the heading “{column}” holds an identity number or a telephone number; nothing was stored",
        column=masked(name),
    )
    hint = msg("the first row must name the columns: write a heading above the records")
    return hidden(Finding("personal-name", text, source.place(column=name), hint))


def hidden(finding: Finding) -> Finding:
    """Return a finding in which no person's number is shown whole."""
    place = finding.place
    kept = Place(
        _shown(place.file), place.line, place.column, _shown(place.table), place.row,
        _shown(place.field),
    )  # fmt: skip
    return replace(masked_in(finding), place=kept)


def _shown(text: str | None) -> str | None:
    return text and shown(text)
