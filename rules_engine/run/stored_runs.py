"""A source of records: the results of runs that are stored, such as those of the months of a year.

Every run is held against the hashes of its files and its digest before a number of it counts, and
the run that counts them keeps which they were.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator

from rules_engine.errors import DatasetError, Finding, Place, UsageError, stops
from rules_engine.messages import listed, msg
from rules_engine.model.fields import Part, Text
from rules_engine.model.general import Period, as_span
from rules_engine.model.plugin import SourceKind, SourceTable
from rules_engine.model.run import UsedRun
from rules_engine.run import assess
from rules_engine.run.result_tables import KEY_NAMES, LINE_NAMES, TABLES, delivered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from rules_engine.model.plugin import SourceRequest
    from rules_engine.model.run import RunRecord, StoredRun
    from rules_engine.plugin_manager import Registry
    from rules_engine.run.result_tables import ResultTable
    from rules_engine.store import Store

KIND = "runs"
PUBLISHED = ("published", "sealed")
A_DAY = timedelta(days=1)


class RunsSpec(Part):
    """What ``source.yaml`` says of the runs whose results count.

    Attributes:
        ruleset: the id of the ruleset that made them, where no ids of runs are given.
        period: in which their days lie; what no run covers of it is told.
        published: whether they have to be published.
        gaps: ``allow``: days of the period may be covered by no run.
    """

    ruleset: Text | None = None
    period: Annotated[Period | None, BeforeValidator(as_span)] = None
    published: bool = True
    gaps: Literal["refuse", "allow"] = "refuse"


@dataclass
class StoredRuns:
    """Opens stored runs as a source, and remembers which of them were used.

    Attributes:
        registry: what the runs need: methods and engines.
        reading: opens the store in which they are.
        used: the runs that were opened, in the order of their days.
    """

    registry: Registry
    reading: Callable[[], AbstractContextManager[Store]]
    used: list[UsedRun] = field(default_factory=list)

    def kind(self) -> SourceKind:
        """Return the source."""
        return SourceKind(
            KIND,
            msg("results of stored runs: runs:ID,ID, or runs with ruleset and period"),
            accepts=lambda location: False,
            open=self.open,
            fields=lambda: RunsSpec,
        )

    def among_sources(self) -> Registry:
        """Return the registry with this source among the others."""
        return replace(self.registry, sources={**self.registry.sources, KIND: self.kind()})

    def kept_in(self, record: RunRecord) -> RunRecord:
        """Return the record of a run with the runs whose results it counts."""
        return with_runs(record, self.used)

    def open(self, request: SourceRequest) -> Iterable[SourceTable]:
        """Return the tables of results that are asked for.

        Raises:
            DatasetError: a run may not be used, is there twice or is missing.
            StoreError: a run is not known, or its files are not as they were stored.
        """
        spec = request.fields or RunsSpec()
        ids = [
            text.strip() for text in request.location.split(",") if text.strip() not in ("", KIND)
        ]
        with self.reading() as store:
            records = store.list_runs()
            chosen, findings = _chosen(store, records, ids, spec)
            if not stops(findings):
                findings += _fitting(chosen, records, spec)
            runs = [] if stops(findings) else [store.whole(record.id) for record in chosen]
        findings += [f for run in runs for f in self._altered(run)]
        if stops(findings):
            raise DatasetError(*findings)
        self.used += [used for run in runs if (used := used_run(run.record)) not in self.used]
        tables = [
            SourceTable(name, f"{KIND}:{','.join(run.record.id for run in runs)}",
                        batches=delivered(table, columns, runs, self.registry))
            for table in TABLES
            for name, columns in _asked(request, table)
        ]  # fmt: skip
        if tables:
            tables[0] = _telling(tables[0], findings)
        return [*tables, *_lists(request, runs)]

    def _altered(self, run: StoredRun) -> Iterator[Finding]:
        """Yield a finding if the results of a run are not those of its digest."""
        with closing(assess.open_run(run, self.registry)) as opened:
            digest = assess.digest_of(opened.reader, run.folder / assess.RESULTS_FOLDER)
        if digest != run.record.digest:
            yield Finding(
                "run-altered",
                msg("the results of run {run} are not those of its digest", run=run.record.id),
                Place(str(run.folder)),
                msg("rules-engine runs verify says what differs"),
            )


def with_runs(record: RunRecord, used: Sequence[UsedRun]) -> RunRecord:
    """Return the record of a run that says whose results it counts, if it does."""
    if not used:
        return record
    return replace(record, summary={**record.summary, "runs": [asdict(one) for one in used]})


def used_run(record: RunRecord) -> UsedRun:
    """Return what a run keeps of another one whose results it counts."""
    return UsedRun(record.id, record.digest, record.ruleset_id, record.ruleset_edition,
                   _day(record.period_from), _day(record.period_to))  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _telling(table: SourceTable, findings: Sequence[Finding]) -> SourceTable:
    return replace(table, findings=lambda: findings)


def _asked(request: SourceRequest, table: ResultTable) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield under which names a table is delivered, each with the columns that are read of it.

    Where no ``source.yaml`` says which is meant, it is the one of its name, or one whose records
    have the same key.
    """
    if request.wanted is not None:
        for wanted in request.wanted:
            if wanted.fits(*table.names):
                yield wanted.names[0], frozenset(wanted.columns)
        return
    for schema in request.schemas.values():
        labels = frozenset(n for c in schema.columns for n in (c.name, c.label, *c.also))
        keys = {schema.columns[0].name, schema.columns[0].label} if schema.columns else set()
        alike = bool(keys & KEY_NAMES) and table.lines == bool(labels & LINE_NAMES)
        if {schema.name, schema.label} & {*table.names} or alike:
            yield schema.name, labels


def _lists(request: SourceRequest, runs: Sequence[StoredRun]) -> Iterator[SourceTable]:
    """Yield who was assessed in the last run, for a ruleset that has them from nowhere else."""
    if not runs:
        return
    for table in ("villages", "cadres", "assignments"):
        file = runs[-1].folder / "snapshot" / f"{table}.parquet"
        schema = request.schemas.get(table)
        if schema is None or not file.exists():
            continue
        names = (schema.name, schema.label, *schema.also)
        for name in request.names_for(*names):
            yield SourceTable(name, f"{KIND}:{runs[-1].record.id}", parquet=file)


def _chosen(
    store: Store, records: Sequence[RunRecord], ids: Sequence[str], spec: RunsSpec
) -> tuple[list[RunRecord], list[Finding]]:
    """Return the runs that are meant, in the order of their days."""
    if not ids and not spec.ruleset:
        raise UsageError.of(
            "no-source", msg("which runs are meant is not said"),
            hint=msg("write runs:ID,ID; or in source.yaml ruleset: and period:"),
        )  # fmt: skip
    findings: list[Finding] = []
    if ids:
        named = dict.fromkeys(store.get(text).record.id for text in ids)
        chosen = [record for record in records if record.id in named]
        findings += _unfit(chosen, records, spec)
    else:
        own = (r for r in records if r.ruleset_id == spec.ruleset and not r.overrides)
        chosen = [r for r in own if _within(r, spec)]
        chosen = [r for r in chosen if r.status in PUBLISHED or not spec.published]
        replaced = {r.parent for r in chosen}
        chosen = [r for r in chosen if r.id not in replaced]
        findings += _corrected(chosen, records, "warning")
    undated = [r for r in chosen if not (r.period_from and r.period_to)]
    findings += [
        Finding("run-without-period", msg("run {run} does not say of which days it is", run=r.id),
                Place(KIND))
        for r in undated
    ]  # fmt: skip
    return sorted(chosen, key=lambda r: (_day(r.period_from), r.ruleset_id, r.id)), findings


def _within(record: RunRecord, spec: RunsSpec) -> bool:
    first, last, period = record.period_from, record.period_to, spec.period
    if period is None or first is None or last is None:
        return True
    return period.from_ <= first and last <= period.to


def _unfit(
    chosen: Sequence[RunRecord], records: Sequence[RunRecord], spec: RunsSpec
) -> Iterator[Finding]:
    """Yield findings for runs that were named and may not be used."""
    for record in chosen:
        if record.overrides:
            yield Finding(
                "what-if-run",
                msg("run {run} only tries other figures: its results do not count", run=record.id),
                Place(KIND),
                msg("assess without --set, and publish that run"),
            )
        elif spec.published and record.status not in PUBLISHED:
            yield Finding(
                "run-not-published",
                msg("run {run} is not published", run=record.id),
                Place(KIND),
                msg("publish it, or say “published: false” in source.yaml for a trial"),
            )
    yield from _corrected(chosen, records, "error")


def _corrected(
    chosen: Sequence[RunRecord],
    records: Sequence[RunRecord],
    severity: Literal["error", "warning"],
) -> Iterator[Finding]:
    """Yield findings for runs that another one corrects."""
    by_parent = {record.parent: record for record in records if record.parent}
    for record in chosen:
        later = by_parent.get(record.id)
        if later is not None and later not in chosen:
            yield Finding(
                "run-corrected",
                msg("run {run} was corrected after an appeal by run {later}, which is not used",
                    run=record.id, later=later.id),
                Place(KIND),
                msg("use the run that corrects it; publish that first"),
                severity,
            )  # fmt: skip


def _fitting(
    chosen: Sequence[RunRecord], records: Sequence[RunRecord], spec: RunsSpec
) -> list[Finding]:
    """Return findings for days that two runs of one ruleset cover, or none."""
    findings: list[Finding] = []
    by_ruleset: dict[str, list[RunRecord]] = {}
    for record in chosen:
        by_ruleset.setdefault(record.ruleset_id, []).append(record)
    if spec.ruleset:
        by_ruleset.setdefault(spec.ruleset, [])
    for ruleset, runs in by_ruleset.items():
        findings += _overlaps(runs)
        if spec.gaps == "refuse":
            findings += _gaps(ruleset, runs, records, spec)
    return findings


def _overlaps(runs: Sequence[RunRecord]) -> Iterator[Finding]:
    for earlier, later in pairwise(runs):
        if _last(earlier) >= _first(later):
            yield Finding(
                "runs-overlap",
                msg("runs {one} and {two} are both of {start} to {end}", one=earlier.id,
                    two=later.id, start=_first(later), end=min(_last(earlier), _last(later))),
                Place(KIND),
                msg("use one of them; withdraw the other if it was published by mistake"),
            )  # fmt: skip


def _gaps(
    ruleset: str, runs: Sequence[RunRecord], records: Sequence[RunRecord], spec: RunsSpec
) -> Iterator[Finding]:
    ends = [_last(run) for run in runs]
    begins = [_first(run) for run in runs]
    if spec.period:
        ends.insert(0, spec.period.from_ - A_DAY)
        begins.append(spec.period.to + A_DAY)
    else:
        begins = begins[1:]
    for end, begin in zip(ends, begins, strict=False):
        if begin <= end + A_DAY:
            continue
        first, last = end + A_DAY, begin - A_DAY
        others = [
            r.id for r in records
            if r.ruleset_id == ruleset and r.period_from and first <= r.period_from <= last
        ]  # fmt: skip
        hint = msg("assess and publish them; or say “gaps: allow” where that is right")
        if others:
            hint = msg("runs of these days that are not used: {runs}; publish the right one",
                       runs=listed(others))  # fmt: skip
        yield Finding(
            "runs-missing",
            msg("no run of “{ruleset}” that may be used is of {start} to {end}", ruleset=ruleset,
                start=first, end=last),
            Place(KIND),
            hint,
        )  # fmt: skip


def _first(record: RunRecord) -> date:
    assert record.period_from
    return record.period_from


def _last(record: RunRecord) -> date:
    assert record.period_to
    return record.period_to


def used_since(record: RunRecord, store: Store) -> Iterator[Finding]:
    """Yield what became of the runs whose results a run has counted."""
    records = {one.id: one for one in store.list_runs()}
    by_parent = {one.parent: one for one in records.values() if one.parent}
    for used in record.used_runs:
        now = records.get(used.id)
        if now is None:
            text = msg("run {run}, whose results were counted, is not in the store", run=used.id)
            yield Finding("used-run-missing", text, severity="warning")
        elif now.digest != used.digest:
            text = msg("run {run} had another digest when its results were counted", run=used.id)
            yield Finding("used-run-differs", text)
        elif now.id in by_parent:
            text = msg("run {run}, whose results were counted, is corrected by run {later}",
                       run=used.id, later=by_parent[now.id].id)  # fmt: skip
            hint = msg("assess again with the results of that")
            yield Finding("used-run-corrected", text, hint=hint, severity="warning")
        elif now.status not in PUBLISHED:
            text = msg("run {run}, whose results were counted, is not published now", run=used.id)
            yield Finding("used-run-withdrawn", text, severity="warning")
