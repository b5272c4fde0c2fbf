"""Puts other figures into a ruleset that was read, for a run that asks what would be if.

Only what the file says at one place is replaced, so that comments and places stay as they are. What
comes out is read and checked like any other ruleset; the file itself is not touched.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from rules_engine.errors import RulesetError, UsageError, stops
from rules_engine.messages import listed, msg
from rules_engine.model.run import Override
from rules_engine.ruleset.grammar import Grammar
from rules_engine.ruleset.read import (
    CLAUSES_FILE,
    RULESET_FILE,
    Reading,
    fingerprint_of,
    reading_of,
)
from rules_engine.yamltext.edit import rewrite
from rules_engine.yamltext.read import as_figure, as_number
from rules_engine.yamltext.tree import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import Document, KeyPath

MOST_NAMED = 20


def overridden(
    reading: Reading, asked: Sequence[str], methods: Mapping[str, Method]
) -> tuple[Reading, tuple[Override, ...]]:
    """Return a ruleset with other figures, and what was replaced.

    Args:
        reading: the ruleset as it is.
        asked: for each figure ``PATH=VALUE``; the path names steps of the file by key, id, label or
            number, and may leave out those that it is clear without.
        methods: the scoring methods, whose fields may be named.

    Raises:
        UsageError: a path names nothing, or several things, or cannot take the value.
        RulesetError: the ruleset cannot be read.
    """
    made: list[Override] = []
    grammar = Grammar(methods)
    for text in asked:
        if reading.ruleset is None or stops(reading.findings):
            raise RulesetError(*reading.findings)
        name, value = _parted(reading.ruleset, grammar, text)
        path = _path_of(reading.ruleset, grammar, name)
        signed = value.replace("−", "-")
        value = value if as_number(signed) is None else signed
        reading, override = _replaced(reading.ruleset, grammar, path, value)
        made.append(override)
    return reading, tuple(made)


def _parted(ruleset: Ruleset, grammar: Grammar, text: str) -> tuple[str, str]:
    """Return what is to be replaced and by what; a label may hold a sign that parts them too."""
    parts = [(text[:at].strip(), text[at + 1 :].strip()) for at, c in enumerate(text) if c == "="]
    parts = [(name, value) for name, value in parts if name and value]
    if not parts:
        raise UsageError.of(
            "bad-override",
            msg("“{text}” does not say what becomes what", text=text),
            hint=msg("write PATH=VALUE, such as criteria.late.deduct.0.each=3"),
        )
    return next((part for part in parts if _fitting(ruleset, grammar, part[0])[1]), parts[0])


def _fitting(ruleset: Ruleset, grammar: Grammar, name: str) -> tuple[list[str], list[KeyPath]]:
    """Return the steps of a name, and the paths that it fits; a label with dots is one step."""
    known = [p for p, _, at in grammar.scalars(ruleset.source) if not at.is_wording]
    names = {path: list(_names(ruleset, grammar, path)) for path in known}
    called = {n for steps in names.values() for step in steps for n in step if "." in n}
    whole = [re.escape(n) for n in sorted(called, key=len, reverse=True) if n in name]
    steps = [step.strip() for step in re.findall("|".join([*whole, "[^.]+"]), name)]
    return steps, [path for path in known if _fits(names[path], steps)]


def _path_of(ruleset: Ruleset, grammar: Grammar, name: str) -> KeyPath:
    """Return the one path that a name means."""
    scalars = ruleset.source.scalars
    steps, matches = _fitting(ruleset, grammar, name)
    exact = [path for path in matches if str(path[-1]) == steps[-1]]
    figures = [path for path in matches if as_figure(scalars[path].strip()) is not None]
    chosen = exact or figures
    written = [path for path in chosen if [*map(str, path)] == steps]
    chosen = written or chosen
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        raise UsageError.of(
            "unknown-override",
            msg("the ruleset has no figure “{name}”", name=name),
            hint=msg(
                "name it by keys, ids or labels, such as criteria.late.deduct.0.each; "
                "rules-engine plugins lists the settings of reports"
            ),
        )
    paths = [".".join(map(str, path)) for path in chosen[:MOST_NAMED]]
    paths += ["…"] if len(chosen) > MOST_NAMED else []
    raise UsageError.of(
        "ambiguous-override",
        msg("“{name}” could be several figures", name=name),
        hint=msg("write more of one of these: {names}", names=listed(paths)),
    )


def _fits(steps: Sequence[set[str]], wanted: Sequence[str]) -> bool:
    """Return whether the wanted steps stand, in their order, among those of a path."""
    left = iter(steps)
    return all(any(step in names for names in left) for step in wanted)


def _names(ruleset: Ruleset, grammar: Grammar, path: KeyPath) -> Iterator[set[str]]:
    """Yield for each step of a path all that it can be called."""
    value: Any = ruleset.source.value
    for number, step in enumerate(path, 1):
        value = value[step]
        names = {str(step)}
        if isinstance(value, dict):
            known = grammar.calling(ruleset.source.value, path[:number])
            names |= set(known if isinstance(step, int) else known[:1] if "label" in value else ())
            indicators = ruleset.document.indicators.items()
            names |= {n for i, spec in indicators for n in (i, spec.label)
                      if isinstance(step, int) and names & {i, spec.label}}  # fmt: skip
        yield names


def _replaced(
    ruleset: Ruleset, grammar: Grammar, path: KeyPath, value: str
) -> tuple[Reading, Override]:
    source = ruleset.source
    was = source.scalars[path].strip()
    at, around = (grammar.at(source.value, path[:end]) for end in (len(path), -2))
    if at and at.facts.signed and around and around.facts.good == -1:
        value = value.removeprefix("-")  # “−3” is what the paper says of “3 are taken away”
    written = read_tree(source.text).written(path)
    for token in _tokens(written, value) if "\n" not in written else ():
        text = rewrite(source.text, {path: token})
        document = _parsed(text, source)
        if document is not None and _only(source, document, path, value):
            documents = {RULESET_FILE: document, CLAUSES_FILE: ruleset.clause_source}
            reading = reading_of(ruleset.folder, documents, fingerprint_of(documents))
            return reading, Override(
                ".".join(map(str, path)), _where(source, grammar, path), was, value
            )
    raise UsageError.of(
        "cannot-override",
        msg("“{path}” cannot be replaced by “{value}”", path=".".join(map(str, path)), value=value),
        place=source.place(path),
        hint=msg("what is folded over several lines is changed in the file itself"),
    )


def _tokens(written: str, value: str) -> tuple[str, ...]:
    """Return how a value can be written in the place of another, the plainest first."""
    if written.startswith("'"):
        return ("'" + value.replace("'", "''") + "'",)
    quoted = json.dumps(value, ensure_ascii=False)
    return (quoted,) if written.startswith('"') else (value, quoted)


def _parsed(text: str, source: Document) -> Document | None:
    try:
        return source.reread(text)
    except RulesetError:
        return None


def _only(before: Document, after: Document, path: KeyPath, value: str) -> bool:
    """Return whether nothing else has changed."""
    return after.scalars == {**before.scalars, path: value} and not after.findings


def _where(source: Document, grammar: Grammar, path: KeyPath) -> str:
    """Return where a figure stands, as a reader calls it."""
    called = (grammar.calling(source.value, path[:end])[:1] for end in range(1, len(path)))
    shown = [name for names in called for name in names]
    return " ".join(f"“{part}”" for part in shown)
