"""What ``--report``, ``--set`` and ``--out`` ask for: read before the work, written after it."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from rules_engine.cli.output import print_findings, say, writing
from rules_engine.errors import Finding, UsageError, stops
from rules_engine.messages import listed, msg, tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules_engine.model.plugin import ReporterKind
    from rules_engine.plugin_manager import Registry
    from rules_engine.run.assess import OpenRun

Asked: TypeAlias = "dict[str, dict[str, Any]]"
"""For each reporter that is asked for, the values of its settings."""

NEARLY = 0.75

ReportOption = Annotated[
    list[str] | None, typer.Option("--report", help=tr("A report to write; may be repeated."))
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help=tr("A setting of the reports, such as office=…; may be repeated."),
        metavar="NAME=VALUE",
    ),
]
DataOption = Annotated[
    str, typer.Option("--data", help=tr("Where the records are."), metavar="SOURCE")
]
FigureOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help=tr(
            "Try another figure, such as criteria.late.deduct.0.each=3; may be repeated. "
            "Such a run is not published."
        ),
        metavar="PATH=VALUE",
    ),
]
SetOrFigureOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help=tr(
            "Try another figure, such as criteria.late.deduct.0.each=3: such a run is not "
            "published. Or a setting of the reports, such as office=…. May be repeated."
        ),
        metavar="PATH=VALUE",
    ),
]
OutOption = Annotated[Path, typer.Option("--out", help=tr("Where reports are written."))]


def settings_and_figures(texts: Iterable[str], plugins: Registry) -> tuple[list[str], list[str]]:
    """Tell settings of reports from figures of the ruleset, which is all else.

    What is nearly the name of a setting is taken for a slip of the pen.
    """
    known = {s.name for kind in plugins.reporters.values() for s in kind.settings}
    settings: list[str] = []
    figures: list[str] = []
    for text in texts:
        near = get_close_matches(text.partition("=")[0].strip(), known, 1, NEARLY)
        (settings if near else figures).append(text)
    return settings, figures


def read_asked(names: Iterable[str], texts: Sequence[str], plugins: Registry) -> Asked:
    """Return the reporters asked for, each with those settings that it knows.

    Raises:
        PluginError: there is no such reporter.
        UsageError: none of them knows a setting, or a value cannot be read.
    """
    kinds: list[ReporterKind] = [plugins.need("reporters", name) for name in names]
    asked: Asked = {kind.name: {} for kind in kinds}
    for text in texts:
        name, _, value = text.partition("=")
        if not _set(name, value, kinds, asked):
            known = {setting.name for kind in kinds for setting in kind.settings}
            raise UsageError.of(
                "unknown-setting",
                msg("none of the reports has a setting “{name}”", name=name),
                hint=msg("known here: {names}", names=listed(sorted(known)) or "-"),
            )
    return asked


def _set(name: str, value: str, kinds: Iterable[ReporterKind], asked: Asked) -> bool:
    results = [(kind.name, s) for kind in kinds for s in kind.settings if s.name == name]
    for reporter, setting in results:
        try:
            asked[reporter][name] = setting.read(value)
        except ValueError as error:
            raise UsageError.of(
                "bad-setting",
                msg("“{value}” cannot be the setting “{name}”: {reason}",
                    value=value, name=name, reason=error),
                hint=setting.description,
            ) from None  # fmt: skip
    return bool(results)


def write_asked(run: OpenRun, asked: Asked, plugins: Registry, out: Path) -> list[Finding]:
    """Write the reports, and say which files they are; return what is told of those that failed."""
    from rules_engine.run.assess import write_reports

    with writing(out):
        written = write_reports(run, asked, plugins, out, asked)
    for item in written:
        if isinstance(item, Finding):
            print_findings([item])
        else:
            say(tr("written: {file}", file=item), err=True)
    return [item for item in written if isinstance(item, Finding) and stops([item])]
