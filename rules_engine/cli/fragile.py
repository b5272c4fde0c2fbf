"""``rules-engine fragile``: what to look at again before a result is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    RunArgument,
    StoreOption,
    open_store,
    print_findings,
    print_json,
    say,
    verb,
)
from rules_engine.messages import clauses, listed, speaking, tr
from rules_engine.model import figures

if TYPE_CHECKING:
    from rules_engine.hypotheses.sensitivity_values import Cause, Fragile, ResultChange

TURNS, CAUSES, NAMES = 5, 3, 3
"""How many turns of a subject are shown, and as text causes of a turn and names in a cause."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(help=tr("List the subjects that one rounding step, record or dispute would move."))(
        fragile
    )


@verb
def fragile(
    run: RunArgument,
    grades: Annotated[
        bool, typer.Option("--grades", help=tr("Only what would change somebody's grade."))
    ] = False,
    all_: Annotated[
        bool, typer.Option("--all", help=tr("Show all of it, not only the nearest."))
    ] = False,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """List the subjects that one rounding step, record or dispute would move."""
    from rules_engine.hypotheses.sensitivity import fragile_subjects
    from rules_engine.hypotheses.sensitivity_values import nearest, of_grades
    from rules_engine.model.document import plain
    from rules_engine.plugin_manager import registry
    from rules_engine.report.changes import older_rules_findings
    from rules_engine.run.verify import open_to_try

    with open_store(store) as opened:
        stored = opened.get(run)
        disputes = [a for a in opened.appeals.all(stored.record.id) if a.status == "open"]
    with (
        speaking(lang or stored.record.language),
        open_to_try(stored, registry()) as (value, text),
    ):
        print_findings([*older_rules_findings(stored.record), *text])
        result = fragile_subjects(value.reader, value.dataset, disputes)
        if grades:
            result = of_grades(result)
        if not all_:
            result = nearest(result, TURNS)
        if format is Format.JSON:
            document = plain(result)
            if not result.uncertain:
                del document["uncertain"]
            print_json({"run_id": stored.record.id, **document})
            return
        for subject in result.subjects:
            _show(subject, whole=all_)
        if not result.subjects:
            say(tr("nobody is near to another grade or place"))
        if result.uncertain:
            say(result.uncertain)
        for line in result.untried:
            say(tr("not tried: “{line}”: {reason}", line=line.line, reason=line.reason))


def _show(subject: Fragile, *, whole: bool) -> None:
    say(f"{subject.name} ({subject.id})  " + tr(
        "{score}, place {rank}, {grade}", score=f"{subject.score:f}", rank=subject.rank,
        grade=subject.grade or "—",
    ))  # fmt: skip
    for turn in subject.turns:
        say("    " + tr("{score}, place {rank}, {grade}", score=_score(turn), rank=turn.rank,
                        grade=turn.grade or "—") + _rest(turn, whole=whole))  # fmt: skip
        causes = turn.causes if whole else turn.causes[:CAUSES]
        for cause in causes:
            say("        " + _cause(cause, whole=whole))
        if len(turn.causes) > len(causes):
            say("        " + tr("or {count} other ways", count=len(turn.causes) - len(causes)))
    if subject.more:
        say("    " + tr("and {count} more outcomes: --all", count=subject.more))


def _score(turn: ResultChange) -> str:
    return f"{turn.score:f}" if turn.score == turn.high else figures.span(turn.score, turn.high)


def _rest(turn: ResultChange, *, whole: bool) -> str:
    """Say what else would be otherwise: consequences, and other subjects."""
    said = []
    if turn.gained:
        said.append(tr("with {names}", names=listed(f"“{n}”" for n in turn.gained)))
    if turn.lost:
        said.append(tr("without {names}", names=listed(f"“{n}”" for n in turn.lost)))
    if turn.others:
        said.append(_others(turn, whole=whole))
    return clauses(["", *said]) if said else ""


def _others(turn: ResultChange, *, whole: bool) -> str:
    shown = turn.others if whole else turn.others[:NAMES]
    names = listed(
        tr("{name} from {old} to {new}", name=m.name, old=m.grade or "—", new=m.new_grade or "—")
        if m.grade != m.new_grade
        else tr("{name} from place {old} to {new}", name=m.name, old=m.rank, new=m.new_rank)
        for m in shown
    )
    left = turn.moved - len(shown)
    return tr("{names} and {count} others", names=names, count=left) if left else names


def _cause(cause: Cause, *, whole: bool) -> str:
    text = _act(cause, whole=whole)
    if cause.lines and cause.act != "dispute":
        return tr("{cause}; look at {names}", cause=text, names=listed(cause.lines))
    return text


def _act(cause: Cause, *, whole: bool) -> str:
    if cause.act == "rounding":
        return tr("one rounding step up") if cause.step > 0 else tr("one rounding step down")
    if cause.act == "dispute":
        return tr("the dispute about “{line}” is won", line=listed(cause.lines))
    shown = cause.records if whole else cause.records[:NAMES]
    names = listed(shown)
    if cause.count > len(shown):
        names = tr("{names} and {count} others", names=names, count=cause.count - len(shown))
    if cause.act == "less":
        return tr("one record fewer of “{table}” ({names})", table=cause.table, names=names)
    if cause.act == "more":
        return tr("one record more of “{table}” for {subject} (like {names})",
                  table=cause.table, subject=cause.of, names=names)  # fmt: skip
    return tr("“{column}” in a record of “{table}” is “{value}” ({names})", column=cause.column,
              table=cause.table, value=_said(cause.value), names=names)  # fmt: skip


def _said(value: str) -> str:
    """Return a value as people write it."""
    words = {"": tr("empty"), "true": tr("yes"), "false": tr("no")}
    return words.get(value, value)
