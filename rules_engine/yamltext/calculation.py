"""Figures that are worked out from others where they are written: 60% / 12, 30000 + 10000."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Self

SIGNS = {
    "+": "+", "＋": "+", "-": "-", "−": "-", "－": "-", "*": "*", "×": "*", "＊": "*",
    "/": "/", "÷": "/", "／": "/", "(": "(", "（": "(", ")": ")", "）": ")",
}  # fmt: skip
"""The signs of a calculation as people write them, each with the one that it stands for."""
NUMBER = r"(?:0|[1-9]\d*)(?:\.\d+)?[%％]?"
SIGN = r"[-+−*/()＋－×÷＊／（）]"
PIECE = re.compile(rf"\s*(?:({NUMBER})|({SIGN}))")
SHAPE = rf"^\s*{SIGN}*\s*{NUMBER}(\s*{SIGN})+(\s*{NUMBER}|\s*{SIGN})*$"
"""What a calculation looks like, for editors; whether it is one is found out when it is read."""
LONGEST = 120
PLACES = 12
"""With more decimal places than this a figure is taken for one that does not come out even."""


class Operand(NamedTuple):
    """A number in a calculation.

    Attributes:
        value: the number.
        start: where it begins in the text.
        scales: whether something is multiplied or divided by it.
    """

    value: Decimal
    start: int
    scales: bool


class Calculation(Decimal):
    """A number that is written as a calculation; as a text it is what was written."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Work out what is written.

        Raises:
            ValueError: it is no calculation, or does not come out even.
        """
        exact = worked_out(text)
        value = None if exact is None else even(exact)
        if value is None:
            raise ValueError(text)
        number = super().__new__(cls, value)
        number.text = text
        return number

    def __str__(self) -> str:
        """Return what was written: where a text is wanted, it is no number."""
        return self.text

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        """Return how it is made again, by what was written."""
        return type(self), (self.text,)

    def operands(self) -> list[Operand]:
        """Return the numbers that it is worked out from."""
        pieces = _pieces(self.text) or []
        around = ["", *(piece for piece, _ in pieces), ""]
        return [
            Operand(_number(piece), start, around[at] in ("*", "/") or around[at + 2] == "*")
            for at, (piece, start) in enumerate(pieces)
            if piece[0].isdigit()
        ]


def reads_as_share(text: str, value: Fraction) -> bool:
    """Return whether people read what a calculation comes to in per cent: it begins with such."""
    pieces = _pieces(text) or []
    first = next((piece for piece, _ in pieces if piece[0].isdigit()), "")
    return first.endswith(("%", "％")) and abs(value) <= 1


def calculation(text: str) -> Calculation | None:
    """Return what a text comes to, or ``None`` where it is no calculation or not even."""
    try:
        return Calculation(text)
    except ValueError:
        return None


def worked_out(text: str) -> Fraction | None:
    """Return what a calculation comes to, exactly; ``None``: the text is none, or divides by 0."""
    pieces = _pieces(text)
    if pieces is None or not any(piece in "+-*/" for piece, _ in pieces[1:]):
        return None
    try:
        return _Reading([piece for piece, _ in pieces]).whole()
    except (IndexError, ZeroDivisionError):
        return None


def even(value: Fraction) -> Decimal | None:
    """Return a fraction as a decimal number, or ``None`` where it has too many places or no end."""
    for places in range(PLACES + 1):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = tuple(map(int, str(abs(scaled.numerator))))
            return Decimal((scaled < 0, digits, -places))
    return None


def _pieces(text: str) -> list[tuple[str, int]] | None:
    """Return the numbers and signs of a text with their places; ``None``: there is more in it.

    A hyphen is a minus only between blanks or in front: 60-70 is a range, and 2025-01 a month.
    """
    if len(text) > LONGEST or not text[-1:].strip():
        return None
    pieces: list[tuple[str, int]] = []
    at = 0
    while at < len(text):
        match = PIECE.match(text, at)
        if match is None:
            return None
        number, sign = match.groups()
        start = match.start(1 if number else 2)
        if sign == "-" and pieces and pieces[-1][0] != "(":
            if not (text[start - 1].isspace() and text[start + 1 : start + 2].isspace()):
                return None
        pieces.append((number or SIGNS[sign], start))
        at = match.end()
    return pieces


def _number(piece: str) -> Decimal:
    return Decimal(piece[:-1]).scaleb(-2) if piece[-1] in "%％" else Decimal(piece)


class _Reading:
    """Reads the pieces of a calculation from left to right."""

    def __init__(self, pieces: list[str]) -> None:
        self.pieces, self.at = [*pieces, ""], 0

    def whole(self) -> Fraction | None:
        value = self.sum()
        return value if not self.pieces[self.at] else None

    def taken(self, *signs: str) -> str:
        piece = self.pieces[self.at]
        if piece not in signs:
            return ""
        self.at += 1
        return piece

    def sum(self) -> Fraction:
        sign = self.taken("+", "-")
        value = -self.product() if sign == "-" else self.product()
        while sign := self.taken("+", "-"):
            value += self.product() if sign == "+" else -self.product()
        return value

    def product(self) -> Fraction:
        value = self.factor()
        while sign := self.taken("*", "/"):
            value = value * self.factor() if sign == "*" else value / self.factor()
        return value

    def factor(self) -> Fraction:
        """Read a number, or what stands in brackets.

        Raises:
            IndexError: neither of them stands there.
        """
        if self.taken("("):
            value = self.sum()
            if not self.taken(")"):
                raise IndexError
            return value
        piece = self.pieces[self.at]
        if not piece[:1].isdigit():
            raise IndexError
        self.at += 1
        return Fraction(_number(piece))
