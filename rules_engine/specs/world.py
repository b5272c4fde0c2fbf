"""One scenario's world: the records it gives, the assessment it runs, and what came of it."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.assess import (
    EMBEDDED,
    read_results,
    stop_at_quarantine,
    take_dataset,
)
from rules_engine.errors import RulesEngineError, UsageError
from rules_engine.messages import listed, msg
from rules_engine.model.plugin import SourceTable
from rules_engine.plugin_manager import registry
from rules_engine.results.compute import Workplace, compute
from rules_engine.results.explain import explain_subject
from rules_engine.results.report import targets
from rules_engine.results.scales import scale_findings
from rules_engine.review import Review, review

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pyarrow as pa

    from rules_engine.errors import Finding
    from rules_engine.model.assessment import Subject, TargetResult
    from rules_engine.model.dataset import Dataset
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import Column, TableSchema
    from rules_engine.results.explain import Explanation
    from rules_engine.results.reader import ResultReader

REPEAT = "数量"


@lru_cache(maxsize=64)
def reviewed(folder: Path, as_of: date | None, period: tuple[date, date] | None) -> Review:
    """Return a ruleset, compiled once for each as-of date and period."""
    return review(folder, registry(), as_of, period)


def session_for_few() -> EngineSession:
    """Return a session of the embedded engine for the few records of a scenario.

    It runs a plan as it is written. To find a better way takes longer than the plan itself.
    """
    session: EngineSession = registry().engines[EMBEDDED].connect(1)
    session.run("PRAGMA disable_optimizer")
    return session


@dataclass
class World:
    """What a scenario has said so far.

    Attributes:
        folder: the ruleset's folder.
        as_of: the day of knowledge, if the scenario names one.
        period: the assessed days, if the scenario names them.
        records: rows of text by table name, as the source would deliver them.
        absent: tables that are said to be missing.
    """

    folder: Path | None
    as_of: date | None = None
    period: tuple[date, date] | None = None
    records: dict[str, list[dict[str, str | None]]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    villages: dict[str, Subject] = field(default_factory=dict)
    cadres: dict[str, Subject] = field(default_factory=dict)
    targets: dict[str, TargetResult] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    stopped: bool = False
    reader: ResultReader | None = None
    held: ExitStack = field(default_factory=ExitStack)

    def review(self) -> Review:
        """Return the ruleset that is tried: the scenario's own."""
        return self.chosen()

    def chosen(self) -> Review:
        """Return the scenario's ruleset, compiled, in the edition in force on its days."""
        if self.folder is None:
            raise UsageError.of("no-ruleset", msg("the scenario names no ruleset"))
        return reviewed(self.folder, self.as_of, self.period)

    def schema(self, name: str) -> TableSchema:
        """Return the table of that name or label."""
        tables = self.review().ruleset.tables
        for schema in tables.values():
            if name in (schema.name, schema.label):
                return schema
        known = listed(t.label for t in tables.values())
        raise UsageError.of(
            "unknown-table",
            msg("the ruleset reads no table “{name}”", name=name),
            hint=msg("known here: {names}", names=known),
        )

    def give(self, table: str, rows: Sequence[Sequence[str]]) -> None:
        """Take a table of records from the scenario; its first row has the headings."""
        schema = self.schema(table)
        heading, *body = [[cell.strip() for cell in row] for row in rows]
        held = self.records.setdefault(schema.name, [])
        for cells in body:
            written = dict(zip(heading, cells, strict=True))
            times = int(written.pop(REPEAT, "1") or 1)
            for _ in range(times):
                held.append(self._record(schema, written, len(held) + 1))

    def _record(
        self, schema: TableSchema, written: Mapping[str, str], number: int
    ) -> dict[str, str | None]:
        given: dict[str, str | None] = {}
        for heading, value in written.items():
            column = schema.column(heading) or self._reference(schema, heading)
            if column is None:
                known = listed(c.label for c in schema.columns)
                raise UsageError.of(
                    "unknown-name",
                    msg(
                        "table “{table}” has no column “{column}”",
                        table=schema.label,
                        column=heading,
                    ),
                    hint=msg("known here: {names}", names=known),
                )
            given[column.name] = value or None
        start = self.review().book.frame.start
        for column in schema.columns:
            if column.name not in given:
                given[column.name] = _default(schema, column, number, start, given)
        return given

    @staticmethod
    def _reference(schema: TableSchema, heading: str) -> Column | None:
        """Return the column that a short heading such as 村 or 干部 refers to."""
        short = {"村": "village_id", "干部": "cadre_id", "信访件": "case_id"}
        return schema.column(short.get(heading, heading))

    def assess(self, *, accept_quarantine: bool = False) -> None:
        """Run the assessment; what stops it is kept as findings."""
        self.close()
        self.villages, self.cadres, self.targets = {}, {}, {}
        self.findings, self.stopped = (), False
        try:
            self._assess(accept_quarantine=accept_quarantine)
        except RulesEngineError as error:
            self.findings, self.stopped = error.findings, True

    def _assess(self, *, accept_quarantine: bool) -> None:
        checked = self.review().or_stop()
        session = self._session()
        dataset = self._take(checked, session, accept_quarantine=accept_quarantine)
        results = self._folder()
        compute(checked.book, dataset, self._workplace(session, results, dataset))
        reader = self.reader = read_results(checked, dataset, results, session)
        self.villages = {s.name: s for s in reader.villages()}
        self.cadres = {s.name: s for s in reader.cadres()}
        self.targets = {t.label: t for t in targets(reader)}
        self.findings = (*checked.findings, *dataset.findings, *scale_findings(reader))

    def _session(self) -> EngineSession:
        session = session_for_few()
        self.held.callback(session.close)
        return session

    def _workplace(self, session: EngineSession, folder: Path, dataset: Dataset) -> Workplace:
        return Workplace(session, EMBEDDED, folder)

    def _folder(self) -> Path:
        """Return an empty folder that goes with the assessment."""
        return Path(self.held.enter_context(tempfile.TemporaryDirectory(prefix="rules-engine-")))

    def _records_folder(self) -> Path:
        return self._folder()

    def _take(self, checked: Review, session: EngineSession, *, accept_quarantine: bool) -> Dataset:
        """Take the scenario's records in."""
        dataset = take_dataset(checked, self._tables(checked), self._records_folder(), session)
        stop_at_quarantine(dataset, accept=accept_quarantine)
        return dataset

    def with_records(self, name: str, criterion: str) -> Subject:
        """Return a village or cadre with the records behind one of its lines.

        They are looked up only when a scenario asks, since that costs a query an indicator.
        """
        subject = self.subject(name)
        assert self.reader is not None
        return self.reader.find(subject.id, criterion) or subject

    def explain(self, name: str) -> Explanation:
        """Return why a village or cadre has its place and its grade."""
        subject = self.subject(name)
        assert self.reader is not None
        return explain_subject(self.reader, subject.id, None)

    def close(self) -> None:
        """Let go of the engine and of the files of the last assessment."""
        self.reader = None
        self.held.close()
        self.held = ExitStack()

    def _tables(self, checked: Review) -> list[SourceTable]:
        return [
            SourceTable(
                schema.label, schema.label, batches=_reader(schema, self.records.get(name, []))
            )
            for name, schema in checked.ruleset.tables.items()
            if name not in self.absent
        ]

    def why_stopped(self) -> str:
        """Return what stopped the assessment, each thing once, however many rows have it."""
        told = dict.fromkeys(f"{f.code} {f.message}" for f in self.findings)
        return "考核已停止：" + "；".join(told)

    def subject(self, name: str) -> Subject:
        """Return the village or cadre of that name.

        Raises:
            AssertionError: there is none, or the assessment was stopped.
        """
        assert not self.stopped, self.why_stopped()
        found = self.villages.get(name) or self.cadres.get(name)
        assert found is not None, (
            f"没有“{name}”的结果，只有：{'、'.join([*self.villages, *self.cadres])}"
        )
        return found


def _reader(schema: TableSchema, rows: list[dict[str, str | None]]):  # type: ignore[no-untyped-def]  # noqa: ANN202 - pyarrow is untyped
    def read() -> pa.RecordBatchReader:
        import pyarrow as pa

        columns = {
            c.name: pa.array([row[c.name] for row in rows], pa.string()) for c in schema.columns
        }
        return pa.table(columns).to_reader()

    return read


def _default(
    schema: TableSchema,
    column: Column,
    number: int,
    start: date,
    given: Mapping[str, str | None],
) -> str | None:
    """Return a value that says nothing, for a column that the scenario leaves out."""
    if column.name == schema.key:
        return given.get("name") or f"{schema.name}-{number}"
    if column.event or (column.refers and not column.required):
        return None
    if column.name == "name":
        return given.get(schema.key) or f"{schema.label}{number}"
    if column.type == "date":
        return given.get(schema.period or "") or start.isoformat()
    if column.type == "timestamp":
        return f"{start.isoformat()} 00:00"
    if column.type == "boolean":
        return "否"
    if column.type in ("integer", "decimal"):
        return "0"
    return column.values[0] if column.values else "略"
