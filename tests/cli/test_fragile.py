"""``rules-engine fragile``: what would move a subject, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_engine.cli.output import open_store
from rules_engine.hypotheses.sensitivity import fragile_subjects
from rules_engine.plugin_manager import registry
from rules_engine.report.explain import explain_subject
from rules_engine.run.assess import open_run

RULESETS = Path(__file__).parents[2] / "rulesets"


def turns(cli, name, *options):
    """Return for each cause what it would bring a subject: score, place, grade."""
    found = cli("fragile", "latest", "--all", "--format", "json", *options).json["subjects"]
    return {
        (c["act"], c["step"], c["column"], c["value"], record): (t["score"], t["rank"], t["grade"])
        for subject in found if subject["name"] == name
        for t in subject["turns"] for c in t["causes"] for record in c["records"] or [""]
    }  # fmt: skip


def test_one_record_or_rounding_step(cli):
    cli.assess()
    told = turns(cli, "South")
    # 35 + 40 − 0: the matter that is open is closed in time, and the line is full; 75 ≥ 60
    assert told["other", 0, "办结日期", "2025-04-01", "k2"] == (75, 4, "Good")
    # without it the other one is all there is, and of 1 person: 35 + 40 + 5
    assert told["less", 0, "", "", "k2"] == (80, 4, "Good")
    north = turns(cli, "North")
    assert north["rounding", -1, "", "", ""] == (104.99, 2, "Excellent")
    # 105 − 5 − 10 for a visit to the province, the second place of four
    assert north["more", 0, "", "", "x1"] == (90, 2, "Good")


def test_others_move_along(cli):
    cli.assess()
    found = cli("fragile", "latest", "--format", "json").json["subjects"]
    north = next(s for s in found if s["name"] == "North")
    # the matter of North is not closed: 65; two of four are excellent, and East is the second now
    turn = next(t for t in north["turns"] if t["score"] == 65)
    assert (turn["grade"], turn["lost"]) == ("Good", ["Model village"])
    moved = {m["name"]: (m["rank"], m["new_rank"], m["new_grade"]) for m in turn["others"]}
    assert moved == {"East": (3, 2, "Excellent")}
    # the cadre who answers for it whole goes with it
    ann = next(s for s in found if s["name"] == "Ann")
    first = ann["turns"][0]
    assert (first["score"], first["rank"], first["grade"]) == (65, 1, "Good")
    assert ann["kind"] == "cadre"


def test_only_grades(cli):
    cli.assess()
    found = cli("fragile", "latest", "--grades", "--format", "json").json["subjects"]
    assert {s["name"] for s in found} == {"North", "West", "East", "South", "Ann", "Bob"}
    assert not any(c["act"] == "rounding" for s in found for t in s["turns"] for c in t["causes"])


def test_only_the_nearest(cli):
    cli.assess()
    north = cli("fragile", "latest", "--format", "json").json["subjects"][0]
    assert (len(north["turns"]), north["more"]) == (5, 3)
    # another grade first, the least step first
    assert [t["score"] for t in north["turns"]] == [90, 65, 60, 105, 105.01]
    assert "and 3 more outcomes: --all" in cli("fragile", "latest").out


def test_text_in_both_languages(cli):
    cli.assess()
    text = cli("fragile", "latest", "--all").out
    assert "65, place 3, Good; without “Model village”; East from Good to Excellent" in text
    assert "one record more of “走访” for North (like x1); look at No irregular visits" in text
    text = cli("fragile", "latest", "--lang", "zh").out
    assert "65 分，第 3 名，Good；失去“Model village”；East由“Good”变为“Excellent”" in text


def test_a_dispute_that_would_matter(cli):
    cli.change("grades:\n", "appeals: {adjust: {up_to: 6}, assumed: silent}\n\ngrades:\n")
    cli.publish()
    assert not any(key[0] == "dispute" for key in turns(cli, "South"))
    assert cli("appeal", "open", "latest", "South", "closing", "--reason", "x").code == 0
    # the whole line is won: 35 + 40
    assert turns(cli, "South")["dispute", 0, "", "", "1"] == (75, 4, "Good")
    assert "the dispute about “Matters closed” is won" in cli("fragile", "latest").out


def test_lines_that_cannot_be_tried(cli):
    cli.change("        when: not remote\n", "")
    cli.change(
        "case when people_total < 10 then 5 else 0 end", "case when remote then 0 else 5 end"
    )
    cli.assess()
    untried = cli("fragile", "latest", "--format", "json").json["untried"]
    assert [line["line"] for line in untried] == ["Small matters"]
    assert "not tried: “Small matters”: it goes by the lists" in cli("fragile", "latest").out


def test_too_large_to_wait_for(cli, monkeypatch):
    cli.assess()
    monkeypatch.setattr("rules_engine.hypotheses.sensitivity.MOST_PAIRS", 15)
    answer = cli("fragile", "latest", "--format", "json")
    assert (answer.code, answer.codes) == (2, ["too-many-to-try"])
    # four villages in one list are sixteen pairs
    assert "4 villages with 11 records are too many" in answer.out


@pytest.mark.parametrize("ruleset", ["touzha-family-planning", "mine-2011"])
def test_what_would_have_been_enough_is_among_it(cli, ruleset):
    folder = RULESETS / ruleset
    assert cli("assess", folder, "--data", folder / "sample").code == 0
    with open_store(str(cli.store)) as opened:
        run = open_run(opened.get("latest"), registry())
    told = {s.id: s.turns for s in fragile_subjects(run.reader, run.dataset).subjects}
    tried = 0
    for village in run.reader.villages():
        explained = explain_subject(run.reader, village.id, None)
        for change in explained.changes:
            if change.records == 1:
                tried += 1
                assert explained.goal in {turn.grade for turn in told[village.id]}
    run.close()
    assert tried > 4
