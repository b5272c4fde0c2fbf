"""``rules-engine diff``: what changed between two rulesets, in the words of the paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.output import (
    Format,
    FormatOption,
    LangOption,
    print_json,
    say,
    say_skipped,
    verb,
)
from rules_engine.errors import RulesEngineError, UsageError, stops
from rules_engine.messages import clauses, listed, msg, speaking, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.diff.change import Change, Comparison, Named
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.scenarios.coverage import Coverage

SHOWN = 3
"""Names of scenarios that are shown of each change; JSON has all of them."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(help=tr("Show what changed between two rulesets, in the words of the paper."))(diff)


@verb
def diff(
    old: Annotated[
        str,
        typer.Argument(
            help=tr("The earlier ruleset's folder, or FOLDER@EDITION."), metavar="OLD",
            show_default=False,
        ),
    ],
    new: Annotated[
        str | None,
        typer.Argument(
            help=tr("The later one; left out with --editions."), metavar="NEW",
            show_default=False,
        ),
    ] = None,
    editions: Annotated[
        tuple[str, str] | None,
        typer.Option("--editions", help=tr("Two editions of the one ruleset."), metavar="OLD NEW"),
    ] = None,
    scenarios: Annotated[
        bool,
        typer.Option(
            "--scenarios/--no-scenarios",
            help=tr("Run the scenarios, to say which of them check what was changed."),
        ),
    ] = True,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:  # fmt: skip
    """Show what changed between two rulesets, in the words of the paper."""
    from rules_engine.diff.edition_choice import compare_editions, edition_of
    from rules_engine.plugin_manager import registry
    from rules_engine.ruleset.editions import named_edition

    if (new is None) == (editions is None):
        raise UsageError.of(
            "two-rulesets-needed",
            msg("two rulesets are needed"),
            hint=msg("write diff OLD NEW, or diff RULESET --editions OLD NEW"),
        )
    folder = Path(old)
    chosen = [(folder, name) for name in editions] if editions else [
        named_edition(old), named_edition(new or "")
    ]  # fmt: skip
    before, after = (edition_of(*one) for one in chosen)
    with speaking(lang or after.document.language):
        results = compare_editions(before, after, registry().methods)
        if scenarios and results.changes:
            results = _with_scenarios(results, [(f, r) for (f, _), r in
                                            zip(chosen, (before, after), strict=True)])  # fmt: skip
        if format is Format.JSON:
            print_json(_document(results))
        else:
            _print(results)


def _with_scenarios(comparison: Comparison, sides: list[tuple[Path, Ruleset]]) -> Comparison:
    from rules_engine.diff.compare import with_scenarios

    covered: dict[Path, list[Coverage]] = {}
    for folder, _ in sides:
        if folder not in covered:
            covered[folder] = _coverage(folder)
    chosen = [
        next((c for c in covered[folder] if c.edition == ruleset.document.edition), None)
        for folder, ruleset in sides
    ]
    return with_scenarios(comparison, *chosen)


def _coverage(folder: Path) -> list[Coverage]:
    """Run the scenarios of a ruleset; of one that cannot be run, or has none, none check it."""
    from rules_engine.plugin_manager import registry
    from rules_engine.run.load import load_editions
    from rules_engine.scenarios.coverage import coverage

    try:
        reviews = load_editions(folder, registry())
        return [] if any(stops(r.findings) for r in reviews) else coverage(folder, reviews)
    except RulesEngineError:
        return []


def _document(comparison: Comparison) -> dict[str, object]:
    return {
        "before": vars(comparison.before),
        "after": vars(comparison.after),
        "changes": [as_dict(change) for change in comparison.changes],
        "skipped": comparison.skipped,
    }


def as_dict(change: Change) -> dict[str, object]:
    """Return a change as plain data for JSON."""
    from rules_engine.diff.change import sentence

    names = [name for name in change.__dataclass_fields__ if name != "back"]  # for programs only
    plain = {name: getattr(change, name) for name in names}
    path = ".".join(map(str, change.path))
    return plain | {"path": path, "text": sentence(change)}


def _print(comparison: Comparison) -> None:
    say(f"{_named(comparison.before)} → {_named(comparison.after)}")
    print_changes(comparison.changes)
    if not comparison.changes:
        say(tr("they say the same"))
    if comparison.skipped:
        say("")
        say_skipped(comparison.skipped)


def print_changes(changes: Sequence[Change]) -> None:
    """Print changes, by what they do to those who are assessed."""
    from rules_engine.diff.change import DIRECTIONS

    for direction, title in DIRECTIONS.items():
        chosen = [change for change in changes if change.direction == direction]
        if chosen:
            say("")
            say(tr("{direction} ({count})", direction=title, count=len(chosen)))
        for change in chosen:
            _print_change(change)


def _named(one: Named) -> str:
    return tr("{title} ({edition})", title=one.title, edition=one.edition)


def _print_change(change: Change) -> None:
    from rules_engine.diff.change import sentence

    say(f"  {sentence(change)}")
    texts = []
    if change.clauses:
        texts.append(tr("clauses {names}", names=listed(change.clauses)))
    if change.scenarios:
        names = listed(change.scenarios[:SHOWN])
        if len(change.scenarios) > SHOWN:
            names = tr("{names} and {count} more", names=names, count=len(change.scenarios) - SHOWN)
        texts.append(tr("checked by {names}", names=names))
    if texts:
        say("      " + clauses(texts))
    if change.unsourced:
        say("      " + tr("warning: no clause quotes the new figure, and no reason is given for "
                          "assuming it (number-unsourced)"))  # fmt: skip
