"""Weighs how likely bytes are to be text in one encoding or another.

Words that are known decide: labels and values that the ruleset declares, and what stands in other
files of the delivery. Where there are none, common characters count for, and rare ones against a
reading: text that is read in the wrong encoding consists of rare characters.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rules_engine.api import normal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from rules_engine.api import TableSchema

UTF8, GB, BIG5 = "utf-8", "gb18030", "big5"
DECISIVE = 0.4
"""So much more common, from 0 to 1, must the characters of the right reading be."""
_CELLS = re.compile(r"[,，\t;；|\"{}\[\]:\r\n]+")
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_MARKS = frozenset("“”‘’—–…‰℃№•√✓✗□■○●◎★☆△▲→←↑↓①②③④⑤⑥⑦⑧⑨⑩")
_LIKELY = re.compile(
    "[\u0370-\u03ff]{3,}|[\u0400-\u04ff]{3,}|[\u0590-\u05ff]{2,}|[\u0600-\u06ff]{2,}"
    "|(?<=[A-Za-z])[\u00c0-\u024f]+|(?<![\u00c0-\u024f])[\u00c0-\u024f]++(?=[a-z])"
    "|(?<=[0-9A-Za-z)\u4e00-\u9fff])[·×°±²³µ]|[×±÷§µ](?=[0-9A-Za-z(])"
)
"""Words in scripts whose letters have two bytes in UTF-8, and signs where they are written.

Each run of letters is tried once, from its beginning: it may be as long as a record.
"""
_UNLIKELY = re.compile(r"(?<=[a-z])[\u4e00-\u9fff]+|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]++(?=[a-z])")
_ALONE = "".join(map(chr, (*range(0x391, 0x3CA), *range(0x410, 0x450))))


@dataclass(frozen=True)
class Reading:
    """A text as it reads in one encoding.

    Attributes:
        encoding: the encoding.
        hits: how many of its cells are known words.
        common: how common its characters beyond ASCII are, from 0 to 1.
    """

    encoding: str
    hits: int
    common: float

    def beats(self, other: Reading) -> bool:
        """Return whether this is surely the right one of the two."""
        if self.hits != other.hits:
            return self.hits > other.hits
        return self.common - other.common >= DECISIVE


def words_of(schemas: Mapping[str, TableSchema]) -> frozenset[str]:
    """Return the labels of tables and columns, and the values that columns declare."""
    names = {name for s in schemas.values() for name in (s.name, s.label)}
    names |= {name for s in schemas.values() for c in s.columns for name in (c.label, *c.values)}
    if any(c.type == "boolean" for s in schemas.values() for c in s.columns):
        names |= {"是", "否", "有", "无", "没有", "√", "×", "✓", "✗"}
    return frozenset(normal(name) for name in names if not name.isascii())


def cells(text: str) -> Iterable[str]:
    """Yield what stands between separators and goes beyond ASCII, as words are compared."""
    return (normal(cell) for cell in _CELLS.split(text) if not cell.isascii())


def texts(data: bytes, encodings: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield those of the encodings in which bytes are text, and the text."""
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            yield encoding, data.decode(encoding)


def readings(data: bytes, known: Collection[str], encodings: Iterable[str]) -> list[Reading]:
    """Return how bytes read in each of the encodings in which they are text."""
    results = []
    for encoding, text in texts(data, encodings):
        hits = sum(cell in known for cell in cells(text)) if known else 0
        results.append(Reading(encoding, hits, _common(text, encoding)))
    return results


def likeliest(data: bytes, known: Collection[str]) -> str | None:
    """Return the likeliest of the encodings in which bytes are text, if they are in any."""
    result = readings(data, known, (UTF8, GB, BIG5))
    best = result[0] if result else None
    for other in result[1:]:
        best = other if best and other.beats(best) else best
    return best.encoding if best else None


def _common(text: str, encoding: str) -> float:
    """Return how common the characters beyond ASCII are; of none at all, fully."""
    likely = _LIKELY.sub(lambda m: "—" * len(m[0]), text)
    likely = _UNLIKELY.sub(lambda m: "\x80" * len(m[0]), likely)
    written = [c for run in _BEYOND.findall(likely) for c in run if c < "\U00010000"]
    weigh = _weights(encoding)
    return sum(weigh.get(c, 0.2) for c in written) / len(written) if written else 1.0


@lru_cache(maxsize=3)
def _weights(encoding: str) -> dict[str, float]:
    """Return how common characters are in text that is written in an encoding."""
    weights = dict.fromkeys(map(chr, range(0x80, 0x4E00)), 0.0)
    weights |= dict.fromkeys(map(chr, range(0xE000, 0xF900)), 0.0)
    if encoding == UTF8:  # characters of three bytes are no chance, whatever script they are of
        weights |= dict.fromkeys(map(chr, (*range(0x800, 0x3400), *range(0xA000, 0xD7A4))), 0.8)
        weights |= dict.fromkeys(map(chr, (0xA0, 0xAD, 0xFEFF, *range(0x2000, 0x2070))), 1.0)
    weights |= dict.fromkeys(map(chr, (*range(0x3000, 0x3020), *range(0xFF01, 0xFF5F))), 1.0)
    weights |= dict.fromkeys(_ALONE, 0.5) | dict.fromkeys(_MARKS, 1.0)
    if encoding != BIG5:
        weights |= _table("gb2312", range(0xD8, 0xF8), 0.6) | _table("gb2312", range(0xB0, 0xD8), 1)
    if encoding != GB:
        weights |= {c: max(1.0, weights.get(c, 0)) for c in _table(BIG5, range(0xA4, 0xC7), 1)}
    return weights


def _table(codec: str, leads: Iterable[int], weight: float) -> dict[str, float]:
    pairs = (bytes([lead, trail]) for lead in leads for trail in range(0x40, 0xFF))
    result = (pair.decode(codec, "ignore") for pair in pairs)
    return {c: weight for c in result if "\u4e00" <= c <= "\u9fff" and len(c) == 1}
