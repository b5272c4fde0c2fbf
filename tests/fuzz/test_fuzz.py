"""Whatever is handed in, a command answers with findings, in time, and stores nothing by halves.

``make fuzz`` tries all of it, ``make test`` a small share.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import bad_deliveries
import bad_mappings
import bad_stores
import conversations
import framings
import pytest
import yaml
from edits import MORE_DEEDS, edited
from made_rulesets import made
from raw_server import raw_server
from tiny import records
from trying import cases

from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from tests.unit.store.test_appeals_stored import dispute

SMALL = Path(__file__).parents[1] / "fixtures" / "small"
RULESETS = sorted(f.parent for f in SMALL.parents[2].glob("rulesets/*/ruleset.yaml"))
CLAUSES = (
    "source: {title: 例}\n"
    "clauses:\n"
    "  E-1: {ref: 一, gist: 0、0.5、1、2、3、5、9、10、18、20、50、60、90、100, status: encoded}\n"
    "  S-0: {ref: 二, gist: 例, status: encoded}\n"
)
BATCHES = 10
batches = pytest.mark.parametrize("batch", range(BATCHES))


def stopped(document):
    """Return whether findings stop whatever would follow."""
    return any(f["severity"] == "error" for f in document["findings"])


def found_in(document):
    """Return the findings of a verb, some of which print a list of something else."""
    return document.get("findings", []) if isinstance(document, dict) else []


@batches
def test_edited_rulesets(bench, batch, tmp_path):
    for number in cases(1000, batch, BATCHES):
        dice = random.Random(number)
        good = dice.choice([SMALL, *RULESETS])
        folder = tmp_path / str(number)
        shutil.copytree(good, folder, ignore=lambda *_: ["sample"])
        file = folder / ("clauses.yaml" if number % 10 == 9 else "ruleset.yaml")
        text = edited(file.read_text(encoding="utf-8"), number, MORE_DEEDS)
        file.write_text(text, encoding="utf-8", errors="replace", newline="")
        bench(f"edited ruleset {number} of {good.name}", "check", folder)
        shutil.rmtree(folder)


@batches
def test_made_rulesets(bench, batch, tmp_path):
    for number in cases(4500, batch, BATCHES):  # about every fourth is sound, and is assessed
        folder, data = tmp_path / str(number), tmp_path / f"{number}-data"
        folder.mkdir()
        data.mkdir()
        text = yaml.safe_dump(made(number), allow_unicode=True, sort_keys=False)
        (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
        (folder / "clauses.yaml").write_text(CLAUSES, encoding="utf-8")
        case = f"made ruleset {number}"
        if stopped(bench(case, "check", folder)):
            continue
        records(load_ruleset(folder, registry()).ruleset, data, seed=number)
        bench(case, "assess", folder, "--data", data, "--accept-quarantine")


@batches
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", bad_deliveries.WRITERS)
def test_bad_deliveries(bench, kind, batch, tmp_path):
    for number in cases(1000, batch, BATCHES):
        folder = tmp_path / str(number)
        folder.mkdir()
        data = bad_deliveries.write(kind, folder, number)
        verb = ("sources", "check", data, "--ruleset", SMALL)
        if number % 4 == 0:
            verb = ("assess", SMALL, "--data", data)
        bench(f"{kind} delivery {number}", *verb)
        shutil.rmtree(folder)


@batches
def test_bad_mappings(bench, batch, tmp_path):
    for number in cases(500, batch, BATCHES):
        folder = tmp_path / str(number)
        shutil.copytree(SMALL / "sample", folder / "数据")
        mapping = bad_mappings.write(folder, number)
        bench(f"mapping {number}", "sources", "check", mapping, "--ruleset", SMALL)


@batches
def test_bad_conversations(bench, batch, tmp_path, api_server, monkeypatch):
    monkeypatch.setenv("FUZZ_TOKEN", conversations.TOKEN)
    for number in cases(500, batch, BATCHES):
        folder = tmp_path / str(number)
        folder.mkdir()
        mapping = conversations.begin(api_server, folder, number)
        told = bench(f"conversation {number}", "sources", "check", mapping, "--ruleset", SMALL)
        assert conversations.TOKEN not in str(told), number


@batches
def test_bad_stores(bench, batch, tmp_path):
    bench("a sound store", "assess", SMALL, "--data", SMALL / "sample")
    store = tmp_path / "runs.db"
    run = bad_stores.begin(store, dispute)
    good = store.read_bytes()
    for number in cases(1000, batch, BATCHES):
        for file in tmp_path.glob("runs.db*"):
            file.unlink()
        store.write_bytes(good)
        told = bench(bad_stores.damage(store, number), *bad_stores.verb(run, number))
        codes = {f["code"] for f in found_in(told)}
        assert not codes & {"store-failed", "store-damaged"}, codes


@batches
def test_bad_framings(bench, batch, tmp_path):
    with raw_server() as server:
        for number in cases(1000, batch, BATCHES):
            folder = tmp_path / str(number)
            folder.mkdir()
            mapping, deed = framings.begin(server, folder, number)
            case = f"framing {number}, {deed}"
            told = bench(case, "sources", "check", mapping, "--ruleset", SMALL)
            assert stopped(told) or deed in framings.WHOLE, case
