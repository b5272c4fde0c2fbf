"""Tries a ruleset where it is to go: what check says of all editions, and what changes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.diff.edition_choice import compare_editions, edition_of
from rules_engine.errors import Finding, Place, RulesetError, UsageError
from rules_engine.messages import msg
from rules_engine.ruleset.editions import EDITIONS_FOLDER, read_editions, ruleset_files
from rules_engine.ruleset.family import used_folders
from rules_engine.ruleset.read import RULESET_FILE, SHAPES
from rules_engine.run.load import load_editions
from rules_engine.safe_files import inside, read_file, refuse_outside, unfit, whole_files
from rules_engine.temporary import temporary_folder
from rules_engine.yamltext.read import parse_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.diff.change import Change
    from rules_engine.plugin_manager import Registry


def edition_in(out: Path, texts: Mapping[str, str]) -> Path:
    """Return the folder into which the files of a ruleset go.

    Where ``out`` has editions, that is the one of the same name, or a new one beside them.

    Raises:
        RulesetError: the editions cannot be read.
        UsageError: the edition's name is none for a folder, or a link of its name leads elsewhere.
    """
    if not (out / EDITIONS_FOLDER).is_dir():
        return out
    root = parse_document(texts[RULESET_FILE].removeprefix("\ufeff"), RULESET_FILE).value
    name = str(root.get("edition", "")) if isinstance(root, dict) else ""
    for edition in read_editions(out):
        if edition.ruleset.document.edition == name:
            refuse_outside(out, edition.ruleset.folder)
            return edition.ruleset.folder
    if unfit(name) or name.startswith("."):
        raise UsageError.of(
            "bad-edition-name",
            msg("no folder can be called “{name}”, like the edition", name=name),
            hint=msg("name the edition's folder with --out"),
        )
    return inside(out, EDITIONS_FOLDER, name)


def ruleset_of(folder: Path) -> Path:
    """Return the folder of the ruleset to which an edition's folder belongs."""
    parent = folder.absolute().parent
    return parent.parent if parent.name == EDITIONS_FOLDER else folder.absolute()


def new_findings(
    folder: Path,
    before: Mapping[str, str],
    after: Mapping[str, str],
    registry: Registry,
) -> tuple[list[Finding], list[Finding]]:
    """Return what ``check`` would come to say of a whole ruleset, and did not say before.

    Args:
        folder: where the files of the edition go.
        before: the files as they went out.
        after: as they came back.
        registry: where scoring methods and further checks come from.

    Returns:
        The findings about the edition, with the names of its files, and those about others.
    """
    root = ruleset_of(folder)
    inside = folder.absolute().relative_to(root)
    with _copied(root, before, after) as copy:
        known = {_same(f) for f in _check(copy, registry)} if any(copy.rglob(RULESET_FILE)) else (
            set())  # fmt: skip
        with _beside_others(root, before) as alone:
            keep(alone, before)
            known |= {_same(f) for f in _check(alone, registry)}
        keep(copy / inside, after)
        own: list[Finding] = []
        others: list[Finding] = []
        for finding in _check(copy, registry):
            if finding.severity == "info" or _same(finding) in known:
                continue
            file = Path(finding.place.file or "")
            if file.parent == copy / inside:
                own.append(replace(finding, place=replace(finding.place, file=file.name)))
            else:
                others.append(replace(finding, place=_place(finding.place, copy, root)))
        return own, others


def _same(finding: Finding) -> tuple[str, str]:
    return finding.code, str(finding.message)


def _place(place: Place, copy: Path, root: Path) -> Place:
    file = Path(place.file or "")
    return replace(place, file=str(root / file.relative_to(copy))) if copy in file.parents else (
        replace(place, file=str(root)))  # fmt: skip


@contextmanager
def _beside_others(root: Path, *versions: Mapping[str, str]) -> Iterator[Path]:
    """Give an empty folder; beside it lie the rulesets of which versions of one use parts."""
    with temporary_folder() as name:
        around = root.resolve().parent
        for folder in {f for texts in versions for f in used_folders(root, texts[RULESET_FILE])}:
            copy = Path(name) / folder.relative_to(around)
            copy.mkdir(parents=True, exist_ok=True)
            for file in (folder / file for file in SHAPES if (folder / file).is_file()):
                (copy / file.name).write_bytes(read_file(file))
        alone = Path(name) / root.resolve().name
        alone.mkdir(exist_ok=True)
        yield alone


@contextmanager
def _copied(root: Path, *versions: Mapping[str, str]) -> Iterator[Path]:
    """Give a copy of the rules of a ruleset, all its editions, without records and scenarios."""
    with _beside_others(root, *versions) as copy:
        for file in ruleset_files(root) if root.is_dir() else ():
            if (root / file).is_file():
                (copy / file).parent.mkdir(parents=True, exist_ok=True)
                (copy / file).write_bytes(read_file(root / file))
        yield copy


def _check(folder: Path, registry: Registry) -> list[Finding]:
    try:
        return [finding for one in load_editions(folder, registry) for finding in one.findings]
    except RulesetError as error:
        return list(error.findings)


def keep(out: Path, texts: Mapping[str, str]) -> None:
    """Write the files of a ruleset into a folder.

    Raises:
        OSError: one cannot be written.
    """
    with whole_files(out) as part:
        for file, text in texts.items():
            (part / file).write_bytes(text.encode("utf-8"))


def differences(
    folder: Path, before: Mapping[str, str], after: Mapping[str, str], registry: Registry
) -> tuple[Change, ...]:
    """Return what ``diff`` says of the two; nothing where one of them cannot be read."""
    root = ruleset_of(folder)
    with _beside_others(root, before) as one, _beside_others(root, after) as other:
        keep(one, before)
        keep(other, after)
        try:
            old, new = (edition_of(place, None) for place in (one, other))
            return tuple(compare_editions(old, new, registry.methods).changes)
        except RulesetError:
            return ()
