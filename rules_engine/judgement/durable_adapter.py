"""Keeps durable-rules on a short lead.

The library compares across types without a word, refuses facts that no rule matches, swallows
exceptions inside actions, starts timer threads and keeps the state of every session for ever.
So this adapter gives it only pairs of words, asserts only facts that some rule listens to, looks
at the state after each session, deletes it, and runs without the timers. What it compiled it would
keep to the end of the process, so that is given back when all is judged. Deleting the state of a
session in which no rule fired crashes the process, so every session begins with a fact of its own
that a rule of its own takes up.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any
from weakref import finalize

from durable import engine

from rules_engine.errors import EngineFailure
from rules_engine.messages import msg
from rules_engine.model.judgement import TRUE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules_engine.model.judgement import JudgementRule

RULESET = "judgement"
OPENING = ("*", TRUE)
"""The fact that opens every session; no consequence or standard can have this name."""
Trace = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""What followed, in order: each consequence with the facts that its rule needed."""


class _Host(engine.Host):  # type: ignore[misc]  # the library is untyped
    """A host without the threads that would poll for timers for ever."""

    def _run(self) -> None:
        """Start nothing: judgement has no timers and no queues."""


class Judge:
    """Judges one signature of facts after another by the same rules."""

    def __init__(self, rules: Sequence[JudgementRule]) -> None:
        """Compile the rules. Without rules nothing ever follows."""
        self._rules = tuple(rules)
        self._heard = {OPENING} | {pair for rule in rules for pair in rule.needs}
        self._sessions = itertools.count()
        self._fired: dict[str, tuple[tuple[str, str], ...]] = {}
        self._host = _Host()
        self._close: Callable[[], object] = lambda: None
        if rules:
            self._host.register_rulesets({RULESET: self._definition()})
            handle = self._host._ruleset_directory[RULESET]._handle
            self._close = finalize(self, engine.durable_rules_engine.delete_ruleset, handle)

    def close(self) -> None:
        """Give back what the library holds; nothing is judged after that."""
        self._close()

    def _definition(self) -> dict[str, Any]:
        opening = {"all": _conditions((OPENING,)), "run": lambda context: None}
        return {"opening": opening} | {
            f"r{number}": {"all": _conditions(rule.needs), "run": self._action(rule)}
            for number, rule in enumerate(self._rules)
        }

    def _action(self, rule: JudgementRule) -> Callable[[Any], None]:
        def follow(context: Any) -> None:  # noqa: ANN401 - the library's own closure
            if rule.consequence in self._fired:
                return
            self._fired[rule.consequence] = rule.needs
            if (rule.consequence, TRUE) in self._heard:
                context.assert_fact({"fact": rule.consequence, "value": TRUE})

        return follow

    def judge(self, facts: Mapping[str, str]) -> Trace:
        """Return what follows from the facts.

        Args:
            facts: each fact's name and its value, all words.

        Returns:
            The consequences in order of their names, each with the facts that led to it.

        Raises:
            EngineFailure: the library refused a fact or an action failed.
        """
        if not self._rules:
            return ()
        session = str(next(self._sessions))
        self._fired = {}
        try:
            for fact, value in (OPENING, *facts.items()):
                if (fact, value) in self._heard:
                    self._host.assert_fact(RULESET, {"sid": session, "fact": fact, "value": value})
            state = self._host.get_state(RULESET, session) if self._fired else {}
        except Exception as error:  # the library raises bare Exception with a number
            raise _failure(str(error)) from None
        finally:
            self._forget(session)
        if state.get("exception"):
            raise _failure(str(state["exception"]).split(", traceback")[0])
        return self._explained(facts)

    def _explained(self, facts: Mapping[str, str]) -> Trace:
        """Give each consequence the first of its rules that holds, whichever fired first.

        What rests on other consequences comes after them, so that no two give each other as
        their reason.
        """
        value = set(facts.items())
        reasons: dict[str, tuple[tuple[str, str], ...]] = {}
        while len(reasons) < len(self._fired):
            ready = [r for r in self._rules if r.consequence not in reasons and value >= {*r.needs}]
            if not ready:
                raise _failure(", ".join(sorted(self._fired.keys() - reasons)))
            for rule in ready:
                reasons.setdefault(rule.consequence, rule.needs)
            value |= {(name, TRUE) for name in reasons}
        return tuple(sorted(reasons.items()))

    def _forget(self, session: str) -> None:
        try:
            self._host.delete_state(RULESET, session)
        except Exception:  # a session that failed may have left nothing to delete
            return


def _conditions(needs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {f"m_{place}": {"$and": [{"fact": fact}, {"value": value}]}}
        for place, (fact, value) in enumerate(needs)
    ]


def _failure(detail: str) -> EngineFailure:
    return EngineFailure(
        *EngineFailure.of(
            "judgement-failed",
            msg("judgement failed: {detail}", detail=detail),
            hint=msg("this is a fault of the program: please report it with the ruleset"),
        ).findings
    )
