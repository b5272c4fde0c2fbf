"""The circular 通报: ranking, honours and sanctions, targets, and what must be told with them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from rules_engine.messages import listed, tr
from rules_engine.model import figures
from rules_engine.papers.annexes import Annexes
from rules_engine.papers.paper import Column, Paper, Paragraph, Table
from rules_engine.papers.settings import MOST_SUBJECTS
from rules_engine.papers.words import (
    Outline,
    clause_refs,
    mark_of,
    opening,
    sentences,
    short_digest,
    signature,
    subject_of,
    title_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules_engine.model.assessment import (
        AssessmentReport,
        Consequence,
        Subject,
        TargetResult,
    )
    from rules_engine.papers.paper import Block

MOST_NAMED = 20
"""How many villages with open scores are named."""


@dataclass
class Overview:
    """The villages of a circular, without the lines that could be assessed.

    Attributes:
        groups: the rankings, best first; an empty name when all are ranked together.
        cut: whether there are more villages than papers take.
    """

    groups: dict[str, list[Subject]] = field(default_factory=dict)
    cut: bool = False

    @property
    def sizes(self) -> dict[str, int]:
        """Return how many villages each group has."""
        return {name: len(villages) for name, villages in self.groups.items()}

    @property
    def villages(self) -> list[Subject]:
        """Return all of them, group by group."""
        return [village for group in self.groups.values() for village in group]


def overview_of(report: AssessmentReport) -> Overview:
    """Go once through the villages."""
    overview = Overview(cut=len(report.villages) > MOST_SUBJECTS)
    for village in islice(report.villages, MOST_SUBJECTS):
        bare = replace(village, lines=village.blocking)
        overview.groups.setdefault(village.group, []).append(bare)
    return overview


def circular(report: AssessmentReport, overview: Overview) -> Paper:
    """Return the circular."""
    outline, annexes = Outline(), Annexes()
    blocks: list[Block] = [
        Paragraph(sentences(opening(report.run), tr("The results are as follows."))),
        outline.next_section(tr("Overall result")),
        *_overall(report, overview),
        *_targets(report.targets),
        outline.next_section(tr("Ranking of {assessed_all}")),
        *_rankings(report, overview, outline),
        *_consequences(overview, outline),
        *_cadres(report, outline, annexes),
        *_to_know(report, overview, outline, annexes),
        Paragraph(tr("This is hereby made known.")),
    ]
    return Paper(
        name="circular",
        title=title_lines(
            tr("Circular on the results of {subject}", subject=subject_of(report.run))
        ),
        mark=mark_of(report.run),
        addressee=report.settings.get("to") or tr("To {assessed_each}:"),
        blocks=tuple(blocks),
        signature=signature(report),
        annexes=annexes.made(),
        annex_notes=annexes.notes(),
    )


def _overall(report: AssessmentReport, overview: Overview) -> Iterator[Block]:
    count = len(report.villages)
    groups = {} if overview.cut else {n: size for n, size in overview.sizes.items() if n}
    named = listed(tr("{group}: {count}", group=n, count=size) for n, size in groups.items())
    text = tr("{count} {assessed_all} were assessed.", count=count)
    if named:
        text = tr("{count} {assessed_all} were assessed ({groups}).", count=count, groups=named)
    grades = [(g.label, g.villages) for g in report.grades if g.villages]
    open_ = count - sum(number for _, number in grades)
    if open_:
        grades.append((tr("grade still open"), open_))
    counts = listed(tr("{group}: {count}", group=label, count=n) for label, n in grades)
    yield Paragraph(sentences(text, tr("Grades: {counts}.", counts=counts)))


def _targets(targets: Iterable[TargetResult]) -> Iterator[Block]:
    states = {True: tr("reached"), False: tr("not reached"), None: tr("open")}
    for target in targets:
        yield Paragraph(
            tr(
                "Target “{label}”: required {required}, found {share} ({met} of {total}): {state}.",
                label=target.label,
                required=figures.percent_as_written(target.required),
                share=figures.percent(target.share, target.required),
                met=target.met,
                total=target.total,
                state=states[target.reached],
            )
        )


def _rankings(report: AssessmentReport, overview: Overview, outline: Outline) -> Iterator[Block]:
    most = tr("The full score is {scale}.", scale=figures.plain(report.run.scale))
    if overview.cut:
        most = sentences(most, _only_first(MOST_SUBJECTS))
    yield Paragraph(most)
    for name, villages in overview.groups.items():
        if name:
            yield outline.next_part(name)
        yield _ranking(villages, report.run.places)


def _only_first(count: int) -> str:
    return tr("Only the first {count} are listed here.", count=count)


def _ranking(villages: Iterable[Subject], places: int) -> Table:
    """Return a ranking; remarks have a column only where there are any."""
    rows = [
        (
            village.place_range,
            village.title,
            figures.score(village, places),
            village.grade_text,
            _remarks(village),
        )
        for village in villages
    ]
    columns = [
        Column(tr("place"), 9, "center"),
        Column(tr("name"), 27),
        Column(tr("score"), 17, "right"),
        Column(tr("grade"), 13, "center"),
        Column(tr("remarks"), 34),
    ]
    wide = len(columns) if any(row[-1] for row in rows) else len(columns) - 1
    return Table(tuple(columns[:wide]), tuple(row[:wide] for row in rows))


def _remarks(subject: Subject) -> str:
    remarks = [tr("tied")] if subject.tied else []
    if subject.grade_reason:
        remarks.append(subject.grade_reason)
    remarks += subject.possible_text
    if subject.blocking:
        remarks.append(tr("{count} lines still open", count=len(subject.blocking)))
    return tr("; ").join(remarks)


def _consequences(overview: Overview, outline: Outline) -> Iterator[Block]:
    """Yield honours and then sanctions, each with the villages on which it fell."""
    for title, kinds in (
        (tr("Honours"), ("honour",)),
        (tr("Sanctions"), ("sanction", "downgrade", "veto")),
    ):
        by_kind = _by_label(overview.villages, kinds)
        if by_kind:
            yield outline.next_section(title)
        for label, (consequence, names) in by_kind.items():
            yield outline.next_part(label)
            text = tr("{names} ({count} in all).", names=listed(names), count=len(names))
            if consequence.clauses:
                clause = clause_refs(consequence.clauses)
                text = sentences(text, tr("Clause: {clauses}.", clauses=clause))
            yield Paragraph(text)


def _by_label(
    villages: Iterable[Subject], kinds: tuple[str, ...]
) -> dict[str, tuple[Consequence, list[str]]]:
    by_kind: dict[str, tuple[Consequence, list[str]]] = {}
    for village in villages:
        for consequence in village.consequences:
            if consequence.kind in kinds:
                by_kind.setdefault(consequence.label, (consequence, []))[1].append(village.title)
    return by_kind


def _cadres(report: AssessmentReport, outline: Outline, annexes: Annexes) -> Iterator[Block]:
    count = len(report.cadres)
    if not count:
        return
    shown = list(islice(report.cadres, MOST_SUBJECTS))
    rows = [
        (
            cadre.place_range,
            cadre.title,
            cadre.post,
            figures.score(cadre, report.run.places),
            cadre.grade_text,
            listed(
                (*cadre.honours_text, *cadre.sanctions_text, *(p.short for p in cadre.payments))
            ),
        )
        for cadre in shown
    ]
    columns = (
        Column(tr("place"), 9, "center"),
        Column(tr("full name"), 15),
        Column(tr("post"), 19),
        Column(tr("score"), 14, "right"),
        Column(tr("grade"), 12, "center"),
        Column(tr("remarks"), 31),
    )
    title = tr("Results of the cadres")
    number = annexes.add(title, Table(columns, tuple(rows)))
    yield outline.next_section(tr("Cadres"))
    text = tr("{count} cadres were assessed; annex {number} has the results.", count=count,
              number=number)  # fmt: skip
    if count > len(shown):
        text = sentences(text, _only_first(len(shown)))
    yield Paragraph(text)


def _to_know(
    report: AssessmentReport, overview: Overview, outline: Outline, annexes: Annexes
) -> Iterator[Block]:
    """Yield what must be told, so that nobody takes the results for more than they are."""
    yield outline.next_section(tr("To be known with the results"))
    if report.quarantine:
        rows = {(q.source, q.sheet, q.row) for q in report.quarantine}
        yield outline.next_part(tr("Records left out"))
        yield Paragraph(
            tr("{count} records did not meet the requirements and were left out of the "
               "assessment; annex {number} lists them.", count=len(rows),
               number=annexes.add_quarantine(report.quarantine))
        )  # fmt: skip
    blocked = [village for village in overview.villages if village.lines]
    if blocked:
        yield outline.next_part(tr("What cannot be assessed yet"))
        yield Paragraph(_blocked(blocked))
    if report.assumptions:
        yield outline.next_part(tr("Assumed figures"))
        yield Paragraph(
            tr("{count} figures and rules are not given by any clause; annex {number} lists them "
               "with their reasons.", count=len(report.assumptions),
               number=annexes.add_assumptions(report.assumptions))
        )  # fmt: skip
    known = [finding for finding in report.findings if finding.acknowledged]
    if known:
        yield outline.next_part(tr("Notes on the rules"))
    for finding in known:
        yield Paragraph(
            tr("{message}: {reason}.", message=str(finding.message).rstrip("。."),
               reason=(finding.acknowledged or "").rstrip("。."))
        )  # fmt: skip
    yield outline.next_part(tr("Checking"))
    yield Paragraph(
        tr("Every point can be computed again from run {run}, whose digest begins with {digest}.",
           run=report.run.run_id or "—", digest=short_digest(report.run))
    )  # fmt: skip


def _blocked(villages: list[Subject]) -> str:
    shown = [
        tr("{name} ({details})", name=v.title, details=listed(line.label for line in v.lines))
        for v in villages[:MOST_NAMED]
    ]
    text = tr(
        "Records are missing or were left out, so the scores of these lie between two ends: "
        "{names}.",
        names=listed(shown),
    )
    if len(villages) > len(shown):
        more = len(villages) - len(shown)
        text = sentences(text, tr("{count} more are not named here.", count=more))
    return text
