"""What records of petitions can be like, and whether the assessed can keep one from costing them.

A petition as such is what the petitioner did: where it went, how many came, when. How it was
handled is up to the assessed, and so is what columns of the ruleset's own say: nobody else can
know. A petition costs something in any case when it does however it is handled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sqlglot import exp

from rules_engine.checks.context import context_of, seen_in
from rules_engine.conditions.constraints.constraint import (
    ALWAYS,
    Alternative,
    Compare,
    Like,
    Linear,
    OneOf,
    TooInvolved,
    Unclear,
    both,
    known,
    less,
    together,
)
from rules_engine.conditions.constraints.solver import solve
from rules_engine.conditions.constraints.variables import Variable
from rules_engine.dataset.schema import STANDARD_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from rules_engine.checks.monotonicity import Change, Monotonicity
    from rules_engine.conditions.constraints.constraint import Constraint
    from rules_engine.model.frame import Frame
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.model.table import TableSchema
    from rules_engine.plan.rules import IndicatorRule, Rulebook
    from rules_engine.yamltext.read import KeyPath

    Changes: TypeAlias = Mapping[str, Change]
    Alternatives: TypeAlias = list[Alternative]

HANDLING = frozenset(
    {
        "due_on", "accepted_on", "closed_on", "outcome", "satisfied", "reviewed", "cadre_id",
        "has_team", "has_plan", "has_measures", "has_method", "cause", "occurred_on", "place",
        "unit", "people", "development", "mediation",
    }
)  # fmt: skip
"""Columns of cases that say how a matter was handled, not that somebody petitioned."""
UNLAWFUL = frozenset({"irregular", "skipped_level"})
"""Columns of visits that say that a petition is none that the law protects."""
PETITIONS: Mapping[str, frozenset[str]] = {"cases": HANDLING, "visits": frozenset()}
"""Tables of petitions, with the standard columns that say how they were handled."""
MOST_STEPS = 2000
"""So many steps are taken at most in the search for what costs nothing."""
MOST_KINDS = 64
"""More kinds of records, by which indicators they count in, are not told apart."""


@dataclass(frozen=True)
class Kind:
    """Records that do the same to some indicators: what they do, and what they are like."""

    changes: Changes
    alternatives: Alternatives

    @property
    def is_counted(self) -> bool:
        """Return whether a count or a sum rises by such a record."""
        return "one more" in self.changes.values()


@dataclass(frozen=True)
class Charge:
    """A score line or a standard, and whether it can be lost by what a record does.

    Attributes:
        indicators: the indicators that it rests on.
        monotone: what tells that.
    """

    path: KeyPath
    label: str
    subject: SubjectKind
    indicators: frozenset[str]
    monotone: Monotonicity
    loses: Callable[[Changes], bool]

    @property
    def named(self) -> str:
        """Return how an acknowledgement names it: parts of pay from the top, since ids recur."""
        path = self.path if self.path[0] == "pay" else self.path[-2:]
        return ".".join(map(str, path))


class Petitions:
    """The lawful petitions of one table and period of which all is known that was done."""

    def __init__(self, book: Rulebook, table: TableSchema, frame: Frame) -> None:
        """Take the table, and the days in which the petitions were made."""
        self._book, self.table, self.frame = book, table, frame
        self._context = context_of(book, table, frame)
        lawful = [
            self._context.reader.alternatives(exp.column(name, quoted=True), wanted=False)
            for name in sorted(UNLAWFUL)
            if name in self._context.reader.names and table.name == "visits"
        ]
        spec = book.ruleset.document.tables.get(table.name)
        standard = STANDARD_TABLES[table.name].columns
        own = {*(spec.columns if spec else ())} - {c.name for c in standard}
        self._handled = PETITIONS[table.name] | own
        made = (c.name for c in table.columns if c.name not in self._handled and not c.event)
        recorded = known(
            v for v in map(self._context.reader.names.get, made) if isinstance(v, Variable)
        )
        self._all: Alternatives = both(
            seen_in(book, table, frame, self._context), *lawful, [recorded]
        )
        labels = {c.label for c in table.columns if c.name in self._handled}
        words = "|".join(map(re.escape, sorted({*self._handled, *labels})))
        self._says_handled = re.compile(rf"(?<!\w)(?:{words})(?!\w)").search if words else None

    def kinds(self, indicators: Sequence[IndicatorRule]) -> list[Kind]:
        """Return the kinds of lawful petitions, by what they do to these indicators.

        Raises:
            TooInvolved: there are too many.
        """
        own = [r for r in indicators if r.frame == self.frame]
        kinds = [Kind({}, self._all)]
        for rule in own:
            kinds = [kind for each in kinds for kind in self._split(each, rule)]
            if len(kinds) > MOST_KINDS:
                raise TooInvolved
        return kinds

    def _split(self, kind: Kind, rule: IndicatorRule) -> Iterator[Kind]:
        """Yield what a kind is made of, when what it does to one more indicator is told apart."""
        for change, alternatives in self._outcomes(rule):
            possible = self.possible(both(kind.alternatives, alternatives))
            if possible:
                changes = {**kind.changes, rule.id: change} if change else kind.changes
                yield Kind(changes, possible)

    def _outcomes(self, rule: IndicatorRule) -> Iterator[tuple[Change | None, Alternatives]]:
        counted, passed_over = self._of(rule.where)
        if rule.spec.rate:
            over, outside = self._of(rule.over)
            of, not_of = self._of(rule.of)
            yield "all", both(counted, over, of)
            yield "none", both(counted, over, not_of)
            yield None, [*passed_over, *both(counted, outside)]
            return
        more, no_more = self._adding(rule)
        yield "one more", both(counted, more)
        yield None, [*passed_over, *both(counted, no_more)]

    def _adding(self, rule: IndicatorRule) -> tuple[Alternatives, Alternatives]:
        """Return when a record that counts makes an indicator greater, and when not."""
        tree = rule.measured.tree if rule.measured and rule.how == "sum" else None
        pieces = self._context.reader.pieces(tree) if tree is not None else None
        if not pieces:
            return list(ALWAYS), []
        more = [w for p in pieces for w in both([p.when], [less(Linear(), p.sum)])]
        no_more = [w for p in pieces for w in both([p.when], [frozenset({Compare(p.sum, "<=")})])]
        return more, no_more

    def _of(self, condition: object) -> tuple[Alternatives, Alternatives]:
        tree = getattr(condition, "tree", None)
        if tree is None:
            return list(ALWAYS), []
        alternatives = self._context.reader.alternatives
        return alternatives(tree, wanted=True), alternatives(tree, wanted=False)

    def possible(self, alternatives: Alternatives) -> Alternatives:
        """Return those that a record can meet."""
        return [
            alternative
            for alternative in alternatives
            if solve([alternative], self._context.always).possible != "no"
        ]

    # what is up to whom

    def always_costly(
        self, costly: Iterable[Alternatives], free: Sequence[Alternatives]
    ) -> Alternatives:
        """Return what petitions are like that cost something however they are handled.

        Args:
            costly: what the petitions are like that cost something, for each of several.
            free: for each of these, what the petitions are like that cost nothing there.

        Raises:
            TooInvolved: that has too many cases.
        """
        search = _FreeHandling(self, free)
        made = self.without_handling(
            alternative for alternatives in costly for alternative in alternatives
        )
        return [
            unavoidable
            for alternative in made
            if (unavoidable := search.missing(alternative)) is not None
        ]

    def among(self, alternatives: Alternatives, petitions: Alternatives) -> bool:
        """Return whether some petitions, as the petitioners made them, are among others."""
        return bool(self.possible(both(self.without_handling(alternatives), petitions)))

    def without_handling(self, alternatives: Iterable[Alternative]) -> Alternatives:
        """Return what is said of petitions without what is up to those who handle them."""
        made = (
            frozenset(d for d in alternative if not self.is_handling(d))
            for alternative in alternatives
        )
        return list(dict.fromkeys(made))

    def is_handling(self, constraint: Constraint) -> bool:
        """Return whether it is up to those who handle a petition that a constraint is met."""
        if isinstance(constraint, Unclear):
            return bool(self._says_handled and self._says_handled(constraint.text))
        named = [v for v, _ in constraint.sum.terms] if isinstance(constraint, Compare) else [
            constraint.variable
        ]  # fmt: skip
        bases = (base for variable in named for base in variable.bases)
        # behind a name: the day from which it is seen
        return any(base.name.partition(" ")[0] in self._handled for base in bases)


class _FreeHandling:
    """Looks for ways of handling that cost nothing, whatever was done by those who petition."""

    def __init__(self, petitions: Petitions, free: Sequence[Alternatives]) -> None:
        distinct = dict.fromkeys(tuple(alternatives) for alternatives in free)
        self._petitions, self._free = petitions, sorted(distinct, key=len)
        self._steps = 0

    def missing(self, made: Alternative) -> Alternative | None:
        """Return petitions among some for which there is no such way; ``None`` if all have one."""
        if not self._petitions.possible([made]):
            return None
        escape = self._free_of_cost(made, self._free)
        if escape is None:
            return made
        rest: Alternative | None = made
        for constraint in self._petitions.without_handling([escape])[0] - made:
            for other in _others(constraint):  # that escape is open to those who meet all of it
                outside = together(rest, frozenset({other})) if rest is not None else None
                unavoidable = self.missing(outside) if outside is not None else None
                if unavoidable is not None:
                    return unavoidable
            rest = together(rest, frozenset({constraint})) if rest is not None else None
        return None

    def _free_of_cost(
        self, chosen: Alternative, rest: Sequence[Sequence[Alternative]]
    ) -> Alternative | None:
        """Return a way that costs nothing in any of several charges."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooInvolved
        if not self._petitions.possible([chosen]):
            return None
        if not rest:
            return chosen
        for alternative in rest[0]:
            joined = together(chosen, alternative)
            escape = self._free_of_cost(joined, rest[1:]) if joined is not None else None
            if escape is not None:
                return escape
        return None


def _others(constraint: Constraint) -> Iterator[Constraint]:
    if isinstance(constraint, OneOf):
        yield OneOf(constraint.variable, constraint.values, not constraint.inside)
    elif isinstance(constraint, Like):
        yield Like(constraint.variable, constraint.pattern, not constraint.inside)
    else:
        yield constraint.opposite


def counted(rule: IndicatorRule) -> bool:
    """Return whether an indicator counts or adds up petitions."""
    table = rule.table
    standard = table is not None and table.name in PETITIONS and table.name in STANDARD_TABLES
    return standard and not rule.spec.rate and rule.put_right is None


def by_names(book: Rulebook, rule: IndicatorRule) -> bool:
    """Return whether nothing but what petitioners did is named where an indicator counts.

    That is what is gone by where there are too many kinds of petitions to tell apart.
    """
    assert rule.table is not None
    spec = book.ruleset.document.tables.get(rule.table.name)
    own = {*(spec.columns if spec else ())}
    columns = (
        own | PETITIONS[rule.table.name] | (UNLAWFUL if rule.table.name == "visits" else set())
    )
    if not rule.names & columns:
        return True
    where = rule.where
    return (
        where is not None and bool(where.names & columns) and _can_hold_without(where.sql, columns)
    )


def _can_hold_without(node: exp.Expr, columns: Collection[str]) -> bool:
    """Return whether a condition can hold for a record of which these columns say nothing."""
    if isinstance(node, exp.Paren):
        return _can_hold_without(node.this, columns)
    if isinstance(node, exp.And | exp.Or):
        sides = (_can_hold_without(side, columns) for side in (node.this, node.expression))
        return any(sides) if isinstance(node, exp.Or) else all(sides)
    return not any(column.name in columns for column in node.find_all(exp.Column))
