"""Builds the one view model that reporters show."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from rules_engine.conditions import numbers
from rules_engine.messages import begun, listed, tr
from rules_engine.model.assessment import (
    AssessmentReport,
    Assumption,
    Grade,
    RunInfo,
    TargetResult,
)
from rules_engine.model.figures import MINUS
from rules_engine.plan.defaults import defaults
from rules_engine.plan.grading import CADRE_RESULTS, LINES, RESULTS
from rules_engine.plan.open_grading import SIGNED
from rules_engine.plan.places import PLACES
from rules_engine.plan.totals import BAND_SIGNS
from rules_engine.report.shares import trimmed
from rules_engine.ruleset.grammar import Grammar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules_engine.errors import Finding
    from rules_engine.model.dataset import Dataset
    from rules_engine.model.plugin import Method
    from rules_engine.plan.rules import Rulebook
    from rules_engine.report.reader import ResultReader
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath


def build_report(
    run: RunInfo,
    reader: ResultReader,
    dataset: Dataset,
    findings: Sequence[Finding],
    assumptions: Sequence[Assumption],
    *,
    evidence: bool = False,
    lines: bool = True,
    settings: Mapping[str, Any] | None = None,
) -> AssessmentReport:
    """Return the report of a finished assessment; its subjects are read as they are shown."""
    return AssessmentReport(
        run=run,
        findings=tuple(findings),
        targets=targets(reader),
        grades=grade_counts(reader),
        criteria=reader.lines.criteria(),
        villages=reader.villages(evidence=evidence, lines=lines),
        cadres=reader.cadres(evidence=evidence, lines=lines),
        assumptions=tuple(assumptions),
        quarantine=dataset.quarantine,
        pay=reader.payments.sums(reader.document.kinds),
        blocked=reader.blocked(),
        settings=settings or {},
    )


def grade_counts(reader: ResultReader) -> tuple[Grade, ...]:
    """Return the grades, best first, with how many villages and cadres got each."""
    document = reader.document
    villages = _counts(reader, f'"{RESULTS}"')
    cadres = _counts(reader, CADRE_RESULTS) if document.responsibility else {}
    own = document.responsibility.grades if document.responsibility else None
    names = {spec.label: name for name, spec in (own or document.grades).items()}
    places = list(own or document.grades)
    result = []
    for index, (name, spec) in enumerate(document.grades.items()):
        cadre_name = names.get(spec.label)
        cadre_count = cadres.get(places.index(cadre_name), 0) if cadre_name else 0
        result.append(
            Grade(
                name,
                spec.label,
                spec.from_,
                spec.quota,
                villages.get(index, 0),
                cadre_count,
                spec.places,
            )
        )
    return tuple(result)


def _counts(reader: ResultReader, table: str) -> dict[int, int]:
    values = reader.session.query(f"SELECT * FROM {table} LIMIT 0").column_names
    sign = SIGNED in values
    grade = f"CASE WHEN length({SIGNED}) = 1 THEN {SIGNED} END" if sign else "grade"
    query = f"SELECT {grade} AS grade, count(*) AS n FROM {table} GROUP BY 1"
    rows = reader.session.query(query).to_pylist()
    return {
        BAND_SIGNS.index(row["grade"]) if sign else row["grade"]: row["n"]
        for row in rows
        if row["grade"] is not None
    }


def targets(reader: ResultReader, lines: str = LINES) -> tuple[TargetResult, ...]:
    """Return how the targets for the whole town stand; unknown subjects leave them open.

    Args:
        reader: the results.
        lines: the table that says of each village which standards it meets.
    """
    result = []
    for name, spec in reader.document.targets.items():
        _, among = reader.book.targets[name]
        counted, meets = f'"t__{name}"' if among else "true", f'"s__{spec.share}"'
        row = reader.session.query(
            f"SELECT count(*) FILTER (WHERE {counted}) AS total, "
            f"count(*) FILTER (WHERE {counted} AND {meets}) AS met, "
            f"count(*) FILTER (WHERE {counted} AND {meets} IS NULL) AS unknown, "
            f"count(*) FILTER (WHERE {counted} IS NULL AND {meets} IS NOT TRUE) AS against, "
            f"count(*) FILTER (WHERE {counted} IS NULL AND {meets} IS NOT FALSE) AS for_it "
            f"FROM {_standards_of(reader.book, spec.share, lines)}"
        ).to_pylist()[0]
        total, met, unknown = row["total"], row["met"], row["unknown"]
        worst = met >= spec.at_least * (total + row["against"])
        best = met + unknown + row["for_it"] >= spec.at_least * (total + row["for_it"])
        unit = 10**numbers.RATE
        share = (2 * met * unit + total) // (2 * total) if total else 0
        reached = worst if worst == best else None
        result.append(
            TargetResult(
                id=name,
                label=spec.label,
                met=met,
                unknown=unknown,
                total=total,
                share=trimmed(numbers.unscaled(share, numbers.RATE)),
                required=spec.at_least,
                reached=reached if total else None,
                clauses=reader.lines.clauses(spec.clause),
            )
        )
    return tuple(result)


def _standards_of(book: Rulebook, standard: str, lines: str) -> str:
    """Return what says which villages meet a standard: places say it of those that rest on them."""
    places = f' JOIN "{PLACES}" USING (subject_id)' if standard in book.placed else ""
    return f'"{lines}"{places}'


def assumptions(ruleset: Ruleset, methods: Mapping[str, Method]) -> list[Assumption]:
    """Return every ``assumed:`` of the ruleset, in the order of the file."""
    results: list[Assumption] = []
    _collect(ruleset.source.value, (), results, ruleset, Grammar(methods))
    return results


def by_default(book: Rulebook) -> list[Assumption]:
    """Return what the ruleset does not say and the language decides, where it matters."""
    return [
        Assumption(
            begun(d.where), d.value, begun(tr("not said, so by default {rule}", rule=d.text)), True
        )
        for d in defaults(book)
    ]


def _collect(
    value: object,
    path: KeyPath,
    assumptions: list[Assumption],
    ruleset: Ruleset,
    grammar: Grammar,
    around: str = "",
) -> None:
    """Note what is assumed; ``around`` is the label of what a row of a list belongs to."""
    if isinstance(value, list):
        for index, row in enumerate(value):
            _collect(row, (*path, index), assumptions, ruleset, grammar, around)
    if not isinstance(value, dict):
        return
    reason = value.get("assumed")
    label = str(value.get("label") or around or _path_text(path, ruleset, grammar))
    if around and label != around:
        label = tr("{label}: {reason}", label=around, reason=label)
    if isinstance(reason, str):
        title = label or ruleset.document.title
        assumptions.append(Assumption(title, _figures(value, path, ruleset), reason))
    elif isinstance(reason, dict):
        for key, text in reason.items():
            where = _key_text((*path, key), ruleset, grammar)
            where = tr("{label}: {reason}", label=label, reason=where) if label else where
            shown = _figures({key: value.get(key)}, path, ruleset)
            assumptions.append(Assumption(where, shown, str(text)))
    for key, inner in value.items():
        if key != "assumed":
            inside = label if isinstance(inner, list) else ""
            _collect(inner, (*path, str(key)), assumptions, ruleset, grammar, inside)


def _path_text(path: KeyPath, ruleset: Ruleset, grammar: Grammar) -> str:
    """Return what a part without a label is called, from the outside in."""
    steps = [_key_text(path[:end], ruleset, grammar) for end in range(1, len(path) + 1)]
    first, *rest = map(begun, steps or [""])
    return reduce(lambda one, inner: tr("{label}: {reason}", label=one, reason=inner), rest, first)


def _key_text(path: KeyPath, ruleset: Ruleset, grammar: Grammar) -> str:
    at = grammar.at(ruleset.source.value, path)
    return str(path[-1]) if at is None or at.entry else at.label()


def _figures(value: object, path: tuple[object, ...], ruleset: Ruleset) -> str:
    """Return the numbers written in a part, as they are written, without repeats."""
    from decimal import Decimal

    texts: list[str] = []

    def walk(node: object, at: tuple[object, ...]) -> None:
        if isinstance(node, dict):
            for key, inner in node.items():
                if key not in ("assumed", "criteria"):
                    walk(inner, (*at, key))
        elif isinstance(node, list):
            for index, inner in enumerate(node):
                walk(inner, (*at, index))
        elif isinstance(node, Decimal):
            text = ruleset.source.scalars.get(at, str(node))  # type: ignore[arg-type]  # a path
            texts.append(text.replace("-", MINUS))

    walk(value, path)
    return listed(dict.fromkeys(texts))
