"""A form: a ruleset laid out as sheets with cells, for people to fill in and hand back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from rules_engine.messages import Message

CellValue = str | Decimal | date | bool | None


@dataclass(frozen=True)
class FormCell:
    """One cell.

    Attributes:
        value: what it says; a closed choice is the word that people read.
        key: names the cell within the form; without one it cannot be changed.
        choices: the words that may be chosen, if it is a closed set.
        open: whether something else than the choices may be written.
        number: whether it takes a number; others take a text.
        percent: whether its number is written in per cent.
        note: what is shown when one points at it.
    """

    value: CellValue = None
    key: str = ""
    choices: tuple[str, ...] = ()
    open: bool = False
    number: bool = False
    percent: bool = False
    note: str = ""


@dataclass(frozen=True)
class FormRow:
    """A row of cells, from left to right.

    Attributes:
        cells: the cells.
        kind: ``title`` of a part, ``head`` of a table, ``offer`` above what may be filled in, or
            ``row``.
    """

    cells: Sequence[FormCell]
    kind: str = "row"


@dataclass(frozen=True)
class FormSheet:
    """One sheet."""

    title: str
    rows: Sequence[FormRow]


@dataclass(frozen=True)
class Form:
    """The whole form.

    Attributes:
        title: of what.
        sheets: its sheets.
        carried: texts that come back as they are and that nobody sees, by their names.
    """

    title: str
    sheets: Sequence[FormSheet]
    carried: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FilledCell:
    """A cell as it came back.

    Attributes:
        sheet: the sheet's title.
        row: the row, from 1.
        column: the column as its program calls it.
        value: what it says.
        fault: ``formula`` or ``error``, where the cell has no value of its own.
    """

    sheet: str
    row: int
    column: str
    value: CellValue
    fault: str = ""

    @property
    def name(self) -> str:
        """Return column and row, as people name a cell."""
        return f"{self.column}{self.row}"


@dataclass(frozen=True)
class FilledForm:
    """A form as it came back: its cells by their keys, and the texts that it carried."""

    cells: Mapping[str, FilledCell]
    carried: Mapping[str, str]


@dataclass(frozen=True)
class FormKind:
    """A kind of file in which a form is filled in.

    Attributes:
        name: how ``rules-engine export`` and ``import`` name it.
        description: one line.
        write: writes a form to a file.
        read: reads a file that was written so; raises ``UsageError`` if it was not.
    """

    name: str
    description: Message | str
    write: Callable[[Form, Path], None]
    read: Callable[[Path], FilledForm]
