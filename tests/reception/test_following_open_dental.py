"""A practice whose book is in a simulated Open Dental: what its front desk changes is told, and copied."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.conftest import AT, Postgres
from tests.reception.followed_book import MONTH, Book, a_book
from tests.reception.test_connected import TALK

from frontdesk.storage.jobs import Work
from frontdesk.systems.opendental.peer import OfficePeer


@pytest.fixture
async def book(server: Postgres, smile_template: str, master_home: Path) -> AsyncIterator[Book]:
    async with a_book("opendental", server, smile_template, master_home) as made:
        yield made


def office_of(book: Book) -> OfficePeer:
    assert isinstance(book.there, OfficePeer)
    return book.there


async def test_the_whole_book_is_copied_with_our_patients_and_no_one_elses(book: Book) -> None:
    await book.says(*TALK)

    await book.work()

    copied = await book.mirror()
    coming = [one for one in book.there.visits() if one.status.takes_time and MONTH.overlaps(one.during)]
    assert {one.id for one in copied} >= {one.number for one in coming if one.during.start > AT}
    assert len([one for one in copied if one.patient is not None]) == 1


async def test_a_move_and_a_deletion_reach_patient_and_copy_by_an_event(book: Book) -> None:
    await book.says(*TALK)
    await book.work()
    [visit] = [one for one in await book.mirror() if one.patient is not None]
    await book.told()

    office_of(book).simulator.front_desk.move(int(visit.id), at="2026-05-28 19:00:00")
    events = await book.told()
    done = await book.work()
    moved = (await book.heard())[-1]
    office_of(book).simulator.front_desk.delete_appointment(int(visit.id))
    await book.told()
    await book.work()

    assert (events > 0, done) == (True, [Work.FOLLOW, Work.LOOK])
    assert "is now Thursday, May 28 at 7:00 PM" in moved
    assert "is cancelled" in (await book.heard())[-1]
    assert [one for one in await book.mirror() if one.patient is not None] == []
