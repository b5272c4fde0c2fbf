"""Sets papers with Typst. Texts reach it as data and are never read as markup."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import UTC
from importlib import resources
from typing import TYPE_CHECKING, Any

from rules_engine.api import current_language, papers
from rules_engine_pdf.fonts import choose, missing_characters, missing_fonts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rules_engine.api import Finding, RunInfo

ARCHIVE = "a-2b"
"""PDF/A, which archives ask for. Typst refuses it when a character has no glyph, and names it."""
WITHOUT_GLYPH = re.compile(r'the text `("(?:[^"\\]|\\.)*")` could not be displayed')
KINDS: dict[type, str] = {
    papers.Heading: "heading",
    papers.Paragraph: "paragraph",
    papers.Table: "table",
}


class Typesetter:
    """Makes PDF files of papers, and remembers what could not be shown."""

    def __init__(self, run: RunInfo, folder: Path | None = None, *, system: bool = True) -> None:
        """Look for fonts: the system's, those in the folder, and the Latin ones of Typst."""
        import typst

        fonts = typst.Fonts(include_system_fonts=system, font_paths=[str(folder)] if folder else [])
        self._source = resources.files("rules_engine_pdf").joinpath("paper.typ").read_bytes()
        self._compiler = typst.Compiler(font_paths=fonts)
        self._run = run
        self._choice = choose(fonts.families())
        self._without_glyph: dict[str, None] = {}

    def pdf(self, printed: Sequence[papers.Paper]) -> bytes:
        """Return a file with the papers, as PDF/A where every character can be shown."""
        import typst

        data = json.dumps(self._data(printed), ensure_ascii=False)
        try:
            return self._compile(data, pdf_standards=ARCHIVE)
        except typst.TypstError as error:
            results = WITHOUT_GLYPH.findall(f"{error.message}\n{error.diagnostic}")
            if not results:
                raise
        self._without_glyph |= dict.fromkeys("".join(map(json.loads, results)))
        return self._compile(data)

    def _compile(self, data: str, **options: Any) -> bytes:  # noqa: ANN401 - Typst's options
        created = self._run.created_at
        created = created if created.tzinfo else created.replace(tzinfo=UTC)
        made = self._compiler.compile(
            self._source,
            format="pdf",
            sys_inputs={"data": data},
            # the run's own moment, so that the same report gives the same bytes
            timestamp=int(created.timestamp()),
            **options,
        )
        assert isinstance(made, bytes)
        return made

    def _data(self, printed: Sequence[papers.Paper]) -> dict[str, Any]:
        return {
            "papers": [_plain(paper) for paper in printed],
            "fonts": self._choice.families,
            "language": current_language(),
            "title": printed[0].title.replace("\n", "") if printed else "",
        }

    def findings(self) -> list[Finding]:
        """Return what readers of the files must know about their fonts."""
        more = []
        if self._choice.missing and self._choice.chinese and current_language() == "zh":
            more.append(missing_fonts(self._choice))
        if self._without_glyph:
            more.append(missing_characters("".join(self._without_glyph)))
        return more


def _plain(paper: papers.Paper) -> dict[str, Any]:
    """Return a paper as data, each block with its kind and tables with relative widths."""
    plain = asdict(paper)
    plain["subtitle"] = paper.subtitle
    plain["blocks"] = [_block(block) for block in paper.blocks]
    plain["signature"]["indents"] = paper.signature.indents()
    for annex, made in zip(plain["annexes"], paper.annexes, strict=True):
        annex["blocks"] = [_block(block) for block in made.blocks]
    return plain


def _block(block: papers.Block) -> dict[str, Any]:
    return {"kind": KINDS[type(block)], **asdict(block)}
