"""A ruleset with room for one construct, so that each is read back by itself."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from rules_engine.description import describe
from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

INDICATORS = {
    "late": {"label": "迟报", "from": "reports", "where": "submitted_at > due_at"},
    "open": {"label": "积案", "from": "cases", "where": "closed_on is null", "period": "all"},
    "people": {"label": "人数", "from": "cases", "sum": "people"},
    "closed": {"label": "办结率", "from": "cases", "rate": {"of": "closed_on is not null"}},
    "sign": {"label": "挂牌日", "from": "checks", "where": "item = '挂牌'", "earliest": "检查日期"},
    "own": {"label": "本人积案", "subject": "cadre", "from": "cases", "through": "包案领导",
            "where": "closed_on is null"},
}  # fmt: skip
BESIDE = {"band-gap", "points-do-not-add-up", "unreachable-grade", "no-clause", "number-unsourced"}
"""What is wrong with a ruleset of which only one construct is looked at."""


def ruleset(**more):
    """Return a ruleset as a mapping, with these keys instead of its own."""
    whole = {
        "ruleset": "one",
        "title": "考核",
        "edition": "1",
        "effective": {"from": "2020-01-01"},
        "language": "zh",
        "period": {"from": "2025-01-01", "to": "2025-12-31"},
        "scale": 100,
        "assumed": {"scale": "例", "base": "例", "rounding": "例"},
        "tables": {
            "villages": {"columns": {"income": {"label": "收入", "type": "decimal"}}},
            "cadres": {}, "assignments": {}, "cases": {}, "visits": {}, "reports": {},
            "checks": {}, "ratings": {},
        },
        "indicators": INDICATORS,
        "standards": {"calm": {"label": "无积案", "when": "open = 0"}},
        "sections": {"rest": section(rest=line("formula", 100, formula="100"))},
        "grades": {"good": {"label": "好", "from": 80, "assumed": "例"},
                   "poor": {"label": "差", "from": 0}},
    }  # fmt: skip
    return {**whole, **more}


def line(method, points=10, **fields):
    """Return a score line, which counts nothing where the sections must add up."""
    return {"label": "项目", "points": points, "method": method, **fields}


def section(kind="score", subject="village", label="部分", keys=None, **lines):
    """Return a section with its lines."""
    own = {} if kind == "score" else {"kind": kind}
    whose = {} if subject == "village" else {"subject": subject}
    return {"label": label, **own, **whose, **(keys or {}), "clause": "E-1",
            "assumed": "例", "criteria": lines}  # fmt: skip


def articles(document, language):
    """Return the articles of a ruleset by title, in a language."""
    with TemporaryDirectory() as folder, speaking(language):
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        checked = load_ruleset(lay_ruleset(Path(folder), text), registry())
        broken = [f for f in checked.findings if f.severity == "error" and f.code not in BESIDE]
        assert not broken, [(f.code, str(f.message), str(f.place)) for f in broken]
        paper = describe(checked, registry().methods)
        return {
            a.title: a.text.replace("（依据：E-1 E-1）", "")
            .replace("(Clauses: E-1 E-1)", "")
            .strip()
            for chapter in paper.chapters
            for a in chapter.articles
        }


def of_line(spec, language, kind="score", subject="village", keys=None):
    """Return title and text of the article of one line."""
    document = ruleset(sections={"one": section(kind, subject, keys=keys, line=spec)})
    found = articles(document, language)
    return next((title, text) for title, text in found.items()
                if title.startswith(spec["label"]))  # fmt: skip
