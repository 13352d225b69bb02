"""Whoever reminds is killed anywhere on the way: each reminder goes once all the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.clinic import a_practice
from tests.reception.reminded_desk import RemindedDesk, reminded_desk
from tests.reception.struck import StruckStorage

from frontdesk.domain.reminding import Reminding as Ladders
from frontdesk.domain.time import wall
from frontdesk.proving.interrupted import Crashed, InterruptedSystem
from frontdesk.reception.reminding import Reminding
from frontdesk.storage.clock import new_id


async def remind_until(at: RemindedDesk, struck: StruckStorage, due: datetime) -> None:
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
            struck = StruckStorage(at.desk.storage, number)

            await remind_until(at, struck, due)
            await at.works()
            at.clock.at = due + timedelta(minutes=2)
            await at.works()

            assert len(at.texts()) == number, f"killed at boundary {number}"
            if not struck.struck:
                break
        assert number > 8  # two transactions of planning, three of sending, and the calendar
