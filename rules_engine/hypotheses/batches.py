"""The scenarios of a ruleset in batches, ready to be played by changed rules.

One plan scores the records of many scenarios, each a world. Where a scenario compares nothing but
results, and these are what they were, it is not played; what notices a change is always a step
that fails.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.engines import embedded, written
from rules_engine.errors import EngineFailure
from rules_engine.hypotheses.engine import (
    LINES,
    RESULTS,
    assess_worlds,
    of_world,
    stacked_records,
)
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.revision import base_plan, base_table, revised_plan
from rules_engine.plan.world_column import WORLD, by_world
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE
from rules_engine.run.compute import attach_dataset, profile_of
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.context import reviewed
from rules_engine.scenarios.replay import RESULT_STEPS
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from rules_engine.conditions.scope import Query
    from rules_engine.hypotheses.engine import Lines
    from rules_engine.plan.rules import Rulebook
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.scenarios import replay as replays
    from rules_engine.scenarios.replay import Replay

    Rank = Callable[[Replay], int]
    Suspect = tuple[Replay, Mapping[bool, replays.Lines]]

    from rules_engine.run.load import CheckedRuleset

SCORED = {"parameters", "indicators", "standards", "sections"}
"""The parts of a ruleset of which nothing but the score plan is made."""
ORDER = [(WORLD, "ascending"), ("subject_id", "ascending")]

Otherwise = dict[int, set[tuple[str, str]]]
"""For worlds, what is not what it was: the name of a subject, and of a line or nothing."""


@dataclass(frozen=True)
class Graded:
    """What follows upon scoring: the results, and what each signature of facts leads to."""

    results: Mapping[str, pa.Table]
    consequences: Mapping[str, object]


class Batch:
    """Scenarios that are assessed together, and what the unchanged rules make of their records.

    Attributes:
        days: what all of them ask for.
        replays: the scenarios; the place of each is the number of its world.
        lines: the score lines.
    """

    def __init__(self, days: Days, replays: Sequence[Replay], book: Rulebook) -> None:
        """Lay their records together, and assess them in a session of their own."""
        self.days, self.replays, self.book = days, replays, book
        self.session = embedded(registry(), 1)
        records = [next(iter(replay.world.kept.values())) for replay in replays]
        self.dataset = stacked_records(records)
        attach_dataset(self.dataset, self.session)
        self._known = {kind: self._base(kind) for kind in SubjectKind if book.has_lines(kind)}
        self.lines = self.scored(book)
        self._labels = {rule.id: rule.spec.label for rule in book.criteria}
        self._after = _after_scoring(book)
        self._graded = self._grade(book, self.lines)
        self._names = {
            (row[WORLD], row["subject_id"]): row["name"]
            for rows in (*self.lines.values(), *self._graded.results.values())
            for row in rows.select([WORLD, "subject_id", "name"]).to_pylist()
        }
        self._worded = {k: sql for k, sql in book.written.items() if k[1] not in LINES}

    def _base(self, kind: SubjectKind) -> list[str]:
        """Keep what is worked out of the records, and return the names of its columns."""
        plan = self._worded_plan(base_plan(self.book, kind, profile_of(self.dataset, kind)))
        self.session.run(f"CREATE TABLE {base_table(kind)} AS {plan}")
        columns = self.session.query(f"SELECT * FROM {base_table(kind)} LIMIT 0").column_names
        return [name for name in columns if name != WORLD]

    def _worded_plan(self, plan: Query) -> str:
        of_worlds = {*self.dataset.tables, *map(base_table, SubjectKind)}
        return written(by_world(plan, of_worlds))

    def scored(self, book: Rulebook) -> Lines:
        """Score all worlds by rules with the same lines, indicators and standards.

        Raises:
            EngineFailure: a number of one of them overflowed.
        """
        lines: dict[SubjectKind, pa.Table] = {}
        for kind, known in self._known.items():
            plan = revised_plan(book, self.book, kind, profile_of(self.dataset, kind), known)
            lines[kind] = self.session.query(self._worded_plan(plan)).sort_by(ORDER)
        return lines

    def lines_of(self, number: int, lines: Lines) -> dict[str, pa.Table]:
        """Return the score lines of one scenario, by the table that they belong to."""
        return {kind.lines: of_world(rows, number) for kind, rows in lines.items()}

    def outcome_of(self, changed: ChangedRuleset) -> BatchOutcome:
        """Assess all of them by changed rules.

        Raises:
            RulesEngineError: the changed ruleset cannot be run.
        """
        book = changed.on(self.days).book
        try:
            lines = self.scored(book)
            touched = self._scored_otherwise(lines)
            if _after_scoring(book) == self._after:
                book.written |= self._worded
            else:
                for number, parts in self._graded_otherwise(book, lines).items():
                    touched[number] = touched.get(number, set()) | parts
        except EngineFailure:  # for one of them, and that one will fail by itself as well
            return BatchOutcome(self, None, {number: set() for number in range(len(self.replays))})
        if book.ruleset.document.targets != self.book.ruleset.document.targets:
            for number, replay in enumerate(self.replays):
                if "target_is" in replay.compares:
                    touched.setdefault(number, set())
        return BatchOutcome(self, lines, touched)

    def _scored_otherwise(self, lines: Lines) -> Otherwise:
        """Return in which worlds the lines are not what they were."""
        return self._by_world(
            one for kind, rows in lines.items() for one in _differing(self.lines[kind], rows)
        )

    def _graded_otherwise(self, book: Rulebook, lines: Lines) -> Otherwise:
        """Return in which worlds something else than before follows upon scoring.

        Raises:
            EngineFailure: a number of one of them overflowed, or judgement failed.
        """
        now, then = self._grade(book, lines), self._graded
        results = [
            each
            for name, rows in now.results.items()
            for each in _differing(then.results[name], rows)
        ]
        other = {s for s, led_to in now.consequences.items() if led_to != then.consequences.get(s)}
        signed = lines[SubjectKind.VILLAGE].select([WORLD, "subject_id", "signature"]).to_pydict()
        results += [
            (world, subject, "")
            for world, subject, signature in zip(*signed.values(), strict=True)
            if signature in other
        ]
        return self._by_world(results)

    def _by_world(self, outcomes: Iterable[tuple[int, str, str]]) -> Otherwise:
        otherwise: Otherwise = {}
        for world, subject, column in outcomes:
            line = self._labels.get(column.split("__")[0], "")
            otherwise.setdefault(world, set()).add((self._names[world, subject], line))
        return otherwise

    def _grade(self, book: Rulebook, lines: Lines) -> Graded:
        assessed = assess_worlds(book, self.dataset, lines, self.session)
        specs = book.ruleset.document.consequences
        plain = {name: spec.model_dump(exclude={"when"}) for name, spec in specs.items()}
        return Graded(
            {n: assessed.results[n].sort_by(ORDER) for n in RESULTS
             if n in assessed.results},
            {signature: [(n, plain[n]) for n, _ in trace]
             for signature, trace in assessed.traces.items()},
        )  # fmt: skip

    def close(self) -> None:
        """Let go of the engine."""
        self.session.close()


def _after_scoring(book: Rulebook) -> tuple[object, ...]:
    """Return all that results depend on besides the rows of the score plan and the days."""
    places = {name: (p.spec, p.expressions) for name, p in book.places.items()}
    document = book.ruleset.document.model_dump(exclude=SCORED)
    cadres = book.cadres
    own = {name: (p.spec, p.expressions) for name, p in cadres.places.items()}
    return book.judgement, places, book.placed, cadres.judgement, own, cadres.standards, document


def _differing(one: pa.Table, other: pa.Table) -> Iterator[tuple[int, str, str]]:
    """Yield world, subject and column where two tables about the same are not the same."""
    import pyarrow.compute as pc

    def about(rows: pa.Table) -> Iterator[tuple[int, str]]:
        return zip(rows[WORLD].to_pylist(), rows["subject_id"].to_pylist(), strict=True)

    shared = [name for name in one.column_names if name in other.column_names]
    one, other = one.select(shared), other.select(shared)  # one of them may have places left open
    if one.schema != other.schema:
        yield from ((world, subject, "") for world, subject in about(one))
        return
    for name in one.column_names:
        a, b = one[name], other[name]
        if not a.equals(b):
            unlike = pc.coalesce(pc.not_equal(a, b), pc.xor(pc.is_null(a), pc.is_null(b)))
            yield from ((world, subject, name) for world, subject in about(one.filter(unlike)))


@dataclass(frozen=True)
class BatchOutcome:
    """What changed rules make of a batch.

    Attributes:
        lines: the score lines, where no scenario failed.
        touched: the numbers of the scenarios of which another result came out, and which.
    """

    batch: Batch
    lines: Lines | None
    touched: Otherwise

    def likeliest_first(self, rank: Rank) -> list[int]:
        """Return the touched, first those that compare what came out otherwise."""
        asked = {n: self.batch.replays[n].asked for n in self.touched}
        unasked = {n: asked[n].isdisjoint(parts) for n, parts in self.touched.items()}
        return sorted(self.touched, key=lambda n: (unasked[n], rank(self.batch.replays[n])))

    def suspect(self, number: int) -> Suspect:
        """Return a scenario with what is known of its lines."""
        replay = self.batch.replays[number]
        if self.lines is None:
            return replay, {}
        return replay, dict.fromkeys(replay.world.kept, self.batch.lines_of(number, self.lines))

    @property
    def unsure(self) -> list[int]:
        """Return the numbers of the others that compare more than results."""
        replays = enumerate(self.batch.replays)
        return [n for n, r in replays if n not in self.touched and not r.compares <= RESULT_STEPS]


class Batches:
    """All scenarios of one edition of a ruleset."""

    def __init__(self, replays: Sequence[Replay], original: Original) -> None:
        """Lay the records of scenarios that were played together, where that can be."""
        self.all: list[Batch] = []
        self.alone: list[Replay] = []
        joined: defaultdict[tuple[Days, frozenset[str]], list[Replay]] = defaultdict(list)
        for replay in replays:
            kept = list(replay.world.kept.values())
            if len(kept) == 1 and not kept[0].quarantine:
                joined[replay.days, frozenset(kept[0].tables)].append(replay)
            elif kept or not replay.world.stopped:
                self.alone.append(replay)
            # else its records stop every run: the rules are never asked
        for (days, _), members in joined.items():
            self._join(days, members, original.on(days).book)
        self.all.sort(key=lambda batch: -len(batch.replays))

    def _join(self, days: Days, members: Sequence[Replay], book: Rulebook) -> None:
        """Lay scenarios together, but for those of which something else would come out then."""
        batch = Batch(days, members, book)
        unlike = [
            replay
            for number, replay in enumerate(members)
            if batch.lines_of(number, batch.lines) != _lines_of(replay)
        ]
        if unlike:
            batch.close()
            self.alone += unlike
            rest = [replay for replay in members if replay not in unlike]
            if rest:
                self._join(days, rest, book)
        else:
            self.all.append(batch)

    def noticed(self, changed: ChangedRuleset, rank: Rank) -> str:
        """Return the name of the first scenario that fails, or nothing.

        Args:
            changed: the changed ruleset.
            rank: how likely a scenario is to notice, the likeliest with the least number.

        Raises:
            RulesEngineError: the changed ruleset cannot be run.
        """
        for replay, known in self._suspects(changed, rank):
            if replay.play(changed.on(replay.days), known):
                return replay.name
        return ""

    def _suspects(self, changed: ChangedRuleset, rank: Rank) -> Iterator[Suspect]:
        unsure: list[tuple[int, Callable[[], Suspect]]] = []
        for batch in self.all:
            outcome = batch.outcome_of(changed)
            for number in outcome.likeliest_first(rank):
                yield outcome.suspect(number)
            unsure += [
                (rank(batch.replays[n]), partial(outcome.suspect, n)) for n in outcome.unsure
            ]
        unsure += [(rank(replay), partial(_unknown, replay)) for replay in self.alone]
        for _, suspect in sorted(unsure, key=itemgetter(0)):
            yield suspect()

    def close(self) -> None:
        """Let go of the engines."""
        for batch in self.all:
            batch.close()


def _unknown(replay: Replay) -> Suspect:
    return replay, {}


def _lines_of(replay: Replay) -> dict[str, pa.Table]:
    gave = replay.world.gave
    return {name: gave[name].sort_by("subject_id") for name in LINES if name in gave}


UNSOURCED = "number-unsourced"
"""The finding that every changed figure meets: it tells nothing about the scenarios."""
Days = tuple[date | None, tuple[date, date] | None]
"""The day of knowledge and the period that a scenario asks for."""


@dataclass
class ChangedRuleset:
    """A ruleset's folder with what came of reading it."""

    folder: Path
    reviews: dict[Days, CheckedRuleset] = field(default_factory=dict)

    def on(self, days: Days) -> CheckedRuleset:
        """Return the ruleset as it is for the days.

        Raises:
            RulesEngineError: it cannot be run.
        """
        if days not in self.reviews:
            result = load_ruleset(self.folder, registry(), *days, charges=False)
            known = tuple(f for f in result.findings if f.code != UNSOURCED)
            self.reviews[days] = replace(result, findings=known).or_stop()
        return self.reviews[days]

    @property
    def warnings(self) -> set[str]:
        """Return the codes of the warnings about it, for all days that were asked for."""
        whole = (load_ruleset(self.folder, registry(), *days) for days in self.reviews)
        return {f.code for one in whole for f in one.findings if f.severity == "warning"}


class Original(ChangedRuleset):
    """The ruleset as it is, the same that its scenarios use."""

    def on(self, days: Days) -> CheckedRuleset:
        """Return the edition that is in force on the days."""
        return reviewed(self.folder, *days).or_stop()


@contextmanager
def trial_of(text: str, original: Ruleset) -> Iterator[ChangedRuleset]:
    """Lay a ruleset of another wording beside the clauses of the original."""
    with temporary_folder() as name:
        clauses = original.clause_source.text
        (Path(name) / CLAUSES_FILE).write_text(clauses, encoding="utf-8")
        (Path(name) / RULESET_FILE).write_text(text, encoding="utf-8")
        yield ChangedRuleset(Path(name))
