"""``rules-engine plugins``: what is loaded, from where, and what it gives."""

from __future__ import annotations

import typer

from rules_engine.cli.output import Format, FormatOption, LangOption, print_json, say, verb
from rules_engine.messages import listed, tr
from rules_engine.plugin_manager import KINDS, registry


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("plugins", help=tr("List plugins: from where, and what they give."))(plugins)


@verb
def plugins(format: FormatOption = Format.TEXT, lang: LangOption = None) -> None:
    """List plugins: from where, and what they give."""
    result = registry().plugins
    if format is Format.JSON:
        print_json(
            [
                {
                    "name": p.name,
                    "origin": p.origin,
                    "gives": {kind: list(names) for kind, names in p.gives.items()},
                    "error": p.error or None,
                }
                for p in result
            ]
        )
        return
    reporters = registry().reporters
    for plugin in result:
        say(f"{plugin.name}  ({plugin.origin})")
        if plugin.error:
            say("    " + tr("left out: {reason}", reason=plugin.error))
        for kind, names in plugin.gives.items():
            say("    " + tr("{kind}: {names}", kind=KINDS[kind], names=listed(names)))
        for kind in ("sources", "reporters"):
            for name in plugin.gives.get(kind, ()):
                say(f"        {name}: {getattr(registry(), kind)[name].description}")
        for name in plugin.gives.get("reporters", ()):
            for setting in reporters[name].settings:
                say(f"        --set {setting.name}=…  {setting.description}")
