"""New machines for restores: databases with nothing in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
from psycopg.conninfo import make_conninfo
from tests.conftest import Postgres

_numbers = count()


@contextmanager
def an_empty_database(server: Postgres) -> Iterator[str]:
    """The owner's address of a database without a table, gone at the end."""
    name = f"machine_{next(_numbers)}"
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(f"create database {name}".encode())
    try:
        yield make_conninfo(server.url, dbname=name)
    finally:
        with psycopg.connect(server.url, autocommit=True) as owner:
            owner.execute(f"drop database {name} with (force)".encode())
