"""From a message to another system's book, and from what staff do there to the patient, the copy and the reminders."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import Postgres
from tests.reception.followed_book import Book, a_book
from tests.reception.test_connected import TALK

from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.time import Period
from frontdesk.ports.system import SlotRequest
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.reminders import Stage, reminders_of

TOLD_OF_CHANGES = ("mindbody", "opendental")
"""One in the vendor's cloud that tells by webhooks, and one on the office's own server that sends events."""


@pytest.mark.parametrize("key", TOLD_OF_CHANGES)
async def test_what_is_booked_stands_there_and_what_staff_change_there_is_told_copied_and_reminded_of(
    key: str, server: Postgres, smile_template: str, master_home: Path
) -> None:
    async with a_book(key, server, smile_template, master_home) as book:
        booked = await book.says(*TALK)
        visit = await ours(book)
        [standing] = [one for one in book.there.visits() if one.number == visit.id]
        first = await planned(book, visit)
        await book.told()  # from now on it tells what changes

        later = await another_time(book, visit)
        assert book.there.move(visit.id, later)
        told_of_move = await news(book)
        copied = await ours(book)
        second = await planned(book, visit)

        book.there.cancel(visit.id)
        told_of_end = await news(book)
        third = await planned(book, visit)

        assert booked.startswith("You're booked!")
        assert (standing.status, standing.during) == (Status.BOOKED, visit.during)
        assert copied.during.start == later.during.start
        assert "is now" in told_of_move
        assert "is cancelled" in told_of_end
        assert (first, second, third) == ({visit.during.start}, {later.during.start}, set())
        assert [one for one in await book.mirror() if one.patient is not None and one.status is Status.BOOKED] == []


async def ours(book: Book) -> Appointment:
    """The one visit in the desk's copy that is a patient's of ours."""
    await book.work()
    [visit] = [one for one in await book.mirror() if one.patient is not None]
    return visit


async def news(book: Book) -> str:
    """The last that the patient heard, once the system has told what changed there."""
    assert await book.told() > 0
    await book.work()
    return (await book.heard())[-1]


async def planned(book: Book, visit: Appointment) -> set[object]:
    """The beginnings that somebody will be reminded of."""
    await book.desk.reminding.plan(SMILE_ID)
    async with book.desk.storage.practice(SMILE_ID) as db:
        return {one.start for one in await reminders_of(db, visit.id) if one.stage is Stage.PLANNED}


async def another_time(book: Book, visit: Appointment) -> Slot:
    """A free time with the same person, a day later or more."""
    assert visit.service is not None
    after = visit.during.start + timedelta(days=1)
    wanted = SlotRequest(service=visit.service, within=Period(start=after, end=after + timedelta(days=10)))
    slots = await book.desk.system_of(SMILE_ID).find_slots(wanted)
    return next(one for one in slots if one.practitioner == visit.practitioner)
