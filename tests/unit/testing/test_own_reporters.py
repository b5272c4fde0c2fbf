"""The program's own reporters keep the contract."""

from __future__ import annotations

import docx
import openpyxl
import pyarrow.parquet
import pypdf
import rules_engine_docx
import rules_engine_flat
import rules_engine_html
import rules_engine_json
import rules_engine_markdown
import rules_engine_pdf
import rules_engine_terminal
import rules_engine_xlsx

from rules_engine.testing import ReporterContract

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class TestHtml(ReporterContract):
    plugin = rules_engine_html
    name = "html"


class TestJson(ReporterContract):
    plugin = rules_engine_json
    name = "json"


class TestTerminal(ReporterContract):
    plugin = rules_engine_terminal
    name = "terminal"
    prints = True


class TestXlsx(ReporterContract):
    plugin = rules_engine_xlsx
    name = "xlsx"

    def text(self, files):
        return "\n".join(
            str(cell)
            for file in files
            for sheet in openpyxl.load_workbook(file)
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        )


class TestDocx(ReporterContract):
    plugin = rules_engine_docx
    name = "docx"
    many = 100

    def text(self, files):
        return "\n".join(
            text.text or ""
            for file in files
            for text in docx.Document(str(file)).element.body.iter(W + "t")
        )


class TestPdf(ReporterContract):
    plugin = rules_engine_pdf
    name = "pdf"
    many = 100

    def text(self, files):
        pages = (page for file in files for page in pypdf.PdfReader(file).pages)
        return "\n".join(page.extract_text() for page in pages)


class TestMarkdown(ReporterContract):
    plugin = rules_engine_markdown
    name = "markdown"


class TestCsv(ReporterContract):
    plugin = rules_engine_flat
    name = "csv"


class TestParquet(ReporterContract):
    plugin = rules_engine_flat
    name = "parquet"

    def text(self, files):
        return "\n".join(str(pyarrow.parquet.read_table(file).to_pylist()) for file in files)
