"""Where a password or token is kept; never what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from rules_engine.model.fields import Part, Text

if TYPE_CHECKING:
    from collections.abc import Iterator


class SecretSpec(Part):
    """A variable of the environment, or an entry of the keyring."""

    env: Text | None = None
    keyring: Text | None = None
    user: Text | None = None

    @property
    def is_clear(self) -> bool:
        """Return whether exactly one of the two is named."""
        return bool(self.env) != bool(self.keyring and self.user)


def specs_in(value: Any) -> Iterator[SecretSpec]:  # noqa: ANN401 - whatever a file says
    """Yield all that is said about secrets anywhere in the fields of a source or table."""
    if isinstance(value, SecretSpec):
        yield value
    elif isinstance(value, BaseModel):
        yield from specs_in(dict(value))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from specs_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from specs_in(inner)
