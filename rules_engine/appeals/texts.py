"""Texts that people write about a run: there must be one, and it must name no petitioner."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person
from rules_engine.errors import DatasetError, UsageError
from rules_engine.ingest.personal_texts import identifying
from rules_engine.messages import msg
from rules_engine.model.appeal import EvidenceItem
from rules_engine.safe_files import open_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rules_engine.plugin_manager import Registry

LABELLED = re.compile(r"([^\s,，;；。、:：=]+)\s*[:：=]\s*\S")
"""A word with a colon behind it, as in 上访人：…"""
_HINT = msg("leave it out: a case is known by its case number alone")


def reason_text(text: str, registry: Registry) -> str:
    """Return a reason as it is kept.

    Raises:
        UsageError: nothing is said.
        DatasetError: it holds an identity number or a telephone number.
    """
    kept = " ".join(text.split())
    if not kept:
        raise UsageError.of(
            "no-reason",
            msg("a reason is needed"),
            hint=msg("say in a few words why; the log keeps it"),
        )
    refuse_personal([kept], registry)
    return kept


def refuse_personal(texts: Iterable[str], registry: Registry) -> None:
    """Refuse texts that identify persons, as intake refuses such columns and values.

    That is an identity number, a telephone number, or what stands after a word such as 上访人 and
    a colon. A name by itself cannot be recognised.

    Raises:
        DatasetError: one of them does; the number or name is not shown.
    """
    items = list(texts)
    for word in (match[1] for text in items for match in LABELLED.finditer(text)):
        if names_a_person(word):
            raise DatasetError.of(
                "personal-text",
                msg("what stands after “{word}” would identify a person; nothing was stored",
                    word=word),
                hint=_HINT,
            )  # fmt: skip
    if identifying(items, registry):
        raise DatasetError.of(
            "personal-text",
            msg("the text holds an identity number or a telephone number; nothing was stored"),
            hint=_HINT,
        )


def evidence_item(text: str | None, file: Path | None, registry: Registry) -> EvidenceItem:
    """Return evidence as it is kept: the text, and of a file only its name and its hash.

    Raises:
        UsageError: there is neither, or the file cannot be read.
        DatasetError: the text or the file's name holds an identity or telephone number.
    """
    said = " ".join((text or "").split())
    if not said and file is None:
        raise UsageError.of("no-evidence", msg("give --text, --file or both"))
    refuse_personal([said, file.name if file else ""], registry)
    now = datetime.now(UTC)
    if file is None:
        return EvidenceItem(now, "", said)
    try:
        with open_file(file) as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
        return EvidenceItem(now, "", said, file.name, digest, size)
    except OSError as error:
        raise UsageError.of(
            "cannot-read",
            msg("cannot read {file}: {reason}", file=file, reason=error.strerror or error),
        ) from error
