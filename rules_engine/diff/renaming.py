"""What parts of the earlier ruleset are called in the later one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules_engine.ruleset.grammar import named_kinds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rules_engine.conditions.scope import Rows
    from rules_engine.diff.matching import Pair


@dataclass(frozen=True)
class Renaming:
    """For each id that the later ruleset does not use, the one that it has for the same part.

    Attributes:
        names: of what conditions name, the vetoes of lines among them.
        columns: of columns, by table.
        grades: of grades.
        sections: of sections.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    grades: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Sequence[Pair]) -> Renaming:
        """Read it from the parts of two rulesets."""
        names = _ids(found, {*named_kinds(), "criterion"})
        vetoes = {f"{old}.veto": f"{new}.veto" for old, new in names.items()}
        columns: dict[str, dict[str, str]] = {}
        for old, new in _ids(found, {"column"}).items():
            table, _, column = old.partition(".")
            columns.setdefault(table, {})[column] = new.partition(".")[2]
        grades, sections = _ids(found, {"grade"}), _ids(found, {"section"})
        return cls({**names, **vetoes}, columns, grades, sections)

    def seen_from(self, rows: Rows) -> Mapping[str, str]:
        """Return it for the names that conditions over records or subjects see."""
        table = rows.table if isinstance(rows, str) else rows.name
        return {**self.names, **self.columns.get(table, {})}


def _ids(found: Sequence[Pair], kinds: Collection[str]) -> dict[str, str]:
    return {a.id: b.id for a, b in found if a and b and a.kind in kinds and a.id != b.id}
