"""A document for Word: papers one after another, each with pages of its own."""

from __future__ import annotations

import zipfile
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, Any

from rules_engine.api import papers
from rules_engine_docx import page, styles
from rules_engine_docx.table import table_element
from rules_engine_docx.text import clean

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import RunInfo

HEADINGS = {1: "Heading 1", 2: "Heading 2"}
OLDEST = (1980, 1, 1, 0, 0, 0)


class Document:
    """A file that papers are added to."""

    def __init__(self, run: RunInfo) -> None:
        """Begin an empty document with the styles of an official paper."""
        import docx

        self._document = docx.Document()
        self._papers = 0
        styles.set_up(self._document)
        properties = self._document.core_properties
        created = run.created_at.astimezone(UTC) if run.created_at.tzinfo else run.created_at
        # the run's own moment, so that the same report gives the same bytes
        properties.created = properties.modified = created.replace(tzinfo=None, microsecond=0)
        properties.title = clean(run.ruleset_title)
        properties.subject = run.run_id
        properties.author = properties.comments = ""

    def add(self, paper: papers.Paper) -> None:
        """Lay a paper out, on a front page of its own."""
        self._papers += 1
        page.set_up(self._document, mark=paper.mark, first=self._papers == 1)
        self._say(paper.title, "Title")
        if paper.subtitle:
            self._say(paper.subtitle, "Mark")
        self._say("", "Body Text")
        self._say(paper.addressee, "Addressee")
        for block in paper.blocks:
            self._block(block)
        if paper.annex_notes:
            self._say("", "Body Text")
        for note in paper.annex_notes:
            self._say(note, "Annex Note")
        self._sign(paper.signature)
        for annex in paper.annexes:
            self._say(annex.label, "Annex Label").paragraph_format.page_break_before = True
            self._say(annex.title, "Title")
            self._say("", "Body Text")
            for block in annex.blocks:
                self._block(block)

    def _say(self, text: str, style: str) -> Any:  # noqa: ANN401 - python-docx's paragraph
        return self._document.add_paragraph(clean(text), style)

    def _block(self, block: papers.Block) -> None:
        if isinstance(block, papers.Heading):
            self._say(block.text, HEADINGS[block.level])
        elif isinstance(block, papers.Paragraph):
            self._say(block.text, "Body Text")
        else:
            self._document.element.body.insert_element_before(table_element(block), "w:sectPr")

    def _sign(self, signature: papers.Signature) -> None:
        """Write office and date as if for a seal, on the page on which the text ends."""
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        for _ in range(2):
            self._say("", "Body Text").paragraph_format.keep_with_next = True
        for text, indent in zip(
            (signature.office, signature.day), signature.indents(), strict=True
        ):
            line = self._say(text, "Signature")
            styles.indent(line.paragraph_format.element, right=indent)
            line.paragraph_format.keep_with_next = text == signature.office

    def save(self, path: Path) -> None:
        """Write the file; the time of writing is not kept in it."""
        value = BytesIO()
        self._document.save(value)
        with zipfile.ZipFile(value) as made, zipfile.ZipFile(path, "w") as kept:
            for name in made.namelist():
                info = zipfile.ZipInfo(name, OLDEST)
                info.compress_type = zipfile.ZIP_DEFLATED
                kept.writestr(info, made.read(name))
