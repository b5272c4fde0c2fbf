"""Turns what stands in a filled cell into what is written in YAML, or says why it cannot be."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.errors import Finding, Place
from rules_engine.forms.words import choice_of, yes_or_no
from rules_engine.messages import Message, listed, msg
from rules_engine.model.by_subject import is_expression
from rules_engine.model.figures import in_digits
from rules_engine.yamltext.calculation import calculation
from rules_engine.yamltext.layout import scalar
from rules_engine.yamltext.read import as_number, is_plain_text

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.forms.kinds import Kind
    from rules_engine.model.form import CellValue, FilledCell, FormCell

MOST_SHOWN = 40
"""More characters of a cell than this are not repeated."""
SEPARATOR = re.compile(r"\s*[、，,；;\n]\s*")
"""What stands between the items of a list in one cell."""


class Unfit(Exception):
    """A cell says what cannot stand there.

    Attributes:
        message: what is wrong.
        hint: what to write instead.
    """

    def __init__(self, message: Message, hint: Message) -> None:
        """Carry both."""
        super().__init__(str(message))
        self.message, self.hint = message, hint


def finding(file: Path, cell: FilledCell, unfit: Unfit) -> Finding:
    """Return the finding about a bad cell, with its sheet, row and column."""
    return Finding("bad-cell", unfit.message, place(file, cell), unfit.hint)


def place(file: Path, cell: FilledCell) -> Place:
    """Return where a cell stands."""
    return Place(str(file), table=cell.sheet, row=cell.row, field=cell.column)


def is_blank(cell: FilledCell | None) -> bool:
    """Return whether nothing stands in a cell."""
    if cell is None or cell.fault:
        return cell is None
    return cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())


def says(cell: FilledCell, original: FormCell) -> bool:
    """Return whether a cell still says what it said."""
    one, other = cell.value, original.value
    if cell.fault or is_blank(cell):
        blank = other is None or (isinstance(other, str) and not other.strip())
        return not cell.fault and blank
    if isinstance(other, Decimal):
        number = _number(one)
        return number is not None and number == _number(other)
    if isinstance(other, str) and isinstance(one, str):
        return _lines(one) == _lines(other)
    return as_text(one) == as_text(other)


def as_yaml(
    cell: FilledCell, original: FormCell, kind: Kind, before: str, flow: bool, names: frozenset[str]
) -> str:
    """Return how the value of a cell is written in place of another one.

    Args:
        cell: the cell as it came back.
        original: as it went out.
        kind: what may stand there.
        before: what is written there now; ``%``: nothing is, and numbers are written in per cent.
        flow: whether that is in brackets.
        names: of parameters, which may stand for a number.

    Raises:
        Unfit: it cannot stand there.
    """
    if cell.fault:
        raise _faulty(cell)
    if is_blank(cell):
        hint = msg("write a value; what it was: {text}", text=before[:MOST_SHOWN])
        raise Unfit(msg("the cell is empty"), hint if before.strip("%") else msg("write a value"))
    value = cell.value
    items = items_of(value)
    if kind.listed and (len(items) > 1 or not kind.text):
        return "[" + ", ".join(item_token(item, "", kind) for item in items) + "]"
    chosen = _chosen(value, kind)
    if chosen is not None:
        return chosen if kind.boolean else scalar(chosen, plain=False, flow=flow)
    if kind.number or (isinstance(original.value, Decimal) and not kind.text):
        return _as_number(value, kind, before, flow, names)
    if kind.choices or kind.boolean:
        if not kind.text:
            raise no_choice(value, original)
    return _text(value, before, flow, open_to_numbers=kind.number or kind.day)


def items_of(value: CellValue) -> list[str]:
    """Return the items of a list that stands in one cell."""
    return [item for item in SEPARATOR.split(as_text(value)) if item]


def item_token(item: str, before: str, kind: Kind) -> str:
    """Return how an item of a list is written, in brackets."""
    return _text(item, before, True, open_to_numbers=not kind.text)


def _faulty(cell: FilledCell) -> Unfit:
    hint = msg("write the value itself")
    if cell.fault == "formula":
        return Unfit(msg("a formula stands in the cell"), hint)
    return Unfit(msg("the cell shows the error {text}", text=cell.value), hint)


def _chosen(value: CellValue, kind: Kind) -> str | None:
    """Return the member of a closed set that a cell means, or nothing."""
    if kind.boolean:
        truth = yes_or_no(value)
        return None if truth is None else str(truth).lower()
    return choice_of(value, kind.choices) if isinstance(value, str) else None


def no_choice(value: CellValue, original: FormCell) -> Unfit:
    """Return what is wrong with a cell that says none of its choices."""
    return Unfit(
        msg("“{text}” is not among the choices", text=_shown(value)),
        msg("choose one of {names}", names=listed(original.choices)),
    )


def _as_number(value: CellValue, kind: Kind, before: str, flow: bool, names: frozenset[str]) -> str:
    number = _number(value)
    if number is None:
        if kind.text and isinstance(value, str) and value.strip() in names:
            return scalar(value.strip(), plain=False, flow=True)
        if kind.varies and isinstance(value, str) and is_expression(value):
            return scalar(value.strip(), plain=False, flow=flow)
        if isinstance(value, str) and calculation(value.strip()) is not None:
            return value.strip()
        hint = msg("write a number, without unit or words")
        if kind.choices:
            hint = msg("write a number, or one of {names}", names=listed(kind.choices))
        raise Unfit(msg("a number is needed, and “{text}” is none", text=_shown(value)), hint)
    typed = value.strip() if isinstance(value, str) else ""
    sign = next((text[-1] for text in (before, typed) if text.endswith(("%", "％"))), "")
    return in_digits(number.scaleb(2) if sign else number) + sign


def _number(value: CellValue) -> Decimal | None:
    """Return a number; a spreadsheet keeps fifteen digits, and the rest is noise."""
    if isinstance(value, Decimal):
        return Decimal(f"{value:.15g}")
    return as_number(value.strip().replace("−", "-")) if isinstance(value, str) else None


def _text(value: CellValue, before: str, flow: bool, *, open_to_numbers: bool) -> str:
    """Return a text, in the quotes that stood there before where there were any."""
    if not before.strip("%"):
        text = _lines(as_text(value))
        return scalar(text, plain=open_to_numbers and not is_plain_text(text), flow=flow)
    text = _lines(as_text(value)).strip("\n")
    mark = before[:1]
    if mark in ("|", ">") and not flow:
        text += "" if before[1:2] == "-" else "\n"
    if mark == '"' and not set(text) & set('"\\\n\t'):
        return f'"{text}"'
    if mark == "'" and "\n" not in text:
        return "'" + text.replace("'", "''") + "'"
    bare = mark not in ("'", '"', "|", ">") and not is_plain_text(before)
    return scalar(text, plain=bare and not is_plain_text(text), flow=flow)


def as_text(value: CellValue) -> str:
    """Return what a cell says as a text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date() if value.time().isoformat() == "00:00:00" else value
    if isinstance(value, date):
        return value.isoformat()
    return in_digits(value) if isinstance(value, Decimal) else str(value)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("_x000D_", "").strip()


def _shown(value: CellValue) -> str:
    text = as_text(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
