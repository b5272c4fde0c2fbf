"""Asks an API: repeats what failed, waits, and lets the secret go to nobody else."""

from __future__ import annotations

import random
import ssl
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx

from rules_engine.api import Finding, Place, SecretSpec, check_file, limits, msg, written_path
from rules_engine_http.answers import CutShort, read_json
from rules_engine_http.failures import TRY_LATER, refuse, refuse_status
from rules_engine_http.unpacking import ACCEPTED, unpacked
from rules_engine_http.watch import TooSlow, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.api import SourceRequest
    from rules_engine_http.fields import ApiFields

LONGEST_WAIT = 60
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_REDIRECTS = 5
_OF_ANY_REQUEST = frozenset(
    {"host", "accept", "accept-encoding", "accept-language", "connection", "user-agent"}
)
"""All that another server is told; what is not among these may be secret."""
_ADDRESS = msg("look at the address, and whether the server is running and lets you through")


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        value: the JSON; numbers are texts, as they are written.
        url: where it came from.
        next: the next page that its header names.
    """

    value: Any
    url: httpx.URL
    next: str | None


class _Again(Exception):
    """A request that may do better when it is repeated."""

    def __init__(self, reason: str, wait: float = 0) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass
class Api:
    """An API.

    Attributes:
        base: its address.
        folder: from where paths count.
        headers: those that go with every request, also to another server.
        secrets: headers that go to the API itself and to nobody else.
        kept: what stands for each secret in the fields.
        answered: whether it has given any answer.
        watch: what ends its answers when they do not come on.
    """

    base: httpx.URL
    fields: ApiFields
    folder: Path
    headers: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    kept: Mapping[SecretSpec, str] = field(repr=False)
    answered: bool = False
    watch: Watch = field(default_factory=Watch, repr=False)

    @classmethod
    def of(cls, request: SourceRequest, fields: ApiFields) -> Api:
        """Return the API at a location.

        Raises:
            DatasetError: it is no address, or the secret cannot be sent.
        """
        # Where the kind is written before it, as in http://…, its name is taken off.
        location = request.location
        location = f"http:{location}" if location.startswith("//") else location
        try:
            base = httpx.URL(location)
        except httpx.InvalidURL:
            base = httpx.URL()
        if base.scheme not in ("http", "https") or not base.host:
            refuse(
                "bad-address",
                msg("this is no address of an API"),
                Place(),
                msg("write it as {example}", example="https://api.example/v1/"),
            )
        kept = {spec: _sendable(secret, base) for spec, secret in request.secrets.items()}
        own = {n: kept[v] for n, v in fields.headers.items() if isinstance(v, SecretSpec)}
        if secret := _sendable(request.secret or "", base):
            name = fields.secret_header
            own[name or "Authorization"] = secret if name else f"Bearer {secret}"
        plain = {n: v for n, v in fields.headers.items() if isinstance(v, str)}
        return cls(base, fields, request.folder or Path(), plain, own, kept)

    def findings(self) -> list[Finding]:
        """Say what is worth knowing about the way to the API."""
        local = self.base.host in ("localhost", "127.0.0.1", "::1")
        if not (self.secrets or self.kept) or self.base.scheme == "https" or local:
            return []
        text = msg("the token is sent without encryption: the address begins with http://")
        hint = msg("use https:// if the server has it")
        return [Finding("plain-http", text, Place(shown(self.base)), hint, "warning")]

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """Open what keeps connections for as long as a listing is read."""
        with httpx.Client(
            headers={
                "Accept": "application/json",
                "Accept-Encoding": ACCEPTED,
                "User-Agent": "rules-engine",
                **self.headers,
            },
            timeout=self.fields.timeout,
            verify=self._trust(),
            follow_redirects=True,
            max_redirects=_REDIRECTS,
            event_hooks={"request": [self._sign]},
        ) as client:
            yield client

    def _trust(self) -> ssl.SSLContext:
        name = self.fields.ca_file
        file = written_path(self.folder, name) if name else None
        try:
            if file:
                check_file(file)
            return ssl.create_default_context(cafile=file)
        except (OSError, ValueError):
            refuse(
                "bad-certificates",
                msg("the certificates cannot be read"),
                Place(str(file)),
                msg("give a file of certificates in PEM form"),
            )

    def _sign(self, request: httpx.Request) -> None:
        """Put the secrets into a request to the API itself, and take them out of any other."""
        if _origin(request.url) == _origin(self.base):
            request.headers.update(self.secrets)
            return
        texts = _OF_ANY_REQUEST - {name.lower() for name in self.secrets}
        for name in [name for name in request.headers if name.lower() not in texts]:
            request.headers.pop(name, None)

    def _asked(self, url: httpx.URL, parameters: Mapping[str, str | SecretSpec]) -> httpx.URL:
        """Return an address with the parameters; secret ones only for the API itself."""
        own = _origin(url) == _origin(self.base)
        sent = {
            name: self.kept[value] if isinstance(value, SecretSpec) else value
            for name, value in parameters.items()
            if own or isinstance(value, str)
        }
        return url.copy_merge_params(sent) if sent else url

    def get(
        self,
        client: httpx.Client,
        url: httpx.URL,
        parameters: Mapping[str, str | SecretSpec],
        place: Place,
    ) -> Answer:
        """Return what a request gives, repeated as often as that may help.

        Raises:
            DatasetError: it fails all the same.
        """
        asked = self._asked(url, parameters)
        tries = self.fields.retries + 1
        for number in range(tries):
            try:
                return self._once(client, asked, place)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if not self.answered:
                    self._unreachable(error, place)
                reason, wait = self.hide(error), 0.0
            except (_Again, CutShort, TooSlow, httpx.TransportError, httpx.DecodingError) as error:
                reason, wait = self.hide(error), getattr(error, "wait", 0.0)
            except httpx.TooManyRedirects:
                refuse("redirect-loop", msg("the server sends from one address to another"),
                       place, _ADDRESS)  # fmt: skip
            if wait > LONGEST_WAIT:
                break
            if number + 1 < tries:
                pause = self.fields.pause * 2**number * random.uniform(0.5, 1)
                time.sleep(max(wait, min(pause, LONGEST_WAIT)))
        refuse(
            "no-answer",
            msg("the server gives no proper answer, after {count} tries: {reason}",
                count=number + 1, reason=reason),
            place,
            TRY_LATER,
        )  # fmt: skip

    def _once(self, client: httpx.Client, url: httpx.URL, place: Place) -> Answer:
        limit = self.fields.page_limit * limits.MIB
        body = bytearray()
        slow = self.watch.over(self.fields.timeout)
        with slow, client.stream("GET", url, extensions={"trace": self.watch.trace}) as response:
            self.answered = True
            if response.status_code in _AGAIN:
                raise _Again(f"HTTP {response.status_code}", _wait(response))
            if response.status_code != 200:
                refuse_status(response.status_code, place)
            packed = response.headers.get_list("Content-Encoding", split_commas=True)
            for piece in unpacked(self.watch.counted(response.iter_raw()), packed, limit, place):
                body += piece
        value = read_json(bytes(body), response.charset_encoding, place)
        link = response.links.get("next", {}).get("url")
        return Answer(value, response.url, link)

    def _unreachable(self, error: httpx.TransportError, place: Place) -> None:
        text = msg("the server cannot be reached: {reason}", reason=self.hide(error))
        distrusted = "certificate" in str(error).casefold()
        trust = msg("if an authority of your own signed it, name its certificate as ca_file")
        refuse("cannot-connect", text, place, trust if distrusted else _ADDRESS)

    def hide(self, said: object) -> str:
        """Return what somebody said, for people: short, and without the secret."""
        text = str(said) or type(said).__name__
        for secret in (*self.secrets.values(), *self.kept.values()):
            text = text.replace(secret, "***").replace(secret.rpartition(" ")[2], "***")
        return text[:300]


def _sendable(secret: str, base: httpx.URL) -> str:
    """Return a secret as it is sent.

    Raises:
        DatasetError: it holds what cannot be sent.
    """
    secret = secret.strip()
    if not (secret.isascii() and secret.isprintable()):
        refuse(
            "bad-secret",
            msg("the token holds characters that cannot be sent"),
            Place(shown(base)),
            msg("set it again: it is one line of letters, digits and signs"),
        )
    return secret


def shown(url: httpx.URL) -> str:
    """Return an address for people: without user, query and what else may be nobody's business."""
    return unquote(str(url.copy_with(username=None, password=None, query=None, fragment=None)))


def joined(url: httpx.URL, link: str, place: Place) -> httpx.URL:
    """Return where a link leads.

    Raises:
        DatasetError: it is no link.
    """
    try:
        return url.join(link)
    except httpx.InvalidURL:
        refuse("bad-link", msg("“{link}” is no link", link=link.partition("?")[0][:200]), place)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _wait(response: httpx.Response) -> float:
    """Return how many seconds a server asks to wait."""
    asked = response.headers.get("Retry-After", "")
    if asked.isdecimal():
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.0
