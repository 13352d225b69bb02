"""The tables, made in an empty database and left alone in a finished one."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.conftest import Postgres

from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.migrate import migrate, newest_revision


def test_a_second_migration_changes_nothing(database_url: str) -> None:
    assert migrate(database_url) == newest_revision()


def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("update alembic_version set version_num = '9999'")

    with pytest.raises(DatabaseFault, match="revision 9999, which this version of Frontdesk does not know"):
        migrate(database_url)


def test_a_database_that_is_not_there_is_named_in_one_line(server: Postgres) -> None:
    with pytest.raises(DatabaseFault, match="does not answer") as told:
        migrate(make_conninfo(server.url, dbname="nowhere"))

    assert "\n" not in str(told.value)
    assert "password" not in str(told.value)


def test_nothing_in_our_tables_asks_the_databases_clock(database_url: str) -> None:
    with psycopg.connect(database_url) as owner:
        defaults = owner.execute(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'public' and column_default ~* '(now|current|clock|timestamp)'"
        ).fetchall()

    assert defaults == []
