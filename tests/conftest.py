"""A real PostgreSQL for every test that needs one: each gets its own copy of a template."""

import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from frontdesk.storage.database import Storage
from frontdesk.storage.embedded import EmbeddedPostgres
from frontdesk.storage.migrate import migrate
from frontdesk.vault.master import MasterKey

pytest_plugins = ("tests.browser",)

_numbers = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Server:
    """The owner's address of a running PostgreSQL, and of its migrated template."""

    url: str
    template: str


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One PostgreSQL for the whole run, quick because it need not survive a crash."""
    with EmbeddedPostgres.join(tmp_path_factory.mktemp("postgres")) as joined:
        with psycopg.connect(joined.url, autocommit=True) as owner:
            for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
                owner.execute(f"alter system set {setting}")
            owner.execute("select pg_reload_conf()")
            owner.execute("create database template_frontdesk")
        migrate(make_conninfo(joined.url, dbname="template_frontdesk"))
        yield Server(url=joined.url, template="template_frontdesk")


@pytest.fixture
def database_url(server: Server) -> Iterator[str]:
    """The owner's address of an empty, migrated database of this test's own."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"create database {name} template {server.template} strategy file_copy")
    yield make_conninfo(server.url, dbname=name)
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> MasterKey:
    """A master key of the run's own."""
    return MasterKey.load(tmp_path_factory.mktemp("master"))


@pytest.fixture
async def storage(database_url: str, master: MasterKey) -> AsyncIterator[Storage]:
    """The database as the application sees it."""
    opened = Storage(database_url, master=master)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder of this test's own."""
    return tmp_path / "home"
