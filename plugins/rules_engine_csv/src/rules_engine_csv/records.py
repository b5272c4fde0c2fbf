"""Cuts delimited text into pieces of whole records, and finds quotes that do not close."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from rules_engine.api import Place, limits, msg
from rules_engine_csv.refusals import LARGEST, refuse_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules_engine_csv.archive import TableFile


_LINE_END = re.compile(rb"\r\n|\n|\r")


class Grammar:
    """What a record looks like. A quote within a field that does not begin with one is text."""

    def __init__(self, delimiter: str) -> None:
        """Compile the patterns for one delimiter. None of them ever goes back."""
        inner = rf"[^{re.escape(delimiter)}\r\n]"
        opening = rf'(?<!{inner})"(?:[^"]++|"")*+'
        field = rf'[^"\r\n]++|{opening}"(?!{inner})|(?<={inner})"'
        line = rf"(?:{field})*+"
        # A carriage return at the end of a piece may be half of a line end.
        self.records = re.compile(rf"(?:{line}(?:\r\n|\n|\r(?=[\s\S])))*+".encode())
        self.record = re.compile(rf"({line})(?:\r\n|\n|\r|\Z)".encode())
        self.begun = re.compile(rf"{line}(?:\r|(?P<open>{opening}))?+\Z".encode())
        self.sound = re.compile(line.encode())

    def whole(self, data: bytes) -> int:
        """Return where the last whole record of the data ends."""
        if b'"' not in data and (end := data.rfind(b"\n")) >= 0:
            return end + 1
        match = self.records.match(data)
        return match.end() if match else 0


def pieces(file: TableFile, chunks: Iterable[bytes], grammar: Grammar) -> Iterator[bytes]:
    """Yield the text in pieces that end where a record ends.

    Raises:
        DatasetError: a quote does not close, text follows a closing quote, or a record is
            larger than any real one.
    """
    items, line = b"", 1
    for chunk in chunks:
        data = items + chunk
        whole = grammar.whole(data)
        _check(file, data[whole:], line + _line_ends(data, whole), grammar)
        end = _without_blank_lines(data, whole)
        line += _line_ends(data, end)
        items = data[end:]
        if end:
            yield data[:end]
    last = items.rstrip(b"\r\n")
    start = grammar.whole(last)
    begun = grammar.begun.match(last, start)
    if begun and begun["open"] is not None:
        _refuse_open(file, last, line, begun.start("open"))
    if last:
        yield last + b"\n"


def _without_blank_lines(data: bytes, end: int) -> int:
    """Return where the last line that is not blank ends: blank ones at the very end are no rows."""
    written = len(data[:end].rstrip(b"\r\n"))
    line_end = _LINE_END.match(data, written)
    return line_end.end() if written and line_end else 0


def _check(file: TableFile, rest: bytes, line: int, grammar: Grammar) -> None:
    """Refuse a record that cannot become a sound one, whatever follows."""
    begun = grammar.begun.match(rest)
    if begun is None:
        sound = grammar.sound.match(rest)
        line += _line_ends(rest, sound.end() if sound else 0)
        hint = msg("double each quote that belongs to the text, and look for one never closed")
        refuse_line(
            file, "stray-quote", msg("text follows a closing quote in this record"), hint, line
        )
    if len(rest) > LARGEST:
        if begun["open"] is not None:
            _refuse_open(file, rest, line, begun.start("open"))
        raise limits.RECORD_SIZE.refuse(Place(str(file), line, 1))


def _refuse_open(file: TableFile, rest: bytes, line: int, start: int) -> NoReturn:
    refuse_line(
        file,
        "unclosed-quote",
        msg("a quote is opened and never closed"),
        msg("close it, or double a quote that belongs to the text"),
        line + _line_ends(rest, start),
    )


def _line_ends(data: bytes, end: int) -> int:
    return data.count(b"\n", 0, end) or data.count(b"\r", 0, end)
