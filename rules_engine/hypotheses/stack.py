"""Assesses the records of many scenarios by one plan.

What comes out for one town depends on its own records only: each of them is ranked by itself, and
a stack is held against what its scenarios gave alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules_engine.compiler import grading
from rules_engine.compiler.revision import base_plan, base_table, revised_plan
from rules_engine.compiler.rules import SUBJECT_TABLES
from rules_engine.engines import DIALECT, written
from rules_engine.hypotheses.joint import (
    MARK,
    differing,
    grouped_by_town,
    ids_of,
    joint,
    of_town,
    town_of,
)
from rules_engine.results.compute import MemoryPlace, attach_dataset, compute, profile_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from rules_engine.compiler.chain import DataProfile
    from rules_engine.compiler.rules import Rulebook
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.dataset import Dataset
    from rules_engine.model.plugin import EngineSession

RESULTS = tuple(grading.RESULTS_OF.values())
SCORED = {"parameters", "indicators", "standards", "sections"}
"""The parts of a ruleset of which nothing but the score plan is made."""

Lines = dict["SubjectKind", "pa.Table"]
"""What the score plan gives for the subjects of all towns, by kind, sorted by id."""


Otherwise = dict[int, set[tuple[str, str]]]
"""For towns, what is not what it was: the name of a subject, and of a line or nothing."""


@dataclass(frozen=True)
class Graded:
    """What follows upon scoring: the results, and what each signature of facts leads to."""

    results: Mapping[str, pa.Table]
    consequences: Mapping[str, object]


class Stack:
    """The joint records of several towns, and what the unchanged rules make of them.

    Attributes:
        lines: the score lines.
        after: what the results depend on besides.
        worded: the words of the plans that follow, which hold as long as that is the same.
    """

    def __init__(
        self, towns: Sequence[Dataset], book: Rulebook, session: EngineSession, folder: Path
    ) -> None:
        """Join the records in a folder, and assess them in a session of their own."""
        self.book, self.session, self.folder = book, session, folder
        self.dataset = joint(towns, folder)
        attach_dataset(self.dataset, session)
        self._known = {kind: self._base(kind) for kind in grading.LINES_OF if book.of_subject(kind)}
        self.lines = self.scored(book)
        self._labels = {rule.id: rule.spec.label for rule in book.criteria}
        self.after = after_scoring(book)
        self._graded = self._grade(book, self.lines)
        self._names = {
            row["subject_id"]: row["name"]
            for rows in (*self.lines.values(), *self._graded.results.values())
            for row in rows.select(["subject_id", "name"]).to_pylist()
        }
        self.worded = {
            k: sql for k, sql in book.written.items() if k[1] not in grading.LINES_OF.values()
        }

    def _base(self, kind: SubjectKind) -> list[str]:
        """Keep what is worked out of the records, and return the names of its columns."""
        plan = written(base_plan(self.book, kind, self._profile(kind)))
        self.session.run(f"CREATE TABLE {base_table(kind)} AS {plan}")
        return list(self.session.query(f"SELECT * FROM {base_table(kind)} LIMIT 0").column_names)

    def _profile(self, kind: SubjectKind) -> DataProfile:
        return replace(profile_of(self.dataset, kind), towns=MARK)

    def scored(self, book: Rulebook) -> Lines:
        """Score all towns by rules with the same lines, indicators and standards.

        Raises:
            EngineFailure: a number of one of them overflowed.
        """
        lines: Lines = {}
        for kind, known in self._known.items():
            plan = revised_plan(book, self.book, kind, self._profile(kind), known)
            lines[kind] = self.session.query(written(plan)).sort_by("subject_id")
        return lines

    def town(self, lines: Lines, number: int) -> dict[str, pa.Table]:
        """Return the rows of one town, by the table that they belong to."""
        schemas = self.book.ruleset.tables
        return {
            grading.LINES_OF[kind]: of_town(rows, number, ids_of(schemas[SUBJECT_TABLES[kind]]))
            for kind, rows in lines.items()
        }

    def scored_otherwise(self, lines: Lines) -> Otherwise:
        """Return for which towns the lines are not what they were."""
        pairs = [pair for kind, rows in lines.items() for pair in differing(self.lines[kind], rows)]
        return self._by_town(pairs)

    def graded_otherwise(self, book: Rulebook, lines: Lines) -> Otherwise:
        """Return for which towns something else than before follows upon scoring.

        Raises:
            EngineFailure: a number of one of them overflowed, or judgement failed.
        """
        now, then = self._grade(book, lines), self._graded
        pairs = [
            pair
            for name, rows in now.results.items()
            for pair in differing(then.results[name], rows)
        ]
        other = {s for s, led_to in now.consequences.items() if led_to != then.consequences.get(s)}
        villages = lines["village"]
        signed = zip(
            villages["subject_id"].to_pylist(), villages["signature"].to_pylist(), strict=True
        )
        pairs += [(subject, "") for subject, signature in signed if signature in other]
        return self._by_town(pairs)

    def _by_town(self, pairs: Iterable[tuple[str, str]]) -> Otherwise:
        found: Otherwise = {}
        for subject, column in pairs:
            line = self._labels.get(column.split("__")[0], "")
            found.setdefault(town_of(subject), set()).add((self._names[subject], line))
        return found

    def _grade(self, book: Rulebook, lines: Lines) -> Graded:
        known = {grading.LINES_OF[kind]: grouped_by_town(rows) for kind, rows in lines.items()}
        place = MemoryPlace(self.session, DIALECT, known=known)
        traces = compute(book, self.dataset, place)
        specs = book.ruleset.document.consequences
        plain = {name: spec.model_dump(exclude={"when"}) for name, spec in specs.items()}
        return Graded(
            {n: rows.sort_by("subject_id") for n, rows in place.gave.items() if n in RESULTS},
            {signature: [(n, plain[n]) for n, _ in trace] for signature, trace in traces.items()},
        )

    def close(self) -> None:
        """Let go of the engine."""
        self.session.close()


def after_scoring(book: Rulebook) -> tuple[object, ...]:
    """Return all that results depend on besides the rows of the score plan and the days."""
    return book.judgement, book.ruleset.document.model_dump(exclude=SCORED)
