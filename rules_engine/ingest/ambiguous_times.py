"""Tells of columns of points in time in which it is not plain which moments are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.errors import Finding
from rules_engine.ingest import parsing, sql
from rules_engine.ingest.row_problems import clean
from rules_engine.messages import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.ingest.binding import Bound
    from rules_engine.model.table import Column, DayMeans

_READ_AS: dict[DayMeans, Message] = {
    "end": msg("each of them lasts to the end of its day"),
    "start": msg("each of them is the beginning of its day"),
}


def counted(bound: Bound) -> list[tuple[Column, tuple[str, str, str]]]:
    """Return the columns of points in time, each with what is counted of it.

    That is: days without a time, points in time, and those among them that are the very beginning
    of a day, where that would be a deadline before its day begins.
    """
    results = []
    for column in bound.schema.columns:
        field = bound.fields.get(column.name)
        if column.type != "timestamp" or field is None:
            continue
        if field.kind == "text" or (field.kind == "timestamp" and column.day_means == "end"):
            results.append((column, _counts(column, field.kind)))
    return results


def _counts(column: Column, kind: str) -> tuple[str, str, str]:
    value = sql.name(column.name)
    day = f"{value} IS NOT NULL AND {parsing.is_day(clean(column), kind)}"
    timed = f"{value} IS NOT NULL AND NOT ({parsing.is_day(clean(column), kind)})"
    begins = f"CASE WHEN {timed} THEN {value} = date_trunc('day', {value}) END"
    begins = begins if column.day_means == "end" else "false"
    return sql.count_if(day), sql.count_if(timed), sql.count_if(begins)


def findings(bound: Bound, counts: Sequence[tuple[Column, Sequence[int]]]) -> Iterator[Finding]:
    """Yield what is worth knowing of the columns, from the counts of their values."""
    for column, (days, timed, begins) in counts:
        place = bound.staged.source.place(column=bound.fields[column.name].name)
        if days and timed:
            yield Finding(
                "mixed-days-and-times",
                msg(
                    "“{column}” has {days} days without a time beside {timed} with one: {read}",
                    column=column.label,
                    days=days,
                    timed=timed,
                    read=_READ_AS[column.day_means],
                ),
                place,
                msg("write the time of all of them, or of none"),
                "warning",
            )
        if begins:
            yield Finding(
                "deadline-at-midnight",
                msg(
                    "{count} deadlines in “{column}” are at 00:00, before their day begins",
                    column=column.label,
                    count=begins,
                ),
                place,
                msg("where the whole day is meant, deliver it without a time, or with 23:59"),
                "warning",
            )
