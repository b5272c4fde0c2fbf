"""What is told when a plugin fails or breaks its promise: always the plugin's name, no secret."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rules_engine.errors import Finding, PluginError, RulesEngineError, out_of_memory
from rules_engine.isolation.masking import mask_error, masked, masked_finding
from rules_engine.messages import msg

if TYPE_CHECKING:
    from rules_engine.messages import Message

LONGEST = 300


def ours(
    error: BaseException, plugin: str, doing: Message, passes: tuple[str, ...] = ()
) -> BaseException:
    """Return the error that is raised for one that a plugin raised.

    Args:
        error: what it raised.
        plugin: its name.
        doing: what it does when it is called.
        passes: names of the errors that the caller turns into findings itself.
    """
    if isinstance(error, RulesEngineError):
        if not all(isinstance(finding, Finding) for finding in error.findings):
            return rubbish(plugin, doing, type(error).__name__, "Finding")
        error.findings = tuple(map(masked_finding, error.findings))
        mask_error(error)
        return error
    if isinstance(error, KeyboardInterrupt | BrokenPipeError):
        return error
    if isinstance(error, MemoryError):
        return out_of_memory()
    if not {kind.__name__ for kind in type(error).__mro__}.isdisjoint(passes):
        mask_error(error)
        return error
    if os.environ.get("RULES_ENGINE_DEBUG"):
        mask_error(error)
        return error
    return PluginError.of(
        "plugin-failed",
        msg(
            "the plugin “{plugin}” failed while {doing}: {kind}: {detail}",
            plugin=plugin,
            doing=doing,
            kind=type(error).__name__,
            detail=masked(str(error))[:LONGEST],
        ),
        hint=msg("tell its author; with RULES_ENGINE_DEBUG=1 it shows where"),
    )


def rubbish(plugin: str, doing: Message, answer: object, wanted: str) -> PluginError:
    """Return the error for a plugin that gave something else than it promised.

    Args:
        plugin: its name.
        doing: what it was asked to do.
        answer: what sort of thing it gave; never the thing itself, which may be about a person.
        wanted: what it promises.
    """
    return PluginError(
        *PluginError.of(
            "plugin-rubbish",
            msg(
                "the plugin “{plugin}”, {doing}, gave {given} instead of {wanted}",
                plugin=plugin,
                doing=doing,
                given=answer,
                wanted=wanted,
            ),
            hint=msg("tell its author: the contract kit rules_engine.testing finds this"),
        ).findings
    )


def kind_of(answer: object) -> str:
    """Return what sort of thing somebody gave."""
    return type(answer).__name__
