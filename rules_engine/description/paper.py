"""An assessment paper: chapters of numbered articles, written as Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.messages import current_language, listed, singular, tr
from rules_engine.model import figures
from rules_engine.model.numerals import in_numerals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from rules_engine.model.fields import Item
    from rules_engine.plan.verbalizer import RulesetVerbalizer

NUMBERED = re.compile(r"^[（(]?[一二三四五六七八九十]+(?:[)）]、?|、)\s*")
"""A number that a section's label brings along; the chapter has one of its own."""


@dataclass(frozen=True)
class Article:
    """One article: what it is about and its text, whole sentences in Markdown."""

    title: str
    text: str

    def __post_init__(self) -> None:
        """Put “1 points” right; the texts of one or many are the same message."""
        object.__setattr__(self, "title", singular(self.title))
        object.__setattr__(self, "text", singular(self.text))


@dataclass(frozen=True)
class Chapter:
    """Articles on one matter."""

    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Paper:
    """The whole paper."""

    title: str
    chapters: tuple[Chapter, ...]

    def numbered(self) -> Iterator[tuple[int, Chapter, list[tuple[int, Article]]]]:
        """Yield the chapters with their articles, which are numbered throughout."""
        article = 0
        for number, chapter in enumerate((c for c in self.chapters if c.articles), 1):
            start, article = article + 1, article + len(chapter.articles)
            yield number, chapter, list(enumerate(chapter.articles, start))

    def markdown(self) -> str:
        """Return the paper as Markdown."""
        parts = [f"# {self.title}"]
        for number, chapter, articles in self.numbered():
            chapter_number = in_numerals(number)
            heading = tr("Chapter {number}: {title}", number=chapter_number, title=chapter.title)
            parts.append(f"## {heading}")
            for place, article in articles:
                heading = tr("Article {number}", number=in_numerals(place))
                parts.append(f"**{heading}** {sentences([article.title])}{gap()}{article.text}")
        return "\n\n".join(part.strip() for part in parts) + "\n"

    def as_dict(self) -> dict[str, object]:
        """Return the paper as plain data for JSON."""
        return {
            "title": self.title,
            "chapters": [
                {
                    "number": number,
                    "title": chapter.title,
                    "articles": [
                        {"number": place, "title": article.title, "text": article.text}
                        for place, article in articles
                    ],
                }
                for number, chapter, articles in self.numbered()
            ],
        }


def gap() -> str:
    """Return what stands between two sentences."""
    return "" if current_language() == "zh" else " "


def sentences(parts: Iterable[str]) -> str:
    """Return the parts as sentences; a table and a note in brackets get no full stop."""
    text = ""
    for part in filter(None, parts):
        if part.endswith("|"):
            text += f"{part}\n\n"
        else:
            stop = "" if part.startswith(("(", "（")) else tr(".")
            text += f"{part}{stop}{gap()}"
    return text.strip()


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(
        f"| {' | '.join(' '.join(cell.replace('|', '/').split()) for cell in line)} |"
        for line in lines
    )


def titled_table(title: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table under a line that ends with a colon."""
    return tr("{title}:", title=title) + f"\n\n{table(heading, rows)}"


def bare(label: str) -> str:
    """Return a section's label without the number that it begins with."""
    return NUMBERED.sub("", label) or label


def share(value: Decimal) -> str:
    """Return a part of 1 as a percentage."""
    return f"{figures.plain(value * 100)}%"


def basis(speaker: RulesetVerbalizer, *items: Item) -> str:
    """Return the note of the clauses of the first item that names any, else nothing."""
    return basis_of(speaker, next((item.clause for item in items if item.clause), ()))


def basis_of(speaker: RulesetVerbalizer, names: Sequence[str]) -> str:
    """Return the note of the clauses of the source document on which an article rests."""
    known = speaker.book.ruleset.clauses.clauses
    references = [f"{name} {known[name].ref}" for name in names if name in known]
    return tr("(Clauses: {clauses})", clauses=listed(references)) if references else ""
