"""Compiles sections that are scored month by month.

Each month is compiled as an assessment of its own, as of its last day, so that its points are what
a run of that month gives. Its lines and what they count then join the rules of the whole period,
under names that end with the month. Only what was put right is seen until the as-of date.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.compiled import changed, over_columns, renamed
from rules_engine.conditions.fractions import trees_of
from rules_engine.errors import Finding, stops
from rules_engine.messages import msg
from rules_engine.model.year_parts import YEAR_PARTS
from rules_engine.plan.measures import parts_of
from rules_engine.plan.month_compiler import month_columns
from rules_engine.plan.peers import references
from rules_engine.plan.rules import CriterionRule, Month, OfMonth, RankingRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.model.frame import Frame
    from rules_engine.plan.rules import IndicatorRule, PeersRule, Rulebook


def with_months(
    book: Rulebook,
    findings: list[Finding],
    compiled: Callable[[Frame, Sequence[str]], tuple[Rulebook, list[Finding]]],
) -> None:
    """Add the months of the sections that are scored so, where the rules are sound.

    Args:
        book: the compiled rules, which get them.
        findings: what is wrong with them; what is wrong in a month is added.
        compiled: compiles sections for the days of a month.
    """
    sections = book.ruleset.document.sections.items()
    findings += _ranked_alike(book)
    over = {name: rule.months for name, rule in book.indicators.items() if rule.months}
    if not (over or any(section.part for _, section in sections)) or stops(findings):
        return
    parts: dict[str, list[CriterionRule]] = {}
    asked: dict[str, list[OfMonth]] = {name: [] for name in over}
    for year_part in YEAR_PARTS:
        own = [name for name, section in sections if section.part is year_part]
        asking = [name for name, months in over.items() if months.part is year_part]
        for frame in year_part.frames(book.frame) if own or asking else ():
            name = year_part.id_of(frame.start)
            part, month_findings = compiled(frame, own)
            findings += month_findings
            book.months[name] = Month(year_part.label_of(frame.start), frame, part.figures)
            months = _Months(book, part, name)
            for rule in part.criteria:
                parts.setdefault(rule.id, []).append(months.line(rule))
            for indicator in asking:
                asked[indicator].append(months.asked(part.indicators[indicator]))
            months.keep()
    for name, rules in over.items():
        each = replace(rules, each=tuple(asked[name]))
        book.indicators[name] = replace(book.indicators[name], months=each)
    book.criteria = [replace(r, months=tuple(parts.get(r.id, ()))) for r in book.criteria]


def _ranked_alike(book: Rulebook) -> Iterator[Finding]:
    """Yield lines that go by places each month and apply also when there is nothing to compare."""
    for rule in book.criteria:
        part = rule.section.part
        if part and rule.rankings and rule.when is None and rule.empty is None:
            yield Finding(
                "all-first",
                msg("in a {unit} without any record everybody has the same place in “{label}”, the "
                    "first", unit=part.noun, label=rule.spec.label),
                book.ruleset.source.place(rule.path, key=True),
                msg("say with “when:” in which {units} it applies; or acknowledge that all are "
                    "first then", units=part.nouns),
                "warning",
            )  # fmt: skip


class _Months:
    """Takes the lines of one month over into the book of the whole period."""

    def __init__(self, book: Rulebook, part: Rulebook, month: str) -> None:
        self.book, self.part, self.month = book, part, month
        self.used: set[str] = set()
        self.named: set[str] = set()
        self.columns = {
            old: new
            for rule in part.indicators.values()
            for old, new in zip(
                parts_of(rule), parts_of(replace(rule, id=self.name(rule.id))), strict=True
            )
        }
        self.owners = {c: n for n, rule in part.indicators.items() for c in parts_of(rule)}

    def name(self, name: str) -> str:
        return f"{name}__{self.month}"

    def line(self, rule: CriterionRule) -> CriterionRule:
        for ranking in rule.rankings:
            for end in ("", "_last"):
                self.columns[f"r__{ranking.id}{end}"] = f"r__{self.name(ranking.id)}{end}"
        return replace(
            rule,
            id=self.name(rule.id),
            raw=self.compiled(rule.raw),
            when=rule.when and self.compiled(rule.when),
            veto=None,
            empty=rule.empty if rule.empty is None else self.tree(rule.empty),
            unrated=rule.unrated if rule.unrated is None else self.tree(rule.unrated),
            covered=rule.covered and self.compiled(rule.covered),
            size=rule.size and self.compiled(rule.size),
            rankings=tuple(
                RankingRule(self.name(r.id), self.compiled(r.by), r.most_first)
                for r in rule.rankings
            ),
            exact=rule.exact and self.compiled(rule.exact),
            remedied=rule.remedied and self.compiled(rule.remedied),
            exact_remedied=rule.exact_remedied and self.compiled(rule.exact_remedied),
            counterparts={
                self.name(own): self.name(counterpart)
                for own, counterpart in rule.counterparts.items()
            },
            month=self.month,
            parts={text: self.compiled(part) for text, part in rule.parts.items()},
        )

    def asked(self, rule: IndicatorRule) -> OfMonth:
        """Return what an indicator over months asks of the month."""
        assert rule.months is not None
        known = self.columns
        self.columns = {**known, **month_columns(rule.months, self.month)}
        where, measured = (part and self.compiled(part) for part in (rule.where, rule.measured))
        self.columns = known
        self.named |= rule.names
        return OfMonth(self.month, where, measured)

    def compiled(self, compiled: Compiled) -> Compiled:
        named = frozenset(map(self.name, compiled.indicators))
        for tree in trees_of(compiled):
            self.note(tree)
        return changed(over_columns(compiled, self.columns), indicators=named)

    def tree(self, tree: exp.Expr) -> exp.Expr:
        """Return a tree over the month's columns, and note what it uses."""
        self.note(tree)
        return renamed(tree, self.columns)

    def note(self, tree: exp.Expr) -> None:
        """Note which indicators a tree uses."""
        names = {node.name for node in tree.find_all(exp.Column)}
        self.used |= {self.owners[name] for name in names & self.owners.keys()}

    def keep(self) -> None:
        """Put into the book what the month's lines count, and what is worked out from that."""
        known = self.part.indicators.values()
        named = {name for rule in self.part.criteria for name in rule.raw.names} | self.named
        compared = [self.rule(r) for r in reversed(references(self.part)) if r.id in self.used]
        worked_out = [self.rule(rule) for rule in known if rule.value and rule.id in named]
        counted = [self.rule(rule) for rule in known if rule.table and rule.id in self.used]
        self.book.indicators |= {rule.id: rule for rule in (*counted, *compared, *worked_out)}

    def peers(self, rule: PeersRule) -> PeersRule:
        """Return what the others have in the month."""
        among = rule.among and self.compiled(rule.among)
        return replace(rule, of=self.compiled(rule.of), among=among)

    def rule(self, rule: IndicatorRule) -> IndicatorRule:
        """Return an indicator of the month, its label with the month."""
        label = f"{rule.spec.label} {self.book.months[self.month].label}"
        return replace(
            rule,
            id=self.name(rule.id),
            spec=rule.spec.model_copy(update={"label": label}),
            value=rule.value and self.compiled(rule.value),
            peers=rule.peers and self.peers(rule.peers),
            month=self.month,
        )
