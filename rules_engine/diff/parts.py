"""The parts of a ruleset as flat lists of what they say, so that two of them can be compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.diff.items import Item, Leaf, Rows, Steps, Trail
from rules_engine.messages import listed, tr
from rules_engine.model.days import read_day, read_month_day
from rules_engine.model.fields import NO_CAP, NO_FLOOR
from rules_engine.model.figures import plain
from rules_engine.plan.derived import as_read, shown
from rules_engine.ruleset.grammar import CLAUSES, ROOT, Field, Grammar
from rules_engine.yamltext.calculation import Calculation, calculation

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from pydantic import BaseModel

    from rules_engine.diff.compiled_side import CompiledSide
    from rules_engine.diff.matching import Renaming
    from rules_engine.yamltext.read import KeyPath


def items_of(side: CompiledSide, renaming: Renaming) -> list[Item]:
    """Return all parts of a ruleset.

    Args:
        side: the ruleset.
        renaming: what the other one calls its parts.
    """
    return list(_Reading(side, renaming).items())


class _Reading:
    def __init__(self, side: CompiledSide, renaming: Renaming) -> None:
        self.side, self.renaming = side, renaming
        self.document = side.ruleset.document
        self.grammar = Grammar(side.book.methods)
        self.sections = list(self.document.sections)
        self.values: dict[str, Any] = {}

    def items(self) -> Iterator[Item]:
        roots: tuple[tuple[Field, BaseModel], ...] = (
            (ROOT, self.document),
            (CLAUSES, self.side.ruleset.clauses),
        )
        for root, whole in roots:
            for path, spec, at in self.grammar.walk(whole, root):
                if at is not None and at.kind and (spec is not None or at.entry):
                    yield self.item(at, spec, path)

    def item(self, at: Field, spec: Any, path: KeyPath) -> Item:  # noqa: ANN401 - a model of a part
        """Return one part; a table of which nothing is said has no model."""
        name = str(path[-1]) if path else ""
        label = str(getattr(spec, "label", None) or name)
        item = Item(at.kind, name, label, path, at, clauses=tuple(getattr(spec, "clause", ())))
        settle = getattr(self, f"_{at.kind}", None)
        if settle is not None:
            settle(item, spec)
        values = _dump(spec) if spec is not None else {}
        if at.kind == "criterion":
            rule = self.side.lines[name]
            values = _filled(values, _dump(rule.fields) if rule.fields is not None else {})
        self.values = values
        for key, value in values.items():
            inner = self.below(at, key, values)
            if not inner.kind and not inner.holds_parts:
                self.take(item, value, (key,), (*path, key), (inner,))
        return item

    def below(self, at: Field, step: str | int, value: object) -> Field:
        return self.grammar.below(at, step, value) or Field(str(step), object)

    # what is special about parts of a kind

    def _ruleset(self, item: Item, spec: Any) -> None:  # noqa: ANN401
        item.id, item.label, item.clauses = spec.ruleset, spec.title, ()

    def _table(self, item: Item, spec: Any) -> None:  # noqa: ANN401
        item.label = item.id

    def _column(self, item: Item, spec: Any) -> None:  # noqa: ANN401
        table = str(item.path[1])
        schema = self.side.speaker.table(table)
        item.id, item.home = f"{table}.{item.id}", schema.label if schema else table

    def _section(self, item: Item, spec: Any) -> None:  # noqa: ANN401
        item.number = str(self.sections.index(item.id) + 1)

    def _criterion(self, item: Item, spec: Any) -> None:  # noqa: ANN401
        item.home = str(item.path[1])
        section = self.document.sections[item.home]
        item.clauses = tuple(spec.clause or section.clause)
        place = list(section.criteria).index(item.id) + 1
        item.number = f"{self.sections.index(item.home) + 1}.{place}"

    def _grade(self, item: Item, spec: Any) -> None:  # noqa: ANN401
        if item.path[0] != "grades":
            item.id = ".".join((str(item.path[0]), item.id))

    def _payment(self, item: Item, spec: Any) -> None:  # noqa: ANN401
        pay = str(item.path[1])
        item.id, item.home = f"{pay}.{item.id}", self.document.pay[pay].label
        item.clauses = tuple(spec.clause or self.document.pay[pay].clause)

    def _responsibility(self, item: Item, spec: Any) -> None:  # noqa: ANN401
        item.id, item.label = "shares", tr("shares of responsibility")

    def _appeals(self, item: Item, spec: Any) -> None:  # noqa: ANN401
        item.label = tr("appeals")

    def _clause(self, item: Item, spec: Any) -> None:  # noqa: ANN401
        item.label, item.clauses = spec.ref, (item.id,)

    # what a part says

    def take(self, item: Item, value: object, steps: Steps, path: KeyPath, trail: Trail) -> None:
        """Note what is said below a path."""
        if value is None or value == () or value == {}:
            return
        at = trail[-1]
        if isinstance(value, dict) and not (at.entry and at.facts.whole):
            for key, inner in value.items():
                below = self.below(at, key, value)
                if below.entry:
                    below = replace(below, key=self.called(item, trail, str(key)))
                self.take(item, inner, (*steps, str(key)), (*path, _key(key)), (*trail, below))
        elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
            rows = item.rows[steps] = Rows(trail)
            for place, row in enumerate(value):
                rows.all.append(self.row(row, place, (*path, place), trail))
        else:
            same, text = self.said(value, path, at)
            item.leaves[steps] = Leaf(path, value, same, text, trail)

    def called(self, item: Item, trail: Trail, key: str) -> str:
        """Return what a key means that a ruleset gives: in what is assumed, a field beside it."""
        around = trail[-2] if len(trail) > 1 else item.at
        context = self.grammar.fields(around, self.values).get(key)
        return context.label() if context else key

    def row(self, value: Mapping[str, object], place: int, path: KeyPath, trail: Trail) -> Item:
        at = self.below(trail[-1], place, ())
        row = Item("row", str(place), "", path, at)
        for key, inner in value.items():
            self.take(row, inner, (key,), (*path, key), (*trail, self.below(at, key, value)))
        row.label = _row_label(row)
        return row

    def said(self, value: object, path: KeyPath, at: Field) -> tuple[Hashable, str]:
        """Return what a value says, in one spelling, and as a reader says it."""
        expression = self.side.expressions.get(path)
        if expression is not None and isinstance(value, str):
            return self.side.same(expression, self.renaming), self.side.words(expression)
        if path[:1] == ("consequences",) and path[2:] == ("when",):
            facts = self.side.facts(str(path[1]), self.renaming)
            return facts, self.side.speaker.of_facts(str(value))
        if isinstance(value, bool):
            return value, tr("yes") if value else tr("no")
        if isinstance(value, Calculation) and not at.is_number:
            value = str(value)
        if isinstance(value, Decimal):
            written = self.side.ruleset.source.scalars.get(path)
            text = tr("none") if value in (NO_CAP, NO_FLOOR) else written or plain(value)
            figure = calculation(text)
            if figure is not None:
                said = as_read(text), shown(figure)
                text = tr("{calculation} (= {value})", calculation=said[0], value=said[1])
                return value.normalize(), text
            return value.normalize(), text.replace("-", "−")
        if isinstance(value, date):
            return value, value.isoformat()
        if isinstance(value, list | tuple):
            items = [self.said(inner, (*path, n), at) for n, inner in enumerate(value)]
            same = frozenset if at.facts.order == "any" else tuple
            return same(one for one, _ in items), listed(text for _, text in items)
        if isinstance(value, str):
            return self.name(value, at), at.word(value)
        return str(value), str(value)

    def name(self, text: str, at: Field) -> Hashable:
        """Return a text in one spelling: names by id, days as days."""
        holds = at.facts.holds
        if holds == "table":
            table = self.side.speaker.table(text)
            return table.name if table else text
        if holds == "grade":
            return self.renaming.grades.get(text, text)
        if holds == "day" and (day := read_month_day(text) or read_day(text)):
            return day
        if holds == "prose":
            return text
        name = self.side.ids.get(text)
        return self.renaming.names.get(name, name) if name else text


def _dump(model: Any) -> dict[str, Any]:  # noqa: ANN401 - any model
    values: dict[str, Any] = model.model_dump(by_alias=True)
    return values


def _filled(value: Any, default: Any) -> Any:  # noqa: ANN401 - any YAML value
    """Return what is given, and where nothing is, the default of the method."""
    if isinstance(value, dict) and isinstance(default, dict):
        return {**default, **{k: _filled(v, default.get(k)) for k, v in value.items()}}
    if isinstance(value, list | tuple) and isinstance(default, list | tuple):
        if len(value) == len(default):
            return [_filled(one, other) for one, other in zip(value, default, strict=True)]
    return value


def _key(key: object) -> str | int:
    return key.isoformat() if isinstance(key, date) else str(key)


def _row_label(row: Item) -> str:
    """Return what a row is about: what it counts, its class, or its range."""
    known = {leaf.at.facts.row: leaf for leaf in reversed(row.leaves.values())}
    for part in ("label", "name", "by"):
        if part in known and isinstance(known[part].value, str):
            return known[part].text
    low, high = known.get("from"), known.get("to")
    if low and high:
        return tr("{low} or more, less than {high}", low=low.text, high=high.text)
    if low:
        return tr("{low} or more", low=low.text)
    return tr("less than {high}", high=high.text) if high else ""
