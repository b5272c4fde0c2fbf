"""Guesses from labels and from the shapes of values what the tables of a source stand for."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person
from rules_engine.ingest.parsing import FIRST_SERIAL, LAST_SERIAL, MOMENT
from rules_engine.ingest.parsing import NO as READ_AS_NO
from rules_engine.ingest.parsing import YES as READ_AS_YES
from rules_engine.model.naming import normal, plain_text
from rules_engine.sources import synonyms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules_engine.model.plugin import SourceTable
    from rules_engine.model.table import Column, TableSchema

ROWS = 5_000
"""So many rows of a table are looked at."""
SURE, LIKELY = 0.9, 0.62
MOST_VALUES = 40
"""A column with more different values is not taken for one of a closed set."""

_SHAPES = {
    "date": re.compile(MOMENT),
    "timestamp": re.compile(MOMENT),
    "integer": re.compile(r"[+-]?\d+(?:\.0*)?"),
    "decimal": re.compile(r"[+-]?\d+(?:\.\d+)?"),
}
_SERIAL = re.compile(r"\d{5,6}(?:\.\d+)?")
_UNITS = re.compile(r"[（(\[【].*?[)）\]】]|[\s*:：、/_-]")


@dataclass(frozen=True)
class Sample:
    """The first rows of a table of a source, by column; empty where a column names persons."""

    name: str
    origin: str
    columns: Mapping[str, list[str]]
    counts_days: bool = False


@dataclass(frozen=True)
class Guess:
    """A column of a source that may stand for a column of a table.

    Attributes:
        label: how well their names agree, from 0 to 1.
        shape: the share of values that can be read as the column's.
        values: spellings that have to be mapped; ``None`` where it is not known to what.
    """

    column: Column
    source: str
    label: float
    shape: float
    values: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Return how likely it is."""
        return self.label * (0.4 + 0.6 * self.shape)

    @property
    def sure(self) -> bool:
        """Return whether there is hardly a doubt."""
        return self.label >= SURE and self.shape >= SURE and None not in self.values.values()


@dataclass(frozen=True)
class TableGuess:
    """A table and what may fill it, from one or more tables of the same columns."""

    schema: TableSchema
    samples: tuple[Sample, ...]
    columns: tuple[Guess, ...]

    @property
    def score(self) -> float:
        """Return how well the table is filled; a table named so counts as two columns."""
        called = normal(self.samples[0].name) in (self.schema.name, normal(self.schema.label))
        return sum(guess.score for guess in self.columns) + 2 * called

    @property
    def missing(self) -> list[Column]:
        """Return the columns that are needed and for which nothing was found."""
        results = {guess.column.name for guess in self.columns}
        return [c for c in self.schema.columns if c.required and c.name not in results]

    @property
    def unused(self) -> list[str]:
        """Return the columns of the source that are not used."""
        used = {guess.source for guess in self.columns}
        names = self.samples[0].columns
        return [name for name in names if name not in used and not names_a_person(name)]

    @property
    def persons(self) -> list[str]:
        """Return the columns of the source that name persons."""
        used = {guess.source for guess in self.columns}
        names = dict.fromkeys(name for s in self.samples for name in s.columns)
        return [name for name in names if names_a_person(name) and name not in used]


def sample(table: SourceTable) -> Sample:
    """Look at the first rows of a table. Of columns that name persons only the name is kept."""
    import pyarrow as pa

    from rules_engine.sources.mapped_batches import reader_of

    reader = reader_of(table)
    columns: dict[str, list[str]] = {name: [] for name in reader.schema.names}
    rows = 0
    for batch in reader:
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if not _hidden(name):
                texts = column.cast(pa.string()).slice(0, ROWS - rows).to_pylist()
                columns[name] += [plain_text(text or "") for text in texts]
        rows += batch.num_rows
        if rows >= ROWS:
            break
    name = table.sheet or table.name
    return Sample(name, table.origin, columns, table.serials_from is not None)


def _values(samples: Iterable[Sample], source: str) -> Counter[str]:
    return Counter(value for s in samples for value in s.columns.get(source, ()) if value)


def _hidden(name: str) -> bool:
    return names_a_person(name.replace("姓名", ""))


def guess_tables(
    samples: Iterable[Sample], schemas: Mapping[str, TableSchema]
) -> tuple[list[TableGuess], list[Sample]]:
    """Return the tables that were recognised, and what was not."""
    alike: dict[tuple[str, ...], list[Sample]] = {}
    for seen in samples:
        alike.setdefault((seen.origin, *sorted(map(normal, seen.columns))), []).append(seen)
    best: dict[str, TableGuess] = {}
    rest: list[Sample] = []
    for group in alike.values():
        fits = [guess for schema in schemas.values() if (guess := _fit(schema, group))]
        result = max(fits, key=lambda g: g.score, default=None)
        known = best.get(result.schema.name) if result else None
        if result is None or (known and known.score >= result.score):
            rest += group
            continue
        rest += known.samples if known else ()
        best[result.schema.name] = result
    ordered = [best[name] for name in schemas if name in best]
    return [_with_villages(guess, best.get("villages")) for guess in ordered], rest


def _fit(schema: TableSchema, samples: list[Sample]) -> TableGuess | None:
    """Return what may fill a table, if enough of it is there."""
    pairs = [
        guess
        for column in schema.columns
        for source in samples[0].columns
        if (guess := _pair(schema, column, source, samples)) and guess.score >= LIKELY * 0.6
    ]
    chosen: dict[str, Guess] = {}
    taken: set[str] = set()
    for guess in sorted(pairs, key=lambda g: -g.score):
        if guess.column.name not in chosen and guess.source not in taken:
            chosen[guess.column.name] = guess
            taken.add(guess.source)
    columns = tuple(chosen[c.name] for c in schema.columns if c.name in chosen)
    results = TableGuess(schema, tuple(samples), columns)
    needed = [c for c in schema.columns if c.required]
    enough = len(needed) - len(results.missing) >= max(1, len(needed) // 2)
    called = normal(samples[0].name) in (schema.name, normal(schema.label))
    return results if columns and (called or (enough and len(columns) > 1)) else None


def _pair(schema: TableSchema, column: Column, source: str, samples: list[Sample]) -> Guess | None:
    official = names_a_person(column.label)
    if names_a_person(source.replace("姓名", "") if official else source):
        return None
    label = _likeness(schema, column, source)
    if label < LIKELY:
        return None
    values = _values(samples, source)
    days = any(s.counts_days for s in samples)
    spelt = _spellings(column, values)
    return Guess(column, source, label, _readable(column, values, spelt, days=days), spelt)


def _likeness(schema: TableSchema, column: Column, source: str) -> float:
    """Return how much a name resembles what a column is called, from 0 to 1.

    Within a group, as in 登记.类别, the name may say all, or together with the group's.
    """
    group, dot, name = normal(source).rpartition(".")
    if not dot:
        return _alike(schema, column, name)
    alone, joined = (_alike(schema, column, n) for n in (name, group + name))
    return max(_alike(schema, column, normal(source)), 0.98 * joined, 0.95 * alone)


def _alike(schema: TableSchema, column: Column, name: str) -> float:
    if name in (normal(column.name), normal(column.label)):
        return 1.0
    own = (*column.also, *synonyms.COLUMNS.get(f"{schema.name}.{column.name}", ()))
    if column.refers:
        own += synonyms.COLUMNS.get(f"*.{column.name}", ())
    plain = _UNITS.sub("", name)
    known = [_UNITS.sub("", normal(word)) for word in (column.label, column.name)]
    if plain in known:
        return 0.97
    other = [_UNITS.sub("", normal(word)) for word in own]
    if plain in other:
        return 0.92
    return 0.9 * max(SequenceMatcher(None, plain, word).ratio() for word in known + other)


def _readable(
    column: Column, values: Counter[str], spelt: Mapping[str, str | None], *, days: bool
) -> float:
    """Return the share of values that can be read as the column's; of none at all, nearly all."""
    total = values.total()
    if not total:
        return SURE
    pattern = _SHAPES.get(column.type)
    if pattern is not None:
        good = float(sum(n for v, n in values.items() if pattern.fullmatch(normal(v))))
        if column.type in ("date", "timestamp"):
            # Where a table has no bare numbers of days, a draft can say that they are meant.
            good += sum(n for v, n in values.items() if is_day_number(v)) * (1.0 if days else 0.9)
        return good / total
    if spelt:
        bad = sum(values[v] for v, meant in spelt.items() if meant is None)
        return 1 - bad / total
    if column.type == "boolean" or column.values:
        return 1.0 if len(values) <= MOST_VALUES else 0.0
    return 1.0


def _spellings(column: Column, values: Counter[str]) -> dict[str, str | None]:
    """Return the values that intake would not read, each with what it may mean."""
    if len(values) > MOST_VALUES or not (column.type == "boolean" or column.values):
        return {}
    if column.type == "boolean":
        known = {v: "是" for v in synonyms.YES} | {v: "否" for v in synonyms.NO}
        read = {*READ_AS_YES, *READ_AS_NO}
        return {v: known.get(v) for v in values if normal(v) not in read}
    known = {word: value for value in column.values for word in synonyms.VALUES.get(value, ())}
    return {v: known.get(v) or _inside(v, column) for v in values if v not in column.values}


def _inside(value: str, column: Column) -> str | None:
    """Return the one allowed value that stands within a longer one, such as 来信 in 群众来信."""
    inside = [v for v in column.values if len(v) > 1 and v in value]
    return inside[0] if len(inside) == 1 else None


def is_day_number(value: str) -> bool:
    """Return whether a text is a number that a spreadsheet may keep for a day."""
    return bool(_SERIAL.fullmatch(value)) and FIRST_SERIAL <= float(value) <= LAST_SERIAL


def _with_villages(guess: TableGuess, villages: TableGuess | None) -> TableGuess:
    """Find the column that names the village, where a table does not give its number."""
    column = guess.schema.column("village_id")
    if villages is None or guess is villages or column is None:
        return guess
    numbers = _numbers_by_name(villages)
    likely = [g.source for g in guess.columns if g.column.name == "village_id"]
    for source in [*likely, *guess.unused]:
        values = _values(guess.samples, source)
        if values and all(value in numbers for value in values):
            spelt = {value: numbers[value] for value in sorted(values)}
            made = Guess(column, source, 1.0, 1.0, spelt)
            kept = [g for g in guess.columns if g.column.name != "village_id"]
            columns = sorted([*kept, made], key=lambda g: guess.schema.columns.index(g.column))
            return TableGuess(guess.schema, guess.samples, tuple(columns))
    return guess


def _numbers_by_name(villages: TableGuess) -> dict[str, str]:
    """Return the numbers of the villages whose name no other has."""
    sources = {guess.column.name: guess.source for guess in villages.columns}
    if not {"village_id", "name"} <= sources.keys():
        return {}
    pairs = [
        pair
        for s in villages.samples
        for pair in zip(s.columns[sources["name"]], s.columns[sources["village_id"]], strict=True)
    ]
    often = Counter(name for name, _ in pairs)
    return {name: number for name, number in pairs if often[name] == 1}
