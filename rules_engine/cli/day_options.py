"""The options that say which days are assessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

import typer

from rules_engine.messages import tr

TWO_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.\.|至)(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class Days:
    """The first and the last day of a period; a plain tuple would be two values to Typer."""

    start: date
    end: date


def _period(text: str) -> Days:
    match = TWO_DAYS.fullmatch(text.strip())
    if not match:
        raise typer.BadParameter(text)
    try:
        return Days(date.fromisoformat(match[1]), date.fromisoformat(match[2]))
    except ValueError:
        raise typer.BadParameter(text) from None


AsOfOption = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        help=tr("The day of knowledge: later records are not seen; it picks the edition too."),
    ),
]
PeriodOption = Annotated[
    Days | None,
    typer.Option(
        "--period",
        parser=_period,
        metavar="FROM..TO",
        help=tr("The days to assess, both included; default: the ruleset's own period."),
    ),
]
