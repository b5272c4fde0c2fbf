"""Databases, APIs and archives: looked at, checked and assessed like any file."""

from __future__ import annotations

import sqlite3
import zipfile

import openpyxl
import pyarrow.csv
import pytest
import yaml
from apis import offer, requests, serve
from databases import fill

OPTIONS = pyarrow.csv.ConvertOptions(strings_can_be_null=True)


def sample(cli, wrong=""):
    """The small sample as tables of text, with a wrong day in the second case."""
    tables = {}
    for file in sorted(cli.data.glob("*.csv")):
        table = pyarrow.csv.read_csv(file, convert_options=OPTIONS)
        table = table.cast(
            pyarrow.schema([(name, pyarrow.string()) for name in table.column_names])
        )
        if wrong and file.stem == "cases":
            at = table.column_names.index("received_on")
            days = table.column(at).to_pylist()
            days[1] = wrong
            table = table.set_column(at, "received_on", pyarrow.array(days))
        tables[file.stem] = table
    return tables


@pytest.fixture(params=["sqlite", "postgresql", "api", "archive"])
def deliver(request, tmp_path):
    """Put tables where a source reads them; give the location and how its findings call it."""

    def run(tables):
        place = tmp_path / "delivery"
        place.mkdir()
        if request.param == "archive":
            with zipfile.ZipFile(place / "a.zip", "w") as archive:
                for name, table in tables.items():
                    with archive.open(f"{name}.csv", "w") as member:
                        pyarrow.csv.write_csv(table, member)
            return place / "a.zip"
        if request.param == "api":
            (place / "requests.jsonl").touch()
            return offer(request.getfixturevalue("api_server"), place, tables)
        database = request.param == "postgresql"
        address = request.getfixturevalue("postgresql") if database else f"sqlite:///{place}/a.db"
        fill(address, tables)
        return address

    return run


def test_a_draft_a_check_and_an_assessment(cli, deliver, tmp_path, monkeypatch):
    monkeypatch.setenv("RULES_ENGINE_SOURCE_SECRET", "hunter2")
    location = deliver(sample(cli, wrong="五月初三"))
    drafted = cli("sources", "probe", location, "--ruleset", cli.ruleset, "--out", "source.yaml")
    assert drafted.code == 0, drafted.err
    draft = yaml.safe_load((tmp_path / "source.yaml").read_text(encoding="utf-8"))
    assert draft["source"]["secret"] == {"env": "RULES_ENGINE_SOURCE_SECRET"}
    assert draft["tables"]["cases"]["columns"]["received_on"] == "received_on"
    checked = cli("sources", "check", "source.yaml", "--ruleset", cli.ruleset,
                  "--out", "back.xlsx", "--format", "json")  # fmt: skip
    told = [(f["code"], f.get("field")) for f in checked.json["findings"]]
    assert ("not-a-date", "received_on") in told
    sheet = openpyxl.load_workbook(tmp_path / "back.xlsx").worksheets[0]
    assert "五月初三" in [cell.value for cell in sheet[2]]
    run = cli("assess", cli.ruleset, "--data", "source.yaml", "--accept-quarantine",
              "--report", "html", "--out", "out")  # fmt: skip
    assert run.code == 0, run.err
    said = drafted.err + str(draft) + checked.out + run.out + run.err
    assert "hunter2" not in said
    kept = [cli.store, *(file for file in tmp_path.glob("*/**/*") if file.is_file())]
    kept = [file for file in kept if "delivery" not in file.parts]
    assert not [file for file in kept if b"hunter2" in file.read_bytes()]


def test_a_run_that_breaks_off_stores_nothing(cli, tmp_path):
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute("CREATE TABLE villages (village_id, name, kind)")
        database.execute("INSERT INTO villages VALUES ('V1', x'ff', '村')")
    done = cli("assess", cli.ruleset, "--data", "a.db")
    assert done.code != 0
    assert "unsupported-type" in done.err
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_listing_is_looked_at_although_nothing_says_how_it_is_paged(cli, tmp_path, api_server):
    place = tmp_path / "api"
    place.mkdir()
    (place / "requests.jsonl").touch()
    rows = [{"村编号": f"V{n}", "村名": f"村{n}", "类型": "村"} for n in range(9)]
    address = serve(api_server, place, {"villages": {"body": {"total": 90, "rows": rows}}})
    done = cli("sources", "probe", f"{address}/villages")
    assert "village_id: 村编号" in done.out
    assert len(requests(place)) == 2
    done = cli("sources", "check", f"{address}/villages")
    assert "incomplete-listing" in done.err
