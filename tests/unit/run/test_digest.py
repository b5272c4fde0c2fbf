"""The digest changes with the result, and with nothing else."""

from __future__ import annotations

import shutil

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from rules_engine.run.compute import CADRE_LINES, CADRES, LINES, RESULTS
from rules_engine.run.digest import digest

RESULT = [
    (file, column) for file in (RESULTS, CADRES) for column in ("low", "high", "rank", "grade")
] + [
    (LINES, "irregular__points"),
    (LINES, "irregular__outcome"),
    (LINES, "small_matters__points"),
    (CADRE_LINES, "duty__points"),
]


@pytest.fixture
def copy(small, tmp_path):
    folder = tmp_path / "elsewhere" / "results"
    shutil.copytree(small.folder, folder)
    return folder


def _change(file, column, function):
    table = pq.read_table(file)
    place = table.column_names.index(column)
    pq.write_table(table.set_column(place, column, function(table.column(column))), file)


def _one_more(values):
    """Change the first value by one; an empty one becomes 0."""
    plain = values.to_pylist()
    plain[0] = 0 if plain[0] is None else plain[0] + 1
    return pa.chunked_array([pa.array(plain, values.type)])


def test_it_names_its_hash(small):
    assert small.digest().startswith("sha256:")
    assert len(small.digest()) == len("sha256:") + 64


def test_the_place_of_the_files_does_not_matter(small, copy):
    assert small.digest(copy) == small.digest()


@pytest.mark.parametrize(("file", "column"), RESULT)
def test_every_part_of_the_result_matters(small, copy, file, column):
    _change(copy / file, column, _one_more)
    assert small.digest(copy) != small.digest()


@pytest.mark.parametrize("file", [RESULTS, LINES, CADRES, CADRE_LINES])
def test_who_got_it_matters(small, copy, file):
    _change(copy / file, "subject_id", lambda ids: pc.binary_join_element_wise(ids, "x", ""))
    renamed = small.digest(copy)
    if file in (RESULTS, CADRES):
        assert renamed != small.digest()
    else:  # lines follow the order of the ids, which has not changed
        assert renamed == small.digest()


def test_an_empty_value_is_not_a_zero(small, copy):
    _change(copy / RESULTS, "grade", lambda v: pa.chunked_array([pa.nulls(len(v), v.type)]))
    empty = small.digest(copy)
    _change(copy / RESULTS, "grade", lambda v: pa.chunked_array([pa.array([0] * len(v), v.type)]))
    assert small.digest(copy) not in (empty, small.digest())


@pytest.mark.parametrize("file", [RESULTS, LINES, CADRES, CADRE_LINES])
def test_the_order_of_the_rows_and_the_way_they_are_packed_do_not(small, copy, file):
    table = pq.read_table(copy / file)
    backwards = table.take(pa.array(range(len(table) - 1, -1, -1)))
    pq.write_table(backwards, copy / file, compression="gzip", row_group_size=1)
    assert small.digest(copy) == small.digest()


def test_names_of_villages_do_not(small, copy):
    _change(copy / RESULTS, "name", lambda names: pc.binary_join_element_wise(names, "x", ""))
    assert small.digest(copy) == small.digest()


def test_what_followed_matters_and_why_does_not(small):
    reader = small.reader
    cadres = reader.cadre_consequence_ids()
    why = {
        s: tuple((n, (("else", "true"),)) for n, _ in trace) for s, trace in reader.traces.items()
    }
    less = {s: trace[:-1] for s, trace in reader.traces.items()}
    assert digest(reader.book, small.folder, why, cadres) == small.digest()
    assert digest(reader.book, small.folder, less, cadres) != small.digest()
    assert digest(reader.book, small.folder, reader.traces, {}) != small.digest()
