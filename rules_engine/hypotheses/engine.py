"""The engine of all hypotheses: scores, ranks and grades as if something were otherwise.

What would be is laid out in tables of *worlds*: the records, or the scored lines, of each
hypothesis under those of the last, told apart by the column :data:`WORLD`. The plans are those of
every run, made to treat each world by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.engines import DIALECT
from rules_engine.model.dataset import Dataset, TableData
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.payouts import PAYOUTS
from rules_engine.plan.places import CADRE_PLACES, PLACES
from rules_engine.plan.world_column import WORLD, by_world
from rules_engine.report.reader import ResultReader
from rules_engine.run.compute import MemoryPlace, compute

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import pyarrow as pa

    from rules_engine.conditions.scope import Query
    from rules_engine.judgement.durable_adapter import Trace
    from rules_engine.model.plugin import EngineSession
    from rules_engine.plan.rules import Rulebook

LINES = tuple(kind.lines for kind in SubjectKind)
RESULTS = tuple(kind.results for kind in SubjectKind)
FOLLOWING = (*RESULTS, PLACES, CADRE_PLACES, "_shares", PAYOUTS)
"""What is worked out of lines, so that it is of a world where they are."""

Lines = Mapping["SubjectKind", "pa.Table"]
"""What the score plan gives for the subjects of all worlds, by kind."""


def stacked(worlds: Sequence[pa.Table]) -> pa.Table:
    """Lay rows under each other; the number of its table is the world of each."""
    import pyarrow as pa

    parts = [
        rows.append_column(WORLD, pa.repeat(pa.scalar(number, pa.int64()), rows.num_rows))
        for number, rows in enumerate(worlds)
    ]
    return pa.concat_tables(parts, promote_options="permissive")


def of_world(rows: pa.Table, world: int) -> pa.Table:
    """Return the rows of one world, without the column."""
    import pyarrow.compute as pc

    return rows.filter(pc.equal(rows[WORLD], world)).drop_columns([WORLD]).combine_chunks()


def stacked_records(worlds: Sequence[Dataset]) -> Dataset:
    """Lay records that have the same tables, none kept out, under each other, in memory."""
    tables: dict[str, TableData] = {}
    for name, first in worlds[0].tables.items():
        rows = stacked([world.tables[name].read() for world in worlds])
        columns = frozenset(c.name for c in first.schema.columns)
        tables[name] = TableData(first.schema, Path(), rows.num_rows, columns, in_memory=rows)
    return Dataset(tables, worlds[0].missing, (), (), "")


@dataclass(frozen=True)
class WorldWorkplace(MemoryPlace):
    """A workplace in which tables of many worlds lie.

    Attributes:
        of_worlds: the tables that have the column :data:`WORLD`.
    """

    of_worlds: Collection[str] = field(default=(), kw_only=True)

    def worded(self, book: Rulebook, name: str, build: Callable[[], Query]) -> str:
        """Return a plan for all worlds as text; nothing where its rows are known."""
        if name in self.known:
            return ""
        return super().worded(book, f"{name} by world", lambda: by_world(build(), self.of_worlds))


@dataclass(frozen=True)
class Assessed:
    """What comes of many worlds.

    Attributes:
        traces: what followed from each signature of facts.
        results: the rows of all plans that came after scoring, by table.
        tables: the names of the tables of records that can be read beside them.
    """

    book: Rulebook
    session: EngineSession
    traces: Mapping[str, Trace]
    results: Mapping[str, pa.Table]
    tables: Collection[str]

    def reader(self, world: int) -> ResultReader:
        """Return a reader of one world; it holds until that of another is asked for."""
        for name, rows in self.results.items():
            own = of_world(rows, world) if WORLD in rows.column_names else rows
            self.session.register(name, own)
        return ResultReader(self.book, self.session, self.traces, self.tables)


def assess_worlds(
    book: Rulebook, dataset: Dataset, lines: Lines, session: EngineSession
) -> Assessed:
    """Judge, rank, grade and pay all worlds by the same rules.

    Args:
        book: the rules.
        dataset: what is known of cadres and their villages, of each world or of all.
        lines: the scored lines of all worlds.
        session: where the plans run.

    Raises:
        EngineFailure: a number of one of them overflowed, or judgement failed.
    """
    known = {kind.lines: rows for kind, rows in lines.items()}
    of_worlds = {*known, *FOLLOWING}
    of_worlds |= {name for name, data in dataset.tables.items() if _is_stacked(data)}
    place = WorldWorkplace(session, DIALECT, known=known, of_worlds=of_worlds)
    traces = compute(book, dataset, place)
    return Assessed(book, session, traces, place.gave, dataset.tables)


def _is_stacked(data: TableData) -> bool:
    return data.in_memory is not None and WORLD in data.in_memory.column_names
