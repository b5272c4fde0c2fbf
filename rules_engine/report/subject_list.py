"""All subjects of one kind, read from the results as they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, overload

from rules_engine.model.assessment import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SLICE = 500


class SubjectList(Sequence[Subject]):
    """All subjects of one kind, read from the files slice by slice as they are asked for."""

    def __init__(self, count: Callable[[], int], read: Callable[[int, int], list[Subject]]) -> None:
        """Read nothing yet.

        Args:
            count: says how many there are.
            read: reads those from one place up to another.
        """
        self._count = count
        self._read = read
        self._start = -1
        self._slice: list[Subject] = []

    @cached_property
    def _length(self) -> int:
        return self._count()

    def __len__(self) -> int:
        """Return how many subjects there are."""
        return self._length

    @overload
    def __getitem__(self, index: int) -> Subject: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Subject]: ...
    def __getitem__(self, index: int | slice) -> Subject | Sequence[Subject]:
        """Return one subject, or a list of several."""
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step == 1 and 0 < stop - start < SLICE:  # no more is read than is asked for
                return self._read(start, stop)
            return [self[i] for i in range(start, stop, step)]
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(index)
        start = place - place % SLICE
        if start != self._start:
            self._slice = self._read(start, start + SLICE)
            self._start = start
        return self._slice[place - start]

    def __iter__(self) -> Iterator[Subject]:
        """Go through all subjects in order."""
        return (self[i] for i in range(len(self)))
