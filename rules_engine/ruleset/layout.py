"""Puts the files of a ruleset into the one layout, their keys in the order of the model."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.errors import Place, RulesetError
from rules_engine.messages import msg
from rules_engine.ruleset.editions import ruleset_files
from rules_engine.ruleset.grammar import Field, Grammar
from rules_engine.ruleset.read import SHAPES, check_folder
from rules_engine.yamltext.layout import formatted
from rules_engine.yamltext.read import parse_document, read_text
from rules_engine.yamltext.tree import Branch, Leaf, attach_comments, read_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic import BaseModel

    from rules_engine.errors import Finding
    from rules_engine.model.plugin import Method


@dataclass(frozen=True)
class Layout:
    """A file as it is and as it would be."""

    file: Path
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Return whether the layout differs."""
        return self.before != self.after


def lay_out(folder: Path, methods: Mapping[str, Method]) -> list[Layout]:
    """Return the files of a ruleset, of all its editions, in the one layout; write nothing.

    Raises:
        RulesetError: one of them cannot be read; carries the findings of all.
    """
    done: list[Layout] = []
    findings: list[Finding] = []
    check_folder(folder)
    for path in (folder / file for file in ruleset_files(folder)):
        try:
            text = read_text(path, str(path))
            after = laid_out(text, str(path), SHAPES[path.name], methods)
            done.append(Layout(path, text, after))
        except RulesetError as error:
            findings += error.findings
    if findings:
        raise RulesetError(*findings)
    return done


def laid_out(text: str, name: str, shape: type[BaseModel], methods: Mapping[str, Method]) -> str:
    """Return the text of a file in the one layout; it says the same.

    Args:
        text: the file.
        name: what findings call it.
        shape: the model of what it says.
        methods: the scoring methods, whose fields have their order too.

    Raises:
        RulesetError: the text is not plain YAML.
    """
    plain = text.replace("\r\n", "\n")
    document = parse_document(plain, name)
    if document.findings:
        raise RulesetError(*document.findings)
    if not isinstance(document.value, dict):
        raise RulesetError.of(
            "wrong-value",
            msg("the file holds no keys"),
            place=document.place(()),
            hint=msg("a mapping (key: value) is needed"),
        )
    tree = read_tree(plain)
    top = attach_comments(tree)
    sort_keys(tree.root, shape, methods)
    keys = Grammar(methods).fields(Field("", shape)).items()
    apart = frozenset(key for key, at in keys if at.stands_apart)
    result = formatted(tree.root, top, apart)
    if parse_document(result, name).value != document.value:
        raise RulesetError.of(
            "cannot-lay-out",
            msg("the layout of this file cannot be changed without changing what it says"),
            place=Place(name, 1, 1),
            hint=msg("please report it; the file was left as it is"),
        )
    return result.replace("\n", "\r\n") if "\r\n" in text else result


def write_over(layout: Layout) -> None:
    """Write a file anew: whoever reads it meanwhile sees the old one or the new one, whole.

    Raises:
        OSError: it cannot be written; the old one is still there.
    """
    path = layout.file.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.write(layout.after)
        os.chmod(name, path.stat().st_mode & 0o7777)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def sort_keys(branch: Branch, shape: type[BaseModel], methods: Mapping[str, Method]) -> None:
    """Put the keys of a file, and of all below it, into their order.

    Only keys that the language gives are moved: what a ruleset names keeps the order of the paper.

    Args:
        branch: what the file holds, changed in place.
        shape: its model.
        methods: the scoring methods, whose fields have their order too.
    """
    _sort(branch, Field("", shape), Grammar(methods))


def _sort(branch: Branch, at: Field | None, grammar: Grammar) -> None:
    if at is None:
        return
    said = {e.name: e.value.value for e in branch.entries if isinstance(e.value, Leaf)}
    if branch.mapping and at.model is not None:
        branch.named = False
        place = {key: number for number, key in enumerate(grammar.fields(at, said))}
        branch.entries.sort(key=lambda entry: place.get(entry.name, len(place)))
    for number, entry in enumerate(branch.entries):
        if isinstance(entry.value, Branch):
            step = entry.name if branch.mapping else number
            _sort(entry.value, grammar.below(at, step, said), grammar)
