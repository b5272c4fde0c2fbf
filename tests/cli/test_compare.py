"""``rules-engine runs compare``: who moved, by which lines, and why."""

from __future__ import annotations

import pytest

CORRECTION = """\
source: letter no. 7
changes:
  - {table: visits, key: x1, set: {irregular: false}}
"""


@pytest.fixture
def published(cli):
    cli.change("grades:\n", "appeals: {adjust: {up_to: 6}, assumed: silent}\n\ngrades:\n")
    return cli.publish()["run_id"]


def decided(cli, line, *options):
    made = cli("appeal", "open", "latest", "South", line, "--reason", "x", "--format", "json")
    if made.code:
        made = cli("appeal", "open", cli.first, "South", line, "--reason", "x", "--format", "json")
    return cli("appeal", "decide", made.json["number"], "--reason", "x", *options,
               "--format", "json").json["result"]  # fmt: skip


def moves(cli, first, second):
    found = cli("runs", "compare", first, second, "--format", "json").json
    held = {
        move["name"]: {line["criterion"]: (line["before"], line["after"], *line["causes"])
                       for line in move["lines"]}
        for move in found["moves"] if move["kind"] == "village"
    }  # fmt: skip
    return found["causes"], held


def test_what_a_decision_moved(cli, published):
    cli.first = published
    file = cli.folder / "correct.yaml"
    file.write_text(CORRECTION, encoding="utf-8")
    one = decided(cli, "irregular", "--correct", file)
    causes, held = moves(cli, published, one)
    assert causes == ["overlay"]
    assert held["South"] == {"irregular": (25, 40, "overlay")}
    two = decided(cli, "reporting", "--adjust", "-1")
    assert moves(cli, one, two)[1]["South"] == {"reporting": (10, 9, "adjustment")}
    causes, held = moves(cli, published, two)
    assert causes == ["overlay", "adjustment"]
    assert held["South"] == {
        "irregular": (25, 40, "overlay"),
        "reporting": (10, 9, "adjustment"),
    }
    text = cli("runs", "compare", published, two).out
    assert "appeal 1: 走访 x1: 非正常 true → false (letter no. 7)" in text
    assert "Reports on time: 10 → 9 (points adjusted)" in text
    assert cli("runs", "compare", two, two).out.endswith("different: nothing\nnobody moved\n")


def test_other_records_and_other_rules(cli):
    first = cli.assess()["run_id"]
    visits = cli.data / "visits.csv"
    text = visits.read_text(encoding="utf-8")
    visits.write_text(
        text.replace("x1,v2,省,2025-05-01,2,false,true", "x1,v2,省,2025-05-01,2,false,false")
    )
    second = cli.assess()["run_id"]
    causes, held = moves(cli, first, second)
    assert causes == ["data"]
    assert held["South"] == {"irregular": (25, 40, "data")}
    cli.change("{to: 1, points: 20}", "{to: 1, points: 10}")
    third = cli.assess()["run_id"]
    causes, held = moves(cli, second, third)
    assert causes == ["ruleset"]
    assert held["North"] == {"reporting": (20, 10, "ruleset")}
    assert "South" not in held or not held["South"]
    text = cli("runs", "compare", first, third).out
    # South's visit counts no more, and a village without trouble has 10 instead of 20
    assert "of that by other rules 0 points" in text
    assert "by other records +15 points" in text
    assert "of that by other rules -10 points" in text
    fourth = cli.assess("--as-of", "2025-06-30")["run_id"]
    assert moves(cli, third, fourth)[0] == ["days"]
