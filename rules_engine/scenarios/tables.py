"""Reads what stands below a step, and refuses what could not be read or would check nothing."""

from __future__ import annotations

import inspect
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from rules_engine.errors import Place, RulesEngineError, UsageError
from rules_engine.messages import listed, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

Table = list[list[str]]


def unknown_step(step: Any) -> RulesEngineError:  # noqa: ANN401 - pytest-bdd's own
    """Return the error of a step that no wording fits."""
    return UsageError.of(
        "unknown-step",
        msg("no step is worded like this: {step}", step=step.name),
        hint=msg("docs/reference/steps.md lists the steps"),
    )


def refuse_unread(step: Any, function: Callable[..., object]) -> None:  # noqa: ANN401
    """Refuse a table or text below a step that does not read it, and a step without its own.

    Raises:
        UsageError: what stands below is not what the step reads.
    """
    reads = inspect.signature(function).parameters
    if step.datatable and "datatable" not in reads:
        raise UsageError.of("unused-table", msg("this step reads no table"),
                            hint=msg("take the table away, or word the step for one"))  # fmt: skip
    if step.docstring is not None and "docstring" not in reads:
        raise UsageError.of("unused-text", msg("this step reads no text below it"),
                            hint=msg("take the text away"))  # fmt: skip
    if not step.datatable and "datatable" in reads:
        raise no_table()
    if step.docstring is None and "docstring" in reads:
        raise no_text()


def no_table() -> RulesEngineError:
    """Return the error of a step whose table is missing."""
    return UsageError.of("no-table", msg("the table below this step is missing"),
                         hint=msg("write it with | between the cells"))  # fmt: skip


def no_text() -> RulesEngineError:
    """Return the error of a step whose text is missing."""
    return UsageError.of("no-text", msg("the text below this step is missing"),
                         hint=msg("write it between two lines of three quotes"))  # fmt: skip


def headed(table: Sequence[Sequence[str]]) -> tuple[list[str], list[dict[str, str]]]:
    """Return the headings of a table and its rows by them, all trimmed.

    Raises:
        UsageError: a heading is empty or stands twice, or a row is blank.
    """
    heading, *body = [[str(cell).strip() for cell in row] for row in table]
    twice = [name for name, count in Counter(heading).items() if count > 1]
    if not all(heading):
        raise UsageError.of("no-heading", msg("a column has no heading"), place=Place(row=0))
    if twice:
        raise UsageError.of("duplicate-heading", msg("“{name}” heads two columns", name=twice[0]),
                            place=Place(row=0), hint=msg("keep one of the two"))  # fmt: skip
    for number, row in enumerate(body, start=1):
        if not any(row):
            raise UsageError.of("blank-row", msg("row {row} of the table is blank", row=number),
                                place=Place(row=number), hint=msg("remove it"))  # fmt: skip
    return heading, [dict(zip(heading, row, strict=True)) for row in body]


def results_of(
    table: Table, naming: Collection[str], compared: Collection[str], *, none: bool = False
) -> list[dict[str, str]]:
    """Return the rows of a table of results.

    Args:
        table: what stands below the step.
        naming: headings of columns that say of what a row is.
        compared: headings of columns that are compared.
        none: whether a heading without rows says that there is nothing.

    Raises:
        UsageError: a heading is not known, or nothing would be compared.
    """
    heading, rows = headed(table)
    known = [*naming, *compared]
    for name in heading:
        if name not in known:
            raise UsageError.of("unknown-heading", msg("there is no column “{name}”", name=name),
                                hint=msg("known here: {names}", names=listed(known)))  # fmt: skip
    if not set(heading) & set(compared):
        raise UsageError.of("checks-nothing", msg("the table has no column to compare"),
                            hint=msg("known here: {names}", names=listed(compared)))  # fmt: skip
    if not rows and not none:
        raise UsageError.of("checks-nothing", msg("the table has a heading and no rows"),
                            hint=msg("write what is to come out"))  # fmt: skip
    return rows


def cell(row: dict[str, str], *headings: str) -> str:
    """Return the first of some cells that is filled.

    Raises:
        UsageError: none of them is.
    """
    results = next((row[h] for h in headings if row.get(h)), "")
    if not results:
        raise UsageError.of("empty-cell", msg("the table leaves “{name}” empty", name=headings[0]))
    return results


def number(heading: str, text: str) -> Decimal:
    """Return a number that is expected.

    Raises:
        UsageError: it is none.
    """
    try:
        result = Decimal(text)
    except InvalidOperation:
        result = Decimal("NaN")
    if not result.is_finite():
        raise UsageError.of(
            "bad-value", msg("“{value}” under “{name}” is not a number", value=text, name=heading)
        )
    return result


def one_of(heading: str, text: str, known: Collection[str]) -> str:
    """Return an expected word.

    Raises:
        UsageError: it is not one of those that can come out.
    """
    if text not in known:
        raise UsageError.of(
            "bad-value",
            msg("“{value}” under “{name}” is not known", value=text, name=heading),
            hint=msg("known here: {names}", names=listed(known)),
        )
    return text


def words(text: str) -> str:
    """Return words that are to be found in a text.

    Raises:
        UsageError: there are none, so that every text would hold them.
    """
    if not text.strip():
        raise UsageError.of("checks-nothing", msg("no words are given to look for"))
    return text
