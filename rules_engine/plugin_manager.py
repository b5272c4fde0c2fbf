"""Finds plugins, installed or in a folder, leaves out broken ones, and joins what they give."""

from __future__ import annotations

import hashlib
import itertools
import sys
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any, Protocol

import pluggy

from rules_engine import hookspecs
from rules_engine.errors import Finding, PluginError
from rules_engine.isolation import isolated, masked, speaking_aside
from rules_engine.messages import listed, msg
from rules_engine.model.form import FormKind
from rules_engine.model.plugin import (
    AfterRun,
    Check,
    Command,
    EngineKind,
    Method,
    PluginInfo,
    ReporterKind,
    SourceKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.metadata import EntryPoint
    from pathlib import Path
    from types import ModuleType

SHAPES: dict[str, type] = {
    "sources": SourceKind,
    "reporters": ReporterKind,
    "engines": EngineKind,
    "methods": Method,
    "checks": Check,
    "commands": Command,
    "forms": FormKind,
    "after_runs": AfterRun,
}
KINDS = {
    "sources": msg("sources"),
    "reporters": msg("reporters"),
    "engines": msg("engines"),
    "methods": msg("scoring methods"),
    "checks": msg("checks of rulesets"),
    "commands": msg("commands"),
    "forms": msg("forms of rulesets"),
    "after_runs": msg("news of runs"),
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
    forms: Mapping[str, FormKind] = field(default_factory=dict)
    after_runs: Mapping[str, AfterRun] = field(default_factory=dict)
    plugins: tuple[PluginInfo, ...] = ()

    def giver(self, kind: str, name: str) -> PluginInfo | None:
        """Return the plugin that gives something, if any does."""
        return next((p for p in self.plugins if name in p.gives.get(kind, ())), None)

    def left_out(self) -> list[Finding]:
        """Return a warning for each plugin that could not be loaded, with the reason."""
        return [
            Finding(
                "plugin-left-out",
                msg("the plugin “{name}” cannot be loaded and is left out: {reason}",
                    name=plugin.name, reason=plugin.error),
                hint=msg("what it gives is missing: sources, reports, methods, checks; mend it, "
                         "or take it away"),
                severity="warning",
            )
            for plugin in self.plugins
            if plugin.error
        ]  # fmt: skip

    def need(self, kind: str, name: str) -> Any:  # noqa: ANN401 - one of eight description types
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


class Loadable(Protocol):
    """Somewhere to load a plugin from."""

    @property
    def name(self) -> str:
        """Return the plugin's name."""

    def origin(self) -> str:
        """Return where it comes from."""

    def package(self) -> tuple[str, str]:
        """Return the distribution or the file that it comes from, and its version."""

    def load(self) -> object:
        """Run its code and return what has the hooks."""


@dataclass(frozen=True)
class FolderPlugin:
    """A plugin that lies as a module or a package in a folder, and is not installed."""

    file: Path

    @property
    def name(self) -> str:
        """Return the module's name."""
        return self.file.stem

    def origin(self) -> str:
        """Return where the plugin comes from."""
        return str(self.file)

    def package(self) -> tuple[str, str]:
        """Return the file's name, and the version that the module gives itself, if any."""
        module = sys.modules.get(self.module)
        return self.file.name, str(getattr(module, "__version__", ""))

    @property
    def module(self) -> str:
        """Return the name under which the module is loaded: one that no other module has."""
        place = hashlib.sha256(str(self.file.resolve()).encode()).hexdigest()[:12]
        return f"rules_engine_folder_plugin_{place}_{self.name}"

    def load(self) -> ModuleType:
        """Run the module's code and return it."""
        package = self.file.is_dir()
        code = self.file / "__init__.py" if package else self.file
        name = self.module
        places = [str(self.file)] if package else None
        spec = spec_from_file_location(name, code, submodule_search_locations=places)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        sys.modules[name] = module  # dataclasses and pickles look their module up
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
        return module


@dataclass(frozen=True)
class InstalledPlugin:
    """A plugin that an installed distribution names among its entry points."""

    point: EntryPoint

    @property
    def name(self) -> str:
        """Return the name of the entry point."""
        return self.point.name

    def origin(self) -> str:
        """Return the distribution and its version."""
        dist = self.point.dist
        return f"{dist.name} {dist.version}" if dist else self.point.value

    def package(self) -> tuple[str, str]:
        """Return the distribution and its version."""
        dist = self.point.dist
        return (dist.name, dist.version) if dist else (self.point.value, "")

    def load(self) -> object:
        """Import the plugin's module."""
        return self.point.load()


def in_folder(folder: Path) -> tuple[FolderPlugin, ...]:
    """Return the plugins that lie in a folder.

    Raises:
        PluginError: there is no such folder, or no plugin in it.
    """
    results = sorted(
        file
        for file in (folder.iterdir() if folder.is_dir() else ())
        if file.stem.isidentifier()
        and not file.name.startswith("_")
        and (file.suffix == ".py" if file.is_file() else (file / "__init__.py").is_file())
    )
    if not results:
        raise PluginError.of(
            "no-plugins",
            msg("there are no plugins in {folder}", folder=folder),
            hint=msg("--plugins takes a folder of Python modules, each of them a plugin"),
        )
    return tuple(FolderPlugin(file) for file in results)


@cache
def registry() -> Registry:
    """Load all plugins once and return what they give.

    Installed ones are found by entry point; those of a folder only where ``--plugins`` names it,
    because a plugin is code that may do anything.

    Raises:
        PluginError: two plugins give the same name, or the named folder has none.
    """
    installed = [InstalledPlugin(point) for point in entry_points(group=hookspecs.PROJECT)]
    return load((*installed, *(in_folder(_named_folder) if _named_folder else ())))


_named_folder: Path | None = None


def use_folder(folder: Path | None) -> None:
    """Load the plugins of a folder as well, when plugins are next asked for."""
    global _named_folder
    if folder or _named_folder:  # its files may be others by now
        registry.cache_clear()
    _named_folder = folder


def named_folder() -> Path | None:
    """Return the folder whose plugins are loaded as well."""
    return _named_folder


def load(points: tuple[Loadable, ...]) -> Registry:
    """Load the given plugins; one that fails is listed with its reason and left out."""
    values: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    givers: dict[tuple[str, str], str] = {}
    infos: list[PluginInfo] = []
    _refuse_one_name(points)
    for point in sorted(points, key=lambda p: p.name):
        try:
            answers = _answers(point)
        except (Exception, SystemExit) as error:  # it may fail in any way; the rest goes on
            reason = masked(f"{type(error).__name__}: {error}")
            infos.append(PluginInfo(point.name, point.origin, error=reason))
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
                values[kind][item.name] = isolated(item, point.name)
        gives = {kind: tuple(i.name for i in items) for kind, items in answers.items() if items}
        infos.append(PluginInfo(point.name, point.origin, gives, package=point.package))
    return Registry(**values, plugins=tuple(infos))


def _refuse_one_name(points: Iterable[Loadable]) -> None:
    """Refuse two plugins of one name: errors and runs name a plugin by nothing else.

    Raises:
        PluginError: names both places.
    """
    seen: dict[str, Loadable] = {}
    for point in points:
        other = seen.setdefault(point.name, point)
        if other is not point:
            raise PluginError.of(
                "duplicate-plugin",
                msg("there are two plugins called “{name}”: {one} and {two}", name=point.name,
                    one=other.origin(), two=point.origin()),
                hint=msg("give the module in the folder another name, or uninstall one of them"),
            )  # fmt: skip


def _answers(point: Loadable) -> dict[str, list[Any]]:
    """Load one plugin by itself, so that its failure cannot touch another."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    with speaking_aside():
        manager.register(point.load(), name=point.name)
        manager.check_pending()
        return {kind: list(_supplied(manager, kind)) for kind in KINDS}


def _supplied(manager: pluggy.PluginManager, kind: str) -> Iterator[Any]:
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
