"""``rules-engine schema``: the JSON Schema of ``ruleset.yaml``, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    say,
    say_lines,
    verb,
    writing,
)
from rules_engine.messages import tr
from rules_engine.safe_files import whole_file


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        help=tr("Write the JSON Schema of ruleset.yaml, with which editors complete and check.")
    )(schema)  # fmt: skip


@verb
def schema(
    out: Annotated[
        Path | None, typer.Option("--out", help=tr("The file to write, instead of printing."))
    ] = None,
    format: FormatOption = Format.JSON,
    lang: LangOption = None,
) -> None:
    """Write the JSON Schema of ruleset.yaml, with which editors complete and check."""
    from rules_engine.plugin_manager import registry
    from rules_engine.ruleset.schema import as_json

    text = as_json(registry().methods)
    if out is None:
        say_lines(text.rstrip("\n"))
        return
    with writing(out), whole_file(out) as file:
        file.write_text(text, encoding="utf-8")
    say(tr("written: {file}", file=out), err=True)
