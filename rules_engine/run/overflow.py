"""Finds out which figure of whom became too large, when a plan stops because one did.

An engine only says that some number did not fit. So the parts of the plan are run one by one, and
then for fewer and fewer subjects; that happens only when a run has failed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.errors import EngineFailure, Finding
from rules_engine.messages import msg
from rules_engine.plan.month_steps import lines_first
from rules_engine.plan.peers import behind, references
from rules_engine.plan.scoring import score_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.plan.builder import DataProfile
    from rules_engine.plan.rules import Rulebook


def is_overflow(error: EngineFailure) -> bool:
    """Return whether a plan stopped because a number was too large."""
    return any(f.code == "overflow" for f in error.findings)


def explained(
    error: EngineFailure,
    book: Rulebook,
    kind: SubjectKind,
    profile: DataProfile,
    session: EngineSession,
    dialect: str,
) -> EngineFailure:
    """Return an error that names the indicator or score line and the subject, if that can be found.

    Args:
        error: how the plan stopped.
        book: the compiled rules.
        kind: whose plan it was.
        profile: what the plan took for granted of the data.
        session: where the data is readable.
        dialect: the engine's.
    """

    def fails(part: Rulebook, subjects: Sequence[str] | None = None) -> bool:
        try:
            session.query(score_plan(part, kind, profile, subjects).sql(dialect))
        except EngineFailure as finding:
            return is_overflow(finding)
        return False

    culprit = next(((label, part) for label, part in _parts(book, kind) if fails(part)), None)
    if culprit is None:
        return error
    label, part = culprit
    table = book.ruleset.tables[kind.table]
    names = session.query(f'SELECT "{table.key}" AS id FROM "{table.name}" ORDER BY 1')
    left: list[str] = names.column(0).to_pylist()
    while len(left) > 1:
        half = left[: len(left) // 2]
        left = half if fails(part, half) else left[len(left) // 2 :]
    finding = Finding(
        "overflow",
        msg("“{label}” of {subject} is too large to be worked out exactly",
            label=label, subject=left[0] if left else "?"),
        hint=msg("look at the figures of its records: one of them cannot be meant"),
    )  # fmt: skip
    return EngineFailure(finding)


def _parts(book: Rulebook, kind: SubjectKind) -> Iterator[tuple[str, Rulebook]]:
    """Yield what is counted, what is worked out from that, and the lines, each by itself."""
    own = {n: r for n, r in book.indicators.items() if r.subject == kind}
    counted = {n: r for n, r in own.items() if r.table}
    bare = replace(
        book, criteria=[], standards={}, targets={}, facts=(), judgement=(), written={},
        formula_columns={}, profiles={}, audiences={},
    )  # fmt: skip
    for name, rule in counted.items():
        yield rule.spec.label, replace(bare, indicators={name: rule})
    compared = {r.id: r for r in references(book) if r.subject == kind}
    for name, rule in compared.items():
        known = {n: r for n, r in compared.items() if n in {name, *behind(book, name)}}
        yield rule.spec.label, replace(bare, indicators={**counted, **known})
    counted |= compared
    first = lines_first(book, kind)
    over = {n: r for n, r in own.items() if r.months}
    if over:
        bare = replace(bare, criteria=first)
        yield (
            "、".join(r.spec.label for r in over.values()),
            replace(bare, indicators={**counted, **over}),
        )
    for name, rule in own.items():
        if rule.value:
            yield rule.spec.label, replace(bare, indicators={**counted, **over, name: rule})
    for line in book.of_subject(kind):
        lines = [*first, *([line] if line not in first else [])]
        yield line.spec.label, replace(bare, indicators={**counted, **over}, criteria=lines)
