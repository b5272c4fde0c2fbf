"""Holds the log against the tables: what they say must be what was done, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules_engine.errors import Finding, Place
from rules_engine.messages import msg
from rules_engine.model.appeal import APPEAL_TEXTS
from rules_engine.model.run import STATUS_TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules_engine.audit.entry import Entry
    from rules_engine.messages import Message

STATUS_AFTER = {"stored": "draft", "reviewed": "reviewed", "published": "published",
                "sealed": "sealed", "pruned": "pruned"}  # fmt: skip
"""The status that a run has after an act; the others that change it say so in their details."""
_APPEAL_AFTER = {"appeal-opened": "open", "appeal-corrected": "corrected",
                 "appeal-adjusted": "adjusted", "appeal-rejected": "rejected"}  # fmt: skip


def beside(
    entries: Sequence[Entry],
    runs: Mapping[str, Mapping[str, str]],
    appeals: Mapping[int, str],
    file: str,
) -> list[Finding]:
    """Return where the tables are not as the log says; an end that was cut off shows here too.

    Args:
        entries: the log.
        runs: for each run its status, its digest and the hash of the list of its files.
        appeals: for each appeal its status.
        file: the store, for findings.
    """
    logged: dict[str, dict[str, str]] = {}
    decided: dict[int, str] = {}
    for entry in entries:
        if entry.act in _APPEAL_AFTER:
            decided[entry.details.get("appeal", 0)] = _APPEAL_AFTER[entry.act]
        elif entry.run is not None:
            values = logged.setdefault(entry.run, {})
            values |= {n: entry.details[n] for n in ("digest", "files") if n in entry.details}
            after = STATUS_AFTER.get(entry.act) or entry.details.get("status")
            values |= {"status": str(after)} if after else {}
    findings = [
        Finding("audit-run", text, Place(file, table="runs"))
        for run, row in runs.items()
        for text in _differences(run, row, logged.get(run))
    ]
    gone = (run for run, values in logged.items() if run not in runs)
    findings += [
        Finding(
            "audit-run",
            msg("run {run} is gone, and the log does not say who removed it", run=run),
            Place(file, table="runs"),
        )
        for run in gone
        if logged[run].get("status") != STATUS_AFTER["pruned"]
    ]
    for number in sorted({*appeals, *decided}):
        if appeals.get(number) != decided.get(number):
            text = msg("appeal {number} is “{held}”, but “{logged}” by the log", number=number,
                       held=_text(APPEAL_TEXTS, appeals.get(number)),
                       logged=_text(APPEAL_TEXTS, decided.get(number)))  # fmt: skip
            findings.append(Finding("audit-appeal", text, Place(file, table="appeals")))
    return findings


def _differences(
    run: str, row: Mapping[str, str], logged: Mapping[str, str] | None
) -> Iterator[Message]:
    if logged is None or "status" not in logged:
        yield msg("the log knows nothing of run {run}", run=run)
        return
    if logged["status"] != row["status"]:
        yield msg("run {run} is “{held}”, but “{logged}” by the log", run=run,
                  held=_text(STATUS_TEXTS, row["status"]),
                  logged=_text(STATUS_TEXTS, logged["status"]))  # fmt: skip
    if logged.get("digest") != row["digest"]:
        yield msg("run {run} has another digest than the log says", run=run)
    if logged.get("files", row["files"]) != row["files"]:
        yield msg("run {run} keeps other files than the log says", run=run)


def _text(texts: Mapping[Any, Message], status: str | None) -> str:
    return str(texts.get(status, status or "—"))
