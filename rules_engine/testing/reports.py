"""Makes real reports for reporters to write: a small assessment, run from records in memory."""

from __future__ import annotations

import atexit
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.engines import EMBEDDED
from rules_engine.model.plugin import SourceKind, SourceTable
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.template import start_ruleset
from rules_engine.run import assess as flow
from rules_engine.store import Store
from rules_engine.temporary import temporary_folder
from rules_engine.testing import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from rules_engine.model.assessment import AssessmentReport
    from rules_engine.model.plugin import EngineKind

YEAR = 2025
HEADINGS = {
    "干部": ("干部编号", "干部姓名", "职务"),
    "责任分工": ("分工编号", "干部编号", "村编号", "责任角色"),
    "走访": ("走访编号", "村编号", "层级", "走访日期", "非正常"),
    "排查报告": ("报告编号", "村编号", "报告种类", "应报时间", "上报时间"),
    "检查": ("检查编号", "村编号", "检查项目", "达标", "检查日期"),
    "值班": ("值班编号", "干部编号", "值班日期", "值班种类", "在岗"),
}
ROWS: dict[str, tuple[tuple[str | None, ...], ...]] = {
    "干部": (("K1", "张三", "支部书记"), ("K2", "<b>李四</b>", "干事")),
    "责任分工": (("A1", "K1", "V0", "村支部书记"), ("A2", "K2", "V1", "包村干部")),
    "走访": (
        ("Z1", "V1", "县", "2025-03-01", "是"),
        ("Z2", "V1", "市", "2025-04-01", "是"),
        ("Z3", "V2", "乡", "2025-05-01", "否"),
    ),
    "排查报告": (
        ("R1", "V0", "月", "2025-01-31 18:00", "2025-01-31 10:00"),
        ("R2", "V0", "月", "2025-02-28 18:00", "2025-03-02 10:00"),
        ("R3", "V1", "月", "2025-02-28 18:00", None),
    ),
    "检查": (("J1", "V0", "接待室", "是", "2025-06-01"), ("J2", "V0", "制度", "是", "2025-06-01")),
    "值班": (("D1", "K1", "2025-03-03", "值班", "否"),),
}
"""V0 was late once; V1 has two irregular visits, which is a veto, and a report that is missing."""
_OPEN = ExitStack()
"""The runs that stay open to the end of the process, with their folders."""
atexit.register(_OPEN.close)


@contextmanager
def report_of(
    place: Path,
    names: Sequence[str] = records.NAMES,
    *,
    evidence: bool = True,
    lines: bool = True,
    engine: EngineKind | None = None,
    threads: int | None = None,
) -> Iterator[AssessmentReport]:
    """Assess villages of these names and give the report; it is read while the block lasts.

    With the embedded engine villages of the same names are assessed once in a process.

    Args:
        place: an empty folder for the ruleset and the store.
        names: the villages' names.
        evidence: whether the report holds the records behind each line.
        lines: whether it holds the lines.
        engine: what runs the plan; by default the embedded engine.
        threads: how many threads it may use.
    """
    if engine is None and threads is None:
        yield _town(tuple(names)).report(evidence=evidence, lines=lines)
        return
    with _assessed_town(place, tuple(names), engine=engine, threads=threads) as run:
        yield run.report(evidence=evidence, lines=lines)


@cache
def _town(names: tuple[str, ...]) -> flow.OpenRun:
    """Return a run that stays open to the end of the process."""
    place = Path(_OPEN.enter_context(temporary_folder()))
    return _OPEN.enter_context(_assessed_town(place, names))


def _assessed_town(
    place: Path,
    names: tuple[str, ...],
    engine: EngineKind | None = None,
    threads: int | None = None,
) -> AbstractContextManager[flow.OpenRun]:
    start_ruleset("contract", place, YEAR, registry().methods)
    tables = {"村": records.villages(names), "信访事项": records.cases()}
    tables |= {name: _table(name) for name in HEADINGS}
    source = SourceKind(
        "records", "records in memory", lambda _: True, lambda _: _as_delivered(tables)
    )
    return assessed(
        place / "contract", "records:", place, source=source, engine=engine, threads=threads
    )


@contextmanager
def assessed(
    ruleset: Path,
    data: str,
    place: Path,
    *,
    source: SourceKind | None = None,
    engine: EngineKind | None = None,
    threads: int | None = None,
) -> Iterator[flow.OpenRun]:
    """Assess records with a store of their own and give the run; it is open while the block lasts.

    Args:
        ruleset: the ruleset's folder.
        data: where the records are.
        place: a folder for the store.
        source: what reads the records, if that is no plugin.
        engine: what runs the plan; by default the embedded engine.
        threads: how many threads it may use.
    """
    known = registry()
    if source:
        known = replace(known, sources={source.name: source})
    if engine:
        known = replace(known, engines={**known.engines, engine.name: engine})
    name = engine.name if engine else EMBEDDED
    request = flow.Request(ruleset, data, engine=name, threads=threads)
    with Store.open(str(place / "store.sqlite")) as store:
        run = flow.assess(request, known, store)
        try:
            yield run
        finally:
            run.close()


def _table(name: str) -> pa.Table:
    import pyarrow as pa

    columns = zip(*ROWS[name], strict=True)
    return pa.table(
        {
            heading: pa.array(values, pa.string())
            for heading, values in zip(HEADINGS[name], columns, strict=True)
        }
    )


def _as_delivered(tables: dict[str, pa.Table]) -> list[SourceTable]:
    return [
        SourceTable(name, name, batches=partial(table.to_reader)) for name, table in tables.items()
    ]
