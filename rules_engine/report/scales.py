"""Tells of subjects whose sections do not add up to the scale, which only the data can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.checks.reachability import worth_of
from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.model.figures import in_digits
from rules_engine.plan.grading import LINES
from rules_engine.plan.totals import for_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.report.reader import ResultReader


def scale_findings(reader: ResultReader) -> Iterator[Finding]:
    """Yield a warning for each group of villages that cannot reach the scale, or can pass it."""
    book, document = reader.book, reader.document
    scored = [n for n, s in document.sections.items() if s.kind == "score"]
    apart = [name for name in scored if name in book.audiences]
    if not apart:
        return
    flags = ", ".join(f'"{for_column(name)}"' for name in apart)
    rows = reader.session.query(
        f'SELECT {flags}, min(name) AS name, count(*) AS n FROM "{LINES}" '
        f"GROUP BY {flags} ORDER BY {flags}"
    ).to_pylist()
    for row in rows:
        flagged = {name: row[for_column(name)] for name in apart}
        total = worth_of(book, [n for n in scored if flagged.get(n, True)])
        if None in flagged.values() or total == document.scale:
            continue
        yield Finding(
            "scale-not-met",
            msg(
                "the sections for {count} subjects, such as “{name}”, add up to {total}, "
                "the scale is {scale}",
                count=row["n"],
                name=row["name"],
                total=in_digits(total),
                scale=in_digits(document.scale),
            ),
            book.ruleset.source.place(("sections", apart[0], "for")),
            msg("say whom the sections are for, so that everybody is counted in"),
            "warning",
        )
