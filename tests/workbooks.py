"""Writes small workbooks in the formats for which there is no library to write them."""

from __future__ import annotations

import struct
import zipfile
from html import escape

ODS_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
)


def write_ods(path, sheets):
    """Write an OpenDocument spreadsheet: by sheet's name, rows of texts, numbers and dates."""
    body = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(
            f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} '
        f'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
        f'office:version="1.3"><office:body><office:spreadsheet>{body}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_MIME}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", ODS_MIME)
        packed.writestr("META-INF/manifest.xml", manifest)
        packed.writestr("content.xml", content)


def _ods_cell(value):
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if hasattr(value, "isoformat"):
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
        )
    if value.startswith("<"):
        return value
    return (
        f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p>'
        "</table:table-cell>"
    )


def write_xlsb(path, sheets, *, of_1904=False, merged=()):
    """Write a binary workbook: by sheet's name, rows of texts, numbers and raw records."""
    names = list(sheets)
    bundle = b"".join(
        _record(156, struct.pack("<II", 0, i + 1) + _wide(f"rId{i + 1}") + _wide(name))
        for i, name in enumerate(names)
    )
    book = (
        _record(131)
        + _record(153, struct.pack("<III", of_1904, 0, 0))
        + _record(143)
        + bundle
        + _record(144)
        + _record(132)
    )
    links = "".join(
        f'<Relationship Id="rId{i + 1}" Target="worksheets/sheet{i + 1}.bin" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
        for i in range(len(names))
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="bin" '
        'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("[Content_Types].xml", types)
        packed.writestr("xl/workbook.bin", book)
        packed.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{links}</Relationships>",
        )
        for number, rows in enumerate(sheets.values(), 1):
            packed.writestr(f"xl/worksheets/sheet{number}.bin", _xlsb_sheet(rows, merged))


def _xlsb_sheet(rows, merged=()):
    width = max(map(len, rows))
    out = _record(129) + _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    out += _record(145)
    for number, row in enumerate(rows):
        out += _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        for column, value in enumerate(row):
            start = struct.pack("<II", column, 0)
            if isinstance(value, bytes):
                out += _record(value[0], start + value[1:])
            elif isinstance(value, int | float):
                out += _record(5, start + struct.pack("<d", value))
            elif value is not None:
                out += _record(6, start + _wide(value))
    merged = b"".join(_record(176, struct.pack("<4I", *cells)) for cells in merged)
    return out + _record(146) + _record(177) + merged + _record(178) + _record(130)


def _record(kind, data=b""):
    name = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = len(data), b""
    while True:
        length, low = length >> 7, length & 0x7F
        size += bytes([low | (0x80 if length else 0)])
        if not length:
            return name + size + data


def _wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
