"""Plugins that are sound but for one thing each; the class says which test finds it.

Not collected by itself: ``test_kit.py`` runs each class and each test by name.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rules_engine.api import (
    DatasetError,
    Finding,
    ReporterKind,
    SourceKind,
    SourceTable,
    current_language,
    hookimpl,
    msg,
)
from rules_engine.testing import ReporterContract, SourceContract


class Drawer:
    """A sound source: a folder of drawers, each file a table. Parts of it go wrong below."""

    name = "drawer"

    def accepts(self, location):
        place = Path(location) if "\0" not in location else Path()
        return place.is_dir() and any(place.glob("*.drawer"))

    def open(self, request):
        files = sorted(Path(request.location).glob("*.drawer"))
        if not files:
            raise DatasetError(Finding("no-drawers", msg("there are no drawers")))
        return [
            SourceTable(name, self.origin(f), batches=lambda f=f: self.batches(f))
            for f in files
            for name in request.names_for(f.stem)
        ]

    def origin(self, file):
        return str(file)

    def batches(self, file):
        reader = pq.ParquetFile(file)
        return pa.RecordBatchReader.from_batches(
            reader.schema_arrow, (self.batch(b) for b in reader.iter_batches(50_000))
        )

    def batch(self, batch):
        return batch

    def kind(self):
        return SourceKind(self.name, "drawers", self.accepts, self.open)


def plugin_of(drawer):
    """Return a module that gives the source, which a process of its own can import too."""
    made = ModuleType(__name__)

    @hookimpl
    def rules_engine_register_sources():
        return [drawer().kind()]

    made.rules_engine_register_sources = rules_engine_register_sources
    return made


class SoundSource(SourceContract):
    plugin = plugin_of(Drawer)
    name = "drawer"
    big = 1000
    first_row = 1

    def deliver(self, tables, place):
        for name, table in tables.items():
            pq.write_table(table, place / f"{name}.drawer")
        return str(place)

    def broken(self, place):
        (place / "信访事项.drawer").write_bytes(b"PAR1 and no more")
        yield str(place)
        yield str(place / "gone")


class TwoWords(Drawer):
    name = "two words"


class BadlyNamed(SoundSource):
    plugin, name = plugin_of(TwoWords), "two words"
    finds = "test_it_says_what_it_is"


class Greedy(Drawer):
    def accepts(self, location):
        return True


class TakesAll(SoundSource):
    plugin = plugin_of(Greedy)
    finds = "test_it_accepts_its_own_locations_only"


class Trusting(Drawer):
    def accepts(self, location):
        return "\0" not in location and bool(location) and Path(location).is_dir()


class TakesAnyFolder(SoundSource):
    plugin = plugin_of(Trusting)
    finds = "test_it_accepts_its_own_locations_only"


class Ascii(Drawer):
    def batch(self, batch):
        columns = [
            pa.array([v and v.encode("ascii", "replace").decode() for v in c.to_pylist()], c.type)
            for c in batch.columns
        ]
        return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


class GarblesNames(SoundSource):
    plugin = plugin_of(Ascii)
    finds = "test_tables_come_as_they_were_delivered"


class Counting(Drawer):
    def batch(self, batch):
        columns = [pc.utf8_ltrim(c, characters="0") for c in batch.columns]
        return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


class LosesZeros(SoundSource):
    plugin = plugin_of(Counting)
    finds = "test_what_looks_like_a_number_stays_text"


class Headless(Drawer):
    def batch(self, batch):
        return batch.slice(1)


class SkipsARow(SoundSource):
    plugin = plugin_of(Headless)
    finds = "test_the_order_of_rows_is_free"


class Tidy(Drawer):
    def batch(self, batch):
        if "受理登记日期" not in batch.schema.names:
            return batch
        at = batch.schema.get_field_index("受理登记日期")
        day = pc.replace_substring(batch.column(at), "2025-02-30", "2025-02-28")
        return batch.set_column(at, "受理登记日期", day)


class MendsWrongValues(SoundSource):
    plugin = plugin_of(Tidy)
    finds = "test_a_wrong_value_is_told_with_its_row"


class Discreet(Drawer):
    def batches(self, file):
        table = pq.read_table(file)
        kept = [n for n in table.column_names if n != "身份证号"]
        return table.select(kept).to_reader()


class HidesPersons(SoundSource):
    plugin = plugin_of(Discreet)
    finds = "test_columns_about_persons_are_not_hidden"


class OneShot(Drawer):
    def open(self, request):
        readers = {table.name: table.batches() for table in super().open(request)}
        return [SourceTable(n, n, batches=partial(readers.get, n)) for n in readers]


class ReadsOnce(SoundSource):
    plugin = plugin_of(OneShot)
    finds = "test_reading_starts_again_after_it_was_broken_off"


class Caching(Drawer):
    def origin(self, file):
        file.with_suffix(".cache").write_text(str(time.time()), encoding="utf-8")
        return str(file)


class LeavesACache(SoundSource):
    plugin = plugin_of(Caching)
    finds = "test_reading_changes_nothing"


class Careless(Drawer):
    def open(self, request):
        return super().open(request) if Path(request.location).exists() else {}["gone"]


class ThrowsKeyErrors(SoundSource):
    plugin = plugin_of(Careless)
    finds = "test_what_cannot_be_read_is_told"


class NamesNothingBroken(SoundSource):
    finds = "test_what_cannot_be_read_is_told"

    def broken(self, place):
        return []


class Hintless(Drawer):
    def open(self, request):
        if not Path(request.location).exists():
            raise DatasetError(Finding("gone", msg("it is gone"), hint=None))
        return super().open(request)


class HintsNone(SoundSource):
    plugin = plugin_of(Hintless)
    finds = "test_what_cannot_be_read_is_told"


class Talkative(Drawer):
    def origin(self, file):
        return f"{file}?token=s3cret"


class TellsItsToken(SoundSource):
    plugin, secrets = plugin_of(Talkative), ("s3cret",)
    finds = "test_no_secret_is_told_with_the_tables"


class Hoarding(Drawer):
    def batches(self, file):
        table = pq.read_table(file).combine_chunks()
        return pa.RecordBatchReader.from_batches(table.schema, table.to_batches())


if "rules_engine.testing.measure" in sys.modules or sys.argv[0].endswith("measure.py"):

    @hookimpl
    def rules_engine_register_sources():
        """Give the one whose memory is measured, to the process that measures it."""
        return [Hoarding().kind()]


class ReadsAllAtOnce(SoundSource):
    plugin, big = plugin_of(Hoarding), 300_000
    finds = "test_a_million_rows_stream"


class Poster:
    """A sound reporter: a line a village. Parts of it go wrong below."""

    name = "poster"

    def write(self, report, out):
        out.mkdir(parents=True, exist_ok=True)
        file = out / self.file()
        file.write_text("\n".join(map(self.line, report.villages)), encoding="utf-8")
        return [file]

    def file(self):
        return "poster.txt"

    def line(self, village):
        return f"{village.name} {village.score} {village.grade}"

    def kind(self):
        return ReporterKind(self.name, "a poster", self.write)


def poster_of(poster):
    made = ModuleType(__name__)

    @hookimpl
    def rules_engine_register_reporters():
        return [poster().kind()]

    made.rules_engine_register_reporters = rules_engine_register_reporters
    return made


class SoundReporter(ReporterContract):
    plugin = poster_of(Poster)
    name = "poster"
    many = 30


class Nameless(Poster):
    name = "a poster"


class BadlyNamedReporter(SoundReporter):
    plugin, name = poster_of(Nameless), "a poster"
    finds = "test_it_says_what_it_is"


class Littering(Poster):
    def write(self, report, out):
        Path("poster.log").write_text("written", encoding="utf-8")
        return super().write(report, out)


class WritesElsewhere(SoundReporter):
    plugin = poster_of(Littering)
    finds = "test_it_writes_below_its_folder_and_nowhere_else"


class Secretive(Poster):
    def line(self, village):
        return village.name


class LeavesTheGradeOut(SoundReporter):
    plugin = poster_of(Secretive)
    finds = "test_it_shows_every_village"


class Rounding(Poster):
    def line(self, village):
        return f"{village.name} {round(village.score, -1)} {village.grade}"


class RoundsTheScore(SoundReporter):
    plugin = poster_of(Rounding)
    finds = "test_it_shows_every_village"


class Hasty(Poster):
    def write(self, report, out):
        (file,) = super().write(report, out)
        lines = file.read_text(encoding="utf-8").splitlines()
        file.write_text("\n".join(lines[:-1]), encoding="utf-8")
        return [file]


class LosesTheLastVillage(SoundReporter):
    plugin = poster_of(Hasty)
    finds = "test_many_villages"


class Meddling(Poster):
    def write(self, report, out):
        object.__setattr__(report, "targets", ())
        return super().write(report, out)


class ChangesTheReport(SoundReporter):
    plugin = poster_of(Meddling)
    finds = "test_it_leaves_the_report_as_it_is"


class Dated(Poster):
    def file(self):
        return f"poster-{time.time_ns()}.txt"


class WritesBeside(SoundReporter):
    plugin = poster_of(Dated)
    finds = "test_it_writes_over_what_it_wrote_before"


class Monolingual(Poster):
    def line(self, village):
        return {"zh": village.name}[current_language()] + village.grade


class SpeaksOneLanguage(SoundReporter):
    plugin = poster_of(Monolingual)
    finds = "test_it_speaks_the_language_in_force"


class Formatting(Poster):
    def line(self, village):
        return (village.name + " {grade}").format(grade=village.grade)


class ObeysNames(SoundReporter):
    plugin = poster_of(Formatting)
    finds = "test_names_are_names"


class Averaging(Poster):
    def write(self, report, out):
        assert sum(c.score for c in report.cadres) / len(report.cadres)
        return super().write(report, out)


class NeedsCadres(SoundReporter):
    plugin = poster_of(Averaging)
    finds = "test_reports_with_little_in_them"


class Silent(Poster):
    def write(self, report, out):
        try:
            return super().write(report, out)
        except OSError:
            return []


class SaysNothing(SoundReporter):
    plugin = poster_of(Silent)
    finds = "test_a_place_that_cannot_be_written_to"


class Small(Poster):
    def write(self, report, out):
        places = iter(range(20))
        self.line = lambda village: f"{next(places)} {village.name} {village.grade}"
        return super().write(report, out)


class HasTwentyPlaces(SoundReporter):
    plugin = poster_of(Small)
    finds = "test_many_villages"


class Once(Drawer):
    """Every reading after the first of a file gives nothing, also when it is opened anew."""

    seen: ClassVar[dict] = {}

    def batches(self, file):
        table = pq.read_table(file)
        self.seen[file] = self.seen.get(file, 0) + 1
        return (table if self.seen[file] == 1 else table.slice(0, 0)).to_reader()


class EmptyTheSecondTime(SoundSource):
    plugin = plugin_of(Once)
    finds = "test_reading_starts_again_after_it_was_broken_off"


class Deaf(Drawer):
    def open(self, request):
        return super().open(replace(request, wanted=None))


class IgnoresWhatIsWanted(SoundSource):
    plugin = plugin_of(Deaf)
    finds = "test_only_what_is_wanted_comes"


class Strict(Drawer):
    def batch(self, batch):
        return batch.filter(pc.is_valid(batch.column(0)))


class DropsRowsWithoutAKey(SoundSource):
    plugin = plugin_of(Strict)
    finds = "test_a_row_without_a_key_is_not_dropped"


class Numbering(Drawer):
    """Takes a column for numbers when all of its values are digits, as many readers do."""

    def batch(self, batch):
        columns = [self.column(c) for c in batch.columns]
        return pa.RecordBatch.from_arrays(columns, schema=batch.schema)

    def column(self, column):
        values = column.to_pylist()
        if not all(v is None or v.isdigit() for v in values):
            return column
        return pa.array([v and str(int(v)) for v in values], column.type)


class MakesNumbersOfDigits(SoundSource):
    plugin = plugin_of(Numbering)
    finds = "test_digits_stay_text_in_every_column"


class Offset(Drawer):
    def open(self, request):
        return [replace(table, first_row=2) for table in super().open(request)]


class NumbersRowsWrongly(SoundSource):
    plugin = plugin_of(Offset)
    finds = "test_rows_are_numbered_as_a_person_counts_them"
