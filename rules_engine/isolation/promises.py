"""Whether a plugin gave what it promised; what it gave instead is named by its sort only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn, get_args

from rules_engine.errors import Finding, Place, Severity
from rules_engine.isolation.errors import kind_of, rubbish
from rules_engine.isolation.masking import masked_finding
from rules_engine.messages import Message
from rules_engine.model.plugin import Expansion, Measure, Ranking

if TYPE_CHECKING:
    from typing import Any

KINDS = ("boolean", "number", "date", "text")


def finding(answer: object, plugin: str, doing: Message) -> Finding:
    """Return a finding without secrets.

    Raises:
        PluginError: it is none.
    """
    if not isinstance(answer, Finding):
        raise rubbish(plugin, doing, kind_of(answer), "Finding")
    parts: dict[str, tuple[object, type]] = {
        "code": (answer.code, str),
        "message": (answer.message, Message),
        "place": (answer.place, Place),
        "hint": (answer.hint, Message),
    }
    for name, (part, wanted) in parts.items():
        if not isinstance(part, wanted):
            raise rubbish(plugin, doing, f"Finding.{name}: {kind_of(part)}", wanted.__name__)
    if answer.severity not in get_args(Severity):
        raise rubbish(plugin, doing, "Finding.severity", " | ".join(get_args(Severity)))
    try:
        hash(answer)  # findings are compared with each other
        str(answer.message), str(answer.hint)
    except Exception:
        raise rubbish(plugin, doing, "Finding.message", Message.__name__) from None
    return masked_finding(answer)


def expansion(answer: object, plugin: str, doing: Message) -> Expansion:
    """Return what a method made of a criterion.

    Raises:
        PluginError: it is something else, or holds something else.
    """

    def wrong(where: str, part: object, wanted: str) -> NoReturn:
        raise rubbish(plugin, doing, f"{where}: {kind_of(part)}", wanted)

    if not isinstance(answer, Expansion):
        raise rubbish(plugin, doing, kind_of(answer), Expansion.__name__)
    if not isinstance(answer.formula, str):
        wrong("Expansion.formula", answer.formula, "str")
    if answer.empty is not None and not isinstance(answer.empty, str):
        wrong("Expansion.empty", answer.empty, "str")
    for name in ("measures", "rankings", "parts"):
        if not isinstance(getattr(answer, name), tuple | list):
            wrong(f"Expansion.{name}", getattr(answer, name), "tuple")
    for measure in answer.measures:
        if not isinstance(measure, Measure) or not isinstance(measure.spec, Mapping):
            wrong("Expansion.measures", measure, Measure.__name__)
        _indicator(measure, plugin, doing)
    for ranking in answer.rankings:
        if not isinstance(ranking, Ranking) or not isinstance(ranking.by, str):
            wrong("Expansion.rankings", ranking, Ranking.__name__)
    for part in (*answer.parts, *(p for m in answer.measures for p in m.parts)):
        if not _is_part(part):
            wrong("Expansion.parts", part, "Part")
    return answer


def _indicator(measure: Measure, plugin: str, doing: Message) -> None:
    """Hold a measure against what an indicator may say."""
    from pydantic import ValidationError

    from rules_engine.model.inputs import Indicator

    try:
        Indicator.model_validate({"subject": "village", **measure.spec})
    except ValidationError as error:
        where = ", ".join(".".join(map(str, e["loc"])) for e in error.errors())
        raise rubbish(plugin, doing, f"Measure.spec: {where}", Indicator.__name__) from None


def _is_part(part: object) -> bool:
    if not isinstance(part, tuple) or len(part) != 3:
        return False
    path, text, kind = part
    return isinstance(path, tuple) and isinstance(text, str) and kind in KINDS


def fields(answer: object, plugin: str, doing: Message) -> type[Any]:
    """Return the model of a method's fields.

    Raises:
        PluginError: it is no model.
    """
    from pydantic import BaseModel

    if not isinstance(answer, type) or not issubclass(answer, BaseModel):
        raise rubbish(plugin, doing, kind_of(answer), "pydantic.BaseModel")
    return answer


def words(answer: object, plugin: str, doing: Message) -> str:
    """Return how a method words a criterion.

    Raises:
        PluginError: it is no text.
    """
    if not isinstance(answer, str):
        raise rubbish(plugin, doing, kind_of(answer), "str")
    return answer
