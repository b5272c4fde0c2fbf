"""Looks for identity numbers and telephone numbers in texts that people write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_an_amount
from rules_engine.dataset.person_numbers import first_number, may_hold_a_number
from rules_engine.errors import Finding, Place
from rules_engine.ingest import personal
from rules_engine.ingest.personal import Context
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rules_engine.model.plugin import EngineSession
    from rules_engine.plugin_manager import Registry
    from rules_engine.yamltext.read import Document, KeyPath

EMBEDDED = "duckdb"
_TABLE = "_texts"
WRITTEN = frozenset({"title", "label", "gist", "reason", "note", "assumed", "ref", "edition",
                     "unit", "notice", "file", "assessed", "at", "values"})  # fmt: skip
"""Keys of YAML files under which a bare number is a text, too; elsewhere it is a figure."""
_COMPARED = re.compile(
    r"([<>=*/(,]|[+-]\s|\b(?:and|or|not|in|between|when|then|else)\b)\s*[0-9]+(?:\.[0-9]+)?(?!\d)"
)
"""A number of a condition or formula, behind what stands before it."""
_COMMENT = re.compile(r"(?:^|\s)#(.*)$")
_CELL = re.compile(r"(?<=\|)(?:\\.|[^|\\])+")
_FIGURE = re.compile(r"\s*[0-9][0-9,.]*\s*")


def identifying(texts: Iterable[str], registry: Registry) -> list[str]:
    """Return the texts that identify a person by a number, each looked at by itself.

    The engine is asked only where a text looks like that, which hardly any does.
    """
    suspects = [text for text in texts if may_hold_a_number(text)]
    if not suspects:
        return []
    session = registry.need("engines", EMBEDDED).connect(1)
    try:
        return identified(suspects, session)
    finally:
        session.close()


def identified(texts: Iterable[str], session: EngineSession) -> list[str]:
    """Return the texts that identify a person by a number, all asked for at once.

    The numbers of cases may stand in them, and are not taken for those of people: nobody is born
    in the years of today.
    """
    suspects = [text for text in texts if may_hold_a_number(text)]
    if not suspects:
        return []
    import pyarrow as pa

    numbered = {"text": pa.array(suspects, pa.string()), "n": range(len(suspects))}
    session.register(_TABLE, pa.table(numbered))
    values = personal.plain_values('"text"', _TABLE, also="n")
    stored = f"SELECT n FROM {values} WHERE {personal.holds(Context(newborn=False))} ORDER BY n"
    return [suspects[n] for n in session.query(stored)["n"].to_pylist()]


def personal_document(document: Document, registry: Registry) -> list[Finding]:
    """Return a finding for each text, id and comment of a YAML file that holds a person's number.

    A number by itself or in a condition is a figure, unless a text is asked for in its place.
    """
    items = [(document.place(path), said) for path, text in document.scalars.items()
            if (said := _text_of(document, path, text))]  # fmt: skip
    items += [(document.place(path, key=True), str(path[-1])) for path in document.keys]
    texts = {place.line for place, text in items if may_hold_a_number(text)}
    items += [
        (place, text)
        for place, text in _lines(document.file, document.text, _comment)
        if place.line not in texts
    ]
    return _findings(items, registry)


def personal_scenarios(text: str, file: str, registry: Registry) -> list[Finding]:
    """Return a finding for each name, step, cell and comment of a feature file that holds one."""
    return _findings(_lines(file, text, _Table()), registry)


def _findings(texts_at: Iterable[tuple[Place, str]], registry: Registry) -> list[Finding]:
    suspects = [(place, text) for place, text in texts_at if may_hold_a_number(text)]
    numbers = set(identifying((text for _, text in suspects), registry))
    return [
        Finding(
            "personal-text",
            msg("the text holds an identity number or a telephone number"),
            place,
            msg("leave it out: nobody is named here"),
        )
        for place, text in suspects
        if text in numbers
    ]


def _text_of(document: Document, path: KeyPath, text: str) -> str:
    """Return what a value says without its figures; nothing where it is one itself."""
    if WRITTEN.intersection(map(str, path[-2:])):
        return text
    value = document.value
    for step in path:
        value = value[step]  # type: ignore[index]  # as deep as its path
    return _COMPARED.sub(r"\1#", text) if isinstance(value, str) else ""


def _lines(
    file: str, text: str, parts: Callable[[str], Iterable[tuple[int, str]]]
) -> Iterator[tuple[Place, str]]:
    """Yield the parts of lines that may hold a number, each with the place of the number."""
    for number, line in enumerate(text.split("\n"), 1):
        for start, part in parts(line):
            if may_hold_a_number(part):
                yield Place(file, number, start + first_number(part) + 1), part


def _comment(line: str) -> Iterator[tuple[int, str]]:
    match = _COMMENT.search(line)
    if match:
        yield match.start(1), match[1]


class _Table:
    """Divides lines of scenarios; in a table, figures below a heading such as 金额 are none."""

    def __init__(self) -> None:
        self._headings: list[str] = []

    def __call__(self, line: str) -> Iterator[tuple[int, str]]:
        if not line.lstrip().startswith("|"):
            self._headings = []
            yield 0, line
            return
        cells = list(_CELL.finditer(line))
        self._headings = self._headings or [cell[0] for cell in cells]
        for at, cell in enumerate(cells):
            counts = at < len(self._headings) and names_an_amount(self._headings[at])
            if not (counts and _FIGURE.fullmatch(cell[0])):
                yield cell.start(), cell[0]
