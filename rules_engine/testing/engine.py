"""What every engine must do."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

import pytest

from rules_engine.engines import EMBEDDED
from rules_engine.errors import EngineFailure
from rules_engine.plugin_manager import registry
from rules_engine.testing.loading import given_by
from rules_engine.testing.reports import assessed, report_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    import pyarrow as pa

    from rules_engine.model.plugin import EngineKind, EngineSession

MOST = 2**63 - 1


class EngineContract:
    """Derive from this and name your plugin.

    Attributes:
        plugin: the module with the hooks.
        name: the engine's name.
        rulesets: folders of rulesets, each with a ``sample``, whose digests are compared too.
    """

    plugin: ClassVar[ModuleType]
    name: ClassVar[str]
    rulesets: ClassVar[tuple[Path, ...]] = ()

    # what the tests use

    @pytest.fixture
    def engine(self) -> EngineKind:
        """Return the engine, loaded as the program loads it."""
        kind: EngineKind = given_by(self.plugin, "engines", self.name)
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

    def test_values_come_back_as_they_went_in(self, session: EngineSession, tmp_path: Path) -> None:
        """Of every type, with empty ones among them, from memory and from a file."""
        import pyarrow.parquet as pq

        table = _values()
        pq.write_table(table, tmp_path / "值.parquet")
        session.register("held", table)
        session.attach("filed", tmp_path / "值.parquet")
        for name in ("held", "filed"):
            found = session.query(f'SELECT * FROM "{name}" ORDER BY "n"')
            assert found.to_pylist() == table.to_pylist(), name

    def test_a_name_stands_for_what_came_last(self, session: EngineSession) -> None:
        """A table of the same name takes the place of the one before."""
        import pyarrow as pa

        for value in (1, 2):
            session.register("again", pa.table({"n": [value]}))
            assert session.query('SELECT "n" FROM "again"').to_pylist() == [{"n": value}]

    def test_what_is_written_can_be_read(self, session: EngineSession, tmp_path: Path) -> None:
        """Results go to Parquet with the types that they have."""
        import pyarrow.parquet as pq

        session.register("held", _values())
        session.write_parquet('SELECT * FROM "held" ORDER BY "n"', tmp_path / "out.parquet")
        written = pq.read_table(tmp_path / "out.parquet")
        assert written.to_pylist() == _values().to_pylist()

    def test_what_does_not_fit_stops_it(self, session: EngineSession) -> None:
        """A number beyond 64 bits is an error: one that wraps would be a wrong score."""
        import pyarrow as pa

        session.register("large", pa.table({"n": pa.array([MOST, MOST], pa.int64())}))
        for sql in ('SELECT "n" + "n" AS v FROM "large"', 'SELECT "n" * 2 AS v FROM "large"'):
            with pytest.raises(EngineFailure):
                session.query(sql)

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
                two.query('SELECT * FROM "own"')
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
