"""The parts of a ruleset as flat lists of what they say, so that two of them can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.messages import listed, tr
from rules_engine.model.choices import WORDS
from rules_engine.model.days import read_day, read_month_day
from rules_engine.model.figures import plain
from rules_engine.model.ruleset import NO_CAP, NO_FLOOR

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from rules_engine.comparing.renaming import Renaming
    from rules_engine.comparing.side import Side
    from rules_engine.model.ruleset import Part as Model
    from rules_engine.model.ruleset import TableSpec
    from rules_engine.ruleset.positions import KeyPath

Steps = tuple[str, ...]
OF_RULESET = frozenset(
    {"ruleset", "title", "edition", "effective", "language", "period", "scale", "base", "rounding",
     "clause", "assumed", "subjects", "assessed", "acknowledge", "holidays"}
)  # fmt: skip
"""What the ruleset says as a whole; everything else has parts of its own."""
SECTIONS: Mapping[str, str] = {
    "parameter": "parameters",
    "indicator": "indicators",
    "standard": "standards",
    "consequence": "consequences",
    "target": "targets",
}
IN_ANY_ORDER = frozenset({"clause", "roles", "through", "figures"})
"""Lists of which the order says nothing."""
CHOSEN = frozenset(
    {"ties", "kind", "effect", "subject", "period", "monthly", "method", "direction", "begun",
     "not_applicable", "rule", "best", "type", "status", "language"}
)  # fmt: skip
"""Where a word of a closed set stands, which is said as people say it."""
SUMMED_UP = frozenset({"notice", "off", "work"})
"""Lists of days; they are compared as a whole."""


@dataclass(frozen=True)
class Leaf:
    """One figure, word or condition.

    Attributes:
        path: where it stands in the file.
        value: what the model holds; a method's own default where nothing is written.
        same: equal for what says the same.
        text: as a reader says it.
    """

    path: KeyPath
    value: object
    same: Hashable
    text: str


@dataclass
class Item:
    """A part, or a row of a list in one.

    Attributes:
        kind: what it is.
        id: its id, of a row the number.
        label: what people call it.
        path: where it stands in the file.
        leaves: what it says, by the steps to it.
        rows: its lists of rows, by the steps to them.
        clauses: the clauses that it rests on.
        number: its place in the paper, such as 3.2.
        home: the section of a criterion, the table of a column.
    """

    kind: str
    id: str
    label: str
    path: KeyPath
    leaves: dict[Steps, Leaf] = field(default_factory=dict)
    rows: dict[Steps, list[Item]] = field(default_factory=dict)
    clauses: tuple[str, ...] = ()
    number: str = ""
    home: str = ""

    @property
    def key(self) -> str:
        """Return what names the part among all, as the inventory has it."""
        return f"{self.kind}.{self.id}"


def items_of(side: Side, renaming: Renaming) -> list[Item]:
    """Return all parts of a ruleset.

    Args:
        side: the ruleset.
        renaming: what the other one calls its parts.
    """
    return list(_Reading(side, renaming).items())


class _Reading:
    def __init__(self, side: Side, renaming: Renaming) -> None:
        self.side, self.renaming = side, renaming
        self.document = side.ruleset.document

    def items(self) -> Iterator[Item]:
        document = self.document
        whole = Item("ruleset", document.ruleset, document.title, ())
        for name, value in _dump(document).items():
            if name in OF_RULESET:
                self.take(whole, value, (name,), (name,))
        yield whole
        for name, spec in document.tables.items():
            yield from self.table(name, spec)
        for kind in ("parameter", "indicator", "standard"):
            yield from self.plain(kind, SECTIONS[kind])
        yield from self.sections()
        yield from self.plain("grade", "grades")
        for kind in ("consequence", "target"):
            yield from self.plain(kind, SECTIONS[kind])
        yield from self.responsibility()
        yield from self.plain("pay", "pay")
        if document.appeals:
            label = tr("appeals")
            yield self.item("appeals", "appeals", label, document.appeals, ("appeals",))
        for name, clause in self.side.ruleset.clauses.clauses.items():
            yield self.item("clause", name, clause.ref, clause, ("clauses", name))

    def table(self, name: str, spec: TableSpec | None) -> Iterator[Item]:
        path: KeyPath = ("tables", name)
        yield self.item("table", name, name, spec, path, {"columns"})
        schema = self.side.speaker.table(name)
        for own, column in (spec.columns if spec else {}).items():
            label = column.label or own
            item = self.item("column", f"{name}.{own}", label, column, (*path, "columns", own))
            item.home = schema.label if schema else name
            yield item

    def plain(self, kind: str, section: str) -> Iterator[Item]:
        for name, spec in getattr(self.document, section).items():
            item = self.item(kind, name, spec.label, spec, (section, name))
            if kind == "consequence":
                text = self.side.speaker.of_facts(spec.when)
                facts = self.side.facts(name, self.renaming)
                item.leaves[("when",)] = Leaf((section, name, "when"), spec.when, facts, text)
            yield item

    def sections(self) -> Iterator[Item]:
        for place, (name, section) in enumerate(self.document.sections.items(), 1):
            path: KeyPath = ("sections", name)
            item = self.item("section", name, section.label, section, path, {"criteria"})
            item.number = str(place)
            yield item
            for number, (own, spec) in enumerate(section.criteria.items(), 1):
                rule = self.side.lines[own]
                defaults = _dump(rule.fields) if rule.fields is not None else {}
                where = (*path, "criteria", own)
                line = Item("criterion", own, spec.label, where, number=f"{place}.{number}",
                            home=name, clauses=tuple(spec.clause or section.clause))  # fmt: skip
                self.take(line, _filled(_dump(spec), defaults), (), where)
                yield line

    def responsibility(self) -> Iterator[Item]:
        spec = self.document.responsibility
        if spec is None:
            return
        path: KeyPath = ("responsibility",)
        label = tr("shares of responsibility")
        yield self.item("responsibility", "shares", label, spec, path, {"roles", "grades"})
        for name, role in spec.roles.items():
            yield self.item("role", name, name, role, (*path, "roles", name))
        for name, grade in (spec.grades or {}).items():
            where = (*path, "grades", name)
            yield self.item("grade", f"responsibility.{name}", grade.label, grade, where)

    def item(
        self,
        kind: str,
        name: str,
        label: str,
        spec: Model | None,
        path: KeyPath,
        without: set[str] | None = None,
    ) -> Item:
        item = Item(kind, name, label, path, clauses=tuple(getattr(spec, "clause", ())))
        if kind == "clause":
            item.clauses = (name,)
        values = _dump(spec) if spec is not None else {}
        kept = {key: value for key, value in values.items() if key not in (without or ())}
        self.take(item, kept, (), path)
        return item

    def take(self, item: Item, value: object, steps: Steps, path: KeyPath) -> None:
        """Note what is said below a path."""
        if value is None or value == () or value == {}:
            return
        if isinstance(value, dict) and not SUMMED_UP & set(value):
            for key, inner in value.items():
                self.take(item, inner, (*steps, str(key)), (*path, _key(key)))
        elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
            rows = [self.row(row, place, (*path, place)) for place, row in enumerate(value)]
            item.rows[steps] = rows
        else:
            same, text = self.said(value, path, steps)
            item.leaves[steps] = Leaf(path, value, same, text)

    def row(self, value: Mapping[str, object], place: int, path: KeyPath) -> Item:
        row = Item("row", str(place), "", path)
        for key, inner in value.items():
            self.take(row, inner, (key,), (*path, key))
        row.label = _row_label(row)
        return row

    def said(self, value: object, path: KeyPath, steps: Steps) -> tuple[Hashable, str]:
        """Return what a value says, in one spelling, and as a reader says it."""
        expression = self.side.expressions.get(path)
        if expression is not None and isinstance(value, str):
            return self.side.same(expression, self.renaming), self.side.words(expression)
        if isinstance(value, bool):
            return value, tr("yes") if value else tr("no")
        if isinstance(value, Decimal):
            written = self.side.ruleset.source.scalars.get(path)
            text = tr("none") if value in (NO_CAP, NO_FLOOR) else written or plain(value)
            return value.normalize(), text.replace("-", "−")
        if isinstance(value, date):
            return value, value.isoformat()
        if isinstance(value, list | tuple):
            told = [self.said(inner, (*path, n), steps) for n, inner in enumerate(value)]
            same = frozenset if steps[-1:] and steps[-1] in IN_ANY_ORDER else tuple
            return same(one for one, _ in told), listed(text for _, text in told)
        if isinstance(value, str):
            word = WORDS.get(value) if steps and steps[-1] in CHOSEN else None
            return self.name(value, steps), str(word or value)
        return str(value), str(value)

    def name(self, text: str, steps: Steps) -> Hashable:
        """Return a text in one spelling: names by id, days as days."""
        key = steps[-1] if steps else ""
        if key == "from":
            table = self.side.speaker.table(text)
            return table.name if table else text
        if key == "grade":
            return self.renaming.grades.get(text, text)
        if key == "by" and (day := read_month_day(text) or read_day(text)):
            return day
        if key in ("label", "assumed", "title"):
            return text
        found = self.side.ids.get(text)
        return self.renaming.names.get(found, found) if found else text


def _dump(model: Any) -> dict[str, Any]:  # noqa: ANN401 - any model
    found: dict[str, Any] = model.model_dump(by_alias=True)
    return found


def _filled(given: Any, default: Any) -> Any:  # noqa: ANN401 - any YAML value
    """Return what is given, and where nothing is, the default of the method."""
    if isinstance(given, dict) and isinstance(default, dict):
        return {**default, **{k: _filled(v, default.get(k)) for k, v in given.items()}}
    if isinstance(given, list | tuple) and isinstance(default, list | tuple):
        if len(given) == len(default):
            return [_filled(one, other) for one, other in zip(given, default, strict=True)]
    return given


def _key(key: object) -> str | int:
    return key.isoformat() if isinstance(key, date) else str(key)


def _row_label(row: Item) -> str:
    """Return what a row is about: what it counts, its class, or its range."""
    for step in ("label", "of", "kind", "met", "when", "by"):
        leaf = row.leaves.get((step,))
        if leaf is not None and isinstance(leaf.value, str):
            return leaf.text
    low, high = (row.leaves.get((step,)) for step in ("from", "to"))
    if low and high:
        return tr("{low} or more, less than {high}", low=low.text, high=high.text)
    if low:
        return tr("{low} or more", low=low.text)
    return tr("less than {high}", high=high.text) if high else ""
