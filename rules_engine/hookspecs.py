"""The hooks. A plugin implements those it needs with ``rules_engine.api.hookimpl``.

Every hook is called once, when the program starts to need plugins; each returns a list of frozen
descriptions. All answers are joined. Two descriptions of one kind with the same name are an
error that names both plugins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.model.form import FormKind
    from rules_engine.model.plugin import (
        AfterRun,
        Check,
        Command,
        EngineKind,
        Method,
        ReporterKind,
        SourceKind,
    )

PROJECT = "rules_engine"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def rules_engine_register_sources() -> Sequence[SourceKind]:
    """Give the kinds of data source that ``--data`` can name.

    Returns:
        Kinds of source. ``--data`` takes the one that accepts the location. Where several do,
        it has to name its kind in front, as in ``csv:./records``; it always may.
    """
    raise NotImplementedError


@hookspec
def rules_engine_register_reporters() -> Sequence[ReporterKind]:
    """Give the reporters that ``--report`` can name.

    Returns:
        Reporters. Each gets the finished report as frozen values and computes no score.
    """
    raise NotImplementedError


@hookspec
def rules_engine_register_engines() -> Sequence[EngineKind]:
    """Give the engines that ``--engine`` can name.

    Returns:
        Engines. All of them must give the same digest for the same plan and data.
    """
    raise NotImplementedError


@hookspec
def rules_engine_register_methods() -> Sequence[Method]:
    """Give the scoring methods that ``method:`` can name in a ruleset.

    Returns:
        Methods. Each turns a criterion's fields into a formula in the condition language.
    """
    raise NotImplementedError


@hookspec
def rules_engine_register_checks() -> Sequence[Check]:
    """Give further checks that ``rules-engine check`` makes.

    Returns:
        Checks. Each gets the checked ruleset and yields findings, which are added to the rest.
    """
    raise NotImplementedError


@hookspec
def rules_engine_register_commands() -> Sequence[Command]:
    """Give further verbs of the command line.

    Returns:
        Commands. A verb that the program has already is an error.
    """
    raise NotImplementedError


@hookspec
def rules_engine_register_forms() -> Sequence[FormKind]:
    """Give the kinds of file that ``rules-engine export`` and ``import`` can name.

    Returns:
        Kinds of file. Each writes a form that people fill in, and reads it when it comes back;
        what its cells mean is the program's business.
    """
    raise NotImplementedError


@hookspec
def rules_engine_register_after_runs() -> Sequence[AfterRun]:
    """Give what is told of every run that ``rules-engine assess`` has stored.

    Returns:
        Receivers of the news. A failure of one is a warning and changes nothing of the run.
    """
    raise NotImplementedError
