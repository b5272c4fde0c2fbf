"""Runs the plan over a dataset: scores, judges, ranks, grades and carries to cadres.

Everything comes out as Parquet files in one folder; nothing leaves the plan row by row except the
few dozen distinct signatures of facts that are judged.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from rules_engine.conditions.sql import alias, query
from rules_engine.dataset import workdays
from rules_engine.engines import written
from rules_engine.errors import EngineFailure
from rules_engine.judgement.durable_adapter import Judge
from rules_engine.judgement.open_facts import is_open, possible, ways
from rules_engine.messages import msg
from rules_engine.model.judgement import UNKNOWN
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan import grading, open_grading, places, scoring
from rules_engine.plan.builder import DataProfile
from rules_engine.plan.measures import (
    QUARANTINED,
    measured_column,
    measured_from_shown,
    total_column,
)
from rules_engine.plan.payments import payments_plan
from rules_engine.plan.payouts import PAYOUTS, payouts_plan, shared_rules
from rules_engine.plan.totals import can_be_nothing, read_signature
from rules_engine.run import overflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from rules_engine.conditions.scope import Query
    from rules_engine.judgement.durable_adapter import Trace
    from rules_engine.model.dataset import Dataset, TableData
    from rules_engine.model.judgement import Fact
    from rules_engine.model.plugin import EngineSession
    from rules_engine.plan.rules import Rulebook

LINES, RESULTS, JUDGED = "lines.parquet", "results.parquet", "judged.json"
PLACES, CADRE_PLACES = "places.parquet", "cadre_places.parquet"
CADRE_LINES, SHARES, CADRES, HOLDERS = (
    "cadre_lines.parquet",
    "shares.parquet",
    "cadres.parquet",
    "holders.parquet",
)
PAYOUTS_FILE = "payouts.parquet"
EFFECTS = ("zero", "last", "steps", "at_best")
UNCERTAIN = " uncertain"
"""Tells the plans for results of which something is open from the usual ones."""
FEW = 100_000
Way: TypeAlias = "tuple[str | None, *tuple[int, ...]]"
"""What can follow from facts: for which band, ``None`` for all, and the effects, in order."""
NO_LINES = "SELECT '' AS subject_id, 0 AS low, 0 AS high WHERE 1 = 0"
"""What the lines of cadres are where they have none."""
SIGNATURES = """
SELECT signature, MAX(CASE WHEN low = high THEN 0 ELSE 1 END) AS wide
FROM "{lines}" GROUP BY signature ORDER BY signature
"""
"""The signatures of facts, and whether a total of theirs is an interval."""
IS_WIDE = f'SELECT MAX(CASE WHEN low = high THEN 0 ELSE 1 END) AS wide FROM "{grading.CADRE_LINES}"'


@dataclass(frozen=True)
class Workplace:
    """Where a plan runs: an engine's session, its dialect, and the folder for the results."""

    session: EngineSession
    dialect: str
    folder: Path

    def write(
        self, book: Rulebook, name: str, build: Callable[[], Query], file: str, variant: str = ""
    ) -> None:
        """Run a plan into a file and make that readable as the table ``name``.

        ``variant`` tells plans apart that fill the same table.
        """
        self.put(name, lambda: self.worded(book, name + variant, build), file)

    def put(self, name: str, sql: Callable[[], str], file: str) -> None:
        """Do the same for a plan as text."""
        self.session.write_parquet(sql(), self.folder / file)
        self.session.attach(name, self.folder / file)

    def query(self, text: str) -> pa.Table:
        """Run a query that is written in no engine's dialect; see :func:`sql.query`."""
        return self.session.query(self._worded(text))

    def write_query(self, text: str, name: str, file: str) -> None:
        """Run such a query into a file and make that readable as the table ``name``."""
        self.put(name, lambda: self._worded(text), file)

    def _worded(self, text: str) -> str:
        return written(query(text), self.dialect)

    def keep(self, traces: Mapping[str, Trace]) -> None:
        """Write down what followed from each signature of facts."""
        (self.folder / JUDGED).write_text(
            json.dumps(traces, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8"
        )

    def worded(self, book: Rulebook, name: str, build: Callable[[], Query]) -> str:
        """Return a plan as text.

        It is built and worded once for a rulebook: a scenario's data is assessed in less time
        than its plan takes to write.
        """
        key = (self.dialect, name)
        if key not in book.written:
            book.written[key] = written(build(), self.dialect)
        return book.written[key]


@dataclass(frozen=True)
class MemoryPlace(Workplace):
    """A workplace without files; rows that are known already are taken instead of running a plan.

    Attributes:
        known: rows of the score plan, by the table that they fill.
        gave: the rows of all plans that were run.
    """

    folder: Path = field(default_factory=Path)
    known: Mapping[str, pa.Table] = field(default_factory=dict)
    gave: dict[str, pa.Table] = field(default_factory=dict)

    def put(self, name: str, sql: Callable[[], str], file: str) -> None:
        """Run a plan, unless its rows are known."""
        rows = self.known.get(name)
        if rows is None:
            rows = self.gave[name] = self.session.query(sql())
        self.session.register(name, rows)

    def keep(self, traces: Mapping[str, Trace]) -> None:
        """Write nothing: who asked for the results has them."""


def profile_of(dataset: Dataset, kind: SubjectKind) -> DataProfile:
    """Return what the plan must know of the data.

    A table with a kept-out row whose owner cannot be read is as good as missing: the row could be
    anyone's.
    """
    present = {
        name: _columns_in_doubt(data)
        for name, data in dataset.tables.items()
        if f"{kind}:" not in data.quarantined
    }
    quarantined = frozenset(n for n, data in dataset.tables.items() if data.quarantined)
    proving = frozenset(dataset.trusted) if kind.judged else frozenset()
    return DataProfile(present, quarantined, proving=proving)


def _columns_in_doubt(data: TableData) -> frozenset[str]:
    """Return the columns for which the plan asks whether a value is there.

    Asking costs time only where there are many rows; where there are few, one plan serves all.
    """
    if data.rows < FEW:
        return frozenset(c.name for c in data.schema.columns)
    return data.nulls


def attach_dataset(dataset: Dataset, session: EngineSession) -> None:
    """Make the tables readable, and the list of whose rows were kept out."""
    import pyarrow as pa

    for name, data in dataset.tables.items():
        data.attach(name, session)
    kept_out = [
        (name, *owner.split(":", 1))
        for name, data in dataset.tables.items()
        for owner in sorted(data.quarantined)
    ]
    columns = ("table_name", "kind", "subject_id")
    session.register(
        QUARANTINED,
        pa.table(
            {c: pa.array([row[i] for row in kept_out], pa.string()) for i, c in enumerate(columns)}
        ),
    )


def compute(
    book: Rulebook,
    dataset: Dataset,
    place: Workplace,
    meanwhile: Callable[[], object] = lambda: None,
) -> dict[str, Trace]:
    """Assess all subjects and write the results into the workplace's folder.

    Args:
        book: the compiled rules.
        dataset: the records.
        place: where the plan runs.
        meanwhile: called when the engine is about to work for a while; starts other work.

    Returns:
        What followed from each signature of facts.

    Raises:
        EngineFailure: the engine refused, a number overflowed, or judgement failed.
    """
    attach_dataset(dataset, place.session)
    attach_calendar(book, place.session)
    _score(book, SubjectKind.VILLAGE, dataset, place, LINES, grading.LINES, meanwhile)
    traces, uncertain = _judge(book, place, grading.LINES, book.scored_facts)
    _grade(book, place, grading.LINES, uncertain=uncertain)
    if book.placed or book.pays_by_place(SubjectKind.VILLAGE):

        def build() -> Query:
            return places.places_plan(book, uncertain=uncertain)

        place.write(book, places.PLACES, build, PLACES, UNCERTAIN if uncertain else "")
        traces, uncertain = _judge(book, place, places.PLACES, book.facts)
        _grade(book, place, places.PLACES, uncertain=uncertain)
    if book.ruleset.document.responsibility:
        traces |= _carry(book, dataset, place, uncertain=uncertain)
    place.keep(traces)
    return traces


def _grade(book: Rulebook, place: Workplace, lines: str, *, uncertain: bool) -> None:
    """Rank, grade and pay villages; ``lines``: the table of their totals and signatures."""

    def build() -> Query:
        return _paid_villages(book, lines, open_=uncertain)

    variant = (UNCERTAIN if uncertain else "") + lines.removeprefix(grading.LINES)
    place.write(book, grading.RESULTS, build, RESULTS, variant)


def _paid_villages(book: Rulebook, lines: str, *, open_: bool) -> Query:
    plan = grading.grading_plan(book, lines)
    names = plan.named_selects
    if open_:
        plan = open_grading.open_grading_plan(book, lines)
        names = [*names, *open_grading.OPEN]
    placed = lines == places.PLACES
    return payments_plan(book, SubjectKind.VILLAGE, plan, names, uncertain=open_, placed=placed)


def _paid_cadres(
    book: Rulebook, *, open_: bool, doubtful: bool = False, placed: bool = False
) -> Query:
    """Return the plan that scores, ranks, grades and pays cadres."""
    plan = grading.cadre_plan(book, "_shares", doubtful=doubtful)
    names = plan.named_selects
    if open_:
        plan = open_grading.open_cadre_plan(book, "_shares", doubtful=doubtful)
        names = [*names, *open_grading.OPEN]
    kind = SubjectKind.CADRE
    return payments_plan(book, kind, plan, names, uncertain=open_, doubtful=doubtful, placed=placed)


def _score(
    book: Rulebook,
    kind: SubjectKind,
    dataset: Dataset,
    place: Workplace,
    file: str,
    table: str,
    meanwhile: Callable[[], object] = lambda: None,
) -> None:
    profile = profile_of(dataset, kind)
    if profile != book.profiles.get(kind):
        book.profiles[kind] = profile
        for key in [key for key in book.written if key[1] == table]:
            del book.written[key]

    def build() -> Query:
        return scoring.score_plan(book, kind, profile)

    place.worded(book, table, build)
    meanwhile()
    try:
        place.write(book, table, build, file)
    except EngineFailure as error:
        if not overflow.is_overflow(error):
            raise
        raise overflow.explained(error, book, kind, profile, place.session, place.dialect) from None


def _judge(
    book: Rulebook, place: Workplace, lines: str, facts: Sequence[Fact]
) -> tuple[dict[str, Trace], bool]:
    """Judge every distinct signature once and register what grading needs of the outcome.

    Args:
        book: the compiled rules.
        place: where the plan runs.
        lines: the table of signatures.
        facts: what they are signatures of.

    Returns:
        What followed from each, and whether a total or what follows is open.
    """
    import pyarrow as pa

    document = book.ruleset.document
    table = place.query(SIGNATURES.format(lines=lines))
    signatures: list[str] = table.column(0).to_pylist()
    with closing(Judge(book.judgement)) as judge:
        traces = {s: judge.judge(read_signature(s, facts)) for s in signatures}
        unsure = any(is_open(read_signature(s, facts)) for s in signatures)
        uncertain = unsure or any(table.column(1).to_pylist())
        if uncertain:
            place.session.register(open_grading.WAYS, _ways(book, judge, facts, traces))
    rows = [
        grading.effects([name for name, _ in trace], document.consequences, list(document.grades))
        for trace in traces.values()
    ]
    columns: dict[str, object] = {"signature": pa.array(signatures, pa.string())}
    for name in EFFECTS:
        columns[name] = pa.array([row[name] for row in rows], pa.int64())
    place.session.register(grading.JUDGED, pa.table(columns))
    return traces, uncertain


def _ways(
    book: Rulebook, judge: Judge, facts: Sequence[Fact], traces: Mapping[str, Trace]
) -> pa.Table:
    """Return for each signature the ways in which what follows from it can turn out."""
    import pyarrow as pa

    document = book.ruleset.document
    classes: dict[frozenset[Way], int] = {}
    rows: list[dict[str, object]] = []
    for signature, trace in traces.items():
        sure = [name for name, _ in trace]
        results = frozenset(_ways_of(book, judge, facts, read_signature(signature, facts), sure))
        number = classes.setdefault(results, len(classes))
        for band, *effects in results:
            index = None if band is None else list(document.grades).index(band)
            values = dict(zip(EFFECTS, effects, strict=True))
            rows.append({"signature": signature, "class": number, "band": index, **values})
    kinds = {"signature": pa.string()} | dict.fromkeys(("class", "band", *EFFECTS), pa.int64())
    return pa.Table.from_pylist(rows, pa.schema(list(kinds.items())))


def _ways_of(
    book: Rulebook,
    judge: Judge,
    facts: Sequence[Fact],
    known: Mapping[str, str],
    sure: Sequence[str],
) -> Iterator[Way]:
    """Yield each outcome that facts can have: the band that it is for, and its effects."""
    document = book.ruleset.document

    def effects_of(names: Sequence[str]) -> dict[str, int]:
        return grading.effects(names, document.consequences, list(document.grades))

    voidable = [fact.name for fact in facts if can_be_nothing(book, fact)]
    judged = ways(known, facts, voidable) if is_open(known) else [dict(known)]
    if judged is not None:
        for way in judged:
            band = way.get("band") if known.get("band") == UNKNOWN else None
            results = effects_of([name for name, _ in judge.judge(way)])
            yield band, *(results[name] for name in EFFECTS)
        return
    least, most = effects_of(sure), effects_of(list(possible(known, book.judgement)))
    for values in product(*(range(least[name], most[name] + 1) for name in EFFECTS)):
        yield None, *values


def read_traces(folder: Path) -> dict[str, Trace]:
    """Return the judged signatures of a stored run."""
    plain = json.loads((folder / JUDGED).read_text(encoding="utf-8"))
    return {
        signature: tuple((name, tuple((f, v) for f, v in needs)) for name, needs in trace)
        for signature, trace in plain.items()
    }


def _carry(
    book: Rulebook, dataset: Dataset, place: Workplace, *, uncertain: bool
) -> dict[str, Trace]:
    """Carry results to cadres; return what follows for these from each signature of facts."""
    for table in ("cadres", "assignments"):
        if table not in dataset.tables:
            raise EngineFailure.of(
                "missing-table",
                msg("the ruleset carries results to cadres, but “{table}” is missing", table=table),
            )
    place.write(book, "_shares", lambda: grading.shares_plan(book), SHARES)
    if book.has_lines(SubjectKind.CADRE):
        _score(book, SubjectKind.CADRE, dataset, place, CADRE_LINES, grading.CADRE_LINES)
    else:
        place.write_query(NO_LINES, grading.CADRE_LINES, CADRE_LINES)
    doubtful = bool(dataset.tables["assignments"].quarantined)
    if shared_rules(book):
        place.write(
            book, PAYOUTS, lambda: payouts_plan(book, "_shares", doubtful=doubtful), PAYOUTS_FILE,
            " kept out" * doubtful,
        )  # fmt: skip
    wide = bool(uncertain or doubtful or place.query(IS_WIDE).column(0)[0].as_py())

    def grade(*, placed: bool) -> None:
        def build() -> Query:
            return _paid_cadres(book, open_=wide, doubtful=doubtful, placed=placed)

        variant = UNCERTAIN * wide + " kept out" * doubtful + " placed" * placed
        place.write(book, grading.CADRE_RESULTS, build, CADRES, variant)

    grade(placed=False)
    traces = _judge_cadres(book, place, uncertain=wide)
    if book.pays_by_place(SubjectKind.CADRE):
        grade(placed=True)
    place.write(book, "_holders", lambda: grading.holders_plan(book), HOLDERS)
    return traces


def _judge_cadres(book: Rulebook, place: Workplace, *, uncertain: bool) -> dict[str, Trace]:
    """Find the places of cadres, and judge what follows for them by themselves."""
    rules = book.cadres
    if not rules.judgement and not book.pays_by_place(SubjectKind.CADRE):
        return {}

    def build() -> Query:
        return places.places_plan(book, SubjectKind.CADRE, uncertain=uncertain)

    variant = UNCERTAIN if uncertain else ""
    place.write(book, places.CADRE_PLACES, build, CADRE_PLACES, variant)
    if not rules.judgement:
        return {}
    table = place.query(f'SELECT DISTINCT signature FROM "{places.CADRE_PLACES}"')
    with closing(Judge(rules.judgement)) as judge:
        return {
            s: judge.judge(read_signature(s.removeprefix(places.OF_CADRE), rules.facts))
            for s in sorted(table.column(0).to_pylist())
        }


def is_proven(dataset: Dataset, place: Workplace) -> bool:
    """Return whether as many records were counted as there are in what was taken on trust.

    Args:
        dataset: what was computed.
        place: where that was done.
    """
    if not dataset.trusted:
        return True
    sums = ", ".join(
        f'CAST(sum("{total_column(cut)}") AS BIGINT) AS "{cut}"' for cut in dataset.trusted
    )
    counted: dict[str, int] = place.query(f'SELECT {sums} FROM "{grading.LINES}"').to_pylist()[0]
    return dict(dataset.trusted) == counted


def attach_calendar(book: Rulebook, session: EngineSession) -> None:
    """Make the working days readable, where the rules ask for them."""
    if book.calendar.used:
        session.register(workdays.TABLE, book.calendar.table())


def attach_results(book: Rulebook, folder: Path, session: EngineSession) -> None:
    """Make the results of a stored run readable, with what conditions look up beside records."""
    attach_calendar(book, session)
    files: Mapping[str, str] = {
        grading.LINES: LINES,
        grading.RESULTS: RESULTS,
        places.PLACES: PLACES,
        places.CADRE_PLACES: CADRE_PLACES,
        grading.CADRE_LINES: CADRE_LINES,
        "_shares": SHARES,
        grading.CADRE_RESULTS: CADRES,
        "_holders": HOLDERS,
        PAYOUTS: PAYOUTS_FILE,
    }
    for table, file in files.items():
        if (folder / file).exists():
            session.attach(table, folder / file)
            if file in (LINES, CADRE_LINES):
                _add_measured(book, table, folder / file, session)


def _add_measured(book: Rulebook, table: str, file: Path, session: EngineSession) -> None:
    """Add what runs of older programs hold as a rounded value only, so that lines can be told."""
    measured = {rule.id: sql for rule in book.indicators.values()
                if (sql := measured_from_shown(rule)) is not None}  # fmt: skip
    values = session.query(f'SELECT * FROM "{table}" LIMIT 0').schema.names if measured else ()
    added = [
        written(alias(measured[name], exact))
        for name in measured
        if (exact := measured_column(book.indicators[name])) not in values
        and f"i__{name}" in values
    ]
    if added:
        session.attach(f"{table}_stored", file)
        session.run(
            f'CREATE OR REPLACE VIEW "{table}" AS SELECT *, {", ".join(added)} '
            f'FROM "{table}_stored"'
        )
