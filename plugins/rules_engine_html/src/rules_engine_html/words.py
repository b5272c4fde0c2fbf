"""All words of the page. They stand here and not in the templates so that they can be gathered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import clauses, figures, tr

if TYPE_CHECKING:
    from rules_engine.api import Consequence, Grade, RunInfo, Subject, TargetResult

MOST_GROUPS = 8
"""With more groups than this, their scores are shown in one picture."""


def words() -> dict[str, str]:
    """Return headings and single words, in the language in force."""
    return {**_parts(), **_columns(), **_states(), **_explanations()}


def _parts() -> dict[str, str]:
    return {
        "contents": tr("Contents"),
        "first": tr("To know first"),
        "summary": tr("Summary"),
        "targets": tr("Targets for the whole town"),
        "grades": tr("Grades"),
        "ranking": tr("Ranking"),
        "pictures": tr("Pictures"),
        "distribution": tr("Distribution of the scores"),
        "by_criterion": tr("What each criterion gave"),
        "cadres": tr("Cadres"),
        "villages": tr("{Assessed_one} by {assessed_one}"),
        "own_lines": tr("The cadres' own lines"),
        "assumptions": tr("Assumed figures"),
        "problems": tr("Problems in the data"),
        "findings": tr("Findings"),
        "making": tr("How this report was made"),
        "consequences": tr("Consequences"),
        "records_used": tr("Records used"),
    }


def _columns() -> dict[str, str]:
    return {
        "place": tr("place"),
        "name": tr("name"),
        "post": tr("post"),
        "score": tr("score"),
        "grade": tr("grade"),
        "honours": tr("honours"),
        "sanctions": tr("sanctions"),
        "shares": tr("answers for"),
        "shares_columns": tr("{assessed_one}, role, share, days, and what this gives"),
        "criterion": tr("criterion"),
        "points": tr("points"),
        "maximum": tr("maximum"),
        "outcome": tr("outcome"),
        "working": tr("how it was worked out"),
        "average": tr("average"),
        "all_villages": tr("all {assessed_many}, most points first"),
        "target": tr("target"),
        "met": tr("met"),
        "share": tr("share"),
        "required": tr("required"),
        "result": tr("result"),
        "clauses": tr("clauses"),
        "from_score": tr("from"),
        "quota": tr("quota"),
        "count_villages": tr("{assessed_many}"),
        "count_cadres": tr("cadres"),
        "where": tr("where"),
        "value": tr("value"),
        "reason": tr("reason"),
        "source": tr("source"),
        "sheet": tr("table"),
        "row": tr("row"),
        "column": tr("column"),
        "record": tr("record"),
        "date": tr("date"),
        "indicator": tr("indicator"),
        "details": tr("details"),
        "kind": tr("kind"),
        "finding": tr("finding"),
        "remedy": tr("remedy or reason"),
    }


def _states() -> dict[str, str]:
    return {
        "run": tr("run"),
        "status": tr("status"),
        "digest": tr("digest"),
        "ruleset": tr("ruleset"),
        "data": tr("data"),
        "engine": tr("engine"),
        "created": tr("made on"),
        "draft": tr("draft"),
        "reviewed": tr("reviewed"),
        "published": tr("published"),
        "sealed": tr("sealed"),
        "scored": tr("scored"),
        "not_applicable": tr("not applicable"),
        "not_assessable": tr("not assessable"),
        "error": tr("error"),
        "warning": tr("warning"),
        "info": tr("note"),
        "open": tr("open"),
        "veto_hit": tr("VETO"),
        "at_floor": tr("at the floor"),
        "at_cap": tr("at the cap"),
        "full": tr("{assessed_many} with full points"),
        "honour": tr("honour"),
        "sanction": tr("sanction"),
        "downgrade": tr("downgrade"),
        "veto": tr("veto"),
        "filter": tr("show only names with …"),
    }


def _explanations() -> dict[str, str]:
    return {
        "no_records": tr(
            "With so many {assessed_many} the records are left out; rules-engine explain lists "
            "them."
        ),
        "dots": tr(
            "One dot is one subject; with many, bars count them. A hollow dot is a score that "
            "is not certain yet, at its lower end. Dashed lines are the thresholds of the grades."
        ),
        "strips": tr(
            "Each bar is one {assessed_one}, the one with most points first. The pale area is what "
            "could be got. Where points are only taken away, bars hang from the top."
        ),
        "no_problems": tr("No row was kept out."),
        "no_findings": tr("There are no findings."),
        "no_assumptions": tr("Every figure is quoted from a clause."),
    }


# sentences with something to put in


def subtitle(run: RunInfo) -> str:
    """Say which edition and which time."""
    return tr(
        "{edition} edition · {start} to {end} · as of {as_of}",
        edition=run.ruleset_edition,
        start=figures.day(run.period_from),
        end=figures.day(run.period_to),
        as_of=figures.day(run.as_of),
    )


def records(count: int) -> str:
    """Say how many records stand behind a line."""
    return tr("records: {count}", count=count)


def on_paper(shown: int, total: int) -> str:
    """Say what paper leaves out."""
    return tr(
        "On paper: {shown} of {total} records, those that cost points first.",
        shown=shown,
        total=total,
    )


def on_screen(shown: int, total: int) -> str:
    """Say what the file leaves out."""
    return tr(
        "{shown} of {total} records are shown; rules-engine explain lists them all.",
        shown=shown,
        total=total,
    )


def account(subject: Subject) -> str:
    """Say how a score comes about."""
    steps = clauses(map(str, subject.account))
    return tr("How the score comes about: {steps}", steps=steps)


def first_only(shown: int, total: int) -> str:
    """Say that a long list is cut."""
    return tr("Only the first {shown} of {total} are shown here.", shown=shown, total=total)


def of_group(subject: Subject, size: int) -> str:
    """Say the place among how many."""
    text = tr("place {rank} of {size}", rank=subject.place_range, size=size)
    if subject.tied:
        text = tr("{place}, shared with {count} others", place=text, count=subject.tied)
    return text


def possibly(consequence: Consequence) -> str:
    """Say that something may still follow."""
    return tr("possibly {label}", label=consequence.label)


def group(name: str, size: int) -> str:
    """Name a group that is ranked by itself."""
    return tr("{group} ({count})", group=name, count=size)


def quota(grade: Grade) -> str:
    """Say a quota, or that there is none."""
    return grade.limit or "—"


def met_of(target: TargetResult) -> str:
    """Say how many of how many meet a target."""
    text = tr("{met} of {total}", met=target.met, total=target.total)
    if target.unknown:
        text = tr("{met}, {count} not known yet", met=text, count=target.unknown)
    return text


def reached(target: TargetResult) -> str:
    """Say whether a target is reached."""
    if target.reached is None:
        return tr("open")
    return tr("reached") if target.reached else tr("not reached")


def acknowledged(reason: str) -> str:
    """Give the office's reason for living with a finding."""
    return tr("acknowledged: {reason}", reason=reason)


def days(count: int) -> str:
    """Say for how many days."""
    return tr("{count} days", count=count)


def labelled(label: str, text: str) -> str:
    """Put a text behind its label."""
    return tr("{label}: {reason}", label=label, reason=text) if text else label
