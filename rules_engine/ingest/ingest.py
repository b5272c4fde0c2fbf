"""The flow of intake: match, screen, type, put aside, store."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person
from rules_engine.errors import DatasetError, EngineFailure, Finding, stops
from rules_engine.ingest import ambiguous_times, binding, snapshot, sql
from rules_engine.ingest.headings import hidden, refused_name, without_numbers
from rules_engine.ingest.orphans import put_aside_orphans
from rules_engine.ingest.row_validation import Sorted, sort_rows
from rules_engine.ingest.screening import screen
from rules_engine.ingest.sizes import measured
from rules_engine.ingest.staging import Staged, stage, unreadable
from rules_engine.ingest.trusted_files import glanced
from rules_engine.messages import NO_MESSAGE, msg
from rules_engine.model.dataset import ControlTotal, Dataset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rules_engine.errors import Place
    from rules_engine.ingest.binding import Bound
    from rules_engine.model.assessment import QuarantinedRow
    from rules_engine.model.plugin import EngineSession, SourceTable
    from rules_engine.model.table import TableSchema

_NEVER_EMPTY = "villages"


def take_in(
    tables: Iterable[SourceTable],
    schemas: Mapping[str, TableSchema],
    optional: frozenset[str],
    folder: Path,
    session: EngineSession,
    totals: Mapping[str, ControlTotal] = MappingProxyType({}),
) -> Dataset:
    """Check the delivered tables, store the clean rows and say which rows were kept out.

    Args:
        tables: what the sources deliver.
        schemas: the tables that the ruleset reads, by ASCII name.
        optional: names of those that may be missing.
        folder: where the clean tables go, one Parquet file each.
        session: a DuckDB session; nothing is left in it.
        totals: by table, what a plan will prove: that is not looked at here where a large file
            says that its records are all in it. If anything else is wrong, all is looked at.

    Raises:
        DatasetError: the delivery cannot be used as a whole, for all the reasons found: tables
            or columns are missing or double, or there is personal data. Nothing is stored then.
            Rows that are wrong raise nothing: the caller decides about the quarantine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = list(tables)
    with TemporaryDirectory(prefix=".intake-", dir=folder) as scratch, _own_schema(session):
        work = Path(scratch)
        bound, findings, done = _screened(sources, schemas, optional, work, session, totals)
        if stops(findings):
            errors = [f for f in findings if f.severity == "error"]
            raise DatasetError(*errors, *(f for f in findings if f.severity != "error"))
        findings += [f for table in done.values() for f in _worth_knowing(table)]
        clean = work / "clean"
        clean.mkdir()
        published = snapshot.publish(snapshot.store(done.values(), clean, session), folder)
    return Dataset(
        tables=published,
        missing=frozenset(n for n in schemas if n not in published),
        quarantine=tuple(q for n in sorted(done) for q in done[n].in_order),
        findings=tuple(findings),
        fingerprint=snapshot.fingerprint(published.values()),
        trusted={t.staged.trusted.cut: t.staged.rows for t in bound if t.staged.trusted},
    )


def _screened(
    sources: list[SourceTable],
    schemas: Mapping[str, TableSchema],
    optional: frozenset[str],
    work: Path,
    session: EngineSession,
    totals: Mapping[str, ControlTotal],
) -> tuple[list[Bound], list[Finding], dict[str, Sorted]]:
    """Bring the tables in and sort them, unless what is found forbids to use them."""
    bound, findings = _accept(sources, schemas, optional, work, session, totals)
    done = {} if stops(findings) else _sort(bound, session)
    wrong = stops(findings) or any(table.bad or table.empty for table in done.values())
    if wrong and any(table.staged.trusted for table in bound):
        _empty_schema(session)
        return _screened(sources, schemas, optional, work, session, {})
    return bound, findings, done


def screen_tables(
    tables: Iterable[SourceTable],
    schemas: Mapping[str, TableSchema],
    optional: frozenset[str],
    folder: Path,
    session: EngineSession,
) -> tuple[list[Finding], list[QuarantinedRow], dict[str, int]]:
    """Find all that is wrong with the delivered tables, and store nothing.

    Rows are looked at also where a table as a whole cannot be used, as far as that makes sense.
    Where there is personal data they are not.

    Args:
        tables: what the sources deliver.
        schemas: the tables that are read, by ASCII name.
        optional: names of those that may be missing.
        folder: where the tables may lie while they are looked at.
        session: a DuckDB session; nothing is left in it.

    Returns:
        What is wrong with the tables, the values that would be kept out, and how many rows each
        table has.
    """
    with TemporaryDirectory(prefix=".look-", dir=folder) as scratch, _own_schema(session):
        bound, findings = _accept(list(tables), schemas, optional, Path(scratch), session, {})
        if any(finding.code.startswith("personal-") for finding in findings):
            return findings, [], {}
        first = {table.schema.name: table for table in reversed(bound)}
        done = _sort([t for t in first.values() if not t.unreadable], session)
        findings += [f for table in done.values() for f in _worth_knowing(table)]
        quarantine = [row for table in done.values() for row in table.in_order]
        return findings, quarantine, {name: table.rows for name, table in done.items()}


def _accept(
    sources: list[SourceTable],
    schemas: Mapping[str, TableSchema],
    optional: frozenset[str],
    work: Path,
    session: EngineSession,
    totals: Mapping[str, ControlTotal],
) -> tuple[list[Bound], list[Finding]]:
    """Bring the tables in, and find all that forbids to use them."""
    findings = [f for source in sources for f in refused_name(source, session)]
    if findings:
        return [], findings
    findings = binding.table_findings(sources, schemas, optional)
    bound: list[Bound] = []
    for number, source in enumerate(sources):
        schema = binding.schema_of(source.name, schemas)
        try:
            staged = stage(source, work, number, partial(binding.declared, schema))
            with _reading(staged):
                total = totals.get(schema.name) if schema else None
                staged = glanced(measured(staged, session), schema, total)
                staged, named = without_numbers(staged, session)
                findings += named + screen(staged, schema, session)
            findings += map(hidden, source.findings())
        except DatasetError as error:
            findings += map(hidden, error.findings if schema else _unneeded(source, error))
            continue
        if schema is None:
            findings += _ignored_table(source)
            continue
        table, column_findings = binding.bind(staged, schema)
        findings += column_findings + no_rows(schema, staged.rows, staged.place)
        bound.append(table)
    return bound, findings


def _sort(bound: list[Bound], session: EngineSession) -> dict[str, Sorted]:
    done: dict[str, Sorted] = {}
    for table in bound:
        with _reading(table.staged):
            done[table.schema.name] = sort_rows(table, session)
    # Where a table has no key, every row that refers to it would be an orphan.
    keyed = {name: t for name, t in done.items() if t.bound.schema.key in t.bound.fields}
    put_aside_orphans(keyed, session)
    return done


@contextmanager
def _own_schema(session: EngineSession) -> Iterator[None]:
    """Leave nothing behind in the session: the views look at files that go."""
    _empty_schema(session)
    try:
        yield
    finally:
        session.run(sql.CLOSE)


def _empty_schema(session: EngineSession) -> None:
    session.run(sql.CLOSE)
    session.run(sql.OPEN)


@contextmanager
def _reading(staged: Staged) -> Iterator[None]:
    """Say which file it was when the engine cannot read what a source delivered."""
    try:
        yield
    except EngineFailure as error:
        if not staged.in_place:
            raise
        raise unreadable(staged.source, error) from error


def _ignored_table(source: SourceTable) -> list[Finding]:
    if names_a_person(source.name):
        return []
    text = msg("the ruleset does not read the table “{table}”; it is not stored", table=source.name)
    return [Finding("ignored-table", text, source.place(), severity="warning")]


def _unneeded(source: SourceTable, error: DatasetError) -> list[Finding]:
    """A file that is no table stops nothing where no table of its name is needed."""
    texts = [replace(finding, severity="warning") for finding in error.findings]
    return [*texts, *_ignored_table(source)]


def no_rows(schema: TableSchema, rows: int, place: Place) -> list[Finding]:
    """Return a finding if a table has no rows."""
    if rows:
        return []
    needed = schema.name == _NEVER_EMPTY
    return [
        Finding(
            "empty-table",
            msg("the table “{table}” has no rows", table=schema.label),
            place,
            msg("list the {assessed_all} that are assessed") if needed else NO_MESSAGE,
            "error" if needed else "warning",
        )
    ]


def _worth_knowing(table: Sorted) -> list[Finding]:
    return [*_emptiness(table), *ambiguous_times.findings(table.bound, table.moments)]


def _emptiness(table: Sorted) -> list[Finding]:
    if not table.empty:
        return []
    text = msg("{rows} rows with nothing in them are left out", rows=table.empty)
    return [Finding("empty-rows", text, table.bound.staged.place, severity="warning")]
