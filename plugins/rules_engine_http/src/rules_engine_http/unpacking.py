"""Unpacks an answer as it comes, and counts what each layer of its encoding gives."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from rules_engine.api import limits, msg
from rules_engine_http.answers import CutShort

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules_engine.api import Place

AT_ONCE = 1 << 16
"""So many bytes each layer gives at once, whatever they are packed to."""
_HEADER = 2
"""Bytes that tell the two kinds of deflate apart."""
ACCEPTED = "gzip, deflate"
"""What is asked for. Other ways to pack an answer are not read."""


def unpacked(
    pieces: Iterable[bytes], encodings: Iterable[str], most: int, place: Place
) -> Iterator[bytes]:
    """Yield the bytes of an answer as they were before the server packed them.

    Args:
        pieces: what came.
        encodings: how it was packed, the first of them first; as ``Content-Encoding`` says.
        most: bytes that it, or any layer of it, may have.
        place: which table it is for.

    Raises:
        CutShort: it is damaged, or packed in another way.
        DatasetError: it, or a layer of it, has more bytes.
    """
    layers = [name for e in encodings if (name := e.strip().lower()) not in ("", "identity")]
    limits.ENCODINGS.check(len(layers), place)
    results: Iterable[bytes] = _counted(pieces, most, place)
    for name in reversed(layers):
        results = _counted(_layer(results, name), most, place)
    return iter(results)


def _counted(pieces: Iterable[bytes], most: int, place: Place) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise limits.ANSWER_SIZE.refuse(place, most=most // limits.MIB)
        yield piece


def _layer(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Take one layer off.

    Raises:
        CutShort: it cannot be taken off.
    """
    if name not in ("gzip", "x-gzip", "deflate"):
        raise CutShort(msg("it is packed in a way that is not read: {name}", name=name[:50]))
    reader, rest = None, b""
    try:
        for piece in filter(None, pieces):
            rest, more = rest + piece, True
            if reader is None and len(rest) < _HEADER:
                continue
            while more:
                if reader is None or (reader.eof and name != "deflate"):  # gzip may go on anew
                    reader = _reader(name, rest)
                value = reader.decompress(rest, AT_ONCE)
                yield value
                rest = reader.unused_data or reader.unconsumed_tail
                more = bool(rest) if reader.eof else bool(rest) or len(value) == AT_ONCE
                if reader.eof and name == "deflate":
                    return
    except zlib.error as error:
        raise CutShort(str(error)) from None
    if reader and not reader.eof:
        raise CutShort(msg("the answer is cut short"))


def _reader(name: str, start: bytes) -> zlib._Decompress:
    """Return what unpacks; some servers send deflate without the header that belongs to it."""
    if name != "deflate":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    bare = start[0] & 0x0F != 8 or int.from_bytes(start[:_HEADER], "big") % 31
    return zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS)
