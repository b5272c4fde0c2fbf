"""SQL as conditions are written in: Chinese words are keywords, full-width signs are signs."""

from __future__ import annotations

from typing import ClassVar

from sqlglot import Dialect, TokenType, exp, parser, tokens

from rules_engine.conditions.operators import COMPARISONS
from rules_engine.conditions.words import KEYWORDS

SIGNS = {c.sign: TokenType[node.__name__] for node, c in COMPARISONS.items()}
NEGATED = "negated"
"""Notes at a ``not`` that it is part of a comparison: ``x not in (…)``, not ``not x in (…)``."""


def is_negated_comparison(node: exp.Expr) -> bool:
    """Return whether a ``not`` is part of ``not in`` or ``not between``."""
    return isinstance(node, exp.Not) and bool(node.meta.get(NEGATED))


class Conditions(Dialect):
    """The dialect of conditions."""

    class Parser(parser.Parser):
        """Tells ``not in`` from ``not`` before ``in``."""

        def _negate_range(self, this: exp.Expr | None = None) -> exp.Expr | None:
            found = super()._negate_range(this)
            if isinstance(found, exp.Not):
                found.meta[NEGATED] = True
            return found

    class Tokenizer(tokens.Tokenizer):
        """Knows the words and signs that papers use beside those of SQL."""

        KEYWORDS: ClassVar[dict[str, TokenType]] = {
            **tokens.Tokenizer.KEYWORDS,
            **{
                word: (SIGNS | tokens.Tokenizer.KEYWORDS)[sql.upper()]
                for word, sql in KEYWORDS.items()
            },
            "＞＝": TokenType.GTE,
            "＜＝": TokenType.LTE,
            "＜＞": TokenType.NEQ,
        }
        SINGLE_TOKENS: ClassVar[dict[str, TokenType]] = {
            **tokens.Tokenizer.SINGLE_TOKENS,
            "（": TokenType.L_PAREN,
            "）": TokenType.R_PAREN,
            "，": TokenType.COMMA,
            "、": TokenType.COMMA,
            "＝": TokenType.EQ,
            "≠": TokenType.NEQ,
            "＞": TokenType.GT,
            "＜": TokenType.LT,
            "≥": TokenType.GTE,
            "≤": TokenType.LTE,
            "＋": TokenType.PLUS,
            "－": TokenType.DASH,
            "−": TokenType.DASH,
            "×": TokenType.STAR,
            "＊": TokenType.STAR,
            "÷": TokenType.SLASH,
            "／": TokenType.SLASH,
            # no sign of SQL, but the end of a word: they belong around texts
            **dict.fromkeys("‘’“”；：％", TokenType.UNKNOWN),
        }
