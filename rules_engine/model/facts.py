"""What the language says of a field beside its type: said once, at the field of the model.

A model, of the core or of a scoring method, says it in ``Annotated``: ``each: Annotated[Decimal,
Facts(msg("points for each"), good=-1)]``. The formatter, forms, the comparison of rulesets, checks,
mutation and the rest read it there, through :mod:`rules_engine.ruleset.grammar`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from rules_engine.messages import Message

Sign = Literal[1, -1, 0]
Holds = Literal["", "prose", "condition", "table", "grade", "day", "name"]
Good: TypeAlias = Sign | Mapping[str, Sign] | Callable[[Any], Sign | Mapping[str, Sign]]


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of a field. A list or mapping says it of itself and of what stands in it.

    Attributes:
        label: what people call it.
        holds: what its texts are: ``prose`` for people, a ``condition`` (any expression), the name
            of a ``table``, of a ``grade`` or of something else, a ``day``; empty where the type
            says it.
        words: for members of its closed set, what people call them.
        decides: whether a result can go by it; what does not is wording.
        figure: whether its numbers are figures of the paper, which need a source.
        good: whether it is good for those who are assessed that it is greater (1) or bad (-1), or
            this for each member of the closed set; of a list, that it has one more row. A method
            may give a function that is called with all of its fields.
        absent: where it means that it is not there: no limit above (1), none below (-1); of a
            member of the closed set that goes without saying, what is said of that.
        means: for members of the closed set, whether it is good for those who are assessed that
            there is such a part.
        signed: whether a paper writes the number with its sign: −2 for what is taken away.
        line_points: whether it says how many points the line gives.
        unit_of: the field of the whole method with whose value it is compared.
        distinct: whether it tells parts apart: what many have in common does not.
        needs: the field beside it without which it says nothing.
        order: of a list: ``any`` order says the same; of rows, the ``first`` that fits decides.
        row: what it is to a row: its ``label``, a ``name`` that tells rows apart, an ``id`` that
            does it unseen, the ends of a range (``from`` and ``to``), or the day ``by`` which.
        slips: what is easily written in place of a member of the closed set; ``None``: the other
            one where there are two.
        whole: whether entries are compared as a whole.
        silent: whether its label goes without saying before those of what stands in it.
        offered: whether a form offers it where it is not there: no other thing comes of that.
        tabular: whether a form shows its parts in a table, where they are plain.
        extends: whether a form offers a whole new part.
        sheet: the sheet of a form on which it stands; ``each``: each part has one of its own.
        named: which conditions name its parts: those over ``subjects`` and all others, or only
            those over ``facts``.
        shared: whether a ruleset may take its parts over from others.
        stand_in: what is read in its place where it has to be there and is no use.
    """

    label: Message | None = None
    holds: Holds = ""
    words: Mapping[str, Message] = field(default_factory=dict)
    decides: bool = True
    figure: bool = True
    good: Good = 0
    absent: Sign = 0
    means: Mapping[str, Sign] = field(default_factory=dict)
    signed: bool = False
    line_points: bool = False
    unit_of: str = ""
    distinct: bool = True
    needs: str = ""
    order: Literal["", "any", "first"] = ""
    row: Literal["", "label", "name", "id", "from", "to", "by"] = ""
    slips: Mapping[str, str] | None = None
    whole: bool = False
    silent: bool = False
    offered: bool = True
    tabular: bool = False
    extends: bool = False
    sheet: Message | Literal["each"] | None = None
    named: Literal["", "subjects", "facts"] = ""
    shared: bool = False
    stand_in: object = None


def prose(label: Message, **more: Any) -> Facts:  # noqa: ANN401 - any of the facts
    """Return the facts of a text for people, by which no result goes."""
    return Facts(label, holds="prose", decides=False, **more)


def asked(label: Message, **more: Any) -> Facts:  # noqa: ANN401
    """Return the facts of a condition, or of another expression."""
    return Facts(label, holds="condition", **more)
