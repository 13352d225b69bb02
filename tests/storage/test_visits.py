"""What may become of a visit: its statuses, a new time, its history, and who is told."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.clinic import ALEX, NOW, ROOM_2, a_practice, a_slot, at

from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.faults import Refused
from frontdesk.ports.system import Booked, Held, Missing, Moved, Taken
from frontdesk.storage import bookings
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.database import Storage
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import Practices, apply_practice
from frontdesk.storage.taking import claim, move_visit
from frontdesk.storage.visits import By, Source, cancel_appointment, change_status, claims_within, history

PRACTICE = a_practice()
SOON = NOW + timedelta(minutes=15)
SIX, SEVEN = a_slot(at("2026-05-28 18:00")), a_slot(at("2026-05-28 19:00"))


class StillClock:
    """Shows NOW."""

    def now(self) -> object:
        return NOW


@pytest.fixture
async def calendar(storage: Storage) -> Calendar:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    return Calendar(storage, Practices(), PRACTICE.id, StillClock())  # type: ignore[arg-type]


@pytest.fixture
async def patient(storage: Storage, calendar: Calendar) -> PatientId:
    maria = Patient(id=PatientId(uuid4()), given="Maria", family="Gonzalez", phone="+15125550147")
    async with storage.practice(PRACTICE.id) as db:
        await add_patient(db, maria, now=NOW)
    return maria.id


async def booked(calendar: Calendar, patient: PatientId, *, key: str = "book", slot: object = SIX) -> Appointment:
    outcome = await calendar.book(slot, patient=patient, key=key, held=None)  # type: ignore[arg-type]
    assert isinstance(outcome, Booked)
    return outcome.appointment


async def test_the_database_allows_the_same_ways_as_the_domain(database_url: str) -> None:
    pairs = [(earlier, later) for earlier in Status for later in Status]

    with psycopg.connect(database_url) as owner:
        rows = owner.execute(
            "select may_become(e, l) from jsonb_to_recordset(%s) as t(e text, l text)",
            (Jsonb([{"e": earlier.value, "l": later.value} for earlier, later in pairs]),),
        ).fetchall()

    assert [row[0] for row in rows] == [earlier.may_become(later) for earlier, later in pairs]


@pytest.mark.parametrize("later", [Status.BOOKED, Status.ARRIVED, Status.PENDING])
async def test_a_cancelled_visit_never_comes_back(
    calendar: Calendar, storage: Storage, patient: PatientId, later: Status
) -> None:
    visit = await booked(calendar, patient)
    await calendar.cancel(visit.id, reason=Cancellation.PATIENT)

    with pytest.raises(psycopg.errors.CheckViolation):
        async with storage.practice(PRACTICE.id) as db:
            await db.run(
                "update appointment set status = %s, held_until = %s where id = %s",
                (later.value, SOON if later is Status.PENDING else None, UUID(visit.id)),
            )


@pytest.mark.parametrize("reason", Cancellation, ids=lambda reason: reason.value)
async def test_every_reason_of_fhir_is_kept(
    calendar: Calendar, storage: Storage, patient: PatientId, reason: Cancellation
) -> None:
    visit = await booked(calendar, patient)

    await calendar.cancel(visit.id, reason=reason)

    cancelled = await calendar.read(visit.id)
    assert isinstance(cancelled, Appointment)
    assert (cancelled.status, cancelled.reason) == (Status.CANCELLED, reason)


async def test_a_visit_goes_through_the_day_and_its_history_tells_so(
    calendar: Calendar, storage: Storage, patient: PatientId
) -> None:
    visit = UUID((await booked(calendar, patient)).id)

    async with storage.practice(PRACTICE.id) as db:
        for minutes, status in enumerate((Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED)):
            assert await change_status(db, visit, status, by=By.STAFF, now=NOW + timedelta(minutes=minutes))
        refused = await change_status(db, visit, Status.CANCELLED, by=By.STAFF, now=NOW)
        versions = await history(db, visit)

    assert not refused
    assert [one.status.value for one in versions] == ["booked", "arrived", "checked-in", "fulfilled"]
    assert [one.by for one in versions] == ["desk", "staff", "staff", "staff"]
    with pytest.raises(Refused):
        await calendar.cancel(AppointmentId(str(visit)), reason=Cancellation.PATIENT)


async def test_a_patient_who_did_not_come_frees_everything(
    calendar: Calendar, storage: Storage, patient: PatientId
) -> None:
    visit = UUID((await booked(calendar, patient)).id)

    async with storage.practice(PRACTICE.id) as db:
        await change_status(db, visit, Status.NOSHOW, by=By.STAFF, now=NOW)
        busy = await claims_within(db, SIX.during, now=NOW)

    assert busy == []


async def test_history_cannot_be_rewritten(calendar: Calendar, storage: Storage, patient: PatientId) -> None:
    await booked(calendar, patient)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with storage.practice(PRACTICE.id) as db:
            await db.run("update appointment_history set status = 'noshow'")


async def test_a_moved_visit_has_its_new_time_and_leaves_the_old_one(
    calendar: Calendar, storage: Storage, patient: PatientId
) -> None:
    visit = await booked(calendar, patient)

    moved = await calendar.move(visit.id, SEVEN, key="move", held=None)

    assert isinstance(moved, Moved)
    assert (moved.appointment.id, moved.appointment.during, moved.appointment.sequence) == (visit.id, SEVEN.during, 1)
    async with storage.practice(PRACTICE.id) as db:
        assert await claims_within(db, SIX.during, now=NOW) == []
        assert len(await claims_within(db, SEVEN.during, now=NOW)) == 2
        assert [one.during for one in await history(db, UUID(visit.id))] == [SIX.during, SEVEN.during]


async def test_a_visit_whose_new_time_is_taken_stays_where_it_is(
    calendar: Calendar, storage: Storage, patient: PatientId
) -> None:
    visit = await booked(calendar, patient)
    await booked(calendar, patient, key="other", slot=SEVEN)

    outcome = await calendar.move(visit.id, SEVEN, key="move", held=None)

    assert isinstance(outcome, Taken)
    assert await calendar.read(visit.id) == visit
    async with storage.practice(PRACTICE.id) as db:
        assert len(await claims_within(db, SIX.during, now=NOW)) == 2


async def test_a_visit_may_be_moved_by_less_than_its_length(calendar: Calendar, patient: PatientId) -> None:
    visit = await booked(calendar, patient)

    moved = await calendar.move(visit.id, a_slot(at("2026-05-28 18:15")), key="move", held=None)

    assert isinstance(moved, Moved)
    assert moved.appointment.during == at("2026-05-28 18:15")


async def test_a_visit_is_moved_onto_its_patients_hold(
    calendar: Calendar, storage: Storage, patient: PatientId
) -> None:
    visit = await booked(calendar, patient)
    held = await calendar.hold(SEVEN, key="hold", until=SOON)
    assert isinstance(held, Held)

    moved = await calendar.move(visit.id, SEVEN, key="move", held=held.appointment.id)

    assert isinstance(moved, Moved)
    assert moved.appointment.during == SEVEN.during
    async with storage.practice(PRACTICE.id) as db:
        assert len(await claims_within(db, SEVEN.during, now=NOW)) == 2


async def test_moving_twice_with_one_key_moves_once(calendar: Calendar, patient: PatientId) -> None:
    visit = await booked(calendar, patient)
    await calendar.move(visit.id, SEVEN, key="move", held=None)

    again = await calendar.move(visit.id, SEVEN, key="move", held=None)

    assert isinstance(again, Moved)
    assert again.appointment.sequence == 1


async def test_a_cancelled_visit_is_not_moved(calendar: Calendar, patient: PatientId) -> None:
    visit = await booked(calendar, patient)
    await calendar.cancel(visit.id, reason=Cancellation.PATIENT)

    assert await calendar.move(visit.id, SEVEN, key="move", held=None) == Missing()
    assert await calendar.move(AppointmentId("4711"), SEVEN, key="other", held=None) == Missing()


async def test_a_key_that_booked_does_not_book_again_after_staff_took_the_visit_out(
    calendar: Calendar, storage: Storage, patient: PatientId
) -> None:
    visit = await booked(calendar, patient)
    async with storage.practice(PRACTICE.id) as db:
        await cancel_appointment(db, UUID(visit.id), reason=Cancellation.PROVIDER, by=By.STAFF, now=NOW)

    again = await calendar.book(SIX, patient=patient, key="book", held=None)

    assert isinstance(again, Booked)
    assert (again.appointment.id, again.appointment.status) == (visit.id, Status.CANCELLED)


async def test_a_visit_that_staff_put_over_a_hold_wins(
    calendar: Calendar, storage: Storage, patient: PatientId
) -> None:
    held = await calendar.hold(SIX, key="hold", until=SOON)
    assert isinstance(held, Held)
    async with storage.practice(PRACTICE.id) as db:
        await claim(db, SIX, id=uuid4(), status=Status.BOOKED, source=Source.STAFF, now=NOW, guarded=False)

    outcome = await calendar.book(SIX, patient=patient, key="book", held=held.appointment.id)

    assert isinstance(outcome, Taken)


async def test_what_an_intent_has_made_can_be_looked_up(calendar: Calendar, patient: PatientId) -> None:
    visit = await booked(calendar, patient)

    assert await calendar.look_up(SIX, patient=patient, key="book") == visit
    assert await calendar.look_up(SIX, patient=patient, key="never") == Missing()


async def test_a_hold_that_ran_out_can_be_had_again_with_its_key(calendar: Calendar, storage: Storage) -> None:
    first = await calendar.hold(SIX, key="hold", until=NOW - timedelta(minutes=1))
    await calendar.hold(SIX, key="other", until=NOW - timedelta(seconds=1))

    again = await calendar.hold(SIX, key="hold", until=SOON)

    assert isinstance(first, Held)
    assert isinstance(again, Held)
    assert again.appointment.id != first.appointment.id
    assert again.appointment.held_until == SOON


@pytest.mark.parametrize("change", ["move", "cancel"])
async def test_a_change_at_the_front_desk_has_the_patient_told(
    calendar: Calendar, storage: Storage, patient: PatientId, change: str
) -> None:
    visit = await booked(calendar, patient)
    id = UUID(visit.id)
    async with storage.practice(PRACTICE.id) as db:
        await bookings.promise(db, visit, conversation=ConversationId(uuid4()), patient=patient, now=NOW)

    async with storage.practice(PRACTICE.id) as db:
        if change == "move":
            other = a_slot(at("2026-05-28 19:00"), practitioner=ALEX, room=ROOM_2)
            assert await move_visit(db, id, other, now=NOW) is None
        else:
            assert await cancel_appointment(db, id, reason=Cancellation.PROVIDER, by=By.STAFF, now=NOW)

    with psycopg.connect(storage.url.replace("role=frontdesk_app", "role=frontdesk")) as owner:
        queued = owner.execute("select entrypoint from queue.pgqueuer").fetchall()
    assert [row[0] for row in queued] == ["news"]
