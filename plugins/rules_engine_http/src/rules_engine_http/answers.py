"""Reads an answer: its JSON, where its rows are, and what it says about the others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from rules_engine.api import Place, limits, listed, msg
from rules_engine_http.failures import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rules_engine_http.fields import Listing

Record = dict[str, Any]
Hide: TypeAlias = "Callable[[object], str]"
MISSING = object()
_ROWS = ("results", "data", "items", "value", "rows", "records", "list")
_TOTALS = ("count", "total", "totalCount", "total_count", "@odata.count")
_NEXT = ("next", "@odata.nextLink", "links.next", "paging.next")
_MORE = ("has_more", "hasMore", "has_next", "hasNext", "hasNextPage")
_PAGES = ("pages", "total_pages", "totalPages", "page_count", "pageCount")
"""What many APIs call these, where nobody says it."""
_SAYS = ("message", "msg", "error", "detail")
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


class CutShort(Exception):
    """JSON that begins and does not end."""


def read_json(body: bytes, charset: str | None, place: Place) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of an answer; numbers become texts, so that none is rounded.

    Raises:
        CutShort: its end is missing.
        DatasetError: it is none.
    """
    try:
        text = body.decode(charset or "utf-8-sig").strip()
        return _DECODER.decode(text)
    except (ValueError, LookupError, RecursionError):
        if body[:1] in (b"{", b"[") and body.rstrip()[-1:] not in (b"}", b"]"):
            raise CutShort(msg("the answer is cut short")) from None
        refuse(
            "bad-json",
            msg("the answer is no JSON"),
            place,
            msg("look at the address: a page to log in, perhaps, and no API"),
        )


def at(value: Any, path: str) -> Any:  # noqa: ANN401 - JSON
    """Return what stands at a path such as ``data.items``; ``MISSING`` if nothing does."""
    if not path:
        return value
    if isinstance(value, dict) and path in value:
        return value[path]
    key, dot, rest = path.partition(".")
    if not dot or not isinstance(value, dict) or key not in value:
        return MISSING
    return at(value[key], rest)


def where_rows(value: Any, listing: Listing, place: Place, hide: Hide) -> str:  # noqa: ANN401
    """Return the path of the rows: as described, or as it is usual.

    Raises:
        DatasetError: it cannot be told.
    """
    if listing.rows is not None:
        return listing.rows
    path = _usual(value)
    if path is None:
        keys = listed(value) if isinstance(value, dict) else hide(value)[:100]
        refuse(
            "no-rows",
            msg("where the rows are cannot be told; the answer has {keys} and says: {said}",
                keys=keys or "-", said=_said(value, hide)),
            place,
        )  # fmt: skip
    return path


def _usual(value: Any) -> str | None:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return ""
    results = [key for key in _ROWS if isinstance(value, dict) and isinstance(value.get(key), list)]
    if len(results) == 1:
        return results[0]
    inner = [key for key in _ROWS if isinstance(value, dict) and isinstance(value.get(key), dict)]
    if results or len(inner) != 1:
        return None
    path = _usual(value[inner[0]])
    return None if path is None else f"{inner[0]}.{path}"


def rows_at(value: Any, path: str, place: Place, hide: Hide) -> list[Record]:  # noqa: ANN401
    """Return the rows of an answer; ``hide`` makes what the server says fit to be shown.

    Raises:
        DatasetError: there is no list of objects at the path.
    """
    rows = at(value, path)
    if not isinstance(rows, list):
        refuse("no-rows", msg("the answer has no list at “{path}”; it says: {said}",
                              path=path, said=_said(value, hide)), place)  # fmt: skip
    if not all(isinstance(row, dict) for row in rows):
        refuse("no-rows", msg("the list at “{path}” does not hold objects", path=path), place)
    return rows


def _said(value: Any, hide: Hide) -> str:  # noqa: ANN401 - JSON
    """Return what a server says in an answer without rows."""
    return hide(next((said for key in _SAYS if (said := at(value, key)) is not MISSING), "-"))


def total_of(value: Any, listing: Listing, rows: str, place: Place) -> int | None:  # noqa: ANN401
    """Return how many rows there are in all, if an answer says so.

    Raises:
        DatasetError: it should, and does not.
    """
    if listing.total:
        said = _number(at(value, listing.total))
        if said is None:
            refuse(
                "no-total", msg("the answer has no number at “{path}”", path=listing.total), place
            )
        return said
    if listing.paging:
        return None
    numbers = (_number(one) for one in _outside(value, rows, _TOTALS))
    return next((number for number in numbers if number is not None), None)


def one_of_several(value: Any, rows: str) -> bool:  # noqa: ANN401 - JSON
    """Return whether an answer looks like a page with others behind it, and names no next one."""
    if next_of(value, None):
        return False
    more = any(one is True for one in _outside(value, rows, _MORE))
    return more or any((_number(one) or 0) > 1 for one in _outside(value, rows, _PAGES))


def _outside(value: Any, rows: str, names: Iterable[str]) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """Yield what an answer has under some names, outermost or beside its rows."""
    around = rows.rpartition(".")[0]
    for place in dict.fromkeys(("", around)):
        yield from (at(value, f"{place}.{name}" if place else name) for name in names)


def _number(value: Any) -> int | None:  # noqa: ANN401 - JSON
    """Return a count; one with more digits than any is as good as the highest of them."""
    if not (isinstance(value, str) and value.isdecimal()):
        return None
    return int(value) if len(value) <= limits.DIGITS.most else 10**limits.DIGITS.most


def next_of(value: Any, path: str | None) -> str | None:  # noqa: ANN401 - JSON
    """Return the link or cursor of the next page; nothing on the last one."""
    for known in (path,) if path else _NEXT:
        result = at(value, known)
        if (
            result is not MISSING
            and result is not None
            and not isinstance(result, bool | dict | list)
        ):
            return str(result) or None
    return None
