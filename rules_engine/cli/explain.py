"""``rules-engine explain``: why a village or cadre has the points it has."""

from __future__ import annotations

from typing import Annotated

import typer

from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    RunArgument,
    StoreOption,
    open_store,
    plain,
    print_findings,
    print_json,
    say,
    verb,
)
from rules_engine.messages import speaking, tr


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(help=tr("Explain a result: clause, formula, records, and what decided the place."))(
        explain
    )


@verb
def explain(
    run: RunArgument,
    subject: Annotated[
        str, typer.Argument(help=tr("Name or id of a village or cadre."), show_default=False)
    ],
    criterion: Annotated[
        str | None, typer.Argument(help=tr("Only this criterion: its id or its name."))
    ] = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Explain a result: clause, formula, records, and what decided the place."""
    from rules_engine.plugin_manager import registry
    from rules_engine.report.changes import older_rules_findings
    from rules_engine.report.explain import as_document, as_text, explain_subject
    from rules_engine.run import assess as flow

    with open_store(store) as opened:
        stored = opened.whole(run)
    with speaking(lang or stored.record.language):
        notes = older_rules_findings(stored.record)
        result = flow.open_run(stored, registry())
        try:
            explanation = explain_subject(result.reader, subject, criterion)
            info = flow.run_info(stored.record, result.reviewed)
        finally:
            result.close()
        if format is Format.JSON:
            print_json(as_document(explanation, info) | {"findings": plain(notes)})
            return
        print_findings(notes)
        for line in as_text(explanation, info):
            say(line)
