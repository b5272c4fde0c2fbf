"""Notes on what a ruleset does not say and the language decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.plan.defaults import defaults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.plan.rules import Rulebook


def notes_on_defaults(book: Rulebook) -> Iterator[Finding]:
    """Yield a note for every default that gives or takes points, money or grades."""
    for default in defaults(book):
        message = msg("“{where}”: by default {rule}", where=default.where, rule=default.text)
        if default.value:
            message = msg("“{where}”: by default {rule} ({value})", where=default.where,
                          rule=default.text, value=default.value)  # fmt: skip
        yield Finding(
            "by-default",
            message,
            book.ruleset.source.place(default.path),
            msg("no clause says it; write it down if the paper means it so, else otherwise"),
            "info",
        )
