"""What follows for villages from judgement: what is certain, and what is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules_engine.judgement.open_facts import is_open, possible
from rules_engine.model.assessment import Consequence
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.open_grading import SIGNED
from rules_engine.plan.places import OF_CADRE
from rules_engine.plan.totals import BAND_SIGNS, read_signature

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules_engine.judgement.durable_adapter import Trace
    from rules_engine.model.assessment import ClauseRef
    from rules_engine.plan.rules import Rulebook
    from rules_engine.report.reasons import Grounds


def certain_row(row: dict[str, Any], labels: Sequence[str]) -> dict[str, Any]:
    """Return a row of results with nothing in it that is not certain.

    What the row gives then beside is ``places_open`` and, where some grade is not possible,
    ``grades_open``.

    Args:
        row: of the results of villages or of cadres.
        labels: of the grades, best first.
    """
    if SIGNED not in row:
        return row
    results = [BAND_SIGNS.index(sign) for sign in row[SIGNED]]
    first, last = row["rank_best"], row["rank_worst"]
    sure = first == last
    row = row | {
        "rank": first if sure else None,
        "tied": row["tied_sure"] if sure else 0,
        "places_open": None if sure else (first, last),
        "grades_open": tuple(labels[k] for k in results) if 1 < len(results) < len(labels) else (),
    }
    grade = results[0] if len(results) == 1 else None
    kept = grade == row["grade"]
    return row | {"grade": grade, "displaced": row.get("displaced") if kept else None}


class Consequences:
    """Makes the consequences of signatures of facts, in the order of the paper."""

    def __init__(
        self,
        book: Rulebook,
        traces: Mapping[str, Trace],
        grounds: Grounds,
        clauses: Callable[[Sequence[str]], tuple[ClauseRef, ...]],
        keeps_open: Callable[[], bool],
        kind: SubjectKind = SubjectKind.VILLAGE,
    ) -> None:
        """Make none yet.

        Args:
            book: the compiled rules.
            traces: what followed from each signature.
            grounds: says why something followed.
            clauses: finds the clauses of names.
            keeps_open: whether the results say what is possible; those of old runs do not.
            kind: of whom the signatures are.
        """
        own = book if kind.judged else book.cadres
        self._facts, self._judgement = own.facts, own.judgement
        self._traces, self._grounds = traces, grounds
        self._clauses, self._keeps_open = clauses, keeps_open
        self._specs = book.ruleset.document.consequences
        self._open: dict[str, Mapping[str, tuple[tuple[str, str], ...]]] = {}

    def certain(
        self, trace: Trace, suffix: str = "", unless: bool = False
    ) -> tuple[Consequence, ...]:
        """Return what followed, without the honours that a veto takes away.

        Args:
            trace: what followed, with its reasons.
            suffix: is written behind each label.
            unless: whether a veto that is possible can take them away.
        """
        specs = self._specs
        barred = unless or any(specs[n].effect == "no honours" for n, _ in trace)
        return tuple(
            self._consequence(name, needs, suffix)
            for name, needs in sorted(trace, key=lambda item: list(specs).index(item[0]))
            if not (barred and specs[name].kind == "honour")
        )

    def _consequence(
        self, name: str, needs: tuple[tuple[str, str], ...], suffix: str
    ) -> Consequence:
        spec = self._specs[name]
        return Consequence(
            id=name,
            kind=spec.kind,
            label=spec.label + suffix,
            because=self._grounds.because(name, needs),
            clauses=self._clauses(spec.clause),
        )

    def possible(self, signature: str, suffix: str = "") -> tuple[Consequence, ...]:
        """Return what may follow from facts of which some are unknown, and is not certain."""
        result = self._possible(signature)
        if not result:
            return ()
        specs, sure = self._specs, dict(self._traces[signature])
        barred = any(specs[n].effect == "no honours" for n in sure)
        maybe = self.barred(signature)
        return tuple(
            self._consequence(name, result[name], suffix)
            for name, spec in specs.items()
            if name in result
            and not (barred and spec.kind == "honour")
            and (name not in sure or (maybe and spec.kind == "honour"))
        )

    def barred(self, signature: str) -> bool:
        """Return whether honours can be taken away by what is possible."""
        specs = self._specs
        return any(specs[name].effect == "no honours" for name in self._possible(signature))

    def _possible(self, signature: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Return all that can follow from the facts of a signature; nothing if all are known."""
        if signature not in self._open:
            facts = read_signature(signature.removeprefix(OF_CADRE), self._facts)
            text = is_open(facts) and self._keeps_open()  # runs of old do not keep them
            results = possible(facts, self._judgement) if text else {}
            self._open[signature] = results
        return self._open[signature]
