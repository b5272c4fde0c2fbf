"""A full disk, a read-only store, a lost connection, a damaged file, a clock set back."""

from __future__ import annotations

import errno
import json
import os
import pkgutil
import resource
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from rules_engine.cli import program
from rules_engine.errors import StoreError
from rules_engine.store import Store, audit_log
from tests.unit.store.conftest import make_run

SMALL = Path(__file__).parents[1] / "fixtures" / "small"
ASSESS = ("assess", str(SMALL), "--data", str(SMALL / "sample"), "--format", "json")
START = [sys.executable, "-c", "from rules_engine.cli import main; main()"]
NOBODY = 65534


@pytest.fixture
def cli(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RULES_ENGINE_STORE", str(tmp_path / "runs.db"))
    monkeypatch.setenv("LANGUAGE", "en")

    def run(*arguments):
        capsys.readouterr()
        try:
            code = program.run([str(a) for a in arguments])
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, json.loads(said.out) if "--format" in arguments else said.out + said.err

    return run


def stands(cli, runs):
    """Assert that the store opens, holds so many runs, and that they and the log verify."""
    listed = cli("runs", "list", "--format", "json")[1]
    assert [run["status"] for run in listed] == ["draft"] * runs
    assert all(cli("runs", "verify", run["id"])[0] == 0 for run in listed)
    assert cli("audit", "verify")[0] == 0


def codes(document):
    return {finding["code"] for finding in document["findings"]}


@pytest.mark.parametrize("room", [0, 600, 5_000, 40_000])
def test_full_disk(cli, tmp_path, room):
    """No file may grow beyond so many bytes: a database, a table, a manifest finds no room."""
    assert cli(*ASSESS)[0] == 0
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))  # noqa: E731
    done = subprocess.run([*START, *ASSESS], preexec_fn=limit, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    assert codes(json.loads(done.stdout)) <= {
        "store-full", "store-failed", "store-read-only", "engine-io",
    }  # fmt: skip
    assert len(list((tmp_path / "runs").iterdir())) == 1
    stands(cli, 1)


@pytest.mark.parametrize("at", ["write_dataset", "keep_ruleset"])
def test_disk_that_fills_up_on_the_way(cli, tmp_path, monkeypatch, at):
    def no_room(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(f"rules_engine.run.assess.{at}", no_room)
        code, told = cli(*ASSESS)
    assert (code, codes(told)) == (1, {"store-full"})
    assert list((tmp_path / "runs").iterdir()) == []
    stands(cli, 0)


OUTPUTS = {
    **{name: ("runs", "show", "latest", "--report", name, "--out", "@")
       for name in ("csv", "xlsx", "html", "docx", "pdf", "json", "markdown")},
    "assess": (*ASSESS, "--report", "csv", "--out", "@"),
    "form": ("export", "xlsx", SMALL, "--out", "@/form.xlsx"),
    "import": ("import", "xlsx", "form.xlsx", "--out", "@/back"),
    "check": ("sources", "check", "wrong", "--out", "@/wrong.xlsx"),
    "probe": ("sources", "probe", SMALL / "sample", "--out", "@/source.yaml"),
    "schema": ("schema", "--out", "@/schema.json"),
    "describe": ("describe", SMALL, "--out", "@/paper.md"),
    "page": ("what-if", SMALL, "--against", "latest", "--html", "@/page.html"),
    "workbook": ("what-if", SMALL, "--against", "latest", "--xlsx", "@/what-if.xlsx"),
    "log": ("audit", "export", "--out", "@/log.jsonl"),
    "ruleset": ("new", "ruleset", "acme", "--out", "@"),
    "plugin": ("new", "method", "acme", "--out", "@"),
    "key": ("audit", "new-key", "@/key.pem"),
}  # fmt: skip
"""Every command that writes files, with @ for a folder whose disk is full."""
BEGINS = {
    **dict.fromkeys(("xlsx", "form", "check", "workbook"), "xlsxwriter.workbook.ZipFile"),
    "log": "rules_engine.audit.export.lines_of",
    "key": "rules_engine.audit.signatures.os.fdopen",
}
"""Where a command begins to write, if not with the folder of files that are not whole yet."""


@pytest.fixture(scope="module")
def with_a_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    store = ("--store", str(folder / "runs.db"))
    assert program.run([*ASSESS, *store, "--lang", "en"]) == 0
    assert program.run(["export", "xlsx", str(SMALL), "--out", str(folder / "form.xlsx")]) == 0
    return folder


@pytest.mark.parametrize("command", OUTPUTS)
def test_full_disk_of_what_is_written_out(cli, with_a_run, tmp_path, monkeypatch, command):
    """The file is named, the store is not blamed, and nothing half written stays."""
    full = tmp_path / "full"
    full.mkdir()
    monkeypatch.chdir(tmp_path)
    shutil.copytree(with_a_run, tmp_path, dirs_exist_ok=True)
    if command == "check":
        shutil.copytree(SMALL / "sample", "wrong")
        with Path("wrong/visits.csv").open("a", encoding="utf-8") as file:
            file.write("x9,v1,省,yesterday,1,false,false,false\n")
    begins = BEGINS.get(command, "rules_engine.safe_files.mkdtemp")
    begin = pkgutil.resolve_name(begins)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def without_room(*args, **options):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        return begin(*args, **options)

    try:
        with monkeypatch.context() as patched:
            patched.setattr(begins, without_room)
            code, told = cli(*(str(word).replace("@", str(full)) for word in OUTPUTS[command]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    told = json.dumps(told, ensure_ascii=False)
    assert code == 1, told
    assert "cannot-write" in told
    assert all(word not in told for word in ("store-", "plugin-failed", "internal-error"))
    assert f"{full}/" in told
    assert ".unfinished" not in told
    assert list(full.iterdir()) == []


def test_what_was_there_stays_when_the_disk_is_full(cli, tmp_path, monkeypatch):
    """A file is replaced when the new one is whole; its mode and a link to it stay."""
    paper, link = tmp_path / "paper.md", tmp_path / "link.md"
    paper.write_text("old", encoding="utf-8")
    paper.chmod(0o640)
    link.symlink_to(paper)
    command = ("describe", str(SMALL), "--out", str(link))

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        assert cli(*command)[0] == 1
    assert paper.read_text(encoding="utf-8") == "old"
    assert cli(*command)[0] == 0
    assert link.is_symlink()
    assert paper.read_text(encoding="utf-8") != "old"
    assert paper.stat().st_mode & 0o777 == 0o640
    assert cli("describe", str(SMALL), "--out", "/dev/null")[0] == 0
    assert not Path("/dev/null").is_file()


def test_damaged_files_are_named(cli, tmp_path):
    """One bit of a table or of the results: nothing is shown or explained from them."""
    cli(*ASSESS)
    run = cli("runs", "list", "--format", "json")[1][0]["id"]
    for file in sorted((tmp_path / "runs" / run).rglob("*.parquet")):
        whole = file.read_bytes()
        for at in (8, len(whole) // 2, len(whole) - 6):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
            for words in (("runs", "verify"), ("runs", "show"), ("explain",)):
                subject = ["South"] if words == ("explain",) else []
                code, told = cli(*words, run, *subject, "--format", "json")
                assert (code, codes(told)) == (1, {"file-changed"})
                assert told["findings"][0]["file"] == str(file)
        file.write_bytes(whole)
    stands(cli, 1)


def test_lost_connection(postgresql, tmp_path, monkeypatch):
    """The server ends the connection inside the transaction that stores a run."""
    with Store.open(postgresql, tmp_path) as store:
        kept = make_run(store)
        append = audit_log.append

        def cut(session, *arguments, **options):
            entry = append(session, *arguments, **options)
            pid = session.scalar(sa.text("SELECT pg_backend_pid()"))
            other = sa.create_engine(store.location.url)
            with other.begin() as connection:
                connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            other.dispose()
            return entry

        with monkeypatch.context() as patched:
            patched.setattr(audit_log, "append", cut)
            with pytest.raises(StoreError) as caught:
                make_run(store)
        assert caught.value.findings[0].code == "store-unreachable"
        assert [run.id for run in store.list_runs()] == [kept.record.id]
        assert {p.name for p in store.location.runs.iterdir()} == {kept.record.id}
        again = make_run(store)
        assert store.get("latest") == again
        assert [e.run for e in store.audit.entries()] == [kept.record.id, again.record.id]
        assert store.audit.check() == []


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs POSIX rights")
def test_read_only_store(tmp_path_factory, tmp_path):
    """Said plainly, whoever asks; and nothing of it is touched."""
    folder = tmp_path / "store"
    with Store.open(folder=folder) as store:
        run = make_run(store)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if os.getuid() == 0:  # rights do not stop root: somebody else must ask
        for parent in (tmp_path, *tmp_path.parents):
            parent.chmod(parent.stat().st_mode | 0o111) if parent.owner() == "root" else None
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    pid = os.fork()
    if not pid:
        code = 1
        try:
            if os.getuid() == 0:
                os.setuid(NOBODY)
            try:
                with Store.open(folder=folder) as store, store.new_run():
                    pass
            except StoreError as error:
                wanted = ("store-read-only", "store-unreachable")
                code = 0 if error.findings[0].code in wanted else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert {path: path.read_bytes() for path in before} == before
    with Store.open(folder=folder) as store:
        assert store.get("latest") == run
        assert store.audit.check() == []


def test_clock_set_back(tmp_path, monkeypatch):
    """The order is that of the acts, whatever the clock says of them."""
    with Store.open(folder=tmp_path) as store:
        first = make_run(store)

        class Earlier(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) - timedelta(days=400)

        for module in ("draft", "lifecycle"):
            monkeypatch.setattr(f"rules_engine.store.{module}.datetime", Earlier)
        monkeypatch.setattr("rules_engine.audit.entry.datetime", Earlier)
        second = make_run(store)
        assert second.record.created_at < first.record.created_at
        assert store.get("latest") == second
        for verb in ("review", "publish", "seal"):
            second = store.life.take(second, verb, "reason")
        assert store.life.prune(1) == []
        assert [run.id for run in store.list_runs()] == [second.record.id, first.record.id]
        assert [e.number for e in store.audit.entries()] == [1, 2, 3, 4, 5]
        assert store.audit.check() == []
        with store.new_run() as draft:
            (made,) = store.unfinished()
            assert made.id == draft.id
            assert made.since < datetime.now(UTC) - timedelta(days=399)
