"""Reads what a spreadsheet library does not tell of .xlsx, with an XML reader and not by patterns.

XML has many spellings for one thing: prefixes, either kind of quotes, cells without their name,
CDATA, comments within a value. A library for spreadsheets knows the usual ones and reads a cell in
another as empty, or as half its value; it also reads as empty what a formula has failed to give.
"""

from __future__ import annotations

import posixpath
import re
import shutil
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from operator import lt
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any
from xml.etree import ElementTree
from xml.parsers import expat

from rules_engine import limits
from rules_engine.errors import Place
from rules_engine.model.naming import plain_text
from rules_engine.safe_files import open_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    expat.ExpatError,
    KeyError,
    ValueError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)
"""What reading a damaged package may raise, besides ``OSError``."""
_AT_ONCE, _OVERLAP = 1 << 20, 64
_LINK = re.compile(r"\{.*/relationships\}id")
_BOOK = "/officeDocument"
_XML = (".xml", ".rels")
_ASIDE = re.compile(r"docprops/|customxml/|/(theme|drawings|charts|media|persons)/|comments", re.I)
"""Parts in which nothing of a cell is said."""
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_USUAL = (b"utf-8", b"us-ascii", b"ascii")
_UNUSUAL = ((b"<!", b"!"), (b"<?", b"?"), (b"\0", b"\0"))
"""What begins comments, CDATA, declarations and instructions; and what UTF-16 is full of. Beside
each mark stands its rarest byte: to look for that first is many times quicker."""
_REFERENCE, _TEXTS = (b"&#", b"&"), "sharedstrings.xml"
"""A number or an error may be written by such references; in the part of texts they are usual."""
_SUSPECT = ((b"<f", b"f"), (b":f", b":"), (b'"e"', b"e"), (b"'e'", b"'"))
"""Without these there is no formula and no error in a sheet, however it is spelt."""
_CELLS = (b"<c ", b"<c>", b":c ", b":c>", b"<table:table-cell")
"""How a cell begins."""
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
"""What stands for itself in the code of a number's format."""
_SHEET_DATA = b"<sheetData"
_NAMED, _ROW = re.compile(rb' r="([A-Z]+[0-9]+)"'), re.compile(rb'<row r="([0-9]+)"')
LONGEST_TAB = 31
"""UTF-16 code units that the name of a sheet may have."""
_NO_TAB, _RESERVED = frozenset("[]:*?/\\"), ("history",)
_NAME = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]+)")


@dataclass(frozen=True)
class Cell:
    """A cell with a formula, an error or a percentage. Row and column count from 0.

    Attributes:
        kind: what the file says that the value is: ``n``, ``str``, ``b``, ``e``, ``s``, ``d``.
        value: what it shows, as it is written; ``None`` where nothing is.
        formula: what works it out; empty where another cell holds the formula that it shares.
        misplaced: the value stands where libraries do not look for it.
        percent: its number is shown as a percentage, a hundred times as large.
    """

    row: int
    column: int
    kind: str
    value: str | None
    formula: str | None
    misplaced: bool = False
    percent: bool = False

    @property
    def error(self) -> str:
        """Return the error that it shows, such as ``#N/A``; empty where it shows none."""
        return "" if self.kind != "e" or self.uncalculated else self.value or "#N/A"

    @property
    def uncalculated(self) -> bool:
        """Return whether a formula never gave a value. One that gave an empty text did."""
        return self.formula is not None and not self.value and self.kind != "str"

    @property
    def unsure(self) -> bool:
        """Return whether a formula has the value that programs write which work none out."""
        return self.formula is not None and self.kind == "n" and self.value in ("0", "0.0")


@dataclass(frozen=True)
class Workbook:
    """What the parts of a workbook say of it.

    Attributes:
        sheets: the part of each sheet, by its name; empty where it is not there.
        from_1904: days are counted from 1904.
        recalculated: formulas are to be worked out when it is opened: values may be none yet.
        percent: the styles that show a number as a percentage, as cells name them.
    """

    sheets: Mapping[str, str]
    from_1904: bool
    recalculated: bool
    percent: frozenset[str] = frozenset()


def workbook(packed: zipfile.ZipFile) -> Workbook | None:
    """Return what a package says of its sheets; ``None``: it is no .xlsx.

    Raises:
        DAMAGED: the package or one of its parts cannot be read.
    """
    book = next((t for t, kind in _links(packed, "") if kind.endswith(_BOOK)), "xl/workbook.xml")
    part = _part(packed, book)
    if part is None or not part.lower().endswith(".xml"):
        return None
    root = ElementTree.fromstring(packed.read(part))
    if local_name(root.tag) != "workbook":
        return None
    links = dict(named_links(packed, part))
    sheets = {
        sheet.get("name", ""): links.get(_link(sheet), "")
        for sheet in root.iterfind("{*}sheets/{*}sheet")
    }
    properties, calculation = root.find("{*}workbookPr"), root.find("{*}calcPr")
    styles = next((t for t, kind in _links(packed, part) if kind.endswith("/styles")), "")
    return Workbook(
        sheets,
        _is_true(properties, "date1904"),
        _is_true(calculation, "fullCalcOnLoad"),
        _percent_styles(packed, styles),
    )


@dataclass(frozen=True)
class Spelling:
    """How the parts of a package are written.

    Attributes:
        odd: those that libraries may read wrongly.
        plain: those that surely hold no formula and no error.
        single: those in which surely no cell stands twice.
    """

    odd: frozenset[str]
    plain: frozenset[str]
    single: frozenset[str]


def spelling(packed: zipfile.ZipFile) -> Spelling:
    """Look at the bytes of all parts, each of which is unpacked once.

    Raises:
        DAMAGED: a part cannot be read.
    """
    parts = [n for n in packed.namelist() if n.lower().endswith(_XML) and not _ASIDE.search(n)]
    seen = {part: _marked(packed, part) for part in parts}
    return Spelling(
        frozenset(part for part, (odd, _, _) in seen.items() if odd),
        frozenset(part for part, (odd, suspect, _) in seen.items() if not odd and not suspect),
        frozenset(part for part, (_, _, single) in seen.items() if single),
    )


@contextmanager
def in_usual_spelling(file: Path) -> Iterator[tuple[IO[bytes], Spelling]]:
    """Open a package for a library to read, written anew where it would not read it rightly.

    Raises:
        DAMAGED, OSError: it cannot be read.
    """
    with open_file(file) as stream, zipfile.ZipFile(stream) as packed:
        result = spelling(packed)
        if result.odd:
            with TemporaryFile() as written:
                respelt(packed, result.odd, written)
                written.seek(0)
                yield written, result
        else:
            stream.seek(0)
            yield stream, result


def odd_cells(
    packed: zipfile.ZipFile, part: str, percent: frozenset[str] = frozenset()
) -> Iterator[Cell]:
    """Yield the cells of a sheet with a formula or an error, and those with a style of percentages.

    Raises:
        DAMAGED: the part cannot be read.
    """
    reader = _Cells(percent)
    with packed.open(part) as stream:
        while data := stream.read(_AT_ONCE):
            yield from reader.read(data)
        yield from reader.read(b"", last=True)


def repeated_cells(packed: zipfile.ZipFile, part: str) -> frozenset[tuple[int, int]]:
    """Return row and column, from 0, of the cells of a sheet that have two different values.

    Raises:
        DAMAGED: the part cannot be read.
    """
    reader = _Repeats()
    with packed.open(part) as stream:
        while data := stream.read(_AT_ONCE):
            reader.parser.Parse(data, False)
        reader.parser.Parse(b"", True)
    return frozenset(reader.twice)


def respelt(packed: zipfile.ZipFile, parts: frozenset[str], target: IO[bytes]) -> None:
    """Write the package with the given parts in the usual spelling.

    Raises:
        DAMAGED: a part cannot be read.
    """
    from xml.sax import SAXException, handler, make_parser
    from xml.sax.saxutils import XMLGenerator

    class Writer(XMLGenerator):
        def processingInstruction(self, target: str, data: str) -> None:
            """Leave it out, as comments are."""

    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
        for entry in packed.infolist():
            with packed.open(entry) as source, written.open(entry.filename, "w") as out:
                if entry.filename not in parts:
                    shutil.copyfileobj(source, out)
                    continue
                parser = make_parser()
                parser.setFeature(handler.feature_external_ges, False)
                parser.setContentHandler(Writer(out, "utf-8", short_empty_elements=True))
                try:
                    parser.parse(source)
                except SAXException as error:
                    raise ValueError(error.getMessage()) from error


class _Places:
    """Follows a sheet's XML as it comes, and knows which cell it is in."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.row = self.column = -1

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = local_name(name)
        if name == "c":
            self.column += 1
            if at := _NAME.fullmatch(attributes.get("r", "").strip()):
                self.row, self.column = int(at[2]) - 1, column_of(at[1])
        elif name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1

    def _text(self, text: str) -> None:
        """Take in a text."""

    def _end(self, name: str) -> None:
        """Take in the end of an element."""


class _Repeats(_Places):
    """Finds the cells that have two values."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[tuple[int, int], str] = {}
        self.twice: set[tuple[int, int]] = set()
        self.open: list[str] | None = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        super()._start(name, attributes)
        if local_name(name) == "c":
            self.open = [attributes.get("t", "n"), ""]

    def _text(self, text: str) -> None:
        if self.open is not None:
            self.open.append(text.strip())

    def _end(self, name: str) -> None:
        if local_name(name) != "c" or self.open is None:
            return
        kind, value, self.open = self.open[0], "".join(self.open[1:]), None
        at = self.row, self.column
        if value and self.values.setdefault(at, f"{kind} {value}") != f"{kind} {value}":
            self.twice.add(at)


class _Cells(_Places):
    """Gathers cells from a sheet's XML as it comes."""

    def __init__(self, percent: frozenset[str]) -> None:
        super().__init__()
        self.percent, self.is_percent = percent, False
        self.complete: list[Cell] = []
        self.kind = "n"
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] | None = None
        self.late = False

    def read(self, data: bytes, *, last: bool = False) -> list[Cell]:
        """Return the cells that end in the next bytes."""
        self.parser.Parse(data, last)
        results, self.complete = self.complete, []
        return results

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        super()._start(name, attributes)
        name = local_name(name)
        if name == "c":
            self.kind, self.texts, self.late = attributes.get("t", "n").strip(), {}, False
            self.is_percent = self.kind == "n" and attributes.get("s") in self.percent
        elif name in ("v", "f"):
            self.late = self.late or (name == "f" and "v" in self.texts)
            self.open = self.texts.setdefault(name, [])

    def _text(self, text: str) -> None:
        if self.open is not None:
            self.open.append(text)

    def _end(self, name: str) -> None:
        name = local_name(name)
        if name in ("v", "f"):
            self.open = None
        elif name == "c" and (self.kind == "e" or "f" in self.texts or self.is_percent):
            value, formula = (
                "".join(self.texts[n]) if n in self.texts else None for n in ("v", "f")
            )
            if self.kind != "str" and value is not None:
                value = value.strip()
            percent = self.is_percent and bool(value)
            self.complete.append(
                Cell(self.row, self.column, self.kind, value, formula, self.late, percent)
            )


def tab_name(name: str, taken: set[str]) -> str:
    """Return a name as it may stand on the tab of a sheet, and add it to those that are taken.

    Args:
        name: what it should say.
        taken: the names of the other sheets, casefolded.
    """
    plain = _cut("".join(" " if c in _NO_TAB else c for c in plain_text(name)), LONGEST_TAB)
    tab, number = plain, 2
    while tab.casefold() in taken or tab.casefold() in _RESERVED:
        ending = f" {number}"
        tab, number = f"{_cut(plain, LONGEST_TAB - len(ending))}{ending}", number + 1
    taken.add(tab.casefold())
    return tab


def _cut(text: str, units: int) -> str:
    """Return the beginning of a text; characters beyond the first plane count twice."""
    kept = text.strip("' ").encode("utf-16-le", "replace")[: 2 * units]
    return kept.decode("utf-16-le", "ignore").strip("' ") or "-"


def column_of(letters: str) -> int:
    """Return the number of a column, from 0, of its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def local_name(name: str) -> str:
    """Return a name without its namespace, as either reader writes it."""
    return name.rpartition(" ")[2].rpartition("}")[2]


def _percent_styles(packed: zipfile.ZipFile, name: str) -> frozenset[str]:
    part = _part(packed, name) if name else None
    if part is None:
        return frozenset()
    root = ElementTree.fromstring(packed.read(part))
    codes = {f.get("numFmtId"): f.get("formatCode", "") for f in root.iterfind("{*}numFmts/*")}
    percent = {"9", "10"} - codes.keys()
    percent |= {key for key, code in codes.items() if key and "%" in _QUOTED.sub("", code)}
    styles = root.iterfind("{*}cellXfs/{*}xf")
    return frozenset(str(i) for i, xf in enumerate(styles) if xf.get("numFmtId") in percent)


def _link(sheet: ElementTree.Element) -> str:
    return next((value for name, value in sheet.items() if _LINK.fullmatch(name)), "")


def _is_true(element: ElementTree.Element | None, name: str) -> bool:
    return element is not None and element.get(name, "").strip() in ("1", "true", "on")


def named_links(packed: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    """Yield the parts to which a part leads, each with the name that it goes by there.

    Raises:
        DAMAGED: a part cannot be read.
    """
    for link in _relations(packed, part):
        result = _part(packed, _target(part, link))
        if result is not None:
            yield link.get("Id", ""), result


def _links(packed: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    for link in _relations(packed, part):
        yield _target(part, link), link.get("Type", "")


def _relations(packed: zipfile.ZipFile, part: str) -> Any:  # noqa: ANN401 - elements
    folder, name = posixpath.split(part)
    results = _part(packed, posixpath.join(folder, "_rels", f"{name}.rels"))
    return () if results is None else ElementTree.fromstring(packed.read(results))


def _target(part: str, link: ElementTree.Element) -> str:
    """Return the part to which a link leads, which may be written from the root or from here."""
    from urllib.parse import unquote

    value = unquote(link.get("Target", ""))
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), value)).lstrip("/")


def _part(packed: zipfile.ZipFile, name: str) -> str | None:
    """Return what a part is called in the package; case does not count there."""
    if name in packed.NameToInfo:
        return name
    wanted = name.lower()
    return next((n for n in packed.NameToInfo if n.replace("\\", "/").lower() == wanted), None)


def _marked(packed: zipfile.ZipFile, part: str) -> tuple[bool, bool, bool]:
    """Return what the bytes of a part tell.

    Whether it is written oddly, whether it may hold a formula or an error, and whether surely no
    cell stands twice in it.

    Raises:
        DatasetError: it has more cells than anybody would wait for.
    """
    marks = _UNUSUAL if part.lower().endswith(_TEXTS) else (*_UNUSUAL, _REFERENCE)
    odd, suspect, singles = False, False, _Singles()
    count, most = 0, limits.WORKBOOK_CELLS.most
    for number, piece in enumerate(pieces(packed, part)):
        start = 0
        if not number:
            bare = piece.removeprefix(b"\xef\xbb\xbf")
            declared = _DECLARED.match(bare)
            odd = bool(declared and declared[1].lower() not in _USUAL)
            start = len(piece) - len(bare) + 2 * bare.startswith(b"<?xml")
        odd = odd or any(byte in piece and piece.find(mark, start) >= 0 for mark, byte in marks)
        count += sum(map(piece.count, _CELLS))
        if count > most:
            raise limits.WORKBOOK_CELLS.refuse(Place(packed.filename, table=part))
        if not odd:
            suspect = suspect or any(byte in piece and mark in piece for mark, byte in _SUSPECT)
            singles.scan(piece, new=_OVERLAP if number else 0)
    return odd, odd or suspect, not odd and singles.sure and singles.begun


class _Singles:
    """Tells quickly of the usual sheet that no cell stands twice in it: in doubt it says no."""

    def __init__(self) -> None:
        self.sure, self.rest, self.last, self.begun = True, b"", 0, False

    def scan(self, piece: bytes, new: int) -> None:
        """Take in a piece, of which what begins at ``new`` was not there before."""
        read = self.rest + piece[new:]
        if not self.sure or (not self.begun and _SHEET_DATA not in read):
            self.rest = b"" if not self.sure else read[-len(_SHEET_DATA) :]
            return
        if not self.begun:
            read, self.begun = read.partition(_SHEET_DATA)[2], True
        end = max(read.rfind(b"<"), 0)
        self.rest, read = read[end:], read[:end].partition(b"</sheetData")[0]
        names, rows = _NAMED.findall(read), [int(number) for number in _ROW.findall(read)]
        self.sure = (
            len(names) == read.count(b"<c")
            and len(rows) == read.count(b"<row")
            and len(set(names)) == len(names)
            and all(map(lt, [self.last, *rows], rows))
        )
        self.last = rows[-1] if rows else self.last


def pieces(packed: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield a part piece by piece, each beginning with the end of the one before."""
    with packed.open(part) as stream:
        rest = b""
        while read := stream.read(_AT_ONCE):
            yield rest + read
            rest = read[-_OVERLAP:]
