"""Reads what subjects are paid back, and says how each amount comes about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rules_engine.messages import clauses, tr
from rules_engine.model.assessment import Payment, PaymentPart, PaymentSum
from rules_engine.model.figures import plain
from rules_engine.model.sql_text import literal
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.pay import pay_ids
from rules_engine.plan.payouts import PAYOUTS, shared_rules
from rules_engine.report.pay_words import how_paid
from rules_engine.report.payment_words import PartWords, Payout, Situation
from rules_engine.report.shares import points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rules_engine.model.assessment import ClauseRef, Share
    from rules_engine.model.pay import Pay
    from rules_engine.model.plugin import EngineSession
    from rules_engine.plan.rules import PaymentRule, Rulebook
    from rules_engine.plan.verbalizer import RulesetVerbalizer

Row = dict[str, Any]


@dataclass(frozen=True)
class PaymentReader:
    """Reads the payments of one finished assessment.

    Attributes:
        book: the compiled rules.
        session: an engine session with the results attached.
        speaker: puts conditions and facts into words.
        clauses: returns the clauses that names stand for.
        shares: returns the assignments of all cadres, by cadre.
        title: returns what a village is called, by its id and name.
    """

    book: Rulebook
    session: EngineSession
    speaker: RulesetVerbalizer
    clauses: Callable[[Sequence[str]], tuple[ClauseRef, ...]]
    shares: Callable[[], Mapping[str, Sequence[Share]]]
    title: Callable[[str, str], str]

    def of(self, kind: SubjectKind, rows: Sequence[Row]) -> dict[str, tuple[Payment, ...]]:
        """Return what some subjects are paid, by id.

        Args:
            kind: of whom.
            rows: their rows of results, with nothing in them that is not certain.
        """
        names = pay_ids(self.book, kind)
        if not names:
            return {}
        rules = self.book.paid(kind)
        facts = self._facts(kind, rules, rows)
        payouts = self._payouts(rules, rows)
        paid: dict[str, tuple[Payment, ...]] = {}
        by_role = any(rule.spec.roles for rule in rules)
        shares = self.shares() if by_role else {}
        all_ = 0 if kind.judged else self._cadres()
        for row in rows:
            one = row["subject_id"]
            size = all_ if row.get("group_size") is None else row["group_size"]
            known = {**row, **facts.get(one, {})}
            at = Situation(row, known, shares.get(one, ()), payouts.get(one, {}), size)
            paid[one] = tuple(self._payment(name, at) for name in names)
        return self._with_shares(kind, paid)

    def _with_shares(
        self, kind: SubjectKind, paid: dict[str, tuple[Payment, ...]]
    ) -> dict[str, tuple[Payment, ...]]:
        """Say at the payments of villages what of them goes to cadres."""
        rules = [rule for rule in shared_rules(self.book) if kind.judged]
        if not rules or not paid:
            return paid
        ids = ", ".join(map(literal, paid))
        rows = self.session.query(
            f'SELECT village_id, payment, part, sum(amount) AS amount FROM "{PAYOUTS}" '
            f"WHERE village_id IN ({ids}) GROUP BY village_id, payment, part"
        ).to_pylist()
        gone = {(r["village_id"], r["payment"], r["part"]): r["amount"] for r in rows}

        def told(one: str, payment: Payment) -> Payment:
            texts = [payment.how] if payment.how else []
            for rule in rules:
                amount = gone.get((one, rule.payment, rule.id))
                if rule.spec.share_of == payment.id and amount is not None:
                    texts.append(
                        tr("of this {amount} {unit} go to cadres as “{label}”",
                           amount=plain(points(int(amount))), unit=payment.unit,
                           label=rule.spec.label)
                    )  # fmt: skip
            return replace(payment, how=clauses(texts))

        return {one: tuple(told(one, p) for p in payments) for one, payments in paid.items()}

    def sums(self, kinds: Sequence[SubjectKind]) -> tuple[PaymentSum, ...]:
        """Return what each payment and its parts come to; the parts first, then the payment.

        Args:
            kinds: the kinds of subjects that are assessed.
        """
        return tuple(total for kind in kinds for total in self._sums_of(kind))

    def _sums_of(self, kind: SubjectKind) -> Iterator[PaymentSum]:
        names = pay_ids(self.book, kind)
        if not names:
            return
        parts = {rule.name: rule for rule in self.book.paid(kind)}
        columns = [*parts, *(f"pay__{name}" for name in names)]
        sums = ", ".join(f'sum("{c}") AS "{c}", count("{c}") AS "{c}__n"' for c in columns)
        table = self.session.query(f'SELECT count(*) AS n, {sums} FROM "{kind.results}"')
        row = table.to_pylist()[0]

        def of(column: str, payment: str, part: str, label: str, **more: bool) -> PaymentSum:
            unit = self.book.ruleset.document.pay[payment].unit
            amount = points(int(row[column] or 0))
            return PaymentSum(
                kind, payment, part, label, unit, amount, row["n"] - row[f"{column}__n"], **more
            )

        for name in names:
            spec = self.book.ruleset.document.pay[name]
            for part, rule in parts.items():
                if rule.payment == name:
                    yield of(part, name, rule.id, rule.spec.label)
            bounded = (spec.least, spec.most) != (None, None)
            yield of(f"pay__{name}", name, "", spec.label, bounded=bounded)

    def _cadres(self) -> int:
        """Return how many cadres are ranked together: all of them."""
        table = SubjectKind.CADRE.results
        return int(self.session.query(f'SELECT count(*) FROM "{table}"').column(0)[0].as_py())

    def _payment(self, name: str, at: Situation) -> Payment:
        spec, value = self.book.ruleset.document.pay[name], at.row[f"pay__{name}"]
        amount = None if value is None else points(value)
        parts = tuple(self._part(r, at) for r in self.book.payments if r.payment == name)
        if not parts:
            how = "" if amount is None else how_paid(spec, points(at.row["score"]), amount)
            return Payment(name, spec.label, amount, spec.unit, how)
        return Payment(name, spec.label, amount, spec.unit, _sum_text(spec, amount, parts), parts)

    def _part(self, rule: PaymentRule, at: Situation) -> PaymentPart:
        spec, value = rule.spec, at.row[rule.name]
        amount = None if value is None else points(value)
        how = "" if amount is None else PartWords(self.book, self.speaker).how(rule, at, amount)
        names = spec.clause or self.book.ruleset.document.pay[rule.payment].clause
        return PaymentPart(rule.id, spec.label, amount, how, self.clauses(names))

    def _facts(
        self, kind: SubjectKind, rules: Sequence[PaymentRule], rows: Sequence[Row]
    ) -> dict[str, Row]:
        """Return what was worked out for payments beside the score lines, by subject."""
        names = [name for rule in rules for name in rule.columns]
        if not names or not rows:
            return {}
        columns = ", ".join(f'"{name}"' for name in names)
        ids = ", ".join(literal(row["subject_id"]) for row in rows)
        results = self.session.query(
            f'SELECT subject_id, {columns} FROM "{kind.lines}" WHERE subject_id IN ({ids})'
        )
        return {row["subject_id"]: row for row in results.to_pylist()}

    def _payouts(
        self, rules: Sequence[PaymentRule], rows: Sequence[Row]
    ) -> dict[str, dict[str, list[Payout]]]:
        """Return by cadre and part what it gets of the payments of villages."""
        found: dict[str, dict[str, list[Payout]]] = {}
        if not rows or not any(rule in shared_rules(self.book) for rule in rules):
            return found
        ids = ", ".join(literal(row["subject_id"]) for row in rows)
        results = self.session.query(
            f'SELECT p.*, r.name FROM "{PAYOUTS}" AS p JOIN "_results" AS r '
            f"ON r.subject_id = p.village_id WHERE cadre_id IN ({ids}) ORDER BY village_id"
        )
        for row in results.to_pylist():
            pool, amount = (None if row[n] is None else points(int(row[n]))
                            for n in ("pool", "amount"))  # fmt: skip
            payout = Payout(
                self.title(row["village_id"], row["name"]),
                Fraction(row["weight"], row["whole"]), pool, amount,
            )  # fmt: skip
            of_cadre = found.setdefault(row["cadre_id"], {})
            of_cadre.setdefault(f"pay__{row['payment']}__{row['part']}", []).append(payout)
        return found


def _sum_text(spec: Pay, amount: Decimal | None, parts: Sequence[PaymentPart]) -> str:
    """Say of which parts a payment is the sum, and where a bound of the whole holds it."""
    texts = [_part_text(part, spec.unit) for part in parts]
    together = [part.amount for part in parts if part.amount is not None]
    if amount is not None and len(together) == len(parts):
        total = sum(together, Decimal(0))
        if total != amount:
            whole = tr("{amount} {unit}", amount=plain(amount), unit=spec.unit)
            bound = tr("at most {amount}", amount=whole)
            texts.append(tr("at least {amount}", amount=whole) if total < amount else bound)
    return clauses(texts)


def _part_text(part: PaymentPart, unit: str) -> str:
    if part.amount is None:
        return tr("{label}: open", label=part.label)
    short = tr("{label}: {amount} {unit}", label=part.label, amount=plain(part.amount), unit=unit)
    return tr("{payment} ({how})", payment=short, how=part.how) if part.how else short
