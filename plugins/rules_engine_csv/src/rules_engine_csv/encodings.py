"""Gives the text of a file as UTF-8, a chunk at a time, whatever it was saved in.

The encoding is found out by reading all of the file, line by line where a line may be read in two
ways. What cannot be known is an error and not a guess.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, NoReturn

from rules_engine.api import limits, msg
from rules_engine_csv.archive import opened
from rules_engine_csv.readings import BIG5, GB, UTF8, readings, texts
from rules_engine_csv.refusals import LARGEST, refuse_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from rules_engine.api import Message
    from rules_engine_csv.archive import TableFile

MARKS = {
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", b"\x84\x31\x95\x33": GB,
}  # fmt: skip
"""With what a file begins that says its own encoding. The longer ones come first."""
CODECS = {"utf-8": "utf-8-sig", "gb18030": GB, "gbk": GB, "gb2312": GB, "big5": BIG5}
"""How people call encodings; UTF-8 that was found out is read without looking at it again."""
ENOUGH = 12
"""So many characters of three bytes are no chance: what can be read as UTF-8 then is UTF-8."""
MOST_SCANNED = 2_000
"""So many lines are weighed each by itself; a file has few that can be read in two ways."""
LONGEST, MOST_BYTES = 16 * 1024, 2 * limits.MIB
"""So many bytes are weighed of a line, and of all lines together: a record may be a mebibyte."""
PLAUSIBLE = 0.5
_SAMPLE = 1 << 16
_LINE = re.compile(rb"(?:\A|(?<=[\r\n]))[^\r\n\x80-\xff]*+[\x80-\xff][^\r\n]*+")
_BEYOND = re.compile(rb"[\x80-\xff]")
_SHORT, _LONG = re.compile("[\x80-\u07ff]"), re.compile("[\u0800-\U0010ffff]")
_SHORT_LINE = re.compile(
    "(?:\\A|(?<=[\r\n]))[^\r\n\x80-\U0010ffff]*+[\x80-\u07ff][^\r\n\u0800-\U0010ffff]*+(?=[\r\n]|\\Z)"
)
_END = re.compile("[\r\n]")
_UTF8 = re.compile(
    rb"(?:[\x00-\x7f]++|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]"
    rb"|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})++"
)
_SEVERAL = re.compile(rb"(?:[\xc2-\xdf][\x80-\xbf]){2}")
"""Characters of two bytes in UTF-8, as which Chinese in GB18030 may read, and those of more."""
_SETTLES = msg(
    "save the file as CSV in UTF-8, or say in source.yaml what it is: {key}",
    key="encoding: gb18030",
)


def encoding_of(file: TableFile, known: Collection[str] = (), said: str | None = None) -> str:
    """Return the encoding of a file: UTF-8, UTF-16, UTF-32, GB18030 or Big5.

    Args:
        file: the file.
        known: words that may stand in it, in normal form.
        said: what somebody says that it is; then nothing is looked at.

    Raises:
        DatasetError: the file cannot be read, changes its encoding, is UTF-8 in which something
            is damaged, or can be read in two ways.
    """
    with opened(file) as stream:
        start = stream.read(_SAMPLE)
        marked = next((name for mark, name in MARKS.items() if start.startswith(mark)), None)
        marked = marked or _wide(start)
        if said:
            return marked or "utf-16-le" if said == "utf-16" else CODECS[said]
        if marked:
            return marked
        seen = _Seen(file, known, marked=start.startswith(codecs.BOM_UTF8))
        stream.seek(len(codecs.BOM_UTF8) if seen.marked else 0)
        seen.scan(stream)
    return seen.decided()


def _wide(start: bytes) -> str | None:
    """Return whether this is UTF-16 without its mark: of ASCII every other byte is NUL."""
    if b"\0" not in start:
        return None
    for name, high in (("utf-16-le", 1), ("utf-16-be", 0)):
        highs, lows = start[high::2], start[1 - high :: 2]
        plain = sum(h == 0 and _is_plain(low) for h, low in zip(highs, lows, strict=False))
        swapped = sum(low == 0 and _is_plain(h) for h, low in zip(highs, lows, strict=False))
        chinese = sum(0x4E <= h <= 0x9F or h in _ROWS for h in highs)
        if plain > 4 * swapped and (plain + chinese) * 10 >= len(highs) * 9:
            return name
    return None


_ROWS = (0x20, 0x22, 0x30, 0xFF)
"""Where in Unicode the punctuation of Chinese and full-width characters are."""


def _is_plain(byte: int) -> bool:
    return byte in (9, 10, 13) or 0x20 <= byte < 0x7F


def _ends(data: bytes, start: int = 0, end: int | None = None) -> int:
    """Return how many lines end in a part of the data, also as old Macintoshes wrote them."""
    return data.count(b"\n", start, end) or data.count(b"\r", start, end)


@dataclass
class _Lines:
    """Some of the lines of a file, of which so many are kept as are weighed.

    Attributes:
        kept: their numbers, and what is weighed of them.
        size: how many bytes that are.
    """

    kept: list[tuple[int, bytes]] = field(default_factory=list)
    size: int = 0

    @property
    def full(self) -> bool:
        """Return whether more would not be weighed."""
        return len(self.kept) >= MOST_SCANNED or self.size >= MOST_BYTES

    def add(self, number: int, line: bytes) -> None:
        """Keep a line."""
        self.kept.append((number, _weighed(line)))
        self.size += len(self.kept[-1][1])

    def joined(self) -> bytes:
        """Return all of them."""
        return b"\n".join(line for _, line in self.kept)


def _weighed(line: bytes) -> bytes:
    """Return a line, or of a long one what stands where it first goes beyond ASCII.

    That ends where a character does in each encoding in which the line may be.
    """
    beyond = _BEYOND.search(line) if len(line) > LONGEST else None
    if not beyond:
        return line
    part = line[beyond.start() :][:LONGEST]
    # After twelve bytes characters of two, three and four bytes end together again.
    ends = range(len(part), len(part) - 12, -1)
    return part[: max(ends, key=lambda end: _read_as(part[:end]))]


def _read_as(data: bytes) -> tuple[bool, int]:
    """Return whether bytes are UTF-8, and in how many encodings they are text."""
    results = [encoding for encoding, _ in texts(data, (UTF8, GB, BIG5))]
    return UTF8 in results, len(results)


@dataclass
class _Seen:
    """What was seen of a file. Lines are numbers as a text editor counts them; 0: none.

    Attributes:
        utf8_line: the first line that surely is UTF-8.
        other_line: the first line that surely is not.
        marked: the file begins with the mark of UTF-8.
        long: how many characters of three and more bytes there are, while they are few.
        either: the lines that can be read as UTF-8 and perhaps in another way.
        others: some of the lines that are not UTF-8.
    """

    file: TableFile
    known: Collection[str]
    utf8_line: int = 0
    other_line: int = 0
    long: int = 0
    marked: bool = False
    either: _Lines = field(default_factory=_Lines)
    others: _Lines = field(default_factory=_Lines)

    def scan(self, stream: IO[bytes]) -> None:
        """Look at all lines."""
        number = 1
        for chunk in _whole_lines(stream):
            if not chunk.isascii():
                try:
                    self._scan_utf8(chunk.decode(), number)
                except UnicodeDecodeError:
                    self._scan_other(chunk, number)
            number += _ends(chunk)

    def _scan_utf8(self, text: str, number: int) -> None:
        """All of these lines are UTF-8, or some of them look so by chance."""
        if self.long < ENOUGH:
            for at, line in _long_lines(text, number):
                self.either.add(at, line.encode())
                self.long += len(_LONG.findall(line))
                if self.long >= ENOUGH:
                    self.utf8_line = self.utf8_line or self.either.kept[0][0]
                    break
        counted = 0
        for match in _SHORT_LINE.finditer(text) if _SHORT.search(text) else ():
            if self.either.full:
                return
            number += _line_ends(text, counted, match.start())
            counted = match.start()
            self.either.add(number, match[0].encode())

    def _scan_other(self, chunk: bytes, number: int) -> None:
        """Some of these lines are not UTF-8; others may be."""
        counted = 0
        for match in _LINE.finditer(chunk):
            sound = _UTF8.fullmatch(chunk, match.start(), match.end())
            if self.other_line and not sound and self.others.full:
                continue
            number += _ends(chunk, counted, match.start())
            counted, line = match.start(), match[0]
            if not sound:
                self.other_line = self.other_line or number
                self.others.add(number, line)
            elif not self.either.full:
                self.either.add(number, line)

    def decided(self) -> str:
        """Return the encoding.

        Raises:
            DatasetError: there are two, or it cannot be known.
        """
        # A long line may be UTF-8 in what is weighed of it, and damaged or joined behind that.
        begun = [(number, line) for number, line in self.others.kept if _UTF8.fullmatch(line)]
        for number, line in (*self.either.kept, *begun):
            sure = self._surely(line)
            if sure == UTF8:
                self.utf8_line = min(self.utf8_line or number, number)
            elif sure == GB and (self.others.kept or _SEVERAL.search(line) or self._known(line)):
                self.other_line = min(self.other_line or number, number)
        if self.other_line and (self.utf8_line or self.marked):
            self._refuse_both()
        if self.utf8_line or self.marked or not (self.either.kept or self.other_line):
            return UTF8
        return self._of_others() if self.others.kept else self._of_either()

    def _surely(self, line: bytes) -> str | None:
        """Return in which encoding a line surely is, if it can be read in several."""
        result = readings(line, self.known, (UTF8, GB))
        if len(result) < 2:
            return UTF8 if result[0].common >= PLAUSIBLE else None
        utf8, gb = result
        return UTF8 if utf8.beats(gb) else GB if gb.beats(utf8) else None

    def _known(self, line: bytes) -> bool:
        return any(r.hits for r in readings(line, self.known, (GB,)))

    def _of_others(self) -> str:
        sample = self.others.joined()
        results = {r.encoding: r for r in readings(sample, self.known, (GB, BIG5))}
        gb, big5 = results.get(GB), results.get(BIG5)
        if big5 and (gb is None or big5.beats(gb)):
            return BIG5
        if gb and gb.common < PLAUSIBLE and not gb.hits:
            self._refuse_unsure(self.other_line)
        return GB

    def _of_either(self) -> str:
        sample = self.either.joined()
        result = readings(sample, self.known, (UTF8, GB, BIG5))
        for one in result:
            others = [r for r in result if r is not one]
            # Hardly anybody writes Big5 here: it has to be likelier than both, and they need not.
            if one.encoding != BIG5:
                others = [r for r in others if r.encoding != BIG5]
            if all(one.beats(other) for other in others):
                return one.encoding
        self._refuse_unsure(self.either.kept[0][0])

    def _refuse_both(self) -> NoReturn:
        result = readings(self.others.joined(), self.known, (GB, BIG5))
        likely = any(r.hits or r.common >= PLAUSIBLE for r in result)
        if self.others.kept and (not self.utf8_line or not likely or self._is_cut()):
            self._refuse(
                "unknown-encoding",
                msg("the file is UTF-8, but damaged here"),
                msg("export it again: it may have been cut short, or joined from different files"),
                self.other_line,
            )
        self._refuse(
            "mixed-encodings",
            msg("the encoding of the file changes here, from or to UTF-8"),
            msg(
                "save the files that it was joined from as UTF-8, or say in source.yaml what all "
                "of it is: {key}",
                key="encoding: utf-8",
            ),
            max(self.utf8_line, self.other_line),
        )

    def _is_cut(self) -> bool:
        """Return whether all that is not UTF-8 is one character that lacks its end."""
        try:
            self.others.joined().decode()
        except UnicodeDecodeError as error:
            return error.reason == "unexpected end of data"
        return False

    def _refuse_unsure(self, line: int) -> NoReturn:
        self._refuse(
            "uncertain-encoding",
            msg("the file can be read in two encodings, and nothing in it says which is right"),
            _SETTLES,
            line,
        )

    def _refuse(self, code: str, message: Message, hint: Message, line: int) -> NoReturn:
        refuse_line(self.file, code, message, hint, line)


def _long_lines(text: str, number: int) -> Iterator[tuple[int, str]]:
    """Yield the lines with characters of three and more bytes, and their numbers."""
    start = counted = 0
    while match := _LONG.search(text, start):
        begin = max(start, *(text.rfind(mark, start, match.start()) + 1 for mark in "\r\n"))
        ending = _END.search(text, match.start())
        end = ending.start() if ending else len(text)
        number += _line_ends(text, counted, begin)
        counted = start = end
        yield number, text[begin:end]


def _line_ends(text: str, start: int, end: int) -> int:
    return text.count("\n", start, end) or text.count("\r", start, end)


def _whole_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the file in pieces that end where a line ends, so that no character is cut."""
    rest = b""
    while read := stream.read(LARGEST):
        data = rest + read
        end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        if not end and len(data) > 2 * LARGEST:
            end = len(data)  # no line of a table is that long: reading it says so
        if end:
            yield data[:end]
        rest = data[end:]
    if rest:
        yield rest


def utf8_chunks(file: TableFile, encoding: str) -> Iterator[bytes]:
    """Yield the file as UTF-8 without its mark.

    Raises:
        DatasetError: the bytes are not of that encoding, or hold NUL.
    """
    line = 1
    decoder = None if encoding == UTF8 else codecs.getincrementaldecoder(encoding)()
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
        text = decoder.decode(chunk, final=not chunk)
        return text.removeprefix("\ufeff").encode("utf-8")
    except UnicodeDecodeError as error:
        refuse_line(
            file,
            "unknown-encoding",
            msg("the file is neither UTF-8 nor UTF-16 nor GB18030, or it is damaged here"),
            msg("save it again as CSV in UTF-8"),
            line + error.object.count(b"\n", 0, error.start),
        )
