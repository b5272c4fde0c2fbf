"""What an earlier program stored and wrote is opened, verified and explained word for word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

KEPT = Path(__file__).parents[1] / "fixtures" / "kept"
PUBLISHED, SEALED, MINE = "20261130-173b2f", "20261130-fde770", "20261130-b86ae1"
DIGESTS = {PUBLISHED: "sha256:35da3e1ee8fe", SEALED: "sha256:c4c360c98e2d",
           MINE: "sha256:c6b6e0d47bc1"}  # fmt: skip
EXPLAINED = sorted((KEPT / "explained").glob("*.txt"))


@pytest.fixture
def kept(cli):
    """Give a command line on a copy of the kept store."""
    shutil.copytree(KEPT / "runs", cli.store.parent / "runs")
    shutil.copyfile(KEPT / "runs.db", cli.store)
    return cli


@pytest.mark.parametrize("run", [PUBLISHED, SEALED, MINE])
def test_a_kept_run_verifies_with_its_digest(kept, run):
    answer = kept("runs", "verify", run, "--format", "json")
    assert (answer.code, answer.json["verified"]) == (0, True)
    assert answer.json["recomputed"].startswith(DIGESTS[run])
    assert kept("runs", "show", run, "--format", "json").json["digest"].startswith(DIGESTS[run])


def test_kept_runs_are_explained_word_for_word(kept):
    assert len(EXPLAINED) == 39
    for file in EXPLAINED:
        what, language, _ = file.name.split(".")
        run, subject = what[: len(SEALED)], what[len(SEALED) + 1 :]
        answer = kept("explain", run, subject, "--lang", language)
        assert answer.code == 0, answer
        assert answer.out == file.read_text(encoding="utf-8"), file.name


def test_the_kept_log_and_appeal_are_read(kept):
    hash_of_last = "53767e15452f4efae957ec8a0d7e92b812e446ce64f1ac5f762353bf2e191da5"
    for file in ((), (KEPT / "log.jsonl", "--public-key", KEPT / "key.pub")):
        answer = kept("audit", "verify", *file)
        assert answer.code == 0, answer
        assert hash_of_last in answer.out
    (appeal,) = kept("appeal", "list", "--format", "json").json
    assert (appeal["status"], appeal["result"]) == ("corrected", SEALED)


def test_a_kept_form_is_imported_as_it_was(cli):
    answer = cli("import", "xlsx", KEPT / "form.xlsx", "--out", cli.folder / "imported")
    assert answer.code == 0, answer
    written = {f.name: f.read_bytes() for f in (cli.folder / "imported").iterdir()}
    assert written == {f.name: f.read_bytes() for f in (KEPT / "imported").iterdir()}


def test_a_kept_mapping_gives_the_digest_of_the_plain_delivery(cli):
    answer = cli("assess", cli.ruleset, "--data", KEPT / "mapped" / "source.yaml",
                 "--format", "json")  # fmt: skip
    assert answer.code == 0, answer
    assert answer.json["digest"].startswith(DIGESTS[PUBLISHED])
