"""However the XML of a workbook is spelt, its rows are the same, errors and formulas included."""

from __future__ import annotations

import zipfile
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rules_engine_excel import open_workbooks

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.model.plugin import SourceRequest

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

HEADINGS = ["信访件编号", "村编号", "受理登记日期", "办结日期", "涉及人数", "起因"]
# Each cell: its type, its value and its formula, as a spreadsheet program would save them.
ROWS = [
    [("t", h, None) for h in HEADINGS],
    [("t", "C1", None), ("s", "V1", None), ("n", "45721", None), ("e", "#N/A", "VLOOKUP(A2)"),
     ("n", "12", "6+6"), ("t", "宅基地 & <路>", None)],
    [("t", "C2", None), ("s", "V2", None), ("n", "45722", None), ("n", None, "C3+10"),
     ("n", "3", ""), ("str", "", 'IF(1=1,"",A1)')],
    [("t", "C3", None), ("s", "V1", None), ("n", "45723", None), ("e", "#REF!", None),
     ("b", "1", None), ("str", "甲\n乙", "A1&A2")],
    [("s", "V2", None), ("s", "V2", None), ("n", "45724", None), None, ("n", "0", None),
     ("n", "", "G1")],
]  # fmt: skip
EXPECTED = [
    ["C1", "V1", "45721", "#N/A", "12", "宅基地 & <路>"],
    ["C2", "V2", "45722", "=C3+10", "3", None],
    ["C3", "V1", "45723", "#REF!", "true", "甲\n乙"],
    ["V2", "V2", "45724", None, "0", "=G1"],
]
SHARED = ["V1", "V2"]


class Spelling:
    """One way of writing a workbook."""

    def __init__(self, draw):
        flag = st.booleans()
        self.prefix = draw(st.sampled_from(["", "", "x:", "main:"]))
        self.quote = draw(st.sampled_from("\"'"))
        self.strict, self.utf16, self.cdata, self.comments = (draw(flag) for _ in range(4))
        self.names, self.spaced, self.spread, self.references = (draw(flag) for _ in range(4))
        self.inline = draw(flag)
        self.target = draw(st.sampled_from(["worksheets/s.xml", "/xl/worksheets/s.xml"]))

    def tag(self, name, content="", /, **attributes):
        p, q = self.prefix, self.quote
        gap = "\n " if self.spread else " "
        said = "".join(f"{gap}{n.replace('_', ':')}={q}{v}{q}" for n, v in attributes.items())
        return f"<{p}{name}{said}>{content}</{p}{name}>"

    def text(self, value):
        if self.comments and len(value) > 1:
            return f"{escape(value[:1])}<!-- note -->{escape(value[1:])}"
        if self.cdata:
            return f"<![CDATA[{value}]]>"
        said = escape(value)
        return "".join(f"&#{ord(c)};" if c.isalnum() else c for c in value) if (
            self.references and "&" not in said) else said  # fmt: skip

    def value(self, name, value):
        space = {"xml_space": "preserve"} if self.spaced else {}
        return self.tag(name, self.text(value), **space)

    def cell(self, given, at):
        kind, value, formula = given
        named = {"r": at} if self.names else {}
        inner = "" if formula is None else self.tag("f", escape(formula))
        if kind == "t":
            if self.inline:
                return self.tag("c", self.tag("is", self.value("t", value)), **named, t="inlineStr")
            kind = "str"
        if kind == "s":
            value = str(SHARED.index(value))
        inner += "" if value is None else self.value("v", value)
        return self.tag("c", inner, **named, **({"t": kind} if kind != "n" else {}))

    def sheet(self):
        rows = []
        for number, row in enumerate(ROWS, 1):
            cells = (
                self.cell(given or ("str", "", None), f"{'ABCDEF'[i]}{number}")
                for i, given in enumerate(row)
            )
            rows.append(self.tag("row", "".join(cells), **({"r": number} if self.names else {})))
        return self.document("worksheet", self.tag("sheetData", "".join(rows)))

    def document(self, name, content):
        p = self.prefix
        space = f"xmlns:{p[:-1]}" if p else "xmlns"
        main = STRICT if self.strict else MAIN
        office = STRICT_OFFICE if self.strict else OFFICE
        q = self.quote
        return f"<{p}{name} {space}={q}{main}{q} xmlns:rel={q}{office}{q}>{content}</{p}{name}>"

    def write(self, path):
        office = STRICT_OFFICE if self.strict else OFFICE
        links = "".join(
            f"<Relationship Id='{i}' Type='{office}/{kind}' Target='{target}'/>"
            for i, kind, target in (
                ("a", "worksheet", self.target), ("b", "sharedStrings", "sharedStrings.xml"),
            )
        )  # fmt: skip
        shared = "".join(self.tag("si", self.value("t", text)) for text in SHARED)
        book = self.tag("sheets", self.tag("sheet", name="信访事项", sheetId=1, rel_id="a"))
        parts = {
            "_rels/.rels": f"<Relationships xmlns='{PACKAGE}'><Relationship Id='r' "
            f"Type='{office}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
            "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{PACKAGE}'>{links}"
            "</Relationships>",
            "xl/workbook.xml": self.document("workbook", book),
            "xl/sharedStrings.xml": self.document("sst", shared),
            "xl/worksheets/s.xml": self.sheet(),
        }
        with zipfile.ZipFile(path, "w") as packed:
            for name, xml in parts.items():
                kind = "utf-16" if self.utf16 and "sheet" in name else "utf-8"
                packed.writestr(name, f'<?xml version="1.0" encoding="{kind}"?>{xml}'.encode(kind))


def read(path):
    (table,) = open_workbooks(SourceRequest(str(path), STANDARD_TABLES))
    found = [list(row.values()) for row in table.batches().read_all().to_pylist()]
    return found, {f.code: f for f in table.findings()}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_spelling_of_a_workbook_changes_no_row(tmp_path, data):
    Spelling(data.draw).write(tmp_path / "a.xlsx")
    found, told = read(tmp_path / "a.xlsx")
    assert found == EXPECTED
    assert set(told) == {"formula-without-value", "failed-formula"}
    finding = told["formula-without-value"]
    assert dict(finding.message.params)["count"] == 2
    assert (finding.severity, finding.place.row, finding.place.field) == ("error", 3, "办结日期")
