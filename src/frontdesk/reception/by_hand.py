"""What people at the desk do in the calendar: book, move, cancel, block time; by the same saga as the assistant.

A connected system is asked through the saga; the built-in calendar moves, cancels and blocks in one transaction, by
the functions that tell the patient of it. Double bookings are refused whoever asks.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from psycopg.errors import ExclusionViolation

from frontdesk.domain.appointment import Appointment, Cancellation, Claim, Slot, Status, Subject
from frontdesk.domain.ids import AppointmentId, PatientId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Location, Practice, Practitioner, Service
from frontdesk.domain.time import Period
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault, OutcomeUnknown
from frontdesk.ports.system import Missing, SlotRequest, System, Taken
from frontdesk.reception.saga import Lost, Overtaken, Saga, Stands, leave_to_news, tell
from frontdesk.scheduling.by_hand import slot_by_hand
from frontdesk.storage.bookings import Step, promise_of
from frontdesk.storage.clock import new_id
from frontdesk.storage.database import Storage
from frontdesk.storage.patients import add_patient, patient_of
from frontdesk.storage.taking import CLAIM, block_time, move_visit
from frontdesk.storage.tasks import Task, open_task
from frontdesk.storage.visits import (
    By,
    as_uuid,
    cancel_appointment,
    change_status,
    claims_of,
    claims_within,
    read_appointment,
)

BY_HAND_THERE = "a visit is to be changed in the connected system, which lets nobody do it from here"
"""The reason on the card."""
EARLY = timedelta(hours=3)
"""So long before a visit its patient may be marked as arrived."""


class Hindrance(Enum):
    """Why it is not so."""

    PRACTITIONER = "practitioner"
    ROOM = "room"
    DEVICE = "device"
    NOT_FREE = "not free"
    """A connected system does not offer the time."""
    CHANGED = "changed"
    """Somebody else changed the visit meanwhile: what was seen is no longer so."""
    GONE = "gone"
    NOT_GIVEN = "not given"
    """The practitioner does not give this service."""
    ROOM_UNFIT = "room unfit"
    ELSEWHERE = "elsewhere"
    """It has to be done in the connected system; a card says so."""
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    """The system did not say whether it has done it; it is looked up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entered:
    """It stands so."""

    id: AppointmentId


@dataclass(frozen=True, kw_only=True, slots=True)
class Hindered:
    """It does not, and nothing was changed (of UNKNOWN: that is looked up)."""

    by: Hindrance


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where a visit is to go. `was` is when it stood as whoever moves it saw it; `room` None: any that fits."""

    was: datetime
    start: datetime
    practitioner: PractitionerId | None = None
    room: RoomId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """The calendar of one practice, for its people. `connected`: it is another system's."""

    storage: Storage
    practice: Practice
    system: System
    clock: Clock
    connected: bool

    @property
    def _saga(self) -> Saga:
        return Saga(lambda: self.storage.practice(self.practice.id), self.system, self.clock)

    async def move(self, id: AppointmentId, target: Target) -> Entered | Hindered:
        """Give a visit another time, practitioner or room; the patient hears of it where they were told of the visit.

        Of two who move the same visit at once, the second is told that it was changed.
        """
        visit = await self._standing(id)
        if isinstance(visit, Hindered):
            return visit
        if visit.during.start != target.was:
            return Hindered(by=Hindrance.CHANGED)
        person = self._person(target.practitioner or visit.practitioner)
        service = self.practice.service(visit.service) if visit.service else None
        if person is None or (service is not None and not person.roles & service.roles):
            return Hindered(by=Hindrance.NOT_GIVEN)
        if service is not None and not self._fits(service, target.room):
            return Hindered(by=Hindrance.ROOM_UNFIT)
        if self.connected:
            return await self._move_there(visit, service, person, target)
        match await _guarded(lambda: self._move_here(visit, service, person, target)):
            case Taken(by=subject):
                return Hindered(by=_TAKEN[subject])
            case Missing():
                return Hindered(by=Hindrance.GONE)
            case None:
                return Entered(id=id)

    async def book(
        self, service: Service, person: Practitioner, location: Location, start: datetime, patient: Patient
    ) -> Entered | Hindered:
        """Book a visit at that very time; a patient of that name and number is known, else entered once it is held."""
        if not person.roles & service.roles:
            return Hindered(by=Hindrance.NOT_GIVEN)
        slot = await self._slot(service, person, location, start)
        if slot is None:
            return Hindered(by=Hindrance.NOT_FREE)
        key, now = f"hand:{new_id()}", self.clock.now()
        saga = self._saga
        try:
            kept = await saga.hold(slot, key=key, until=now + self.practice.policies.hold)
            if isinstance(kept, Lost):
                return Hindered(by=await self._in_the_way(slot))
            whose = await self._known(patient, now=now)
            outcome = await saga.book(slot, key=key, patient=whose, held=kept.held)
        except Fault as fault:
            return await self._broken_off(saga, key, fault)
        if isinstance(outcome, Lost):
            return Hindered(by=await self._in_the_way(slot))
        try:
            async with self.storage.practice(self.practice.id) as db:
                await tell(db, outcome, conversation=None, patient=whose, now=now)
        except Overtaken:
            return Hindered(by=Hindrance.CHANGED)
        return Entered(id=outcome.appointment.id)

    async def cancel(self, id: AppointmentId) -> Entered | Hindered:
        """Take a visit, or time that was blocked, out of the calendar; the patient hears of it."""
        visit = await self._standing(id)
        if isinstance(visit, Hindered):
            return visit
        row = as_uuid(id)
        if not self.connected and row is not None:
            async with self.storage.practice(self.practice.id) as db:
                out = await cancel_appointment(db, row, reason=Cancellation.PROVIDER, by=By.STAFF, now=self.clock.now())
            return Entered(id=id) if out else Hindered(by=Hindrance.GONE)
        if visit.patient is None:
            return await self._by_its_people(id)
        key, saga, patient = f"hand:{new_id()}", self._saga, visit.patient
        return await self._changed_there(
            id, saga, key, lambda: saga.cancel(id, key=key, patient=patient, reason=Cancellation.PROVIDER)
        )

    async def mark(self, id: AppointmentId, status: Status) -> Entered | Hindered:
        """Keep whether the patient has come, is done or did not come; arrived by mistake, a visit is booked again.

        Only of the built-in calendar: a connected system's visits are marked there. That somebody came is marked
        from EARLY before the visit on, the rest once it has begun.
        """
        row = as_uuid(id)
        if self.connected or row is None:
            return Hindered(by=Hindrance.ELSEWHERE)
        now = self.clock.now()
        async with self.storage.practice(self.practice.id) as db:
            visit = await read_appointment(db, row)
            if visit is None or status not in marks_of(visit, now=now):
                return Hindered(by=Hindrance.CHANGED if visit else Hindrance.GONE)
            marked = await change_status(db, row, status, by=By.STAFF, now=now)
        return Entered(id=id) if marked else Hindered(by=Hindrance.CHANGED)

    async def block(self, person: Practitioner, location: Location, during: Period) -> Entered | Hindered:
        """Keep a practitioner free of visits; a connected system's calendar is blocked there."""
        if self.connected:
            return await self._by_its_people(None)
        id = new_id()

        async def blocked() -> Taken | None:
            async with self.storage.practice(self.practice.id) as db:
                return await block_time(db, person.id, location.id, during, id=id, now=self.clock.now())

        outcome = await _guarded(blocked)
        return Hindered(by=_TAKEN[outcome.by]) if isinstance(outcome, Taken) else Entered(id=AppointmentId(str(id)))

    async def _standing(self, id: AppointmentId) -> Appointment | Hindered:
        try:
            visit = await self.system.read(id)
        except Fault:
            return Hindered(by=Hindrance.UNREACHABLE)
        if isinstance(visit, Missing) or visit.status is not Status.BOOKED:
            return Hindered(by=Hindrance.GONE)
        return visit

    async def _move_here(
        self, visit: Appointment, service: Service | None, person: Practitioner, target: Target
    ) -> Taken | Missing | None:
        row, now = as_uuid(visit.id), self.clock.now()
        assert row is not None  # the built-in calendar's own
        during = Period(start=target.start, end=target.start + visit.during.length)
        async with self.storage.practice(self.practice.id) as db:
            slot = _blocked(visit, person, during)
            if service is not None:
                own = await claims_of(db, row)
                around = during.widened(before=service.before, after=service.after)
                slot = slot_by_hand(
                    self.practice,
                    service,
                    person,
                    self.practice.location(visit.location),
                    target.start,
                    busy=[one for one in await claims_within(db, around, now=now) if one not in own],
                    length=visit.during.length,
                    room=target.room,
                    rather=visit.room,
                )
            return await move_visit(db, row, slot, now=now)

    async def _move_there(
        self, visit: Appointment, service: Service | None, person: Practitioner, target: Target
    ) -> Entered | Hindered:
        if service is None or visit.patient is None:
            return await self._by_its_people(visit.id)
        location, patient = self.practice.location(visit.location), visit.patient
        slot = await self._slot(service, person, location, target.start, moving=visit.id)
        if slot is None:
            return Hindered(by=Hindrance.NOT_FREE)
        key, saga = f"hand:{new_id()}", self._saga
        return await self._changed_there(
            visit.id, saga, key, lambda: saga.move(visit.id, slot, key=key, patient=patient)
        )

    async def _changed_there(
        self, id: AppointmentId, saga: Saga, key: str, ask: Callable[[], Awaitable[Stands | Lost]]
    ) -> Entered | Hindered:
        try:
            outcome = await ask()
        except Fault as fault:
            return await self._broken_off(saga, key, fault)
        if isinstance(outcome, Lost):
            return await self._by_its_people(id) if outcome.by_staff else Hindered(by=Hindrance.NOT_FREE)
        async with self.storage.practice(self.practice.id) as db:
            await leave_to_news(db, outcome, now=self.clock.now())
        return Entered(id=outcome.appointment.id)

    async def _broken_off(self, saga: Saga, key: str, fault: Fault) -> Hindered:
        """Nobody waits for it: what was surely not done is not done later; what may have been is looked up."""
        intent = await saga.begun(key)
        done = intent is not None and intent.appointment is not None  # and could not be read since
        if done or isinstance(fault, OutcomeUnknown):
            return Hindered(by=Hindrance.UNKNOWN)
        if intent is not None:
            await saga.give_up(intent, Step.UNDONE)
        return Hindered(by=Hindrance.UNREACHABLE)

    async def _by_its_people(self, id: AppointmentId | None) -> Hindered:
        async with self.storage.practice(self.practice.id) as db:
            told = await promise_of(db, id) if id is not None else None
            task = Task(
                id=new_id(),
                conversation=told.conversation if told else None,
                appointment=None,
                reason=BY_HAND_THERE,
                urgent=False,
                opened=self.clock.now(),
            )
            await open_task(db, task)
        return Hindered(by=Hindrance.ELSEWHERE)

    async def _slot(
        self,
        service: Service,
        person: Practitioner,
        location: Location,
        start: datetime,
        *,
        moving: AppointmentId | None = None,
    ) -> Slot | None:
        """The time as one to be booked; of a connected system only where it offers that very time."""
        during = Period(start=start, end=start + service.length_with(person.id))
        if not self.connected:
            async with self.storage.practice(self.practice.id) as db:
                around = during.widened(before=service.before, after=service.after)
                busy = await claims_within(db, around, now=self.clock.now())
            return slot_by_hand(self.practice, service, person, location, start, busy=busy)
        request = SlotRequest(
            service=service.id, within=during, practitioner=person.id, location=location.id, moving=moving
        )
        try:
            found = await self.system.find_slots(request)
        except Fault:
            return None
        return next((one for one in found if one.during.start == start), None)

    async def _in_the_way(self, slot: Slot) -> Hindrance:
        """What is busy at that time, of what the visit needs."""
        async with self.storage.practice(self.practice.id) as db:
            busy = await claims_within(db, slot.during, now=self.clock.now())
        for claim in slot.claims:
            for one in busy:
                if (one.subject, one.id, one.lane) == (claim.subject, claim.id, claim.lane):
                    return _TAKEN[claim.subject]
        return Hindrance.NOT_FREE

    async def _known(self, patient: Patient, *, now: datetime) -> PatientId:
        async with self.storage.practice(self.practice.id) as db:
            if patient.phone is not None:
                known = await patient_of(db, given=patient.given, family=patient.family, phone=patient.phone)
                if known is not None:
                    return known.id
            await add_patient(db, patient, now=now)
        return patient.id

    def _person(self, id: PractitionerId | None) -> Practitioner | None:
        return next((one for one in self.practice.practitioners if one.id == id), None)

    def _fits(self, service: Service, room: RoomId | None) -> bool:
        return room is None or any(one.id == room and one.kinds & service.room_kinds for one in self.practice.rooms)


def marks_of(visit: Appointment, *, now: datetime) -> tuple[Status, ...]:
    """What a person may mark a visit of the built-in calendar as at this moment."""
    if visit.service is None or now < visit.during.start - EARLY:
        return ()
    begun = now >= visit.during.start
    match visit.status:
        case Status.BOOKED:
            return (Status.ARRIVED, Status.FULFILLED, Status.NOSHOW) if begun else (Status.ARRIVED,)
        case Status.ARRIVED | Status.CHECKED_IN:
            back = (Status.BOOKED,) if visit.status is Status.ARRIVED else ()
            return (Status.FULFILLED, *back) if begun else back
        case _:
            return ()


_TAKEN = {
    Subject.PRACTITIONER: Hindrance.PRACTITIONER,
    Subject.ROOM: Hindrance.ROOM,
    Subject.DEVICE: Hindrance.DEVICE,
}


def _blocked(block: Appointment, person: Practitioner, during: Period) -> Slot:
    return Slot(
        service=ServiceId(""),
        location=block.location,
        practitioner=person.id,
        room=None,
        devices=(),
        during=during,
        claims=(Claim(subject=Subject.PRACTITIONER, id=person.id, during=during),),
    )


async def _guarded(take: Callable[[], Awaitable[Taken | Missing | None]]) -> Taken | Missing | None:
    """What came of it; the constraint sees what the look-up missed."""
    try:
        return await take()
    except ExclusionViolation as clash:
        return Taken(by=CLAIM[clash.diag.constraint_name or ""])
