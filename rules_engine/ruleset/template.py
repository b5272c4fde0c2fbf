"""Lays out a new ruleset: a small one that runs, commented, to be changed place by place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.errors import UsageError
from rules_engine.messages import NO_MESSAGE, msg
from rules_engine.ruleset.layout import lay_out
from rules_engine.ruleset.schema import as_json
from rules_engine.safe_files import inside, whole_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.model.plugin import Method

TEMPLATE = Path(__file__).parent / "template"
SCHEMA_FILE = "ruleset.schema.json"
NAME = re.compile(r"[a-z][a-z0-9-]*")


def start_ruleset(name: str, parent: Path, year: int, methods: Mapping[str, Method]) -> list[Path]:
    """Write a new ruleset and return its files.

    Args:
        name: id of the ruleset and name of its folder.
        parent: where the folder is made.
        year: the year that is assessed.
        methods: scoring methods for the schema that lies beside it.

    Raises:
        UsageError: the name cannot be an id, or there is such a folder already.
    """
    _check_name(name)
    folder = inside(parent, name)
    if folder.exists():
        raise UsageError.of(
            "folder-exists",
            msg("there is a {folder} already", folder=folder),
            hint=msg("choose another name, or another folder with --out"),
        )
    files = [source.relative_to(TEMPLATE) for source in sorted(TEMPLATE.rglob("*.*"))]
    with whole_files(folder) as part:
        for file in files:
            text = (TEMPLATE / file).read_text(encoding="utf-8")
            _write(part / file, text.replace("@NAME@", name).replace("@YEAR@", f"{year:04}"))
        for layout in lay_out(part, methods):  # how rows are aligned depends on the name
            _write(layout.file, layout.after)
        _write(part / SCHEMA_FILE, as_json(methods))
    return [folder / file for file in (*files, Path(SCHEMA_FILE))]


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")


def _check_name(name: str) -> None:
    if NAME.fullmatch(name):
        return
    near = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")
    near = re.sub(r"^[^a-z]+", "", near)
    hint = msg("did you mean “{name}”?", name=near) if near else NO_MESSAGE
    raise UsageError.of(
        "bad-name",
        msg("“{name}” cannot be the id of a ruleset: only a-z, 0-9 and -, beginning with a letter",
            name=name),
        hint=hint if near else msg("write it in Latin letters, as in pingchuan-three-nos"),
    )  # fmt: skip
