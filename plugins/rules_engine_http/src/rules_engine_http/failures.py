"""Says what is wrong with an API: where, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from rules_engine.api import DatasetError, msg

if TYPE_CHECKING:
    from rules_engine.api import Message, Place

TRY_LATER = msg("nothing was stored; try again later")
_DESCRIBE = msg("describe its answers in source.yaml: rows, total, paging (see docs/data.md)")


def refuse(code: str, message: Message, place: Place, hint: Message = _DESCRIBE) -> NoReturn:
    """Refuse what an API gives."""
    raise DatasetError.of(code, message, place=place, hint=hint)


def refuse_status(status: int, place: Place) -> NoReturn:
    """Refuse an answer that says itself that it is none."""
    if status == 401:
        refuse(
            "not-authorised",
            msg(
                "the server does not accept the token, or wants one (HTTP {status})", status=status
            ),
            place,
            msg("look at the token in the environment or the keyring: it may have run out"),
        )
    if status == 403:
        refuse(
            "no-right",
            msg("the token gives no right to read this (HTTP {status})", status=status),
            place,
            msg("have the right to read it granted by those who run the API"),
        )
    refuse(
        "http-error",
        msg("the server answers with an error (HTTP {status})", status=status),
        place,
        msg("look at the address, the path and the parameters"),
    )
