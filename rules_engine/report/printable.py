"""Texts of a report without what no paper, page, table or terminal can hold.

Control characters and noncharacters are no text: XML forbids them, and terminals obey them. Records
lose them when they are taken in; rulesets, settings and the records of older runs may still have
some. This is the one place where reports lose them, before any reporter sees one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, overload

from rules_engine.model.assessment import AssessmentReport, Subject
from rules_engine.model.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Iterator


def is_printable(value: object) -> bool:
    """Return whether all texts in something that was read from YAML can be shown."""
    if isinstance(value, str):
        return printable(value) == value
    if isinstance(value, Mapping):
        return all(is_printable(part) for item in value.items() for part in item)
    return not isinstance(value, list) or all(map(is_printable, value))


def printable_report(report: AssessmentReport, *, subjects: bool) -> AssessmentReport:
    """Return a report whose texts can all be shown.

    Args:
        report: the report.
        subjects: whether those of the villages and cadres need a look: their texts come from
            records and rulesets that were not rid of such characters.
    """
    own = {f.name: getattr(report, f.name) for f in fields(report)}
    lists = {name: own.pop(name) for name in ("villages", "cadres")}
    if subjects:
        lists = {name: PrintableSubjects(value) for name, value in lists.items()}
    return AssessmentReport(
        **{name: printable_values(value) for name, value in own.items()}, **lists
    )


class PrintableSubjects(Sequence[Subject]):
    """Subjects whose texts can be shown, made as they are asked for."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        """Take the subjects as they are stored."""
        self._subjects = subjects

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._subjects)

    @overload
    def __getitem__(self, index: int) -> Subject: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Subject]: ...
    def __getitem__(self, index: int | slice) -> Subject | Sequence[Subject]:
        """Return one subject, or a list of several."""
        results = self._subjects[index]
        return (
            printable_values(results)
            if isinstance(results, Subject)
            else [printable_values(one) for one in results]
        )

    def __iter__(self) -> Iterator[Subject]:
        """Go through all subjects in order."""
        return (printable_values(subject) for subject in self._subjects)


def printable_values(value: Any) -> Any:  # noqa: ANN401 - whatever a report holds
    """Return a value of a report with all its texts printable; the value itself if they are."""
    if isinstance(value, str):
        return printable(value)
    if is_dataclass(value) and not isinstance(value, type):
        values = {f.name: getattr(value, f.name) for f in fields(value)}
        changed = {k: new for k, old in values.items() if (new := printable_values(old)) is not old}
        return replace(value, **changed) if changed else value
    if isinstance(value, tuple):
        parts = tuple(map(printable_values, value))
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    if isinstance(value, Mapping):
        return {printable_values(name): printable_values(inner) for name, inner in value.items()}
    return value
