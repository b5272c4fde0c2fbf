"""Watches scenarios being run, and notes which parts of the ruleset each of them checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from rules_engine.model.subjects import SubjectKind
from rules_engine.scenarios.encoded_parts import OF_CADRES
from rules_engine.scenarios.steps import line_of, subject_of
from rules_engine.scenarios.tables import headed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rules_engine.model.assessment import Line, Subject
    from rules_engine.scenarios.context import World
    from rules_engine.scenarios.encoded_parts import Inventory
    from rules_engine.scenarios.replay import MatchedStep

Strength = Literal["asserted", "depended"]
Arguments = dict[str, Any]
TOTALS = frozenset({"总分", "得分", "名次"})
GRADES = frozenset({"等次", "分数等次"})


class Watch:
    """Listens to the steps.

    A part is *asserted* by a scenario when a step compares it itself: a line of the score
    table, its words or its records, an honour or a sanction, a grade, a target, a payment; and
    with it everything that it rests on. It is *depended* on when a total or a rank is compared
    to which it gave or from which it took something.

    Attributes:
        asserted: for a part, the scenarios that assert it, in order.
        depended: for a part, the scenarios whose totals depend on it.
    """

    def __init__(self, inventory: Inventory, folder: Path) -> None:
        """Take the parts that can be noted, and the folder of the edition that has them."""
        self.inventory = inventory
        self.folder = folder
        self.asserted: dict[str, dict[str, None]] = {}
        self.depended: dict[str, dict[str, None]] = {}
        self.scenario = ""
        self.readers: dict[str, Callable[[World, Arguments], None]] = {
            "villages_are": self.table,
            "cadres_are": self.table,
            "lines_are": self.lines,
            "has_no_line": self.no_line,
            "score_is": self.total_step,
            "interval_is": self.total_step,
            "rank_is": self.total_step,
            "place_is_explained": self.total_step,
            "grade_is": self.grade_step,
            "grade_is_explained": self.grade_step,
            "smallest_changes_are": self.grade_step,
            "explanation_has": self.line_step,
            "evidence_is": self.line_step,
            "has_consequence": self.consequence,
            "has_no_consequence": self.consequence,
            "consequence_because": self.consequence,
            "payment_is": self.payment,
            "payment_is_open": self.payment,
            "payment_is_explained": self.payment,
            "may_have_consequences": self.total_step,
            "target_is": self.target,
        }

    def after_step(self, world: World, scenario: str, step: MatchedStep) -> None:
        """Note what a step that went through has compared."""
        read = self.readers.get(step.function.__name__)
        if read is None or world.chosen().ruleset.folder != self.folder:
            return
        self.scenario = scenario
        values = dict(step.arguments)
        if values.get("datatable"):
            values["rows"] = headed(world.plainly_headed(values["datatable"]))[1]
        read(world, values)

    # what is noted

    def note(self, key: str, strength: Strength = "asserted") -> None:
        """Note a part and what it rests on."""
        noted = self.asserted if strength == "asserted" else self.depended
        for part in sorted(self.inventory.below(key)):
            noted.setdefault(part, {})[self.scenario] = None
            for line in self.inventory.hangs_on.get(part, ()):
                self.depended.setdefault(line, {})[self.scenario] = None

    def named(self, kind: str, name: str) -> None:
        """Note all parts of a kind that have an id or label."""
        for key in self.inventory.named(kind, name):
            self.note(key)

    def total(self, subject: Subject) -> None:
        """Note what made a subject's total and rank."""
        self.note(self.inventory.root, "depended")
        for line in subject.lines:
            if self.moved(line):
                self.note(f"criterion.{line.criterion}", "depended")
        for consequence in subject.consequences:
            if consequence.kind in ("downgrade", "veto"):
                self.note(f"consequence.{consequence.id}", "depended")
        for share in subject.shares:
            self.note("responsibility.shares")
            self.note(f"role.{share.role}")

    def moved(self, line: Line) -> bool:
        """Return whether a line gave or took something, or could not be assessed."""
        idle = 0 if line.criterion in self.inventory.bonuses else line.maximum
        return bool(line.records) or line.outcome == "not_assessable" or line.points != idle

    def grade(self, subject: Subject, label: str) -> None:
        """Note a grade, and what made it."""
        self.total(subject)
        named = [p for p in self.inventory.parts.values() if (p.kind, p.label) == ("grade", label)]
        own = [p for p in named if p.id.startswith(OF_CADRES)]
        chosen = (
            own if own and subject.kind is SubjectKind.CADRE else [p for p in named if p not in own]
        )
        for part in chosen:
            self.note(part.key)

    # steps

    def table(self, world: World, arguments: Arguments) -> None:
        """Note what a table of results compares."""
        for row in arguments["rows"]:
            subject = subject_of(world, row)
            if TOTALS & set(row):
                self.total(subject)
            for heading in GRADES & set(row):
                self.grade(subject, row[heading])

    def lines(self, world: World, arguments: Arguments) -> None:
        """Note the score lines that a table compares."""
        for row in arguments["rows"]:
            line = line_of(subject_of(world, row), row["考核项"])
            self.note(f"criterion.{line.criterion}")

    def line_step(self, world: World, arguments: Arguments) -> None:
        """Note a score line whose words or records are compared."""
        line = line_of(_subject(world, arguments), arguments["criterion"])
        self.note(f"criterion.{line.criterion}")

    def no_line(self, world: World, arguments: Arguments) -> None:
        """Note the score lines that a subject is said not to have."""
        self.named("criterion", arguments["criterion"])

    def total_step(self, world: World, arguments: Arguments) -> None:
        """Note a total or a rank that is compared."""
        self.total(_subject(world, arguments))

    def grade_step(self, world: World, arguments: Arguments) -> None:
        """Note a grade that is compared or explained."""
        subject = _subject(world, arguments)
        self.grade(subject, arguments.get("grade") or subject.grade)

    def consequence(self, world: World, arguments: Arguments) -> None:
        """Note an honour or a sanction that is looked for, and the vetoes that were hit."""
        self.named("consequence", arguments["what"])
        for line in _subject(world, arguments).lines:
            if line.veto:
                self.note(f"criterion.{line.criterion}", "depended")

    def payment(self, world: World, arguments: Arguments) -> None:
        """Note what is paid, or a part of it, and what the whole rests on."""
        subject, (label, _, part) = _subject(world, arguments), arguments["what"].partition("/")
        self.named("payment", part or label)
        self.named("pay", label)
        for payment in subject.payments:
            for one in payment.parts if payment.label == label and not part else ():
                self.note(f"payment.{payment.id}.{one.id}", "depended")
        self.total(subject)

    def target(self, world: World, arguments: Arguments) -> None:
        """Note a target."""
        self.named("target", arguments["name"])


def _subject(world: World, arguments: Arguments) -> Subject:
    return world.subject(arguments["name"], arguments.get("kind"))
