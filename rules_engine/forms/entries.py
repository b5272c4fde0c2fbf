"""Reads what was filled in for a new entry: its key, its place, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rules_engine.forms.answers import Unfit, as_text, as_yaml, is_blank, no_choice
from rules_engine.forms.edits import New
from rules_engine.forms.words import AT_FRONT
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.forms.cells import Slot
    from rules_engine.forms.layout import Layout
    from rules_engine.model.form import FilledCell
    from rules_engine.yamltext.layout import Tokens
    from rules_engine.yamltext.read import Key, KeyPath


@dataclass
class Entry:
    """A place for a new entry, read.

    Attributes:
        new: what is to be added, if it can be.
        said: the cells that were filled in, each with what is written for it.
        unfit: the cells that say what cannot stand there, and those that are missing.
    """

    new: New | None = None
    said: list[tuple[FilledCell, str]] = field(default_factory=list)
    unfit: list[tuple[FilledCell, Unfit]] = field(default_factory=list)


def entry_of(
    slot: Slot,
    filled: Mapping[str, FilledCell],
    layout: Layout,
    known: list[Key],
    taken: set[str | None],
    names: frozenset[str],
) -> Entry | None:
    """Return what was filled in, or nothing where nobody wrote anything.

    Args:
        slot: the place.
        filled: the cells of the form as they came back.
        layout: the form as it went out.
        known: the keys or indexes that the mapping or list has.
        taken: keys that other new entries have.
        names: of parameters, which may stand for a number.
    """
    there = {rel: key for rel, key in slot.cells.items() if not is_blank(filled.get(key))}
    if not there and is_blank(filled.get(slot.name)) and is_blank(filled.get(slot.after)):
        return None
    entry = Entry()
    tokens: dict[KeyPath, Tokens] = dict(slot.fixed)
    for rel, cell_key in there.items():
        cell, original = filled[cell_key], layout.cells[cell_key]
        before = "%" if original.percent else ""
        try:
            token = as_yaml(cell, original, layout.made.kinds[cell_key], before, True, names)
            tokens[rel] = token
            entry.said.append((cell, token))
        except Unfit as unfit:
            entry.unfit.append((cell, unfit))
    for cell in _missing(slot, there, filled, layout):
        entry.unfit.append((cell, Unfit(msg("the cell is empty"), msg("write a value"))))
    key = _name(slot, filled, {*known, *taken}, entry) if slot.name else None
    after = _after(slot, filled, layout, known, entry)
    if not entry.unfit:
        value = _nested(tokens)
        if slot.name and key is not None:
            entry.said.insert(0, (filled[slot.name], key))
        entry.new = New(slot.where, key, after, value)
    return entry


def _missing(
    slot: Slot, there: Mapping[KeyPath, str], filled: Mapping[str, FilledCell], layout: Layout
) -> Iterator[FilledCell]:
    """Yield empty cells that something has to stand in, as something beside them was filled."""
    for rel, key in slot.cells.items():
        begun = len(rel) < 2 or any(other[:-1] == rel[:-1] for other in there)
        required = layout.made.kinds[key].required or not rel
        if required and key not in there.values() and begun and key in filled:
            yield filled[key]


def _name(
    slot: Slot, filled: Mapping[str, FilledCell], known: set[Key | None], entry: Entry
) -> str | None:
    cell = filled.get(slot.name)
    if cell is None:
        return None
    if is_blank(cell) or cell.fault:
        entry.unfit.append((cell, Unfit(msg("the new entry has no name of its own"),
                                        msg("write one into this cell"))))  # fmt: skip
        return None
    name = as_text(cell.value).strip()
    if name in known:
        entry.unfit.append((cell, Unfit(msg("“{name}” is there already", name=name),
                                        msg("give the new entry another name"))))  # fmt: skip
    return name


def _after(
    slot: Slot,
    filled: Mapping[str, FilledCell],
    layout: Layout,
    known: list[Key],
    entry: Entry,
) -> Key:
    """Return the key or index behind which the entry goes: the last where none is chosen."""
    cell = filled.get(slot.after)
    if cell is None or is_blank(cell):
        return known[-1] if known else -1
    said = as_text(cell.value).strip()
    shown = {str(key + 1 if isinstance(key, int) else key): key for key in known}
    if said in shown and not cell.fault:
        return shown[said]
    if said not in AT_FRONT or cell.fault:
        entry.unfit.append((cell, no_choice(cell.value, layout.cells[slot.after])))
    return -1


def _nested(tokens: Mapping[KeyPath, Tokens]) -> Tokens:
    """Return what a new entry says, from its single values; rows of lists close up."""
    if () in tokens:
        return tokens[()]
    steps: dict[Any, dict[KeyPath, Tokens]] = {}
    for rel, token in tokens.items():
        steps.setdefault(rel[0], {})[rel[1:]] = token
    inner = {step: _nested(below) for step, below in steps.items()}
    if inner and all(isinstance(step, int) for step in inner):
        return [inner[step] for step in sorted(inner)]
    return inner
