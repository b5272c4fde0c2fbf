"""What every source must do."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.engines import embedded
from rules_engine.errors import DatasetError, RulesEngineError
from rules_engine.ingest import take_in
from rules_engine.messages import Message, speaking
from rules_engine.model.naming import plain_text
from rules_engine.model.plugin import SourceRequest, Wanted
from rules_engine.plugin_manager import registry
from rules_engine.testing import records
from rules_engine.testing.loading import supplied_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import ModuleType

    import pyarrow as pa

    from rules_engine.model.dataset import Dataset
    from rules_engine.model.plugin import SourceKind, SourceTable

READ = ("villages", "cases")
VILLAGES = (STANDARD_TABLES["villages"].name, STANDARD_TABLES["villages"].label)
LARGEST_BATCH = 250_000


class SourceContract:
    """Derive from this, name your plugin, and say how tables get to where it reads.

    Attributes:
        plugin: the module with the hooks.
        name: the source's name.
        big: rows of the large table.
        memory: bytes by which reading the large table may make the process grow.
        secrets: texts, such as a token, that no message may show.
        wrong_day: 30 February 2025 as the system writes it, where that is another way.
        first_row: the number that a person who opens the delivery gives to the first record:
            2 below a line of headings, 1 in a table of a database.
    """

    plugin: ClassVar[ModuleType]
    name: ClassVar[str]
    big: ClassVar[int] = 1_000_000
    memory: ClassVar[int] = 256 * 2**20
    secrets: ClassVar[tuple[str, ...]] = ()
    wrong_day: ClassVar[str] = "2025-02-30"
    first_row: ClassVar[int]

    def deliver(self, tables: Mapping[str, pa.Table], place: Path) -> str:
        """Put tables, by their labels, where the source reads them; return the location."""
        raise NotImplementedError

    def broken(self, place: Path) -> Iterable[str]:
        """Return locations that look like the source's own and cannot be read.

        At least one; best one for each thing that happens to such a system: nothing there, a copy
        that broke off, bytes in another encoding.
        """
        raise NotImplementedError

    # what the tests use

    @pytest.fixture
    def source(self) -> SourceKind:
        """Return the source, loaded as the program loads it."""
        kind: SourceKind = supplied_by(self.plugin, "sources", self.name)
        return kind

    @pytest.fixture
    def location(self, tmp_path: Path) -> str:
        """Return where the sample lies."""
        return self.deliver(_sample(), _made(tmp_path / "delivered 数据"))

    @pytest.fixture
    def intake(self, tmp_path: Path) -> Iterator[Any]:
        """Return a function that takes tables in as a run does."""
        session = embedded(registry(), 1)
        schemas = {name: STANDARD_TABLES[name] for name in READ}
        numbers = iter(range(1000))

        def take(tables: Iterable[SourceTable]) -> Dataset:
            folder = tmp_path / f"taken-{next(numbers)}"
            return take_in(tables, schemas, frozenset(), folder, session)

        with speaking("en"):
            yield take
        session.close()

    # the contract

    def test_it_says_what_it_is(self, source: SourceKind) -> None:
        """It has a name without blanks and one line that describes it."""
        assert source.name == self.name
        assert not any(c.isspace() for c in source.name)
        described = str(source.description)
        assert described.strip()
        assert "\n" not in described

    def test_it_accepts_its_own_locations_only(
        self, source: SourceKind, location: str, tmp_path: Path
    ) -> None:
        """What is another source's is left to that one; asking never fails."""
        letter = tmp_path / "letter.docx"
        letter.write_bytes(b"PK\x03\x04")
        assert source.accepts(location)
        others = ("", "no such place", "nobody://nowhere", "\0", str(letter), str(tmp_path))
        for other in others:
            assert not source.accepts(other), f"it accepts {other!r}"

    def test_tables_come_as_they_were_delivered(
        self,
        source: SourceKind,
        location: str,
        intake: Any,  # noqa: ANN401
    ) -> None:
        """Each table under its own name, each value in its own column, in any script."""
        dataset: Dataset = intake(_opened(source, location))
        assert not dataset.quarantine, [str(q.reason) for q in dataset.quarantine]
        names = set(_column(dataset, "villages", "name"))
        assert names == {plain_text(name) for name in records.NAMES}
        received = sorted(str(day) for day in _column(dataset, "cases", "received_on"))
        assert received == ["2025-02-10", "2025-05-06", "2025-12-31"]
        assert sum(day is None for day in _column(dataset, "cases", "closed_on")) == 1

    def test_what_looks_like_a_number_stays_text(
        self,
        source: SourceKind,
        tmp_path: Path,
        intake: Any,  # noqa: ANN401
    ) -> None:
        """Zeros in front are part of a case's number, and 1E5 is no hundred thousand."""
        wanted = ["0012", "1E5", "7.10"]
        tables = {**_sample(), "信访事项": records.numbered([*wanted])}
        dataset: Dataset = intake(_opened(source, self.deliver(tables, _made(tmp_path / "nr"))))
        assert sorted(_column(dataset, "cases", "case_id")) == wanted

    def test_digits_stay_text_in_every_column(
        self,
        source: SourceKind,
        tmp_path: Path,
        intake: Any,  # noqa: ANN401
    ) -> None:
        """Also where a column holds nothing else: 007 is no 7, whether a key or a text."""
        wanted = ["007", "010", "00000000000000000012"]
        tables = {
            "村": records.numbered_villages(wanted),
            "信访事项": records.cases(("2025-02-10",)),
        }
        location = self.deliver(tables, _made(tmp_path / "digits"))
        dataset: Dataset = intake(_opened(source, location))
        for column in ("village_id", "name", "township"):
            assert sorted(_column(dataset, "villages", column)) == sorted(wanted), column

    def test_a_row_without_a_key_is_not_dropped(
        self,
        source: SourceKind,
        tmp_path: Path,
        intake: Any,  # noqa: ANN401
    ) -> None:
        """The engine must see it, to say that its key is missing: a case would be gone unseen."""
        tables = {**_sample(), "信访事项": records.numbered(["C1", None, "C3"])}
        location = self.deliver(tables, _made(tmp_path / "keyless"))
        dataset: Dataset = intake(_opened(source, location))
        texts = [(q.column, q.row) for q in dataset.quarantine]
        assert texts == [("信访件编号", self.first_row + 1)]
        assert sorted(_column(dataset, "cases", "case_id")) == ["C1", "C3"]

    def test_rows_are_numbered_as_a_person_counts_them(
        self, source: SourceKind, location: str
    ) -> None:
        """Findings name rows, and somebody has to find them in the delivery."""
        assert hasattr(type(self), "first_row"), "say with first_row where the records begin"
        for table in _opened(source, location):
            _read(table)  # where its rows are, some know only then
            place = table.place(table.first_row)
            assert place.row == self.first_row, f"the first record of {table.name} is {place.row}"

    def test_only_what_is_wanted_comes(self, source: SourceKind, tmp_path: Path) -> None:
        """What ``source.yaml`` asks for comes under the name that it gives, and nothing else."""
        tables = {"村": records.villages(), "接访表": records.cases()}
        location = self.deliver(tables, _made(tmp_path / "ledger"))
        for names in (("接访表",), ("来访表", "接访表"), ("接访*",)):
            wanted = (Wanted(names, columns=("信访件编号", "受理登记日期")),)
            schemas = {name: STANDARD_TABLES[name] for name in READ}
            result = source.open(SourceRequest(location, schemas, wanted))
            assert [table.name for table in result] == [names[0]], f"asked for {names}"

    def test_the_order_of_rows_is_free(
        self,
        source: SourceKind,
        location: str,
        tmp_path: Path,
        intake: Any,  # noqa: ANN401
    ) -> None:
        """The same rows in another order are the same data."""
        shuffled = {name: _shuffled(table) for name, table in _sample().items()}
        other = self.deliver(shuffled, _made(tmp_path / "shuffled"))
        one, two = intake(_opened(source, location)), intake(_opened(source, other))
        assert one.fingerprint == two.fingerprint

    def test_a_wrong_value_is_told_with_its_row(
        self,
        source: SourceKind,
        tmp_path: Path,
        intake: Any,  # noqa: ANN401
    ) -> None:
        """A value that cannot be meant comes through as it stands, and its row can be found."""
        wrong = {**_sample(), "信访事项": records.cases(("2025-02-10", "2025-02-30", "2025-03-01"))}
        location = self.deliver(wrong, _made(tmp_path / "wrong"))
        tables = {table.name: table for table in _opened(source, location)}
        dataset: Dataset = intake(tables.values())
        texts = {q.column: q for q in dataset.quarantine}
        assert list(texts) == ["受理登记日期"], [str(q.reason) for q in dataset.quarantine]
        row = texts["受理登记日期"]
        assert row.value == self.wrong_day, "a source passes on what stands there"
        assert row.source, "the table's origin is empty: nobody could find the row"
        first = _of_cases(tables.values()).first_row
        assert row.row - first == 1, f"the second row is told as {row.row}, the first is {first}"

    def test_columns_about_persons_are_not_hidden(
        self,
        source: SourceKind,
        tmp_path: Path,
        intake: Any,  # noqa: ANN401
    ) -> None:
        """A source passes such a column on, so that the engine can refuse it and say so."""
        tables = {**_sample(), "信访事项": records.with_persons()}
        location = self.deliver(tables, _made(tmp_path / "persons"))
        with pytest.raises(DatasetError) as refused:
            intake(_opened(source, location))
        assert "personal-column" in {f.code for f in refused.value.findings}

    def test_reading_starts_again_after_it_was_broken_off(
        self, source: SourceKind, location: str
    ) -> None:
        """What was half read, or read before, is read whole the next time."""
        tables = [table for table in _opened(source, location) if table.batches]
        for table in tables:
            assert table.batches is not None
            next(iter(table.batches()), None)
            rows = len(records.NAMES) if table.name in VILLAGES else records.cases().num_rows
            assert [_read(table) for _ in range(2)] == [rows] * 2, f"{table.name} read again"
            again = [t for t in _opened(source, location) if t.name == table.name]
            assert _read(again[0]) == rows, f"{table.name} opened again"

    def test_reading_changes_nothing(
        self,
        source: SourceKind,
        location: str,
        tmp_path: Path,
        intake: Any,  # noqa: ANN401
    ) -> None:
        """The delivery stays as it was: no file is written, changed or left locked beside it."""
        place = tmp_path / "delivered 数据"
        before = _state(place)
        intake(_opened(source, location))
        assert _state(place) == before

    def test_what_cannot_be_read_is_told(
        self,
        source: SourceKind,
        tmp_path: Path,
        intake: Any,  # noqa: ANN401
    ) -> None:
        """Every such location ends in findings with a message; none of them shows a secret."""
        locations = list(self.broken(_made(tmp_path / "broken")))
        assert locations, "name at least one location that cannot be read"
        for location in locations:
            with pytest.raises(RulesEngineError) as refused:
                intake(_opened(source, location))
            for finding in refused.value.findings:
                texts = f"{finding.place} {finding.message} {finding.hint}"
                assert finding.code != "plugin-failed", texts
                assert str(finding.message).strip(), f"{location}: a finding without a message"
                assert isinstance(finding.hint, Message), "a hint is a msg(…), or is left out"
                for secret in self.secrets:
                    assert secret not in texts, "a finding shows a secret"

    def test_no_secret_is_told_with_the_tables(self, source: SourceKind, location: str) -> None:
        """The origin of a table is stored and printed."""
        for table in _opened(source, location):
            for secret in self.secrets:
                assert secret not in table.origin

    def test_a_million_rows_stream(self, source: SourceKind, tmp_path: Path) -> None:
        """Batches are of a bounded size, and memory does not grow with the rows."""
        tables = {"村": records.villages(), "信访事项": records.many_cases(self.big)}
        location = self.deliver(tables, _made(tmp_path / "big"))
        if _of_cases(_opened(source, location)).parquet is not None:
            pytest.skip("a Parquet file is scanned where it lies")
        result = _measured(self.plugin.__name__, self.name, location)
        assert result["rows"] == self.big + len(records.NAMES)
        assert result["largest"] <= LARGEST_BATCH, f"a batch has {result['largest']:,} rows"
        grown = result["grown"]
        assert grown <= self.memory, f"reading took {grown >> 20} MiB: it does not stream"


def _opened(source: SourceKind, location: str) -> list[SourceTable]:
    """Return the tables at a location, asked for as an assessment asks."""
    schemas = {name: STANDARD_TABLES[name] for name in READ}
    return list(source.open(SourceRequest(location, schemas)))


def _read(table: SourceTable) -> int:
    return sum(batch.num_rows for batch in table.batches()) if table.batches else 0


def _sample() -> dict[str, pa.Table]:
    return {name: make() for name, make in records.SAMPLE.items()}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _shuffled(table: pa.Table) -> pa.Table:
    order = list(range(table.num_rows))
    random.Random(1).shuffle(order)
    return table.take(order)


def _column(dataset: Dataset, table: str, column: str) -> list[Any]:
    import pyarrow.parquet as pq

    values: list[Any] = pq.read_table(dataset.tables[table].path)[column].to_pylist()
    return values


def _of_cases(tables: Iterable[SourceTable]) -> SourceTable:
    """Return the table with the cases, under whichever of its names it came."""
    schema = STANDARD_TABLES["cases"]
    results = [t for t in tables if t.name in (schema.name, schema.label)]
    assert len(results) == 1, f"the table {schema.label} came {len(results)} times"
    return results[0]


def _state(place: Path) -> dict[str, str]:
    return {
        str(file.relative_to(place)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(place.rglob("*"))
        if file.is_file()
    }


def _measured(module: str, name: str, location: str) -> dict[str, int]:
    paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
    done = subprocess.run(
        [sys.executable, "-m", "rules_engine.testing.measure", module, name, location],
        env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    results: dict[str, int] = json.loads(done.stdout)
    return results
