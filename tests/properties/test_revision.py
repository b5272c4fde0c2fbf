"""Scoring again only what was changed gives what scoring everything gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from compared import EVERY_METHOD, lay_compared
from growing import lay_growing
from tiny import records

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.errors import RulesEngineError
from rules_engine.hypotheses.batches import trial_of
from rules_engine.hypotheses.mutants import mutants_of
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.revision import base_plan, base_table, changed_part, revised_plan
from rules_engine.plan.scoring import score_plan
from rules_engine.plugin_manager import registry
from rules_engine.run.compute import attach_dataset, profile_of
from rules_engine.run.load import load_ruleset

ROOT = Path(__file__).parents[2]
TRIED = 16


GROWING = {"counted", "then", "repeated", "up_to", "begun", "step"}


@pytest.mark.parametrize(
    "folder",
    [EVERY_METHOD, ROOT / "rulesets" / "touzha-family-planning", lay_compared, lay_growing],
)
def test_a_revised_plan_gives_what_the_whole_plan_gives(folder, tmp_path):
    folder = folder if isinstance(folder, Path) else folder(tmp_path / "laid")
    old = load_ruleset(folder, registry()).or_stop()
    dataset = records(old.ruleset, tmp_path)
    session = DuckDBSession(1)
    attach_dataset(dataset, session)
    kinds = [kind for kind in SubjectKind if old.book.of_subject(kind)]
    profiles = {kind: profile_of(dataset, kind) for kind in kinds}
    known = {}
    for kind in kinds:
        plan = base_plan(old.book, kind, profiles[kind]).sql("duckdb")
        session.run(f"CREATE TABLE {base_table(kind)} AS {plan}")
        known[kind] = session.query(f"FROM {base_table(kind)} LIMIT 0").column_names
    mutants = mutants_of(old.ruleset, registry().methods)
    partly = 0
    chosen = mutants[:: max(1, len(mutants) // TRIED)]
    chosen += [m for m in mutants if {"put_right", "monthly", "for"} & {*m.path}]
    growing = [m for m in mutants if GROWING & {*m.path}]
    if counted := [m for m in growing if "counted" in m.path]:
        chosen = [*counted, *growing[::4]]
    if any("peers" in m.path for m in mutants):
        chosen = [m for m in mutants if "peers" in m.path][::3]
    for mutant in chosen:
        with trial_of(mutant.applied(old.ruleset.source.text), old.ruleset) as trial:
            try:
                book = trial.on((None, None)).book
            except RulesEngineError:
                continue
        for kind in kinds:
            whole = session.query(score_plan(book, kind, profiles[kind]).sql("duckdb"))
            revised = revised_plan(book, old.book, kind, profiles[kind], known[kind])
            rows = session.query(revised.sql("duckdb"))
            assert rows.sort_by("subject_id") == whole.sort_by("subject_id"), mutant
            part = changed_part(book, old.book, kind)
            if kind.judged and "put_right" in mutant.path:
                assert mutant.path[3] in {rule.id for rule in part.criteria}, mutant
            partly += 0 < len(part.criteria) < len(book.of_subject(kind))
    assert partly
    session.close()
