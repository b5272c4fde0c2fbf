"""What ``source.yaml`` may say about an API and its tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from rules_engine.api import SecretSpec, limits, msg

Name = Annotated[str, Field(min_length=1)]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            msg("there is no such time zone; write one such as Asia/Shanghai")
        ) from None
    return name


def _ascii(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError(msg("a header holds plain letters, digits and signs only"))
    return text


class Part(BaseModel):
    """A part of the description: frozen, and nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


Header = Annotated[str, Field(min_length=1), AfterValidator(_ascii)]


def _form(value: object) -> str:
    return "text" if isinstance(value, str | int | Decimal) else "kept"


HeaderValue = Annotated[
    Annotated[Header, Tag("text")] | Annotated[SecretSpec, Tag("kept")], Discriminator(_form)
]
Parameter = Annotated[
    Annotated[str, Tag("text")] | Annotated[SecretSpec, Tag("kept")], Discriminator(_form)
]


class Paging(Part):
    """How a listing is cut into pages.

    Attributes:
        by: the number of the page, the number of rows before it, a cursor or a link that each
            page gives for the next one; or not at all.
        parameter: the query parameter with the number or cursor; by default called as in ``by``.
        first: the number of the first page.
        size: how many rows a page is asked to have.
        size_parameter: the query parameter for that.
        next: where a page has the cursor or link of the next one.
    """

    by: Literal["page", "offset", "cursor", "link", "none"]
    parameter: Name | None = None
    first: int = Field(default=1, ge=0, le=1)
    size: int | None = Field(default=None, ge=1)
    size_parameter: Name = "size"
    next: Name | None = None

    @model_validator(mode="after")
    def _has_next(self) -> Paging:
        if self.by == "cursor" and not self.next:
            raise ValueError(msg("say where a page has the cursor of the next one: next: …"))
        return self


class Listing(Part):
    """How a listing is asked for and read; a table may say it otherwise than the source.

    Attributes:
        rows: where the rows are in an answer, as ``data.items``; ``""`` is the answer itself.
        total: where an answer says how many rows there are in all.
        paging: how it is cut into pages.
        parameters: query parameters that are always sent; a secret one by where it is kept.
    """

    rows: str | None = None
    total: Name | None = None
    paging: Paging | None = None
    parameters: dict[str, Parameter] = Field(default_factory=dict)


class ApiFields(Listing):
    """What holds for the whole API.

    Attributes:
        secret_header: the header that takes the secret as it is; without it the secret is sent
            as ``Authorization: Bearer …``.
        headers: other headers; those that may be secret by where they are kept.
        ca_file: certificates of the authorities that are trusted instead of the system's.
        time_zone: the zone whose local time is meant by moments that are given with a zone.
        timeout: seconds to wait for the connection, and for each piece of an answer.
        retries: how often a request is repeated.
        pause: seconds before the first repetition; each further one waits twice as long.
        page_limit: MiB that one answer may have.
        most_pages: pages that one listing may have.
    """

    secret_header: Header | None = None
    headers: dict[Header, HeaderValue] = Field(default_factory=dict)
    ca_file: Name | None = None
    time_zone: Annotated[str, AfterValidator(_known_zone)] | None = None
    timeout: float = Field(default=30, gt=0, le=60)
    retries: int = Field(default=4, ge=0, le=8)
    pause: float = Field(default=1, ge=0, le=10)
    page_limit: int = Field(default=limits.ANSWER_SIZE.usual, ge=1, le=512)
    most_pages: int = Field(default=limits.PAGES.usual, ge=1, le=10_000_000)


class TableFields(Listing):
    """What holds for one table.

    Attributes:
        path: where its listing is, from the address of the API; without it the table is looked
            for in the index that the address itself gives.
        fields: columns that may first come late in the listing.
    """

    path: Name | None = None
    fields: tuple[Name, ...] = ()

    def within(self, api: ApiFields) -> Listing:
        """Return how the table is read, where the API says what the table does not."""
        return Listing(
            rows=api.rows if self.rows is None else self.rows,
            total=self.total or api.total,
            paging=self.paging or api.paging,
            parameters={**api.parameters, **self.parameters},
        )
