"""Starts runs and kills them: a process that has everything imported forks one for each fault.

Started as ``killing.py FOLDER SEED URL COUNT``; says as JSON what became of the runs.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

# What the children would else import, each for itself.
import psycopg  # noqa: F401
import pyarrow.compute
import pyarrow.parquet  # noqa: F401

import rules_engine.engines.duckdb_engine  # noqa: F401
from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.run import assess, compute, verify
from rules_engine.run.load import load_ruleset
from rules_engine.store import Store, audit_log, draft
from rules_engine.store.unfinished import RunLock

SMALL = Path(__file__).parents[1] / "fixtures" / "small"
REQUEST = assess.Request(SMALL, str(SMALL / "sample"), threads=1)
STEPS = {
    "staging begins": (assess, "take_dataset", False),
    "snapshot written": (assess, "take_dataset", True),
    "lines written": (compute, "_score", True),
    "judged": (compute, "_judge", True),
    "results written": (assess, "compute", True),
    "ruleset kept": (assess, "keep_ruleset", True),
    "manifest written": (draft.RunDraft, "_describe", True),
    "renamed": (draft.RunDraft, "_enter", False),
    "row inserted": (audit_log, "append", False),
    "audit entry written": (audit_log, "append", True),
    "committed": (Store, "enter", True),
    "lock removed": (RunLock, "release", True),
}
"""Step → the function that is killed, and whether after its work or before."""
RANDOM = "any moment"


def in_child(work):
    """Do something in a process of its own; return its id.

    The parent never runs an engine: a fork takes no threads along, and whoever waits for them
    waits for ever.
    """
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def wait(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def one_run(url, folder):
    with Store.open(url, folder) as store:
        assess.assess(REQUEST, registry(), store).close()


def dying_run(url, folder, step):
    owner, name, after = STEPS[step]
    original = getattr(owner, name)

    def die(*arguments, **options):
        if after:
            original(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, die)
    one_run(url, folder)


def verify_all(url, folder):
    with Store.open(url, folder) as store:
        for record in store.list_runs():
            again, _ = verify.verify(store.get(record.id), None, registry(), 1)
            assert again == record.digest, record.id


class Office:
    """One store whose runs are killed."""

    def __init__(self, url, folder):
        self.url = url
        self.folder = folder
        self.outcomes = {}
        self.runs = set()
        assert wait(in_child(self.run)) == 0  # makes the database
        self.look()
        began = time.monotonic()
        assert wait(in_child(self.run)) == 0
        self.seconds = time.monotonic() - began
        self.look()

    def run(self):
        one_run(self.url, self.folder)

    def kill(self, step, moment):
        """Kill a run at a step, or at a moment between 0 (start) and 1 (end)."""
        if step == RANDOM:
            pid = in_child(self.run)
            time.sleep(moment * self.seconds)
            os.kill(pid, signal.SIGKILL)
        else:
            pid = in_child(lambda: dying_run(self.url, self.folder, step))
        code = wait(pid)
        assert code == -signal.SIGKILL or (step == RANDOM and code == 0), (step, code)
        counts = self.outcomes.setdefault(step, Counter())
        counts["tried"] += 1
        counts[self.look()] += 1

    def look(self):
        """Say what the last run has become, and whether the store is as it must be."""
        with Store.open(self.url, self.folder) as store:
            records = {record.id: record for record in store.list_runs()}
            unfinished = store.unfinished()
            stored = [entry.run for entry in store.audit.entries() if entry.act == "stored"]
            new = records.keys() - self.runs
            names = {path.name for path in store.location.runs.iterdir()}
            known = {run.id for run in unfinished} | records.keys()
            whole = (
                len(new) + len(unfinished) <= 1
                and self.runs <= records.keys()
                and not any(run.running for run in unfinished)
                and sorted(stored) == sorted(records)  # nothing is counted twice
                and {n.removeprefix(".unfinished-").removesuffix(".lock") for n in names} <= known
                and not store.audit.check()
                and not any(store.check_files(store.get(run)) for run in new)
                and store.clear() == [run.id for run in unfinished]
                and {path.name for path in store.location.runs.iterdir()} == records.keys()
                and not store.unfinished()
            )
            self.runs = set(records)
        if not whole:
            return "lost"
        return "finished" if new else "marked and cleared" if unfinished else "not begun"


def main(folder, seed, url, count):
    registry()
    load_ruleset(SMALL, registry())
    chance, count = random.Random(int(seed)), int(count)
    office = Office(url, Path(folder))
    steps = [*STEPS] * max(1, count // 30) + [RANDOM] * count
    for step in steps[:count]:
        office.kill(step, chance.random())
    assert wait(in_child(office.run)) == 0
    assert office.look() == "finished"
    assert wait(in_child(lambda: verify_all(url, Path(folder)))) == 0
    sys.stdout.write(json.dumps(office.outcomes))


if __name__ == "__main__":
    with speaking("en"):
        main(*sys.argv[1:])
