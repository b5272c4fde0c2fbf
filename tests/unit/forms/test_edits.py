"""Where entries stand once others were added or taken out."""

from __future__ import annotations

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.forms.edits import Edits, New
from rules_engine.model.ruleset import RulesetDocument

ROWS = ("acknowledge",)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), count=st.integers(1, 4))
def test_rows_are_where_the_edits_say(data, count):
    added = data.draw(st.lists(st.integers(-1, count - 1), max_size=4))
    gone = data.draw(st.sets(st.integers(0, count - 1), max_size=count - 1))
    edits = Edits(
        tokens={(*ROWS, 0, "code"): "changed"},
        new=[New(ROWS, None, after, {"code": f"new{n}"}) for n, after in enumerate(added)],
        gone=[(*ROWS, index) for index in gone],
    )
    old = [f"old{n}" for n in range(count)]
    text = "acknowledge:\n" + "".join(f"  - {{code: {name}}}  # {name}\n" for name in old)
    written = edits.written(text, RulesetDocument, {})
    assert written is not None
    now = [row["code"] for row in yaml.safe_load(written)["acknowledge"]]
    old[0] = "changed"
    for index, name in enumerate(old):
        if index not in gone:
            assert now[int(edits.now((*ROWS, index), taken=True)[-1])] == name
    for n, new in enumerate(edits.new):
        assert now[edits.index(new)] == f"new{n}"
    assert len(now) == count + len(added) - len(gone)


def test_what_would_say_something_else_is_not_written():
    edits = Edits(new=[New((), "title", None, "a"), New((), "title", None, "b")])
    assert edits.written("scale: 1\n", RulesetDocument, {}) is None
