"""Sends a ruleset out as a form, and takes it back: checked as a whole before it is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rules_engine.editing.answers import place
from rules_engine.editing.changes import changed
from rules_engine.editing.layout import key_of, lay_out
from rules_engine.errors import Finding, Place, RulesetError, UsageError, stops
from rules_engine.messages import listed, msg
from rules_engine.review import review
from rules_engine.ruleset.editions import read_editions
from rules_engine.ruleset.positions import parse_document
from rules_engine.ruleset.read import SHAPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.editing.changes import Changed
    from rules_engine.model.form import FilledForm
    from rules_engine.plugin_manager import Registry
    from rules_engine.ruleset.positions import Document, KeyPath


def edition_folder(folder: Path, edition: str | None) -> Path:
    """Return the folder of an edition; of the latest, where none is named.

    Raises:
        RulesetError: there is no such ruleset.
        UsageError: it has no such edition.
    """
    editions = read_editions(folder)
    if edition is None:
        return editions[-1].ruleset.folder
    named = {e.ruleset.document.edition: e.ruleset.folder for e in editions}
    if edition not in named:
        raise UsageError.of(
            "unknown-edition",
            msg("there is no edition “{edition}”", edition=edition),
            hint=msg("editions: {names}", names=listed(named)),
        )
    return named[edition]


def send(folder: Path, kind: str, out: Path, registry: Registry) -> None:
    """Write the form for the edition that lies in a folder.

    Raises:
        OSError: the file cannot be written.
    """
    texts = {file: (folder / file).read_bytes().decode("utf-8") for file in SHAPES}
    registry.need("forms", kind).write(lay_out(texts, registry.methods).form, out)


def read_form(file: Path, kind: str, registry: Registry) -> FilledForm:
    """Read a form that came back.

    Raises:
        UsageError: it is no form that went out from here.
    """
    filled: FilledForm = registry.need("forms", kind).read(file)
    if set(filled.carried) != set(SHAPES):
        raise UsageError.of(
            "no-form",
            msg("{file} carries no ruleset", file=file),
            hint=msg("take a file that rules-engine export has written"),
        )
    return filled


def receive(
    filled: FilledForm, file: Path, registry: Registry
) -> tuple[Changed, tuple[Finding, ...]]:
    """Return the ruleset that came back in a form, with what is worth knowing about it.

    Raises:
        RulesetError: with what is wrong in its cells, or with the ruleset that they make.
    """
    layout = lay_out(filled.carried, registry.methods)
    result = changed(layout, filled, file)
    if not result.changes:
        return result, ()
    known = {(f.code, str(f.message)) for f in _findings(filled.carried, registry)}
    found = [f for f in _findings(result.texts, registry) if (f.code, str(f.message)) not in known]
    mapped = tuple(_mapped(f, result, filled, file) for f in found if f.severity != "info")
    if stops(mapped):
        raise RulesetError(*(f for f in mapped if f.severity == "error"))
    return result, mapped


def _findings(texts: Mapping[str, str], registry: Registry) -> tuple[Finding, ...]:
    """Return what ``check`` says of a ruleset."""
    with TemporaryDirectory() as name:
        keep(Path(name), texts)
        try:
            return review(Path(name), registry).findings
        except RulesetError as error:
            return error.findings


def keep(out: Path, texts: Mapping[str, str]) -> None:
    """Write the files of a ruleset into a folder.

    Raises:
        OSError: one cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        (out / file).write_bytes(text.encode("utf-8"))


def foreign(out: Path, *versions: Mapping[str, str]) -> list[Path]:
    """Return files in a folder that say something else than any version known here."""
    return [
        out / file
        for file in SHAPES
        if (out / file).exists()
        and (out / file).read_bytes() not in {texts[file].encode("utf-8") for texts in versions}
    ]


def _mapped(finding: Finding, result: Changed, filled: FilledForm, file: Path) -> Finding:
    """Return a finding about the ruleset as one about the cell that says it."""
    name = Path(finding.place.file or "").name
    if name not in result.texts or finding.place.line is None:
        return replace(finding, place=Place(str(file)))
    path = _path_at(parse_document(result.texts[name].removeprefix("\ufeff"), name), finding.place)
    for end in range(len(path), 0, -1):
        start = _before(result, name, path[:end])
        cells = [cell for key, cell in filled.cells.items()
                 if key == key_of(name, start)
                 or key.startswith(key_of(name, start).removesuffix("]") + ", ")]  # fmt: skip
        if cells:
            return replace(finding, place=place(file, cells[0]))
    return replace(finding, place=Place(str(file)))


def _path_at(document: Document, at: Place) -> KeyPath:
    """Return the path of the value or key at a place, or of the last one before it."""
    where = (at.line or 1, at.column or 1)
    before = [
        ((position.line, position.column), len(path), path)
        for table in (document.values, document.keys)
        for path, position in table.items()
        if (position.line, position.column) <= where
    ]
    return max(before, key=lambda found: found[:2])[2] if before else ()


def _before(result: Changed, name: str, path: KeyPath) -> KeyPath:
    """Return the path that a value had before rows above it were taken out."""
    steps = list(path)
    for (file, where), gone in result.removed.items():
        if file == name and path[: len(where)] == where and len(path) > len(where):
            index = steps[len(where)]
            for taken in sorted(gone):
                if isinstance(index, int) and index >= taken:
                    index += 1
            steps[len(where)] = index
    return tuple(steps)
