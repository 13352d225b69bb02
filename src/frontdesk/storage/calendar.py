"""The built-in calendar: a `System` whose double bookings the database itself refuses."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from psycopg.errors import ExclusionViolation

from frontdesk.domain.appointment import Appointment, Cancellation, Claim, Slot, Status
from frontdesk.domain.ids import AppointmentId, PatientId, PracticeId, ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Refused
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.scheduling.busy_time import NOTHING_BUSY
from frontdesk.scheduling.free import Free, free
from frontdesk.scheduling.search import search_for
from frontdesk.storage.busy import busy_within
from frontdesk.storage.database import Storage
from frontdesk.storage.practices import Practices
from frontdesk.storage.taking import CLAIM, TAKE_TIME, Found, Gone, Made, Taking, as_taken, outcome_of, parameters
from frontdesk.storage.visits import (
    By,
    Source,
    as_appointment,
    as_uuid,
    cancel_appointment,
    claims_of,
    give_back,
    read_appointment,
    record_seen,
    standing_within,
)

A_DAY = timedelta(days=1)
KEYS = UUID("6f1c1f0a-6a53-4c5e-9d0c-5b7f3d1f1a10")


class Calendar:
    """The calendar of one practice. Implements `ports.System`."""

    def __init__(self, storage: Storage, practices: Practices, practice: PracticeId, clock: Clock) -> None:
        self._storage = storage
        self._practices = practices
        self._practice = practice
        self._clock = clock

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times that can be booked as they stand, soonest first; [] when none fits. Of a few wanted, those few."""
        found = await self.look(wanted)
        if (few := wanted.few) is None:
            return found.slots()
        return found.few(few.wish, count=few.count, passed_over=few.passed_over, otherwise=few.otherwise)

    async def look(self, wanted: SlotRequest) -> Free:
        """What is free, before anybody is shown any of it.

        Read are the days around, too: limits hold for a day, and there is a way from one location to another.
        Raises: LookupError (nothing was applied for the practice).
        """
        now, around = self._clock.now(), wanted.within.widened(before=A_DAY, after=A_DAY)
        busy = await busy_within(self._storage, self._practice, around, now=now)
        practice = self._practices.of_version(self._practice, busy.version)
        standing: list[Appointment] = []
        if practice is None or _counts(practice, wanted.service):
            async with self._storage.practice(self._practice) as db:
                practice = await self._practices.read(db)
                if _counts(practice, wanted.service):
                    standing = await standing_within(db, around, now=now)
        search = search_for(
            practice,
            practice.service(wanted.service),
            wanted.within,
            now=now,
            practitioner=wanted.practitioner,
            location=wanted.location,
            visitor=wanted.visitor,
            standing=standing,
            until=wanted.until,
        )
        table = self._practices.timetable(practice, wanted.within)
        own = await self._claims_of(wanted.moving)
        return free(search, table, NOTHING_BUSY.and_kept(busy.kept(table.ruler, but=own), table.ruler))

    async def _claims_of(self, moving: AppointmentId | None) -> list[Claim]:
        """What a visit that is to be moved keeps busy: its own time does not stand in its way."""
        if (visit := as_uuid(moving)) is None:
            return []
        async with self._storage.practice(self._practice) as db:
            return await claims_of(db, visit)

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Keep a time. The same key again finds the same hold, while it stands; after that the time is held anew."""
        id = appointment_uuid(self._practice, key)
        taking = self._taking(slot, id=id, status=Status.PENDING, held_until=until)
        match await self._take(taking):
            case Taken() as taken:
                return taken
            case Found(id=there):
                held = await self._read(there)
                return Held(appointment=held)
            case Made(id=made):
                return Held(appointment=as_taken(taking, made))

    async def release(self, held: AppointmentId) -> None:
        """Give a held time back; a visit that was booked meanwhile stays."""
        async with self._storage.practice(self._practice) as db:
            await give_back(db, UUID(held), now=self._clock.now())

    async def keep_on(self, held: AppointmentId, slot: Slot, *, until: datetime) -> bool:
        """Whether this hold of that time still stands; then it stands until `until` at least."""
        async with self._storage.practice(self._practice) as db:
            row = await db.one(
                "update appointment set held_until = greatest(held_until, %s) where practice_id = %s and id = %s "
                "and status = 'pending' and held_until > %s and starts_at = %s and practitioner = %s "
                "returning held_until",
                (until, self._practice, as_uuid(held), self._clock.now(), slot.during.start, slot.practitioner),
            )
            if row is not None:
                await db.run(
                    "update claim set held_until = %s where practice_id = %s and appointment_id = %s",
                    (row["held_until"], self._practice, as_uuid(held)),
                )
        return row is not None

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the visit: the hold becomes the visit while it stands, else the time is claimed anew."""
        id = appointment_uuid(self._practice, key)
        taking = self._taking(slot, id=id, status=Status.BOOKED, patient=patient, key=key, held=as_uuid(held))
        match await self._take(taking):
            case Taken() as taken:
                return taken
            case Found(id=there):
                return Booked(appointment=await self._read(there))
            case Made(id=made):
                return Booked(appointment=as_taken(taking, made))

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this intent has made, if it has."""
        async with self._storage.practice(self._practice) as db:
            row = await db.one(
                "select a.* from acted k join appointment a on a.practice_id = k.practice_id "
                "and a.id = k.appointment_id where k.practice_id = %s and k.key = %s",
                (self._practice, key),
            )
        return as_appointment(row) if row else Missing()

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        """Give a booked visit another time in one transaction: its own time may overlap the new one."""
        visit = as_uuid(id)
        if visit is None:
            return Missing()
        taking = self._taking(slot, id=visit, status=Status.BOOKED, key=key, held=as_uuid(held), moved=visit)
        try:
            taken = await self._take(taking)
        except Gone:
            return Missing()
        return taken if isinstance(taken, Taken) else Moved(appointment=await self._read(taken.id))

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now."""
        visit = as_uuid(id)
        if visit is None:
            return Missing()
        async with self._storage.practice(self._practice) as db:
            return await read_appointment(db, visit) or Missing()

    async def read_all(self, ids: Sequence[AppointmentId]) -> dict[AppointmentId, Appointment]:
        """These visits as they stand now; those that are not there are left out."""
        known = [visit for visit in map(as_uuid, ids) if visit is not None]
        async with self._storage.practice(self._practice) as db:
            rows = await db.all(
                "select * from appointment where practice_id = %s and id = any(%s)", (self._practice, known)
            )
            record_seen(db, rows)
        return {visit.id: visit for visit in map(as_appointment, rows)}

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients, soonest first, cancelled ones too; holds are left out."""
        async with self._storage.practice(self._practice) as db:
            rows = await db.all(
                "select * from appointment where practice_id = %s and patient_id = any(%s) and status <> 'pending' "
                "order by starts_at, id",
                (self._practice, list(patients)),
            )
            record_seen(db, rows)
        return [as_appointment(row) for row in rows]

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Take a visit out and free everything it held. Cancelled twice is cancelled.

        Raises: Refused (it has taken place, or is not one to be cancelled any more).
        """
        visit = as_uuid(id)
        if visit is None:
            return Missing()
        async with self._storage.practice(self._practice) as db:
            await cancel_appointment(db, visit, reason=reason, by=By.PATIENT, now=self._clock.now())
            standing = await read_appointment(db, visit)
        if standing is None:
            return Missing()
        if standing.status.takes_time:
            raise Refused("A visit that has taken place is not cancelled.")
        return Cancelled(appointment=standing)

    def _taking(
        self,
        slot: Slot,
        *,
        id: UUID,
        status: Status,
        patient: PatientId | None = None,
        held_until: datetime | None = None,
        key: str | None = None,
        held: UUID | None = None,
        moved: UUID | None = None,
    ) -> Taking:
        return Taking(
            slot=slot,
            id=id,
            status=status,
            by=By.DESK,
            source=Source.DESK,
            now=self._clock.now(),
            patient=patient,
            held_until=held_until,
            key=key,
            held=held,
            moved=moved,
        )

    async def _take(self, taking: Taking) -> Made | Found | Taken:
        try:
            row = await self._storage.at_once(TAKE_TIME, parameters(self._practice, taking))
        except ExclusionViolation as clash:  # the database refused the double booking
            return Taken(by=CLAIM[clash.diag.constraint_name or ""])
        return outcome_of(row)

    async def _read(self, id: UUID) -> Appointment:
        async with self._storage.practice(self._practice) as db:
            found = await read_appointment(db, id)
        if found is None:
            raise LookupError(f"appointment {id} is gone right after it was there")
        return found


def _counts(practice: Practice, id: ServiceId) -> bool:
    """Whether it matters which visits stand: something is limited a day, or a class can be joined."""
    service = practice.service(id)
    limits = (service.rules.daily, service.rules.daily_each, *(person.daily for person in practice.practitioners))
    return service.places > 1 or any(limit is not None for limit in limits)


def appointment_uuid(practice: PracticeId, key: str) -> UUID:
    """The id of the visit that an intent makes: the same intent makes the same visit."""
    return uuid5(KEYS, f"{practice}:{key}")
