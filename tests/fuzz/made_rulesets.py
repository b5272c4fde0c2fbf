"""Makes rulesets that nobody wrote, from the schema that editors complete with."""

from __future__ import annotations

import random
from datetime import date, timedelta

from constructs import INDICATORS, line, ruleset, section
from edits import NASTY

from rules_engine.plugin_manager import registry
from rules_engine.ruleset.schema import ruleset_schema

SCHEMA = ruleset_schema(registry().methods)
METHODS = tuple(registry().methods)
TABLES = ("cases", "visits", "reports", "checks", "ratings")
NUMBERS = (
    "late",
    "open",
    "people",
    "closed",
    "more_of_it",
    "people + 2 * late",
    "late / 3",
    "round(late / 7, 1)",
    "greatest(late, open)",
    "期初的年份",
    "0",
    "90%",
    "closed * 100",
    "case when late > 1 then 5 when calm then 2 else 0 end",
)
RECORDS = {
    "cases": (
        "closed_on is null",
        "closed_on <= due_on",
        "first_time",
        "people > 5",
        "workdays(received_on, closed_on) > 15",
        "办结日期 不晚于 期限",
        "year(due_on) = 2025",
    ),
    "visits": (
        "irregular",
        "level in ('省', '京')",
        "not collective",
        "people between 3 and 9",
        "层级 = '县' 且 非正常",
    ),
    "reports": ("submitted_at > due_at", "submitted_at is null", "kind = '月'", "迟报"),
    "checks": ("item = '挂牌'", "item like '%会%'", "检查日期 早于 2025-06-01", "result > 3"),
    "ratings": ("kind = '群众'", "score >= 60"),
}
SUMS = {
    "cases": "people",
    "visits": "people",
    "reports": "items_settled",
    "checks": "points",
    "ratings": "score",
}
WORDS = (
    "考核",
    "5人以上",
    "迟报",
    "大于",
    "A/B",
    "“引”",
    "甲、乙",
    "and",
    "一票否决",
    "村",
    "x",
    "90%",
)
IDS = ("more_of_it", "first", "second", "late_now", "calm", "good")


def made(number: int) -> dict:
    """Return a ruleset as a mapping: a sound one in which one to four parts are made up."""
    dice = random.Random(number)
    document = ruleset()
    document["indicators"] = dict(INDICATORS)
    for _ in range(dice.choice((1, 1, 2, 3, 4))):
        _make_part(document, dice)
    if dice.random() < 0.9:
        _add_up(document)
    return document


def _add_up(document):
    """Let the points of the sections be those of their lines, and the scale those of all."""
    whole = 0
    for part in document["sections"].values():
        part.pop("points", None)
        if part.get("kind", "score") == "score" and part.get("subject", "village") == "village":
            points = [line.get("points") for line in part["criteria"].values()]
            whole += sum(p for p in points if isinstance(p, int | float))
    document["scale"] = whole


def _make_part(document, dice):
    """Put a part that was made up into the document."""
    kind = dice.choice(("line", "line", "line", "section", "indicator", *PARTS, *KEYS))
    if kind == "line":
        _add_line(document, dice, _line(dice))
    elif kind == "section":
        keys = {k: v for k, v in _grow(_of("Section"), dice).items() if k != "criteria"}
        document["sections"]["other"] = {**keys, "criteria": {"l": _line(dice)}}
    elif kind == "indicator":
        document["indicators"] = {**document["indicators"], "more_of_it": _indicator(dice)}
    elif kind in PARTS:
        made = _grow(_of(PARTS[kind]), dice)
        document[kind] = {**document.get(kind, {}), dice.choice(IDS): made}
    else:
        document[kind] = _grow(SCHEMA["properties"][kind], dice, kind)


PARTS = {
    "standards": "Standard",
    "grades": "Grade",
    "consequences": "Consequence",
    "targets": "Target",
    "pay": "Pay",
    "parameters": "Parameter",
}
KEYS = ("rounding", "subjects", "appeals", "responsibility", "assessed", "base", "holidays")


def _add_line(document, dice, made):
    kind = dice.choice(("score", "bonus", "deduction"))
    keys = {} if dice.random() < 0.7 else {"monthly": dice.choice(("sum", "average"))}
    if kind == "score" and dice.random() < 0.2:
        keys["weight"] = dice.choice(("50%", "33.3333%", "150%"))
    document["sections"]["one"] = section(kind, keys=keys, made=made)


def _line(dice):
    method = dice.choice(METHODS)
    grown = _grow(_of(f"criterion-{method.replace(' ', '-')}"), dice)
    grown = {k: v for k, v in grown.items() if dice.random() < 0.98}
    points = dice.choice((0, 10, 10, 10, 100))
    return {**line(method), **grown, "points": points, "clause": "E-1"}


def _indicator(dice):
    table = dice.choice(TABLES)
    made = {"label": dice.choice(WORDS), "from": table}
    if dice.random() < 0.8:
        made["where"] = dice.choice(RECORDS[table])
    how = dice.choice(("count", "sum", "max", "min", "rate", "grown"))
    if how in ("sum", "max", "min"):
        made[how] = SUMS[table]
    elif how == "rate":
        made["rate"] = {"of": dice.choice(RECORDS[table])}
    elif how == "grown":
        made |= _grow(_of("Indicator"), dice)
    return made


def _of(name):
    return SCHEMA["$defs"][name]


def _grow(shape, dice, key="", table=None):
    """Return a value of a shape of the schema, in which names mostly stand for something."""
    while "$ref" in shape:
        shape = _of(shape["$ref"].rsplit("/", 1)[1])
    shapes = shape.get("anyOf") or shape.get("oneOf")
    if shapes:
        if any(s.get("type") == "number" for s in shapes):
            amounts = SHARES if key in ("share", "back", "at_least", "quota") else AMOUNTS
            return dice.choice((*amounts, dice.choice(shapes).get("const", "50%")))
        return _grow(dice.choice(shapes), dice, key, table)
    if "const" in shape:
        return shape["const"]
    if "enum" in shape:
        return dice.choice(shape["enum"])
    kind = shape.get("type", "string")
    if kind == "object":
        return _grow_object(shape, dice, table)
    if kind == "array":
        return [_grow(shape.get("items", {}), dice, key, table) for _ in range(dice.randint(1, 3))]
    if kind in ("boolean", "null"):
        return dice.random() < 0.5 if kind == "boolean" else None
    if kind == "integer":
        return dice.choice((0, 1, 2, 2, 3, 4, -1))
    if kind == ["number", "string"] and key not in ("by", "from", "to"):
        return dice.choice(AMOUNTS)
    return _text(key, dice, table)


SHARES = ("0%", "10%", "50%", "100%", "33.3333%")
AMOUNTS = (0, 1, 2, 3, 5, 10, 10, 20, 50, 60, 90, 100, -1, 0.5, "50%", "33.3333%", 10**9, 1e-4)


def _grow_object(shape, dice, table):
    keys, required = shape.get("properties", {}), shape.get("required", ())
    if not keys:
        inner = shape.get("additionalProperties") or next(
            iter(shape.get("patternProperties", {}).values()), {}
        )
        named = dice.sample(IDS, dice.randint(1, 2))
        return {name: _grow(inner, dice, "", table) for name in named}
    if "from" in keys and ("where" in keys or "classes" in keys):
        table = dice.choice(TABLES)
    grown = {
        k: dice.choice(NASTY) if dice.random() < 0.003 else _grow(s, dice, k, table)
        for k, s in keys.items()
        if k in required or dice.random() < 0.25
    }
    return {**grown, **({"assumed": "例"} if "assumed" in keys else {})}


def _text(key, dice, table):
    conditions = RECORDS[table] if table else STANDING
    pools = {
        "of": NUMBERS if not table else (*RECORDS[table], SUMS[table]),
        "by": NUMBERS,
        "value": NUMBERS,
        "formula": NUMBERS,
        "where": conditions,
        "when": conditions,
        "met": STANDING,
        "veto": STANDING,
        "for": ("kind = '村'", "county <> '平川'"),
        "from": (table or _day(dice),),
        "to": (_day(dice),),
        "sum": SUMS.values(),
        "share": ("calm", "good"),
        "per": ("people", "10", "begun 3"),
        "kind": ("群众", "领导"),
        "clause": ("E-1",),
        "group": ("kind", "township"),
        "through": ("包案领导", "书记"),
        "grade": ("good", "poor"),
        "floor": ("none", "0", "-5"),
        "cap": ("none", "10"),
        "unit": ("元", "分"),
    }
    if key in pools:
        return dice.choice([*pools[key]])
    if key in ("label", "title", "reason", "zh", "en", "plural", "assumed"):
        return dice.choice(WORDS) + ("" if dice.random() < 0.1 else f" {dice.randrange(999)}")
    return dice.choice((*AMOUNTS[:7], _day(dice), *WORDS))


STANDING = (
    "late > 0",
    "calm",
    "not calm",
    "late = 0 and open < 3",
    "closed >= 90%",
    "迟报大于1",
    "people > 5 or closed is null",
    "kind = '村'",
    "late in (1, 2)",
    "income > 1000",
)


def _day(dice):
    return (date(2024, 12, 1) + timedelta(days=dice.randint(0, 420))).isoformat()
