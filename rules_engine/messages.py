"""The one catalogue: every text a user reads is written here as a message and translated late.

A :class:`Message` keeps its English text and its parameters, so that a finding made while a
ruleset is read can be shown in the language that the ruleset turns out to ask for.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LANGUAGES = ("zh", "en")
_QUOTED = re.compile("“{(\\w+)}”")
_ASSESSED = re.compile(r"\{([Aa]ssessed_\w+)\}")
"""What stands in a text for whatever a ruleset assesses; see :class:`Noun`."""
_ONE = re.compile(
    r"(?<![\d.,])([−+]?1) (point|place|percentage point|day|month|quarter|half-year|other)s\b"
)
_INNER = str.maketrans("“”", "‘’")
"""Quotes within quotes are single ones; rulesets' labels hold many of them."""
_language: ContextVar[str | None] = ContextVar("rules_engine_language", default=None)


@dataclass(frozen=True)
class Noun:
    """What a ruleset calls those whom it assesses, in one language.

    Attributes:
        one: one of them, such as “township”; of several kinds “township or department”.
        many: several of them, such as “townships”.
        each: all of them, one by one, as a circular addresses them.
        words: the noun of each kind, where several kinds are assessed together.
    """

    one: str
    many: str
    each: str
    words: tuple[str, ...] = ()


class _Called:
    """The nouns in force, by language; a block of :func:`speaking` has its own."""

    def __init__(self, nouns: Mapping[str, Noun]) -> None:
        self.nouns = nouns


_called: ContextVar[_Called | None] = ContextVar("rules_engine_assessed", default=None)


@dataclass(frozen=True)
class Message:
    """A text with named parameters; ``str()`` gives it in the language in force."""

    text: str
    params: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        """Return the translated text with its parameters put in."""
        template = _catalogue(current_language()).gettext(self.text) if self.text else ""
        assessed = _ASSESSED.findall(template)
        if not self.params:
            return _ASSESSED.sub(lambda m: assessed_words()[m[1]], template)
        values = dict(self.params)
        values.update({name: assessed_words()[name] for name in assessed})
        for name in _QUOTED.findall(template):
            values[name] = str(values[name]).translate(_INNER)
        return singular(template.format(**values))


NO_MESSAGE = Message("")
"""Says nothing: the default where a hint may be left out."""


def msg(text: str, /, **params: object) -> Message:
    """Make a message. ``text`` is English and is what the catalogue is keyed by."""
    return Message(text, tuple(params.items()))


def tr(text: str, /, **params: object) -> str:
    """Translate at once, for texts that are shown where they are made."""
    return str(msg(text, **params))


def listed(items: Iterable[object]) -> str:
    """Return things as a list, in Chinese with the enumeration comma between them."""
    return tr(", ").join(map(str, items))


def clauses(texts: Iterable[str]) -> str:
    """Return half-sentences as one sentence, with semicolons between them."""
    return tr("; ").join(texts)


def in_a_row(texts: Iterable[str]) -> str:
    """Return half-sentences with commas between them; empty ones are left out."""
    return ("，" if current_language() == "zh" else ", ").join(filter(None, texts))


def singular(text: str) -> str:
    """Return an English text in which one of a thing stands in the singular."""
    return text if current_language() == "zh" else _ONE.sub(r"\1 \2", text)


def begun(text: str) -> str:
    """Return a text as it stands alone: an English one begins with a capital."""
    return text if current_language() == "zh" else text[:1].upper() + text[1:]


def current_language() -> str:
    """Return the language in force: the one set by :func:`speaking`, else the locale's."""
    return _language.get() or _locale_language()


def assessed_words() -> dict[str, str]:
    """Return what texts may say of whatever is assessed: villages and units, or a ruleset's noun.

    A text names them in braces, as in ``{assessed_many}``, without handing a parameter over.
    """
    called = _called.get()
    noun = called.nouns.get(current_language()) if called else None
    if current_language() == "zh":
        one, many = (noun.one, noun.many) if noun else ("村", "村")
        unit, both = (noun.one, noun.many) if noun else ("村（单位）", "村和单位")
        each = noun.each if noun else "各村、各单位"
    else:
        one, many = (noun.one, noun.many) if noun else ("village", "villages")
        unit, both = (noun.one, noun.many) if noun else ("village", "villages and units")
        each = noun.each if noun else f"all {both}"
    return {
        "assessed_one": one,
        "assessed_many": many,
        "assessed_unit": unit,
        "assessed_all": both,
        "assessed_each": each,
        "Assessed_one": one[:1].upper() + one[1:],
        "Assessed_all": both[:1].upper() + both[1:],
    }


def assessed_nouns() -> tuple[str, ...]:
    """Return the ruleset's own nouns for one of those assessed, in every language."""
    called = _called.get()
    return nouns_in(called.nouns) if called else ()


def nouns_in(nouns: Mapping[str, Noun]) -> tuple[str, ...]:
    """Return all that one of those assessed may be called, of nouns by language."""
    each = (word for noun in nouns.values() for word in (noun.one, *noun.words))
    return tuple(dict.fromkeys(each))


def call_assessed(nouns: Mapping[str, Noun]) -> None:
    """Call the assessed so, by language, up to the end of the block of :func:`speaking`.

    Where no nouns are given they are villages and units. Outside such a block nothing changes.
    """
    called = _called.get()
    if called is not None:
        called.nouns = nouns


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Use ``language`` for every message shown inside the block (``None``: the locale's)."""
    token = _language.set(language)
    around = _called.get()
    inner = _called.set(_Called(around.nouns if around else {}))
    try:
        yield
    finally:
        _called.reset(inner)
        _language.reset(token)


@cache
def _locale_language() -> str:
    """Return the language of the environment, also where its locale is not installed."""
    names = map(os.environ.get, ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    name = next(filter(None, names), None) or locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(
        "rules_engine", Path(__file__).parent / "locales", languages=[language], fallback=True
    )
