"""What several rulesets have in common: parts that one takes over from the folders of others.

``uses: [../common]`` takes over tables, parameters, indicators, standards and clauses, as far as
the ruleset names them, as if they were written in it. What it is then is one text like any other;
only places are still those of the files in which the parts stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ValidationError

from rules_engine.dataset.person_numbers import masked_in
from rules_engine.errors import Finding, Place, RulesetError
from rules_engine.messages import listed, msg
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.facts import Facts
from rules_engine.model.fields import Part
from rules_engine.model.general import Uses  # noqa: TC001 - pydantic reads it when the program runs
from rules_engine.model.ruleset import RulesetDocument
from rules_engine.ruleset.grammar import shared_keys
from rules_engine.ruleset.needed import named_by, needed
from rules_engine.ruleset.splice import Piece, spliced, tokens
from rules_engine.yamltext.read import Document, parse_document, read_document
from rules_engine.yamltext.tree import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rules_engine.model.general import Use
    from rules_engine.ruleset.needed import Name
    from rules_engine.yamltext.layout import Tokens
    from rules_engine.yamltext.read import KeyPath
    from rules_engine.yamltext.tree import Tree

RULESET_FILE, CLAUSES_FILE = "ruleset.yaml", "clauses.yaml"
EDITIONS_FOLDER = "editions"
USES = "uses"
_COUNTS_FROM_HERE = msg("the path counts from the folder of this ruleset, as in ../common")


class _Using(Part):
    """The key by itself: the rest of the file is looked at when everything is put together."""

    uses: Annotated[Uses, Facts(msg("rulesets whose parts are used"))]


@dataclass
class Family(Document):
    """A file with what it takes over from others.

    Its text, its values and their positions are those of the whole; places are those of the files.

    Attributes:
        own: the file as it is written.
        owners: by the paths of what was taken over, the file in which it stands.
        whole: the whole as a plain document.
        used: the files of the rulesets that are used.
    """

    own: Document = field(default_factory=lambda: Document(""))
    owners: Mapping[KeyPath, Document] = field(default_factory=dict)
    whole: Document = field(default_factory=lambda: Document(""))
    used: tuple[Document, ...] = ()

    @property
    def files(self) -> tuple[Document, ...]:
        """Return the files of which it is made, its own first."""
        return (self.own, *self.used)

    @property
    def plain(self) -> Document:
        """Return it as one text, with places in that."""
        return self.whole

    def place(self, path: KeyPath, *, key: bool = False, offset: int = 0) -> Place:
        """Return the place of a value in the file where it stands."""
        return self._owner(path).place(path, key=key, offset=offset)

    def place_in(self, path: KeyPath, text: str, offset: int) -> Place:
        """Return the place of an offset in a text, in the file where it stands."""
        return self._owner(path).place_in(path, text, offset)

    def reread(self, text: str) -> Document:
        """Return it with another text in which single values differ."""
        return _of_text(self, parse_document(text, self.file))

    def _owner(self, path: KeyPath) -> Document:
        ends = range(len(path), 0, -1)
        return next(
            (self.owners[path[:end]] for end in ends if path[:end] in self.owners), self.own
        )


def _of_text(family: Family, whole: Document) -> Family:
    return replace(
        family, text=whole.text, value=whole.value, values=whole.values, keys=whole.keys,
        scalars=whole.scalars, whole=whole,
    )  # fmt: skip


@dataclass(frozen=True)
class Shared:
    """A part that stands in another ruleset.

    Attributes:
        kind: ``tables``, ``parameters``, ``indicators``, ``standards`` or ``clauses``.
        name: its id.
        value: what it says, as plain values.
        document: the file.
        around: what its file says of all parts of the kind: reasons for assuming, and clauses.
    """

    kind: str
    name: str
    value: Any
    document: Document
    around: Mapping[str, Tokens] = field(default_factory=dict)

    @property
    def path(self) -> Name:
        """Return where it stands."""
        return (self.kind, self.name)

    @property
    def said(self) -> Any:  # noqa: ANN401 - any YAML value
        """Return what it says, with the clauses that its file names for all of its parts."""
        root, own = self.document.value, self.value
        if not self.around or not isinstance(root, dict) or not isinstance(own, dict):
            return own
        return {"clause": root.get("clause"), **own}

    def piece(self, tree: Tree) -> Piece:
        """Return it as it is put into another file; ``tree`` is that of its own."""
        said = tokens(tree.entries[self.path].value)
        return Piece(self.path, {**self.around, **said} if isinstance(said, dict) else said)


def uses_others(documents: Mapping[str, Document]) -> bool:
    """Return whether a ruleset takes parts over from others."""
    own = documents.get(RULESET_FILE)
    return own is not None and isinstance(own.value, dict) and USES in own.value


def shared_only(documents: Mapping[str, Document]) -> Finding | None:
    """Return a finding if a folder holds nothing but parts that rulesets share."""
    own = documents.get(RULESET_FILE)
    keys = own.value if own is not None and isinstance(own.value, dict) else {}
    if own is None or {"ruleset", "sections"} & keys.keys() or not {*shared_keys()} & keys.keys():
        return None
    return Finding(
        "shared-only",
        msg("this folder holds only what other rulesets use: there is nothing to assess by"),
        Place(own.file, 1, 1),
        msg("name a ruleset that says “uses:” with this folder; it checks these parts as well"),
    )


def with_used(folder: Path, documents: dict[str, Document]) -> list[Finding]:
    """Put what a ruleset takes over from others into its documents; return what is wrong with it.

    Args:
        folder: that of the ruleset, or of an edition of it.
        documents: its files by name; those that take something over are replaced.
    """
    gathering = _Gathering()
    parts = gathering.of(documents, folder)
    roots = [document.value for document in documents.values()]
    chosen = needed(roots, {part.path: part.said for part in parts.values()})
    kept = [part for path, part in parts.items() if path in chosen]
    gathering.refuse_clauses(named_by("clause", [part.said for part in kept]))
    for file, document in list(documents.items()):
        here = [part for part in kept if (part.kind == "clauses") == (file == CLAUSES_FILE)]
        used = gathering.documents if file == RULESET_FILE else ()
        documents[file] = _whole(document, here, used, tuple(gathering.titles))
    return [masked_in(finding) for finding in gathering.findings]


def used_folders(folder: Path, text: str) -> list[Path]:
    """Return the folders of which a ruleset uses parts, as far as they are there.

    Args:
        folder: that of the ruleset, or of an edition of it.
        text: what its ``ruleset.yaml`` says.

    Raises:
        RulesetError: that is not YAML.
    """
    own = parse_document(text.removeprefix("\ufeff"), str(folder / RULESET_FILE))
    gathering = _Gathering()
    if isinstance(own.value, dict) and USES in own.value:
        gathering.of({RULESET_FILE: own}, folder)
    return list(gathering.read)


def _whole(
    own: Document, parts: list[Shared], used: tuple[Document, ...], titles: tuple[str, ...]
) -> Family:
    """Return a file with the parts put in."""
    trees = {part.document.file: read_tree(part.document.text) for part in parts}
    pieces = [part.piece(trees[part.document.file]) for part in parts]
    text, owned = spliced(own.text, USES, pieces)
    by_path = {part.path: part.document for part in parts}
    owners = {path: by_path[str(path[0]), str(path[1])] for path in owned}
    family = Family(
        own.file, own=own, owners=owners, findings=own.findings, used=used, titles=titles
    )
    return _of_text(family, parse_document(text, own.file))


class _Gathering:
    """Goes through the rulesets that are used, and those that they use."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.titles: dict[str, None] = {}
        self.alike: list[tuple[Shared, Place, Shared | None]] = []
        self.read: dict[Path, dict[str, Document]] = {}

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return the files of the rulesets that are used."""
        return tuple(d for documents in self.read.values() for d in documents.values())

    def of(
        self, documents: Mapping[str, Document], folder: Path, around: tuple[Path, ...] = ()
    ) -> dict[Name, Shared]:
        """Return the parts that a ruleset takes over, by kind and name.

        Args:
            documents: its files.
            folder: where they lie.
            around: the folders of the rulesets by which it is used itself.
        """
        root, document = home_of(folder), documents[RULESET_FILE]
        own = frozenset(_each(documents.values()))
        parts: dict[Name, Shared] = {}
        for number, use in enumerate(self._uses(document)):
            place = document.place((USES, number))
            target = self._target(root, use, place, (*around, root.resolve()))
            if target is None:
                continue
            used = self._used(target, (*around, root.resolve()))
            for path, part in used.items():
                self._add(parts, part, document, path in own, use, place)
            self._idle_overrides(use, document.place((USES, number)), documents, used)
        return parts

    def _uses(self, document: Document) -> tuple[Use, ...]:
        from rules_engine.ruleset.read import shape_findings

        assert isinstance(document.value, dict)
        written = {USES: document.value.get(USES, ())}
        try:
            return _Using.model_validate(written).uses
        except ValidationError as error:
            self.findings += shape_findings(error, document, _Using)
            return ()

    def _target(self, root: Path, use: Use, place: Place, around: tuple[Path, ...]) -> Path | None:
        """Return the folder that is used, unless something is wrong with it."""
        target = _resolved(root, use.from_)
        if target is None:
            text = msg("there is no ruleset folder {folder}", folder=use.from_)
            self.findings.append(Finding("no-such-ruleset", text, place, _COUNTS_FROM_HERE))
        elif not target.is_relative_to(root.resolve().parent):
            text = msg("{path} lies outside the folder of the rulesets", path=use.from_)
            hint = msg("put what is shared beside the rulesets, as in ../common")
            self.findings.append(Finding("path-outside", text, place, hint))
        elif target in around:
            text = msg("“{path}” leads back to a ruleset that uses it", path=use.from_)
            hint = msg("put what both need into a folder of its own")
            self.findings.append(Finding("used-circle", text, place, hint))
        elif (target / EDITIONS_FOLDER).is_dir():
            text = msg("{path} has several editions", path=use.from_)
            hint = msg("name one of them, as in {example}", example=f"{use.from_}/editions/2025")
            self.findings.append(Finding("used-editions", text, place, hint))
        elif not (target / RULESET_FILE).is_file():
            text = msg("there is no ruleset folder {folder}", folder=use.from_)
            self.findings.append(Finding("no-such-ruleset", text, place, _COUNTS_FROM_HERE))
        else:
            return target
        return None

    def _used(self, folder: Path, around: tuple[Path, ...]) -> dict[Name, Shared]:
        """Return the parts of a folder, with those that it takes over itself."""
        if folder not in self.read:
            self.read[folder] = self._documents(folder)
        documents = self.read[folder]
        ruleset, clauses = documents.get(RULESET_FILE), documents.get(CLAUSES_FILE)
        if ruleset is None or not isinstance(ruleset.value, dict):
            return {}
        self.titles[str(ruleset.value.get("title") or folder.name)] = None
        self._unknown(ruleset)
        parts = self.of(documents, folder, around) if USES in ruleset.value else {}
        for kind in shared_keys():
            document = clauses if kind == "clauses" else ruleset
            for name, value in _mapping(document, kind).items():
                assert document is not None
                said = _around(ruleset, kind)
                parts[kind, name] = Shared(kind, name, value, document, said)
        return parts

    def _documents(self, folder: Path) -> dict[str, Document]:
        documents = {}
        for name in (RULESET_FILE, CLAUSES_FILE):
            file = folder / name
            if name == RULESET_FILE or file.exists():
                try:
                    documents[name] = read_document(file, _shown(file))
                    self.findings += documents[name].findings
                except RulesetError as error:
                    self.findings += error.findings
        return documents

    def _unknown(self, document: Document) -> None:
        """Note keys that no ruleset has; of the others those are taken that can be shared."""
        assert isinstance(document.value, dict)
        known = [f.alias or n for n, f in RulesetDocument.model_fields.items()]
        for key in document.value:
            if key not in known:
                text = msg("“{key}” is not known here", key=key)
                place = document.place((key,), key=True)
                self.findings.append(Finding("unknown-key", text, place, nearest_hint(key, known)))

    def _add(
        self, parts: dict[Name, Shared], part: Shared, document: Document, own: bool, use: Use,
        place: Place,
    ) -> None:  # fmt: skip
        """Take a part over, unless one of its name is there already."""
        other = parts.get(part.path)
        same = other is not None and other.document.file == part.document.file
        if own and part.kind == "tables":
            self._columns_twice(part, use, place, document)
        if own and part.kind != "tables":
            if part.name not in use.override:
                self._clash(part, place, None)
        elif other is None or not other.value or same:
            parts[part.path] = part
        elif part.value:
            self._clash(part, place, other)

    def _clash(self, part: Shared, place: Place, other: Shared | None) -> None:
        """Note a name that stands twice; of a clause only if something goes by it.

        Every paper numbers its own clauses, so that their ids are often the same.
        """
        if part.kind == "clauses":
            self.alike.append((part, place, other))
        else:
            self._twice(part, place, other)

    def refuse_clauses(self, named: frozenset[str]) -> None:
        """Note ids of clauses that stand twice, of those that a part names which is taken over."""
        for part, place, other in self.alike:
            if part.name in named:
                self._twice(part, place, other)

    def _twice(self, part: Shared, place: Place, other: Shared | None) -> None:
        there = part.document.place(part.path, key=True)
        if other is None:
            text = msg("“{name}” stands here and also in {file}, line {line}",
                       name=part.name, file=there.file, line=there.line)  # fmt: skip
            hint = msg("write it once; or say with override: [{name}] that it goes by this file",
                       name=part.name)  # fmt: skip
        else:
            text = msg("“{name}” stands both in {one} and in {other}",
                       name=part.name, one=other.document.file, other=there.file)  # fmt: skip
            hint = msg("let only one of the files that are used define it")
        self.findings.append(Finding("used-twice", text, place, hint))

    def _columns_twice(self, part: Shared, use: Use, place: Place, document: Document) -> None:
        """Note columns that a table has here and there."""
        here, there = (_columns(_mapping(d, "tables").get(part.name))
                       for d in (document, part.document))  # fmt: skip
        for name in here & there - {*use.override}:
            where = part.document.place((*part.path, "columns", name), key=True)
            text = msg("“{name}” stands here and also in {file}, line {line}",
                       name=name, file=where.file, line=where.line)  # fmt: skip
            hint = msg("write it once; or say with override: [{name}] that it goes by this file",
                       name=name)  # fmt: skip
            self.findings.append(Finding("used-twice", text, place, hint))

    def _idle_overrides(
        self, use: Use, place: Place, documents: Mapping[str, Document], used: Iterable[Name]
    ) -> None:
        """Note what a ruleset says it defines anew, and does not, or need not."""
        here = _all_names(documents.values())
        there = _all_names(self.documents) | {name for _, name in used}
        for name in use.override:
            if name not in here or name not in there:
                text = msg("“{name}” does not stand in both files", name=name)
                hint = msg("known there: {names}", names=listed(sorted(there)[:20]))
                self.findings.append(Finding("unknown-name", text, place, hint))


def _resolved(root: Path, path: str) -> Path | None:
    """Return the folder that a path names; nothing where no path can be like that."""
    try:
        target = (root / path).resolve()
        target.stat()
    except FileNotFoundError:
        return target
    except (OSError, RuntimeError, ValueError):  # too long a name, links in a circle, a NUL
        return None
    return target


def _shown(file: Path) -> str:
    """Return a file as findings name it: from the folder in which somebody works."""
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def home_of(folder: Path) -> Path:
    """Return the folder of the ruleset to which that of an edition belongs."""
    parent = folder.absolute().parent
    return parent.parent if parent.name == EDITIONS_FOLDER else folder


def _each(documents: Iterable[Document]) -> Iterator[Name]:
    """Yield the kinds and names of what stands in the files of a ruleset."""
    for document in documents:
        for kind in shared_keys():
            yield from ((kind, name) for name in _mapping(document, kind))


def _all_names(documents: Iterable[Document]) -> set[str]:
    """Return the names of all parts, and of columns of tables."""
    known = tuple(documents)
    tables = (table for d in known for table in _mapping(d, "tables").values())
    return {name for _, name in _each(known)}.union(*map(_columns, tables))


def _columns(table: object) -> frozenset[str]:
    columns = table.get("columns") if isinstance(table, dict) else None
    return frozenset(columns if isinstance(columns, dict) else ())


def _mapping(document: Document | None, kind: str) -> dict[str, Any]:
    root = document.value if document is not None else None
    value = root.get(kind) if isinstance(root, dict) else None
    return value if isinstance(value, dict) else {}


def _around(ruleset: Document, kind: str) -> dict[str, Tokens]:
    """Return what a file says of all its parts of a kind: why they are assumed, which clauses."""
    root = ruleset.value
    if kind in ("tables", "clauses") or not isinstance(root, dict):
        return {}
    tree = read_tree(ruleset.text)
    path = ("assumed", kind) if isinstance(root.get("assumed"), dict) else ("assumed",)
    found = {"assumed": tree.entries.get(path), "clause": tree.entries.get(("clause",))}
    return {key: tokens(entry.value) for key, entry in found.items() if entry}
