"""Finds the tables of an API: as ``source.yaml`` describes them, or in its own index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from rules_engine.api import DatasetError, Finding, Place, SourceTable, listed, msg, normal
from rules_engine_http.client import Api, joined, shown
from rules_engine_http.fields import ApiFields, TableFields
from rules_engine_http.paging import Walk
from rules_engine_http.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

    from rules_engine.api import SourceRequest


def tables_of(request: SourceRequest) -> list[SourceTable]:
    """Return the tables that are asked for; if none are, those that the ruleset reads.

    Raises:
        DatasetError: the server cannot be reached, or has none of them.
    """
    fields = request.fields or ApiFields()
    result = _Listing(Api.of(request, fields), fields, request.everything)
    tables = list(result.wanted(request) if request.wanted is not None else result.known(request))
    if tables and (text := result.api.findings()):
        tables[0] = replace(tables[0], findings=lambda: text)
    return tables


@dataclass
class _Listing:
    """What an API has; for a glance, whether or not all of it comes."""

    api: Api
    fields: ApiFields
    sample: bool

    def wanted(self, request: SourceRequest) -> Iterator[SourceTable]:
        """Yield the tables that a ``source.yaml`` asks for."""
        index: Mapping[str, httpx.URL] | None = None
        for wanted in request.wanted or ():
            value = wanted.fields or TableFields()
            if value.path:
                url = _below(self.api.base, value.path)
                yield self.table(wanted.names[0], url, value)
                continue
            index = self.index() if index is None else index
            for name, url in index.items():
                if wanted.fits(name):
                    yield self.table(wanted.names[0], url, value)

    def known(self, request: SourceRequest) -> Iterator[SourceTable]:
        """Yield the tables of the index that are read."""
        index = self.index()
        reads = {normal(name) for s in request.schemas.values() for name in (s.name, s.label)}
        chosen = [n for n in index if request.everything or not reads or normal(n) in reads]
        if not chosen:
            raise DatasetError(
                Finding(
                    "no-tables",
                    msg("the API has no table that is read; it has: {names}", names=listed(index)),
                    Place(shown(self.api.base)),
                    msg("say in a source.yaml at which path each table is"),
                )
            )
        for name in chosen:
            yield self.table(name, index[name], TableFields())

    def index(self) -> dict[str, httpx.URL]:
        """Return the listings that the address itself names; else it is one listing itself."""
        base = self.api.base
        with self.api.client() as client:
            answer = self.api.get(client, base, self.fields.parameters, Place(shown(base)))
        value = answer.value
        if isinstance(value, dict) and value and all(map(_is_link, value.values())):
            return {
                name: joined(answer.url, link, Place(shown(base))) for name, link in value.items()
            }
        return {unquote(PurePosixPath(base.path).stem) or base.host: base}

    def table(self, name: str, url: httpx.URL, fields: TableFields) -> SourceTable:
        """Return the table of a listing."""
        place = Place(shown(url), table=name)
        zone = ZoneInfo(self.fields.time_zone) if self.fields.time_zone else None
        listing = fields.within(self.fields)
        rows = Rows(
            partial(Walk, self.api, url, listing, place, sample=self.sample),
            fields.fields,
            zone,
            place,
        )
        return SourceTable(name, shown(url), batches=rows.batches)


def _is_link(value: object) -> bool:
    return isinstance(value, str) and "/" in value and not any(map(str.isspace, value))


def _below(base: httpx.URL, path: str) -> httpx.URL:
    """Return a path below the address of the API; one that begins with / begins at the server."""
    folder = base.copy_with(path=base.path.rstrip("/") + "/", query=None)
    return joined(folder, path, Place(shown(base)))
