"""Walks through the pages of a listing, and makes sure that what came is the whole of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules_engine.api import Place, limits, msg
from rules_engine_http.answers import Record, next_of, one_of_several, rows_at, total_of, where_rows
from rules_engine_http.client import joined
from rules_engine_http.failures import TRY_LATER, refuse
from rules_engine_http.fields import Paging

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from rules_engine.api import SecretSpec
    from rules_engine_http.client import Answer, Api
    from rules_engine_http.fields import Listing

    Parameters = dict[str, str | SecretSpec]


@dataclass
class Walk:
    """One way through a listing.

    Attributes:
        sample: only a look is taken: it does not matter if pages are missing.
        seen: how many rows came so far.
        pages: how many pages came so far.
        total: how many there are, if the answers say so.
        came: what was asked for, and hashes of the pages that came.
    """

    api: Api
    url: httpx.URL
    listing: Listing
    place: Place
    sample: bool = False
    seen: int = 0
    total: int | None = None
    pages: int = 0
    came: set[object] = field(default_factory=set)

    def __iter__(self) -> Iterator[list[Record]]:
        """Yield the rows of each page.

        Raises:
            DatasetError: a page cannot be had, or the listing is not whole.
        """
        paging = self.listing.paging or Paging(by="link")
        with self.api.client() as client:
            url: httpx.URL | None = self.url
            parameters: Parameters = {**self.listing.parameters, **_size(paging), **_start(paging)}
            while url is not None:
                self._check_new((str(url), *parameters.items()))
                self._check_pages()
                answer = self.api.get(client, url, parameters, self.place)
                rows = self._rows(answer)
                if rows:
                    yield rows
                url, parameters = self._next(paging, answer, rows, parameters)
        self._check_whole()

    def _rows(self, answer: Answer) -> list[Record]:
        path = where_rows(answer.value, self.listing, self.place, self.api.hide)
        rows = rows_at(answer.value, path, self.place, self.api.hide)
        self._check_total(total_of(answer.value, self.listing, path, self.place))
        described = self.listing.paging or answer.next
        if not self.sample and not described and one_of_several(answer.value, path):
            refuse(
                "incomplete-listing",
                msg("the answer is one page of several, and does not say where the next one is"),
                self.place,
            )
        if rows:
            whole = json.dumps(rows).encode()
            self._check_new(hashlib.blake2b(whole, digest_size=16).digest())
        self.seen += len(rows)
        return rows

    def _next(
        self, paging: Paging, answer: Answer, rows: list[Record], parameters: Parameters
    ) -> tuple[httpx.URL | None, Parameters]:
        """Return where the next page is, and with which parameters; no address after the last."""
        name = paging.parameter or paging.by
        match paging.by:
            case "link":
                link = answer.next if paging.next is None else None
                link = link or next_of(answer.value, paging.next)
                return (joined(answer.url, link, self.place) if link else None), {}
            case "cursor":
                cursor = next_of(answer.value, paging.next)
                return (self.url if cursor else None), {**parameters, name: cursor or ""}
            case "none":
                return None, {}
        done = not rows or (self.total is not None and self.seen >= self.total)
        number = self.seen if paging.by == "offset" else int(str(parameters[name])) + 1
        return (None if done else self.url), {**parameters, name: str(number)}

    def _check_pages(self) -> None:
        """Refuse to go on for ever: a server may always name a next page."""
        most = self.api.fields.most_pages
        if self.pages >= most:
            raise limits.PAGES.refuse(self.place, most=most)
        self.pages += 1

    def _check_new(self, page: object) -> None:
        """Refuse to ask again, or a page that came before: the server does not turn the pages."""
        if page in self.came:
            refuse(
                "repeated-page",
                msg("the server gives the same page again, after {rows} rows", rows=self.seen),
                self.place,
                msg(
                    "look at paging in source.yaml; say with total: where the number of rows stands"
                ),
            )
        self.came.add(page)

    def _check_total(self, total: int | None) -> None:
        if None not in (self.total, total) and self.total != total:
            refuse(
                "changed-listing",
                msg("the records changed while they were read: there were {before}, now {now}",
                    before=self.total, now=total),
                self.place,
                TRY_LATER,
            )  # fmt: skip
        self.total = total if total is not None else self.total

    def _check_whole(self) -> None:
        if not self.sample and self.total is not None and self.seen != self.total:
            refuse(
                "incomplete-listing",
                msg("{rows} rows came, but there are {total}", rows=self.seen, total=self.total),
                self.place,
            )


def _size(paging: Paging) -> dict[str, str]:
    return {paging.size_parameter: str(paging.size)} if paging.size else {}


def _start(paging: Paging) -> dict[str, str]:
    first = {"page": paging.first, "offset": 0}.get(paging.by)
    return {} if first is None else {paging.parameter or paging.by: str(first)}
