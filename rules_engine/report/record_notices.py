"""Tells of records that count otherwise than they look, which only the data can show."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from rules_engine.checks.reachability import worth_of
from rules_engine.errors import Finding
from rules_engine.messages import NO_MESSAGE, listed, msg
from rules_engine.model.figures import in_digits
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.totals import for_column
from rules_engine.report.payment_notices import payment_findings
from rules_engine.report.peer_notices import peer_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.messages import Message
    from rules_engine.model.dataset import Dataset
    from rules_engine.report.reader import ResultReader

TABLE = "assignments"
SHOWN = 5
"""How many assignments are named."""


def data_findings(reader: ResultReader, dataset: Dataset) -> Iterator[Finding]:
    """Yield warnings about results that only the data can show.

    Args:
        reader: the results.
        dataset: their records, attached in the reader's session.
    """
    yield from subject_findings(reader, dataset)
    yield from assignment_findings(reader, dataset)
    yield from kind_findings(reader, dataset)
    yield from scale_findings(reader)
    yield from payment_findings(reader)
    yield from peer_findings(reader, dataset)


def subject_findings(reader: ResultReader, dataset: Dataset) -> Iterator[Finding]:
    """Yield that somebody is missing among those who are placed: each row could be one more.

    Args:
        reader: the results.
        dataset: their records.
    """
    for kind in SubjectKind:
        data = dataset.tables.get(kind.table)
        count = sum(data.quarantined.values()) if data else 0
        if data and count and kind in reader.document.kinds:
            yield Finding(
                "subject-kept-out",
                msg("{count} rows of “{table}” were kept out: whoever is missing could have any "
                    "place, so that places, quotas and grades by quota hold only among those who "
                    "were taken in", count=count, table=data.schema.label),
                hint=msg("correct these rows and assess again before places are published"),
                severity="warning",
            )  # fmt: skip


def assignment_findings(reader: ResultReader, dataset: Dataset) -> Iterator[Finding]:
    """Yield warnings about roles that nobody knows or has, and about what is assigned twice.

    Args:
        reader: the results.
        dataset: their records, attached in the reader's session.
    """
    if TABLE not in dataset.tables or not dataset.tables[TABLE].rows:
        return
    rows = reader.session.query(
        f"SELECT role, count(*) AS n FROM {TABLE} GROUP BY role ORDER BY role"
    ).to_pylist()
    roles = {row["role"]: row["n"] for row in rows}
    yield from _unknown(reader, roles)
    yield from _roles_without_holder(reader, roles)
    if reader.document.responsibility:
        yield from _overlapping(reader)


def kind_findings(reader: ResultReader, dataset: Dataset) -> Iterator[Finding]:
    """Yield the kinds of records that no score line counts, such as raters without a weight."""
    text = reader.book.ruleset.source.text
    for name, schema in reader.book.tables.items():
        named: dict[str, set[str]] = {}
        for item in schema.ranges:
            if item.by:
                named.setdefault(item.by, set()).add(item.value)
        for column, kinds in named.items() if name in dataset.tables else ():
            rows = reader.session.query(
                f'SELECT "{column}" AS kind, count(*) AS n FROM "{name}" '
                f'WHERE "{column}" IS NOT NULL GROUP BY 1 ORDER BY 1'
            ).to_pylist()
            for row in rows:
                if row["kind"] not in kinds and row["kind"] not in text:
                    yield _unnamed(reader, name, row["kind"], row["n"], kinds)


def _unnamed(reader: ResultReader, table: str, kind: str, count: int, kinds: set[str]) -> Finding:
    near = get_close_matches(kind, kinds, n=1, cutoff=0.4)
    hint = msg("give the kind a weight, or leave these records out")
    if any(table in rule.filled for rule in reader.book.criteria):  # of judgements, not of raters
        hint = msg("name it in “item” of a score line, or leave these records out")
        if near:
            hint = msg("write “{name}”, if that is meant; else name it in “item” of a score line",
                       name=near[0])  # fmt: skip
    elif near:
        hint = msg("write “{name}”, if that is meant; else give the kind a weight", name=near[0])
    label = reader.book.ruleset.tables[table].label
    text = msg("{count} records of “{table}” are of the kind “{kind}”, which no score line names: "
               "they count for nothing", count=count, table=label, kind=kind)  # fmt: skip
    return Finding("unnamed-kind", text, hint=hint, severity="warning")


def _unknown(reader: ResultReader, roles: dict[str, int]) -> Iterator[Finding]:
    """Yield the roles of assignments that have no share and are not said to have none."""
    spec = reader.document.responsibility
    if spec is None:
        return
    through = {r for i in reader.document.indicators.values() for r in i.through}
    for role, count in roles.items():
        if role not in {*spec.roles, *spec.others, *through}:
            yield Finding(
                "unknown-role",
                msg("{count} assignments have the role “{role}”, of which the ruleset says no "
                    "share: they count for nothing", count=count, role=role),
                reader.book.ruleset.source.place(("responsibility", "roles"), key=True),
                _hint(role, [*spec.roles, *spec.others]),
                "warning",
            )  # fmt: skip


def _hint(role: str, known: list[str]) -> Message:
    near = get_close_matches(role, known, n=1, cutoff=0.4)
    if near:
        return msg("write “{name}”, if that is meant; else give the role a share, or name it under "
                   "“others:” of responsibility", name=near[0])  # fmt: skip
    return msg("give the role a share, or name it under “others:” of responsibility")


def _roles_without_holder(reader: ResultReader, roles: dict[str, int]) -> Iterator[Finding]:
    """Yield the roles through which records are charged and that no assignment has."""
    for name, indicator in reader.document.indicators.items():
        for role in indicator.through:
            if role not in roles:
                near = get_close_matches(role, roles, n=1, cutoff=0.4)
                yield Finding(
                    "role-not-held",
                    msg("“{label}” goes through the role “{role}”, which no assignment has",
                        label=indicator.label, role=role),
                    reader.book.ruleset.source.place(("indicators", name, "through")),
                    msg("did you mean “{name}”?", name=near[0]) if near else NO_MESSAGE,
                    "warning",
                )  # fmt: skip


def _overlapping(reader: ResultReader) -> Iterator[Finding]:
    """Yield that cadres have one role for one village twice, on the same days."""
    frame = reader.book.frame
    first, last = frame.start.isoformat(), min(frame.end, frame.as_of).isoformat()
    rows = reader.session.query(
        "WITH spans AS (SELECT assignment_id, cadre_id, village_id, role, "
        f"greatest(coalesce(from_on, DATE '{first}'), DATE '{first}') AS first, "
        f"least(coalesce(to_on, DATE '{last}'), DATE '{last}') AS last "
        f"FROM {TABLE} WHERE case_id IS NULL), "
        "ended AS (SELECT *, max(last) OVER (PARTITION BY cadre_id, village_id, role "
        "ORDER BY first, last, assignment_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) "
        "AS before FROM spans WHERE first <= last) "
        "SELECT e.assignment_id, c.name AS cadre, v.name AS village, e.role, e.first, "
        "least(e.before, e.last) AS last FROM ended e JOIN cadres c USING (cadre_id) "
        "JOIN villages v USING (village_id) WHERE e.first <= e.before ORDER BY e.assignment_id"
    ).to_pylist()
    shared = {*(reader.document.responsibility.roles if reader.document.responsibility else ())}
    rows = [row for row in rows if row["role"] in shared]
    if rows:
        texts = listed(
            str(msg("{cadre} as {role} of {village} ({id}, {first} to {last})",
                    id=row["assignment_id"], **{n: row[n] for n in row if n != "assignment_id"}))
            for row in rows[:SHOWN]
        )  # fmt: skip
        yield Finding(
            "double-assignment",
            msg("{count} assignments repeat days that another one covers; these days count once: "
                "{shown}", count=len(rows), shown=texts),
            hint=msg("remove what stands twice, or correct the dates"),
            severity="warning",
        )  # fmt: skip


def scale_findings(reader: ResultReader) -> Iterator[Finding]:
    """Yield a warning for each group of subjects that cannot reach the scale, or can pass it."""
    for kind in reader.document.kinds:
        yield from _scale_of(reader, kind)


def _scale_of(reader: ResultReader, kind: SubjectKind) -> Iterator[Finding]:
    book, document = reader.book, reader.document
    scored = [n for n, s in document.sections.items() if s.kind == "score" and s.subject is kind]
    apart = [name for name in scored if name in book.audiences]
    varied = [rule for rule in book.criteria if rule.sizes and rule.section_id in scored]
    if not apart and not varied:
        return
    names = dict.fromkeys((*map(for_column, apart), *(rule.column for rule in varied)))
    flags = ", ".join(f'"{name}"' for name in names)
    rows = reader.session.query(
        f'SELECT {flags}, min(name) AS example, count(*) AS n FROM "{kind.lines}" '
        f"GROUP BY {flags} ORDER BY {flags}"
    ).to_pylist()
    for row in rows:
        flagged = {name: row[for_column(name)] for name in apart}
        known = {
            rule.id: rule.of_value(row[rule.column])
            for rule in varied
            if flagged.get(rule.section_id, True)
        }
        points = {name: own.spec.most_points for name, own in known.items() if own}
        total = worth_of(book, kind, [n for n in scored if flagged.get(n, True)], points)
        if None in (*flagged.values(), *known.values()) or total == document.scale:
            continue
        yield Finding(
            "scale-not-met",
            msg(
                "the sections for {count} subjects, such as “{name}”, add up to {total}, "
                "the scale is {scale}",
                count=row["n"],
                name=row["example"],
                total=in_digits(total),
                scale=in_digits(document.scale),
            ),
            book.ruleset.source.place(("sections", apart[0], "for") if apart else ("scale",)),
            msg("say whom the sections are for, so that everybody is counted in")
            if apart
            else msg("change the points of a line for those subjects"),
            "warning",
        )
