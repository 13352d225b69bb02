"""Connections that are shared, and how one looks: rows as dicts, instants in UTC, each statement by itself."""

import asyncio
from datetime import UTC, datetime
from typing import Self
from weakref import WeakKeyDictionary

import psycopg
from psycopg import AsyncConnection
from psycopg.adapt import Buffer
from psycopg.rows import DictRow, dict_row
from psycopg.types.datetime import TimestamptzBinaryLoader, TimestamptzLoader
from psycopg_pool import AsyncConnectionPool

Pool = AsyncConnectionPool[AsyncConnection[DictRow]]
PATIENCE = 8.0
"""Seconds to wait for a database that does not answer, before the caller is told."""
MOMENT = 0.25
"""Seconds within which a connection that has answered is taken to live: a database takes longer to come back."""
LOOKS_EVERY = 0.1
"""Seconds between two looks whether a database that went away is back; the pool itself would wait ever longer."""
LOOKS_FOR = 5.0


class _Persistent(AsyncConnection[DictRow]):
    """A connection to a database that may be starting: it is asked again for a while."""

    @classmethod
    async def connect(cls, conninfo: str = "", **how: object) -> Self:
        """Raises: psycopg.OperationalError once LOOKS_FOR seconds are over."""
        until = asyncio.get_running_loop().time() + LOOKS_FOR
        while True:
            try:
                return await super().connect(conninfo, **how)  # type: ignore[arg-type]
            except psycopg.OperationalError:
                if asyncio.get_running_loop().time() >= until:
                    raise
            await asyncio.sleep(LOOKS_EVERY)


class _Alive:
    """Asks connections whether they live, unless they have answered a moment ago."""

    def __init__(self) -> None:
        self._answered: WeakKeyDictionary[AsyncConnection[DictRow], float] = WeakKeyDictionary()

    async def check(self, connection: AsyncConnection[DictRow]) -> None:
        """Raises: psycopg.OperationalError when it does not."""
        answered = self._answered.get(connection)
        if answered is None or asyncio.get_running_loop().time() - answered > MOMENT:
            await AsyncConnectionPool.check_connection(connection)

    async def note(self, connection: AsyncConnection[DictRow]) -> None:
        """It has answered just now."""
        self._answered[connection] = asyncio.get_running_loop().time()


def pool(url: str, most: int, *, checked: bool = True) -> Pool:
    """Connections to be shared; a transaction begins where we say so. `checked`: they are asked whether they live.

    Of those that are not, none is kept waiting.
    """
    alive = _Alive()
    return AsyncConnectionPool(
        url,
        connection_class=_Persistent,
        kwargs={"row_factory": dict_row, "autocommit": True},
        configure=_configure,
        check=alive.check if checked else None,
        reset=alive.note if checked else None,
        min_size=1 if checked else 0,
        max_size=most,
        timeout=PATIENCE,
        open=False,
    )


async def _configure(connection: AsyncConnection[DictRow]) -> None:
    connection.adapters.register_loader("timestamptz", _UtcLoader)
    connection.adapters.register_loader("timestamptz", _UtcBinaryLoader)
    await asyncio.sleep(0)


class _UtcLoader(TimestamptzLoader):
    """Instants as our values want them: with `datetime.UTC` itself as their zone."""

    def load(self, data: Buffer) -> datetime:
        return super().load(data).astimezone(UTC)


class _UtcBinaryLoader(TimestamptzBinaryLoader):
    """The same for PostgreSQL's binary form."""

    def load(self, data: Buffer) -> datetime:
        return super().load(data).astimezone(UTC)
