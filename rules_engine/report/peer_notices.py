"""Tells for whom it is not known what they have, so that nobody can be compared with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.engines import written
from rules_engine.errors import Finding
from rules_engine.messages import listed, msg
from rules_engine.plan.peer_steps import lacking
from rules_engine.plan.peers import references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.messages import Message
    from rules_engine.model.dataset import Dataset
    from rules_engine.plan.rules import IndicatorRule, PeersRule
    from rules_engine.report.reader import ResultReader

SHOWN = 5
"""How many subjects are named."""


def peer_findings(reader: ResultReader, dataset: Dataset) -> Iterator[Finding]:
    """Yield warnings about references that are not known, or that go over too few.

    Args:
        reader: the results.
        dataset: their records.
    """
    for rule in references(reader.book):
        if rule.peers is None or rule.subject not in reader.document.kinds:
            continue
        yield from _lacking(reader, rule, rule.peers)
        data = dataset.tables.get(rule.subject.table)
        count = sum(data.quarantined.values()) if data else 0
        if data and count and not rule.month:
            yield _finding(
                reader, rule, "subject-kept-out",
                msg("{count} rows of “{table}” were kept out: “{label}” goes over those who were "
                    "taken in", count=count, table=data.schema.label, label=rule.spec.label),
                msg("correct these rows and assess again"),
            )  # fmt: skip


def _lacking(reader: ResultReader, rule: IndicatorRule, peers: PeersRule) -> Iterator[Finding]:
    """Yield of whom it cannot be told whether they count, or what they have."""
    rows = reader.session.query(
        f'SELECT subject_id, name FROM "{rule.subject.lines}" WHERE {written(lacking(peers))} '
        "ORDER BY subject_id"
    ).to_pylist()
    if rows:
        names = [reader.title(rule.subject, r["subject_id"], str(r["name"])) for r in rows[:SHOWN]]
        yield _finding(
            reader, rule, "peers-unknown",
            msg("“{label}” is not known for those who are compared with {count} of whom it is not "
                "known what they have: {names}", label=rule.spec.label, count=len(rows),
                names=listed([*names, *["…"] * (len(rows) > SHOWN)])),
            msg("complete the data, or say with “among” who does not count"),
        )  # fmt: skip


def _finding(
    reader: ResultReader, rule: IndicatorRule, code: str, message: Message, hint: Message
) -> Finding:
    name = rule.id.removesuffix(f"__{rule.month}") if rule.month else rule.id
    place = reader.book.ruleset.source.place(("indicators", name), key=True)
    return Finding(code, message, place, hint, "warning")
