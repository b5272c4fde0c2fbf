"""Writes the draft of a ``source.yaml``, with a comment for everything that is not sure."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.messages import listed, tr
from rules_engine.model.escaping import UNPRINTABLE, as_json, one_line
from rules_engine.sources.inference import is_day_number
from rules_engine.sources.secrets import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.model.table import Column
    from rules_engine.sources.inference import Guess, Sample, TableGuess

_PLAIN = re.compile(r"[A-Za-z\u3400-\u9fff][\w\u3400-\u9fff（）./]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
MOST_SAID = 12


def draft(
    location: str,
    guesses: Sequence[TableGuess],
    rest: Sequence[Sample],
    folder: Path | None = None,
    *,
    secret: bool = False,
) -> str:
    """Return the draft.

    Args:
        location: the source that was looked at.
        guesses: the tables that were recognised.
        rest: those that were not.
        folder: where the draft will lie, so that a path can count from there.
        secret: whether the source was opened with the secret of the usual variable.
    """
    lines = _lines(location, guesses, rest, folder, secret=secret)
    return "\n".join(map(one_line, lines)) + "\n"


def _lines(
    location: str,
    guesses: Sequence[TableGuess],
    rest: Sequence[Sample],
    folder: Path | None,
    *,
    secret: bool,
) -> Iterator[str]:
    yield "# " + tr("A draft: look at every line, and above all at those with a comment.")
    place = scalar(_from(location, folder))
    if secret:
        place = f"{{location: {place}, secret: {{env: {VARIABLE}}}}}"
    yield f"source: {place}"
    yield "tables:" if guesses else "tables: {}"
    for guess in guesses:
        yield from _table(guess)
    for sample in rest:
        columns = _said(list(sample.columns))
        yield "# " + tr("not recognised: “{table}”: {columns}", table=sample.name, columns=columns)


def _from(location: str, folder: Path | None) -> str:
    kind, colon, rest = location.partition(":")
    prefix, path = (f"{kind}:", rest) if colon and len(kind) > 1 else ("", location)
    if folder is None or path.startswith("//") or not Path(path).exists():
        return location
    return prefix + Path(os.path.relpath(path, folder)).as_posix()


def _table(guess: TableGuess) -> Iterator[str]:
    schema = guess.schema
    yield f"  {schema.name}:  # {schema.label}"
    names = [scalar(sample.name) for sample in guess.samples]
    yield f"    from: {names[0]}" if len(names) == 1 else f"    from: [{', '.join(names)}]"
    if _counts_days(guess):
        yield "    day_numbers: 1900  # " + tr("bare numbers are days as spreadsheets count them")
    yield "    columns:"
    for column in guess.columns:
        yield from _column(column)
    for missing in guess.missing:
        yield f"      # {missing.name}:  " + _needed(missing)
    if guess.unused:
        yield "    # " + tr("not used: {names}", names=_said(guess.unused))
    if guess.persons:
        yield "    # " + tr(
            "these name persons, and the delivery is refused until they are out of it: {names}",
            names=_said(guess.persons),
        )


def _counts_days(guess: TableGuess) -> bool:
    return any(
        is_day_number(value)
        for sample in guess.samples
        if not sample.counts_days
        for column in guess.columns
        if column.column.type in ("date", "timestamp")
        for value in sample.columns.get(column.source, ())
    )


def _column(guess: Guess) -> Iterator[str]:
    name, source = guess.column.name, scalar(guess.source)
    doubt = _doubt(guess)
    comment = f"{guess.column.label}{'; ' if doubt else ''}{doubt}"
    if not guess.values:
        yield f"      {name}: {source}  # {comment}"
        return
    yield f"      {name}:  # {comment}"
    yield f"        from: {source}"
    known = {value: meant for value, meant in guess.values.items() if meant is not None}
    if known:
        yield "        values:"
    for value, meant in known.items():
        yield f"          {scalar(value)}: {scalar(meant)}"
    for value in guess.values:
        if value not in known and len(value) < 11:  # longer ones may say who somebody is
            yield f"          # {scalar(value)}:  " + _allowed(guess.column)


def _doubt(guess: Guess) -> str:
    said = []
    if guess.label < 0.9:
        said.append(tr("not sure: the names only resemble each other"))
    if guess.shape < 0.9:
        share = f"{round((1 - guess.shape) * 100)}"
        said.append(tr("{share} of 100 values cannot be read", share=share))
    return "; ".join(said)


def _needed(column: Column) -> str:
    label = column.label
    if column.values:
        example = f"{{constant: {scalar(column.values[0])}}}"
        return tr(
            "{label} is needed and was not found; perhaps {example}", label=label, example=example
        )
    return tr("{label} is needed and was not found", label=label)


def _allowed(column: Column) -> str:
    values = column.values or ("是", "否")
    return tr("not known; one of {values}", values=listed(values))


def _said(names: Sequence[str]) -> str:
    return listed([*names[:MOST_SAID], *(["…"] if names[MOST_SAID:] else [])]).replace("\n", " ")


def scalar(text: str) -> str:
    """Return a text as YAML reads it back: bare where that is safe, else in quotes.

    What nobody sees is left out: a mapping does not take it, and names are compared without it.
    """
    text = UNPRINTABLE.sub("", text)
    bare = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if bare else as_json(json.dumps(text, ensure_ascii=False))
