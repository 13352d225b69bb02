"""One time and many who wait for it: whose turn it is, who is first, who hears that it is gone; and nobody is lost."""

import asyncio
from contextlib import suppress
from datetime import time, timedelta
from pathlib import Path

import pytest
from tests.reception.struck import StruckStorage
from tests.reception.waiting_desk import WaitingDesk, waiting_desk

from frontdesk.domain.wish import Window, Wish
from frontdesk.proving.interrupted import Blow, Boundary, Crashed, InterruptedSystem
from frontdesk.reception.filling import Filling
from frontdesk.scheduling.ranking import Urgency
from frontdesk.storage.openings import Became, Stands

MORNING = "2026-05-28 09:00"
HARDLY_ANY = "2026-05-28 15:23"
"""So near to six, less the two hours' notice of the practice, that there is no time to ask one after the other."""
NO_LONGER = "is no longer free"


async def test_a_time_that_the_front_desk_frees_is_kept_for_one_at_a_time(database_url: str, tmp_path: Path) -> None:
    async with waiting_desk(database_url, tmp_path, MORNING) as desk:
        visit = await desk.front_desk_books()
        await desk.waits(1, 2, 3)
        await desk.later(4)
        before = await desk.asked([1, 2, 3])
        await desk.at.cancels(visit)

        await desk.later(6)
        first = await desk.asked([1, 2, 3])
        await desk.says(1, "no thanks")
        await desk.later(4)
        second = await desk.asked([1, 2, 3])
        offer = (await desk.told(2))[-1]
        reply = await desk.says(2, "yes please")
        await desk.later(6)

        assert (before, first, second) == ([], [1], [1, 2])
        assert "It is yours to take until" in offer
        assert "You're booked!" in reply
        assert len(await desk.told(3)) == 0
        assert await desk.waiting() == {1, 3}


async def test_who_does_not_answer_in_time_loses_it_to_the_next(database_url: str, tmp_path: Path) -> None:
    async with waiting_desk(database_url, tmp_path, MORNING) as desk:
        await desk.waits(1, 2)
        await desk.later(64)
        asked = await desk.asked([1, 2])
        late = await desk.says(1, "yes")

        assert asked == [1, 2]
        assert NO_LONGER in late
        assert await desk.waiting() == {1, 2}


async def test_who_answers_late_has_it_all_the_same_while_it_is_free(database_url: str, tmp_path: Path) -> None:
    async with waiting_desk(database_url, tmp_path, MORNING) as desk:
        await desk.waits(1)
        await desk.later(64)
        reply = await desk.says(1, "yes")

        assert "You're booked!" in reply
        assert await desk.waiting() == set()


async def test_what_the_clinic_calls_urgent_is_asked_first(database_url: str, tmp_path: Path) -> None:
    async with waiting_desk(database_url, tmp_path, MORNING) as desk:
        await desk.waits(1, 2)
        await desk.waits(3, urgency=Urgency.URGENT)
        await desk.later(4)
        (_, offers), *_ = await desk.openings()

        assert await desk.asked([1, 2, 3]) == [3]
        assert (offers[0].reasons.urgency, offers[0].reasons.place, offers[0].reasons.among) == (Urgency.URGENT, 1, 3)


async def test_where_time_is_short_a_few_are_asked_and_the_first_to_answer_gets_it(
    database_url: str, tmp_path: Path
) -> None:
    async with waiting_desk(database_url, tmp_path, HARDLY_ANY) as desk:
        await desk.waits(1, 2, 3, 4, 5)
        await desk.later(2)
        asked = await desk.asked([1, 2, 3, 4, 5])
        offer = (await desk.told(1))[-1]
        parking = await desk.says(1, "where do I park?")
        reply = await desk.says(2, "yes!")
        await desk.fills()
        (opening, _), *others = await desk.openings()

        assert asked == [1, 2, 3]
        assert "the first to answer gets it" in offer
        assert "yours to take" not in offer
        assert "Park behind the house" in parking
        assert "You're booked!" in reply
        assert [NO_LONGER in (await desk.told(one))[-1] for one in (1, 3)] == [True, True]
        assert [await desk.told(one) for one in (4, 5)] == [[], []]
        assert await desk.waiting() == {1, 3, 4, 5}
        assert (opening.stands, others) == (Stands.FILLED, [])


async def test_of_those_who_say_yes_at_the_same_moment_one_has_it_and_the_others_hear_so_once(
    database_url: str, tmp_path: Path
) -> None:
    async with waiting_desk(database_url, tmp_path, HARDLY_ANY) as desk:
        await desk.waits(1, 2, 3, 4, 5)
        await desk.later(2)
        threads = [await desk.takes_in(one, "YES") for one in (1, 2, 3)]
        await asyncio.gather(*(desk.at.desk.reception.answer(desk.at.practice.id, one) for one in threads))
        await desk.fills()
        told = [await desk.told(one) for one in (1, 2, 3)]

        assert len(await desk.booked()) == 1
        assert sum("You're booked!" in words[-1] for words in told) == 1
        assert sum(NO_LONGER in one for words in told for one in words) == 2
        assert all(len(words) == 2 for words in told)
        assert len(await desk.waiting()) == 4


async def test_a_time_that_the_front_desk_fills_meanwhile_is_called_off_and_nobody_gets_it_twice(
    database_url: str, tmp_path: Path
) -> None:
    async with waiting_desk(database_url, tmp_path, HARDLY_ANY) as desk:
        await desk.waits(1, 2, 3, 4, 5)
        await desk.later(2)
        await desk.says(2, "no")
        await desk.front_desk_books()
        at_once = await desk.says(1, "yes")
        await desk.fills()

        assert NO_LONGER in at_once
        assert NO_LONGER in (await desk.told(3))[-1]
        assert [words for words in await desk.told(2) if NO_LONGER in words] == []
        assert len(await desk.booked()) == 1
        assert {offer.became for _, offers in await desk.openings() for offer in offers} == {
            Became.TOLD,
            Became.REFUSED,
        }


async def test_nobody_is_asked_more_often_than_the_rules_allow(database_url: str, tmp_path: Path) -> None:
    async with waiting_desk(database_url, tmp_path, "2026-05-27 10:00") as desk:
        await desk.waits(1, wish=Wish(windows=(Window(at=time(18)),)))
        await desk.later(2)
        await desk.says(1, "no thanks")
        await desk.later(6)
        same_day = await desk.asked([1])
        desk.at.clock.at += timedelta(days=1)
        await desk.later(4)

        assert same_day == [1]
        assert await desk.asked([1]) == [1, 1]


async def test_stop_ends_the_offers(database_url: str, tmp_path: Path) -> None:
    async with waiting_desk(database_url, tmp_path, "2026-05-26 10:00") as desk:
        await desk.waits(1, 2, wish=Wish(windows=(Window(at=time(18)),)))
        await desk.later(2)
        await desk.says(1, "please take me off the waitlist")
        await desk.later(4)
        await desk.says(2, "STOP")
        desk.at.clock.at += timedelta(days=1)
        await desk.later(6)

        assert await desk.asked([1, 2]) == [1, 2]
        assert 1 not in await desk.waiting()


@pytest.mark.parametrize(
    ("said", "told", "stays"),
    [
        ("later today?", "I don't have that time open", True),
        ("anything later today?", "I don't have that time open", True),
        ("how about friday", "Friday, May 29 at 6:00 PM", True),
        ("can I come at 6:30 instead?", "Thursday, May 28 at 6:30 PM", True),
        ("never mind", "You stay on our waitlist", True),
        ("stop asking me please", "off the waitlist", False),
        ("ya no me interesa", "off the waitlist", False),
    ],
)
async def test_whatever_is_answered_but_yes_books_nothing_and_frees_the_time(
    database_url: str, tmp_path: Path, said: str, told: str, stays: bool
) -> None:
    async with waiting_desk(database_url, tmp_path, MORNING) as desk:
        await desk.waits(1, 2)
        await desk.later(2)
        reply = await desk.says(1, said)
        await desk.later(4)

        assert told in reply
        assert "first to answer" not in reply
        assert await desk.booked() == []
        assert (1 in await desk.waiting()) is stays
        assert await desk.asked([1, 2]) == [1, 2]


async def test_two_workers_at_once_ask_nobody_twice_and_not_more_than_they_should(
    database_url: str, tmp_path: Path
) -> None:
    async with waiting_desk(database_url, tmp_path, HARDLY_ANY) as desk:
        await desk.waits(1, 2, 3, 4, 5)
        desk.at.clock.at += timedelta(minutes=2)
        await asyncio.gather(*(desk.filling().fill(desk.at.practice.id) for _ in range(4)))
        await desk.at.works()

        assert await desk.asked([1, 2, 3, 4, 5]) == [1, 2, 3]
        assert len(desk.at.texts()) == 3
        assert len(await desk.openings()) == 1


async def test_an_offer_that_could_not_leave_in_time_does_not_leave(database_url: str, tmp_path: Path) -> None:
    async with waiting_desk(database_url, tmp_path, MORNING) as desk:
        await desk.waits(1)
        desk.at.clock.at += timedelta(minutes=2)
        await desk.at.desk.filling.fill(desk.at.practice.id)
        desk.at.clock.at += timedelta(minutes=90)
        await desk.at.works()

        assert await desk.asked([1]) == [1]
        assert desk.at.texts() == []


class StruckAfter(StruckStorage):
    """Struck where something has just been done: before the next thing it is the same moment."""

    async def strike(self, at: Boundary) -> Blow:
        after = at in {Boundary.AFTER_CALL, Boundary.AFTER_TRANSACTION}
        return await super().strike(at) if after else Blow.NONE


@pytest.mark.parametrize(
    ("now", "people", "first"), [(MORNING, 2, 1), (HARDLY_ANY, 3, 2)], ids=["one at a time", "a wave"]
)
async def test_killed_at_any_boundary_everybody_is_asked_once(
    database_url: str, tmp_path: Path, now: str, people: int, first: int
) -> None:
    async with waiting_desk(database_url, tmp_path, now) as desk:
        for number in range(1, 40):
            await _everybody_leaves(desk, now)
            numbers = [number * 10 + one for one in range(people)]
            await desk.waits(*numbers)
            desk.at.clock.at += timedelta(minutes=2)
            struck = StruckAfter(desk.at.desk.storage, number)

            with suppress(Crashed):
                await _filling(desk, struck).fill(desk.at.practice.id)
            await desk.later(4)

            assert await desk.asked(numbers) == numbers[:first], f"killed at boundary {number}"
            if not struck.struck:
                break
        assert number > 12


async def _everybody_leaves(desk: WaitingDesk, now: str) -> None:
    """As it was at the beginning: nobody waits, nothing is held, and it is that moment."""
    async with desk.at.desk.storage.practice(desk.at.practice.id) as db:
        await db.run("delete from waiting")
        await db.run("delete from opening_offer")
        await db.run("delete from opening")
        await db.run("delete from claim")
        await db.run("delete from appointment")
    desk.at.clock.at = desk.at.instant(now)


def _filling(desk: WaitingDesk, struck: StruckStorage) -> Filling:
    there = desk.at.desk
    return Filling(
        struck,  # type: ignore[arg-type]
        there.practices,
        desk.at.clock,
        lambda _: InterruptedSystem(system=desk.at.system, strike=struck.strike),
        public_url=there.settings.public_url,
        book=there.book,
    )
