"""What may be written in a cell, by the grammar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from rules_engine.forms.words import in_two_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.messages import Message
    from rules_engine.ruleset.grammar import Field


@dataclass(frozen=True)
class Kind:
    """What may stand in a place.

    Attributes:
        choices: the words of a closed set, as they are written in YAML.
        number: a number may.
        text: a text may; beside numbers it is the name of a parameter.
        boolean: true or false may.
        listed: several may, as a list.
        share: its number is no more than 1, so that people write it in per cent.
        day: a day may.
        varies: an expression over the subject may.
        required: something has to stand there.
        words: what people call the choices.
    """

    choices: tuple[str, ...] = ()
    number: bool = False
    text: bool = False
    boolean: bool = False
    listed: bool = False
    share: bool = False
    day: bool = False
    varies: bool = False
    required: bool = False
    words: Mapping[str, Message] = field(default_factory=dict)

    @property
    def single(self) -> bool:
        """Return whether it fits into one cell."""
        return bool(self.choices) or self.number or self.text or self.boolean or self.listed

    def word(self, choice: str) -> str:
        """Return a choice as it is read, with what stands in the file in brackets."""
        return in_two_words(str(self.words.get(choice, choice)), choice)


def kind_of(at: Field) -> Kind:
    """Return what may be written in a place of a ruleset."""
    day = date in at.shapes
    return Kind(
        choices=at.choices,
        number=at.is_number,
        text=str in at.shapes or day or (at.is_number and at.of_method),
        boolean=bool in at.shapes,
        listed=at.is_list and at.inner is not None and at.inner.model is None,
        share=at.is_share,
        day=day,
        varies=at.varies,
        required=at.required,
        words=at.facts.words,
    )
