"""``rules-engine what-if``: who would have moved, had the new rules been in force."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    StoreOption,
    open_store,
    print_findings,
    print_json,
    say,
    verb,
    writing,
)
from rules_engine.errors import PluginError
from rules_engine.messages import call_assessed, msg, speaking, tr
from rules_engine.safe_files import whole_file

if TYPE_CHECKING:
    from rules_engine.hypotheses.whatif_values import Tried
    from rules_engine.model.plugin import ReporterKind
    from rules_engine.ruleset.read import Ruleset


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("what-if", help=tr("Try a ruleset on the records of earlier runs: who moves, and "
                                   "by which change."))(what_if)  # fmt: skip


@verb
def what_if(
    ruleset: Annotated[
        Path,
        typer.Argument(help=tr("The new ruleset's folder, or FOLDER@EDITION."), metavar="NEW",
                       show_default=False),
    ],
    against: Annotated[
        list[str],
        typer.Option("--against", help=tr("An earlier run; may be given again."), metavar="RUN",
                     show_default=False),
    ],
    html: Annotated[
        Path | None,
        typer.Option("--html", help=tr("Write a page with a picture to this file."),
                     metavar="FILE"),
    ] = None,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", help=tr("Write a workbook to this file."), metavar="FILE"),
    ] = None,
    format: FormatOption = Format.TEXT,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:  # fmt: skip
    """Try a ruleset on the records of earlier runs: who moves, and by which change."""
    from rules_engine.diff.edition_choice import reviewed_edition
    from rules_engine.hypotheses.batches import UNSOURCED
    from rules_engine.hypotheses.whatif import try_on
    from rules_engine.model.document import plain
    from rules_engine.plugin_manager import registry
    from rules_engine.report.changes import older_rules_findings
    from rules_engine.ruleset.editions import named_edition
    from rules_engine.run.assess import open_run

    named = reviewed_edition(*named_edition(str(ruleset)), registry())
    known = [f for f in named.findings if f.code != UNSOURCED]
    new = replace(named, findings=tuple(known)).or_stop()  # a draft names its clauses later
    with open_store(store) as opened:
        stored = [opened.get(run) for run in against]
    results = []
    with speaking(lang or new.ruleset.document.language):
        for run in stored:
            print_findings(older_rules_findings(run.record))
            with closing(open_run(run, registry())) as old:
                results.append(try_on(old, new.ruleset, new.book.frame.as_of, registry()))
        call_assessed(new.ruleset.document.nouns)  # the runs were read since
        _write(new.ruleset, results, html, xlsx, lang or new.ruleset.document.language)
        if format is Format.JSON:
            print_json({"ruleset": new.ruleset.id, "edition": new.ruleset.document.edition,
                        "runs": [plain(tried) for tried in results]})  # fmt: skip
            return
        _show(new.ruleset, results)


def _write(
    new: Ruleset, trials: list[Tried], html: Path | None, xlsx: Path | None, language: str
) -> None:
    from rules_engine.hypotheses.whatif_values import comparison_of
    from rules_engine.plugin_manager import registry

    for name, file in (("html", html), ("xlsx", xlsx)):
        if file:
            reporter: ReporterKind = registry().need("reporters", name)
            if reporter.compare is None:
                raise PluginError.of(
                    "unknown-plugin",
                    msg("the reporter “{name}” writes no comparisons", name=name),
                    hint=msg("leave the option out, or install the reporter that comes with the "
                             "program"),
                )  # fmt: skip
            with writing(file, msg("name another file")), whole_file(file) as part:
                reporter.compare(comparison_of(new, trials, language), part)


def _show(new: Ruleset, trials: list[Tried]) -> None:
    from rules_engine.cli.moves import show_run

    document = new.document
    say(tr("{title} ({edition}) on earlier records", title=document.title,
           edition=document.edition))  # fmt: skip
    for tried in trials:
        say("")
        show_run(tried)
