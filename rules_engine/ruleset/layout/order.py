"""The order of keys: that of the model, with what is read first at the front."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from rules_engine.model.ruleset import Criterion, Pay, Responsibility, RulesetDocument, Section
from rules_engine.ruleset.layout.tree import Branch, Leaf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.layout.tree import Entry

FIRST: dict[type[BaseModel], tuple[str, ...]] = {
    Criterion: ("label", "points", "clause", "assumed", "when", "method"),
    Section: ("label", "for"),
}
"""What stands at the front, where that is more than the label."""
LAST: dict[type[BaseModel], tuple[str, ...]] = {
    Criterion: ("not_applicable", "floor", "cap", "veto", "put_right"),
    Section: ("clause", "assumed", "criteria"),
    Pay: ("clause", "assumed", "bands"),
}
"""What stands at the end, where that is not the sources."""
AS_IT_IS = (RulesetDocument, Responsibility)
"""Models whose own order is the one."""


def sort_keys(branch: Branch, shape: Any, methods: Mapping[str, Method]) -> None:  # noqa: ANN401 - any annotation
    """Put the keys of a mapping, and of all below it, into their order.

    Only keys that the language gives are moved: what a ruleset names keeps the order of the paper.

    Args:
        branch: the mapping or list, changed in place.
        shape: the annotation of what stands there.
        methods: the scoring methods, whose fields criteria hold.
    """
    shape = _fitting(shape, branch)
    if not branch.mapping or not _is_model(shape):
        below = get_args(shape)[branch.mapping :]  # dict: key, value; tuple: item, …
        for entry in branch.entries:
            _sort_below(entry, below[0] if below else Any, methods)
        return
    branch.named = False
    shapes = _fields(shape, branch, methods)
    place = {key: at for at, key in enumerate(shapes)}
    branch.entries.sort(key=lambda entry: place.get(_name(entry), len(place)))
    for entry in branch.entries:
        _sort_below(entry, shapes.get(_name(entry), Any), methods)


def _sort_below(entry: Entry, shape: Any, methods: Mapping[str, Method]) -> None:  # noqa: ANN401
    if isinstance(entry.value, Branch):
        sort_keys(entry.value, shape, methods)


def _name(entry: Entry) -> str:
    return entry.key.value if entry.key else ""


def _is_model(shape: Any) -> bool:  # noqa: ANN401
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def _fitting(shape: Any, branch: Branch) -> Any:  # noqa: ANN401
    """Return the part of an annotation that can stand for a mapping, or for a list."""
    origin = get_origin(shape)
    if origin is Annotated:
        return _fitting(get_args(shape)[0], branch)
    if origin in (Union, UnionType):
        fitting = (_fitting(inner, branch) for inner in get_args(shape))
        return next((inner for inner in fitting if inner is not None), None)
    if branch.mapping:
        return shape if _is_model(shape) or origin is dict else None
    return shape if origin in (list, tuple) else None


def _fields(
    shape: type[BaseModel], branch: Branch, methods: Mapping[str, Method]
) -> dict[str, Any]:
    """Return the keys of a model in their order, each with the annotation of its value."""
    known = {info.alias or name: info.annotation for name, info in shape.model_fields.items()}
    if shape is Criterion:
        used = next((e.value for e in branch.entries if _name(e) == "method"), None)
        method = methods.get(used.value) if isinstance(used, Leaf) else None
        if method:
            own = method.fields().model_fields.items()
            known |= {info.alias or name: info.annotation for name, info in own}
    if shape in AS_IT_IS:
        return known
    first = FIRST.get(shape, ("label",))
    last = LAST.get(shape, ("clause", "assumed"))
    between = [key for key in known if key not in {*first, *last}]
    return {key: known[key] for key in (*first, *between, *last) if key in known}
