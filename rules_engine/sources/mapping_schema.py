"""The shape of ``source.yaml``: which of the office's own tables and columns stand for which."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from rules_engine.model.fields import Names, Part, Text
from rules_engine.model.secret import SecretSpec  # noqa: TC001 - pydantic reads it at run time

Written = bool | Decimal | date | str
"""A value as YAML gives it."""


class SourceSpec(Part):
    """A source. What its kind adds of its own is kept aside in ``model_extra``."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    location: Text
    secret: SecretSpec | None = None


class ColumnSpec(Part):
    """What fills a column: a column of the source, several of them joined, or one value."""

    from_: Names = Field(default=(), alias="from")
    join: str = ""
    values: dict[str, Written | None] = Field(default_factory=dict)
    otherwise: Written | None = None
    constant: Written | None = None


def _as_source(value: object) -> object:
    return {"location": value} if isinstance(value, str) else value


def _as_column(value: object) -> object:
    if value is None:
        return {}
    return {"from": value} if isinstance(value, str | Decimal | list) else value


def _as_word(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


Source = Annotated[SourceSpec, BeforeValidator(_as_source)]


class TableSpec(Part):
    """What fills a table. What the source's kind adds of its own is in ``model_extra``."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    source: Source | None = None
    from_: Names = Field(default=(), alias="from")
    columns: dict[str, Annotated[ColumnSpec, BeforeValidator(_as_column)]] = Field(
        default_factory=dict
    )
    day_numbers: Annotated[Literal["1900", "1904"] | None, BeforeValidator(_as_word)] = None


class SourceDocument(Part):
    """A whole ``source.yaml``."""

    source: Source | None = None
    tables: Annotated[dict[Text, TableSpec], Field(min_length=1)]


def as_text(value: Any) -> str | None:  # noqa: ANN401 - any Written
    """Return a written value as the text that a source would deliver."""
    if value is None:
        return None
    return {True: "true", False: "false"}.get(value) if isinstance(value, bool) else str(value)
