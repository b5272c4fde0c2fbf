"""The digest: a hash over the canonical result and nothing else.

Subjects are sorted by id; then come, column by column, the outcome and points of every line, the
score with its bounds, rank, grade and consequences. No time, no path, no float.
"""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.open_grading import OPEN, SIGNED
from rules_engine.plan.pay import part_columns, pay_ids
from rules_engine.run.compute import CADRE_LINES, CADRES, LINES, RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    import pyarrow as pa

    from rules_engine.judgement.durable_adapter import Trace
    from rules_engine.plan.rules import Rulebook

    Piece = bytes | memoryview

IMPORTS = ("pyarrow.compute", "pyarrow.parquet")
"""What is imported for it, which takes long."""
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
    followed = {s: ",".join(name for name, _ in trace) for s, trace in traces.items()}

    def consequences_of(table: pa.Table) -> list[str]:
        return [followed[s] for s in table.column("signature").to_pylist()]

    def cadre_consequences_of(table: pa.Table) -> list[str]:
        ids = table.column("subject_id").to_pylist()
        return [",".join(cadre_consequences.get(i, ())) for i in ids]

    with ThreadPoolExecutor(READERS) as pool:

        def of_kind(
            kind: SubjectKind,
            files: tuple[str, str],
            names: list[str],
            consequences: Callable[[pa.Table], list[str]],
        ) -> Iterator[Future[list[Piece]]]:
            columns = ["low", "high", "rank", "grade"]
            columns += [f"pay__{name}" for name in pay_ids(book, kind)]
            columns += part_columns(book, kind)
            results, lines = (folder / file for file in files)
            yield pool.submit(_results, f"{kind}s", results, columns, names, consequences)
            own = [c.id for c in book.of_subject(kind)]
            if own or kind.judged:
                yield from _lines(pool, f"{kind} lines", lines, own)

        parts = deque(of_kind(SubjectKind.VILLAGE, (RESULTS, LINES), grades, consequences_of))
        if (folder / CADRES).exists():
            responsibility = book.ruleset.document.responsibility
            names = list((responsibility and responsibility.grades) or grades)
            parts += of_kind(SubjectKind.CADRE, (CADRES, CADRE_LINES), names, cadre_consequences_of)
        # Hashed in this order, each while those after it are read and put into order.
        while parts:
            for piece in parts.popleft().result():
                state.update(piece)
    return f"sha256:{state.hexdigest()}"


def _results(
    title: str,
    file: Path,
    columns: list[str],
    grades: list[str],
    consequences: Callable[[pa.Table], list[str]],
) -> list[Piece]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as results:
        value = results.schema_arrow.names
        open_ = [name for name in OPEN if name in value]
        columns = [*columns, *(name for name in open_ if name != SIGNED)]
        wanted = [
            "subject_id",
            *columns,
            *([SIGNED] if open_ else []),
            *(["signature"] if "signature" in value else []),
        ]
        table = results.read(wanted).sort_by("subject_id")
    numbers = [piece for name in columns for piece in _numbers(name, _whole(table.column(name)))]
    return [
        _words(title, [*columns, *grades]),
        _words("subject", table.column("subject_id").to_pylist()),
        *numbers,
        *([_words(SIGNED, table.column(SIGNED).to_pylist())] if open_ else []),
        _words("consequences", consequences(table)),
    ]


def _lines(
    pool: ThreadPoolExecutor, title: str, file: Path, lines: list[str]
) -> list[Future[list[Piece]]]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    def put_in_order() -> pa.Array:
        with pq.ParquetFile(file) as results:
            return pc.sort_indices(results.read(["subject_id"]).column(0))

    def read(names: list[str]) -> list[Piece]:
        with pq.ParquetFile(file, metadata=metadata) as results:
            table = results.read(names, use_threads=False)
        rows = order.result()
        arrays = ((name, _whole(table.column(name), rows)) for name in names)
        return [piece for name, array in arrays for piece in _numbers(name, array)]

    metadata = pq.read_metadata(file)
    count = metadata.num_rows
    columns = [f"{line}__{part}" for line in lines for part in ("outcome", "points")]
    step = max(2, AT_ONCE // max(1, count))
    order = pool.submit(put_in_order)
    begun = pool.submit(lambda: [_words(title, lines)])
    return [
        begun,
        *(pool.submit(read, columns[i : i + step]) for i in range(0, len(columns), step)),
    ]


def _words(title: str, words: list[str]) -> Piece:
    return "\0".join([title, str(len(words)), *words, ""]).encode()


def _whole(column: pa.ChunkedArray, rows: pa.Array | None = None) -> pa.Array:
    """Return a column in one piece, each value in eight bytes, in the order of these rows.

    Every step that can be left out is: each would copy the column once more.
    """
    import pyarrow as pa

    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks)
    if rows is not None:
        whole = whole.take(rows)
    if whole.type != pa.int64():
        whole = whole.cast(pa.int64())
    return whole.fill_null(NOTHING) if whole.null_count else whole


def _numbers(title: str, array: pa.Array) -> list[Piece]:
    pieces: list[Piece] = [f"{title}\0{len(array)}\0".encode()]
    values = array.buffers()[1]
    if values is not None:
        pieces.append(memoryview(values)[array.offset * 8 : (array.offset + len(array)) * 8])
    return pieces
