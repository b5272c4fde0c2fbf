"""Reads YAML into plain values and remembers where each of them stands.

Only the plain part of YAML is accepted: mappings, lists, texts, numbers, dates and booleans.
Anchors, aliases, tags and duplicate keys are findings, so that a file says what it seems to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine import limits
from rules_engine.errors import Finding, Place, RulesetError
from rules_engine.messages import msg
from rules_engine.model.days import DAY, read_day
from rules_engine.model.escaping import UNPRINTABLE as HIDDEN
from rules_engine.safe_files import TooLarge, read_file
from rules_engine.yamltext.calculation import calculation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import yaml

Key = str | int
KeyPath = tuple[Key, ...]

NUMBER = re.compile(r"[-+]?\d+(\.\d+)?[%％]?")
WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
WORD = re.compile(r"[0-9A-Za-z_]+|\w|[^\w\s]")
"""What stays together when a text is folded; Chinese has no spaces, so each character is one."""
TOO_DEEP_FOR_LIBYAML = "exceeded maximum nesting depth"
"""What newer versions of libyaml say of brackets, before they tell of the first one."""
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]|[\ud800-\udfff]|\ufffe|\uffff"
)
"""What YAML does not allow in a file; to say what it allows takes ten times as long to prepare."""

_PLAIN_TEXT = msg("remove the control character; save the file as plain text")


@dataclass(frozen=True)
class Position:
    """A line and a column, both from 1; ``text`` is where a scalar's own text begins."""

    line: int
    column: int


@dataclass
class Document:
    """A YAML file as plain values, with the position of every key and value."""

    file: str
    text: str = ""
    value: object = None
    values: dict[KeyPath, Position] = field(default_factory=dict)
    keys: dict[KeyPath, Position] = field(default_factory=dict)
    scalars: dict[KeyPath, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    titles: tuple[str, ...] = ()
    """Of what it takes over parts, if it does."""

    @property
    def files(self) -> tuple[Document, ...]:
        """Return the files that it is made of: itself, unless it takes parts of others over."""
        return (self,)

    @property
    def plain(self) -> Document:
        """Return the same with places in its text, wherever its parts come from."""
        return self

    def reread(self, text: str) -> Document:
        """Return the file as it is with another text, in which single values differ.

        Raises:
            RulesetError: that is not YAML.
        """
        return parse_document(text, self.file)

    def place(self, path: KeyPath, *, key: bool = False, offset: int = 0) -> Place:
        """Return the place of a value (or of its key), or of the nearest thing around it."""
        for end in range(len(path), -1, -1):
            table = self.keys if key and end == len(path) else self.values
            position = table.get(path[:end]) or self.keys.get(path[:end])
            if position:
                extra = offset if end == len(path) else 0
                return Place(self.file, position.line, position.column + extra)
        return Place(self.file, 1, 1)

    def place_in(self, path: KeyPath, text: str, offset: int) -> Place:
        """Return the place of an offset in a text, whose value may be folded over several lines.

        Where the text does not stand in the file as it is, that is the place of the value.
        """
        written, start = self.scalars.get(path, ""), self.values.get(path)
        if start is None or written.strip() != text:
            return self.place(path)
        word = WORD.match(text, offset)
        if word is None:
            return self.place(path, offset=offset if "\n" not in written else 0)
        before = sum(match[0] == word[0] for match in WORD.finditer(text, 0, word.start()))
        lines = self.text.split("\n")[start.line - 1 :]
        column = start.column - 1
        for line, content in enumerate(lines, start.line):
            for match in WORD.finditer(content, column):
                if match[0] == word[0]:
                    if not before:
                        return Place(self.file, line, match.start() + 1)
                    before -= 1
            column = 0
        return self.place(path)


def as_number(text: str) -> Decimal | None:
    """Return the number that a plain scalar stands for (``90%`` is 0.9), or ``None``."""
    if not NUMBER.fullmatch(text):
        return None
    return Decimal(text[:-1]).scaleb(-2) if text[-1] in "%％" else Decimal(text)


def as_figure(text: str) -> Decimal | None:
    """Return the number that a plain scalar of a ruleset stands for, written out or worked out."""
    number = as_number(text)
    return calculation(text) if number is None else number


def is_plain_text(text: str) -> bool:
    """Return whether a scalar without quotes is a text: no number, date, boolean or nothing."""
    return text.lower() not in WORDS and not DAY.fullmatch(text) and as_figure(text) is None


def read_document(path: Path, name: str) -> Document:
    """Read a YAML file.

    Args:
        path: the file.
        name: what findings call it.

    Raises:
        RulesetError: the file is missing, not UTF-8, too large or not YAML.
    """
    return parse_document(read_text(path, name), name)


def parse_document(text: str, name: str) -> Document:
    """Read YAML that is at hand as a text.

    Raises:
        RulesetError: it is not YAML.
    """
    import yaml

    odd = UNPRINTABLE.search(text)
    if odd:
        raise RulesetError.of(
            "bad-yaml",
            msg("this is not YAML: {problem}", problem=f"U+{ord(odd[0]):04X}"),
            place=_end_of(name, text[: odd.start()]),
            hint=_PLAIN_TEXT,
        )
    document = Document(name, text, findings=hidden(text, name))
    try:
        root = _compose(text, yaml_loader(), name)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)
        if error.problem == TOO_DEEP_FOR_LIBYAML:
            raise limits.YAML_DEPTH.refuse(place, RulesetError) from None
        raise RulesetError.of(
            "bad-yaml",
            msg("this is not YAML: {problem}", problem=error.problem or error.context or ""),
            place=place,
            hint=msg("look at indentation, colons and quotes on this line and the one above"),
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise RulesetError.of(
            "bad-yaml",
            msg("this is not YAML: {problem}", problem=str(error).splitlines()[0]),
            place=Place(name, 1, 1),
        ) from None
    if root is None:
        raise RulesetError.of(
            "empty-file",
            msg("the file is empty"),
            place=Place(name, 1, 1),
            hint=msg("a ruleset is a folder with ruleset.yaml and clauses.yaml"),
        )
    document.value = _plain(root, (), document)
    return document


def hidden(text: str, name: str) -> list[Finding]:
    """Return a finding for each line that holds what commands a terminal or turns the writing.

    Args:
        text: a file that somebody writes.
        name: what findings call it.
    """
    if text.isprintable() or HIDDEN.search(text) is None:
        return []
    match = ((at, HIDDEN.search(line)) for at, line in enumerate(text.split("\n"), 1))
    return [_hidden(odd[0], Place(name, at, odd.start() + 1)) for at, odd in match if odd]


def _hidden(character: str, place: Place) -> Finding:
    code = f"U+{ord(character):04X}"
    text = msg("the control character {code} stands here, which nobody sees", code=code)
    return Finding("bad-yaml", text, place, _PLAIN_TEXT)


def _hidden_in(node: yaml.ScalarNode, document: Document) -> list[Finding]:
    """Return a finding where a text holds such a character as an escape."""
    odd = HIDDEN.search(node.value) if node.style == '"' else None
    if odd is None or odd[0] in document.text:
        return []
    where = _position(node)
    return [_hidden(odd[0], Place(document.file, where.line, where.column))]


def yaml_loader() -> type[yaml.SafeLoader | yaml.CSafeLoader]:
    """Return PyYAML's loader on libyaml, where that is there."""
    import yaml

    return yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader


def _compose(
    text: str, loader: type[yaml.SafeLoader | yaml.CSafeLoader], name: str
) -> yaml.Node | None:
    """Compose the one document, after looking for what would nest or grow without end.

    The composer calls itself for each level, in C, where nothing stops it before the stack does.
    """
    import yaml

    odd: list[Finding] = []
    depth = items = 0
    most, deepest = limits.YAML_ITEMS.most, limits.YAML_DEPTH.most
    for event in yaml.parse(text, Loader=loader):
        mark = event.start_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > deepest:
            raise limits.YAML_DEPTH.refuse(place, RulesetError)
        items += isinstance(event, yaml.NodeEvent)
        if items > most:
            raise limits.YAML_ITEMS.refuse(place, RulesetError)
        odd += _beyond_plain(event, place)
    if odd:
        raise RulesetError(*odd)
    node: yaml.Node | None = yaml.compose(text, Loader=loader)
    return node


def _beyond_plain(event: yaml.Event, place: Place) -> Iterator[Finding]:
    """Yield findings for what a file could use to say something else than it seems to say."""
    anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
    if anchor:
        yield Finding(
            "yaml-anchor",
            msg("anchors and aliases (&{name}, *{name}) are not used in rulesets", name=anchor),
            place,
            msg("write the value out where it is needed"),
        )
    if tag:
        yield Finding(
            "yaml-tag",
            msg("tags ({tag}) are not used in rulesets", tag=tag),
            place,
            msg("remove the tag; a text that begins with ! needs quotes"),
        )


def read_text(path: Path, name: str) -> str:
    """Return the text of a file.

    Raises:
        RulesetError: it is missing, too large or not UTF-8.
    """
    try:
        return read_file(path, limits.RULESET_SIZE.most * limits.MIB).decode("utf-8-sig")
    except TooLarge:
        raise limits.RULESET_SIZE.refuse(Place(name, 1, 1), RulesetError) from None
    except UnicodeDecodeError as error:
        raise RulesetError.of(
            "not-utf8",
            msg("the file is not UTF-8 (byte {byte})", byte=error.start),
            place=_end_of(name, error.object[: error.start].decode("utf-8-sig")),
            hint=msg("save it as UTF-8"),
        ) from None
    except OSError as error:
        raise RulesetError.of(
            "cannot-read",
            msg("cannot read the file: {reason}", reason=error.strerror or str(error)),
            place=Place(name),
            hint=msg("a ruleset is a folder with ruleset.yaml and clauses.yaml"),
        ) from None


def _end_of(name: str, text: str) -> Place:
    """Return the place right behind a text with which the file begins."""
    lines = text.split("\n")
    return Place(name, len(lines), len(lines[-1]) + 1)


def _position(node: yaml.Node) -> Position:
    quoted = getattr(node, "style", None) in ("'", '"')
    return Position(node.start_mark.line + 1, node.start_mark.column + 1 + quoted)


def _plain(node: yaml.Node, path: KeyPath, document: Document) -> object:
    import yaml

    document.values[path] = _position(node)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(n, (*path, i), document) for i, n in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node, path, document)


def _mapping(node: yaml.MappingNode, path: KeyPath, document: Document) -> Mapping[str, object]:
    import yaml

    result: dict[str, object] = {}
    for key_node, value_node in node.value:
        where = _position(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            document.findings.append(
                Finding(
                    "bad-key",
                    msg("a key must be a plain word"),
                    Place(document.file, where.line, where.column),
                    msg("write key: value, without brackets before the colon"),
                )
            )
            continue
        key = key_node.value
        document.findings += _hidden_in(key_node, document)
        if len(key) > limits.TEXT.most:
            place = Place(document.file, where.line, where.column)
            document.findings.append(limits.TEXT.finding(place))
            continue
        if key in result:
            first = document.keys[(*path, key)]
            document.findings.append(
                Finding(
                    "duplicate-key",
                    msg(
                        "“{key}” stands here twice; first in line {line}", key=key, line=first.line
                    ),
                    Place(document.file, where.line, where.column),
                    msg("keep one of the two"),
                )
            )
            continue
        document.keys[(*path, key)] = where
        result[key] = _plain(value_node, (*path, key), document)
    return result


def _scalar(node: yaml.ScalarNode, path: KeyPath, document: Document) -> object:
    text: str = node.value
    if len(text) > limits.TEXT.most:
        document.findings.append(limits.TEXT.finding(document.place(path)))
        return None
    document.scalars[path] = text
    document.findings += _hidden_in(node, document)
    if node.style in ("'", '"', "|", ">"):
        return text
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    if DAY.fullmatch(text):
        try:
            return read_day(text)
        except ValueError:
            document.findings.append(
                Finding(
                    "impossible-date",
                    msg("there is no such date: {text}", text=text),
                    document.place(path),
                    msg("write year-month-day, as in 2025-01-31"),
                )
            )
            return None
    number = as_figure(text)
    if number is not None and len(number.as_tuple().digits) > limits.DIGITS.most:
        document.findings.append(limits.DIGITS.finding(document.place(path)))
        return None
    return text if number is None else number
