"""``rules-engine audit``: what was done to the store, by whom, and whether the log still holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rules_engine.cli.localized import Program
from rules_engine.cli.output import (
    STOPPED,
    ByOption,
    Format,
    FormatOption,
    LangOption,
    StoreOption,
    open_store,
    plain,
    print_damaged,
    print_findings,
    print_json,
    print_rows,
    say,
    say_lines,
    verb,
    writing,
)
from rules_engine.messages import msg, tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.audit.entry import Entry

_HASH = re.compile("[0-9a-f]{64}")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = Program(help=tr("List, verify and export the log of everything that was done."))
    group.command("list", help=tr("List what was done, by whom and when, oldest first."))(
        list_entries
    )
    group.command("verify", help=tr("Find entries that were changed, removed, moved or put in."))(
        verify
    )
    group.command("export", help=tr("Write the log into a file that is checked by itself."))(export)
    group.command("new-key", help=tr("Make a key for signing exports; print its public half."))(
        new_key
    )
    app.add_typer(group, name="audit")


@verb
def list_entries(
    run: Annotated[
        str | None, typer.Option("--run", help=tr("Only what was done to this run."), metavar="RUN")
    ] = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """List what was done, by whom and when, oldest first."""
    with open_store(store) as opened:
        entries = opened.audit.entries(opened.get(run).record.id if run else None)
        damaged = opened.damaged("audit")
    if format is Format.JSON:
        rows = [entry.content() | {"hash": entry.hash} for entry in entries]
        print_rows("entries", rows, damaged)
        return
    if not entries:
        say(tr("nothing is logged"))
    for entry in entries:
        say(f"{entry.number:>5}  {entry.hash[:12]}  {entry_text(entry)}")
    print_damaged(damaged)


def entry_text(entry: Entry) -> str:
    """Return an entry as a line: when, who, what, to which run, with which details."""
    from rules_engine.audit.entry import ACT_TEXTS

    at = entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    act = str(ACT_TEXTS.get(entry.act, entry.act))
    return "  ".join(filter(None, (at, entry.actor, act, entry.run, _details(entry.details))))


def _details(details: Mapping[str, Any]) -> str:
    """Return the reason, and else the details; of fingerprints only the beginning."""
    if "reason" in details:
        return tr("{label}: {reason}", label=tr("reason"), reason=details["reason"])

    def shown(value: object) -> str:
        return value[:19] if isinstance(value, str) and len(value) > 60 else str(value)

    return " ".join(f"{name}={shown(value)}" for name, value in details.items())


@verb
def verify(
    file: Annotated[
        Path | None,
        typer.Argument(help=tr("An exported log; by default the store's own."), metavar="FILE"),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            help=tr("An earlier export, or the hash of an entry, that the log must still hold."),
            metavar="FILE",
        ),
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option("--public-key", help=tr("The key that must have signed the file (PEM).")),
    ] = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Find entries that were changed, removed, moved or put in."""
    from rules_engine.audit import export, signatures, verification
    from rules_engine.errors import Place, UsageError

    if public_key and not file:
        raise UsageError.of(
            "missing-value", msg("--public-key is for a file: name the exported log")
        )
    earlier = since if since and _HASH.fullmatch(since) else since and export.read(Path(since))
    key = None
    if file:
        exported = export.read(file)
        entries, place = exported.entries, Place(str(file))
        findings = export.check(exported, signatures.public_key(public_key) if public_key else None)
        if isinstance(earlier, export.Export):
            findings += export.check(earlier) + verification.compare(
                earlier.entries, entries, place
            )
        elif earlier:
            findings += verification.holds(earlier, entries, place)
        key = exported.key
    else:
        with open_store(store) as opened:
            findings = opened.damaged() + opened.audit.check(earlier or None)
            entries = tuple(opened.audit.entries())
    head = entries[-1].hash if entries else None
    if format is Format.JSON:
        print_json(
            {
                "verified": not findings,
                "entries": len(entries),
                "head": head,
                "signed_by": key,
                "findings": plain(findings),
            }
        )
    elif findings:
        print_findings(findings)
    else:
        say(tr("{count} entries in order; the last has the hash {head}", count=len(entries),
               head=head or "-"))  # fmt: skip
        if key:
            whose = (
                tr("signed with the key {key}", key=key)
                if public_key
                else tr("signed with the key {key}; --public-key checks whose it is", key=key)
            )
            say(whose)
    if findings:
        raise typer.Exit(STOPPED)


@verb
def export(
    out: Annotated[Path, typer.Option("--out", help=tr("The file to write."), metavar="FILE")],
    key: Annotated[
        Path | None, typer.Option("--key", help=tr("Sign the file with this key (PEM)."))
    ] = None,
    by: ByOption = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Write the log into a file that is checked by itself."""
    from rules_engine.audit import signatures

    signer = signatures.private_key(key) if key else None
    hint = msg("name another file with --out")
    with writing(out, hint):
        out.parent.mkdir(parents=True, exist_ok=True)
    with open_store(store, by) as opened, writing(out, hint):
        entry = opened.audit.export(out, signer)
    if format is Format.JSON:
        print_json({"file": str(out), "entries": entry.number, "head": entry.hash})
        return
    say(tr("{count} entries written; the last has the hash {head}", count=entry.number,
           head=entry.hash))  # fmt: skip


@verb
def new_key(
    file: Annotated[
        Path, typer.Argument(help=tr("The new file for the secret half."), metavar="FILE")
    ],
    lang: LangOption = None,
) -> None:
    """Make a key for signing exports; print its public half."""
    from rules_engine.audit import signatures

    with writing(file, msg("name a file that is not there yet")):
        say_lines(signatures.new_key(file).rstrip("\n"))
