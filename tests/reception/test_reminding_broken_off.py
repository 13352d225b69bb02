"""Whoever reminds is killed anywhere on the way: each reminder goes once all the same."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.clinic import a_practice
from tests.reception.reminded_desk import RemindedDesk, reminded_desk

from frontdesk.domain.reminding import Reminding as Ladders
from frontdesk.domain.time import wall
from frontdesk.proving.interrupted import Blow, Boundary, Crashed, InterruptedSystem, interrupted
from frontdesk.reception.reminding import Reminding
from frontdesk.storage.clock import new_id
from frontdesk.storage.database import Db, Turn
from frontdesk.vault.keyring import Keyring


class Struck:
    """The desk's storage, and a blow at the boundary of that number, counted from one."""

    def __init__(self, at: RemindedDesk, number: int) -> None:
        self._storage = at.desk.storage
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
        async with self._storage.alone(id, about, by=by) as turn:  # type: ignore[arg-type]
            yield StruckTurn(turn, self)


class StruckTurn:
    """A turn whose transactions are struck."""

    def __init__(self, turn: Turn, by: Struck) -> None:
        self._turn = turn
        self._by = by

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        async with interrupted(self._turn.transaction, self._by.strike)() as db:
            yield db

    async def keyring(self) -> Keyring:
        return await self._turn.keyring()


async def remind_until(at: RemindedDesk, struck: Struck, due: datetime) -> None:
    """Plan and send with a desk that dies at its boundary; nothing where it has none so far on."""
    reminding = Reminding(
        struck,  # type: ignore[arg-type]
        at.desk.practices,
        at.clock,
        lambda _: InterruptedSystem(system=at.system, strike=struck.strike),
        book=at.desk.book,
        new_id=new_id,
        public_url=at.desk.settings.public_url,
    )
    try:
        await reminding.plan(at.practice.id)
        at.clock.at = due
        await reminding.remind(at.practice.id)
    except Crashed:
        pass


async def test_killed_at_any_boundary_each_reminder_goes_once(database_url: str, tmp_path: Path) -> None:
    practice = replace(a_practice(), reminding=Ladders(ladder=(timedelta(days=1),)))
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=practice) as at:
        thread = await at.opens_thread()
        start = datetime(2026, 6, 10, 20, tzinfo=UTC)
        for number in range(1, 40):
            start += timedelta(days=7)
            when = wall(start, at.zone)
            await at.books(f"{when:%Y-%m-%d %H:%M}", thread)
            due = start - timedelta(days=1)
            struck = Struck(at, number)

            await remind_until(at, struck, due)
            await at.works()
            at.clock.at = due + timedelta(minutes=2)
            await at.works()

            assert len(at.texts()) == number, f"killed at boundary {number}"
            if not struck.struck:
                break
        assert number > 8  # two transactions of planning, three of sending, and the calendar
