"""Finds ids and labels that conditions could not name, or name in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.lexer import ENGLISH, other_reading, tokens_of
from rules_engine.conditions.parser import Refused, parse
from rules_engine.conditions.words import WORDS
from rules_engine.errors import Finding, Place
from rules_engine.messages import msg
from rules_engine.ruleset.grammar import named_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.positions import KeyPath

OURS = frozenset({"as_of", "period_start", "period_end", "any_veto", "band", "subject_id", "grp"})


def reserved_names(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield ids that are words of SQL or of ours, or hold the mark that parts of names take."""
    for path in _named(ruleset):
        name = str(path[-1])
        if name in OURS or "__" in name or not _can_be_named(name):
            yield Finding(
                "reserved-name",
                msg("“{name}” cannot be an id: it means something else in a condition", name=name),
                ruleset.source.place(path, key=True),
                msg(
                    "take another id, such as {name}_1 (with no two underlines together)",
                    name=name.replace("__", "_"),
                ),
            )


def reserved_labels(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield labels that are words of conditions, or can be read as words and other labels."""
    for path in _named(ruleset):
        place, label = (*path, "label"), ruleset.source.scalars.get((*path, "label"), "").strip()
        if label in WORDS or label.lower() in ENGLISH:
            yield Finding(
                "reserved-name",
                msg("“{name}” cannot be a label: it is a word of conditions", name=label),
                ruleset.source.place(place),
                msg("say in the label what it is"),
            )
        elif _is_figure(label):
            yield Finding(
                "reserved-name",
                msg("“{name}” cannot be a label: in conditions it is a number or a day",
                    name=label),
                ruleset.source.place(place),
                msg("say in the label what it is"),
            )  # fmt: skip
        elif other := other_reading(label, ruleset.names):
            yield Finding(
                "two-readings",
                msg("“{label}” is taken as this label, though “{other}” could be meant",
                    label=label, other=other),
                ruleset.source.place(place),
                msg("take another label; where the words are meant, put spaces between them"),
                "warning",
            )  # fmt: skip


def _is_figure(label: str) -> bool:
    pieces = tokens_of(label, ())
    return len(pieces) == 1 and pieces[0].kind in ("number", "day")


def _named(ruleset: Ruleset) -> Iterator[KeyPath]:
    document = ruleset.document
    yield from (path for path, _ in named_parts(document))
    for section, _, name, _ in document.criteria():
        yield ("sections", section, "criteria", name)
    for table, spec in document.tables.items():
        yield from (("tables", table, "columns", name) for name in (spec.columns if spec else ()))


def _can_be_named(name: str) -> bool:
    try:
        tree = parse(f"{name} > {name}", lambda offset: Place())
    except Refused:
        return False
    sides = (tree.this, tree.args.get("expression"))
    return all(isinstance(side, exp.Column) for side in sides)
