"""Signatures with a key that the office holds: Ed25519, the keys as PEM files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rules_engine.errors import Place, UsageError
from rules_engine.messages import msg
from rules_engine.safe_files import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

    from rules_engine.errors import RulesEngineError

MOST_BYTES = 64 * 1024
"""A key has less than a thousand."""


def new_key(file: Path) -> str:
    """Make a key, keep it in a new file that only its owner may read, return the public half.

    Raises:
        OSError: the file is there already, or cannot be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(private)
    except OSError:
        file.unlink()
        raise
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode("ascii")  # fmt: skip


def private_key(file: Path) -> Ed25519PrivateKey:
    """Read a key that signs.

    Raises:
        UsageError: the file is not such a key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(read_file(file, MOST_BYTES), None)
    except (OSError, ValueError, TypeError) as error:
        raise _no_key(file) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(file)
    return key


def public_key(file: Path) -> str:
    """Read a public key, and return it as 64 hexadecimal digits.

    Raises:
        UsageError: the file is not such a key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(read_file(file, MOST_BYTES))
    except (OSError, ValueError) as error:
        raise _no_key(file) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(file)
    return shown(key)


def shown(key: Ed25519PublicKey) -> str:
    """Return a public key as 64 hexadecimal digits."""
    return key.public_bytes_raw().hex()


def signed(content: bytes, signature: str, key: str) -> bool:
    """Return whether the signature over the content was made with the key's other half."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), content
        )
    except (ValueError, InvalidSignature):
        return False
    return True


def _no_key(file: Path) -> RulesEngineError:
    return UsageError.of(
        "audit-key",
        msg("{file} is not an Ed25519 key in a PEM file", file=file),
        place=Place(file=str(file)),
        hint=msg("make one with rules-engine audit new-key; it prints the public half"),
    )
