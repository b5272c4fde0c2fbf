"""What a text names: one thing, or an error that lists all that it could be."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, TypeVar

from rules_engine.errors import RulesEngineError, UsageError
from rules_engine.messages import NO_MESSAGE, Message, assessed_nouns, listed, msg, tr
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


T = TypeVar("T")
_OF_KIND = re.compile(r"([^:：]+)[:：]")
MOST = 20
"""So many candidates are listed."""


def with_id(name: str, id: str) -> str:
    """Return a name with its id behind it, which names one thing where the name alone does not."""
    return tr("{name} ({id})", name=name, id=id) if id != name else name


def names_it(wanted: str, name: str, id: str) -> bool:
    """Return whether a text is somebody's name or id, or both as :func:`with_id` writes them."""
    return wanted in (name, id) or plain_brackets(wanted) == f"{name}({id})"


def plain_brackets(text: str) -> str:
    """Return a text with plain brackets, and without a blank before one that opens."""
    return text.replace("（", "(").replace("）", ")").replace(" (", "(")


def of_kind(text: str) -> tuple[SubjectKind | None, str]:
    """Return what a text such as 干部:张三 says about the kind, and the rest."""
    match = _OF_KIND.match(text)
    kind = kind_called(match[1], assessed_nouns()) if match else None
    return (kind, text[match.end() :]) if match and kind else (None, text)


def kind_called(word: str, nouns: Iterable[str]) -> SubjectKind | None:
    """Return the kind of subjects that a word is for: 村, 干部, or one of a ruleset's nouns."""
    known = {"村": SubjectKind.VILLAGE, "干部": SubjectKind.CADRE}
    own = dict.fromkeys(nouns, SubjectKind.VILLAGE)
    return {**own, **{kind.value: kind for kind in SubjectKind}, **known}.get(word)


def only(candidates: Sequence[T], several: Callable[[Sequence[T]], RulesEngineError]) -> T:
    """Return the only one of some things.

    Raises:
        RulesEngineError: there are several.
    """
    if len(candidates) > 1:
        raise several(candidates)
    return candidates[0]


def several_subjects(
    wanted: str, candidates: Sequence[tuple[SubjectKind, str, str]]
) -> RulesEngineError:
    """Return the error of a name that several have, each given by its kind, name and id."""
    mixed = len({kind for kind, _, _ in candidates}) > 1
    texts = [
        f"{kind.noun}:{with_id(name, id)}" if mixed else with_id(name, id)
        for kind, name, id in candidates
    ]
    return UsageError.of(
        "ambiguous-subject",
        msg("“{name}” names more than one: {candidates}", name=wanted, candidates=_listed(texts)),
        hint=msg("write the id, or one of these as it stands here"),
    )


def several_lines(wanted: str, candidates: Iterable[tuple[str, str]]) -> RulesEngineError:
    """Return the error of a label that several score lines have, given by label and id."""
    return UsageError.of(
        "ambiguous-criterion",
        msg("“{name}” names more than one score line: {candidates}", name=wanted,
            candidates=_listed(with_id(label, id) for label, id in candidates)),
        hint=msg("write the id, or one of these as it stands here"),
    )  # fmt: skip


def several(wanted: str, candidates: Iterable[tuple[str, str]]) -> RulesEngineError:
    """Return the error of a label that several parts of a ruleset have, by label and id."""
    return UsageError.of(
        "ambiguous-name",
        msg("“{name}” names more than one: {candidates}", name=wanted,
            candidates=_listed(with_id(label, id) for label, id in candidates)),
        hint=msg("write the id, or one of these as it stands here"),
    )  # fmt: skip


def _listed(candidates: Iterable[str]) -> str:
    names = list(candidates)
    return listed(names[:MOST]) + (" …" if len(names) > MOST else "")


def nearest_hint(name: str, known: Iterable[str]) -> Message:
    """Return “did you mean …”, or what is known when nothing is near."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return msg("did you mean “{name}”?", name=near[0])
    if not names:
        return NO_MESSAGE
    return msg("known here: {names}", names=listed(names[:20]))
