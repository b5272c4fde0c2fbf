"""SQL as conditions are written in: Chinese words are keywords, full-width signs are signs."""

from __future__ import annotations

from typing import ClassVar

from sqlglot import Dialect, TokenType, tokens

from rules_engine.ruleset.words import KEYWORDS

SIGNS: dict[str, TokenType] = {
    "=": TokenType.EQ,
    "<>": TokenType.NEQ,
    ">": TokenType.GT,
    "<": TokenType.LT,
    ">=": TokenType.GTE,
    "<=": TokenType.LTE,
}


class Conditions(Dialect):
    """The dialect of conditions."""

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
