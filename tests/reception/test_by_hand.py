"""What people at the desk change by hand where the calendar is another system's: the saga does it, patients hear."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinic import ALEX, BOTOX, DANA, MAIN, at
from tests.reception.elsewhere import Quiet
from tests.reception.joined_desk import PRACTICE, TALK, JoinedDesk, joined_desk

from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.faults import OutcomeUnknown, Unreachable
from frontdesk.ports.system import ByStaff, Cancelled, Missing
from frontdesk.reception.by_hand import BY_HAND_THERE, Entered, Hand, Hindered, Hindrance, Target
from frontdesk.storage.clock import new_id
from frontdesk.storage.names import called

MOVED_TO = at("2026-05-29 10:00")
NOOR = Patient(id=PatientId(new_id()), given="Noor", family="Haddad", phone="+15125550166")


@pytest.fixture
async def joined(database_url: str, home: Path) -> AsyncIterator[JoinedDesk]:
    async with joined_desk(database_url, home, Quiet(PRACTICE)) as desk:
        yield desk


def hand(joined: JoinedDesk) -> Hand:
    return Hand(
        storage=joined.desk.storage, practice=PRACTICE, system=joined.calendar, clock=joined.clock, connected=True
    )


async def booked(joined: JoinedDesk) -> Appointment:
    await joined.says(*TALK)
    return standing(joined)


def standing(joined: JoinedDesk) -> Appointment:
    (visit,) = [one for one in joined.system.book_.values() if one.status.takes_time]
    return visit


def to(visit: Appointment) -> Target:
    return Target(was=visit.during.start, start=MOVED_TO.start)


async def test_a_move_by_hand_stands_there_and_the_patient_hears_of_it_once(joined: JoinedDesk) -> None:
    visit = await booked(joined)
    before = len(await joined.heard())

    moved = await hand(joined).move(visit.id, to(visit))
    await joined.later(minutes=10)
    await joined.later(minutes=10)

    assert isinstance(moved, Entered)
    assert standing(joined).during == MOVED_TO
    (news,) = (await joined.heard())[before:]
    assert "Friday, May 29" in news
    assert "is now" in news


async def test_a_time_that_is_not_free_there_is_refused_and_nothing_is_changed(joined: JoinedDesk) -> None:
    visit = await booked(joined)
    joined.system.enter(MOVED_TO)

    moved = await hand(joined).move(visit.id, to(visit))

    assert moved == Hindered(by=Hindrance.NOT_FREE)
    assert joined.system.book_[visit.id] == visit


async def test_a_system_that_cannot_be_reached_leaves_all_as_it_was_for_good(joined: JoinedDesk) -> None:
    visit = await booked(joined)
    joined.system.faults = []
    hands = hand(joined)
    original = joined.system.book

    async def unreachable(*_: object, **__: object) -> object:
        raise Unreachable("the line is down")

    joined.system.book = unreachable  # type: ignore[method-assign, assignment]
    moved = await hands.move(visit.id, to(visit))
    joined.system.book = original  # type: ignore[method-assign]
    await joined.desk.recovery.recover(PRACTICE.id)
    await joined.later(hours=1)
    await joined.desk.recovery.recover(PRACTICE.id)

    assert moved == Hindered(by=Hindrance.UNREACHABLE)
    assert standing(joined).during == visit.during


async def test_what_was_done_although_nobody_heard_so_is_found_and_told(joined: JoinedDesk) -> None:
    visit = await booked(joined)
    before = len(await joined.heard())
    original = joined.system.cancel

    async def silent(id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        await original(id, reason=reason)
        raise OutcomeUnknown("the reply was lost")

    joined.system.cancel = silent  # type: ignore[method-assign]
    cancelled = await hand(joined).cancel(visit.id)
    joined.system.cancel = original  # type: ignore[method-assign]
    joined.clock.shows += timedelta(minutes=10)
    await joined.desk.recovery.recover(PRACTICE.id)
    await joined.later(minutes=10)

    assert cancelled == Hindered(by=Hindrance.UNKNOWN)
    (news,) = (await joined.heard())[before:]
    assert "cancel" in news


async def test_a_visit_is_booked_there_and_a_patient_who_is_known_is_not_entered_twice(joined: JoinedDesk) -> None:
    service, dana, main = PRACTICE.service(BOTOX), PRACTICE.practitioner(DANA), PRACTICE.location(MAIN)
    first = await hand(joined).book(service, dana, main, MOVED_TO.start, NOOR)
    again = Patient(id=PatientId(new_id()), given="noor", family="haddad", phone=NOOR.phone)

    second = await hand(joined).book(service, dana, main, at("2026-05-29 15:00").start, again)

    assert isinstance(first, Entered)
    assert isinstance(second, Entered)
    assert {one.patient for one in joined.system.book_.values()} == {NOOR.id}


async def test_a_visit_that_is_booked_and_cannot_be_read_since_is_looked_up_and_recorded(joined: JoinedDesk) -> None:
    service, dana, main = PRACTICE.service(BOTOX), PRACTICE.practitioner(DANA), PRACTICE.location(MAIN)
    original = joined.system.read

    async def unreachable(_: AppointmentId) -> Appointment | Missing:
        joined.system.read = original  # type: ignore[method-assign]
        raise Unreachable("the line is down")

    joined.system.read = unreachable  # type: ignore[method-assign]
    booked = await hand(joined).book(service, dana, main, MOVED_TO.start, NOOR)
    joined.clock.shows += timedelta(minutes=10)
    await joined.desk.recovery.recover(PRACTICE.id)

    assert booked == Hindered(by=Hindrance.UNKNOWN)
    (promise,) = await joined.promises()
    assert (promise.appointment, promise.during) == (standing(joined).id, MOVED_TO)


async def test_nobody_is_entered_whose_visit_is_not(joined: JoinedDesk) -> None:
    service, dana, main = PRACTICE.service(BOTOX), PRACTICE.practitioner(DANA), PRACTICE.location(MAIN)
    joined.system.enter(MOVED_TO)

    refused = await hand(joined).book(service, dana, main, MOVED_TO.start, NOOR)
    not_given = await hand(joined).book(service, PRACTICE.practitioner(ALEX), main, MOVED_TO.start, NOOR)

    assert (refused, not_given) == (Hindered(by=Hindrance.NOT_FREE), Hindered(by=Hindrance.NOT_GIVEN))
    async with joined.desk.storage.practice(PRACTICE.id) as db:
        assert await called(db, "Noor Haddad", most=5) == []


async def test_what_the_system_lets_nobody_write_becomes_a_card_beside_the_conversation(joined: JoinedDesk) -> None:
    visit = await booked(joined)

    async def by_staff(id: AppointmentId, *, reason: Cancellation) -> ByStaff:
        return ByStaff()

    joined.system.cancel = by_staff  # type: ignore[method-assign, assignment]
    cancelled = await hand(joined).cancel(visit.id)

    assert cancelled == Hindered(by=Hindrance.ELSEWHERE)
    assert BY_HAND_THERE in await joined.tasks()
    assert joined.system.book_[visit.id].status is Status.BOOKED


async def test_time_is_blocked_in_the_system_itself_by_a_card(joined: JoinedDesk) -> None:
    blocked = await hand(joined).block(PRACTICE.practitioner(DANA), PRACTICE.location(MAIN), MOVED_TO)

    assert blocked == Hindered(by=Hindrance.ELSEWHERE)
    assert await joined.tasks() == [BY_HAND_THERE]
