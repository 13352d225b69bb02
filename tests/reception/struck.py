"""A desk's storage that is struck: at a boundary of that number, counted from one, whoever uses it dies."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from frontdesk.proving.interrupted import Blow, Boundary, interrupted
from frontdesk.storage.database import Db, Storage, Turn
from frontdesk.vault.keyring import Keyring


class StruckStorage:
    """The storage, with a boundary before and after each transaction."""

    def __init__(self, storage: Storage, number: int) -> None:
        self._storage = storage
        self._left = number

    async def strike(self, _: Boundary) -> Blow:
        self._left -= 1
        return Blow.CRASH if self._left == 0 else Blow.NONE

    @property
    def struck(self) -> bool:
        return self._left <= 0

    @asynccontextmanager
    async def practice(self, id: object, *, by: object = None) -> AsyncIterator[Db]:
        async with interrupted(lambda: self._storage.practice(id, by=by), self.strike)() as db:  # type: ignore[arg-type]
            yield db

    @asynccontextmanager
    async def alone(self, id: object, about: str, *, by: object) -> AsyncIterator["StruckTurn"]:
        async with self._of(self._storage.alone(id, about, by=by)) as turn:  # type: ignore[arg-type]
            yield turn

    @asynccontextmanager
    async def turn(self, id: object) -> AsyncIterator["StruckTurn"]:
        async with self._of(self._storage.turn(id)) as turn:  # type: ignore[arg-type]
            yield turn

    async def practice_at(self, channel: str, address: str) -> object:
        return await self._storage.practice_at(channel, address)

    @asynccontextmanager
    async def _of(self, begun: AbstractAsyncContextManager[Turn]) -> AsyncIterator["StruckTurn"]:
        async with begun as turn:
            yield StruckTurn(turn, self)


class StruckTurn:
    """A turn whose transactions are struck."""

    def __init__(self, turn: Turn, by: StruckStorage) -> None:
        self._turn = turn
        self._by = by
        self.practice = turn.practice

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        async with interrupted(self._turn.transaction, self._by.strike)() as db:
            yield db

    async def keyring(self) -> Keyring:
        return await self._turn.keyring()
