"""A comparison as one page that needs nothing beside it, with a picture of old against new."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING

from rules_engine.api import figures, tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.api import Cell, ComparedRun, Comparison, ComparisonTable

SIDE, EDGE = 420, 48
"""Width and height of the picture, and what is left for its axes, in pixels."""
SHORT = 12
"""Characters of a cell that stays on one line."""
STYLE = """\
body { font: 15px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1f2328;
  margin: 2rem auto; max-width: 84rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid #d0d7de; padding: .25rem .6rem; text-align: left;
  vertical-align: top; }
td.s, th { white-space: nowrap; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
.note { color: #57606a; } .up { fill: #1a7f37; } .down { fill: #cf222e; } .same { fill: #6e7781; }
svg text { font-size: 11px; fill: #57606a; } div.wide { overflow-x: auto; }
"""


def page(comparison: Comparison) -> str:
    """Return the page."""
    title, language = escape(comparison.title), escape(comparison.language)
    body = "\n".join(part for run in comparison.runs for part in _run(run))
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"{body}\n</body>\n</html>\n"
    )


def _run(run: ComparedRun) -> Iterator[str]:
    yield f"<h2>{escape(run.title)}</h2>"
    for note in run.notes:
        yield f'<p class="note">{escape(note)}</p>'
    if run.scores:
        yield _picture(run.scores)
    for table in run.tables:
        yield _table(table)


def _table(table: ComparisonTable) -> str:
    heads = "".join(f"<th>{escape(heading)}</th>" for heading in table.headings)
    rows = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    return (
        f'<h3>{escape(table.title)}</h3>\n<div class="wide"><table>\n<tr>{heads}</tr>\n{rows}\n'
        "</table></div>"
    )


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        short = ' class="s"' if len(value) <= SHORT else ""
        return f"<td{short}>{escape(value)}</td>"
    return f'<td class="n">{figures.in_digits(value)}</td>' if isinstance(value, Decimal) else (
        f'<td class="n">{value}</td>'
    )  # fmt: skip


def _picture(scores: Sequence[tuple[str, Decimal, Decimal]]) -> str:
    """Draw a dot for each village, its old score to the right, its new one upwards."""
    values = [value for _, was, now in scores for value in (was, now)]
    low, high = min(values), max(values)
    span = (high - low) or Decimal(1)
    room = SIDE - 2 * EDGE

    def at(value: Decimal) -> float:
        return EDGE + float((value - low) / span) * room

    dots = [
        f'<circle class="{"up" if now > was else "down" if now < was else "same"}" r="4" '
        f'cx="{at(was):.1f}" cy="{SIDE - at(now):.1f}" fill-opacity="0.7">'
        f"<title>{escape(name)} {was:f} → {now:f}</title></circle>"
        for name, was, now in scores
    ]
    old, new = escape(tr("old score")), escape(tr("new score"))
    ends = [
        f'<text x="{EDGE}" y="{SIDE - EDGE + 16}" text-anchor="middle">{low:f}</text>',
        f'<text x="{SIDE - EDGE}" y="{SIDE - EDGE + 16}" text-anchor="middle">{high:f}</text>',
        f'<text x="{EDGE - 6}" y="{SIDE - EDGE}" text-anchor="end">{low:f}</text>',
        f'<text x="{EDGE - 6}" y="{EDGE + 4}" text-anchor="end">{high:f}</text>',
        f'<text x="{SIDE / 2}" y="{SIDE - 10}" text-anchor="middle">{old}</text>',
        f'<text x="{EDGE}" y="{EDGE - 14}">{new}</text>',
    ]
    frame = (
        f'<path d="M{EDGE} {EDGE}V{SIDE - EDGE}H{SIDE - EDGE}" fill="none" stroke="#8c959f"/>'
        f'<path d="M{EDGE} {SIDE - EDGE}L{SIDE - EDGE} {EDGE}" stroke="#8c959f" '
        'stroke-dasharray="4 4"/>'
    )
    caption = escape(tr("each dot is a {assessed_one}; above the line it gains, below it loses"))
    return (
        f'<svg viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}" role="img" '
        f'aria-label="{caption}">{frame}{"".join(ends)}{"".join(dots)}</svg>\n'
        f'<p class="note">{caption}</p>'
    )
