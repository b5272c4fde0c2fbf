"""The HTML report of a small town, written by real runs in both languages."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.run import assess as flow
from rules_engine.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.api import AssessmentReport

CHROMIUM = Path("/usr/bin/chromium")
VOID = {"meta", "br", "col", "input", "link", "img"}

RULESET = """\
ruleset: html-town
title: 青川镇考核 <script>alert(1)</script>
edition: "2025"
effective: {from: 2025-01-01}
language: zh
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
assumed: {scale: 按百分制, rounding: 保留两位小数, grades: 按惯例划分}
acknowledge:
  - {code: rights-lawful-petition, at: criteria.visits, reason: 原文如此，已报请修订}
tables:
  villages: {}
  cadres: {}
  assignments: {}
  visits: {}
  cases: {}
  duties: {}
  reports: {optional: true}
indicators:
  visits: {label: 走访总量, from: visits}
  irregular: {label: 非正常访, from: visits, where: irregular}
  closed: {label: 办结率, from: cases, rate: {of: closed_on is not null, over: first_time}}
  reported: {label: 上报, from: reports, where: submitted_at <= due_at}
  absent: {label: 缺岗, from: duties, where: not present, subject: cadre}
standards:
  calm: {label: 无非正常访, when: irregular = 0, clause: A-1}
sections:
  order:
    label: 一、秩序
    points: 40
    clause: A-1
    assumed: 未分配分值
    criteria:
      visits: {label: 走访, points: 40, method: per item, deduct: [{of: visits, each: 4}],
               veto: irregular >= 2}
  handling:
    label: 二、办理
    points: 60
    clause: A-2
    assumed: 未分配分值
    criteria:
      closing: {label: 办结, points: 60, method: target, of: closed, target: 90%, each: 1}
  extra:
    label: 三、加分
    kind: bonus
    clause: A-3
    assumed: 每报一次加1分
    criteria:
      reports: {label: 上报, points: 2, method: per item, add: [{of: reported, each: 1}]}
  duty:
    label: 四、值班
    kind: deduction
    subject: cadre
    clause: A-3
    assumed: 缺岗一次扣1分
    criteria:
      absent: {label: 缺岗, points: 5, method: per item, deduct: [{of: absent, each: 1}]}
grades:
  good: {label: 优秀, from: 90, quota: 25%}
  fair: {label: 合格, from: 60}
  poor: {label: 不合格, from: 0}
consequences:
  named: {label: 命名先进村, kind: honour, when: calm, clause: A-1}
  zeroed: {label: 总分归零, kind: veto, effect: zero, when: visits.veto, clause: A-1}
  blamed: {label: 约谈, kind: sanction, when: visits.veto, roles: [包村干部], clause: A-3}
targets:
  town: {label: 九成村无非正常访, share: calm, at_least: 90%, clause: A-4}
responsibility:
  roles: {包村干部: {share: 50%, assumed: 正副职各半}}
"""

CLAUSES = """\
source: {title: 青川镇考核}
clauses:
  A-1: {ref: 二（一）, gist: 不发生非正常访, status: encoded}
  A-2: {ref: 二（二）, gist: 办结率达到九成, status: encoded, figures: [90%]}
  A-3: {ref: 二（三）, gist: 按时上报与值班, status: encoded}
  A-4: {ref: 一, gist: 九成以上的村无非正常访, status: encoded, figures: [90%]}
"""

# Visits 40 − 4 each; handling 60 − 1 for each percentage point short of 90%; reports are missing:
# <b>&村 3 visits: 28, 1 of 4 closed, 65 points short: 60 − 65 = −5, not below 0: 28 to 30
# 乙村    no visit: 40, no case: 60; 100 to 102
# 丙村    1 visit: 36 + 60; 96 to 98, beyond the quota (25% of 4 is one)
# 丁村    2 irregular visits: a veto, zero
DATA = {
    "villages": "village_id,name,kind\nV1,<b>&村,村\nV2,乙村,村\nV3,丙村,村\nV4,丁村,村\n",
    "cadres": "cadre_id,name,post\nK1,张三,副镇长\nK2,李四,干事\n",
    "assignments": "assignment_id,cadre_id,village_id,role\na1,K1,V4,包村干部\na2,K2,V3,包村干部\n",
    "visits": "visit_id,village_id,level,visited_on,irregular\n"
    "v1,V1,乡,2025-02-01,否\nv2,V1,乡,2025-02-02,否\nv3,V1,县,2025-02-03,否\n"
    "v4,V3,乡,2025-03-01,否\nv5,V4,市,2025-04-01,是\nv6,V4,省,2025-05-01,是\n",
    "cases": "case_id,village_id,received_on,closed_on,first_time\n"
    "c1,V1,2025-01-05,2025-02-05,是\nc2,V1,2025-01-06,,是\nc3,V1,2025-01-07,,是\n"
    "c4,V1,2025-01-08,,是\n",
    "duties": "duty_id,cadre_id,duty_on,kind,present\nd1,K2,2025-02-01,日常,否\n"
    "d2,K9,2025-02-02,<i>日常</i>,否\n",
}


@dataclass
class Page(HTMLParser):
    """A page taken apart; fails where tags do not close in order."""

    text: str
    open: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    sections: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    attributes: list[tuple[str, str | None]] = field(default_factory=list)
    lang: str | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self._inside: list[str] = []
        self.feed(self.text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.add(tag)
        self.attributes += attrs
        if tag == "html":
            self.lang = given.get("lang")
        if "href" in given:
            self.links.append(given["href"])
        if tag not in VOID:
            self.open.append(tag)
            self._inside.append(given.get("id", ""))
        if "id" in given:
            self.ids.append(given["id"])
            self.sections[given["id"]] = ""

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, self.getpos()
        if tag in ("td", "th", "dt", "dd"):
            self.handle_data(" ")
        self._inside.pop()

    def handle_data(self, data):
        for name in filter(None, self._inside):
            self.sections[name] += data

    def says(self, name: str) -> str:
        """Return the words of one part, blanks joined."""
        return " ".join(self.sections[name].split())


@dataclass
class Written:
    report: AssessmentReport
    path: Path
    page: Page


def run_of(folder: Path) -> flow.OpenRun:
    ruleset, data = folder / "ruleset", folder / "data"
    for place in (ruleset, data):
        place.mkdir(parents=True)
    (ruleset / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    (ruleset / "clauses.yaml").write_text(CLAUSES, encoding="utf-8")
    for name, rows in DATA.items():
        (data / f"{name}.csv").write_text(rows, encoding="utf-8")
    request = flow.Request(ruleset, str(data), threads=1, accept_quarantine=True)
    with Store.open(f"sqlite:///{folder}/runs.db") as store:
        return flow.assess(request, registry(), store)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Written]]:
    folder = tmp_path_factory.mktemp("html")
    with speaking("zh"):
        run = run_of(folder)
    result = {}
    for language in ("zh", "en"):
        with speaking(language):
            (path,) = flow.write_reports(run, ["html"], registry(), folder / language)
            page = Page(path.read_text(encoding="utf-8"))
            result[language] = Written(run.report(evidence=True), path, page)
    yield result
    run.close()


@pytest.fixture(params=["zh", "en"])
def each(request: pytest.FixtureRequest, written: dict[str, Written]) -> Written:
    return written[request.param]


def village(written: Written, name: str) -> str:
    """Return the words of a village's section, found through the ranking."""
    number = next(n for n, v in enumerate(written.report.villages, 1) if v.name == name)
    return written.page.says(f"village-{number}")


def test_is_one_file_that_asks_for_nothing_else(each):
    page = each.page
    assert all(link.startswith("#") for link in page.links)
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert page.tags.isdisjoint({"link", "img", "iframe", "object", "base"})
    assert not [name for name, _ in page.attributes if name in ("src", "srcset", "action")]
    assert not re.search(r"https?:|//[a-z]|url\(|@import", page.text)


def test_speaks_the_language_in_force(written):
    assert (written["zh"].page.lang, written["en"].page.lang) == ("zh-CN", "en")
    assert "Ranking" in written["en"].page.says("ranking")
    assert "排名" in written["zh"].page.says("ranking")


def test_escapes_what_comes_from_rules_and_records(each):
    assert "<b>&amp;" not in each.page.text  # the name's own < is escaped, not only its &
    assert "&lt;b&gt;&amp;村" in each.page.text
    assert "<script>alert" not in each.page.text
    assert village(each, "<b>&村").startswith("<b>&村")


def test_every_village_has_a_section_reached_from_the_ranking(each):
    for number, subject in enumerate(each.report.villages, 1):
        assert f"#village-{number}" in each.page.links
        assert each.page.says(f"village-{number}").startswith(subject.name)
    assert len(each.report.villages) == 4


WORKED = {
    "zh": (
        "满分40分；走访总量3次，每次扣4分，扣12分；得28分",
        "目标90%；4条记录中1条符合，办结率25%，比目标低65个百分点，每低1个百分点扣1分，扣65分；"
        "得−5分，低于下限，按0分计",
    ),
    "en": (
        "From 40 points; 走访总量 3 times, each time −4: −12; 28 points in all",
        "Target 90%; met by 1 of 4 records, 办结率 25%, 65 percentage points below the target, "
        "−1 for each 1 percentage point below: −65; −5 points in all, not below 0",
    ),
}
"""How the lines of the second village were worked out, in both languages."""


def test_a_line_shows_how_it_was_worked_out_and_its_clause(each):
    says = village(each, "<b>&村")
    counted, missed = WORKED[each.page.lang[:2]]
    assert counted in says
    assert "28 / 40" in says
    assert missed in says
    assert "A-2 二（二）" in says
    assert "办结率达到九成" in says


def test_a_line_that_lost_points_shows_its_records_those_that_cost_them_first(written):
    says = village(written["en"], "<b>&村")
    assert re.search("misses it 信访事项 c2 .* misses it 信访事项 c4 .* meets it 信访事项 c1", says)
    assert "On paper: 3 of 4 records" in says
    assert "走访 v1" not in village(written["en"], "乙村")


def test_a_score_that_is_not_certain_is_an_interval(written):
    page = written["en"].page
    assert "28.00 – 30.00" in page.says("ranking")
    assert "not assessable" in village(written["en"], "<b>&村")
    assert "0 – 2 / 2" in village(written["en"], "<b>&村")


def test_the_ranking_says_why_a_grade_differs_from_the_band(written):
    says = written["en"].page.says("ranking")
    assert re.search(r"丙村 96\.00 – 98\.00.* 优秀 → 合格 the quota of “优秀” is 1 of 4", says)
    assert "总分归零" in says


def test_a_veto_and_its_consequences_are_told(written):
    says = village(written["en"], "丁村")
    assert "VETO" in says
    assert "veto 总分归零 veto hit: 走访 A-1 二（一）" in says


def test_what_falls_on_a_cadre_is_told_with_its_reason_and_its_records(written):
    says = written["en"].page.says("own-lines")
    assert re.search(r"张三 副镇长.* 约谈（丁村） veto hit: 走访, 非正常访 2 times", says)
    assert re.search("counted 走访 v5 .*counted 走访 v6 ", says)


def test_cadres_answer_for_their_villages_and_for_their_own_lines(written):
    page = written["en"].page
    assert "张三 副镇长 50.00" in page.says("cadres")  # 100 − 50% × (100 − 0)
    assert "约谈（丁村）" in page.says("cadres")
    assert "丁村 包村干部 50% 365 days 50" in page.says("cadres")
    assert "缺岗 once, each time −1: −1; −1 point in all" in page.says("own-lines")


def test_the_first_page_says_what_must_be_known_first(written):
    page = written["en"].page
    first = page.says("first")
    assert written["en"].report.run.digest in first
    assert "draft" in first
    assert "acknowledged: 原文如此，已报请修订" in first
    assert "1 rows were kept out of this assessment (quarantine)" in first
    assert "4 lines of 4 villages cannot be assessed yet" in first
    assert "figures and rules are assumed" in first


def test_assumptions_and_quarantined_rows_are_listed(each):
    for item in each.report.assumptions:
        assert item.reason in each.page.says("assumptions")
    (row,) = each.report.quarantine
    assert (row.sheet, row.value) == ("duties", "K9")
    for told in (row.source, str(row.row), row.column, row.value, row.reason):
        assert told in each.page.says("problems")


def test_the_summary_gives_targets_and_grades(written):
    says = written["en"].page.says("summary")
    assert "九成村无非正常访 3 of 4 75% 90% not reached" in says
    assert "优秀 90 25% 1" in says


def test_pictures_are_drawn_and_described(each):
    assert each.page.text.count('<svg class="distribution"') == 1
    assert each.page.text.count('<svg class="strip"') == 3
    assert each.page.text.count("<desc>") == each.page.text.count("<svg ")


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_a_browser_renders_it(written, tmp_path):
    if shutil.which(str(CHROMIUM)) is None:
        pytest.skip("Chromium cannot be run")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
               "--disable-background-networking", "--disable-component-update", "--disable-sync",
               f"--user-data-dir={tmp_path}", "--dump-dom"]  # fmt: skip
    shown = subprocess.run(
        [CHROMIUM, *options, written["zh"].path.as_uri()],
        capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    page = Page(shown.replace("<!DOCTYPE html>", ""))
    assert WORKED["zh"][0] in page.says("villages")
    assert 'tabindex="0"' in shown  # the script ran: headings can be sorted by
