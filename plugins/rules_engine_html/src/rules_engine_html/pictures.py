"""Small pictures as inline SVG: how the scores lie, and what each criterion gave.

Shapes tell things apart, not colours alone, so that a grey print says the same.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from rules_engine.api import figures, listed, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rules_engine.api import Grade, Subject
    from rules_engine_html.overview import Spread

WIDTH, LEFT, RIGHT = 720, 16, 16
TOP, BASE_GAP = 40, 24
DOT = 10
"""Width and height that one village takes up in the dot picture."""
TALLEST = 14
"""With more dots above one another than this, bars stand for them."""
STRIP_WIDTH, STRIP_HEIGHT = 260, 26

SVG = Markup(
    '<svg class="{kind}" viewBox="0 0 {width} {height}" role="img" '
    'preserveAspectRatio="xMidYMid meet"><title>{title}</title><desc>{desc}</desc>{body}</svg>'
)


def svg(
    kind: str, width: int, height: int, title: str, desc: str, body: Iterable[Markup]
) -> Markup:
    """Return a picture with the words that stand for it where it cannot be seen."""
    inner = Markup("").join(body)
    return SVG.format(kind=kind, width=width, height=height, title=title, desc=desc, body=inner)


class Axis:
    """Places scores from left to right."""

    def __init__(self, low: Decimal, high: Decimal) -> None:
        """Span at least all of ``low`` to ``high``, from one round number to another."""
        self.step = next((s for s in (1, 2, 5, 10, 20) if (high - low) <= 12 * s), 50)
        self.low = int(low // self.step) * self.step
        self.high = max(-int(-high // self.step) * self.step, self.low + self.step)

    def x(self, value: Decimal | int) -> float:
        """Return where a score stands."""
        part = float((value - self.low) / Decimal(self.high - self.low))
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)

    def ticks(self) -> range:
        """Return the round numbers that are written below."""
        return range(self.low, self.high + 1, self.step)


def axis_of(subjects: Sequence[Subject], grades: Sequence[Grade], scale: Decimal) -> Axis:
    """Return the axis that all groups share, with every threshold in sight."""
    scores = [s.score for s in subjects]
    starts = [g.from_score for g in grades if g.from_score > 0]
    return Axis(min([*scores, *starts]), max([*scores, *starts, scale]))


def distribution(subjects: Sequence[Subject], grades: Sequence[Grade], axis: Axis) -> Markup:
    """Return the scores of one group over the thresholds of the grades."""
    columns: dict[int, list[Subject]] = {}
    for subject in reversed(subjects):
        columns.setdefault(int((axis.x(subject.score) - LEFT) // DOT), []).append(subject)
    tallest = max(map(len, columns.values()), default=1)
    dots = tallest <= TALLEST
    rise = (max(tallest, 3) if dots else TALLEST) * DOT
    base = TOP + rise + 4
    marks = _dots(columns, base) if dots else _bars(subjects, axis, base, rise)
    title = tr("Distribution of the scores")
    body = [*_thresholds(grades, axis, base), *_baseline(axis, base), *marks]
    return svg("distribution", WIDTH, base + BASE_GAP, title, _in_words(subjects, grades), body)


def _in_words(subjects: Sequence[Subject], grades: Sequence[Grade]) -> str:
    counts = Counter(s.grade for s in subjects)
    results = {g.label: counts[g.label] for g in grades}
    if counts[""]:
        results[tr("open")] = counts[""]
    scores = [s.score for s in subjects]
    ends = tr(
        "from {low} to {high}", low=figures.plain(min(scores)), high=figures.plain(max(scores))
    )
    parts = [tr("{grade}: {count}", grade=label, count=n) for label, n in results.items()]
    return tr("{scores}; {grades}", scores=ends, grades=listed(parts))


def _thresholds(grades: Sequence[Grade], axis: Axis, base: int) -> Iterable[Markup]:
    shown = [g for g in grades if g.from_score > 0 and axis.low <= g.from_score <= axis.high]
    for index, grade in enumerate(shown):
        x, y = axis.x(grade.from_score), 12 + 14 * (index % 2)
        text = tr("{grade} from {score}", grade=grade.label, score=figures.plain(grade.from_score))
        late = x > WIDTH - 110
        yield Markup('<path class="threshold" d="M{x} {y}V{base}"/>').format(
            x=x, y=y - 8, base=base
        )
        yield Markup(
            '<text class="grade" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>'
        ).format(x=x - 4 if late else x + 4, y=y, anchor="end" if late else "start", text=text)


def _baseline(axis: Axis, base: int) -> Iterable[Markup]:
    yield Markup('<path class="axis" d="M{left} {base}H{right}"/>').format(
        left=LEFT, right=WIDTH - RIGHT, base=base
    )
    for tick in axis.ticks():
        yield Markup(
            '<text class="tick" x="{x}" y="{y}" text-anchor="middle">{tick}</text>'
        ).format(x=axis.x(tick), y=base + 16, tick=figures.plain(tick))


def _dots(columns: dict[int, list[Subject]], base: int) -> Iterable[Markup]:
    shape = Markup('<circle class="{kind}" cx="{x}" cy="{y}" r="4"><title>{text}</title></circle>')
    for column, subjects in sorted(columns.items()):
        for height, subject in enumerate(subjects):
            yield shape.format(
                kind="sure" if subject.low == subject.high else "unsure",
                x=LEFT + column * DOT + DOT // 2,
                y=base - height * DOT - DOT // 2 - 1,
                text=f"{subject.title} {figures.plain(subject.score)}",
            )


def _bars(subjects: Sequence[Subject], axis: Axis, base: int, rise: int) -> Iterable[Markup]:
    step = Decimal(axis.step) / 5
    counts = Counter(int((s.score - axis.low) // step) for s in subjects)
    tallest = max(counts.values())
    shape = Markup(
        '<path class="bar" d="M{x} {base}V{y}H{right}V{base}z"><title>{text}</title></path>'
    )
    for number, count in sorted(counts.items()):
        low = axis.low + number * step
        text = f"{figures.plain(low)} – {figures.plain(low + step)}: {count}"
        y = round(base - rise * count / tallest, 1)
        right = axis.x(min(low + step, Decimal(axis.high))) - 1
        yield shape.format(x=axis.x(low), right=right, y=y, base=base, text=text)


def strip(spread: Spread) -> Markup:
    """Return the points of all villages for one criterion, most first, against the maximum."""
    values = sorted(spread.points, reverse=True)
    span = spread.most - spread.least
    title = spread.criterion.label
    if not values or not span:
        return svg("strip", STRIP_WIDTH, STRIP_HEIGHT, title, tr("the same for all"), ())
    desc = tr("from {low} to {high}", low=figures.plain(values[-1]), high=figures.plain(values[0]))

    def y(value: Decimal) -> float:
        return round(
            STRIP_HEIGHT - 1 - float((value - spread.least) / span) * (STRIP_HEIGHT - 2), 1
        )

    body = [
        Markup('<path class="room" d="M0 {y}H{width}V{zero}H0z"/>').format(
            y=y(spread.most if spread.most else spread.least), width=STRIP_WIDTH, zero=y(Decimal(0))
        ),
        Markup('<path class="got" d="{steps}"/>').format(steps=_steps(values, y)),
        Markup('<path class="axis" d="M0 {y}H{width}"/>').format(
            y=y(Decimal(0)), width=STRIP_WIDTH
        ),
    ]
    return svg("strip", STRIP_WIDTH, STRIP_HEIGHT, title, desc, body)


def _steps(values: Sequence[Decimal], y: Callable[[Decimal], float]) -> str:
    """Return bars side by side as one path; where there are many, equal ones are one bar."""
    each = STRIP_WIDTH / len(values)
    gap = 1 if each > 3 else 0
    zero = y(Decimal(0))
    parts, start = [], 0
    for value, count in Counter(values).items():
        number = count if not gap else 1
        for _ in range(count // number):
            left, right = round(start * each, 1), round((start + number) * each - gap, 1)
            parts.append(f"M{left} {zero}V{y(value)}H{right}V{zero}z")
            start += number
    return "".join(parts)


def bar(subject: Subject, most: Decimal) -> Markup:
    """Return a score as a bar; what is not sure yet is an outline."""
    width, height = 100, 10
    if most <= 0:
        return Markup("")

    def x(value: Decimal) -> float:
        return round(float(min(max(value, Decimal(0)), most) / most) * width, 1)

    body = [Markup('<path class="got" d="M0 2H{x}V8H0z"/>').format(x=x(subject.low))]
    if subject.low != subject.high:
        body.append(
            Markup('<path class="maybe" d="M{a} 2.5H{b}V7.5H{a}z"/>').format(
                a=x(subject.low), b=x(subject.high)
            )
        )
    text = figures.span(subject.low, subject.high)
    return svg("bar", width, height, subject.title, text, body)
