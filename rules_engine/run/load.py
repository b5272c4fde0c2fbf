"""Reads a ruleset and gathers everything that is wrong with it, at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules_engine.checks import analyse
from rules_engine.checks.payments import check_payments
from rules_engine.checks.rights import check_rights
from rules_engine.checks.semantic import check_semantics
from rules_engine.checks.structure import check_document
from rules_engine.dataset.person_numbers import masked_in
from rules_engine.dataset.workdays import FIRST, LAST
from rules_engine.errors import Finding, RulesetError, UsageError, stops
from rules_engine.ingest.personal_texts import personal_document
from rules_engine.messages import msg
from rules_engine.model.frame import Frame
from rules_engine.plan.rulebook import compile_rules
from rules_engine.ruleset.editions import in_force, read_editions
from rules_engine.ruleset.overrides import overridden

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from rules_engine.model.run import Override
    from rules_engine.plan.rules import Rulebook
    from rules_engine.plugin_manager import Registry
    from rules_engine.ruleset.editions import Edition
    from rules_engine.ruleset.read import Ruleset


@dataclass(frozen=True)
class CheckedRuleset:
    """A ruleset that could be read, compiled as far as it goes, with all findings."""

    ruleset: Ruleset
    book: Rulebook
    findings: tuple[Finding, ...]
    overrides: tuple[Override, ...] = ()

    def or_stop(self) -> CheckedRuleset:
        """Return the ruleset itself if nothing stops a run.

        Raises:
            RulesetError: with all findings, the errors first.
        """
        if stops(self.findings):
            raise RulesetError(*sorted(self.findings, key=lambda f: f.severity != "error"))
        return self


def load_ruleset(
    folder: Path,
    registry: Registry,
    as_of: date | None = None,
    period: tuple[date, date] | None = None,
    *,
    asked: Sequence[str] = (),
    overrides: tuple[Override, ...] = (),
    charges: bool = True,
) -> CheckedRuleset:
    """Read, check and compile the edition of a ruleset that is in force on a day.

    Args:
        folder: the ruleset's folder.
        registry: where its scoring methods and further checks come from.
        as_of: the day of knowledge; by default the last day of the period.
        period: first and last day to assess, instead of the ruleset's own period.
        asked: figures that are to be taken instead of others, as ``PATH=VALUE``.
        overrides: figures that its file has been given already, in a run that took them.
        charges: whether to look for records that are charged twice, which is only warned of.

    Raises:
        RulesetError: a file is missing or cannot be read as far as it matters.
        UsageError: no period of the ruleset holds the day, or no edition is in force on it; or
            what is asked for cannot be taken.
    """
    edition = in_force(read_editions(folder), as_of or (period and period[1]))
    if asked:
        reading, overrides = overridden(edition.reading, asked, registry.methods)
        edition = replace(edition, reading=reading)
    checked = _checked(edition, registry, as_of, period, charges=charges)
    if not overrides:
        return checked
    return replace(checked, overrides=overrides,
                   findings=tuple(excused(checked, overrides)))  # fmt: skip


def excused(checked: CheckedRuleset, overrides: Sequence[Override]) -> Iterator[Finding]:
    """Yield the findings; of a figure that is only tried nobody asks where it comes from."""
    source = checked.ruleset.source
    tried = {tuple(o.path.split(".")): o for o in overrides}
    lines = {
        (place.file, place.line): (place.column or 0, len(text))
        for path, text in source.scalars.items()
        if tuple(map(str, path)) in tried
        for place in (source.place(path),)
    }
    for finding in checked.findings:
        start, length = lines.get((finding.place.file, finding.place.line), (0, -1))
        here = start <= (finding.place.column or 0) <= start + length
        if finding.code == "number-unsourced" and here:
            continue
        yield finding


def load_editions(folder: Path, registry: Registry) -> list[CheckedRuleset]:
    """Check every edition of a ruleset on the last day of its own period, the earliest first.

    Raises:
        RulesetError: one of them cannot be read as far as it matters; carries what is wrong
            with each.
    """
    editions: list[CheckedRuleset] = []
    unread: list[Finding] = []
    for edition in read_editions(folder):
        try:
            editions.append(_checked(edition, registry, None, None))
        except RulesetError as error:
            unread += error.findings
    if unread:
        raise RulesetError(*unread, *(f for one in editions for f in one.findings))
    return editions


def _checked(
    edition: Edition,
    registry: Registry,
    as_of: date | None,
    period: tuple[date, date] | None,
    *,
    charges: bool = True,
) -> CheckedRuleset:
    reading, ruleset = edition.reading, edition.ruleset
    frame, findings = frame_of(ruleset, as_of, period)
    findings += edition.findings
    findings += edition.changes(frame if as_of or period else None)
    book, more = compile_rules(ruleset, registry.methods, frame)
    findings += more
    findings += check_document(ruleset, registry.methods)
    findings += check_semantics(ruleset, registry.methods)
    findings += check_payments(ruleset)
    findings += check_rights(ruleset, registry.methods)
    for document in (*ruleset.source.files, *ruleset.clause_source.files):
        findings += personal_document(document, registry)
    whole = not stops([*reading.findings, *findings])
    findings += analyse(book, whole=whole, charges=charges)
    for check in registry.checks.values():
        findings += check.run(ruleset)
    sure = reading.removed.not_due_to_it(acknowledged(ruleset, findings))
    return CheckedRuleset(ruleset, book, (*reading.findings, *map(masked_in, sure)))


def frame_of(
    ruleset: Ruleset, as_of: date | None, asked: tuple[date, date] | None = None
) -> tuple[Frame, list[Finding]]:
    """Return the assessed days, and what is wrong with those that the ruleset names.

    Raises:
        UsageError: ``as_of`` lies in no period of the ruleset, or it is not in force then.
    """
    period = ruleset.document.period
    place = ruleset.source.place
    fault = (
        "bad-period",
        msg("the period ends before it begins"),
        msg("“from” is the first day, “to” the last"),
    )
    if asked and asked[0] > asked[1]:
        raise UsageError.of(fault[0], fault[1], hint=msg("write the first day, then the last"))
    if not asked and period.from_ > period.to:
        findings = Finding(fault[0], fault[1], place(("period", "to")), fault[2])
        return Frame(period.to, period.to, period.to), [findings]
    far = next((d for d in asked or (period.from_, period.to) if not FIRST <= d <= LAST), None)
    if far is not None:
        message = msg("{day} is no day of a period: it lies before {first} or after {last}",
                      day=far, first=FIRST, last=LAST)  # fmt: skip
        hint = msg("write the first and the last day that are assessed")
        if asked:
            raise UsageError.of("bad-period", message, hint=hint)
        day = min(max(far, FIRST), LAST)
        step = "from" if far == period.from_ else "to"
        return Frame(day, day, day), [Finding("bad-period", message, place(("period", step)), hint)]
    try:
        frame = Frame.exactly(*asked, as_of) if asked else Frame.of(period.from_, period.to, as_of)
    except ValueError:
        start, end = asked or (period.from_, period.to)
        message = msg("{day} lies in no period from {start} to {end}, moved by whole years",
                      day=as_of, start=start, end=end)  # fmt: skip
        if asked:
            message = msg("{day} does not lie in {start} to {end}", day=as_of, start=start, end=end)
        hint = msg("give a day inside the assessed period")
        raise UsageError.of("as-of-outside-period", message, hint=hint) from None
    effective = ruleset.document.effective
    if effective.from_ <= frame.as_of and (not effective.to or frame.as_of <= effective.to):
        return frame, []
    message = msg("the ruleset is not in force on {day}", day=frame.as_of)
    hint = msg("it is in force from {start}", start=effective.from_)
    if effective.to:
        hint = msg("it is in force from {start} to {end}", start=effective.from_, end=effective.to)
    if as_of is not None:
        raise UsageError.of("not-in-force", message, hint=hint)
    return frame, [Finding("not-in-force", message, place(("effective",)), hint)]


def acknowledged(ruleset: Ruleset, findings: list[Finding]) -> list[Finding]:
    """Return the findings, those that the ruleset acknowledges marked with its reason.

    Only ``rights`` findings, warnings can be acknowledged; an acknowledgement that meets no
    finding is a finding itself.
    """
    result = list(dict.fromkeys(findings))
    for number, note in enumerate(ruleset.document.acknowledge):
        lines = _lines_of(ruleset, note.at)
        hit = False
        for index, finding in enumerate(result):
            same_place = (finding.place.file, finding.place.line) in lines
            may = finding.severity == "warning" or finding.code.startswith("rights-")
            if finding.code == note.code and same_place and may:
                result[index] = finding.acknowledge(note.reason)
                hit = True
        if not hit:
            result.append(
                Finding(
                    "idle-acknowledgement",
                    msg(
                        "there is no finding {code} at {at} to acknowledge",
                        code=note.code,
                        at=note.at,
                    ),
                    ruleset.source.place(("acknowledge", number)),
                    msg("remove it, or name the place as criteria.<id> or standards.<id>"),
                    "warning",
                )
            )
    return result


def _lines_of(ruleset: Ruleset, at: str) -> set[tuple[str, int]]:
    """Return the lines, with their file, on which the named item and its parts stand."""
    path = _path_of(ruleset, at)
    source = ruleset.clause_source if at.startswith("clauses.") else ruleset.source
    inside = [p for p in {*source.keys, *source.values} if path and p[: len(path)] == path]
    places = [source.place(p, key=key) for p in inside for key in (True, False)]
    return {(place.file or "", place.line or 0) for place in places}


def _path_of(ruleset: Ruleset, at: str) -> tuple[str, ...] | None:
    kind, _, name = at.partition(".")
    if kind == "criteria":
        for section, _, criterion, _ in ruleset.document.criteria():
            if criterion == name:
                return ("sections", section, "criteria", criterion)
        return None
    return (kind, *name.split(".")) if name else (kind,)
