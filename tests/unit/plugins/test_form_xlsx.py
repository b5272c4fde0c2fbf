"""A form that comes back as a workbook: its cells are read however the XML is spelt."""

from __future__ import annotations

import re
import zipfile

import pytest

from rules_engine.model.form import FilledCell, Form, FormCell, FormRow, FormSheet
from rules_engine.plugin_manager import registry

KIND = registry().forms["xlsx"]
SPELLINGS = {
    "as usual": '<c r="C2" t="e"><v>#N/A</v></c>',
    "single quotes": "<c r='C2' t='e'><v>#N/A</v></c>",
    "without its name": '<c t="e"><v>#N/A</v></c>',
    "preserved": '<c t="e" r="C2"><v xml:space="preserve">#N/A</v></c>',
    "CDATA": '<c r="C2" t="e"><v><![CDATA[#N/A]]></v></c>',
    "references": '<c r="C2" t="e"><v>&#35;N/A</v></c>',
    "comment": '<c r="C2" t="e"><v>#N<!-- / -->/A</v></c>',
    "prefix": '<m:c xmlns:m="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="C2" '
    't="e"><m:v>#N/A</m:v></m:c>',
}
FORMULAS = {
    '<c r="C2"><f>1+1</f><v>2</v></c>': "2",
    "<c r='C2'><f>1+1</f><v>2</v></c>": "2",
    "<c><f t='shared' si='0'/><v>2</v></c>": "2",
    '<c r="C2"><v>2</v><f>1+1</f></c>': "2",
    '<c r="C2"><f>1+1</f></c>': None,
    '<c r="C2" t="str"><f>""</f><v></v></c>': None,
}


@pytest.fixture
def returned(tmp_path):
    """The cell of a form that came back with another spelling of it."""

    def run(written):
        row = FormRow([FormCell("分值"), FormCell("甲", key="one")])
        path = tmp_path / "form.xlsx"
        KIND.write(Form("考核", [FormSheet("一", [row])], {"a": "b"}), path)
        with zipfile.ZipFile(path) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        sheet = parts["xl/worksheets/sheet1.xml"].decode()
        cell = re.search(r'<c r="C2".*?(?:</c>|/>)', sheet)
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(cell[0], written).encode()
        with zipfile.ZipFile(path, "w") as packed:
            for name, data in parts.items():
                packed.writestr(name, data)
        return KIND.read(path).cells["one"]

    return run


@pytest.mark.parametrize("written", SPELLINGS.values(), ids=SPELLINGS)
def test_an_error_is_told_as_one(returned, written):
    assert returned(written) == FilledCell("一", 2, "C", "#N/A", "error")


@pytest.mark.parametrize(("written", "shown"), FORMULAS.items())
def test_a_formula_is_told_as_one(returned, written, shown):
    assert returned(written) == FilledCell("一", 2, "C", shown, "formula")
