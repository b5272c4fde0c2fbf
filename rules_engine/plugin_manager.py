"""Finds plugins by entry point, leaves out the broken ones, and joins what they register."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

import pluggy

from rules_engine import hookspecs
from rules_engine.errors import PluginError
from rules_engine.messages import listed, msg
from rules_engine.model.plugin import (
    Check,
    Command,
    EngineKind,
    Method,
    PluginInfo,
    ReporterKind,
    SourceKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.metadata import EntryPoint

SHAPES: dict[str, type] = {
    "sources": SourceKind,
    "reporters": ReporterKind,
    "engines": EngineKind,
    "methods": Method,
    "checks": Check,
    "commands": Command,
}
KINDS = {
    "sources": msg("sources"),
    "reporters": msg("reporters"),
    "engines": msg("engines"),
    "methods": msg("scoring methods"),
    "checks": msg("checks of rulesets"),
    "commands": msg("commands"),
}
"""What plugins register, by the name of the hook, and what readers call it."""


@dataclass(frozen=True)
class Registry:
    """Everything that the loaded plugins give, by kind and name."""

    sources: Mapping[str, SourceKind] = field(default_factory=dict)
    reporters: Mapping[str, ReporterKind] = field(default_factory=dict)
    engines: Mapping[str, EngineKind] = field(default_factory=dict)
    methods: Mapping[str, Method] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    plugins: tuple[PluginInfo, ...] = ()

    def need(self, kind: str, name: str) -> Any:  # noqa: ANN401 - one of six description types
        """Return the named description.

        Raises:
            PluginError: nothing of that name is loaded; says what is, and what is broken.
        """
        known = getattr(self, kind)
        if name in known:
            return known[name]
        broken = [f"{p.name} ({p.error})" for p in self.plugins if p.error]
        names = listed(sorted(known)) or "-"
        hint = msg("known here: {names}", names=names)
        if broken:
            hint = msg(
                "known here: {names}; left out because they are broken: {broken}",
                names=names,
                broken=listed(broken),
            )
        raise PluginError.of(
            "unknown-plugin",
            msg("no loaded plugin gives “{name}” among its {kind}", name=name, kind=KINDS[kind]),
            hint=hint,
        )


@cache
def registry() -> Registry:
    """Load all plugins of the entry-point group once and return what they give.

    Raises:
        PluginError: two plugins give the same name.
    """
    return load(tuple(entry_points(group=hookspecs.PROJECT)))


def load(points: tuple[EntryPoint, ...]) -> Registry:
    """Load the given entry points; one that fails is listed with its reason and left out."""
    given: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    givers: dict[tuple[str, str], str] = {}
    infos: list[PluginInfo] = []
    for point in sorted(points, key=lambda p: p.name):
        origin = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
        try:
            answers = _answers(point)
        except (Exception, SystemExit) as error:  # it may fail in any way; the rest goes on
            reason = f"{type(error).__name__}: {error}"
            infos.append(PluginInfo(point.name, origin, error=reason))
            continue
        for kind, items in answers.items():
            for item in items:
                other = givers.setdefault((kind, item.name), point.name)
                if other != point.name:
                    raise PluginError.of(
                        "duplicate-plugin",
                        msg(
                            "plugins “{one}” and “{two}” both give “{name}” among their {kind}",
                            one=other,
                            two=point.name,
                            name=item.name,
                            kind=KINDS[kind],
                        ),
                        hint=msg("uninstall one of them"),
                    )
                given[kind][item.name] = item
        gives = {kind: tuple(i.name for i in items) for kind, items in answers.items() if items}
        infos.append(PluginInfo(point.name, origin, gives))
    return Registry(**given, plugins=tuple(infos))


def _answers(point: EntryPoint) -> dict[str, list[Any]]:
    """Load one plugin by itself, so that its failure cannot touch another."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(point.load(), name=point.name)
    manager.check_pending()
    return {kind: list(_given(manager, kind)) for kind in KINDS}


def _given(manager: pluggy.PluginManager, kind: str) -> Iterator[Any]:
    """Yield what a plugin gives of one kind, if it keeps to what the hook promises.

    Raises:
        TypeError: something else is among it.
        ValueError: two things have one name.
    """
    hook, shape = f"rules_engine_register_{kind}", SHAPES[kind]
    names: set[str] = set()
    item: Any
    for item in itertools.chain.from_iterable(getattr(manager.hook, hook)()):
        if not isinstance(item, shape):
            raise TypeError(f"{hook} gives {item!r}, which is no {shape.__name__}")
        name = getattr(item, "name", "")
        if name in names:
            raise ValueError(f"{hook} gives two of the name {name}")
        names.add(name)
        yield item
