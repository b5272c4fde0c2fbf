"""Secrets that plugins were given, and texts without them.

Whatever a plugin says, in an error, a finding, a warning or a print, is shown only after every
secret that the program handed out was taken from it, as it is and as it is written in addresses,
headers, JSON and Python.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rules_engine.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from rules_engine.errors import Finding
    from rules_engine.model.plugin import SourceRequest

MASK = "***"
LONG_ENOUGH = 4
"""Shorter secrets are taken from a plugin's words only, not from all that is printed."""
SURE = 8
"""Shorter ones are not taken out of results and stored rows: figures may be written like them."""
_BREAK = re.compile(r"(?:\s|\\[nrt])+")
_known: set[str] = set()
_NAMES = re.compile(
    r"(?:^|[-_.])(?:authorization|auth|cookie|(?:api|access)[-_]?key|pass|pwd)s?$"
    r"|(?:token|secret|password|passwd|passphrase|apikey)s?$|口令|密码|令牌|密钥",
    re.IGNORECASE,
)
SECRET_PARAMETER = (
    r"\w*(?:secret|passw(?:or)?d|passphrase|pwd|token)|(?:api|access)[-_]?key|apikey|sig|signature"
)
"""What the parameters of an address, and of what opens a database, call a secret."""
_IN_ADDRESS = re.compile(
    rf"//[^/?#@:]*:([^?#@/]*)@|//[^/?#@:]*:(?!\d+/)([^?#@]*)@"
    rf"|(?:^|[?&;\s])(?:{SECRET_PARAMETER})\s*=\s*(?:'([^']*)'|([^&;#\s]+))",
    re.IGNORECASE,
)
_ENVIRONMENT = ("PGPASSWORD", "PGSSLPASSWORD", "RULES_ENGINE_SOURCE_SECRET")
_ADDRESSES = ("RULES_ENGINE_STORE", "DATABASE_URL")
"""Variables in which a secret stands, or an address that may hold one."""


def remember(*secrets: str | None) -> None:
    """Keep in mind what must not be shown; every secret is told here once it is known."""
    for secret in filter(None, secrets):
        _known.update(_spellings(secret))


def remember_address(address: str) -> None:
    """Keep in mind the passwords and tokens in an address: as they stand there, and decoded."""
    for secret in _in_address(address):
        remember(secret, urllib.parse.unquote(secret), urllib.parse.unquote_plus(secret))


def remember_environment(environ: Mapping[str, str] = os.environ) -> None:
    """Keep in mind the secrets that the program and its libraries find in the environment."""
    remember(*map(environ.get, _ENVIRONMENT))
    for name in _ADDRESSES:
        remember_address(environ.get(name, ""))


def without_secrets(address: str) -> str:
    """Return an address as it can be shown."""
    for secret in sorted(_in_address(address), key=len, reverse=True):
        for sign in ":=":
            address = address.replace(f"{sign}{secret}", f"{sign}{MASK}")
    return address


def _in_address(address: str) -> Iterator[str]:
    return (part for groups in _IN_ADDRESS.findall(address) for part in groups if part)


def remember_secrets(request: SourceRequest) -> None:
    """Keep in mind which secrets a source is given, so that no message shows them."""
    remember(*_secrets(request))
    remember_address(request.location)


def masked(text: str, least: int = 1) -> str:
    """Return a text with every secret of at least so many characters taken out.

    Longer ones are found too where their letters are capitals or small, or lines break in them.
    With ``SURE``, what may as well be a word, a day or a figure of the results is left.
    """
    if not _known:
        return text
    for secret in sorted(_known, key=len, reverse=True):
        if len(secret) >= least and secret in text and (least < SURE or _random(secret)):
            text = text.replace(secret, MASK)
    folded = _folded(text)
    for secret in _known:
        plain = _folded(secret)
        if plain in folded and _random(plain):
            text = _loosely(plain).sub(MASK, text)
    return text


def masked_column(column: pa.Array) -> pa.Array:
    """Return a column of texts without the secrets; the column itself where it holds none."""
    import pyarrow as pa

    if not _known or not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    # All values as one text: to look at each of a million by itself would take too long.
    items = b"".join(bytes(part) for part in column.buffers()[2:] if part)
    folded = items.translate(None, b" \t\r\n").lower()
    if not any(_folded(secret).encode(errors="replace") in folded for secret in _known):
        return column
    values = [value and masked(value, SURE) for value in column.to_pylist()]
    return pa.array(values, column.type)


def _random(secret: str) -> bool:
    """Return whether a secret is none of the words and figures that others write as well."""
    if len(secret) >= 2 * SURE:
        return not secret.isdigit()
    mixed = any(map(str.isalpha, secret)) and not secret.isalpha()
    return mixed and len(secret) >= SURE


def _folded(text: str) -> str:
    """Return a text without what may break a secret in two, in small letters."""
    return _BREAK.sub("", text).lower()


@lru_cache(maxsize=256)
def _loosely(plain: str) -> re.Pattern[str]:
    return re.compile(_BREAK.pattern.replace("+", "*").join(map(re.escape, plain)), re.IGNORECASE)


def masked_finding(finding: Finding) -> Finding:
    """Return a finding whose texts hold no secret."""
    if not _known:
        return finding
    place = finding.place
    return replace(
        finding,
        message=_masked_message(finding.message),
        hint=_masked_message(finding.hint),
        place=replace(
            place,
            file=_masked_or_none(place.file),
            table=_masked_or_none(place.table),
            field=_masked_or_none(place.field),
        ),
    )


def mask_error(error: BaseException) -> None:
    """Take the secrets out of what an error, and what led to it, say of themselves.

    It stays the error that it is.
    """
    chain: list[BaseException] = [error] if _known else []
    for one in chain:
        _mask_one(one)
        led = (one.__cause__, one.__context__)
        chain += [cause for cause in led if cause and all(cause is not seen for seen in chain)]


def _mask_one(error: BaseException) -> None:
    error.args = tuple(masked(a) if isinstance(a, str) else a for a in error.args)
    for name in ("filename", "filename2", "strerror", "reason"):
        if isinstance(text := getattr(error, name, None), str):
            setattr(error, name, masked(text))


def _masked_or_none(text: str | None) -> str | None:
    return text and masked(text)


def _masked_message(message: Message) -> Message:
    params = tuple((key, _masked_value(value)) for key, value in message.params)
    return Message(masked(message.text), params)


def _masked_value(value: object) -> object:
    text = str(value)
    clean = masked(text)
    return value if clean == text else clean


def _secrets(request: SourceRequest) -> Iterator[str]:
    if request.secret:
        yield request.secret
    yield from request.secrets.values()
    for fields in (request.fields, *(wanted.fields for wanted in request.wanted or ())):
        yield from _named_so(fields.model_dump() if hasattr(fields, "model_dump") else fields)


def _named_so(value: Any) -> Iterator[str]:  # noqa: ANN401 - what source.yaml says
    """Yield the values whose names say that they are secret: of headers, parameters, fields."""
    if not isinstance(value, Mapping):
        return
    for name, inner in value.items():
        if isinstance(inner, str) and _NAMES.search(str(name)):
            yield inner
            yield from inner.split()[1:]  # "Bearer …" is shown without its first word too
        yield from _named_so(inner)


def _spellings(secret: str) -> Iterator[str]:
    """Yield a secret as it is, and as other notations write it."""
    coded = secret.encode(errors="replace")
    yield secret
    yield urllib.parse.quote(secret)
    yield urllib.parse.quote(secret, safe="")
    yield urllib.parse.quote_plus(secret)
    yield repr(secret)[1:-1]
    yield repr(coded)[2:-1]
    yield json.dumps(secret)[1:-1]
    yield html.escape(secret)
    yield base64.b64encode(coded).decode()
    if len(secret) >= SURE:
        yield from _within_base64(coded)
        yield coded.hex()
        yield "".join(f"%{byte:02x}" for byte in coded)
        yield "".join(f"\\u{ord(character):04x}" for character in secret)


def _within_base64(coded: bytes) -> Iterator[str]:
    """Yield what a secret makes of a longer text, such as ``user:secret``, in base64."""
    for before in range(3):
        whole = bytes(before) + coded
        sure = slice((before * 8 + 5) // 6, len(whole) * 8 // 6)
        yield base64.b64encode(whole).decode()[sure]
        yield base64.urlsafe_b64encode(whole).decode()[sure]
