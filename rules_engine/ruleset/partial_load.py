"""Goes on with what is sound in a file, so that its other faults are found in the same go.

What has not the right shape is taken out: a key that is not known, else the smallest named thing
around the fault. What that leaves behind is good for checking, never for a run.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rules_engine.ruleset.grammar import Field, Grammar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

    from rules_engine.errors import Finding
    from rules_engine.yamltext.read import KeyPath

DOUBTFUL = frozenset(
    {
        "points-do-not-add-up", "band-gap", "band-overlap", "unreachable-grade", "useless-quota",
        "bad-period", "not-in-force", "never-true", "bad-indicator", "bad-consequence",
        "bad-parameter",
    }
)  # fmt: skip
"""Findings about the whole, which a part that was taken out may have caused."""
MOST_ROUNDS = 30
GRAMMAR = Grammar()


@dataclass
class Removed:
    """What was taken out.

    Attributes:
        names: names and labels that no longer stand for anything.
        clauses: whether clauses are among them, so that no figure can be traced.
        lossy: whether anything was taken out that has a meaning.
    """

    names: set[str] = field(default_factory=set)
    clauses: bool = False
    lossy: bool = False

    def not_due_to_it(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that are not merely due to what was taken out."""
        return [finding for finding in findings if not (self.lossy and self._due(finding))]

    def _due(self, finding: Finding) -> bool:
        about = {str(value).removesuffix(".veto") for _, value in finding.message.params}
        return (
            finding.severity == "warning"
            or finding.code in DOUBTFUL
            or (finding.code == "number-unsourced" and self.clauses)
            or (finding.code.startswith("unknown-") and bool(about & self.names))
            or (finding.code == "unknown-clause" and self.clauses)
            or (finding.code.startswith("rights-") and "acknowledge" in self.names)
        )


def sound_part(shape: type[BaseModel], value: object, removed: Removed) -> BaseModel | None:
    """Return the model of what is sound in a value, or ``None`` when too little is."""
    if not isinstance(value, dict):
        return None
    rest: dict[str, Any] = copy.deepcopy(value)
    for _ in range(MOST_ROUNDS):
        try:
            return shape.model_validate(rest)
        except ValidationError as error:
            faults = [(d["type"], d["loc"]) for d in error.errors()]
        whole = Field("", shape)
        if not all([_take_out(rest, whole, kind, loc, removed) for kind, loc in faults]):
            return None
    return None


def _take_out(
    rest: dict[str, Any], whole: Field, kind: str, loc: KeyPath, removed: Removed
) -> bool:
    """Take out what is at fault; return whether the fault is gone."""
    path = _steps(rest, loc)
    if kind == "extra_forbidden" and path == loc:
        _remove(rest, path)
        return True
    removed.lossy = True
    for end in range(len(path), 1, -1):
        around = GRAMMAR.at(rest, path[: end - 1], whole)
        if around is not None and around.holds_parts:
            if kind != "missing" and len(path) > end:
                end += 1  # the one key is at fault; the thing may do without it
            else:
                _note(rest, path[:end], removed)
            _remove(rest, path[:end])
            return True
    key = str(loc[0]) if loc else ""
    known = GRAMMAR.fields(whole).get(key)
    if known is not None and known.facts.stand_in is not None:
        rest[key] = known.facts.stand_in
        return True
    removed.names.add(key)
    return rest.pop(key, None) is not None


def _steps(rest: object, loc: KeyPath) -> KeyPath:
    """Return the part of pydantic's location that leads through the value."""
    path: list[str | int] = []
    for step in loc:
        if isinstance(rest, dict) and step in rest:
            rest = rest[step]
        elif isinstance(rest, list) and isinstance(step, int) and step < len(rest):
            rest = rest[step]
        else:
            break
        path.append(step)
    return tuple(path)


def _note(rest: Any, path: KeyPath, removed: Removed) -> None:  # noqa: ANN401 - plain YAML
    for step in path:
        rest = rest.get(step, {}) if isinstance(rest, dict) else rest[step]
    removed.names |= {str(path[-1]), *({"any_veto"} if path[0] == "sections" else ())}
    removed.clauses |= path[0] == "clauses"
    inner = [rest]
    while inner:
        value = inner.pop()
        if isinstance(value, dict):
            removed.names |= {str(value.get("label"))} | set(value)
            inner += value.values()


def _remove(rest: Any, path: KeyPath) -> None:  # noqa: ANN401 - plain YAML
    for step in path[:-1]:
        if isinstance(rest, dict) and step not in rest:
            return  # another fault of the same thing has removed it
        rest = rest[step]
    if isinstance(rest, dict):
        rest.pop(path[-1], None)
