"""Builds SQL trees from readable SQL with placeholders.

The text is written in sqlglot's own dialect, which is no engine's. What differs from plan to plan
stands in it as ``:name`` and is put in as a tree or a literal, never as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeAlias

import sqlglot
from sqlglot import exp

OPERATORS = (exp.Binary, exp.Unary, exp.In, exp.Between)
Part: TypeAlias = "exp.Expr | int | str | Sequence[exp.Expr] | None"


def query(text: str, **parts: Part) -> exp.Select:
    """Return a query as a tree; see :func:`fragment`."""
    tree = fragment(text, **parts)
    assert isinstance(tree, exp.Select)
    return tree


def fragment(text: str, **parts: Part) -> exp.Expr:
    """Return an expression or a query as a tree.

    What is unknown comes last in every order: engines differ about that.

    Args:
        text: the SQL.
        parts: what its placeholders stand for: a tree, a value, the columns of a list, or, where a
            table stands, its name or a query. A tree that stands in no other is not copied.
    """
    tree = _parsed(text).copy()
    for placeholder in list(tree.find_all(exp.Placeholder)):
        _replace(placeholder, parts[placeholder.name])
    return tree


@cache
def _parsed(text: str) -> exp.Expr:
    tree = sqlglot.parse_one(text)
    for ordered in tree.find_all(exp.Ordered):
        ordered.set("nulls_first", False)
    return tree


def _replace(placeholder: exp.Placeholder, part: Part) -> None:
    parent = placeholder.parent
    if isinstance(parent, exp.Table):
        parent.replace(_source(part, parent.args.get("alias")))
    elif isinstance(part, Sequence) and not isinstance(part, str):
        trees = [_own(tree) for tree in part]
        if isinstance(parent, exp.Ordered):
            trees = [exp.Ordered(this=tree, desc=False, nulls_first=False) for tree in trees]
        placeholder.replace(trees)
    elif isinstance(part, exp.Expr):
        is_operand = isinstance(parent, OPERATORS) and not isinstance(parent, exp.Paren)
        placeholder.replace(paren(_own(part)) if is_operand else _own(part))
    else:
        placeholder.replace(_literal(part))


def _source(part: Part, alias: exp.Expr | None) -> exp.Expr:
    if isinstance(part, str):
        return exp.Table(this=exp.to_identifier(part, quoted=True), alias=alias)
    assert isinstance(part, exp.Select | exp.Subquery)
    select = part.this if isinstance(part, exp.Subquery) else part
    return exp.Subquery(this=_own(select), alias=alias)


def _own(tree: exp.Expr) -> exp.Expr:
    return tree.copy() if tree.parent else tree


def _literal(value: int | str | None) -> exp.Expr:
    if value is None:
        return exp.Null()
    return exp.Literal.string(value) if isinstance(value, str) else integer(value)


def integer(value: int) -> exp.Expr:
    """Return an integer literal."""
    literal = exp.Literal.number(abs(value))
    return exp.Neg(this=literal) if value < 0 else literal


def paren(tree: exp.Expr) -> exp.Expr:
    """Return the expression so that it can stand beside any operator."""
    if isinstance(tree, exp.Binary):  # to sqlglot, “and” and “or” are functions as well
        return exp.Paren(this=tree)
    if isinstance(tree, exp.Column | exp.Literal | exp.Paren | exp.Func | exp.Case):
        return tree
    return exp.Paren(this=tree)


def column(name: str, table: str | None = None) -> exp.Column:
    """Return a column reference."""
    return exp.column(name, table=table, quoted=True)


def alias(tree: exp.Expr, name: str) -> exp.Expr:
    """Return an expression under a column name."""
    return exp.Alias(this=tree, alias=exp.to_identifier(name, quoted=True))


def is_null(tree: exp.Expr) -> exp.Expr:
    """Return that an expression has no value; it is copied."""
    return exp.Is(this=paren(tree.copy()), expression=exp.Null())


def when(*branches: tuple[exp.Expr, exp.Expr], default: exp.Expr | None = None) -> exp.Expr:
    """Return ``CASE WHEN … THEN … ELSE … END``."""
    case = exp.Case()
    for condition, result in branches:
        case = case.when(condition, result, copy=False)
    return case.else_(default, copy=False) if default is not None else case


def cast(tree: exp.Expr, type_name: str) -> exp.Expr:
    """Return ``CAST(… AS type)``; neither copied nor parsed, since a plan has hundreds of them."""
    return exp.Cast(this=tree, to=exp.DataType(this=exp.DataType.Type[type_name], nested=False))


def derived(select: exp.Select, name: str) -> exp.Subquery:
    """Return a query as the table that another one reads."""
    return exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(name)))
