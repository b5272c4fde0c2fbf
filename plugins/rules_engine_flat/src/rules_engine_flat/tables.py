"""The tables and their columns, filled in one pass over villages and cadres."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from rules_engine.api import figures, listed, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rules_engine.api import AssessmentReport, Line, Message, Subject

Kind: TypeAlias = "Literal['text', 'count', 'decimal', 'day', 'flag']"
Row: TypeAlias = "tuple[Any, ...]"


@dataclass(frozen=True)
class Field:
    """A column: its name for programs, what people call it, what it holds."""

    name: str
    label: Message
    kind: Kind = "text"


class TableFile(Protocol):
    """A file that rows are added to."""

    def add(self, rows: Sequence[Row]) -> None:
        """Write rows."""

    def close(self) -> None:
        """Finish the file."""


SUBJECT = (
    Field("id", msg("id")),
    Field("name", msg("name")),
)
RESULT = (
    Field("score", msg("score"), "decimal"),
    Field("low", msg("at least"), "decimal"),
    Field("high", msg("at most"), "decimal"),
    Field("grade", msg("grade")),
    Field("honours", msg("honours")),
    Field("sanctions", msg("sanctions")),
)
TABLES: dict[str, tuple[Field, ...]] = {
    "ranking": (
        Field("rank", msg("place"), "count"),
        Field("tied", msg("tied"), "flag"),
        *SUBJECT,
        Field("group", msg("group")),
        *RESULT,
        Field("band", msg("grade by score")),
        Field("grade_reason", msg("why they differ")),
        Field("open_lines", msg("lines that cannot be assessed"), "count"),
        Field("pay", msg("pay")),
    ),
    "lines": (
        Field("kind", msg("kind")),
        *SUBJECT,
        Field("criterion", msg("criterion id")),
        Field("label", msg("criterion")),
        Field("section", msg("section")),
        Field("outcome", msg("outcome")),
        Field("points", msg("points"), "decimal"),
        Field("maximum", msg("maximum"), "decimal"),
        Field("raw", msg("before floor and cap"), "decimal"),
        Field("low", msg("at least"), "decimal"),
        Field("high", msg("at most"), "decimal"),
        Field("floor_applied", msg("floor applied"), "flag"),
        Field("cap_applied", msg("cap applied"), "flag"),
        Field("veto", msg("veto"), "flag"),
        Field("records", msg("records"), "count"),
        Field("worked", msg("worked")),
        Field("reason", msg("reason")),
        Field("clauses", msg("clauses")),
    ),
    "cadres": (
        Field("rank", msg("place"), "count"),
        Field("tied", msg("tied"), "flag"),
        *SUBJECT,
        Field("post", msg("post")),
        *RESULT,
        Field("pay", msg("pay")),
    ),
    "pay": (
        Field("kind", msg("kind")),
        *SUBJECT,
        Field("pay", msg("pay id")),
        Field("label", msg("pay")),
        Field("score", msg("score"), "decimal"),
        Field("amount", msg("amount"), "decimal"),
        Field("unit", msg("unit")),
        Field("how", msg("how it comes about")),
    ),
    "pay_parts": (
        Field("kind", msg("kind")),
        *SUBJECT,
        Field("pay", msg("pay id")),
        Field("part", msg("part of pay: id")),
        Field("label", msg("part of pay")),
        Field("amount", msg("amount"), "decimal"),
        Field("unit", msg("unit")),
        Field("how", msg("how it comes about")),
        Field("clauses", msg("clauses")),
    ),
    "shares": (
        Field("id", msg("cadre id")),
        Field("name", msg("full name")),
        Field("village_id", msg("{assessed_one} id")),
        Field("village", msg("{assessed_one}")),
        Field("role", msg("role")),
        Field("from_on", msg("from"), "day"),
        Field("to_on", msg("to"), "day"),
        Field("days", msg("days"), "count"),
        Field("share", msg("share"), "decimal"),
        Field("village_score", msg("{assessed_one} score"), "decimal"),
        Field("score", msg("score"), "decimal"),
    ),
}
"""The columns of each table, in the order of its rows."""
AT_ONCE = 2_000
"""Subjects whose rows are held in memory before they are written."""


def write_tables(
    report: AssessmentReport,
    out: Path,
    ending: str,
    open_file: Callable[[Path, tuple[Field, ...]], TableFile],
) -> list[Path]:
    """Write every table into a file of its own and return the paths."""
    out.mkdir(parents=True, exist_ok=True)
    paths = {name: out / f"{name}{ending}" for name in TABLES}
    with ExitStack() as stack:
        files: dict[str, TableFile] = {}
        for name, path in paths.items():
            files[name] = open_file(path, TABLES[name])
            stack.callback(files[name].close)
        for subjects in (report.villages, report.cadres):
            _fill(files, subjects)
    return list(paths.values())


def _fill(files: dict[str, TableFile], subjects: Sequence[Subject]) -> None:
    values: dict[str, list[Row]] = {name: [] for name in files}
    for number, subject in enumerate(subjects, 1):
        for name, row in _rows(subject):
            values[name].append(row)
        if number % AT_ONCE == 0 or number == len(subjects):
            for name, rows in values.items():
                files[name].add(rows)
                rows.clear()


def _rows(subject: Subject) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a village or a cadre, each with the name of its table."""
    paid = listed(payment.short for payment in subject.payments)
    place = (subject.rank or subject.place_text, subject.tied > 0, subject.id, subject.name)
    grade = subject.grade_text if subject.grades else subject.grade
    result = (
        subject.score, *figures.ends(subject.low, subject.high), grade,
        listed(subject.honours_text), listed(subject.sanctions_text),
    )  # fmt: skip
    if subject.kind == "village":
        more = (subject.band, subject.grade_reason, len(subject.blocking), paid)
        yield "ranking", (*place, subject.group, *result, *more)
    else:
        yield "cadres", (*place, subject.post, *result, paid)
    for p in subject.payments:
        yield "pay", (
            subject.kind, subject.id, subject.name, p.id, p.label,
            None if p.amount is None else subject.score, p.amount, p.unit, p.how,
        )  # fmt: skip
        for part in p.parts:
            yield "pay_parts", (
                subject.kind, subject.id, subject.name, p.id, part.id, part.label, part.amount,
                p.unit, part.how, listed(clause.id for clause in part.clauses),
            )  # fmt: skip
    for line in subject.lines:
        yield "lines", (subject.kind, subject.id, subject.name, *_line(line))
    for s in subject.shares:
        yield "shares", (
            subject.id, subject.name, s.village_id, s.village, s.role, s.from_on, s.to_on,
            s.days, s.share, s.village_shown, s.shown,
        )  # fmt: skip


def _line(line: Line) -> Row:
    return (
        line.criterion, line.label, line.section, line.outcome, line.points, line.maximum,
        line.raw, *figures.ends(line.low, line.high), line.floor_applied, line.cap_applied,
        line.veto, line.records, line.worked, line.reason,
        listed(clause.id for clause in line.clauses),
    )  # fmt: skip
