"""What holds for the layout of every file: it is settled, says the same, and keeps comments."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pen import Pen

from rules_engine.model.ruleset import ClausesDocument, RulesetDocument
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.layout import laid_out
from rules_engine.yamltext.read import parse_document

QUICK = settings(
    deadline=None, database=None, max_examples=40, suppress_health_check=list(HealthCheck)
)
ROOT = Path(__file__).parents[2]
SHAPES = {"ruleset.yaml": RulesetDocument, "clauses.yaml": ClausesDocument}
FILES = {
    file: file.read_text(encoding="utf-8")
    for name in SHAPES
    for file in sorted([*ROOT.glob(f"rulesets/*/{name}"), *ROOT.glob(f"tests/**/{name}")])
}
KEYS = ("title", "sections", "criteria", "a", "b_2", "label", "clause", "points", "assumed", "村")
SCALARS = st.one_of(
    st.text(st.sampled_from("a1 三“”'\"#:,-{}[]%&*!|>?@\\\t\n"), max_size=12),
    st.sampled_from(["90%", "2025-01-31", "null", "no", "层级 in ('市', '省')", "长" * 70]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=20,
)


def fmt(text, shape=RulesetDocument):
    return laid_out(text, "x.yaml", shape, registry().methods)


@settings(QUICK, max_examples=200)
@given(value=st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1), data=st.data())
def test_any_file_is_settled_says_the_same_and_keeps_its_comments(value, data):
    pen = Pen(data)
    text = "\n".join(pen.block(value, 0)) + "\n"
    document = parse_document(text, "x.yaml")
    done = fmt(text)
    assert fmt(done) == done
    assert parse_document(done, "x.yaml").value == document.value
    marks = re.findall("# 注\\d+。", done)
    assert Counter(marks) == Counter(f"# 注{n}。" for n in range(1, pen.comments + 1))
    assert not re.search(r"[ \t]+$|\n\n\n|\A\n|\n\n\Z", done, re.M) or "|" in done


PLACES = re.compile(r"^( *)((?:- )?[\w.]+: ?|- )(?=\S|$)(?!.*>-)", re.M)
"""Where a line of a shipped file says something that a comment can be about."""


def _head(line):
    """Return what tells a line from others: its key, or a list's row without its spaces."""
    line = line.split("  #")[0].strip()
    return re.sub(r"\s", "", line) if line.startswith("- {") else line.split(":")[0]


@settings(QUICK)
@given(file=st.sampled_from(list(FILES)), data=st.data())
def test_comments_stay_next_to_what_they_are_about(file, data):
    text = FILES[file]
    done = fmt(text, SHAPES[file.name])  # so that only what is added here can move
    lines = done.split("\n")
    places = [n for n, line in enumerate(lines) if PLACES.match(line) and "#" not in line]
    chosen = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=6, unique=True))
    wanted = {}
    for number, n in enumerate(sorted(chosen, reverse=True)):
        mark, above = f"# 注{number}。", data.draw(st.booleans())
        wanted[mark] = (_head(lines[n]), above)
        if above:
            indent = len(lines[n]) - len(lines[n].lstrip())
            lines.insert(n, " " * indent + mark)
        else:
            lines[n] += f" {mark}"
    again = fmt("\n".join(lines), SHAPES[file.name]).split("\n")
    for mark, (head, above) in wanted.items():
        (at,) = (n for n, line in enumerate(again) if mark in line)
        if above:
            at = next(n for n in range(at, len(again)) if again[n].strip()[:1] not in ("#", ""))
        assert _head(again[at]) == head


@settings(QUICK)
@given(file=st.sampled_from([f for f in FILES if f.name == "ruleset.yaml"]), data=st.data())
def test_the_order_of_keys_before_makes_no_difference(file, data):
    done = fmt(FILES[file])
    lines, start = done.split("\n"), 0
    for n in range(len(lines) + 1):  # shuffle the one-line keys of each score line
        own = re.match(r"        \w+: [^>{]*$", lines[n]) if n < len(lines) else None
        if own and "#" not in lines[n]:
            continue
        if n - start > 1:
            lines[start:n] = data.draw(st.permutations(lines[start:n]))
        start = n + 1
    assert fmt("\n".join(lines)) == done
