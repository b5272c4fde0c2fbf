"""Compiles every expression of a ruleset; what comes out is typed and ready to be planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.plan.consequence_conditions import compile_consequences
from rules_engine.plan.criteria import CriterionCompiler
from rules_engine.plan.indicators import IndicatorCompiler
from rules_engine.plan.monthly import with_months
from rules_engine.plan.reserved import reserved_labels, reserved_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules_engine.errors import Finding
    from rules_engine.model.frame import Frame
    from rules_engine.model.plugin import Method
    from rules_engine.plan.rules import Rulebook
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.positions import KeyPath


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
        for name, target in self.document.targets.items():
            path: KeyPath = ("targets", name)
            share = self.expression(
                target.share, (*path, "share"), self.subject_scopes["village"], "boolean"
            )
            among = self.optional(
                target.among, (*path, "among"), self.subject_scopes["village"], "boolean"
            )
            if share:
                self.book.targets[name] = share, among
        self.book.facts, self.book.judgement, found = compile_consequences(self.ruleset)
        self.findings += found
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
