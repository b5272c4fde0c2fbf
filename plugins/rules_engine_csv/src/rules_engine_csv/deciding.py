"""Decides the encoding of each file of a delivery, with the words of the others where needed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from rules_engine.api import DatasetError, normal
from rules_engine_csv.encodings import encoding_of, utf8_chunks
from rules_engine_csv.readings import cells, likeliest, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.api import SourceRequest
    from rules_engine_csv.archive import TableFile

UNSURE = "uncertain-encoding"
_TEXTS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")


@dataclass
class Encodings:
    """The encodings of the files of one delivery.

    Attributes:
        request: what is read of it.
        said: what somebody says all of its files are in.
        files: the files.
    """

    request: SourceRequest
    said: str | None = None
    files: Sequence[TableFile] = field(default=())

    def of(self, file: TableFile, said: str | None = None) -> str:
        """Return the encoding of a file.

        Args:
            file: the file.
            said: what somebody says of this one.

        Raises:
            DatasetError: the file cannot be read, or its encoding cannot be known.
        """
        try:
            return encoding_of(file, self.known, said or self.said)
        except DatasetError as error:
            if all(finding.code != UNSURE for finding in error.findings):
                raise
            return encoding_of(file, self.known | self._words_of_others)

    def name_of(self, file: TableFile) -> str:
        """Return what a file is called without its ending, also where its name is in GBK."""
        try:
            file.stem.encode()
        except UnicodeEncodeError:  # bytes that are no UTF-8 stand in it as they are
            raw = os.fsencode(file.stem)
            return raw.decode(likeliest(raw, self.known) or "utf-8", "replace")
        return file.stem

    @cached_property
    def known(self) -> frozenset[str]:
        """Return the words that may stand in any file, in normal form."""
        wanted = self.request.wanted or ()
        asked = {normal(name) for w in wanted for name in (*w.names, *w.columns)}
        return words_of(self.request.schemas) | {word for word in asked if not word.isascii()}

    @cached_property
    def _words_of_others(self) -> frozenset[str]:
        """Return the words at the beginning of each file whose encoding is sure."""
        results: set[str] = set()
        for other in self.files:
            if other.suffix.lower() not in _TEXTS:
                continue
            try:
                start = next(utf8_chunks(other, encoding_of(other, self.known, self.said)), b"")
            except DatasetError:
                continue  # it is told where it is read itself
            results.update(cells(start.decode("utf-8", "ignore")))
        return frozenset(results)
