"""Writes the conditions of a ruleset as people say them, with the labels of the names in them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from rules_engine.conditions.formulas import by_name, counted_by
from rules_engine.conditions.parser import parse
from rules_engine.conditions.phrases import each, with_unit
from rules_engine.errors import NOWHERE
from rules_engine.messages import begun, clauses, listed, tr
from rules_engine.model.by_subject import BySubject
from rules_engine.model.plugin import Wording
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from rules_engine.model.by_subject import Varying
    from rules_engine.model.plugin import Method
    from rules_engine.plan.rules import CriterionRule

from functools import cached_property
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.scope import Symbol
from rules_engine.conditions.verbalizer import Verbalizer
from rules_engine.model.table import named
from rules_engine.plan.indicators import column_symbol, day_symbols
from rules_engine.plan.month_compiler import spoken_names
from rules_engine.plan.places import place_symbol, total_symbol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.conditions.scope import Rows
    from rules_engine.model.table import TableSchema
    from rules_engine.plan.rules import CriterionRule, Rulebook

Names = dict[str, Symbol]


class RulesetVerbalizer:
    """Puts the expressions of one ruleset into words."""

    def __init__(self, book: Rulebook) -> None:
        """Take a compiled ruleset; its expressions are known to be sound."""
        self.book = book
        self.document = book.ruleset.document

    @cached_property
    def subjects(self) -> dict[SubjectKind, Names]:
        """Return the names that standards and score lines use, of villages and of cadres."""
        return {kind: self._subject_names(kind) for kind in SubjectKind}

    @cached_property
    def facts(self) -> Names:
        """Return the names that the conditions of consequences use."""
        document = self.document
        facts = [_named(n, s.label) for n, s in document.standards.items()]
        facts += [_named(n, s.label) for n, s in document.consequences.items()]
        facts += [
            _named(f"{name}.veto", tr("“{label}” hits its veto", label=spec.label))
            for _, _, name, spec in document.criteria()
        ]
        facts.append(_named("any_veto", tr("any line hits its veto")))
        facts.append(_named("band", tr("the grade by score")))
        return by_name(facts)

    def of_subject(self, text: str, kind: SubjectKind = SubjectKind.VILLAGE) -> str:
        """Return a condition or value over a subject in words; a name alone is its label."""
        return self._say(text, self.subjects[kind])

    def of_records(self, text: str, table: str) -> str:
        """Return a condition or value over the records of a table in words."""
        schema = self.table(table)
        return self._say(text, self._table_names(schema)) if schema else text

    @cached_property
    def opposites(self) -> dict[str, str]:
        """Return how it is said that a line does not hit its veto, by the name of that fact."""
        opposites = {
            f"{name}.veto": tr("“{label}” does not hit its veto", label=spec.label)
            for _, _, name, spec in self.document.criteria()
        }
        return {**opposites, "any_veto": tr("no line hits its veto")}

    def of_facts(self, text: str) -> str:
        """Return the condition of a consequence in words."""
        grades = self.document.grades
        tree = parse(text, lambda _: NOWHERE, self.facts).copy()
        labelled = _with_labels(tree, {n: g.label for n, g in grades.items()})
        return Verbalizer(self.facts, self.opposites).write(labelled)

    def of_line(self, rule: CriterionRule) -> str:
        """Return the formula of a score line in words."""
        names = dict(self.subjects[rule.section.subject])
        measures = {n: s for n, s in self.book.symbols.items() if n.startswith(f"{rule.id}__")}
        for ranking in rule.rankings:
            places = {
                ranking.id: tr("place"),
                f"{ranking.id}_last": tr("place from the end"),
            }
            names |= {name: _named(name, label) for name, label in places.items()}
        return Verbalizer({**names, **measures}).write(rule.raw.tree) if rule.raw.tree else ""

    def ids(self, rows: Rows) -> dict[str, str]:
        """Return for each name or label that expressions over such rows use, the name itself."""
        names = self.subjects[rows] if isinstance(rows, str) else self._table_names(rows)
        return {key: symbol.name for key, symbol in names.items()}

    def table(self, name: str) -> TableSchema | None:
        """Return the table of a name or label."""
        return named(name, self.book.ruleset.tables.values())

    def rates(self, kind: SubjectKind) -> frozenset[str]:
        """Return the names and labels that are shares."""
        return frozenset(n for n, s in self.subjects[kind].items() if s.rate)

    def _say(self, text: str, names: Names) -> str:
        tree = parse(text, lambda _: NOWHERE, names)
        return Verbalizer(names, self.opposites).write(tree)

    def _subject_names(self, kind: SubjectKind) -> Names:
        table = self.book.ruleset.tables.get(kind.table)
        indicators = self.document.indicators
        known = [s for n, s in self.book.symbols.items() if n in indicators]
        own = [s for s in known if indicators[s.name].subject == kind]
        document = self.document
        known_of = ((n, s) for n, s in document.standards.items() if s.subject == kind)
        standards = [_named(n, s.label) for n, s in known_of]
        places = [place_symbol(n, s) for n, s in document.places.items() if s.subject == kind]
        lines = [_named(n, s.label) for _, _, n, s in document.criteria()] if places else []
        lines += [_named(n, s.label) for n, s in document.sections.items()] if places else []
        asked = [total_symbol(), _named("any_veto", tr("any line hits its veto")), *lines, *places]
        months = spoken_names() if any(s.part for s in indicators.values()) else {}
        return {
            **months,
            **by_name(asked),
            **(self._table_names(table) if table else {}),
            **by_name([*own, *standards]),
        }

    def _table_names(self, table: TableSchema) -> Names:
        columns = [column_symbol(c) for c in table.columns]
        return by_name([*self.book.parameters, *columns, *day_symbols(self.book.frame)])


def _named(name: str, label: str) -> Symbol:
    return Symbol(name, label, exp.false(), "boolean")


def _with_labels(tree: exp.Expr, labels: Mapping[str, str]) -> exp.Expr:
    """Return a condition in which ids of grades are replaced by what they are called."""
    for literal in list(tree.find_all(exp.Literal)):
        if literal.is_string and literal.name in labels:
            literal.replace(exp.Literal.string(labels[literal.name]))
    return tree


PEOPLE = "people"
"""The column of the standard tables whose unit is known: how many people came."""


def in_words(rule: CriterionRule, verbalizer: RulesetVerbalizer, method: Method | None) -> str:
    """Return how a line is scored: in its method's words, else as a formula."""
    if method is None or method.words is None:
        return tr("The points are {formula}", formula=verbalizer.of_line(rule))
    words: dict[str, list[str]] = {}
    for variant in rule.variants or (rule,):
        start = variant.spec.most_points if rule.kind == "score" else Decimal(0)
        text = begun(method.words(rule.fields, start, wording(variant, verbalizer)))
        words.setdefault(text, []).append(_row_name(rule.spec.points, variant.spec.points))
    if len(words) < 2:
        return next(iter(words))
    return clauses(
        tr("{label}: {reason}", label=listed(dict.fromkeys(names)), reason=text)
        for text, names in words.items()
    )


def _row_name(points: Varying, figure: Varying) -> str:
    """Return the values for which a line has its points, as they stand in its table."""
    if not isinstance(points, BySubject):
        return ""
    return listed(value for value, one in points.said(tr("all others")) if one == figure)


def wording(rule: CriterionRule, verbalizer: RulesetVerbalizer) -> Wording:
    """Return what the method may ask about the names that its fields use."""
    kind = rule.section.subject

    def label(name: str) -> str:
        schema = verbalizer.table(name)
        return schema.label if schema else name

    return Wording(
        say=cache(lambda text: verbalizer.of_subject(text, kind)),
        of_records=cache(lambda table, text: verbalizer.of_records(text, table)),
        table=label,
        each=lambda name: _each(name, verbalizer, kind),
        rates=verbalizer.rates(kind),
        spent=rule.kind == "score" and rule.floor == 0,
        full=rule.section.full(rule.spec),
        counted=lambda name, number: with_unit(_counted_table(name, verbalizer, kind), number),
    )


def _each(name: str, verbalizer: RulesetVerbalizer, kind: SubjectKind) -> str:
    columns = (c for table in verbalizer.book.ruleset.tables.values() for c in table.columns)
    if any(c.name == PEOPLE and name in (c.name, c.label) for c in columns):
        return tr("for each person")
    return each(_counted_table(name, verbalizer, kind))


def _counted_table(name: str, verbalizer: RulesetVerbalizer, kind: SubjectKind) -> str:
    """Return the table whose records an indicator, a sum of them or a table itself counts."""
    symbols = verbalizer.subjects[kind]
    table = None if name in symbols else verbalizer.table(name)
    if table is not None:
        return table.name
    return counted_by(parse(name, lambda _: NOWHERE, symbols), symbols)
