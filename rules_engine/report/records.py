"""The records behind score lines, and what measures with classes count them as."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from rules_engine.conditions import numbers
from rules_engine.conditions.fractions import shown
from rules_engine.engines import written
from rules_engine.messages import tr
from rules_engine.model import figures
from rules_engine.model.assessment import Evidence
from rules_engine.model.numerals import in_order
from rules_engine.model.plugin import Tally
from rules_engine.plan.evidence import evidence_plan, shown_columns, tally_plan
from rules_engine.plan.month_steps import indicators_behind
from rules_engine.plan.totals import scored_by_formula

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.model.table import ColumnType
    from rules_engine.plan.rules import IndicatorRule, Rulebook
    from rules_engine.report.working import Tallies

Row: TypeAlias = "Mapping[str, Any]"
Records: TypeAlias = "Mapping[tuple[str, str], Sequence[Evidence]]"
"""For an indicator and a subject, the records that the indicator looked at."""


def evidence(
    book: Rulebook,
    kind: SubjectKind,
    subjects: Sequence[str],
    session: EngineSession,
    tables: Collection[str],
    criterion: str | None = None,
) -> Records:
    """Return the records behind the lines of some subjects, a query an indicator.

    Args:
        book: the compiled rules.
        kind: whether they are villages or cadres.
        subjects: their ids.
        session: where the records are readable.
        tables: the names of those that are there.
        criterion: one line, by id or label; ``None``: all of them.
    """
    known = book.indicators
    rules = book.of_subject(kind)
    lines = scored_by_formula([r for r in rules if criterion in (None, r.id, r.spec.label)])
    names = {name for line in lines for name in line.indicators}
    vetoes = [r.veto for r in rules if r.veto and criterion in (None, r.id, r.spec.label)]
    names |= {name for veto in vetoes for name in veto.indicators}
    if kind.judged and criterion is None:
        facts = {fact.name for fact in book.facts}
        behind = [s for name, s in book.all_standards.items() if name in facts]
        names |= {name for standard in behind for name in standard.indicators}
    used = {name: known[name] for name in indicators_behind(book, names, lines=False)}
    used |= {
        twin: replace(
            known[name],
            put_right=known[twin].put_right,
            known_until=known[twin].known_until,
        )
        for line in lines
        for name, twin in line.counterparts.items()
    }
    records: dict[tuple[str, str], list[Evidence]] = {}
    for name, rule in sorted(used.items()):
        if rule.table is None or rule.table.name not in tables:
            continue
        query = written(evidence_plan(rule, subjects))
        rows = session.query(query).to_pylist()
        for record in sorted(rows, key=lambda r: (r["on"] or "", in_order(r["record_id"]))):
            records.setdefault((name, record["subject_id"]), []).append(_evidence(rule, record))
    return records


def tallies(
    book: Rulebook,
    kind: SubjectKind,
    subjects: Sequence[str],
    session: EngineSession,
    tables: Collection[str],
) -> Tallies:
    """Return the records of measures with classes by what they count as."""
    results: dict[tuple[str, str], list[Tally]] = {}
    for name, rule in book.indicators.items():
        if not rule.classes or rule.subject != kind or rule.table is None:
            continue
        if "__righted_" in name or rule.table.name not in tables:
            continue
        assert rule.measured is not None
        results |= {(name, subject): [] for subject in subjects}
        query = written(tally_plan(rule, subjects))
        for row in session.query(query).to_pylist():
            values = tuple(bool(row[f"f{n}"]) for n in range(len(rule.factors)))
            total = numbers.unscaled(row["total"] or 0, shown(rule.measured).scale)
            tally = Tally(row["class_"], values, row["records"], total, row.get("stage", 0))
            results[name, row["subject_id"]].append(tally)
    return {key: tuple(tallies) for key, tallies in results.items()}


def _evidence(rule: IndicatorRule, record: Row) -> Evidence:
    assert rule.table is not None
    detail = tuple(
        tr("{label}: {reason}", label=c.label, reason=_plain(record[f"c__{c.name}"], c.type))
        for c in shown_columns(rule)
    )
    if record.get("nth") and record["counted"]:
        detail = (*detail, tr("counted as no. {number}", number=record["nth"]))
    if record.get("righted"):
        detail = (*detail, tr("put right"))
    return Evidence(
        record_id=record["record_id"],
        table=rule.table.label,
        on=record["on"] or "",
        indicator=rule.spec.label,
        counted=bool(record["counted"]),
        detail=detail,
        rate=rule.of is not None,
        stated=bool(rule.stated),
    )


def _plain(value: object, kind: ColumnType) -> str:
    if value is None or value == "":
        return tr("not filled in")
    if kind == "boolean":
        return tr("yes") if value == "true" else tr("no")
    if kind in ("date", "timestamp"):
        return figures.moment(str(value))
    return figures.plain(Decimal(str(value))) if kind == "decimal" else str(value)
