"""Assesses the frozen records of one run under many mixtures of old and new rules.

The lines of a mixture are put together from those of a few rulebooks: a line is scored anew only
where a change reaches it. All mixtures that sum, grade and pay by the same rules are assessed by
one plan, each a world.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from pydantic import ValidationError

from rules_engine.engines import written
from rules_engine.errors import RulesetError, UsageError, stops
from rules_engine.hypotheses.engine import assess_worlds, stacked
from rules_engine.hypotheses.ruleset_changes import COMMON, EVERYTHING, Reach, reach_of
from rules_engine.messages import msg
from rules_engine.model.ruleset import RulesetDocument
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.pay import pay_ids
from rules_engine.plan.payment_rules import lines_asked
from rules_engine.plan.places import columns_asked
from rules_engine.plan.revision import base_plan, summed_plan
from rules_engine.plan.rulebook import compile_rules
from rules_engine.plan.totals import for_column
from rules_engine.plan.world_column import WORLD, by_world
from rules_engine.report.report import targets
from rules_engine.run.compute import (
    attach_calendar,
    attach_dataset,
    profile_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from rules_engine.hypotheses.engine import Assessed
    from rules_engine.hypotheses.ruleset_changes import Part, Pieces, Tree
    from rules_engine.hypotheses.shapley import Mixture
    from rules_engine.model.assessment import TargetResult
    from rules_engine.model.plugin import EngineSession, Method
    from rules_engine.plan.rules import Rulebook
    from rules_engine.report.reader import ResultReader
    from rules_engine.run.assess import OpenRun
    from rules_engine.run.load import CheckedRuleset

SUMS: Mapping[SubjectKind, tuple[str, ...]] = {
    SubjectKind.VILLAGE: ("subject_id", "name", "grp", "low", "high", "band", "signature"),
    SubjectKind.CADRE: ("subject_id", "low", "high"),
}
Columns: TypeAlias = "dict[str, pa.ChunkedArray]"
SELF = ("subject_id", "name", "grp")
VALUES = "_given"


class Inseparable(Exception):
    """Some of the changes make no ruleset without the others."""


def rests_on_places(tree: Tree) -> bool:
    """Return whether something may be asked of places: then whatever moves one can move others."""
    parts = [tree.get(name) or {} for name in ("standards", "consequences")]
    of_cadres = any(
        isinstance(spec, dict) and spec.get("subject") == SubjectKind.CADRE
        for part in parts
        for spec in part.values()
    )
    return bool(tree.get("places")) or of_cadres or "total" in str(parts) or "总分" in str(parts)


def compiled(own: CheckedRuleset, tree: Tree, methods: Mapping[str, Method]) -> Rulebook:
    """Return the rules of a tree for the days of a run.

    Args:
        own: the ruleset of the run.
        tree: another one.
        methods: the scoring methods.

    Raises:
        ValidationError: it is no ruleset.
        RulesetError: it does not compile.
    """
    ruleset = replace(own.ruleset, document=RulesetDocument.model_validate(tree))
    book, findings = compile_rules(ruleset, methods, own.book.frame)
    if stops(findings):
        raise RulesetError(*findings)
    return book


class Mixtures:
    """The records of one run, ready for mixtures of two rulesets."""

    def __init__(
        self,
        run: OpenRun,
        pieces: Pieces,
        methods: Mapping[str, Method],
        session: EngineSession,
    ) -> None:
        """Take a run and the changes.

        Args:
            run: whose records and days are taken.
            pieces: what makes the new ruleset of the run's own.
            methods: the scoring methods.
            session: an engine of its own.
        """
        self.run, self.pieces = run, pieces
        nobody: Mixture = frozenset()
        edits = [piece.edits for piece in pieces.all]
        every = frozenset(range(len(edits)))
        if pieces.whole:
            self.reach = EVERYTHING
        elif any(rests_on_places(tree) for tree in (pieces.made(nobody), pieces.new)):
            self.reach = Reach({COMMON: every}, every)
        else:
            self.reach = reach_of(pieces.made(nobody), pieces.new, edits, methods)
        self.methods, self.session = methods, session
        self.books: dict[Mixture, Rulebook] = {}
        self.bases: dict[Mixture, dict[SubjectKind, pa.Table]] = {}
        self.nearest_of: dict[tuple[Part, Mixture], Mixture] = {}
        self.owners: dict[tuple[Mixture, SubjectKind], dict[str, Columns]] = {}

    # rulebooks

    def book(self, made: Mixture) -> Rulebook:
        """Return the rules of a mixture, for the days of the run.

        Raises:
            Inseparable: there are none.
        """
        if made not in self.books:
            own = self.run.reviewed
            try:
                book = compiled(own, self.pieces.made(made), self.methods)
            except (LookupError, ValidationError, RulesetError) as error:
                raise Inseparable from error
            lines = {rule.id for rule in book.criteria}
            adjusted = (replace(a, criterion=self.pieces.lines.get(a.criterion, a.criterion))
                        for a in own.book.adjustments)  # fmt: skip
            book.adjustments = tuple(a for a in adjusted if a.criterion in lines)
            self._must_fit(book)
            self.books[made] = book
        return self.books[made]

    def _must_fit(self, book: Rulebook) -> None:
        """Refuse rules that read a table or a column which the frozen records do not have."""
        import pyarrow.parquet as pq

        value, run = self.run.dataset.tables, self.run.stored.record.id
        hint = msg("assess that year's data by the new ruleset, and compare the runs")
        for name, schema in book.ruleset.tables.items():
            if name not in value:
                if name in book.ruleset.optional_tables:
                    continue
                raise UsageError.of(
                    "frozen-data-lacks",
                    msg("the records of run {run} have no table “{table}”", run=run,
                        table=schema.label),
                    hint=hint,
                )  # fmt: skip
            columns = set(pq.read_schema(value[name].path).names)
            lacking = [c.label for c in schema.columns if c.name not in columns]
            if lacking:
                raise UsageError.of(
                    "frozen-data-lacks",
                    msg("the records of run {run} have no column “{column}” in table “{table}”",
                        run=run, column=lacking[0], table=value[name].schema.label),
                    hint=hint,
                )  # fmt: skip

    # scoring

    def _base(self, made: Mixture) -> dict[SubjectKind, pa.Table]:
        """Score all lines by a mixture, before anything is summed."""
        if made not in self.bases:
            book = self.book(made)
            attach_dataset(self.run.dataset, self.session)
            attach_calendar(book, self.session)
            self.bases[made] = {
                kind: self._lines(book, kind)
                for kind in SubjectKind
                if kind.judged or book.has_lines(kind)
            }
        return self.bases[made]

    def _lines(self, book: Rulebook, kind: SubjectKind) -> pa.Table:
        plan = base_plan(book, kind, profile_of(self.run.dataset, kind))
        return self.session.query(written(plan)).sort_by("subject_id")

    def prepare(self, mixtures: Sequence[Mixture]) -> None:
        """Score every line in each of its variants once.

        Raises:
            Inseparable: one of the mixtures makes no ruleset.
        """
        parts = {*self.reach.of, COMMON}
        for made in (mixtures[0], mixtures[-1], *mixtures):
            wanted = {(part, made & self.reach.on(part)) for part in parts}
            if not wanted <= self.nearest_of.keys():
                self._base(made)
                for key in wanted:
                    self.nearest_of.setdefault(key, made)

    def _of(self, part: Part, made: Mixture) -> Mixture:
        """Return the mixture whose lines hold for a part of another one."""
        return self.nearest_of[part, made & self.reach.on(part)] if part in self.reach.of else (
            self.nearest_of[COMMON, made & self.reach.on(COMMON)]
        )  # fmt: skip

    # assessing

    def after(self) -> Mixture:
        """Return the changes for which more than the points of lines differs.

        Where points are unknown, the sums go by the bounds of a line, which a change can move.
        """
        later = set(self.reach.after)
        for tables in self.bases.values():
            for rows in tables.values():
                for name in rows.column_names:
                    line, _, end = name.rpartition("__")
                    if end == "points" and rows[name].null_count:
                        later |= self.reach.on(("criteria", line))
        return frozenset(later)

    def groups(self, mixtures: Sequence[Mixture]) -> Iterator[tuple[Rulebook, list[Mixture]]]:
        """Yield the mixtures that are summed, graded and paid by the same rules, with these."""
        later = self.after()
        joined: defaultdict[tuple[Mixture, frozenset[str]], list[Mixture]] = defaultdict(list)
        for made in mixtures:
            joined[made & later, self._fine(made)].append(made)
        for (key, fine), members in joined.items():
            book = self.book(key)
            as_fine = fine == {rule.id for rule in book.criteria if rule.is_fine}
            yield book if as_fine else self.book(members[0]), members

    def _fine(self, made: Mixture) -> frozenset[str]:
        """Return the lines of a mixture whose points can be finer than 1/10,000."""
        return frozenset(
            rule.id
            for rule in self.book(frozenset()).criteria
            for base in [self.bases[self._of(("criteria", rule.id), made)]]
            if {f"{rule.id}__fine", f"{rule.id}__fine_low"}
            & set(base[rule.section.subject].column_names)
        )

    def assess(self, book: Rulebook, members: Sequence[Mixture]) -> Assessed:
        """Assess mixtures together; the place of each is the number of its world."""
        lines: dict[SubjectKind, pa.Table] = {}
        for kind in SubjectKind:
            if kind.judged or book.has_lines(kind):
                self.session.register(
                    VALUES, stacked([self._values_of(book, kind, made) for made in members])
                )
                profile = profile_of(self.run.dataset, kind)
                names = [*SUMS[kind], *(name for rule in book.paid(kind) for name in rule.columns)]
                asked = (*columns_asked(book, kind), *lines_asked(book, kind))
                names = list(dict.fromkeys((*names, *asked)))
                plan = by_world(summed_plan(book, kind, profile, VALUES, names), [VALUES])
                lines[kind] = self.session.query(written(plan))
        carried = {
            name: data
            for name, data in self.run.dataset.tables.items()
            if name in ("cadres", "assignments") and book.ruleset.document.responsibility
        }
        dataset = replace(self.run.dataset, tables=carried)
        return assess_worlds(book, dataset, lines, self.session)

    def _values_of(self, book: Rulebook, kind: SubjectKind, made: Mixture) -> pa.Table:
        """Put the lines of a mixture together from those that were scored."""
        import pyarrow as pa

        common = self.bases[self._of(COMMON, made)][kind]
        columns: Columns = {name: common[name] for name in SELF}
        for rule in book.of_subject(kind):
            value = self._by_owner(self._of(("criteria", rule.id), made), kind)
            columns |= value.get(rule.id, {})
            columns |= value.get(for_column(rule.section_id).rpartition("__")[0], {})
        for name in book.standards if kind.judged else ():
            base = self.bases[self._of(("standards", name), made)][kind]
            for column in (f"s__{name}", f"d__{name}"):
                if column in base.column_names:
                    columns[column] = base[column]
        for part in book.paid(kind):
            base = self.bases[self._of(("pay", part.payment), made)][kind]
            columns |= {name: base[name] for name in part.columns}
        asked = (*columns_asked(book, kind), *lines_asked(book, kind))
        columns |= {name: common[name] for name in asked}
        return pa.table(columns)

    def _by_owner(self, base: Mixture, kind: SubjectKind) -> dict[str, Columns]:
        """Return the columns of a base by the line, or section, that they belong to."""
        key = base, kind
        if key not in self.owners:
            results: defaultdict[str, Columns] = defaultdict(dict)
            table = self.bases[base][kind]
            for name, column in zip(table.column_names, table.columns, strict=True):
                results[name.rpartition("__")[0]][name] = column
            self.owners[key] = dict(results)
        return self.owners[key]

    def outcomes(
        self, assessed: Assessed
    ) -> Iterator[tuple[int, SubjectKind, str, SubjectOutcome]]:
        """Yield world, kind, id and outcome of all subjects."""
        for kind in SubjectKind:
            if kind.results in assessed.results:
                self.session.register(kind.results, assessed.results[kind.results])
                rows = self.session.query(outcomes_sql(assessed.book, kind))
                for world, subject, *stands in zip(
                    *(c.to_pylist() for c in rows.columns), strict=True
                ):
                    yield world, kind, subject, SubjectOutcome(*stands)

    def whole(self, made: Mixture) -> MixtureResult:
        """Assess one mixture by itself, with what follows for each subject."""
        assessed = self.assess(self.book(made), [made])
        subject_outcomes = {(kind, subject): s for _, kind, subject, s in self.outcomes(assessed)}
        reader = assessed.reader(0)
        self.session.register(VALUES, self._base(made)[SubjectKind.VILLAGE])
        targets_met = {target.id: target for target in targets(reader, VALUES)}
        return MixtureResult(reader, subject_outcomes, follows_of(reader), targets_met)


@dataclass(frozen=True)
class SubjectOutcome:
    """Where a subject stands under a mixture: points and money in 1/10,000.

    Attributes:
        grade: its place in the list of grades, the best first; ``None``: not sure yet.
        displaced: the grade whose quota was full.
    """

    name: str
    score: int
    rank: int
    grade: int | None
    displaced: int | None
    paid: int


Standings = dict[tuple["SubjectKind", str], SubjectOutcome]


Follows = tuple[tuple[str, str], ...]
"""What follows for a subject: ids of consequences, each with the words in which it is told."""


@dataclass(frozen=True)
class MixtureResult:
    """What one mixture gives.

    Attributes:
        subject_outcomes: where each subject stands.
        follows: what follows for each of them.
        targets: how the targets for the whole town stand, by id.
    """

    reader: ResultReader
    subject_outcomes: Standings
    follows: Mapping[tuple[SubjectKind, str], Follows]
    targets: Mapping[str, TargetResult]

    def grades(self, kind: SubjectKind) -> list[str]:
        """Return the labels of the grades, best first."""
        return self.reader.grade_labels(kind)

    def graded(self, kind: SubjectKind) -> Iterator[str]:
        """Yield the grade of each subject; of those that are not sure of one, nothing."""
        labels = [*self.grades(kind), ""]
        return (labels[-1 if s.grade is None else s.grade] for s in self._of(kind))

    def displaced(self) -> Iterator[str]:
        """Yield the grades whose quota was full for a village."""
        labels = self.grades(SubjectKind.VILLAGE)
        return (
            labels[s.displaced] for s in self._of(SubjectKind.VILLAGE) if s.displaced is not None
        )

    def followed(self, kind: SubjectKind) -> Iterator[str]:
        """Yield what follows, once for each subject on whom it falls."""
        known = self.reader.document.consequences
        for (value, _), text in self.follows.items():
            if value == kind:
                yield from (known[name].label for name in dict.fromkeys(name for name, _ in text))

    def _of(self, kind: SubjectKind) -> Iterator[SubjectOutcome]:
        return (outcome for (value, _), outcome in self.subject_outcomes.items() if value == kind)


def outcomes_sql(book: Rulebook, kind: SubjectKind) -> str:
    """Return the query of what every subject of all worlds has."""
    paid = " + ".join(f'coalesce("pay__{n}", 0)' for n in pay_ids(book, kind)) or "0"
    displaced = "displaced" if kind.judged else "NULL"
    return (
        f'SELECT "{WORLD}", subject_id, name, score, rank, grade, {displaced} AS displaced, '
        f'CAST({paid} AS BIGINT) AS paid FROM "{kind.results}"'
    )


def follows_of(reader: ResultReader) -> dict[tuple[SubjectKind, str], Follows]:
    """Return what follows for each subject."""
    results: dict[tuple[SubjectKind, str], Follows] = {}
    rows = reader.session.query(
        f'SELECT subject_id, signature FROM "{SubjectKind.VILLAGE.results}"'
    )
    for subject, signature in zip(*(c.to_pylist() for c in rows.columns), strict=True):
        texts = tuple(
            (c.id, c.label) for c in reader.consequences.certain(reader.traces[signature])
        )
        results[SubjectKind.VILLAGE, subject] = texts
    for subject, ids in reader.cadre_consequence_ids().items():
        pairs = (named.partition(":") for named in ids)
        results[SubjectKind.CADRE, subject] = tuple((name, label) for name, _, label in pairs)
    return results
