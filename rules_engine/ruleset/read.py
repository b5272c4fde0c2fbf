"""Reads a ruleset folder into one frozen value, or into findings with their places."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from rules_engine.dataset.person_numbers import masked_in
from rules_engine.errors import Finding, RulesetError, stops
from rules_engine.messages import Message, call_assessed, listed, msg
from rules_engine.model.by_subject import BY
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.figures import in_digits
from rules_engine.model.ruleset import ClausesDocument, RulesetDocument
from rules_engine.ruleset.family import CLAUSES_FILE as CLAUSES_FILE
from rules_engine.ruleset.family import RULESET_FILE as RULESET_FILE
from rules_engine.ruleset.family import shared_only, uses_others, with_used
from rules_engine.ruleset.grammar import named_parts
from rules_engine.ruleset.partial_load import Removed, sound_part
from rules_engine.ruleset.tables import tables_of
from rules_engine.safe_files import read_file
from rules_engine.yamltext.calculation import even, reads_as_share, worked_out
from rules_engine.yamltext.read import Document, KeyPath, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rules_engine.errors import Place
    from rules_engine.model.table import TableSchema

SHAPES: dict[str, type[BaseModel]] = {
    RULESET_FILE: RulesetDocument,
    CLAUSES_FILE: ClausesDocument,
}
"""The files of a ruleset, or of an edition of it, each with the model of what it says."""
NO_KEY = re.compile(r"[()（）<>=≤≥'‘’“”]")
"""What stands in conditions and in no key."""
AFTER_A_COMMA = msg("in braces a comma begins another key; put the condition in double quotes")
MOST_SHOWN = 60
"""More characters of a value than this are not repeated in a finding."""


@dataclass(frozen=True)
class Ruleset:
    """A ruleset that has the right shape.

    Attributes:
        folder: where it was read from.
        document: what ``ruleset.yaml`` says.
        clauses: what ``clauses.yaml`` says.
        source: ``ruleset.yaml`` with positions.
        clause_source: ``clauses.yaml`` with positions.
        fingerprint: hash of both files.
    """

    folder: Path
    document: RulesetDocument
    clauses: ClausesDocument
    source: Document
    clause_source: Document
    fingerprint: str

    @property
    def id(self) -> str:
        """Return the id."""
        return self.document.ruleset

    def place(self, path: Sequence[str | int]) -> Place:
        """Return where something stands; a path that begins with ``clauses`` is of that file."""
        steps = tuple(path)
        source = self.clause_source if steps[:1] == ("clauses",) else self.source
        return source.place(steps)

    @cached_property
    def tables(self) -> dict[str, TableSchema]:
        """Return the tables that the ruleset reads, with the columns that it adds."""
        return tables_of(self.document)

    @cached_property
    def names(self) -> frozenset[str]:
        """Return every name and label of the ruleset's own that an expression may use."""
        document = self.document
        names = [(c.name, c.label, *c.also) for t in self.tables.values() for c in t.columns]
        names += [(str(path[-1]), item.label) for path, item in named_parts(document)]
        return frozenset(name for called in names for name in called)

    @cached_property
    def optional_tables(self) -> frozenset[str]:
        """Return the tables that the data may lack."""
        return frozenset(n for n, spec in self.document.tables.items() if spec and spec.optional)


def check_folder(folder: Path) -> None:
    """Refuse what is no folder.

    Raises:
        RulesetError: there is no such folder.
    """
    if not folder.is_dir():
        raise RulesetError.of(
            "no-such-ruleset",
            msg("there is no ruleset folder {folder}", folder=folder),
            hint=msg("give the folder that holds {file}", file=RULESET_FILE),
        )


def read_ruleset(folder: Path) -> Ruleset:
    """Read a ruleset folder.

    Raises:
        RulesetError: a file is missing or has not the right shape; carries all findings.
    """
    reading = read_loosely(folder)
    if reading.ruleset is None or stops(reading.findings):
        raise RulesetError(*reading.findings)
    return reading.ruleset


@dataclass(frozen=True)
class Reading:
    """What could be read of a ruleset.

    Attributes:
        ruleset: the ruleset, without what has not the right shape; ``None``: too little is left.
        findings: what is wrong with its shape.
        removed: what was left out.
    """

    ruleset: Ruleset | None
    findings: tuple[Finding, ...]
    removed: Removed


def read_loosely(folder: Path) -> Reading:
    """Read a ruleset folder for checking: what is sound is read although the rest is not.

    Raises:
        RulesetError: there is no such folder.
    """
    check_folder(folder)
    findings: list[Finding] = []
    documents: dict[str, Document] = {}
    digest = hashlib.sha256()
    for file in SHAPES:
        try:
            documents[file] = read_document(folder / file, str(folder / file))
            digest.update(read_file(folder / file).replace(b"\r\n", b"\n"))
            digest.update(b"\0")
        except RulesetError as error:
            findings += error.findings
    if only := shared_only(documents):
        return Reading(None, (*findings, only), Removed())
    fingerprint = f"sha256:{digest.hexdigest()}"
    if uses_others(documents):
        findings += with_used(folder, documents)
        fingerprint = fingerprint_of(documents)
    reading = reading_of(folder, documents, fingerprint)
    return replace(reading, findings=(*findings, *reading.findings))


def fingerprint_of(documents: Mapping[str, Document]) -> str:
    """Return the hash of the texts of a ruleset, with what it takes over from others."""
    digest = hashlib.sha256()
    for file in SHAPES:
        if file in documents:
            digest.update(documents[file].text.replace("\r\n", "\n").encode())
            digest.update(b"\0")
    return f"sha256:{digest.hexdigest()}"


def reading_of(folder: Path, documents: Mapping[str, Document], fingerprint: str) -> Reading:
    """Make what can be made of the files of a ruleset.

    Args:
        folder: where the ruleset is.
        documents: its files, by name; one that could not be read is not there.
        fingerprint: hash of all of them.
    """
    findings: list[Finding] = []
    removed = Removed()
    parts: list[tuple[Document, Any]] = []
    for file, document in documents.items():
        model, fault = _shaped(document, SHAPES[file], removed)
        findings += fault
        if model is not None:
            parts.append((document, model))
    if len(parts) < len(SHAPES):
        return Reading(None, tuple(findings), removed)
    (source, document_model), (clause_source, clauses) = parts
    call_assessed(document_model.nouns)
    ruleset = Ruleset(folder, document_model, clauses, source, clause_source, fingerprint)
    return Reading(ruleset, tuple(findings), removed)


def _shaped(
    document: Document, shape: type[BaseModel], removed: Removed
) -> tuple[BaseModel | None, list[Finding]]:
    """Return a file as its model, as far as it goes, and what is wrong with the file."""
    written = [masked_in(finding) for finding in document.findings]
    try:
        return shape.model_validate(document.value), written
    except ValidationError as error:
        known = {finding.place for finding in written}
        fault = shape_findings(error, document, shape)
    fresh = [finding for finding in fault if finding.place not in known]
    return sound_part(shape, document.value, removed), written + fresh


def shape_findings(
    error: ValidationError,
    document: Document,
    shape: type[BaseModel],
    prefix: KeyPath = (),
) -> list[Finding]:
    """Turn what pydantic found into findings with places."""
    findings = []
    details = error.errors()
    faulty = {detail["loc"][:depth] for detail in details for depth in range(len(detail["loc"]))}
    for detail in details:
        if detail["type"] == "too_short" and detail["loc"] in faulty:
            continue  # it is only short of what is faulty
        path = prefix + tuple(p for p in detail["loc"] if _is_step(prefix, p, detail, document))
        findings.append(_shape_finding(detail, path, document, shape))
    return [masked_in(finding) for finding in dict.fromkeys(findings)]


def _is_step(prefix: KeyPath, part: str | int, detail: Any, document: Document) -> bool:  # noqa: ANN401 - pydantic's own
    """Return whether a part of pydantic's location is a step in the file.

    Between the steps stand names of union members and ``[key]`` marks.
    """
    if part == detail["loc"][-1] and detail["type"] in ("missing", "extra_forbidden"):
        return True
    return any(part in path for path in document.keys) or isinstance(part, int)


def _shape_finding(
    detail: Any,  # noqa: ANN401 - pydantic's own
    path: KeyPath,
    document: Document,
    shape: type[BaseModel],
) -> Finding:
    name = str(path[-1]) if path else ""
    kind = detail["type"]
    if kind == "missing":
        place = document.place(path[:-1])
        hint = msg("add {key}:", key=name)
        return Finding("missing-key", msg("“{key}” is missing here", key=name), place, hint)
    if kind == "extra_forbidden":
        known = _known_keys(shape, path[:-1])
        return Finding(
            "unknown-key",
            msg("“{key}” is not known here", key=name),
            document.place(path, key=True),
            nearest_hint(name, known) if NO_KEY.search(name) is None else AFTER_A_COMMA,
        )
    if detail["loc"][-1:] == ("[key]",):
        return Finding(
            "wrong-value",
            msg("“{key}” cannot be an id", key=name),
            document.place(path, key=True),
            _reason(detail),
        )
    text = document.scalars.get(path, "")
    uneven = _uneven(detail, text.strip())
    if uneven is not None:
        return Finding("inexact-figure", uneven, document.place(path), _rounded_hint(text.strip()))
    text = text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
    return Finding(
        "wrong-value",
        msg("“{key}: {text}” does not fit", key=name, text=text),
        document.place(path),
        _reason(detail, text),
    )


NOT_A_NUMBER = frozenset({"decimal_type", "decimal_parsing", "int_type", "int_parsing"})
TOO_FINE = frozenset({"decimal_max_places", "int_from_float"})


def _uneven(detail: Any, text: str) -> Message | None:  # noqa: ANN401 - pydantic's own
    """Return what is wrong with a calculation that gives no number that fits, if it is one."""
    exact = worked_out(text)
    if exact is None or detail["type"] not in NOT_A_NUMBER | TOO_FINE:
        return None
    number = even(exact)
    if number is None:
        return msg("“{text}” does not come out even", text=text)
    return msg("“{text}” is {number}, which has more decimal places than fit here",
               text=text, number=in_digits(number))  # fmt: skip


def _rounded_hint(text: str) -> Message:
    exact = worked_out(text) or Fraction(0)
    sign = "%" if reads_as_share(text, exact) else ""
    exact *= 100 if sign else 1
    near = Decimal(math.floor(exact * 100 + Fraction(1, 2))).scaleb(-2)
    return msg("write it as the paper rounds it, such as {number}, and say so under assumed:",
               number=in_digits(near) + sign)  # fmt: skip


def _reason(detail: Any, text: str = "") -> Message:  # noqa: ANN401 - pydantic's own
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "decimal_type" and isinstance(detail["input"], dict) and BY in detail["input"]:
        return msg("here one number goes for all subjects; a table by a column cannot stand here")
    if kind in ("decimal_type", "decimal_parsing", "int_type", "int_parsing", "int_from_float"):
        return msg("a number is needed")
    if kind in ("date_type", "date_from_datetime_parsing", "date_parsing"):
        return msg("a date is needed, as in 2025-01-31")
    if kind in ("dict_type", "model_type"):
        return msg("a mapping (key: value) is needed")
    if kind in ("tuple_type", "list_type"):
        return msg("a list is needed")
    if kind in ("bool_type", "bool_parsing"):
        return msg("true or false is needed")
    if kind == "value_error":
        return msg("{detail}", detail=context["error"])
    if kind == "string_type":
        return msg("a text is needed")
    if kind == "string_too_short":
        return msg("it may not be empty")
    if kind == "too_short":
        return msg("at least {count} entries are needed", count=context["min_length"])
    if kind == "literal_error":
        values = re.findall("'([^']*)'", context.get("expected", ""))
        return msg("one of {values} is needed", values=listed(values))
    if kind in ("decimal_max_places", "decimal_max_digits", "decimal_whole_digits"):
        return msg("a number has at most six decimal places")
    if kind == "string_pattern_mismatch":
        return msg("only a-z, 0-9 and _ (in a ruleset's id: -), beginning with a letter")
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        bound = next(iter(context.values()), "")
        words = {
            "greater_than": msg("more than {bound} is needed", bound=bound),
            "greater_than_equal": msg("at least {bound} is needed", bound=bound),
            "less_than": msg("less than {bound} is needed", bound=bound),
            "less_than_equal": msg("at most {bound} is allowed", bound=bound),
        }
        if kind == "less_than_equal" and bound == 1 and isinstance(detail["input"], Decimal):
            percent = f"{in_digits(detail['input'])}%"
            if text.endswith(("%", "％")) or detail["input"] > 100:
                return msg("it is a share, 100% at most")
            return msg("it is a share, 100% at most: write {percent}", percent=percent)
        return words[kind]
    return msg("{detail}", detail=detail["msg"])


def _known_keys(shape: type[BaseModel], path: KeyPath) -> list[str]:
    """Return the keys that the model knows at a path, as well as annotations tell."""
    current: Any = shape
    for step in path:
        if not (isinstance(current, type) and issubclass(current, BaseModel)):
            break
        field = next((f for n, f in current.model_fields.items() if (f.alias or n) == step), None)
        if field is None:
            continue
        current = _model_in(field.annotation) or current
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [f.alias or n for n, f in current.model_fields.items()]
    return []


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        fault = _model_in(argument)
        if fault:
            return fault
    return None
