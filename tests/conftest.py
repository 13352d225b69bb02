"""A real PostgreSQL for every test that needs one: each gets its own copy of a template."""

import asyncio
import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from frontdesk.cli.local_mail import local_post_office
from frontdesk.sample.load import load_sample
from frontdesk.sample.visits import DEFAULT_SEED
from frontdesk.settings import Settings
from frontdesk.storage.database import Storage
from frontdesk.storage.embedded import EmbeddedPostgres
from frontdesk.storage.installation import Kind, Pinned, enter
from frontdesk.storage.migrate import migrate
from frontdesk.vault.master import MasterKey
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk

pytest_plugins = ("tests.browser",)

# How quick the machine is says nothing of what is tried.
settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")

_numbers = itertools.count(1)
AT = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
"""Tuesday, May 26, 2026, 21:47 in Austin."""


MEMORY = Path("/dev/shm")
ROOM = 6 << 30
"""Bytes; several times what a whole run fills."""


def pytest_configure(config: pytest.Config) -> None:
    """Give every run folders of its own: another run would shut its own user's way to the ones they share."""
    if not hasattr(config, "workerinput") and "TMPDIR" not in os.environ and _has_room(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
    if config.option.basetemp is None and not hasattr(config, "workerinput"):
        config.option.basetemp = tempfile.mkdtemp(prefix="frontdesk-run-")


def _has_room(memory: Path) -> bool:
    """Whether what the tests write can lie in memory: a database is made of a thousand files, and most tests make one.

    On a disk that costs thirty times the processor's time (ext4 that discards what is deleted), for files that live
    a second.
    """
    if not (memory.is_dir() and os.access(memory, os.W_OK | os.X_OK)):
        return False
    there = os.statvfs(memory)
    return there.f_bavail * there.f_frsize >= ROOM and not there.f_flag & os.ST_NOEXEC  # some tests run what they write


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What collecting makes stays until the end: Python need not look through it for what nothing holds any more."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """What a run without a fault wrote is not looked at again."""
    temporary = session.config.option.basetemp
    if exitstatus == 0 and not hasattr(session.config, "workerinput") and "frontdesk-run-" in temporary:
        shutil.rmtree(temporary, ignore_errors=True)


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """The owner's address of a running PostgreSQL, and of its migrated template."""

    url: str
    template: str


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """One PostgreSQL for the whole run, quick because it need not survive a crash.

    Its folder is not below pytest's own: a second run at the same time would take the way to it from the
    account that PostgreSQL has where the tests run as root.
    """
    with (
        tempfile.TemporaryDirectory(prefix="frontdesk-tests-") as folder,
        EmbeddedPostgres.join(Path(folder)) as joined,
    ):
        with psycopg.connect(joined.url, autocommit=True) as owner:
            for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
                owner.execute(f"alter system set {setting}")
            owner.execute("select pg_reload_conf()")
            password = str(conninfo_to_dict(joined.url)["password"])
            owner.execute("set scram_iterations = 1")  # a test connects ten times, and nobody guesses at passwords here
            owner.execute(sql.SQL("alter role current_user password {}").format(password))
            owner.execute("create database template_frontdesk")
        migrate(make_conninfo(joined.url, dbname="template_frontdesk"))
        yield Postgres(url=joined.url, template="template_frontdesk")


@pytest.fixture
def database_url(server: Postgres) -> Iterator[str]:
    """The owner's address of an empty, migrated database of this test's own."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"create database {name} template {server.template} strategy file_copy")
    yield make_conninfo(server.url, dbname=name)
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def smile_template(server: Postgres, master: MasterKey) -> str:
    """A database with the sample practice in it, as the demo begins at AT; copied for each test that wants it."""
    name = "template_smile"
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"create database {name} template {server.template} strategy file_copy")

    async def load() -> None:
        loading = Storage(make_conninfo(server.url, dbname=name), master=master)
        await loading.open()
        await load_sample(loading, now=AT, seed=DEFAULT_SEED)
        await loading.close()

    asyncio.run(load())
    return name


@pytest.fixture
async def smile(server: Postgres, smile_template: str, master_home: Path) -> AsyncIterator[Frontdesk]:
    """A desk of this test's own with the sample practice, its clock at Tuesday, May 26, 2026, 21:47 in Austin."""
    async with smile_desk(server, smile_template, Settings(home=master_home)) as desk:
        yield desk


@asynccontextmanager
async def smile_desk(server: Postgres, template: str, settings: Settings) -> AsyncIterator[Frontdesk]:
    """The desk of `smile`, with these settings."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"create database {name} template {template} strategy file_copy")
    url = make_conninfo(server.url, dbname=name)
    database = Ready(url=url, entered=enter(url))
    database.entered.turn(Pinned(at=AT, words=AT.isoformat()))
    database.entered.become(Kind.DEMO)
    try:
        async with local_post_office(settings, database) as posting, open_frontdesk(posting, database) as desk:
            yield desk
    finally:
        database.entered.leave()
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def master_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that holds the run's master key."""
    return tmp_path_factory.mktemp("master")


@pytest.fixture(scope="session")
def master(master_home: Path) -> MasterKey:
    """A master key of the run's own."""
    return MasterKey.load(master_home)


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
