"""Mixtures of two rulesets give, put together from their lines, what each gives by itself."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from rules_engine.engines import EMBEDDED
from rules_engine.hypotheses.mixtures import Mixtures
from rules_engine.hypotheses.ruleset_changes import pieces_of
from rules_engine.hypotheses.shapley import weighing
from rules_engine.hypotheses.whatif import try_on
from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.read import read_ruleset
from rules_engine.run.assess import Request, assess
from rules_engine.run.compute import MemoryPlace, compute
from rules_engine.store import Store

SMALL = Path(__file__).parents[2] / "fixtures" / "small"
EDITS = {
    "lines": [
        ("{of: irregular_visits, each: 5}", "{of: irregular_visits, each: 8}"),
        ("goal: {label: 目标, value: 90%", "goal: {label: 目标, value: 40%"),
        ("where: submitted_at > due_at", "where: submitted_at is not null"),
        ("{to: 1, points: 20}", "{to: 1, points: 18}"),
        ("people_total < 10", "late_reports < 10"),
    ],
    "sums": [
        ("deduct: [{of: absences, each: 2}]", "deduct: [{of: absences, each: 3}]"),
        ("excellent: {label: Excellent, from: 90, quota: 50%", "excellent: {label: Excellent, "
         "from: 80, quota: 25%"),
        ("    points: 5\n    clause: S-3", "    points: 5\n    cap: 3\n    clause: S-3"),
        ("        veto: high_visits > 2\n", "        veto: irregular_visits > 0\n"),
        ("liaison: {share: 50%", "liaison: {share: 25%"),
    ],
    "parts": [
        ("  prompt: {label: 办结达标, when: closed_rate >= goal}\n",
         "  prompt: {label: 办结达标, when: closed_rate >= goal or calm}\n"),
        ("  high_visits:\n", "  big: {label: 大数, from: cases, where: people > 3}\n"
                             "  high_visits:\n"),
        ("          - {of: high_visits, each: 10}\n", "          - {of: big, each: 1}\n"),
        ("  barred: {label: No honours, kind: veto, effect: no honours, when: downgraded, "
         "clause: S-4}\n", ""),
        ("      small_matters:\n", "      more: {label: More, points: 2, method: formula, "
         "formula: '1'}\n      small_matters:\n"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("what-if")
    store = Store.open(f"sqlite:///{folder}/runs.db", folder=folder)
    with closing(assess(Request(SMALL, str(SMALL / "sample")), registry(), store)) as held:
        yield held


def changed(folder, edits):
    shutil.copytree(SMALL, folder)
    file = folder / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    return read_ruleset(folder)


def by_itself(trial, made, folder):
    """Return what the plain plans of a mixture give, without any putting together."""
    book = trial.book(made)
    with closing(registry().engines[EMBEDDED].connect(1)) as session:
        compute(book, trial.run.dataset, MemoryPlace(session, EMBEDDED))
        found = {}
        for table in ("_results", "_cadre_results"):
            for row in session.query(f'SELECT * FROM "{table}"').to_pylist():
                found[row["subject_id"]] = row["score"], row["rank"], row["grade"]
        return found


@pytest.mark.parametrize("kind", EDITS)
def test_a_stack_gives_what_each_mixture_gives_by_itself(run, kind, tmp_path):
    new = changed(tmp_path / "new", EDITS[kind])
    frame = run.reviewed.book.frame
    parted = pieces_of(run.reviewed.ruleset, new, frame, frame.as_of, registry().methods,
                       lambda tree: True)  # fmt: skip
    assert len(parted.all) >= 4, [piece.text for piece in parted.all]
    mixtures = weighing(len(parted.all)).mixtures
    with closing(registry().engines[EMBEDDED].connect(1)) as session:
        trial = Mixtures(run, parted, registry().methods, session)
        trial.prepare(mixtures)
        assert len(trial.bases) < len(mixtures)
        looked = {mixtures[0], mixtures[-1], *mixtures[1 :: len(mixtures) // 4]}
        for book, members in trial.groups(mixtures):
            stacked = {}
            for number, _, subject, stood in trial.outcomes(trial.assess(book, members)):
                held = stacked.setdefault(members[number], {})
                held[subject] = stood.score, stood.rank, stood.grade
            for made in looked & set(members):
                assert stacked[made] == by_itself(trial, made, tmp_path), sorted(made)


def test_shares_add_up_to_every_move(run, tmp_path):
    new = changed(tmp_path / "new", EDITS["sums"])
    tried = try_on(run, new, run.reviewed.book.frame.as_of, registry())
    assert tried.moves
    for move in tried.moves:
        for part in ("score", "rank", "paid"):
            told = sum(getattr(share, part) for share in move.shares)
            assert told == getattr(move.after, part) - getattr(move.before, part)


def test_of_a_dated_figure_the_one_in_force_is_tried(run, tmp_path):
    values = "values: {2024-01-01: 70%, 2025-07-01: 40%, 2026-01-01: 80%}, assumed: x"
    new = changed(tmp_path / "new", [("value: 90%", values)])
    with speaking("en"):
        tried = try_on(run, new, run.reviewed.book.frame.as_of, registry())
    (made,) = tried.changes
    assert (made.text, made.direction) == ("parameter “目标”: value 90% → 40%", "loosening")


def test_wording_is_no_change(run, tmp_path):
    new = changed(tmp_path / "new", [("label: Order", "label: Public order")])
    tried = try_on(run, new, run.reviewed.book.frame.as_of, registry())
    assert (tried.changes, tried.moves) == ((), ())


def test_what_falls_on_cadres_is_told_alike_with_and_without_a_change(run, tmp_path):
    new = changed(tmp_path / "new", EDITS["sums"])
    tried = try_on(run, new, run.reviewed.book.frame.as_of, registry())
    told = {label for move in tried.moves for label in (*move.before.honours, *move.after.honours)}
    cadres = [move for move in tried.moves if move.kind == "cadre" and move.after.honours]
    assert cadres
    for move in cadres:
        for share in move.shares:
            assert set(share.without.honours) <= told
