"""What is told of every subject of every sample adds up, and lists the records that count.

The seven rulesets run on their samples, the papers of the corpus on the records of their scenarios.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from told import text_of, unwanted, wrong_account, wrong_line

from rules_engine.description import describe
from rules_engine.messages import speaking
from rules_engine.model.assessment import RunInfo
from rules_engine.model.dataset import Dataset
from rules_engine.model.subjects import SubjectKind
from rules_engine.papers import OfficePapers
from rules_engine.plugin_manager import registry
from rules_engine.report.explain import as_text, explain_subject
from rules_engine.report.records import evidence
from rules_engine.report.report import build_report
from rules_engine.ruleset.read import RULESET_FILE
from rules_engine.run.assess import Request, assess
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.run import run_scenarios
from rules_engine.store import Store

ROOT = Path(__file__).parents[2]
CORPUS = sorted(f.parent for f in (ROOT / "tests" / "corpus").glob(f"*/{RULESET_FILE}"))
SAMPLES = sorted(f.parent for f in (ROOT / "rulesets").glob(f"*/{RULESET_FILE}"))
NOTHING = Dataset({}, frozenset(), (), (), "sha256:0")
DAY = date(2025, 12, 31)
RUN = RunInfo(
    "20251231-000000", "draft", datetime(2025, 12, 31, tzinfo=UTC), "sha256:0", "r", "考核", "1",
    "", "", DAY, DAY.replace(month=1, day=1), DAY, "duckdb", "1", "zh", Decimal(100), 2, (), False,
)  # fmt: skip


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_what_is_told_of_a_sample_adds_up_and_reads_well(folder, tmp_path):
    request = Request(folder, str(folder / "sample"), threads=1)
    with speaking("zh"), Store.open(f"sqlite:///{tmp_path}/runs.db") as store:
        run = assess(request, registry(), store)
        report = run.report(evidence=True)
        report = replace(report, villages=list(report.villages), cadres=list(report.cadres))
        wrong = _wrong(report)
        for kind, subjects in (
            (SubjectKind.VILLAGE, report.villages),
            (SubjectKind.CADRE, report.cadres),
        ):
            wrong += _miscounted(run.reader, kind, [subject.id for subject in subjects[:2]])
        names = {name for s in (*report.villages, *report.cadres) for name in (s.id, s.name)}
        for subject in (*report.villages[-1:], *report.cadres[-2:]):
            explained = as_text(explain_subject(run.reader, subject.id, None), report.run)
            wrong += [w for text in explained for w in unwanted(text, names=names)]
        run.close()
    assert wrong == []


def test_what_falls_on_a_cadre_is_told_with_its_values_and_its_records(tmp_path):
    folder = ROOT / "rulesets" / "mine-2011"
    request = Request(folder, str(folder / "sample"), threads=1)
    with speaking("zh"), Store.open(f"sqlite:///{tmp_path}/runs.db") as store:
        run = assess(request, registry(), store)
        fallen = explain_subject(run.reader, "陈癸", None).subject.consequences
        run.close()
    assert [c.because for c in fallen] == [
        "不符合“没有因失职引发事件”，单位失职引发的事件1个；"
        "期间目标未实现（触发一票否决：不发生干扰重大活动事件，干扰重大活动事件1个）"
    ]
    found = [(e.indicator, e.record_id) for c in fallen for e in c.evidence]
    assert found == [("单位失职引发的事件", "C3-S1"), ("干扰重大活动事件", "C3-S1")]


@pytest.mark.parametrize("folder", [*SAMPLES, *CORPUS], ids=lambda folder: folder.name)
def test_a_ruleset_as_a_paper_reads_well(folder):
    with speaking("zh"):
        checked = load_ruleset(folder, registry()).or_stop()
        text = describe(checked, registry().methods).markdown()
    assert [w for line in text.splitlines() if "---" not in line
            for w in unwanted(line)] == []  # fmt: skip


class Watcher:
    """Reads what the scenarios of a ruleset come to, as they are run."""

    def __init__(self):
        self.wrong, self.read = [], 0

    def after_step(self, world, scenario, step):
        if "进行考核" in step.text and world.reader is not None:
            document = world.reader.document
            run = replace(RUN, ruleset_title=document.title, scale=document.scale,
                          places=document.rounding.places)  # fmt: skip
            report = build_report(run, world.reader, NOTHING, (), ())
            held = {k: [s for s in world.subjects if s.kind == k] for k in ("village", "cadre")}
            report = replace(report, villages=held["village"], cadres=held["cadre"])
            self.wrong += _wrong(report)
            self.read += 1


@pytest.mark.parametrize("folder", CORPUS, ids=lambda folder: folder.name)
def test_what_is_told_of_a_paper_adds_up_and_reads_well(folder):
    watcher = Watcher()
    outcome = run_scenarios(folder, watchers=[watcher])
    assert not outcome.failures + outcome.problems
    assert watcher.read
    assert watcher.wrong == []


def _wrong(report):
    """Return all that is told wrongly, or in words that nobody should have to read."""
    subjects = [*report.villages, *report.cadres]
    wrong = [w for subject in subjects for w in wrong_account(subject)]
    wrong += [w for subject in subjects for line in subject.lines for w in wrong_line(line)]
    names = {s.id for s in subjects} | {s.name for s in subjects}
    papers = [paper for _, held in OfficePapers(report).files() for paper in held]
    texts = [text for paper in papers for text in text_of(paper)]
    return wrong + [w for text in dict.fromkeys(texts) for w in unwanted(text, names=names)]


def _miscounted(reader, kind, subjects):
    """Yield indicators of which not those records are listed as counting that were counted."""
    table = kind.lines
    found = reader.session.query(f'SELECT * FROM "{table}"').to_pylist() if subjects else []
    rows = {row["subject_id"]: row for row in found}
    listed = evidence(reader.book, kind, subjects, reader.session, reader.tables) if rows else {}
    for (name, subject), records in listed.items():
        rule, row = reader.book.indicators[name], rows[subject]
        counted = sum(record.counted for record in records)
        told, held = counted, row.get(f"i__{name}")
        if rule.spec.rate:
            told, held = (counted, len(records)), (row[f"i__{name}__of"], row[f"i__{name}__over"])
        elif rule.measured:
            held = row[f"i__{name}__n"] if rule.how != "sum" else counted
        if told != held:
            yield f"{subject}: {name} counts {held}, listed are {told}"
