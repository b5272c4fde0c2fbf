"""Sends a ruleset out as a form, and takes it back: checked as a whole before it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.errors import Finding, Place, RulesetError, UsageError, stops
from rules_engine.forms.answers import place
from rules_engine.forms.changes import changed
from rules_engine.forms.layout import lay_out
from rules_engine.forms.trial import differences, edition_in, new_findings
from rules_engine.messages import listed, msg
from rules_engine.ruleset.editions import read_editions
from rules_engine.ruleset.read import SHAPES
from rules_engine.safe_files import read_file, whole_file
from rules_engine.yamltext.read import parse_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.diff.change import Change as Difference
    from rules_engine.forms.changes import Changed
    from rules_engine.forms.layout import Layout
    from rules_engine.model.form import FilledForm
    from rules_engine.plugin_manager import Registry
    from rules_engine.yamltext.read import Document, KeyPath


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
    texts = {file: read_file(folder / file).decode("utf-8") for file in SHAPES}
    with whole_file(out) as file:
        registry.need("forms", kind).write(lay_out(texts, registry.methods).form, file)


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


@dataclass(frozen=True)
class Received:
    """A ruleset that came back in a form.

    Attributes:
        changed: its files, and what was changed in them.
        folder: where they go.
        findings: what ``check`` has come to say of the whole ruleset; none of it stops.
        differences: what the changes do, as ``diff`` says it.
    """

    changed: Changed
    folder: Path
    findings: tuple[Finding, ...] = ()
    differences: tuple[Difference, ...] = ()


def receive(filled: FilledForm, file: Path, out: Path, registry: Registry) -> Received:
    """Return the ruleset that came back in a form, with what is worth knowing about it.

    Args:
        filled: the form.
        file: its file, for findings.
        out: the folder of a ruleset or of an edition, there or not, into which it goes.
        registry: where scoring methods and further checks come from.

    Raises:
        RulesetError: with what is wrong in its cells, or with the ruleset that they make.
        UsageError: it cannot go there.
    """
    layout = lay_out(filled.carried, registry.methods)
    result = changed(layout, filled, file, registry.methods)
    folder = edition_in(out, result.texts)
    if not result.changes:
        return Received(result, folder)
    own, others = new_findings(folder, filled.carried, result.texts, registry)
    findings = (*(_mapped(f, result, layout, filled, file) for f in own), *others)
    if stops(findings):
        raise RulesetError(*(f for f in findings if f.severity == "error"))
    return Received(
        result, folder, findings, differences(folder, filled.carried, result.texts, registry)
    )


def foreign(out: Path, *versions: Mapping[str, str]) -> list[Path]:
    """Return files in a folder that say something else than any version known here."""
    return [
        out / file
        for file in SHAPES
        if (out / file).exists()
        and read_file(out / file) not in {texts[file].encode("utf-8") for texts in versions}
    ]


def _mapped(finding: Finding, result: Changed, layout: Layout, filled: FilledForm,
            file: Path) -> Finding:  # fmt: skip
    """Return a finding about the ruleset as one about the cell that says it."""
    name = Path(finding.place.file or "").name
    if name not in result.texts or finding.place.line is None:
        return replace(finding, place=Place(str(file)))
    path = _path_at(parse_document(result.texts[name].removeprefix("\ufeff"), name), finding.place)
    where = _cells_now(result, layout, name)
    for end in range(len(path), 0, -1):
        cells = [filled.cells[key] for at, key in where.items()
                 if at[:end] == path[:end] and key in filled.cells]  # fmt: skip
        cells.sort(key=lambda cell: cell.value is None)
        if cells:
            return replace(finding, place=place(file, cells[0]))
    return replace(finding, place=Place(str(file)))


def _cells_now(result: Changed, layout: Layout, name: str) -> dict[KeyPath, str]:
    """Return the keys of cells by the paths that their values have now."""
    edits = result.edits[name]
    keys = {
        edits.now(path, taken=True): key
        for key, (file, path) in layout.made.values.items()
        if file == name and not any(path[:n] in edits.gone for n in range(1, len(path) + 1))
    }
    for slot, new in result.filled:
        if slot.file == name:
            where = edits.now(new.where, taken=True)
            step = new.key if new.key is not None else edits.index(new)
            keys |= {(*where, step): slot.name or next(iter(slot.cells.values()))}
            keys |= {(*where, step, *rel): key for rel, key in slot.cells.items()}
    return keys


def _path_at(document: Document, at: Place) -> KeyPath:
    """Return the path of the value or key at a place, or of the last one before it."""
    where = (at.line or 1, at.column or 1)
    before = [
        ((position.line, position.column), len(path), path)
        for table in (document.values, document.keys)
        for path, position in table.items()
        if (position.line, position.column) <= where
    ]
    return max(before, key=lambda item: item[:2])[2] if before else ()
