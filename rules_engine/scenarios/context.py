"""One scenario's world: the records it gives, the assessment it runs, and what came of it."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine import limits
from rules_engine.engines import DIALECT, for_few_records
from rules_engine.errors import Place, RulesEngineError, UsageError
from rules_engine.ingest.typed_rows import typed_rows
from rules_engine.messages import listed, msg, nouns_in
from rules_engine.model.candidates import (
    kind_called,
    names_it,
    only,
    plain_brackets,
    several_subjects,
)
from rules_engine.model.plugin import SourceTable
from rules_engine.model.subjects import SubjectKind
from rules_engine.model.table import named
from rules_engine.plugin_manager import registry
from rules_engine.report.explain import explained
from rules_engine.report.reader import ResultReader
from rules_engine.report.record_notices import data_findings
from rules_engine.report.report import targets
from rules_engine.ruleset.tables import label_noun
from rules_engine.run.assess import (
    stop_at_quarantine,
    take_dataset,
)
from rules_engine.run.compute import MemoryPlace, compute
from rules_engine.run.load import CheckedRuleset, load_ruleset
from rules_engine.scenarios.tables import Table, headed
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pyarrow as pa

    from rules_engine.errors import Finding
    from rules_engine.model.assessment import Line, Subject, TargetResult
    from rules_engine.model.dataset import Dataset
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import Column, TableSchema
    from rules_engine.report.explain import Explanation

REPEAT = "数量"
MOST_REVIEWED = 12
"""So many compiled rulesets are kept for the scenarios that come; each takes a few megabytes."""


@lru_cache(maxsize=MOST_REVIEWED)
def reviewed(folder: Path, as_of: date | None, period: tuple[date, date] | None) -> CheckedRuleset:
    """Return a ruleset, compiled once for each as-of date and period."""
    return load_ruleset(folder, registry(), as_of, period)


@lru_cache(maxsize=1)
def shared_session() -> EngineSession:
    """Return the session in which the scenarios of this process are assessed, one by one."""
    return for_few_records(registry())


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
    subjects: list[Subject] = field(default_factory=list)
    targets: Sequence[TargetResult] = ()
    findings: tuple[Finding, ...] = ()
    stopped: bool = False
    reader: ResultReader | None = None
    resources: ExitStack = field(default_factory=ExitStack)

    def load_ruleset(self) -> CheckedRuleset:
        """Return the ruleset that is tried: the scenario's own."""
        return self.chosen()

    def chosen(self) -> CheckedRuleset:
        """Return the scenario's ruleset, compiled, in the edition in force on its days."""
        if self.folder is None:
            raise UsageError.of("no-ruleset", msg("the scenario names no ruleset"))
        return reviewed(self.folder, self.as_of, self.period)

    def schema(self, name: str) -> TableSchema:
        """Return the table of that name or label."""
        tables = self.load_ruleset().ruleset.tables
        schema = named(name, tables.values())
        if schema is not None:
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
        heading, body = headed(rows)
        columns = self._columns(schema, heading)
        items = self.records.setdefault(schema.name, [])
        for number, written in enumerate(body, start=1):
            times = _times(written, columns, number)
            limits.SCENARIO_RECORDS.check(len(items) + times, Place(row=number), UsageError)
            for _ in range(times):
                items.append(self._record(schema, written, columns, len(items) + 1))

    def _columns(self, schema: TableSchema, heading: Sequence[str]) -> dict[str, Column]:
        """Return the columns of a table by the headings that are used for them.

        Raises:
            UsageError: there is no such column, or two headings name one.
        """
        results: dict[str, Column] = {}
        for name in heading:
            column = schema.column(name) or self._reference(schema, name)
            if column is None and name == REPEAT:
                continue
            if column is None:
                known = listed(c.label for c in schema.columns)
                raise UsageError.of(
                    "unknown-name",
                    msg("table “{table}” has no column “{column}”", table=schema.label,
                        column=name),
                    hint=msg("known here: {names}", names=known), place=Place(row=0),
                )  # fmt: skip
            if column in results.values():
                raise UsageError.of(
                    "duplicate-heading", msg("“{name}” heads two columns", name=column.label),
                    hint=msg("keep one of the two"), place=Place(row=0),
                )  # fmt: skip
            results[name] = column
        return results

    def _record(
        self,
        schema: TableSchema,
        written: Mapping[str, str],
        columns: Mapping[str, Column],
        number: int,
    ) -> dict[str, str | None]:
        values = {column.name: written[name] or None for name, column in columns.items()}
        start = self.load_ruleset().book.frame.start
        for column in schema.columns:
            if column.name not in values:
                values[column.name] = _default(schema, column, number, start, values)
        return values

    def _reference(self, schema: TableSchema, heading: str) -> Column | None:
        """Return the column that a short heading such as 村 or 干部 refers to."""
        short = {self.assessed: "village_id", "干部": "cadre_id", "信访件": "case_id"}
        return schema.column(short.get(self.plain(heading), heading))

    @property
    def nouns(self) -> tuple[str, ...]:
        """Return what one of those assessed may be called, first as headings do."""
        document = self.chosen().ruleset.document
        own = (self.assessed, "村", *nouns_in(document.nouns))
        return tuple(dict.fromkeys(own))

    @property
    def assessed(self) -> str:
        """Return the heading of the column of those assessed: 村, or what the ruleset says."""
        assessed = self.chosen().ruleset.document.assessed
        return label_noun(assessed.words if assessed else ())

    def plain(self, heading: str) -> str:
        """Return a heading; whatever those assessed are called in it, in the one way."""
        return self.assessed if heading in self.nouns else heading

    def plainly_headed(self, table: Table) -> Table:
        """Return a table below a step, its headings in the one way."""
        return [[self.plain(cell.strip()) for cell in row] for row in table[:1]] + table[1:]

    def assess(self, *, accept_quarantine: bool = False) -> None:
        """Run the assessment; what stops it is kept as findings."""
        self.reader, self.subjects, self.targets = None, [], ()
        self.findings, self.stopped = (), False
        try:
            self._assess(accept_quarantine=accept_quarantine)
        except RulesEngineError as error:
            self.findings, self.stopped = error.findings, True

    def _assess(self, *, accept_quarantine: bool) -> None:
        checked = self.load_ruleset().or_stop()
        session = shared_session()
        dataset = self._take(checked, session, accept_quarantine=accept_quarantine)
        traces = compute(checked.book, dataset, self._place(session, dataset))
        reader = self.reader = ResultReader(checked.book, session, traces, dataset.tables)
        self.subjects = [*reader.villages(), *reader.cadres()]
        self.targets = targets(reader)
        self.findings = (*checked.findings, *dataset.findings, *data_findings(reader, dataset))

    def _place(self, session: EngineSession, dataset: Dataset) -> MemoryPlace:
        return MemoryPlace(session, DIALECT)

    def _take(
        self, checked: CheckedRuleset, session: EngineSession, *, accept_quarantine: bool
    ) -> Dataset:
        """Take the scenario's records in."""
        delivered = [
            (_source(schema, rows), rows)
            for name, schema in checked.ruleset.tables.items()
            if name not in self.absent
            for rows in [self._by_id(checked, schema)]
        ]
        optional = checked.ruleset.optional_tables
        dataset = typed_rows(delivered, checked.book.tables, optional)
        if dataset is None:
            tables = [source for source, _ in delivered]
            folder = Path(tempfile.mkdtemp(dir=self.scratch))
            dataset = take_dataset(checked, tables, folder, session)
        stop_at_quarantine(dataset, accept=accept_quarantine)
        return dataset

    @cached_property
    def scratch(self) -> Path:
        """Return a folder for what has to be written, that goes with the scenario."""
        return Path(self.resources.enter_context(temporary_folder()))

    def close(self) -> None:
        """Let go of the results and of what was written."""
        self.reader = None
        self.resources.close()

    def line_with_records(self, line: Line, name: str, kind: str | None = None) -> Line:
        """Return a line of a village or cadre with the records behind it.

        They are looked up only when a scenario asks, since that costs a query an indicator.
        """
        assert self.reader is not None
        result = self.reader.with_evidence(self.subject(name, kind), line.criterion)
        return next(x for x in result.lines if x.criterion == line.criterion)

    def explain(self, name: str, kind: str | None = None) -> Explanation:
        """Return why a village or cadre has its place and its grade."""
        subject = self.subject(name, kind)
        assert self.reader is not None
        return explained(self.reader, subject, None)

    def _by_id(self, checked: CheckedRuleset, schema: TableSchema) -> list[dict[str, str | None]]:
        """Return the records of a table, with ids where the scenario refers to something by name.

        Raises:
            UsageError: a name is that of several, or the id of another.
        """
        rows = [dict(row) for row in self.records.get(schema.name, [])]
        for column in schema.columns:
            other = checked.ruleset.tables.get(column.refers or "")
            if other is None or other.column("name") is None:
                continue
            called = self._called(other)
            for row in rows:
                wanted = row[column.name] or ""
                results = sorted(called.get(wanted) or called.get(plain_brackets(wanted)) or ())
                if len(results) > 1:
                    kind = next(kind for kind in SubjectKind if kind.table == other.name)
                    raise several_subjects(wanted, [(kind, *one) for one in results])
                if results:
                    row[column.name] = results[0][1]
        return rows

    def _called(self, schema: TableSchema) -> dict[str, set[tuple[str, str]]]:
        """Return whose name or id a text is: the names and ids of a table's records."""
        called: dict[str, set[tuple[str, str]]] = {}
        for record in self.records.get(schema.name, []):
            name, id = record["name"] or "", record[schema.key] or ""
            for text in (name, id, f"{name}({id})"):
                called.setdefault(text, set()).add((name, id))
        return called

    def why_stopped(self) -> str:
        """Return what stopped the assessment, each thing once, however many rows have it."""
        texts = dict.fromkeys(f"{f.code} {f.message}" for f in self.findings)
        return "考核已停止：" + "；".join(texts)

    def subject(self, name: str, kind: str | None = None) -> Subject:
        """Return the village or cadre of that name or id.

        Args:
            name: its name, its id, or both as in 新村(V1).
            kind: 村, 干部 or the ruleset's own noun, where that is said.

        Raises:
            AssertionError: there is none, or the assessment was stopped.
            UsageError: there are several, or no such kind.
        """
        assert not self.stopped, self.why_stopped()
        wanted = kind_called(kind, self.nouns) if kind else None
        if kind and not wanted:
            raise UsageError.of(
                "unknown-step", msg("the ruleset assesses no “{name}”", name=kind),
                hint=msg("known here: {names}", names=listed([self.assessed, "干部"])),
            )  # fmt: skip
        known = [s for s in self.subjects if wanted in (None, s.kind)]
        results = [s for s in known if names_it(name, s.name, s.id)]
        assert self.reader is not None or self.subjects, "还没有进行考核"
        names = "、".join(s.title for s in known)
        assert results, f"没有“{name}”的结果，只有：{names or '无'}"
        texts = [(s.kind, s.name, s.id) for s in results]
        return only(results, lambda _: several_subjects(name, texts))


def _times(written: Mapping[str, str], columns: Mapping[str, Column], number: int) -> int:
    """Return how often a row is to be taken.

    Raises:
        UsageError: its count is no whole number.
    """
    text = "" if REPEAT in columns else written.get(REPEAT, "")
    if text and not text.isdecimal():
        raise UsageError.of(
            "bad-value", msg("“{value}” under “{name}” is not a count", value=text, name=REPEAT),
            hint=msg("write a whole number, as in 3"), place=Place(row=number),
        )  # fmt: skip
    return min(int(text[:12] or "1"), limits.SCENARIO_RECORDS.most + 1)


def _source(schema: TableSchema, rows: list[dict[str, str | None]]) -> SourceTable:
    def read() -> pa.RecordBatchReader:
        import pyarrow as pa

        columns = {
            c.name: pa.array([row[c.name] for row in rows], pa.string()) for c in schema.columns
        }
        return pa.table(columns).to_reader()

    return SourceTable(schema.label, schema.label, batches=read)


def _default(
    schema: TableSchema,
    column: Column,
    number: int,
    start: date,
    cells: Mapping[str, str | None],
) -> str | None:
    """Return a value that says nothing, for a column that the scenario leaves out."""
    if column.name == schema.key:
        return cells.get("name") or f"{schema.name}-{number}"
    if column.event or (column.refers and not column.required):
        return None
    if column.name == "name":
        return cells.get(schema.key) or f"{schema.label}{number}"
    if column.type == "date":
        return cells.get(schema.period or "") or start.isoformat()
    if column.type == "timestamp":
        return f"{start.isoformat()} 00:00"
    if column.type == "boolean":
        return "否"
    if column.type in ("integer", "decimal"):
        return "0"
    return column.values[0] if column.values else "略"
