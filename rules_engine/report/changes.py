"""What a corrected run changes, in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rules_engine.errors import Finding, Place, StoreError
from rules_engine.messages import NO_MESSAGE, Message, clauses, listed, msg, tr
from rules_engine.model.semantics import SEMANTICS, changes_since
from rules_engine.report.lines import decimal_points
from rules_engine.ruleset.grammar import Grammar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rules_engine.model.appeal import Adjustment, Correction, Overlay
    from rules_engine.model.plugin import Method
    from rules_engine.model.run import Override, RunRecord, StoredRun
    from rules_engine.model.table import TableSchema
    from rules_engine.plan.rules import Rulebook

FILE = "overlay.json"


def write_overlay(overlay: Overlay, folder: Path) -> None:
    """Write what a run corrects beside its results."""
    text = json.dumps(overlay.as_dict(), ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text, encoding="utf-8")


def read_overlay(run: StoredRun) -> Overlay | None:
    """Return what a run corrects of its parent, ``None`` if it corrects none.

    Raises:
        StoreError: the row of the run names another parent than the decision stored with it.
    """
    record, overlay = run.record, None
    if FILE in record.files:
        from rules_engine.model.appeal import Overlay  # most runs correct none

        overlay = Overlay.of(json.loads((run.folder / FILE).read_text(encoding="utf-8")))
    parent = overlay and overlay.parent
    if record.parent == parent:
        return overlay
    text = msg("the row of run {run} says that it corrects {named}, and the decision stored with "
               "the run that it corrects {stored}", run=record.id,
               named=record.parent or tr("no run"), stored=parent or tr("no run"))  # fmt: skip
    hint = msg("the row was changed in the database: put the store back from a backup; "
               "rules-engine audit verify says what else was changed")  # fmt: skip
    place = Place(table="runs", field="parent")
    raise StoreError.of("lineage-differs", text, place=place, hint=hint)


def corrected_findings(overlay: Overlay | None, book: Rulebook) -> list[Finding]:
    """Say which run a run corrects, and in what."""
    if overlay is None:
        return []
    text = msg("this run corrects run {run}, by the decision on appeal {appeal}: {changes}",
               run=overlay.parent, appeal=overlay.appeal,
               changes=clauses(changes_in_words(overlay, book)))  # fmt: skip
    return [Finding("corrected-run", text, severity="info")]


def older_rules_findings(record: RunRecord) -> list[Finding]:
    """Say that a run was made by other rules of computing than today's, and what changed."""
    if record.semantics == SEMANTICS:
        return []
    text = msg("this run was made by rules of computing no. {number}, today's are no. {today}: its "
               "results stand as they were stored, records and workings are told by today's rules",
               number=record.semantics, today=SEMANTICS)  # fmt: skip
    changed = clauses(str(c.text).rstrip(".。") for c in changes_since(record.semantics))
    hint = msg("changed since: {changes}", changes=changed) if changed else NO_MESSAGE
    return [Finding("older-rules", text, hint=hint, severity="info")]


def overridden_findings(
    overrides: Sequence[Override], methods: Mapping[str, Method]
) -> list[Finding]:
    """Say which figures a run took that the ruleset's file does not have."""
    if not overrides:
        return []
    text = msg("this run only tries other figures: {changes}",
               changes=clauses(override_text(o, methods) for o in overrides))  # fmt: skip
    reason = tr("given on the command line; such a run is not published")
    return [Finding("what-if-run", text, severity="info", acknowledged=reason)]


def override_text(override: Override, methods: Mapping[str, Method]) -> str:
    """Return where a figure was replaced, and by which."""
    *_, key = path = override.path.split(".")
    at = Grammar(methods).at(None, tuple(int(s) if s.isdecimal() else s for s in path))
    what = key if at is None or (at.entry and not at.is_list) else at.label()
    return tr("{where} {what} {before} → {after}", where=override.where,
              what=what, before=override.was, after=override.now)  # fmt: skip


def changes_in_words(overlay: Overlay, book: Rulebook) -> list[str]:
    """Return each correction, and the points that the decision itself gives."""
    own = (item for item in overlay.adjustments if item.appeal == overlay.appeal)
    tables = book.ruleset.tables
    return [
        *(correction_in_words(c, tables[c.table]) for c in overlay.corrections),
        *(adjustment_in_words(item, book) for item in own),
    ]


def adjustment_in_words(item: Adjustment, book: Rulebook) -> str:
    """Return whose line a decision changes, and by how many points."""
    labels = {rule.id: rule.spec.label for rule in book.criteria}
    return tr(
        "{subject}, {line}: {points} points",
        subject=item.subject,
        line=labels.get(item.criterion, item.criterion),
        points=f"{decimal_points(item.points):+f}",
    )


def correction_in_words(correction: Correction, schema: TableSchema) -> str:
    """Return a correction: which record, what it said and says, and by which paper."""
    labels = {column.name: column.label for column in schema.columns}
    before, values = correction.before, correction.values
    if correction.act == "set":
        notices = listed(
            f"{labels[name]} {before.get(name) or '—'} → {value or '—'}"
            for name, value in values.items()
        )
    else:
        current = values if correction.act == "add" else before
        notices = listed(f"{labels[name]}={value}" for name, value in current.items() if value)
    texts = {
        "set": msg("{table} {key}: {values} ({source})"),
        "add": msg("{table} {key} added: {values} ({source})"),
        "remove": msg("{table} {key} does not count: {values} ({source})"),
    }
    arguments = {"table": schema.label, "key": correction.key, "values": notices,
             "source": correction.source}  # fmt: skip
    return str(Message(texts[correction.act].text, tuple(arguments.items())))
