"""What is changed in one file, and the file with it: its text, and what it is to say."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from rules_engine.errors import RulesetError
from rules_engine.ruleset.layout import sort_keys
from rules_engine.yamltext.edit import insert, remove, rewrite
from rules_engine.yamltext.layout import one_line
from rules_engine.yamltext.read import parse_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel

    from rules_engine.model.plugin import Method
    from rules_engine.yamltext.layout import Tokens
    from rules_engine.yamltext.read import Key, KeyPath


@dataclass(frozen=True)
class New:
    """A new entry.

    Attributes:
        where: the mapping or list that takes it.
        key: its key; in a list there is none.
        after: the key or index, as it was, behind which it goes; -1:
            before all others.
        value: what it says.
    """

    where: KeyPath
    key: str | None
    after: Key | None
    value: Tokens


@dataclass
class Edits:
    """What is changed in one file; all paths are those of the file as it was.

    Attributes:
        tokens: single values that are written anew.
        new: entries that are added.
        gone: paths of entries that are taken out.
    """

    tokens: dict[KeyPath, str] = field(default_factory=dict)
    new: list[New] = field(default_factory=list)
    gone: list[KeyPath] = field(default_factory=list)

    def written(
        self, text: str, shape: type[BaseModel], methods: Mapping[str, Method]
    ) -> str | None:
        """Return the file, or nothing where it would come to say something else."""
        meant = deepcopy(parse_document(text, "").value)
        for path, token in self.tokens.items():
            _at(meant, path[:-1])[path[-1]] = _plain(token)
        text = rewrite(text, self.tokens)
        sort = partial(sort_keys, shape=shape, methods=methods)
        for new, path, after in self._added():
            value = _plain(one_line(new.value))
            around = _at(meant, path[:-1])
            if isinstance(path[-1], int):
                around.insert(path[-1], value)
            else:
                around[path[-1]] = value
            text = insert(text, path, new.value, sort, after)
        for path in self._taken():
            del _at(meant, path[:-1])[path[-1]]
            text = remove(text, path)
        try:
            return text if parse_document(text, "").value == meant else None
        except RulesetError:
            return None

    def _added(self) -> Iterator[tuple[New, KeyPath, Key | None]]:
        """Yield new entries with their paths: keys first, so that rows are where they were."""
        for new in reversed(self.new):
            if new.key is not None:
                yield new, (*new.where, new.key), new.after
        rows = [new for new in self.new if new.key is None and isinstance(new.after, int)]
        for new in sorted(reversed(rows), key=lambda row: -int(row.after or 0)):
            yield new, (*new.where, int(new.after or 0) + 1), None

    def _taken(self) -> Iterator[KeyPath]:
        """Yield what is taken out: keys first, then rows from the last on."""
        yield from (self.now(path) for path in self.gone if isinstance(path[-1], str))
        rows = [path for path in self.gone if isinstance(path[-1], int)]
        yield from sorted((self.now(path, taken=False) for path in rows),
                          key=lambda path: -int(path[-1]))  # fmt: skip

    def now(self, path: KeyPath, *, taken: bool = False) -> KeyPath:
        """Return the path that an entry has now; ``taken``: when all that goes is gone."""
        steps = list(path)
        for n, step in enumerate(path):
            if isinstance(step, int):
                where = path[:n]
                added = sum(
                    new.where == where and new.key is None and isinstance(new.after, int)
                    and new.after < step for new in self.new
                )  # fmt: skip
                steps[n] = step + added
                if taken:
                    steps[n] = step + added - sum(row < step for row in self._rows_gone(where))
        return tuple(steps)

    def _rows_gone(self, where: KeyPath) -> list[int]:
        return [int(path[-1]) for path in self.gone if path[:-1] == where]

    def index(self, new: New) -> int:
        """Return the index that a new row has in the end."""
        after = int(new.after or 0)
        rows = [n for n in self.new if n.where == new.where and n.key is None]
        before = sum(int(n.after or 0) < after for n in rows)
        same = [n for n in rows if n.after == after]
        gone = sum(row <= after for row in self._rows_gone(new.where))
        return after + 1 + before + next(i for i, n in enumerate(same) if n is new) - gone


def _at(value: Any, path: KeyPath) -> Any:  # noqa: ANN401 - plain data
    for step in path:
        value = value[step]
    return value


def _plain(token: str) -> object:
    said = parse_document(f"k: {token}\n", "").value
    return said["k"] if isinstance(said, dict) else None
