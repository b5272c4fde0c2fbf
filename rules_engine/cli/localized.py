"""Typer in the reader's language: the headings of its help, and its answer to wrong usage."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from rules_engine.errors import UsageError
from rules_engine.messages import LANGUAGES, Message, listed, msg, tr

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
    (
        "bad-value",
        r"Invalid value for '(?P<name>.+?)': .*does not match the format",
        msg("{name} is a day, written as 2025-01-31"),
    ),
    (
        "bad-value",
        r"Invalid value for '(?P<name>.+?)': .*(?:not in the range|valid int|greater than)",
        msg("{name} is a whole number, at least 1"),
    ),
    (
        "bad-value",
        r"Invalid value for '(?P<name>--period)'",
        msg("{name} is two days, written as 2025-03-03..2025-03-16"),
    ),
    ("bad-value", r"Invalid value for '(?P<name>.+?)'", msg("{name} cannot have this value")),
)
"""For each kind of wrong usage our code, what Typer says (in English only) and what we say."""


def asked_language(arguments: Sequence[str]) -> str | None:
    """Return the language of ``--lang``, in which help and wrong usage are answered too."""
    match = re.search(r"\0--lang[=\0](\w+)\0", "\0".join(["", *arguments, ""]))
    return match[1] if match and match[1] in LANGUAGES else None


def answer(error: Any) -> UsageError:  # noqa: ANN401 - click's, of whichever copy
    """Return wrong usage as an error of ours."""
    said = error.format_message()
    code, message = "wrong-usage", msg("{detail}", detail=said)
    for name, pattern, words in ANSWERS:
        if match := re.match(pattern, said):
            values = {k: listed(re.findall("[^', ]+", v)) for k, v in match.groupdict().items()}
            code, message = name, Message(words.text, tuple(values.items()))
            break
    command = error.ctx.command_path if error.ctx else "rules-engine"
    hint = msg("see {command} --help", command=command)
    if near := re.search(r"(?:Did you mean|Possible options:) ([^?)]+)", said):
        names = re.findall(r"[\w-]+", near[1])
        wanted = str(dict(message.params).get("name", ""))
        hint = msg("did you mean “{name}”?", name=get_close_matches(wanted, names, 1, 0)[0])
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

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401
        text = super().get_help(ctx)
        for theirs, ours in _headings():
            text = text.replace(theirs, ours)
        return text


def _headings() -> tuple[tuple[str, str], ...]:
    return (
        ("\nArguments:\n", "\n" + tr("Arguments:") + "\n"),
        ("\nOptions:\n", "\n" + tr("Options:") + "\n"),
        ("\nCommands:\n", "\n" + tr("Commands:") + "\n"),
        ("[required]", tr("[required]")),
        ("[default: ", tr("[default: ")),
        ("[env var: ", tr("[env var: ")),
    )


class Verb(_Speaking, TyperCommand):
    """A verb whose help is in the language in force."""


class Group(_Speaking, TyperGroup):
    """A group of verbs whose help is in the language in force."""


class Program(typer.Typer):
    """A group to which verbs are added."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - Typer's own
        """Make an empty group. Rich is not asked for help: it cuts lines of Chinese short."""
        super().__init__(cls=Group, no_args_is_help=True, rich_markup_mode=None, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Any:  # noqa: ANN401
        """Return the decorator that adds a verb."""
        return super().command(name, cls=Verb, **settings)
