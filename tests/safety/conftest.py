"""A database with two whole practices, planted once and copied for each test that looks at it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.conftest import Postgres
from tests.safety.two_practices import Both, Planted, plant, two_practices

from frontdesk.settings import Settings

TEMPLATE = "template_two_practices"


@pytest.fixture(scope="session")
def planted(server: Postgres, master_home: Path) -> Planted:
    """Both practices as they stand before anybody of one tries to reach the other."""
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"create database {TEMPLATE} template {server.template} strategy file_copy")
    url = make_conninfo(server.url, dbname=TEMPLATE)
    ours, theirs = asyncio.run(plant(url, Settings(home=master_home)))
    return Planted(template=TEMPLATE, ours=ours, theirs=theirs)


@pytest.fixture
async def both(server: Postgres, planted: Planted, master_home: Path) -> AsyncIterator[Both]:
    """The desk that serves both, on a copy of this test's own."""
    name = "test_two_practices"
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"create database {name} template {planted.template} strategy file_copy")
    try:
        async with two_practices(make_conninfo(server.url, dbname=name), master_home, planted) as both:
            yield both
    finally:
        with psycopg.connect(server.url, autocommit=True) as owner:
            owner.execute(f"drop database {name} with (force)")
