"""Reads a finished assessment back as frozen values, a slice of subjects at a time."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from rules_engine.engines import DIALECT
from rules_engine.messages import clauses, tr
from rules_engine.model.assessment import (
    Consequence,
    Line,
    Share,
    Subject,
)
from rules_engine.model.candidates import (
    of_kind,
    only,
    plain_brackets,
    several_subjects,
    with_id,
)
from rules_engine.model.sql_text import literal, quoted
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan import grading
from rules_engine.plan.open_grading import SIGNED
from rules_engine.plan.places import CADRE_PLACES, TOTAL, place_column, places_table
from rules_engine.plan.rules import NOT_ASSESSABLE
from rules_engine.plan.scoring import formula_results, part_results
from rules_engine.report.consequences import Consequences, certain_row
from rules_engine.report.lines import line_reader
from rules_engine.report.payments import PaymentReader
from rules_engine.report.reasons import Grounds, SubjectFacts
from rules_engine.report.records import evidence as evidence_of
from rules_engine.report.records import tallies
from rules_engine.report.shares import carried, points, shares_of
from rules_engine.report.subject_list import SubjectList
from rules_engine.report.totals import account

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from decimal import Decimal

    from rules_engine.judgement.durable_adapter import Trace
    from rules_engine.model.assessment import Step
    from rules_engine.model.plugin import EngineSession
    from rules_engine.plan.rules import Rulebook
    from rules_engine.report.reasons import Needs
    from rules_engine.report.records import Records

Row = dict[str, Any]
OfCadres = dict[str, tuple[tuple[str, Consequence], ...]]
"""What falls on cadres, each with the village that it comes from."""


class ResultReader:
    """Gives the subjects of one finished assessment.

    Attributes:
        book: the compiled rules.
        session: an engine session with the results attached.
        traces: what followed from each signature.
        tables: the names of the tables of records that are attached as well.
    """

    def __init__(
        self,
        book: Rulebook,
        session: EngineSession,
        traces: Mapping[str, Trace],
        tables: Collection[str],
    ) -> None:
        """Read from a session in which the results are attached."""
        self.book = book
        self.session = session
        self.traces = traces
        self.tables = tables
        self.document = book.ruleset.document
        self.lines = line_reader(book)
        self.grounds = Grounds(book, self.lines.workings)
        self.consequences = Consequences(
            book, traces, self.grounds, self.lines.clauses, lambda: self.has_ranges
        )
        self.payments = PaymentReader(
            book, session, self.lines.workings.speaker, self.lines.clauses, lambda: self._shares,
            partial(self.title, SubjectKind.VILLAGE),
        )  # fmt: skip
        self.of_cadres = Consequences(
            book,
            traces,
            self.grounds,
            self.lines.clauses,
            lambda: self.has_ranges,
            SubjectKind.CADRE,
        )
        self._columns: dict[SubjectKind, list[str]] = {}

    # whole lists, read slice by slice

    def villages(self, *, evidence: bool = False, lines: bool = True) -> SubjectList:
        """Return the villages in order of group, rank and id."""
        return self._list(SubjectKind.VILLAGE, evidence=evidence, lines=lines)

    def cadres(self, *, evidence: bool = False, lines: bool = True) -> SubjectList:
        """Return the cadres in order of rank and id; empty without responsibility."""
        return self._list(SubjectKind.CADRE, evidence=evidence, lines=lines)

    def _list(self, kind: SubjectKind, *, evidence: bool, lines: bool) -> SubjectList:
        read = partial(self.slice, kind, evidence=evidence, lines=lines)
        return SubjectList(partial(self.count, kind), read)

    def count(self, kind: SubjectKind) -> int:
        """Return how many subjects there are."""
        if kind not in self.document.kinds:
            return 0
        table = self.session.query(f"SELECT count(*) FROM {self._table(kind)}")
        return int(table.column(0)[0].as_py())

    def blocked(self) -> int:
        """Return how many villages have lines that cannot be assessed yet."""
        lines = self.book.of_subject(SubjectKind.VILLAGE)
        open_ones = " OR ".join(f'"{line.id}__outcome" = {NOT_ASSESSABLE}' for line in lines)
        table = self.session.query(
            f'SELECT count(*) FROM "{grading.LINES}" WHERE {open_ones or "false"}'
        )
        return int(table.column(0)[0].as_py())

    @cached_property
    def has_ranges(self) -> bool:
        """Return whether the results say what places and grades can be, for some are open."""
        kinds = self.document.kinds
        results = (self.session.query(f"SELECT * FROM {self._table(k)} LIMIT 0") for k in kinds)
        return any(SIGNED in table.column_names for table in results)

    @cached_property
    def uncertain(self) -> str:
        """Say that places hold for the lower ends of totals, where some are intervals."""
        if not self.has_ranges:
            return ""
        return tr(
            "data is missing: the places and grades compared here hold if every total is its "
            "lower end"
        )

    def slice(
        self,
        kind: SubjectKind,
        start: int,
        stop: int,
        *,
        evidence: bool = False,
        lines: bool = True,
    ) -> list[Subject]:
        """Return the subjects from ``start`` to before ``stop``, in order."""
        rows = self.session.query(
            f"SELECT * FROM {self._table(kind)} ORDER BY grp, rank, subject_id "
            f"LIMIT {stop - start} OFFSET {start}"
        ).to_pylist()
        return self._subjects(kind, rows, evidence=evidence, lines=lines)

    def find(self, wanted: str) -> Subject | None:
        """Return the village or cadre of that id or name, without evidence.

        Args:
            wanted: its id, its name, or both as in 新村(V1); with its kind as in 干部:张三.

        Raises:
            UsageError: it names more than one.
        """
        results = self.named(wanted) or self.named(wanted.strip())
        if not results:
            kind, rest = of_kind(wanted.strip())
            results = [one for one in self.named(rest) if kind == one[0]]
        if not results:
            return None
        kind, _, id = only(results, lambda some: several_subjects(wanted, some))
        return self.chosen(kind, [id])[0]

    def with_evidence(self, subject: Subject, criterion: str | None = None) -> Subject:
        """Return a subject with the records behind one of its lines, by its id, or behind all."""
        rows = self.session.query(
            f"SELECT * FROM {self._table(subject.kind)} WHERE subject_id = {literal(subject.id)}"
        ).to_pylist()
        return self._subjects(subject.kind, rows, evidence=True, criterion=criterion)[0]

    def named(self, wanted: str) -> list[tuple[SubjectKind, str, str]]:
        """Return whatever a text names: kind, name and id."""
        text, both = literal(wanted), literal(plain_brackets(wanted))
        results: list[tuple[SubjectKind, str, str]] = []
        for kind in SubjectKind:
            if self.count(kind):
                rows = self.session.query(
                    f"SELECT subject_id, name FROM {self._table(kind)} "
                    f"WHERE subject_id = {text} OR name = {text} "
                    f"OR name || '(' || subject_id || ')' = {both} ORDER BY subject_id"
                ).to_pylist()
                results += [(kind, row["name"], row["subject_id"]) for row in rows]
        return results

    def chosen(self, kind: SubjectKind, ids: Sequence[str]) -> list[Subject]:
        """Return subjects by their ids, without evidence, in no certain order."""
        if not ids:
            return []
        quoted = ", ".join(map(literal, ids))
        rows = self.session.query(
            f"SELECT * FROM {self._table(kind)} WHERE subject_id IN ({quoted})"
        ).to_pylist()
        return self._subjects(kind, rows, evidence=False)

    def grade_labels(self, kind: SubjectKind) -> list[str]:
        """Return the labels of the grades, best first."""
        return [grade.label for grade in self.document.grades_of(kind).values()]

    def names(self) -> list[str]:
        """Return the names of all subjects, for suggestions, and the ids that are none."""
        result: dict[str, None] = {}
        for kind in SubjectKind:
            if self.count(kind):
                table = self._table(kind)
                results = self.session.query(f"SELECT name, subject_id FROM {table} LIMIT 5000")
                rows = results.to_pylist()
                titles = [self.title(kind, row["subject_id"], row["name"]) for row in rows]
                result |= dict.fromkeys([*titles, *(row["subject_id"] for row in rows)])
        return list(result)

    @cached_property
    def shared_names(self) -> dict[SubjectKind, frozenset[str]]:
        """Return the names that several villages, or several cadres, have."""
        results: dict[SubjectKind, frozenset[str]] = dict.fromkeys(SubjectKind, frozenset())
        for kind in SubjectKind:
            if self.count(kind):
                rows = self.session.query(
                    f"SELECT name FROM {self._table(kind)} GROUP BY name HAVING count(*) > 1"
                )
                results[kind] = frozenset(rows.column(0).to_pylist())
        return results

    def title(self, kind: SubjectKind, id: str, name: str) -> str:
        """Return a name, with the id behind it where others have the same name."""
        return with_id(name, id) if name in self.shared_names[kind] else name

    @staticmethod
    def _table(kind: SubjectKind) -> str:
        return quoted(kind.results)

    # from rows to values

    def _subjects(
        self,
        kind: SubjectKind,
        rows: list[Row],
        *,
        evidence: bool,
        lines: bool = True,
        criterion: str | None = None,
    ) -> list[Subject]:
        ids = [row["subject_id"] for row in rows]
        if not ids:
            return []
        line_rows = self._line_rows(kind, ids) if lines else {}
        records = self._records(kind, ids, criterion) if evidence else {}
        counted = tallies(self.book, kind, ids, self.session, self.tables) if lines else {}
        labels = self.grade_labels(kind)
        results = []
        texts = self._facts_of_cadres(ids, evidence=evidence) if not kind.judged and lines else {}
        rows = [certain_row(row, labels) for row in rows]
        paid = self.payments.of(kind, rows)
        for row in rows:
            items = line_rows.get(row["subject_id"])
            subject = replace(
                self._subject(kind, row, self.lines.read(kind, items, records, counted)),
                sections=self.lines.sections(kind, items),
                payments=paid.get(row["subject_id"], ()),
                namesake=row["name"] in self.shared_names[kind],
            )
            if kind.judged and items and subject.consequences:
                trace = dict(self.traces[row["signature"]])
                grounded = self._grounded(subject.id, subject.lines, trace, items, records)
                subject = replace(subject, consequences=grounded(subject.consequences))
            own = () if kind.judged else self._own_consequences(subject.id)
            if own and items:
                trace = dict(self.traces[self._cadre_signatures[subject.id]])
                own = self._grounded(subject.id, subject.lines, trace, items, records, kind)(own)
            if subject.id in texts or own:
                fallen = texts.get(subject.id, ())
                subject = replace(subject, consequences=(*fallen, *own))
            results.append(replace(subject, account=self._account(subject)) if lines else subject)
        return results

    def _records(
        self, kind: SubjectKind, ids: Sequence[str], criterion: str | None = None
    ) -> Records:
        return evidence_of(self.book, kind, ids, self.session, self.tables, criterion)

    def _grounded(
        self,
        village: str,
        lines: tuple[Line, ...] | None,
        trace: Mapping[str, Needs],
        stored: Row,
        records: Records,
        kind: SubjectKind = SubjectKind.VILLAGE,
    ) -> Callable[[Iterable[Consequence]], tuple[Consequence, ...]]:
        """Return what lets consequences of a subject say what was found behind them."""
        values = self.lines.values(kind, stored)

        def months(names: Iterable[str]) -> list[str]:
            return self.lines.months.sentences(names, stored, values)

        result = SubjectFacts(village, lines, values, records, trace, months)
        return lambda consequences: tuple(
            replace(
                c,
                because=self.grounds.because(c.id, trace[c.id], result),
                evidence=self.grounds.records(c.id, trace[c.id], result),
            )
            for c in consequences
        )

    def _facts_of_cadres(
        self, cadres: Iterable[str], *, evidence: bool
    ) -> dict[str, tuple[Consequence, ...]]:
        """Return what fell on cadres, with what was found behind it in each village."""
        fallen = {c: self._cadre_consequences[0].get(c, ()) for c in cadres}
        villages = sorted({village for one in fallen.values() for village, _ in one})
        if not villages:
            return {}
        value = self._line_rows(SubjectKind.VILLAGE, villages)
        records = self._records(SubjectKind.VILLAGE, villages) if evidence else {}
        traces = {v: dict(self.traces[s]) for v, s in self._signatures(villages).items()}
        ground = {v: self._grounded(v, None, traces[v], value[v], records) for v in villages}
        return {
            cadre: tuple(text for village, c in one for text in ground[village]([c]))
            for cadre, one in fallen.items()
            if one
        }

    def _signatures(self, villages: Sequence[str]) -> dict[str, str]:
        """Return the signatures of some villages."""
        wanted = ", ".join(literal(village) for village in villages)
        rows = self.session.query(
            f'SELECT subject_id, signature FROM "{grading.RESULTS}" WHERE subject_id IN ({wanted})'
        )
        return {row["subject_id"]: row["signature"] for row in rows.to_pylist()}

    @cached_property
    def _shares(self) -> dict[str, tuple[Share, ...]]:
        return shares_of(
            self.session, self.document.scale, partial(self.title, SubjectKind.VILLAGE)
        )

    @cached_property
    def _carried(self) -> dict[str, tuple[Decimal, Decimal]]:
        return carried(self.session, self.document.scale)

    def _account(self, subject: Subject) -> tuple[Step, ...]:
        """Return how a score comes about."""
        own = self._carried.get(subject.id) if not subject.kind.judged else None
        return account(self.book, subject, {s.id: s for s in subject.sections}, own)

    def _line_rows(self, kind: SubjectKind, ids: Sequence[str]) -> dict[str, Row]:
        table = kind.lines
        chosen = ", ".join(map(literal, ids))
        columns = ", ".join(self._line_columns(kind, table))
        results = self.session.query(
            f'SELECT {columns} FROM "{table}" WHERE subject_id IN ({chosen})'
        )
        rows = {row["subject_id"]: row for row in results.to_pylist()}
        own = self.book.places_of(kind)
        if self.book.placed if kind.judged else self.book.cadres.judgement:
            names = [place_column(name) for name in (*own, TOTAL)]
            source = quoted(places_table(kind))
            places = self.session.query(
                f"SELECT subject_id, {', '.join(map(quoted, names))} FROM {source} "
                f"WHERE subject_id IN ({chosen})"
            )
            for row in places.to_pylist():
                rows[row["subject_id"]] |= row
        return rows

    def _line_columns(self, kind: SubjectKind, table: str) -> list[str]:
        """Return what is read of lines: what is written, and what follows from that."""
        if kind not in self._columns:
            values = self.session.query(f'SELECT * FROM "{table}" LIMIT 0').column_names
            parts = part_results(self.book, kind, DIALECT, values)
            results = ["*", *formula_results(self.book, kind, DIALECT)]
            results += [f'{sql} AS "{name}"' for name, sql in parts.items()]
            self._columns[kind] = results
        return self._columns[kind]

    def _subject(self, kind: SubjectKind, row: Row, lines: tuple[Line, ...]) -> Subject:
        """Return a subject from its row of results, with what is of its kind only."""
        own = self._own_of_village(row) if kind.judged else self._own_of_cadre(row)
        labels = self.grade_labels(kind)
        grade, band = ("" if row[n] is None else labels[row[n]] for n in ("grade", "band"))
        return Subject(
            kind=kind,
            id=row["subject_id"],
            name=row["name"],
            group=row["grp"],
            score=points(row["score"]),
            low=points(row["low"]),
            high=points(row["high"]),
            rank=row["rank"],
            tied=row["tied"],
            grade=grade,
            lines=lines,
            places=row.get("places_open"),
            grades=row.get("grades_open", ()),
            **({"band": band} | own),
        )

    def _own_of_village(self, row: Row) -> dict[str, Any]:
        signature = row["signature"]
        trace = self.traces[signature]
        return {
            "grade_reason": self._grade_reason(row, trace),
            "consequences": self.consequences.certain(
                trace, unless=self.consequences.barred(signature)
            ),
            "possible": self.consequences.possible(signature),
        }

    def _own_of_cadre(self, row: Row) -> dict[str, Any]:
        sure, open_ = (one.get(row["subject_id"], ()) for one in self._cadre_consequences)
        grade = row["grade"]
        return {
            "band": "" if grade is None else self.grade_labels(SubjectKind.CADRE)[grade],
            "grade_reason": "",
            "consequences": (*(c for _, c in sure), *self._own_consequences(row["subject_id"])),
            "post": row["post"] or "",
            "shares": self._shares.get(row["subject_id"], ()),
            "possible": (*(c for _, c in open_), *self._own_possible(row["subject_id"])),
        }

    def _grade(self, index: int | None) -> str:
        labels = [g.label for g in self.document.grades.values()]
        return "" if index is None else labels[index]

    def _grade_reason(self, row: Row, trace: Trace) -> str:
        specs = self.document.consequences
        reasons = []
        if row["band"] is None:
            return tr("the score is an interval that reaches over two grades")
        if row["grade"] is None:
            return tr("it depends on what is not known yet")
        for name, _ in trace:
            if specs[name].kind == "downgrade" or specs[name].effect in ("zero", "last", "grade"):
                reasons.append(specs[name].label)
        if row["displaced"] is not None:
            reasons.append(
                tr(
                    "the quota of “{grade}” is {places} of {size}",
                    grade=self._grade(row["displaced"]),
                    places=row["places"],
                    size=row["group_size"],
                )
            )
        return clauses(reasons)

    @cached_property
    def _cadre_consequences(self) -> tuple[OfCadres, OfCadres]:
        """Return what falls on cadres, and what may: by villages for which they hold a role."""
        specs = self.document.consequences
        rows = self.session.query(
            "SELECT DISTINCT h.cadre_id, h.role, r.name, r.subject_id, r.signature "
            f'FROM _holders h JOIN "{grading.RESULTS}" r ON r.subject_id = h.village_id '
            "ORDER BY h.cadre_id, r.name, r.subject_id, h.role"
        ).to_pylist()
        sure: dict[str, dict[tuple[str, str], Consequence]] = {}
        open_: dict[str, dict[tuple[str, str], Consequence]] = {}
        for row in rows:
            village = row["name"]
            if village in self.shared_names[SubjectKind.VILLAGE]:
                village = f"{village} {row['subject_id']}"  # the same in every language
            signature, suffix = row["signature"], f"（{village}）"
            barred = self.consequences.barred(signature)
            follows = self.consequences.certain(self.traces[signature], suffix, barred)
            for result, one in (
                (sure, follows),
                (open_, self.consequences.possible(signature, suffix)),
            ):
                for consequence in one:
                    if row["role"] in specs[consequence.id].roles:
                        values = result.setdefault(row["cadre_id"], {})
                        values.setdefault((consequence.id, row["subject_id"]), consequence)
        of_cadres = (
            {c: tuple((v, text) for (_, v), text in h.items()) for c, h in part.items()}
            for part in (sure, open_)
        )
        first, second = of_cadres
        return first, second

    @cached_property
    def _cadre_signatures(self) -> dict[str, str]:
        """Return the signatures of cadres, where something follows for them by themselves."""
        if not self.book.cadres.judgement:
            return {}
        rows = self.session.query(f"SELECT subject_id, signature FROM {quoted(CADRE_PLACES)}")
        return {row["subject_id"]: row["signature"] for row in rows.to_pylist()}

    def _own_consequences(self, cadre: str) -> tuple[Consequence, ...]:
        """Return what follows for a cadre from what is asked of the cadre."""
        signature = self._cadre_signatures.get(cadre)
        if signature is None:
            return ()
        barred = self.of_cadres.barred(signature)
        return self.of_cadres.certain(self.traces[signature], unless=barred)

    def _own_possible(self, cadre: str) -> tuple[Consequence, ...]:
        signature = self._cadre_signatures.get(cadre)
        return () if signature is None else self.of_cadres.possible(signature)

    def cadre_consequence_ids(self) -> dict[str, tuple[str, ...]]:
        """Return the consequences of every cadre, for the digest."""
        if not self.document.responsibility:
            return {}
        fallen = self._cadre_consequences[0]
        every = {
            cadre: [*(c for _, c in fallen.get(cadre, ())), *self._own_consequences(cadre)]
            for cadre in dict.fromkeys([*fallen, *self._cadre_signatures])
        }
        return {
            cadre: tuple(sorted(f"{c.id}:{c.label}" for c in one))
            for cadre, one in every.items()
            if one or cadre in fallen
        }
