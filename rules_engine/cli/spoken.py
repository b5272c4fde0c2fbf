"""Typer in the reader's language: the headings of its help, and its answer to wrong usage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from rules_engine.errors import UsageError
from rules_engine.messages import LANGUAGES, Message, msg, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    Spoken = TyperCommand  # a group has the same methods, by click's own base class
else:
    Spoken = object

# Newer versions of Typer carry a copy of click, older ones import it: this is the one in use.
WRONG_USAGE: type[Exception] = typer.BadParameter.__mro__[1]
ANSWERS = (
    ("no-such-option", r"No such option: (?P<name>\S+)", msg("there is no option {name}")),
    ("no-such-command", r"No such command '(?P<name>.*?)'", msg("there is no command {name}")),
    ("missing-value", r"Missing command\.", msg("a command is needed")),
    ("missing-value", r"Missing \w+ '(?P<name>.+?)'", msg("{name} is needed")),
    ("missing-value", r"Option '(?P<name>.+)' requires", msg("{name} needs a value")),
    ("surplus-value", r"Got unexpected extra .*\((?P<names>.+)\)", msg("too much: {names}")),
    (
        "bad-value",
        r"Invalid value for '(?P<name>.+?)': .*is not one of (?P<values>.+?)\.?$",
        msg("{name} is one of {values}"),
    ),
    ("bad-value", r"Invalid value for '(?P<name>.+?)'", msg("{name} cannot have this value")),
)
"""For each kind of wrong usage our code, what Typer says (in English only) and what we say."""


def asked_language(arguments: Sequence[str]) -> str | None:
    """Return the language of ``--lang``, in which help and wrong usage are answered too."""
    found = re.search(r"\0--lang[=\0](\w+)\0", "\0".join(["", *arguments, ""]))
    return found[1] if found and found[1] in LANGUAGES else None


def answer(error: Any) -> UsageError:  # noqa: ANN401 - click's, of whichever copy
    """Return wrong usage as an error of ours."""
    said = error.format_message()
    code, message = "wrong-usage", msg("{detail}", detail=said)
    for name, pattern, words in ANSWERS:
        if found := re.match(pattern, said):
            code, message = name, Message(words.text, tuple(found.groupdict().items()))
            break
    near = re.search(r"(?:Did you mean|Possible options:) '?([^?'),]+)", said)
    command = error.ctx.command_path if error.ctx else "rules-engine"
    hint = msg("see {command} --help", command=command)
    if near:
        hint = msg("did you mean “{name}”?", name=near[1])
    return UsageError(*UsageError.of(code, message, hint=hint).findings)


class _Speaking(Spoken):
    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - click's
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=tr("Usage: "))

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = tr("Show this message and exit.")
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        from typer import rich_utils

        rich_utils.ARGUMENTS_PANEL_TITLE = tr("Arguments")
        rich_utils.OPTIONS_PANEL_TITLE = tr("Options")
        rich_utils.COMMANDS_PANEL_TITLE = tr("Commands")
        rich_utils.DEFAULT_STRING = tr("[default: {}]")
        rich_utils.ENVVAR_STRING = tr("[env var: {}]")
        rich_utils.REQUIRED_LONG_STRING = tr("[required]")
        super().format_help(ctx, formatter)


class Verb(_Speaking, TyperCommand):
    """A verb whose help is in the language in force."""


class Group(_Speaking, TyperGroup):
    """A group of verbs whose help is in the language in force."""


class Program(typer.Typer):
    """A group to which verbs are added."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - Typer's own
        """Make an empty group."""
        super().__init__(cls=Group, no_args_is_help=True, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Any:  # noqa: ANN401
        """Return the decorator that adds a verb."""
        return super().command(name, cls=Verb, **settings)
