"""The digest: a hash over the canonical result and nothing else.

Subjects are sorted by id; then come, column by column, the outcome and points of every line, the
score with its bounds, rank, grade and consequences. No time, no path, no float.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from rules_engine.compiler.pay import pay_ids
from rules_engine.results.compute import CADRE_LINES, CADRES, LINES, RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pyarrow as pa

    from rules_engine.compiler.rules import Rulebook
    from rules_engine.judgement.durable_adapter import Trace

NOTHING = -(2**63)
READERS = 2
"""How many threads read what is hashed; more would hold more columns in memory at once."""
AT_ONCE = 2_000_000
"""About how many values a thread reads at once: opening the file again takes time as well."""


def digest(
    book: Rulebook,
    folder: Path,
    traces: Mapping[str, Trace],
    cadre_consequences: Mapping[str, tuple[str, ...]],
) -> str:
    """Return ``sha256:…`` over the results in a folder."""
    state = hashlib.sha256()
    grades = list(book.ruleset.document.grades)
    lines = [c.id for c in book.of_subject("village")]
    columns = ["low", "high", "rank", "grade"]
    paid = [f"pay__{name}" for name in pay_ids(book, "village")]
    followed = {s: ",".join(name for name, _ in trace) for s, trace in traces.items()}

    def consequences_of(table: pa.Table) -> list[str]:
        return [followed[s] for s in table.column("signature").to_pylist()]

    _feed(state, "villages", folder / RESULTS, [*columns, *paid], grades, consequences_of)
    _feed_lines(state, "village lines", folder / LINES, lines)
    if (folder / CADRES).exists():
        responsibility = book.ruleset.document.responsibility
        names = list((responsibility and responsibility.grades) or grades)

        paid = [f"pay__{name}" for name in pay_ids(book, "cadre")]

        def cadre_consequences_of(table: pa.Table) -> list[str]:
            ids = table.column("subject_id").to_pylist()
            return [",".join(cadre_consequences.get(i, ())) for i in ids]

        _feed(state, "cadres", folder / CADRES, [*columns, *paid], names, cadre_consequences_of)
        own = [c.id for c in book.of_subject("cadre")]
        if own:
            _feed_lines(state, "cadre lines", folder / CADRE_LINES, own)
    return f"sha256:{state.hexdigest()}"


def _feed(
    state: hashlib._Hash,
    title: str,
    file: Path,
    columns: list[str],
    grades: list[str],
    consequences: Callable[[pa.Table], list[str]],
) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as results:
        held = results.schema_arrow.names
        wanted = ["subject_id", *columns, *(["signature"] if "signature" in held else [])]
        table = results.read(wanted).sort_by("subject_id")
    _words(state, title, [*columns, *grades])
    _words(state, "subject", table.column("subject_id").to_pylist())
    for name in columns:
        _numbers(state, name, _whole(table.column(name)))
    _words(state, "consequences", consequences(table))


def _feed_lines(state: hashlib._Hash, title: str, file: Path, lines: list[str]) -> None:
    """Hash column by column, while the next ones are read and put into order."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as results:
        order = pc.sort_indices(results.read(["subject_id"]).column(0))

    def ordered(names: list[str]) -> list[pa.Array]:
        with pq.ParquetFile(file) as results:
            table = results.read(names, use_threads=False)
        return [_whole(table.column(name).take(order)) for name in names]

    _words(state, title, lines)
    columns = [f"{line}__{part}" for line in lines for part in ("outcome", "points")]
    step = max(2, AT_ONCE // max(1, len(order)))
    parts = [columns[i : i + step] for i in range(0, len(columns), step)]
    with ThreadPoolExecutor(READERS) as pool:
        for names, arrays in zip(parts, pool.map(ordered, parts), strict=True):
            for name, array in zip(names, arrays, strict=True):
                _numbers(state, name, array)


def _words(state: hashlib._Hash, title: str, words: list[str]) -> None:
    state.update("\0".join([title, str(len(words)), *words, ""]).encode())


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, each value in eight bytes."""
    import pyarrow as pa

    whole = column.cast(pa.int64()).fill_null(NOTHING).combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def _numbers(state: hashlib._Hash, title: str, array: pa.Array) -> None:
    state.update(f"{title}\0{len(array)}\0".encode())
    values = array.buffers()[1]
    if values is not None:
        state.update(memoryview(values)[array.offset * 8 : (array.offset + len(array)) * 8])
