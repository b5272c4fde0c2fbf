"""Days, numbers, titles, marks and signatures as official papers write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rules_engine.messages import msg, tr
from rules_engine.model.figures import MONTHS, month
from rules_engine.model.figures import day as day_in_words
from rules_engine.papers.paper import Heading, Signature, text_width

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules_engine.model.assessment import AssessmentReport, ClauseRef, RunInfo

KIND_OF_PAPER = re.compile("(（试行）|\\(试行\\)|实施细则|细则|办法|标准|方案)+$")
"""What a ruleset's title may end with, and the title of its results does without."""

MARKS = {
    "draft": msg("DRAFT"),
    "reviewed": msg("REVIEWED, NOT PUBLISHED"),
}
"""The states of a run whose papers may not pass for published ones."""

LONGEST_TITLE = 20
"""What fits into one line, in full-width characters."""


@dataclass
class Outline:
    """Numbers headings: 一、 and （一） in Chinese, 1. and (1) in English."""

    section: int = 0
    part: int = 0

    def next_section(self, text: str) -> Heading:
        """Return the next heading of the first level."""
        self.section, self.part = self.section + 1, 0
        return Heading(tr("{number}. {heading}", number=_ordinal(self.section), heading=text), 1)

    def next_part(self, text: str) -> Heading:
        """Return the next heading of the second level."""
        self.part += 1
        return Heading(tr("({number}) {heading}", number=_ordinal(self.part), heading=text), 2)


def _ordinal(number: int) -> str:
    words = tr("1 2 3 4 5 6 7 8 9 10").split()
    if number <= 10:
        return words[number - 1]
    tens, ones = divmod(number, 10)
    if words[0] == "1":
        return str(number)
    return (words[tens - 1] if tens > 1 else "") + words[9] + (words[ones - 1] if ones else "")


def short_day(text: str, year: int) -> str:
    """Return a record's ISO date in words, without the year where that goes without saying."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return text
    if day.year != year:
        return day_in_words(day)
    return tr("{day} {month}", day=day.day, month=str(MONTHS[day.month - 1]))


def days_in_words(start: date, end: date) -> str:
    """Return a span of days: a year or a month by its name, else both ends."""
    next_day = end + timedelta(days=1)
    if (start.month, start.day, next_day) == (1, 1, date(start.year + 1, 1, 1)):
        return tr("year {year}", year=start.year)
    if start.day == next_day.day == 1 and (start.year, start.month) == (end.year, end.month):
        return month(start)
    return from_to(start, end)


def from_to(start: date, end: date) -> str:
    """Return both ends of a span of days in words."""
    return tr("{first} to {last}", first=day_in_words(start), last=day_in_words(end))


def subject_of(run: RunInfo) -> str:
    """Return what was assessed and when, as a title has it; a line may break after the time."""
    title = KIND_OF_PAPER.sub("", run.ruleset_title)
    if not title.endswith("考核"):
        title = tr("the assessment under “{title}”", title=run.ruleset_title)
    if str(run.period_to.year) in title:
        return title
    period = days_in_words(run.period_from, run.period_to)
    return tr("{title} ({period})", title=title, period=period)


def title_lines(title: str) -> str:
    """Return a title with the line break that is offered in it only where it is needed."""
    plain = title.replace("\n", "")
    return title if "\n" in title and text_width(plain) > LONGEST_TITLE else plain


def sentences(*texts: str) -> str:
    """Return sentences one after another; Chinese has no space between them."""
    return re.sub("(?<=[。；：]) ", "", " ".join(texts))


def clause_refs(clauses: Iterable[ClauseRef]) -> str:
    """Return the places of clauses in their paper, each once."""
    return tr(", ").join(dict.fromkeys(clause.ref or clause.id for clause in clauses))


def file_name(text: str) -> str:
    """Return a name that every file system takes, as near to the text as may be."""
    plain = "".join(c if c.isalnum() or c in "-_（）" else "_" for c in text)
    return plain[:40] or "_"


def mark_of(run: RunInfo) -> str:
    """Return what every page of an unpublished paper bears."""
    if run.overrides:
        return tr("TRIAL, NOT FOR PUBLICATION")
    return str(MARKS[run.status]) if run.status in MARKS else ""


def signature(report: AssessmentReport) -> Signature:
    """Return who signs and when; without the setting, the place where the office's name goes."""
    settings = report.settings
    office = settings.get("office") or tr("[name of the issuing office]")
    return Signature(office, day_in_words(settings.get("date") or report.run.created_at.date()))


def opening(run: RunInfo) -> str:
    """Return the sentence that says by which rules, of which time and on which records."""
    return tr(
        "Under “{title}” ({edition} edition), the work of {period} was assessed on the records "
        "known on {as_of}.",
        title=run.ruleset_title,
        edition=run.ruleset_edition,
        period=from_to(run.period_from, run.period_to),
        as_of=day_in_words(run.as_of),
    )


def short_digest(run: RunInfo) -> str:
    """Return as much of the digest as fits into a line and is still no accident."""
    return run.digest.rpartition(":")[2][:16]
