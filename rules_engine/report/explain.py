"""Why a subject has its points, its place and its grade, and what would have changed that."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.conditions import numbers
from rules_engine.conditions.phrases import with_unit
from rules_engine.engines import written
from rules_engine.errors import UsageError
from rules_engine.messages import begun, in_a_row, listed, msg, tr
from rules_engine.model import figures
from rules_engine.model.candidates import names_it, only, several_lines
from rules_engine.model.document import subject_document
from rules_engine.model.figures import figure
from rules_engine.model.sql_text import literal
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan import grading
from rules_engine.plan.measures import parts_of
from rules_engine.plan.month_steps import places_wanted
from rules_engine.plan.peers import moving
from rules_engine.plan.scoring import hypothetical_plan
from rules_engine.plan.totals import scored_by_formula
from rules_engine.plan.world_column import WORLD
from rules_engine.report.consequences import certain_row
from rules_engine.report.shares import points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rules_engine.model.assessment import Evidence, Line, RunInfo, Subject
    from rules_engine.plan.rules import Rulebook
    from rules_engine.report.reader import ResultReader

MOST_STEPS = 60
"""How many records fewer or more are tried for one indicator."""
MOST_CHANGES = 3
SHOWN_RECORDS = 20
TRIED = "_tried_counts"


@dataclass(frozen=True)
class Change:
    """A change of one indicator that would have been enough.

    Attributes:
        indicator: its label.
        less: ``True`` when fewer records are needed, ``False`` when more must be settled.
        records: how many records.
        score: the total that it would have given.
        table: whose records they are.
    """

    indicator: str
    less: bool
    records: int
    score: Decimal
    table: str = ""


@dataclass(frozen=True)
class Explanation:
    """A subject with the lines asked for, and what decided its place and grade."""

    subject: Subject
    lines: tuple[Line, ...]
    place: str
    grade: str
    changes: tuple[Change, ...]
    goal: str
    whole: bool


def explain_subject(reader: ResultReader, wanted: str, criterion: str | None) -> Explanation:
    """Explain one subject.

    Args:
        reader: a finished assessment.
        wanted: the subject's id or name.
        criterion: only this line, by id or label.

    Raises:
        UsageError: there is no such subject or line, and the nearest are named; or more than one.
    """
    subject = reader.find(wanted)
    if subject is None:
        raise _unknown("unknown-subject", msg("the run has no subject “{name}”", name=wanted),
                       wanted, reader.names())  # fmt: skip
    return explained(reader, subject, criterion)


def explained(reader: ResultReader, subject: Subject, criterion: str | None) -> Explanation:
    """Explain a subject that was read already; see :func:`explain_subject`."""
    chosen = _line(subject, criterion).criterion if criterion else None
    subject = reader.with_evidence(subject, chosen)
    lines = tuple(x for x in subject.lines if chosen in (None, x.criterion))
    place = grade = goal = ""
    changes: tuple[Change, ...] = ()
    if not criterion:
        place = _place(reader, subject)
        if subject.kind.judged:
            grade, needed, goal = _grade(reader, subject)
            if needed is not None:
                changes = tuple(_changes(reader, subject, needed))[:MOST_CHANGES]
    return Explanation(subject, lines, place, grade, changes, goal, not criterion)


def _line(subject: Subject, wanted: str) -> Line:
    """Return the line of that id or label."""
    results = [x for x in subject.lines if names_it(wanted.strip(), x.label, x.criterion)]
    if not results:
        names = [n for x in subject.lines for n in (x.label, x.criterion)]
        message = msg("“{subject}” has no line “{name}”", subject=subject.name, name=wanted)
        raise _unknown("unknown-criterion", message, wanted, names)
    texts = [(x.label, x.criterion) for x in results]
    return only(results, lambda _: several_lines(wanted, texts))


def _unknown(code: str, message: Any, wanted: str, known: list[str]) -> UsageError:  # noqa: ANN401
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.4) or known[:10]
    error = UsageError.of(code, message, hint=msg("known here: {names}", names=listed(near)))
    return UsageError(*error.findings)


def _row(reader: ResultReader, table: str, subject: str) -> dict[str, Any]:
    results = reader.session.query(f'SELECT * FROM "{table}" WHERE subject_id = {literal(subject)}')
    row: dict[str, Any] = results.to_pylist()[0]
    return row


def _place(reader: ResultReader, subject: Subject) -> str:
    """Say the place, who is just ahead, and by how much."""
    table = subject.kind.results
    group = literal(subject.group)
    size = reader.session.query(
        f'SELECT count(*) AS n FROM "{table}" WHERE grp = {group}'
    ).to_pylist()[0]["n"]
    text = tr("place {rank} of {size}", rank=subject.place_range, size=size)
    if subject.rank is None:
        return text
    if subject.tied:
        text = tr("{place}, shared with {count} others", place=text, count=subject.tied)
    if reader.has_ranges:
        return text  # who is next ahead may be open
    ahead = reader.session.query(
        f'SELECT subject_id, name, score FROM "{table}" WHERE grp = {group} '
        f"AND rank < {subject.rank} "
        "ORDER BY rank DESC, subject_id LIMIT 1"
    ).to_pylist()
    gap = points(ahead[0]["score"]) - subject.score if ahead else points(0)
    if gap > 0:  # who is last by a veto can have more points than those ahead
        ahead_of_it = reader.title(subject.kind, ahead[0]["subject_id"], ahead[0]["name"])
        text = tr(
            "{place}, {gap} points behind “{name}”", place=text, gap=figure(gap), name=ahead_of_it
        )
    return text


def _grade(reader: ResultReader, subject: Subject) -> tuple[str, int | None, str]:
    """Say what decided the grade; return also the score that the next better grade needs.

    While scores of others are open, nobody can say what would be enough.
    """
    grades = list(reader.document.grades.values())
    row = certain_row(
        _row(reader, grading.RESULTS, subject.id), reader.grade_labels(SubjectKind.VILLAGE)
    )
    if row["grade"] is None:
        text = f"{subject.grade_text}（{subject.grade_reason}）"
        return text if subject.grades else subject.grade_reason, None, ""
    if row["displaced"] is not None:
        better = grades[row["displaced"]]
        last = None if reader.has_ranges else _last_holder(reader, row)
        text = tr(
            "the score gives “{band}”, but its quota is {places} of {size}",
            band=better.label,
            places=row["places"],
            size=row["group_size"],
        )
        if last is not None:
            text = tr(
                "{reason}; {gap} points behind the last of them, “{name}”",
                reason=text,
                gap=figure(points(last["score"] - row["score"])),
                name=reader.title(SubjectKind.VILLAGE, last["subject_id"], last["name"]),
            )
        if reader.has_ranges:
            return text, None, ""
        return text, needed_score(reader, row, row["displaced"]), better.label
    reason = f"{subject.grade}（{subject.grade_reason}）" if subject.grade_reason else subject.grade
    settled = row["band"] == 0 or row["grade"] != row["band"] or row["zero"]
    if settled or reader.has_ranges:
        return reason, None, ""
    better = grades[row["band"] - 1]
    gap = figure(points(numbers.reached(better.from_, numbers.POINTS) - row["score"]))
    text = tr(
        "{grade}; {gap} points short of “{better}”", grade=reason, gap=gap, better=better.label
    )
    return text, needed_score(reader, row, row["band"] - 1), better.label


def needed_score(reader: ResultReader, row: dict[str, Any], index: int) -> int | None:
    """Return the score that would give a grade, ahead of those whom its quota lets in now."""
    grade = list(reader.document.grades.values())[index]
    threshold = numbers.reached(grade.from_, numbers.POINTS)
    if not grade.is_limited:
        return threshold
    places = _room(reader, row, index)
    if not places or row["last"]:
        return None
    group, own = (literal(row[n]) for n in ("grp", "subject_id"))
    rivals = reader.session.query(
        f'SELECT score FROM "{grading.RESULTS}" WHERE grp = {group} AND last = 0 '
        f"AND (grade = {index} OR displaced = {index}) AND subject_id <> {own} "
        f"ORDER BY score DESC LIMIT 1 OFFSET {places - 1}"
    ).to_pylist()
    step = 10 ** (numbers.POINTS - reader.document.rounding.places)
    ahead = step if grade.ties == "exclude" else 0
    needed: list[int] = [threshold, *(rival["score"] + ahead for rival in rivals)]
    return max(needed)


def _room(reader: ResultReader, row: dict[str, Any], index: int) -> int:
    """Return how many places a grade has in the group of a row, with those left by better ones."""
    grades = list(reader.document.grades.values())
    room = grades[index].room(row["group_size"])
    if not grading.takes_over(grades, index):
        return room
    filled = reader.session.query(
        f'SELECT count(*) FROM "{grading.RESULTS}" WHERE grp = {literal(row["grp"])} '
        f"AND grade = {index - 1}"
    )
    return room + max(0, _room(reader, row, index - 1) - int(filled.column(0)[0].as_py()))


def _last_holder(reader: ResultReader, row: dict[str, Any]) -> dict[str, Any] | None:
    group = literal(row["grp"])
    rows = reader.session.query(
        f'SELECT subject_id, name, score FROM "{grading.RESULTS}" WHERE grp = {group} '
        f"AND grade = {row['displaced']} ORDER BY rank DESC, subject_id LIMIT 1"
    ).to_pylist()
    return rows[0] if rows else None


def _changes(reader: ResultReader, subject: Subject, needed: int) -> Iterator[Change]:
    """Yield the smallest changes of single indicators that reach the needed score.

    Each is worked out by the plan itself, over indicators that are changed by so many records.
    None is told where today's rules of computing do not give what the run has as it is.
    """
    book = reader.book
    if any(places_wanted(book, SubjectKind.VILLAGE)):
        return  # with other points of a month it would have another place in it
    row = _row(reader, grading.LINES, subject.id)
    columns = {n: row[n] for n in indicator_columns(book, SubjectKind.VILLAGE, row)}
    tried: list[tuple[str, bool, int]] = []
    rows: list[dict[str, object]] = [columns]
    for name, rule in book.indicators.items():
        if not rule.subject.judged or rule.table is None or rule.measured or rule.put_right:
            continue
        if moving(book, name):  # what the others have would be another as well
            continue
        lines = scored_by_formula(book.criteria)
        counterparts = [line.counterparts[name] for line in lines if name in line.counterparts]
        for less, count, changed in steps_of([name, *counterparts], bool(rule.spec.rate), columns):
            tried.append((name, less, count))
            rows.append({**columns, **changed})
    if not tried:
        return
    unchanged, *scores = _scores_of(reader, rows)
    if unchanged != row["low"]:
        return
    results: dict[tuple[str, bool], Change] = {}
    for (name, less, count), score in zip(tried, scores, strict=True):
        if score is not None and score >= needed and (name, less) not in results:
            rule = book.indicators[name]
            table = rule.table.name if rule.table else ""
            change = Change(rule.spec.label, less, count, points(score), table)
            results[(name, less)] = change
    yield from sorted(results.values(), key=lambda c: (c.records, -c.score, c.indicator))


def _scores_of(reader: ResultReader, rows: Sequence[Mapping[str, object]]) -> list[int | None]:
    """Return what a village would have in each of several worlds."""
    import pyarrow as pa

    names = ", ".join(f'"{name}"' for name in rows[0])
    types = reader.session.query(f'SELECT {names} FROM "{grading.LINES}" LIMIT 0').schema
    values = pa.Table.from_pylist([dict(row) for row in rows], schema=types)
    values = values.append_column(WORLD, pa.array(range(len(rows)), pa.int64()))
    reader.session.register(TRIED, values)
    plan = written(hypothetical_plan(reader.book, SubjectKind.VILLAGE, TRIED))
    table = reader.session.query(f'SELECT low FROM ({plan}) ORDER BY "{WORLD}"')
    scores: list[int | None] = table.column(0).to_pylist()
    return scores


def indicator_columns(book: Rulebook, kind: SubjectKind, stored: Iterable[str]) -> list[str]:
    """Return the columns of the score plan that stand in it before anything is scored.

    Args:
        book: the compiled rules.
        kind: of whose score plan.
        stored: all of its columns.
    """
    table = book.ruleset.tables[kind.table]
    own = {"subject_id", "grp", *(c.name for c in table.columns)}
    rules = [r for r in book.indicators.values() if r.value or r.months]
    worked_out = {n for r in rules for n in (f"i__{r.id}", *(parts_of(r) if r.months else ()))}
    return [
        n
        for n in stored
        if n in own or n.startswith("r__") or (n.startswith("i__") and n not in worked_out)
    ]


def steps_of(
    names: list[str], is_rate: bool, columns: dict[str, object]
) -> Iterator[tuple[bool, int, dict[str, object]]]:
    """Yield changes of an indicator, and of its twins: the records in question were not put right.

    Args:
        names: the indicator, then its twins.
        is_rate: whether records move into the numerator, instead of being fewer.
        columns: the columns of the subject.
    """
    key = f"i__{names[0]}"
    if is_rate:
        of, over = columns.get(f"{key}__of"), columns.get(f"{key}__over")
        if isinstance(of, int) and isinstance(over, int) and over:
            for count in range(1, min(over - of, MOST_STEPS) + 1):
                changed: dict[str, object] = {}
                for name in names:
                    values = columns.get(f"i__{name}__of")
                    if isinstance(values, int):
                        met = min(values + count, over)
                        rate = (2 * met * 10**numbers.RATE + over) // (2 * over)
                        changed |= {f"i__{name}__of": met, f"i__{name}": rate}
                yield False, count, changed
        return
    value = columns.get(key)
    if isinstance(value, int):
        for count in range(1, min(value, MOST_STEPS) + 1):
            column_pairs = ((f"i__{name}", columns.get(f"i__{name}")) for name in names)
            yield True, count, {n: max(v - count, 0) for n, v in column_pairs if isinstance(v, int)}


def as_text(explanation: Explanation, run: RunInfo) -> Iterator[str]:
    """Yield the explanation line by line, for a terminal."""
    subject = explanation.subject
    if explanation.whole:
        yield tr(
            "{title} ({edition}), {start} to {end}, as of {as_of}",
            title=run.ruleset_title,
            edition=run.ruleset_edition,
            start=figures.day(run.period_from),
            end=figures.day(run.period_to),
            as_of=figures.day(run.as_of),
        )
        score = figures.span(subject.low, subject.high)
        title = f"{subject.name} ({subject.id})" + (f" {subject.post}" if subject.post else "")
        yield title
        yield begun(tr("score {score}, {place}", score=score, place=explanation.place))
        if subject.account:
            steps = tr("; ").join(map(str, subject.account))
            yield begun(tr("how it comes about: {steps}", steps=steps))
        yield begun(tr("grade: {grade}", grade=explanation.grade or subject.grade or "—"))
        yield from map(str, subject.payments)
        for change in explanation.changes:
            yield "  " + _change_text(change, explanation.goal)
        for consequence in subject.consequences:
            refs = listed(c.ref for c in consequence.clauses)
            text = tr("{label}: {reason}", label=consequence.label, reason=consequence.because)
            yield tr("{text} (clauses: {refs})", text=text, refs=refs) if refs else text
            yield from map(_record_text, consequence.evidence[:SHOWN_RECORDS])
        for share in subject.shares:
            yield tr(
                "{village} ({score_of}), {role} {share}, {start} to {end}, {days} days: {score}",
                village=share.village,
                score_of=_shown(share.village_shown),
                role=share.role,
                share=figures.percent_as_written(share.share),
                start=figures.day(share.from_on),
                end=figures.day(share.to_on),
                days=share.days,
                score=_shown(share.shown),
            )
        yield ""
    for line in explanation.lines:
        yield from _line_text(line, every_record=not explanation.whole)


def _shown(value: Decimal | str) -> str:
    return value if isinstance(value, str) else figure(value)


def _change_text(change: Change, goal: str) -> str:
    values = {
        "count": with_unit(change.table, Decimal(change.records)),
        "indicator": change.indicator,
        "score": figure(change.score),
        "goal": goal,
    }
    if change.less:
        return tr("{count} fewer of “{indicator}” would have given {score}: “{goal}”", **values)
    return tr("{count} more within “{indicator}” would have given {score}: “{goal}”", **values)


OUTCOME_TEXTS = {
    "scored": msg("scored"),
    "not_applicable": msg("not applicable"),
    "not_assessable": msg("not assessable"),
    "error": msg("error"),
}


def _got(line: Line) -> str:
    return "—" if line.points is None else figure(line.points)


def _outcome(line: Line) -> str:
    """Return what became of a line; nothing where it was simply scored."""
    return "" if line.outcome == "scored" else f"  [{OUTCOME_TEXTS[line.outcome]}]"


def _line_text(line: Line, *, every_record: bool) -> Iterator[str]:
    veto = "  " + tr("VETO") if line.veto else ""
    most = f"/{figure(line.maximum)}" if line.maximum else ""
    yield f"{line.section} · {line.label}  {_got(line)}{most}{_outcome(line)}{veto}"
    if line.worked:
        yield f"    {line.formula}"
        yield f"    {line.worked}"
    for month in (m for m in line.months if every_record or m.lost):
        results = f"{_got(month)}{_outcome(month)}  {month.worked or month.reason}"
        yield f"      {month.label}  {results}"
    if line.reason:
        yield f"    {line.reason}"
    for clause in line.clauses:
        clause_text = tr("{label}: {reason}", label=clause.ref, reason=clause.gist)
        yield f"    {clause.id} {clause_text}"
    lost = line.points is None or line.points < line.maximum
    if not (every_record or lost or line.is_judged):
        return
    records = line.evidence if every_record else line.evidence[:SHOWN_RECORDS]
    yield from map(_record_text, records)
    if len(records) < len(line.evidence):
        yield "      " + tr("… {count} more", count=len(line.evidence) - len(records))


def _record_text(record: Evidence) -> str:
    """Return a record with what became of it, what it was looked at for, and its values."""
    on = tr(" ({details})", details=figures.moment(record.on)) if record.on else ""
    name = f"{record.table} {record.record_id}{on}"
    texts = in_a_row([name, *record.detail])
    return f"      [{record.standing}] " + tr("{label}: {reason}", label=record.indicator,
                                             reason=texts)  # fmt: skip


def as_document(explanation: Explanation, run: RunInfo) -> dict[str, object]:
    """Return the explanation as plain data for JSON."""
    subject = subject_document(explanation.subject)
    wanted = {line.criterion for line in explanation.lines}
    lines = subject["lines"]
    assert isinstance(lines, list)
    subject["lines"] = [line for line in lines if line["criterion"] in wanted]
    return {
        "run_id": run.run_id,
        "ruleset": run.ruleset_id,
        "edition": run.ruleset_edition,
        "period": {"from": run.period_from.isoformat(), "to": run.period_to.isoformat()},
        "as_of": run.as_of.isoformat(),
        "subject": subject,
        "place": explanation.place or None,
        "grade": explanation.grade or None,
        "goal": explanation.goal or None,
        "changes": [
            {
                "indicator": c.indicator,
                "less": c.less,
                "records": c.records,
                "score": float(c.score),
            }
            for c in explanation.changes
        ],
    }
