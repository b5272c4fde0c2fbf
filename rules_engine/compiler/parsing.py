"""Reads the text of a condition into sqlglot's tree, and knows where each part of it stands."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp

from rules_engine.errors import Finding
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules_engine.errors import Place

PERCENT = re.compile(r"'[^']*'|\"[^\"]*\"|(?<![\w.])(\d+(?:\.\d+)?)%(?!\w)")
"""A percentage, or a text or name in quotes, in which there is none."""
MAX_LENGTH = 10_000


class Refused(Exception):
    """What cannot be compiled, with the finding that says so."""

    def __init__(self, finding: Finding) -> None:
        """Carry the finding."""
        self.finding = finding


def parse(text: str, where: Callable[[int], Place]) -> tuple[exp.Expr, list[tuple[int, int]]]:
    """Read a text; return its tree and, for percentages, how far later offsets are shifted.

    Whoever reads the same text again gets the same tree: copy what is to be changed.
    """
    shifts: list[tuple[int, int]] = []
    pieces: list[str] = []
    end = grown = 0
    for match in PERCENT.finditer(text):
        if match[1] is None:
            continue
        pieces += [text[end : match.start()], f"pct({match[1]})"]
        end = match.end()
        grown += len(pieces[-1]) - len(match[0])
        shifts.append((match.start() + grown, grown))
    source = "".join([*pieces, text[end:]])
    if len(source) > MAX_LENGTH:
        raise Refused(
            Finding(
                "too-long",
                msg("the expression is too long"),
                where(0),
                msg("give parts of it a name, as standards or indicators"),
            )
        )
    try:
        tree = _tree(source)
    except sqlglot.errors.SqlglotError as error:
        details = (getattr(error, "errors", None) or [{}])[0]
        near = details.get("highlight") or text
        raise Refused(
            Finding(
                "bad-expression",
                msg("cannot read “{text}” at “{near}”", text=text, near=near),
                where(min(_unshift(_offset(details, source), shifts), len(text))),
                msg("conditions are SQL expressions, e.g. level in ('省','京') and irregular"),
            )
        ) from None
    except RecursionError:
        raise Refused(
            Finding(
                "too-deep",
                msg("the expression is nested too deeply"),
                where(0),
                msg("give parts of it a name, as standards or indicators"),
            )
        ) from None
    if tree is None:
        end = source.find(";") + 1
        raise Refused(
            Finding(
                "forbidden-sql",
                msg("one expression is needed, not statements"),
                where(min(_unshift(end, shifts), len(text))),
                msg("remove the semicolon and what follows it"),
            )
        )
    return tree, shifts


@lru_cache(maxsize=2048)
def _tree(source: str) -> exp.Expr | None:
    """Return the tree of a text, or nothing where it holds several; read once, so never changed."""
    found = sqlglot.parse(source)
    if len(found) != 1 or found[0] is None:
        return None
    _place_literals(found[0], source)
    return found[0]


def _place_literals(tree: exp.Expr, source: str) -> None:
    """Note where each literal and function begins: sqlglot notes it for names only."""
    tokens = list(sqlglot.tokenize(source))
    for node in tree.find_all(exp.Literal, exp.Func, bfs=False):
        if isinstance(node, exp.Connector):
            continue
        text = node.name if isinstance(node, exp.Literal | exp.Anonymous) else node.key
        token = next((t for t in tokens if t.text.lower() == str(text).lower()), None)
        if token is not None:
            node.meta["start"] = token.start
            tokens.remove(token)


def _offset(details: dict[str, Any], source: str) -> int:
    """Return where the token begins that sqlglot could not read; it tells where the token ends."""
    if "col" not in details:  # a text whose quote is never closed
        return max(source.rfind("'"), 0)
    line, column = int(details.get("line") or 1), int(details.get("col") or 1)
    before = sum(len(part) for part in source.splitlines(keepends=True)[: line - 1])
    return max(0, before + column - len(details.get("highlight") or " "))


def start_of(node: exp.Expr, shifts: list[tuple[int, int]]) -> int | None:
    """Return where a node begins in the text as it was written, if that is known."""
    starts = [n.meta["start"] for n in node.walk() if "start" in n.meta]
    return _unshift(min(starts), shifts) if starts else None


def _unshift(offset: int, shifts: list[tuple[int, int]]) -> int:
    return offset - max((grown for start, grown in shifts if start < offset), default=0)
