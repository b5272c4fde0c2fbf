"""The results of stored runs as tables of records: one row a subject, or one row a score line."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules_engine.model.subjects import SubjectKind
from rules_engine.run import assess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from rules_engine.model.assessment import Line, Subject
    from rules_engine.model.run import StoredRun
    from rules_engine.plugin_manager import Registry
    from rules_engine.report.reader import ResultReader

AT_ONCE = 20_000
"""So many subjects are read at a time."""
OF_RUN = {
    "record_id": "记录编号",
    "run_id": "考核批次",
    "village_id": "村编号",
    "cadre_id": "干部编号",
    "name": "名称",
    "ruleset": "办法",
    "edition": "版本",
    "from_on": "起始日期",
    "to_on": "截止日期",
}
"""Columns that both tables have, with their labels."""
KEY_NAMES = frozenset({"record_id", "记录编号"})
LINE_NAMES = frozenset({"line_id", "考核项编号", "line", "考核项"})
"""What the key of both is called, and what only the table of lines has."""
OUTCOMES = {"scored": "计分", "not_applicable": "不适用", "not_assessable": "无法评定"}
"""What stands for the outcome of a line, as in scenarios."""
Row = dict[str, object]


@dataclass(frozen=True)
class ResultTable:
    """A table of results.

    Attributes:
        names: what it is called, in ASCII and in Chinese.
        columns: its columns with their labels.
        rows: what a subject gives: the row that is its own, with the size of its group.
        lines: whether the score lines of the subjects are needed.
    """

    names: tuple[str, str]
    columns: Mapping[str, str]
    rows: Callable[[Subject, int], Iterator[Row]]
    lines: bool = False


def _of_subject(subject: Subject, size: int) -> Iterator[Row]:
    known = subject.low == subject.high
    yield {
        "group": subject.group,
        "total": subject.score if known else None,
        "low": subject.low,
        "high": subject.high,
        "rank": None if subject.places else subject.rank,
        "size": size,
        "grade": subject.grade,
    }


def _of_lines(subject: Subject, size: int) -> Iterator[Row]:
    yield from (_of_line(line) for line in subject.lines)


def _of_line(line: Line) -> Row:
    return {
        "line_id": line.criterion,
        "line": line.label,
        "points": line.points,
        "maximum": line.maximum,
        "outcome": OUTCOMES[line.outcome],
        "veto": line.veto,
        "count": line.records,
    }


TABLES = (
    ResultTable(
        ("results", "考核结果"),
        {
            **OF_RUN, "group": "分组", "total": "总分", "low": "最低分", "high": "最高分",
            "rank": "名次", "size": "同组数", "grade": "等次",
        },
        _of_subject,
    ),
    ResultTable(
        ("result_lines", "考核明细"),
        {
            **OF_RUN, "line_id": "考核项编号", "line": "考核项", "points": "得分",
            "maximum": "满分", "outcome": "计分情况", "veto": "否决", "count": "记录数",
        },
        _of_lines,
        lines=True,
    ),
)  # fmt: skip


def delivered(
    table: ResultTable, wanted: frozenset[str], runs: Sequence[StoredRun], registry: Registry
) -> Callable[[], pa.RecordBatchReader]:
    """Return what reads a table of results; every value is a text.

    Args:
        table: which.
        wanted: names and labels of the columns that are read.
        runs: of which runs.
        registry: what these need.
    """
    columns = {
        name: name if name in wanted else label
        for name, label in table.columns.items()
        if {name, label} & wanted
    }

    def read() -> pa.RecordBatchReader:
        import pyarrow as pa

        schema = pa.schema([(called, pa.string()) for called in columns.values()])
        return pa.RecordBatchReader.from_batches(schema, _batches(schema))

    def _batches(schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for run in runs:
            with closing(assess.open_run(run, registry)) as opened:
                for rows in _rows(table, run, opened.reader, _kinds(columns)):
                    arrays = [pa.array([_text(row.get(n)) for row in rows], pa.string())
                              for n in columns]  # fmt: skip
                    yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    return read


def _kinds(columns: Mapping[str, str]) -> tuple[SubjectKind, ...]:
    """Return of whom there are rows: of those of whom the table says who they are."""
    return tuple(kind for kind in SubjectKind if f"{kind.value}_id" in columns)


def _rows(
    table: ResultTable, run: StoredRun, reader: ResultReader, kinds: tuple[SubjectKind, ...]
) -> Iterator[list[Row]]:
    for kind in kinds:
        for start in range(0, reader.count(kind), AT_ONCE):
            subjects = reader.slice(kind, start, start + AT_ONCE, lines=table.lines)
            sizes = _sizes(reader, kind)
            yield [
                {**_common(run, subject), **row, "record_id": _key(run, subject, row)}
                for subject in subjects
                for row in table.rows(subject, sizes.get(subject.group, 0))
            ]


def _sizes(reader: ResultReader, kind: SubjectKind) -> dict[str, int]:
    query = f'SELECT grp, count(*) AS n FROM "{kind.results}" GROUP BY grp'
    rows: list[dict[str, Any]] = reader.session.query(query).to_pylist()
    return {row["grp"] or "": row["n"] for row in rows}


def _common(run: StoredRun, subject: Subject) -> Row:
    record = run.record
    return {
        "run_id": record.id,
        f"{subject.kind.value}_id": subject.id,
        "name": subject.name,
        "ruleset": record.ruleset_id,
        "edition": record.ruleset_edition,
        "from_on": record.period_from,
        "to_on": record.period_to,
    }


def _key(run: StoredRun, subject: Subject, row: Row) -> str:
    mark = ":" if subject.kind is SubjectKind.VILLAGE else "::"  # ids of the two may be alike
    line = f":{row['line_id']}" if "line_id" in row else ""
    return f"{run.record.id}{mark}{subject.id}{line}"


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)
