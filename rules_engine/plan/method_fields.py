"""Reads the fields that a method adds to a criterion; a parameter may stand for a number."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

NUMBER_NEEDED = frozenset({"decimal_parsing", "int_parsing"})


def read_fields(
    shape: type[Any], written: Mapping[str, Any], figures: Mapping[str, Decimal]
) -> tuple[Any, frozenset[str]]:
    """Return the fields as the method's model, and the parameters that stood for numbers.

    Args:
        shape: the method's model.
        written: what stands in the criterion.
        figures: the value of each parameter, by name and by label.

    Raises:
        ValidationError: the fields have not the right shape.
    """
    try:
        return shape.model_validate(written), frozenset()
    except ValidationError as error:
        named = {
            detail["loc"]: detail["input"]
            for detail in error.errors()
            if detail["type"] in NUMBER_NEEDED and detail["input"] in figures
        }
        if not named:
            raise
    filled: Any = deepcopy(dict(written))
    for path, name in named.items():
        *way, last = path
        holder = filled
        for step in way:
            holder = holder[step]
        holder[last] = figures[name]
    return shape.model_validate(filled), frozenset(named.values())
