"""``rules-engine fragile``: what would move a village, worked out by hand."""

from __future__ import annotations


def nudges(cli, name):
    found = cli("fragile", "latest", "--format", "json").json["villages"]
    return {
        (n["cause"], n["what"], n["step"]): (n["score"], n["rank"], n["grade"])
        for village in found if village["name"] == name for n in village["nudges"]
    }  # fmt: skip


def test_one_record_or_rounding_step(cli):
    cli.assess()
    told = nudges(cli, "South")
    # 35 + 40 − 0: one more matter is closed, and the line is full; 75 ≥ 60
    assert told["record", "办结率", 1] == (75, 4, "Good")
    north = nudges(cli, "North")
    assert north["rounding", "", -1] == (104.99, 2, "")
    assert north["record", "非正常访", 1] == (100, 2, "")


def test_a_dispute_that_would_matter(cli):
    cli.change("grades:\n", "appeals: {adjust: {up_to: 6}, assumed: silent}\n\ngrades:\n")
    run = cli.assess()["run_id"]
    for verb in ("review", "publish"):
        assert cli("runs", verb, run, "--reason", "x").code == 0
    assert not any(cause == "dispute" for cause, _, _ in nudges(cli, "South"))
    assert cli("appeal", "open", "latest", "South", "closing", "--reason", "x").code == 0
    # the whole line is won: 35 + 40
    assert nudges(cli, "South")["dispute", "Matters closed", 0] == (75, 4, "Good")
    text = cli("fragile", "latest").out
    assert "the dispute about “Matters closed” is won: 75, place 4, by the score “Good”" in (
        text.replace("; by", ", by")
    )
