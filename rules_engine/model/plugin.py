"""What plugins hand over when they register: frozen descriptions with the functions to call."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from rules_engine.errors import Place
from rules_engine.model.naming import normal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    import pyarrow as pa

    from rules_engine.errors import Finding
    from rules_engine.messages import Message
    from rules_engine.model.assessment import AssessmentReport
    from rules_engine.model.comparison import Comparison
    from rules_engine.model.ruleset import ClausesDocument, RulesetDocument
    from rules_engine.model.secret import SecretSpec
    from rules_engine.model.table import Range, TableSchema


@dataclass(frozen=True)
class SourceTable:
    """One table as a source delivers it. Exactly one of ``batches`` and ``parquet`` is given.

    Attributes:
        name: ASCII name or Chinese label of the table.
        origin: where it comes from, for findings: a file, a database without its password.
        batches: called to read the table; text is allowed in every column.
        parquet: a Parquet file that may be scanned in place.
        first_row: the number that a person would give to the first row of data, as in
            "row 2 of the sheet".
        sheet: what the table is called where it comes from, if that is not its name.
        columns: for delivered columns that are called otherwise there, what they are called.
        locate: for rows that do not simply follow each other: from the number of a row, as
            counted from ``first_row``, to its sheet and the number that a person would give it.
        serials_from: day 0 of dates that are written as numbers of days, as in spreadsheets;
            ``None``: a number is no date.
        findings: called after the table was read: what is worth knowing about how it was read.
    """

    name: str
    origin: str
    batches: Callable[[], pa.RecordBatchReader] | None = None
    parquet: Path | None = None
    first_row: int = 1
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    locate: Callable[[int], tuple[str, int]] | None = None
    serials_from: date | None = None
    findings: Callable[[], Iterable[Finding]] = tuple

    def place(self, row: int | None = None, column: str | None = None) -> Place:
        """Return the place of the table, or of a row or a delivered column in it.

        Args:
            row: its number as counted from ``first_row``.
            column: its name as delivered.
        """
        sheet = self.sheet or self.name
        if row is not None and self.locate is not None:
            sheet, row = self.locate(row)
        called = self.columns.get(column, column) if column is not None else None
        return Place(file=self.origin, table=sheet, row=row, field=called)


@dataclass(frozen=True)
class Wanted:
    """A table that somebody asks of a source, in a ``source.yaml``.

    Attributes:
        names: what the table may be called at the source: a sheet, a file, a database table;
            ``*`` stands for anything. It is delivered under the first of them.
        columns: what the columns that are asked for are called there; the source looks for
            their headings, and may deliver more.
        fields: what ``source.yaml`` says about the table in the source's own ``table_fields``.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...] = ()
    fields: Any = None

    def fits(self, *names: str) -> bool:
        """Return whether a table with these names at the source is meant."""
        patterns = [".*".join(map(re.escape, normal(n).split("*"))) for n in self.names]
        return any(re.fullmatch(p, normal(name)) for name in names for p in patterns)


@dataclass(frozen=True)
class SourceRequest:
    """What is asked of a source.

    Attributes:
        location: where the records are, without the kind's name in front.
        schemas: the tables that are read, by ASCII name: their names, labels and columns.
        wanted: the tables that a ``source.yaml`` asks for, and no others; ``None``: all that
            the source has of the tables in ``schemas``.
        everything: deliver also tables that nobody may want, so that they can be looked at.
        fields: what ``source.yaml`` says about the source in its own ``fields``.
        folder: where that ``source.yaml`` lies: paths in ``fields`` count from there.
        secret: the password or token; never to be shown, logged or kept.
        secrets: what stands for each :class:`SecretSpec` in the fields; likewise.
    """

    location: str
    schemas: Mapping[str, TableSchema] = field(default_factory=dict)
    wanted: tuple[Wanted, ...] | None = None
    everything: bool = False
    fields: Any = None
    folder: Path | None = None
    secret: str | None = field(default=None, repr=False)
    secrets: Mapping[SecretSpec, str] = field(default_factory=dict, repr=False)

    def names_for(self, *names: str) -> tuple[str, ...]:
        """Return the names under which a table is delivered: none when nobody asks for it.

        Args:
            names: what it is called at the source, in every way that somebody may call it.
        """
        if self.wanted is None:
            return names[:1]
        return tuple(wanted.names[0] for wanted in self.wanted if wanted.fits(*names))


@dataclass(frozen=True)
class SourceKind:
    """A kind of data source.

    Attributes:
        name: unique among sources.
        description: one line, shown by ``rules-engine plugins``.
        accepts: whether this kind reads the given location.
        open: the tables that a request asks for; a wanted one is delivered under the first
            name by which it is wanted. Raises ``DatasetError`` with findings. A table that
            cannot be read may raise when its batches are read: then all faults are told together.
        fields: pydantic model of what ``source.yaml`` may say about the source itself.
        table_fields: pydantic model of what it may say about each table.
        patience: seconds for which it may give no batch before it is given up.
    """

    name: str
    description: Message | str
    accepts: Callable[[str], bool]
    open: Callable[[SourceRequest], Iterable[SourceTable]]
    fields: Callable[[], type[Any]] | None = None
    table_fields: Callable[[], type[Any]] | None = None
    patience: float = 600


@dataclass(frozen=True)
class Setting:
    """Something that ``--set NAME=VALUE`` tells those reporters that ask for it.

    Attributes:
        name: unique within a reporter; reporters that mean the same thing use the same name.
        description: one line, shown by ``rules-engine plugins``.
        read: makes the value of the text; raises ``ValueError`` saying what it takes.
    """

    name: str
    description: Message
    read: Callable[[str], Any] = str


@dataclass(frozen=True)
class ReporterKind:
    """A form in which an assessment is shown.

    Attributes:
        name: what ``--report`` takes.
        description: one line, shown by ``rules-engine plugins``.
        write: write the report below the folder and return the files; a reporter for the
            terminal prints and returns none. A finding among them, such as a limit that was
            reached, is told to whoever asked for the report.
        lines: whether the report shows the score lines of the assessed. Without, they are not
            read, and everybody's ``lines`` and ``sections`` are empty.
        imports: modules that ``write`` imports and that take long to import: that is done
            beforehand, while the engine works.
        evidence: whether the report needs the records behind each line.
        evidence_limit: with more villages than this it does without them; ``None``: never.
        default: whether it is used when no ``--report`` is given.
        patience: seconds after which a report is given up.
        settings: what it asks for; the values that were given are in ``report.settings``.
        prints: whether it shows the report by printing. What other reporters print goes to
            standard error, so that it spoils no document on standard output.
        compare: writes a comparison, such as that of ``what-if``, into a file; ``None``: it cannot.
    """

    name: str
    description: Message | str
    write: Callable[[AssessmentReport, Path], Sequence[Path | Finding]]
    evidence: bool = False
    default: bool = False
    evidence_limit: int | None = None
    patience: float = 3600
    settings: tuple[Setting, ...] = ()
    lines: bool = True
    imports: tuple[str, ...] = ()
    prints: bool = False
    compare: Callable[[Comparison, Path], object] | None = None


class EngineSession(Protocol):
    """A running engine with the tables of one assessment."""

    def attach(self, name: str, parquet: Path) -> None:
        """Make a Parquet file, or the files of a folder, readable as the table ``name``."""

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable as the table ``name``."""

    def run(self, sql: str) -> None:
        """Run a statement that gives no rows, in the engine's own dialect."""

    def query(self, sql: str) -> pa.Table:
        """Run a query and return all of its rows."""

    def write_parquet(self, sql: str, path: Path) -> None:
        """Run a query and write its rows to a Parquet file."""

    def close(self) -> None:
        """Let go of everything."""


@dataclass(frozen=True)
class EngineKind:
    """Something that runs the compiled plan.

    Attributes:
        name: what ``--engine`` takes.
        dialect: sqlglot's name for its SQL.
        version: called for the version that a run records.
        connect: start a session; ``threads`` is ``None`` for as many as there are cores.
    """

    name: str
    description: str
    dialect: str
    version: Callable[[], str]
    connect: Callable[[int | None], EngineSession]


@dataclass(frozen=True)
class Known:
    """What a method may ask about the names that its fields use.

    Attributes:
        names: names and labels that stand for something here.
        rates: names and labels of shares, written as percentages.
        voidable: names and labels for which ``empty(name)`` may be asked.
        day: reads a day, written out or as month and day of the assessed period. Raises
            ``ValueError`` with what is wrong.
        full: what the line gives in full: its points, in a deduction section what they take.
    """

    names: frozenset[str]
    rates: frozenset[str]
    voidable: frozenset[str]
    day: Callable[[str], date]
    full: Decimal


Part: TypeAlias = tuple[tuple[str | int, ...], str, Literal["boolean", "number", "date", "text"]]
"""An expression among a method's fields: where it stands below the criterion, its text, its kind.

Each is compiled by itself first, so that a fault is shown where it was written and no text can
reach beyond its own place in the formula.
"""


@dataclass(frozen=True)
class Measure:
    """An indicator that a method makes for its criterion, as ``indicators:`` would write it.

    Attributes:
        name: short name; the formula calls it ``{name}``.
        spec: the fields of an indicator.
        parts: the expressions over records that the spec is made of.
        classes: conditions among the parts, of which the first that holds says what a record is
            counted as; so its working can tell them apart.
        factors: conditions among the parts, of which each that holds changes what it counts.
        numbered: a value of records, as an expression over them: those that count and have the same
            are numbered from 1 in the order of their days and, within a day, of their keys. What
            the spec adds up calls the number ``{nth}``.
        stages: up to which number its working tells records apart; those with a higher one count
            like it.
    """

    name: str
    spec: Mapping[str, object]
    parts: tuple[Part, ...] = ()
    classes: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    numbered: str = ""
    stages: int = 0


@dataclass(frozen=True)
class Ranking:
    """A place among the subjects of a group, which a method needs; equal values share a place.

    Attributes:
        name: the formula calls the place ``{name}``, and the place from the end ``{name_last}``.
        by: the expression that is compared.
        most_first: whether the greatest is first.
    """

    name: str
    by: str
    most_first: bool = True


@dataclass(frozen=True)
class Expansion:
    """What a scoring method makes of a criterion: a formula in the condition language.

    Attributes:
        formula: an expression over indicators that gives points; ``{name}`` stands for one of
            the method's own measures or rankings.
        empty: an expression that is true when there was nothing to assess, or ``None``.
        measures: indicators of the criterion's own.
        rankings: places of the criterion's own.
        parts: the expressions over indicators that the formula is made of.
        table: name or label of the table of which ``ranges`` are asked, and which ``filled`` names.
        ranges: between what numbers of the records must lie; others are kept out.
        filled: by key of the criterion a column, by name or label, that must be filled in; a record
            in which it is not is kept out. It is told with each record, whatever that gives.
        needs_records: whether a line without records cannot be assessed; else, or where the line
            says what it is worth then (``not_applicable``), it does not apply.
    """

    formula: str
    empty: str | None = None
    measures: tuple[Measure, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    parts: tuple[Part, ...] = ()
    table: str = ""
    ranges: tuple[Range, ...] = ()
    filled: Mapping[str, str] = field(default_factory=dict)
    needs_records: bool = False


@dataclass(frozen=True)
class Wording:
    """What a method may ask when it puts the fields of a criterion into words.

    Attributes:
        say: an expression over the subject in words; a name alone is its label.
        of_records: for a table, a condition over its records in words.
        table: the label of a table.
        each: what one of those that an indicator counts is called, as in "each time".
        rates: names and labels of shares, written as percentages.
        spent: whether deductions end when the points are used up.
        full: what the line gives in full: its points, in a deduction section what they take.
        counted: so many of what an indicator counts, as in "3 times"; a number alone of what is
            measured.
    """

    say: Callable[[str], str]
    of_records: Callable[[str, str], str]
    table: Callable[[str], str]
    each: Callable[[str], str]
    rates: frozenset[str]
    spent: bool
    full: Decimal
    counted: Callable[[str, Decimal], str]


@dataclass(frozen=True)
class Tally:
    """Records of one sort that a measure adds up for a subject.

    Attributes:
        class_: which of the measure's classes they are of, from 0.
        factors: for each of the measure's factors, whether it holds of them.
        records: how many they are.
        total: what they add up to.
        stage: which one it is, where records are numbered; the last stands for further ones too.
    """

    class_: int
    factors: tuple[bool, ...]
    records: int
    total: Decimal
    stage: int = 0


Value: TypeAlias = "Decimal | date | bool | str | None"


@dataclass(frozen=True)
class Working:
    """What a method may ask when it tells how the points of one subject were worked out.

    Everything was worked out by the plan that gave the points; nothing is to be computed again.

    Attributes:
        wording: how the names that the fields use are put into words.
        value: for one of the expansion's parts (its text) or one of its own measures and places
            (``{name}``), what the subject has; ``None`` when there is no such value.
        share: for a name of a rate, how many of how many records; ``None`` for anything else.
        tallies: for one of its own measures with classes (its name), the records by class.
        day: reads a day as :attr:`Known.day` does.
        facts: for one of the expansion's parts that is a condition, why it holds or does not, with
            the subject's values; the condition in words where that cannot be told.
        formula: the whole formula told step by step, for methods without words of their own.
        raw: what the formula gave, before floor and cap.
    """

    wording: Wording
    value: Callable[[str], Value]
    share: Callable[[str], tuple[int, int] | None]
    tallies: Callable[[str], tuple[Tally, ...]]
    day: Callable[[str], date]
    facts: Callable[[str], str]
    formula: Callable[[], str]
    raw: Decimal


@dataclass(frozen=True)
class Method:
    """A scoring method: how the wording of a criterion becomes a formula.

    Attributes:
        name: what ``method:`` takes in a ruleset, e.g. ``per item``.
        fields: pydantic model of the fields that the method adds to a criterion, in the order of a
            file; what there is to know of each it says in its :class:`Facts`.
        expand: called with the checked fields, the points that the line starts from (0 in a
            bonus or deduction section) and what is known of the names. Raises ``ValueError``
            with what is wrong when the fields do not go together.
        example: a criterion that uses the method, as YAML, for the documentation.
        words: called with the checked fields, the points that the line starts from and what is
            known of the names; gives the rule as a paper would word it, without a full stop (or
            ending with a Markdown table). Without it a criterion is described by its formula.
        working: called with the checked fields, the points that the line starts from and what one
            subject has; tells how its points came about, for those who are assessed, without a
            full stop. What the line gives in the end, floors, caps and vetoes are told after it.
            Without it the formula is told step by step.
        defaults: called with the checked fields and what is known of the names; gives each default
            of the method that gives or takes points here because the criterion does not say
            otherwise: a figure, or nothing, and a half-sentence that says what goes.
        label: what people call it, where that is not its name.
    """

    name: str
    description: str
    fields: Callable[[], type[Any]]
    expand: Callable[[Any, Decimal, Known], Expansion]
    example: str
    words: Callable[[Any, Decimal, Wording], str] | None = None
    working: Callable[[Any, Decimal, Working], str] | None = None
    defaults: Callable[[Any, Wording], Iterable[tuple[str, str]]] | None = None
    label: Message | None = None


class RulesetToCheck(Protocol):
    """A ruleset as a check gets it: what could be read of it, before anything else is known.

    What has not the right shape is left out and has its finding already. A name in a condition
    may still be unknown, and figures may contradict each other.
    """

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def folder(self) -> Path:
        """Return the folder that holds ``ruleset.yaml`` and ``clauses.yaml``."""

    @property
    def document(self) -> RulesetDocument:
        """Return what ``ruleset.yaml`` says, a field for each key."""

    @property
    def clauses(self) -> ClausesDocument:
        """Return what ``clauses.yaml`` says."""

    @property
    def tables(self) -> Mapping[str, TableSchema]:
        """Return the tables that it reads, by name, with the columns that it adds."""

    def place(self, path: Sequence[str | int]) -> Place:
        """Return where something stands, or the nearest thing around it that is written.

        Args:
            path: the keys that lead to it, such as ``("grades", "good", "from")``; those of
                ``clauses.yaml`` begin with ``clauses``.
        """


@dataclass(frozen=True)
class Check:
    """A further check of rulesets: gets the ruleset, gives findings.

    Attributes:
        name: unique among checks.
        description: one line, shown by ``rules-engine plugins``.
        run: yields what is wrong, each with a code of its own, its place and what to do.
    """

    name: str
    description: str
    run: Callable[[RulesetToCheck], Iterable[Finding]]


@dataclass(frozen=True)
class AfterRun:
    """Something that is told of each finished run: a message to a group, a copy to an archive.

    Attributes:
        name: unique among these.
        description: one line.
        tell: called with the report after the run is stored and before reports are written. The
            run stands whatever happens here; a failure is told as a warning.
        patience: seconds after which it is given up.
    """

    name: str
    description: str
    tell: Callable[[AssessmentReport], None]
    patience: float = 60


@dataclass(frozen=True)
class Command:
    """A further verb of the command line.

    Attributes:
        name: the verb.
        help: one line.
        run: a function with Typer's annotations.
    """

    name: str
    help: str
    run: Callable[..., None]


@dataclass(frozen=True)
class PluginInfo:
    """A plugin as ``rules-engine plugins`` lists it.

    Attributes:
        look_up: finds where it comes from: to read what is written about a distribution takes
            longer than to load it.
        gives: names of what it gives, by kind.
        error: why it was left out.
        package: finds the distribution or the file that it comes from, and its version, which is
            empty for one in a folder that says none.
    """

    name: str
    look_up: Callable[[], str]
    gives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    error: str = ""
    package: Callable[[], tuple[str, str]] = lambda: ("", "")

    @property
    def origin(self) -> str:
        """Return where the plugin comes from."""
        return self.look_up()
