"""Guards the rights of those who petition: what a ruleset may not count, hold or reward."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from rules_engine.checks.stopping import stopping_in
from rules_engine.dataset.names import names_a_person
from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.ruleset.grammar import ROOT, Grammar, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath

PETITIONERS = re.compile(
    "信访人|上访人|来访人|缠访人|访民|[信上来]访(?:户|群众|人员)|petitioner", re.IGNORECASE
)
PETITIONS = ("cases", "visits")
OFFICIAL_TABLES = frozenset({"cadres", "villages", "assignments", "duties"})


def check_rights(ruleset: Ruleset, methods: Mapping[str, Method]) -> list[Finding]:
    """Return findings for what stops people or identifies them.

    Rules that punish lawful petitions are found by the compiler, which knows what is counted.
    """
    findings = []
    grammar = Grammar(methods)
    for path, text in _called(ruleset):
        word = stopping_in(text, partial(_of_petitions, ruleset, grammar, path))
        if word:
            findings.append(
                Finding(
                    "rights-stopping",
                    msg("“{label}” counts watching or stopping people (“{word}”)",
                        label=text, word=word),
                    ruleset.source.place(path),
                    msg("assess how matters were settled, never how people were held back"),
                )
            )  # fmt: skip
    findings += [*_clauses(ruleset), *_called_petitioners(ruleset)]
    for table, spec in ruleset.document.tables.items():
        if spec is None or table in OFFICIAL_TABLES:
            continue
        for name, column in spec.columns.items():
            if names_a_person(name) or names_a_person(column.label or ""):
                findings.append(
                    Finding(
                        "rights-personal-column",
                        msg("column “{name}” would identify a petitioner", name=name),
                        ruleset.source.place(("tables", table, "columns", name), key=True),
                        msg("a case is known by its number; remove the column"),
                    )
                )
    return findings


def _clauses(ruleset: Ruleset) -> Iterator[Finding]:
    for name, clause in ruleset.clauses.clauses.items():
        word = clause.status == "encoded" and stopping_in(clause.gist, lambda: True)
        if word:
            yield Finding(
                "rights-stopping",
                msg("clause “{name}” asks for watching or stopping people (“{word}”)",
                    name=name, word=word),
                ruleset.clause_source.place(("clauses", name, "gist")),
                msg("see that nothing of it is scored; a clause of that kind is excluded"),
                "warning",
            )  # fmt: skip


def _called(ruleset: Ruleset) -> Iterator[tuple[KeyPath, str]]:
    """Yield what readers and records call something: title, labels, values of columns, names."""
    for path, text in ruleset.source.scalars.items():
        if path[-1:] == ("label",) or path == ("title",) or "values" in path:
            yield path, text
    grouped = {key for key, at in Grammar().fields(ROOT).items() if at.holds_parts}
    for path in ruleset.source.keys:
        if path[0] in grouped and not str(path[-1]).isascii():
            yield path, str(path[-1])


def _of_petitions(ruleset: Ruleset, grammar: Grammar, path: KeyPath) -> bool:
    """Return whether what a label names is counted in records of petitions, or is one of them."""
    document = ruleset.document
    if path[0] == "tables":
        return path[1] in PETITIONS
    if path[0] == "indicators":
        spec = document.indicators.get(str(path[1]))
        return spec is not None and _counts_petitions(ruleset, spec.from_)
    if path[0] == "sections" and len(path) > 3:
        section = document.sections.get(str(path[1]))
        line = section.criteria.get(str(path[3])) if section else None
        fields = line.model_extra or {} if line else {}
        text = str(list(fields.values()))
        root = ruleset.source.value
        written = grammar.walk(value_at(root, path[:4]), grammar.at(root, path[:4]))
        if any(
            _counts_petitions(ruleset, value)
            for _, value, at in written
            if at and at.facts.holds == "table"
        ):
            return True
        return any(
            _counts_petitions(ruleset, spec.from_) and re.search(
                rf"(?<!\w){re.escape(name)}(?!\w)|{re.escape(spec.label)}", text
            )
            for name, spec in document.indicators.items()
        )  # fmt: skip
    return False


def _counts_petitions(ruleset: Ruleset, table: object) -> bool:
    return any(table in (t.name, t.label) for n, t in ruleset.tables.items() if n in PETITIONS)


def _called_petitioners(ruleset: Ruleset) -> list[Finding]:
    """Return a finding where those assessed are called petitioners, or people to be watched."""
    assessed, villages = ruleset.document.assessed, ruleset.document.tables.get("villages")
    labels: list[tuple[KeyPath, str | None]] = []
    if assessed:
        labels += [(("assessed",), text) for text in (assessed.zh, assessed.en)]
    labels.append((("tables", "villages", "label"), villages.label if villages else None))
    return [
        Finding(
            "petitioners-assessed",
            msg("“{noun}” would make petitioners those who are assessed", noun=text),
            ruleset.source.place(path),
            msg("assessed are villages, units and officials, never those who petition"),
        )
        for path, text in labels
        if text and (PETITIONERS.search(text) or stopping_in(text, lambda: True))
    ]
