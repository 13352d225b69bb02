"""A reminder is answered with another time: one message where the time was named, and what it frees is offered."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.reception.reminded_desk import MARIA, RemindedDesk, reminded_desk
from tests.reception.waiting_desk import WaitingDesk

from frontdesk.domain.appointment import Status
from frontdesk.domain.time import wall
from frontdesk.domain.wish import Window, Wish

TOLD, REMINDED, VISIT = "2026-06-01 10:00", "2026-06-03 10:00", "2026-06-04 15:00"


async def reminded(at: RemindedDesk) -> None:
    """Maria has a visit on Thursday at three, and was reminded of it the day before."""
    await at.books(VISIT, await at.opens_thread())
    await at.lives_until(at.instant(REMINDED) + timedelta(minutes=1))


async def stands(at: RemindedDesk) -> list[str]:
    visits = await at.system.appointments_of([MARIA.id])
    return [f"{wall(one.during.start, at.zone):%a %H:%M}" for one in visits if one.status is Status.BOOKED]


@pytest.mark.parametrize(
    ("said", "now_at"),
    [
        ("can't make it Thursday, can I do Friday at 2pm?", "Fri 14:00"),
        ("No puedo el jueves, ¿puede ser el viernes a las 2?", "Fri 14:00"),
    ],
)
async def test_the_one_time_that_was_named_is_booked_at_once(
    database_url: str, tmp_path: Path, said: str, now_at: str
) -> None:
    async with reminded_desk(database_url, tmp_path, TOLD) as at:
        await reminded(at)

        reply = await at.says(said)

        assert await stands(at) == [now_at]
        assert "June 5" in reply or "5 de junio" in reply


@pytest.mark.parametrize(
    ("said", "asked", "now_at"),
    [
        ("Friday 2pm instead", "moves to Friday, June 5 at 2:00 PM", "Fri 14:00"),
        ("move me to the 5th at 10am", "moves to Friday, June 5 at 10:00 AM", "Fri 10:00"),
        ("no, could I come an hour later?", "moves to Thursday, June 4 at 4:00 PM", "Thu 16:00"),
    ],
)
async def test_a_time_without_a_word_of_what_to_do_with_it_is_read_back_first(
    database_url: str, tmp_path: Path, said: str, asked: str, now_at: str
) -> None:
    async with reminded_desk(database_url, tmp_path, TOLD) as at:
        await reminded(at)

        reply = await at.says(said)
        before = await stands(at)
        await at.says("yes")

        assert asked in reply
        assert before == ["Thu 15:00"]
        assert await stands(at) == [now_at]


async def test_where_several_times_fit_they_are_told_at_once(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, TOLD) as at:
        await reminded(at)

        reply = await at.says("can't make Thursday, Friday afternoon instead?")

        assert reply.startswith("I have Friday, June 5 at")
        assert await stands(at) == ["Thu 15:00"]


async def test_a_time_that_is_taken_is_not_booked_and_the_visit_stays(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, TOLD) as at:
        await reminded(at)
        await WaitingDesk(at).front_desk_books("2026-06-05 14:00")

        reply = await at.says("can't make it Thursday, can I do Friday at 2pm?")

        assert "I don't have that time open" in reply
        assert await stands(at) == ["Thu 15:00"]


async def test_the_time_that_is_freed_goes_to_the_waitlist(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, TOLD) as at:
        await reminded(at)
        waiting = WaitingDesk(at)
        three = datetime.fromisoformat(VISIT)
        await waiting.waits(1, wish=Wish(windows=(Window(first=three.date(), last=three.date(), at=three.time()),)))
        await waiting.later(4)
        before = await waiting.asked([1])

        await at.says("can't make it Thursday, can I do Friday at 2pm?")
        await waiting.later(2)

        assert before == []
        assert "Thursday, June 4 at 3:00 PM" in (await waiting.told(1))[-1]
