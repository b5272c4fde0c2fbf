"""Gives the text of a file as UTF-8, a chunk at a time, whatever it was saved in.

UTF-8 is told from GB18030 by reading all of it: hardly any Chinese text in GB18030 is valid
UTF-8, while most UTF-8 can be read as GB18030, as other characters.
"""

from __future__ import annotations

import codecs
from typing import IO, TYPE_CHECKING

from rules_engine.api import msg
from rules_engine_csv.trouble import LARGEST, opened, refuse_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine_csv.archive import TableFile

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DAMAGED = 10
"""From so many sound characters to each unsound one, a file is UTF-8 that was damaged."""


def encoding_of(file: TableFile) -> str:
    """Return which of UTF-8, UTF-16 (with its mark) and GB18030 a file is in.

    Raises:
        DatasetError: the file cannot be read, or is UTF-8 in which something is damaged.
    """
    with opened(file) as stream:
        start = stream.read(3)
        if start.startswith(UTF16):
            return "utf-16"
        stream.seek(0)
        fault = _first_fault(stream)
    if fault is None:
        return "utf-8"
    line, damaged = fault
    if damaged or start == codecs.BOM_UTF8:
        refuse_line(
            file,
            "unknown-encoding",
            msg("the file is UTF-8, but damaged here"),
            msg("export it again: it may have been cut short, or joined from different files"),
            line,
        )
    return "gb18030"


def _first_fault(stream: IO[bytes]) -> tuple[int, bool] | None:
    """Return the line of the first bytes that are not UTF-8, and whether the rest is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, sound = 1, 0
    while True:
        chunk = stream.read(LARGEST)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line += error.object.count(b"\n", 0, error.start)
            rest = error.object.decode("utf-8", "replace")
            valid = rest.replace("\ufffd", "")
            sound += _beyond_ascii(valid)
            return line, (len(rest) - len(valid)) * _DAMAGED <= sound
        if not chunk:
            return None
        line += chunk.count(b"\n")
        sound += _beyond_ascii(text)


def _beyond_ascii(text: str) -> int:
    """Return roughly how many Chinese characters a text has."""
    return 0 if text.isascii() else (len(text.encode()) - len(text)) // 2


def utf8_chunks(file: TableFile, encoding: str) -> Iterator[bytes]:
    """Yield the file as UTF-8 without its mark.

    Raises:
        DatasetError: the bytes are not of that encoding, or hold NUL.
    """
    line = 1
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
    with opened(file) as stream:
        if stream.read(3) != codecs.BOM_UTF8:
            stream.seek(0)
        while chunk := stream.read(LARGEST):
            text = _recoded(file, chunk, decoder, line) if decoder else chunk
            if b"\0" in text:
                line += text.count(b"\n", 0, text.index(b"\0"))
                refuse_line(
                    file,
                    "nul-byte",
                    msg("the file holds NUL bytes: it is no table of text"),
                    msg("export the table again as CSV in UTF-8"),
                    line,
                )
            line += text.count(b"\n")
            yield text
        if decoder:
            yield _recoded(file, b"", decoder, line)


def _recoded(file: TableFile, chunk: bytes, decoder: codecs.IncrementalDecoder, line: int) -> bytes:
    try:
        return decoder.decode(chunk, final=not chunk).encode("utf-8")
    except UnicodeDecodeError as error:
        refuse_line(
            file,
            "unknown-encoding",
            msg("the file is neither UTF-8 nor UTF-16 nor GB18030, or it is damaged here"),
            msg("save it again as CSV in UTF-8"),
            line + error.object.count(b"\n", 0, error.start),
        )
