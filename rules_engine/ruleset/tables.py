"""The tables that a ruleset reads: standard ones with what it changes in them, and its own.

Where a ruleset says what those assessed are called, the standard tables are labelled accordingly:
乡镇编号 for 村编号. The standard labels are understood all the same, in headings and in conditions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.dataset.schema import STANDARD_TABLES, VILLAGES
from rules_engine.model.inputs import ColumnSpec, TableSpec
from rules_engine.model.nouns import HAN
from rules_engine.model.table import Column, TableSchema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules_engine.model.ruleset import RulesetDocument

KEY, NAME, KIND = VILLAGES.key, "name", "kind"
COMMON_NOUN = "单位"
"""What those assessed are called in labels where they are of several kinds."""
NEUTRAL = {KEY: "考核对象编号", NAME: "考核对象名称"}
"""Labels where another column of a table has the one that the noun would make."""
OTHER_KINDS = ("社区", "单位")


def tables_of(document: RulesetDocument) -> dict[str, TableSchema]:
    """Return the tables that a ruleset reads, with the columns that it adds."""
    wanted = dict(document.tables)
    wanted.setdefault("villages", None)
    if document.responsibility:
        wanted.setdefault("cadres", None)
        wanted.setdefault("assignments", None)
    specs = {name: spec or TableSpec() for name, spec in wanted.items()}
    standard = _labelled(document, specs)
    return {name: _schema(name, spec, standard.get(name)) for name, spec in specs.items()}


def _labelled(
    document: RulesetDocument, specs: Mapping[str, TableSpec]
) -> Mapping[str, TableSchema]:
    """Return the standard tables, labelled by what the ruleset calls those assessed."""
    tables: Mapping[str, TableSchema] = STANDARD_TABLES
    words = document.assessed.words if document.assessed else ()
    if words:
        noun = label_noun(words)
        labels = {KEY: _label(noun, "编号", "id"), NAME: _label(noun, "名称", "name")}
        tables = _with_labels(tables, labels, specs)
        villages = _villages(tables[VILLAGES.name], words, noun, specs)
        tables = {**tables, VILLAGES.name: villages}
    own = specs[VILLAGES.name].columns.get(KEY)
    if own and own.label:
        tables = _with_labels(tables, {KEY: own.label}, specs)
    return tables


def _with_labels(
    tables: Mapping[str, TableSchema], labels: Mapping[str, str], specs: Mapping[str, TableSpec]
) -> dict[str, TableSchema]:
    """Return tables in which the key of those assessed, and their name, have other labels."""
    made = {}
    for name, table in tables.items():
        here = labels if name == VILLAGES.name else {KEY: labels[KEY]}
        columns = tuple(_relabelled(table.columns, here, specs.get(name, TableSpec())))
        made[name] = replace(table, columns=columns)
    return made


def label_noun(words: tuple[str, ...]) -> str:
    """Return what those assessed are called in labels, of the nouns that the ruleset gives."""
    if not words:
        return VILLAGES.label
    return words[0] if len(words) == 1 else COMMON_NOUN


def _villages(
    table: TableSchema, words: tuple[str, ...], noun: str, specs: Mapping[str, TableSpec]
) -> TableSchema:
    """Return the table of those assessed: it bears their name, and its kinds are theirs."""
    others = {n: spec.label or n for n, spec in specs.items() if n != table.name}
    taken = {STANDARD_TABLES[n].label if n in STANDARD_TABLES else n for n in others}
    label = _label(noun, "名单", "list") if noun in {*taken, *others.values()} else noun
    columns = tuple(_of_kinds(column, words) for column in table.columns)
    return replace(table, label=label, also=(table.label,), columns=columns)


def _label(noun: str, chinese: str, english: str) -> str:
    return f"{noun}{chinese}" if HAN.search(noun) else f"{noun} {english}"


def _relabelled(
    columns: tuple[Column, ...], labels: Mapping[str, str], spec: TableSpec
) -> Iterable[Column]:
    """Yield columns with other labels; neutral ones where another column is called so."""
    own = {n: s.label or n for n, s in spec.columns.items()}
    others = {c.name: c.label for c in columns} | own
    taken = {label for name, label in others.items() if name not in labels}
    for column in columns:
        label = labels.get(column.name, column.label)
        if label in taken and column.name in labels:
            label = NEUTRAL[column.name]
        yield _renamed(column, label)


def _renamed(column: Column, label: str) -> Column:
    """Return a column with another label; by what it was called it is known besides."""
    if label == column.label:
        return column
    return replace(column, label=label, also=(*column.also, column.label))


def _of_kinds(column: Column, words: tuple[str, ...]) -> Column:
    """Return the column of kinds with those that the ruleset names in place of 村."""
    if column.name != KIND:
        return column
    village = [v for v in column.values if any(v in word for word in words)]
    return replace(column, values=tuple(dict.fromkeys((*words, *village, *OTHER_KINDS))))


def _schema(name: str, spec: TableSpec, base: TableSchema | None) -> TableSchema:
    """Return the standard table with the columns of ``spec``, or a table of its own."""
    added = tuple(
        _column(column, s, base.column(column) if base else None)
        for column, s in spec.columns.items()
    )
    if base is None:
        return TableSchema(name, spec.label or name, added, spec.period)
    names = {column.name for column in added}
    kept = tuple(column for column in base.columns if column.name not in names)
    columns = sorted(kept + added, key=lambda column: column.name != base.key)  # the key is first
    return replace(
        base,
        label=spec.label or base.label,
        also=(*base.also, base.label) if spec.label else base.also,
        columns=tuple(columns),
        period=spec.period or base.period,
    )


def _column(name: str, spec: ColumnSpec, standard: Column | None) -> Column:
    """Return a column; of a standard one, what is not said stays as it is."""
    own = Column(
        name, spec.label or name, spec.type, spec.required, spec.event, spec.values, spec.refers,
        spec.day_means or "start", spec.least, spec.most, "case number" if spec.kind else None,
    )  # fmt: skip
    if standard is None or standard.name != name:
        return own
    changed = {key: getattr(own, key) for key in spec.model_fields_set if key != "label"}
    return replace(_renamed(standard, spec.label or standard.label), **changed)
