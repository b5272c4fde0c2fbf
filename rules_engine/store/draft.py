"""A run that is being made: a folder to write into, which becomes a stored run whole or not."""

from __future__ import annotations

import json
import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, Self

from rules_engine.model.run import RunRecord, StoredFile, StoredRun
from rules_engine.store import files
from rules_engine.store.errors import store_errors
from rules_engine.store.unfinished import UNFINISHED, RunLock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from pathlib import Path
    from types import TracebackType

    from rules_engine.store.location import Location

MANIFEST = "manifest.json"
_TRIES = 20


class Ledger(Protocol):
    """The part of the store that a draft needs: it enters the row of a finished run."""

    def enter(self, record: RunRecord) -> None:
        """Insert the row and commit."""

    def surely_without(self, run_id: str) -> bool:
        """Return whether the row is certainly not there; ``False`` when that cannot be known."""


class RunDraft:
    """A run that is being made, as a context manager.

    Inside the block the caller writes what the run keeps into ``folder``, and calls
    :meth:`commit` last. Leaving the block without a commit removes the folder: nothing is stored.
    A process that ends without leaving the block leaves the folder and its lock file.

    Attributes:
        id: the id that the run is going to have.
        created_at: when the run began.
        folder: a folder of its own, on the same file system as the stored runs.
    """

    id: str
    folder: Path

    def __init__(
        self,
        location: Location,
        ledger: Ledger,
        raise_early: Callable[[bool], None] = lambda wait: None,
    ) -> None:
        """Choose an id; the folder is made on entering the block.

        Args:
            location: where the store lies.
            ledger: enters the row.
            raise_early: raises what is known to stand against storing; told to wait, what there is.
        """
        self._location = location
        self._ledger = ledger
        self._raise_early = raise_early
        self._aside = ThreadPoolExecutor(1, "settling")
        self._settling: Future[dict[str, str]] | None = None
        self._committed = False
        self._in_doubt = False  # whether there is a row
        self.created_at = datetime.now(UTC)
        self._name(_new_id(self.created_at))

    def __enter__(self) -> Self:
        """Make the folder."""
        with store_errors(self._location):
            self._location.runs.mkdir(parents=True, exist_ok=True)
            for _ in range(_TRIES):
                if not self._final.exists() and not self.folder.exists():
                    with suppress(FileExistsError):
                        self._lock = RunLock(self._location, self.id, self.created_at)
                        try:
                            self.folder.mkdir()
                        except BaseException:
                            self._lock.release()
                            raise
                        return self
                self._name(_new_id(self.created_at))
            raise FileExistsError(f"no free run id below {self._location.runs}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the folder, unless the run was committed; say trouble with the disk."""
        self._aside.shutdown()
        if not self._committed:
            shutil.rmtree(self.folder, ignore_errors=True)
        # What could not be removed, say an open file on Windows, stays marked as unfinished.
        self._lock.release(keep=self._in_doubt or self.folder.exists())
        if isinstance(error, OSError) and self._concerns(error):
            with store_errors(self._location):
                raise error

    def raise_early(self) -> None:
        """Raise what is known already to stand against storing the run.

        Raises:
            StoreError: the store cannot be used.
        """
        self._raise_early(False)

    def settle(self, known: Mapping[str, str] = MappingProxyType({})) -> None:
        """Begin to hash what is in the folder and to bring it to disk, beside other work.

        Files that are there already must not change any more.

        Args:
            known: the SHA-256 of files that need not be read for it, by their path in the folder.
        """
        # Listed now: a file that comes later could be hashed before it is whole.
        paths = list(files.files_below(self.folder))

        def settled() -> dict[str, str]:
            result = files.describe(self.folder, known, paths)
            files.flush_tree(self.folder)
            return {path: file.sha256 for path, file in result.items()}

        self._settling = self._aside.submit(settled)

    def commit(self, record: RunRecord) -> StoredRun:
        """Store the run: its files, then its row.

        The order is what makes a crash harmless. The files are hashed, described in
        ``manifest.json`` and brought to disk; the folder gets its final name in one step; the row
        is inserted last, in one transaction, and only the row makes a run visible. So a crash
        before the rename leaves an unfinished folder, a crash between rename and insert leaves a
        folder without a row, and nothing lists either. Row first would show a run whose files are
        not there.

        Args:
            record: what to remember; ``files`` is filled in here.

        Raises:
            StoreError: the disk or the database refused; nothing is stored.
        """
        if self._committed:
            raise ValueError("the run is stored already")
        if record.id != self.id:
            raise ValueError(f"the record is of run {record.id}, the draft of {self.id}")
        self._raise_early(True)
        with store_errors(self._location):
            known = self._settling.result() if self._settling else {}
            described = self._describe(record, known)
            self.folder.rename(self._final)
            files.flush_folder(self._location.runs)
            self._enter(described)
        return StoredRun(described, self._final)

    def _describe(self, record: RunRecord, known: Mapping[str, str]) -> RunRecord:
        """Write the manifest and return the record with all files, the manifest among them."""
        manifest = self.folder / MANIFEST
        manifest.unlink(missing_ok=True)
        listed = replace(record, files=files.describe(self.folder, known))
        text = json.dumps(listed.as_dict(), ensure_ascii=False, indent=2) + "\n"
        manifest.write_text(text, encoding="utf-8", newline="\n")
        files.flush_tree(self.folder)
        own = StoredFile(files.sha256_of(manifest), manifest.stat().st_size)
        return replace(listed, files={**listed.files, MANIFEST: own})

    def _enter(self, record: RunRecord) -> None:
        """Insert the row; if that fails, take the folder away again.

        A connection may break after the server has committed. Then the folder stays unless the
        row is certainly absent: a folder without a row does no harm, a row without files does.
        """
        self._committed = self._in_doubt = True
        try:
            self._ledger.enter(record)
        except BaseException:
            if self._ledger.surely_without(record.id):
                shutil.rmtree(self._final, ignore_errors=True)
                self._in_doubt = self._final.exists()
            raise
        self._in_doubt = False

    def _concerns(self, error: OSError) -> bool:
        """Return whether an error is about the run's folder; a full disk often names no file."""
        named = error.filename
        return named is None or str(self.folder) in str(named)

    def _name(self, run_id: str) -> None:
        self.id = run_id
        self.folder = self._location.runs / f"{UNFINISHED}{run_id}"
        self._final = self._location.runs / run_id


def _new_id(now: datetime) -> str:
    # The local date: whoever reads the id compares it with the calendar on the wall.
    return f"{now.astimezone():%Y%m%d}-{secrets.token_hex(3)}"
