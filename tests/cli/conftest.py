"""Commands on a database that is there already: none has to be made and started for each."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.conftest import Postgres
from tests.database import as_url

from frontdesk.storage.installation import Kind, enter


@pytest.fixture
def on_the_test_server(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands use an empty database of this test's own on the tests' server."""
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", as_url(database_url))


@pytest.fixture
def sampled_url(server: Postgres, smile_template: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The owner's address of a demo that began on Tuesday, May 26, 2026, 21:47 in Austin, as `text --at` begins one."""
    name = f"sampled_{abs(hash(request.node.nodeid))}"
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"create database {name} template {smile_template} strategy file_copy")
    url = make_conninfo(server.url, dbname=name)
    entered = enter(url)
    entered.become(Kind.DEMO)
    entered.leave()
    yield url
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"drop database {name} with (force)")


@pytest.fixture
def sampled(sampled_url: str, master_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of that demo; commands use its database."""
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", as_url(sampled_url))
    return master_home
