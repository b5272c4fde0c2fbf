"""Makes the cells of a form: what stands in each, and what may."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.forms.answers import SEPARATOR
from rules_engine.forms.kinds import Kind, kind_of
from rules_engine.forms.words import DELETE, FIRST, NO, YES
from rules_engine.messages import tr
from rules_engine.model.form import FormCell
from rules_engine.ruleset.grammar import CLAUSES, ROOT, Field, Grammar
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE
from rules_engine.yamltext.calculation import Calculation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules_engine.model.form import CellValue
    from rules_engine.yamltext.read import Document, Key, KeyPath

JOINED = "、"
WHOLE = {RULESET_FILE: ROOT, CLAUSES_FILE: CLAUSES}


def key_of(file: str, path: KeyPath, what: str = "") -> str:
    """Return the key of the cell for a value, or for something else about it."""
    return f"{file}#{json.dumps(path, ensure_ascii=False)}{what}"


@dataclass(frozen=True)
class Slot:
    """A place for a new entry of a list or mapping.

    Attributes:
        file: the file.
        where: the path of the list or mapping.
        cells: the keys of its cells, by the path within the new entry.
        name: the key of the cell that takes its own key; a list has none.
        after: the key of the cell that says behind which entry it goes.
        fixed: what is there without a cell.
    """

    file: str
    where: KeyPath
    cells: Mapping[KeyPath, str]
    name: str = ""
    after: str = ""
    fixed: Mapping[KeyPath, str] = field(default_factory=dict)


@dataclass
class Cells:
    """Makes cells, and notes what each stands for.

    Attributes:
        documents: the files, by their names.
        grammar: what may stand in them.
        kinds: what may stand in each cell that holds a value, by its key.
        values: the file and path of each such cell, by its key.
        slots: places for new entries.
        rows: the keys of the cells of each entry that goes when they are all emptied.
        drops: the cells in which an entry can be chosen to go, by their keys.
    """

    documents: Mapping[str, Document]
    grammar: Grammar
    kinds: dict[str, Kind] = field(default_factory=dict)
    values: dict[str, tuple[str, KeyPath]] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)
    rows: dict[tuple[str, KeyPath], list[str]] = field(default_factory=dict)
    drops: dict[str, tuple[str, KeyPath]] = field(default_factory=dict)

    def at(self, file: str, path: KeyPath) -> Field:
        """Return the field of a place; one of nothing where the language does not know it."""
        at = self.grammar.at(self.documents[file].value, path, WHOLE[file])
        return at or Field(str(path[-1]), object)

    def value(self, file: str, path: KeyPath, value: Any) -> FormCell:  # noqa: ANN401 - any scalar
        """Return the cell for a value that is there."""
        key = key_of(file, path)
        kind = self.kinds[key] = kind_of(self.at(file, path))
        self.values[key] = (file, path)
        if isinstance(value, list):
            shown = JOINED.join(self._written(file, path, value))
            return FormCell(shown, key, open=True, note=self.gists(value))
        if isinstance(value, Calculation):
            value = str(value)
        said: CellValue = value.rstrip("\n") if isinstance(value, str) else value
        choices = _choices(kind)
        if kind.boolean or isinstance(value, bool):
            choices = (str(YES), str(NO))
            said = str(YES if value else NO) if isinstance(value, bool) else said
        elif isinstance(value, str) and value in kind.choices:
            said = kind.word(value)
        note = self.gists(value) if len(path) > 1 and "clause" in path[-2:] else ""
        number = kind.number or isinstance(value, Decimal)
        return FormCell(said, key, choices, kind.number or kind.text, number,
                        self.in_per_cent(file, path), note)  # fmt: skip

    def blank(
        self,
        file: str,
        path: KeyPath,
        kind: Kind,
        *,
        percent: bool = False,
        there: bool = False,
    ) -> FormCell:
        """Return an empty cell for a value that is not there.

        Args:
            file: the file.
            path: what it stands for.
            kind: what may stand there.
            percent: whether numbers are written in per cent.
            there: whether what the value is a part of is there.
        """
        key = key_of(file, path)
        self.kinds[key] = kind
        if there:
            self.values[key] = (file, path)
        return FormCell(None, key, _choices(kind), kind.number or kind.text, kind.number,
                        percent or kind.share)  # fmt: skip

    def in_per_cent(self, file: str, path: KeyPath) -> bool:
        """Return whether a number is written in per cent."""
        written = self.documents[file].scalars.get(path, "")
        value = _at(self.documents[file].value, path)
        number = isinstance(value, Decimal) and not isinstance(value, Calculation)
        return number and written.endswith(("%", "％"))

    def after(self, file: str, path: KeyPath, known: Iterable[Key]) -> FormCell:
        """Return the cell that says behind which entry a new one goes."""
        shown = (str(key + 1 if isinstance(key, int) else key) for key in known)
        return FormCell(None, key_of(file, path, "@after"), (str(FIRST), *shown))

    def drop(self, file: str, path: KeyPath) -> FormCell:
        """Return the cell in which an entry can be chosen to go."""
        key = key_of(file, path, "@drop")
        self.drops[key] = (file, path)
        return FormCell(None, key, (str(DELETE),), note=tr("choose it to take this part out"))

    def fits(self, file: str, path: KeyPath, value: object) -> bool:
        """Return whether a value stands in one cell."""
        if not isinstance(value, list):
            return not isinstance(value, dict)
        items = self._written(file, path, value)
        return bool(items) and all(items) and not any(map(SEPARATOR.search, items))

    def _written(self, file: str, path: KeyPath, items: list[Any]) -> list[str]:
        """Return the items of a list as they are written; nothing for what is no single value."""
        scalars = self.documents[file].scalars
        return [scalars.get((*path, n), "").strip() if item is not None else ""
                for n, item in enumerate(items)]  # fmt: skip

    def gists(self, clause: object) -> str:
        """Return what the named clauses say, in short."""
        root = self.documents[CLAUSES_FILE].value
        known = root.get("clauses") if isinstance(root, dict) else None
        names = clause if isinstance(clause, list) else [clause]
        named = [(n, known.get(n)) for n in names if isinstance(n, str)] if isinstance(
            known, dict) else []  # fmt: skip
        said = [(n, c.get("gist")) for n, c in named if isinstance(c, dict)]
        return "\n".join(f"{name}：{gist}" for name, gist in said if gist)


def _choices(kind: Kind) -> tuple[str, ...]:
    return (str(YES), str(NO)) if kind.boolean else tuple(map(kind.word, kind.choices))


def _at(value: Any, path: KeyPath) -> Any:  # noqa: ANN401 - plain data
    for step in path:
        value = value[step]
    return value


def field_name(at: Field | None, key: object = "") -> str:
    """Return what a field is called; what the language does not know has its key."""
    if at is None or at.entry:
        return str(key)
    return tr("records of") if at.facts.holds == "table" else at.label()
