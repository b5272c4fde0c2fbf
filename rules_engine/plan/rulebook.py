"""Compiles every expression of a ruleset; what comes out is typed and ready to be planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.lexer import ENGLISH, other_reading, tokens_of
from rules_engine.conditions.parser import Refused, parse
from rules_engine.conditions.words import WORDS
from rules_engine.errors import Finding, Place
from rules_engine.messages import msg
from rules_engine.model.subjects import SubjectKind
from rules_engine.ruleset.grammar import named_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath

from typing import TYPE_CHECKING

from rules_engine.plan.consequence_conditions import compile_consequences
from rules_engine.plan.criteria import CriterionCompiler
from rules_engine.plan.indicators import IndicatorCompiler
from rules_engine.plan.month_compiler import check_users
from rules_engine.plan.monthly import with_months
from rules_engine.plan.payment_rules import compile_payments
from rules_engine.plan.place_compiler import PlaceCompiler, vetoes_by_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules_engine.model.frame import Frame
    from rules_engine.model.plugin import Method
    from rules_engine.plan.rules import Rulebook
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath


def compile_rules(
    ruleset: Ruleset, methods: Mapping[str, Method], frame: Frame
) -> tuple[Rulebook, list[Finding]]:
    """Compile a ruleset.

    Returns:
        The rulebook, whole only when none of the findings is an error, and all findings.
    """
    compiler = RulebookCompiler(ruleset, methods, frame)
    compiler.run()
    return compiler.book, list(dict.fromkeys(compiler.findings))


class RulebookCompiler(IndicatorCompiler):
    """Goes through a ruleset and compiles part by part; what is wrong goes to ``findings``."""

    def run(self) -> None:
        """Compile everything, in an order in which each part finds the names that it uses."""
        self.findings += [*reserved_names(self.ruleset), *reserved_labels(self.ruleset)]
        self.score_lines(self.document.sections)
        PlaceCompiler(self, SubjectKind.VILLAGE).compile(self.placed)
        PlaceCompiler(self, SubjectKind.CADRE).compile(
            [n for n, spec in self.document.standards.items() if not spec.subject.judged]
        )
        for name, target in self.document.targets.items():
            path: KeyPath = ("targets", name)
            share = self.expression(
                target.share, (*path, "share"), self.subject_scopes[SubjectKind.VILLAGE], "boolean"
            )
            among = self.optional(
                target.among, (*path, "among"), self.subject_scopes[SubjectKind.VILLAGE], "boolean"
            )
            if share:
                self.book.targets[name] = share, among
        self.book.payments = compile_payments(self)
        self.book.facts, self.book.judgement, findings = compile_consequences(
            self.ruleset, self.book.placed
        )
        self.findings += [*findings, *vetoes_by_place(self, self.book.judgement)]
        cadres = self.book.cadres
        cadres.facts, cadres.judgement, findings = compile_consequences(
            self.ruleset, kind=SubjectKind.CADRE
        )
        self.findings += findings
        self.findings += check_users(self.book)
        with_months(self.book, self.findings, self.month)

    def month(self, frame: Frame, sections: Iterable[str]) -> tuple[Rulebook, list[Finding]]:
        """Compile some sections for a month; what is put right is seen as here."""
        last = self.book.frame.as_of
        later = last if last > frame.as_of else None
        compiler = RulebookCompiler(self.ruleset, self.methods, frame, later)
        compiler.calendar = compiler.book.calendar = self.calendar
        compiler.book.expansions = self.book.expansions
        compiler.score_lines(sections)
        return compiler.book, compiler.findings

    def score_lines(self, sections: Iterable[str]) -> None:
        """Compile the lines of some sections, and everything that they may rest on."""
        self.names()
        for section_id in sections:
            section = self.document.sections[section_id]
            self.audience(section_id, section)
            for name in section.criteria:
                rule = CriterionCompiler(self, section_id, section, name).compile()
                if rule is not None:
                    self.book.criteria.append(rule)


OURS = frozenset({"as_of", "period_start", "period_end", "any_veto", "band", "subject_id", "grp"})


def reserved_names(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield ids that are words of SQL or of ours, or hold the mark that parts of names take."""
    for path in _named(ruleset):
        name = str(path[-1])
        word = path[0] == "places" and name in ENGLISH
        if word or name in OURS or "__" in name or not _can_be_named(name):
            yield Finding(
                "reserved-name",
                msg("“{name}” cannot be an id: it means something else in a condition", name=name),
                ruleset.source.place(path, key=True),
                msg(
                    "take another id, such as {name}_1 (with no two underlines together)",
                    name=name.replace("__", "_"),
                ),
            )


def reserved_labels(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield labels that are words of conditions, or can be read as words and other labels."""
    for path in _named(ruleset):
        place, label = (*path, "label"), ruleset.source.scalars.get((*path, "label"), "").strip()
        if label in WORDS or label.lower() in ENGLISH:
            yield Finding(
                "reserved-name",
                msg("“{name}” cannot be a label: it is a word of conditions", name=label),
                ruleset.source.place(place),
                msg("say in the label what it is"),
            )
        elif _is_figure(label):
            yield Finding(
                "reserved-name",
                msg("“{name}” cannot be a label: in conditions it is a number or a day",
                    name=label),
                ruleset.source.place(place),
                msg("say in the label what it is"),
            )  # fmt: skip
        elif other := other_reading(label, ruleset.names):
            yield Finding(
                "two-readings",
                msg("“{label}” is taken as this label, though “{other}” could be meant",
                    label=label, other=other),
                ruleset.source.place(place),
                msg("take another label; where the words are meant, put spaces between them"),
                "warning",
            )  # fmt: skip


def _is_figure(label: str) -> bool:
    pieces = tokens_of(label, ())
    return len(pieces) == 1 and pieces[0].kind in ("number", "day")


def _named(ruleset: Ruleset) -> Iterator[KeyPath]:
    document = ruleset.document
    yield from (path for path, _ in named_parts(document))
    for section, _, name, _ in document.criteria():
        yield ("sections", section, "criteria", name)
    for table, spec in document.tables.items():
        yield from (("tables", table, "columns", name) for name in (spec.columns if spec else ()))


def _can_be_named(name: str) -> bool:
    try:
        tree = parse(f"{name} > {name}", lambda offset: Place())
    except Refused:
        return False
    sides = (tree.this, tree.args.get("expression"))
    return all(isinstance(side, exp.Column) for side in sides)
