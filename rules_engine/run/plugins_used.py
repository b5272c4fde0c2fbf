"""Which plugins took part in a run, and whether those that are loaded now would do the same.

Score lines of a stored run are told by what its methods make of its criteria. With a method that
is missing, or that makes another formula now, lines would vanish and others be invented: such a
run is not opened.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rules_engine import __version__
from rules_engine.errors import Finding, PluginError, StoreError, stops
from rules_engine.messages import listed, msg
from rules_engine.model.run import PluginUse
from rules_engine.model.semantics import SEMANTICS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules_engine.model.plugin import Expansion, PluginInfo
    from rules_engine.model.run import RunRecord
    from rules_engine.plan.rules import Rulebook
    from rules_engine.plugin_manager import Registry

IMPORTS = ("email.message", "email.parser")
"""What is imported to read a distribution's version, which takes long."""

OWN_METHODS = "kaohe-engine-methods"
"""The distribution of the methods that are released with the program."""


def plugin_uses(book: Rulebook, registry: Registry, engine: str) -> tuple[PluginUse, ...]:
    """Return whose methods, checks and engine a run is made with.

    Args:
        book: the compiled rules.
        registry: where the plugins are.
        engine: name of the engine.
    """
    made = made_by_methods(book)
    used = [("methods", name, made[name]) for name in sorted(made)]
    used += [("checks", name, "") for name in sorted(registry.checks)]
    used.append(("engines", engine, ""))
    return tuple(_use(registry, *one) for one in used)


def made_by_methods(book: Rulebook) -> dict[str, str]:
    """Return for each method a hash of what it made of its criteria."""
    made: dict[str, dict[str, object]] = {}
    for (criterion, first, last), (method, expansion) in book.expansions.items():
        made.setdefault(method, {})[f"{criterion} {first} {last}"] = _plain(expansion)
    return {method: _hash_of(lines) for method, lines in made.items()}


def refuse_other_plugins(record: RunRecord, book: Rulebook, registry: Registry) -> None:
    """Refuse a run whose score lines the loaded plugins would tell otherwise, or not at all.

    Args:
        record: the run.
        book: its ruleset, compiled with the loaded plugins.
        registry: where these are.

    Raises:
        PluginError: names the plugin and the version that the run needs.
    """
    results = [*_missing(record, book, registry), *_other(record, book, registry)]
    if results:
        raise PluginError(*results)


def refuse_unread_rules(
    record: RunRecord, book: Rulebook, findings: Iterable[Finding]
) -> tuple[Finding, ...]:
    """Return warnings for lines of an older run that this program cannot tell any more.

    Args:
        record: the run.
        book: its ruleset, compiled as far as it goes.
        findings: what was found in it.

    Raises:
        StoreError: the rules cannot be read as far as it matters.
    """
    document = book.ruleset.document
    compiled = {rule.id for rule in book.criteria}
    lines = {name: spec.label for _, _, name, spec in document.criteria() if name not in compiled}
    rest = (document.standards.keys() - book.all_standards) | (
        document.targets.keys() - book.targets
    )
    if not lines and not rest:
        return ()
    labels = listed(f"“{label}”" for label in (*lines.values(), *sorted(rest)))
    if rest or record.semantics == SEMANTICS:
        raise unread(record, [f for f in findings if stops([f])])
    text = msg("this program cannot read the rules of {lines} any more: what they gave is in the "
               "scores, and is not listed", lines=labels)  # fmt: skip
    return (Finding("lines-not-told", text, severity="warning"),)


def unread(record: RunRecord, findings: Iterable[Finding]) -> StoreError:
    """Return the error for a run whose ruleset this program does not read any more."""
    text = msg("the rules of run {run} cannot be read by this program; rules-engine {version} made "
               "it. Its results are stored as they were", run=record.id,
               version=record.program_version)  # fmt: skip
    hint = msg("open it with that version of the program")
    return StoreError(Finding("run-not-readable", text, hint=hint), *findings)


def missing_checks(record: RunRecord, registry: Registry) -> list[Finding]:
    """Say which checks looked at the ruleset of a run and are not loaded now."""
    gone = [use for use in record.plugins
            if use.kind == "checks" and use.name not in registry.checks]  # fmt: skip
    text = msg("checks of the ruleset that were made for this run are missing: {names}",
               names=listed(f"{use.name} ({_described(use)})" for use in gone))  # fmt: skip
    return [Finding("checks-missing", text, severity="warning")] if gone else []


def _missing(record: RunRecord, book: Rulebook, registry: Registry) -> Iterator[Finding]:
    wanted = dict.fromkeys(spec.method for *_, spec in book.ruleset.document.criteria())
    uses = _methods_of(record)
    for name in wanted:
        if name in registry.methods:
            continue
        broken = [f"{p.name} ({p.error})" for p in registry.plugins if p.error]
        if name in uses:
            use = uses[name]
            text = msg("run {run} needs the scoring method “{method}” of the plugin “{plugin}”, "
                       "{version}", run=record.id, method=name, plugin=use.plugin,
                       version=_described(use))  # fmt: skip
            hint = msg("install it, or name its folder with --plugins")
        else:
            text = msg("run {run} needs the scoring method “{method}”, which no loaded plugin "
                       "gives", run=record.id, method=name)  # fmt: skip
            hint = msg("install the plugin that gives it, or name its folder with --plugins")
        if broken:
            hint = msg("left out because they are broken: {broken}", broken=listed(broken))
        yield Finding("run-needs-plugin", text, hint=hint)


def _other(record: RunRecord, book: Rulebook, registry: Registry) -> Iterator[Finding]:
    made = made_by_methods(book)
    for name, use in _methods_of(record).items():
        if name not in registry.methods or made.get(name) == use.made:
            continue
        now = _use(registry, "methods", name)
        if record.semantics != SEMANTICS and _is_the_programs(record, use, now):
            continue  # told as older rules of computing
        text = msg("run {run} needs the scoring method “{method}” of the plugin “{plugin}” as it "
                   "was then, {version}: the one that is loaded now, {now}, makes another formula "
                   "of the run's criteria", run=record.id, method=name, plugin=use.plugin,
                   version=_described(use), now=_described(now))  # fmt: skip
        hint = msg("install what the run was made with; the run itself is as it was stored")
        yield Finding("run-other-plugin", text, hint=hint)


def _is_the_programs(record: RunRecord, use: PluginUse, now: PluginUse) -> bool:
    """Return whether methods are those that are released with the program, then as now."""
    then = use.distribution, use.version
    today = now.distribution, now.version
    return (then, today) == ((OWN_METHODS, record.program_version), (OWN_METHODS, __version__))


def _methods_of(record: RunRecord) -> dict[str, PluginUse]:
    return {use.name: use for use in record.plugins if use.kind == "methods"}


def _described(use: PluginUse) -> str:
    return f"{use.distribution} {use.version}".strip()


def _use(registry: Registry, kind: str, name: str, made: str = "") -> PluginUse:
    info: PluginInfo | None = registry.giver(kind, name)
    distribution, version = info.package() if info else ("", "")
    return PluginUse(kind, name, info.name if info else "", distribution, version, made)


def _plain(expansion: Expansion) -> dict[str, Any]:
    """Return what a method made without labels, which come in the language in force."""
    plain = asdict(expansion)
    for measure in plain["measures"]:
        measure["spec"] = {k: v for k, v in measure["spec"].items() if k != "label"}
    return plain


def _hash_of(plain: object) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, default=str)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
