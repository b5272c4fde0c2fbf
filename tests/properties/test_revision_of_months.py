"""Scoring again what goes by months gives what scoring everything gives, whatever was changed."""

from __future__ import annotations

from test_month_facts import NAMES, lay
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

KIND = SubjectKind.VILLAGE
PATHS = ({"low", "where"}, {"worst", "where"}, {"prizes"}, {"each_floor"}, {"weight"}, {"late"})


def test_a_revised_plan_gives_what_the_whole_plan_gives(tmp_path):
    folder = lay(tmp_path / "rules", "quarterly")
    old = load_ruleset(folder, registry()).or_stop()
    dataset = records(old.ruleset, tmp_path, rows=8 * len(NAMES))
    session = DuckDBSession(1)
    attach_dataset(dataset, session)
    profile = profile_of(dataset, KIND)
    session.run(
        f"CREATE TABLE {base_table(KIND)} AS {base_plan(old.book, KIND, profile).sql('duckdb')}"
    )
    known = session.query(f"FROM {base_table(KIND)} LIMIT 0").column_names
    tried = set()
    for mutant in mutants_of(old.ruleset, registry().methods):
        wanted = next((n for n, path in enumerate(PATHS) if path <= {*mutant.path}), None)
        if wanted is None or wanted in tried:
            continue
        with trial_of(mutant.applied(old.ruleset.source.text), old.ruleset) as trial:
            try:
                book = trial.on((None, None)).book
            except RulesEngineError:
                continue
        tried.add(wanted)
        whole = session.query(score_plan(book, KIND, profile).sql("duckdb"))
        rows = session.query(revised_plan(book, old.book, KIND, profile, known).sql("duckdb"))
        assert rows.sort_by("subject_id") == whole.sort_by("subject_id"), mutant
        part = changed_part(book, old.book, KIND)
        assert {"rest", "extra", "worst"} & {rule.id for rule in part.criteria}, mutant
    session.close()
    assert len(tried) >= 4
