"""Turns the conditions of consequences into facts and rules for judgement.

Such a condition is a boolean expression over a few words, so it is brought into a list of
alternatives, each of which is a list of facts that must hold.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.parser import Refused, parse, start_of
from rules_engine.errors import Finding, Place
from rules_engine.messages import NO_MESSAGE, Message, listed, msg
from rules_engine.model.candidates import nearest_hint, with_id
from rules_engine.model.judgement import FALSE, TRUE, UNKNOWN, Fact, JudgementRule
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath

Alternative = frozenset[tuple[str, str]]
Named = tuple[str, str, str]
"""A label, the id that has it, and the part of the ruleset in which it stands."""
MOST_ALTERNATIVES = 64
GRADE_WORDS = frozenset({"grade", "grades", "等次", "考核等次", "等级", "档次", "分数等次"})
PLACE_WORDS = frozenset({"rank", "ranking", "place", "名次", "排名", "位次"})
POINT_WORDS = frozenset({"score", "points", "total", "得分", "总分", "分数", "总得分"})
"""What people write for what a consequence knows by another name, or not at all."""


def compile_consequences(
    ruleset: Ruleset, placed: Collection[str] = (), kind: SubjectKind = SubjectKind.VILLAGE
) -> tuple[tuple[Fact, ...], tuple[JudgementRule, ...], list[Finding]]:
    """Compile all consequences for a kind of subjects.

    Args:
        ruleset: the ruleset.
        placed: the standards that rest on places.
        kind: of whom.

    Returns:
        The facts that the plan must state, those that places state last, the rules, and findings.
    """
    findings: list[Finding] = []
    reader = _ConditionReader(ruleset, kind)
    rules: list[JudgementRule] = []
    for name, spec in ruleset.document.consequences.items():
        path: KeyPath = ("consequences", name, "when")
        if spec.subject != kind:
            continue
        try:
            alternatives = reader.read(spec.when, path)
        except Refused as refused:
            findings.append(refused.finding)
            continue
        rules += [JudgementRule(name, tuple(sorted(a))) for a in alternatives]
    used = {fact for rule in rules for fact, _ in rule.needs}
    facts = tuple(
        sorted(
            (fact for name, fact in reader.facts.items() if name in used),
            key=lambda fact: fact.name in placed,
        )
    )
    return facts, tuple(rules), findings


class _ConditionReader:
    def __init__(self, ruleset: Ruleset, kind: SubjectKind) -> None:
        document = ruleset.document
        self.source = ruleset.source
        own = {
            part: {n: s for n, s in getattr(document, part).items() if s.subject == kind}
            for part in ("standards", "consequences")
        }
        self.consequences = set(own["consequences"])
        self.named: defaultdict[str, set[Named]] = defaultdict(set)
        for part, specs in own.items():
            for name, spec in specs.items():
                for called in (name, spec.label):
                    self.named[called].add((spec.label, name, part))
        vetoes = [f"{c}.veto" for _, _, c, spec in document.criteria() if spec.veto]
        vetoes = vetoes if kind.judged else []
        grades = document.grades_of(kind)
        self.grades: defaultdict[str, set[Named]] = defaultdict(set)
        for name, grade in grades.items():
            for called in (name, grade.label):
                self.grades[called].add((grade.label, name, "grades"))
        counted = {**document.indicators, **document.parameters}
        self.counted = {*counted, *(spec.label for spec in counted.values())}
        self.facts = {name: Fact(name) for name in own["standards"]}
        self.facts |= {name: Fact(name) for name in vetoes}
        if vetoes:
            self.facts["any_veto"] = Fact("any_veto")
        self.facts["band"] = Fact("band", (*grades, UNKNOWN))

    def read(self, text: str, path: KeyPath) -> list[Alternative]:
        self.where: Callable[[int], Place] = lambda at: self.source.place_in(path, text, at)
        self.own = str(path[1])
        tree = parse(text, self.where, {*self.facts, *self.named})
        consistent = self.alternatives(tree, wanted=True)
        if not consistent:
            hint = msg("it asks for two things of which only one can be so")
            raise self.refusal("never-true", msg("“{text}” can never be true", text=text), hint)
        return consistent

    def refusal(
        self,
        code: str,
        message: Message,
        hint: Message = NO_MESSAGE,
        node: exp.Expr | None = None,
    ) -> Refused:
        at = start_of(node) if node is not None else None
        return Refused(Finding(code, message, self.where(at or 0), hint))

    def alternatives(self, node: exp.Expr, *, wanted: bool) -> list[Alternative]:
        if isinstance(node, exp.Paren):
            return self.alternatives(node.this, wanted=wanted)
        if isinstance(node, exp.Not):
            return self.alternatives(node.this, wanted=not wanted)
        if isinstance(node, exp.And | exp.Or):
            sides = [self.alternatives(n, wanted=wanted) for n in (node.this, node.expression)]
            if isinstance(node, exp.And) == wanted:
                return self.possible(a | b for a, b in product(*sides))
            return self.possible(sides[0] + sides[1])
        if isinstance(node, exp.Column):
            return [self.word(node, wanted=wanted)]
        if isinstance(node, exp.EQ | exp.NEQ) and _is_band(node.this):
            chosen = {self.grade(node.expression)}
            return self.bands(chosen, wanted=wanted == isinstance(node, exp.EQ))
        if isinstance(node, exp.In) and node.expressions and _is_band(node.this):
            chosen = {self.grade(item) for item in node.expressions}
            return self.bands(chosen, wanted=wanted)
        raise self.refusal(
            "forbidden-sql",
            msg("“{sql}” is not allowed in the condition of a consequence", sql=node.sql()[:60]),
            self.instead(node),
            node,
        )

    def instead(self, node: exp.Expr) -> Message:
        """Return what to write instead of what cannot be asked here."""
        names = {".".join(part.name for part in c.parts) for c in node.find_all(exp.Column)}
        grade = next((label for bands in self.grades.values() for label, _, _ in bands), "")
        if "band" in names:
            return msg("write band = '{grade}', band <> '{grade}' or band in ('{grade}', …)",
                       grade=grade)  # fmt: skip
        if names & GRADE_WORDS:
            return msg("the grade that the score gives is called band: write band = '{grade}'",
                       grade=grade)  # fmt: skip
        if names & PLACE_WORDS:
            return msg("places cannot be asked for here: a grade with “quota” takes the first "
                       "ones, and a line with the method rank gives points for places")  # fmt: skip
        if names & POINT_WORDS:
            return msg("points cannot be asked for here: give a grade its “from”, and write "
                       "band = '{grade}'", grade=grade)  # fmt: skip
        named = next((n for n in sorted(names) if n in self.named or n in self.facts), None)
        if named is not None and isinstance(node, exp.Predicate):
            return msg("a standard or a veto stands by itself: write {name}, or not {name}",
                       name=named)  # fmt: skip
        if names & self.counted:
            return msg("say it under standards, and name the standard here")
        return msg(
            "allowed are standards, <criterion>.veto, any_veto, band, consequences, and/or/not"
        )

    def possible(self, alternatives: Iterable[Alternative]) -> list[Alternative]:
        """Return those that do not ask for two values of one fact, each once and not too many."""
        consistent = [a for a in alternatives if len({name for name, _ in a}) == len(a)]
        kept = list(dict.fromkeys(consistent))
        if len(kept) > MOST_ALTERNATIVES:
            hint = msg("give parts of it a name, as standards")
            raise self.refusal("too-many-alternatives", msg("the condition is too involved"), hint)
        return kept

    def one(self, known: Mapping[str, set[Named]], name: str, node: exp.Expr) -> str:
        """Return the id of what a name or label stands for, or the name where it is not known.

        No consequence asks for itself, so that it may be called as the standard it follows from.
        """
        itself = (self.own, "consequences")
        others = sorted(named for named in known.get(name, ()) if named[1:] != itself)
        if len(others) > 1:
            raise self.refusal(
                "ambiguous-name",
                msg("“{name}” could be several things", name=name),
                msg("it names {names}: use the id, or give one of them another name",
                    names=listed(with_id(label, id) for label, id, _ in others)),
                node,
            )  # fmt: skip
        return others[0][1] if others else name

    def word(self, node: exp.Column, *, wanted: bool) -> Alternative:
        name = self.one(self.named, ".".join(part.name for part in node.parts), node)
        if name in self.consequences:
            if not wanted:
                raise self.refusal(
                    "negated-consequence",
                    msg("“not” cannot stand before the consequence “{name}”", name=name),
                    msg("use the standard that it follows from"),
                    node,
                )
            return frozenset({(name, TRUE)})
        if name not in self.facts or name == "band":
            raise self.refusal(
                "unknown-name",
                msg("“{name}” is not known here", name=name),
                nearest_hint(name, [*self.facts, *self.named]),
                node,
            )
        return frozenset({(name, TRUE if wanted else FALSE)})

    def grade(self, right: exp.Expr) -> str:
        name = self.one(self.grades, right.name, right)
        if name not in self.facts["band"].values[:-1]:
            raise self.refusal(
                "unknown-grade",
                msg("there is no grade “{name}”", name=right.name),
                nearest_hint(right.name, self.grades),
                right,
            )
        return name

    def bands(self, chosen: set[str], *, wanted: bool) -> list[Alternative]:
        known = self.facts["band"].values[:-1]
        return [frozenset({("band", g)}) for g in known if (g in chosen) == wanted]


def _is_band(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and node.name == "band"
