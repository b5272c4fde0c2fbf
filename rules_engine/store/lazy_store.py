"""A store that is being opened while the first run that it is wanted for is being made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING, Self

from rules_engine.store.draft import RunDraft
from rules_engine.store.location import locate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from types import TracebackType

    from rules_engine.model.run import RunRecord
    from rules_engine.store.store import Store


class Opening:
    """Makes runs as a store does, without waiting for its database.

    A short run spends a fifth of its time on importing SQLAlchemy and opening the database; both
    go on beside the engine, which works outside of Python. What stands against storing the run
    is raised as soon as it is known and somebody looks, at the latest before it is stored.
    """

    def __init__(self, url: str | None = None, by: str | None = None) -> None:
        """Decide where the store lies.

        Args:
            url: as for :meth:`Store.open`.
            by: who acts, likewise.

        Raises:
            StoreError: the URL cannot be understood, or names a database that is not supported.
        """
        self.location = locate(url)
        self._asked = url, by
        self._pool = ThreadPoolExecutor(1, "store")
        self._store: Future[Store] | None = None

    def __enter__(self) -> Self:
        """Return the opening itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store, if it could be opened."""
        self._pool.shutdown()
        if self._store and not self._store.exception():
            self._store.result().close()

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """Give the store to somebody who reads runs, before one is begun."""
        from rules_engine.store.store import Store

        with Store.open(self._asked[0]) as store:
            yield store

    def new_run(self) -> RunDraft:
        """Begin a run, and begin to open the store; see :meth:`Store.new_run`."""
        self._store = self._pool.submit(copy_context().run, self._open)
        return RunDraft(self.location, self, self._raise_early)

    def _open(self) -> Store:
        from rules_engine.store.store import Store

        url, by = self._asked
        store = Store.open(url, by=by)
        try:
            return store.await_run()
        except BaseException:
            store.close()
            raise

    def _opened(self) -> Store:
        assert self._store, "no run was begun"
        return self._store.result()

    def _raise_early(self, wait: bool) -> None:
        if self._store and (wait or self._store.done()):
            self._store.result()

    def enter(self, record: RunRecord) -> None:
        """Insert the row of a run whose files are in place; for :class:`RunDraft` only."""
        self._opened().enter(record)

    def surely_without(self, run_id: str) -> bool:
        """Return whether there is certainly no such run; for :class:`RunDraft` only."""
        return self._opened().surely_without(run_id)
