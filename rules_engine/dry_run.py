"""What a run is going to do, told before it is made: the rules, the records, what is new."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.diff.compare import compare
from rules_engine.diff.edition_choice import edition_of
from rules_engine.engines import embedded
from rules_engine.errors import RulesEngineError
from rules_engine.ingest import quarantine_findings
from rules_engine.report.changes import overridden_findings
from rules_engine.report.report import assumptions, by_default
from rules_engine.run.assess import RULESET_FOLDER, take_dataset
from rules_engine.run.load import load_ruleset
from rules_engine.run.stored_runs import StoredRuns
from rules_engine.sources import open_source
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rules_engine.diff.change import Change
    from rules_engine.errors import Finding
    from rules_engine.model.assessment import Assumption
    from rules_engine.model.dataset import Dataset
    from rules_engine.model.run import RunRecord
    from rules_engine.plugin_manager import Registry
    from rules_engine.run.assess import Request
    from rules_engine.run.load import CheckedRuleset
    from rules_engine.store import Store


@dataclass(frozen=True)
class SinceLast:
    """What is new since the last run of the same ruleset.

    Attributes:
        run: the last run that tried no other figures.
        changes: how the rules changed; ``None``: those of that run cannot be compared.
        rows: for each table of which the count differs, how many records there were and are.
        same_records: whether the records are the same ones.
    """

    run: RunRecord
    changes: tuple[Change, ...] | None
    rows: Mapping[str, tuple[int, int]]
    same_records: bool


@dataclass(frozen=True)
class DryRun:
    """What a run would be made from.

    Attributes:
        ruleset: its id.
        title: what it is called.
        edition: the edition in force.
        ruleset_fingerprint: hash of its files.
        period_from: first day that is assessed.
        period_to: last day that is assessed.
        as_of: the day of knowledge.
        data: where the records are.
        data_fingerprint: hash of the records.
        villages: how many are assessed.
        cadres: how many are assessed.
        rows: for the label of each table, how many records count.
        quarantined: how many records are kept out.
        findings: what is to be known of ruleset and records.
        assumptions: figures that no clause gives.
        since: what is new; ``None``: there is no earlier run.
    """

    ruleset: str
    title: str
    edition: str
    ruleset_fingerprint: str
    period_from: date
    period_to: date
    as_of: date
    data: str
    data_fingerprint: str
    villages: int
    cadres: int
    rows: Mapping[str, int]
    quarantined: int
    findings: tuple[Finding, ...]
    assumptions: tuple[Assumption, ...]
    since: SinceLast | None


def dry_run(request: Request, registry: Registry, store: Store) -> DryRun:
    """Read ruleset and records and say what a run would be; nothing is computed or stored.

    Raises:
        RulesetError: findings in the ruleset would stop the run.
        DatasetError: the records cannot be read, or may not be used.
    """
    reviewed = load_ruleset(
        request.ruleset, registry, request.as_of, request.period, asked=request.asked
    ).or_stop()
    stored_runs = StoredRuns(registry, store.reading)
    tables = open_source(request.data, stored_runs.among_sources(), reviewed.ruleset.tables)
    with closing(embedded(registry, request.threads)) as session, temporary_folder() as folder:
        dataset = take_dataset(reviewed, tables, Path(folder), session)
    document, frame = reviewed.ruleset.document, reviewed.book.frame
    counts = {name: data.rows for name, data in dataset.tables.items()}
    return DryRun(
        ruleset=document.ruleset,
        title=document.title,
        edition=document.edition,
        ruleset_fingerprint=reviewed.ruleset.fingerprint,
        period_from=frame.start,
        period_to=frame.end,
        as_of=frame.as_of,
        data=request.data,
        data_fingerprint=dataset.fingerprint,
        villages=counts.get("villages", 0),
        cadres=counts.get("cadres", 0) if document.responsibility else 0,
        rows={data.schema.label: data.rows for data in dataset.tables.values()},
        quarantined=len({(q.source, q.sheet, q.row) for q in dataset.quarantine}),
        findings=(
            *overridden_findings(reviewed.overrides, registry.methods), *reviewed.findings,
            *dataset.findings, *quarantine_findings(dataset),
        ),
        assumptions=(*assumptions(reviewed.ruleset, registry.methods), *by_default(reviewed.book)),
        since=_since(reviewed, dataset, registry, store),
    )  # fmt: skip


def _since(
    reviewed: CheckedRuleset, dataset: Dataset, registry: Registry, store: Store
) -> SinceLast | None:
    runs = (r for r in store.list_runs() if r.ruleset_id == reviewed.ruleset.id and not r.overrides)
    last = next(runs, None)
    if last is None:
        return None
    labels = {name: schema.label for name, schema in reviewed.ruleset.tables.items()}
    counts = {name: data.rows for name, data in dataset.tables.items()}
    both = {name: (last.rows.get(name, 0), counts.get(name, 0)) for name in {**counts, **last.rows}}
    return SinceLast(
        run=last,
        changes=_changes(reviewed, last, registry, store),
        rows={labels.get(n, n): pair for n, pair in both.items() if pair[0] != pair[1]},
        same_records=last.data_fingerprint == dataset.fingerprint,
    )


def _changes(
    reviewed: CheckedRuleset, last: RunRecord, registry: Registry, store: Store
) -> tuple[Change, ...] | None:
    """Return how the rules changed since a run, from the ruleset that it kept."""
    if last.ruleset_fingerprint == reviewed.ruleset.fingerprint:
        return ()
    try:
        kept = store.get(last.id).folder / RULESET_FOLDER
        before = edition_of(kept, last.ruleset_edition)
        return compare(before, reviewed.ruleset, registry.methods, reviewed.book.frame).changes
    except RulesEngineError:  # of an older language, or its files are gone
        return None
