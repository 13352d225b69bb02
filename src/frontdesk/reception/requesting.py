"""A calendar in a system that can be read and not written: visits are asked for, and staff enter them there.

The built-in calendar keeps the time meanwhile. A visit stands once it is seen in the system's own calendar; until then
it is pending, and the patient hears "requested". What is to be moved or cancelled is for staff.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from frontdesk.dialogue.handing_over import Story
from frontdesk.domain.appointment import Appointment, Cancellation, Claim, Slot, Status, Subject
from frontdesk.domain.ids import AppointmentId, PatientId, PracticeId
from frontdesk.domain.time import wall
from frontdesk.ports.abilities import TellsBusyTimes
from frontdesk.ports.clock import Clock
from frontdesk.ports.system import Booked, ByStaff, Cancelled, Held, Missing, Moved, SlotRequest, System, Taken
from frontdesk.storage import bookings, tasks
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.patients import read_patient
from frontdesk.storage.practices import Practices
from frontdesk.storage.requests import Request, ask_for, request_for, was_entered
from frontdesk.storage.visits import as_uuid, claims_within

AROUND = timedelta(minutes=1)
"""A visit that staff entered may begin or end so much beside what was asked for, and is still that visit."""


class Requesting:
    """The practice's calendar in the other system, what is asked for in ours. Implements `ports.System`.

    `name` is what staff call the system; `feed` is the same system's busy times.
    """

    def __init__(
        self,
        system: System,
        feed: TellsBusyTimes,
        own: Calendar,
        storage: Storage,
        practices: Practices,
        practice: PracticeId,
        clock: Clock,
        *,
        name: str,
    ) -> None:
        self._system = system
        self._feed = feed
        self._own = own
        self._storage = storage
        self._practices = practices
        self._practice = practice
        self._clock = clock
        self._name = name

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times that are free there, and neither held nor asked for here, soonest first; [] when none fits."""
        found = await self._system.find_slots(wanted)
        async with self._storage.practice(self._practice) as db:
            kept = await claims_within(db, wanted.within, now=self._clock.now())
        return [slot for slot in found if not any(_clash(claim, kept) for claim in slot.claims)]

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Keep a time on our side, once the other system has shown that it is free."""
        if not await self._is_open(slot):
            return Taken(by=Subject.PRACTITIONER)
        return await self._own.hold(slot, key=key, until=until)

    async def release(self, held: AppointmentId) -> None:
        """Give a held time back."""
        await self._own.release(held)

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Keep the time, and put a card before staff with everything to enter. The visit comes back as asked for.

        Carried out again with its key, it finds both.
        """
        before = await self._own.look_up(slot, patient=patient, key=key)
        if isinstance(before, Missing) and not await self._is_open(slot):
            return Taken(by=Subject.PRACTITIONER)
        outcome = await self._own.book(slot, patient=patient, key=key, held=held)
        if isinstance(outcome, Taken):
            return outcome
        async with self._storage.practice(self._practice) as db:
            await self._ask(db, outcome.appointment, key=key)
        return Booked(appointment=await self._as_it_stands(outcome.appointment))

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """What this intent has made, asked for or standing."""
        found = await self._own.look_up(slot, patient=patient, key=key)
        return found if isinstance(found, Missing) else await self._as_it_stands(found)

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing | ByStaff:
        """For staff, in their own calendar; nothing is changed here."""
        if held is not None:
            await self._own.release(held)
        found = await self._own.read(id)
        return found if isinstance(found, Missing) else ByStaff()

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands: asked for, until the other system's calendar shows it."""
        found = await self._own.read(id)
        if isinstance(found, Missing) or found.status is not Status.BOOKED:
            return found
        standing = await self._as_it_stands(found)
        if not standing.is_requested or not await self._is_seen(found):
            return standing
        async with self._storage.practice(self._practice) as db:
            await self._entered(db, found)
        return found

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients that was asked for here, soonest first, cancelled ones too."""
        return [await self._as_it_stands(one) for one in await self._own.appointments_of(patients)]

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing | ByStaff:
        """For staff, in their own calendar; nothing is changed here."""
        found = await self._own.read(id)
        return found if isinstance(found, Missing) else ByStaff()

    async def _is_open(self, slot: Slot) -> bool:
        request = SlotRequest(
            service=slot.service, within=slot.during, practitioner=slot.practitioner, location=slot.location
        )
        open_there = await self._system.find_slots(request)
        return any(one.during == slot.during for one in open_there)

    async def _is_seen(self, visit: Appointment) -> bool:
        """Whether its practitioner is busy there for just that time; it was free when it was asked for."""
        within = visit.during.widened(before=AROUND, after=AROUND)
        for claim in await self._feed.busy(within):
            apart = abs(claim.during.start - visit.during.start)
            if claim.subject is Subject.PRACTITIONER and claim.id == visit.practitioner and apart < AROUND:
                return True
        return False

    async def _as_it_stands(self, visit: Appointment) -> Appointment:
        id = as_uuid(visit.id)
        if visit.status is not Status.BOOKED or id is None:
            return visit
        async with self._storage.practice(self._practice) as db:
            request = await request_for(db, id)
        entered = request is not None and request.entered is not None
        return visit if entered else replace(visit, status=Status.PENDING)

    async def _ask(self, db: Db, visit: Appointment, *, key: str) -> None:
        """A card for staff: the visit, and who comes. Their words are in the conversation it came from."""
        id, now = UUID(visit.id), self._clock.now()
        if await request_for(db, id) is not None:
            return
        intent = await bookings.read_intent(db, key)
        person = await read_patient(db, visit.patient) if visit.patient is not None else None
        shown = wall(visit.during.start, (await self._practices.read(db)).location(visit.location).zone)
        card = uuid5(id, "enter")
        story = Story(
            flow="booking",
            service=visit.service,
            slot=visit.slot,
            given=person.given if person else None,
            family=person.family if person else None,
            phone=person.phone if person else None,
            email=person.email if person else None,
            birth_date=person.birth_date if person else None,
            language=person.language if person else "en",
        )
        await tasks.open_task(
            db,
            tasks.Task(
                id=card,
                conversation=intent.conversation if intent is not None else None,
                appointment=id,
                reason=f"enter the visit of {shown:%b %d, %H:%M} in {self._name}; this closes itself once it is there",
                urgent=visit.during.start - now < timedelta(days=1),
                opened=now,
                story=story,
            ),
        )
        await ask_for(db, Request(appointment=id, task=card, asked=now))

    async def _entered(self, db: Db, visit: Appointment) -> None:
        id, now = UUID(visit.id), self._clock.now()
        request = await request_for(db, id)
        if request is not None:
            await was_entered(db, id, now=now)
            await tasks.close_task(db, request.task, now=now)


def _clash(claim: Claim, kept: Sequence[Claim]) -> bool:
    return any(
        (one.subject, one.id, one.lane) == (claim.subject, claim.id, claim.lane) and one.during.overlaps(claim.during)
        for one in kept
    )
