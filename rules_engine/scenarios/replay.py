"""Runs scenarios again and again in this process, on data that is taken in only once."""

from __future__ import annotations

import inspect
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from rules_engine.engines import DIALECT
from rules_engine.errors import RulesEngineError, UsageError, stops
from rules_engine.run.compute import MemoryPlace
from rules_engine.scenarios.context import World
from rules_engine.scenarios.features import rows_of
from rules_engine.scenarios.tables import refuse_unread, unknown_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    import pyarrow as pa
    from pytest_bdd.steps import StepFunctionContext

    from rules_engine.model.dataset import Dataset
    from rules_engine.model.plugin import EngineSession
    from rules_engine.run.load import CheckedRuleset
    from rules_engine.scenarios.features import ReadFeatures


RESULT_STEPS = frozenset({
    "villages_are", "cadres_are", "lines_are", "score_is", "interval_is", "rank_is", "grade_is",
    "has_consequence", "has_no_consequence", "may_have_consequences", "payment_is",
    "payment_is_open", "target_is",
})  # fmt: skip
"""The steps that compare what plans give; the others compare words, records or findings."""

Lines: TypeAlias = "Mapping[str, pa.Table]"
"""Rows of the score plan that are known already, by the table that they fill."""


@dataclass
class MatchedStep:
    """A step as a scenario tells it, with the function that carries it out."""

    type: str
    text: str
    function: Callable[..., object]
    arguments: dict[str, Any]

    def run(self, world: World) -> None:
        """Carry the step out in a world."""
        wanted = inspect.signature(self.function).parameters
        self.function(**({"world": world} if "world" in wanted else {}), **self.arguments)


@dataclass
class ReplayWorld(World):
    """A world that keeps the records it took in, and can be assessed by another ruleset.

    Attributes:
        ruleset: what is tried instead of the scenario's own ruleset.
        kept: the records, without and with acceptance of quarantined rows.
        known: what the score plan gives for either of them, where that was worked out before.
        gave: what the plans gave the last time that they were run here.
    """

    ruleset: CheckedRuleset | None = None
    kept: dict[bool, Dataset] = field(default_factory=dict)
    known: Mapping[bool, Lines] = field(default_factory=dict)
    gave: dict[str, pa.Table] = field(default_factory=dict)

    def load_ruleset(self) -> CheckedRuleset:
        """Return the ruleset that is tried, or the scenario's own."""
        return self.ruleset or self.chosen()

    def _take(
        self, checked: CheckedRuleset, session: EngineSession, *, accept_quarantine: bool
    ) -> Dataset:
        if accept_quarantine not in self.kept:
            taken = super()._take(checked, session, accept_quarantine=accept_quarantine)
            self.kept[accept_quarantine] = taken
        return self.kept[accept_quarantine]

    def _place(self, session: EngineSession, dataset: Dataset) -> MemoryPlace:
        accepted = next(a for a, kept in self.kept.items() if kept is dataset)
        known = self.known.get(accepted, {})
        return MemoryPlace(session, DIALECT, known=known, gave=self.gave)


@dataclass
class Replay:
    """One scenario, ready to be played by any ruleset that reads the same tables."""

    name: str
    steps: list[MatchedStep]
    world: ReplayWorld

    @property
    def days(self) -> tuple[date | None, tuple[date, date] | None]:
        """Return the day of knowledge and the period that the scenario asks for."""
        return self.world.as_of, self.world.period

    @cached_property
    def edition(self) -> Path | None:
        """Return the folder of the edition that the scenario's days choose, if one is in force."""
        try:
            return self.world.chosen().ruleset.folder
        except RulesEngineError:
            return None

    @cached_property
    def words(self) -> str:
        """Return everything that the scenario says, for finding the relevant ones first."""
        tables = [str(v) for step in self.steps for v in step.arguments.values()]
        return "\n".join([self.name, *(s.text for s in self.steps), *tables])

    @cached_property
    def compares(self) -> frozenset[str]:
        """Return what the functions of its comparisons are called."""
        return frozenset(s.function.__name__ for s in self.steps if s.type == "then")

    @cached_property
    def asked(self) -> frozenset[tuple[str, str]]:
        """Return of whom it compares something: the name, and that of a line or nothing."""
        results: set[tuple[str, str]] = set()
        for text in self.steps:
            if text.type != "then":
                continue
            rows = text.arguments.get("datatable") or [[]]
            cells = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
            named = [c.get("村") or c.get("干部") or next(iter(c.values()), "") for c in cells]
            results |= {(n, c.get("考核项", "")) for n, c in zip(named, cells, strict=True)}
            results.add((text.arguments.get("name", ""), text.arguments.get("criterion", "")))
        return frozenset(results)

    def play(
        self, ruleset: CheckedRuleset | None = None, known: Mapping[bool, Lines] | None = None
    ) -> str | None:
        """Play the scenario; return what failed, or nothing.

        The records are given once: with another ruleset only the assessment and the
        comparisons are done again.

        Args:
            ruleset: what is tried instead of the scenario's own ruleset.
            known: what the score plan of that ruleset gives for the scenario's records, without
                and with acceptance of quarantined rows, where it is known.
        """
        world, again = self.world, bool(self.world.kept)
        world.ruleset, world.known = ruleset, known or {}
        try:
            for step in self.steps:
                if not (again and step.type == "given"):
                    step.run(world)
        except Exception as error:  # a comparison failed, or the ruleset cannot be run
            return str(error).splitlines()[0] if str(error) else type(error).__name__
        return None


@contextmanager
def replays_of(ruleset: Path, read: ReadFeatures) -> Iterator[list[Replay]]:
    """Give scenarios that were read, their steps matched to functions, for as long as it takes."""
    with ExitStack() as stack:
        yield list(_replays(ruleset, read, stack))


def _replays(ruleset: Path, read: ReadFeatures, stack: ExitStack) -> Iterator[Replay]:
    if stops(read.findings):
        raise UsageError(*(f for f in read.findings if f.severity == "error"))
    for scenario in read.scenarios():
        for row in rows_of(scenario):
            world = ReplayWorld(ruleset)
            stack.callback(world.close)
            rendered = scenario.render(row)
            yield Replay(
                rendered.name, [matched_step(step, world) for step in rendered.steps], world
            )


@cache
def _wordings() -> list[StepFunctionContext]:
    """Return the steps in which scenarios are written; those of other modules are not theirs."""
    from pytest_bdd.steps import step_function_context_registry

    from rules_engine.scenarios import steps

    every = step_function_context_registry.values()
    return [context for context in every if context.step_func.__module__ == steps.__name__]


def matched_step(step: Any, world: World) -> MatchedStep:  # noqa: ANN401 - pytest-bdd's own
    """Return a step with the function that carries it out.

    Raises:
        UsageError: no wording fits, or what stands below is not what the step reads.
    """
    for context in _wordings():
        if context.type in (None, step.type) and context.parser.is_matching(step.name):
            refuse_unread(step, context.step_func)
            wanted = inspect.signature(context.step_func).parameters
            values: dict[str, Any] = dict(context.parser.parse_arguments(step.name) or {})
            if "datatable" in wanted:
                values["datatable"] = step.datatable.raw() if step.datatable else []
            if "docstring" in wanted:
                values["docstring"] = step.docstring
            if "tmp_path" in wanted:
                values["tmp_path"] = world.scratch
            return MatchedStep(step.type, step.name, context.step_func, values)
    raise unknown_step(step)
