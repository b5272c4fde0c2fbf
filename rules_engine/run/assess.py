"""The one use case, from left to right: sources, dataset, plan, judgement, grading, store."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from threading import Thread
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rules_engine import __version__
from rules_engine.engines import EMBEDDED, embedded
from rules_engine.engines.probes import connect
from rules_engine.errors import DatasetError, RulesEngineError, RulesetError
from rules_engine.ingest import quarantine_findings, take_in
from rules_engine.messages import current_language
from rules_engine.model.assessment import RunInfo
from rules_engine.model.run import RunRecord
from rules_engine.model.semantics import SEMANTICS
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.measures import control_totals
from rules_engine.report.changes import (
    corrected_findings,
    older_rules_findings,
    overridden_findings,
    override_text,
    read_overlay,
)
from rules_engine.report.not_written import not_written
from rules_engine.report.printable import is_printable, printable_report
from rules_engine.report.reader import ResultReader
from rules_engine.report.record_notices import data_findings
from rules_engine.report.report import assumptions, build_report, by_default, grade_counts, targets
from rules_engine.run import digest as digesting
from rules_engine.run import plugins_used
from rules_engine.run.compute import (
    Workplace,
    attach_results,
    compute,
    is_proven,
    read_traces,
)
from rules_engine.run.kept import RULESET_FOLDER as RULESET_FOLDER
from rules_engine.run.kept import keep_ruleset as keep_ruleset
from rules_engine.run.load import CheckedRuleset, load_ruleset
from rules_engine.run.plugins_used import (
    missing_checks,
    plugin_uses,
    refuse_other_plugins,
    refuse_unread_rules,
    unread,
)
from rules_engine.run.snapshot import (
    SNAPSHOT,
    moved,
    read_dataset,
    snapshot_hashes,
    write_dataset,
)
from rules_engine.sources import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sized
    from datetime import date
    from pathlib import Path

    from rules_engine.errors import Finding
    from rules_engine.model.appeal import Overlay
    from rules_engine.model.assessment import AssessmentReport
    from rules_engine.model.dataset import ControlTotal, Dataset
    from rules_engine.model.plugin import EngineKind, EngineSession, ReporterKind, SourceTable
    from rules_engine.model.run import StoredRun
    from rules_engine.plugin_manager import Registry
    from rules_engine.store import Opening, RunDraft, Store

RESULTS_FOLDER = "results"


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes:
        ruleset: the ruleset's folder.
        data: location of the records, as a source plugin understands it.
        as_of: the day of knowledge; ``None``: the last day of the period.
        engine: name of the engine.
        threads: how many threads the engine may use; ``None``: all cores.
        accept_quarantine: go on without the rows that were kept out.
        period: first and last day to assess; ``None``: the ruleset's own period.
        asked: figures to be taken instead of the ruleset's, as ``PATH=VALUE``.
    """

    ruleset: Path
    data: str
    as_of: date | None = None
    engine: str = EMBEDDED
    threads: int | None = None
    accept_quarantine: bool = False
    period: tuple[date, date] | None = None
    asked: tuple[str, ...] = ()


@dataclass
class OpenRun:
    """A finished run with its rules compiled and its results readable.

    Attributes:
        stored: its record and its folder.
        reviewed: its own copy of the ruleset, compiled.
        dataset: its own snapshot of the data.
        session: an embedded engine in which both are attached.
        overlay: what it corrects, if it corrects a run.
    """

    stored: StoredRun
    reviewed: CheckedRuleset
    dataset: Dataset
    session: EngineSession
    overlay: Overlay | None = None
    reader: ResultReader = field(init=False)

    def __post_init__(self) -> None:
        """Attach snapshot and results."""
        folder = self.stored.folder / RESULTS_FOLDER
        self.reader = read_results(self.reviewed, self.dataset, folder, self.session)

    @property
    def findings(self) -> list[Finding]:
        """Return what is known of ruleset and data."""
        text = older_rules_findings(self.stored.record)
        text += overridden_findings(self.stored.record.overrides, self.reviewed.book.methods)
        text += corrected_findings(self.overlay, self.reviewed.book)
        results = [*text, *self.reviewed.findings, *self.dataset.findings]
        return [*results, *data_findings(self.reader, self.dataset)]

    def report(
        self,
        *,
        evidence: bool = False,
        lines: bool = True,
        settings: Mapping[str, Any] | None = None,
    ) -> AssessmentReport:
        """Return the view model that reporters show."""
        report = build_report(
            run_info(self.stored.record, self.reviewed),
            self.reader,
            self.dataset,
            self.findings,
            [
                *assumptions(self.reviewed.ruleset, self.reviewed.book.methods),
                *by_default(self.reviewed.book),
            ],
            evidence=evidence,
            lines=lines,
            settings=settings,
        )
        ruleset = self.reviewed.ruleset
        clean = self.stored.record.semantics == SEMANTICS and is_printable(
            [ruleset.source.value, ruleset.clause_source.value]
        )
        return printable_report(report, subjects=not clean)

    def close(self) -> None:
        """Let go of the engine."""
        self.session.close()


def assess(
    request: Request,
    registry: Registry,
    store: Store | Opening,
    progress: Callable[[str], None] = lambda step: None,
    imports: Iterable[str] = (),
) -> OpenRun:
    """Assess every village and cadre, and store the run.

    Args:
        request: what is asked for.
        registry: where methods, sources and engines come from.
        store: where the run goes.
        progress: told the step that begins.
        imports: modules that will be needed afterwards, imported while the engine works.

    Raises:
        RulesetError: findings in the ruleset stop it.
        DatasetError: the data cannot be read, may not be used, or rows were quarantined.
        EngineFailure: the engine or judgement failed.
        StoreError: the run cannot be stored. In every case nothing is stored.
    """
    from rules_engine.run.stored_runs import StoredRuns

    progress("ruleset")
    reviewed = load_ruleset(
        request.ruleset, registry, request.as_of, request.period, asked=request.asked
    ).or_stop()
    stored_runs = StoredRuns(registry, store.reading)
    tables = open_source(request.data, stored_runs.among_sources(), reviewed.ruleset.tables)
    engine: EngineKind = registry.need("engines", request.engine)
    with store.new_run() as draft:
        own = engine.name == EMBEDDED
        foreign = None if own else connect(engine, request.threads)
        session = embedded(registry, request.threads)
        worker = foreign or session
        try:
            folder = draft.folder / RESULTS_FOLDER
            place = Workplace(worker, engine.dialect, folder)
            later = (*digesting.IMPORTS, *plugins_used.IMPORTS, *imports)

            def score(totals: Mapping[str, ControlTotal]) -> Dataset:
                progress("dataset")
                dataset = take_dataset(reviewed, tables, draft.folder, session, totals)
                stop_at_quarantine(dataset, accept=request.accept_quarantine)
                draft.raise_early()
                progress("plan")
                folder.mkdir(exist_ok=True)
                compute(reviewed.book, dataset, place, lambda: import_in_thread(later))
                return dataset

            in_files = own and all(table.parquet for table in tables)
            dataset = score(control_totals(reviewed.book) if in_files else {})
            if not is_proven(dataset, place):
                dataset = score({})
            progress("store")
            keep_ruleset(request.ruleset, draft.folder, reviewed)
            draft.settle(snapshot_hashes(dataset))
            reader = read_results(reviewed, dataset, folder, session)
            accepted = bool(dataset.quarantine and request.accept_quarantine)
            record = make_record(draft, reviewed, dataset, engine, reader, folder)
            record = replace(record, plugins=plugin_uses(reviewed.book, registry, engine.name))
            record = stored_runs.kept_in(record)
            stored = draft.commit(replace(record, accepted_quarantine=accepted))
        except BaseException:
            session.close()
            raise
        finally:
            if foreign:
                foreign.close()
    return OpenRun(stored, reviewed, moved(dataset, stored.folder), session)


def import_in_thread(modules: Iterable[str]) -> None:
    """Import modules in a thread of their own; what fails there, fails again where it is used."""

    def run() -> None:
        for name in modules:
            with suppress(Exception):
                import_module(name)

    Thread(target=run, name="importing", daemon=True).start()


def take_dataset(
    reviewed: CheckedRuleset,
    tables: Iterable[SourceTable],
    folder: Path,
    session: EngineSession,
    totals: Mapping[str, ControlTotal] = MappingProxyType({}),
) -> Dataset:
    """Take the records in and write the snapshot; ``totals``: what the plan is going to prove."""
    ruleset, snapshot = reviewed.ruleset, folder / SNAPSHOT
    schemas = reviewed.book.tables
    snapshot.mkdir(parents=True, exist_ok=True)
    dataset = take_in(tables, schemas, ruleset.optional_tables, snapshot, session, totals)
    write_dataset(dataset, folder)
    return dataset


def stop_at_quarantine(dataset: Dataset, *, accept: bool) -> None:
    """Stop when rows were kept out and nobody said to go on without them."""
    findings = quarantine_findings(dataset)
    if findings and not accept:
        raise DatasetError(*findings)


def read_results(
    reviewed: CheckedRuleset, dataset: Dataset, folder: Path, session: EngineSession
) -> ResultReader:
    """Attach the data and the results in a folder and return their reader."""
    for name, data in dataset.tables.items():
        data.attach(name, session)
    attach_results(reviewed.book, folder, session)
    return ResultReader(reviewed.book, session, read_traces(folder), dataset.tables)


def digest_of(reader: ResultReader, folder: Path) -> str:
    """Return the digest of the results in a folder."""
    return digesting.digest(reader.book, folder, reader.traces, reader.cadre_consequence_ids())


def make_record(
    draft: RunDraft,
    reviewed: CheckedRuleset,
    dataset: Dataset,
    engine: EngineKind,
    reader: ResultReader,
    folder: Path,
) -> RunRecord:
    """Return what the store remembers of a run whose results lie in a folder."""
    document = reviewed.ruleset.document
    return RunRecord(
        id=draft.id,
        created_at=draft.created_at,
        ruleset_id=document.ruleset,
        ruleset_title=document.title,
        ruleset_edition=document.edition,
        ruleset_fingerprint=reviewed.ruleset.fingerprint,
        data_fingerprint=dataset.fingerprint,
        digest=digest_of(reader, folder),
        engine=engine.name,
        engine_version=engine.version(),
        program_version=__version__,
        language=current_language(),
        semantics=SEMANTICS,
        period_from=reviewed.book.frame.start,
        period_to=reviewed.book.frame.end,
        as_of=reviewed.book.frame.as_of,
        accepted_quarantine=False,
        villages=reader.count(SubjectKind.VILLAGE),
        cadres=reader.count(SubjectKind.CADRE),
        rows={name: data.rows for name, data in dataset.tables.items()},
        summary={
            "grades": {g.label: g.villages for g in grade_counts(reader)},
            "targets": {
                t.id: {"met": t.met, "total": t.total, "reached": t.reached}
                for t in targets(reader)
            },
            **_where_said("overrides", [asdict(o) for o in reviewed.overrides]),
            **_where_said("assessed", {n: asdict(w) for n, w in document.nouns.items()}),
        },
    )


def _where_said(key: str, value: Sized) -> dict[str, object]:
    """Return what a summary says only of some runs."""
    return {key: value} if value else {}


def run_info(record: RunRecord, reviewed: CheckedRuleset) -> RunInfo:
    """Return what reporters say of the run."""
    frame, document = reviewed.book.frame, reviewed.ruleset.document
    return RunInfo(
        run_id=record.id,
        status=record.status,
        created_at=record.created_at,
        digest=record.digest,
        ruleset_id=record.ruleset_id,
        ruleset_title=record.ruleset_title,
        ruleset_edition=record.ruleset_edition,
        ruleset_fingerprint=record.ruleset_fingerprint,
        data_fingerprint=record.data_fingerprint,
        as_of=record.as_of,
        period_from=frame.start,
        period_to=frame.end,
        engine=record.engine,
        engine_version=record.engine_version,
        language=document.language,
        scale=document.scale,
        places=document.rounding.places,
        rows=tuple(record.rows.items()),
        accepted_quarantine=record.accepted_quarantine,
        overrides=tuple(
            override_text(override, reviewed.book.methods) for override in record.overrides
        ),
        tables={name: table.label for name, table in reviewed.ruleset.tables.items()},
    )


def reviewed_run(stored: StoredRun, registry: Registry) -> CheckedRuleset:
    """Return a stored run's own copy of its ruleset, compiled by the plugins that made the run.

    Raises:
        PluginError: one of them is missing, or makes something else now.
        StoreError: the rules cannot be read any more as far as it matters.
    """
    record, folder = stored.record, stored.folder / RULESET_FOLDER
    days = record.period_from, record.period_to
    period = (days[0], days[1]) if days[0] and days[1] else None
    try:
        reviewed = load_ruleset(folder, registry, record.as_of, period, overrides=record.overrides)
    except RulesetError as error:
        raise unread(record, error.findings) from error
    refuse_other_plugins(record, reviewed.book, registry)
    text = refuse_unread_rules(record, reviewed.book, reviewed.findings)
    text += tuple(missing_checks(record, registry))
    return replace(reviewed, findings=(*text, *reviewed.findings))


def open_run(stored: StoredRun, registry: Registry) -> OpenRun:
    """Open a stored run from its own ruleset and snapshot."""
    reviewed = reviewed_run(stored, registry)
    dataset = read_dataset(stored.folder, reviewed.ruleset.tables)
    overlay = read_overlay(stored)
    reviewed.book.adjustments = overlay.adjustments if overlay else ()
    return OpenRun(stored, reviewed, dataset, embedded(registry), overlay)


def verify(
    run: OpenRun,
    registry: Registry,
    folder: Path,
    threads: int | None = None,
    dataset: Dataset | None = None,
) -> str:
    """Compute a run again, into an empty folder, and return the new digest.

    Args:
        run: the run.
        registry: where its engine is.
        folder: the empty folder.
        threads: how many threads the engine may use.
        dataset: what it is computed from, if that is not its own snapshot.
    """
    dataset = dataset or run.dataset
    engine: EngineKind = registry.need("engines", run.stored.record.engine)
    with closing(connect(engine, threads)) as session:
        compute(run.reviewed.book, dataset, Workplace(session, engine.dialect, folder))
    with closing(embedded(registry, threads)) as session:
        return digest_of(read_results(run.reviewed, dataset, folder, session), folder)


def notify_plugins(run: OpenRun, registry: Registry) -> list[Finding]:
    """Tell the plugins that want to know of a stored run; return what went wrong, as warnings."""
    failed: list[Finding] = []
    for receiver in registry.after_runs.values():
        try:
            receiver.tell(run.report())
        except RulesEngineError as error:
            failed += [replace(finding, severity="warning") for finding in error.findings]
    return failed


def write_reports(
    run: OpenRun,
    names: Iterable[str],
    registry: Registry,
    out: Path,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Path | Finding]:
    """Write the named reports below a folder; return the files, and what reporters have to say.

    Args:
        run: what is reported.
        names: the reporters.
        registry: where they are.
        out: the folder.
        settings: for a reporter, the values of its settings.

    A report that fails is an error among what is returned, and the others are written.
    """
    written: list[Path | Finding] = []
    for name in names:
        reporter: ReporterKind = registry.need("reporters", name)
        evidence = needs_evidence(reporter, run)
        values = (settings or {}).get(name)
        try:
            report = run.report(evidence=evidence, lines=reporter.lines, settings=values)
            written += reporter.write(report, out)
        except BrokenPipeError:
            raise
        except (RulesEngineError, OSError) as error:
            written.append(not_written(name, run.stored.record.id, error))
    return written


def needs_evidence(reporter: ReporterKind, run: OpenRun) -> bool:
    """Return whether a reporter shows the records of a run of this size."""
    limit = reporter.evidence_limit
    return reporter.evidence and (limit is None or run.stored.record.villages <= limit)
