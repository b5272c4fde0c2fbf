"""Who acts: the name that is given, and the login that it was given from."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTOR_VARIABLE = "RULES_ENGINE_ACTOR"


@dataclass(frozen=True)
class Actor:
    """Somebody who does something to the store.

    A name that is given is a claim; the login is what the machine knows. The log keeps both.
    """

    name: str
    login: str

    def as_details(self) -> dict[str, object]:
        """Return the login for the log, where it is not the name."""
        return {"login": self.login} if self.login != self.name else {}


def actor(by: str | None = None, environ: Mapping[str, str] = os.environ) -> Actor:
    """Return who acts: the name given, else ``RULES_ENGINE_ACTOR``, else the login."""
    login = _login()
    return Actor((by or environ.get(ACTOR_VARIABLE) or "").strip() or login, login)


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run as a user without a name
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"
