"""Opens a location: a source as it is, or what a ``source.yaml`` makes of one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person
from rules_engine.errors import NOWHERE, DatasetError, Finding, Place
from rules_engine.messages import listed, msg
from rules_engine.model.plugin import SourceRequest, Wanted
from rules_engine.model.secret import specs_in
from rules_engine.safe_files import is_there
from rules_engine.sources.kinds import kind_of
from rules_engine.sources.secrets import fetch, refuse_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rules_engine.model.plugin import SourceTable
    from rules_engine.model.table import TableSchema
    from rules_engine.plugin_manager import Registry
    from rules_engine.sources.mapping import MappedSource, MappedTable

MAPPINGS = (".yaml", ".yml")


def open_source(
    location: str,
    registry: Registry,
    schemas: Mapping[str, TableSchema],
    prepare: Callable[[SourceTable], SourceTable] = lambda table: table,
) -> list[SourceTable]:
    """Return the tables at a location, or those that a ``source.yaml`` makes of its sources.

    Args:
        location: a location that a source accepts, or the path of a ``source.yaml``.
        registry: where the sources come from.
        schemas: the tables that are read, by ASCII name.
        prepare: what is done with each table of a source before a mapping is applied to it.

    Raises:
        UsageError: no source reads such a location.
        DatasetError: the source cannot be opened, or something is wrong with the mapping.
    """
    file = Path(location)
    if file.suffix.lower() in MAPPINGS and is_there(file) and not file.is_dir():
        return _mapped(file, registry, schemas, prepare)
    refuse_secret(location)
    kind, place = kind_of(location, registry)
    request = SourceRequest(place, schemas, secret=fetch(None, NOWHERE))
    tables = list(kind.open(request))
    return [prepare(table) for table in naming_others(place, tables)]


def _mapped(
    file: Path,
    registry: Registry,
    schemas: Mapping[str, TableSchema],
    prepare: Callable[[SourceTable], SourceTable],
) -> list[SourceTable]:
    from rules_engine.sources.mapping_file import read_mapping

    tables: list[SourceTable] = []
    findings: list[Finding] = []
    for source in read_mapping(file, registry, schemas):
        try:
            values = [prepare(table) for table in _open(source, schemas, file.parent)]
            tables += _matched(source, values, findings)
        except DatasetError as error:
            findings += error.findings
    if findings:
        raise DatasetError(*findings)
    return tables


def _open(
    source: MappedSource, schemas: Mapping[str, TableSchema], folder: Path
) -> Iterable[SourceTable]:
    columns: dict[tuple[str, ...], list[str]] = {}
    for table in source.tables:  # two tables may be read from one sheet
        columns.setdefault(table.names, []).extend(table.wanted)
    fields = {table.names: table.fields for table in reversed(source.tables)}
    wanted = tuple(Wanted(n, tuple(dict.fromkeys(c)), fields[n]) for n, c in columns.items())
    # The usual variable is for the one source of a command line; here there may be several.
    secret = fetch(source.secret, source.place) if source.secret else None
    secrets = {
        spec: fetch(spec, source.place) or ""
        for spec in specs_in([source.fields, *fields.values()])
    }
    request = SourceRequest(
        source.location,
        schemas,
        wanted,
        fields=source.fields,
        folder=folder,
        secret=secret,
        secrets=secrets,
    )
    return source.kind.open(request)


def _matched(
    source: MappedSource, opened: list[SourceTable], findings: list[Finding]
) -> Iterator[SourceTable]:
    """Yield the mapped tables; note those that are not there, or several times."""
    from rules_engine.sources.mapped_batches import mapped_table

    for mapped in source.tables:
        parts = [table for table in opened if table.name == mapped.names[0]]
        if not parts:
            findings.append(
                Finding(
                    "no-such-table",
                    msg("the source has no table “{table}”", table=listed(mapped.names)),
                    mapped.place,
                    msg("name the sheet, file or table as it is called there: from: …"),
                )
            )
        elif len(parts) > 1 and not mapped.several:
            findings.append(_twice(mapped, parts))
        else:
            yield mapped_table(mapped, parts)


def _twice(mapped: MappedTable, parts: list[SourceTable]) -> Finding:
    return Finding(
        "duplicate-table",
        msg(
            "the source has several tables “{table}”: {places}",
            table=listed(mapped.names),
            places=listed(part.place() for part in parts),
        ),
        mapped.place,
        msg("name one of them; with from: [A, B] or from: A* they are put together"),
    )


NO_DATA = re.compile(
    r"~.*|\.~.*|\._.*|\.ds_store|\.git.*|\.directory|\.localized|thumbs\.db|desktop\.ini"
    r"|__macosx|readme.*",
    re.I,
)
"""What programs put beside files, locks among them, and what says what the files are."""
_NUMBER = re.compile(r"\d{9,}")
"""In a name this may be somebody's number, which is not repeated."""
MOST_NAMED = 10


def naming_others(place: str, tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Return the tables that were read from a folder, the first of which tells what was not.

    Args:
        place: a location as the source took it.
        tables: what the source delivers from there.
    """
    read = {Path(table.origin) for table in tables}
    unread = list(_unread(Path(place), read)) if Path(place).is_dir() else []
    if not unread:
        return list(tables)
    first = tables[0]
    finding = _finding(place, unread)
    return [replace(first, findings=lambda: [finding, *first.findings()]), *tables[1:]]


def _unread(folder: Path, read: set[Path]) -> Iterator[str]:
    entries = sorted(folder.iterdir())
    if not read & set(entries):
        return  # the source does not read files of the folder, or calls them otherwise
    for entry in entries:
        if entry in read or NO_DATA.fullmatch(entry.name):
            continue
        if not entry.is_dir():
            yield entry.name
        elif _holds_anything(entry):
            yield f"{entry.name}/"


def _holds_anything(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return True


def _finding(place: str, names: Sequence[str]) -> Finding:
    shown = [n for n in names if not (_NUMBER.search(n) or names_a_person(n))][:MOST_NAMED]
    shown += ["…"] if len(shown) < len(names) else []
    return Finding(
        "files-not-read",
        msg("{count} files or folders in the folder are not read: {names}",
            count=len(names), names=listed(shown)),
        Place(place),
        msg("if records are in them: unpack them, or save them as tables beside the others"),
        severity="warning",
    )  # fmt: skip
