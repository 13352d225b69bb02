"""A visit that a move has given another number, since its calendar cannot move one and the desk booked it anew.

Whoever is still to be told of the old number hears of the visit as it stands, in whatever order the parts are done.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinic import a_slot, at
from tests.reception.elsewhere import Quiet
from tests.reception.joined_desk import PRACTICE, TALK, JoinedDesk, joined_desk

from frontdesk.domain.appointment import Appointment, Cancellation, Slot
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.time import Period
from frontdesk.ports.faults import OutcomeUnknown, Unreachable
from frontdesk.ports.system import Booked, Cancelled, Missing, Taken
from frontdesk.reception.by_hand import Entered, Hand, Hindered, Hindrance, Target
from frontdesk.reception.saga import Saga
from frontdesk.reception.standing import as_it_stands
from frontdesk.storage.clock import new_id
from frontdesk.storage.database import Db

FRIDAY_TEN, FRIDAY_TWO = at("2026-05-29 10:00"), at("2026-05-29 14:00")


class Silent(Quiet):
    """The calendar, of which some calls go wrong: each once for each time that it is named."""

    def __init__(self) -> None:
        super().__init__(PRACTICE)
        self.unreachable: list[str] = []
        self.reply_lost: list[str] = []

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        booked = await super().book(slot, patient=patient, key=key, held=held)
        self._lose("book")
        return booked

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        if "cancel" in self.unreachable:
            self.unreachable.remove("cancel")
            raise Unreachable("the line is down")
        cancelled = await super().cancel(id, reason=reason)
        self._lose("cancel")
        return cancelled

    def _lose(self, call: str) -> None:
        if call in self.reply_lost:
            self.reply_lost.remove(call)
            raise OutcomeUnknown("the reply was lost")


@pytest.fixture
def system() -> Silent:
    return Silent()


@pytest.fixture
async def joined(database_url: str, home: Path, system: Silent) -> AsyncIterator[JoinedDesk]:
    async with joined_desk(database_url, home, system) as desk:
        yield desk


async def moved_by_hand(joined: JoinedDesk, to: Period) -> Entered | Hindered:
    """Somebody at the desk moves the visit that stands."""
    hand = Hand(
        storage=joined.desk.storage, practice=PRACTICE, system=joined.calendar, clock=joined.clock, connected=True
    )
    visit = standing(joined)
    return await hand.move(visit.id, Target(was=visit.during.start, start=to.start))


def standing(joined: JoinedDesk) -> Appointment:
    (visit,) = [one for one in joined.system.book_.values() if one.status.takes_time]
    return visit


async def the_jobs_run(joined: JoinedDesk) -> None:
    for _ in range(4):
        joined.clock.shows += timedelta(minutes=10)
        await joined.desk.recovery.recover(PRACTICE.id)
        await joined.later(minutes=1)


async def told(joined: JoinedDesk) -> list[tuple[AppointmentId, Period]]:
    """The visits that the patient believes to have."""
    return [(one.appointment, one.during) for one in await joined.promises() if one.status.takes_time]


@pytest.mark.parametrize("lost", ["nothing more", "book", "cancel"])
async def test_a_visit_moved_by_hand_before_its_booking_was_told_is_told_as_it_stands(
    joined: JoinedDesk, system: Silent, lost: str
) -> None:
    system.reply_lost = ["book"]
    await joined.says(*TALK)
    before = len(await joined.heard())
    system.reply_lost = [lost]

    moved = await moved_by_hand(joined, FRIDAY_TEN)
    await the_jobs_run(joined)

    assert isinstance(moved, Entered) if lost == "nothing more" else moved == Hindered(by=Hindrance.UNKNOWN)
    assert await told(joined) == [(standing(joined).id, FRIDAY_TEN)]
    news = (await joined.heard())[before:]
    assert "Friday, May 29 at 10:00 AM" in news[-1]
    assert not any("was just taken" in words for words in news)


@pytest.mark.parametrize("lost", ["nothing more", "book", "cancel"])
async def test_a_visit_moved_by_hand_before_the_patients_own_move_was_told_is_told_as_it_stands(
    joined: JoinedDesk, system: Silent, lost: str
) -> None:
    await joined.says(*TALK)
    system.reply_lost = ["cancel"]
    await joined.says("can I move it to Friday", "the first one", "yes")
    before = len(await joined.heard())
    system.reply_lost = [lost]

    await moved_by_hand(joined, FRIDAY_TWO)
    await the_jobs_run(joined)

    assert await told(joined) == [(standing(joined).id, FRIDAY_TWO)]
    news = (await joined.heard())[before:]
    assert "Friday, May 29 at 2:00 PM" in news[-1]
    assert not any("is cancelled" in words or "was just taken" in words for words in news)


async def test_a_visit_moved_twice_by_hand_before_its_booking_was_told_is_told_as_it_stands(
    joined: JoinedDesk, system: Silent
) -> None:
    system.reply_lost = ["book"]
    await joined.says(*TALK)

    await moved_by_hand(joined, FRIDAY_TEN)
    await moved_by_hand(joined, FRIDAY_TWO)
    await the_jobs_run(joined)

    assert await told(joined) == [(standing(joined).id, FRIDAY_TWO)]
    assert "Friday, May 29 at 2:00 PM" in (await joined.heard())[-1]


async def test_a_visit_moved_by_hand_and_then_taken_out_before_its_booking_was_told_is_not_told_as_booked(
    joined: JoinedDesk, system: Silent
) -> None:
    system.reply_lost = ["book"]
    await joined.says(*TALK)

    await moved_by_hand(joined, FRIDAY_TEN)
    system.take_out(standing(joined).id)
    await the_jobs_run(joined)

    assert await told(joined) == []
    assert "was just taken" in (await joined.heard())[-1]


@pytest.mark.parametrize("second", ["move", "cancel"])
async def test_a_change_waits_for_the_move_of_the_same_visit_that_broke_off_before(
    joined: JoinedDesk, system: Silent, second: str
) -> None:
    await joined.says(*TALK)
    visit = standing(joined)
    assert visit.patient is not None

    def begin() -> AbstractAsyncContextManager[Db]:
        return joined.desk.storage.practice(PRACTICE.id)

    saga = Saga(begin, joined.calendar, joined.clock)
    system.unreachable = ["cancel"]  # the new time is booked by then, and the old one still stands
    with pytest.raises(OutcomeUnknown):
        await saga.move(visit.id, a_slot(FRIDAY_TEN), key="first", patient=visit.patient)
    joined.clock.shows += timedelta(seconds=1)
    moved = saga.move(visit.id, a_slot(FRIDAY_TWO), key="second", patient=visit.patient)
    cancelled = saga.cancel(visit.id, key="second", patient=visit.patient)
    wanted, other = (moved, cancelled) if second == "move" else (cancelled, moved)
    other.close()
    with pytest.raises(Unreachable):
        await wanted
    await the_jobs_run(joined)

    stands = [one for one in system.book_.values() if one.status.takes_time]
    assert [one.during for one in stands] == ([FRIDAY_TWO] if second == "move" else [])
    assert await told(joined) == [(one.id, one.during) for one in stands]


async def test_a_number_that_is_given_anew_does_not_lead_to_the_visit_of_another_patient(joined: JoinedDesk) -> None:
    await joined.says(*TALK)
    first = standing(joined)
    await moved_by_hand(joined, FRIDAY_TEN)
    second = standing(joined)

    async def follow(patient: PatientId | None) -> Appointment | Missing:
        def begin() -> AbstractAsyncContextManager[Db]:
            return joined.desk.storage.practice(PRACTICE.id)

        return await as_it_stands(first.id, patient=patient, system=joined.calendar, begin=begin)

    assert await follow(first.patient) == second
    assert await follow(PatientId(new_id())) == joined.system.book_[first.id]


async def test_a_move_by_hand_that_booked_the_new_time_and_then_broke_off_is_ended_and_told(
    joined: JoinedDesk, system: Silent
) -> None:
    await joined.says(*TALK)
    before = len(await joined.heard())
    system.unreachable = ["cancel"]

    moved = await moved_by_hand(joined, FRIDAY_TEN)
    await the_jobs_run(joined)

    assert moved == Hindered(by=Hindrance.UNKNOWN)
    assert await told(joined) == [(standing(joined).id, FRIDAY_TEN)]
    (news,) = (await joined.heard())[before:]
    assert "is now Friday, May 29 at 10:00 AM" in news
