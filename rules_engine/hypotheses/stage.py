"""The scenarios of a ruleset, ready to be played by changed rules, those first that may notice.

One plan scores the records of many scenarios. Where a scenario compares nothing but results, and
these are what they were, it is not played; what notices a change is always a step that fails.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from rules_engine.compiler import grading
from rules_engine.compiler.revision import sees
from rules_engine.engines import embedded
from rules_engine.errors import EngineFailure
from rules_engine.hypotheses.joint import ids_of
from rules_engine.hypotheses.stack import Stack, after_scoring
from rules_engine.plugin_manager import registry
from rules_engine.specs.replay import RESULT_STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from rules_engine.compiler.rules import Rulebook
    from rules_engine.hypotheses.changed_ruleset import Days, Original, Trial
    from rules_engine.hypotheses.stack import Lines, Otherwise
    from rules_engine.specs import replay as replays
    from rules_engine.specs.replay import Replay

    Rank = Callable[[Replay], int]
    Suspect = tuple[Replay, Mapping[bool, replays.Lines]]


@dataclass(frozen=True)
class Group:
    """Scenarios that are assessed together.

    Attributes:
        days: what all of them ask for.
        replays: the scenarios; the place of each is the number of its town in the stack.
        stack: their records.
    """

    days: Days
    replays: Sequence[Replay]
    stack: Stack

    def look(self, trial: Trial) -> Look:
        """Assess all of them by changed rules.

        Raises:
            RulesEngineError: the changed ruleset cannot be run.
        """
        book, stack = trial.on(self.days).book, self.stack
        try:
            lines = stack.scored(book)
            touched = stack.scored_otherwise(lines)
            if after_scoring(book) == stack.after:
                book.written |= stack.worded
            else:
                for number, parts in stack.graded_otherwise(book, lines).items():
                    touched[number] = touched.get(number, set()) | parts
        except EngineFailure:  # for one of them, and that one will fail by itself as well
            return Look(self, None, {number: set() for number in range(len(self.replays))})
        if book.ruleset.document.targets != stack.book.ruleset.document.targets:
            for number, replay in enumerate(self.replays):
                if "target_is" in replay.compares:
                    touched.setdefault(number, set())
        return Look(self, lines, touched)


@dataclass(frozen=True)
class Look:
    """What changed rules make of a group.

    Attributes:
        lines: the score lines, where no town failed.
        touched: the numbers of the scenarios of which another result came out, and which.
    """

    group: Group
    lines: Lines | None
    touched: Otherwise

    def likeliest_first(self, rank: Rank) -> list[int]:
        """Return the touched, first those that compare what came out otherwise."""
        asked = {n: self.group.replays[n].asked for n in self.touched}
        unasked = {n: asked[n].isdisjoint(parts) for n, parts in self.touched.items()}
        return sorted(self.touched, key=lambda n: (unasked[n], rank(self.group.replays[n])))

    def suspect(self, number: int) -> Suspect:
        """Return a scenario with what is known of its lines."""
        replay = self.group.replays[number]
        if self.lines is None:
            return replay, {}
        return replay, dict.fromkeys(replay.world.kept, self.group.stack.town(self.lines, number))

    @property
    def telling(self) -> list[int]:
        """Return the numbers of the others that compare more than results."""
        replays = enumerate(self.group.replays)
        return [n for n, r in replays if n not in self.touched and not r.compares <= RESULT_STEPS]


class Stage:
    """All scenarios of one edition of a ruleset."""

    def __init__(self, replays: Sequence[Replay], original: Original, scratch: Path) -> None:
        """Lay the records of scenarios that were played together, where that can be."""
        self.groups: list[Group] = []
        self.alone: list[Replay] = []
        joined: defaultdict[tuple[Days, frozenset[str]], list[Replay]] = defaultdict(list)
        for replay in replays:
            kept = list(replay.world.kept.values())
            if len(kept) == 1 and not kept[0].quarantine:
                joined[replay.days, frozenset(kept[0].tables)].append(replay)
            elif kept or not replay.world.stopped:
                self.alone.append(replay)
            # else its records stop every run: the rules are never asked
        for number, ((days, _), members) in enumerate(joined.items()):
            book = original.on(days).book
            ids = {name for table in book.ruleset.tables.values() for name in ids_of(table)}
            if sees(book, ids):
                self.alone += members
            else:
                self._join(days, members, book, scratch / f"{number}")
        self.groups.sort(key=lambda group: -len(group.replays))

    def _join(self, days: Days, members: Sequence[Replay], book: Rulebook, folder: Path) -> None:
        """Lay scenarios together, but for those of which something else would come out then."""
        folder.mkdir(parents=True)
        towns = [next(iter(replay.world.kept.values())) for replay in members]
        stack = Stack(towns, book, embedded(registry(), 1), folder)
        unlike = [
            replay
            for number, replay in enumerate(members)
            if stack.town(stack.lines, number) != _lines_of(replay)
        ]
        if unlike:
            stack.close()
            self.alone += unlike
            rest = [replay for replay in members if replay not in unlike]
            if rest:
                self._join(days, rest, book, folder / "rest")
        else:
            self.groups.append(Group(days, members, stack))

    def noticed(self, trial: Trial, rank: Rank) -> str:
        """Return the name of the first scenario that fails, or nothing.

        Args:
            trial: the changed ruleset.
            rank: how likely a scenario is to notice, the likeliest with the least number.

        Raises:
            RulesEngineError: the changed ruleset cannot be run.
        """
        for replay, known in self._suspects(trial, rank):
            if replay.play(trial.on(replay.days), known):
                return replay.name
        return ""

    def _suspects(self, trial: Trial, rank: Rank) -> Iterator[Suspect]:
        telling: list[tuple[int, Callable[[], Suspect]]] = []
        for group in self.groups:
            look = group.look(trial)
            for number in look.likeliest_first(rank):
                yield look.suspect(number)
            telling += [(rank(group.replays[n]), partial(look.suspect, n)) for n in look.telling]
        telling += [(rank(replay), partial(_unknown, replay)) for replay in self.alone]
        for _, suspect in sorted(telling, key=itemgetter(0)):
            yield suspect()

    def close(self) -> None:
        """Let go of the engines."""
        for group in self.groups:
            group.stack.close()


def _unknown(replay: Replay) -> Suspect:
    return replay, {}


def _lines_of(replay: Replay) -> dict[str, pa.Table]:
    gave = replay.world.gave
    return {
        name: gave[name].sort_by("subject_id") for name in grading.LINES_OF.values() if name in gave
    }
