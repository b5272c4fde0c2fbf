"""A pay list: a row for each subject, a column for each part, and a last row that adds up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.messages import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules_engine.model.assessment import PaymentSum, Subject


@dataclass(frozen=True)
class PayColumn:
    """A column of money.

    Attributes:
        payment: the id of the payment; empty for what all payments in one unit come to.
        part: the id of the part; empty for the payment, ``=`` for what its bounds add or take.
    """

    payment: str
    part: str
    label: str
    unit: str

    @property
    def heading(self) -> str:
        """Return the label with the unit."""
        return tr("{label} ({unit})", label=self.label, unit=self.unit)


BOUNDS = "="


@dataclass
class PayList:
    """The pay list of villages or of cadres; rows are added one by one.

    Attributes:
        columns: from left to right.
        sums: what each column comes to so far, of what is known.
        open: of how many subjects something is not known yet.
    """

    columns: tuple[PayColumn, ...]
    sums: list[Decimal] = field(default_factory=list)
    open: int = 0

    @classmethod
    def of(cls, totals: Sequence[PaymentSum], kind: str) -> PayList:
        """Return the list of a kind of subject, without rows; without columns if none is paid."""
        own = [total for total in totals if total.kind == kind]
        columns: list[PayColumn] = []
        for total in own:
            several = any(other.part for other in own if other.payment == total.payment)
            if not total.part and total.bounded and several:
                label = tr("{label}: bounds", label=total.label)
                columns.append(PayColumn(total.payment, BOUNDS, label, total.unit))
            columns.append(PayColumn(total.payment, total.part, total.label, total.unit))
        by_unit: defaultdict[str, int] = defaultdict(int)
        for total in own:
            by_unit[total.unit] += not total.part
        for unit, count in by_unit.items():
            if count > 1:
                columns.append(PayColumn("", "", tr("in all"), unit))
        return cls(tuple(columns), [Decimal(0)] * len(columns))

    def cells(self, subject: Subject) -> tuple[Decimal | None, ...]:
        """Add a subject; return what stands in its columns, nothing for what is not known yet."""
        amounts: dict[tuple[str, str], Decimal | None] = {}
        together: defaultdict[str, Decimal | None] = defaultdict(Decimal)
        for payment in subject.payments:
            parts = [part.amount for part in payment.parts]
            amounts |= {(payment.id, part.id): part.amount for part in payment.parts}
            amounts[payment.id, ""] = payment.amount
            known = [amount for amount in parts if amount is not None]
            amounts[payment.id, BOUNDS] = None
            if payment.amount is not None and len(known) == len(parts):
                amounts[payment.id, BOUNDS] = payment.amount - sum(known, Decimal(0))
            before, amount = together[payment.unit], payment.amount
            open_ = before is None or amount is None
            together[payment.unit] = None if open_ else (before or Decimal(0)) + (amount or 0)
        row = tuple(self._cell(column, amounts, together) for column in self.columns)
        for at, value in enumerate(row):
            self.sums[at] += value or 0
        self.open += None in row
        return row

    @staticmethod
    def _cell(
        column: PayColumn,
        amounts: Mapping[tuple[str, str], Decimal | None],
        together: Mapping[str, Decimal | None],
    ) -> Decimal | None:
        if not column.payment:
            return together[column.unit]
        return amounts[column.payment, column.part]

    @property
    def total_label(self) -> str:
        """Return what the last row is called; it says of how many something is left out."""
        if not self.open:
            return tr("in all")
        return tr("in all, without what is open for {count}", count=self.open)
