"""Lays out a new plugin: a package that installs, works and passes the contract kit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from rules_engine import __version__
from rules_engine.errors import UsageError
from rules_engine.messages import NO_MESSAGE, msg
from rules_engine.safe_files import inside, whole_files

TEMPLATES = Path(__file__).parent
DISTRIBUTION = "kaohe-engine"
"""What the program is called on the package index: ``rules-engine`` there is somebody else's."""
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

PluginSort = Literal["source", "reporter", "method", "check"]


def start_plugin(sort: PluginSort, name: str, parent: Path) -> list[Path]:
    """Write a new plugin package into a folder of its own and return its files.

    Args:
        sort: what the plugin gives.
        name: what the program will call it, as in ``--report NAME`` or ``method: NAME``; the
            package is named after it.
        parent: where the folder is made.

    Raises:
        UsageError: the name cannot be one, or there is such a folder already.
    """
    if not NAME.fullmatch(name):
        near = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        raise UsageError.of(
            "bad-name",
            msg("“{name}” cannot be the name of a plugin", name=name),
            hint=msg(
                "use a-z, 0-9 and -, beginning with a letter, e.g. {example}", example=near
            ) if NAME.fullmatch(near) else NO_MESSAGE,
        )  # fmt: skip
    module = f"rules_engine_{name.replace('-', '_')}"
    distribution = f"{DISTRIBUTION}-{name}"
    folder = inside(parent, distribution)
    if folder.exists():
        raise UsageError.of(
            "folder-exists",
            msg("there is a {folder} already", folder=folder),
            hint=msg("choose another name, or another folder with --out"),
        )
    words = {"@NAME@": name, "@MODULE@": module, "@SORT@": sort, "@VERSION@": __version__,
             "@DISTRIBUTION@": distribution}  # fmt: skip
    written = []
    with whole_files(folder) as part:
        for template in ("common", sort):
            for source in sorted((TEMPLATES / template).rglob("*.tmpl")):
                place = source.relative_to(TEMPLATES / template).with_suffix("")
                file = inside(part, *filled(place.as_posix(), words).split("/"))
                file.parent.mkdir(parents=True, exist_ok=True)
                text = filled(source.read_text(encoding="utf-8"), words)
                file.write_text(text, encoding="utf-8", newline="\n")
                written.append(folder / file.relative_to(part))
    return written


def filled(text: str, words: dict[str, str]) -> str:
    """Return the text with the words put into their places."""
    for place, word in words.items():
        text = text.replace(place, word)
    return text
