"""Where a store lies: the address of its database and the folder for the files of its runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.errors import StoreError
from rules_engine.isolation.masking import remember, remember_address, without_secrets
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import URL

    from rules_engine.errors import RulesEngineError

STORE_VARIABLE = "RULES_ENGINE_STORE"
HOME_VARIABLE = "RULES_ENGINE_HOME"
DATABASE_FILE = "runs.db"


@dataclass(frozen=True)
class Location:
    """Where the database is, and the data folder.

    Attributes:
        folder: the data folder.
        file: the SQLite file, ``None`` for a database server.
        server: the address, if more was given than the path of a file.
    """

    folder: Path
    file: Path | None = None
    server: URL | None = None

    @property
    def url(self) -> URL:
        """Return the address as SQLAlchemy understands it."""
        # A run knows where it is going to be stored long before it needs SQLAlchemy.
        from sqlalchemy.engine import URL

        return self.server or URL.create("sqlite", database=str(self.file))

    @property
    def runs(self) -> Path:
        """Return the folder that holds a folder for each run."""
        return self.folder / "runs"

    def __str__(self) -> str:
        """Return the address as messages show it: never with the password."""
        if self.file:
            return str(self.file)
        return without_secrets(self.url.render_as_string(hide_password=True))


def locate(
    url: str | None = None, folder: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Location:
    """Decide where the store lies.

    What is given counts more than the environment. A folder without a URL stands for the SQLite
    file in that folder; neither of the two for what ``RULES_ENGINE_STORE`` says, and else for
    the SQLite file in the data folder.

    Raises:
        StoreError: the URL cannot be understood, or names a database that is not supported.
    """
    if url is None and folder is None:
        url = environ.get(STORE_VARIABLE) or None
    if url is None:
        home = folder or data_folder(environ)
        return _sqlite(str(home / DATABASE_FILE), home)
    if "://" not in url:  # a plain path is what people type first
        return _sqlite(url, folder)
    remember_address(url)
    parsed = _parse(url)
    remember(parsed.password)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed.database or "", folder, parsed)
    return Location(_absolute(folder or data_folder(environ)), server=parsed)


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return ``RULES_ENGINE_HOME``, or else the user's own data folder."""
    if home := environ.get(HOME_VARIABLE):
        return Path(home).expanduser()
    import platformdirs

    return platformdirs.user_data_path("rules-engine", appauthor=False)


def _parse(url: str) -> URL:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    scheme, rest = url.split("://", 1)
    if scheme in ("postgres", "postgresql"):
        scheme = "postgresql+psycopg"  # whichever driver SQLAlchemy's release takes by default
    try:
        parsed = make_url(f"{scheme}://{rest}")
    except (ArgumentError, ValueError):
        raise _bad_url(scheme) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise _bad_url(scheme)
    return parsed


def _bad_url(scheme: str) -> RulesEngineError:
    # The URL itself is not shown: it may hold a password, and it could not be taken apart.
    return StoreError.of(
        "store-url",
        msg("The store's URL, which begins with {scheme}://, cannot be used.", scheme=scheme),
        hint=msg(
            "Write sqlite:///path/to/runs.db, or postgresql://user:password@host:5432/database."
        ),
    )


def _sqlite(name: str, folder: Path | None, server: URL | None = None) -> Location:
    if name in ("", ":memory:"):
        raise StoreError.of(
            "store-url",
            msg("A store in memory would forget every run."),
            hint=msg("Give the path of a file: sqlite:///path/to/runs.db."),
        )
    file = _absolute(Path(name.removeprefix("file:")).expanduser())
    if server:
        scheme = "file:" if name.startswith("file:") else ""
        server = server.set(database=f"{scheme}{file.as_posix()}")
    return Location(_absolute(folder or file.parent), file, server)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))
