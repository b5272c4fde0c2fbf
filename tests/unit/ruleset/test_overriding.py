"""Figures are replaced in the text of a ruleset, and nothing else."""

from __future__ import annotations

import pytest

from rules_engine.errors import RulesEngineError
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.overrides import overridden
from rules_engine.ruleset.read import read_loosely
from rules_engine.scenarios.example import lay_ruleset

RULES = """\
ruleset: trying
title: Trying
edition: "1"
effective: {from: 2025-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 10   # of all
assumed: {scale: x, sections: x, grades: x}
tables: {reports: {}}
indicators:
  late: {label: 迟报, from: reports, where: 'kind = ''月'''}
  long:
    label: 长
    from: reports
    where: >-
      kind = '月' and
      submitted_at is null
sections:
  all:
    label: 全部
    clause: A
    criteria:
      line: {label: 报告, points: 10, method: per item, deduct: [{of: late, each: 2}]}
      odd: {label: 1.5倍=3, points: 5, method: formula, formula: 1}
grades:
  good: {label: 优秀, from: 8}
  fair: {label: 合格, from: 0}
"""


@pytest.fixture
def reading(tmp_path):
    return read_loosely(lay_ruleset(tmp_path / "ruleset", RULES))


@pytest.mark.parametrize(
    ("asked", "old", "new"),
    [
        ("scale=20", "scale: 10   # of all", "scale: 20   # of all"),
        ("报告.迟报=−3", "each: 2}", "each: 3}"),
        ("criteria.line.deduct.0.each=0.5", "each: 2}", "each: 0.5}"),
        ("sections.all.criteria.line.points = 12", "points: 10", "points: 12"),
        ("line.method=target, or so", "method: per item", 'method: "target, or so"'),
        ("late.where=kind = '日'", "'kind = ''月'''", "'kind = ''日'''"),
        ("优秀=9", "from: 8", "from: 9"),
        ("1.5倍=3.formula=4", "formula: 1}", "formula: 4}"),
        ("1.5倍=3.points=6", "points: 5", "points: 6"),
        ("报告.迟报=60%/12", "each: 2}", "each: 60%/12}"),
        ("优秀=100−35", "from: 8", "from: 100−35"),
    ],
)
def test_one_place_is_replaced(reading, asked, old, new):
    changed, made = overridden(reading, [asked], registry().methods)
    assert changed.ruleset.source.text == RULES.replace(old, new, 1)
    assert len(made) == 1
    assert changed.ruleset.fingerprint != reading.ruleset.fingerprint
    assert reading.ruleset.source.text == RULES


def test_the_fingerprint_is_that_of_a_file_that_says_so(reading, tmp_path):
    changed, _ = overridden(reading, ["scale=20"], registry().methods)
    folder = lay_ruleset(tmp_path / "other", RULES.replace("scale: 10", "scale: 20"))
    assert changed.ruleset.fingerprint == read_loosely(folder).ruleset.fingerprint


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("scale", "bad-override"),
        ("scale=", "bad-override"),
        ("nothing=1", "unknown-override"),
        ("line.label=1", "unknown-override"),
        ("grades.from=1", "ambiguous-override"),
        ("long.where=true", "cannot-override"),
    ],
)
def test_what_cannot_be_taken(reading, asked, code):
    with pytest.raises(RulesEngineError) as raised:
        overridden(reading, [asked], registry().methods)
    assert [f.code for f in raised.value.findings] == [code]
