"""``rules-engine describe``: a ruleset as the numbered articles of an assessment paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rules_engine.cli.day_options import AsOfOption
from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    RulesetArgument,
    print_json,
    say,
    say_lines,
    verb,
    writing,
)
from rules_engine.messages import tr
from rules_engine.model.escaping import printable
from rules_engine.safe_files import whole_file


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(help=tr("Write a ruleset out as the articles of an assessment paper."))(describe)


@verb
def describe(
    ruleset: RulesetArgument,
    as_of: AsOfOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=tr("The file to write, instead of printing."))
    ] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Write a ruleset out as the articles of an assessment paper."""
    from rules_engine.description import describe as in_articles
    from rules_engine.plugin_manager import registry
    from rules_engine.run.load import load_ruleset

    checked = load_ruleset(ruleset, registry(), as_of.date() if as_of else None).or_stop()
    paper = in_articles(checked, registry().methods)
    if out is not None:
        with writing(out), whole_file(out) as file:
            file.write_text(printable(paper.markdown()), encoding="utf-8")
        say(tr("written: {file}", file=out), err=True)
    if format is Format.JSON:
        edition = checked.ruleset.document.edition
        print_json({"ruleset": checked.ruleset.id, "edition": edition, **paper.as_dict()})
    elif out is None:
        say_lines(paper.markdown().rstrip("\n"))
