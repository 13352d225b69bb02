"""Brings a database to the tables this version needs; the same call makes them in an empty one."""

from pathlib import Path

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.jobs import QUEUE_SETTINGS

OLDEST = 150000
MIGRATIONS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 7_306_551


def migrate(url: str, *, to: str | None = None) -> str:
    """The revision the database now stands at. Safe to call from several processes at once.

    `url` names the owner: whoever may create extensions, roles and tables. `to` is an older revision than the newest,
    for a database that is empty.
    Raises: DatabaseFault (too old, not reachable, newer than this program).
    """
    with _connected(url) as connection:
        if connection.info.server_version < OLDEST:
            raise DatabaseFault(
                f"FRONTDESK_DATABASE_URL names PostgreSQL {_dotted(connection.info.server_version)}; "
                "15 or newer is needed. Unset it to use the built-in one."
            )
        wanted = to or newest_revision()
        if _standing(connection) == wanted:
            return wanted
        connection.execute("select pg_advisory_lock(%s)", (ONE_AT_A_TIME,))
        _make_role(connection)
        _upgrade(url, connection, to=wanted)
        _install_queue(connection)
        return wanted


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as fault:
        raise DatabaseFault(unreachable(fault)) from None


def unreachable(fault: psycopg.OperationalError) -> str:
    """One line for a database that does not answer; the driver's own text holds no password."""
    said = next((line.strip() for line in str(fault).splitlines() if line.strip()), "no answer")
    return f"The database does not answer: {said}. Start it, or check FRONTDESK_DATABASE_URL."


def _dotted(version: int) -> str:
    return f"{version // 10000}.{version % 10000}"


def _config(connection: sqlalchemy.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The newest revision this program brings."""
    return max(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _standing(connection: psycopg.Connection[tuple[object, ...]]) -> str | None:
    if connection.execute("select to_regclass('alembic_version')").fetchone() == (None,):
        return None
    row = connection.execute("select version_num from alembic_version").fetchone()
    return str(row[0]) if row else None


def _make_role(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """The application role: it owns nothing and sees nothing without a practice."""
    if connection.execute("select from pg_roles where rolname = 'frontdesk_app'").fetchone() is None:
        try:
            connection.execute("create role frontdesk_app nologin nosuperuser nocreatedb nocreaterole noinherit")
        except psycopg.errors.DuplicateObject:
            pass  # another database of the same server was made in the same moment
        except psycopg.errors.InsufficientPrivilege:
            raise DatabaseFault(
                "The user in FRONTDESK_DATABASE_URL may not create roles. "
                "Let an administrator run: CREATE ROLE frontdesk_app NOLOGIN; GRANT frontdesk_app TO that user."
            ) from None
    connection.execute("grant frontdesk_app to current_user")
    connection.execute("grant usage on schema public to frontdesk_app")


def _upgrade(url: str, connection: psycopg.Connection[tuple[object, ...]], *, to: str) -> None:
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=sqlalchemy.NullPool
    )
    standing = _standing(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    unknown = next((one for one in (standing, to) if one is not None and one not in known), None)
    if unknown is not None:
        raise DatabaseFault(
            f"The database stands at revision {unknown}, which this version of Frontdesk does not know. "
            "Install the version that made it, or a newer one."
        )
    with engine.connect() as alembic:
        command.upgrade(_config(alembic), to)
        alembic.commit()


def _install_queue(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """The queue's own tables live in a schema of their own and carry ids only."""
    connection.execute("create schema if not exists queue")
    if connection.execute("select to_regclass('queue.pgqueuer')").fetchone() == (None,):
        connection.execute(QueryBuilderEnvironment(QUEUE_SETTINGS).build_install_query())
    connection.execute("grant usage on schema queue to frontdesk_app")
    connection.execute("grant select, insert, update, delete on all tables in schema queue to frontdesk_app")
    connection.execute("grant usage, select on all sequences in schema queue to frontdesk_app")
