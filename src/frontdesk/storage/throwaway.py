"""A PostgreSQL for an hour: quick because it need not survive a crash, gone when it was used."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from frontdesk.storage.embedded import EmbeddedPostgres
from frontdesk.storage.migrate import migrate

_TEMPLATE = "template_frontdesk"


@dataclass(frozen=True, kw_only=True, slots=True)
class Throwaway:
    """The owner's address of the running server; `home` is a data folder beside it."""

    url: str = field(repr=False)
    home: Path

    def database(self, name: str) -> str:
        """The owner's address of a new database of that name, migrated and empty."""
        with psycopg.connect(self.url, autocommit=True) as owner:
            owner.execute(
                sql.SQL("create database {} template {} strategy file_copy").format(
                    sql.Identifier(name), sql.Identifier(_TEMPLATE)
                )
            )
        return make_conninfo(self.url, dbname=name)


@contextmanager
def throwaway_postgres() -> Iterator[Throwaway]:
    """A server in a folder of its own, both gone at the end. Raises: DatabaseFault."""
    with (
        tempfile.TemporaryDirectory(prefix="frontdesk-throwaway-") as folder,
        EmbeddedPostgres.join(Path(folder) / "server") as joined,
    ):
        with psycopg.connect(joined.url, autocommit=True) as owner:
            for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
                owner.execute(sql.SQL("alter system set " + setting))
            owner.execute("select pg_reload_conf()")
            owner.execute(sql.SQL("create database {}").format(sql.Identifier(_TEMPLATE)))
        migrate(make_conninfo(joined.url, dbname=_TEMPLATE))
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        yield Throwaway(url=joined.url, home=home)
