"""``rules-engine sources``: what a source holds, how it may be read, and what is wrong with it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.localized import Program
from rules_engine.cli.output import (
    DONE,
    STOPPED,
    Format,
    FormatOption,
    LangOption,
    plain,
    print_findings,
    print_json,
    say,
    say_lines,
    verb,
    writing,
)
from rules_engine.messages import tr
from rules_engine.safe_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.model.table import TableSchema
    from rules_engine.plugin_manager import Registry
    from rules_engine.sources.inference import TableGuess

SourceArgument = Annotated[
    str,
    typer.Argument(
        help=tr("A file, a folder, an address, or a source.yaml."),
        metavar="SOURCE",
        show_default=False,
    ),
]
RulesetOption = Annotated[
    Path | None,
    typer.Option(
        "--ruleset",
        help=tr("The ruleset that reads the records. Default: all standard tables."),
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = Program(help=tr("Look at sources of records before they are assessed."))
    group.command("probe", help=tr("Guess which tables and columns stand for which."))(probe)
    group.command("check", help=tr("List everything that is wrong with the records."))(check)
    app.add_typer(group, name="sources")


@verb
def probe(
    source: SourceArgument,
    ruleset: RulesetOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help=tr("Where the draft is written, e.g. source.yaml.")),
    ] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Guess which tables and columns stand for which, and write the draft of a source.yaml."""
    from rules_engine.sources.probe import probe_source

    schemas, _ = _schemas(ruleset)
    result = probe_source(source, with_stored_runs(), schemas, out.parent if out else None)
    if out:
        with writing(out), whole_file(out) as file:
            file.write_text(result.draft, encoding="utf-8")
    if format is Format.JSON:
        print_json(
            {
                "source": result.location,
                "tables": [_as_dict(guess) for guess in result.guesses],
                "unrecognised": [sample.name for sample in result.rest],
                "draft": result.draft,
            }
        )
        return
    if not out:
        say_lines(result.draft.rstrip("\n"))
        return
    for guess in result.guesses:
        sure = sum(column.sure for column in guess.columns)
        table, columns = guess.schema.label, len(guess.columns)
        say(
            tr(
                "{table}: {columns} columns found, of {sure} the guess is sure",
                table=table,
                columns=columns,
                sure=sure,
            ),
            err=True,
        )
    say(tr("written: {file}", file=out), err=True)
    say(tr("next: look at it, then rules-engine sources check {file}", file=out), err=True)


def _as_dict(guess: TableGuess) -> dict[str, object]:
    return {
        "table": guess.schema.name,
        "from": [sample.name for sample in guess.samples],
        "columns": [
            {"column": c.column.name, "from": c.source, "sure": c.sure} for c in guess.columns
        ],
        "missing": [column.name for column in guess.missing],
        "unused": guess.unused,
        "personal": guess.persons,
    }


@verb
def check(
    source: SourceArgument,
    ruleset: RulesetOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help=tr("A workbook for the wrong rows, e.g. quarantine.xlsx.")),
    ] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """List everything that is wrong with the records, and write the wrong rows to be sent back."""
    from rules_engine.engines import embedded
    from rules_engine.errors import stops
    from rules_engine.ingest.quarantine import row_findings
    from rules_engine.plugin_manager import registry
    from rules_engine.sources.check import check_source
    from rules_engine.sources.error_workbook import write_wrong
    from rules_engine.sources.workbook_library import workbook_library
    from rules_engine.temporary import temporary_folder

    if out:
        workbook_library()  # better missed before the work than after it
    schemas, optional = _schemas(ruleset)
    with closing(embedded(registry())) as session, temporary_folder() as folder:
        done = check_source(source, with_stored_runs(), schemas, optional, Path(folder), session)
    if out and done.wrong:
        with writing(out), whole_file(out) as file:
            write_wrong(file, done.wrong, schemas)
    findings = [*done.findings, *row_findings(done.quarantine)]
    if format is Format.JSON:
        document = {"source": source, "ok": not stops(findings), "rows": done.rows}
        print_json({**document, "findings": plain(findings)})
    else:
        print_findings(findings)
        rows = sum(len(sheet.rows) for sheet in done.wrong)
        say(
            tr(
                "{tables} tables with {rows} rows, of which {wrong} are wrong",
                tables=len(done.rows),
                rows=sum(done.rows.values()),
                wrong=rows,
            ),
            err=True,
        )
        if out and done.wrong:
            say(tr("written: {file}", file=out), err=True)
    raise typer.Exit(STOPPED if stops(findings) else DONE)


def with_stored_runs() -> Registry:
    """Return all sources, with the one that reads results of the usual store."""
    from rules_engine.cli.output import open_store
    from rules_engine.plugin_manager import registry
    from rules_engine.run.stored_runs import StoredRuns

    return StoredRuns(registry(), lambda: open_store(None)).among_sources()


def _schemas(ruleset: Path | None) -> tuple[Mapping[str, TableSchema], frozenset[str]]:
    """Return the tables that are read, and those of them that may be missing."""
    from rules_engine.dataset.schema import STANDARD_TABLES

    if ruleset is None:
        return STANDARD_TABLES, frozenset(STANDARD_TABLES)
    from rules_engine.plugin_manager import registry
    from rules_engine.run.load import load_ruleset

    reading = load_ruleset(ruleset, registry()).ruleset
    return reading.tables, reading.optional_tables
