"""Says what a reference is: what is taken of what others have, and over whom it goes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.messages import clauses, tr
from rules_engine.model.figures import plain

if TYPE_CHECKING:
    from rules_engine.model.inputs import Indicator, Peers
    from rules_engine.plan.verbalizer import RulesetVerbalizer


def reference_words(speaker: RulesetVerbalizer, spec: Indicator, peers: Peers) -> str:
    """Return a reference in words, as a sentence without its end.

    Args:
        speaker: puts the expressions into words.
        spec: the indicator.
        peers: what it says of the others.
    """
    whom = _over(speaker, spec, peers)
    if peers.among:
        condition = speaker.of_subject(peers.among, spec.subject)
        whom = tr("{whom} where {condition}", whom=whom, condition=condition)
    if peers.without_self:
        whom = tr("{whom} but itself", whom=whom)
    parts = [_taken(speaker.of_subject(peers.of, spec.subject), whom, peers)]
    if peers.alone is not None:
        parts.append(_alone(peers.alone))
    return clauses(parts)


def _over(speaker: RulesetVerbalizer, spec: Indicator, peers: Peers) -> str:
    judged = spec.subject.judged
    if peers.over == "all":
        return tr("all {assessed_many}") if judged else tr("all cadres")
    if peers.over == "group":
        return tr("the {assessed_many} of its own group")
    table = speaker.table(spec.subject.table)
    known = (c.label for c in table.columns if peers.over in (c.name, c.label)) if table else ()
    column = next(iter(known), peers.over)
    if judged:
        return tr("the {assessed_many} with the same “{column}”", column=column)
    return tr("the cadres with the same “{column}”", column=column)


def _taken(value: str, whom: str, peers: Peers) -> str:
    nth = peers.nth or 1
    if peers.take in ("best", "worst"):
        first = (peers.best == "most") == (peers.take == "best")
        if nth == 1:
            return (
                tr("The greatest “{value}” of {whom}", value=value, whom=whom)
                if first
                else tr("The least “{value}” of {whom}", value=value, whom=whom)
            )
        return (
            tr("“{value}” of number {nth}, counted from the greatest, of {whom}", value=value,
               nth=nth, whom=whom)
            if first
            else tr("“{value}” of number {nth}, counted from the least, of {whom}", value=value,
                    nth=nth, whom=whom)
        )  # fmt: skip
    words = {
        "mean": tr("The mean of “{value}” over {whom}", value=value, whom=whom),
        "median": tr("The median of “{value}” over {whom}", value=value, whom=whom),
        "sum": tr("The sum of “{value}” over {whom}", value=value, whom=whom),
        "overall": tr("“{value}” over {whom}, all together", value=value, whom=whom),
    }
    return words[peers.take]


def _alone(alone: str | Decimal) -> str:
    if isinstance(alone, Decimal):
        return tr("where there is nobody else, {value} counts", value=plain(alone))
    if alone == "own":
        return tr("where there is nobody else, its own value counts")
    return tr("where there is nobody else, there is nothing to compare with")
