"""Looks at a source as a whole, and drafts how it may be read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.errors import NOWHERE, DatasetError
from rules_engine.ingest.headings import names_of, refused_heading, refused_table
from rules_engine.ingest.personal_texts import identifying
from rules_engine.model.plugin import SourceRequest
from rules_engine.sources.draft import draft
from rules_engine.sources.inference import Sample, TableGuess, guess_tables, sample
from rules_engine.sources.kinds import kind_of
from rules_engine.sources.secrets import VARIABLE, fetch, refuse_secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rules_engine.model.plugin import SourceTable
    from rules_engine.model.table import TableSchema
    from rules_engine.plugin_manager import Registry


@dataclass(frozen=True)
class Probed:
    """What was seen at a location, and the draft of a ``source.yaml`` for it."""

    location: str
    guesses: tuple[TableGuess, ...]
    rest: tuple[Sample, ...]
    draft: str


def probe_source(
    location: str, registry: Registry, schemas: Mapping[str, TableSchema], folder: Path | None
) -> Probed:
    """Look at a source.

    Args:
        location: where the records are.
        registry: where the sources come from.
        schemas: the tables that are read, by ASCII name.
        folder: where the draft will lie, so that a path in it can count from there.

    Raises:
        UsageError: no source reads such a location, or it holds a password.
        DatasetError: the source cannot be read, or a person's number stands in a name.
    """
    refuse_secret(location)
    kind, place = kind_of(location, registry)
    request = SourceRequest(place, schemas, everything=True, secret=fetch(None, NOWHERE))
    tables = list(kind.open(request))
    samples = [sample(table) for table in tables]
    _refuse_numbered(tables, samples, registry)
    guesses, rest = guess_tables(samples, schemas)
    secret = VARIABLE in os.environ
    text = draft(location, guesses, rest, folder, secret=secret)
    return Probed(location, tuple(guesses), tuple(rest), text)


def _refuse_numbered(
    tables: Sequence[SourceTable], samples: Sequence[Sample], registry: Registry
) -> None:
    """Refuse names of files, sheets and columns as they are refused where records are taken in."""
    headings = [(t, name) for t, s in zip(tables, samples, strict=True) for name in s.columns]
    names = [name for _, name in headings] + [n for t in tables for n in names_of(t)]
    value = set(identifying(names, registry))
    findings = [refused_table(table) for table in tables if value.intersection(names_of(table))]
    findings += [refused_heading(table, name) for table, name in headings if name in value]
    if findings:
        raise DatasetError(*findings)
