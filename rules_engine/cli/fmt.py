"""``rules-engine fmt``: one layout for all rulesets, so that a change shows what was changed."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rules_engine.cli.output import (
    DONE,
    STOPPED,
    Format,
    FormatOption,
    LangOption,
    RulesetArgument,
    print_json,
    say,
    verb,
    writing,
)
from rules_engine.messages import msg, tr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.ruleset.layout import Layout


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(help=tr("Put a ruleset into the one layout: order of keys, aligned rows."))(fmt)


@verb
def fmt(
    ruleset: RulesetArgument,
    check: Annotated[
        bool,
        typer.Option("--check", help=tr("Write nothing; list what would change, and exit with 1.")),
    ] = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Put a ruleset into the one layout: order of keys, aligned rows."""
    from rules_engine.plugin_manager import registry
    from rules_engine.ruleset.layout import lay_out, write_over
    from rules_engine.safe_files import refuse_outside

    layouts = lay_out(ruleset, registry().methods)
    changed = [layout for layout in layouts if layout.changed]
    if not check:
        refuse_outside(ruleset, *(layout.file for layout in changed))
        hint = msg("see that the file may be written to, and that no other program holds it")
        for layout in changed:
            with writing(layout.file, hint):
                write_over(layout)
    ok = not (check and changed)
    if format is Format.JSON:
        files = [{"file": str(x.file), "changes": list(_changes(x))} for x in layouts]
        print_json({"ruleset": str(ruleset), "ok": ok, "files": files})
    for layout in changed if format is Format.TEXT else ():
        _print_layout(layout, check)
    raise typer.Exit(DONE if ok else STOPPED)


def _changes(layout: Layout) -> Iterator[dict[str, Any]]:
    """Yield the lines that differ, with the number of the first one in the file as it is."""
    before, after = layout.before.splitlines(), layout.after.splitlines()
    for kind, i, j, m, n in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield {"line": i + 1, "before": before[i:j], "after": after[m:n]}


def _print_layout(layout: Layout, check: bool) -> None:
    if not check:
        say(tr("laid out: {file}", file=layout.file), err=True)
        return
    for change in _changes(layout):
        say(tr("{file}:{line}: would change", file=layout.file, line=change["line"]))
        for line in change["before"]:
            say(f"  - {line}")
        for line in change["after"]:
            say(f"  + {line}")
