"""Compares a filled form with the ruleset that it carries, and writes only what was changed."""

from __future__ import annotations

from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rules_engine.editing.answers import Unfit, as_yaml, finding, is_blank, place, says
from rules_engine.editing.layout import key_of, place_of
from rules_engine.errors import Finding, Place, RulesetError
from rules_engine.messages import msg
from rules_engine.ruleset.positions import parse_document
from rules_engine.ruleset.read import RULESET_FILE
from rules_engine.ruleset.rewriting import append_like, remove, rewrite, stretches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from rules_engine.editing.layout import Layout
    from rules_engine.model.form import FilledCell, FilledForm
    from rules_engine.ruleset.positions import KeyPath
    from rules_engine.ruleset.rewriting import Stretch

Row = tuple["KeyPath", int, dict["KeyPath", str]]
"""A new row: its list, the index of the row that it is written like, and its values."""
Rows = dict[tuple[str, "KeyPath"], dict[int, list[str]]]
"""The keys of cells by the list that they belong to, a file and a path, and by their row."""


@dataclass(frozen=True)
class Change:
    """One change, as the form shows it."""

    cell: FilledCell
    before: str
    after: str


@dataclass
class Changed:
    """The files as they are to be, what was changed, and where each value stands in the form.

    Attributes:
        originals: the files as they went out, by their names.
        texts: the files as they are to be.
        changes: what was changed.
        removed: indexes of rows that are gone, by file and list.
    """

    originals: Mapping[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    removed: dict[tuple[str, KeyPath], list[int]] = field(default_factory=dict)


def changed(layout: Layout, filled: FilledForm, file: Path) -> Changed:
    """Return the files with what was changed in a form.

    Args:
        layout: the form as it went out.
        filled: as it came back.
        file: its file, for findings.

    Raises:
        RulesetError: with a finding for each bad cell.
    """
    return _Comparison(layout, filled, file).result()


class _Comparison:
    def __init__(self, layout: Layout, filled: FilledForm, file: Path) -> None:
        self.layout, self.filled, self.file = layout, filled, file
        self.findings: list[Finding] = []
        self.bodies = {n: t.removeprefix("\ufeff") for n, t in layout.form.carried.items()}
        self.places = {name: stretches(text) for name, text in self.bodies.items()}
        self.names = _names(layout.documents[RULESET_FILE].value)
        self.out = Changed(layout.form.carried)

    def result(self) -> Changed:
        rows = self._rows()
        gone = set(self._cleared(rows))
        tokens: dict[str, dict[KeyPath, str]] = defaultdict(dict)
        for key in self.layout.cells:
            name, path = place_of(key)
            stretch = self.places[name].get(path)
            if stretch is None or key in gone:
                continue
            token = self._token(key, key, stretch)
            if token is not None:
                tokens[name][path] = token
        added = list(self._added(rows))
        if self.findings:
            raise RulesetError(*self.findings)
        for name, text in self.bodies.items():
            ours = [(where[1], like, values) for where, like, values in added if where[0] == name]
            gone_here = {w[1]: rows for w, rows in self.out.removed.items() if w[0] == name}
            written = _written(text, tokens[name], ours, gone_here)
            meant = _meant(self.layout.documents[name].value, tokens[name], ours, gone_here)
            if not _says(written, meant):
                raise RulesetError(*self._unwritable())
            mark = "\ufeff" if self.layout.form.carried[name].startswith("\ufeff") else ""
            self.out.texts[name] = mark + written
        return self.out

    def _unwritable(self) -> Iterator[Finding]:
        """Yield a finding for each change, where together they would change something else."""
        for change in self.out.changes:
            yield Finding(
                "bad-cell",
                msg("the change cannot be written into the file without changing something else"),
                place(self.file, change.cell),
                msg("make this change in the YAML file"),
            )

    def _token(self, key: str, model: str, stretch: Stretch) -> str | None:
        """Return how a changed cell is written; nothing for one that says what it said."""
        cell, original = self.filled.cells.get(key), self.layout.cells[model]
        name, _ = place_of(key)
        if cell is None:
            self._lost(key)
            return None
        if key == model and says(cell, original):
            return None
        before = self.bodies[name][stretch.start : stretch.end]
        kind = self.layout.kinds[model]
        try:
            token = as_yaml(cell, original, kind, before, stretch.flow, self.names)
        except Unfit as found:
            self.findings.append(finding(self.file, cell, found))
            return None
        if key == model and token == before:
            return None  # the same word in another language
        self.out.changes.append(Change(cell, before if key == model else "", token))
        return token

    def _lost(self, key: str) -> None:
        sheet = next(s.title for s in self.layout.form.sheets for row in s.rows
                     if any(cell.key == key for cell in row.cells))  # fmt: skip
        _, path = place_of(key)
        self.findings.append(
            Finding(
                "lost-cell",
                msg("the cell for {path} is gone", path=".".join(map(str, path))),
                Place(str(self.file), table=sheet),
                msg("put the row or column back; to take a row out of a table, empty its cells"),
            )
        )

    def _rows(self) -> Rows:
        """Return the cells of tables, those of new rows included."""
        rows: Rows = defaultdict(lambda: defaultdict(list))
        for key in self.layout.cells:
            name, path = place_of(key)
            if len(path) > 1 and isinstance(path[-2], int):
                rows[name, path[:-2]][path[-2]].append(key)
        return rows

    def _cleared(self, rows: Rows) -> Iterator[str]:
        """Yield the cells of rows that were emptied as a whole; the last row has to stay."""
        for (name, where), by_row in rows.items():
            there = [i for i in by_row if (*where, i) in self.places[name]]
            empty = [i for i in there if all(self._is_empty(key) for key in by_row[i])]
            if empty and len(empty) < len(there):
                self.out.removed[name, where] = empty
                for index in empty:
                    yield from by_row[index]
                    cell = self.filled.cells[by_row[index][0]]
                    stretch = self.places[name][(*where, index)]
                    text = self.bodies[name][stretch.start : stretch.end]
                    self.out.changes.append(Change(cell, text, ""))

    def _is_empty(self, key: str) -> bool:
        """Return whether a cell is empty now and was not."""
        cell = self.filled.cells.get(key)
        return cell is not None and is_blank(cell) and not says(cell, self.layout.cells[key])

    def _added(self, rows: Rows) -> Iterator[tuple[tuple[str, KeyPath], int, dict[KeyPath, str]]]:
        """Yield new rows: the list, the row that they are written like, and their values."""
        for (name, where), by_row in rows.items():
            there = [i for i in by_row if (*where, i) in self.places[name]]
            for index in sorted(set(by_row) - set(there)):
                keys = [k for k in by_row[index] if not is_blank(self.filled.cells.get(k))]
                columns = {place_of(key)[1][-1] for key in keys}
                like = [i for i in there if _columns(self.layout, name, (*where, i)) == columns]
                if keys and not like:
                    self._no_such_row(keys[0])
                elif keys:
                    values = {}
                    for key in keys:
                        path = (*where, like[-1], place_of(key)[1][-1])
                        token = self._token(key, key_of(name, path), self.places[name][path])
                        values[path[-1:]] = token or ""
                    yield (name, where), like[-1], values

    def _no_such_row(self, key: str) -> None:
        self.findings.append(
            Finding(
                "bad-cell",
                msg("the new row has other columns filled than any row above it"),
                place(self.file, self.filled.cells[key]),
                msg("fill the same columns as in one of the rows above; another shape of row is "
                    "written in the YAML file"),
            )
        )  # fmt: skip


def _written(
    text: str,
    tokens: Mapping[KeyPath, str],
    added: Sequence[Row],
    gone: Mapping[KeyPath, list[int]],
) -> str:
    """Return a file with what was changed in it."""
    text = rewrite(text, tokens)
    for where, like, values in added:
        text = append_like(text, where, like, values)
    for where, indexes in gone.items():
        for index in sorted(indexes, reverse=True):
            text = remove(text, where, index)
    return text


def _meant(
    value: Any,  # noqa: ANN401 - plain data
    tokens: Mapping[KeyPath, str],
    added: Sequence[Row],
    gone: Mapping[KeyPath, list[int]],
) -> object:
    """Return what a file is to say, worked out on its values instead of its text."""
    value = deepcopy(value)
    for path, token in tokens.items():
        _at(value, path[:-1])[path[-1]] = _plain(token)
    for where, like, values in added:
        rows = _at(value, where)
        rows.append(rows[like] | {path[-1]: _plain(token) for path, token in values.items()})
    for where, indexes in gone.items():
        for index in sorted(indexes, reverse=True):
            del _at(value, where)[index]
    return value


def _at(value: Any, path: KeyPath) -> Any:  # noqa: ANN401 - plain data
    for step in path:
        value = value[step]
    return value


def _plain(token: str) -> object:
    said = parse_document(f"k: {token}\n", "").value
    return said["k"] if isinstance(said, dict) else None


def _says(text: str, value: object) -> bool:
    try:
        return parse_document(text, "").value == value
    except RulesetError:
        return False


def _columns(layout: Layout, name: str, path: KeyPath) -> set[Any]:
    """Return the columns that a row of a table has."""
    return set(_at(layout.documents[name].value, path))


def _names(root: object) -> frozenset[str]:
    """Return what parameters are called."""
    found = root.get("parameters") if isinstance(root, dict) else None
    parameters: Mapping[str, Any] = found if isinstance(found, dict) else {}
    labels = (p.get("label") for p in parameters.values() if isinstance(p, dict))
    return frozenset({*parameters, *(str(label) for label in labels)})
