"""Random conditions, good and bad, and a small table to run them on."""

from __future__ import annotations

import re
from datetime import date, datetime

import pyarrow as pa
from hypothesis import strategies as st

from rules_engine.conditions.compiler import ExpressionCompiler
from rules_engine.conditions.scope import Scope, Symbol
from rules_engine.conditions.sql import column
from rules_engine.errors import EngineFailure, Place
from rules_engine.model.frame import Frame

YEAR = Frame(date(2025, 1, 1), date(2025, 12, 31), date(2025, 12, 31))
SCOPE = Scope(frame=YEAR).extended(
    [
        Symbol("people", "人数", column("people"), "number", needs=frozenset({"people"})),
        Symbol("score", "评分", column("score"), "number", 4),
        Symbol("rate", "比率", column("rate"), "number", 6, empty=column("nothing")),
        Symbol("level", "层级", column("level"), "text", values=("村", "县", "京")),
        Symbol("place", "地点", column("place"), "text", needs=frozenset({"place"})),
        Symbol("irregular", "非正常", column("irregular"), "boolean",
               needs=frozenset({"irregular"})),
        Symbol("received_on", "登记日期", column("received_on"), "date"),
        Symbol("due_on", "期限", column("due_on"), "date", needs=frozenset({"due_on"})),
        Symbol("closed_on", "办结日期", column("closed_on"), "date", event=True),
        Symbol("submitted_at", "上报时间", column("submitted_at"), "timestamp", event=True),
    ]
)  # fmt: skip

ROWS = pa.table(
    {
        "people": pa.array([0, 7, None, 100_000, 1], pa.int64()),
        "score": pa.array([0, 925_000, 1, -5_000, 1_000_000], pa.int64()),
        "rate": pa.array([None, 333_333, 1_000_000, 0, 999_999], pa.int64()),
        "nothing": pa.array([True, False, False, False, False]),
        "level": pa.array(["村", "县", "京", "村", "县"]),
        "place": pa.array(["东街", None, "", "it's", "%"]),
        "irregular": pa.array([True, False, None, True, False]),
        "received_on": pa.array([date(2025, 1, 1), date(2024, 2, 29), *[date(2025, 6, 30)] * 3]),
        "due_on": pa.array([date(2025, 3, 1), None, date(2025, 6, 30), None, date(2026, 1, 1)]),
        "closed_on": pa.array([None, date(2025, 3, 2), None, None, date(2025, 7, 1)], pa.date32()),
        "submitted_at": pa.array([datetime(2025, 1, 1, 12), None, None, None, None],
                                 pa.timestamp("us")),
    }
)  # fmt: skip


def compiled(text, kind="boolean"):
    """Return what a text compiles to (or None) and the findings."""
    compiler = ExpressionCompiler(SCOPE)
    result = compiler.compile(text, lambda offset: Place("r.yaml", 1, 1 + offset), kind)
    return result, compiler.findings


def run(session, result):
    """Return the values of a compiled expression, row by row.

    Numbers that outgrow 64 bits stop a run with a finding of their own; these give no values.
    """
    session.register("rows", ROWS)
    sql = result.sql.sql("duckdb")
    try:
        return session.query(f'SELECT {sql} AS v FROM "rows"').column(0).to_pylist()
    except EngineFailure as error:
        if error.findings[0].code == "overflow":
            return []
        raise


# Good ones, by type

WHOLE = st.integers(0, 1000).map(str)
FIGURES = st.one_of(
    WHOLE, st.sampled_from(["0.5", "1.25", "90%", "33.3%", "0.0001", "1000000", "7.0"])
)
DAYS = st.sampled_from(
    ["'2025-03-01'", "date '2024-02-29'", "received_on", "due_on", "closed_on", "办结日期"]
)
MOMENTS = st.one_of(DAYS.filter(lambda d: not d.startswith("'")), st.just("submitted_at"))


def _numbers(inner):
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(" ".join),
        pair.map(lambda p: f"least({p[0]}, {p[1]})"),
        pair.map(lambda p: f"greatest({p[0]}, {p[1]})"),
        pair.map(lambda p: f"coalesce({p[0]}, {p[1]})"),
        inner.map(lambda n: f"({n})"),
        inner.map(lambda n: f"-({n})"),
        inner.map(lambda n: f"abs({n})"),
        inner.map(lambda n: f"floor({n})"),
        inner.map(lambda n: f"ceil({n})"),
        inner.map(lambda n: f"round({n}, 1)"),
        st.tuples(st.sampled_from(["irregular", "people > 3"]), inner, inner).map(
            lambda t: f"case when {t[0]} then {t[1]} else {t[2]} end"
        ),
    )


NUMBERS = st.recursive(
    st.one_of(
        FIGURES,
        st.sampled_from(["people", "人数", "score", "rate", "length(place)"]),
        st.tuples(MOMENTS, MOMENTS).map(lambda d: f"days({d[0]}, {d[1]})"),
        MOMENTS.map(lambda d: f"year({d})"),
        MOMENTS.map(lambda d: f"month({d})"),
        MOMENTS.map(lambda d: f"day({d})"),
        MOMENTS.map(lambda d: f"weekday({d})"),
    ),
    _numbers,
    max_leaves=6,
)
COMPARED = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
TESTS = st.one_of(
    st.sampled_from(
        [
            "irregular", "非正常", "true", "level in ('村', '京')", "层级 = '县'", "place = '东街'",
            "place is null", "place like '东%'", "people between 1 and 10", "closed_on is not null",
            "empty(rate)", "rate >= 90%", "irregular is null", "received_on in ('2025-01-01')",
            "submitted_at between '2025-01-01' and '2025-12-31'",
        ]
    ),
    st.tuples(NUMBERS, COMPARED, NUMBERS).map(" ".join),
    st.tuples(MOMENTS, COMPARED, DAYS).map(" ".join),
)  # fmt: skip


def _logic(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda t: f"({t[0]}) {t[1]} ({t[2]})"
        ),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
        inner.map(lambda t: f"not ({t})"),
    )


CONDITIONS = st.recursive(TESTS, _logic, max_leaves=4)

# The same in other words

SYNONYMS = {
    "and": ["且", "并且"], "or": ["或", "或者"], "not": ["非", "并非"], "not in": ["不属于"],
    "in": ["属于"], "between": ["介于"], "is null": ["为空"], "is not null": ["不为空"],
    "true": ["真"], "false": ["假", "否"],
    "=": ["等于", "为", "是", "＝"], "<>": ["不等于", "不是", "不为", "≠"],
    "<": ["小于", "少于", "低于", "早于", "不足", "＜"], "<=": ["不超过", "不大于", "不晚于", "≤"],
    ">": ["大于", "超过", "高于", "晚于", "＞"], ">=": ["不少于", "大于等于", "≥", "＞＝"],
    "(": ["（"], ")": ["）"], ",": ["，", "、"], "+": ["＋"], "-": ["－", "−"], "*": ["×", "＊"],
    "/": ["÷", "／"],
    "days": ["天数"], "year": ["年"], "month": ["月"], "day": ["日"], "weekday": ["星期"],
    "length": ["字数"], "greatest": ["最大"], "least": ["最小"], "abs": ["绝对值"],
    "floor": ["取整"], "ceil": ["进一"], "round": ["四舍五入"],
    "people": ["人数"], "score": ["评分"], "rate": ["比率"], "level": ["层级"],
    "place": ["地点"], "irregular": ["非正常"], "received_on": ["登记日期"], "due_on": ["期限"],
    "closed_on": ["办结日期"], "submitted_at": ["上报时间"],
    "'2025-03-01'": ["date '2025-03-01'", "2025-03-01", "2025年3月1日", "3月1日"],
    "date '2024-02-29'": ["2024-02-29", "2024年2月29日"],
}  # fmt: skip
PARTS = re.compile(
    r"date '[^']*'|'[^']*'|is not null|is null|not in|<>|<=|>=|[\d.]+%?|\w+|[^\w\s]|(\s+)"
)
ENGLISH = re.compile(f"(?!(?:{'|'.join(SCOPE.symbols)})$)[a-z].*")
"""Words that cannot stand together with Chinese ones: all but names."""


@st.composite
def spelt(draw, conditions=CONDITIONS):
    """A good condition, and the same in words and signs of a paper, with spaces or without."""
    plain = text = last = ""
    for match in PARTS.finditer(draw(conditions)):
        if match[1]:
            continue
        part = match[0]
        if part == "'2025-03-01'" and plain.endswith("("):  # in a list or call: a day either way
            part = "date '2025-03-01'"
        synonyms = [part.replace("%", "％")] if part.endswith("%") else SYNONYMS.get(part, [])
        chosen = draw(st.sampled_from([part, *synonyms]))
        together = (last + chosen).isascii() or any(map(ENGLISH.fullmatch, (last, chosen)))
        spaces = [" ", "　"] if together else ["", " ", "　"]
        plain += f" {part}"
        text += draw(st.sampled_from(spaces)) + chosen
        last = chosen
    return plain, text


# Bad ones

WORDS = st.sampled_from(
    """
    people 人数 level irregular closed_on submitted_at rate place nobody and or not in is null
    between like case when then else end ( ) , + - * / % = <> < <= > >= 1 0.5 90% 'x' '县'
    '2025-01-01' date cast as select from exists union all pct round floor ceil least days year
    weekday empty length coalesce abs true false ; . : :: || [ ] { } \\ ? @ # $ ! ~ ^ & | " ' `
    -- /* */ interval 1e5 1e999 x'00' over partition by filter where distinct extract timestamp
    0x1F current_date now random
    """.split()
)
NOISE = st.lists(WORDS, min_size=1, max_size=12).flatmap(
    lambda words: st.sampled_from([" ", ""]).map(lambda glue: glue.join(words))
)
ANY_TEXT = st.one_of(NOISE, st.text(max_size=40))


@st.composite
def mutations(draw):
    """A good condition, damaged in one to three places."""
    text = draw(CONDITIONS)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        span = draw(st.integers(0, 4))
        text = (
            text[:at] + draw(st.one_of(st.just(""), WORDS, st.text(max_size=2))) + text[at + span :]
        )
    return text
