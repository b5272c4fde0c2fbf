"""Looks whether payments say what they go by: one measure a part, whole tables, no circle."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rules_engine.errors import Finding
from rules_engine.messages import Message, listed, msg
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.pay import PayPart
from rules_engine.plan.pay import grades_of
from rules_engine.ruleset.grammar import Field, Grammar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.model.pay import Pay, PayRank
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath

PART = Field("", PayPart)
UNSHARED = ("posts", "days", "per", "when", "least", "most")
"""What a share among cadres cannot have: its parts would not add up to what is shared."""


def check_payments(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield what is wrong with payments."""
    for name, spec in ruleset.document.pay.items():
        checker = _Checker(ruleset, name, spec)
        yield from checker.whole()
        for part, part_spec in spec.parts.items():
            yield from checker.part(("pay", name, "parts", part), part_spec)
    yield from _circles(ruleset)


class _Checker:
    def __init__(self, ruleset: Ruleset, name: str, pay: Pay) -> None:
        self.ruleset, self.name, self.pay = ruleset, name, pay
        self.document = ruleset.document

    def finding(
        self, code: str, path: KeyPath, message: Message, hint: Message, *, key: bool = False
    ) -> Finding:
        return Finding(code, message, self.ruleset.source.place(path, key=key), hint)

    def whole(self) -> Iterator[Finding]:
        path, pay = ("pay", self.name), self.pay
        if bool(pay.bands) == bool(pay.parts):
            yield self.finding(
                "bad-pay", path,
                msg("“{label}” is paid either by bands, or as a sum of parts", label=pay.label),
                msg("write bands: or parts:"), key=True,
            )  # fmt: skip
        if pay.bands and not pay.parts and (pay.least, pay.most) != (None, None):
            yield self.finding(
                "bad-pay", path,
                msg("“{label}” has bounds, which only a sum of parts can have", label=pay.label),
                msg("put the bands into one of its parts"), key=True,
            )  # fmt: skip
        if pay.parts and not pay.subject.judged and self.document.responsibility is None:
            yield self.finding(
                "bad-pay", path,
                msg("“{label}” is for cadres, of whom nobody is assessed without responsibility",
                    label=pay.label),
                msg("add responsibility:"), key=True,
            )  # fmt: skip
        yield from self.bounds(path, pay)

    def bounds(self, path: KeyPath, spec: Pay | PayPart) -> Iterator[Finding]:
        if spec.least is not None and spec.most is not None and spec.least > spec.most:
            yield self.finding(
                "empty-range", (*path, "min"),
                msg("at least {low} and at most {high} is nothing", low=spec.least, high=spec.most),
                msg("the smaller amount is “min”, the greater “max”"),
            )  # fmt: skip

    def part(self, path: KeyPath, spec: PayPart) -> Iterator[Finding]:
        yield from self.measures(path, spec)
        yield from self.bounds(path, spec)
        yield from self.by_whom(path, spec)
        if spec.grades:
            yield from self.grades(path, spec)
        if spec.ranks:
            yield from self.ranks(path, spec)
        if spec.share_of is not None:
            yield from self.shared(path, spec)

    def measures(self, path: KeyPath, spec: PayPart) -> Iterator[Finding]:
        used = spec.measures
        if len(used) > 1:
            yield self.finding(
                "bad-pay", (*path, used[1]),
                msg("“{label}” goes by {keys}: one of them is right", label=spec.label,
                    keys=listed(used)),
                msg("make a part of each"), key=True,
            )  # fmt: skip
        if not used and not spec.factors:
            yield self.finding(
                "bad-pay", path,
                msg("“{label}” does not say what it goes by", label=spec.label),
                msg("write amount, bands, grades, ranks, of, share_of, roles or posts"), key=True,
            )  # fmt: skip
        for key, at in Grammar().fields(PART, spec).items():
            needed = at.facts.needs
            if needed and key in spec.model_fields_set and not getattr(spec, needed):
                yield self.finding(
                    "bad-pay", (*path, key),
                    msg("“{key}” says nothing without “{needed}”", key=key, needed=needed),
                    msg("write {needed}:, or take {key}: out", needed=needed, key=key), key=True,
                )  # fmt: skip

    def by_whom(self, path: KeyPath, spec: PayPart) -> Iterator[Finding]:
        if spec.roles and spec.posts:
            yield self.finding(
                "bad-pay", (*path, "posts"),
                msg("“{label}” goes by roles or by posts", label=spec.label),
                msg("take one of them out"), key=True,
            )  # fmt: skip
        for key in ("roles", "posts"):
            if getattr(spec, key) and self.pay.subject.judged:
                yield self.finding(
                    "bad-pay", (*path, key),
                    msg("only cadres have roles and posts"),
                    msg("say “subject: cadre”, or take {key}: out", key=key), key=True,
                )  # fmt: skip
        if spec.roles and not self.pay.subject.judged:
            yield from self.roles(path, spec)

    def roles(self, path: KeyPath, spec: PayPart) -> Iterator[Finding]:
        responsibility = self.document.responsibility
        known = dict(responsibility.roles) if responsibility else {}
        for role in spec.roles:
            if role not in known:
                yield self.finding(
                    "unknown-role", (*path, "roles", role),
                    msg("responsibility has no role “{name}”", name=role),
                    nearest_hint(role, known) if known else msg("add responsibility:"), key=True,
                )  # fmt: skip
        lacking = [role for role in known if role not in spec.roles]
        if lacking and spec.others is None:
            yield self.finding(
                "role-without-factor", (*path, "roles"),
                msg("“{label}” says nothing of {roles}", label=spec.label, roles=listed(lacking)),
                msg("give each role a factor, 0 for nothing, or all others one with others:"),
                key=True,
            )  # fmt: skip

    def grades(self, path: KeyPath, spec: PayPart) -> Iterator[Finding]:
        known = grades_of(self.document, self.pay.subject)
        for name in spec.grades:
            if name not in known:
                yield self.finding(
                    "unknown-grade", (*path, "grades", name),
                    msg("there is no grade “{name}”", name=name),
                    nearest_hint(name, known), key=True,
                )  # fmt: skip
        lacking = [grade.label for name, grade in known.items() if name not in spec.grades]
        if lacking:
            yield self.finding(
                "grade-without-amount", (*path, "grades"),
                msg("“{label}” has no amount for the grade {grades}", label=spec.label,
                    grades=listed(lacking)),
                msg("give each grade an amount, 0 for nothing"), key=True,
            )  # fmt: skip

    def ranks(self, path: KeyPath, spec: PayPart) -> Iterator[Finding]:
        for number, row in enumerate(spec.ranks):
            yield from self.rank((*path, "ranks", number), row)
        if spec.place is not None:
            yield from self.place(path, spec)
        front = sorted((row.from_, row.until or 0, n) for n, row in enumerate(spec.ranks)
                       if row.from_ is not None)  # fmt: skip
        before = (0, 0, -1)
        for (_, end, one), (start, _, two) in pairwise([before, *front]):
            if start <= end:
                yield self.finding(
                    "band-overlap", (*path, "ranks", two),
                    msg("rows {one} and {two} both hold place {place}", one=one + 1, two=two + 1,
                        place=start),
                    msg("a row holds its “from” and its “to”"),
                )  # fmt: skip
            elif start > end + 1:
                yield self.finding(
                    "band-gap", (*path, "ranks", two),
                    msg("no row says what place {place} brings", place=end + 1),
                    msg("add a row for it, with the amount 0 if it brings nothing"),
                )  # fmt: skip
        lasts: dict[int, int] = {}
        for number, row in enumerate(spec.ranks):
            if row.last is not None and lasts.setdefault(row.last, number) != number:
                yield self.finding(
                    "band-overlap", (*path, "ranks", number),
                    msg("rows {one} and {two} are both for the last {count}",
                        one=lasts[row.last] + 1, two=number + 1, count=row.last),
                    msg("remove one of the two"),
                )  # fmt: skip

    def place(self, path: KeyPath, spec: PayPart) -> Iterator[Finding]:
        own = {n: p for n, p in self.document.places.items() if p.subject == self.pay.subject}
        if spec.place not in own:
            yield self.finding(
                "unknown-place", (*path, "place"),
                msg("there is no place “{name}” of those who are paid", name=spec.place or ""),
                nearest_hint(spec.place or "", own) if own else msg("define it under places:"),
            )  # fmt: skip
        if spec.ties == "share" or any(row.last for row in spec.ranks):
            yield self.finding(
                "bad-pay", (*path, "place"),
                msg("the place itself says what becomes of ties, and from which end it is counted"),
                msg("take ties: and last: out, and say it under places:"), key=True,
            )  # fmt: skip

    def rank(self, path: KeyPath, row: PayRank) -> Iterator[Finding]:
        if (row.from_ is None) == (row.last is None) or (row.to and row.from_ is None):
            yield self.finding(
                "bad-pay", path,
                msg("a row is for places from … to, or for the last so many"),
                msg("write from: and to:, or last:"),
            )  # fmt: skip
        elif row.from_ and row.to is not None and row.to < row.from_:
            yield self.finding(
                "idle-band", (*path, "to"),
                msg("row {row} never hits: it reaches from {low} to {high}", row=int(path[-1]) + 1,
                    low=row.from_, high=row.to),
                msg("write the smaller bound as “from”, the greater as “to”"),
            )  # fmt: skip

    def shared(self, path: KeyPath, spec: PayPart) -> Iterator[Finding]:
        pay = self.document.pay
        source = pay.get(spec.share_of or "")
        if source is None:
            yield self.finding(
                "unknown-pay", (*path, "share_of"),
                msg("there is no payment “{name}”", name=spec.share_of or ""),
                nearest_hint(spec.share_of or "", pay),
            )  # fmt: skip
            return
        if not source.subject.judged:
            yield self.finding(
                "bad-pay", (*path, "share_of"),
                msg("“{label}” is a payment of cadres; only one of villages can be shared",
                    label=source.label),
                msg("name a payment with “subject: village”"),
            )  # fmt: skip
        if source.unit != self.pay.unit:
            yield self.finding(
                "bad-pay", (*path, "share_of"),
                msg("“{label}” is paid in {unit}, its share in {other}", label=source.label,
                    unit=source.unit, other=self.pay.unit),
                msg("give both the same unit"),
            )  # fmt: skip
        if self.pay.subject.judged:
            return
        names = {"least": "min", "most": "max"}
        for key in UNSHARED:
            if key in spec.model_fields_set:
                written = names.get(key, key)
                yield self.finding(
                    "bad-pay", (*path, written),
                    msg("with “{key}” the shares would not add up to what is shared", key=written),
                    msg("take {key}: out; what is shared is split by role and days", key=written),
                    key=True,
                )  # fmt: skip


def _circles(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield payments that are shares of themselves, each circle once."""
    pay = ruleset.document.pay
    done: set[str] = set()
    for name in pay:
        circle = _circle(pay, name, (name,))
        if circle and not done & {*circle}:
            done |= {*circle}
            part = next(p for p, spec in pay[name].parts.items() if spec.share_of in circle)
            yield Finding(
                "pay-circle",
                msg("paid out of itself: {circle}",
                    circle=" → ".join(pay[one].label for one in (*circle, circle[0]))),
                ruleset.source.place(("pay", name, "parts", part, "share_of")),
                msg("let one of them go by something else"),
            )  # fmt: skip


def _circle(pay: Mapping[str, Pay], name: str, way: tuple[str, ...]) -> tuple[str, ...]:
    for part in pay[name].parts.values():
        source = part.share_of
        if source == way[0]:
            return way
        if source in pay and source not in way:
            circle = _circle(pay, str(source), (*way, str(source)))
            if circle:
                return circle
    return ()
