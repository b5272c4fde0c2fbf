"""Who moves under new rules, on a terminal."""

from __future__ import annotations

from decimal import Decimal

from rules_engine.cli.moves import MOST_ROWS, _print_table
from rules_engine.hypotheses.whatif_values import Move, ResultSummary
from rules_engine.messages import speaking
from rules_engine.model.subjects import SubjectKind


def stands(score, grade="good"):
    return ResultSummary(Decimal(score), 1, grade, "", (), Decimal(0))


def test_those_who_move_furthest_are_shown_in_their_order(capsys):
    moves = [
        Move(SubjectKind.VILLAGE, f"v{n:02}", f"name{n:02}", stands(100), stands(100 - n), ())
        for n in range(1, MOST_ROWS + 3)
    ]
    moves[1] = Move(SubjectKind.VILLAGE, "v02", "name02", stands(100), stands(100, "fair"), ())
    with speaking("en"):
        _print_table(moves, "villages")
    told = capsys.readouterr().out
    shown = [word for word in told.split() if word.startswith("name") and word != "name"]
    # another grade weighs more than points; the two that lose the fewest points are left out
    assert shown == [f"name{n:02}" for n in (2, *range(4, MOST_ROWS + 3))]
    assert "… 2 more" in told


def test_two_of_one_name_are_told_apart_and_nothing_commands_the_terminal(capsys):
    moves = [
        Move(SubjectKind.VILLAGE, key, "a\x1b[1m", stands(9), stands(8), ()) for key in ("x", "y")
    ]
    with speaking("en"):
        _print_table(moves, "villages")
    told = capsys.readouterr().out
    assert "(x)" in told
    assert "(y)" in told
    assert "\x1b" not in told
