"""Writes the sample's records in every kind of file, and spoils them."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sqlite3
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import xlwt
from edits import edited
from workbooks import write_ods, write_xlsb

SAMPLE = Path(__file__).parents[1] / "fixtures" / "small" / "sample"
ODD = (
    "",
    " ",
    "—",
    "无",
    "NULL",
    "N/A",
    "#N/A",
    "是",
    "√",
    "maybe",
    "v9",
    "2025-02-30",
    "3月5日",
    "2025年3月5日",
    "20250305",
    "45678",
    "９",
    "1,234",
    "1e9",
    "-1",
    "1.5",
    "9" * 30,
    "9" * 5000,
    "=1+1",
    "=HYPERLINK('x')",
    "+cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "\x1b[31m",
    "\u202eabc",
    "\u200bv1",
    "v1\u3000",
    "a\nb",
    'a"b',
    "a,b",
    "ѧϰ",
    "学习",
    "\ufffd",
    "\ufeff",
    "x" * 3000,
    "330106198001011235",
    "13800138000",
    "合计",
    "true",
    "0",
    "1900-01-00",
    "2025-01-31 24:00",
    "2025-01-31T10:00:00Z",
    "9999-12-31",
    "\U0001f600",
    "村",
    "NaN",
    "inf",
    "0x10",
    "１２月",
)
HEADINGS = (
    "village_id",
    "村",
    "name",
    "",
    "people",
    "人数",
    "x" * 300,
    "a\nb",
    "\x1b[2J",
    "sfzh",
    "备注",
)


def good() -> dict[str, list[list[str]]]:
    """Return the sample: by table's name its rows, the heading first."""
    return {
        file.stem: list(csv.reader(file.open(encoding="utf-8", newline="")))
        for file in sorted(SAMPLE.glob("*.csv"))
    }


def spoiled_tables(dice: random.Random) -> dict[str, list[list[str]]]:
    """Return the sample with one to three things wrong in its tables."""
    tables = good()
    for _ in range(dice.choice((1, 1, 2, 3))):
        name = dice.choice([n for n, rows in tables.items() if len(rows) > 1])
        _spoil(tables, name, tables[name], dice)
    return tables


def _spoil(tables, name, rows, dice):
    deed = dice.choice(
        (
            "cell",
            "cell",
            "cell",
            "heading",
            "double",
            "drop",
            "ragged",
            "column",
            "no rows",
            "table",
            "swap",
            "no column",
        )
    )
    at = dice.randrange(1, len(rows))
    column = dice.randrange(len(rows[0]))
    if deed == "cell" and column < len(rows[at]):
        rows[at][column] = dice.choice(ODD)
    elif deed == "heading":
        rows[0][column] = dice.choice(HEADINGS)
    elif deed == "double":
        rows.insert(dice.randrange(1, len(rows) + 1), list(rows[at]))
    elif deed == "drop":
        del rows[at]
    elif deed == "ragged":
        rows[at] = rows[at][:column] if dice.random() < 0.5 else [*rows[at], dice.choice(ODD)]
    elif deed == "column":
        for row in rows:
            row.append(dice.choice(ODD))
    elif deed == "no rows":
        del rows[1:]
    elif deed == "table":
        tables[dice.choice(("cases", "村", "其他", "a" * 40, "../x"))] = list(rows)
    elif deed == "swap":
        rows[0], rows[at] = rows[at], rows[0]
    else:
        for row in rows:
            del row[column : column + 1]


def write(kind: str, folder: Path, number: int) -> Path:
    """Write a spoiled delivery of a kind; return what ``--data`` is to name."""
    dice = random.Random(f"{kind} {number}")
    tables = spoiled_tables(dice) if dice.random() < 0.7 else good()
    made = WRITERS[kind](folder, {_safe(n): rows for n, rows in tables.items()}, dice)
    if dice.random() < 0.5:
        files = [f for f in ([made] if made.is_file() else sorted(made.iterdir())) if f.is_file()]
        _spoil_bytes(dice.choice(files), dice)
    return made


def _safe(name):
    return name.replace("/", "_")


def _spoil_bytes(file, dice):
    """Spoil a file as a bad disk, a bad line or a bad person does."""
    raw = file.read_bytes()
    if zipfile.is_zipfile(file) and dice.random() < 0.7:
        raw = _repacked(file, dice)
    elif dice.random() < 0.3 and raw:
        raw = raw[: dice.randrange(len(raw))]
    elif raw:
        raw = bytearray(raw)
        for _ in range(dice.choice((1, 1, 3, 20))):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        if dice.random() < 0.3:
            at = dice.randrange(len(raw))
            raw[at:at] = dice.choice(
                (b"\x00", b'"', b"\xff\xfe", b"\r", b"\xb5\xb0" * 9, b"\n" * 99)
            )
    file.write_bytes(bytes(raw))


def _repacked(file, dice):
    """Pack a zip again with one of its members edited, doubled, left out or renamed."""
    with zipfile.ZipFile(file) as packed:
        members = [(i.filename, packed.read(i)) for i in packed.infolist()]
    at = dice.randrange(len(members))
    name, raw = members[at]
    deed = dice.choice(("edit", "edit", "edit", "double", "leave out", "rename", "tags"))
    if deed == "edit":
        members[at] = name, edited(raw.decode("latin-1"), dice.random()).encode("utf-8", "replace")
    elif deed == "tags":
        members[at] = name, _spoil_tags(raw.decode("utf-8", "replace"), dice).encode()
    elif deed == "double":
        members.append(members[at])
    elif deed == "leave out":
        del members[at]
    else:
        members[at] = (
            dice.choice(("../x.csv", "/etc/x.csv", "a\\..\\b.csv", "\x1b.csv", name.upper())),
            raw,
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in members:
            packed.writestr(name, raw)
    return buffer.getvalue()


REFERENCES = ("XFD1048576", "A0", "AAAA1", "B2", "", "r", "1A", "A99999999999")


def _spoil_tags(text, dice):
    """Spoil what a workbook says of its cells: where they are, what they hold, of what style."""
    places = list(re.finditer(r' ([\w:]+)="([^"]*)"', text)) or [None]
    found = dice.choice(places)
    if found is None:
        return text
    new = dice.choice((*REFERENCES, "999999999", "-1", "s", "e", "b", "inlineStr"))
    return text[: found.start(2)] + new + text[found.end(2) :]


def _csv(folder, tables, dice, delimiter=",", ending=".csv"):
    encoding = dice.choice(("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"))
    for name, rows in tables.items():
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(rows)
        (folder / f"{name}{ending}").write_bytes(text.getvalue().encode(encoding, "replace"))
    return folder


def _tsv(folder, tables, dice):
    return _csv(folder, tables, dice, "\t", ".tsv")


def _jsonl(folder, tables, dice):
    for name, rows in tables.items():
        lines = [
            json.dumps(
                dict(zip(rows[0], (_typed(v, dice) for v in row), strict=False)),
                ensure_ascii=dice.random() < 0.5,
            )
            for row in rows[1:]
        ]
        text = "\n".join(lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8", errors="replace")
    return folder


def _typed(value, dice):
    """Return a value as JSON may have it, which need not be a text."""
    if dice.random() < 0.01:
        return dice.choice((None, True, 1.5, 10**40, [1], {"a": {"b": 1}}, float("nan"), [[]]))
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else value or None


def _parquet(folder, tables, dice):
    for name, rows in tables.items():
        heads = [h or f"c{i}" for i, h in enumerate(rows[0])]
        columns = [
            [
                (row[i] if i < len(row) else "").encode("utf-8", "replace").decode() or None
                for row in rows[1:]
            ]
            for i in range(len(heads))
        ]
        arrays = [pa.array(c, pa.string()) for c in columns]
        if arrays and dice.random() < 0.03:
            arrays[0] = dice.choice(
                (
                    pa.array([[1]] * len(arrays[0])),
                    pa.array([b"x"] * len(arrays[0])),
                    pa.array([1.5] * len(arrays[0])),
                    arrays[0].dictionary_encode(),
                )
            )
        pq.write_table(pa.table(arrays, names=heads), folder / f"{name}.parquet")
    return folder


def _zip(folder, tables, dice):
    inner = folder / "in"
    inner.mkdir()
    _csv(inner, tables, dice)
    made = folder / "delivery.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(inner.iterdir()):
            packed.write(file, file.name)
    for file in inner.iterdir():
        file.unlink()
    inner.rmdir()
    return made


def _xlsx(folder, tables, dice):
    made = folder / "delivery.xlsx"
    with xlsxwriter.Workbook(made, {"strings_to_formulas": True}) as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(_sheet_name(name, book))
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(at, column, value[:30000])
    return made


def _sheet_name(name, book):
    taken = {s.get_name().lower() for s in book.worksheets()}
    name = re.sub(r"[\[\]:*?/\\]", "_", name)[:31]
    return None if name.lower() in taken else name


def _texts(tables):
    """Return the tables without what XML cannot hold."""
    clean = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
    return {n: [[clean.sub("", v) for v in row] for row in rows] for n, rows in tables.items()}


def _ods(folder, tables, dice):
    write_ods(folder / "delivery.ods", _texts(tables))
    return folder / "delivery.ods"


def _xlsb(folder, tables, dice):
    write_xlsb(folder / "delivery.xlsb", _texts(tables))
    return folder / "delivery.xlsb"


def _xls(folder, tables, dice):
    book = xlwt.Workbook()
    for name, rows in tables.items():
        sheet = book.add_sheet(re.sub(r"[\[\]:*?/\\]", "_", name)[:31], cell_overwrite_ok=True)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value.encode("utf-16-le", "replace").decode("utf-16-le"))
    book.save(str(folder / "delivery.xls"))
    return folder / "delivery.xls"


def _et(folder, tables, dice):
    """Write a workbook of WPS, which is one of the old binary format, with its parts damaged."""
    made = _xls(folder, tables, dice).rename(folder / "delivery.et")
    if dice.random() < 0.9:
        raw = bytearray(made.read_bytes())
        for _ in range(dice.choice((1, 1, 2, 5))):
            dice.choice((_spoil_header, _spoil_sectors, _spoil_entry, *[_spoil_record] * 3))(
                raw, dice
            )
        made.write_bytes(bytes(raw))
    return made


WHOLES = (0, 1, 2, 3, 0x7F, 0xFF, 0x1000, 0x7FFF, 0xFFFE, 0x7FFFFFFF, 0xFFFFFFFD, 0xFFFFFFFE,
          0xFFFFFFFF)  # fmt: skip
SECTOR = 512
RECORDS = (0x0085, 0x00FC, 0x00FD, 0x0200, 0x0208, 0x0203, 0x027E, 0x00BD, 0x0006, 0x0009, 0x0809,
           0x000A, 0x003C, 0x00E5, 0x00E0, 0x041E, 0x0022, 0x002F, 0x0042, 0x0205)  # fmt: skip
"""Kinds of records: sheets, texts, cells, rows, dates, formats, and where more follows."""


def _put(raw, at, size, dice):
    """Put a whole number of so many bytes somewhere, or change a little what stands there."""
    if at + size > len(raw):
        return
    stands = int.from_bytes(raw[at : at + size], "little")
    new = dice.choice((*WHOLES, stands + 1, stands - 1, stands * 2, dice.randrange(1 << 8 * size)))
    raw[at : at + size] = (new % (1 << 8 * size)).to_bytes(size, "little")


def _spoil_header(raw, dice):
    """Spoil what a compound file says of itself: the sizes of its sectors, where its tables are."""
    at, size = dice.choice(((24, 2), (26, 2), (28, 2), (30, 2), (32, 2), (44, 4), (48, 4), (56, 4),
                            (60, 4), (64, 4), (68, 4), (72, 4), (76, 4), (80, 4)))  # fmt: skip
    _put(raw, at, size, dice)


def _spoil_sectors(raw, dice):
    """Spoil the table that says which sector follows which."""
    table = int.from_bytes(raw[76:80], "little")
    _put(raw, SECTOR * (table + 1) + 4 * dice.randrange(SECTOR // 4), 4, dice)


def _spoil_entry(raw, dice):
    """Spoil an entry of the directory: its name, its kind, where it begins and how long it is."""
    start = SECTOR * (int.from_bytes(raw[48:52], "little") + 1) + 128 * dice.randrange(4)
    at, size = dice.choice(
        ((0, 2), (64, 2), (66, 1), (68, 4), (72, 4), (76, 4), (116, 4), (120, 4))
    )
    _put(raw, start + at, size, dice)


def _spoil_record(raw, dice):
    """Spoil a record of the workbook: its kind, its length, or something in it."""
    begun = raw.find(b"\x09\x08\x10\x00", SECTOR)
    places = []
    while 0 <= begun and begun + 4 <= len(raw):
        kind, size = (int.from_bytes(raw[at : at + 2], "little") for at in (begun, begun + 2))
        if kind == 0 or size > 8224:
            break
        places.append((begun, kind, size))
        begun += 4 + size
    known = [place for place in places if place[1] in RECORDS]
    if not known:
        return
    kind = dice.choice(sorted({place[1] for place in known}))
    begun, _, size = dice.choice([place for place in known if place[1] == kind])
    deed = dice.random()
    if deed < 0.2:
        raw[begun : begun + 2] = dice.choice(RECORDS).to_bytes(2, "little")
    elif deed < 0.4:
        _put(raw, begun + 2, 2, dice)
    elif deed < 0.5:
        del raw[begun : begun + 4 + size]
    elif deed < 0.6:
        raw[begun:begun] = raw[begun : begun + 4 + size]
    else:
        _put(raw, begun + 4 + dice.randrange(max(size, 1)), dice.choice((1, 2, 4)), dice)


def _sqlite(folder, tables, dice):
    made = folder / "delivery.db"
    with sqlite3.connect(made) as database:
        for name, rows in tables.items():
            heads = [*dict.fromkeys(h.replace('"', "").replace("\0", "") or "c" for h in rows[0])]
            heads = list({h.lower(): h for h in heads}.values())
            columns = ", ".join(f'"{h}"' for h in heads)
            database.execute(f'CREATE TABLE "{name}" ({columns})')
            marks = ", ".join("?" * len(heads))
            for row in rows[1:]:
                values = [v.encode("utf-8", "replace").decode() for v in row]
                full = [*values, *[None] * len(heads)][: len(heads)]
                database.execute(f'INSERT INTO "{name}" VALUES ({marks})', full)
    database.close()
    return made


WRITERS = {
    "csv": _csv,
    "tsv": _tsv,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "zip": _zip,
    "xlsx": _xlsx,
    "ods": _ods,
    "xls": _xls,
    "et": _et,
    "xlsb": _xlsb,
    "sqlite": _sqlite,
}
