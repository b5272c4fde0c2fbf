"""The notice to a village: its result, and for each line clause, working and records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.messages import clauses, in_a_row, listed, tr
from rules_engine.model import figures
from rules_engine.papers.annexes import Annexes
from rules_engine.papers.paper import Column, Paper, Paragraph, Table
from rules_engine.papers.words import (
    Outline,
    clause_refs,
    file_name,
    mark_of,
    opening,
    sentences,
    short_day,
    short_digest,
    signature,
    subject_of,
    title_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.model.assessment import AssessmentReport, Evidence, Line, Subject
    from rules_engine.papers.paper import Block

MOST_RECORDS = 40
"""How many records of a line a notice lists; ``rules-engine explain`` lists them all."""


def notice(report: AssessmentReport, village: Subject, number: int, size: int) -> Paper:
    """Return the notice to a village.

    Args:
        report: the run's report.
        village: whom it is for.
        number: its place in the order of the report, for the name of the file.
        size: how many are ranked together with it.
    """
    outline, annexes, run = Outline(), Annexes(), report.run
    annexes.add(tr("The clauses in question"), *_clauses(village))
    sign = signature(report)
    blocks: list[Block] = [
        Paragraph(sentences(opening(run), tr("Your results are as follows."))),
        outline.next_section(tr("Result")),
        Paragraph(_result(village, size, run.places)),
        *_sums(village, run.places),
        *_consequences(village, outline, run.period_to.year),
        outline.next_section(tr("Line by line")),
        _lines(village, run.period_to.year),
        outline.next_section(tr("Checking")),
        Paragraph(
            tr(
                "Whoever doubts a line names the records above to {office}, which checks them. "
                "Run {run}, whose digest begins with {digest}.",
                office=sign.office,
                run=run.run_id or "—",
                digest=short_digest(run),
            )
        ),
    ]  # fmt: skip
    return Paper(
        name=f"{number:03}-{file_name(village.title)}",
        title=title_lines(tr("Notice of the results of {subject}", subject=subject_of(run))),
        mark=mark_of(run),
        addressee=tr("{name}:", name=village.title),
        blocks=tuple(blocks),
        signature=sign,
        annexes=annexes.made(),
        annex_notes=annexes.notes(),
    )


def _result(village: Subject, size: int, places: int) -> str:
    parts = [
        tr("The score is {score}.", score=figures.score(village, places)),
        tr("Place {rank} of {size}, shared with {tied} others.", rank=village.rank, size=size,
           tied=village.tied)
        if village.tied
        else tr("Place {rank} of {size}.", rank=village.place_range, size=size),
        tr("The grade is “{grade}”.", grade=village.grade)
        if village.grade
        else tr("The grade is still open: {grades}.", grades=village.grade_text)
        if village.grades
        else tr("The grade is still open."),
    ]  # fmt: skip
    if village.grade_reason and village.band:
        parts.append(tr("By the score alone it would be “{band}”: {reason}.", band=village.band,
                        reason=village.grade_reason))  # fmt: skip
    if village.possible:
        labels = listed(c.label for c in village.possible)
        parts.append(tr("Still possible: {labels}.", labels=labels))
    if village.blocking:
        labels = listed(line.label for line in village.blocking)
        parts.append(tr("These lines cannot be assessed yet: {labels}.", labels=labels))
    return sentences(*parts)


def _sums(village: Subject, places: int) -> Iterator[Block]:
    if village.account:
        steps = clauses(map(str, village.account))
        if village.account[-1].kind != "rounding":
            score = figures.score(village, places)
            steps = tr("{steps}; {score} in all", steps=steps, score=score)
        yield Paragraph(tr("How the score comes about: {steps}.", steps=steps))
    if village.payments:
        yield Paragraph(tr("{sums}.", sums=tr("; ").join(map(str, village.payments))))


def _consequences(village: Subject, outline: Outline, year: int) -> Iterator[Block]:
    shown = [c for c in village.consequences if c.kind != "status"]
    if not shown:
        return
    yield outline.next_section(tr("Honours and sanctions"))
    for consequence in shown:
        yield outline.next_part(consequence.label)
        parts = []
        if consequence.because:
            parts.append(tr("Reason: {reason}.", reason=consequence.because))
        if consequence.clauses:
            parts.append(tr("Clause: {clauses}.", clauses=clause_refs(consequence.clauses)))
        parts += [tr("{sums}.", sums=text) for text in _listed_records(consequence.evidence, year)]
        if parts:
            yield Paragraph(sentences(*parts))


def _lines(village: Subject, year: int) -> Table:
    """Return all lines, below the name of their section."""
    columns = (
        Column(tr("criterion"), 22),
        Column(tr("maximum"), 9, "center"),
        Column(tr("points"), 11, "center"),
        Column(tr("clause, working and records"), 58),
    )
    rows: list[tuple[str, ...]] = []
    section = ""
    for line in village.lines:
        if line.section != section:
            section = line.section
            rows.append((section,))
        points = tr("open") if line.points is None else figures.plain(line.points)
        cells = (line.label, figures.plain(line.maximum), points, "\n".join(_why(line, year)))
        rows.append(cells)
    return Table(columns, tuple(rows))


def _clauses(village: Subject) -> Iterator[Block]:
    """Yield the gist of each clause once; in the table they stand by their places."""
    references = dict.fromkeys(clause for line in village.lines for clause in line.clauses)
    columns = (Column(tr("clause"), 20), Column(tr("gist"), 80))
    gists: dict[str, list[str]] = {}
    for clause in references:
        gists.setdefault(clause.ref or clause.id, []).append(clause.gist)
    yield Table(
        columns, tuple((ref, clauses(dict.fromkeys(cited))) for ref, cited in gists.items())
    )


def _why(line: Line, year: int) -> Iterator[str]:
    if line.clauses:
        yield tr("Clauses: {clauses}", clauses=clause_refs(line.clauses))
    if line.worked:
        yield tr("Worked out: {worked}", worked=line.worked)
    if line.reason:
        yield (
            tr("Not assessable: {reason}", reason=line.reason)
            if line.points is None
            else tr("Not applicable: {reason}", reason=line.reason)
        )
    yield from _records(line, year)


def _records(line: Line, year: int) -> Iterator[str]:
    """Yield the records that cost points, by what counted them; of a full line only how many."""
    if not (line.lost or line.veto or line.is_judged):
        if line.records:
            yield tr("Records: {count}, none of which cost points", count=line.records)
        return
    yield from _listed_records(line.costly, year)
    if not line.costly and line.records:
        yield tr("Records: {count}", count=line.records)


def _listed_records(records: tuple[Evidence, ...], year: int) -> Iterator[str]:
    """Yield records by what counted them."""
    by_indicator: dict[tuple[str, bool], list[Evidence]] = {}
    for record in records:
        by_indicator.setdefault((record.indicator, record.counted), []).append(record)
    room = MOST_RECORDS
    for (indicator, counted), cited in by_indicator.items():
        shown = listed(_record(record, year) for record in cited[:room])
        if len(cited) > room:
            more = len(cited) - room
            shown = tr("{records} and {count} more", records=shown, count=more)
        room = max(room - len(cited), 1)
        if counted:
            yield tr("Records of “{indicator}” ({count}): {records}", indicator=indicator,
                     count=len(cited), records=shown)  # fmt: skip
        else:
            yield tr("Records that miss “{indicator}” ({count}): {records}", indicator=indicator,
                     count=len(cited), records=shown)  # fmt: skip


def _record(record: Evidence, year: int) -> str:
    details = [short_day(record.on, year)] if record.on else []
    details += record.detail if record.stated else ()
    if not details:
        return record.record_id
    return tr("{name} ({details})", name=record.record_id, details=in_a_row(details))
