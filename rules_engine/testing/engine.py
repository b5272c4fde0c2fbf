"""What every engine must do; in words it stands in ``docs/engines.md``."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

import pytest

from rules_engine.conditions.sql import query
from rules_engine.engines import EMBEDDED, written
from rules_engine.engines.probes import MOST, PROBES, TABLE, comes_of, records
from rules_engine.errors import EngineFailure
from rules_engine.plugin_manager import registry
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.digest import digest
from rules_engine.scenarios import context
from rules_engine.scenarios.run import run_scenarios
from rules_engine.testing.loading import supplied_by
from rules_engine.testing.reports import assessed, report_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    import pyarrow as pa

    from rules_engine.engines.probes import Probe
    from rules_engine.judgement.durable_adapter import Trace
    from rules_engine.model.dataset import Dataset
    from rules_engine.model.plugin import EngineKind, EngineSession
    from rules_engine.plan.rules import Rulebook


class EngineContract:
    """Derive from this and name your plugin.

    Attributes:
        plugin: the module with the hooks.
        name: the engine's name.
        rulesets: folders of rulesets, each with a ``sample``, whose digests are compared too.
        scenarios: folders of rulesets with scenarios, what these assess is compared as well.
    """

    plugin: ClassVar[ModuleType]
    name: ClassVar[str]
    rulesets: ClassVar[tuple[Path, ...]] = ()
    scenarios: ClassVar[tuple[Path, ...]] = ()

    # what the tests use

    @pytest.fixture
    def engine(self) -> EngineKind:
        """Return the engine, loaded as the program loads it."""
        kind: EngineKind = supplied_by(self.plugin, "engines", self.name)
        return kind

    @pytest.fixture
    def session(self, engine: EngineKind) -> Iterator[EngineSession]:
        """Return a running session."""
        started = engine.connect(1)
        yield started
        started.close()

    # the contract

    def test_it_says_what_it_is(self, engine: EngineKind) -> None:
        """It has a name without blanks, one line that describes it, and a version."""
        assert engine.name == self.name
        assert not any(c.isspace() for c in engine.name)
        described = str(engine.description)
        assert described.strip()
        assert "\n" not in described
        assert engine.version().strip(), "a run records the version"

    def test_values_come_back_as_they_went_in(
        self, engine: EngineKind, session: EngineSession, tmp_path: Path
    ) -> None:
        """Of every type, with empty ones among them: from memory, from a file, from a folder."""
        import pyarrow.parquet as pq

        table = _values()
        (tmp_path / "值").mkdir()
        pq.write_table(table, tmp_path / "值.parquet")
        for row in range(table.num_rows):
            pq.write_table(table.slice(row, 1), tmp_path / "值" / f"{row}.parquet")
        session.register("held", table)
        session.attach("filed", tmp_path / "值.parquet")
        session.attach("in parts", tmp_path / "值")
        for name in ("held", "filed", "in parts"):
            result = session.query(_all_of(name, engine))
            assert result.to_pylist() == table.to_pylist(), name

    def test_columns_have_their_types(
        self, engine: EngineKind, session: EngineSession, tmp_path: Path
    ) -> None:
        """Also where there is no row: files of results are read by their types."""
        import pyarrow.parquet as pq

        session.register("held", _values())
        for rows in (_values().num_rows, 0):
            query = _in(f'SELECT {TYPED} FROM "held" WHERE "n" <= {rows}', engine)
            session.write_parquet(query, tmp_path / "typed.parquet")
            for one in (session.query(query), pq.read_table(tmp_path / "typed.parquet")):
                assert [_sort_of(field.type) for field in one.schema] == list(SORTS.values())
                assert one.schema.names == list(SORTS)
                assert one.num_rows == rows

    def test_a_name_stands_for_what_came_last(
        self, engine: EngineKind, session: EngineSession
    ) -> None:
        """A table of the same name takes the place of the one before."""
        import pyarrow as pa

        for value in (1, 2):
            session.register("again", pa.table({"n": [value]}))
            assert session.query(_all_of("again", engine)).to_pylist() == [{"n": value}]

    def test_what_is_written_can_be_read(
        self, engine: EngineKind, session: EngineSession, tmp_path: Path
    ) -> None:
        """Results go to Parquet with the types that they have."""
        import pyarrow.parquet as pq

        session.register("held", _values())
        session.write_parquet(_all_of("held", engine), tmp_path / "out.parquet")
        written = pq.read_table(tmp_path / "out.parquet")
        assert written.to_pylist() == _values().to_pylist()

    @pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
    def test_it_does_what_plans_rest_on(
        self, engine: EngineKind, session: EngineSession, probe: Probe
    ) -> None:
        """Exactly: an engine that wraps where a number is too large would give wrong points."""
        session.register(TABLE, records())
        result = comes_of(probe, session, engine.dialect)
        assert result == probe.rows, f"{probe.needs}: {probe.sql}"

    def test_a_fault_is_told_without_a_traceback(self, session: EngineSession) -> None:
        """What it cannot run ends in an error of ours, in one line."""
        for statement in (session.run, session.query):
            with pytest.raises(EngineFailure) as failed:
                statement('SELECT "nothing" FROM "nowhere"')
            assert "Traceback" not in str(failed.value)
            assert "\n" not in str(failed.value)

    def test_sessions_do_not_know_each_other(self, engine: EngineKind) -> None:
        """Two assessments at once see their own records only."""
        import pyarrow as pa

        one, two = engine.connect(1), engine.connect(1)
        try:
            one.register("own", pa.table({"n": [1]}))
            with pytest.raises(EngineFailure):
                two.query(_all_of("own", engine))
        finally:
            one.close()
            two.close()

    @pytest.mark.parametrize("threads", [1, 2])
    def test_the_digest_is_the_embedded_one(
        self, engine: EngineKind, tmp_path: Path, threads: int
    ) -> None:
        """The same rules and records give the same result, on any number of threads."""
        digests = set()
        for number, kind in enumerate((registry().engines[EMBEDDED], engine)):
            place = tmp_path / str(number)
            place.mkdir()
            with report_of(place, engine=kind, threads=threads) as report:
                digests.add(report.run.digest)
        assert len(digests) == 1

    def test_rulesets_give_the_embedded_digest(self, engine: EngineKind, tmp_path: Path) -> None:
        """So does each ruleset that the contract names, with its sample."""
        if not self.rulesets:
            pytest.skip("the contract names no rulesets")
        for folder in self.rulesets:
            digests = set()
            for number, kind in enumerate((registry().engines[EMBEDDED], engine)):
                place = tmp_path / f"{folder.name}-{number}"
                place.mkdir()
                with assessed(folder, str(folder / "sample"), place, engine=kind) as run:
                    digests.add(run.stored.record.digest)
            assert len(digests) == 1, folder.name

    def test_scenarios_give_the_embedded_results(
        self, engine: EngineKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And what the scenarios of those rulesets assess, which is odder than any sample."""
        if not self.scenarios:
            pytest.skip("the contract names no scenarios")
        shadow = _Shadow(engine, tmp_path)
        monkeypatch.setattr(context, "compute", shadow.compute)
        for folder in self.scenarios:
            outcome = run_scenarios(folder)
            assert outcome.passed or outcome.failures, f"{folder.name} has no scenarios"
        assert shadow.computed
        assert not shadow.differ


class _Shadow:
    """Computes what scenarios assess a second time, and compares the results."""

    def __init__(self, engine: EngineKind, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.computed = 0
        self.differ: list[str] = []

    def compute(self, book: Rulebook, dataset: Dataset, place: Workplace) -> dict[str, Trace]:
        """Compute as a scenario does, and then with the engine."""
        traces = compute(book, dataset, place)
        self.computed += 1
        folder = self.folder / f"shadow-{self.computed}"
        folder.mkdir()
        with closing(self.engine.connect(1)) as session:
            compute(book, dataset, Workplace(session, self.engine.dialect, folder))
        if digest(book, folder, traces, {}) != digest(book, place.folder, traces, {}):
            self.differ.append(f"{book.ruleset.folder.name}, assessment {self.computed}")
        return traces


def _in(text: str, engine: EngineKind) -> str:
    return written(query(text), engine.dialect)


def _all_of(table: str, engine: EngineKind) -> str:
    return _in(f'SELECT * FROM "{table}" ORDER BY "n"', engine)


SORTS = {
    "whole": "integer", "small": "integer", "wide": "decimal", "文": "text", "flag": "boolean",
    "day": "date", "time": "timestamp",
}  # fmt: skip
"""Columns of a query, and of which sort their types are."""
TYPED = (
    '"n" AS "whole", CAST("n" AS TINYINT) AS "small", CAST("n" AS DECIMAL(38, 0)) AS "wide", '
    '"text" AS "文", "n" > 1 AS "flag", "day", "time"'
)


def _sort_of(type_: pa.DataType) -> str:
    import pyarrow as pa

    for name in ("integer", "decimal", "boolean", "date", "timestamp"):
        if getattr(pa.types, f"is_{name}")(type_):
            return name
    return "text"


def _values() -> pa.Table:
    import pyarrow as pa

    return pa.table(
        {
            "n": pa.array([1, 2, 3], pa.int64()),
            "text": pa.array(["村", 'O\'Neill, "B"', None], pa.string()),
            "flag": pa.array([True, False, None], pa.bool_()),
            "day": pa.array([date(1900, 1, 1), date(2024, 2, 29), None], pa.date32()),
            "time": pa.array(
                [datetime(2025, 3, 5, 12, 0, 1), datetime(2199, 12, 31, 23, 59), None],
                pa.timestamp("us"),
            ),
            "标签": pa.array([-MOST, 0, None], pa.int64()),
        }
    )
