"""Says why something followed for a subject: the facts, with what was found behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.messages import clauses, in_a_row, listed, tr
from rules_engine.plan.month_steps import indicators_behind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rules_engine.model.assessment import Evidence, Line
    from rules_engine.model.plugin import Value
    from rules_engine.plan.rules import CriterionRule, Rulebook
    from rules_engine.report.records import Records
    from rules_engine.report.working import Workings

Needs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SubjectFacts:
    """What was found of one subject.

    Attributes:
        subject: its id.
        lines: its lines; ``None`` where it is told to somebody who does not see them.
        values: the values of all names.
        records: the records that indicators looked at, if they were asked for.
        trace: what followed, with the facts that each rests on.
        months: tells what indicators over months found in each month.
    """

    subject: str
    lines: tuple[Line, ...] | None
    values: Mapping[str, Value]
    records: Records
    trace: Mapping[str, Needs]
    months: Callable[[Iterable[str]], list[str]] = lambda names: []


class Grounds:
    """Words the facts of one rulebook."""

    def __init__(self, book: Rulebook, workings: Workings) -> None:
        """Keep what puts conditions into words."""
        self.book, self.workings = book, workings
        self.document = book.ruleset.document
        self._criteria = {c: spec.label for _, _, c, spec in self.document.criteria()}

    def because(self, name: str, needs: Needs, context: SubjectFacts | None = None) -> str:
        """Return the facts that a consequence rests on.

        Args:
            name: the consequence.
            needs: its facts, with what they are.
            context: what was found of a subject; ``None``: only the facts are told.
        """
        return clauses(self._fact(name, fact, value, context) for fact, value in needs)

    def records(self, name: str, needs: Needs, context: SubjectFacts) -> tuple[Evidence, ...]:
        """Return the records that it rests on and that no line seen beside it lists."""
        values = {(e.table, e.record_id) for line in context.lines or () for e in line.costly}
        chosen = [
            record
            for indicator in self._behind(name, needs, context)
            for record in context.records.get((indicator, context.subject), ())
            if record.counted is not record.rate and (record.table, record.record_id) not in values
        ]
        return tuple(dict.fromkeys(chosen))

    def _behind(self, name: str, needs: Needs, context: SubjectFacts) -> Iterator[str]:
        """Yield the indicators of its standards, and of vetoes whose lines are not seen."""
        for fact, value in needs:
            if self._worth_saying(name, fact, value):
                names = self.book.all_standards[fact].indicators
                yield from sorted(indicators_behind(self.book, names, lines=False))
            elif context.lines is None and value == "true":
                for rule in self._vetoes(fact, context):
                    yield from sorted(rule.veto.indicators if rule.veto else ())
            if context.lines is None and fact in context.trace:
                yield from self._behind(fact, context.trace[fact], context)

    def _vetoes(self, fact: str, context: SubjectFacts) -> Iterator[CriterionRule]:
        """Yield the lines whose veto a fact speaks of, as far as it was hit."""
        for rule in self.book.criteria:
            named = fact == "any_veto" or fact == f"{rule.id}.veto"
            if named and rule.veto and rule.section.subject.judged:
                if self.workings.facts(rule.veto, True, context.values):
                    yield rule

    def _worth_saying(self, name: str, fact: str, value: str) -> bool:
        """Return whether what a standard found is told: of what is met and good only places are."""
        honour = self.document.consequences[name].kind == "honour"
        if self._after_ranking(fact):
            return True
        return fact in self.book.standards and not (honour and value == "true")

    def _after_ranking(self, fact: str) -> bool:
        """Return whether a standard is asked after ranking."""
        return fact in self.book.placed or fact in self.book.cadres.standards

    def _fact(self, name: str, fact: str, value: str, context: SubjectFacts | None) -> str:
        document, yes = self.document, value == "true"
        if fact == "band":
            grades = document.grades_of(document.consequences[name].subject)
            return tr("the score gives “{grade}”", grade=grades[value].label)
        if context and context.lines is None and yes and (hit := self._hit(fact, context)):
            return tr("veto hit: {label}", label=clauses(hit))
        if fact == "any_veto":
            hit = [x.label for x in (context.lines or ()) if x.veto] if context and yes else []
            if hit:
                return tr("veto hit: {label}", label=listed(hit))
            return tr("a veto was hit") if yes else tr("no veto was hit")
        if fact.endswith(".veto"):
            label = self._criteria[fact.removesuffix(".veto")]
            return tr("veto hit: {label}", label=label) if yes else tr("no veto: {label}",
                                                                      label=label)  # fmt: skip
        if fact in document.consequences:
            return self._consequence(fact, context)
        label = document.standards[fact].label
        texts = tr("met: {label}", label=label) if yes else tr("not met: {label}", label=label)
        return in_a_row([texts, *self._seen(name, fact, value, context)])

    def _hit(self, fact: str, context: SubjectFacts) -> list[str]:
        """Return the lines whose veto was hit, each with the values that hit it."""
        return [
            in_a_row([rule.spec.label, self.workings.facts(rule.veto, True, context.values)])
            for rule in self._vetoes(fact, context)
        ]

    def _seen(
        self, name: str, fact: str, value: str, context: SubjectFacts | None
    ) -> Iterator[str]:
        """Yield the values behind a standard; none where only a column says what the subject is."""
        if not context or not self._worth_saying(name, fact, value):
            return
        standard = self.book.all_standards[fact]
        if standard.indicators or self._after_ranking(fact):
            yield self.workings.facts(standard, value == "true", context.values)
            yield from context.months(standard.indicators)

    def _consequence(self, name: str, context: SubjectFacts | None) -> str:
        """Return another consequence, with its reason where that is not told beside it."""
        spec = self.document.consequences[name]
        seen = context is not None and context.lines is not None and spec.kind != "status"
        if context is None or seen or name not in context.trace:
            return spec.label
        reason = self.because(name, context.trace[name], context)
        return tr("{text} ({refs})", text=spec.label, refs=reason) if reason else spec.label
