"""Figures that differ by the subject: a small table by a column of its own, or an expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from rules_engine.messages import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BY, OTHERS = "by", "others"
"""The keys of such a table that are no value of the column."""


@dataclass(frozen=True)
class BySubject:
    """A figure for each value of a column: ``{by: kind, 城区: 80%, 村: 70%, others: 60%}``.

    Attributes:
        by: the column, by its name or label.
        rows: each value with its figure, in the order of the file.
        others: the figure of all other values; ``None``: with those nothing can be assessed.
    """

    by: str
    rows: tuple[tuple[str, Decimal], ...]
    others: Decimal | None = None

    @property
    def figures(self) -> tuple[Decimal, ...]:
        """Return the figures, from the first row to that of all others."""
        last = () if self.others is None else (self.others,)
        return (*(figure for _, figure in self.rows), *last)

    def said(self, others: str) -> list[tuple[str, Decimal]]:
        """Return its rows, that of all other values under a name for these."""
        return [*self.rows, *([] if self.others is None else [(others, self.others)])]

    def mapping(self) -> dict[str, object]:
        """Return it as a file says it."""
        last = {} if self.others is None else {OTHERS: self.others}
        return {BY: self.by, **dict(self.rows), **last}

    def expression(self, write: Callable[[Decimal], str]) -> str:
        """Return it in the language of conditions; of a value without a figure it is never asked.

        Args:
            write: writes a figure.
        """
        branches = "".join(
            f" when {self.by} = {_quoted(value)} then {write(figure)}"
            for value, figure in self.rows
        )
        return f"(case{branches} else {write(self.figures[-1])} end)"

    def asked_for(self, value: str | None) -> str:
        """Return the condition that a subject is of a row; ``None``: of that of all others."""
        if value is not None:
            return f"{self.by} = {_quoted(value)}"
        return f"{self.by} not in ({', '.join(_quoted(value) for value, _ in self.rows)})"

    def is_known(self) -> str:
        """Return a condition that is unknown where the column is, and otherwise holds."""
        values = ", ".join(_quoted(value) for value, _ in self.rows)
        return f"({self.by} in ({values}) or {self.by} not in ({values}))"

    def covers(self) -> str:
        """Return the condition that the subject has a figure; empty: each has one."""
        if self.others is not None:
            return ""
        return f"{self.by} in ({', '.join(_quoted(value) for value, _ in self.rows)})"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


LETTER = re.compile(r"[^\W\d_]")
BETWEEN = re.compile(r"[^\w\s.%％]")
"""What stands between the names and numbers of an expression."""


def is_expression(text: str) -> bool:
    """Return whether a text that is no number is meant to be worked out for each subject."""
    return bool(LETTER.search(text) and BETWEEN.search(text))


class SubjectExpression(str):
    """A figure that is an expression over the subject."""

    __slots__ = ()

    def expression(self) -> str:
        """Return it so that it can stand beside any operator."""
        return f"({self})"


Varying: TypeAlias = Decimal | BySubject | SubjectExpression
"""A figure that may differ by the subject."""


@dataclass(frozen=True)
class Varies:
    """Marks the annotation of a figure that may differ by the subject."""


def varying(figure: Any) -> Any:  # noqa: ANN401 - annotations
    """Return the annotation of a figure that may differ by the subject.

    Args:
        figure: the annotation of the figure, with its bounds.
    """
    from pydantic import PlainSerializer, WrapValidator

    written = figure | dict[str, figure | str]
    wrapped = WrapValidator(_read, json_schema_input_type=written)
    return Annotated[figure, wrapped, PlainSerializer(_plain), Varies()]


def _read(value: object, read: Callable[..., Any]) -> Any:  # noqa: ANN401 - pydantic's own
    if isinstance(value, BySubject | SubjectExpression):
        return value
    return _table(value, read) if isinstance(value, dict) else read(value)


def _table(written: Mapping[str, object], read: Callable[..., Any]) -> BySubject:
    by = written.get(BY)
    if not isinstance(by, str) or not by.strip():
        raise ValueError(tr("say with “by:” by which column of the subject it differs"))
    rows = tuple((str(k), read(v, str(k))) for k, v in written.items() if k not in (BY, OTHERS))
    if not rows:
        raise ValueError(tr("give a figure for each value of “{column}”", column=by))
    return BySubject(by.strip(), rows, read(written[OTHERS], OTHERS) if OTHERS in written else None)


def _plain(value: object) -> object:
    return value.mapping() if isinstance(value, BySubject) else value


def figures_of(value: Varying | None) -> tuple[Decimal, ...]:
    """Return the figures that are written for some subject; none of an expression."""
    if isinstance(value, BySubject):
        return value.figures
    return (value,) if isinstance(value, Decimal) else ()
