"""Loading plugins: as real packages on the path, broken ones, and two with one name."""

from __future__ import annotations

import importlib
import sys
import textwrap
from importlib.metadata import EntryPoint

import pytest

from rules_engine.errors import PluginError
from rules_engine.hookspecs import PROJECT
from rules_engine.plugin_manager import KINDS, InstalledPlugin, in_folder, load, registry

GIVES_A_REPORTER = """
    from rules_engine.api import ReporterKind, hookimpl

    @hookimpl
    def rules_engine_register_reporters():
        return [ReporterKind("{name}", "a reporter", lambda report, out: [])]
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """Return a function that writes a plugin's module and gives its entry point."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made = []

    def write(name: str, source: str) -> InstalledPlugin:
        module = f"plugin_under_test_{name}"
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        importlib.invalidate_caches()
        made.append(module)
        return InstalledPlugin(EntryPoint(name, module, PROJECT))

    yield write
    for module in made:
        sys.modules.pop(module, None)


def _reporter(plugin, name, gives):
    return plugin(name, GIVES_A_REPORTER.format(name=gives))


def test_a_plugin_gives_what_its_hooks_return(plugin):
    found = load((_reporter(plugin, "poster", "poster"),))
    assert list(found.reporters) == ["poster"]
    assert found.need("reporters", "poster").description == "a reporter"
    (info,) = found.plugins
    assert (info.name, dict(info.gives), info.error) == ("poster", {"reporters": ("poster",)}, "")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import nothing_of_this_name", "ModuleNotFoundError"),
        ("1 / 0", "ZeroDivisionError"),
        ("def f(:", "SyntaxError"),
        (
            """
            from rules_engine.api import hookimpl

            @hookimpl
            def rules_engine_register_reporter():
                return []
            """,
            "unknown hook",
        ),
        (
            """
            from rules_engine.api import hookimpl

            @hookimpl
            def rules_engine_register_sources():
                raise RuntimeError("no licence")
            """,
            "RuntimeError: no licence",
        ),
        (
            """
            from rules_engine.api import hookimpl

            @hookimpl
            def rules_engine_register_sources():
                return ["csv"]
            """,
            "'csv', which is no SourceKind",
        ),
        (GIVES_A_REPORTER.rstrip().format(name="a") + " * 2", "two of the name a"),
        ("import sys; sys.exit('no licence')", "SystemExit: no licence"),
    ],
)
def test_a_broken_plugin_is_left_out_with_its_reason_and_the_rest_goes_on(plugin, source, reason):
    found = load((plugin("broken", source), _reporter(plugin, "poster", "poster")))
    infos = {info.name: info for info in found.plugins}
    assert reason in infos["broken"].error
    assert infos["poster"].error == ""
    assert list(found.reporters) == ["poster"]


def test_what_a_broken_plugin_would_have_given_is_missed_with_the_reason(plugin):
    found = load((plugin("broken", "1 / 0"), _reporter(plugin, "poster", "poster")))
    with pytest.raises(PluginError) as missed:
        found.need("reporters", "banner")
    (finding,) = missed.value.findings
    assert finding.code == "unknown-plugin"
    assert "banner" in str(finding.message)
    assert "poster" in str(finding.hint)
    assert "ZeroDivisionError" in str(finding.hint)


def test_two_plugins_with_one_name_are_an_error_that_names_both(plugin):
    with pytest.raises(PluginError) as clash:
        load((_reporter(plugin, "one", "poster"), _reporter(plugin, "two", "poster")))
    (finding,) = clash.value.findings
    assert finding.code == "duplicate-plugin"
    assert all(name in str(finding.message) for name in ("one", "two", "poster"))


def test_one_name_may_stand_for_things_of_two_kinds(plugin):
    both = """
        from rules_engine.api import ReporterKind, SourceKind, hookimpl

        @hookimpl
        def rules_engine_register_reporters():
            return [ReporterKind("json", "-", lambda report, out: [])]

        @hookimpl
        def rules_engine_register_sources():
            return [SourceKind("json", "-", lambda place: False, lambda place: [])]
    """
    found = load((plugin("json", both),))
    assert set(found.plugins[0].gives) == {"reporters", "sources"}


def test_plugins_come_in_the_order_of_their_names(plugin):
    points = (_reporter(plugin, "b", "second"), _reporter(plugin, "a", "first"))
    assert [p.name for p in load(points).plugins] == ["a", "b"]
    assert list(load(points).reporters) == ["first", "second"]


def test_the_programs_own_plugins_all_load():
    found = registry()
    assert [p.error for p in found.plugins if p.error] == []
    assert {"csv", "duckdb", "methods", "terminal", "html", "xlsx", "json"} <= {
        p.name for p in found.plugins
    }
    assert "kaohe-engine" in found.plugins[0].origin


def test_every_kind_has_a_hook_and_every_hook_a_kind():
    from rules_engine import hookspecs

    hooks = {n for n in vars(hookspecs) if n.startswith("rules_engine_")}
    assert hooks == {f"rules_engine_register_{kind}" for kind in KINDS}


def test_a_folder_gives_its_modules_and_packages_and_nothing_else(tmp_path):
    source = textwrap.dedent(GIVES_A_REPORTER)
    (tmp_path / "poster.py").write_text(source.format(name="poster"), encoding="utf-8")
    package = tmp_path / "banner"
    package.mkdir()
    (package / "name.py").write_text("NAME = 'banner'", encoding="utf-8")
    inside = source.replace('"{name}"', "NAME") + "\nfrom .name import NAME\n"
    (package / "__init__.py").write_text(inside, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no plugin", encoding="utf-8")
    (tmp_path / "_helper.py").write_text("1 / 0", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    found = load(in_folder(tmp_path))
    assert sorted(found.reporters) == ["banner", "poster"]
    assert [info.origin for info in found.plugins] == [str(package), str(tmp_path / "poster.py")]
    assert not any(info.error for info in found.plugins)


@pytest.mark.parametrize("make", [lambda folder: None, lambda folder: folder.mkdir()])
def test_a_folder_without_plugins_is_an_error(tmp_path, make):
    make(tmp_path / "plugins")
    with pytest.raises(PluginError) as refused:
        in_folder(tmp_path / "plugins")
    assert refused.value.findings[0].code == "no-plugins"
