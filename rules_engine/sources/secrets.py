"""Passwords and tokens: fetched where they are kept, and never let into a file or a message."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NoReturn

from rules_engine.errors import DatasetError, Finding, UsageError
from rules_engine.isolation.masking import SECRET_PARAMETER, remember
from rules_engine.messages import listed, msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.errors import Place
    from rules_engine.messages import Message
    from rules_engine.model.secret import SecretSpec
    from rules_engine.yamltext.read import Document, KeyPath

VARIABLE = "RULES_ENGINE_SOURCE_SECRET"
"""Environment variable: the secret of a source that is named on the command line alone."""

_KEYS = re.compile(
    r"secret|password|passwd|passphrase|pwd|pass|token|access_?token|api_?key|access_?key"
    r"|authorization|cookie|口令|密码|令牌|密钥",
    re.IGNORECASE,
)
_USER_INFO = re.compile(r"//[^/?#@:]*:(?!\d+/)[^?#]*@")
_PARAMETER = re.compile(rf"[?&;](?:{SECRET_PARAMETER}|key)=", re.IGNORECASE)
HARMLESS = frozenset({
    "accept", "accept-charset", "accept-language", "cache-control", "content-type",
    "odata-maxversion", "odata-version", "prefer", "user-agent", "x-requested-with",
})  # fmt: skip
"""Headers of requests that never hold a secret; every other may, whatever it is called."""
_HEADERS = "headers"
_HINT = msg(
    "remove it, change it where it is used, and write secret: {example}", example="{env: NAME}"
)


def holds_secret(location: str) -> bool:
    """Return whether an address has a password or token in it."""
    return bool(_USER_INFO.search(location) or _PARAMETER.search(location))


def refuse_secret(location: str) -> None:
    """Refuse an address with a password in it: whoever lists the processes would read it.

    Raises:
        UsageError: it has one; does not show it.
    """
    if holds_secret(location):
        raise UsageError.of(
            "literal-secret",
            msg("the address holds a password or token"),
            hint=msg("leave it out, and put it into the environment as {name}", name=VARIABLE),
        )


def literal_secrets(document: Document) -> Iterator[Finding]:
    """Yield a finding for each password or token that is written into the file itself."""
    for path, text in document.scalars.items():
        if text and _is_secret(path, text):
            yield Finding(
                "literal-secret",
                msg("a password or token is written here; it is not shown"),
                document.place(path),
                _HINT,
            )
        elif _is_header(path):
            yield Finding(
                "literal-secret",
                msg("the header “{name}” may hold a secret, and its value is written here",
                    name=path[-1]),
                document.place(path),
                msg("write {name}: {example}; as they are, only these are written: {names}",
                    name=path[-1], example="{env: NAME}", names=listed(sorted(HARMLESS))),
            )  # fmt: skip


def _is_header(path: KeyPath) -> bool:
    """Return whether the value of a header stands at a path, and may be secret."""
    inside = len(path) > 1 and path[-2] == _HEADERS and "columns" not in path
    return inside and str(path[-1]).strip().lower() not in HARMLESS


def _is_secret(path: KeyPath, text: str) -> bool:
    if "columns" in path:
        return False
    return holds_secret(text) or any(_KEYS.fullmatch(str(key)) for key in path[-1:])


def fetch(spec: SecretSpec | None, place: Place) -> str | None:
    """Return a secret from where it is kept; without a word about it, from the usual variable.

    From now on nothing that is printed shows it.

    Raises:
        DatasetError: it is not there, or cannot be asked for.
    """
    value = _fetched(spec, place)
    remember(value)
    return value


def _fetched(spec: SecretSpec | None, place: Place) -> str | None:
    if spec is None:
        return os.environ.get(VARIABLE) or None
    if spec.env:
        value = os.environ.get(spec.env)
        if not value:
            _missing(msg("the environment has no variable {name}", name=spec.env), place)
        return value
    return _from_keyring(spec.keyring or "", spec.user or "", place)


def _from_keyring(service: str, user: str, place: Place) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        _missing(msg("the package “{name}” is not installed", name="keyring"), place)
    try:
        value = keyring.get_password(service, user)
    except KeyringError as error:
        _missing(msg("the keyring cannot be asked: {reason}", reason=str(error)[:200]), place)
    if value is None:
        _missing(
            msg("the keyring has nothing for “{service}”, “{user}”", service=service, user=user),
            place,
        )
    return value


def _missing(text: Message, place: Place) -> NoReturn:
    raise DatasetError.of(
        "no-secret",
        text,
        place=place,
        hint=msg("set it in the environment or in the keyring before you call the program"),
    )
