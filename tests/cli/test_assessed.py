"""A ruleset says once what its assessed are called, and every text calls them so."""

from __future__ import annotations

import re

import openpyxl
import pytest

from rules_engine.model.general import Assessed
from rules_engine.scenarios.example import lay_ruleset

RULES = """\
ruleset: towns
title: 考核
edition: "1"
effective: {{from: 2020-01-01}}
language: {language}
period: {{from: 2025-01-01, to: 2025-12-31}}
scale: 10
assumed: {{scale: 例, base: 例, rounding: 例}}
{assessed}
tables:
  villages:
    label: 单位名单
  cadres: {{}}
  assignments: {{}}
  reports: {{}}
indicators:
  late: {{label: 迟报, from: reports, where: submitted_at > due_at}}
standards:
  none: {{label: 没有迟报, when: late = 0}}
sections:
  all:
    label: 报告
    clause: T-1
    assumed: 例
    criteria:
      reports: {{label: 按时报告, points: 10, method: per item, deduct: [{{of: late, each: 2}}]}}
grades:
  good: {{label: 好, from: 8, clause: T-1, assumed: 例}}
  poor: {{label: 差, from: 0, clause: T-1}}
consequences:
  told: {{label: 通报, kind: sanction, when: not none, roles: [书记], clause: T-1}}
targets:
  every: {{label: 都不迟报, share: none, at_least: 90%, clause: T-1, assumed: 例}}
responsibility:
  clause: T-1
  assumed: 例
  roles: {{书记: {{share: 100%}}}}
pay:
  money:
    label: 奖金
    subject: village
    clause: T-1
    assumed: 例
    bands: [{{from: 8, amount: 100}}]
"""
RECORDS = {
    "villages": "village_id,name,kind,township,county\nT1,东镇,单位,,\nT2,西镇,单位,,\n",
    "cadres": "cadre_id,name,post,village_id\nC1,甲,书记,T1\n",
    "assignments": "assignment_id,cadre_id,village_id,role,from_on,to_on\nA1,C1,T1,书记,,\n",
    "reports": "report_id,village_id,kind,period,due_at,submitted_at\n"
    "R1,T1,月,1,2025-02-01 12:00,2025-02-03 12:00\n",
}
REPORTS = ("terminal", "markdown", "html", "csv", "xlsx", "json")
OLD = {"zh": re.compile("村"), "en": re.compile(r"\b[Vv]illages?\b|\band units\b")}
CODES = re.compile(r'"?village(_id|_score|s)?"?:|village(_id|_score)|"village"|#villages'
                   r'|villages 2<'
                   r'|village-\d|class="[^"]*"|id="[^"]*"|\.villages?\b')  # fmt: skip
"""Keys of JSON and anchors of pages are the program's own."""


def made(cli, language, assessed):
    folder = lay_ruleset(cli.folder / "towns",
                         RULES.format(language=language, assessed=assessed))  # fmt: skip
    records = cli.folder / "records"
    records.mkdir()
    for name, text in RECORDS.items():
        (records / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder, records


def texts(cli, folder, records):
    """Yield everything that people read of a ruleset and of a run, with where it stands."""
    for verb in (["check", folder], ["describe", folder], ["plan", folder, "--data", records]):
        answer = cli(*verb)
        assert answer.code == 0, answer.err
        yield verb[0], answer.out + answer.err
    out = cli.folder / "out"
    asked = [word for name in REPORTS for word in ("--report", name)]
    answer = cli("assess", folder, "--data", records, "--out", out, *asked)
    assert answer.code == 0, answer.err
    yield "terminal", answer.out
    for file in sorted(f for f in out.rglob("*") if f.is_file()):
        if file.suffix == ".xlsx":
            yield file.name, cells(file)
        else:
            yield file.name, file.read_text(encoding="utf-8")
    for subject in ("T1", "C1"):
        yield "explain", cli("explain", "latest", subject).out


def cells(file):
    book = openpyxl.load_workbook(file)
    found = [str(c.value) for s in book for row in s.iter_rows() for c in row if c.value]
    return "\n".join([*book.sheetnames, *found])


@pytest.mark.parametrize(
    ("language", "said", "nouns"),
    [
        ("zh", "assessed: 乡镇", ["乡镇"]),
        ("zh", "assessed: {zh: 部门, en: department}", ["部门"]),
        ("en", "assessed: {zh: 乡镇, en: township}", ["township", "townships", "Townships"]),
        ("en", "assessed: company", ["company", "companies", "Companies"]),
    ],
)
def test_no_text_says_village(cli, language, said, nouns):
    folder, records = made(cli, language, said)
    read = dict(texts(cli, folder, records))
    wrong = {
        where: [line for line in CODES.sub("", text).splitlines() if OLD[language].search(line)]
        for where, text in read.items()
    }
    assert {where: lines for where, lines in wrong.items() if lines} == {}
    for noun in nouns:
        assert noun in read["describe"] + read["report.html"]


def test_the_papers_of_townships(cli):
    folder, records = made(cli, "zh", "assessed: 乡镇")
    read = dict(texts(cli, folder, records))
    assert "考核对象为乡镇，以及对其负责的干部。所有乡镇一起排名。" in read["describe"]
    assert "乡镇中至少90%应当符合“没有迟报”。" in read["describe"]
    assert "同时适用于考核日担任该乡镇书记的干部。" in read["describe"]
    assert "乡镇失去的分数，干部按责任角色分担：" in read["describe"]
    assert "各乡镇：" in read["circular.md"]
    assert "共考核2个乡镇。" in read["circular.md"]


def test_without_the_key_they_are_villages_and_units(cli):
    folder, records = made(cli, "zh", "")
    read = dict(texts(cli, folder, records))
    assert "考核对象为村和单位，以及对其负责的干部。所有村和单位一起排名。" in read["describe"]
    assert "各村、各单位：" in read["circular.md"]
    assert "共考核2个村和单位。" in read["circular.md"]


def test_the_next_ruleset_has_its_own_noun(cli):
    folder, _ = made(cli, "zh", "assessed: 乡镇")
    assert "考核对象为乡镇" in cli("describe", folder).out
    assert "Villages and units are assessed" in cli("describe", cli.ruleset, "--lang", "en").out


def test_a_change_of_the_noun_is_told(cli):
    old, _ = made(cli, "zh", "assessed: 乡镇")
    new = lay_ruleset(cli.folder / "new", RULES.format(language="zh", assessed="assessed: 街道"))
    told = cli("diff", old, new).out
    assert "考核对象的名称" in told
    assert "乡镇 → 街道" in told


@pytest.mark.parametrize(
    "noun", ["信访人", "上访户", "petitioners", "稳控对象", "{en: visitor, zh: 来访人}"]
)
def test_petitioners_are_never_assessed(cli, noun):
    folder, records = made(cli, "zh", f"assessed: {noun}")
    answer = cli("assess", folder, "--data", records, "--format", "json")
    assert answer.code == 1
    assert "petitioners-assessed" in answer.codes


@pytest.mark.parametrize("said", ["assessed: ''", "assessed: {}", "assessed: 3", "assessed: [乡]"])
def test_a_noun_is_a_word(cli, said):
    folder, _ = made(cli, "zh", said)
    answer = cli("check", folder, "--format", "json")
    assert answer.code == 1
    assert "wrong-value" in answer.codes


@pytest.mark.parametrize(
    ("noun", "plural"),
    [("township", "townships"), ("company", "companies"), ("branch", "branches"),
     ("boy", "boys"), ("bus", "buses"), ("乡镇", "乡镇")],
)  # fmt: skip
def test_english_plurals(noun, plural):
    assert Assessed(en=noun).nouns["en"].many == plural


def test_a_plural_may_be_given():
    assert Assessed(en="person in charge", plural="persons in charge").nouns["en"].many == (
        "persons in charge"
    )
