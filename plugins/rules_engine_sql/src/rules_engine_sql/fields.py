"""What ``source.yaml`` may say about a database and its tables."""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rules_engine.api import msg

_READS = re.compile(r"(?:[\s(]|--[^\n]*\n|/\*.*?\*/)*(?:select|with)\b", re.I | re.S)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            msg("there is no such time zone; write one such as Asia/Shanghai")
        ) from None
    return name


def _only_reads(query: str) -> str:
    if not _READS.match(query):
        raise ValueError(msg("a query begins with SELECT or WITH"))
    return query.strip().rstrip(";")


class DatabaseFields(BaseModel):
    """What holds for the whole database.

    Attributes:
        schema_: where its tables are, if that is not where the database looks by itself.
        time_zone: the zone whose local time is meant by moments that are stored with a zone.
        timeout: seconds to wait for the connection.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: str | None = Field(default=None, alias="schema")
    time_zone: Annotated[str, AfterValidator(_known_zone)] | None = None
    timeout: int = Field(default=15, ge=1, le=300)


class TableFields(BaseModel):
    """What holds for one table.

    Attributes:
        schema_: where it is, if it is elsewhere than the others.
        query: a SELECT whose rows are the table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: str | None = Field(default=None, alias="schema")
    query: Annotated[str, AfterValidator(_only_reads)] | None = None
