"""A yearly ruleset counts the results of the months: each verified, none twice, none missing."""

from __future__ import annotations

import shutil

import pytest

CLAUSES = "source: {title: t}\nclauses: {A-1: {ref: 一, gist: 大意, status: encoded}}\n"
MONTH = """\
ruleset: month
title: 月度考核
edition: "1"
effective: {from: 2020-01-01}
language: en
period: {from: 2025-01-01, to: 2025-01-31}
scale: 100
assumed: {scale: 例, sections: 例, grades: 例}
tables: {villages: {}, reports: {}, visits: {optional: true}}
indicators:
  late: {label: late, from: reports, where: submitted_at > due_at, clause: A-1}
sections:
  all:
    label: Reports
    points: 100
    clause: A-1
    criteria:
      late: {label: on time, points: 100, method: per item, deduct: [{of: late, each: 10}]}
grades:
  good: {label: good, from: 90}
  poor: {label: poor, from: 0}
appeals: {days: 30, clause: A-1, assumed: 例, adjust: {up_to: 10, clause: A-1}}
"""
YEAR = """\
ruleset: year
title: 年度考核
edition: "1"
effective: {from: 2020-01-01}
language: en
period: {from: 2025-01-01, to: 2025-03-31}
scale: 100
assumed: {scale: 例, sections: 例, grades: 例, indicators: 例}
tables:
  villages: {}
  months:
    label: 月度考核
    period: to_on
    columns:
      record_id: {label: 记录编号, required: true}
      village_id: {label: 村编号, refers: villages, required: true}
      to_on: {label: 截止日期, type: date, required: true}
      total: {label: 总分, type: decimal}
      rank: {label: 名次, type: integer}
      size: {label: 同组数, type: integer}
indicators:
  months: {label: months, from: months}
  sum: {label: sum of months, from: months, sum: total}
  last: {label: months in the last place, from: months, where: rank = size}
  mean: {label: mean, value: sum / months}
sections:
  all:
    label: Months
    points: 100
    clause: A-1
    criteria:
      mean: {label: mean of months, points: 100, method: formula, formula: mean - last}
grades: {all: {label: all, from: 0}}
"""
SOURCE = """\
tables:
  villages: {source: records/villages.csv}
  months:
    source: {location: runs, ruleset: month, period: 2025-01-01 至 2025-03-31EXTRA}
    from: results
"""
REPORTS = """\
report_id,village_id,kind,due_at,submitted_at
1,V1,月,2025-01-05 12:00,2025-01-06 12:00
2,V1,月,2025-02-05 12:00,2025-02-06 12:00
3,V2,月,2025-02-05 12:00,2025-02-06 12:00
4,V2,月,2025-02-15 12:00,2025-02-16 12:00
5,V2,月,2025-03-15 12:00,2025-03-16 12:00
"""
# V1: 90, 90, 100, last in January: 280 / 3 − 1 = 92.33; V2: 100, 80, 90, last twice: 90 − 2 = 88
MONTHS = ("2025-01-31", "2025-02-28", "2025-03-31")
KEPT = {}
"""Stores with the runs of months that were asked for before: it takes long to make them."""


@pytest.fixture
def town(cli, tmp_path_factory):
    """Give a function that assesses and publishes months and returns their runs."""
    for name, text in (("month", MONTH), ("year", YEAR)):
        folder = cli.folder / name
        folder.mkdir()
        (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
        (folder / "clauses.yaml").write_text(CLAUSES, encoding="utf-8")
    records = cli.folder / "records"
    records.mkdir()
    (records / "villages.csv").write_text("village_id,name,kind\nV1,A,村\nV2,B,村\n")
    (records / "reports.csv").write_text(REPORTS, encoding="utf-8")

    def months(*days, publish=True):
        if (days, publish) in KEPT:
            runs, kept = KEPT[days, publish]
            shutil.copytree(kept, cli.folder, dirs_exist_ok=True)
            return runs
        runs = []
        for day in days:
            answer = cli("assess", cli.folder / "month", "--data", records, "--as-of", day,
                         "--format", "json")  # fmt: skip
            assert answer.code == 0, answer.out
            runs.append(answer.json["run_id"])
            if publish:
                publish_run(cli, runs[-1])
        KEPT[days, publish] = runs, tmp_path_factory.mktemp("kept") / "town"
        shutil.copytree(cli.folder, KEPT[days, publish][1])
        return runs

    return months


def publish_run(cli, run):
    for step in ("review", "publish"):
        assert cli("runs", step, run, "--reason", "x").code == 0


def year(cli, extra="", data=None):
    file = cli.folder / "source.yaml"
    file.write_text(SOURCE.replace("EXTRA", extra), encoding="utf-8")
    return cli("assess", cli.folder / "year", "--data", data or file, "--format", "json")


def scores(answer):
    assert answer.code == 0, answer.out
    return {s["name"]: s["score"] for s in answer.json["subjects"]}


def digests(cli):
    return {r["id"]: r["digest"] for r in cli("runs", "list", "--format", "json").json}


def test_the_year_counts_its_months(cli, town):
    runs = town(*MONTHS)
    assert scores(year(cli)) == {"A": 92.33, "B": 88}
    record = cli("runs", "list", "--format", "json").json[0]
    kept = {used["id"]: used for used in record["summary"]["runs"]}
    assert list(kept) == runs
    assert {run: used["digest"] for run, used in kept.items()} == {
        run: digest for run, digest in digests(cli).items() if run in runs
    }
    assert [(used["start"], used["end"]) for used in kept.values()][1] == (
        "2025-02-01", "2025-02-28"
    )  # fmt: skip
    shown = cli("runs", "show", "latest").out
    assert all(f"counts run {run}" in shown and digests(cli)[run] in shown for run in runs)
    assert f"counts {runs[0]}" in cli("runs", "list").out
    assert cli("runs", "verify", "latest").code == 0


def test_runs_in_any_order_are_the_same(cli, town):
    runs = town(*reversed(MONTHS))
    data = [year(cli, data="runs:" + ",".join(order)) for order in (runs, runs[::-1])]
    assert [scores(answer) for answer in data] == [{"A": 92.33, "B": 88}] * 2
    assert data[0].json["digest"] == data[1].json["digest"]


def test_a_month_without_a_run_stops_it(cli, town):
    town("2025-01-31", "2025-03-31")
    (draft,) = town("2025-02-28", publish=False)
    answer = year(cli)
    assert (answer.code, answer.codes) == (1, ["runs-missing"])
    (finding,) = answer.json["findings"]
    assert "2025-02-01 to 2025-02-28" in finding["message"]
    assert draft in finding["hint"]
    assert scores(year(cli, ", gaps: allow")) == {"A": 94, "B": 94}


def test_a_month_with_two_runs_stops_it(cli, town):
    town(*MONTHS, "2025-02-28")
    answer = year(cli)
    assert (answer.code, answer.codes) == (1, ["runs-overlap"])


def test_what_is_not_published_does_not_count(cli, town):
    runs = town(*MONTHS, publish=False)
    assert year(cli).codes == ["runs-missing"]
    assert year(cli, data="runs:" + runs[0]).codes == ["run-not-published"]
    assert scores(year(cli, ", published: false")) == {"A": 92.33, "B": 88}


def test_what_only_tries_other_figures_does_not_count(cli, town):
    town(*MONTHS)
    tried = cli(
        "assess",
        cli.folder / "month",
        "--data",
        cli.folder / "records",
        "--as-of",
        MONTHS[1],
        "--set",
        "criteria.late.deduct.0.each=20",
        "--format",
        "json",
    )
    run = tried.json["run_id"]
    assert year(cli, data="runs:" + run).codes == ["what-if-run"]
    assert scores(year(cli, ", published: false")) == {"A": 92.33, "B": 88}


def test_a_withdrawn_run_is_told(cli, town):
    runs = town(*MONTHS)
    assert year(cli).code == 0
    assert cli("runs", "withdraw", runs[1], "--reason", "x").code == 0
    checked = cli("runs", "verify", "latest", "--format", "json")
    assert (checked.code, checked.codes) == (0, ["used-run-withdrawn"])
    assert year(cli).codes == ["runs-missing"]


def corrected(cli, run):
    assert cli("appeal", "open", run, "V1", "late", "--reason", "x", "--by", "A").code == 0
    made = cli("appeal", "decide", 1, "--adjust", 10, "--reason", "x", "--format", "json")
    assert made.code == 0, made.out
    return made.json["result"]


def test_the_run_that_corrects_another_takes_its_place(cli, town):
    runs = town(*MONTHS)
    before = year(cli).json["run_id"]
    later = corrected(cli, runs[0])
    assert "used-run-corrected" in cli("runs", "verify", before, "--format", "json").codes
    told = year(cli)
    assert "run-corrected" in told.codes
    assert scores(told) == {"A": 92.33, "B": 88}
    named = year(cli, data="runs:" + ",".join(runs))
    assert (named.code, set(named.codes)) == (1, {"run-corrected"})
    publish_run(cli, later)
    assert scores(year(cli)) == {"A": 96.67, "B": 88}  # both are first in January


def test_a_changed_file_of_a_run_stops_it(cli, town):
    runs = town(*MONTHS)
    file = next(f for f in (cli.store.parent / "runs" / runs[1]).rglob("*results.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    answer = year(cli)
    assert answer.code == 1
    assert "file-changed" in answer.codes


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("ruleset:", "rulset:", "unknown-key"), ("2025-01-01 至 2025-03-31", "soon", "wrong-value"),
     ("ruleset: month, ", "", "no-source"), ("EXTRA", ", gaps: some", "wrong-value")],
)  # fmt: skip
def test_what_is_wrong_with_the_file_is_told(cli, town, old, new, code):
    town("2025-01-31")
    file = cli.folder / "source.yaml"
    file.write_text(SOURCE.replace(old, new).replace("EXTRA", ""), encoding="utf-8")
    answer = cli("assess", cli.folder / "year", "--data", file, "--format", "json")
    assert answer.code != 0
    assert code in answer.codes


def test_an_unknown_run_is_told(cli, town):
    town("2025-01-31")
    assert year(cli, data="runs:20200101-000000").codes == ["unknown-run"]


def test_a_total_that_is_open_is_unknown(cli, town):
    town(*MONTHS[:2])
    records = cli.folder / "records" / "reports.csv"
    records.write_text(f"{REPORTS}6,V1,月,三月,\n", encoding="utf-8")
    answer = cli("assess", cli.folder / "month", "--data", records.parent, "--as-of", MONTHS[2],
                 "--accept-quarantine", "--format", "json")  # fmt: skip
    publish_run(cli, answer.json["run_id"])
    subjects = {s["name"]: s for s in year(cli).json["subjects"]}
    assert subjects["A"]["low"] < subjects["A"]["high"]


def of_lines(text):
    """Return the yearly ruleset over the points of lines instead of totals and places."""
    gone = ("      rank:", "      size:", "  last:")
    kept = [line for line in text.splitlines() if not line.startswith(gone)]
    text = "\n".join(kept).replace("total: {", "outcome: {label: 计分情况}\n      points: {")
    text = text.replace("label: 总分", "label: 得分")
    text = text.replace("from: months, sum: total", "from: months, sum: points, where: WHERE")
    return text.replace("WHERE", "outcome = '计分'").replace("mean - last", "mean") + "\n"


def test_single_lines_of_the_months_may_be_counted(cli, town):
    runs = town(*MONTHS)
    (cli.folder / "year" / "ruleset.yaml").write_text(of_lines(YEAR), encoding="utf-8")
    file = cli.folder / "source.yaml"
    file.write_text(
        SOURCE.replace("EXTRA", "").replace("results", "result_lines"), encoding="utf-8"
    )
    answer = cli("assess", cli.folder / "year", "--data", file, "--format", "json")
    assert scores(answer) == {"A": 93.33, "B": 90}
    told = cli("explain", "latest", "V1").out
    assert all(f"{run}:V1:late" in told for run in runs)


def test_a_plan_and_a_check_read_them_too(cli, town):
    town(*MONTHS)
    assert year(cli).code == 0
    file = cli.folder / "source.yaml"
    assert cli("plan", cli.folder / "year", "--data", file).code == 0
