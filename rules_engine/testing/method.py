"""What every scoring method must do."""

from __future__ import annotations

import dataclasses
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from textwrap import dedent, indent
from typing import TYPE_CHECKING, ClassVar

import pytest

from rules_engine.errors import stops
from rules_engine.messages import LANGUAGES, speaking
from rules_engine.plan.verbalizer import RulesetVerbalizer, in_words
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.context import World
from rules_engine.scenarios.example import lay_ruleset
from rules_engine.testing.loading import supplied_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from rules_engine.model.assessment import Line
    from rules_engine.model.plugin import Method
    from rules_engine.plugin_manager import Registry
    from rules_engine.run.load import CheckedRuleset

VILLAGE = "东村"
RULESET = """\
ruleset: contract
title: Contract
edition: "1"
effective: {{from: 2020-01-01}}
period: {{from: 2025-01-01, to: 2025-12-31}}
scale: {points}
language: {language}
assumed: {{scale: x, parameters: x, indicators: x, sections: x, grades: x}}
tables: {{cases: {{}}, visits: {{}}, reports: {{}}, checks: {{}}, ratings: {{}}, judgements: {{}}}}
indicators:
{indicators}
sections:
  all:
    label: 全部
    clause: C1
    criteria:
      line:
        label: 本项
        points: {points}
{fields}
grades:
  all: {{label: 全部, from: 0}}
"""
"""A ruleset with one line, which the method scores."""


@dataclass(frozen=True)
class MethodCase:
    """Records of one village, and the points that the line gives for them.

    Attributes:
        gives: the points, as a person with the paper in hand works them out.
        records: by the label of a table, its rows as a scenario would write them: the headings
            first. What is left out says nothing.
        fields: the criterion in YAML; by default the example of the method.
        points: the points of the line; by default those of the contract.
    """

    gives: Decimal | str | int
    records: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    fields: str = ""
    points: Decimal | str | int | None = None


class MethodContract:
    """Derive from this, name your plugin, and work some cases out by hand.

    Attributes:
        plugin: the module with the hooks.
        name: the method's name.
        indicators: the indicators that its example and its cases name, as in a ruleset.
        points: the points of a line that uses the example.
    """

    plugin: ClassVar[ModuleType]
    name: ClassVar[str]
    indicators: ClassVar[str] = ""
    points: ClassVar[Decimal | str | int] = 20

    def cases(self) -> Iterable[MethodCase]:
        """Return cases that were worked out by hand: at least one in full and one that loses."""
        raise NotImplementedError

    def faulty(self) -> Iterable[str]:
        """Return fields, as YAML, that do not go together: at least one."""
        raise NotImplementedError

    # what the tests use

    @pytest.fixture
    def method(self) -> Method:
        """Return the method, loaded as the program loads it."""
        kind: Method = supplied_by(self.plugin, "methods", self.name)
        return kind

    @pytest.fixture
    def plugins(self, method: Method) -> Registry:
        """Return all plugins with the method among them."""
        known = registry()
        return dataclasses.replace(known, methods={**known.methods, self.name: method})

    def _with(
        self, case: MethodCase, method: Method, plugins: Registry, folder: Path
    ) -> CheckedRuleset:
        fields = case.fields or method.example
        return _checked(self, plugins, folder, fields, points=case.points).or_stop()

    # the contract

    def test_it_says_what_it_is(self, method: Method) -> None:
        """It has a name and one line that describes it, and its fields can be listed."""
        assert method.name == self.name == self.name.strip()
        described = str(method.description)
        assert described.strip()
        assert "\n" not in described
        assert method.fields().model_config.get("extra") == "forbid", (
            "a mistyped field must be refused: give the model extra='forbid'"
        )

    def test_its_example_compiles(self, method: Method, plugins: Registry, tmp_path: Path) -> None:
        """What the documentation shows works as it stands."""
        result = _checked(self, plugins, tmp_path, method.example).findings
        assert not [str(f.message) for f in result if stops([f])]

    def test_cases_come_out_as_by_hand(
        self, method: Method, plugins: Registry, tmp_path: Path
    ) -> None:
        """Each case gives the points that a person works out."""
        cases = list(self.cases())
        assert len({Decimal(case.gives) for case in cases}) > 1, "cases that all give the same"
        for number, case in enumerate(cases):
            checked = self._with(case, method, plugins, tmp_path / str(number))
            with _assessed(checked, case.records) as line:
                texts = f"case {number + 1} gives {line.points}: {line.worked}"
                assert line.points == Decimal(case.gives), texts

    def test_the_order_of_records_is_free(
        self, method: Method, plugins: Registry, tmp_path: Path
    ) -> None:
        """The same records in another order give the same points."""
        for number, case in enumerate(self.cases()):
            checked = self._with(case, method, plugins, tmp_path / str(number))
            turned = {name: [rows[0], *rows[:0:-1]] for name, rows in case.records.items()}
            with _assessed(checked, turned) as line:
                assert line.points == Decimal(case.gives)

    def test_the_same_fields_give_the_same_formula(
        self, method: Method, plugins: Registry, tmp_path: Path
    ) -> None:
        """Two years later the formula is the same: no clock, no chance, no memory."""
        first, second = (
            [
                str(line.raw.sql)
                for line in _checked(self, plugins, folder, method.example).book.criteria
            ]
            for folder in (tmp_path / "first", tmp_path / "second")
        )
        assert first == second

    def test_fields_that_do_not_go_together_are_findings(
        self, plugins: Registry, tmp_path: Path
    ) -> None:
        """Such a line stops a run with a finding that has a place; the method does not fail."""
        faulty = [*self.faulty(), f"method: {self.name}\nno such field: 1"]
        assert len(faulty) > 1, "name at least one line whose fields do not go together"
        for number, fields in enumerate(faulty):
            folder = tmp_path / f"faulty-{number}"
            results = [f for f in _checked(self, plugins, folder, fields).findings if stops([f])]
            assert results, f"this line passes: {fields}"
            for finding in results:
                assert str(finding.message).strip()
                assert finding.place.line, "nobody can find what is meant"

    def test_it_is_worded_in_every_language(
        self, method: Method, plugins: Registry, tmp_path: Path
    ) -> None:
        """The rule reads as a paper words it, in each language, without a programmer's words."""
        if method.words is None:
            pytest.skip("it is described by its formula")
        for language in LANGUAGES:
            checked = _checked(self, plugins, tmp_path / language, method.example, language)
            (rule,) = checked.book.criteria
            with speaking(language):
                text = in_words(rule, RulesetVerbalizer(checked.book), method)
            assert text.strip(), f"nothing is said in {language}"
            assert not text.rstrip().endswith((".", "。")), "the full stop is the paper's"
            ids = checked.ruleset.document.indicators
            raw = [name for name in ids if re.search(rf"(?i)\b{name}\b", text)]
            assert not raw, f"{raw} have labels: ask “say” of the wording for them"


def _checked(
    contract: MethodContract,
    plugins: Registry,
    folder: Path,
    fields: str,
    language: str = "zh",
    points: Decimal | str | int | None = None,
) -> CheckedRuleset:
    """Return a ruleset whose only line has these fields, with what is found in it."""
    text = RULESET.format(
        language=language,
        indicators=_indented(contract.indicators, 2) or "  {}",
        fields=_indented(fields, 8),
        points=contract.points if points is None else points,
    )
    return load_ruleset(lay_ruleset(folder, text), plugins)


def _indented(text: str, by: int) -> str:
    return indent(dedent(text).strip("\n"), " " * by)


class _World(World):
    """Records of one village, assessed by a ruleset that uses the method under test."""

    def __init__(self, checked: CheckedRuleset) -> None:
        """Take the ruleset, compiled."""
        super().__init__(checked.ruleset.folder)
        self.checked = checked

    def load_ruleset(self) -> CheckedRuleset:
        """Return the ruleset."""
        return self.checked


@contextmanager
def _assessed(
    checked: CheckedRuleset, records: Mapping[str, Sequence[Sequence[str]]]
) -> Iterator[Line]:
    """Assess the records of the village and give its line."""
    world = _World(checked)
    world.give("村", [["村名"], [VILLAGE]])
    for table, rows in records.items():
        world.give(table, rows)
    world.assess()
    try:
        yield world.subject(VILLAGE).lines[0]
    finally:
        world.close()
