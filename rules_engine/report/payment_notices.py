"""Tells of money that cannot be told or divided, which only the data can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.errors import Finding
from rules_engine.messages import listed, msg
from rules_engine.model.sql_text import literal
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.payouts import PAYOUTS, shared_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.report.reader import ResultReader

SHOWN = 5
"""How many villages are named."""


def payment_findings(reader: ResultReader) -> Iterator[Finding]:
    """Yield warnings about posts without a factor, and shares that nobody gets.

    Args:
        reader: the results.
    """
    if reader.document.responsibility is not None:
        yield from _posts(reader)
        yield from _unshared(reader)


def _posts(reader: ResultReader) -> Iterator[Finding]:
    for rule in reader.book.paid(SubjectKind.CADRE):
        if not rule.spec.posts or rule.spec.others is not None:
            continue
        known = ", ".join(map(literal, rule.spec.posts))
        rows = reader.session.query(
            f'SELECT post, count(*) AS n FROM "{SubjectKind.CADRE.results}" '
            f"WHERE post IS NULL OR post NOT IN ({known}) GROUP BY post ORDER BY post"
        ).to_pylist()
        for row in rows:
            yield Finding(
                "post-without-factor",
                msg("“{label}” says nothing of the post “{post}”, which {count} cadres have: what "
                    "they get is open", label=rule.spec.label, post=row["post"] or "",
                    count=row["n"]),
                hint=msg("add the post to the ruleset, or write others: for all others"),
                severity="warning",
            )  # fmt: skip


def _unshared(reader: ResultReader) -> Iterator[Finding]:
    for rule in shared_rules(reader.book):
        rows = reader.session.query(
            f'SELECT subject_id, name FROM "{SubjectKind.VILLAGE.results}" AS r '
            f'WHERE "pay__{rule.spec.share_of}" <> 0 AND NOT EXISTS (SELECT 1 FROM "{PAYOUTS}" '
            f"AS p WHERE p.village_id = r.subject_id AND p.payment = {literal(rule.payment)} "
            f"AND p.part = {literal(rule.id)}) ORDER BY subject_id"
        ).to_pylist()
        if rows:
            named = [reader.title(SubjectKind.VILLAGE, r["subject_id"], r["name"])
                     for r in rows[:SHOWN]]  # fmt: skip
            names = listed(named) + ("…" if len(rows) > SHOWN else "")
            yield Finding(
                "unshared-pay",
                msg("“{label}” is divided among nobody in {count} {assessed_many}, where nobody "
                    "holds a role with a factor: {names}", label=rule.spec.label,
                    count=len(rows), names=names),
                hint=msg("see whether assignments are missing; else say who gets it"),
                severity="warning",
            )  # fmt: skip
